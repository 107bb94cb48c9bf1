#include "core/isa.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[ISA_COUNT] = {"baseline", "avx2", "avx512"};

const char *isa_name(enum isa isa) {
    return names[isa];
}

int isa_available(enum isa isa) {
#ifdef MATTHEW_KERNELS_WIDE
    switch (isa) {
    case ISA_baseline:
        return 1;
    case ISA_avx2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    case ISA_avx512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl");
    default:
        return 0;
    }
#else
    return isa == ISA_baseline;
#endif
}

int isa_choose(enum isa *isa, struct failure *failure) {
    const char *wanted = getenv("MATTHEW_ISA");
    if (wanted == NULL || *wanted == '\0') {
        *isa = ISA_baseline;
        for (int i = 0; i < ISA_COUNT; i++)
            if (isa_available((enum isa)i))
                *isa = (enum isa)i;
        return MATTHEW_OK;
    }
    for (int i = 0; i < ISA_COUNT; i++) {
        if (strcmp(wanted, names[i]) != 0)
            continue;
        if (!isa_available((enum isa)i))
            return fail(failure, MATTHEW_BAD_ARGUMENT, "MATTHEW_ISA=%s: this processor or build does not have it",
                        wanted);
        *isa = (enum isa)i;
        return MATTHEW_OK;
    }
    return fail(failure, MATTHEW_BAD_ARGUMENT, "MATTHEW_ISA=%s: not one of baseline, avx2, avx512", wanted);
}

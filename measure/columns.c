#include "measure/columns.h"

extern const struct columns columns_table_baseline, columns_table_avx2, columns_table_avx512;

const struct columns *columns_of(enum isa isa) {
#ifdef MATTHEW_KERNELS_WIDE
    if (isa == ISA_avx512)
        return &columns_table_avx512;
    if (isa == ISA_avx2)
        return &columns_table_avx2;
#endif
    (void)isa;
    return &columns_table_baseline;
}

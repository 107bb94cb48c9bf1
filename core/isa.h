/* Which instruction set the kernels run on: the best of isa.def that was built and that this CPU has, or the one
 * that the environment variable MATTHEW_ISA names. */
#ifndef MATTHEW_CORE_ISA_H
#define MATTHEW_CORE_ISA_H

#include "core/status.h"

enum isa { ISA_baseline, ISA_avx2, ISA_avx512, ISA_COUNT };

/* The name of an instruction set ("avx2"). */
const char *isa_name(enum isa isa);

/* 1 when the kernels for it were built and this CPU runs them. */
int isa_available(enum isa isa);

/* Chooses: MATTHEW_ISA when set (an error when unknown or not available here), else the best available. */
int isa_choose(enum isa *isa, struct failure *failure);

#endif

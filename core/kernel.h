/* How kernels are written.
 *
 * A kernel is a source file that is compiled once per instruction set (baseline x86-64, AVX2, AVX-512) and gives the
 * same bits in each: it uses + - * / sqrt and the elementary functions of core/elementary.h only, never libm,
 * and adds up through core/sums.h. Its public functions are named KERNEL(name), which the build turns into
 * name_baseline, name_avx2 or name_avx512; core/isa.h says which set is in use, and parallel/month.h picks the table.
 *
 * Firms come in blocks of BLOCK slots; a vector loop runs over LANES values at a time. */
#ifndef MATTHEW_CORE_KERNEL_H
#define MATTHEW_CORE_KERNEL_H

enum { BLOCK = 256, LANES = 16 };

#define KERNEL_PASTE_(name, suffix) name##_##suffix
#define KERNEL_PASTE(name, suffix) KERNEL_PASTE_(name, suffix)

#ifdef MATTHEW_KERNEL_SUFFIX
#define KERNEL(name) KERNEL_PASTE(name, MATTHEW_KERNEL_SUFFIX)
#endif

/* In front of every loop over firms that should become vector code; the loop's body has no branch and no call that is
   not inlined. */
#define VECTOR_LOOP _Pragma("omp simd")

#define KERNEL_INLINE static inline __attribute__((always_inline))

#endif

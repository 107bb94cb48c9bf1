/* Claims (equation 5): what a firm says it will be capable of, and what becomes of it. */
#ifndef MATTHEW_AGENTS_CLAIMS_H
#define MATTHEW_AGENTS_CLAIMS_H

#include "agents/world.h"

enum claim_news { CLAIM_MADE = 1, CLAIM_MET, CLAIM_MISSED };

#ifdef MATTHEW_KERNEL_SUFFIX
/* The end of a block's month: claims are met, missed, forgotten and made. */
void KERNEL(claims_block)(struct world *world, size_t block);
#endif

#endif

/* Learning of strategies (equation 25): a firm watches another of its own decile of age-adjusted size, and copies its
 * strategy when that one's value has grown more by the end of the horizon. Runs alone, after entry, in slot order.
 * Money in M$. Cost: about 5 ns a firm and month. */
#ifndef MATTHEW_AGENTS_LEARNING_H
#define MATTHEW_AGENTS_LEARNING_H

#include "agents/world.h"

/* Room for slots firms; the monthly step allocates nothing. */
int learning_reserve(struct learning *learning, size_t slots, struct failure *failure);
void learning_free(struct learning *learning);

/* Those whose watching ends judge and may copy; others begin to watch, or mutate. */
void learning_step(struct world *world);

#endif

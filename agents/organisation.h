/* Organisation: the hidden costs of speed (16)-(18). Culture dilution, burnout, technical debt, coordination,
 * infighting; and the groups that leave in infighting and found a firm (24).
 *
 * Productivity is set before training, from the people and GPUs of the month and the dilution that the last one left.
 * Dilution, burnout and debt move after hires and releases, and then lower the quality served (technology.h). With
 * organisation.enabled off nothing of this is called and the columns stay as founding left them. */
#ifndef MATTHEW_AGENTS_ORGANISATION_H
#define MATTHEW_AGENTS_ORGANISATION_H

#include "agents/world.h"

/* Lets those who walked out join the pool: a settle step. */
void organisation_close(struct world *world);

/* Lists the groups of this month that will found a firm. Room for all slots must have been reserved. */
void spin_outs_gather(struct world *world);

int spin_outs_reserve(struct spin_outs *spin_outs, size_t capacity, struct failure *failure);
void spin_outs_free(struct spin_outs *spin_outs);

#ifdef MATTHEW_KERNEL_SUFFIX
/* Productivity that coordination leaves (17). */
void KERNEL(organisation_coordinate_block)(struct world *world, size_t block);
/* Dilution, burnout, debt (16) and infighting (18). */
void KERNEL(organisation_strain_block)(struct world *world, size_t block);
#endif

#endif

/* The plan of a firm (equations 1, 2): free funds, budget, runway, layoffs and vacancies. */
#ifndef MATTHEW_AGENTS_PLAN_H
#define MATTHEW_AGENTS_PLAN_H

#include "agents/world.h"

#ifdef MATTHEW_KERNEL_SUFFIX
/* Budget and runway after funding. */
void KERNEL(plan_budget_block)(struct world *world, size_t block);
/* Layoffs, then vacancies. */
void KERNEL(plan_staff_block)(struct world *world, size_t block);
#endif

#endif

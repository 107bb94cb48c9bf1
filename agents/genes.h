/* Genes: the numbers that make a strategy, in the order of genes.def.
 *
 * A gene's noise is drawn from a stream of the gene's own, named after its parameter: a gene that is added to the table
 * moves no other draw. Thread rule: a firm's genes are written between phases. */
#ifndef MATTHEW_AGENTS_GENES_H
#define MATTHEW_AGENTS_GENES_H

#include "agents/world.h"

enum gene {
#define GENE(parameter, column, share) GENE_##parameter,
#include "agents/genes.def"
#undef GENE
};

/* The valid range of genes from the parameter table, and the names of their streams. */
void genes_range(struct gene_range *range);

/* The values of a preset; those of a firm. */
void genes_preset(const struct world *world, int strategy, double gene[GENE_COUNT]);
void genes_get(const struct firms *firms, size_t slot, double gene[GENE_COUNT]);

/* Lognormal noise of this spread, inside the genes' ranges; spread 0 changes nothing. */
void genes_vary(const struct world *world, double gene[GENE_COUNT], double spread, uint64_t key);

/* The same, but what lies between 0 and 1 (no budget share does) gets normal noise of this spread, so that a strategy
 * can begin to do what it never did. */
void genes_mutate(const struct world *world, double gene[GENE_COUNT], double spread, uint64_t key);

/* Writes genes into the firm's columns; budget shares are made to sum to 1. */
void genes_set(struct world *world, size_t slot, const double gene[GENE_COUNT]);

#endif

/* Sectors and kinds of payments as enums and tables: payments.def. */
#ifndef MATTHEW_AGENTS_SECTORS_H
#define MATTHEW_AGENTS_SECTORS_H

enum sector {
#define SECTOR(name, ...) SECTOR_##name,
#include "agents/payments.def"
#undef SECTOR
    SECTOR_COUNT
};

enum payment {
#define PAYMENT(name, ...) PAYMENT_##name,
#include "agents/payments.def"
#undef PAYMENT
    PAYMENT_COUNT
};

struct payment_info {
    const char *name;
    enum sector payer, payee;
    const char *description;
};

extern const struct payment_info payment_table[PAYMENT_COUNT];
extern const char *const sector_names[SECTOR_COUNT];

#endif

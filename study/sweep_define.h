/* Makes the HDF5 file of a sweep: whole, with the place of every value taken and filled. Thread rule: any. */
#ifndef MATTHEW_STUDY_SWEEP_DEFINE_H
#define MATTHEW_STUDY_SWEEP_DEFINE_H

#include "study/sweep.h"

struct sweep_file_options {
    const char *path;
    int reproducible; /* no wall times, so that the same inputs give the same bytes */
    int replace;      /* begin anew */
};

/* What else is written into the file while it is called `part`; null for nothing. */
struct sweep_filling {
    int (*fill)(void *context, const char *part, struct failure *failure);
    void *context;
};

/* Makes PATH.new and gives it the name path once it is whole and on the disk. */
int sweep_define(const struct sweep *sweep, const struct sweep_file_options *options,
                 const struct sweep_filling *filling, struct failure *failure);

/* What tells builds apart that may give other results. Returns text. */
enum { SWEEP_BUILD_SIZE = 1024 };
char *sweep_build_text(char text[SWEEP_BUILD_SIZE]);

#endif

/* How this library was built: for --version and for result files. Constant; written by the build
 * (cmake/Revision.cmake). */
#ifndef MATTHEW_CORE_BUILD_H
#define MATTHEW_CORE_BUILD_H

/* What the model computes. Rises whenever the digests in tests/golden do, for whatever reason: equal scenarios, seeds
 * and model versions give equal results. */
enum { MODEL_VERSION = 2 };

struct build {
    const char *version;  /* "0.1.0" */
    const char *revision; /* git revision of the checkout or of the archive, "unknown" elsewhere */
    int dirty;            /* 1 when tracked files differed from the revision */
    const char *sources;  /* digest of the library's sources as they were built: 16 hexadecimal digits */
    const char *date;     /* of that revision, else of the build: "November 23, 2026" */
    const char *compiler; /* "GNU 12.2.0" */
    const char *flags;    /* build type and the flags that shape arithmetic */
};

extern const struct build build;

#endif

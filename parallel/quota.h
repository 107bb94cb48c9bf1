/* The processor time that a container or a batch system grants this process, as a number of threads.
 *
 * Reads the control groups of the process (version 2: cpu.max; version 1: cpu.cfs_quota_us over cpu.cfs_period_us) and
 * of all groups above; the least counts. Thread rule: any. Cost: a few files, read once. */
#ifndef MATTHEW_PARALLEL_QUOTA_H
#define MATTHEW_PARALLEL_QUOTA_H

/* Threads that the limit is good for, rounded up; 0 when there is no limit. */
int quota_threads(void);

/* The same of a system whose list of the process's groups is the file `groups`, mounted at `root`. */
int quota_read(const char *groups, const char *root);

#endif

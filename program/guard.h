/* Against what HDF5 does when it fails beyond its own control: a damaged file leads it to a signal, and so does memory
 * that runs short while it writes, or it ends the process without a word. No check comes before either.
 *
 * Between begin and end a signal of that kind, or an exit, ends the program with one line that names the file and with
 * the exit status of a file that cannot be read or written. Where HDF5 spoils the heap, the C library says so in a line
 * before. A guard for reading may stand inside one for writing. Thread rule: one thread begins and ends; others may be
 * where the signal arrives. */
#ifndef MATTHEW_PROGRAM_GUARD_H
#define MATTHEW_PROGRAM_GUARD_H

void guard_begin(const char *path);         /* before reading path */
void guard_begin_writing(const char *path); /* before writing path, by way of path.part */
void guard_end(void);                       /* of the guard that began last */

#endif

/* Against what a damaged file makes of HDF5: some bytes lead HDF5 itself to a signal, and no check comes before it.
 *
 * Between begin and end a signal of that kind ends the program with one line that names the file, and with the exit
 * status of a file that cannot be read. Where HDF5 spoils the heap, the C library says so in a line before. Thread
 * rule: one guard at a time. */
#ifndef MATTHEW_PROGRAM_GUARD_H
#define MATTHEW_PROGRAM_GUARD_H

void guard_begin(const char *path);
void guard_end(void);

#endif

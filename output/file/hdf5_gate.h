/* The one way to HDF5: whoever calls it stands inside the gate, and nobody else does meanwhile.
 *
 * HDF5 may be built for one thread alone, and its error stack belongs to the process. So one lock goes before every
 * group of calls, and while it is held HDF5 prints nothing: output/file/reason.h keeps what it would say. A thread that
 * is inside may enter again. Enter around a group of calls and leave before long work of another kind, such as
 * compression, and before waiting for threads. Objects and texts of HDF5 are closed and freed inside, too. A fork waits
 * until nobody is inside, so that a child finds HDF5 whole. Thread rule: any. Cost: some 100 ns, a few ns inside. */
#ifndef MATTHEW_OUTPUT_FILE_HDF5_GATE_H
#define MATTHEW_OUTPUT_FILE_HDF5_GATE_H

/* The first entry of a thread forgets the reason of earlier failures; it stays readable after leaving. */
void hdf5_enter(void);
void hdf5_leave(void);

#endif

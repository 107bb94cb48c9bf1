#include "output/file/hdf5_gate.h"

#include "output/file/reason.h"

#include <pthread.h>

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local int depth; /* how often this thread has entered */

/* How HDF5 printed before: whoever is inside owns them. */
static H5E_auto2_t print;
static void *print_data;

static void before_fork(void) {
    if (depth == 0)
        pthread_mutex_lock(&gate);
}

static void after_fork(void) {
    if (depth == 0)
        pthread_mutex_unlock(&gate);
}

static void begin(void) {
    pthread_atfork(before_fork, after_fork, after_fork);
}

void hdf5_enter(void) {
    if (depth++ > 0)
        return;
    pthread_once(&once, begin);
    pthread_mutex_lock(&gate);
    H5Eget_auto2(H5E_DEFAULT, &print, &print_data);
    reason_forget();
    H5Eset_auto2(H5E_DEFAULT, reason_take, NULL);
}

void hdf5_leave(void) {
    if (--depth > 0)
        return;
    H5Eset_auto2(H5E_DEFAULT, print, print_data);
    pthread_mutex_unlock(&gate);
}

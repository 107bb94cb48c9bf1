#include "parallel/observers.h"

void observers_add(struct observers *observers, struct observer observer) {
    if (observers->count < OBSERVERS_MAX)
        observers->list[observers->count++] = observer;
}

static int is_failure(int status) {
    return status != MATTHEW_OK && status != MATTHEW_STOPPED;
}

static int month(void *context, const struct world *world, struct failure *failure) {
    struct observers *observers = context;
    observers->again = observers->settling = observers->stopping = 0;
    for (int i = observers->count - 1; i >= 0; i--) {
        const struct observer *one = &observers->list[i];
        int status = one->month != NULL ? one->month(one->context, world, failure) : MATTHEW_OK;
        if (is_failure(status))
            return status;
        observers->stopping |= status == MATTHEW_STOPPED;
    }
    return MATTHEW_OK; /* settle tells of a wish to stop */
}

static size_t tasks(void *context, const struct world *world) {
    struct observers *observers = context;
    size_t all = 0;
    for (int i = 0; i < observers->count; i++) {
        const struct observer *one = &observers->list[i];
        int asked = one->tasks != NULL && (!observers->again || i == observers->settling);
        observers->tasks[i] = asked ? one->tasks(one->context, world) : 0;
        all += observers->tasks[i];
    }
    return all;
}

static void task(void *context, const struct world *world, size_t number) {
    const struct observers *observers = context;
    for (int i = 0; i < observers->count; i++) {
        if (number < observers->tasks[i]) {
            observers->list[i].task(observers->list[i].context, world, number);
            return;
        }
        number -= observers->tasks[i];
    }
}

static int settle(void *context, const struct world *world, int *again, struct failure *failure) {
    struct observers *observers = context;
    *again = 0;
    for (int i = observers->settling; i < observers->count && *again == 0; i++) {
        const struct observer *one = &observers->list[i];
        int status = one->settle != NULL ? one->settle(one->context, world, again, failure) : MATTHEW_OK;
        if (is_failure(status))
            return status;
        observers->stopping |= status == MATTHEW_STOPPED;
        observers->settling = i;
    }
    observers->again = *again;
    if (*again == 0)
        observers->settling = 0;
    return *again == 0 && observers->stopping ? MATTHEW_STOPPED : MATTHEW_OK;
}

/* Each has its end, whatever another's was; the first failure counts. */
static int finish(void *context, const struct world *world, struct failure *failure) {
    const struct observers *observers = context;
    int first = MATTHEW_OK;
    for (int i = 0; i < observers->count; i++) {
        const struct observer *one = &observers->list[i];
        struct failure own = {0};
        int status = one->finish != NULL ? one->finish(one->context, world, &own) : MATTHEW_OK;
        if (status != MATTHEW_OK && first == MATTHEW_OK) {
            first = status;
            *failure = own;
        }
    }
    return first;
}

struct observer observers_join(struct observers *observers) {
    int books = 0, events = 0, finishes = 0;
    for (int i = 0; i < observers->count; i++) {
        books |= observers->list[i].books;
        events |= observers->list[i].events;
        finishes |= observers->list[i].finish != NULL;
    }
    return (struct observer){observers, month, tasks, task, settle, finishes ? finish : NULL, books, events};
}

#include "core/tape.h"

#include "core/memory.h"
#include "core/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "tapes are little-endian");

enum { WORD = sizeof(uint64_t), HEAD = 2 * WORD, BUFFER = 1 << 16 };
static const char mark[WORD] = {'M', 'a', 't', 't', 'h', 'e', 'w', '\n'};

static _Atomic unsigned long writes, fails_at; /* races may be saved by several threads */

unsigned long tape_fail_at(unsigned long n) {
    unsigned long asked = writes;
    writes = 0;
    fails_at = n;
    return asked;
}

uint64_t tape_digest(uint64_t digest, const void *data, size_t size) {
    const unsigned char *from = data;
    for (; size > 0; from += WORD) {
        uint64_t word = 0;
        size_t step = size < WORD ? size : WORD;
        memcpy(&word, from, step);
        digest = random_mix((digest ^ word) + GOLDEN_GAMMA);
        size -= step;
    }
    return digest;
}

static void set_status(struct tape *tape, int status, int error) {
    if (tape->status == MATTHEW_OK) {
        tape->status = status;
        tape->error = error;
    }
}

static int begin(struct tape *tape, const char *path, struct failure *failure) {
    size_t size = strlen(path) + sizeof ".part";
    memset(tape, 0, sizeof *tape);
    tape->descriptor = -1;
    tape->path = memory_string(path);
    tape->part = memory_new(size, 1);
    tape->buffer = memory_new(BUFFER, 1);
    tape->room = BUFFER;
    if (tape->path == NULL || tape->part == NULL || tape->buffer == NULL)
        return fail_memory(failure, "a checkpoint");
    snprintf(tape->part, size, "%s.part", path);
    return MATTHEW_OK;
}

static int write_failure(struct tape *tape, struct failure *failure) {
    return fail(failure, MATTHEW_WRITE_FAILED, "cannot write %s: %s", tape->path, strerror(tape->error));
}

static int read_failure(struct tape *tape, struct failure *failure) {
    return fail(failure, MATTHEW_READ_FAILED, "%s is damaged or cut short", tape->path);
}

/* ---- writing ---- */

static void write_buffer(struct tape *tape) {
    const unsigned char *from = tape->buffer;
    tape->digest = tape_digest(tape->digest, from, tape->at);
    if (++writes == fails_at)
        set_status(tape, MATTHEW_WRITE_FAILED, ENOSPC);
    while (tape->at > 0 && tape->status == MATTHEW_OK) {
        ssize_t put = write(tape->descriptor, from, tape->at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            set_status(tape, MATTHEW_WRITE_FAILED, put < 0 ? errno : ENOSPC);
        else {
            from += put;
            tape->at -= (size_t)put;
        }
    }
    tape->at = 0;
}

int tape_create(struct tape *tape, const char *path, const char kind[TAPE_KIND], struct failure *failure) {
    int status = begin(tape, path, failure);
    if (status != MATTHEW_OK)
        return status;
    tape->writing = 1;
    tape->descriptor = open(tape->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (tape->descriptor < 0) {
        tape->error = errno;
        return write_failure(tape, failure);
    }
    memcpy(tape->buffer, mark, WORD);
    memcpy(tape->buffer + WORD, kind, WORD);
    tape->at = HEAD;
    return MATTHEW_OK;
}

/* Twice the room; without it what was written is lost. */
static void grow_buffer(struct tape *tape) {
    unsigned char *larger = tape->status == MATTHEW_OK ? memory_grow(tape->buffer, tape->at, 2 * tape->room, 1) : NULL;
    if (larger == NULL) {
        set_status(tape, MATTHEW_NO_MEMORY, 0);
        tape->at = 0;
        return;
    }
    tape->buffer = larger;
    tape->room *= 2;
}

int tape_create_in_memory(struct tape *tape, const char *name, struct failure *failure) {
    int status = begin(tape, name, failure);
    tape->writing = tape->in_memory = 1;
    return status;
}

int tape_rewind(struct tape *tape, struct failure *failure) {
    if (tape->status != MATTHEW_OK)
        return fail_memory(failure, tape->path);
    tape->writing = 0;
    tape->filled = tape->at;
    tape->left = tape->at;
    tape->at = 0;
    return MATTHEW_OK;
}

static void put(struct tape *tape, const unsigned char *from, size_t size) {
    while (size > 0) {
        size_t step = tape->room - tape->at < size ? tape->room - tape->at : size;
        memcpy(tape->buffer + tape->at, from, step);
        tape->at += step;
        from += step;
        size -= step;
        if (tape->at == tape->room && tape->in_memory)
            grow_buffer(tape);
        else if (tape->at == tape->room)
            write_buffer(tape);
    }
}

static int finish_writing(struct tape *tape, struct failure *failure) {
    static const unsigned char zeros[WORD];
    put(tape, zeros, (WORD - tape->at % WORD) % WORD);
    write_buffer(tape);
    uint64_t digest = tape->digest;
    memcpy(tape->buffer, &digest, WORD);
    tape->at = WORD;
    write_buffer(tape);
    if (tape->status == MATTHEW_OK && fsync(tape->descriptor) != 0)
        set_status(tape, MATTHEW_WRITE_FAILED, errno);
    if (close(tape->descriptor) != 0)
        set_status(tape, MATTHEW_WRITE_FAILED, errno);
    tape->descriptor = -1;
    if (tape->status == MATTHEW_OK && rename(tape->part, tape->path) != 0)
        set_status(tape, MATTHEW_WRITE_FAILED, errno);
    if (tape->status == MATTHEW_OK)
        return MATTHEW_OK;
    unlink(tape->part);
    return write_failure(tape, failure);
}

/* ---- reading ---- */

/* The next piece of the file into the buffer. */
static int read_buffer(struct tape *tape) {
    size_t wanted = tape->inside < BUFFER ? (size_t)tape->inside : BUFFER, got = 0;
    while (got < wanted) {
        ssize_t more = read(tape->descriptor, tape->buffer + got, wanted - got);
        if (more < 0 && errno == EINTR)
            continue;
        if (more <= 0)
            return 0;
        got += (size_t)more;
    }
    tape->at = 0;
    tape->filled = got;
    tape->inside -= got;
    return 1;
}

/* Whether the digest at the end is that of all before it; puts the tape at the start of its body. */
static int verify(struct tape *tape, unsigned long long size, const char kind[TAPE_KIND]) {
    uint64_t digest = 0, wanted = 0;
    tape->inside = size - WORD;
    while (tape->inside > 0) {
        if (!read_buffer(tape))
            return 0;
        digest = tape_digest(digest, tape->buffer, tape->filled);
    }
    tape->inside = WORD;
    if (!read_buffer(tape))
        return 0;
    memcpy(&wanted, tape->buffer, WORD);
    if (wanted != digest || lseek(tape->descriptor, 0, SEEK_SET) != 0)
        return 0;
    tape->inside = size - WORD;
    if (!read_buffer(tape) || tape->filled < HEAD)
        return 0;
    tape->at = HEAD;
    tape->left = size - HEAD - WORD;
    return memcmp(tape->buffer, mark, WORD) == 0 && memcmp(tape->buffer + WORD, kind, WORD) == 0;
}

int tape_open(struct tape *tape, const char *path, const char kind[TAPE_KIND], struct failure *failure) {
    struct stat facts;
    int status = begin(tape, path, failure);
    if (status != MATTHEW_OK)
        return status;
    tape->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (tape->descriptor < 0)
        return fail(failure, errno == ENOENT ? MATTHEW_NOT_FOUND : MATTHEW_READ_FAILED, "cannot open %s: %s", path,
                    strerror(errno));
    if (fstat(tape->descriptor, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_size < HEAD + WORD ||
        facts.st_size % WORD != 0 || !verify(tape, (unsigned long long)facts.st_size, kind))
        return read_failure(tape, failure);
    return MATTHEW_OK;
}

int tape_is(const char *path, const char kind[TAPE_KIND]) {
    char head[HEAD];
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int is = descriptor >= 0 && read(descriptor, head, HEAD) == HEAD && memcmp(head, mark, WORD) == 0 &&
             memcmp(head + WORD, kind, WORD) == 0;
    if (descriptor >= 0)
        close(descriptor);
    return is;
}

static void get(struct tape *tape, unsigned char *to, size_t size) {
    if (size > tape->left)
        tape_refuse(tape);
    while (size > 0 && tape->status == MATTHEW_OK) {
        if (tape->at == tape->filled && (tape->in_memory || !read_buffer(tape))) {
            tape_refuse(tape);
            break;
        }
        size_t step = tape->filled - tape->at < size ? tape->filled - tape->at : size;
        memcpy(to, tape->buffer + tape->at, step);
        tape->at += step;
        tape->left -= step;
        to += step;
        size -= step;
    }
    if (size > 0)
        memset(to, 0, size);
}

void tape_refuse(struct tape *tape) {
    set_status(tape, MATTHEW_READ_FAILED, 0);
}

/* ---- both ---- */

void tape_carry(struct tape *tape, void *data, size_t size) {
    if (tape->writing)
        put(tape, data, size);
    else
        get(tape, data, size);
}

void tape_number(struct tape *tape, long *number) {
    int64_t value = *number;
    tape_carry(tape, &value, sizeof value);
    *number = (long)value;
}

void tape_count(struct tape *tape, size_t *count, size_t most, size_t size) {
    uint64_t value = *count;
    tape_carry(tape, &value, sizeof value);
    if (!tape->writing && (value > most || (size > 0 && value > tape->left / size))) {
        tape_refuse(tape);
        value = 0;
    }
    *count = (size_t)value;
}

int tape_finish(struct tape *tape, struct failure *failure) {
    if (tape->writing)
        return finish_writing(tape, failure);
    if (tape->left >= WORD)
        tape_refuse(tape);
    return tape->status == MATTHEW_OK ? MATTHEW_OK : read_failure(tape, failure);
}

void tape_free(struct tape *tape) {
    if (tape->path != NULL && tape->descriptor >= 0) {
        close(tape->descriptor);
        if (tape->writing)
            unlink(tape->part);
    }
    memory_free(tape->path);
    memory_free(tape->part);
    memory_free(tape->buffer);
    memset(tape, 0, sizeof *tape);
}

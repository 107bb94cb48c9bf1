/* What tests/cpp/pcg.cpp compares: core/random.h's words, behind functions that C++ can call. */
#include "core/random.h"

struct generator words_of_key(uint64_t key);
void words_next(struct generator *generator, uint64_t *out, int count);
struct generator words_of_lane(uint64_t key, int lane);
void words_uniforms(uint64_t key, double *out, int count);
int words_lanes(void);

struct generator words_of_key(uint64_t key) {
    return generator_open(key);
}

void words_next(struct generator *generator, uint64_t *out, int count) {
    for (int i = 0; i < count; i++)
        out[i] = generator_word(generator);
}

struct generator words_of_lane(uint64_t key, int lane) {
    struct stream stream;
    stream_open(&stream, key);
    struct generator generator = {stream.state[lane], stream.increment[lane]};
    return generator;
}

void words_uniforms(uint64_t key, double *out, int count) {
    struct stream stream;
    stream_open(&stream, key);
    stream_uniforms(&stream, out, (size_t)count);
}

int words_lanes(void) {
    return LANES;
}

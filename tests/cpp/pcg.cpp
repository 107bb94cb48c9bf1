// The generator of core/random.h, draw by draw against the C++ implementation of its author (libpcg-cpp-dev), variant
// RXS-M-XS with 64 bits of state and a stream: pcg_engines::setseq_rxs_m_xs_64_64. NumPy's PCG64DXSM is another variant
// (128 bits of state, output DXSM), so there is nothing to compare with it. Prints one line and exits with 0 when
// everything agrees.
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <sstream>

#include <pcg_random.hpp>

extern "C" {
struct pcg_words {
    uint64_t state, increment;
};
// From tests/cpp/words.c: the words of a generator and of a lane of a stream, as C makes them.
struct pcg_words words_of_key(uint64_t key);
void words_next(struct pcg_words *generator, uint64_t *out, int count);
struct pcg_words words_of_lane(uint64_t key, int lane);
void words_uniforms(uint64_t key, double *out, int count);
int words_lanes(void);
}

// An engine in a given state, through the text form that the reference reads.
static pcg_engines::setseq_rxs_m_xs_64_64 engine_of(pcg_words words) {
    std::stringstream text;
    text << UINT64_C(6364136223846793005) << ' ' << words.increment << ' ' << words.state;
    pcg_engines::setseq_rxs_m_xs_64_64 engine;
    text >> engine;
    if (text.fail())
        std::printf("the reference does not read its state\n");
    return engine;
}

static double unit(uint64_t word) {
    return (static_cast<double>(word >> 12) + 0.5) * 0x1p-52;
}

int main() {
    enum { DRAWS = 4096, KEYS = 200, LANE_DRAWS = 64 };
    static uint64_t got[DRAWS];
    long compared = 0, different = 0;
    for (uint64_t key = 0; key < KEYS; key++) {
        pcg_words generator = words_of_key(key * UINT64_C(0x123456789ABCDEF));
        auto engine = engine_of(generator);
        words_next(&generator, got, DRAWS);
        for (int i = 0; i < DRAWS; i++, compared++)
            different += engine() != got[i];
        auto after = engine_of(generator);
        different += !(after == engine); // the states agree too
    }
    // As its author seeds it: state and stream number, not the raw words.
    for (uint64_t stream = 0; stream < KEYS; stream++) {
        pcg_engines::setseq_rxs_m_xs_64_64 engine(42 + stream, stream);
        uint64_t increment = 2 * stream + 1;
        pcg_words generator = {(42 + stream + increment) * UINT64_C(6364136223846793005) + increment, increment};
        words_next(&generator, got, 100);
        for (int i = 0; i < 100; i++, compared++)
            different += engine() != got[i];
    }
    // The lanes of a block's stream.
    static double uniform[LANE_DRAWS * 64];
    for (uint64_t key = 0; key < KEYS; key++) {
        words_uniforms(key, uniform, LANE_DRAWS * words_lanes());
        for (int lane = 0; lane < words_lanes(); lane++) {
            auto engine = engine_of(words_of_lane(key, lane));
            for (int i = 0; i < LANE_DRAWS; i++, compared++)
                different += unit(engine()) != uniform[i * words_lanes() + lane];
        }
    }
    std::printf("%ld draws compared with the reference implementation, %ld differ\n", compared, different);
    return different == 0 ? 0 : 1;
}

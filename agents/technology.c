#include "agents/technology.h"

#include "core/elementary.h"

double technology_tenfolds(const struct parameters *parameters, double capability) {
    double step = parameters->technology_scaling + parameters->technology_jump;
    return step > 0.0 ? portable_floor(capability / step) : 0.0;
}

double technology_openness(const struct world *world, double mandate) {
    const struct firms *firms = &world->firms;
    double most = 0.0;
    for (size_t slot = 0; slot < firms->slots; slot++) {
        double behind = portable_clip(firms->capability[slot] - world->industry.frontier, -300.0, 300.0);
        double open = portable_max(firms->openness[slot], mandate) * portable_exp(2.0 * behind);
        most = portable_max(most, firms->active[slot] * open);
    }
    return portable_clip(most, 0.0, 1.0);
}

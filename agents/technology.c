#include "agents/technology.h"

#include "core/elementary.h"

double technology_tenfolds(const struct parameters *parameters, double capability) {
    double step = parameters->technology_scaling + parameters->technology_jump;
    return step > 0.0 ? portable_floor(capability / step) : 0.0;
}

#include "measure/noise.h"

#include "core/elementary.h"
#include "core/sums.h"

double noise_difference(double persistence, double weight, long months) {
    double keep = 1.0 - weight, joint = weight / (1.0 - persistence * keep);
    double variance = weight / (2.0 - weight) * (1.0 + persistence * keep) / (1.0 - persistence * keep);
    double covariance = variance, power = 1.0;
    for (long month = 0; month < months; month++) {
        power *= persistence;
        covariance = keep * covariance + weight * power * joint;
    }
    return portable_max(variance - covariance, 0.0);
}

/* A segment's accounts, the sums of their prices and of the squares of these, and how much of the variance tells. */
struct bills {
    double accounts, prices, squares, difference;
};

static struct bills measure_bills(const struct world *world, int segment, long months) {
    const struct firms *firms = &world->firms;
    const double *accounts = firms->accounts[segment], *price = firms->price[segment];
    double prices[LANES] = {0}, squares[LANES] = {0};
    for (size_t i = 0; i < firms->slots; i++) {
        prices[i % LANES] += price[i] * accounts[i];
        squares[i % LANES] += price[i] * price[i] * accounts[i];
    }
    struct bills bills = {sum_array(accounts, firms->slots), sum_lanes(prices), sum_lanes(squares), 0.0};
    double moves = sum_array(firms->leavers[segment], firms->slots) + sum_array(firms->arrivals[segment], firms->slots);
    double persistence = 1.0 - portable_min(0.5 * moves / portable_max(bills.accounts, 1.0), 1.0);
    double weight = portable_min(1.0, 1.0 / world->parameters.customers_payment_lag[segment]);
    bills.difference = noise_difference(persistence, weight, months);
    return bills;
}

/* Adds the variance of the difference of a firm's share, in units of the square of all bills. What a segment's accounts
 * add to the share is multinomial: accounts of the firm weigh p (1 - share), the others their prices times share. */
static double variance_of(const struct firms *firms, const struct bills *bills, size_t i, double all) {
    double share = 0.0, sum = 0.0;
    for (int s = 0; s < firms->segments; s++)
        share += firms->price[s][i] * firms->accounts[s][i];
    share /= all;
    for (int s = 0; s < firms->segments; s++) {
        double price = firms->price[s][i], bill = price * firms->accounts[s][i];
        double mean = bill - share * bills[s].prices;
        double spread = price * bill * (1.0 - 2.0 * share) + share * share * bills[s].squares;
        sum += 2.0 * bills[s].difference * (spread - mean * mean / portable_max(bills[s].accounts, 1.0));
    }
    return portable_max(sum, 0.0);
}

double noise_floor(const struct world *world, long months) {
    const double MEAN_ABSOLUTE = 0.79788456080286535588; /* of a standard normal: sqrt(2/pi) */
    const struct firms *firms = &world->firms;
    struct bills bills[MEMBERS_MAX];
    double all = 0.0, sum[LANES] = {0};
    for (int s = 0; s < firms->segments; s++) {
        bills[s] = measure_bills(world, s, months);
        all += bills[s].prices;
    }
    if (!(all > 0.0))
        return 0.0;
    for (size_t i = 0; i < firms->slots; i++)
        if (firms->active[i] > 0.0)
            sum[i % LANES] += portable_sqrt(variance_of(firms, bills, i, all));
    return MEAN_ABSOLUTE * sum_lanes(sum) / all;
}

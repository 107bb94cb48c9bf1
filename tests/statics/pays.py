"""When does blitzscaling pay? Contests of fast and slow firms over capital and the network exponent, in net present value."""

import functools

from contest import contest
from races import estimate, replicated

CAPITAL = (0.05, 0.25, 1, 5, 25)    # investors' money in month 0, M$ a month and initial firm
EXPONENTS = (0, 0.25, 0.5, 0.75)    # network exponent of all segments
FIRMS = 250                          # of the contests
CLEAR = 3.0
SWEEPS = {"speed-contest": "Speed alone: firms of equal genes, half of them with speed 1, the others with 0",
          "startup-contest": "Presets: half of the firms `blitzscaler`, the others `efficient`"}


def cells_of(scenario):
    return {(scenario, capital, exponent): functools.partial(
        contest, scenario, {"capital.pool": capital * FIRMS, "customers.*.network_exponent": exponent})
        for capital in CAPITAL for exponent in EXPONENTS}


def sweep_table(scenario, measured):
    lines = [f"""\
{SWEEPS[scenario]}. Mean net present value of the fast less that of the slow, M$ a firm:

| money, M$ a firm and month | {" | ".join(f"gamma_s = {exponent:g}" for exponent in EXPONENTS)} |
| --- |{" --- |" * len(EXPONENTS)}"""]
    for capital in CAPITAL:
        found = [estimate(measured[scenario, capital, exponent]["npv_gap"]) for exponent in EXPONENTS]
        lines.append(f"| {capital:g} | " + " | ".join(
            f"**{f.mean:+,.0f} ({f.error:,.0f})**" if abs(f.score) > CLEAR else f"{f.mean:+,.0f} ({f.error:,.0f})" for f in found) + " |")
    names = ("npv", "median", "positive", "survival")
    lines.append("""
Beside it, fast / slow: the mean and the median of the net present value, M$; the share of firms for whom it is positive; the share
alive after 60 months; and the log of the hazard ratio of exits with its standard error.

| money | gamma_s | mean | median | positive | survival | log hazard ratio |
| --- | --- | --- | --- | --- | --- | --- |""")
    for capital in CAPITAL:
        for exponent in (EXPONENTS[0], EXPONENTS[-2], EXPONENTS[-1]):
            m = measured[scenario, capital, exponent]
            pairs = [f"{m['fast_' + n].mean():{form}} / {m['slow_' + n].mean():{form}}" for n, form in zip(names, (",.0f", ",.0f", ".2f", ".2f"))]
            ratio = estimate(m["hazard_ratio"])
            lines.append(f"| {capital:g} | {exponent:g} | {' | '.join(pairs)} | {ratio.mean:+.2f} ({ratio.error:.2f}) |")
    return "\n".join(lines) + "\n"


def pays_tables(replications=24):
    jobs = {key: job for scenario in SWEEPS for key, job in cells_of(scenario).items()}
    measured = replicated(jobs, replications)
    head = f"""\
The scenarios `speed-contest` and `startup-contest`: {FIRMS} startups, nobody else, no entry, ten years, {replications} replications a cell.
Value is what model section 4 calls net present value: payouts and what a takeover fetched, less all money raised, plus book value and four
annual receipts at the end, at 10% a year; a firm that died counts with what it had raised. In brackets the standard error over
replications; **bold** is more than {CLEAR:g} of them from 0.

"""
    return head + "\n".join(sweep_table(scenario, measured) for scenario in SWEEPS)

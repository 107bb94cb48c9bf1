"""When does blitzscaling pay? Contests of fast and slow firms over capital, network exponent and hidden costs, in net present value."""

from arms import COSTS
from contest import contests
from sweeps import Times, estimate

CAPITAL = (0.1, 1, 25)           # investors' money, M$ a month and initial firm
EXPONENTS = (0, 0.3, 0.6)        # network exponent of all segments
HIDDEN = (0, 0.25, 0.5, 1, 2)    # hidden costs over their defaults
FIRMS = 250                      # of the contests
SWEEPS = {"speed-contest": "Speed alone: firms of equal genes, half of them with speed 1, the others with 0",
          "startup-contest": "Presets: half of the firms `blitzscaler`, the others `efficient`"}


def money(capital):
    return {"capital.pool": capital * FIRMS}


def hidden(factor):
    """All hidden costs at a multiple of their defaults; the two of quality go with debt and dilution."""
    rates = {path for arm in COSTS for path in arm.levels["off"] if ".quality_" not in path}
    return {path: Times(factor) for path in sorted(rates)}


def cells():
    """(hidden costs, capital, network exponent) -> change."""
    return {(factor, capital, exponent): {**hidden(factor), **money(capital), "customers.*.network_exponent": exponent}
            for factor in HIDDEN for capital in CAPITAL for exponent in EXPONENTS}


def entry(values, form):
    found = estimate(values)
    return f"{found.mean:{form}} ({found.error:{form.lstrip('+')}})"


def table(measured):
    """A row for each of costs and capital, exponents across: what speed is worth, and how often it dies."""
    heads = [f"{what}, gamma_s {exponent:g}" for what in ("value", "hazard") for exponent in EXPONENTS]
    lines = [f"| costs | money | {' | '.join(heads)} |", "| --- | --- |" + " --- |" * len(heads)]
    for factor in HIDDEN:
        for capital in CAPITAL:
            cells = [entry(measured[factor, capital, exponent][name], form)
                     for name, form in (("npv_gap", "+,.0f"), ("hazard_ratio", "+.2f")) for exponent in EXPONENTS]
            lines.append(f"| x{factor:g} | {capital:g} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def details(measured):
    lines = ["| costs | money | gamma_s | mean | median | positive | cash alone | survival |", "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for (factor, capital, exponent), cell in measured.items():
        pairs = [f"{cell['fast_' + name].mean():{form}} / {cell['slow_' + name].mean():{form}}"
                 for name, form in (("npv", ",.0f"), ("median", ",.0f"), ("positive", ".2f"), ("cash", ",.0f"), ("survival", ".2f"))]
        lines.append(f"| x{factor:g} | {capital:g} | {exponent:g} | " + " | ".join(pairs) + " |")
    return "\n".join(lines) + "\n"


def pays_tables(replications=60):
    parts = [f"""\
In the scenarios `speed-contest` and `startup-contest`: {FIRMS} startups, nobody else, no entry, ten years, {replications} replications a cell,
all of them with the same random numbers; each is a race and its mirror image, in which every firm has the other strategy. Costs are all rates of (16)-(18) times a factor, money is what investors offer a month and initial firm in M$,
gamma_s the network exponent of all segments. *Value* is the mean net present value of the fast less that of the slow, in M$ a firm:
payouts and what a takeover fetched, less all money raised, and at the end book value and four annual receipts, at 10% a year; firms that died count.
*Hazard* is the log of the ratio of exit hazards, fast over slow. In brackets standard errors.
"""]
    for scenario, title in SWEEPS.items():
        measured = contests(scenario, cells(), replications)
        parts += [f"**{title}.**\n", table(measured),
                  "<details><summary>Each group, fast / slow: mean and median of the net present value, M$; share of firms with a positive one; cash"
                  " that was paid out and fetched less what was raised, mean; share alive after 60 months</summary>\n", details(measured), "</details>\n"]
    return "\n".join(parts)

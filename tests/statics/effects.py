"""Comparative statics as tables: effects against the default race, paired by replicate, beside the signs that theory expects."""

from arms import COSTS, GROUPS, OUTCOMES, REASONS
from contest import contests
from sweeps import Times, difference, estimate, sweep

SCENARIO, FIRMS, MONTHS = "frontier-race", 1000, 120
BEGUN = 24   # levers act from here on; tenure and survival count from here
SCALED = {"capital.pool": Times(0.2)}  # money for a fifth of the firms: 5,000 is what the scenario is made for
CLEAR = 3.0  # an effect of more than this many standard errors is taken for one
DIGITS = {"concentration": 3, "final": 3, "own": 3, "tenure": 1, "frontier": 2, "surplus": 1, "survival": 3}


def outcomes_of_industry(months):
    """What sweeps keep of a race. Whoever lives at the end and entered in these months has lived longer than 24."""
    late = {"mean_of_last": months // 2}
    return {
        "concentration": {"indicator": "revenue_hhi", **late},
        "final": {"indicator": "revenue_hhi", "final": True},
        "leader": {"indicator": "revenue_leader", "series": "every 1"},
        "frontier": {"indicator": "frontier_capability", "final": True},
        "surplus": {"indicator": "consumer_surplus", **late},
        "survival": {"register": "life", "above": 24, "entered": [BEGUN, months - 25], "mean": True},
        "accounts_hhi": {"indicator": "accounts_hhi", **late},
        "staff_hhi": {"indicator": "staff_hhi", **late},
        "purchases_hhi": {"column": "gpu_allotment", "hhi": True, **late},
        "funding_cr10": {"indicator": "funding_year_cr10", **late},
    }


def outcomes_of(made):
    """Outcome -> array over replicates."""
    kept = {name: made[name].values for name in outcomes_of_industry(MONTHS)}
    leader = kept.pop("leader")[:, BEGUN:]
    return {**kept, "tenure": (leader == leader[:, -1:]).sum(1), "surplus": kept["surplus"] / 1000}


def measure(arms, replicates, seed=1, firms=FIRMS, months=MONTHS, levels=None, always=None):
    """Name -> outcome -> array over replicates, of the default race and of all levels of arms or of those named; always: the same in all races."""
    table = {}
    for arm in arms:
        changes = {(arm.name, level): change for level, change in arm.levels.items() if levels is None or (arm.name, level) in levels}
        if not table:
            changes = {"default": {}, **changes}
        made = sweep(SCENARIO, changes, outcomes_of_industry(months), replicates, seed, always={**SCALED, **(always or {})}, month=arm.month,
                     firms=firms, months=months)
        table |= {name: outcomes_of(one) for name, one in made.items()}
    return table


def effect(measured, arm, level, outcome):
    column = arm.own if outcome == "own" else outcome
    return difference(measured[arm.name, level][column], measured["default"][column])


def verdict(arm, level, outcome, found):
    """'agrees', 'differs', 'unclear' (too small to tell) or '' (theory expects no sign)."""
    sign = arm.sign(level, outcome)
    if sign == 0:
        return ""
    if not abs(found.score) > CLEAR:
        return "unclear"
    return "agrees" if found.score * sign > 0 else "differs"


def cell(measured, arm, level, outcome):
    if outcome == "own" and not arm.own:
        return ""
    found, digits = effect(measured, arm, level, outcome), DIGITS[outcome]
    number = f"{found.mean:+.{digits}f} ({found.error:.{digits}f})"
    number = f"**{number}**" if abs(found.score) > CLEAR and arm.sign(level, outcome) else number
    sign = {1: "+", -1: "-", 0: ""}[arm.sign(level, outcome)]
    mark = {"agrees": "", "differs": " differs", "unclear": " ?", "": ""}[verdict(arm, level, outcome, found)]
    return f"[{sign}{mark}] {number}" if sign else number


def differing(measured):
    """(arm, level, outcome) of every effect whose sign is clear and not the expected one."""
    return [(arm, level, outcome) for group in GROUPS.values() for arm in group for level in arm.levels for outcome in OUTCOMES
            if (outcome != "own" or arm.own)
            and verdict(arm, level, outcome, effect(measured, arm, level, outcome)) == "differs"]


def asked(measured):
    """The verdicts on all effects of the table."""
    return [verdict(arm, level, outcome, effect(measured, arm, level, outcome)) for group in GROUPS.values() for arm in group
            for level in arm.levels for outcome in OUTCOMES if outcome != "own" or arm.own]


def statics_table(replications=100):
    arms = [arm for group in GROUPS.values() for arm in group]
    measured = measure(arms, replications)
    base = {outcome: estimate(measured["default"][outcome]) for outcome in OUTCOMES if outcome != "own"}
    lines = [f"""\
`{SCENARIO}` with {FIRMS} firms and a fifth of the money over {MONTHS} months, {replications} replications; each entry is the mean difference from the
default race with the same random numbers, and its standard error. In brackets the sign that theory expects of this arm. **Bold** is an effect with
such a sign of more than {CLEAR:g} standard errors; `?` is one too small to tell, `differs` one that is clear and the other way round. An entry without
brackets answers no question that was asked before: it is one of {asked(measured).count("")}, all of them share one control and its random numbers, and some
pass {CLEAR:g} standard errors by luck.

Concentration is the Herfindahl-Hirschman index (HHI) of revenue, as a mean over the last 60 months and in the last one. Own market: the
HHI of accounts, of staff and of the GPUs bought in a month, and the share of the ten largest rounds in a year's funding (a month's
funding is too lumpy for an index), as means over the last 60 months. Tenure counts the months from 24 on in which the firm that
leads revenue at the end led. Frontier is the highest capability at the end, surplus the mean consumer surplus of the last 60
months in G$ a month, survival the share of the firms founded in months 24 to {MONTHS - 25} that live longer than 24 months.

| arm | level | concentration | at the end | own market | tenure | frontier | surplus | survival |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| default | | """ + " | ".join("" if o == "own" else f"{base[o].mean:.{DIGITS[o]}f} ({base[o].error:.{DIGITS[o]}f})" for o in OUTCOMES) + " |"]
    for group, members in GROUPS.items():
        lines.append(f"| *{group}* |" + " |" * (len(OUTCOMES) + 1))
        for arm in members:
            for level in arm.levels:
                cells = " | ".join(cell(measured, arm, level, outcome) for outcome in OUTCOMES)
                lines.append(f"| {arm.name} | {level} | {cells} |")
    found = differing(measured)
    verdicts = asked(measured)
    lines.append(f"\nTheory names a sign for {len(verdicts) - verdicts.count('')} of {len(verdicts)} effects. {verdicts.count('agrees')} have it "
                 f"clearly, {verdicts.count('unclear')} are too small to tell, and {verdicts.count('differs')} clearly have the other"
                 f"{':' if found else '.'}")
    lines += [f"* {arm.name}, {level}, {outcome}: {REASONS.get((arm.name, outcome), 'no reason is known yet.')}"
              for arm, level, outcome in found]
    return "\n".join(lines) + "\n"


CONTESTS = ("startup-contest", "speed-contest")
MEASURES = {"hazard_ratio": "log hazard ratio", "output_ratio": "log output, fast over slow", "fast_output": "log output of the fast",
            "quality_gap": "quality, fast less slow", "fast_training": "log training of the fast",
            "fast_capability": "capability of the fast"}


def cost_changes():
    return {"all as they are": {}, **{(arm.name, level): arm.levels[level] for arm in COSTS for level in ("off", "strong")},
            ("all hidden costs", "off"): {"organisation.enabled": "off"}}


def costs_table(replications=100):
    lines = [f"""\
Hidden costs in contests of fast and slow startups, {replications} replications, each of them a race and its mirror image, in which every firm
has the other strategy: differences from the contest with all costs and the same random numbers, and standard errors. The hazard ratio
is that of exits, fast over slow; output is what a firm received in ten years, training its GPU months of training; quality and
capability are means over the months, of the firms that then live.

| contest | hidden cost | level | {" | ".join(MEASURES.values())} |
| --- | --- | --- |{" --- |" * len(MEASURES)}"""]
    for scenario in CONTESTS:
        measured = contests(scenario, cost_changes(), replications)
        whole = measured.pop("all as they are")
        lines.append(f"| `{scenario}` | all as they are | | " + " | ".join(f"{b.mean:.3f} ({b.error:.3f})" for b in (estimate(whole[name]) for name in MEASURES)) + " |")
        for (cost, level), treated in measured.items():
            found = [difference(treated[name], whole[name]) for name in MEASURES]
            cells = [f"**{f.mean:+.3f} ({f.error:.3f})**" if abs(f.score) > CLEAR else f"{f.mean:+.3f} ({f.error:.3f})" for f in found]
            lines.append(f"| | {cost} | {level} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"

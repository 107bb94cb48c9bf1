"""Comparative statics as tables: effects against the default race, paired over seeds, beside the signs that theory expects."""

import functools

from arms import COSTS, GROUPS, OUTCOMES, REASONS
from contest import contest
from industry import industry
from races import Times, difference, estimate, replicated

SCENARIO, SIZE = "frontier-race", {"firms": 1000, "months": 120}
SCALED = {"capital.pool": Times(0.2)}  # money for a fifth of the firms: 5,000 is what the scenario is made for
CLEAR = 3.0  # an effect of more than this many standard errors is taken for one
DIGITS = {"concentration": 3, "final": 3, "own": 3, "tenure": 1, "frontier": 2, "surplus": 1, "survival": 3}


def jobs_of(arms, scenario=SCENARIO, **size):
    """Name -> function of a seed, of the default race and of every level of the arms."""
    size = size or SIZE
    industry_of = functools.partial(industry, scenario, SCALED)
    own = tuple(sorted({arm.own for arm in arms if arm.own}))
    jobs = {"default": functools.partial(industry_of, {}, None, own, **size)}
    for arm in arms:
        for level, change in arm.levels.items():
            jobs[arm.name, level] = functools.partial(industry_of, change, arm.month, (arm.own,) if arm.own else (), **size)
    return jobs


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


def statics_table(replications=12):
    arms = [arm for group in GROUPS.values() for arm in group]
    measured = replicated(jobs_of(arms), replications)
    base = {outcome: estimate(measured["default"][outcome]) for outcome in OUTCOMES if outcome != "own"}
    lines = [f"""\
`{SCENARIO}` with {SIZE["firms"]} firms and a fifth of the money over {SIZE["months"]} months, {replications} replications; each entry is the mean difference from the
default race with the same seed, and its standard error. In brackets the sign that theory expects of this arm. **Bold** is an effect with
such a sign of more than {CLEAR:g} standard errors; `?` is one too small to tell, `differs` one that is clear and the other way round. An entry without
brackets answers no question that was asked before: it is one of {asked(measured).count("")}, all of them share one control and its seeds, and some
pass {CLEAR:g} standard errors by luck.

Concentration is the Herfindahl-Hirschman index (HHI) of revenue, as a mean over the last 60 months and in the last one. Own market: the HHI
of accounts, of staff, of the GPUs bought in a year and of the money raised in a year. Tenure counts the months from 24 on in which the firm that
leads revenue at the end led. Frontier is the highest capability at the end, surplus the mean consumer surplus of the last 60
months in G$ a month, survival the share of the firms founded from month 24 on that live 24 months.

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
            "quality_gap": "quality, fast less slow", "fast_training": "log training of the fast"}


def cost_jobs(scenarios=CONTESTS, change=None, levels=("off", "strong")):
    change = change or {}
    jobs = {}
    for scenario in scenarios:
        jobs[scenario] = functools.partial(contest, scenario, change)
        for arm in COSTS:
            for level in levels:
                jobs[scenario, arm.name, level] = functools.partial(contest, scenario, {**change, **arm.levels[level]})
        jobs[scenario, "all hidden costs", "off"] = functools.partial(contest, scenario, {**change, "organisation.enabled": "off"})
    return jobs


def costs_table(replications=24):
    jobs = cost_jobs()
    measured = replicated(jobs, replications)
    lines = [f"""\
Hidden costs in contests of fast and slow startups, {replications} replications, each of them a race and its mirror image, in which every firm
has the other strategy: differences from the contest with all costs at the same seed, and standard errors. The hazard ratio is that of exits, fast over slow; output is what a firm received in ten years,
quality its mean while it lived, training the GPU months that it trained with, times what coordination leaves of them.

| contest | hidden cost | level | {" | ".join(MEASURES.values())} |
| --- | --- | --- |{" --- |" * len(MEASURES)}"""]
    for scenario in CONTESTS:
        base = {name: estimate(measured[scenario][name]) for name in MEASURES}
        lines.append(f"| `{scenario}` | all as they are | | " + " | ".join(f"{b.mean:.3f} ({b.error:.3f})" for b in base.values()) + " |")
        for key in jobs:
            if isinstance(key, tuple) and key[0] == scenario:
                found = [difference(measured[key][name], measured[scenario][name]) for name in MEASURES]
                cells = [f"**{f.mean:+.3f} ({f.error:.3f})**" if abs(f.score) > CLEAR else f"{f.mean:+.3f} ({f.error:.3f})" for f in found]
                lines.append(f"| | {key[1]} | {key[2]} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"

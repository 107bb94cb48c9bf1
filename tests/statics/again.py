"""Some entries of the tables of docs/model.md once more, with seeds that no table has seen: every row has its own, and its own control."""

import functools

import arms
from contest import contest
from effects import jobs_of
from pays import money
from races import difference, estimate, together

CELLS = ((25, 0), (25, 0.3), (25, 0.6), (1, 0.6))  # capital and network exponent, at the default costs
ROWS = (("prestige (gamma_k)", "strong"), ("culture dilution", "off"), ("burnout", "off"), ("infighting", "off"))
FIRST = 1001  # the first seed of the first row


def seeds_of(row, replications):
    return range(FIRST + row * replications, FIRST + (row + 1) * replications)


def entry(found, form):
    return f"{found.mean:{form}} ({found.error:{form.lstrip('+')}})"


def again_pays(replications=40):
    """What speed is worth: with the terminal value, without it, and in cash that has been paid."""
    jobs, multiples = [], ({}, {"value.terminal_multiple": 0})
    for row, (capital, exponent) in enumerate(CELLS):
        change = {**money(capital), "customers.*.network_exponent": exponent}
        jobs += [functools.partial(contest, "speed-contest", {**change, **multiple}, seed, output=False, cash=bool(multiple))
                 for multiple in multiples for seed in seeds_of(row, replications)]
    results = iter(together(jobs))
    lines = [f"`speed-contest` at the default costs, {replications} replications a row, seeds {FIRST} to "
             f"{FIRST + len(CELLS) * replications - 1}, each row its own: fast less slow, in M$ a firm, and standard errors.", "",
             "| money | gamma_s | value | with `value.terminal_multiple` 0 | cash alone: payouts and prices less money raised |",
             "| --- | --- | --- | --- | --- |"]
    for capital, exponent in CELLS:
        whole, bare = ([next(results) for _ in range(replications)] for _ in multiples)
        found = [[race["npv_gap"] for race in whole], [race["npv_gap"] for race in bare], [race["cash_gap"] for race in bare]]
        lines.append(f"| {capital:g} | {exponent:g} | " + " | ".join(entry(estimate(values), "+,.0f") for values in found) + " |")
    return "\n".join(lines) + "\n"


def again_statics(replications=32):
    """Effects on survival, for which theory expects no sign."""
    known = {arm.name: arm for group in arms.GROUPS.values() for arm in group}
    jobs = []
    for row, (name, level) in enumerate(ROWS):
        made = jobs_of([known[name]])
        jobs += [functools.partial(made[key], seed) for key in ("default", (name, level)) for seed in seeds_of(row, replications)]
    results = iter(together(jobs))
    lines = [f"`frontier-race` as in the table above, {replications} replications a row, seeds {FIRST} to "
             f"{FIRST + len(ROWS) * replications - 1}, each row its own, and its own control.", "",
             "| arm | level | survival | concentration |", "| --- | --- | --- | --- |"]
    for name, level in ROWS:
        base, treated = ([next(results) for _ in range(replications)] for _ in range(2))
        found = [difference([race[outcome] for race in treated], [race[outcome] for race in base])
                 for outcome in ("survival", "concentration")]
        lines.append(f"| {name} | {level} | " + " | ".join(entry(f, "+.3f") for f in found) + " |")
    return "\n".join(lines) + "\n"

"""Some entries of the tables of docs/model.md once more, with random numbers that no table has seen: every row has its own, and its own control."""

import arms
from contest import contests
from effects import measure
from pays import money
from sweeps import difference, estimate

CELLS = ((25, 0), (25, 0.3), (25, 0.6), (1, 0.6))  # capital and network exponent, at the default costs
ROWS = (("prestige (gamma_k)", "strong", {}), ("culture dilution", "off", {}), ("burnout", "off", {}), ("infighting", "off", {}),
        ("capture", "off", {}), ("capture", "off", {"regions.*.compliance": 0}))  # arm, level, what is otherwise in both races
FIRST = 1001  # the seed of the first row's sweep; the others have the next ones


def entry(found, form):
    return f"{found.mean:{form}} ({found.error:{form.lstrip('+')}})"


def again_pays(replications=100):
    """What speed is worth: with the terminal value, without it, and in cash that has been paid."""
    lines = [f"`speed-contest` at the default costs, {replications} replications a row, sweeps with the seeds {FIRST} to "
             f"{FIRST + len(CELLS) - 1}: fast less slow, in M$ a firm, and standard errors.", "",
             "| money | gamma_s | value | with `value.terminal_multiple` 0 | cash alone: payouts and prices less money raised |",
             "| --- | --- | --- | --- | --- |"]
    for row, (capital, exponent) in enumerate(CELLS):
        change = {**money(capital), "customers.*.network_exponent": exponent}
        made = contests("speed-contest", {"whole": change, "bare": {**change, "value.terminal_multiple": 0}}, replications, FIRST + row)
        found = [made["whole"]["npv_gap"], made["bare"]["npv_gap"], made["whole"]["cash_gap"]]
        lines.append(f"| {capital:g} | {exponent:g} | " + " | ".join(entry(estimate(values), "+,.0f") for values in found) + " |")
    return "\n".join(lines) + "\n"


def again_statics(replications=150):
    """Effects on survival that theory names no sign for, and one that is not as theory expects."""
    known = {arm.name: arm for group in arms.GROUPS.values() for arm in group}
    lines = [f"`frontier-race` as in the table above, {replications} replications a row, sweeps with the seeds {FIRST} to "
             f"{FIRST + len(ROWS) - 1}, every row with a control of its own.", "",
             "| arm | level | in both races | survival | concentration |", "| --- | --- | --- | --- | --- |"]
    for row, (name, level, both) in enumerate(ROWS):
        measured = measure([known[name]], replications, FIRST + row, levels={(name, level)}, always=both)
        found = [difference(measured[name, level][outcome], measured["default"][outcome]) for outcome in ("survival", "concentration")]
        said = ", ".join(f"`{path}` {value}" for path, value in both.items())
        lines.append(f"| {name} | {level} | {said} | " + " | ".join(entry(f, "+.3f") for f in found) + " |")
    return "\n".join(lines) + "\n"

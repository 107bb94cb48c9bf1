"""Contests of two strategies, fast (the first) and slow (the second), without entry: what races say about them."""

import numpy

from races import race

MONTHS = 120
STRATEGIES = {"speed-contest": ("fast", "slow"), "startup-contest": ("blitzscaler", "efficient")}
OUTPUT = ("total_receipts", "quality", "training_gpus", "productivity")
CASH = ("discounted_payouts", "discounted_raised")


def contest(scenario, change, seed, output=True, cash=False):
    """Outcomes of a contest, by name, with what the firms put out and paid out or without: means over it and its mirror image, in which
    every firm has the other strategy, so that neither group owes anything to a better start."""
    both = [half(scenario, change, seed, output, cash, order) for order in (1, -1)]
    return {name: (both[0][name] + both[1][name]) / 2 for name in both[0]}


def half(scenario, change, seed, output, cash, order):
    """One race. Without entry all firms are there from the start."""
    record = (OUTPUT if output else ()) + (CASH if cash else ())
    read = race(scenario, seed, change, record, strategies=STRATEGIES[scenario][::order], months=MONTHS)
    strategy, exit_month = read["strategy_at_entry"], read["exit_month"].astype(float)
    left = exit_month >= 0
    lived = numpy.where(left, exit_month, MONTHS)
    npv = read["final_npv"]  # of a firm that left, what it had paid out and fetched less what it had raised
    fast = 0 if order == 1 else 1
    groups = {"fast": strategy == fast, "slow": strategy == 1 - fast}
    result = {}
    for name, mine in groups.items():
        result[f"{name}_hazard"] = (left[mine].sum() + 0.5) / lived[mine].sum()  # half an exit: no log of 0
        result[f"{name}_survival"] = (~left[mine] | (lived[mine] > 60)).mean()
        result[f"{name}_npv"] = npv[mine].mean()
        result[f"{name}_median"] = numpy.median(npv[mine])
        result[f"{name}_positive"] = (npv[mine] > 0).mean()
    result["hazard_ratio"] = numpy.log(result["fast_hazard"] / result["slow_hazard"])
    result["npv_gap"] = result["fast_npv"] - result["slow_npv"]
    if cash:
        firms = len(npv)
        held = read["discounted_payouts"][-1, :firms] - read["discounted_raised"][-1, :firms]
        realised = numpy.where(left, npv, held)
        result["cash_gap"] = realised[groups["fast"]].mean() - realised[groups["slow"]].mean()
    if output:
        result |= put_out(read, groups)
    return result


def put_out(read, groups):
    """Receipts and training of the groups over all months, and their quality while they lived."""
    firms = len(groups["fast"])
    receipts = numpy.nansum(read["total_receipts"][1:, :firms], 0)
    training = numpy.nansum((read["training_gpus"] * read["productivity"])[1:, :firms], 0)
    quality = numpy.nanmean(read["quality"][1:, :firms], 0)
    fast, slow = groups.values()
    return {"output_ratio": numpy.log(receipts[fast].mean() / receipts[slow].mean()),
            "fast_output": numpy.log(receipts[fast].mean()),
            "quality_gap": numpy.nanmean(quality[fast]) - numpy.nanmean(quality[slow]),
            "fast_training": numpy.log(training[fast].mean())}

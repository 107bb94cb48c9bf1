"""Contests of two strategies, fast (the first) and slow (the second), without entry: what races say about them."""

import numpy

from sweeps import sweep

MONTHS = 120
STRATEGIES = {"speed-contest": ("fast", "slow"), "startup-contest": ("blitzscaler", "efficient")}
OUTCOMES = {  # every one has a value for each strategy
    "firms": {"column": "active", "sum_by": "strategy", "at": 0},
    "exited": {"register": "exited", "mean_by": "strategy"},
    "life": {"register": "life", "mean_by": "strategy"},
    "survival": {"register": "life", "above": 60, "mean_by": "strategy"},
    "npv": {"register": "npv", "mean_by": "strategy"},
    "median": {"register": "npv", "median_by": "strategy"},
    "positive": {"register": "npv", "above": 0, "mean_by": "strategy"},
    "cash": {"register": "realised", "mean_by": "strategy"},
    "receipts": {"column": "total_receipts", "sum_by": "strategy", "mean_of_last": MONTHS},
    "quality": {"column": "quality", "mean_by": "strategy", "mean_of_last": MONTHS},
    "training": {"column": "training_gpus", "sum_by": "strategy", "mean_of_last": MONTHS},
    "capability": {"column": "capability", "mean_by": "strategy", "mean_of_last": MONTHS},
}


def contests(scenario, changes, replicates, seed=1):
    """name -> outcome -> array over replicates: means over a contest and its mirror image, in which every firm has the other strategy, so that
    neither group owes anything to a better start."""
    both = [sweep(scenario, changes, OUTCOMES, replicates, seed, strategies=STRATEGIES[scenario][::order], months=MONTHS) for order in (1, -1)]
    result = {}
    for name in changes:
        straight, mirrored = (outcomes_of(made[name], *STRATEGIES[scenario]) for made in both)
        result[name] = {outcome: (straight[outcome] + mirrored[outcome]) / 2 for outcome in straight}
    return result


def outcomes_of(made, fast, slow):
    result = {}
    for group, strategy in (("fast", fast), ("slow", slow)):
        mine = {name: made[name].sel(strategy=strategy).values for name in OUTCOMES}
        result |= {f"{group}_{name}": mine[name] for name in ("survival", "npv", "median", "positive", "cash", "quality", "capability")}
        result[f"{group}_hazard"] = (mine["exited"] * mine["firms"] + 0.5) / (mine["life"] * mine["firms"])  # half an exit: no log of 0
        result[f"{group}_output"] = numpy.log(mine["receipts"] * MONTHS / mine["firms"])
        result[f"{group}_training"] = numpy.log(mine["training"] * MONTHS / mine["firms"])
    result["hazard_ratio"] = numpy.log(result["fast_hazard"] / result["slow_hazard"])
    result["output_ratio"] = result["fast_output"] - result["slow_output"]
    for name in ("npv", "cash", "quality"):
        result[f"{name}_gap"] = result[f"fast_{name}"] - result[f"slow_{name}"]
    return result

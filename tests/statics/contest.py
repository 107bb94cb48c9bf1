"""Contests of two strategies, fast (the first) and slow (the second), without entry: what a race says about them."""

import numpy

from races import race

RECORD = ("total_receipts", "quality", "training_gpus", "productivity")


def contest(scenario, change, seed, **options):
    """Outcomes of one contest, by name. Without entry a firm's row of the register is its slot and its id."""
    read = race(scenario, seed, change, RECORD, **options)
    months = len(read["total_receipts"]) - 1
    strategy, exit_month = read["register_strategy"], read["register_exit_month"].astype(float)
    firms = len(strategy)
    left = exit_month >= 0
    lived = numpy.where(left, exit_month, months)
    receipts = numpy.nan_to_num(read["total_receipts"][1:, :firms]).sum(0)
    quality = numpy.nanmean(read["quality"][1:, :firms], 0)
    npv = read["register_npv"]  # of a firm that left, what it had paid out and fetched less what it had raised
    research = numpy.nan_to_num(read["training_gpus"] * read["productivity"])[1:, :firms].sum(0)
    result = {"log_receipts": numpy.log(receipts.mean())}
    for group, name in enumerate(("fast", "slow")):
        mine = strategy == group
        result[f"{name}_hazard"] = (left[mine].sum() + 0.5) / lived[mine].sum()  # half an exit: no log of 0
        result[f"{name}_survival"] = (~left[mine] | (lived[mine] > 60)).mean()
        result[f"{name}_receipts"] = receipts[mine].mean()
        result[f"{name}_quality"] = numpy.nanmean(quality[mine])
        result[f"{name}_research"] = research[mine].mean()
        result[f"{name}_npv"] = npv[mine].mean()
        result[f"{name}_median"] = numpy.median(npv[mine])
        result[f"{name}_positive"] = (npv[mine] > 0).mean()
    result["hazard_ratio"] = numpy.log(result["fast_hazard"] / result["slow_hazard"])
    result["output_ratio"] = numpy.log(result["fast_receipts"] / result["slow_receipts"])
    result["fast_output"] = numpy.log(result["fast_receipts"])
    result["fast_training"] = numpy.log(result["fast_research"])
    result["quality_gap"] = result["fast_quality"] - result["slow_quality"]
    result["npv_gap"] = result["fast_npv"] - result["slow_npv"]
    return result

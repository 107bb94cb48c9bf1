"""What an industry looks like at the end of a race: the outcomes of the comparative statics."""

import numpy

from races import race

INDICATORS = ("revenue_hhi", "revenue_leader", "accounts_hhi", "staff_hhi", "frontier_capability", "consumer_surplus")
LATE = 60    # months at the end over which means are taken
BEGUN = 24   # levers act from here on; tenure and survival count from here


def yearly_concentration(flow):
    """Mean over the years of the Herfindahl-Hirschman index of what firms got in a year."""
    years = numpy.nan_to_num(flow[1:]).reshape(-1, 12, flow.shape[1]).sum(1)
    totals = years.sum(1)
    shares = years[totals > 0] / totals[totals > 0, None]
    return (shares ** 2).sum(1).mean()


def industry(scenario, always, change, month, own, seed, **options):
    """Outcomes of one race of whole years, by name; own is the list of markets whose concentration is wanted."""
    record = [name for name in (*INDICATORS, *own) if name not in ("purchases_hhi", "funding_hhi")]
    flows = {"purchases_hhi": "gpu_allotment", "funding_hhi": "funding"}
    record += [flows[name] for name in own if name in flows]
    read = race(scenario, seed, always, record, {month or 0: change}, **options)
    leader = read["revenue_leader"][BEGUN:]
    last = len(read["revenue_hhi"]) - 1
    born, left = read["entry_month"], read["exit_month"]
    cohort = (born >= BEGUN) & (born <= last - 24)
    result = {
        "concentration": read["revenue_hhi"][-LATE:].mean(),
        "final": read["revenue_hhi"][-1],
        "tenure": (leader == leader[-1]).sum(),
        "frontier": read["frontier_capability"][-1],
        "surplus": read["consumer_surplus"][-LATE:].mean() / 1000,
        "survival": ((left < 0) | (left - born > 24))[cohort].mean(),
    }
    for name in own:
        result[name] = yearly_concentration(read[flows[name]]) if name in flows else read[name][-LATE:].mean()
    return result

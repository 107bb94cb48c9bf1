"""Draws a history file: picture.py race.h5 race.png"""

import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.dates
import matplotlib.pyplot as plt
import matplotlib.ticker
import numpy as np
import xarray

# Okabe and Ito: told apart with every kind of colour vision.
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442"]
GREY = "#BBBBBB"
MARKETS = {"accounts": ("customers (accounts)", "-"), "staff": ("talent (staff)", "--"),
           "compute": ("compute (GPUs)", "-."), "capital": ("capital (valuation)", ":")}


def firm_names(race, ids):
    """Names from the register; a firm without one is called by its number."""
    names = dict(zip(np.asarray(race["firm"].values, dtype=int), race["firm_name"].values))
    names = {i: n.decode() if isinstance(n, bytes) else str(n) for i, n in names.items() if int(i) in ids}
    return [names.get(i) or f"firm {i}" for i in ids]


def shares_of_accounts(race, top):
    """Ids of the firms with the largest shares over the whole time, and their shares [firm, month]."""
    accounts = race["accounts"].sum("segment").transpose("month", "firm").values.astype(float)
    held = accounts / np.maximum(accounts.sum(axis=1, keepdims=True), 1)
    sums = held.sum(axis=0)
    order = [int(i) for i in np.argsort(-sums, kind="stable")[:top] if sums[i] > 0]
    return [int(race["firm"].values[i]) for i in order], held[:, order].T


def draw_shares(axes, race, date):
    axes.set_ylabel("share of accounts (%)")
    axes.set_title("Who has the customers")
    if "accounts" not in race:
        for name, what, style in (("accounts_cr10", "largest 10", ":"), ("accounts_cr4", "largest 4", "--"),
                                  ("accounts_cr1", "largest", "-")):
            axes.plot(date, 100 * race[name], style, color=COLOURS[0], label=what)
        axes.legend(frameon=False)
        return
    ids, shares = shares_of_accounts(race, len(COLOURS))
    rest = np.clip(1 - shares.sum(axis=0), 0, 1)
    areas = axes.stackplot(date, *(100 * shares), 100 * rest, colors=COLOURS[: len(ids)] + [GREY], linewidth=0.4,
                           edgecolor="white")
    axes.set_ylim(0, 100)
    handles = list(areas)[::-1]
    labels = (firm_names(race, ids) + ["all others"])[::-1]
    axes.legend(handles, labels, loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize=9, borderaxespad=0)


def logarithmic(axes):
    """A logarithmic scale with plain numbers at 1, 2, 5, 10, 20 ..."""
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(matplotlib.ticker.LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_locator(matplotlib.ticker.NullLocator())


def draw_concentration(axes, race, date):
    for colour, (name, (label, style)) in zip(COLOURS, MARKETS.items()):
        axes.plot(date, race[f"{name}_hhi"], style, color=colour, label=label, linewidth=1.8)
    logarithmic(axes)
    axes.set_ylabel("Herfindahl-Hirschman index (1 = one firm)")
    axes.set_title("Concentration of the four markets")
    axes.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)


def draw_firms(upper, lower, race, date):
    upper.plot(date, race["active_firms"], color=COLOURS[0], linewidth=1.8)
    upper.set_ylabel("active firms")
    upper.set_ylim(bottom=0)
    upper.yaxis.set_major_formatter(matplotlib.ticker.StrMethodFormatter("{x:,.0f}"))
    upper.set_title("Firms")
    upper.tick_params(labelbottom=False)
    lower.plot(date, race["entries"], "-", color=COLOURS[2], label="entries", linewidth=1.3)
    lower.plot(date, race["exits"], "--", color=COLOURS[5], label="exits", linewidth=1.3)
    lower.set_ylabel("firms a month")
    lower.set_ylim(bottom=0)
    lower.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)


def draw_technology(upper, lower, race, date):
    price = race["gpu_price"].where(race["gpu_price"] > 0)
    upper.plot(date, 1000 * price, color=COLOURS[1], linewidth=1.8)
    logarithmic(upper)
    upper.set_ylabel("GPU (thousand USD)")
    upper.set_title("Price of compute and capability")
    upper.tick_params(labelbottom=False)
    lower.plot(date, race["frontier_capability"], "-", color=COLOURS[0], label="frontier", linewidth=1.8)
    lower.plot(date, race["mean_capability"], "--", color=COLOURS[3], label="mean", linewidth=1.3)
    lower.set_ylabel("capability (tenfolds)")
    lower.legend(frameon=False, fontsize=9, loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)


def draw(race, path):
    plt.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 11,
                         "axes.titleweight": "bold", "axes.titlelocation": "left"})
    figure = plt.figure(figsize=(13, 8.2), layout="constrained")
    grid = figure.add_gridspec(4, 2)
    shares, concentration = figure.add_subplot(grid[:2, 0]), figure.add_subplot(grid[:2, 1])
    firms = figure.add_subplot(grid[2, 0]), figure.add_subplot(grid[3, 0])
    technology = figure.add_subplot(grid[2, 1]), figure.add_subplot(grid[3, 1])
    date = race["date"].values
    draw_shares(shares, race, date)
    draw_concentration(concentration, race, date)
    draw_firms(*firms, race, date)
    draw_technology(*technology, race, date)
    for axes in (shares, concentration, *firms, *technology):
        axes.set_xlim(date[0], date[-1])
        axes.xaxis.set_major_locator(matplotlib.dates.AutoDateLocator(minticks=3, maxticks=7))
        axes.grid(axis="y", color="#E6E6E6", linewidth=0.6)
        axes.set_axisbelow(True)
    firms_first = int(race["active_firms"].values[0])
    title = race.attrs.get("title") or "Race"
    figure.suptitle(f"{title}: {firms_first:,} firms at the start, {race.sizes['month'] - 1} recorded months", fontsize=13)
    figure.savefig(path, dpi=110)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: picture.py HISTORY.h5 PICTURE.png")
    with xarray.open_dataset(sys.argv[1], engine="netcdf4") as race:
        draw(race, sys.argv[2])


if __name__ == "__main__":
    main()

"""Sweeps over entries of the schedule, outcomes of all firms that ever lived, and differences between points."""

import json
import unittest

import numpy
import xarray

from sweep import Sweep

BASE = """\
base: frontier-race
schedule:
  - {month: 3, name: quits, set: {talent.*.separation: 0.1}}
  - {month: 6, set: {talent.*.separation: 0.02}}
  - {month: 4, name: openness, set: {customers.*.lock_in: 2}}
  - {month: 5, name: deal, acquire: {buyer: Meta, target: Anthropic, price: 0}}
"""
TEXT = """\
base: base.yaml
firms: 60
months: 12
factors:
  schedule.quits.month: [3, 9]
  schedule.quits.value: {from: 0.005, to: 0.1, steps: 2}
  schedule.deal.month: [5, 2]
replicates: 2
outcomes:
  hhi: {indicator: staff_hhi, series: every 1}
  firms: {indicator: active_firms, final}
"""


class Schedule(Sweep):
    def setUp(self):
        super().setUp()
        self.write("base.yaml", BASE)

    def by_hand(self, text, seed):
        scenario = self.write("hand.yaml", text)
        result = self.works("run", scenario, "--firms", 60, "--months", 12, "--seed", int(seed), "--json")
        return json.loads(result.stdout)["indicators"]

    def test_values_are_those_of_the_entries_by_hand(self):
        self.works(*self.sweep(TEXT, "--quiet", "--threads", 2))
        data = self.read()
        self.assertEqual(data.hhi.dims, ("quits_month", "value", "deal_month", "replicate", "month"))
        self.assertEqual(data.quits_month.attrs["units"], "month")
        self.assertEqual(data.quits_month.attrs["parameter"], "schedule.quits.month")
        self.assertEqual(data.value.attrs["units"], "1/month")
        self.assertEqual(data.value.values.tolist(), [0.005, 0.1])
        for month in (3, 9):
            for value in (0.005, 0.1):
                for deal in (5, 2):
                    run = data.sel(quits_month=month, value=value, deal_month=deal, replicate=1)
                    text = BASE.replace("month: 3, name: quits, set: {talent.*.separation: 0.1}", f"month: {month}, set: {{talent.*.separation: {value}}}")
                    wanted = self.by_hand(text.replace("month: 5, name: deal", f"month: {deal}"), run.seed)
                    self.assertEqual(float(run.hhi[-1]), wanted["staff_hhi"], (month, value, deal))
                    self.assertEqual(float(run.firms), wanted["active_firms"])
        self.assertEqual(len(numpy.unique(data.hhi.values[..., 1, -1])), 8)

    def test_the_base_in_the_file_has_the_names(self):
        self.works(*self.sweep(TEXT, "--quiet"))
        self.assertIn('name: "quits"', self.read().attrs["sweep_base"])
        self.path("base.yaml").unlink()
        said = self.works("replay", self.out, "--point", "quits_month=9,value=0.005,deal_month=2", "--replicate", 1, "-o", self.path("run.h5")).stdout
        self.assertIn("has the same values in", said)

    def test_it_grows(self):
        self.works(*self.sweep(TEXT, "--quiet"))
        said = self.works(*self.sweep(TEXT.replace("[3, 9]", "[3, 6, 9]"))).stdout
        self.assertIn("16 of 24 runs are there already", said)

    def test_a_name_alone_loses_nothing(self):
        self.write("base.yaml", BASE.replace("name: quits, ", ""))
        lines = TEXT.splitlines(keepends=True)
        self.works(*self.sweep("".join(line for line in lines if "quits" not in line), "--quiet"))
        self.write("base.yaml", BASE)
        self.assertIn("4 of 16 runs are there already", self.works(*self.sweep(TEXT)).stdout)

    def test_one_at_a_time_starts_from_the_base(self):
        self.works(*self.sweep("design: one_at_a_time\n" + TEXT, "--quiet"))
        data = self.read()
        self.assertEqual(data.quits_month.values.tolist(), [3, 9, 3, 3])
        self.assertEqual(data.value.values.tolist(), [0.1, 0.1, 0.005, 0.1])
        self.assertEqual(data.deal_month.values.tolist(), [5, 5, 5, 2])

    def check(self, old, new, *says):
        text = TEXT.replace(old, new, 1)
        self.assertNotEqual(text, TEXT, old)
        with self.subTest(new):
            self.refused(*self.sweep(text), says=["s.yaml:", *says])
            self.assertEqual(self.files(), ["base.yaml", "s.yaml"])

    def test_refused(self):
        months = "schedule.quits.month: [3, 9]"
        self.check(months, "schedule.quit.month: [3]", "s.yaml:5:3: key `factors.schedule.quit.month`", "did you mean `quits`")
        self.check(months, "schedule.quits.months: [3]", "`month` and `value` can be factors")
        self.check(months, "schedule.deal.value: [3]", "`month` and `price` can be factors")
        self.check(months, "schedule.quits: [3]", "`month` and `value` can be factors")
        self.check("[3, 9]", "[0]", "s.yaml:5:26: key `factors.schedule.quits.month[0]`", "allowed range [1, 12000] month")
        self.check("[3, 9]", "[12001]", "allowed range [1, 12000] month")
        self.check("[3, 9]", "[3.5]", "whole number", "allowed range [1, 12000] month")
        self.check("[3, 9]", "{from: 1, to: 4, steps: 3}", "a step is at month 2.5, which is not whole")
        self.check("from: 0.005", "from: -1", "schedule.quits.value.from", "allowed range [0, 10] 1/month")
        self.check("factors:\n", "design: {random: 3}\nfactors:\n  schedule.openness.month: {from: 1, to: 9}\n", "months are whole")
        self.write("base.yaml", BASE.replace("customers.*.lock_in: 2", "customers.*.lock_in: 2, capital.pool: 3"))
        self.check(months, "schedule.openness.value: [3]", "sets several parameters")

    def test_what_parameters_allow_together_is_checked_at_every_point(self):
        self.write("base.yaml", BASE + "  - {month: 2, set: {customers.price_max: 5}}\n  - {month: 7, name: floor, set: {customers.price_min: 2}}\n")
        self.check("schedule.quits.month: [3, 9]", "schedule.floor.value: [2, 9]", "s.yaml:5:3: key `factors.schedule.floor.value`",
                   "at floor_value=9", "schedule, month 7: customers.price_min: 9 is above customers.price_max, which is 5")


class Register(Sweep):
    """Means over the register are those of the history of the run."""

    TEXT = """\
base: frontier-race
firms: 200
months: 40
factors: {customers.*.lock_in: [0, 2]}
replicates: 3
outcomes:
  npv: {register: npv, mean_by: strategy}
  all: {register: npv, mean}
  raised: {register: raised, mean: true}
  price: {register: price, mean}
  gap: {register: npv, difference_by: speed}
  cadence: {register: proceeds, difference_by: cadence}
  hhi: {indicator: revenue_hhi, final}
"""

    @staticmethod
    def mean(values):
        """In the order of ids."""
        total, count = 0.0, 0
        for value in values:
            if not numpy.isnan(value):
                total, count = total + value, count + 1
        return total / count if count else numpy.nan

    @staticmethod
    def at_entry(history, name):
        """The gene of each firm in its first month."""
        entered = {}
        for values in history[name].values:
            for number, value in enumerate(values):
                if not numpy.isnan(value):
                    entered.setdefault(number, value)
        return numpy.array([entered[number] for number in range(len(entered))])

    def compare(self, run, path):
        with xarray.open_dataset(path) as history:
            npv, strategy = history.final_npv.values, history.strategy_at_entry.values
            self.assertEqual(history.sizes["month"], int(run.months_run) + 1)
            for number, name in enumerate(history.strategy.values):
                numpy.testing.assert_array_equal(run.npv.sel(strategy=name), self.mean(npv[strategy == number]), name)
            self.assertEqual(float(run["all"]), self.mean(npv))
            self.assertEqual(float(run.raised), self.mean(history.exit_raised.values))
            self.assertEqual(float(run.price), self.mean(history.exit_price.values))
            for name, gene, values in (("gap", "speed", npv), ("cadence", "cadence", history.exit_proceeds.values)):
                entry = self.at_entry(history, gene)
                self.assertEqual(len(entry), len(npv))
                middle = numpy.median(entry.astype(float))
                self.assertEqual(float(run[name]), self.mean(values[entry > middle]) - self.mean(values[entry < middle]), name)

    def replayed(self, *options):
        path = self.path("run.h5")
        self.works("replay", self.out, "--point", "lock_in=2", "--replicate", 1, "-o", path, "--record", "all", "--quiet", "--force", *options)
        return path

    def test_values_are_those_of_the_history(self):
        self.works(*self.sweep(self.TEXT, "--quiet", "--threads", 2))
        for engine in ("netcdf4", "h5netcdf"):
            data = self.read(engine=engine)
            self.assertEqual(data.npv.dims, ("lock_in", "replicate", "strategy"))
            self.assertEqual(list(data.strategy.values[:2]), ["blitzscaler", "leapfrogger"])
            self.assertEqual((data.npv.attrs["register"], data.npv.attrs["mean_by"], data.gap.attrs["difference_by"]), ("npv", "strategy", "speed"))
            self.assertEqual((data["all"].attrs["units"], data["all"].attrs["register"]), ("million USD", "npv"))
            self.assertFalse(data.gap.isnull().any())
        self.compare(data.sel(lock_in=2, replicate=1), self.replayed())

    def test_genes_at_entry_are_not_what_firms_learn_later(self):
        text = self.TEXT.replace("months: 40", "months: 40\nset: {learning.enabled: on, learning.rate: 0.3, learning.mutation: 0.3}")
        self.works(*self.sweep(text, "--quiet"))
        path = self.replayed()
        self.compare(self.read().sel(lock_in=2, replicate=1), path)
        with xarray.open_dataset(path) as history:
            here = ~numpy.isnan(history.speed.values[-1])
            last, entry = history.speed.values[-1][here], self.at_entry(history, "speed")[here]
            self.assertGreater((last != entry).mean(), 0.3)

    def test_a_race_that_a_rule_ends(self):
        text = self.TEXT + "stop_when: active_firms > 230\n"
        self.works(*self.sweep(text, "--quiet"))
        run = self.read().sel(lock_in=2, replicate=1)
        self.assertEqual(int(run.status), 2)
        self.assertLess(int(run.months_run), 40)
        self.compare(run, self.replayed())
        self.assertIn("has the same values", self.works("replay", self.out, "--point", "lock_in=2", "--replicate", 1).stdout)

    def test_without_values_there_are_none(self):
        self.works(*self.sweep(self.TEXT.replace("months: 40", "months: 3\nset: {value.enabled: off}"), "--quiet"))
        data = self.read()
        self.assertTrue(data.npv.isnull().all() and data["all"].isnull().all() and data.gap.isnull().all())
        self.assertTrue((data.status == 1).all())

    def test_it_grows(self):
        large = self.path("large.h5")
        self.works(*self.sweep(self.TEXT.replace("[0, 2]", "[0, 1, 2]"), "--quiet", "--reproducible", "--threads", 2, out=large))
        self.works(*self.sweep(self.TEXT, "--quiet", "--reproducible"))
        said = self.works(*self.sweep(self.TEXT.replace("[0, 2]", "[0, 1, 2]"), "--reproducible")).stdout
        self.assertIn("6 of 9 runs are there already", said)
        self.assertEqual(self.out.read_bytes(), large.read_bytes())
        self.refused(*self.sweep(self.TEXT.replace("difference_by: cadence", "difference_by: hype")), says="9 of its 9 finished runs would be lost")

    def test_refused(self):
        for old, new, *says in (("register: npv, mean_by", "register: npw, mean_by", "s.yaml:7:19: key `outcomes.npv.register`", "it has price, rounds, raised, proceeds, npv", "did you mean `npv`"),
                                ("mean_by: strategy", "mean_by: region", "key `outcomes.npv.mean_by`: expected `strategy`"),
                                ("by: speed", "by: sped", "key `outcomes.gap.difference_by`", "did you mean `speed`"),
                                ("npv, mean}", "npv}", "expected one of `mean`, `mean_by: strategy`, `median`, `median_by: strategy` and `difference_by: GENE`"),
                                ("npv, mean}", "npv, mean, difference_by: speed}", "expected one of `mean`"),
                                ("mean: true", "mean: false", "key `outcomes.raised.mean`", "expected nothing behind `mean`, or `true`"),
                                ("npv, mean}", "npv, final}", "key `outcomes.all.final`"),
                                ("revenue_hhi, final", "revenue_hhi, mean_by: strategy", "key `outcomes.hhi.mean_by`"),
                                ("  hhi:", "  strategy:", "uses that name itself")):
            with self.subTest(new):
                self.assertIn(old, self.TEXT)
                self.refused(*self.sweep(self.TEXT.replace(old, new, 1)), says=["s.yaml:", *says])
                self.assertEqual(self.files(), ["s.yaml"])


class Compare(Sweep):
    """The table of differences is what pairs of races give."""

    TEXT = """\
base: frontier-race
firms: 60
months: 24
factors:
  customers.*.lock_in: [0, 1, 2]
  talent.*.separation: [0.01, 0.2]
replicates: 8
outcomes:
  hhi: {indicator: staff_hhi, mean_of_last: 3}
  series: {indicator: staff_hhi, series: every 1}
  firms: {indicator: active_firms, final}
"""
    WITH = "compare: {with: {customers.*.lock_in: 0}}\n"

    def table(self, text):
        lines = self.works(*self.sweep(text)).stdout.splitlines()
        at = [number for number, line in enumerate(lines) if line.startswith("differences to ")]
        return [] if not at else lines[at[0]:]

    def expect(self, lines, data, reference):
        """Means, standard errors and counts of differences to the points with other values."""
        rows = []
        for lock_in in data.lock_in.values:
            for separation in data.separation.values:
                other = dict({"lock_in": lock_in, "separation": separation}, **reference)
                if (other["lock_in"], other["separation"]) == (lock_in, separation):
                    continue
                row = [lock_in, separation]
                for name in ("hhi", "firms"):
                    change = (data[name].sel(lock_in=lock_in, separation=separation) - data[name].sel(**other)).values
                    change = change[~numpy.isnan(change)]
                    row += [change.mean(), change.std(ddof=1) / len(change)**0.5, len(change)]
                rows.append(row)
        numpy.testing.assert_allclose([[float(word) for word in line.split()] for line in lines[2:]], rows, rtol=1e-3, atol=1e-12)

    def test_differences_are_paired(self):
        lines = self.table(self.TEXT + self.WITH)
        self.assertEqual(lines[0], "differences to lock_in=0, paired by seed")
        self.assertEqual(lines[1].split(), ["lock_in", "separation", "hhi", "s.e.", "n", "firms", "s.e.", "n"])
        data = self.read()
        self.expect(lines, data, {"lock_in": 0})
        self.assertEqual(data.lock_in.attrs["compare_with"], "0")
        self.assertNotIn("compare_with", data.separation.attrs)
        self.assertIn("compare with lock_in=0\n", data.attrs["sweep_recipe"])

    def test_it_may_be_added_and_changed_later(self):
        self.assertEqual(self.table(self.TEXT), [])
        before = self.read()
        for rule, reference in ((self.WITH, {"lock_in": 0}),
                                ("compare: {with: {lock_in: 2, talent.*.separation: 0.2}}\n", {"lock_in": 2, "separation": 0.2})):
            self.expect(self.table(self.TEXT + rule), self.read(), reference)
            numpy.testing.assert_array_equal(self.read().wall_time.values, before.wall_time.values)
            numpy.testing.assert_array_equal(self.read().check.values, before.check.values)
        self.assertEqual(self.read().separation.attrs["compare_with"], "0.2")

    def test_missing_values_are_left_out(self):
        """Firms are missing where the race ended earlier."""
        text = self.TEXT.replace("active_firms, final", "active_firms, at: 20")
        self.works(*self.sweep(text, "--quiet"))
        middle = int(numpy.median(self.read().firms.values))
        self.out.unlink()
        lines, data = self.table(text + f"stop_when: active_firms > {middle}\n" + self.WITH), self.read()
        self.assertTrue(0 < data.firms.isnull().sum() < data.firms.size, data.firms.values)
        self.assertNotEqual({line.split()[-1] for line in lines[2:]}, {"8"})
        self.expect(lines, data, {"lock_in": 0})

    def test_points_of_a_list_without_the_other_are_left_out(self):
        text = self.TEXT.replace("[0.01, 0.2]", "[0.01, 0.01, 0.2]") + "design: list\n" + self.WITH
        lines = self.table(text)
        self.assertEqual([line.split()[:2] for line in lines[2:]], [["1", "0.01"]])

    def test_refused(self):
        for rule, *says in (("{with: {customers.*.lockin: 0}}", "key `compare.with.customers.*.lockin`", "the sweep has no factor"),
                            ("{with: {lock: 0}}", "the sweep has no factor `lock`"),
                            ("{with: {lock_in: 3}}", "s.yaml:12:27: key `compare.with.lock_in`", "lock_in is never 3 in the sweep; it is 0, 1, 2"),
                            ("{with: {lock_in: x}}", "lock_in: expected a number"), ("{with: {}}", "at least one factor"),
                            ("{with: {lock_in: 0, customers.*.lock_in: 1}}", "the factor lock_in is given twice"),
                            ("{to: {lock_in: 0}}", "key `compare.to`"), ("{}", "`with` is missing"), ("lock_in", "key `compare`"),
                            ("{with: {lock_in: 0}}\nseeds: independent", "`seeds: common`")):
            with self.subTest(rule):
                self.refused(*self.sweep(self.TEXT + f"compare: {rule}\n"), says=["s.yaml:", *says])
                self.assertEqual(self.files(), ["s.yaml"])


if __name__ == "__main__":
    unittest.main()

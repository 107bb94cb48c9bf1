"""Outcomes of sweeps over many firms are what the history of the run has: amounts of all that ever lived, and columns of the living."""

import unittest

import numpy
import xarray

from sweep import Sweep

HEAD = """\
base: frontier-race
firms: 200
months: 40
set: {learning.enabled: on, learning.rate: 0.05}
factors: {customers.*.lock_in: [0, 2]}
replicates: 3
outcomes:
"""
STOP = "stop_when: active_firms > 444\n"


class Outcomes(Sweep):
    def replayed(self):
        path = self.path("run.h5")
        said = self.works("replay", self.out, "--point", "lock_in=2", "--replicate", 1, "-o", path, "--record", "all", "--force").stdout
        self.assertIn("has the same values in", said)
        return path

    def check_refused(self, text, cases):
        for old, new, *says in cases:
            with self.subTest(new):
                self.assertIn(old, text)
                self.refused(*self.sweep(text.replace(old, new, 1)), says=["s.yaml:", *says])
                self.assertEqual(self.files(), ["s.yaml"])

    def check_growth(self, text, *changes):
        """More points grow the file that has fewer; a change of what is taken loses runs, another order and other names do not."""
        large = text.replace("[0, 2]", "[0, 1, 2]")
        made = set()
        for threads in (1, 2, 3):
            path = self.path(f"{threads}.h5")
            self.works(*self.sweep(large, "--quiet", "--reproducible", "--threads", threads, out=path))
            made.add(path.read_bytes())
        self.assertEqual(len(made), 1, "bytes depend on threads")
        self.works(*self.sweep(text, "--quiet", "--reproducible"))
        self.assertIn("6 of 9 runs are there already", self.works(*self.sweep(large, "--reproducible")).stdout)
        self.assertIn(self.out.read_bytes(), made)
        for old, new in changes:
            with self.subTest(new):
                self.assertIn(old, large)
                self.refused(*self.sweep(large.replace(old, new, 1)), says="9 of its 9 finished runs would be lost")
        lines = large.splitlines(keepends=True)
        first = lines.index("outcomes:\n") + 1
        turned = lines[:first] + [line.replace(":", "_too:", 1) for line in reversed(lines[first:])]
        self.assertIn("9 of 9 runs are there already", self.works(*self.sweep("".join(turned), "--reproducible")).stdout)


class Register(Outcomes):
    TEXT = HEAD + """\
  life: {register: life, mean}
  lives: {register: life, mean_by: strategy}
  left: {register: exited, mean_by: strategy}
  middle: {register: npv, median}
  middles: {register: npv, median_by: strategy}
  positive: {register: npv, above: 0, mean_by: strategy}
  large: {register: npv, above: 12.5, mean}
  survival: {register: life, above: 12, entered: [6, 27], mean}
  founders: {register: exited, entered: [0, 0], mean: true}
  late: {register: npv, entered: [20, 30], median_by: strategy}
  gap: {register: npv, above: 0, entered: [0, 9], difference_by: speed}
  none: {register: price, entered: [40, 40], median}
  cash: {register: realised, mean}
  cashes: {register: realised, mean_by: strategy}
"""

    @staticmethod
    def mean(values):
        """In the order of ids."""
        values = values[~numpy.isnan(values)]
        return numpy.cumsum(values)[-1] / len(values) if len(values) else numpy.nan

    @staticmethod
    def median(values):
        values = values[~numpy.isnan(values)]
        return numpy.median(values) if len(values) else numpy.nan

    @staticmethod
    def above(values, number):
        return numpy.where(numpy.isnan(values), numpy.nan, values > number)

    def compare(self, run, path):
        with xarray.open_dataset(path) as history:
            npv, entry, leaving, strategy = (history[name].values.astype(float) for name in ("final_npv", "entry_month", "exit_month", "strategy_at_entry"))
            last, names = int(history.month[-1]), history.strategy.values
            self.assertEqual(last, int(run.months_run))
            first = history.speed.notnull().values.argmax(axis=0)
            speed = history.speed.values[first, numpy.arange(len(npv))]
            held = (history.discounted_payouts - history.discounted_raised).values[-1]
        exited = (leaving >= 0).astype(float)
        life = numpy.where(leaving >= 0, leaving, last) - entry
        self.assertTrue(0 < exited.mean() < 1)
        realised = numpy.where(leaving >= 0, npv, held)  # of a firm that left both are the same
        self.assertTrue(numpy.isfinite(realised).all() and (realised[leaving < 0] != npv[leaving < 0]).all())
        for name, of, values in (("lives", self.mean, life), ("left", self.mean, exited), ("middles", self.median, npv),
                                 ("positive", self.mean, self.above(npv, 0)), ("cashes", self.mean, realised), ("late", self.median, numpy.where((entry >= 20) & (entry <= 30), npv, numpy.nan))):
            wanted = [of(values[strategy == number]) for number in range(len(names))]
            numpy.testing.assert_array_equal(run[name].values, wanted, name)
        cohort, early = (entry >= 6) & (entry <= 27), entry <= 9
        middle, positive = numpy.median(speed[early]), self.above(npv, 0)
        for name, wanted in (("life", self.mean(life)), ("cash", self.mean(realised)), ("middle", self.median(npv)), ("large", self.mean(self.above(npv, 12.5))),
                             ("survival", self.mean(self.above(life, 12)[cohort])), ("founders", self.mean(exited[entry == 0])),
                             ("gap", self.mean(positive[early & (speed > middle)]) - self.mean(positive[early & (speed < middle)]))):
            self.assertEqual(float(run[name]), wanted, name)

    def test_values_are_those_of_the_history(self):
        self.works(*self.sweep(self.TEXT, "--quiet", "--threads", 2))
        for engine in ("netcdf4", "h5netcdf"):
            data = self.read(engine=engine)
            self.assertEqual(data.middles.dims, ("lock_in", "replicate", "strategy"))
            self.assertEqual({name: data.survival.attrs[name] for name in ("units", "register", "above", "entered", "statistic")},
                             {"units": "1", "register": "life", "above": "12", "entered": "[6, 27]", "statistic": "mean"})
            self.assertEqual((data.life.attrs["units"], data.left.attrs["units"], data.middle.attrs["units"]), ("month", "1", "million USD"))
            self.assertEqual((data.middle.attrs["statistic"], data.late.attrs["median_by"], data.late.attrs["entered"]), ("median", "strategy", "[20, 30]"))
            self.assertIn("as 1 above 12 and else 0; mean of all firms that entered in months 6 to 27", data.survival.attrs["long_name"])
            self.assertTrue(data.none.isnull().all())
        self.assertIn("outcome gap register npv above 0 entered 0 9 difference_by speed\n", data.attrs["sweep_recipe"])
        self.compare(data.sel(lock_in=2, replicate=1), self.replayed())

    def test_a_race_that_a_rule_ends(self):
        self.works(*self.sweep(self.TEXT + STOP, "--quiet"))
        run = self.read().sel(lock_in=2, replicate=1)
        self.assertTrue(24 < int(run.months_run) < 36)
        self.compare(run, self.replayed())

    def test_it_grows(self):
        self.check_growth(self.TEXT, ("above: 12,", "above: 13,"), ("npv, above: 0,", "npv,"), ("[6, 27]", "[6, 28]"), ("[6, 27]", "[5, 27]"),
                          ("entered: [6, 27], ", ""), ("npv, median}", "npv, mean}"), ("median_by", "mean_by"), ("life, mean}", "exited, mean}"))

    def test_refused(self):
        survival = "above: 12, entered: [6, 27], mean"
        self.check_refused(self.TEXT, (
            ("register: life, mean}", "register: live, mean}", "s.yaml:8:20: key `outcomes.life.register`", "did you mean `life`"),
            ("register: life, mean}", "register: xyzxyz, mean}", "it has price, rounds, raised, proceeds, npv, life, exited, realised"),
            ("register: life, mean}", "register: life}", "expected one of `mean`, `mean_by: strategy`, `median`, `median_by: strategy` and `difference_by: GENE`"),
            ("register: life, mean}", "register: life, mean, median}", "s.yaml:8:9: key `outcomes.life`: expected one of `mean`"),
            ("register: life, mean}", "register: life, sum}", "key `outcomes.life.sum`", "no such key"),
            ("register: npv, median}", "register: npv, median: 3}", "key `outcomes.middle.median`: expected nothing behind `median`, or `true`"),
            ("median_by: strategy", "median_by: region", "key `outcomes.middles.median_by`: expected `strategy`"),
            (survival, "above: x, mean", "key `outcomes.survival.above`", "expected a number"),
            (survival, "above: [1], mean", "key `outcomes.survival.above`", "found a list"),
            (survival, "above: 1e301, mean", "key `outcomes.survival.above`", "allowed range [-1e300, 1e300] month"),
            (survival, "entered: 6, mean", "key `outcomes.survival.entered`", "expected a list"),
            (survival, "entered: [6], mean", "key `outcomes.survival.entered`: expected the first and the last month of entry, such as `[0, 24]`"),
            (survival, "entered: [6, 41], mean", "s.yaml:15:43: key `outcomes.survival.entered[1]`", "allowed range [6, 40] month"),
            (survival, "entered: [6, 5], mean", "key `outcomes.survival.entered[1]`", "allowed range [6, 40] month"),
            (survival, "entered: [-1, 5], mean", "key `outcomes.survival.entered[0]`", "allowed range [0, 40] month"),
            (survival, "entered: [0, 2.5], mean", "key `outcomes.survival.entered[1]`", "whole number"),
            (survival, "enterd: [6, 27], mean", "key `outcomes.survival.enterd`", "did you mean `entered`"),
            ("replicates: 3", "replicates: {at_least: 10, at_most: 20, until: {middles: 1}}", "key `replicates.until.middles`: has a value for each strategy; take an outcome of one value")))


class Living(Outcomes):
    TEXT = HEAD + """\
  receipts: {column: total_receipts, sum, series: every 1}
  accounts: {column: accounts, mean, at: 20}
  enterprise: {column: accounts, member: enterprise, sum_by: strategy, series: every 12}
  staff: {column: staff, mean_by: strategy, mean_of_last: 5}
  firms: {column: active, sum_by: strategy, series: every 1}
  ages: {column: age, mean_by: strategy, series: every 1}
  hhi: {column: total_receipts, hhi, series: every 1}
  revenue_hhi: {indicator: revenue_hhi, series: every 1}
  cash_hhi: {column: cash, hhi: true, final}
  cash: {column: cash, sum, mean_of_last: 12}
  cashes: {column: cash, sum_by: strategy, final}
  first: {column: gpus, hhi, at: 0}
"""
    SERIES = ("receipts", "firms", "ages", "hhi", "revenue_hhi")

    def setUp(self):
        super().setUp()
        self.close = lambda found, wanted, name: numpy.testing.assert_allclose(found, wanted, rtol=1e-12, atol=0, err_msg=name)

    @staticmethod
    def hhi(values):
        values = numpy.where(values > 0, values, 0)
        total = values.sum(axis=-1, keepdims=True)
        with numpy.errstate(invalid="ignore"):
            return ((values / total) ** 2).sum(axis=-1)

    def compare(self, run, path):
        with xarray.open_dataset(path) as history:
            last, founding = int(history.month[-1]), history.strategy_at_entry.astype(int)
            names = history.strategy.values
            receipts, cash, age = history.total_receipts, history.cash, history.age
            accounts = history.accounts.sum("segment", min_count=1)
            staff = history.staff.sum("tier", min_count=1)
            self.assertEqual(last, int(run.months_run))
            self.assertTrue((receipts[1:].sum("firm") > 0).all())
            now = history.firm_strategy.isel(month=-1)
            self.assertGreater(float((now.where(age[-1].notnull()) != founding).where(age[-1].notnull()).mean()), 0.02, "firms learn no strategies here")

            def by_strategy(values, how):
                return numpy.stack([getattr(values.isel(firm=(founding == number).values), how)("firm").values for number in range(len(names))], axis=-1)

            def column(name):
                return run[name].values[:last + 1] if name in self.SERIES else run[name].values
            self.close(column("receipts"), receipts.sum("firm"), "receipts")
            self.close(column("ages"), by_strategy(age, "mean"), "ages")
            numpy.testing.assert_array_equal(column("firms"), by_strategy(age.notnull().astype(float), "sum"))
            self.close(column("hhi"), self.hhi(receipts.values), "hhi")
            self.close(column("hhi"), column("revenue_hhi"), "hhi and revenue_hhi")
            self.close(column("accounts"), accounts[20].mean("firm"), "accounts")
            enterprise = by_strategy(history.accounts.sel(segment="enterprise"), "sum")
            months = [month for month in (0, 12, 24, 36, 40) if month <= last and (month != 40 or last == 40)]
            self.close(run.enterprise.values[:len(months)], enterprise[months], "enterprise")
            with numpy.errstate(invalid="ignore"):
                self.close(column("staff"), by_strategy(staff, "mean")[-5:].mean(axis=0), "staff")
            self.assertTrue((cash[-1] < 0).any(), "no firm has negative cash here")
            self.close(column("cash_hhi"), self.hhi(cash[-1].values), "cash_hhi")
            self.close(column("cash"), cash[-12:].sum("firm").mean(), "cash")
            numpy.testing.assert_allclose(column("cashes"), by_strategy(cash, "sum")[-1], rtol=1e-11, err_msg="cashes")
            self.close(column("first"), self.hhi(history.gpus[0].values), "first")

    def test_values_are_those_of_the_history(self):
        self.works(*self.sweep(self.TEXT, "--quiet", "--threads", 2))
        for engine in ("netcdf4", "h5netcdf"):
            data = self.read(engine=engine)
            self.assertEqual(data.receipts.dims, ("lock_in", "replicate", "month"))
            self.assertEqual(data.enterprise.dims, ("lock_in", "replicate", "month_every_12", "strategy"))
            self.assertEqual(data.staff.dims, ("lock_in", "replicate", "strategy"))
            self.assertEqual({name: data.enterprise.attrs[name] for name in ("units", "column", "member", "sum_by")},
                             {"units": "account", "column": "accounts", "member": "enterprise", "sum_by": "strategy"})
            self.assertEqual((data.hhi.attrs["units"], data.hhi.attrs["statistic"], data.receipts.attrs["units"]), ("1", "hhi", "million USD/month"))
            self.assertEqual(data.enterprise.attrs["long_name"], "customer accounts, enterprise; sum over all living firms, by strategy at founding, month by month")
        self.assertIn("outcome enterprise column accounts.enterprise sum_by strategy series every 12\n", data.attrs["sweep_recipe"])
        self.compare(data.sel(lock_in=2, replicate=1), self.replayed())

    def test_a_race_that_a_rule_ends(self):
        self.works(*self.sweep(self.TEXT + STOP, "--quiet"))
        run = self.read().sel(lock_in=2, replicate=1)
        end = int(run.months_run)
        self.assertTrue(24 < end < 36)
        self.assertTrue(run.firms[end + 1:].isnull().all() and run.enterprise[3:].isnull().all())
        self.compare(run, self.replayed())

    def test_a_sum_of_no_firm_is_0_and_a_mean_missing(self):
        text = self.TEXT.replace("frontier-race", "speed-contest").replace("firms: 200", "firms: 2")
        self.works(*self.sweep(text, "--quiet"))
        data = self.read()
        nobody = data.firms == 0
        self.assertTrue(nobody.any() and not nobody.all())
        numpy.testing.assert_array_equal(data.ages.isnull(), nobody)
        numpy.testing.assert_array_equal((data.cashes == 0).values, nobody.isel(month=-1).values)
        self.assertFalse(data.enterprise.isnull().any())

    def test_without_any_there_is_no_index(self):
        text = self.TEXT.replace("column: total_receipts, hhi", "column: claim_missed, hhi").replace("learning.enabled: on", "capital.claims: off")
        self.works(*self.sweep(text, "--quiet"))
        self.assertTrue(self.read().hhi.isnull().all())

    def test_it_grows(self):
        self.check_growth(self.TEXT, ("member: enterprise", "member: consumer"), ("member: enterprise, ", ""), ("total_receipts, sum", "total_receipts, mean"),
                          ("cash, sum_by", "cash, mean_by"), ("at: 20", "at: 21"), ("column: staff", "column: hires"))

    def test_a_dry_run(self):
        self.assertIn("a run at lock_in=2 takes", self.works(*self.sweep(self.TEXT, "--dry-run")).stdout)
        self.assertEqual(self.files(), ["s.yaml"])

    def test_refused(self):
        of = "column: accounts, mean, at: 20"
        self.check_refused(self.TEXT, (
            (of, "column: acounts, mean, at: 20", "s.yaml:9:22: key `outcomes.accounts.column`", "did you mean `accounts`"),
            (of, "column: accounts, at: 20", "key `outcomes.accounts`: `firm` is missing, or over all firms one of `mean`, `mean_by: strategy`, `sum`, `sum_by: strategy` and `hhi`"),
            (of, "column: accounts, mean, sum, at: 20", "key `outcomes.accounts`: expected one of `mean`"),
            (of, "column: accounts, median, at: 20", "key `outcomes.accounts.median`", "no such key"),
            (of, "column: accounts, mean", "which months count is missing"),
            (of, "column: accounts, mean, at: 41", "key `outcomes.accounts.at`", "allowed range [0, 40]"),
            (of, "column: accounts, mean: 3, at: 20", "key `outcomes.accounts.mean`: expected nothing behind `mean`, or `true`"),
            (of, "column: accounts, member: x, mean, at: 20", "no such member; there are consumer"),
            (of, "column: cash, member: consumer, mean, at: 20", "no members"),
            (of, "column: firm_strategy, mean, at: 20", "key `outcomes.accounts.column`: `firm_strategy` holds codes, of which there is no sum over firms"),
            (of, "column: firm_id, mean, at: 20", "`firm_id` holds ids of firms"),
            (of, "column: accounts, share: true, at: 20", "`firm` is missing"),
            (of, "column: accounts, mean, share: true, at: 20", "key `outcomes.accounts.mean`: is for a `column` of all firms, without `firm`, and for a `register`"),
            (of, "firm: OpenAI, column: accounts, sum, at: 20", "key `outcomes.accounts.sum`: is for a `column` of all firms"),
            (of, "indicator: revenue_hhi, hhi, at: 20", "key `outcomes.accounts.hhi`: is for a `column` of all firms"),
            (of, "column: accounts, indicator: revenue_hhi, at: 20", "not both"),
            ("sum_by: strategy", "sum_by: region", "key `outcomes.enterprise.sum_by`: expected `strategy`"),
            ("replicates: 3", "replicates: {at_least: 10, at_most: 20, until: {staff: 1}}", "key `replicates.until.staff`: has a value for each strategy"),
            ("replicates: 3", "replicates: {at_least: 10, at_most: 20, until: {firms: 1}}", "a series has no standard error")))


if __name__ == "__main__":
    unittest.main()

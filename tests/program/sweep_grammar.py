"""Sweeps over the schedule: entries with a name are factors."""

import json
import unittest

import numpy

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


if __name__ == "__main__":
    unittest.main()

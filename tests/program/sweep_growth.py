"""Sweeps that grow, runs that are made again from a sweep, and races that a rule ends."""

import itertools
import signal
import unittest

import numpy
import xarray

from support import matthew
from sweep import GRID, QUICK, WORDS, Sweep


class Growth(Sweep):
    SMALL = GRID.replace("lock_in: {from: 0, to: 3, steps: 3}", "lock_in: [0, 3, 1.5]").replace("replicates: 2", "replicates: 4")
    LARGE = GRID.replace("steps: 3", "steps: 5").replace("replicates: 2", "replicates: 9")

    def large_at_once(self, text=None):
        path = self.path("large.h5")
        self.works(*self.sweep(text or self.LARGE, "--reproducible", "--quiet", out=path))
        return path

    def test_a_grown_sweep_equals_the_large_one(self):
        large = self.large_at_once()
        self.works(*self.sweep(self.SMALL, "--reproducible", "--quiet"))
        said = self.works(*self.sweep(self.LARGE, "--reproducible")).stdout
        self.assertIn("48 of 180 runs are there already\n", said)
        self.assertRegex(said, r"s.h5: 180 runs done, 132 of them now in ")
        for name, values in self.read(large).variables.items():
            numpy.testing.assert_array_equal(self.read()[name].values, values.values, name)
        self.assertEqual(self.out.read_bytes(), large.read_bytes())
        self.assertEqual(self.files(), ["large.h5", "s.h5", "s.yaml"])

    def test_what_was_there_is_not_run_again(self):
        """Wall times tell: those of copied runs are the old ones."""
        self.works(*self.sweep(self.SMALL, "--quiet"))
        before = self.read()
        self.works(*self.sweep(self.LARGE, "--quiet"))
        after = self.read().sel(lock_in=[0, 3, 1.5], replicate=range(4))
        numpy.testing.assert_array_equal(after.wall_time.values, before.wall_time.values)

    def test_order_and_names_of_outcomes_may_change(self):
        lines = GRID.splitlines(keepends=True)
        at = lines.index("outcomes:\n") + 1
        turned = "".join(lines[:at] + lines[:at - 1:-1]).replace("firms_end", "number_at_the_end")
        self.works(*self.sweep(GRID, "--reproducible", "--quiet"))
        self.assertIn("24 of 24 runs are there already\n", self.works(*self.sweep(turned, "--reproducible")).stdout)
        made = self.out.read_bytes()
        self.works(*self.sweep(turned, "--reproducible", "--quiet", "--force"))
        self.assertEqual(self.out.read_bytes(), made)

    def test_a_factor_may_be_added_at_the_value_that_was(self):
        self.works(*self.sweep(GRID, "--reproducible", "--quiet"))
        text = GRID.replace("factors:", "factors:\n  capital.pool: [3000, 4000]")
        self.assertIn("24 of 48 runs are there already\n", self.works(*self.sweep(text, "--reproducible")).stdout)
        self.assertEqual(self.out.read_bytes(), self.large_at_once(text).read_bytes())

    def test_independent_seeds_and_lists_go_by_values(self):
        small = QUICK.replace("{from: 0, to: 3, steps: 20}", "[0, 1]") + "seeds: independent\ndesign: list\n"
        large = small.replace("[0, 1]", "[0.5, 1, 0, 1]").replace("replicates: 20", "replicates: 30")
        self.works(*self.sweep(small, "--reproducible", "--quiet"))
        self.assertIn("60 of 120 runs are there already\n", self.works(*self.sweep(large, "--reproducible")).stdout)
        self.assertEqual(self.out.read_bytes(), self.large_at_once(large).read_bytes())

    def test_nothing_finished_is_said(self):
        result = matthew(*self.sweep(QUICK, "--threads", 1), env=self.stopper(signal.SIGTERM, write=1))
        self.assertEqual(result.returncode, 128 + signal.SIGTERM, result.stderr)
        self.assertFalse((self.read().status == 1).any())
        said = self.works(*self.sweep(QUICK.replace("months: 24", "months: 3"))).stdout
        self.assertIn("0 of 400 runs are there already, because none was finished\n", said)

    def test_kills_while_it_grows(self):
        large = self.large_at_once().read_bytes()
        self.works(*self.sweep(self.SMALL, "--reproducible", "--quiet"))
        for at in range(1, 400, 23):
            result = matthew(*self.sweep(self.LARGE, "--reproducible", "--threads", 2), env=self.stopper(signal.SIGKILL, write=at))
            self.assertEqual(result.returncode, -signal.SIGKILL, f"write {at}: {result.stderr}")
            self.assertGreaterEqual(int((self.read().status == 1).sum()), 48, f"write {at}")
        self.works(*self.sweep(self.LARGE, "--reproducible", "--quiet"))
        self.assertEqual(self.out.read_bytes(), large)
        self.assertEqual(self.files(), ["large.h5", "s.h5", "s.yaml"])


class Replay(Sweep):
    def replay(self, *options):
        return ["replay", self.out, "-o", self.path("run.h5"), "--force", *options]

    def compare(self, run):
        """The values of a run with the history."""
        with xarray.open_dataset(self.path("run.h5")) as history:
            self.assertEqual(run.hhi.values.tolist(), history.revenue_hhi.values[[0, 5, 10, 12]].tolist())
            self.assertEqual(run.firms_all.values.tolist(), history.active_firms.values.tolist())
            self.assertEqual(float(run.frontier), float(history.frontier_capability[3]))

    def test_a_run_is_made_again(self):
        self.works(*self.sweep(GRID))
        self.path("s.yaml").unlink()
        for place in ({"lock_in": 1, "network": 1, "leader_premium": 1, "replicate": 1}, {"lock_in": 2, "network": 0, "leader_premium": 0, "replicate": 0}):
            run = self.read().isel(place)
            point = f"lock_in={float(run.lock_in)},customers.consumer.network_exponent={float(run.network)},leader_premium={WORDS[int(run.leader_premium)]}"
            said = self.works(*self.replay("--point", point, "--replicate", place["replicate"])).stdout
            self.assertRegex(said, rf"lock_in={float(run.lock_in):g}, .*, replicate {place['replicate']}, has the same values in \S+s.h5\n")
            self.compare(run)

    def test_points_of_a_list(self):
        text = GRID.replace("design: grid", "design: list").replace("[0, 0.3]", "[0, 0.3, 0.3]").replace("[none, rank]", "[none, rank, none]")
        self.works(*self.sweep(text.replace("common", "independent")))
        for point in ("2", "lock_in=3,network=0.3,leader_premium=none", "lock_in=3"):
            self.assertIn("has the same values", self.works(*self.replay("--point", point, "--replicate", "1")).stdout)
            self.compare(self.read().isel(point=2, replicate=1))
        self.refused(*self.replay("--point", "3", "--replicate", "1"), says=["--point 3", "[0, 2]"])
        self.refused(*self.replay("--point", "lock_in=0,network=0.3", "--replicate", "1"), says="no point has lock_in=0,network=0.3")
        self.refused(*self.replay("--point", "network=0.3", "--replicate", "1"), says="lock_in is missing")

    def test_a_base_of_ones_own_is_in_the_file(self):
        self.write("base.yaml", "base: frontier-race\ntitle: my own\nset: {capital.pool: 4000}\nschedule: [{month: 3, set: {capital.pool: 9}}]\n")
        self.works(*self.sweep(GRID.replace("base: frontier-race", "base: base.yaml")))
        self.path("base.yaml").unlink()
        self.assertIn("has the same values", self.works(*self.replay("--point", "lock_in=0,network=0,leader_premium=none", "--replicate", "1")).stdout)
        self.compare(self.read().isel(lock_in=0, network=0, leader_premium=0, replicate=1))

    def test_what_is_pending_is_said(self):
        options = ["--point", "lock_in=3", "--replicate", "19"]
        result = matthew(*self.sweep(QUICK, "--threads", 1, out=self.path("part.h5")), env=self.stopper(signal.SIGTERM, write=600))
        self.assertEqual(result.returncode, 128 + signal.SIGTERM, result.stderr)
        self.assertIn("is pending in", self.works("replay", self.path("part.h5"), *options).stdout)

    def test_refused(self):
        self.works(*self.sweep(GRID, "--quiet"))
        point = "lock_in=0,network=0,leader_premium=none"
        self.refused(*self.replay("--replicate", "1"), says="--point is missing")
        self.refused(*self.replay("--point", point), says="--replicate is missing: a whole number from 0 to 1")
        self.refused(*self.replay("--point", point, "--replicate", "2"), says="--replicate wants a whole number from 0 to 1")
        self.refused(*self.replay("--point", "lock_in=0,network=0", "--replicate", "1"), says="leader_premium is missing; it is none, rank")
        self.refused(*self.replay("--point", point.replace("=0,n", "=0.1,n"), "--replicate", "1"), says="lock_in is never 0.1 in the sweep; it is 0, 1.5, 3")
        self.refused(*self.replay("--point", point.replace("network", "netwrk"), "--replicate", "1"), says="did you mean `network`")
        self.refused(*self.replay("--point", point.replace("network", "x"), "--replicate", "1"), says="it has lock_in, network, leader_premium")
        self.refused(*self.replay("--point", point + ",lock_in=0", "--replicate", "1"), says="lock_in is given twice")
        self.refused(*self.replay("--point", "3", "--replicate", "1"), says="expected NAME=VALUE, found `3`")
        self.refused(*self.replay("--point", point.replace("none", "non"), "--replicate", "1"), says=["leader_premium", "none or rank"])
        self.refused("replay", self.path("no.h5"), "--point", point, says="no.h5")
        self.works("run", "core-race", "--firms", 20, "--months", 3, "--quiet", "-o", self.path("h.h5"))
        self.refused("replay", self.path("h.h5"), "--point", point, says="is no sweep's file")
        self.assertNotIn("run.h5", self.files())


class Stopping(Sweep):
    """A rule ends races: what they have until then is what races without it have."""

    TEXT = GRID.replace("months: 12", "months: 12\nstop_when: frontier_capability >= NUMBER")

    def rule(self):
        """A number that some of the races reach between the first month and the last."""
        self.works(*self.sweep(GRID.replace("frontier: {indicator: frontier_capability, at: 3}",
                                            "frontier: {indicator: frontier_capability, at: 3}\n"
                                            "  path: {indicator: frontier_capability, series: every 1}"), "--quiet", out=self.path("free.h5")))
        free = self.read(self.path("free.h5"))
        return free, float(free.path.sel(month_every_1=6).median())

    def test_races_end_after_the_month(self):
        free, number = self.rule()
        self.works(*self.sweep(self.TEXT.replace("NUMBER", repr(number)), "--threads", 2))
        data, ended = self.read(), {}
        for place in itertools.product(range(3), range(2), range(2), range(2)):
            place = dict(zip(("lock_in", "network", "leader_premium", "replicate"), place))
            run, whole = data.isel(place), free.isel(place)
            reached = [month for month in range(1, 13) if whole.path.values[month] >= number]
            last = reached[0] if reached else 12
            ended.setdefault(last, place)
            with self.subTest(place=place):
                self.assertEqual((int(run.status), int(run.months_run)), (2 if reached else 1, last))
                numpy.testing.assert_array_equal(run.firms_all.values[:last + 1], whole.firms_all.values[:last + 1])
                self.assertTrue(numpy.isnan(run.firms_all.values[last + 1:]).all())
                self.assertEqual(float(run.firms_end), float(whole.firms_all.values[last]))
                numpy.testing.assert_equal(float(run.frontier), float(whole.frontier) if last >= 3 else numpy.nan)
                for month, value, free_value in zip((0, 5, 10, 12), run.hhi.values, whole.hhi.values):
                    numpy.testing.assert_equal(float(value), float(free_value) if month <= last else numpy.nan)
        self.assertGreater(len(ended), 1, "the rule ends all races in one month")
        self.assertIn("24 done, 0 failed", self.works("info", self.out).stdout)
        last, place = min(ended.items())
        run = data.isel(place)
        point = f"lock_in={float(run.lock_in)},network={float(run.network)},leader_premium={WORDS[int(run.leader_premium)]}"
        said = self.works("replay", self.out, "--point", point, "--replicate", place["replicate"], "-o", self.path("run.h5")).stdout
        self.assertIn("has the same values in", said)
        with xarray.open_dataset(self.path("run.h5")) as history:
            self.assertEqual(history.sizes["month"], last + 1)
            total = 0.0
            for value in history.revenue_hhi.values[max(1, last - 4):]:
                total += value
            self.assertEqual(float(run.hhi_end), total / min(5, last))

    def test_a_rule_that_never_holds_changes_no_value(self):
        self.works(*self.sweep(self.TEXT.replace("NUMBER", "1e9"), "--quiet"))
        self.works(*self.sweep(GRID, "--quiet", out=self.path("free.h5")))
        free, data = self.read(self.path("free.h5")), self.read()
        for name in set(free.variables) - {"wall_time", "check"}:
            numpy.testing.assert_array_equal(data[name].values, free[name].values, name)

    def test_another_rule_is_another_sweep(self):
        self.works(*self.sweep(self.TEXT.replace("NUMBER", "1e9"), "--quiet"))
        self.refused(*self.sweep(self.TEXT.replace("NUMBER", "1e8")), says=["s.yaml:4", "24 of its 24 finished runs would be lost"])

    def test_signs(self):
        for rule, months in (("active_firms > 0", 1), ("active_firms >= 1", 1), ("active_firms<1e9", 1), ("active_firms <= -1", 12),
                             ("active_firms < -1", 12), ("segment_price.consumer > 0", 1)):
            text = GRID.replace("outcomes:", "outcomes:\n  hhi_1: {indicator: revenue_hhi, at: 1}")
            self.works(*self.sweep(text + f"stop_when: {rule}\n", "--force", "--quiet"))
            with self.subTest(rule):
                self.assertTrue((self.read().months_run == months).all())
                self.assertTrue((self.read().status == (2 if months == 1 else 1)).all())
                if months == 1:  # fewer than the mean is over
                    numpy.testing.assert_array_equal(self.read().hhi_end.values, self.read().hhi_1.values)


if __name__ == "__main__":
    unittest.main()

"""Sweeps whose points get replicates until standard errors are small enough: which runs are made, whatever interrupts them."""

import random
import signal
import unittest

import numpy

from support import EXHAUSTIVE, matthew
from sweep import Sweep

TEXT = """\
base: core-race
firms: 30
months: 24
factors: {customers.*.lock_in: {from: 0, to: 3, steps: 6}, customers.*.network_exponent: [0, 0.9]}
replicates: {at_least: 10, at_most: 65, until: {hhi: 1.8e-5, low: 0.0063}}
seeds: independent
outcomes:
  path: {indicator: revenue_hhi, series: every 6}
  hhi: {indicator: revenue_hhi, mean_of_last: 3}
  low: {indicator: frontier_capability, final}
"""
RULE = "{at_least: 10, at_most: 65, until: {hhi: 1.8e-5, low: 0.0063}}"
TARGETS = {"hhi": 1.8e-5, "low": 0.0063}
NOT_NEEDED = 3


def rounds(at_least, at_most):
    return [*range(at_least, at_most, at_least), at_most]


def wanted(values, targets, at_least, at_most):
    """How many replicates the rule gives to a point, from the values of all that it could have."""
    was_within = False
    for number, end in enumerate(rounds(at_least, at_most)):
        finite = {name: values[name][:end][numpy.isfinite(values[name][:end])] for name in targets}
        within = all(len(of) > 1 and of.std(ddof=1) / len(of)**0.5 <= targets[name] for name, of in finite.items())
        if number > 0 and (within and was_within or any(len(of) == 0 for of in finite.values())):
            return end
        was_within = within
    return at_most


class Until(Sweep):
    def rows(self, path=None):
        """The points' statuses and values, one row a point."""
        data = self.read(path)
        return {name: data[name].values.reshape(12, -1) for name in ("status", "hhi", "low")}

    def everything(self, text=TEXT):
        """The same sweep with all the replicates that there could be."""
        path = self.path("all.h5")
        self.works(*self.sweep(text.replace(RULE, "65"), "--quiet", name="all.yaml", out=path))
        return self.rows(path)

    def whole(self, text=TEXT):
        path = self.path("whole.h5")
        self.works(*self.sweep(text, "--threads", 2, "--reproducible", "--quiet", out=path))
        return path.read_bytes()

    def test_runs_are_those_that_the_rule_wants(self):
        every = self.everything()
        counts = [wanted({name: every[name][point] for name in TARGETS}, TARGETS, 10, 65) for point in range(12)]
        self.assertGreater(len(set(counts)), 3, counts)
        self.assertLess(min(counts), 65)
        said = self.works(*self.sweep(TEXT)).stdout
        made = self.rows()
        for point, count in enumerate(counts):
            with self.subTest(point=point):
                self.assertEqual(made["status"][point].tolist(), [1] * count + [NOT_NEEDED] * (65 - count))
                for name in TARGETS:
                    numpy.testing.assert_array_equal(made[name][point][:count], every[name][point][:count])
                    self.assertTrue(numpy.isnan(made[name][point][count:]).all())
        runs = sum(counts)
        self.assertRegex(said, rf"s.h5: {runs} runs done, {runs} of them now in ")
        self.assertIn(f"780: {runs} done, 0 failed, {780 - runs} not needed, 0 pending\n", self.works("info", self.out).stdout)
        lines = said.splitlines()
        self.assertEqual(lines[1].split()[:3], ["lock_in", "network_exponent", "replicates"])
        self.assertEqual([int(line.split()[2]) for line in lines[2:14]], counts)

    def test_what_is_said_of_points_that_are_not_satisfied(self):
        every, lines = self.everything(), self.works(*self.sweep(TEXT)).stdout.splitlines()[14:]
        lacking = {}
        for point in range(12):
            values = {name: every[name][point] for name in TARGETS}
            last = [{name: values[name][:end].std(ddof=1) / end**0.5 for name in TARGETS} for end in (60, 65)]
            if wanted(values, TARGETS, 10, 65) == 65 and not all(error[name] <= TARGETS[name] for error in last for name in TARGETS):
                lacking[point] = last[1]
        self.assertTrue(0 < len(lacking) < 12, lacking)
        self.assertEqual(lines[0], f"standard errors are small enough at {12 - len(lacking)} of 12 points, but not at")
        self.assertEqual(len(lines), 1 + len(lacking))
        for (point, errors), line in zip(lacking.items(), lines[1:]):
            self.assertTrue(line.startswith(f"  lock_in={[0, .6, 1.2, 1.8, 2.4, 3][point // 2]:g}, network_exponent={[0, 0.9][point % 2]:g}: "), line)
            self.assertTrue(line.endswith("; 65 replicates"), line)
            for name, error in errors.items():
                self.assertEqual(f"{name} " in line, error > TARGETS[name], line)
                if error > TARGETS[name]:
                    self.assertRegex(line, rf"{name} \S+, wanted {TARGETS[name]:g}")
                    self.assertAlmostEqual(float(line.split(f"{name} ")[1].split(",")[0]) / error, 1, 2)

    def test_bytes_do_not_depend_on_threads(self):
        whole = self.whole()
        for threads in (1, 3):
            self.works(*self.sweep(TEXT, "--threads", threads, "--reproducible", "--quiet"))
            self.assertEqual(self.out.read_bytes(), whole, f"{threads} threads")
            self.out.unlink()

    def test_kills_and_threads_change_no_byte(self):
        """The kill comes with a write: of a value, a check, a status, or of what was not needed."""
        whole, draws, last = self.whole(), random.Random(7), 0
        for attempt in range(20 if EXHAUSTIVE else 3):
            self.out.unlink(missing_ok=True)
            killed = 0
            while True:
                at = draws.randrange(1, 900)
                result = matthew(*self.sweep(TEXT, "--reproducible", "--quiet", "--threads", (1, 3)[killed % 2]), env=self.stopper(signal.SIGKILL, write=at))
                if result.returncode == 0:
                    break
                self.assertEqual(result.returncode, -signal.SIGKILL, f"write {at}: {result.stderr}")
                killed += 1
            self.assertEqual(self.out.read_bytes(), whole, f"attempt {attempt}, killed {killed} times")
            last = max(last, killed)
        self.assertGreater(last, 3)

    def test_a_signal_stops_it_and_the_same_command_goes_on(self):
        whole = self.whole()
        result = matthew(*self.sweep(TEXT, "--reproducible", "--threads", 1), env=self.stopper(signal.SIGTERM, write=900))
        self.assertEqual(result.returncode, 128 + signal.SIGTERM, result.stderr)
        self.assertRegex(result.stderr, r"stopped with \d+ of at least \d+ runs done; go on with: matthew sweep ")
        self.works(*self.sweep(TEXT, "--reproducible"))
        self.assertEqual(self.out.read_bytes(), whole)
        self.assertRegex(self.works(*self.sweep(TEXT, "--reproducible")).stdout, r"s.h5 is complete: \d+ runs done\n")
        self.assertEqual(self.out.read_bytes(), whole)

    def test_it_grows(self):
        """From fewer replicates, a larger standard error, fewer points; and to a plain number."""
        whole = self.whole()
        for old in (TEXT.replace(RULE, "7"), TEXT.replace(RULE, "10"), TEXT.replace("at_most: 65", "at_most: 20"), TEXT.replace("hhi: 1.8e-5", "hhi: 1"),
                    TEXT.replace("at_most: 65", "at_most: 45"), TEXT.replace("[0, 0.9]", "[0.9]"), TEXT.replace(", low: 0.0063", "")):
            self.assertNotEqual(old, TEXT)
            self.works(*self.sweep(old, "--reproducible", "--quiet", "--force"))
            there = int((self.read().status == 1).sum())
            said = self.works(*self.sweep(TEXT, "--reproducible")).stdout
            self.assertIn(f"{there} of at most 780 runs are there already\n", said)
            self.assertEqual(self.out.read_bytes(), whole, old)
        everything = self.path("all.h5")
        self.works(*self.sweep(TEXT.replace(RULE, "65"), "--reproducible", "--quiet", out=everything))
        self.works(*self.sweep(TEXT.replace(RULE, "65"), "--reproducible", "--quiet"))
        self.assertTrue((self.read().status == 1).all())
        self.assertEqual(self.out.read_bytes(), everything.read_bytes())

    def test_runs_beyond_the_rule_stay(self):
        targets = {"hhi": 1, "low": 0.0085}
        text, every, counts = TEXT.replace("1.8e-5, low: 0.0063", "1, low: 0.0085"), self.everything(), []
        self.works(*self.sweep(TEXT.replace(RULE, "33"), "--quiet"))
        before = self.read()
        self.works(*self.sweep(text, "--quiet"))
        numpy.testing.assert_array_equal(self.read().wall_time.values[..., :33], before.wall_time.values)
        for point, status in enumerate(self.rows()["status"]):
            # Three rounds are whole: the rule is asked then, and after every later one.
            within = {end: all(every[name][point][:end].std(ddof=1) / end**0.5 <= targets[name] for name in targets) for end in rounds(10, 65)}
            counts.append(next(end for end, earlier in zip(rounds(10, 65)[2:], rounds(10, 65)[1:]) if end == 65 or within[end] and within[earlier]))
            self.assertEqual(status.tolist(), [1] * max(33, counts[-1]) + [NOT_NEEDED] * (65 - max(33, counts[-1])), f"point {point}")
        self.assertIn(30, counts)
        self.assertGreater(max(counts), 33)

    def test_what_never_has_a_value_ends_after_two_rounds(self):
        text = TEXT.replace("low: {indicator: frontier_capability, final}", "low: {indicator: frontier_capability, at: 12}") + "stop_when: active_firms > 0\n"
        said = self.works(*self.sweep(text)).stdout
        self.assertTrue((self.read().status.values.reshape(12, -1) == [2] * 20 + [NOT_NEEDED] * 45).all())
        self.assertIn("standard errors are small enough at 0 of 12 points, but not at\n", said)
        self.assertEqual(said.count("low has no values"), 12)
        self.assertEqual(said.count("; 20 replicates\n"), 12)

    def test_a_run_that_was_not_needed_can_be_made(self):
        self.works(*self.sweep(TEXT.replace("1.8e-5, low: 0.0063", "1"), "--quiet"))
        said = self.works("replay", self.out, "--point", "lock_in=3,network_exponent=0.9", "--replicate", 20).stdout
        self.assertIn("replicate 20, was not needed in ", said)

    def test_a_dry_run_says_from_what_to_what(self):
        said = self.works("sweep", self.write("s.yaml", TEXT), "--dry-run").stdout
        self.assertIn("\n12 points, 20 to 65 replicates: 240 to 780 runs\n", said)
        self.assertRegex(said, r"all of them take about \S+ \S+ to \S+ \S+ on ")
        self.assertIn("\n12 points, 20 replicates: 240 runs\n", self.works("sweep", self.write("s.yaml", TEXT.replace("at_most: 65", "at_most: 20")), "--dry-run").stdout)

    def test_refused(self):
        for old, new, *says in (("at_least: 10", "at_least: 9", "s.yaml:5:24: key `replicates.at_least`", "allowed range [10, 50000]"),
                                ("at_least: 10", "at_least: 10.5", "key `replicates.at_least`", "whole number"),
                                ("at_least: 10", "at_lest: 10", "key `replicates.at_lest`", "did you mean `at_least`"),
                                ("at_most: 65", "at_most: 19", "key `replicates.at_most`", "allowed range [20, 100000]"),
                                ("at_most: 65", "at_most: 100001", "key `replicates.at_most`", "allowed range [20, 100000]"),
                                ("at_most: 65, ", "", "key `replicates`", "`at_most` is missing"),
                                (", until: {hhi: 1.8e-5, low: 0.0063}", "", "key `replicates`", "`until` is missing"),
                                ("{hhi: 1.8e-5, low: 0.0063}", "{}", "key `replicates.until`", "OUTCOME: STANDARD ERROR"),
                                ("{hhi: 1.8e-5, low: 0.0063}", "0.003", "key `replicates.until`", "expected a mapping"),
                                ("hhi: 1.8e-5", "hi: 0.0003", "key `replicates.until.hi`", "no such outcome", "did you mean `hhi`"),
                                ("hhi: 1.8e-5", "path: 0.0003", "key `replicates.until.path`", "a series has no standard error"),
                                ("hhi: 1.8e-5", "hhi: 0", "key `replicates.until.hhi`", "allowed range"),
                                ("hhi: 1.8e-5", "hhi: -1", "key `replicates.until.hhi`", "allowed range"),
                                ("hhi: 1.8e-5", "hhi: small", "key `replicates.until.hhi`", "expected a number"),
                                (RULE, "[10]", "s.yaml:5:13: key `replicates`", "found a list")):
            text = TEXT.replace(old, new, 1)
            self.assertNotEqual(text, TEXT, old)
            with self.subTest(new):
                self.refused(*self.sweep(text), says=["s.yaml:", *says])
                self.assertEqual(self.files(), ["s.yaml"])


if __name__ == "__main__":
    unittest.main()

"""Sweeps: what the file holds, how they go on after any interruption, and what is refused."""

import fcntl
import itertools
import json
import random
import re
import resource
import signal
import subprocess
import unittest

import numpy
import xarray

from support import EXHAUSTIVE, PROGRAM, Case, matthew

GRID = """\
base: frontier-race
firms: 60
months: 12
set: {capital.pool: 4000}
design: grid
factors:
  customers.*.lock_in: {from: 0, to: 3, steps: 3}
  customers.consumer.network_exponent: {values: [0, 0.3], name: network}
  capital.leader_premium: [none, rank]
replicates: 2
seeds: common
outcomes:
  hhi_end: {indicator: revenue_hhi, mean_of_last: 5}
  hhi: {indicator: revenue_hhi, series: every 5}
  firms_all: {indicator: active_firms, series: every 1}
  firms_end: {indicator: active_firms, final}
  frontier: {indicator: frontier_capability, at: 3}
  first: {indicator: frontier_capability, at: 0}
  price: {indicator: segment_price.consumer, final: true}
"""
QUICK = """\
base: core-race
firms: 40
months: 24
factors: {customers.*.lock_in: {from: 0, to: 3, steps: 20}}
replicates: 20
outcomes: {hhi: {indicator: revenue_hhi, series: every 1}, firms: {indicator: active_firms, final}}
"""
WORDS = ["none", "rank"]


class Sweep(Case):
    def setUp(self):
        super().setUp()
        self.out = self.path("s.h5")

    def sweep(self, text, *options, name="s.yaml", out=None):
        return ["sweep", self.write(name, text), "-o", out or self.out, *options]

    def read(self, path=None, **keywords):
        with xarray.open_dataset(path or self.out, **keywords) as data:
            return data.load()


class Grid(Sweep):
    def test_readers_see_the_grid(self):
        self.works(*self.sweep(GRID))
        for engine in ("netcdf4", "h5netcdf"):
            data = self.read(engine=engine)
            self.assertEqual(dict(data.sizes), {"lock_in": 3, "network": 2, "leader_premium": 2, "replicate": 2, "month": 4,
                                                "month_every_1": 13})
            self.assertEqual(data.hhi.dims, ("lock_in", "network", "leader_premium", "replicate", "month"))
            self.assertEqual(data.lock_in.values.tolist(), [0, 1.5, 3])
            self.assertEqual(data.network.values.tolist(), [0, 0.3])
            self.assertEqual(data.month.values.tolist(), [0, 5, 10, 12])
            self.assertEqual(data.leader_premium.attrs["flag_meanings"], "none rank")
            self.assertEqual(data.lock_in.attrs["parameter"], "customers.*.lock_in")
            self.assertEqual(data.firms_end.attrs["units"], "firm")
            self.assertTrue((data.status == 1).all() and (data.months_run == 12).all() and (data.wall_time > 0).all())
            self.assertEqual(data.attrs["sweep_file"], GRID)
            for name in data.data_vars:
                self.assertFalse(data[name].isnull().any(), name)
            self.assertEqual(len(numpy.unique(data.seed)), 2)  # common: of the replicates alone
            self.assertEqual(float(data.hhi.sel(lock_in=1.5, network=0.3, leader_premium=1, replicate=1, month=12)),
                             float(data.hhi[1, 1, 1, 1, 3]))

    def run_by_hand(self, point, seed, months):
        sets = [f"{path}={value}" for path, value in point.items()]
        result = self.works("run", "frontier-race", "--firms", 60, "--months", months, "--seed", seed, "--json",
                            *itertools.chain(*(["--set", text] for text in ["capital.pool=4000", *sets])))
        return json.loads(result.stdout)["indicators"]

    def compare(self, data, point, run):
        """Every value of a run with those of `matthew run` at every month that counts."""
        months = [self.run_by_hand(point, int(run.seed), month) for month in range(1, 13)]
        self.assertEqual(run.firms_all.values[1:].tolist(), [month["active_firms"] for month in months])
        self.assertEqual(run.hhi.values[1:].tolist(), [months[m - 1]["revenue_hhi"] for m in (5, 10, 12)])
        self.assertEqual(float(run.firms_end), months[-1]["active_firms"])
        self.assertEqual(float(run.frontier), months[2]["frontier_capability"])
        self.assertEqual(float(run.price), months[-1]["segment_price"]["consumer"])
        total = 0.0
        for month in months[-5:]:
            total += month["revenue_hhi"]
        self.assertEqual(float(run.hhi_end), total / 5)

    def test_values_are_those_of_single_runs(self):
        self.works(*self.sweep(GRID, "--threads", 2))
        data = self.read()
        places = list(itertools.product(range(3), range(2), range(2), range(2)))
        for place in places if EXHAUSTIVE else random.Random(5).sample(places, 4):
            with self.subTest(place=place):
                run = data.isel(dict(zip(("lock_in", "network", "leader_premium", "replicate"), place)))
                point = {"customers.*.lock_in": float(run.lock_in), "customers.consumer.network_exponent": float(run.network),
                         "capital.leader_premium": WORDS[int(run.leader_premium)]}
                self.compare(data, point, run)

    def test_a_list_has_points(self):
        text = GRID.replace("design: grid", "design: list").replace("[0, 0.3]", "[0, 0.3, 0.3]").replace("[none, rank]", "[none, rank, none]")
        self.works(*self.sweep(text.replace("common", "independent")))
        for engine in ("netcdf4", "h5netcdf"):
            data = self.read(engine=engine)
            self.assertEqual(data.hhi.dims, ("point", "replicate", "month"))
            self.assertEqual(set(data.hhi.coords), {"point", "replicate", "month", "lock_in", "network", "leader_premium"})
            self.assertEqual(data.network.dims, ("point",))
            self.assertEqual(data.lock_in.values.tolist(), [0, 1.5, 3])
            self.assertEqual(len(numpy.unique(data.seed)), 6)
        run = data.isel(point=1, replicate=1)
        self.compare(data, {"customers.*.lock_in": 1.5, "customers.consumer.network_exponent": 0.3, "capital.leader_premium": "rank"}, run)

    def test_bytes_do_not_depend_on_threads(self):
        made = set()
        for threads in (1, 2, 3):
            path = self.path(f"{threads}.h5")
            self.works(*self.sweep(GRID, "--threads", threads, "--reproducible", "--quiet", out=path))
            made.add(path.read_bytes())
        self.assertEqual(len(made), 1)
        self.assertNotIn("wall_time", self.read(self.path("1.h5")))


class GoingOn(Sweep):
    def whole(self):
        path = self.path("whole.h5")
        self.works(*self.sweep(QUICK, "--threads", 2, "--reproducible", "--quiet", out=path))
        return path.read_bytes()

    def test_kills_lose_nothing_that_was_finished(self):
        """The kill comes with a write: of HDF5 while it makes the file, of a value, a check or a status of some run."""
        whole = self.whole()
        draws, done = random.Random(11), [0]
        for _ in range(30):
            at = draws.randrange(1, 120)
            result = matthew(*self.sweep(QUICK, "--reproducible", "--threads", "2"), env=self.stopper(signal.SIGKILL, write=at))
            self.assertEqual(result.returncode, -signal.SIGKILL, f"write {at}: {result.stderr}")
            if self.out.exists():  # whole whenever it has its name
                status = self.read().status.values
                self.assertEqual(sorted(set(status.ravel()) - {0, 1}), [])
                done.append(int((status == 1).sum()))
                self.assertGreaterEqual(done[-1], done[-2])
        self.assertGreater(done[-1], 100)
        self.assertLess(done[-1], 400)
        self.works(*self.sweep(QUICK, "--reproducible", "--quiet"))
        self.assertEqual(self.out.read_bytes(), whole)
        said = self.works(*self.sweep(QUICK, "--reproducible")).stdout
        self.assertIn("s.h5 is complete: 400 runs done", said)

    def test_a_signal_stops_it_and_the_same_command_goes_on(self):
        whole = self.whole()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
            self.out.unlink(missing_ok=True)
            # The signal comes with the write of this number: of one in the midst of the runs.
            result = matthew(*self.sweep(QUICK, "--reproducible", "--threads", "1"), env=self.stopper(number, write=900))
            self.assertEqual(result.returncode, 128 + number, result.stderr)
            self.assertRegex(result.stderr, r"stopped with \d+ of 400 runs done; go on with: matthew sweep \S+s.yaml -o \S+s.h5\n")
            status = self.read().status.values
            self.assertTrue(0 < (status == 1).sum() < 400, (status == 1).sum())
            self.assertEqual(self.read().hhi.values[status == 0].size, numpy.isnan(self.read().hhi.values[status == 0]).sum())
            done = int((status == 1).sum())
            self.assertIn(f"runs        400: {done} done, 0 failed, {400 - done} pending\n", self.works("info", self.out).stdout)
            told = json.loads(self.works("info", "--json", self.out).stdout)
            self.assertEqual([told[name] for name in ("kind", "runs", "done", "failed", "not_needed", "pending")],
                             ["sweep", 400, done, 0, 0, 400 - done])
            result = self.works(*self.sweep(QUICK, "--reproducible"))
            self.assertEqual(self.out.read_bytes(), whole)
        self.assertEqual(self.files(), ["s.h5", "s.yaml", "whole.h5"])

    def test_one_process_has_the_file(self):
        self.works(*self.sweep(QUICK, "--quiet"))
        with open(f"{self.out}.lock", "w") as lock:
            lock.write("process 123 on elsewhere\n")
            lock.flush()
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.refused(*self.sweep(QUICK), says=["s.h5 is in use by process 123 on elsewhere"])
            self.refused(*self.sweep(QUICK, "--force"), says="in use")
        self.assertIn("is complete", self.works(*self.sweep(QUICK)).stdout)  # a lock that a killed process left

    def test_two_at_once(self):
        whole = self.whole()
        arguments = [PROGRAM, *map(str, self.sweep(QUICK, "--reproducible", "--quiet"))]
        runs = [subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) for _ in range(3)]
        said = [run.communicate()[1] for run in runs]
        for run, text in zip(runs, said):
            self.assertIn(run.returncode, (0, 2), text)
            if run.returncode == 2:
                # Whoever took the lock a moment ago may not have written who it is.
                self.assertRegex(text, r"s.h5 is in use by (process \d+ on|another process)")
        self.assertIn(0, [run.returncode for run in runs])
        self.assertEqual(self.out.read_bytes(), whole)

    def test_another_sweep_is_refused(self):
        self.works(*self.sweep(QUICK, "--quiet"))
        before = self.out.read_bytes()
        self.refused(*self.sweep(QUICK.replace("replicates: 20", "replicates: 19")),
                     says=["s.yaml:5: `replicates: 19` here, but `replicates: 20` in the sweep that",
                           "s.h5 holds; 20 of its 400 finished runs would be lost"])
        self.refused(*self.sweep(QUICK.replace("months: 24", "months: 25")),
                     says=["s.yaml:3: `months: 25` here", "400 of its 400 finished runs would be lost"])
        self.refused(*self.sweep(QUICK.replace("firms: 40", "firms: 41")), says=["s.yaml:2: `firms: 41` here", "400 of its 400"])
        self.refused(*self.sweep(QUICK.replace("steps: 20", "steps: 19")), says=["s.yaml:4: ", "360 of its 400"])
        self.refused(*self.sweep(QUICK.replace("active_firms", "revenue_hhi")), says=["s.yaml:6: ", "400 of its 400"])
        self.refused(*self.sweep(QUICK.replace(", firms:", ", more: {indicator: entries, final}, firms:")), says=["400 of its 400"])
        self.refused(*self.sweep(QUICK + "seed: 5\n"), says="s.yaml:7: `seed: 5` here, but nothing in")
        self.refused(*self.sweep(QUICK, "--reproducible"), says="wall times")
        self.works(*self.sweep("# the same\n" + QUICK))
        self.assertEqual(self.out.read_bytes(), before)
        self.works(*self.sweep(QUICK.replace("replicates: 20", "replicates: 1"), "--force", "--quiet"))
        self.assertEqual(self.read().sizes["replicate"], 1)

    def test_a_base_that_changed_is_refused(self):
        self.write("base.yaml", "base: core-race\nset: {capital.pool: 4000}\n")
        text = QUICK.replace("base: core-race", "base: base.yaml")
        self.works(*self.sweep(text, "--quiet"))
        self.write("base.yaml", "base: core-race\nset: {capital.pool: 4001}\n")
        self.refused(*self.sweep(text), says=["the base has changed", "4001", "4000"])

    def test_other_files_stay_as_they_are(self):
        self.works("run", "core-race", "--firms", 20, "--months", 3, "--quiet", "-o", self.out)
        before = self.out.read_bytes()
        self.refused(*self.sweep(QUICK), says="is no sweep's file")
        self.assertEqual(self.out.read_bytes(), before)
        self.out.write_text("precious")
        self.refused(*self.sweep(QUICK), says="s.h5")
        self.assertEqual(self.out.read_text(), "precious")
        self.refused(*self.sweep(QUICK, out=self.folder), says="is a folder")
        self.refused(*self.sweep(QUICK, out=self.path("none/s.h5")), says="none/s.h5")
        self.assertEqual(self.files(), ["s.h5", "s.yaml"])

    def test_a_damaged_file_gives_one_line(self):
        self.works(*self.sweep(QUICK, "--quiet"))
        self.out.write_bytes(self.out.read_bytes()[:-1000])
        self.refused(*self.sweep(QUICK), says="s.h5")

    def test_a_full_disk_is_met_before_the_first_race(self):
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

        self.refused(*self.sweep(QUICK), status=1, says=["s.h5", "File too large"], preexec_fn=limit)
        self.assertEqual(self.files(), ["s.yaml"])


class Firms(Sweep):
    """Outcomes of named firms are what the history of the run has of them."""

    TEXT = """\
base: frontier-race
firms: 60
months: 24
factors: {customers.*.lock_in: [0, 2]}
replicates: 2
outcomes:
  share: {firm: OpenAI, column: accounts, share: true, at: 20}
  accounts: {firm: OpenAI, column: accounts, series: every 1}
  consumer: {firm: Anthropic, column: accounts, member: consumer, share: true, series: every 1}
  gpus: {firm: Anthropic, column: gpus, mean_of_last: 3}
  cash: {firm: OpenAI, column: cash, share: false, final}
"""

    def test_values_are_those_of_the_history(self):
        self.works(*self.sweep(self.TEXT, "--quiet"))
        data = self.read()
        self.assertEqual(data.consumer.attrs["firm"], "Anthropic")
        self.assertEqual(data.consumer.attrs["member"], "consumer")
        self.assertEqual((data.share.attrs["units"], data.cash.attrs["units"]), ("1", "million USD"))
        self.works("replay", self.out, "--point", "lock_in=2", "--replicate", 1, "-o", self.path("run.h5"), "--record", "all", "--quiet")
        run = data.sel(lock_in=2, replicate=1)
        with xarray.open_dataset(self.path("run.h5")) as history:
            def of(name, values):
                return values[:, list(history.firm_name.values).index(name)]
            accounts = history.accounts.values.astype(float)
            numpy.testing.assert_array_equal(run.accounts.values, of("OpenAI", accounts.sum(axis=1)))
            consumer = list(history.segment.values).index("consumer")
            own, everyone = of("Anthropic", accounts[:, consumer]), numpy.nansum(accounts[:, consumer], axis=1)
            numpy.testing.assert_array_equal(run.consumer.values, own / everyone)
            self.assertEqual(float(run.share), of("OpenAI", accounts.sum(axis=1))[20] / numpy.nansum(accounts[20]))
            gpus = of("Anthropic", history.gpus.values)
            self.assertEqual(float(run.gpus), (gpus[-3] + gpus[-2] + gpus[-1]) / 3)
            self.assertEqual(float(run.cash), of("OpenAI", history.cash.values)[-1])

    def test_numbers_of_firms_are_factors(self):
        text = self.TEXT.replace("factors: {customers.*.lock_in: [0, 2]}",
                                 "set: {firms.Anthropic.gpus: 7e4}\nfactors: {firms.OpenAI.gpus: [1e5, 2e6], firms.OpenAI.accounts.consumer: {values: [5e7], name: consumer_2}, firms.OpenAI.speed: [0.2, 0.9]}")
        text = text.replace("outcomes:", "outcomes:\n  first: {firm: OpenAI, column: gpus, at: 0}\n  other: {firm: Anthropic, column: gpus, at: 0}")
        self.works(*self.sweep(text, "--quiet"))
        data = self.read()
        self.assertEqual(data.share.dims, ("OpenAI_gpus", "consumer_2", "speed", "replicate"))
        self.assertEqual(data.first.values[:, 0, 0, 0].tolist(), [1e5, 2e6])
        self.assertTrue((data.other == 7e4).all())
        place = dict(zip(data.share.dims, (1, 0, 1, 1)))
        run = data.isel(place)
        self.works("run", "frontier-race", "--firms", 60, "--months", 24, "--seed", int(run.seed), "--json", "--set", "firms.Anthropic.gpus=7e4",
                   "--set", "firms.OpenAI.gpus=2e6", "--set", "firms.OpenAI.accounts.consumer=5e7", "--set", "firms.OpenAI.speed=0.9",
                   "-o", self.path("hand.h5"))
        with xarray.open_dataset(self.path("hand.h5")) as history:
            openai = history.accounts.values.astype(float)[:, :, 0].sum(axis=1)
            numpy.testing.assert_array_equal(run.accounts.values, openai)
        said = self.works("replay", self.out, "--point", "firms.OpenAI.gpus=2e6,firms.OpenAI.speed=0.9", "--replicate", 1).stdout
        self.assertIn("has the same values in", said)
        grown = text.replace("[1e5, 2e6]", "[1e5, 1e6, 2e6]")
        self.assertIn("8 of 12 runs are there already", self.works(*self.sweep(grown)).stdout)

    def test_a_firm_that_is_gone_has_no_values(self):
        text = self.TEXT.replace("months: 24", "months: 24\nset: {capital.pool: 0}")
        base = "base: frontier-race\nnamed_firms: {Anthropic: {cash: -1e9}}\n"
        self.write("base.yaml", base)
        self.works(*self.sweep(text.replace("base: frontier-race", "base: base.yaml"), "--quiet"))
        values = self.read().consumer.values[0, 0]
        gone = numpy.isnan(values)
        self.assertFalse(gone[0])
        self.assertTrue(gone[-1])
        self.assertEqual((numpy.diff(gone.astype(int)) != 0).sum(), 1)


class Table(Sweep):
    def test_means_are_over_what_is_there(self):
        text = ("base: core-race\nfirms: 60\nmonths: 24\nfactors: {customers.*.lock_in: [0, 2]}\nreplicates: 12\n"
                "outcomes: {late: {indicator: accounts_hhi, at: 24}}\n")
        self.works(*self.sweep(text, "--quiet"))
        middle = float(self.read().late.median())
        shown = self.works(*self.sweep(text + f"stop_when: accounts_hhi > {middle}\n", "--force")).stdout
        late = self.read().late
        there = late.notnull().sum("replicate")
        self.assertTrue(((there > 1) & (there < 12)).any(), there.values)
        for lock_in in (0, 2):
            values = late.sel(lock_in=lock_in).dropna("replicate").values
            mean, error = re.search(rf"(?m)^{lock_in} +(\S+) +(\S+)", shown).groups()
            expected = (values.mean(), values.std(ddof=1) / len(values) ** 0.5) if len(values) > 1 else (values.sum() or None, None)
            for number, right in zip((mean, error), expected):
                if right is not None:
                    self.assertAlmostEqual(float(number) / right, 1, 2, f"lock_in {lock_in}: {shown}")


class Progress(Sweep):
    def test_quiet_says_nothing(self):
        result = self.works(*self.sweep(QUICK, "--quiet"))
        self.assertEqual(result.stdout + result.stderr, "")

    def test_the_end_is_told(self):
        self.assertRegex(self.works(*self.sweep(QUICK)).stdout, r"s.h5: 400 runs done, 400 of them now in .*runs/s\n")


    def test_the_table_has_means_and_standard_errors(self):
        lines = self.works(*self.sweep(QUICK)).stdout.splitlines()
        self.assertEqual(lines[1].split(), ["lock_in", "firms", "s.e."])
        firms = self.read().firms
        for line, of_point in zip(lines[2:], firms, strict=True):
            wanted = [of_point.lock_in, of_point.mean(), of_point.std(ddof=1) / 20**0.5]
            self.assertEqual([f"{float(word):.4g}" for word in line.split()], [f"{float(value):.4g}" for value in wanted])

    def test_a_dry_run_writes_nothing(self):
        said = self.works("sweep", self.write("s.yaml", QUICK), "--dry-run", "--threads", 2).stdout
        self.assertIn("lock_in: 20 values of customers.*.lock_in\n20 points, 20 replicates: 400 runs\n", said)
        self.assertRegex(said, r"a run at lock_in=3 takes .*\nall of them take about .* on 2 threads, .* of memory with one race and 96 kB on the disk")
        self.assertEqual(self.files(), ["s.yaml"])


class Refused(Sweep):
    def test_it_is_no_history(self):
        self.works(*self.sweep(QUICK.replace("steps: 20", "steps: 2").replace("replicates: 20", "replicates: 1"), "--quiet"))
        self.refused("validate", self.out, says=["s.h5", "sweep"])

    """Each of these ends with one line that names file, line and key, before anything is written."""

    def check(self, old, new, *says):
        text = GRID.replace(old, new, 1)
        self.assertNotEqual(text, GRID, old)
        with self.subTest(new):
            self.refused(*self.sweep(text), says=["s.yaml:", *says])
            self.assertEqual(self.files(), ["s.yaml"])

    def test_keys(self):
        self.check("replicates: 2", "replicate: 2", "s.yaml:10:1: key `replicate`", "did you mean `replicates`")
        self.check("replicates: 2\n", "", "`replicates` is missing")
        self.check("base: frontier-race\n", "", "`base` is missing")
        self.check("base: frontier-race", "base: frontier-rase", "s.yaml:1:7: key `base`", "did you mean `frontier-race`")
        self.check("months: 12", "months: 0", "s.yaml:3:9: key `months`", "allowed range [1, 12000]")
        self.check("firms: 60", "firms: 3", "s.yaml:2:8: key `firms`", "names")
        self.check("capital.pool: 4000", "capital.pol: 4000", "key `capital.pol`", "did you mean `capital.pool`")
        self.check("capital.pool: 4000", "capital.pool: -1", "s.yaml:4:", "capital.pool", "allowed range")
        self.check("design: grid", "design: sobol", "s.yaml:5:9: key `design`", "`grid`, `list`")
        self.check("design: grid", "design: {latin_hypercube: 0}", "key `design.latin_hypercube`", "allowed range [1,")
        self.check("design: grid", "design: {latin_hypercube: 3, random: 3}", "key `design`", "`{random: N}`")
        self.check("design: grid", "design: {latin_hyper: 3}", "did you mean `latin_hypercube`")
        self.check("design: grid\nfactors:", "design: one_at_a_time\nfactors:\n  customers.*.population: [1, 2]", "different values for its members")
        self.check("seeds: common", "seeds: same", "key `seeds`", "`common` or `independent`")
        self.check("replicates: 2", "replicates: 0", "key `replicates`", "allowed range [1, 100000]")
        self.check("replicates: 2", "replicates: 2.5", "key `replicates`", "whole number")

    def test_factors(self):
        self.check("customers.*.lock_in", "customers.*.lockin", "s.yaml:7:3: key `factors.customers.*.lockin`", "did you mean `customers.*.lock_in`")
        self.check("from: 0, to: 3", "from: -1, to: 3", "lock_in.from", "allowed range")
        self.check("steps: 3", "steps: 1", "steps", "allowed range [2,")
        self.check("steps: 3", "step: 3", "did you mean `steps`")
        self.check("to: 3, ", "", "`to` is missing")
        self.check("values: [0, 0.3]", "values: [0, 0.3, 0]", "values[2]", "given twice")
        self.check("values: [0, 0.3]", "values: []", "at least one value")
        self.check("values: [0, 0.3]", "values: [0, x]", "values[1]", "expected a number", "allowed range")
        self.check("values: [0, 0.3]", "values: [0, 0.3], from: 0", "not both")
        self.check("[none, rank]", "[none, rang]", "leader_premium[1]", "none or rank")
        self.check("[none, rank]", "{from: 0, to: 1, steps: 2}", "takes `values`")
        self.check("name: network", "name: net-work", "letters, digits and _")
        self.check("name: network", "name: hhi", "key `outcomes.hhi`", "called `hhi`")
        self.check("name: network", "name: month", "uses that name itself")
        self.check("customers.consumer.network_exponent: {values: [0, 0.3], name: network}",
                   "customers.consumer.lock_in: [1]", "is a factor already, in line 7")
        self.check("design: grid", "design: list", "a list has as many of each")
        self.check("capital.leader_premium: [none, rank]", "customers.consumer.population: [1e9, 1e8]",
                   "s.yaml:9:3", "at lock_in=0, network=0, population=1e8", "named firms have")

    def test_rules(self):
        for rule, *says in (("accounts_cr1", "an indicator, one of > >= < <= and a number"), ("accounts_cr1 = 3", "one of > >="),
                            ("acounts_cr1 > 3", "did you mean `accounts_cr1`"), ("accounts_cr1 > x", "behind `>`"), ("'> 3'", "an indicator"),
                            ("segment_price > 3", "one value for each member"), ("[a]", "found a list")):
            self.check("months: 12", f"months: 12\nstop_when: {rule}", "key `stop_when`", *says)

    def test_numbers_of_firms(self):
        old = "capital.leader_premium: [none, rank]"
        self.check(old, "firms.OpenAi.gpus: [1, 2]", "s.yaml:9:3", "no such named firm", "did you mean `OpenAI`")
        self.check(old, "firms.OpenAI.gpu: [1, 2]", "did you mean `gpus`")
        self.check(old, "firms.OpenAI.gpus: [1, -2]", "[1]", "allowed range")
        self.check(old, "firms.OpenAI.accounts: [1, 2]", "write accounts.consumer")
        self.check(old, "firms.OpenAI.accounts.consumer: [1.5]", "s.yaml:9:3", "whole")
        self.check(old, "firms.OpenAI.speed: [1]\n  firms.OpenAI.genes.speed: [0]", "is a factor already, in line 9")
        self.check("capital.pool: 4000", "firms.OpenAI.gpu: 4000", "did you mean `gpus`")

    def test_columns(self):
        for spec, *says in (("firm: OpenAI, final", "`column` is missing"), ("column: cash, final", "`firm` is missing"),
                            ("firm: OpenAi, column: cash, final", "key `outcomes.firms_end.firm`", "did you mean `OpenAI`"),
                            ("firm: OpenAI, column: csh, final", "key `outcomes.firms_end.column`", "did you mean `cash`"),
                            ("firm: OpenAI, column: cash, member: consumer, final", "no members"),
                            ("firm: OpenAI, column: accounts, member: x, final", "no such member; there are consumer"),
                            ("firm: OpenAI, column: cash, share: yes, final", "`true` or `false`"),
                            ("firm: OpenAI, column: cash, indicator: revenue_hhi, final", "not both"),
                            ("firm: OpenAI, column: cash", "which months count is missing")):
            self.check("indicator: active_firms, final", spec, *says)

    def test_outcomes(self):
        self.check("indicator: active_firms, final", "indicator: activ_firms, final", "did you mean `active_firms`")
        self.check("indicator: active_firms, final", "final", "`indicator` is missing")
        self.check("indicator: active_firms, final", "indicator: active_firms", "`final`, `at`, `mean_of_last` or `series`")
        self.check("indicator: active_firms, final", "indicator: active_firms, final, at: 3", "one of")
        self.check("at: 3", "at: 13", "key `outcomes.frontier.at`", "allowed range [0, 12]")
        self.check("mean_of_last: 5", "mean_of_last: 13", "allowed range [1, 12]")
        self.check("series: every 5", "series: 5", "every")
        self.check("series: every 5", "series: every 0", "allowed range [1, 12]")
        self.check("segment_price.consumer", "segment_price", "one value for each member: segment_price.consumer")
        self.check("hhi_end:", "hhi-end:", "letters, digits and _")
        self.check("firms_end:", "network:", "called `network`")

    def test_command_lines(self):
        self.refused("sweep", says="FILE.yaml")
        self.refused("sweep", self.write("s.yaml", GRID), says="-o SWEEP.h5")
        self.refused("sweep", self.path("missing.yaml"), "-o", self.out, says="missing.yaml")
        self.refused(*self.sweep("", name="empty.yaml"), says="empty.yaml")
        self.refused(*self.sweep("[1, 2]", name="list.yaml"), says="list.yaml:1:1: expected a mapping")


if __name__ == "__main__":
    unittest.main()

"""Designs of sweeps: which points they have, that SciPy and SALib make the same ones, and that SALib reads the outcomes."""

import json
import os
import re
import unittest
import warnings

import h5py
import numpy
import scipy.stats

from sweep import Sweep

try:
    import SALib.analyze.morris
    import SALib.analyze.sobol
    import SALib.sample.sobol
except ImportError:
    SALib = None
with_salib = unittest.skipUnless(SALib, "SALib is not installed")

def quietly(make, *arguments, **keywords):
    """Without what SciPy says of numbers of points that are no powers of 2."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return make(*arguments, **keywords)


def sobol(factors, count):
    return quietly(scipy.stats.qmc.Sobol(factors, scramble=False).random, count)


class Designs(Sweep):
    HEAD = "base: frontier-race\nfirms: 40\nmonths: 1\nreplicates: 1\noutcomes: {firms: {indicator: active_firms, final}}\n"
    FACTORS = "factors: {capital.pool: {from: 1000, to: 5000}, customers.*.lock_in: {from: 2, to: 0}, capital.leader_premium: [none, rank]}\n"

    def points(self, design, factors=None):
        """The points and the names of their factors."""
        self.works(*self.sweep(self.HEAD + f"design: {design}\n" + (factors or self.FACTORS), "--quiet", "--force"))
        data = self.read()
        names = [name for name in data.coords if "parameter" in data[name].attrs]
        return numpy.column_stack([data[name].values for name in sorted(names, key=["pool", "lock_in", "leader_premium", "gpus"].index)])

    def test_a_latin_hypercube_has_one_point_in_each_stratum(self):
        points = self.points("{latin_hypercube: 40}")
        self.assertEqual(points.shape, (40, 3))
        pool, lock_in, premium = points.T
        self.assertEqual(sorted(numpy.floor((pool - 1000) / 100)), list(range(40)))
        self.assertEqual(sorted(numpy.floor((2 - lock_in) / 0.05)), list(range(40)))
        self.assertEqual([int((premium == code).sum()) for code in numpy.unique(premium)], [20, 20])
        numpy.testing.assert_array_equal(points, self.points("{latin_hypercube: 40, seed: 1}"))  # the seed when nothing is said
        self.assertFalse((points == self.points("{latin_hypercube: 40, seed: 2}")).all(axis=1).any())

    def test_the_strata_of_factors_are_paired_at_random(self):
        pool, lock_in, premium = self.points("{latin_hypercube: 400}").T
        for first, second in ((pool, lock_in), (pool, premium), (lock_in, premium)):
            self.assertLess(abs(numpy.corrcoef(first, second)[0, 1]), 4.5 / 20)  # 4.5 standard errors

    def test_random_points_keep_the_fewer_ones(self):
        many = self.points("{random: 400, seed: 3}")
        numpy.testing.assert_array_equal(many[:30], self.points("{random: 30, seed: 3}"))
        self.assertTrue(((many[:, 0] >= 1000) & (many[:, 0] < 5000)).all())
        for column, low, width in ((0, 1000, 4000), (1, 0, 2)):
            quarters = numpy.bincount(numpy.floor((many[:, column] - low) / width * 4).astype(int), minlength=4)
            self.assertTrue((abs(quarters - 100) < 45).all(), quarters)  # five standard deviations

    def test_a_random_design_grows_and_is_replayed(self):
        self.works(*self.sweep(self.HEAD + "design: {random: 20}\n" + self.FACTORS, "--quiet"))
        said = self.works(*self.sweep(self.HEAD + "design: {random: 30}\n" + self.FACTORS)).stdout
        self.assertIn("20 of 30 runs are there already", said)
        self.assertIn("has the same values", self.works("replay", self.out, "--point", 25).stdout)
        self.refused(*self.sweep(self.HEAD + "design: {latin_hypercube: 40}\n" + self.FACTORS), says="would be lost")

    def test_one_factor_differs_from_the_base(self):
        points = self.points("one_at_a_time", "set: {capital.pool: 4000, customers.*.lock_in: 1}\n"
                             "factors: {capital.pool: [1000, 4000, 5000], customers.*.lock_in: {from: 0, to: 2, steps: 5}, firms.OpenAI.gpus: [1, 2]}\n")
        self.assertEqual(points.shape, (1 + 2 + 4 + 2, 3))
        differs = points != points[0]
        self.assertEqual(points[0, :2].tolist(), [4000, 1])
        self.assertEqual(differs.sum(axis=1).tolist(), [0] + [1] * 8)
        self.assertEqual(differs.sum(axis=0).tolist(), [2, 4, 2])
        self.assertEqual(points[3:7, 1].tolist(), [0, 0.5, 1.5, 2])


PATHS = ["capital.pool", "customers.consumer.lock_in", "customers.enterprise.lock_in", "customers.consumer.network_exponent",
         "customers.enterprise.network_exponent", "talent.*.separation", "firms.OpenAI.speed", "firms.OpenAI.cash",
         "firms.OpenAI.gpus", "firms.Anthropic.speed", "firms.Anthropic.cash", "firms.Anthropic.gpus", "firms.xAI.speed", "firms.xAI.cash",
         "firms.xAI.gpus", "firms.Microsoft.speed"]
RANGES = {"pool": (1000, 5000), "lock_in": (0.1, 2.3), "network_exponent": (0, 0.7), "separation": (0.003, 0.021), "speed": (0.15, 0.85),
          "cash": (100, 1234.5), "gpus": (1e4, 3e5)}


def bounds(factors):
    return [RANGES[path.split(".")[-1]] for path in PATHS[:factors]]


def problem(factors):
    return {"num_vars": factors, "names": PATHS[:factors], "bounds": [list(pair) for pair in bounds(factors)]}


class Sequences(Sweep):
    """Points that are those of other programs, bit for bit."""

    HEAD = Designs.HEAD

    def text(self, design, factors):
        ranges = ", ".join(f"{path}: {{from: {low}, to: {high}}}" for path, (low, high) in zip(PATHS, bounds(factors)))
        return self.HEAD + f"design: {design}\nfactors: {{{ranges}}}\n"

    def points(self, design, factors):
        """The points, one a row, in the order of the file's points."""
        self.works(*self.sweep(self.text(design, factors), "--quiet", "--force"))
        data = self.read()
        self.assertEqual(data.attrs["design"], design.strip("{").split(":")[0])
        columns = {data[name].attrs["parameter"]: data[name].values for name in data.coords if "parameter" in data[name].attrs}
        return numpy.column_stack([columns[path] for path in PATHS[:factors]])

    def test_sobol_points_are_those_of_scipy(self):
        for factors, count in ((1, 5), (3, 64), (16, 1000)):
            lower, upper = numpy.array(bounds(factors), dtype=float).T
            unit = sobol(factors, count)
            numpy.testing.assert_array_equal(self.points(f"{{sobol: {count}}}", factors), unit * (upper - lower) + lower)

    def test_choices_take_equal_parts_of_the_sequence(self):
        text = self.HEAD + "design: {sobol: 12}\nfactors: {capital.leader_premium: [none, rank], customers.*.lock_in: [0, 1, 2]}\n"
        self.works(*self.sweep(text, "--quiet"))
        unit, data = sobol(2, 12), self.read()
        numpy.testing.assert_array_equal(data.leader_premium, numpy.floor(unit[:, 0] * 2))
        numpy.testing.assert_array_equal(data.lock_in, numpy.floor(unit[:, 1] * 3))

    def saltelli(self, factors, count, second):
        """Saltelli's design from SciPy's sequence: two matrices, and one with single columns of the other."""
        lower, upper = numpy.array(bounds(factors), dtype=float).T
        unit = sobol(2 * factors, count)
        rows = []
        for a, b in zip(unit[:, :factors], unit[:, factors:]):
            rows.append(a)
            rows += [numpy.where(numpy.arange(factors) == k, b, a) for k in range(factors)]
            rows += [numpy.where(numpy.arange(factors) == k, a, b) for k in range(factors) if second]
            rows.append(b)
        return numpy.array(rows) * (upper - lower) + lower

    def test_saltelli_points_are_those_of_scipy(self):
        for factors, count, second in ((1, 3, True), (3, 16, True), (3, 16, False), (16, 8, True)):
            points = self.points(f"{{saltelli: {count}, second_order: {'on' if second else 'off'}}}", factors)
            numpy.testing.assert_array_equal(points, self.saltelli(factors, count, second))
        numpy.testing.assert_array_equal(self.points("{saltelli: 4}", 2), self.saltelli(2, 4, True))  # when nothing is said

    @with_salib
    def test_saltelli_points_are_those_of_salib(self):
        for factors, count, second in ((1, 3, True), (3, 16, True), (3, 16, False), (16, 8, True)):
            points = self.points(f"{{saltelli: {count}, second_order: {'on' if second else 'off'}}}", factors)
            numpy.testing.assert_array_equal(points, quietly(SALib.sample.sobol.sample, problem(factors), count, calc_second_order=second, scramble=False))

    def test_more_points_begin_with_the_fewer_ones(self):
        for design, few, many in (("sobol", 12, 20), ("saltelli", 3, 5), ("morris", 3, 5)):
            first = self.points(f"{{{design}: {few}}}", 3)
            numpy.testing.assert_array_equal(self.points(f"{{{design}: {many}}}", 3)[: len(first)], first)

    def test_they_grow(self):
        for design, few, many, each in (("sobol", 12, 20, 1), ("saltelli", 3, 5, 8), ("morris", 3, 5, 4)):
            self.works(*self.sweep(self.text(f"{{{design}: {few}}}", 3), "--quiet", "--reproducible", "--force"))
            large = self.sweep(self.text(f"{{{design}: {many}}}", 3), "--reproducible")
            said = re.search(rf"(\d+) of {many * each} runs are there already", self.works(*large).stdout)
            self.assertGreaterEqual(int(said[1]), few * each, design)  # points that come again are there too
            self.works(*self.sweep(self.text(f"{{{design}: {many}}}", 3), "--reproducible", out=self.path("once.h5")))
            self.assertEqual(self.read_bytes(self.out), self.read_bytes(self.path("once.h5")), design)
            self.assertIn("has the same values", self.works("replay", self.out, "--point", many * each - 1).stdout)
            os.remove(self.path("once.h5"))

    def read_bytes(self, path):
        with open(path, "rb") as file:
            return file.read()


class Trajectories(Sweep):
    FACTORS = ("factors: {capital.pool: {from: 1000, to: 4000}, customers.*.lock_in: {from: 2, to: 0}, capital.leader_premium: [none, rank],\n"
               "  customers.consumer.network_exponent: [0, 0.1, 0.2]}\n")

    def trajectories(self, design):
        self.works(*self.sweep(Designs.HEAD + f"design: {design}\n" + self.FACTORS, "--quiet", "--force"))
        data = self.read()
        return numpy.column_stack([data.pool, data.lock_in, data.leader_premium, data.network_exponent]).reshape(-1, 5, 4)

    def test_one_factor_moves_by_half_of_the_levels(self):
        for levels, grid in ((4, [1000, 2000, 3000, 4000]), (2, [1000, 4000]), (6, [1000, 1600, 2200, 2800, 3400, 4000])):
            of = self.trajectories(f"{{morris: 40, levels: {levels}}}")
            steps = numpy.diff(of, axis=1)
            self.assertTrue(((steps != 0).sum(axis=2) == 1).all())
            self.assertTrue(((steps != 0).sum(axis=1) == 1).all())
            self.assertEqual(numpy.unique(of[:, :, 0]).tolist(), grid)
            moved = numpy.abs(steps).sum(axis=1)
            half = grid[len(grid) // 2] - grid[0]
            self.assertEqual(numpy.unique(moved[:, 0]).tolist(), [half])
            numpy.testing.assert_allclose(moved[:, 1], 2 * half / 3000, rtol=1e-11)  # decimals of 12 digits
            self.assertEqual(numpy.unique(moved[:, 2]).tolist(), [1])

    def test_starts_signs_and_orders_are_random(self):
        of = self.trajectories("{morris: 400, seed: 5}")
        steps = numpy.diff(of, axis=1)
        ups = (steps > 0).any(axis=1).sum(axis=0)
        self.assertTrue((abs(ups - 200) < 50).all(), ups)  # five standard deviations
        when = (steps != 0).argmax(axis=1)
        for place in range(4):
            counts = (when == place).sum(axis=0)
            self.assertTrue((abs(counts - 100) < 44).all(), counts)
        low = of[:, :, 0].min(axis=1)
        self.assertTrue(abs((low == 1000).sum() - 200) < 50 and ((low == 1000) | (low == 2000)).all())
        self.assertFalse((of[:20] == self.trajectories("{morris: 20, seed: 6}")).all())
        numpy.testing.assert_array_equal(self.trajectories("{morris: 20}"), self.trajectories("{morris: 20, levels: 4, seed: 1}"))

    @with_salib
    def test_salib_takes_them(self):
        factors = problem(3)
        text = ("base: core-race\nfirms: 20\nmonths: 1\nreplicates: 1\noutcomes: {firms: {indicator: active_firms, final}}\ndesign: {morris: 6}\n"
                "factors: {" + ", ".join(f"{path}: {{from: {low}, to: {high}}}" for path, (low, high) in zip(PATHS, bounds(3))) + "}\n")
        self.works(*self.sweep(text.replace("core-race", "frontier-race").replace("firms: 20", "firms: 40"), "--quiet"))
        data = self.read()
        points = numpy.column_stack([data.pool, data.consumer_lock_in, data.enterprise_lock_in])
        lower, upper = numpy.array(bounds(3), dtype=float).T
        unit = (points - lower) / (upper - lower)
        found = SALib.analyze.morris.analyze(factors, points, unit @ [3.0, -2.0, 0.5], num_levels=4)  # a linear model has these effects
        numpy.testing.assert_allclose(found["mu"], [3, -2, 0.5], rtol=1e-9)
        numpy.testing.assert_allclose(found["sigma"], 0, atol=1e-9)


@with_salib
class Indices(Sweep):
    """Sobol's indices from a sweep's file are those from races that SALib's matrix drives one by one."""

    def test_indices(self):
        settings = {"num_vars": 2, "names": ["lock_in", "pool"], "bounds": [[0, 3], [1000, 5000]]}
        text = ("base: frontier-race\nfirms: 40\nmonths: 6\nseed: 9\nreplicates: 2\ndesign: {saltelli: 4}\n"
                "factors: {customers.*.lock_in: {from: 0, to: 3}, capital.pool: {from: 1000, to: 5000}}\n"
                "outcomes: {hhi: {indicator: revenue_hhi, final}}\n")
        self.works(*self.sweep(text, "--quiet"))
        data = self.read()
        mine = SALib.analyze.sobol.analyze(settings, data.hhi.mean("replicate").values, seed=1)
        means = []
        for lock_in, pool in SALib.sample.sobol.sample(settings, 4, scramble=False):
            values = [json.loads(self.works("run", "frontier-race", "--firms", 40, "--months", 6, "--seed", seed, "--json",
                                            "--set", f"customers.*.lock_in={float(lock_in)!r}", "--set", f"capital.pool={float(pool)!r}").stdout)
                      ["indicators"]["revenue_hhi"] for seed in numpy.unique(data.seed)]
            means.append(numpy.mean(values))
        theirs = SALib.analyze.sobol.analyze(settings, numpy.array(means), seed=1)
        for index in ("S1", "ST", "S2"):
            numpy.testing.assert_array_equal(mine[index], theirs[index])
        self.assertGreater(numpy.ptp(means), 0)


class Tables(Sweep):
    """Points from a CSV file."""

    TEXT = Designs.HEAD + "design: {list: points.csv}\nfactors: {customers.consumer.network_exponent: {name: network}}\n"
    TABLE = "customers.*.lock_in,network,capital.leader_premium,firms.OpenAI.speed\n0,0.3,rank,0.25\n1.5,0,none,5e-1\n0,0.3,rank,0.25\n"

    def sweep(self, table, text=None, *options, **keywords):
        self.write("points.csv", table)
        return super().sweep(text or self.TEXT, *options, **keywords)

    def columns(self):
        data = self.read()
        return [data.lock_in.values.tolist(), data.network.values.tolist(), data.leader_premium.values.tolist(), data.speed.values.tolist()]

    def test_rows_are_points(self):
        self.works(*self.sweep(self.TABLE, None, "--quiet"))
        self.assertEqual(self.columns(), [[0, 1.5, 0], [0.3, 0, 0.3], [1, 0, 1], [0.25, 0.5, 0.25]])
        data = self.read()
        self.assertEqual(dict(data.sizes), {"point": 3, "replicate": 1})
        self.assertEqual(data.network.attrs["parameter"], "customers.consumer.network_exponent")
        self.assertEqual(data.attrs["sweep_points"], self.TABLE)
        self.assertEqual((data.attrs["sweep_file"], data.attrs["design"]), (self.TEXT, "list"))

    def test_a_list_in_the_file_is_the_same(self):
        self.works(*self.sweep(self.TABLE, None, "--quiet"))
        text = Designs.HEAD + ("design: list\nfactors: {customers.*.lock_in: [0, 1.5, 0], customers.consumer.network_exponent: {values: [0.3, 0, 0.3],"
                               " name: network}, capital.leader_premium: [rank, none, rank], firms.OpenAI.speed: [0.25, 0.5, 0.25]}\n")
        self.assertIn("is complete: 3 runs done", self.works(*self.sweep("", text)).stdout)

    def test_forms_of_csv(self):
        self.works(*self.sweep(self.TABLE, None, "--quiet"))
        wanted = self.columns()
        quoted = self.TABLE.replace("rank", '"rank"').replace("network", '"network"').replace("0.3", '"0.3"')
        for table in (self.TABLE.replace("\n", "\r\n"), "\ufeff" + self.TABLE, self.TABLE.rstrip("\n"), self.TABLE + "\n  \r\n\n",
                      self.TABLE.replace(",", " ,\t"), quoted, self.TABLE.replace("\n", "\r")):
            with self.subTest(table):
                self.works(*self.sweep(table, None, "--quiet", "--force"))
                self.assertEqual(self.columns(), wanted)

    def test_factors_may_be_left_out(self):
        text = self.TEXT.replace("factors: {customers.consumer.network_exponent: {name: network}}\n", "")
        self.works(*self.sweep(self.TABLE.replace("network", "customers.consumer.network_exponent"), text, "--quiet"))
        self.assertEqual(self.read().network_exponent.values.tolist(), [0.3, 0, 0.3])

    def test_a_file_of_numpy(self):
        text = Designs.HEAD + "design: {list: points.csv}\n"
        points = numpy.random.default_rng(1).random((20, 2)) * 3
        numpy.savetxt(self.path("matrix.csv"), points, delimiter=",", header="customers.*.lock_in,capital.pool", comments="")
        with open(self.path("matrix.csv"), encoding="utf-8") as file:
            self.works(*self.sweep(file.read(), text, "--quiet"))
        numpy.testing.assert_array_equal(self.read().lock_in, points[:, 0])
        numpy.testing.assert_array_equal(self.read().pool, points[:, 1])

    def test_the_sweep_needs_the_table_no_more(self):
        self.works(*self.sweep(self.TABLE, None, "--quiet"))
        os.remove(self.path("points.csv"))
        self.assertIn("has the same values", self.works("replay", self.out, "--point", 1).stdout)
        self.assertIn("3 done", self.works("info", self.out).stdout)

    def test_it_grows(self):
        self.works(*self.sweep(self.TABLE, None, "--quiet"))
        self.assertIn("3 of 4 runs are there already", self.works(*self.sweep(self.TABLE + "2,0.1,none,0.5\n")).stdout)
        less = self.TABLE.replace("1.5,", "2.5,")
        self.refused(*self.sweep(less), says=["points.csv:3: `2.5,0,none,5e-1` here, but `1.5,0,none,5e-1` in the sweep", "would be lost"])

    def refuses(self, table, *says, text=None):
        with self.subTest(table[:80]):
            self.refused(*self.sweep(table, text), says=list(says))
            self.assertEqual(self.files(), ["points.csv", "s.yaml"])

    def test_refused(self):
        head, row = self.TABLE.splitlines()[:2]
        head += "\n"
        for table, *says in (
                (head + "0,0.3,rank,0.25\n0,x,rank,0.25\n", "points.csv:3:3: key `network[1]`", "expected a number, found `x`", "allowed range"),
                (head + "-1,0.3,rank,0.25\n", "points.csv:2:1: key `customers.*.lock_in[0]`", "allowed range [0, 50]"),
                (head + "0, nan,rank,0.25\n", "points.csv:2:4:", "expected a"),
                (head + "0,,rank,0.25\n", "points.csv:2:3:", "found nothing"),
                (head + '0,"0.3\n",rank,0.25\n', "points.csv:2:3: key `network[0]`"),
                (head + "0,0.3,ranks,0.25\n", "points.csv:2:7:", "none or rank"),
                (head + "0,0.3,rank\n", "points.csv:2:1: 3 cells, but there are 4 columns"),
                (head + row + ",\n", "points.csv:2:1: 5 cells, but there are 4 columns"),
                (head + row + "\n\n" + row + "\n", "points.csv:3:1: an empty line between rows"),
                (head, "points.csv:2:1: there is no row"),
                ("", "points.csv:1:1:", "a column without a name"),
                ("\n1\n", "points.csv:1:1:", "a column without a name"),
                ("a,,b\n1,2,3\n", "points.csv:1:3: a column without a name"),
                (self.TABLE.replace(",", ";"), "points.csv:1:1: expected commas"),
                (self.TABLE.replace("capital.leader_premium", "capital.leader_premum"), "points.csv:1:29: key `capital.leader_premum`", "did you mean"),
                (self.TABLE.replace("firms.OpenAI.speed", "network"), "points.csv:1:52: a column of this name"),
                (self.TABLE.replace("firms.OpenAI.speed", "customers.consumer.lock_in"), "points.csv:1:52:", "is a factor already"),
                (self.TABLE.replace("network", "capital.pool"), "s.yaml:7:11: key `factors.customers.consumer.network_exponent`", "has no column in"),
                (head + '"0,0.3,rank,0.25\n', "points.csv:2:1: a quote that is not closed"),
                (head + '"' + "0" * 5000, "points.csv:2:1:", "not closed"),
                (head + "0" * 5000 + ",0.3,rank,0.25", "points.csv:2:1: a cell of 1,000 bytes"),
                (head + '0,"0.3"4,rank,0.25\n', "points.csv:2:8: text behind the closing quote"),
                (head + '0,0"3,rank,0.25\n', "points.csv:2:4: a quote in the middle of a cell"),
                (head + "0,0.3\0,rank,0.25\n", "points.csv:2:6: a control character"),
                (head + "0,0.3\u2028,rank,0.25\n", "points.csv:2:6: a control character"),
                (",".join(f"a{i}" for i in range(17)) + "\n" + ",".join("1" * 17) + "\n", "points.csv:1:1: 17 factors, but there are at most 16"),
                (",".join(f"a{i}" for i in range(300)), "points.csv:1:", "more than 256 columns"),
                ("customers.*.lock_in,network\n" + "1,0\n" * 100001, "points.csv:1:1:", "100001 values, but there are at most 100000"),
                ("a,b\n" + "1,0\n" * 1000001, "points.csv:", "more than 2,000,000 cells"),
                ("a\n" + "1" * (32 << 20), "points.csv: larger than 32 MiB")):
            self.refuses(table, *says)
        self.refuses("network,customers.consumer.population\n0,1e9\n0.3,1e8\n", "points.csv:3:5: key `customers.consumer.population[1]`: at network=0.3, population=1e8: ",
                     "named firms have")

    def test_bytes_that_are_no_text(self):
        command = self.sweep(self.TABLE)
        with open(self.path("points.csv"), "wb") as file:
            file.write(self.TABLE.encode().replace(b"1.5", b"\xff"))
        self.refused(*command, says="points.csv:3:1: not UTF-8 text")

    def test_tables_that_cannot_be_read(self):
        for name, *says in (("missing.csv", "No such file"), (".", "is a folder"), ("[a]", "expected a text"), ("pipe", "is not a regular file")):
            if name == "pipe":
                os.mkfifo(self.path("pipe"))
            self.refused(*self.sweep(self.TABLE, self.TEXT.replace("points.csv", name)), says=["s.yaml:6:16: key `design.list`", *says])
        self.refused(*self.sweep(self.TABLE, self.TEXT.replace("points.csv", "points.csv, seed: 1")), says="key `design.seed`")
        self.refused(*self.sweep(self.TABLE, self.TEXT.replace("{name: network}", "{name: network, values: [1]}")), says=["s.yaml:7:", "no such key"])

    def test_a_stored_sweep_reads_no_file(self):
        """The name of a file in a sweep's file is not followed."""
        self.works(*self.sweep(self.TABLE, None, "--quiet"))
        with h5py.File(self.out, "r+") as file:
            del file.attrs["sweep_points"]
        self.refused("replay", self.out, "--point", "1", "-o", self.path("r.h5"), says="its points are not in the file")


class Refused(Sweep):
    """Each of these ends with one line that names file, line and key, before anything is written."""

    TEXT = Designs.HEAD + "design: DESIGN\n" + Designs.FACTORS

    def check(self, design, *says):
        with self.subTest(design):
            self.refused(*self.sweep(self.TEXT.replace("DESIGN", design)), says=["s.yaml:6:", "design", *says])
            self.assertEqual(self.files(), ["s.yaml"])

    def test_settings(self):
        self.check("sobol", "`{sobol: N}`")
        self.check("{sobol: 0}", "allowed range [1, 100000]")
        self.check("{sobol: 8, seed: 1}", "key `design.seed`", "`sobol` has no such setting")
        self.check("{sobol: 8, morris: 1}", "`{morris: N}`")
        self.check("{levels: 4}", "`{morris: N}`")
        self.check("{saltelli: 8, levels: 4}", "key `design.levels`", "no such setting")
        self.check("{saltelli: 8, second_order: 2}", "key `design.second_order`", "on or off")
        self.check("{saltelli: 20000}", "with 3 factors", "more than 100000 points")
        self.check("{morris: 8, second_order: on}", "no such setting")
        self.check("{morris: 8, levels: 5}", "key `design.levels`", "an even number")
        self.check("{morris: 8, levels: 1}", "allowed range [2, 1000]")
        self.check("{morris: 8, level: 4}", "did you mean `levels`")

    def test_a_factor_that_cannot_move(self):
        text = self.TEXT.replace("DESIGN", "{morris: 8}")
        self.refused(*self.sweep(text.replace("[none, rank]", "[rank]")), says=["s.yaml:7:", "leader_premium", "at least two values"])
        self.refused(*self.sweep(text.replace("[none, rank]", "[rank, none, rank]")), says=["s.yaml:7:", "given twice"])
        self.refused(*self.sweep(text.replace("from: 2, to: 0", "from: 1, to: 1.00000000000001")), says=["s.yaml:7:", "lock_in", "too close"])


if __name__ == "__main__":
    unittest.main()

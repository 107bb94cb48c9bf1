"""Designs of sweeps: which points they have, that SciPy and SALib make the same ones, and that SALib reads the outcomes."""

import json
import os
import re
import unittest
import warnings

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

"""matthew validate: the table, its JSON and exit status, and every fact recomputed with NumPy from a recorded race."""

import json
import math
import re
import unittest

import h5py
import numpy

from support import SOURCE, Case, matthew

# The columns beyond the default ones.
FEW = "cash,round,accounts"
SCENARIO = "base: frontier-race\nmonths: 120\nfirms: 600\nvalidates: [attrition]\n"
SHORT = SCENARIO.replace("120", "26")


def shape(x):
    """Subbotin's b by maximum likelihood around 0."""
    from scipy import optimize, special

    def loss(log_b):
        b = math.exp(log_b)
        return math.log(b) / b + special.gammaln(1 + 1 / b) + math.log((abs(x) ** b).mean()) / b + 1 / b

    return math.exp(optimize.minimize_scalar(loss, bounds=(math.log(0.1), math.log(10)), method="bounded",
                                             options={"xatol": 1e-10}).x)


class Recorded:
    """A race as a file has it, and what the facts are in it, by definitions of docs/validation.md and nothing else."""

    def __init__(self, path):
        with h5py.File(path) as file:
            self.column = {name: file[name][...] for name in file if isinstance(file[name], h5py.Dataset)}
            self.weight = [file["parameters"][f"talent.{t}.research_weight"][()] for t in ("researcher", "engineer", "operations")]
            strategies = [s.decode() for s in file["strategy"][...]]
            speed = [file["parameters"][f"strategies.{s}.speed"][()] for s in strategies]
        c = self.column
        self.there = ~numpy.isnan(c["age"])
        for name in ("age", "round", "staff", "separations", "walkouts"):  # sums run over firms that are not there, too
            c[name] = numpy.nan_to_num(c[name])
        self.age, self.last = c["age"], len(c["month"]) - 1
        self.id = numpy.where(self.there, c["firm"], -1)
        self.receipts = numpy.nan_to_num(c["total_receipts"])
        self.staff = c["staff"].sum(1)
        self.entry, self.exit = c["entry_month"], c["exit_month"]
        self.speed = numpy.array(speed)[c["strategy_at_entry"]]
        self.share = self.receipts / self.receipts.sum(1, keepdims=True)
        initial = numpy.zeros(len(self.entry))
        initial[self.id[0][self.there[0]]] = self.age[0][self.there[0]]
        self.left = self.exit >= 0
        end = numpy.where(self.left, self.exit, self.last)
        self.begun = initial
        self.ended = initial + end - self.entry

    def growth(self, size, least):
        growth, sizes, ages = [], [], []
        for m in range(24, self.last - 11, 12):
            both = numpy.flatnonzero(self.there[m] & (self.id[m] == self.id[m + 12]) & (size[m] > least) & (size[m + 12] > least))
            both = both[numpy.argsort(self.id[m][both])]  # equals stand in the order of ids
            g = numpy.log(size[m + 12][both] / size[m][both])
            growth.append(g - numpy.median(g))
            sizes.append(numpy.log(size[m][both]))
            ages.append(self.age[m][both])
        return numpy.concatenate(growth), numpy.concatenate(sizes), numpy.concatenate(ages)

    def size_exponent(self, size, least):
        growth, sizes, _ = self.growth(size, least)
        order, n = numpy.argsort(sizes, kind="stable"), len(sizes)
        parts = [order[n * k // 8 : n * (k + 1) // 8] for k in range(8)]
        spread = [math.log(growth[p].std()) for p in parts]
        return -numpy.polyfit([sizes[p].mean() for p in parts], spread, 1)[0]

    def survival(self, age):
        born, share = self.entry > 0, 1.0
        for month in range(1, age + 1):
            risk = born & (self.ended >= month)
            share *= 1 - (risk & self.left & (self.ended == month)).sum() / risk.sum()
        return share

    def hazard(self, above, until, who):
        begin, end = numpy.maximum(self.begun, above), numpy.minimum(self.ended, until)
        lived = who & (end > begin)
        return (lived & self.left & (self.ended == end)).sum() / (end - begin)[lived].sum()

    def moves(self, h, months):
        def move(m):
            top = numpy.argsort(-self.receipts[m], kind="stable")[:3]
            now = numpy.where(self.id[m + h] == self.id[m], self.share[m + h], 0)
            return abs(now - self.share[m])[top].sum() * 12 / h

        return numpy.mean([move(m) for m in months])

    def funnel(self):
        c, reached = self.column, numpy.zeros(7)
        for m in range(self.last + 1):
            founded = m - self.age[m]
            cohort = (numpy.nan_to_num(c["funding"][m]) > 0) & (founded > 0) & (founded + 84 <= self.last) & (self.age[m] <= 84)
            for k in range(1, 6):
                reached[k] += (c["round"][m][cohort] == k).sum()
        return [reached[k + 1] / reached[k] if reached[k] else math.nan for k in range(1, 5)]

    def returns(self, multiple):
        c, last = self.column, self.last
        gone = self.left & (self.exit < last)
        raised, back = c["exit_raised"][gone], c["exit_proceeds"][gone]
        there = self.there[last]
        worth = (c["investor_proceeds"][last] + c["investor_stake"][last] * c["valuation"][last])[there]
        paid = c["raised"][last][there]
        return ((raised > 0) & (back >= multiple * raised)).sum() + ((paid > 0) & (worth >= multiple * paid)).sum()

    def top_ten(self):
        funding = numpy.nan_to_num(self.column["funding"])
        shares = []
        for m in range(12, self.last + 1, 12):
            year = numpy.sort(funding[0 if m == 12 else m - 11 : m + 1].sum(0))[::-1]
            if year.sum() > 0:
                shares.append(year[:10].sum() / year.sum())
        return numpy.mean(shares)

    def lag(self):
        capability = numpy.where(self.there, self.column["capability"], -numpy.inf)
        frontier = numpy.maximum.accumulate(capability.max(1))
        research = numpy.tensordot(self.column["staff"], self.weight, (1, 0))
        medians = []
        for m in range(24, self.last + 1, 12):
            who = self.there[m] & (research[m] > 200)
            who[numpy.argmax(capability[m])] = False
            lags = [m - numpy.argmax(frontier >= q) if q >= frontier[0] else numpy.inf for q in capability[m][who]]
            if lags and numpy.isfinite(numpy.median(lags)):
                medians.append(numpy.median(lags))
        return numpy.mean(medians)

    def values(self):
        c, last = self.column, self.last
        gone = (self.entry > 0) & self.left & (self.exit < last)
        prices = numpy.where(c["exit_reason"][gone] == 2, c["exit_price"][gone], 0)
        there = self.there[last] & (self.entry[self.id[last]] > 0)
        values = numpy.sort(numpy.concatenate([prices, c["valuation"][last][there]]))[::-1]
        return values[: max(1, len(values) // 10)].sum() / values.sum()

    def hill(self):
        last, names = self.last, self.column["firm_name"]
        startups = self.there[last] & (names[self.id[last]] == b"")
        x = numpy.sort(self.receipts[last][startups])[::-1]
        x = x[x > 0]
        k = len(x) // 10
        return k / numpy.log(x[:k] / x[k]).sum()

    def facts(self):
        c, last, everybody = self.column, self.last, self.entry >= 0
        growth, _, ages = self.growth(self.receipts, 0.02)
        old = growth[ages > 36]
        z = (old - old.mean()) / old.std()
        firms = self.there.sum(1)
        born = self.entry > 0
        asked = numpy.nan_to_num(c["funding"]) > 0
        funnel = self.funnel()
        monthly = (c["separations"][1:].sum() + c["walkouts"][1:].sum()) / c["staff"][1:].sum()
        hhi = (self.share**2).sum(1)
        return {
            "startup_size_tail": self.hill(),
            "growth_shape": shape(old),
            "growth_kurtosis": (z**4).mean(),
            "size_exponent_revenue": self.size_exponent(self.receipts, 0.02),
            "size_exponent_staff": self.size_exponent(self.staff, 4),
            "survival_24": self.survival(24),
            "survival_48": self.survival(48),
            "hazard_by_age": self.hazard(84, 10**6, everybody) / self.hazard(12, 36, everybody),
            "funnel_a": funnel[0],
            "funnel_b": funnel[1],
            "funnel_c": funnel[2],
            "funnel_d": funnel[3],
            "shakeout": firms[last] / firms.max(),
            "shakeout_peak": numpy.argmax(firms),
            "share_moves_sticky": self.moves(33, range(last - 32)),
            "share_moves_contestable": self.moves(24, [0]),
            "concentration_sticky": hhi.mean(),
            "concentration_contestable": hhi[:25].mean(),
            "return_tail": math.log2(self.returns(5) / self.returns(10)) if self.returns(10) >= 10 else math.nan,
            "funding_top_ten": self.top_ten(),
            "funding_and_size": numpy.corrcoef(numpy.log(c["valuation"][asked]), numpy.log(c["funding"][asked]))[0, 1],
            "hazard_of_speed": self.hazard(0, 36, born & (self.speed > 2 / 3)) / self.hazard(0, 36, born & (self.speed < 1 / 3)),
            "attrition": 1 - (1 - monthly) ** 12,
            "imitation_lag": self.lag(),
            "value_top_tenth": self.values(),
        }


class Validate(Case):
    def scenario(self, text=SHORT, name="case.yaml"):
        return self.write(name, text)

    def json(self, *arguments, status=0):
        result = matthew("validate", *arguments, "--json")
        said = [line for line in result.stderr.splitlines() if not line.startswith("matthew: warning: ")]
        self.assertEqual((result.returncode, said), (status, []))
        return json.loads(result.stdout)

    def test_the_table_tells_everything_of_each_fact(self):
        case = self.scenario()
        text = self.works("validate", case, "--replications", 2).stdout
        facts = self.json(case, "--replications", 2)["facts"]
        self.assertEqual(len(facts), len({f["name"] for f in facts}))
        for fact in facts:
            line = re.search(rf"^{fact['number']} +{fact['name']} .*$", text, flags=re.M).group()
            self.assertIn("required" if fact["required"] else "reported", line)
            self.assertTrue(line.endswith(fact["verdict"]), line)
            self.assertIn(" ".join(fact["source"].split()), " ".join(text.split()))
            measured = math.nan if fact["measured"] is None else fact["measured"]
            inside = fact["low"] <= measured <= (math.inf if fact["high"] is None else fact["high"])
            self.assertEqual(fact["verdict"], "in band" if inside else "not measured" if fact["measured"] is None else "out of band")
            values = [v for v in fact["values"] if v is not None]
            self.assertEqual(fact["measured_in"], len(values))
            if len(values) == 2:
                self.assertAlmostEqual(fact["measured"], sum(values) / 2, 12)
                self.assertAlmostEqual(fact["standard_error"], abs(values[0] - values[1]) / 2, 12)
        self.assertEqual([f["name"] for f in facts if f["required"]], ["attrition"])
        self.assertIn("all 1 required facts are in their bands", text)

    def test_a_required_fact_out_of_band_is_exit_status_3(self):
        case = self.scenario()
        found = self.json(case, "--replications", 1, "--set", "talent.*.separation=0.2", status=3)
        fact = next(f for f in found["facts"] if f["name"] == "attrition")
        self.assertEqual((found["passed"], fact["verdict"]), (False, "out of band"))
        self.assertGreater(fact["measured"], 0.25)
        # What cannot be measured has not been shown.
        case = self.scenario("base: frontier-race\nmonths: 6\nfirms: 100\nvalidates: [survival_48]\n")
        found = self.json(case, "--replications", 1, status=3)
        self.assertEqual({f["verdict"] for f in found["facts"] if f["name"] == "survival_48"}, {"not measured"})
        self.assertEqual(self.json(self.scenario("base: frontier-race\nmonths: 6\nfirms: 100\nvalidates: ~\n"))["passed"], True)

    def test_threads_change_nothing(self):
        case = self.scenario()
        for replications in (1, 3):
            one, two = (matthew("validate", case, "--replications", replications, "--threads", t, "--json") for t in (1, 2))
            self.assertEqual(one.stdout, two.stdout)
        self.assertNotEqual(one.stdout, matthew("validate", case, "--replications", 3, "--seed", 2, "--json").stdout)

    def test_a_recorded_race_shows_the_same_and_numpy_agrees(self):
        case = self.scenario(SCENARIO)
        found = self.json(case, "--replications", 2)
        seed, path = found["seeds"][1], self.path("race.h5")
        self.works("run", case, "--seed", seed, "-o", path, "--quiet")  # the default columns are enough
        recorded = self.json(path)
        self.assertEqual((recorded["scenario"], recorded["seed"], recorded["seeds"]), ("case", seed, [seed]))
        oracle = Recorded(path).facts()
        self.assertEqual([f["name"] for f in recorded["facts"]], list(oracle))
        for fact, before in zip(recorded["facts"], found["facts"]):
            with self.subTest(fact=fact["name"]):
                self.assertEqual(fact["values"][0], before["values"][1])
                if fact["measured"] is None:
                    self.assertTrue(math.isnan(oracle[fact["name"]]))
                else:
                    self.assertTrue(math.isclose(fact["measured"], oracle[fact["name"]], rel_tol=1e-6), oracle[fact["name"]])
        self.assertGreater(sum(f["measured"] is not None for f in recorded["facts"]), 20)

    def test_files_that_do_not_hold_enough_are_refused(self):
        path = self.path("race.h5")
        case = self.scenario("base: frontier-race\nmonths: 6\nfirms: 100\n")
        self.works("run", case, "-o", path, "--record", FEW, "--quiet")
        said = self.refused("validate", path, says=["race.h5", "investor_stake", "separations"]).stderr
        for name in FEW.split(","):
            self.assertNotRegex(said, rf"\b{name}\b")
        self.works("run", case, "-o", path, "--every", 2, "--force", "--quiet")
        self.refused("validate", path, says="record every month")
        self.works("run", case, "-o", path, "--force", "--quiet")
        for option in (["--seed", "3"], ["--replications", "2"], ["--set", "talent.*.separation=0.2"]):
            self.refused("validate", path, *option, says=[option[0], "race.h5"])
        path.write_bytes(path.read_bytes()[:4000])
        self.refused("validate", path)

    def test_names_of_facts_are_checked(self):
        for key, word in (("[growth_shap]", "`growth_shape`"), ("[attrition, attrition]", "twice"), ("attrition", "list"),
                          ("[[attrition]]", "found")):
            self.refused("validate", self.scenario(f"base: frontier-race\nvalidates: {key}\n"), says=["case.yaml:2:", word])
        self.refused("validate", "frontier-race", "--replications", 0, says="--replications")

    def test_every_fact_and_every_requirement_is_documented(self):
        text = (SOURCE / "docs" / "validation.md").read_text(encoding="utf-8")
        for fact in self.json(self.scenario("months: 2\nfirms: 10\n"), "--replications", 1)["facts"]:
            row = re.search(rf"^\| {fact['number']} \| `{fact['name']}` \|(.*)$", text, flags=re.M)
            self.assertIsNotNone(row, fact["name"])
            low, high = (f"{b:g}" for b in (fact["low"], fact["high"] if fact["high"] is not None else math.inf))
            self.assertIn(f"| from {low} |" if high == "inf" else f"| {low} to {high} |", row.group())
        for name in ("frontier-race", "sticky-cloud", "contestable-models"):
            case = self.scenario(f"base: {name}\nmonths: 2\nfirms: 100\n")
            required = [f["name"] for f in self.json(case, "--replications", 1, status=3)["facts"] if f["required"]]
            row = re.search(rf"^\| `{name}` \| (.*) \|$", text, flags=re.M).group(1)
            self.assertEqual(re.findall(r"`(\w+)`", row), required)


if __name__ == "__main__":
    unittest.main()

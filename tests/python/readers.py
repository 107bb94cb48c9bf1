"""One result file, opened by everything that people open such files with: xarray (both engines), netCDF4, h5netcdf, h5py and
ncdump. Names, units, dimensions and values must agree, and indicators must follow from the columns."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import h5netcdf
import h5py
import matplotlib
import netCDF4
import numpy as np
import xarray

PROGRAM = os.environ["MATTHEW_PROGRAM"]
matplotlib.use("Agg")
FIRMS, MONTHS = 300, 70
RUN = ["run", "frontier-race", "--firms", str(FIRMS), "--months", str(MONTHS), "--record", "all", "--quiet"]

AXES = {"month", "firm", "segment", "tier", "region", "strategy", "event"}
CODES = {"firm_strategy", "firm_region", "event_kind", "exit_reason", "strategy_at_entry", "home_region"}
TEXTS = {"segment", "tier", "region", "strategy", "firm_name"}
INDICATORS = ["hhi", "cr1", "cr4", "cr10", "gini", "theil", "entropy", "hill", "leader", "leader_tenure", "lead"]


def setUpModule():
    global folder, path
    folder = tempfile.TemporaryDirectory(prefix="matthew-readers-")
    path = pathlib.Path(folder.name, "race.h5")
    subprocess.run([PROGRAM, *RUN, "-o", path], check=True, timeout=300)


def tearDownModule():
    folder.cleanup()


class Xarray(unittest.TestCase):
    def open(self, engine):
        dataset = xarray.open_dataset(path, engine=engine)
        self.addCleanup(dataset.close)
        return dataset

    def test_dimensions_and_coordinates(self):
        for engine in ("netcdf4", "h5netcdf"):
            data = self.open(engine)
            self.assertEqual(set(data.sizes), AXES)
            self.assertEqual(data.sizes["month"], MONTHS + 1)
            np.testing.assert_array_equal(data.firm, np.arange(data.sizes["firm"]))
            for name in ("firm_name", "entry_month", "final_npv"):
                self.assertEqual(data[name].dims, ("firm",))
            self.assertEqual(set(data.coords), AXES | {"date"})
            np.testing.assert_array_equal(data.month, np.arange(MONTHS + 1))
            self.assertEqual(list(data.segment.values), ["consumer", "developer", "enterprise", "government"])
            self.assertEqual(data.accounts.dims, ("month", "segment", "firm"))
            self.assertEqual(data.staff.dims, ("month", "tier", "firm"))
            self.assertEqual(data.site.dims, ("month", "region", "firm"))
            self.assertEqual(data.cash.dims, ("month", "firm"))
            self.assertEqual(data.accounts_hhi.dims, ("month",))
            self.assertEqual(data.segment_accounts_hhi.dims, ("month", "segment"))

    def test_time_is_a_calendar_and_durations_are_numbers(self):
        for engine in ("netcdf4", "h5netcdf"):
            data = self.open(engine)
            self.assertEqual(str(data.date.values[0])[:10], "2024-01-01")
            self.assertEqual(str(data.date.values[14])[:10], "2025-03-01")
            for name, variable in data.variables.items():
                if name != "date":
                    self.assertNotIn(variable.dtype.kind, "mM", name)

    def test_everything_says_what_it_is(self):
        data = self.open("h5netcdf")
        for name, variable in data.variables.items():
            self.assertTrue(variable.attrs["long_name"], name)
            if name in CODES:
                meanings = variable.attrs["flag_meanings"].split()
                self.assertEqual(list(variable.attrs["flag_values"]), list(range(len(meanings))), name)
            elif name not in TEXTS | {"date", "event_amount"}:
                self.assertTrue(variable.attrs["units"], name)
        self.assertEqual(data.cash.attrs["units"], "million USD")
        self.assertLessEqual(len(data.attrs) + 1, 12)  # and `coordinates`, which xarray takes for itself

    def test_both_engines_see_the_same(self):
        first, second = self.open("netcdf4"), self.open("h5netcdf")
        xarray.testing.assert_identical(first.load(), second.load())

    def test_groups(self):
        for engine in ("netcdf4", "h5netcdf"):
            with xarray.open_dataset(path, engine=engine, group="parameters") as parameters:
                listed = subprocess.run([PROGRAM, "parameters"], capture_output=True, text=True, check=True).stdout
                self.assertIn("capital.priority_exponent", parameters)
                self.assertIn("customers.consumer.population", parameters)
                self.assertEqual(float(parameters["customers.consumer.population"]), 2e9)
                self.assertEqual(parameters["customers.consumer.population"].attrs["units"], "account")
                self.assertTrue(all(v.ndim == 0 for v in parameters.values()))
                self.assertIn("capital.priority_exponent", listed)
            with xarray.open_dataset(path, engine=engine, group="scenario") as scenario:
                self.assertIn("firms: %d" % FIRMS, str(scenario["text"].values))
            with xarray.open_dataset(path, engine=engine, group="run_info") as info:
                self.assertEqual(info.wall_time.attrs["units"], "s")
                self.assertGreaterEqual(int(info.threads), 1)

    def test_threads_are_told_whatever_is_recorded(self):
        for record in ("none", "indicators", "all"):
            other = pathlib.Path(folder.name, f"{record}.h5")
            subprocess.run([PROGRAM, *RUN[:4], "--months", "3", "--record", record, "--threads", "2", "-o", other],
                           check=True, timeout=300, capture_output=True)
            with xarray.open_dataset(other, engine="h5netcdf", group="run_info") as info:
                self.assertEqual(int(info.threads), 2)


def shares(values):
    total = values.sum()
    return values / total


class Guide(unittest.TestCase):
    """The first example of the guide, line by line."""

    def test_the_first_example_is_right(self):
        text = (pathlib.Path(__file__).parents[2] / "docs" / "guide.md").read_text(encoding="utf-8")
        lines = re.search(r"```python\n(.*?)```", text, flags=re.S).group(1).replace('"race.h5"', repr(str(path))).splitlines()
        names, values = {}, []
        for line in lines:
            if re.match(r"import|\w+ = ", line):
                exec(line, names)
            else:
                values.append(eval(line, names))
        race, mean = names["race"], [v for v in values if getattr(v, "name", "") == "staff"]
        self.assertEqual(len(mean), 1)
        np.testing.assert_allclose(mean[0], race.total_staff / race.active_firms, rtol=1e-12)
        race.close()


class Values(unittest.TestCase):
    """What numpy makes of the columns."""

    @classmethod
    def setUpClass(cls):
        with xarray.open_dataset(path, engine="h5netcdf") as data:
            cls.data = data.load()
        month, entry, leaving = cls.data.month.values[:, None], cls.data.entry_month.values, cls.data.exit_month.values
        cls.lives = ((entry == 0) | (entry < month)) & ((leaving < 0) | (month <= leaving))
        cls.quantity = {
            "accounts": cls.data.accounts.sum("segment", min_count=1),
            "revenue": cls.data.total_receipts,
            "staff": cls.data.staff.sum("tier"),
            "compute": cls.data.gpus,
            "capital": cls.data.valuation.clip(min=0),
        }

    def of(self, what, month):
        here = self.lives[month]
        return self.quantity[what].values[month][here].astype(float), self.data.firm.values[here]

    def test_nothing_is_outside_a_life(self):
        empty = ~self.lives
        self.assertTrue(empty.any())
        counts = 0
        for name, column in self.data.data_vars.items():
            if not {"month", "firm"} <= set(column.dims):
                continue
            values = column.transpose(..., "month", "firm").values
            none = values == -1 if name in CODES else np.isnan(values)
            self.assertTrue(none[..., empty].all(), f"{name} has a value outside a life")
            if name in CODES or column.attrs["units"] in ("person", "account"):
                self.assertFalse(none[..., self.lives].any(), f"{name} lacks a value in a life")
                counts += 1
        self.assertGreater(counts, 10)
        self.assertTrue((self.data.active.values[self.lives] == 1).all())
        self.assertFalse(np.isnan(self.data.watched.values[self.lives]).any())

    def test_means_over_firms_are_right(self):
        data = self.data
        mean = data.staff.sum("tier", min_count=1).mean("firm")
        np.testing.assert_allclose(mean, data.total_staff / data.active_firms, rtol=1e-12)

    def test_concentration(self):
        for what in self.quantity:
            for month in (0, 1, 35, MONTHS):
                values, ids = self.of(what, month)
                if not values.sum() > 0:  # no receipts before the first month
                    self.assertTrue(np.isnan(self.data[f"{what}_hhi"].values[month]))
                    continue
                got = {m: float(self.data[f"{what}_{m}"].values[month]) for m in INDICATORS}
                order = np.sort(values)[::-1]
                s, n = shares(order), len(values)
                positive = s[s > 0]
                nats = -(positive * np.log(positive)).sum()
                np.testing.assert_allclose(got["hhi"], (s**2).sum(), rtol=1e-12)
                for k in (1, 4, 10):
                    np.testing.assert_allclose(got[f"cr{k}"], s[:k].sum(), rtol=1e-12)
                gini = 2 * (np.arange(1, n + 1) * order[::-1]).sum() / (n * order.sum()) - (n + 1) / n
                np.testing.assert_allclose(got["gini"], gini, rtol=1e-11)
                np.testing.assert_allclose(got["theil"], np.log(n) - nats, rtol=1e-10)
                np.testing.assert_allclose(got["entropy"], nats / np.log(n), rtol=1e-11)
                np.testing.assert_allclose(got["lead"], s[0] - s[1], rtol=1e-10, atol=1e-15)
                self.assertIn(got["leader"], ids[values == values.max()])
                k = len(positive) // 10
                if k < 10:
                    self.assertTrue(np.isnan(got["hill"]))
                else:
                    np.testing.assert_allclose(got["hill"], k / np.log(order[:k] / order[k]).sum(), rtol=1e-10)

    def test_tenure_and_instability(self):
        for what in self.quantity:
            leader, since = self.data[f"{what}_leader"].values, 0
            for month in range(MONTHS + 1):
                since = month if month == 0 or leader[month] != leader[month - 1] else since
                self.assertEqual(self.data[f"{what}_leader_tenure"].values[month], month - since)
        self.assertTrue(np.isnan(self.data.instability.values[0]))
        for month in (2, 3, 40):
            now = dict(zip(self.of("revenue", month)[1], shares(self.of("revenue", month)[0])))
            before = dict(zip(self.of("revenue", month - 1)[1], shares(self.of("revenue", month - 1)[0])))
            change = sum(abs(now.get(i, 0) - before.get(i, 0)) for i in set(now) | set(before))
            np.testing.assert_allclose(self.data.instability.values[month], change, rtol=1e-9)

    def test_totals(self):
        data = self.data
        np.testing.assert_array_equal(data.total_accounts, data.accounts.sum(("segment", "firm")))
        np.testing.assert_array_equal(data.segment_accounts_total, data.accounts.sum("firm"))
        np.testing.assert_array_equal(data.tier_staff_total, data.staff.sum("firm"))
        np.testing.assert_array_equal(data.active_firms, self.lives.sum(axis=1))
        np.testing.assert_allclose(data.total_gpus, data.gpus.sum("firm"), rtol=1e-12)
        np.testing.assert_allclose(data.frontier_capability, data.capability.max("firm"))

    def test_register_and_columns_agree(self):
        data = self.data
        months, firms = np.nonzero(~np.isnan(data.cash.values))
        np.testing.assert_array_equal(self.lives, ~np.isnan(data.cash.values))
        seen, first = np.unique(firms, return_index=True)  # strategies may be copied later
        np.testing.assert_array_equal(data.strategy_at_entry.values[seen], data.firm_strategy.values[months[first], seen])
        np.testing.assert_array_equal(data.home_region.values[seen], data.firm_region.values[months[first], seen])
        entry = data.entry_month.values
        self.assertTrue((data.cohort.values == 2024 + entry // 12).all())
        self.assertIn("OpenAI", list(data.firm_name.values))

    def test_every_firm_ever_has_a_net_present_value(self):
        data, last = self.data, MONTHS
        value, leaving = data.final_npv.values, data.exit_month.values
        entry, reason = data.entry_month.values, data.exit_reason.values
        np.testing.assert_array_equal(np.isnan(value), entry == last)  # not valued yet
        there = np.flatnonzero((leaving < 0) & (entry < last))
        np.testing.assert_array_equal(value[there], data.npv.values[last, there])
        gone = np.flatnonzero(leaving >= 0)
        at = leaving[gone], gone
        machines = data.gpus.values[at] + data.gpu_backlog.values[at]
        with h5py.File(path) as file:
            part, rate = (file[f"parameters/{name}"][()] for name in ("exit.estate_price", "value.discount_rate"))
        estate = data.cash.values[at] + part * data.gpu_price.values[leaving[gone]] * machines
        holders = np.where(reason[gone] == 2, data.exit_price.values[gone], np.maximum(estate, 0))
        discount = (1 + rate) ** (-(leaving[gone] - 1) / 12)
        wanted = data.discounted_payouts.values[at] - data.discounted_raised.values[at] + discount * holders
        np.testing.assert_allclose(value[gone], wanted, rtol=1e-9, atol=1e-9)
        self.assertGreater((reason[gone] == 1).sum(), 10)
        self.assertGreater((reason[gone] == 2).sum(), 3)

    def test_events(self):
        data = self.data
        meanings = data.event_kind.attrs["flag_meanings"].split()
        self.assertTrue((np.diff(data.event_month.values) >= 0).all())
        known = data.event_firm.values[data.event_kind.values != meanings.index("tenfold")]
        self.assertTrue(((known >= 0) & (known < data.sizes["firm"])).all())
        entries = data.event_firm.values[data.event_kind.values == meanings.index("entry")]
        self.assertEqual(len(set(entries)), len(entries))


class OtherReaders(unittest.TestCase):
    def test_h5py(self):
        with h5py.File(path) as file, xarray.open_dataset(path, engine="netcdf4") as data:
            self.assertEqual(file.attrs["status"], "complete")
            self.assertEqual(file.attrs["months_committed"], MONTHS + 1)
            self.assertIsInstance(file["cash"].attrs["units"], str)
            for name, dataset in file.items():
                if not isinstance(dataset, h5py.Dataset) or dataset.shape == ():
                    continue
                self.assertTrue(all(len(axis) == 1 for axis in dataset.dims) or dataset.is_scale, name)
                if not dataset.is_scale:
                    self.assertEqual(tuple(axis[0].name[1:] for axis in dataset.dims), data[name].dims)
                self.assertNotIn(dataset.dtype.kind, "V", name)  # no compounds
                self.assertIsNone(h5py.check_enum_dtype(dataset.dtype), name)
                if dataset.dtype.kind == "f":
                    self.assertTrue(np.isnan(dataset.fillvalue), name)
                elif dataset.dtype.kind == "i":
                    self.assertNotIn("_FillValue", dataset.attrs)
                else:
                    self.assertEqual(h5py.check_string_dtype(dataset.dtype), ("utf-8", None), name)
                self.assertEqual(h5py.h5o.get_info(dataset.id).mtime, 0)
            cash = file["cash"]
            self.assertTrue(cash.shuffle)
            self.assertEqual(cash.compression, "gzip")
            self.assertEqual(np.prod(cash.chunks), 16384)
            for name in ("cash", "age", "accounts", "firm_strategy", "price"):
                np.testing.assert_array_equal(file[name][:], data[name].values)

    def test_netcdf4(self):
        with netCDF4.Dataset(path) as file, h5py.File(path) as raw:
            self.assertEqual(file.data_model, "NETCDF4")
            self.assertEqual(set(file.dimensions), AXES)
            self.assertTrue(file.dimensions["month"].size == MONTHS + 1)
            for name in ("month", "firm", "event"):
                self.assertTrue(file.dimensions[name].isunlimited(), name)
            self.assertFalse(file.dimensions["segment"].isunlimited())
            self.assertEqual(file["cash"].units, "million USD")
            self.assertEqual(file["price"].dimensions, ("month", "segment", "firm"))
            for name in ("cash", "accounts", "age", "firm_strategy", "accounts_hhi", "event_amount"):
                file[name].set_auto_mask(False)
                np.testing.assert_array_equal(file[name][:], raw[name][:])
            self.assertEqual(list(file["segment"][:])[:2], ["consumer", "developer"])

    def test_h5netcdf(self):
        with h5netcdf.File(path) as file:
            self.assertEqual(set(file.dimensions), AXES)
            self.assertEqual(file["accounts"].dimensions, ("month", "segment", "firm"))
            self.assertEqual(file["cash"].attrs["units"], "million USD")

    @unittest.skipUnless(shutil.which("ncdump"), "ncdump is not installed")
    def test_ncdump(self):
        head = subprocess.run(["ncdump", "-h", path], capture_output=True, text=True, check=True).stdout
        self.assertRegex(head, r"firm = UNLIMITED ; // \(\d+ currently\)")
        self.assertIn("month = UNLIMITED ; // (%d currently)" % (MONTHS + 1), head)
        self.assertIn("double cash(month, firm) ;", head)
        self.assertIn("double accounts(month, segment, firm) ;", head)
        self.assertIn('cash:units = "million USD" ;', head)
        self.assertIn("group: parameters {", head)
        values = subprocess.run(["ncdump", "-v", "active_firms", path], capture_output=True, text=True, check=True).stdout
        shown = re.search(r"\n active_firms = ([^;]*);", values).group(1)
        with h5py.File(path) as file:
            self.assertEqual([int(x) for x in shown.split(",")], list(file["active_firms"][:]))


if __name__ == "__main__":
    unittest.main()

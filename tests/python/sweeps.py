"""Files of sweeps - a grid, a list of points, and one that was interrupted - opened and copied by people's own readers: the axes are the
factors, with names, units and seeds. What is not installed is left out, and said."""

import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

import h5py
import numpy as np
import xarray

from copiers import PROGRAM, needs, tool

FORM = """\
base: frontier-race
firms: 60
months: 12
stop_when: frontier_capability >= 0.6
factors:
  customers.*.lock_in: {from: 0, to: 3, steps: 3}
  customers.consumer.network_exponent: {values: [0, 0.3, 0.6], name: network}
  capital.leader_premium: [none, rank, none]
replicates: 2
outcomes:
  hhi: {indicator: revenue_hhi, series: every 5}
  firms_all: {indicator: active_firms, series: every 1}
  last: {indicator: segment_price.consumer, at: 12}
  cash: {firm: OpenAI, column: cash, final}
"""
FORMS = {"grid": FORM.replace("[none, rank, none]", "[none, rank]"),
         "list": FORM + "design: list\nseeds: independent\n",
         "interrupted": FORM.replace("[none, rank, none]", "[none, rank]").replace("months: 12", "months: 12000").replace(">= 0.6", "> 1e9")}

# Every variable is read, and a warning is an error. A line has the variable's name, axes, unit, count and sum of what is there.
R_SCRIPT = """
library(ncdf4)
options(warn = 2, digits = 17)
file <- nc_open(commandArgs(TRUE)[1])
tell <- function(name, axes, unit) {
  values <- ncvar_get(file, name)
  there <- !is.na(values)
  cat(name, paste(axes, collapse = ","), unit, sum(there), format(sum(as.double(values[there])), digits = 17), "\\n")
}
for (variable in file$var) tell(variable$name, rev(sapply(variable$dim, function(axis) axis$name)), variable$units)
for (axis in file$dim) tell(axis$name, axis$name, axis$units)
cat("parameter", ncatt_get(file, "lock_in", "parameter")$value, "\\n")
cat("words", ncatt_get(file, "leader_premium", "flag_meanings")$value, "\\n")
cat("first", sprintf("%.0f", ncvar_get(file, "seed")[1:2]), "\\n")
cat("recipe", nchar(ncatt_get(file, 0, "sweep_recipe")$value) > 0, "\\n")
nc_close(file)
"""


def setUpModule():
    global folder, files
    folder = tempfile.TemporaryDirectory(prefix="matthew-sweeps-")
    files = {}
    for name, text in FORMS.items():
        files[name] = pathlib.Path(folder.name, f"{name}.h5")
        form = files[name].with_suffix(".yaml")
        form.write_text(text, encoding="utf-8")
        process = subprocess.Popen([PROGRAM, "sweep", form, "-o", files[name], "--threads", "2", "--quiet"], stderr=subprocess.DEVNULL)
        if name == "interrupted":
            deadline = time.monotonic() + 120
            while not files[name].exists() and time.monotonic() < deadline and process.poll() is None:
                time.sleep(0.001)
            process.send_signal(signal.SIGTERM)
        if process.wait(timeout=300) != (128 + signal.SIGTERM if name == "interrupted" else 0):
            raise AssertionError(f"the sweep {name} ended with exit status {process.returncode}")


def tearDownModule():
    folder.cleanup()


class Readers(unittest.TestCase):
    def each(self, check):
        for name, path in files.items():
            with self.subTest(sweep=name):
                check(name, path)

    def copy(self, path):
        return path.with_name(f"{self.id().rsplit('.', 1)[1]}-{path.stem}.nc")

    def same(self, path, copy):
        with xarray.open_dataset(path) as first, xarray.open_dataset(copy) as second:
            xarray.testing.assert_identical(first.drop_attrs(deep=False), second.drop_attrs(deep=False))

    def check_dataset(self, name, data):
        """Axes, coordinates, units and seeds."""
        axes = ("point", "replicate") if name == "list" else ("lock_in", "network", "leader_premium", "replicate")
        self.assertEqual(data.seed.dims, axes)
        self.assertEqual(data.last.dims, axes)
        self.assertEqual(data.hhi.dims, (*axes, "month"))
        self.assertEqual(data.firms_all.dims, (*axes, "month_every_1"))
        self.assertEqual(data.lock_in.values.tolist(), [0, 1.5, 3])
        self.assertEqual(data.network.values.tolist(), [0, 0.3, 0.6])
        self.assertEqual(data.leader_premium.values.tolist(), [0, 1, 0] if name == "list" else [0, 1])
        self.assertLessEqual({"lock_in", "network", "leader_premium", "replicate", "month"}, set(data.hhi.coords))
        self.assertEqual({key: data[key].attrs["units"] for key in ("hhi", "firms_all", "last", "cash", "month", "wall_time", "lock_in")},
                         {"hhi": "1", "firms_all": "firm", "last": "USD/month", "cash": "million USD", "month": "month", "wall_time": "s",
                          "lock_in": "1"})
        self.assertEqual(data.lock_in.attrs["parameter"], "customers.*.lock_in")
        self.assertEqual(len(np.unique(data.seed)), 6 if name == "list" else 2)
        self.assertTrue(all(data[key].attrs["long_name"] for key in data.variables if key not in data.dims or key in data))

    def test_xarray(self):
        def check(name, path):
            for engine in ("netcdf4", "h5netcdf"):
                with xarray.open_dataset(path, engine=engine) as data:
                    self.check_dataset(name, data)
            with xarray.open_dataset(path) as data:
                if name != "list":
                    cell = data.hhi.sel(lock_in=1.5, network=0.3, leader_premium=1, replicate=1)
                    np.testing.assert_array_equal(cell, data.hhi[1, 1, 1, 1])
                done = data.status != 0
                self.assertEqual(bool(done.all()), name != "interrupted")
                self.assertTrue(data.cash.where(~done).isnull().all() and data.hhi.isel(month=0).where(done, 1).notnull().all())

        self.each(check)

    @needs("Rscript")
    def test_r(self):
        script = pathlib.Path(folder.name, "read.R")
        script.write_text(R_SCRIPT, encoding="utf-8")

        def check(name, path):
            found = {line.split()[0]: line.split()[1:] for line in tool("Rscript", script, path).splitlines()}
            with xarray.open_dataset(path) as data:
                for key, variable in data.variables.items():
                    axes, unit, count, total = found[key][0], " ".join(found[key][1:-2]), found[key][-2], found[key][-1]
                    self.assertEqual((axes, unit, int(count)), (",".join(variable.dims), variable.attrs["units"], int(variable.notnull().sum())), key)
                    self.assertAlmostEqual(float(total) / (float(variable.astype(float).sum()) or 1.0), float(bool(float(total))), 9, key)
                self.assertEqual(found["parameter"], ["customers.*.lock_in"])
                self.assertEqual(found["words"], data.leader_premium.attrs["flag_meanings"].split())
                self.assertEqual(found["first"], [str(seed) for seed in data.seed.values.ravel()[:2]])
                self.assertEqual(found["recipe"], ["TRUE"])

        self.each(check)

    @needs("ncdump")
    def test_ncdump(self):
        def check(name, path):
            header = tool("ncdump", "-h", path)
            for line in ("network = 3 ;", "replicate = 2 ;", 'cash:units = "million USD"') if name != "list" else ("point = 3 ;",):
                self.assertIn(line, header)
            self.assertIn("seed =", tool("ncdump", "-v", "seed", path))

        self.each(check)

    @needs("nccopy")
    def test_nccopy(self):
        def check(_, path):
            tool("nccopy", path, self.copy(path))
            self.same(path, self.copy(path))

        self.each(check)

    @needs("h5repack")
    def test_h5repack(self):
        def check(_, path):
            tool("h5repack", "-f", "GZIP=4", path, self.copy(path))
            self.same(path, self.copy(path))

        self.each(check)

    @needs("ncks")
    def test_nco(self):
        def check(_, path):
            tool("ncks", "-O", "-d", "replicate,1", "-v", "hhi,seed", path, self.copy(path))
            with xarray.open_dataset(path) as whole, xarray.open_dataset(self.copy(path)) as part:
                for key in ("hhi", "seed"):
                    np.testing.assert_array_equal(whole[key].isel(replicate=[1]).values, part[key].values, err_msg=key)

        self.each(check)

    def test_the_bytes_are_where_plain_readers_find_them(self):
        """Nothing is chunked or packed: every variable lies in one piece."""
        def check(_, path):
            with h5py.File(path) as file:
                for key, dataset in file.items():
                    self.assertEqual(dataset.id.get_create_plist().get_layout(), h5py.h5d.CONTIGUOUS, key)

        self.each(check)


if __name__ == "__main__":
    unittest.main(verbosity=2)

"""Histories of 2, 12 and 70 months and one that was interrupted, opened and copied by the tools that people have beside Python: R's
ncdf4, nccopy, ncdump, h5repack and NCO; and several runs opened as one dataset. What is not installed is left out, and said."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import h5py
import numpy as np
import xarray

PROGRAM = os.environ["MATTHEW_PROGRAM"]
RUN = [PROGRAM, "run", "frontier-race", "--firms", "200", "--quiet", "--threads", "1"]
LENGTHS = (2, 12, 70)

R_SCRIPT = """
library(ncdf4)
options(warn = 2)  # a warning is an error
for (path in commandArgs(TRUE)) {
  file <- nc_open(path)
  name <- function(...) ncvar_get(file, ...)
  cat(length(name("month")), sum(name("active_firms")), length(name("event_kind")), name("parameters/capital.pool"),
      name("firm_name", start = 1, count = 1), sum(name("cash"), na.rm = TRUE), "\\n", sep = " ")
  nc_close(file)
}
"""


def r_is_there():
    return shutil.which("Rscript") and subprocess.run(["Rscript", "-e", "library(ncdf4)"], capture_output=True).returncode == 0


def needs(tool):
    there = r_is_there() if tool == "Rscript" else shutil.which(tool)
    return unittest.skipUnless(there, f"{tool} is not installed")


def tool(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}: exit status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def interrupted(path):
    """A history that SIGTERM ended soon after month 14."""
    process = subprocess.Popen([*RUN, "--months", "12000", "--checkpoint-every", "14", "-o", path], stderr=subprocess.DEVNULL)
    state, deadline = pathlib.Path(f"{path}.checkpoints", "000014.state"), time.monotonic() + 120
    while not state.exists() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGTERM)
    if process.wait(timeout=120) != 143:
        raise AssertionError("the run was not interrupted")


def setUpModule():
    global folder, files
    folder = tempfile.TemporaryDirectory(prefix="matthew-copiers-")
    files = {}
    for months in LENGTHS:
        files[months] = pathlib.Path(folder.name, f"{months}.h5")
        subprocess.run([*RUN, "--months", str(months), "-o", files[months]], check=True, timeout=300)
    files["interrupted"] = pathlib.Path(folder.name, "interrupted.h5")
    interrupted(files["interrupted"])


def tearDownModule():
    folder.cleanup()


class Copiers(unittest.TestCase):
    def each(self, check):
        for name, path in files.items():
            with self.subTest(history=name):
                check(path)

    def copy(self, path):
        return path.with_name(f"{self.id().rsplit('.', 1)[1]}-{path.stem}.nc")

    def same(self, path, copy):
        """A copy has all variables of its original, with the same values."""
        def compare(name, dataset):
            if isinstance(dataset, h5py.Dataset):
                np.testing.assert_array_equal(dataset[()], second[name][()], err_msg=name)

        with h5py.File(path) as first, h5py.File(copy) as second:
            first.visititems(compare)

    def test_the_interrupted_one_is_shorter_than_planned(self):
        with h5py.File(files["interrupted"]) as file:
            self.assertEqual(file.attrs["status"], "interrupted")
            self.assertEqual(file["month"].shape, (file.attrs["months_committed"],))
            self.assertGreater(len(file["month"]), 14)

    def test_no_layout_or_chunk_that_readers_refuse(self):
        """R's library knows contiguous and chunked values alone; copiers refuse chunks longer than a fixed dimension."""
        def look(name, dataset):
            if not isinstance(dataset, h5py.Dataset):
                return
            self.assertIn(dataset.id.get_create_plist().get_layout(), (h5py.h5d.CONTIGUOUS, h5py.h5d.CHUNKED), name)
            for length, chunk, most in zip(dataset.shape, dataset.chunks or (), dataset.maxshape):
                self.assertTrue(most is None or chunk <= length, f"{name}: chunks of {chunk} in a dimension of {length}")

        def check(path):
            with h5py.File(path) as file:
                file.visititems(look)

        self.each(check)

    @needs("ncdump")
    def test_ncdump(self):
        def check(path):
            self.assertIn("month = UNLIMITED", tool("ncdump", "-h", path))
            self.assertIn("active_firms =", tool("ncdump", "-v", "active_firms", path))

        self.each(check)

    @needs("nccopy")
    def test_nccopy(self):
        def check(path):
            tool("nccopy", path, self.copy(path))
            self.same(path, self.copy(path))

        self.each(check)

    @needs("h5repack")
    def test_h5repack(self):
        def check(path):
            tool("h5repack", "-f", "GZIP=4", path, self.copy(path))
            self.same(path, self.copy(path))

        self.each(check)

    @needs("ncks")
    def test_nco(self):
        def check(path):
            tool("ncks", "-O", "-d", "month,1,2", "-v", "cash,active_firms", path, self.copy(path))
            with xarray.open_dataset(path) as whole, xarray.open_dataset(self.copy(path)) as part:
                for name in ("cash", "active_firms"):
                    np.testing.assert_array_equal(whole[name][1:3].values, part[name].values, err_msg=name)

        self.each(check)

    @needs("Rscript")
    def test_r(self):
        script = pathlib.Path(folder.name, "read.R")
        script.write_text(R_SCRIPT, encoding="utf-8")
        lines = tool("Rscript", script, *files.values()).splitlines()
        self.assertEqual(len(lines), len(files))
        for line, (name, path) in zip(lines, files.items()):
            months, active, events, pool, firm, cash = line.split()
            with xarray.open_dataset(path) as data, h5py.File(path) as file:
                self.assertEqual(int(months), data.sizes["month"], name)
                self.assertEqual(int(active), int(data.active_firms.sum()), name)
                self.assertEqual(int(events), data.sizes["event"], name)
                self.assertEqual(float(pool), float(file["parameters/capital.pool"][()]), name)
                self.assertEqual(firm, str(data.firm_name.values[0]), name)
                self.assertLess(abs(float(cash) / float(data.cash.sum()) - 1), 1e-5, name)


class SeveralRuns(unittest.TestCase):
    def test_runs_of_unequal_lengths_open_as_one(self):
        """Every dimension whose length differs between runs has a coordinate, by which they are joined."""
        paths = [files[months] for months in LENGTHS[:2]]
        for engine in ("netcdf4", "h5netcdf"):
            with self.subTest(engine=engine):
                runs = [xarray.load_dataset(path, engine=engine) for path in paths]
                data = xarray.concat(runs, "run", join="outer", data_vars="all", coords="minimal", compat="override")
                self.assertEqual(data.sizes["run"], len(paths))
                self.assertEqual(data.sizes["month"], LENGTHS[1] + 1)
                for dimension in ("event", "firm"):
                    np.testing.assert_array_equal(data[dimension], np.arange(data.sizes[dimension]), err_msg=dimension)
                for place, one in enumerate(runs):
                    for name in ("accounts_hhi", "event_amount", "final_npv"):
                        part = data[name].isel(run=place).values
                        np.testing.assert_array_equal(part[:len(one[name])], one[name].values, err_msg=name)
                        self.assertTrue(np.isnan(part[len(one[name]):]).all(), name)


if __name__ == "__main__":
    unittest.main(verbosity=2)

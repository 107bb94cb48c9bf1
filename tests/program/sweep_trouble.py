"""What can go wrong with a sweep: kills at random moments, disks that are full, races that fail, files that were changed."""

import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import h5py
import numpy

from support import EXHAUSTIVE, PROGRAM, matthew
from sweep import GRID, QUICK, Sweep

KILLS = 100 if EXHAUSTIVE else 10
LIMIT = 1_000_000  # bytes; no race at an ordinary rate of entry asks for as much at once

# Each piece of memory larger than REFUSE_ABOVE is refused, and every write from FULL_FROM_WRITE on has no room.
REFUSER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

void *aligned_alloc(size_t alignment, size_t size) {
    static void *(*next)(size_t, size_t);
    const char *most = getenv("REFUSE_ABOVE");
    if (next == NULL)
        next = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "aligned_alloc");
    return most != NULL && size > (size_t)atol(most) ? NULL : next(alignment, size);
}

ssize_t pwrite(int descriptor, const void *from, size_t size, off_t place) {
    static long writes;
    const char *at = getenv("FULL_FROM_WRITE");
    if (at != NULL && __atomic_add_fetch(&writes, 1, __ATOMIC_RELAXED) >= atol(at)) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_pwrite64, descriptor, from, size, place);
}
"""


class Trouble(Sweep):
    def whole(self, text=QUICK):
        path = self.path("whole.h5")
        self.works(*self.sweep(text, "--threads", 2, "--reproducible", "--quiet", out=path))
        return path.read_bytes()

    def statuses(self):
        with h5py.File(self.out) as file:
            return file["status"][:]

    def refuser(self, **values):
        library = pathlib.Path(self.shared.name, "refuser.so")
        if not library.exists():
            source = library.with_suffix(".c")
            source.write_text(REFUSER, encoding="utf-8")
            subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        return dict(os.environ, LD_PRELOAD=str(library), ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0",
                    **{name: str(value) for name, value in values.items()})


class Kills(Trouble):
    """The moment is one of time: nothing but the end is looked at, and that never depends on it."""

    def test_kills_at_random_moments(self):
        whole, draws, killed = self.whole(), random.Random(17), 0
        began = time.monotonic()
        self.works(*self.sweep(QUICK, "--reproducible", "--quiet", "--threads", 2, out=self.path("timed.h5")))
        length = time.monotonic() - began
        while killed < KILLS:
            threads = 1 + killed % 3
            arguments = self.sweep(QUICK, "--reproducible", "--quiet", "--threads", threads)
            process = subprocess.Popen([PROGRAM, *map(str, arguments)], stderr=subprocess.PIPE, text=True)
            try:
                said = process.communicate(timeout=draws.uniform(0, 1.2 * length))[1]
            except subprocess.TimeoutExpired:
                process.kill()
                said = process.communicate()[1]
            self.assertIn(process.returncode, (0, -signal.SIGKILL), said)
            killed += process.returncode != 0
            if process.returncode == 0:  # it was complete: from the beginning again
                self.assertEqual(self.out.read_bytes(), whole, f"after {killed} kills, {threads} threads")
                self.out.unlink()
            elif self.out.exists():
                self.assertTrue(set(self.statuses().ravel()) <= {0, 1})
        self.works(*self.sweep(QUICK, "--reproducible", "--quiet"))
        self.assertEqual(self.out.read_bytes(), whole)
        self.assertEqual([name for name in self.files() if name.startswith("s.h5")], ["s.h5"])


class FullDisk(Trouble):
    @staticmethod
    def limit(size):
        def set_limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        return set_limit

    def test_on_the_way(self):
        """From some write on no space is left, as on a file system that copies what is written. What was finished stays."""
        whole, before = self.whole(), 0
        for at in (200, 1000, 700):
            self.refused(*self.sweep(QUICK, "--reproducible", "--threads", 1), status=1, seconds=120,
                         says=[f"cannot write {self.out}", "No space left"], env=self.refuser(FULL_FROM_WRITE=at))
            done = int((self.statuses() == 1).sum())
            self.assertGreater(done, before, f"write {at}")
            before = done
        self.works(*self.sweep(QUICK, "--reproducible", "--quiet"))
        self.assertEqual(self.out.read_bytes(), whole)

    def test_a_limit_on_files_on_the_way(self):
        """The file is there and larger than the limit that the next process has."""
        whole = self.whole()
        result = matthew(*self.sweep(QUICK, "--reproducible", "--threads", "1"), env=self.stopper(signal.SIGTERM, write=700))
        self.assertEqual(result.returncode, 128 + signal.SIGTERM, result.stderr)
        self.refused(*self.sweep(QUICK, "--reproducible"), status=1, says=[f"cannot write {self.out}", "File too large"],
                     preexec_fn=self.limit(20_000))
        self.works(*self.sweep(QUICK, "--reproducible", "--quiet"))
        self.assertEqual(self.out.read_bytes(), whole)

    def test_while_it_grows(self):
        """The old file keeps its bytes, and nothing lies beside it."""
        small = GRID.replace("steps: 3", "steps: 2")
        self.works(*self.sweep(small, "--reproducible", "--quiet"))
        old = self.out.read_bytes()
        self.refused(*self.sweep(GRID, "--reproducible"), status=1, says=[f"cannot write {self.out}", "File too large"],
                     preexec_fn=self.limit(20_000))
        for at in (1, 5, 20, 60):
            self.refused(*self.sweep(GRID, "--reproducible"), status=1, says=[f"cannot write {self.out}", "No space left"],
                         env=self.refuser(FULL_FROM_WRITE=at))
        self.assertEqual(self.out.read_bytes(), old)
        self.assertEqual(self.files(), ["s.h5", "s.yaml"])
        self.works(*self.sweep(GRID, "--reproducible", "--quiet"))
        self.assertEqual(self.out.read_bytes(), self.whole(GRID))

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("mount"), "only the administrator can make a small disk")
    def test_a_small_disk(self):
        with tempfile.TemporaryDirectory(prefix="matthew-test-") as disk:
            if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], capture_output=True).returncode != 0:
                self.skipTest("no disk can be made here")
            try:
                out = pathlib.Path(disk, "s.h5")
                self.refused(*self.sweep(QUICK, out=out), status=1, says=[str(out), "No space left"])
                self.assertEqual(list(pathlib.Path(disk).iterdir()), [])
                small = QUICK.replace("steps: 20", "steps: 2").replace("replicates: 20", "replicates: 10")
                self.works(*self.sweep(small, "--quiet", out=out))
                before = out.read_bytes()
                self.refused(*self.sweep(small.replace("replicates: 10", "replicates: 200"), out=out), status=1, says=[str(out), "No space left"])
                self.assertEqual(out.read_bytes(), before)
            finally:
                subprocess.run(["umount", disk], check=True)


class Failing(Trouble):
    """A point at which a race needs more memory than it gets: entry makes its firms many times as many."""

    TEXT = GRID.replace("capital.leader_premium: [none, rank]", "entry.rate: [24, 20000]")

    def test_the_other_points_go_on(self):
        whole = self.whole(self.TEXT)
        result = matthew(*self.sweep(self.TEXT, "--reproducible", "--quiet", "--threads", 2), env=self.refuser(REFUSE_ABOVE=LIMIT))
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertRegex(result.stderr, r"^matthew: 12 of 24 runs failed; the first: lock_in=[\d.]+, network=[\d.]+, rate=20000, replicate \d, "
                                        r"seed \d+: not enough memory for .*; all are in \S+s.h5.log\n$")
        log = self.path("s.h5.log").read_text().splitlines()
        self.assertEqual((len(log), sum(", rate=20000, replicate " in line for line in log)), (12, 12))
        data = self.read()
        self.assertTrue((data.status.sel(rate=24) == 1).all() and (data.status.sel(rate=20000) >= 16).all())
        for name in ("hhi", "firms_end"):
            self.assertTrue(data[name].sel(rate=24).notnull().all() and data[name].sel(rate=20000).isnull().all(), name)
        self.assertIn("12 done, 12 failed, 0 pending", self.works("info", self.out).stdout)
        failed = self.out.read_bytes()
        self.refused(*self.sweep(self.TEXT, "--reproducible", "--quiet"), status=1, says=["12 of 24 runs failed earlier", "--retry-failed runs them again"])
        self.assertEqual(self.out.read_bytes(), failed)
        said = self.works("replay", self.out, "--point", "lock_in=0,network=0,rate=20000", "--replicate", 0, "-o", self.path("run.h5")).stdout
        self.assertIn("failed in", said)
        self.works(*self.sweep(self.TEXT, "--reproducible", "--quiet", "--retry-failed"))
        self.assertEqual(self.out.read_bytes(), whole)


class Missing(Trouble):
    """Values that are missing are values: such runs are done."""

    TEXT = """\
base: frontier-race
firms: 60
months: 24
factors: {customers.*.lock_in: [0, 2]}
replicates: 10
stop_when: active_firms > 0
outcomes: {never: {indicator: revenue_hhi, at: 20}, path: {indicator: revenue_hhi, series: every 6}, first: {indicator: revenue_hhi, at: 1}}
"""

    def test_runs_without_values_are_not_made_again(self):
        self.works(*self.sweep(self.TEXT))
        data = self.read()
        self.assertTrue((data.status == 2).all() and data.never.isnull().all() and data.first.notnull().all())
        before = self.out.read_bytes()
        self.assertIn("s.h5 is complete: 20 runs done", self.works(*self.sweep(self.TEXT)).stdout)
        self.assertEqual(self.out.read_bytes(), before)
        said = self.works("replay", self.out, "--point", "lock_in=2", "--replicate", 3, "-o", self.path("run.h5")).stdout
        self.assertIn("has the same values in", said)
        self.assertIn("20 of 22 runs are there already\n", self.works(*self.sweep(self.TEXT.replace("replicates: 10", "replicates: 11"))).stdout)


class Changed(Trouble):
    """Somebody changes what the file says of a run that is done."""

    def change(self, name, value):
        with h5py.File(self.out, "r+") as file:
            place = (1, 0, 1, 1) + (2,) * (file[name].ndim - 4)
            old = file[name][place]
            file[name][place] = value
        return old

    def replay(self):
        return ["replay", self.out, "--point", "lock_in=1.5,network=0,leader_premium=rank", "--replicate", 1, "-o", self.path("run.h5"),
                "--force", "--quiet"]

    def test_replay_says_what_differs(self):
        self.works(*self.sweep(GRID, "--reproducible", "--quiet"))
        whole = self.out.read_bytes()
        self.assertEqual(self.works(*self.replay()).stderr, "")
        for name, value, *says in (("hhi", 0.125, "hhi is 0.125 at lock_in=1.5, network=0, leader_premium=rank, replicate 1, but {old} now"),
                                   ("firms_end", numpy.nan, "firms_end is nan at", "but {old:.0f} now"),
                                   ("check", 7, "has the same values, but its check does not agree"),
                                   ("months_run", 11, "has the same values, but its check does not agree"),
                                   ("status", 2, "has the same values, but its check does not agree")):
            with self.subTest(name):
                old = self.change(name, value)
                self.refused(*self.replay(), status=1, says=[str(self.out), *(text.format(old=old) for text in says)])
                self.works(*self.sweep(GRID, "--reproducible", "--quiet"))
                self.assertEqual(self.out.read_bytes(), whole)  # the sweep made that run again

    def test_replay_has_the_digest_of_a_single_run(self):
        self.works(*self.sweep(GRID, "--quiet"))
        run = self.read().isel(lock_in=1, network=0, leader_premium=1, replicate=1)
        self.works(*self.replay(), "--record", "all")
        self.works("run", "frontier-race", "--firms", 60, "--months", 12, "--seed", int(run.seed), "--set", "capital.pool=4000", "--set",
                   "customers.*.lock_in=1.5", "--set", "customers.consumer.network_exponent=0", "--set", "capital.leader_premium=rank",
                   "--record", "all", "--quiet", "-o", self.path("single.h5"))
        digests = [self.works("info", self.path(name), "--digest").stdout.split()[0] for name in ("run.h5", "single.h5")]
        self.assertEqual(*digests)


if __name__ == "__main__":
    unittest.main()

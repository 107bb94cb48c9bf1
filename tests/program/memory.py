"""Memory of a run that writes: how much it takes, and that the file is whole or refused in a line where HDF5 runs short of it."""

import os
import pathlib
import subprocess
import unittest

from support import EXHAUSTIVE, PROGRAM, Case, matthew

SHORT = ["run", "core-race", "--firms", "50", "--months", "3", "--threads", "1", "--record", "cash,accounts", "--quiet"]

# Allocations that HDF5 asks for are counted, and the one of number FAIL_AT fails. Their count goes to COUNT_TO at the end.
FAILS = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *begin, *end;
static long asked, fail_at;
static void *(*next_malloc)(size_t);
static void *(*next_realloc)(void *, size_t);

static int find(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)size, (void)unused;
    for (int i = 0; strstr(info->dlpi_name, "libhdf5") != NULL && i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X) {
            begin = (char *)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            end = begin + info->dlpi_phdr[i].p_memsz;
            return 1;
        }
    return 0;
}

__attribute__((constructor)) static void start(void) {
    const char *number = getenv("FAIL_AT");
    dl_iterate_phdr(find, NULL);
    fail_at = number != NULL ? atol(number) : 0;
}

__attribute__((destructor)) static void stop(void) {
    const char *path = getenv("COUNT_TO");
    FILE *file = path != NULL ? fopen(path, "w") : NULL;
    if (file != NULL) {
        fprintf(file, "%ld", asked);
        fclose(file);
    }
}

static int fails(void *caller) {
    if ((char *)caller < begin || (char *)caller >= end || ++asked != fail_at)
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size) {
    if (next_malloc == NULL)
        next_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
    return fails(__builtin_return_address(0)) ? NULL : next_malloc(size);
}

void *realloc(void *old, size_t size) {
    if (next_realloc == NULL)
        next_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
    return fails(__builtin_return_address(0)) ? NULL : next_realloc(old, size);
}
"""


def is_sanitized():
    libraries = subprocess.run(["ldd", PROGRAM], capture_output=True, text=True, check=True).stdout
    return any(name in libraries for name in ("libasan", "libubsan", "libtsan"))


class Memory(Case):
    def setUp(self):
        super().setUp()
        self.library = self.path("fails.so")
        subprocess.run([os.environ.get("CC", "cc"), "-O1", "-shared", "-fPIC", "-o", self.library, self.write("fails.c", FAILS), "-ldl"],
                       check=True)
        self.place = self.path("runs")
        self.place.mkdir()
        self.race = self.place / "race.h5"

    def run_failing_at(self, number, **more):
        for file in self.place.iterdir():
            file.unlink()
        return matthew(*SHORT, "-o", self.race, errors="replace",
                       env=dict(os.environ, LD_PRELOAD=str(self.library), FAIL_AT=str(number), **more))

    def judge(self, number, digest):
        """Of a run whose allocation of this number failed: whether it ended well."""
        result = self.run_failing_at(number)
        told = f"allocation {number}: status {result.returncode}, {result.stderr!r}, files {sorted(os.listdir(self.place))}"
        if result.returncode == 0:
            self.assertEqual(self.works("info", "--digest", self.race).stdout, digest, told)
            return True
        self.assertEqual(result.returncode, 1, told)
        self.assertFalse(self.race.exists(), told)
        lines = result.stderr.splitlines()
        self.assertTrue(lines and lines[-1].startswith("matthew: cannot ") and str(self.race) in lines[-1], told)
        self.assertTrue(lines[-1].isprintable(), told)
        # Before ours stand only what HDF5 prints while it begins and what the C library prints of a spoilt heap.
        for line in lines[:-1]:
            self.assertRegex(line, r"^(HDF5-DIAG|  #\d+: |    (major|minor): |[\w ./]*: |malloc|free|double free|corrupted)", told)
        self.assertLessEqual(sum(line.startswith("matthew: ") for line in lines), 1, told)
        return False

    @unittest.skipIf(is_sanitized(), "a sanitizer has an allocator of its own")
    def test_any_allocation_of_hdf5_may_fail(self):
        count = self.path("count")
        whole = self.run_failing_at(0, COUNT_TO=str(count))
        self.assertEqual(whole.returncode, 0, whole.stderr)
        digest = self.works("info", "--digest", self.race).stdout
        most = int(pathlib.Path(count).read_text())
        self.assertGreater(most, 1000)
        # Closing asks for the last ones: there every one of them could go unseen.
        sample = range(1, most + 1) if EXHAUSTIVE else [*range(1, most + 1, most // 50), *range(most - 40, most + 1)]
        fine = sum(self.judge(number, digest) for number in sample)
        self.assertTrue(0 < fine < len(sample), f"{fine} of {len(sample)} runs ended well")


class Peak(Case):
    def peak(self, cores):
        """MB of a run with two threads on a machine of so many cores, as far as OpenMP tells."""
        race = self.path("race.h5")
        process = subprocess.Popen([PROGRAM, "run", "frontier-race", "--firms", "50", "--months", "12", "--threads", "2", "--quiet",
                                    "--force", "-o", race], env=dict(os.environ, OMP_NUM_THREADS=str(cores)))
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        return used.ru_maxrss / 1024

    def test_buffers_grow_with_the_race_and_not_with_the_cores(self):
        few, many = self.peak(2), self.peak(64)
        self.assertLess(abs(many - few), 20, f"{few:.1f} MB with 2 cores, {many:.1f} MB with 64")


if __name__ == "__main__":
    unittest.main()

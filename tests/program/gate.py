"""Every call of HDF5 stands inside the gate (output/file/hdf5_gate.h), and one thread at a time is there.

A library that is loaded before HDF5 watches the functions that ours calls. Who is inside is told by how HDF5 prints its
errors: the gate sets a function of ours, and leaving it sets the one of before.
"""

import os
import pathlib
import platform
import re
import subprocess
import unittest

from support import Case, matthew

LIBRARY = os.environ["MATTHEW_LIBRARY"]
TOGETHER = pathlib.Path(LIBRARY).parent / "tests/test_unit_api_together"  # histories and sweeps in threads
GATE = {"H5Eget_auto2", "H5Eset_auto2", "H5Ewalk2"}  # the gate's own calls, and what HDF5 calls back
RACE = ["frontier-race", "--firms", "60", "--months", "140", "--threads", "2"]
SWEEP = """base: core-race
firms: 30
months: 6
replicates: 2
factors: {customers.*.lock_in: {values: [0, 1]}}
outcomes: {hhi: {indicator: accounts_hhi, final: true}}
"""

WATCHER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long inside; /* the thread, 0 for none */
static _Atomic uint64_t calls;

static void complain(const char *name, const char *what) {
    char line[200];
    int length = snprintf(line, sizeof line, "%s %s\n", name, what);
    int file = open(getenv("GATE_COMPLAINTS"), O_WRONLY | O_CREAT | O_APPEND, 0666);
    (void)!write(file, line, (size_t)length);
    close(file);
}

__attribute__((used)) static void watch(const char *name) {
    calls++;
    if (inside != gettid())
        complain(name, "is called outside the gate");
}

static int is_of_hdf5(void *function) {
    Dl_info where;
    return dladdr(function, &where) != 0 && strstr(where.dli_fname, "libhdf5") != NULL;
}

int H5Eset_auto2(int64_t stack, void *function, void *data) {
    int (*next)(int64_t, void *, void *) = (int (*)(int64_t, void *, void *))dlsym(RTLD_NEXT, "H5Eset_auto2");
    if (is_of_hdf5(__builtin_return_address(0))) /* it silences itself now and then */
        return next(stack, function, data);
    int leaves = function == NULL || is_of_hdf5(function);
    if (inside != (leaves ? gettid() : 0))
        complain("H5Eset_auto2", leaves ? "leaves a gate in which another thread is" : "enters while another thread is inside");
    inside = leaves ? 0 : gettid();
    int status = next(stack, function, data);
    if (!leaves)
        usleep(20); /* long enough to be met there */
    return status;
}

__attribute__((destructor)) static void end(void) {
    if (calls > 0)
        complain("calls", "were seen");
}

/* Keeps the arguments, tells the name, and goes on to the function of HDF5. */
#define WATCH(name)                                                                                                    \
    __attribute__((used)) static void *real_##name;                                                                    \
    __attribute__((constructor)) static void find_##name(void) { real_##name = dlsym(RTLD_NEXT, #name); }              \
    __asm__(".text\n.globl " #name "\n.type " #name ", @function\n" #name ":\n"                                        \
            "push %rdi\npush %rsi\npush %rdx\npush %rcx\npush %r8\npush %r9\nsub $8, %rsp\n"                           \
            "lea 1f(%rip), %rdi\ncall watch\n"                                                                         \
            "add $8, %rsp\npop %r9\npop %r8\npop %rcx\npop %rdx\npop %rsi\npop %rdi\njmp *real_" #name "(%rip)\n"      \
            "1: .string \"" #name "\"\n");
"""


@unittest.skipUnless(platform.machine() == "x86_64", "the watcher is written for x86-64")
class Gate(Case):
    def setUp(self):
        super().setUp()
        listing = subprocess.run(["nm", "-D", "--undefined-only", LIBRARY], check=True, capture_output=True, text=True).stdout
        names = {name for name in re.findall(r" U (H5\w+)", listing) if not name.endswith("_g")} - GATE
        self.assertGreater(len(names), 50, "the library calls HDF5")
        source = self.write("watcher.c", WATCHER + "".join(f"WATCH({name})\n" for name in sorted(names)))
        subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "-o", self.path("watcher.so"), source, "-ldl"], check=True)
        self.complaints = self.path("complaints")
        self.environment = dict(os.environ, LD_PRELOAD=str(self.path("watcher.so")), GATE_COMPLAINTS=str(self.complaints),
                                ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0")

    def watched(self, what):
        """Calls were seen since the last time, and none of them was wrong."""
        said = self.complaints.read_text().splitlines() if self.complaints.exists() else []
        self.complaints.unlink(missing_ok=True)
        self.assertEqual(sorted(set(said)), ["calls were seen"], f"{what}: {len(said)} complaints")

    def test_every_command(self):
        race, sweep, run = self.path("race.h5"), self.path("sweep.h5"), self.path("run.h5")
        study, larger = (self.write(f"{count}.yaml", SWEEP.replace("replicates: 2", f"replicates: {count}")) for count in (2, 3))
        record = ["--record", "all", "--checkpoint-every", "30", "-o", race]
        environment = self.stopper(commit=1)
        environment.update(self.environment, LD_PRELOAD=f"{environment['LD_PRELOAD']}:{self.environment['LD_PRELOAD']}")
        self.assertEqual(matthew("run", *RACE, *record, env=environment).returncode, 143, "a run that is stopped after a commit")
        self.watched("a stopped run")
        for words in (["run", "--resume", "-o", race], ["info", race], ["info", race, "--digest"], ["validate", race],
                      ["sweep", study, "-o", sweep], ["info", sweep], ["sweep", larger, "-o", sweep],
                      ["replay", sweep, "--point", "lock_in=1", "--replicate", "2", "-o", run]):
            done = matthew(*words, env=self.environment)
            self.assertIn(done.returncode, (0, 3) if words[0] == "validate" else (0,), f"{words}: {done.stderr}")
            self.watched(words)

    def test_what_fails(self):
        """Also where HDF5 itself has something to say."""
        race = self.path("race.h5")
        matthew("run", *RACE, "-o", race, check=True)
        race.write_bytes(race.read_bytes()[:5000])
        for words in (["info", race], ["validate", race], ["run", "--resume", "-o", race]):
            self.assertNotEqual(matthew(*words, env=self.environment).returncode, 0, words)
            self.watched(words)

    def test_threads_of_one_process(self):
        done = subprocess.run([TOGETHER], env=self.environment, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.watched("threads that write")


if __name__ == "__main__":
    unittest.main()

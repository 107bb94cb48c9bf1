"""What the command line tests share: the program under test, a scratch folder, and how complaints must look."""

import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["MATTHEW_PROGRAM"]
SOURCE = pathlib.Path(os.environ["MATTHEW_SOURCE_DIR"])
EXHAUSTIVE = bool(os.environ.get("MATTHEW_EXHAUSTIVE"))  # tests/run --all sets it: everything in place of a sample
SMALL = ["frontier-race", "--firms", "300", "--months", "6"]

# Stops a run at a place that the run itself decides, so that no test depends on time. The signal STOP_WITH comes once: with
# the write, flush or event of number STOP_AT_WRITE, STOP_AT_FLUSH, STOP_AT_EVENT, or when a file takes the name STOP_AT_NAME.
# (A history is brought to the disk once when it is opened and twice a commit; it makes a check sum of each event.) STOP_AGAIN_WITH comes
# right after. With NO_LOCKS flock is as on a file system without locks.
STOPPER = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void stop(void) {
    const char *again = getenv("STOP_AGAIN_WITH");
    kill(getpid(), atoi(getenv("STOP_WITH")));
    if (again != NULL)
        kill(getpid(), atoi(again));
}

static void count(const char *variable, long *so_far) {
    const char *at = getenv(variable);
    if (at != NULL && ++*so_far == atol(at))
        stop();
}

ssize_t pwrite(int descriptor, const void *from, size_t size, off_t place) {
    static long writes;
    count("STOP_AT_WRITE", &writes);
    return syscall(SYS_pwrite64, descriptor, from, size, place);
}

int H5Fflush(int64_t object, int scope);
int H5Fflush(int64_t object, int scope) {
    static long flushes;
    static int (*next)(int64_t, int);
    if (next == NULL)
        next = (int (*)(int64_t, int))dlsym(RTLD_NEXT, "H5Fflush");
    int status = next(object, scope);
    count("STOP_AT_FLUSH", &flushes);
    return status;
}

uint32_t libdeflate_crc32(uint32_t crc, const void *from, size_t size);
uint32_t libdeflate_crc32(uint32_t crc, const void *from, size_t size) {
    static long events;
    static uint32_t (*next)(uint32_t, const void *, size_t);
    if (next == NULL)
        next = (uint32_t (*)(uint32_t, const void *, size_t))dlsym(RTLD_NEXT, "libdeflate_crc32");
    count("STOP_AT_EVENT", &events);
    return next(crc, from, size);
}

int rename(const char *from, const char *to) {
    const char *name = getenv("STOP_AT_NAME"), *slash = strrchr(to, '/');
    int status = (int)syscall(SYS_rename, from, to);
    if (name != NULL && status == 0 && strcmp(slash != NULL ? slash + 1 : to, name) == 0)
        stop();
    return status;
}

int flock(int descriptor, int operation);
int flock(int descriptor, int operation) {
    if (getenv("NO_LOCKS") == NULL)
        return (int)syscall(SYS_flock, descriptor, operation);
    errno = ENOLCK;
    return -1;
}
"""


# A shell that starts the tests in the background lets them ignore this signal, and so would every program started here.
signal.signal(signal.SIGINT, signal.default_int_handler)


def matthew(*arguments, **keywords):
    """Runs the program; the result has returncode, stdout and stderr as text."""
    keywords.setdefault("capture_output", True)
    keywords.setdefault("timeout", 120)
    return subprocess.run([PROGRAM, *map(str, arguments)], text=True, **keywords)


class Case(unittest.TestCase):
    shared = tempfile.TemporaryDirectory(prefix="matthew-test-")  # of all cases of a script

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="matthew-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def path(self, name):
        return self.folder / name

    def write(self, name, text):
        self.path(name).write_text(text, encoding="utf-8")
        return self.path(name)

    def files(self):
        return sorted(p.name for p in self.folder.iterdir())

    def stopper(self, number=signal.SIGTERM, **where):
        """The environment of a run that gets this signal at event=, commit=, write= of a number, or at name= of a file."""
        library = pathlib.Path(self.shared.name, "stopper.so")
        if not library.exists():
            source = library.with_suffix(".c")
            source.write_text(STOPPER, encoding="utf-8")
            subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        if "commit" in where:  # the first brings the empty file to the disk
            where["flush"] = 1 + 2 * where.pop("commit")
        return dict(os.environ, LD_PRELOAD=str(library), ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0",
                    STOP_WITH=str(int(number)), **{f"STOP_AT_{what.upper()}": str(at) for what, at in where.items()})

    def works(self, *arguments, **keywords):
        result = matthew(*arguments, **keywords)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def refused(self, *arguments, status=2, says=(), seconds=10, **keywords):
        """The program ends with this status after one clear line that has these words in it, and prints nothing else."""
        result = matthew(*arguments, timeout=seconds, **keywords)
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertEqual(result.stdout or "", "")
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertTrue(result.stderr.startswith("matthew: "), result.stderr)
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, result.stderr)
        return result

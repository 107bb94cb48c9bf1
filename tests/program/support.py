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

# A shell that starts the tests in the background lets them ignore this signal, and so would every program started here.
signal.signal(signal.SIGINT, signal.default_int_handler)


def matthew(*arguments, **keywords):
    """Runs the program; the result has returncode, stdout and stderr as text."""
    keywords.setdefault("capture_output", True)
    keywords.setdefault("timeout", 120)
    return subprocess.run([PROGRAM, *map(str, arguments)], text=True, **keywords)


class Case(unittest.TestCase):
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

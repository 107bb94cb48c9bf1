"""Files that another program made, or damaged: info, validate and run --resume say one clear line and change nothing."""

import json
import os
import random
import shutil
import signal
import subprocess
import unittest

import h5py
import numpy

from support import PROGRAM, Case, matthew

RECORD = "default,investor_stake,round,raised,investor_proceeds,separations,walkouts"
RACE = ["frontier-race", "--firms", "60", "--months", "14", "--record", RECORD, "--reproducible", "--threads", "1",
        "--quiet"]
LONG = ["frontier-race", "--firms", "60", "--months", "90", "--record", "default", "--reproducible", "--threads", "1",
        "--quiet"]
# What a terminal acts on, line ends apart.
ACTS = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
HDF5_FAILED = "HDF5 failed on it"  # what the program says when a signal came from inside HDF5
TEXT = h5py.string_dtype()

# Attributes and datasets that the readers look at, each of which is replaced by everything that it should not be.
ATTRIBUTES = ["months_committed", "seed", "title", "scenario", "status", "source", "revision", "compiler"]
SCALARS = ["scenario/every", "scenario/reproducible", "scenario/text", "scenario/record", "scenario/precision"]
VECTORS = ["month", "firm", "entry_month", "exit_month",
           "exit_reason", "acquirer", "strategy_at_entry", "firm_name", "event_month",
           "event_kind", "gpu_price"]
COLUMNS = ["age", "round", "staff", "total_receipts", "segment_price"]

COMPOUND = numpy.dtype([("a", "<i8"), ("b", "S300")])


def wide_integer():
    """An integer of 96 bytes, as HDF5 allows it."""
    kind = h5py.h5t.STD_I64LE.copy()
    kind.set_size(96)
    kind.set_precision(768)
    return kind


def put_low_level(group, name, kind, space):
    if name in group:
        del group[name]
    h5py.h5d.create(group.id, name.encode(), kind, space)


# What an attribute or dataset may be instead: name -> function(holder, name), for both kinds of holder.
ATTRIBUTE_VALUES = {
    "5000 numbers": lambda a, n: a.__setitem__(n, numpy.arange(5000)),
    "100 x 50 numbers": lambda a, n: a.__setitem__(n, numpy.zeros((100, 50), "<f8")),
    "a text": lambda a, n: a.__setitem__(n, "twelve"),
    "a fixed text": lambda a, n: a.create(n, numpy.bytes_(b"x" * 3000)),
    "5000 texts": lambda a, n: a.create(n, ["y" * 100] * 500, dtype=TEXT),
    "fixed texts": lambda a, n: a.create(n, numpy.array([b"abc"] * 400, "S90")),
    "nothing": lambda a, n: a.__setitem__(n, h5py.Empty("<i8")),
    "an empty vector": lambda a, n: a.__setitem__(n, numpy.zeros(0)),
    "a compound": lambda a, n: a.create(n, numpy.zeros(3, COMPOUND), dtype=COMPOUND),
    "NaN": lambda a, n: a.__setitem__(n, float("nan")),
    "1e300": lambda a, n: a.__setitem__(n, 1e300),
    "the largest": lambda a, n: a.__setitem__(n, numpy.uint64(2**64 - 1)),
    "negative": lambda a, n: a.__setitem__(n, numpy.int64(-2**63)),
    "a long double": lambda a, n: a.__setitem__(n, numpy.longdouble(7)),
    "an array type": lambda a, n: a.create(n, numpy.zeros((3, 40)), shape=(3, 40), dtype=numpy.dtype(("<f8", (40,)))),
}


def dataset(function):
    def put(file, name):
        if name in file:
            del file[name]
        function(file, name)
    return put


DATASET_VALUES = {
    "missing": dataset(lambda f, n: None),
    "a group": dataset(lambda f, n: f.create_group(n)),
    "a dangling link": dataset(lambda f, n: f.__setitem__(n, h5py.SoftLink("/nowhere/at/all"))),
    "a link to itself": dataset(lambda f, n: f.__setitem__(n, h5py.SoftLink("/" + n))),
    "an external link": dataset(lambda f, n: f.__setitem__(n, h5py.ExternalLink("/dev/zero", "/x"))),
    "an external link to a pipe": dataset(lambda f, n: f.__setitem__(n, h5py.ExternalLink("pipe", "/x"))),
    "a type": dataset(lambda f, n: f.__setitem__(n, numpy.dtype("<f8"))),
    "a scalar": dataset(lambda f, n: f.create_dataset(n, data=7)),
    "5000 numbers": dataset(lambda f, n: f.create_dataset(n, data=numpy.arange(5000))),
    "of rank 4": dataset(lambda f, n: f.create_dataset(n, data=numpy.zeros((27, 2, 3, 768)))),
    "of rank 32": dataset(lambda f, n: f.create_dataset(n, data=numpy.zeros((1,) * 32))),
    "texts": dataset(lambda f, n: f.create_dataset(n, data=["a" * 50] * 900, dtype=TEXT)),
    "fixed texts": dataset(lambda f, n: f.create_dataset(n, data=numpy.array([b"abc"] * 900, "S90"))),
    "long fixed texts": dataset(lambda f, n: f.create_dataset(n, shape=(10**6,), dtype="S1000000", chunks=(1,))),
    "one wide text": dataset(lambda f, n: f.create_dataset(n, data=numpy.bytes_(b"z" * 5000))),
    "nothing": dataset(lambda f, n: f.create_dataset(n, data=h5py.Empty("<f8"))),
    "empty": dataset(lambda f, n: f.create_dataset(n, data=numpy.zeros(0))),
    "compounds": dataset(lambda f, n: f.create_dataset(n, data=numpy.zeros(900, COMPOUND))),
    "arrays": dataset(lambda f, n: f.create_dataset(n, shape=(900,), dtype=numpy.dtype(("<f8", (40,))))),
    "huge": dataset(lambda f, n: f.create_dataset(n, shape=(2**50,), dtype="<i8", chunks=(64,))),
    "huge twice": dataset(lambda f, n: f.create_dataset(n, shape=(2**40, 2**40), dtype="<f8", chunks=(64, 64))),
    "many": dataset(lambda f, n: f.create_dataset(n, shape=(10**9,), dtype="<i8", chunks=(64,), fillvalue=1)),
    "many texts": dataset(lambda f, n: f.create_dataset(n, shape=(10**9,), dtype=TEXT, chunks=(64,), fillvalue="x")),
    "NaN": dataset(lambda f, n: f.create_dataset(n, data=numpy.full(843, numpy.nan))),
    "infinite": dataset(lambda f, n: f.create_dataset(n, data=numpy.full(843, numpy.inf))),
    "1e300": dataset(lambda f, n: f.create_dataset(n, data=numpy.full(843, -1e300))),
    "long doubles": dataset(lambda f, n: f.create_dataset(n, data=numpy.zeros(843, numpy.longdouble))),
    "half doubles": dataset(lambda f, n: f.create_dataset(n, data=numpy.ones(843, "<f2"))),
    "wide integers": dataset(lambda f, n: put_low_level(f, n, wide_integer(), h5py.h5s.create_simple((100,)))),
    "elsewhere": dataset(lambda f, n: f.create_dataset(n, shape=(843,), dtype="<i8", external="/dev/zero")),
    "virtual": dataset(lambda f, n: f.create_virtual_dataset(n, virtual(), fillvalue=3)),
}


def virtual():
    layout = h5py.VirtualLayout(shape=(843,), dtype="<i8")
    layout[:] = h5py.VirtualSource("/dev/zero", "x", shape=(843,))
    return layout


def set_values(file, name, value):
    data = file[name]
    values = data[...].astype("<f8")  # numbers that an integer cannot hold
    values[...] = value
    del file[name]
    file.create_dataset(name, data=values)


# Values that no race has, in a file whose shape is right: all are read, none is believed.
VALUES = [(name, value) for name in ["month", "firm", "age", "round", "staff", "total_receipts", "valuation",
                                     "funding", "capability", "entry_month",
                                     "exit_month", "exit_reason", "strategy_at_entry"]
          for value in (float("nan"), -1e300, 2**40, -7)]


class Foreign(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.made = cls("runTest")
        Case.setUp(cls.made)
        cls.base = cls.made.path("base.h5")
        cls.made.works("run", *RACE, "-o", cls.base)
        with h5py.File(cls.base, "r+") as file:
            file.attrs["status"] = "interrupted"  # so that --resume reads on

    @classmethod
    def tearDownClass(cls):
        cls.made.doCleanups()
        super().tearDownClass()

    def runTest(self):
        pass

    def setUp(self):
        super().setUp()
        self.count = 0
        os.mkfifo(self.path("pipe"))

    def commands(self, label, path):
        yield "info", path
        if "many" not in label:  # a digest reads all that a file says it has
            yield "info", "--digest", path
        yield "validate", path, "--json"
        yield "run", "--resume", "--quiet", "--threads", "1", "-o", path

    def holds(self, label, path, hdf5_may_fail=False):
        """Every command ends as it should: with what it is for, or with one line and status 2. The file stays, unless a
        resumed run has replaced it by a whole one."""
        self.count += 1
        before = path.read_bytes()
        for command in self.commands(label, path):
            with self.subTest(label, command=command[:2]):
                result = subprocess.run([PROGRAM, *map(str, command)], capture_output=True, timeout=20)
                err = result.stderr.decode("utf-8")
                for output in (result.stdout.decode("utf-8"), err):
                    self.assertNotRegex(output, ACTS, f"{label}, {command[:2]}")
                if result.returncode != 2 and "--json" in command:
                    json.loads(result.stdout)
                said = f"{label}, {command[:2]}: status {result.returncode}: {err}"
                allowed = (0, 2, 3) if command[0] == "validate" else (0, 2)
                self.assertIn(result.returncode, allowed, said)
                if not hdf5_may_fail:
                    self.assertNotIn(HDF5_FAILED, err, said)
                elif HDF5_FAILED in err and not err.startswith("matthew: "):
                    err = err.split("\n", 1)[1]  # the C library has said first that HDF5 has spoilt its heap
                if result.returncode == 2:
                    self.assertEqual(result.stdout, b"", said)
                    self.assertTrue(err.startswith("matthew: ") and err.endswith("\n"), said)
                    self.assertEqual(err.count("\n"), 1, said)
                    self.assertIn(str(path), err, said)
                if command[0] != "run" or result.returncode != 0:
                    self.assertEqual(path.read_bytes(), before, said)
                if command[0] == "run":
                    for left in self.folder.iterdir():
                        if left.name != "pipe" and left != path:
                            shutil.rmtree(left) if left.is_dir() else left.unlink()
        path.unlink()

    def copy(self):
        path = self.path("foreign.h5")
        shutil.copyfile(self.base, path)
        return path

    def with_file(self, label, change, **keywords):
        path = self.copy()
        with h5py.File(path, "r+") as file:
            change(file)
        self.holds(label, path, **keywords)

    def test_attributes_of_any_shape_and_class(self):
        choice = random.Random(1)
        for name in ATTRIBUTES:
            labels = list(ATTRIBUTE_VALUES)
            for label in labels if name in ("months_committed", "title") else choice.sample(labels, 5):
                def change(file):
                    del file.attrs[name]
                    ATTRIBUTE_VALUES[label](file.attrs, name)
                self.with_file(f"attribute {name}: {label}", change)

        def change(file):
            file["date"].attrs["units"] = "days since " + "\n\x1b[31m" * 1000
            file["gpu_price"].attrs["far"] = numpy.zeros(4000)
        self.with_file("attributes of datasets", change)
        self.assertGreater(self.count, 50)

    def test_datasets_of_any_shape_and_class(self):
        choice = random.Random(2)
        for name in SCALARS + VECTORS + COLUMNS:
            labels = list(DATASET_VALUES)
            for label in labels if name in ("scenario/text", "firm", "age") else choice.sample(labels, 5):
                self.with_file(f"dataset {name}: {label}", lambda file: DATASET_VALUES[label](file, name))
        self.assertGreater(self.count, 150)

    def test_values_that_no_race_has(self):
        for name, value in VALUES:
            self.with_file(f"{name} of {value}", lambda file: set_values(file, name, value))
        self.assertEqual(self.count, len(VALUES))

    def test_nothing_of_a_file_acts_on_a_terminal(self):
        """Escape sequences, line ends and marks of direction are shown by name, in what people read and in JSON."""
        evil = "\x1b]0;owned\x07\x1b[2J\nline\r\u009b31m\u202e\x7f \u00e9"
        seen = "\\x1b]0;owned\\x07\\x1b[2J\\nline\\x0d\\u009b31m\\u202e\\x7f \u00e9"
        path = self.copy()
        with h5py.File(path, "r+") as file:
            for name in ("title", "scenario", "source", "revision", "compiler", "status"):
                del file.attrs[name]
                file.attrs[name] = evil
            names = file["firm_name"][...]
            names[0] = evil.encode()
            file["firm_name"][...] = names
            file.move("gpu_price", "gpu\x1b[31mprice")
        text = self.works("info", path).stdout
        self.assertEqual(text.count(seen), 6, text)  # the status is cut
        self.assertIn("gpu\\x1b[31mprice", text)
        self.assertNotRegex(text, ACTS)
        result = matthew("validate", path, "--json")
        self.assertEqual(json.loads(result.stdout)["scenario"], evil)
        self.assertNotRegex(result.stdout, ACTS)
        self.assertIn(seen, matthew("validate", path).stdout)
        result = self.works("info", "--json", path)
        self.assertEqual(json.loads(result.stdout)["scenario"], evil)
        self.assertNotRegex(result.stdout, ACTS)

        with h5py.File(path, "r+") as file:
            del file.attrs["scenario"]
            file.attrs.create("scenario", b"a\xff\xc3", dtype=TEXT)
        self.assertIn("a\\xff\\xc3", self.works("info", path).stdout)
        self.assertEqual(json.loads(matthew("validate", path, "--json").stdout)["scenario"], "a\ufffd\ufffd")

        scenario = self.write("evil\x1b[31m.yaml", "base: frontier-race\nset: {\"a\\e[31m\": 1}\n")
        for command, says in ((("run", scenario), "evil\\x1b[31m.yaml"), (("info", self.path("\x1b[2J")), "\\x1b[2J"),
                              (("run", "--set", "a\x1b[31m\n=1"), "a\\x1b[31m\\n"),
                              (("run", "--set", "a\u009b\u202e=1"), "a\\u009b\\u202e"),
                              (("parameters", "\x1b[31mx"), "\\x1b[31mx"), (("run", "\x1b[31mx"), "\\x1b[31mx")):
            self.assertNotRegex(self.refused(*command, says=says).stderr, ACTS)

    def test_groups_that_are_no_groups(self):
        def circles(file):
            for i in range(30):
                file[f"again{i}"] = file["/"]

        def deep(file):
            file.create_group("/".join(["d"] * 500))

        def named(file):
            for name in ("\x1b[31mred", "two\nlines", "w" * 5000, "\u009b31m"):
                file.create_dataset(name, data=numpy.zeros(27))
                file[name].attrs["DIMENSION_LIST"] = 1

        for label, change in (
                ("scenario is missing", lambda f: f.__delitem__("scenario")),
                ("parameters is missing", lambda f: f.__delitem__("parameters")),
                ("scenario is a dataset", dataset(lambda f, n: f.create_dataset(n, data=3))),
                ("scenario is a link", dataset(lambda f, n: f.__setitem__(n, h5py.SoftLink("/parameters")))),
                ("scenario is the root", dataset(lambda f, n: f.__setitem__(n, f["/"]))),
                ("scenario is elsewhere", dataset(lambda f, n: f.__setitem__(n, h5py.ExternalLink("pipe", "/")))),
                ("circles", circles), ("deep", deep), ("strange names", named)):
            self.with_file(label, lambda file: change(file, "scenario") if "scenario is" in label and
                           "missing" not in label else change(file))

    def test_scenarios_of_a_file(self):
        """The text is what the scenario's reader gets: of any length, with any bytes, of another race."""
        def text(value):
            def change(file):
                del file["scenario/text"]
                file["scenario"].create_dataset("text", data=value, dtype=TEXT)
            return change

        for label, value in (("empty", ""), ("bytes", b"\xff\xfe\x80\x1b[31m"), ("escapes", "\x1b[31m: \x1b[0m\n"),
                             ("deep", "[" * 20000), ("long", "a" * 5_000_000), ("aliases", "a: &a [*a, *a]"),
                             ("base", "base: /dev/zero"), ("base pipe", "base: ./pipe.yaml"), ("set", "set: {x: 1}"),
                             ("months", "base: frontier-race\nmonths: 1e300")):
            self.with_file(f"text {label}", text(value))

        def long_record(file):
            del file["scenario/record"]
            file["scenario"].create_dataset("record", data="cash," * 100000 + "x", dtype=TEXT)
        self.with_file("a long record", long_record)

    def test_files_that_are_cut_short_or_hold_other_bytes(self):
        whole, choice = self.base.read_bytes(), random.Random(3)
        path = self.path("foreign.h5")
        for size in [0, 1, 8, 48, 96, 500, 2048, 10_000, 100_000, len(whole) // 2, len(whole) - 1]:
            path.write_bytes(whole[:size])
            self.holds(f"{size} bytes", path)
        for data in (b"text\n", b"\x89HDF\r\n\x1a\n" + b"\xff" * 5000, b"\x89HDF\r\n\x1a\n" + bytes(5000)):
            path.write_bytes(data)
            self.holds("no HDF5", path)
        self.assertEqual(self.count, 14)
        # Most of what describes the file lies in its first part; HDF5 itself may fail on that, and the program says so.
        for trial in range(60):
            data = bytearray(whole)
            for _ in range(choice.choice([1, 3, 30])):
                place = choice.randrange(choice.choice([2048, 60_000, len(data)]))
                data[place] ^= 1 << choice.randrange(8)
            path.write_bytes(data)
            self.holds(f"flips, trial {trial}", path, hdf5_may_fail=True)

    def interrupted(self, whole):
        """A race that a signal has ended, with its checkpoint and its commits; the names of both."""
        path = self.path("race.h5")
        states = self.path("race.h5.checkpoints")
        command = [*LONG, "--checkpoint-every", "5"]
        self.works("run", *LONG, "-o", whole)
        result = matthew("run", *command, "-o", path, env=self.stopper(signal.SIGINT, name="000070.state"))
        self.assertEqual(result.returncode, 130, result.stderr)
        return path, states

    def test_a_file_that_a_checkpoint_rests_on(self):
        """Its commits are made again from chunks and rows of any shape: what does not fit is found, and the run starts
        over."""
        whole = self.path("whole.h5")
        path, states = self.interrupted(whole)
        kept, count = path.read_bytes(), len(list(states.iterdir()))
        shutil.copytree(states, self.path("kept"))
        choice = random.Random(4)
        for name in ("month", "event_month", "event_kind", "event_amount", "staff", "cash", "gpu_price", "segment_price"):
            for label in choice.sample(list(DATASET_VALUES), 4):
                if "many" in label or "huge" in label:
                    continue
                with self.subTest(f"{name}: {label}"):
                    path.write_bytes(kept)
                    shutil.rmtree(states, ignore_errors=True)
                    shutil.copytree(self.path("kept"), states)
                    self.assertEqual(len(list(states.iterdir())), count)
                    with h5py.File(path, "r+") as file:
                        DATASET_VALUES[label](file, name)
                    result = self.works("run", "--resume", "--quiet", "--threads", "1", "-o", path)
                    if name != "event_amount":  # the checkpoint has all events that are not in full chunks
                        self.assertIn("does not hold the months that the checkpoint rests on", result.stderr)
                        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
                    self.assertEqual(path.read_bytes(), whole.read_bytes())
                    self.count += 1
        self.assertGreater(self.count, 15)

    def test_a_file_of_netcdf(self):
        import netCDF4

        path = self.path("foreign.h5")
        with netCDF4.Dataset(path, "w") as file:
            for name in ("month", "firm"):
                file.createDimension(name, 3)
                file.createVariable(name, "i8", (name,))[:] = range(3)
            file.months_committed = numpy.arange(3000)
            file.seed = [1.5] * 700
            file.status = "running"
        self.holds("netCDF4", path)


if __name__ == "__main__":
    unittest.main()

"""An indicator has one value, whoever asks: --json, the file, the file with --every, and the C interface agree in every one."""

import ctypes
import json
import math
import os
import unittest

import h5py

from support import Case

LIBRARY = ctypes.CDLL(os.environ["MATTHEW_LIBRARY"])
SCENARIOS = {"frontier-race": 300, "sticky-cloud": 200, "startup-contest": 60, "core-race": 100}
MONTHS, EVERY = 30, 7


def same(first, second):
    return first == second or (math.isnan(first) and math.isnan(second))


def number(value):
    return math.nan if value is None else float(value)


class Library:
    """The race through the C interface, in steps of so many months."""

    def __init__(self, scenario, firms, step):
        self.handle, inner = ctypes.c_void_p(), ctypes.c_void_p()
        self.check(LIBRARY.matthew_scenario_load(ctypes.byref(inner), scenario.encode()))
        for setting in (f"firms={firms}", f"months={MONTHS}"):
            self.check(LIBRARY.matthew_scenario_set(inner, setting.encode()))
        self.check(LIBRARY.matthew_race_new(ctypes.byref(self.handle), inner))
        LIBRARY.matthew_scenario_free(inner)
        for month in range(step, MONTHS + step, step):
            self.check(LIBRARY.matthew_race_run(self.handle, ctypes.c_long(month)))

    @staticmethod
    def check(status):
        if status != 0:
            LIBRARY.matthew_message.restype = ctypes.c_char_p
            raise AssertionError(LIBRARY.matthew_message().decode())

    def value(self, name, member=None):
        value = ctypes.c_double()
        if member is None:
            self.check(LIBRARY.matthew_race_indicator(self.handle, name.encode(), ctypes.byref(value)))
        else:
            self.check(LIBRARY.matthew_race_indicator_of(self.handle, name.encode(), member, ctypes.byref(value)))
        return value.value

    def free(self):
        LIBRARY.matthew_race_free(self.handle)


class Indicators(Case):
    def test_the_ways_to_ask_agree(self):
        for scenario, firms in SCENARIOS.items():
            with self.subTest(scenario=scenario):
                run = ["run", scenario, "--firms", firms, "--months", MONTHS, "--record", "all", "--quiet", "--json", "--force"]
                told = json.loads(self.works(*run, "-o", self.path("race.h5")).stdout)["indicators"]
                libraries = [Library(scenario, firms, step) for step in (MONTHS, 5)]
                with h5py.File(self.path("race.h5")) as file:
                    compared = 0
                    for name, value in told.items():
                        values = list(value.values()) if isinstance(value, dict) else [value]
                        recorded = file[name][-1] if isinstance(value, dict) else [file[name][-1]]
                        self.assertEqual(len(values), len(recorded), name)
                        for member, (first, second) in enumerate(zip(values, recorded)):
                            where = f"{name}[{member}]: --json {first}, file {second}"
                            self.assertTrue(same(number(first), float(second)), where)
                            for library in libraries:
                                third = library.value(name, member if isinstance(value, dict) else None)
                                self.assertTrue(same(float(second), third), f"{where}, library {third}")
                            compared += 1
                    self.assertGreater(compared, 160)
                for library in libraries:
                    library.free()

    def test_what_was_set_is_told(self):
        told = json.loads(self.works("run", "core-race", "--firms", 50, "--months", 2, "--json", "--set", "talent.*.separation=0.2",
                                     "--set", "entry.enabled=off").stdout)
        self.assertEqual(told["set"], {"talent.*.separation": "0.2", "entry.enabled": "off"})
        self.assertEqual((told["months"], told["firms"]["initial"], told["seed"]), (2, 50, 1))

    def test_every_changes_no_value(self):
        run = ["run", "frontier-race", "--firms", 200, "--months", MONTHS, "--record", "all", "--quiet"]
        self.works(*run, "-o", self.path("each.h5"))
        self.works(*run, "--every", EVERY, "-o", self.path("seventh.h5"))
        with h5py.File(self.path("each.h5")) as each, h5py.File(self.path("seventh.h5")) as seventh:
            months = list(seventh["month"])
            self.assertEqual(months, [0, 7, 14, 21, 28, 30])
            names = [name for name, data in each.items() if isinstance(data, h5py.Dataset) and data.shape[:1] == (MONTHS + 1,)
                     and not name.startswith(("payment_", "balance_"))]
            self.assertGreater(len(names), 150)
            for name in names:
                for row, month in enumerate(months):
                    first, second = each[name][month], seventh[name][row]
                    equal = (first == second) | ((first != first) & (second != second))
                    self.assertTrue(equal.all() if hasattr(equal, "all") else equal, f"{name} in month {month}: {first}, {second}")


if __name__ == "__main__":
    unittest.main()

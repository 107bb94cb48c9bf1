"""`ds.matthew`: one firm over its life, held against the columns of all firms, and the tables."""

import unittest

import pandas

from package import FIRMS, MONTHS, SEED, Folder, matthew, np, xarray


class Firms(Folder):
    def history(self, seed=SEED, months=MONTHS, record="all"):
        path = self.folder / f"{seed}.h5"
        with matthew.Race("frontier-race", firms=FIRMS, months=months, seed=seed, threads=1) as race:
            race.record(path, record).run()
        return path

    def same_life(self, one, panel, number):
        """one has the values of the rows that the panel has for the firm."""
        rows = panel[panel.firm == number]
        self.assertEqual(one.month.values.tolist(), rows.month.tolist(), f"months of firm {number}")
        self.assertEqual(int(one.firm), number)
        for name in ("cash", "age"):
            np.testing.assert_array_equal(one[name].values, rows[name], err_msg=f"{name} of firm {number}")
        np.testing.assert_array_equal(one.staff.sel(tier="engineer"), rows.staff_engineer, err_msg=f"staff of firm {number}")
        words = one.firm_strategy.attrs["flag_meanings"].split()
        self.assertEqual([words[code] for code in one.firm_strategy.values], rows.firm_strategy.tolist(), f"firm {number}")

    def test_a_firm_over_its_life(self):
        with matthew.open(self.history()) as lazy:
            whole = lazy.load()
            with matthew.open(self.folder / f"{SEED}.h5") as ds:
                panel, register = matthew.panel(whole, ["cash", "age", "staff", "firm_strategy"]), matthew.register(whole)
                left, late = register[register.exit_month.notna()].firm, register[register.entry_month > 2].firm
                self.assertTrue(len(left) > 2 and len(late) > 2, "no firm has left, or none has come")
                for number in (0, 3, *left[:3], *late[:3]):
                    one = ds.matthew.firm(int(number))
                    self.same_life(one, panel, int(number))
                    columns = {name for name, variable in ds.data_vars.items() if {"month", "firm"} <= set(variable.dims)}
                    self.assertEqual(set(one.data_vars), columns)
                self.assertTrue(ds.matthew.firm("Google").identical(ds.matthew.firm(np.int64(2))))
                self.assertEqual(str(ds.matthew.firm("Google").name.values), "Google")
                self.assertEqual(ds.matthew.firm("Google").accounts.dims, ("month", "segment"))

    def test_of_several_runs(self):
        paths = [self.history(seed, months) for seed, months in ((1, 9), (2, 5))]
        joined = matthew.open(paths)
        for which in ("OpenAI", 40):
            both = joined.matthew.firm(which)
            for seed, path in zip((1, 2), paths):
                with matthew.open(path) as history:
                    alone = history.matthew.firm(which).load()
                part = both.sel(seed=seed, month=alone.month)
                for name in alone.data_vars:
                    np.testing.assert_array_equal(part[name], alone[name], err_msg=f"{name} of {which}, seed {seed}")
                rest = both.sel(seed=seed).drop_sel(month=alone.month.values)
                self.assertTrue(rest.cash.isnull().all() and (rest.firm_strategy == -1).all(), f"{which}, seed {seed}")
        self.assertEqual(joined.matthew.firms[:3], ["OpenAI", "Microsoft", "Google"])

    def test_tables(self):
        with matthew.open(self.history()) as ds:
            self.assertEqual(ds.matthew.firms, [name for name in matthew.register(ds).name if name])
            pandas.testing.assert_frame_equal(ds.matthew.panel(["cash"]), matthew.panel(ds, ["cash"]))
            pandas.testing.assert_frame_equal(ds.matthew.events(), matthew.events(ds))
            pandas.testing.assert_frame_equal(ds.matthew.register(), matthew.register(ds))

    def test_the_register_of_a_race_is_that_of_its_history(self):
        with matthew.Race("frontier-race", firms=FIRMS, months=MONTHS, seed=SEED) as race:
            for month in (0, 7, MONTHS):
                race.run(month)
                alone = matthew.run("frontier-race", firms=FIRMS, months=max(month, 1), seed=SEED)
                if month > 0:
                    pandas.testing.assert_frame_equal(race.register(), matthew.register(alone))
                self.assertEqual(race.register().name.tolist(), race.firms)
            self.assertTrue(race.register().exit_month.notna().any(), "no firm has left")

    def test_what_there_is_not(self):
        ds = matthew.run("frontier-race", firms=FIRMS, months=2, record=["cash"])
        for which, kind, words in (("open ai", matthew.NotFound, "did you mean 'OpenAI'"), ("Gogle", matthew.NotFound, "'Google'"),
                                   ("", matthew.NotFound, "ds.matthew.firms"), (10**6, matthew.NotFound, "ids are 0 to"),
                                   (-1, matthew.NotFound, "ids are 0 to"), (1.0, matthew.BadArgument, "a name or an id")):
            with self.assertRaisesRegex(kind, words):
                ds.matthew.firm(which)
        with self.assertRaisesRegex(matthew.NotFound, "columns of firms"):
            matthew.run("frontier-race", firms=FIRMS, months=2).matthew.firm("OpenAI")
        for call in (lambda: xarray.Dataset().matthew.firms, lambda: xarray.Dataset().matthew.firm(0)):
            with self.assertRaises(matthew.NotFound):
                call()


if __name__ == "__main__":
    unittest.main()

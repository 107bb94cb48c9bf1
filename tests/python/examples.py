"""The Python package as its documents show it: examples, notebooks, and an installation by pip."""

import ast
import doctest
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

from package import EXHAUSTIVE, SOURCE, Folder, digest, matthew


class Examples(unittest.TestCase):
    def test_of_the_functions(self):
        for name in ("matthew", *(f"matthew.{path.stem}" for path in (SOURCE / "python/matthew").glob("[a-z]*.py"))):
            found = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
            self.assertEqual(found.failed, 0, name)

    def test_of_the_document(self):
        here = os.getcwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                found = doctest.testfile(str(SOURCE / "docs/python.md"), module_relative=False,
                                         optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
            finally:
                os.chdir(here)
        self.assertEqual(found.failed, 0)
        self.assertGreater(found.attempted, 20)

    def test_notebooks_give_what_they_show(self):
        """The code of every cell, run in order; texts are compared, pictures are drawn."""
        import matplotlib
        import pandas

        matplotlib.use("Agg")
        pandas.set_option("display.max_columns", 20)  # as in a notebook
        for path in sorted((SOURCE / "notebooks").glob("*.ipynb")):
            names = {}
            for number, cell in enumerate(json.loads(path.read_text())["cells"]):
                if cell["cell_type"] != "code":
                    continue
                code = ast.parse("".join(cell["source"]))
                last = code.body.pop() if isinstance(code.body[-1], ast.Expr) else None
                exec(compile(code, path.name, "exec"), names)
                value = eval(compile(ast.Expression(last.value), path.name, "eval"), names) if last else None
                form = "text/html" if hasattr(value, "_repr_html_") else "text/plain"
                found = value._repr_html_() if form == "text/html" else repr(value)
                shown = [out["data"][form] for out in cell["outputs"] if out["output_type"] == "execute_result"]
                self.assertEqual([] if value is None else [found], ["".join(text) for text in shown],
                                 f"{path.name}, cell {number}")
            self.assertTrue(names)

    def test_the_document_names_every_function(self):
        text = (SOURCE / "docs/python.md").read_text()
        for name in matthew.__all__:
            self.assertRegex(text, rf"\b{name}\b")
        for kind in (matthew.Race, matthew.Scenario, importlib.import_module("matthew.accessor").Questions):
            for name in vars(kind):
                if not name.startswith("_"):
                    self.assertRegex(text, rf"`[^`\n]*\b{name}\b[^`\n]*`", f"{kind.__name__}.{name}")


@unittest.skipUnless(EXHAUSTIVE, "builds the package twice")
class Installed(Folder):
    def test_from_a_source_archive_without_git(self):
        tree = self.folder / "sources"
        shutil.copytree(SOURCE, tree, ignore=shutil.ignore_patterns(".git", "build", "build-*", ".venv", "*.h5", "__pycache__"))
        environment = self.folder / "environment"
        subprocess.run([sys.executable, "-m", "venv", environment], check=True, timeout=120)
        python = environment / "bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", tree], check=True, timeout=1500)
        code = "import matthew; race = matthew.Race('frontier-race', firms=300, months=6, seed=1); print(race.run().digest)"
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("MATTHEW_", "PYTHON"))}
        found = subprocess.run([python, "-c", code], cwd=self.folder, env=clean, check=True, capture_output=True, text=True)
        self.assertEqual(found.stdout, digest(1) + "\n")
        found = subprocess.run([python, "-m", "matthew", "--version"], cwd=self.folder, env=clean, check=True,
                               capture_output=True, text=True)
        self.assertIn(matthew.__version__, found.stdout)


if __name__ == "__main__":
    unittest.main()

"""The Python package as its documents show it: examples, notebooks, and an installation by pip."""

import ast
import contextlib
import doctest
import importlib
import inspect
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

from copiers import r_is_there
from package import EXHAUSTIVE, SOURCE, Folder, digest, matthew, np, xarray


@contextlib.contextmanager
def in_a_folder():
    """The working folder is one of its own: examples write files."""
    here = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="matthew-examples-") as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(here)


def code_cells(path):
    """Number and cell of the code of a notebook, which draws into memory and shows tables as a notebook does."""
    import matplotlib
    import pandas

    matplotlib.use("Agg")
    pandas.set_option("display.max_columns", 20)
    for number, cell in enumerate(json.loads(path.read_text())["cells"]):
        if cell["cell_type"] == "code":
            yield number, cell


def run_cell(cell, names, name):
    """The value of its last expression, or None."""
    code = ast.parse("".join(cell["source"]))
    last = code.body.pop() if isinstance(code.body[-1], ast.Expr) else None
    exec(compile(code, name, "exec"), names)
    return eval(compile(ast.Expression(last.value), name, "eval"), names) if last else None


class Examples(unittest.TestCase):
    def test_of_the_functions(self):
        for name in ("matthew", *(f"matthew.{path.stem}" for path in (SOURCE / "python/matthew").glob("[a-z]*.py"))):
            with in_a_folder():
                found = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
            self.assertEqual(found.failed, 0, name)

    def test_of_the_document(self):
        with in_a_folder():
            found = doctest.testfile(str(SOURCE / "docs/python.md"), module_relative=False,
                                     optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
        self.assertEqual(found.failed, 0)
        self.assertGreater(found.attempted, 20)

    def test_notebooks_give_what_they_show(self):
        """The code of every cell, run in order; texts are compared, pictures are drawn and have to be there."""
        for path in sorted((SOURCE / "notebooks").glob("*.ipynb")):
            names = {}
            with in_a_folder():
                for number, cell in code_cells(path):
                    self.shows(cell, run_cell(cell, names, path.name), f"{path.name}, cell {number}")
            self.assertTrue(names)

    def shows(self, cell, value, where):
        kinds = [kind for out in cell["outputs"] for kind in out.get("data", {"text/plain": ""})]
        self.assertEqual(kinds.count("image/png"), "".join(cell["source"]).count("plt.show()"), f"{where}: pictures")
        if "R" in cell["metadata"].get("tags", []) and not r_is_there():
            return
        form = "text/html" if hasattr(value, "_repr_html_") else "text/plain"
        found = value._repr_html_() if form == "text/html" else repr(value)
        shown = [out["data"][form] for out in cell["outputs"] if out["output_type"] == "execute_result"]
        self.assertEqual([] if value is None else [found], ["".join(text) for text in shown], where)

    def test_a_notebook_run_twice_gives_the_same_numbers(self):
        """Every number that its cells made, and every dot of its last picture; the shortest one."""
        first, second = {}, {}
        for names in (first, second):
            for _, cell in code_cells(SOURCE / "notebooks/01_first_race.ipynb"):
                run_cell(cell, names, "01_first_race.ipynb")
            names["figure"].canvas.draw()
            names["figure"] = np.asarray(names["figure"].canvas.buffer_rgba())
        compared = set()
        for name, value in first.items():
            if isinstance(value, (xarray.Dataset, xarray.DataArray)):
                self.assertTrue(value.identical(second[name]), name)
            elif isinstance(value, (np.ndarray, int, float, list)) or hasattr(value, "to_numpy"):
                np.testing.assert_array_equal(value, second[name], name)
            else:
                continue
            compared.add(name)
        self.assertLessEqual({"hhi", "end", "table", "figure"}, compared)

    def test_a_notebook_without_r(self):
        """The cell that asks R has no answer of R, and does not fail."""
        path, names = SOURCE / "notebooks/02_reading_results.ipynb", {}
        cells = [cell for _, cell in code_cells(path)]
        asking = [cell for cell in cells if "R" in cell["metadata"].get("tags", [])]
        self.assertEqual(len(asking), 1)
        with in_a_folder():
            run_cell(cells[0], names, path.name)
            with unittest.mock.patch.dict(os.environ, {"PATH": ""}):
                answers = run_cell(asking[0], names, path.name)
        shown = ast.literal_eval("".join(asking[0]["outputs"][0]["data"]["text/plain"]))
        self.assertEqual(answers, {**shown, "R": None})
        self.assertEqual(shown["R"], shown["Python"])

    def test_the_document_names_every_function(self):
        text = (SOURCE / "docs/python.md").read_text()
        for name in matthew.__all__:
            self.assertRegex(text, rf"\b{name}\b")
        for kind in (matthew.Race, matthew.Scenario, importlib.import_module("matthew.accessor").Questions):
            for name in vars(kind):
                if not name.startswith("_"):
                    self.assertRegex(text, rf"`[^`\n]*\b{name}\b[^`\n]*`", f"{kind.__name__}.{name}")


    def test_the_notice_names_what_a_wheel_carries(self):
        """Each licence that python/wheel gathers, and the licence of all of them together."""
        notice, wheel = (SOURCE / "NOTICE").read_text(), (SOURCE / "python/wheel").read_text()
        gathered = re.findall(r"\$folder/bundled/([\w.-]+\.txt)", wheel)
        self.assertGreater(len(gathered), 5)
        for name in gathered:
            self.assertRegex(notice, rf"\b{re.escape(name)}\b")
        for licence in re.search(r'^CARRIED="([^"]*)"', wheel, flags=re.M).group(1).split(" AND "):
            self.assertRegex(notice, rf"\b{re.escape(licence)}\b")

    def test_every_function_has_hints(self):
        for kind in (matthew.Race, matthew.Scenario, matthew.race.Columns, importlib.import_module("matthew.accessor").Questions):
            for name, member in vars(kind).items():
                member = getattr(member, "fget", None) or getattr(member, "__func__", member)
                if inspect.isfunction(member) and (not name.startswith("_") or name.endswith("__")):
                    self.hinted(member)
        for name in matthew.__all__:
            if inspect.isfunction(getattr(matthew, name)):
                self.hinted(getattr(matthew, name))
        self.hinted(matthew.Error.__init__)
        self.assertTrue((SOURCE / "python/matthew/py.typed").exists())

    def hinted(self, function):
        signature = inspect.signature(function)
        for name, parameter in signature.parameters.items():
            if name not in ("self", "cls"):
                self.assertIsNot(parameter.annotation, parameter.empty, f"{function.__qualname__}: {name} has no hint")
        self.assertIsNot(signature.return_annotation, signature.empty, f"{function.__qualname__}: its result has no hint")


ORDERS = (("h5py", "matthew"), ("matthew", "h5py"), ("netCDF4", "matthew"), ("matthew", "netCDF4"), ("matthew", "matthew"))
PLAIN = "import {}, {}\nrace = matthew.Race('frontier-race', firms=300, months=6, seed=1)\nprint(race.run().digest)"


@unittest.skipUnless(EXHAUSTIVE, "builds the package")
class Installed(Folder):
    """From a source archive, as a registry would have it, on a machine without git."""

    def setUp(self):
        super().setUp()
        self.python = self.folder / "environment/bin/python"
        self.clean = {name: value for name, value in os.environ.items() if not name.startswith(("MATTHEW_", "PYTHON"))}
        self.clean["PATH"] = str(self.without_git())

    def without_git(self):
        """A folder with all programs but git."""
        folder = self.folder / "programs"
        folder.mkdir()
        for place in reversed(os.environ["PATH"].split(os.pathsep)):
            for program in pathlib.Path(place).glob("*"):
                if not program.name.startswith("git"):
                    (folder / program.name).unlink(missing_ok=True)
                    (folder / program.name).symlink_to(program)
        self.assertIsNone(shutil.which("git", path=str(folder)))
        return folder

    def ask(self, *arguments, **more):
        found = subprocess.run([self.python, *arguments], **{"cwd": self.folder, "timeout": 1500, **more}, env=self.clean,
                               capture_output=True, text=True)
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
        return found.stdout

    def test_from_a_source_archive_without_git(self):
        tree = self.folder / "sources"
        shutil.copytree(SOURCE, tree, ignore=shutil.ignore_patterns(".git", "build", "build-*", ".venv", "*.h5", "__pycache__"))
        subprocess.run([sys.executable, "-m", "venv", self.folder / "environment"], check=True, timeout=120)
        needed = re.search(r'requires = \["(scikit-build-core[^"]*)"', (SOURCE / "pyproject.toml").read_text()).group(1)
        self.ask("-m", "pip", "install", "--quiet", needed, "h5py")
        self.ask("-c", "from scikit_build_core.build import build_sdist; build_sdist('..')", cwd=tree)
        shutil.rmtree(tree)
        archive, = self.folder.glob("matthew-*.tar.gz")
        with self.subTest("what is missing is named"):
            said = subprocess.run([self.python, "-m", "pip", "install", archive], env={**self.clean, "PKG_CONFIG_LIBDIR": "/",
                                  "PKG_CONFIG_PATH": "/"}, capture_output=True, text=True, timeout=600)
            self.assertNotEqual(said.returncode, 0)
            self.assertRegex(" ".join((said.stdout + said.stderr).split()), "libyaml is missing: install it .*libyaml-dev")
        self.ask("-m", "pip", "install", "--quiet", archive)
        wanted = digest(1)
        for pair in ORDERS:
            with self.subTest(order=pair):
                self.assertEqual(self.ask("-c", PLAIN.format(*pair)), wanted + "\n")
        self.assertIn(matthew.__version__, self.ask("-m", "matthew", "--version"))


if __name__ == "__main__":
    unittest.main()

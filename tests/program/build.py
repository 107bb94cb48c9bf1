"""How a build is known: by the revision of its own repository or archive, and by a digest of its sources."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from support import SOURCE

FOLDERS = ["core", "agents", "market", "parallel", "measure", "output", "study", "interface"]
FACTS = re.compile(r'\{"0\.0\.0", "([^"]*)", (\d), "([^"]*)", "([^"]*)", "cc", "flags"\};')
GIT = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]


class Build(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="matthew-test-")
        self.addCleanup(folder.cleanup)
        self.outer = pathlib.Path(folder.name)
        self.root = self.outer / "matthew"
        self.root.mkdir()
        for name in FOLDERS + ["cmake", "docs"]:
            shutil.copytree(SOURCE / name, self.root / name, ignore=shutil.ignore_patterns("*.png"))
        for name in ("matthew.h", "CMakeLists.txt", ".gitattributes"):
            shutil.copy(SOURCE / name, self.root)

    def git(self, folder, *arguments):
        return subprocess.run([*GIT, "-C", folder, *arguments], check=True, capture_output=True).stdout

    def commit(self, folder):
        """The folder as a repository of one commit; its revision."""
        self.git(folder, "init", "-q")
        self.git(folder, "add", "-A")
        self.git(folder, "commit", "-qm", "one", "--date=2026-03-04T12:00:00")
        return self.git(folder, "rev-parse", "--short=12", "HEAD").decode().strip()

    def facts(self, root=None, **environment):
        """Revision, whether there are changes, digest of the sources, date."""
        source = self.outer / "build.c"
        subprocess.run(["cmake", f"-DROOT={root or self.root}", f"-DSOURCE={source}", "-DVERSION=0.0.0", "-DCOMPILER=cc",
                        "-DFLAGS=flags", "-DFOLDERS=" + ";".join(FOLDERS), "-P", SOURCE / "cmake/Revision.cmake"], check=True,
                       env=dict(os.environ, **environment))
        return FACTS.search(source.read_text()).groups()

    def change(self, name, old, new):
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        self.assertTrue(old in text, f"{name} has no `{old}`")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def test_the_repository_around_is_not_ours(self):
        around = self.commit(self.outer)
        found = self.facts(SOURCE_DATE_EPOCH="0")
        self.assertEqual(found[:2], ("unknown", "0"), f"the repository around is at {around}")
        self.assertEqual(found[3], "January 1, 1970", "the manual page needs a date")

    def test_our_own_repository_is(self):
        around = self.commit(self.outer)
        revision = self.commit(self.root)
        found = self.facts(GIT_DIR=str(self.outer / ".git"))  # as in a hook of the repository around
        self.assertEqual(found[:2], (revision, "0"), f"the repository around is at {around}")
        self.assertRegex(found[3], r"^[A-Z][a-z]+ \d{1,2}, \d{4}$")
        self.change("core/build.h", "How this", "how this")
        self.assertEqual(self.facts()[:2], (revision, "1"))

    def test_an_archive_knows_where_it_is_from(self):
        revision = self.commit(self.root)
        place = self.outer / "unpacked"
        place.mkdir()
        subprocess.run(["tar", "-x", "-C", place], check=True, input=self.git(self.root, "archive", "HEAD"))
        checkout, archive = self.facts(), self.facts(place)
        self.assertEqual(archive, checkout)
        self.assertEqual(archive[0], revision)

    def test_a_constant_makes_another_digest(self):
        first = self.facts()[2]
        self.assertRegex(first, "^[0-9a-f]{16}$")
        self.change("docs/guide.md", "guide", "Guide")
        self.assertEqual(self.facts()[2], first, "the digest depends on the documents")
        for name, old, new in (("core/parameters.def", "0.25", "0.26"), ("agents/fields.def", "FIELD", " FIELD"),
                               ("output/codec/codec.h", "enum", "enum "), ("matthew.h", "enum", "enum "),
                               ("cmake/MatthewTargets.cmake", "-O3", "-O2")):
            self.change(name, old, new)
            found = self.facts()[2]
            self.assertNotEqual(found, first, f"{name} does not count")
            first = found
        (self.root / "core/memory.c").rename(self.root / "core/memories.c")
        self.assertNotEqual(self.facts()[2], first, "names do not count")

    def test_what_else_lies_around_makes_no_other_digest(self):
        """Builds, environments and others' sources may lie in the folder, and tests may be missing there."""
        first = self.facts()[2]
        for name in ("build/wheel/library/CMakeLists.txt", "venv/include/matthew.h", "tests/CMakeLists.txt",
                     "build/cmake/MatthewTargets.cmake", "build/core/memory.c"):
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            self.assertEqual(self.facts()[2], first, f"the digest depends on {name}")

    def test_a_package_that_is_missing_is_named(self):
        """In one sentence, with what to install; also where pip starts the build."""
        nothing = self.outer / "nothing"
        nothing.mkdir()
        off = "-DCMAKE_DISABLE_FIND_PACKAGE_"
        cases = {"OpenMP": ([off + "OpenMP=ON"], {}, "libomp-dev"), "HDF5": ([off + "HDF5=ON"], {}, "libhdf5-dev"),
                 "pkg-config": ([off + "PkgConfig=ON"], {}, "pkg-config"),
                 "libyaml": ([], {"PKG_CONFIG_LIBDIR": str(nothing), "PKG_CONFIG_PATH": str(nothing)}, "libyaml-dev")}
        for what, (arguments, environment, package) in cases.items():
            with self.subTest(what):
                found = subprocess.run(["cmake", "-S", SOURCE, "-B", self.outer / what, "-DMATTHEW_TESTS=OFF", *arguments],
                                       env={**os.environ, **environment}, capture_output=True, text=True, timeout=120)
                said = " ".join(found.stderr.split())
                self.assertNotEqual(found.returncode, 0, "it was configured all the same")
                self.assertRegex(said, rf"{what}[^:]* is missing: install it \(Debian, Ubuntu: apt install [^)]*{package}\)")
                self.assertEqual(said.count("CMake Error"), 1, said)


if __name__ == "__main__":
    unittest.main()

"""Installs into a scratch folder and uses what was installed: pkg-config, find_package, the archive, completion, manual."""

import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

from support import SOURCE, Case

BUILD = pathlib.Path(sys.argv.pop()).resolve()

FOREIGN = r"""
#include <matthew.h>
#include <stdio.h>

/* Names of the library's own that a program may well use too. */
int fail(void);
int fail(void) { return 7; }
double random_unit(void);
double random_unit(void) { return 0.5; }

int main(void) {
    matthew_scenario *scenario;
    matthew_race *race;
    double hhi;
    if (matthew_scenario_load(&scenario, "core-race") != MATTHEW_OK ||
        matthew_scenario_set_firms(scenario, 500) != MATTHEW_OK || matthew_race_new(&race, scenario) != MATTHEW_OK ||
        matthew_race_run(race, 5) != MATTHEW_OK || matthew_race_indicator(race, "accounts_hhi", &hhi) != MATTHEW_OK) {
        fprintf(stderr, "%s\n", matthew_message());
        return 1;
    }
    printf("%ld %d %.3f\n", matthew_race_month(race), fail(), random_unit());
    matthew_race_free(race);
    matthew_scenario_free(scenario);
    return hhi > 0 && hhi < 1 ? 0 : 1;
}
"""

LISTS = """
cmake_minimum_required(VERSION 3.25)
project(foreign LANGUAGES C)
find_package(matthew 0.1 REQUIRED COMPONENTS static)
add_executable(foreign_shared foreign.c)
target_link_libraries(foreign_shared PRIVATE matthew::matthew)
add_executable(foreign_static foreign.c)
target_link_libraries(foreign_static PRIVATE matthew::matthew_static)
"""

WITHIN = """
cmake_minimum_required(VERSION 3.25)
project(around LANGUAGES C)
enable_testing()
add_subdirectory("{source}" part)
add_executable(foreign_shared foreign.c)
target_link_libraries(foreign_shared PRIVATE matthew::matthew)
add_executable(foreign_static foreign.c)
target_link_libraries(foreign_static PRIVATE matthew::matthew_static)
"""


def run(*command, **keywords):
    result = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=300, **keywords)
    if result.returncode != 0:
        raise AssertionError(f"{command[0]} ended with {result.returncode}:\n{result.stdout}{result.stderr}")
    return result.stdout


def cache(name):
    for line in (BUILD / "CMakeCache.txt").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return line.split("=", 1)[1]
    return ""


@unittest.skipIf(cache("MATTHEW_SANITIZE"), "sanitizers want the whole program built with them")
class Install(Case):
    def setUp(self):
        super().setUp()
        self.prefix = self.path("prefix")
        run("cmake", "--install", BUILD, "--prefix", self.prefix)
        self.library = self.prefix / "lib"
        self.compiler = cache("CMAKE_C_COMPILER")
        self.source = self.write("foreign.c", FOREIGN)
        self.environment = dict(os.environ, PKG_CONFIG_PATH=str(self.library / "pkgconfig"))

    def test_what_was_installed_works(self):
        with self.subTest("files"):
            for name in ("bin/matthew", "lib/libmatthew.so", "lib/libmatthew.a", "include/matthew.h", "lib/pkgconfig/matthew.pc",
                         "lib/cmake/matthew/matthew-config.cmake", "share/man/man1/matthew.1",
                         "share/bash-completion/completions/matthew", "share/zsh/site-functions/_matthew"):
                self.assertTrue((self.prefix / name).exists(), name)
            headers = [p.name for p in (self.prefix / "include").rglob("*") if p.is_file()]
            self.assertEqual(headers, ["matthew.h"])
            text = run(self.prefix / "bin/matthew", "--version")
            self.assertIn("matthew 0.", text)
        with self.subTest("pkg-config, shared"):
            flags = run("pkg-config", "--cflags", "--libs", "matthew", env=self.environment).split()
            run(self.compiler, self.source, *flags, f"-Wl,-rpath,{self.library}", "-o", self.path("shared"))
            self.assertEqual(run(self.path("shared")), "5 7 0.500\n")
        with self.subTest("the example of the guide"):
            guide = (SOURCE / "docs/guide.md").read_text(encoding="utf-8")
            example = self.write("example.c", re.search(r"```c\n(.*?)```", guide, flags=re.S).group(1))
            run(self.compiler, "-Wall", "-Wextra", "-Werror", example, *flags, f"-Wl,-rpath,{self.library}", "-o",
                self.path("example"))
            lines = run(self.path("example")).splitlines()
            self.assertEqual([line.split()[0] for line in lines], [str(month) for month in range(12, 181, 12)])
        with self.subTest("pkg-config, archive"):
            flags = run("pkg-config", "--static", "--cflags", "--libs", "matthew", env=self.environment).split()
            flags = [str(self.library / "libmatthew.a") if f == "-lmatthew" else f for f in flags]
            run(self.compiler, self.source, *flags, "-o", self.path("static"))
            self.assertEqual(run(self.path("static")), "5 7 0.500\n")
        with self.subTest("find_package"):
            self.write("CMakeLists.txt", LISTS)
            run("cmake", "-G", "Ninja", "-S", self.folder, "-B", self.path("build"), f"-DCMAKE_PREFIX_PATH={self.prefix}",
                f"-DCMAKE_C_COMPILER={self.compiler}")
            run("cmake", "--build", self.path("build"))
            for name in ("foreign_shared", "foreign_static"):
                self.assertEqual(run(self.path("build") / name), "5 7 0.500\n")

    def test_it_is_part_of_another_project(self):
        self.write("CMakeLists.txt", WITHIN.format(source=SOURCE))
        build = self.path("build")
        launcher = cache("CMAKE_C_COMPILER_LAUNCHER")
        run("cmake", "-G", "Ninja", "-S", self.folder, "-B", build, f"-DCMAKE_C_COMPILER={self.compiler}",
            f"-DCMAKE_C_COMPILER_LAUNCHER={launcher}", "-DCMAKE_C_FLAGS=-O0")
        targets = run("cmake", "--build", build, "--target", "help")
        self.assertNotIn("test_", targets, "tests are built that nobody asked for")
        self.assertEqual(json.loads(run("ctest", "--test-dir", build, "--show-only=json-v1"))["tests"], [])
        run("cmake", "--build", build)
        for name in ("foreign_shared", "foreign_static"):
            self.assertEqual(run(build / name), "5 7 0.500\n")
        self.assertEqual(self.files(), ["CMakeLists.txt", "build", "foreign.c", "prefix"], "the build wrote outside its folder")
        run("cmake", "--install", build, "--prefix", self.path("nothing"))
        self.assertFalse(self.path("nothing").exists(), "the project around installs what it did not ask for")


if __name__ == "__main__":
    unittest.main()

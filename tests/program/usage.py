"""Help, listings, complaints: everything that does not need a history file."""

import json
import os
import pty
import re
import subprocess
import sys
import unittest

import h5py

from support import PROGRAM, SMALL, SOURCE, Case


class Help(Case):
    def test_help_lists_commands_and_options(self):
        text = self.works("--help").stdout
        commands = re.findall(r"^  (\w+) ", text.split("Options:")[0], flags=re.M)
        self.assertEqual(commands, ["run", "sweep", "replay", "validate", "parameters", "scenarios", "info", "completion"])
        for command in commands:
            text = self.works(command, "--help").stdout
            self.assertIn(f"usage: matthew {command}", text)
            self.assertIn("--help", text)
        for option in ("--set", "--seed", "--firms", "--months", "--threads", "--output", "--record", "--every", "--precision",
                       "--resume", "--check", "--reproducible", "--force", "--json", "--quiet"):
            self.assertIn(option, self.works("run", "--help").stdout)

    def test_version_tells_how_it_was_built(self):
        text = self.works("--version").stdout
        for word in ("matthew 0.", "revision", "sources", "compiler", "flags", "HDF5 ", "OpenMP", "instruction set"):
            self.assertIn(word, text)

    def test_instruction_set_is_chosen_by_the_environment(self):
        environment = dict(os.environ, MATTHEW_ISA="baseline")
        self.assertIn("baseline in use", self.works("--version", env=environment).stdout)
        self.refused("--version", env=dict(os.environ, MATTHEW_ISA="mmx"), says=["MATTHEW_ISA", "mmx"])


class Usage(Case):
    def test_mistyped_words_get_a_hint(self):
        self.refused("rnu", says="`run`")
        self.refused("run", "--moths", "3", says="`--months`")
        self.refused("scenarios", "frontier-rac", says="`frontier-race`")
        self.refused("run", "frontier-rase", says="frontier-race")
        self.refused("parameters", "capital.pol", says="capital.pool")
        self.refused("run", "--set", "customers.consumer.network_exponet=1", says="customers.consumer.network_exponent")

    def test_wrong_usage_is_refused(self):
        self.refused(says="no command")
        self.refused("run", "a", "b", says="`b`")
        self.refused("info", says="FILE.h5")
        self.refused("run", "--set", says="PATH=VALUE")
        self.refused("run", "--set", "capital.pool=-3", says="matthew: --set capital.pool=-3: -3 is outside")
        self.refused("run", "--set", "capital", says="matthew: --set capital: expected PATH=VALUE")
        self.refused("run", "--seed", "-3", says="matthew: --seed: -3 is outside")
        self.refused("run", "frontier-race", "--firms", "1", says="matthew: --firms: 1 firms, but the scenario names")
        self.refused("run", "--check=yes", says="takes no argument")
        self.refused("run", "--record", "all", says="-o")
        self.refused("run", "--resume", says="-o")
        self.refused("run", "-o", "", says="-o")
        self.refused("run", "--precision", "half", says="double or single")
        self.refused("completion", "fish", says=["fish", "zsh"])

    def test_numbers_must_make_sense(self):
        for option, value in (("--firms", "0"), ("--firms", "-1"), ("--firms", "1e3"), ("--firms", "99999999"), ("--firms", "5x"),
                              ("--months", "0"), ("--months", "-3"), ("--months", "x"), ("--months", "1000000"),
                              ("--seed", "-1"), ("--seed", "1.5"), ("--seed", "9007199254740992"), ("--seed", ""),
                              ("--threads", "0"), ("--threads", "two"), ("--every", "0"), ("--every", "-2")):
            with self.subTest(option=option, value=value):
                self.refused("run", option, value, says=option)
        for value in ("nan", "inf", "1e999", "-0.5", "x", "", "0x1p3"):
            with self.subTest(value=value):
                self.refused("run", "--set", f"customers.consumer.network_exponent={value}",
                             says="customers.consumer.network_exponent")

    def test_control_characters_do_not_break_the_line(self):
        self.refused("run", "--set", "a\nb\033[31m=1")
        self.refused("ru\nn")


class Scenarios(Case):
    def test_every_shipped_scenario_reads_back(self):
        names = [line.split()[0] for line in self.works("scenarios").stdout.splitlines()]
        self.assertIn("frontier-race", names)
        self.assertIn("core-race", names)
        for name in names:
            path = self.write(name.replace("/", "-") + ".yaml", self.works("scenarios", name).stdout)
            same = [json.loads(self.works("run", which, "--firms", 300, "--months", 2, "--json").stdout)["digest"]
                    for which in (name, path)]
            self.assertEqual(same[0], same[1], name)

    def test_bad_files_are_refused(self):
        bomb = "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(50))
        for name, text, says in (
            ("unknown", "base: frontier-race\nmoths: 3\n", ["moths", "months", ":2"]),
            ("unknown-path", "base: frontier-race\nset:\n  capital.pol: 3\n", ["capital.pool", ":3"]),
            ("range", "base: frontier-race\nset:\n  talent.researcher.search: 2\n", ["search", ":3"]),
            ("nan", "base: frontier-race\nset:\n  capital.pool: .nan\n", ["capital.pool", ":3"]),
            ("type", "base: frontier-race\nset:\n  capital.pool: [1, 2]\n", ["capital.pool", ":3"]),
            ("duplicate", "base: frontier-race\nmonths: 3\nmonths: 4\n", ["months", ":3"]),
            ("empty", "", ["empty.yaml"]),
            ("bomb", bomb, ["bomb.yaml"]),
            ("deep", "a: " + "[" * 5000, ["deep.yaml"]),
            ("no-base", "base: nowhere\n", ["nowhere"]),
            ("zero-firms", "base: frontier-race\nfirms: 0\n", ["firms"]),
            ("zero-months", "base: frontier-race\nmonths: 0\n", ["months"]),
            ("negative-seed", "base: frontier-race\nseed: -4\n", ["seed"]),
            ("binary", "\x00\x01\x02", ["binary.yaml"]),
            ("ally", "base: frontier-race\nnamed_firms:\n  OpenAI: {ally: Gogle}\n", [":3:18: firms.OpenAI.ally", "`Google`"]),
            ("chips", "base: frontier-race\nnamed_firms: {OpenAI: {own_gpus: 1e6}}\n", [":2:34: firms.OpenAI.own_gpus"]),
            ("few", "base: frontier-race\nset:\n  customers.*:\n    population: 9\n", [":4:17: customers.consumer.population"]),
            ("later", "base: frontier-race\nset: {customers.price_min: 10}\n"
                      "schedule: [{month: 3, set: {customers.price_max: 1}}]\n", [":3:20: schedule, month 3: customers.price_min"]),
            ("elsewhere", "base: frontier-race\nset: {firms.OpenAI.gpus: 3}\n", [":2:7", "under `named_firms`"]),
            ("wide-space", "base: frontier-race\nset: {capital.pool: 9\u00a0}\n", [":2:21", "`9\\u00a0`"]),
        ):
            with self.subTest(name=name):
                self.refused("run", self.write(name + ".yaml", text), says=says)
        self.refused("run", "--set", "named_firms.OpenAI.gpus=3", says="firms.NAME.FIELD")
        self.refused("run", self.path("missing.yaml"), says="missing.yaml")
        self.refused("run", self.folder / "", says=self.folder.name)
        with open(self.path("huge.yaml"), "wb") as file:
            file.truncate(1 << 30)
        self.refused("run", self.path("huge.yaml"), says="huge.yaml")


    def test_the_lines_of_the_readme_work(self):
        """As they stand, but for the path of the program, fewer firms, months and replications, and files in a folder of the test."""
        readme = (SOURCE / "README.md").read_text(encoding="utf-8")
        block = re.search(r"## Ten lines of use\n\n```\n(.*?)```", readme, flags=re.S).group(1)
        lines = [line.split("  #")[0].strip() for line in block.splitlines()]
        self.assertTrue(lines[0].startswith("export PATH="), lines[0])
        self.path("matthew").symlink_to(PROGRAM)
        environment = dict(os.environ, PATH=f"{self.folder}:{os.environ['PATH']}", OMP_NUM_THREADS="2")
        for line in lines[1:]:
            short = line.replace(".venv/bin/python", sys.executable).replace("--replications 10", "--replications 1")
            if line.startswith("matthew sweep"):
                file = line.split()[2]
                text = (SOURCE / file).read_text(encoding="utf-8")
                for key, value in (("firms", 60), ("months", 14), ("replicates", 1)):
                    text = re.sub(rf"^{key}: \d+$", f"{key}: {value}", text, flags=re.M)
                self.path(file).parent.mkdir(parents=True)
                self.write(file, text)
            if line.startswith("matthew run"):
                short = re.sub(r"--(months|firms) \d+", "", short) + " --months 3 --firms 100"
            with self.subTest(line):
                result = subprocess.run(["bash", "-c", short], cwd=self.folder, env=environment, capture_output=True, text=True,
                                        timeout=300)
                self.assertIn(result.returncode, (0, 3) if "validate" in line else (0,), result.stderr)
        for name in ("first.h5", "stronger.h5", "tipping.h5", "mine.yaml", "mine.h5"):
            self.assertTrue(self.path(name).exists(), name)

    def test_the_example_of_the_guide_is_valid(self):
        guide = (SOURCE / "docs/guide.md").read_text(encoding="utf-8")
        example = self.write("example.yaml", re.search(r"```yaml\n(.*?)```", guide, flags=re.S).group(1))
        self.works("run", example, "--firms", "300", "--months", "26", "--check")


class Parameters(Case):
    def test_json_is_complete(self):
        table = json.loads(self.works("parameters", "--json").stdout)
        keys = {"path", "type", "default", "min", "max", "plausible_min", "plausible_max", "unit", "description", "source"}
        self.assertEqual(len({p["path"] for p in table}), len(table))
        for parameter in table:
            self.assertLessEqual(keys, set(parameter))
            if parameter["type"] == "real":
                self.assertLessEqual(parameter["min"], parameter["default"])
                self.assertLessEqual(parameter["default"], parameter["max"])
            elif parameter["type"] == "switch":
                self.assertIn(parameter["default"], (True, False))
            else:
                self.assertIn(parameter["default"], parameter["options"])
        lines = self.works("parameters").stdout.splitlines()
        self.assertEqual([line.split()[0] for line in lines[1:]], [p["path"] for p in table])

    def test_every_default_may_be_set(self):
        table = json.loads(self.works("parameters", "--json").stdout)
        words = {True: "on", False: "off"}
        settings = [f"--set={p['path']}={words.get(p['default'], p['default']) if p['type'] == 'switch' else p['default']}"
                    for p in table if not p["path"].startswith(("entry.rate", "strategies."))]
        self.works("run", *SMALL, *settings)

    def test_patterns(self):
        self.assertEqual(len(self.works("parameters", "customers.*.network_exponent").stdout.splitlines()), 5)
        self.assertIn("source", self.works("parameters", "capital.pool").stdout)
        self.assertIn("capital.pool_growth", self.works("parameters", "capital.poo").stdout)
        self.assertEqual(len(json.loads(self.works("parameters", "--json", "capital.pool").stdout)), 1)


class Output(Case):
    def test_lost_output_is_an_error(self):
        for arguments in (["parameters"], ["--help"], ["--version"], ["scenarios"], ["run", *SMALL], ["run", *SMALL, "--json"]):
            with self.subTest(arguments=arguments):
                with open("/dev/full", "w") as full:
                    result = subprocess.run([PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
                self.assertEqual(result.returncode, 1)
                self.assertIn("standard output", result.stderr)
                result = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", PROGRAM, *arguments], stderr=subprocess.PIPE,
                                        text=True, timeout=60)
                self.assertEqual(result.returncode, 1)
                self.assertIn("standard output", result.stderr)

    def test_json_is_one_object_and_nothing_else(self):
        result = self.works("run", *SMALL, "--json")
        summary = json.loads(result.stdout)
        self.assertEqual(summary["status"], "complete")
        self.assertEqual(summary["month"], 6)
        self.assertEqual(summary["output"], None)
        firms = summary["firms"]
        self.assertEqual(firms["initial"], 300)
        self.assertEqual(summary["indicators"]["active_firms"], firms["initial"] + firms["entries"] - firms["exits"])
        self.assertGreater(summary["firm_steps"], 6 * 200)
        self.assertIn("accounts_hhi", summary["indicators"])

    def test_table_has_what_matters(self):
        text = self.works("run", *SMALL).stdout
        for word in ("accounts", "revenue", "staff", "compute", "HHI", "CR4", "frontier", "firms", "firm-steps a second"):
            self.assertIn(word, text)

    def test_quiet_is_silent(self):
        result = self.works("run", *SMALL, "--quiet")
        self.assertEqual(result.stdout + result.stderr, "")

    def on_terminal(self, *arguments):
        """What the program writes to a terminal that is its stderr."""
        ours, theirs = pty.openpty()
        with subprocess.Popen([PROGRAM, *arguments], stdout=subprocess.DEVNULL, stderr=theirs,
                              env=dict(os.environ, TERM="xterm")) as process:
            os.close(theirs)
            text = b""
            try:
                while piece := os.read(ours, 65536):
                    text += piece
            except OSError:
                pass
        os.close(ours)
        self.assertEqual(process.returncode, 0)
        return text.decode()

    def test_what_is_surely_not_meant_is_told_and_kept(self):
        told = "matthew: warning: firms.OpenAI.cash: 1e10 is outside the plausible range, -100000 to 1e6 M$\n"
        for options, expected in (["--set", "firms.OpenAI.cash=1e10"], told), ([], ""):
            path = self.folder / "race.h5"
            done = self.works("run", *SMALL, *options, "-o", path, "--force")
            self.assertEqual("".join(line + "\n" for line in done.stderr.splitlines() if "warning" in line), expected)
            with h5py.File(path) as file:
                kept = file["scenario/warnings"].asstr()[()]
            self.assertEqual(kept, expected.removeprefix("matthew: warning: "))
            self.assertEqual(self.works("run", *SMALL, *options, "--quiet").stderr, "")

    def test_progress_is_a_bar_on_a_terminal_alone(self):
        long_race = ["run", "core-race", "--firms", "2000", "--months", "400"]
        bar = self.on_terminal(*long_race)
        self.assertRegex(bar, r"month \d+/400 \[[#-]+\].*left")
        self.assertTrue(bar.endswith("\r\033[K"))
        self.assertEqual(self.on_terminal(*long_race, "--quiet"), "")
        self.assertNotIn("\r", self.works(*long_race).stderr)

    def test_nothing_depends_on_the_locale(self):
        plain = self.works("parameters", env=dict(os.environ, LC_ALL="C")).stdout
        self.assertEqual(plain, self.works("parameters", env=dict(os.environ, LC_ALL="de_DE.UTF-8")).stdout)


class Shells(Case):
    def test_bash_completes(self):
        script = self.write("matthew.bash", self.works("completion", "bash").stdout)

        def complete(*words):
            text = f'source {script}; COMP_WORDS=({" ".join(words)}); COMP_CWORD={len(words) - 1}; _matthew; echo "${{COMPREPLY[*]}}"'
            return subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=True).stdout.split()

        self.assertEqual(complete("matthew", "ru"), ["run"])
        self.assertEqual(complete("matthew", "run", "fro"), ["frontier-race"])
        self.assertEqual(complete("matthew", "run", "--re"), ["--record", "--resume", "--reproducible"])
        self.assertEqual(complete("matthew", "run", "--set", "customers.consumer.network_e"),
                         ["customers.consumer.network_exponent="])
        self.assertEqual(complete("matthew", "run", "--precision", "s"), ["single"])
        self.assertEqual(complete("matthew", "run", "--record", "conge"), ["congestion"])
        self.assertEqual(complete("matthew", "run", "--record", "cash,firm_r"), ["cash,firm_region"])
        self.assertEqual(complete("matthew", "run", "--record", "revenue_h"), ["revenue_hhi", "revenue_hill"])

    def test_zsh_reads_its_script(self):
        script = self.write("_matthew", self.works("completion", "zsh").stdout)
        subprocess.run(["zsh", "-n", str(script)], check=True)
        text = f'autoload -U compinit; compinit -D -u; source {script}; print -- $_comps[matthew]'
        result = subprocess.run(["zsh", "-f", "-c", text], capture_output=True, text=True, check=True)
        self.assertEqual(result.stdout.strip(), "_matthew")

    def test_manual_page_is_well_formed(self):
        page = self.write("matthew.1", self.works("manual").stdout)
        lint = subprocess.run(["mandoc", "-Tlint", "-W", "style", str(page)], capture_output=True, text=True)
        self.assertEqual(lint.stdout, "")
        text = page.read_text()
        for word in ("matthew run", "matthew parameters", "EXIT STATUS", "\\-\\-resume", "MATTHEW_ISA"):
            self.assertIn(word, text.replace("Fl \\-", "\\-\\-"))


if __name__ == "__main__":
    unittest.main()

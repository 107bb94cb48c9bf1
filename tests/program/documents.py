"""The documents say what the code does: generated pages are fresh, names, equations and links in them exist."""

import importlib.machinery
import importlib.util
import pathlib
import re
import subprocess
import sys
import unittest

from support import PROGRAM, SOURCE, Case

GENERATOR = SOURCE / "docs/generate"
DOCUMENTS = sorted([*SOURCE.glob("*.md"), *SOURCE.glob("docs/*.md")])
EQUATIONS = range(1, 27)


def generator():
    loader = importlib.machinery.SourceFileLoader("generate", str(GENERATOR))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("generate", loader))
    loader.exec_module(module)
    return module


def text_of(path):
    return (SOURCE / path).read_text(encoding="utf-8")


def backticked(text):
    text = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    return re.findall(r"`([^`\n]+)`", text)


class Generated(Case):
    def test_pages_are_fresh(self):
        result = subprocess.run([sys.executable, GENERATOR, "--check", PROGRAM], capture_output=True, text=True, timeout=60)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_rows_of_a_table_are_alike(self):
        for table, rows in generator().tables(PROGRAM).items():
            self.assertTrue(rows, table)
            for row in rows:
                self.assertEqual(list(row), list(rows[0]), table)

    def test_tables_are_read_whole(self):
        """Each entry of a table is a row: counted by another way than the generator reads them."""
        page = text_of("docs/reference.md") + text_of("docs/parameters.md")
        for path, pattern in (("agents/fields.def", r"^FIELD(?:_\w+\(\w+, |\()(\w+)"), ("agents/industry.def", r"^INDUSTRY\w*\((\w+)"),
                              ("agents/genes.def", r"^GENE\((\w+)"), ("agents/events.def", r"^EVENT\((\w+)"),
                              ("agents/events.def", r'^EVENT_\w+\(\w+, "(\w+)"'),
                              ("agents/payments.def", r"^(?:PAYMENT|SECTOR)\((\w+)"), ("core/purposes.def", r"^PURPOSE\((\w+)"),
                              ("measure/indicators.def", r"^(?:MEMBER_)?INDICATOR\((\w+)"), ("core/named.def", r"^NAMED\((\w+)"),
                              ("agents/register.def", r'^REGISTER_\w+\(.*?"(\w+)"'),
                              ("output/history/recording.def", r"^RECORDING_\w+\((\w+)"),
                              ("core/parameters.def", r"^(?:REAL|SWITCH|CHOICE|MEMBER)\(\w+, (\w+)")):
            names = re.findall(pattern, text_of(path), flags=re.M)
            self.assertGreater(len(names), 5, path)
            for name in names:
                self.assertTrue(re.search(rf"`([a-z]+\.([A-Z]+\.)?)?{name}`", page), f"{name} of {path}")


class Names(Case):
    def setUp(self):
        super().setUp()
        self.generate = generator()
        self.paths = set(self.generate.parameters(PROGRAM))
        for entries in self.generate.parameters(PROGRAM).values():
            self.paths |= {entry["path"] for entry in entries}
        self.recorded = self.generate.names_recorded(PROGRAM)

    def is_parameter(self, name):
        """A path, one with SEGMENT and the like for the member, or a pattern with stars."""
        pattern = re.escape(name).replace(r"\*", r"[\w]+") + r"\Z"
        return any(re.match(pattern, path) for path in self.paths)

    def test_parameters_in_documents(self):
        """Whatever looks like the path of a parameter is one; the model document names every parameter but genes."""
        groups = {path.split(".")[0] for path in self.paths}
        for path in DOCUMENTS:
            named = [re.match(r"[\w.*]+", name).group() for name in backticked(path.read_text(encoding="utf-8"))
                     if re.match(r"[a-z]+\.[\w*]", name)]
            named = [name for name in named if name.split(".")[0] in groups and not name.endswith((".py", ".md"))]
            self.assertEqual([name for name in named if not self.is_parameter(name)], [], path.name)
        text = text_of("docs/model.md") + text_of("docs/guide.md")
        missing = [path for path in self.generate.parameters(PROGRAM) if path not in text and not path.startswith("strategies.")]
        self.assertEqual(missing, [])

    def test_statements_of_the_source_document(self):
        """Each row leads to equations, parameters and recorded variables that exist, or says why to none."""
        lines = text_of("docs/statements.md").splitlines()
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
        self.assertEqual(rows[0], ["statement", "mechanism", "parameters", "recorded", "acts by default, or switched on how"])
        rows = rows[2:]
        self.assertGreater(len(rows), 40)
        for row in rows:
            self.assertEqual(len(row), 5, row)
            statement, mechanism, parameters, recorded, acts = row
            self.assertTrue(statement and mechanism, row)
            self.assertEqual(acts == "no mechanism", mechanism.startswith("none"), row)
            self.check_acts(backticked(parameters), backticked(acts), acts)
            for number in re.findall(r"\((\d+)\)", mechanism):
                self.assertIn(int(number), EQUATIONS, row)
            for name in backticked(parameters):
                self.assertTrue(self.is_parameter(name), f"{name} in {row}")
            for name in backticked(recorded):
                self.assertTrue(name in self.recorded, f"{name} in {row}")

    # What has to be on, beside the switch of its group, for parameters with this beginning to do anything.
    SWITCHES = {"capital.claim_": "capital.claims", "capital.leader_premium": "capital.leader_premium",
                "compute.own_": "compute.own_silicon", "compute.rent_": "compute.rent", "compute.alliance_": "compute.alliances",
                "technology.jump": "technology.training", "technology.luck": "technology.training",
                "technology.run_": "technology.training", "technology.optimisation_": "technology.serving",
                "technology.congestion_": "technology.serving"}
    ZERO_IS_A_VALUE = {"exit.cash_floor"}

    def acts_by_default(self, name):
        """Whether a parameter can do something at the defaults: it is not 0 or `none` for all members, and its switches are on."""
        rows = self.generate.parameters(PROGRAM)
        defaults = {entry["path"]: entry["default"] for entries in rows.values() for entry in entries}
        own = [entry["default"] for entry in rows[name]] if name in rows else [defaults[name]]
        switches = [f"{name.split('.')[0]}.enabled", *(switch for begin, switch in self.SWITCHES.items() if name.startswith(begin))]
        idle = ("0", False, "none")  # numbers are as the program writes them
        return (name in self.ZERO_IS_A_VALUE or any(value not in idle for value in own)) and all(
            defaults.get(switch, True) not in idle for switch in switches)

    def check_acts(self, parameters, named, acts):
        """What the last column says against the defaults: it names the parameters that do nothing, and no others."""
        idle = {name for name in parameters if not self.acts_by_default(name)}
        told = {name for name in named if self.is_parameter(name)}
        self.assertEqual(told, idle, f"'{acts}' names {sorted(told)}; idle at the defaults are {sorted(idle)}")
        self.assertTrue("acts by default" in acts or acts == "no mechanism" or (idle and idle == set(parameters)), acts)

    def test_a_parameter_that_is_off_is_known_to_be(self):
        for name, acts in (("capital.leader_premium_top", False), ("technology.decay_growth", False), ("technology.decay", True),
                           ("customers.SEGMENT.switching_cost", False), ("regions.REGION.friendly", True), ("value.enabled", True)):
            self.assertEqual(self.acts_by_default(name), acts, name)

    def test_columns_of_the_model_document(self):
        """A name with an underscore is that of a column, an indicator, a gene, a payment, a field or a parameter."""
        generate = self.generate
        known = self.recorded | {path.split(".")[-1] for path in self.paths}
        for table in ("industry", "genes", "payments", "sectors", "named", "facts"):
            known |= {row["name"] for row in generate.tables(PROGRAM)[table]}
        named = [name for name in backticked(text_of("docs/model.md")) if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name)]
        self.assertEqual([name for name in named if name not in known], [])


class Calibrated(Case):
    def test_the_list_is_that_of_the_program(self):
        """docs/validation.md lists the lines of the table of parameters whose source begins with C, and counts them."""
        block = re.search(r"<!-- calibrated:begin -->\n(.*?)<!-- calibrated:end -->", text_of("docs/validation.md"), re.S)[1]
        sources = {path: entries[0]["source"] for path, entries in generator().parameters(PROGRAM).items()}
        wanted = [path for path, source in sources.items() if source.startswith("C")]
        self.assertEqual(backticked(block), wanted, "run docs/measure")
        self.assertEqual([int(n) for n in re.findall(r"\b\d+\b", block)[:2]], [len(wanted), len(sources)], "run docs/measure")


class Guide(Case):
    def test_every_scenario_and_command(self):
        text = text_of("docs/guide.md")
        names = [line.split()[0] for line in self.works("scenarios").stdout.splitlines()]
        self.assertGreater(len(names), 3)
        for name in names:
            self.assertTrue(f"| `{name}` |" in text, name)
        listed = self.works("--help").stdout.split("Commands:\n")[1].split("\n\n")[0]
        commands = re.findall(r"^  (\w+)", listed, flags=re.M)
        self.assertGreater(len(commands), 5)
        for command in commands:
            self.assertTrue(f"matthew {command}" in text, command)

    def test_every_switch(self):
        text = text_of("docs/guide.md")
        entries = [entries[0] for entries in generator().parameters(PROGRAM).values()]
        self.assertEqual([e["path"] for e in entries if e["type"] != "real" and f"`{e['path']}`" not in text], [])


class Equations(Case):
    def test_the_model_document_has_every_equation(self):
        blocks = re.findall(r"^```.*?^```", text_of("docs/model.md"), flags=re.S | re.M)
        numbers = [int(n) for block in blocks for n in re.findall(r"\((\d+)[a-z]?\)$", block, flags=re.M)]
        self.assertEqual(sorted(set(numbers)), list(EQUATIONS))
        labels = [n for block in blocks for n in re.findall(r"\((\d+[a-z]?)\)$", block, flags=re.M)]
        self.assertEqual(len(labels), len(set(labels)))

    def test_comments_name_equations_that_exist(self):
        cited = 0
        for folder in ("core", "agents", "market", "parallel", "measure", "output", "study"):
            for path in sorted((SOURCE / folder).rglob("*.[chd]*")):
                for comment in re.findall(r"/\*.*?\*/", path.read_text(encoding="utf-8"), flags=re.S):
                    for number in re.findall(r"(?:(?<=[\s(])|(?<=[(]))\((\d{1,2})\)|\bequations? (\d+)", comment):
                        cited += 1
                        self.assertIn(int(number[0] or number[1]), [0, *EQUATIONS], f"{path.name}: {comment}")
        self.assertGreater(cited, 80)


class Links(Case):
    def test_links_lead_somewhere(self):
        for path in DOCUMENTS:
            text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.S | re.M)
            for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
                if "://" not in target:
                    self.assertTrue((path.parent / target).exists(), f"{path.name}: {target}")

    def test_what_a_new_column_needs_is_told_whole(self):
        """Files that tell single columns apart are named where ARCHITECTURE says how to add one."""
        told = re.search(r"To add a firm column:.*?To add a\s", text_of("ARCHITECTURE.md"), flags=re.S)[0]
        named = set(re.findall(r"`(?:\w+/)*(\w+\.c)`", told))
        apart = {path.name for folder in ("agents", "market", "parallel", "output") for path in (SOURCE / folder).rglob("*.c")
                 if re.search(r"\bFIELD_[a-z]", path.read_text(encoding="utf-8"))}
        self.assertEqual(named, apart)

    def test_files_that_are_named_exist(self):
        """A path of the repository in a document: folder/file."""
        for path in DOCUMENTS:
            for name in re.findall(r"(?<![\w/.])((?:core|agents|market|parallel|measure|output|study|program|docs|tests|cmake)/[\w./-]*\w)",
                                   path.read_text(encoding="utf-8")):
                if "{" in name or name.endswith(("tests/TIER", "docs/generate")) or "*" in name:
                    continue
                exists = (SOURCE / name).exists() or list(SOURCE.glob(name + "*"))
                self.assertTrue(exists, f"{path.name}: {name}")


if __name__ == "__main__":
    unittest.main()

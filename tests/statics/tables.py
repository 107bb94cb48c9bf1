"""Makes the tables of comparative statics and of what speed is worth.

    MATTHEW_PROGRAM=build/tests/matthew .venv/bin/python tests/statics/tables.py [--write] [--replications R] [statics] [costs] [pays]
                                               [again-statics] [again-pays]

Prints the tables that are named, all of them without a name; with --write they replace those of docs/model.md.
"""

import argparse
import pathlib
import re
import sys

from again import again_pays, again_statics
from effects import costs_table, statics_table
from pays import pays_tables

TABLES = {"statics": ("statics", statics_table), "costs": ("costs", costs_table), "pays": ("blitz", pays_tables),
          "again-statics": ("again-statics", again_statics), "again-pays": ("again-pays", again_pays)}  # mark, maker
DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "model.md"


def put(text, mark, table):
    """The text with the table between its marks."""
    found = re.subn(rf"(<!-- {mark}:begin -->\n).*?(<!-- {mark}:end -->)", lambda m: m[1] + table + m[2], text, flags=re.S)
    if found[1] != 1:
        raise SystemExit(f"{DOCUMENT}: no marks <!-- {mark}:begin --> and <!-- {mark}:end -->")
    return found[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tables", nargs="*", choices=[*TABLES, []])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--replications", type=int)
    given = parser.parse_args()
    made = {}
    for name, (mark, make) in TABLES.items():
        if not given.tables or name in given.tables:
            made[mark] = make(**({"replications": given.replications} if given.replications else {}))
            print(made[mark], flush=True)
    if given.write:
        text = DOCUMENT.read_text(encoding="utf-8")
        for mark, table in made.items():
            text = put(text, mark, table)
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

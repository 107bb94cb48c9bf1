"""`python -m matthew` is the program `matthew`."""

from __future__ import annotations

import os
import sys

from ._library import path


def main() -> None:
    program = path().parent / "matthew"
    if not program.exists():
        sys.exit(f"matthew: the program is missing beside {path()}")
    os.execv(program, ["matthew", *sys.argv[1:]])


if __name__ == "__main__":
    main()

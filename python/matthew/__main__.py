"""`python -m matthew` is the program `matthew`."""

import os
import sys

from ._library import path


def main():
    program = path().parent / "matthew"
    if not program.exists():
        sys.exit(f"matthew: the program is missing beside {path()}")
    os.execv(program, ["matthew", *sys.argv[1:]])


if __name__ == "__main__":
    main()

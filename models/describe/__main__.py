"""``python -m models.describe``: write the networks, or with ``--check`` say which files differ."""

from __future__ import annotations

import argparse
import sys

from models.describe.files import FOLDER, README, texts


def main() -> int:
    """Write every file, or compare them and return 1 if one differs."""
    parser = argparse.ArgumentParser(prog="python -m models.describe", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file differs")
    check = parser.parse_args().check
    wanted = texts()
    names = {path.name for path in FOLDER.glob("*.m")} | {README}
    present = {name: (FOLDER / name).read_text(encoding="utf-8") for name in names}
    differ = sorted(name for name in {*wanted, *present} if wanted.get(name) != present.get(name))
    for name in differ:
        what = "differs" if check else "written"
        print(f"{name} {what if name in wanted else 'has no description'}")
        if not check and name in wanted:
            (FOLDER / name).write_text(wanted[name], encoding="utf-8", newline="\n")
    return 1 if check and differ else 0


if __name__ == "__main__":
    sys.exit(main())

"""``python -m bench [--json FILE]``: one run, one table; everything beside what could be at best."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from .measure import run
from .report import table, targets


def main() -> int:
    """Measure and print. 0 also when a target is missed: a busy machine is no broken build."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="madoguchi-bench-") as folder:
        figures = run(Path(folder))
    print("\n".join(table(figures)))
    if options.json:
        figures["targets"] = targets(figures)
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

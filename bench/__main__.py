"""``python -m bench [--markdown] [--json FILE]``: one run, each figure beside its target."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from .measure import run
from .report import markdown, table, targets, wrong


def main() -> int:
    """Measure and print. 1 when something was done wrong; 0 also when too slowly: the machine may be busy."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--markdown", action="store_true", help="print a table for docs/architecture.md")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="madoguchi-bench-") as folder:
        figures = run(Path(folder))
    print("\n".join((markdown if options.markdown else table)(figures)))
    if options.json:
        told = {**figures, "targets": targets(figures)}
        options.json.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    errors = wrong(figures)
    for one in errors:
        print(f"wrong: {one}", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())

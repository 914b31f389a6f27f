"""``doctor``: checks that the books add up, and says what does not."""

import argparse

from madoguchi.services.checkup import findings
from madoguchi.services.office import open_office
from madoguchi.settings import Settings


def run(settings: Settings, _options: argparse.Namespace) -> int:
    """Print one line per finding; 0 when all is well, 1 otherwise."""
    office = open_office(settings)
    found = findings(office)
    for line in found or ["all is well / 異常はありません"]:
        print(line)
    office.database.close()
    return 1 if found else 0

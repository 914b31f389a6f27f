"""``audit``: look through the log of staff's actions, and sign its end anew."""

import argparse

from madoguchi.services import audit
from madoguchi.services.checkup import audit_findings
from madoguchi.services.office import open_office
from madoguchi.settings import Settings


def verify(settings: Settings, _options: argparse.Namespace) -> int:
    """Print how many rows fit and the newest one's hash, or what does not; 0 when all fit, 1 otherwise."""
    office = open_office(settings)
    wrong = audit_findings(office)
    if not wrong:
        verdict = audit.verify(office)
        print(f"{verdict.rows} rows, newest {verdict.head}")
    for line in wrong:
        print(line)
    office.database.close()
    return 1 if wrong else 0


def seal(settings: Settings, _options: argparse.Namespace) -> int:
    """Sign the log's end with the key in force; that it was done is the newest row."""
    office = open_office(settings)
    audit.seal(office)
    office.database.close()
    print("sealed")
    return 0

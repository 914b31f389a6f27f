"""``backup`` and ``restore``."""

import argparse
import sys

from madoguchi.services import backups
from madoguchi.services.office import open_office
from madoguchi.settings import Settings


def make(settings: Settings, options: argparse.Namespace) -> int:
    """Write one encrypted file, read it back, and delete those that are too old."""
    office = open_office(settings)
    try:
        made = backups.make(office, options.output)
        backups.rotate(office)
    except OSError as error:
        return _cannot(error)
    finally:
        office.database.close()
    print(f"{made.path}\t{made.rows} rows, read back whole")
    return 0


def restore(settings: Settings, options: argparse.Namespace) -> int:
    """Check the file; without ``--check`` also put it into a new database and mask what is due."""
    try:
        if options.check:
            print(f"{options.file}\t{backups.check(settings, options.file)} rows, whole")
            return 0
        done = backups.restore(settings, options.file)
    except OSError as error:
        return _cannot(error)
    print(f"{options.file}\t{done.rows} rows, {done.masked} contacts masked, {done.erased} erased again")
    return 0


def _cannot(error: OSError) -> int:
    sys.stderr.write(f"madoguchi: {error.filename}: {error.strerror}\n")
    return 1

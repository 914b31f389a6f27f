"""``migrate-data``: from SQLite to PostgreSQL."""

import argparse

from madoguchi.services import migrating
from madoguchi.settings import Settings


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Copy and compare; a line for each table, then what `doctor` finds. 0 when nothing."""
    if options.to:
        settings = settings.model_copy(update={"database_url": options.to})
    found = migrating.migrate_data(settings, options.source, _tell)
    for line in found:
        print(line)
    print(f"every table is there and the same. {settings.var_dir} stays in use. Delete the SQLite file once")
    print("you are sure: from now on names are overwritten in the new database only")
    return 1 if found else 0


def _tell(moved: migrating.Moved) -> None:
    print(f"{moved.table}\t{moved.rows} rows\t{moved.checksum[:16]}", flush=True)

"""``privacy-record``."""

import argparse
import sys
from pathlib import Path

from madoguchi.documents import FORMATS
from madoguchi.services.office import open_office
from madoguchi.services.privacy_record import record
from madoguchi.settings import Settings


def write(settings: Settings, options: argparse.Namespace) -> int:
    """Write the record to a file, or where the command was typed."""
    kind = options.format or (options.output.suffix[1:] if options.output else "md")
    if kind not in FORMATS:
        sys.stderr.write(f"madoguchi: no such format: {kind} (one of {', '.join(FORMATS)})\n")
        return 2
    if kind == "docx" and options.output is None and sys.stdout.isatty():
        sys.stderr.write("madoguchi: a docx is nothing to read here: name a file with -o FILE\n")
        return 2
    office = open_office(settings)
    content = FORMATS[kind](record(office))
    office.database.close()
    if options.output is None:
        sys.stdout.buffer.write(content)
        return 0
    output: Path = options.output
    try:
        output.write_bytes(content)
    except OSError as error:
        sys.stderr.write(f"madoguchi: cannot write {output}: {error.strerror}\n")
        return 1
    return 0

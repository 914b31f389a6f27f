"""``export-stats``: the statistics of a period as a file, for a monthly cron."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from madoguchi.domain.errors import Refusal
from madoguchi.domain.statistics.figures import BANDS
from madoguchi.domain.statistics.periods import Period, Preset, preset_of
from madoguchi.services import statistics
from madoguchi.services.office import Office, open_office
from madoguchi.services.statistics import Question
from madoguchi.services.statistics_files import INSTEAD, Form, file_of
from madoguchi.settings import Settings


def options(parser: argparse.ArgumentParser) -> None:
    """What can be said on the command line."""
    parser.add_argument(
        "--from", dest="first", type=_day, help="first day, 2026-09-01; default: last month's"
    )
    parser.add_argument("--to", dest="last", type=_day, help="last day; default: last month's")
    parser.add_argument("--municipality", help="its code; needed where there are several and no --desk")
    parser.add_argument("--desk", help="the desk's code; default: all")
    parser.add_argument("--band", type=int, choices=BANDS, default=60, help="minutes of a time band")
    parser.add_argument("--format", default=Form.XLSX.value, choices=[form.value for form in Form])
    parser.add_argument("--table", help="of CSV, one table alone: by_service, by_band, heat ...")
    parser.add_argument("-o", "--output", required=True, type=Path, help="the file; - for standard output")


def run(settings: Settings, asked: argparse.Namespace) -> int:
    """Write the file."""
    office = open_office(settings)
    try:
        municipality, desk = statistics.desk_with_code(office, asked.desk, asked.municipality)
        question = Question(_period(office, asked), desk_id=desk, band=asked.band)
        answer = statistics.of_city(office, municipality, question, asked.format)
        file = file_of(answer, Form(asked.format), asked.table)
    finally:
        office.database.close()
    if file.replaced:
        signs = "".join(file.replaced)
        sys.stderr.write(f"madoguchi: Shift_JISにない文字を{INSTEAD}にしました: {signs}\n")
    if asked.output == Path("-"):
        sys.stdout.buffer.write(file.body)
    else:
        asked.output.write_bytes(file.body)
    return 0


def _period(office: Office, asked: argparse.Namespace) -> Period:
    if asked.first is None and asked.last is None:
        return preset_of(Preset.LAST_MONTH, office.today())
    if asked.first is None or asked.last is None:
        raise Refusal("wrong_period")
    return Period(asked.first, asked.last)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a day: {text} (2026-09-01)") from None

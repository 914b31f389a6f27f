"""The command line: its commands, their options, and one short line for whatever goes wrong."""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from alembic.util.exc import CommandError
from sqlalchemy.exc import OperationalError, ProgrammingError

from madoguchi.cli import (
    audit_log,
    backup,
    doctor,
    export_stats,
    jobs,
    logs,
    migrate_data,
    people,
    privacy,
    seed_demo,
    terminals,
)
from madoguchi.cli.seed_demo import demo_accounts
from madoguchi.cli.serve import serve
from madoguchi.documents import FORMATS
from madoguchi.domain.errors import Refusal
from madoguchi.domain.roles import Role
from madoguchi.services import audit, masking
from madoguchi.services.office import open_office
from madoguchi.settings import Settings, SettingsError, load_settings
from madoguchi.store import migrate
from madoguchi.store.engine import open_database
from madoguchi.store.migrate import Standing
from madoguchi.texts import refusal_text

FAILED = 1
WRONG_USE = 2

_NOT_MIGRATED: Final = "the database is not at the newest schema: run `python -m madoguchi migrate`"
_NOT_SERVED: Final = {
    Standing.EMPTY: _NOT_MIGRATED,
    Standing.OLDER: _NOT_MIGRATED,
    Standing.NEWER: "the database was migrated by a newer version of madoguchi: install that one, "
    "or restore the backup from before the update",
    Standing.FILLING: "rows were being copied into this database and that was broken off: "
    "run `migrate-data` again to go on, or begin with an empty database",
}

Command = Callable[[Settings, argparse.Namespace], int]


def main(arguments: Sequence[str]) -> int:
    """Run one command; its exit code."""
    options = _parser().parse_args(arguments)
    command: Command = options.command
    try:
        return command(load_settings(), options)
    except SettingsError as error:
        return _fail(str(error), WRONG_USE)
    except Refusal as refusal:
        return _fail(refusal_text("ja", refusal), FAILED)
    except CommandError as error:
        return _fail(f"database: {error} (was it made by a newer version of madoguchi?)", FAILED)
    except (OperationalError, ProgrammingError) as error:
        return _fail(f"database: {str(error.orig).splitlines()[0]} (is it migrated? try: migrate)", FAILED)


def _fail(message: str, code: int) -> int:
    sys.stderr.write(f"madoguchi: {message}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m madoguchi", description="窓口予約システム")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "serve", "start the server (build the pages first: make build)", _serve)
    _add(commands, "migrate", "bring the database to the newest schema", _migrate)
    about = "copy a SQLite deployment into PostgreSQL, compare, and go on where it was stopped"
    move = _add(commands, "migrate-data", about, migrate_data.run)
    move.add_argument("--from", dest="source", required=True, metavar="URL", help="sqlite:////path/of/file")
    move.add_argument("--to", metavar="URL", help="else MADOGUCHI_DATABASE_URL")
    seed = _add(commands, "seed-demo", "migrate and fill in the demo city, or top up its day", seed_demo.run)
    seed.add_argument(
        "--with-code", action="store_true", help="and make a code for the first desk's terminal"
    )
    _add_people(commands)
    _add_terminals(commands)
    _add_line(commands)
    _add_jobs(commands)
    _add(commands, "doctor", "check that the books add up", doctor.run)
    about = "write the statistics of a period to an Excel or CSV file"
    export_stats.options(_add(commands, "export-stats", about, export_stats.run))
    _add_privacy(commands)
    _add_audit(commands)
    return parser


def _add_people(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    staff = _add(commands, "create-staff", "make a staff account", people.create_staff)
    staff.add_argument("--municipality", required=True, help="its code")
    staff.add_argument("--login", required=True)
    staff.add_argument("--name", required=True, help="shown to colleagues")
    staff.add_argument("--role", required=True, choices=[role.value for role in Role])
    about = "a one-time password for somebody locked out, without the authenticator"
    _add(commands, "reset-staff", about, people.reset_staff).add_argument("--login", required=True)


def _add_terminals(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    about = "make a one-time code for a lobby terminal"
    terminal = _add(commands, "pair-terminal", about, terminals.pair)
    terminal.add_argument("--desk", required=True, help="the desk's code")
    terminal.add_argument("--name", default="発券機", help="shown to staff")
    terminal.add_argument("--quiet", action="store_true", help="print the code only")
    group = commands.add_parser("terminals", help="the lobby terminals").add_subparsers(
        required=True, metavar="COMMAND"
    )
    _add(group, "list", "every terminal and when it was last heard", terminals.show)
    revoke = _add(group, "revoke", "shut a lost or stolen terminal out", terminals.revoke)
    revoke.add_argument("id", type=int, help="as `terminals list` shows it")


def _add_line(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    line = commands.add_parser("line", help="the LINE official account").add_subparsers(
        required=True, metavar="COMMAND"
    )
    _add(line, "rich-menu", "draw the menu and make it the account's default", _publish_rich_menu)


def _add_privacy(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    about = "write what is held of persons, why, how long and how it is destroyed (Japanese)"
    record = _add(commands, "privacy-record", about, privacy.write)
    record.add_argument("--format", choices=list(FORMATS), help="else by the file's ending; without file: md")
    record.add_argument("-o", "--output", type=Path, metavar="FILE", help="else to the standard output")
    made = _add(commands, "backup", "write everything into one encrypted file and check it", backup.make)
    made.add_argument("-o", "--output", type=Path, metavar="FILE", help="else under MADOGUCHI_VAR_DIR")
    about = "check a backup, put it into a new database, migrate and mask what is due"
    back = _add(commands, "restore", about, backup.restore)
    back.add_argument("file", type=Path)
    back.add_argument("--check", action="store_true", help="only read it to its end")


def _add_jobs(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    group = commands.add_parser("jobs", help="the regular jobs").add_subparsers(
        required=True, metavar="COMMAND"
    )
    _add(group, "list", "what runs when", jobs.show)
    run = _add(group, "run", "run one now", jobs.run)
    run.add_argument("name")
    run.add_argument(
        "--now", type=_moment, help="as if it were this time (ISO 8601; without zone: the office's)"
    )


def _add_audit(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    group = commands.add_parser("audit", help="the log of staff's actions").add_subparsers(
        required=True, metavar="COMMAND"
    )
    _add(group, "verify", "look through every row; prints the newest row's hash", audit_log.verify)
    _add(group, "seal", "sign the log's end anew, after MADOGUCHI_SECRET_KEY was changed", audit_log.seal)


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, command: Command
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(command=command)
    return parser


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a time in ISO 8601: {text}") from None


def _serve(settings: Settings, _options: argparse.Namespace) -> int:
    database = open_database(settings.database)
    standing = migrate.standing(database)
    database.close()
    if standing is not Standing.CURRENT:
        return _fail(_NOT_SERVED[standing], WRONG_USE)
    if settings.env == "production" and (known := demo_accounts(settings)):
        return _fail(
            f"accounts of the demo are in this database ({', '.join(known)}): use a new one", WRONG_USE
        )
    logs.to_stderr(settings)
    _mask_first(settings)
    return serve(settings)


def _mask_first(settings: Settings) -> None:
    """What fell due while the server stood, or came back with an old copy of the disk, is never shown."""
    office = open_office(settings)
    if masking.anything_due(office):
        sys.stderr.write(f"madoguchi: masked before the start: {masking.mask_due(office).masked}\n")
    office.database.close()


def _migrate(settings: Settings, _options: argparse.Namespace) -> int:
    office = open_office(settings)
    if (standing := migrate.standing(office.database)) in {Standing.NEWER, Standing.FILLING}:
        office.database.close()
        return _fail(_NOT_SERVED[standing], FAILED)
    migrate.upgrade(office.database)
    audit.begin(office)
    office.database.close()
    return 0


def _publish_rich_menu(settings: Settings, options: argparse.Namespace) -> int:
    # The LINE SDK takes more than a second to import, which every other command would wait for.
    from madoguchi.cli.line_menu import publish_rich_menu  # noqa: PLC0415

    return publish_rich_menu(settings, options)

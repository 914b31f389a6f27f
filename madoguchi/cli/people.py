"""``create-staff`` and ``reset-staff``."""

import argparse
import getpass
import sys

from madoguchi.domain.roles import Role
from madoguchi.services import staff_keeping
from madoguchi.services.office import open_office
from madoguchi.services.staff_accounts import create_staff as create
from madoguchi.settings import Settings


def create_staff(settings: Settings, options: argparse.Namespace) -> int:
    """Make an account; the password is asked for, or read as one line when nobody is at the keyboard."""
    at_keyboard = sys.stdin.isatty()
    password = getpass.getpass("Password: ") if at_keyboard else sys.stdin.readline().rstrip("\n")
    create(
        open_office(settings),
        municipality_code=options.municipality,
        login=options.login,
        display_name=options.name,
        role=Role(options.role),
        password=password,
    )
    print(f"{options.login}: {options.role}")
    return 0


def reset_staff(settings: Settings, options: argparse.Namespace) -> int:
    """Print a one-time password for somebody who cannot get in any more, an administrator too."""
    office = open_office(settings)
    handed = staff_keeping.rescue(office, options.login)
    office.database.close()
    ends = handed.ends_at.astimezone(settings.zone)
    print(f"{handed.login}: {handed.password} (one-time, until {ends:%Y-%m-%d %H:%M})")
    return 0

"""``pair-terminal``, ``terminals list`` and ``terminals revoke``."""

import argparse

from madoguchi.services.office import open_office
from madoguchi.services.terminals import all_terminals, make_pairing_code
from madoguchi.services.terminals import revoke as revoke_terminal
from madoguchi.settings import Settings


def pair(settings: Settings, options: argparse.Namespace) -> int:
    """Print a code that pairs one terminal with the desk."""
    code = make_pairing_code(open_office(settings), options.desk, options.name)
    print(code if options.quiet else f"KIOSK_PAIRING_CODE={code}")
    return 0


def show(settings: Settings, _options: argparse.Namespace) -> int:
    """List every terminal: id, desk, name, when it was last heard, and whether it was shut out."""
    terminals = all_terminals(open_office(settings))
    if not terminals:
        print("none yet / まだありません")
    for one in terminals:
        heard = one.seen_at.astimezone(settings.zone).isoformat(timespec="minutes") if one.seen_at else "-"
        print(f"{one.id}\t{one.desk_code}\t{one.name}\t{heard}\t{'revoked' if one.revoked else 'paired'}")
    return 0


def revoke(settings: Settings, options: argparse.Namespace) -> int:
    """Shut a lost or stolen terminal out."""
    revoke_terminal(open_office(settings), options.id)
    return 0

"""``pair-terminal``, ``terminals list`` and ``terminals revoke``."""

import argparse

from madoguchi.services.leases import LeaseLine, lease_lines
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
    """List every terminal: id, desk, name, when last heard, whether shut out, which numbers it holds."""
    office = open_office(settings)
    terminals, leases = all_terminals(office), lease_lines(office)
    if not terminals:
        print("none yet / まだありません")
    for one in terminals:
        heard = one.seen_at.astimezone(settings.zone).isoformat(timespec="minutes") if one.seen_at else "-"
        state = "revoked" if one.revoked else "paired"
        print("\t".join((str(one.id), one.desk_code, one.name, heard, state, *_held(leases.get(one.id, [])))))
    return 0


def _held(lines: list[LeaseLine]) -> list[str]:
    """One more column, where there is anything to tell: ``A901–A920 (3 used)``."""
    held = ", ".join(f"{one.first}–{one.last} ({one.used} used)" for one in lines)
    return [held] if held else []


def revoke(settings: Settings, options: argparse.Namespace) -> int:
    """Shut a lost or stolen terminal out."""
    revoke_terminal(open_office(settings), options.id)
    return 0

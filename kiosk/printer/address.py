"""Where the printer is (``KIOSK_PRINTER``) and how wide it prints (``KIOSK_PRINTER_PROFILE``)."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from escpos.capabilities import CAPABILITIES

KINDS = ("network", "usb", "serial", "cups", "file", "none")
_DEFAULT_PORT = 9100
_EXAMPLES = (
    "network://127.0.0.1:9100, usb://04b8:0e15, serial:///dev/ttyUSB0, cups://name, file:///path, none://"
)


@dataclass(frozen=True)
class PrinterAddress:
    """``kind`` is one of :data:`KINDS`; ``place`` its host, device, queue or path; ``port`` for network only.

    For USB ``place`` is ``vendor:product`` in hexadecimal.
    """

    kind: str
    place: str = ""
    port: int = _DEFAULT_PORT


@dataclass(frozen=True)
class PrinterProfile:
    """A python-escpos profile and the dots of its printable width."""

    name: str
    width: int


def parse_address(url: str) -> PrinterAddress:
    """Read a printer URL; raises ``ValueError`` with what is wrong about it."""
    try:
        parts = urlsplit(url)
        port = parts.port if parts.scheme == "network" else None
    except ValueError as error:
        raise ValueError(f"{url!r} is not a printer URL ({_EXAMPLES})") from error
    path_is_place = parts.scheme in {"serial", "file"}
    place = parts.path if path_is_place else (parts.hostname or "" if port else parts.netloc)
    if parts.scheme not in KINDS or bool(place) != (parts.scheme != "none"):
        raise ValueError(f"{url!r} is not a printer URL ({_EXAMPLES})")
    if parts.scheme == "usb" and not re.fullmatch(r"[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}", place):
        raise ValueError(f"{url!r}: a USB printer is usb://vendor:product, four hexadecimal digits each")
    return PrinterAddress(parts.scheme, place, port or _DEFAULT_PORT)


def find_profile(name: str) -> PrinterProfile:
    """The profile of this name; raises ``ValueError`` when unknown or without a width."""
    profiles = CAPABILITIES["profiles"]
    if name not in profiles:
        raise ValueError(
            f"{name!r} is not a python-escpos profile (80 mm: TM-T20II or TM-T88V; 58 mm: POS-5890)"
        )
    width = profiles[name].get("media", {}).get("width", {}).get("pixels")
    if not isinstance(width, int):
        raise ValueError(f"the profile {name!r} carries no print width; choose TM-T20II, TM-T88V or POS-5890")
    return PrinterProfile(name, width)

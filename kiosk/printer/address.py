"""Where the printer is (``KIOSK_PRINTER``) and how it prints (``KIOSK_PRINTER_PROFILE`` and its kin)."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from escpos.capabilities import CAPABILITIES

KINDS = ("network", "usb", "serial", "cups", "file", "none")
_DEFAULT_PORT = 9100
_DEFAULT_BAUD = 38400
_BAUDS = {1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400}
_EXAMPLES = (
    "network://127.0.0.1:9100, usb://04b8:0e15, serial:///dev/ttyUSB0, cups://name, file:///path, none://"
)
_CHOICE = "80 mm: TM-T20II or TM-T88V; 58 mm: POS-5890"
_NARROWEST = 336
_DOTS = {(80, 203): 576, (80, 180): 512, (58, 203): 384, (58, 180): 360}
"""Printable dots by paper width (mm) and density (dpi)."""
_DENSITIES = {dpi for _, dpi in _DOTS}


@dataclass(frozen=True)
class PrinterAddress:
    """``kind`` is one of :data:`KINDS`; ``place`` its host, device, queue or path; ``port`` for network only.

    For USB ``place`` is ``vendor:product`` in hexadecimal. ``baud`` is for serial only.
    """

    kind: str
    place: str = ""
    port: int = _DEFAULT_PORT
    baud: int = _DEFAULT_BAUD


@dataclass(frozen=True)
class PrinterProfile:
    """A python-escpos profile: the dots of its width, those of an inch, whether it draws QR codes itself."""

    name: str
    width: int
    dpi: int = 203
    native_qr: bool = False


def parse_address(url: str) -> PrinterAddress:
    """Read a printer URL; raises ``ValueError`` with what is wrong about it."""
    try:
        parts = urlsplit(url)
        port = parts.port if parts.scheme == "network" else None
        baud = _baud(parts.query)
    except ValueError as error:
        raise ValueError(f"{url!r} is not a printer URL ({_EXAMPLES})") from error
    path_is_place = parts.scheme in {"serial", "file"}
    place = parts.path if path_is_place else (parts.hostname or "" if port else parts.netloc)
    if parts.scheme not in KINDS or bool(place) != (parts.scheme != "none"):
        raise ValueError(f"{url!r} is not a printer URL ({_EXAMPLES})")
    if parts.scheme == "usb" and not re.fullmatch(r"[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}", place):
        raise ValueError(f"{url!r}: a USB printer is usb://vendor:product, four hexadecimal digits each")
    if parts.scheme == "cups" and not re.fullmatch(r"\w[\w.-]*", place):
        raise ValueError(f"{url!r}: a queue is cups://name, as `lpstat -e` lists it")
    return PrinterAddress(parts.scheme, place, port or _DEFAULT_PORT, baud)


def _baud(query: str) -> int:
    asked = parse_qs(query, strict_parsing=True) if query else {}
    baud = int(asked.pop("baud", [str(_DEFAULT_BAUD)])[0])
    if asked or baud not in _BAUDS:
        raise ValueError(query)
    return baud


def find_profile(name: str, *, paper_mm: int = 0, dpi: int = 0) -> PrinterProfile:
    """The profile of this name; ``paper_mm`` (58, 80) and ``dpi`` (180, 203) replace what it says unless 0.

    Raises ``ValueError`` when it is unknown, prints no pictures, carries no width, or less than that paper's.
    """
    if not name:
        raise ValueError(f"name the printer's python-escpos profile ({_CHOICE})")
    profile = CAPABILITIES["profiles"].get(name)
    if profile is None:
        raise ValueError(f"{name!r} is not a python-escpos profile ({_CHOICE})")
    if not profile["features"].get("bitImageRaster"):
        raise ValueError(f"a {name!r} prints no raster pictures, which tickets are")
    own_width = profile["media"].get("width", {}).get("pixels")
    own_dpi = profile["media"].get("dpi")
    density = dpi or own_dpi
    width = _DOTS.get((paper_mm, density)) if paper_mm else own_width
    if not isinstance(width, int) or width < _NARROWEST:
        raise ValueError(
            f"the profile {name!r} carries no print width: set KIOSK_PAPER_WIDTH and KIOSK_PRINTER_DPI,"
            f" or choose another ({_CHOICE})"
        )
    if isinstance(own_width, int) and width > own_width:
        raise ValueError(f"a {name!r} prints {own_width} dots, less than the {width} of that paper")
    native_qr = bool(profile["features"].get("qrCode"))
    return PrinterProfile(name, width, density if density in _DENSITIES else 203, native_qr)

"""Every ``KIOSK_*`` variable: read once, checked at start, named in one line when wrong."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from PIL import ImageFont

from kiosk.printer.address import PrinterAddress, PrinterProfile, find_profile, parse_address

DEFAULTS = {
    "KIOSK_SERVER_URL": "http://127.0.0.1:3000",
    "KIOSK_CA_FILE": "",
    "KIOSK_HOST": "127.0.0.1",
    "KIOSK_PORT": "3100",
    "KIOSK_PAIRING_CODE": "",
    "KIOSK_VAR_DIR": "var/kiosk",
    "KIOSK_PRINTER": "network://127.0.0.1:9100",
    "KIOSK_PRINTER_PROFILE": "",
    "KIOSK_PRINTER_DPI": "",
    "KIOSK_PRINTER_QR": "picture",
    "KIOSK_PAPER_WIDTH": "",
    "KIOSK_SCANNER": "no",
    "KIOSK_FONT": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
}


# What the two mean when neither is set: the virtual printer, so that a trial needs no settings.
_TRIAL_PROFILE = "TM-T20II"
_PAPERS = ("58", "80")
_DENSITIES = ("180", "203")
_QR_KINDS = ("picture", "native")


class SettingsError(Exception):
    """A setting is missing or wrong; the message is one line that begins with its name."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")


@dataclass(frozen=True)
class Settings:
    """``pairing_code`` may be empty once paired; ``bold_font`` is ``font`` when it has no bold.

    ``trust`` proves the server's certificate: the authorities known everywhere, and the office's own.
    ``scanner``: there is one, and citizens are told so; it works either way.
    ``native_qr``: the printer draws the QR code itself.
    """

    server_url: str
    trust: ssl.SSLContext
    host: str
    port: int
    pairing_code: str
    var_dir: Path
    printer: PrinterAddress
    profile: PrinterProfile
    native_qr: bool
    scanner: bool
    font: Path
    bold_font: Path


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check all settings; raises :class:`SettingsError` for the first that is wrong."""
    values = {name: environ.get(name, "").strip() or default for name, default in DEFAULTS.items()}
    font = _font(values["KIOSK_FONT"])
    printer = _address(values["KIOSK_PRINTER"])
    trial = not environ.get("KIOSK_PRINTER", "").strip() or printer.kind == "none"
    profile = _profile(values, _TRIAL_PROFILE if trial else "")
    return Settings(
        server_url=_server_url(values["KIOSK_SERVER_URL"]),
        trust=_trust(values["KIOSK_CA_FILE"]),
        host=values["KIOSK_HOST"],
        port=_port(values["KIOSK_PORT"]),
        pairing_code=values["KIOSK_PAIRING_CODE"],
        var_dir=_var_dir(values["KIOSK_VAR_DIR"]),
        printer=printer,
        profile=profile,
        native_qr=_native_qr(values["KIOSK_PRINTER_QR"], profile),
        scanner=_one_of("KIOSK_SCANNER", values["KIOSK_SCANNER"], ("yes", "no")) == "yes",
        font=font,
        bold_font=_bold_beside(font),
    )


def _server_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise SettingsError("KIOSK_SERVER_URL", f"{value!r} is not an http(s) address")
    return value.rstrip("/")


def _trust(ca_file: str) -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except ssl.SSLError as error:
            raise SettingsError("KIOSK_CA_FILE", f"{ca_file!r} holds no certificate in PEM form") from error
        except OSError as error:
            raise SettingsError("KIOSK_CA_FILE", f"{ca_file!r} cannot be read: {error.strerror}") from error
    return context


def _port(value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:
        raise SettingsError("KIOSK_PORT", f"{value!r} is not a port number")
    return int(value)


def _var_dir(value: str) -> Path:
    path = Path(value)
    try:
        # Addresses of tickets lie there, besides the pairing.
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError("KIOSK_VAR_DIR", f"{value!r} cannot be made: {error.strerror}") from error
    return path


def _address(value: str) -> PrinterAddress:
    try:
        return parse_address(value)
    except ValueError as error:
        raise SettingsError("KIOSK_PRINTER", str(error)) from error


def _profile(values: Mapping[str, str], default: str) -> PrinterProfile:
    paper = _one_of("KIOSK_PAPER_WIDTH", values["KIOSK_PAPER_WIDTH"], ("", *_PAPERS))
    dpi = _one_of("KIOSK_PRINTER_DPI", values["KIOSK_PRINTER_DPI"], ("", *_DENSITIES))
    try:
        name = values["KIOSK_PRINTER_PROFILE"] or default
        return find_profile(name, paper_mm=int(paper or 0), dpi=int(dpi or 0))
    except ValueError as error:
        raise SettingsError("KIOSK_PRINTER_PROFILE", str(error)) from error


def _native_qr(value: str, profile: PrinterProfile) -> bool:
    native = _one_of("KIOSK_PRINTER_QR", value, _QR_KINDS) == "native"
    if native and not profile.native_qr:
        raise SettingsError(
            "KIOSK_PRINTER_QR", f"a {profile.name!r} draws no QR codes itself; leave 'picture'"
        )
    return native


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise SettingsError(name, f"{value!r} is none of {', '.join(filter(None, known))}")
    return value


def _font(value: str) -> Path:
    try:
        ImageFont.truetype(value, 20)
    except OSError as error:
        reason = f"{value!r} is no font that can be read (Debian: apt install fonts-noto-cjk)"
        raise SettingsError("KIOSK_FONT", reason) from error
    return Path(value)


def _bold_beside(font: Path) -> Path:
    bold = font.with_name(font.name.replace("Regular", "Bold"))
    return bold if bold.exists() else font

"""A wrong setting stops the start with one line that names it."""

from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.printer.address import PrinterAddress, parse_address
from kiosk.settings import SettingsError, load_settings


def test_defaults_are_a_network_printer_for_80_mm_paper(tmp_path: Path) -> None:
    settings = load_settings({"KIOSK_VAR_DIR": str(tmp_path)})
    assert settings.server_url == "http://127.0.0.1:3000"
    assert (settings.host, settings.port) == ("127.0.0.1", 3100)
    assert settings.printer == PrinterAddress("network", "127.0.0.1", 9100)
    assert settings.profile.width == 576
    assert settings.bold_font.name == "NotoSansCJK-Bold.ttc"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KIOSK_SERVER_URL", "madoguchi.example"),
        ("KIOSK_CA_FILE", "/nowhere/ca.pem"),
        ("KIOSK_CA_FILE", "/etc"),
        ("KIOSK_CA_FILE", __file__),
        ("KIOSK_PORT", "99999"),
        ("KIOSK_PORT", "three"),
        ("KIOSK_VAR_DIR", "/proc/nowhere"),
        ("KIOSK_PRINTER", "printer"),
        ("KIOSK_PRINTER", "usb://epson"),
        ("KIOSK_PRINTER", "network://host:none"),
        ("KIOSK_PRINTER_PROFILE", "TM-Z99"),
        ("KIOSK_PRINTER_PROFILE", "default"),
        ("KIOSK_PRINTER_PROFILE", "TM-U220"),
        ("KIOSK_PRINTER", "serial:///dev/ttyUSB0?baud=fast"),
        ("KIOSK_PRINTER", "serial:///dev/ttyUSB0?speed=9600"),
        ("KIOSK_PRINTER", "cups://-d"),
        ("KIOSK_PAPER_WIDTH", "60"),
        ("KIOSK_PRINTER_DPI", "300"),
        ("KIOSK_PRINTER_QR", "printer"),
        ("KIOSK_SCANNER", "usb"),
        ("KIOSK_FONT", "/nowhere.ttc"),
    ],
)
def test_wrong_value_is_named_in_one_line(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({"KIOSK_VAR_DIR": str(tmp_path), name: value})
    assert str(error.value).startswith(name + ": ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("network://10.0.0.9", PrinterAddress("network", "10.0.0.9", 9100)),
        ("network://printer.local:9200", PrinterAddress("network", "printer.local", 9200)),
        ("usb://04b8:0e15", PrinterAddress("usb", "04b8:0e15")),
        ("serial:///dev/ttyUSB0", PrinterAddress("serial", "/dev/ttyUSB0")),
        ("serial:///dev/ttyS0?baud=115200", PrinterAddress("serial", "/dev/ttyS0", baud=115200)),
        ("cups://lobby", PrinterAddress("cups", "lobby")),
        ("file:///dev/usb/lp0", PrinterAddress("file", "/dev/usb/lp0")),
        ("none://", PrinterAddress("none")),
    ],
)
def test_every_kind_of_printer_address_is_read(url: str, address: PrinterAddress) -> None:
    assert parse_address(url) == address


def test_a_printer_of_ones_own_needs_its_profile_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({"KIOSK_VAR_DIR": str(tmp_path), "KIOSK_PRINTER": "network://10.0.0.9"})
    assert str(error.value).startswith("KIOSK_PRINTER_PROFILE: name the printer's")
    assert load_settings({"KIOSK_VAR_DIR": str(tmp_path), "KIOSK_PRINTER": "none://"}).profile.width == 576


@pytest.mark.parametrize(
    ("profile", "paper", "dpi", "width"),
    [
        ("TM-T20II", "", "", 576),
        ("TM-T88V", "", "", 512),
        ("TM-T88V", "58", "", 360),
        ("TM-T20II", "58", "", 384),
        ("TM-T20II", "80", "180", 512),
        ("RP326", "80", "", 576),
        ("default", "58", "203", 384),
    ],
)
def test_dots_across_come_from_the_profile_or_from_paper_and_density(
    tmp_path: Path, profile: str, paper: str, dpi: str, width: int
) -> None:
    wanted = {"KIOSK_PRINTER_PROFILE": profile, "KIOSK_PAPER_WIDTH": paper, "KIOSK_PRINTER_DPI": dpi}
    assert load_settings({"KIOSK_VAR_DIR": str(tmp_path)} | wanted).profile.width == width


def test_more_dots_than_the_printer_has_are_refused(tmp_path: Path) -> None:
    wanted = {"KIOSK_PRINTER_PROFILE": "POS-5890", "KIOSK_PAPER_WIDTH": "80"}
    with pytest.raises(SettingsError, match="KIOSK_PRINTER_PROFILE: a 'POS-5890' prints 384 dots"):
        load_settings({"KIOSK_VAR_DIR": str(tmp_path)} | wanted)


def test_a_printer_that_draws_no_qr_codes_is_not_asked_to(tmp_path: Path) -> None:
    wanted = {"KIOSK_VAR_DIR": str(tmp_path), "KIOSK_PRINTER_QR": "native"}
    assert load_settings(wanted).native_qr
    with pytest.raises(SettingsError, match=r"^KIOSK_PRINTER_QR: "):
        load_settings(wanted | {"KIOSK_PRINTER_PROFILE": "POS-5890"})


def test_start_with_a_wrong_setting_prints_that_line_and_ends(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KIOSK_PRINTER_PROFILE", "TM-Z99")
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("kiosk: KIOSK_PRINTER_PROFILE: ")

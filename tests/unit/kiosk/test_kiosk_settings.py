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
        ("KIOSK_PORT", "99999"),
        ("KIOSK_PORT", "three"),
        ("KIOSK_VAR_DIR", "/proc/nowhere"),
        ("KIOSK_PRINTER", "printer"),
        ("KIOSK_PRINTER", "usb://epson"),
        ("KIOSK_PRINTER", "network://host:none"),
        ("KIOSK_PRINTER_PROFILE", "TM-Z99"),
        ("KIOSK_PRINTER_PROFILE", "default"),
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
        ("cups://lobby", PrinterAddress("cups", "lobby")),
        ("file:///dev/usb/lp0", PrinterAddress("file", "/dev/usb/lp0")),
        ("none://", PrinterAddress("none")),
    ],
)
def test_every_kind_of_printer_address_is_read(url: str, address: PrinterAddress) -> None:
    assert parse_address(url) == address


def test_start_with_a_wrong_setting_prints_that_line_and_ends(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KIOSK_PRINTER_PROFILE", "TM-Z99")
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("kiosk: KIOSK_PRINTER_PROFILE: ")

"""The parts of the city find each other, whatever ports they were given."""

from tools import city


def environ(**given: str) -> dict[str, str]:
    return city.city_environ(given, city.read_addresses(given))


def test_moved_ports_reach_every_part() -> None:
    found = environ(MADOGUCHI_PORT="4000", SANDBOX_PORT="4900", SANDBOX_PRINTER_PORT="4910")
    assert found["KIOSK_SERVER_URL"] == "http://127.0.0.1:4000"
    assert found["SANDBOX_WEBHOOK_URL"] == "http://127.0.0.1:4000/line/webhook"
    assert found["MADOGUCHI_PUBLIC_URL"] == "http://127.0.0.1:4000"
    assert found["MADOGUCHI_LINE_API_HOST"] == "http://127.0.0.1:4900"
    assert found["KIOSK_PRINTER"] == "network://127.0.0.1:4910"


def test_what_the_user_set_stays() -> None:
    found = environ(MADOGUCHI_PUBLIC_URL="https://city.example", KIOSK_PRINTER="usb://04b8:0e15")
    assert found["MADOGUCHI_PUBLIC_URL"] == "https://city.example"
    assert found["KIOSK_PRINTER"] == "usb://04b8:0e15"


def test_a_token_of_the_real_line_leads_to_the_real_line() -> None:
    found = environ(MADOGUCHI_LINE_CHANNEL_TOKEN="real")
    assert found["MADOGUCHI_LINE_API_HOST"] == "https://api.line.me"


def test_the_demo_is_read_from_its_rows() -> None:
    demo = city.read_demo("desk\thoiku\t保育課\nstaff\t管理者\tadmin\tpass word\ncode\t1234-5678\n\nother\n")
    assert demo.desks == [["hoiku", "保育課"]]
    assert demo.sign_ins == [["管理者", "admin", "pass word"]]
    assert demo.code == "1234-5678"

"""A port in use or a wrong number is told in one line that names the way out."""

import socket

import pytest

from tools import ports
from tools.talk import Stop


def test_a_taken_port_names_its_number_and_its_variable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.getsockname()[1]
        with pytest.raises(Stop) as refusal:
            ports.ensure_free(ports.Port(number, "MADOGUCHI_PORT"))
    assert str(number) in str(refusal.value)
    assert "MADOGUCHI_PORT" in str(refusal.value)
    assert "(Address already in use): " in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_port_taken_on_every_address_is_taken() -> None:
    with socket.create_server(("0.0.0.0", 0)) as listener, pytest.raises(Stop):
        ports.ensure_free(ports.Port(listener.getsockname()[1], "KIOSK_PORT"))


def test_a_free_port_passes() -> None:
    ports.ensure_free(ports.Port(ports.free_port(), "MADOGUCHI_PORT"))


@pytest.mark.parametrize("value", ["0", "65536", "-1", "abc", "３０００", "3000.0"])
def test_a_wrong_number_is_refused_by_name(value: str) -> None:
    with pytest.raises(Stop, match="KIOSK_PORT"):
        ports.from_environ("KIOSK_PORT", 3100, {"KIOSK_PORT": value})


@pytest.mark.parametrize("environ", [{}, {"KIOSK_PORT": ""}])
def test_an_unset_or_empty_variable_means_the_default(environ: dict[str, str]) -> None:
    assert ports.from_environ("KIOSK_PORT", 3100, environ).number == 3100


def test_waiting_ends_as_soon_as_the_process_is_gone() -> None:
    url = f"http://127.0.0.1:{ports.free_port()}/"
    assert not ports.wait_until_answers(url, seconds=60, still_alive=lambda: False)

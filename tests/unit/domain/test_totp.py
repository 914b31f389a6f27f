"""One-time codes: RFC 6238's own vectors, drift, and that each opens once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from madoguchi.domain import totp

RFC_SECRET = b"12345678901234567890"
NOW = datetime(2026, 10, 1, 1, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert totp.code_at(RFC_SECRET, seconds // 30, digits=8) == code
    assert totp.code_at(RFC_SECRET, seconds // 30) == code[-6:]


@pytest.mark.parametrize(("off", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phones_clock_may_be_half_a_minute_off(off: int, fits: bool) -> None:
    step = totp.step_at(NOW) + off
    found = totp.matching_step(RFC_SECRET, totp.code_at(RFC_SECRET, step), NOW, used=0)
    assert found == (step if fits else None)


def test_a_code_opens_once_and_no_older_one_after_it() -> None:
    step = totp.step_at(NOW)
    assert totp.matching_step(RFC_SECRET, totp.code_at(RFC_SECRET, step), NOW, used=step) is None
    assert totp.matching_step(RFC_SECRET, totp.code_at(RFC_SECRET, step - 1), NOW, used=step) is None
    later = NOW + timedelta(seconds=30)
    assert totp.matching_step(RFC_SECRET, totp.code_at(RFC_SECRET, step + 1), later, used=step) == step + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "\ud800", "000000\0"])
def test_what_is_no_code_opens_nothing(typed: str) -> None:
    assert totp.matching_step(RFC_SECRET, typed, NOW, used=0) is None


def test_a_secret_needs_the_servers_key_the_person_and_the_salt() -> None:
    made = totp.secret_of("key", 1, "salt")
    assert len(made) == 20
    assert (
        len(
            {
                made,
                totp.secret_of("kez", 1, "salt"),
                totp.secret_of("key", 2, "salt"),
                totp.secret_of("key", 1, "s"),
            }
        )
        == 4
    )


def test_the_qr_code_names_office_and_account() -> None:
    found = urlsplit(totp.address(RFC_SECRET, "窓口予約 森市", "hana:ko"))
    assert (found.scheme, found.netloc) == ("otpauth", "totp")
    assert "%3Ako" in found.path
    values = parse_qs(found.query)
    assert values["issuer"] == ["窓口予約 森市"]
    assert values["secret"] == [totp.spelled(RFC_SECRET).replace(" ", "")]

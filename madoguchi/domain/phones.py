"""Phone numbers: typed forgivingly, stored E.164, shown as people in Japan write them."""

from __future__ import annotations

import unicodedata
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from .errors import Refusal

_KINDS: Final = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.VOIP,
}


def phone_e164(typed: str) -> str:
    """The number as ``+81…``. Raises `Refusal`: ``phone_missing``, ``phone_unreadable`` or ``phone_kind``."""
    text = unicodedata.normalize("NFKC", typed).replace("ー", "-").strip()
    if not text:
        raise Refusal("phone_missing")
    if len(text) > 40:
        raise Refusal("phone_unreadable")
    try:
        number = phonenumbers.parse(text, "JP")
    except phonenumbers.NumberParseException:
        raise Refusal("phone_unreadable") from None
    if not phonenumbers.is_valid_number(number):
        raise Refusal("phone_unreadable")
    if phonenumbers.number_type(number) not in _KINDS:
        raise Refusal("phone_kind")
    return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def national(e164: str) -> str:
    """``090-1234-5678`` for ``+819012345678``; a masked number is shown as it is stored.

    A foreign number keeps its country code: without it, it would be read as another one of Japan.
    """
    if "*" in e164:
        return e164
    number = phonenumbers.parse(e164, "JP")
    home = number.country_code == 81
    return str(
        phonenumbers.format_number(
            number, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
        )
    )

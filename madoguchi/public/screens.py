"""Which desks one screen shows, and the sentences of its calm area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode

from ..domain.board_notices import NoticeKind
from ..domain.errors import Refusal
from ..domain.languages import DEFAULT
from ..services import boards
from ..services.office import Office
from .view import texts

MOST_DESKS: Final = 4
"""More areas on one wall could not be read from ten metres."""
_LEFT_OUT: Final = "board_left_out"
_KINDS: Final = tuple(f"notice_{kind}" for kind in NoticeKind if kind is not NoticeKind.OWN)


@dataclass(frozen=True, slots=True)
class Screen:
    """The boards of one screen; `left_out`: the address asked for more than can be shown."""

    boards: list[dict[str, Any]]
    left_out: bool

    @property
    def keep(self) -> str:
        """The part of the address that a change of language must keep."""
        others = [board["desk"]["code"] for board in self.boards[1:]]
        return urlencode({"with": ",".join(others)}, safe=",") + "&" if others else ""


def screen(office: Office, first: str, further: Sequence[str]) -> Screen:
    """The board of `first` and of the desks in `further`, each of which is a list with commas.

    Unknown ones and those beyond `MOST_DESKS` are left out. Raises `Refusal("unknown_desk")` for `first`.
    """
    asked = [code.strip() for part in further for code in part.split(",")]
    codes = list(dict.fromkeys(code for code in (first, *asked) if code))
    found = [boards.snapshot(office, first)]
    left_out = len(codes) > MOST_DESKS
    for code in codes[1:MOST_DESKS]:
        try:
            found.append(boards.snapshot(office, code))
        except Refusal:
            left_out = True
    return Screen(found, left_out)


def notice_texts(language: str) -> dict[str, list[str]]:
    """Each automatic sentence by its kind: in the page's language, and in English or Japanese."""
    other = "en" if language != "en" else DEFAULT
    own, foreign = texts(language, *_KINDS, _LEFT_OUT), texts(other, *_KINDS, _LEFT_OUT)
    return {key.removeprefix("notice_"): [own[key], foreign[key]] for key in own}


def together(desks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each municipality with several desks its names and the address of their common screen."""

    def city(desk: dict[str, Any]) -> str:
        return str(desk["municipality"]["code"])

    found = []
    for _code, group in groupby(sorted(desks, key=city), city):
        own = list(group)[:MOST_DESKS]
        if len(own) > 1:
            others = ",".join(desk["code"] for desk in own[1:])
            names = own[0]["municipality"]["names"]
            found.append({"names": names, "path": f"/board/{own[0]['code']}?with={others}"})
    return found

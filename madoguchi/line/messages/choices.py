"""Messages that let the citizen choose: city, desk, service, language, ticket, yes or no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from linebot.v3.messaging import Message

from ...domain.languages import LANGUAGES, OWN_NAMES, localized
from ...services.desks import DeskView, MunicipalityView, ServiceView
from ...services.tickets import TicketView
from ...texts import say
from .parts import (
    QUIET,
    Json,
    box,
    button,
    card,
    flex,
    postback,
    quick,
    text,
)
from .values import wait

_ON_ONE_BUBBLE = 8
_OTHERS = ("language", "bookings")
"""What needs no desk; the rest of the menu would only ask for one again."""


def _choice(language: str, title: str, blocks: Sequence[Json], *others: str) -> Message:
    pages = [blocks[start : start + _ON_ONE_BUBBLE] for start in range(0, len(blocks), _ON_ONE_BUBBLE)]
    return flex(title, [card(title, page) for page in pages], quick(language, *others))


def cities(language: str, found: Sequence[MunicipalityView], then: str) -> Message:
    """One button per municipality; `then` is what the citizen was about to do."""
    blocks = [
        button(postback(localized(city.names, language), {"a": "city", "m": city.id, "n": then}))
        for city in found
    ]
    return _choice(language, say(language, "line.choose_city"), blocks, *_OTHERS)


def desks(language: str, found: Sequence[DeskView], then: str) -> Message:
    """One button per desk, with where it is."""
    blocks = [
        box(
            [
                button(postback(localized(desk.names, language), {"a": "desk", "d": desk.id, "n": then})),
                text(localized(desk.places, language), size="xs", color=QUIET, align="center"),
            ],
            spacing="xs",
        )
        for desk in found
    ]
    return _choice(language, say(language, "line.choose_desk"), blocks, "desk", *_OTHERS)


def services(language: str, found: Sequence[ServiceView]) -> Message:
    """One button per service, with who waits already."""
    blocks = [
        box(
            [
                button(
                    postback(localized(service.names, language), {"a": "take", "s": service.id}),
                    style="primary",
                ),
                text(
                    say(
                        language,
                        "line.waiting_now",
                        waiting=service.waiting,
                        wait=wait(language, service.wait),
                    ),
                    size="xs",
                    color=QUIET,
                    align="center",
                ),
            ],
            spacing="xs",
        )
        for service in found
    ]
    return _choice(language, say(language, "line.choose_service"), blocks, "desk", "book")


def languages(language: str) -> Message:
    """The seven languages, each in its own name."""
    blocks = [button(postback(OWN_NAMES[code], {"a": "lang", "l": code})) for code in LANGUAGES]
    title = say(language, "line.choose_language")
    return flex(title, [card(title, blocks)])


def tickets(language: str, found: Sequence[TicketView], action: str) -> Message:
    """Which of several numbers is meant."""
    blocks = [
        button(
            postback(f"{ticket.number} {localized(ticket.service, language)}", {"a": action, "t": ticket.id})
        )
        for ticket in found
    ]
    return _choice(language, say(language, "line.choose_ticket"), blocks, "status")


def confirm(language: str, question: str, yes: str, data: Mapping[str, object]) -> Message:
    """A question with two answers; nothing happens without the first."""
    buttons = [
        button(postback(yes, data), style="primary"),
        button(postback(say(language, "line.no"), {"a": "keep"})),
    ]
    return flex(question, [card(yes, [text(question, weight="bold")], buttons)], quick(language, "status"))

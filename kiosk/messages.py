"""What the madoguchi server says to a terminal, as checked types. Unknown members are ignored."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Names = dict[str, str]
"""A text by language code (``ja`` always)."""

Minutes = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
"""A waiting range, low and high."""


class Message(BaseModel):
    """Base of all: immutable, extra members ignored so that a newer server is understood."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Named(Message):
    """Something with a name in several languages."""

    names: Names


class Coded(Named):
    """A desk or a service as a ticket names it."""

    code: str


class Desk(Coded):
    """The office that this terminal stands in."""

    place: Names = {}


class Service(Coded):
    """One button of the first screen."""

    letter: str = ""
    waiting: int = 0
    estimated_wait_minutes: Minutes | None = None
    open: bool = True


class TicketTexts(Message):
    """What the desk wants on its paper: ``logo`` is a PNG in base64, above everything else.

    What is too much for a ticket is left off the paper, never refused: the numbers matter more.
    """

    lines: tuple[Names, ...] = ()
    closing_words: Names = {}
    logo: str = ""


class Config(Message):
    """All that the first screen shows; asked for every few seconds."""

    municipality: Named
    desk: Desk
    open: bool
    services: tuple[Service, ...]
    ticket: TicketTexts = TicketTexts()
    server_time: AwareDatetime


class Ticket(Message):
    """A number. ``estimated_wait_minutes`` is None when the server cannot say.

    Given without the server, it has an empty ``id`` until the server knows, and nobody has counted who is
    before: ``waiting_ahead`` is None.
    """

    id: int | str
    number: str
    service: Coded
    desk: Coded
    issued_at: AwareDatetime
    waiting_ahead: int | None
    estimated_wait_minutes: Minutes | None = None
    status_url: str
    claim_code: str = ""


class TicketFace(Message):
    """What stands on one paper: the ticket, and the desk's words as they were when it was issued."""

    ticket: Ticket
    language: str
    municipality: Names = {}
    place: Names = {}
    lines: tuple[Names, ...] = ()
    closing_words: Names = {}


class LeasedNumber(Message):
    """One number handed out in advance, with all that its paper needs."""

    number: str
    token: str
    status_url: str
    claim_code: str = ""


class Lease(Message):
    """Numbers of one service and one day, which may be given from ``opens_at`` until ``closes_at``.

    ``used``: how many of this terminal's are tickets at the server.
    """

    service: str
    service_day: date
    opens_at: AwareDatetime
    closes_at: AwareDatetime
    stopped: bool = False
    used: int = 0
    numbers: tuple[LeasedNumber, ...] = ()


class Outcome(Message):
    """What became of a number given without the server; ``ticket`` where it is another one now."""

    key: str
    result: str
    number: str
    id: int | None = None
    reason: str | None = None
    ticket: Ticket | None = None


class SyncAnswer(Message):
    """The answer to what was told; ``leases`` is all that may be given from now on."""

    results: tuple[Outcome, ...]
    leases: tuple[Lease, ...]
    server_time: AwareDatetime


class Paired(Message):
    """The answer to a pairing code."""

    device_token: str


class Problem(Message):
    """An RFC 9457 problem document, as far as the terminal reads it."""

    title: str = ""
    detail: str = ""
    code: str = ""


def face_of(ticket: Ticket, language: str, config: Config | None) -> TicketFace:
    """The paper of ``ticket``; without ``config`` it lacks what only that knows."""
    if config is None:
        return TicketFace(ticket=ticket, language=language)
    return TicketFace(
        ticket=ticket,
        language=language,
        municipality=config.municipality.names,
        place=config.desk.place,
        lines=config.ticket.lines,
        closing_words=config.ticket.closing_words,
    )


def name_in(names: Names, language: str) -> str:
    """The text in ``language``, else in Japanese, else empty."""
    return names.get(language) or names.get("ja") or ""

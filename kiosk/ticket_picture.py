"""The paper ticket as a picture: Japanese first, the citizen's language beside it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.fonts import Fonts
from kiosk.logo import logo_picture
from kiosk.messages import Minutes, Names, TicketFace, name_in
from kiosk.printer.port import Page
from kiosk.sheet import Sheet, Words
from kiosk.texts import Texts

JAPAN = ZoneInfo("Asia/Tokyo")
_WEEKDAYS = "月火水木金土日"
CLAIM_WORDS = "番号札登録"
_MOST_LINES = 4
_LOGO = (360, 120)


class TicketPicture:
    """Draws tickets for one printer width in dots (576 and 512: 80 mm, 384 and 360: 58 mm).

    ``native_qr``: the printer draws the QR code itself, with everything else above or below it.
    """

    def __init__(
        self, width: int, fonts: Fonts, texts: Texts, *, dpi: int = 203, native_qr: bool = False
    ) -> None:
        self._width = width
        self._dpi = dpi
        self._fonts = fonts
        self._texts = texts
        self._native_qr = native_qr

    def page(self, face: TicketFace, *, may_exist: bool = False, logo: str = "") -> Page:
        """The paper, one bit a dot, 0 = black; ``may_exist``: it is marked as perhaps the second one."""
        sheet = Sheet(self._width, self._fonts, self._dpi)
        sheet.gap(8)
        self._head(sheet, logo)
        self._office(sheet, face)
        if may_exist:
            sheet.gap(16)
            sheet.framed(self._both("paper.copy", face.language, 28))
        self._number(sheet, face)
        if face.ticket.waiting_ahead is None:
            self._uncounted(sheet, face)
        else:
            self._waiting(sheet, face, face.ticket.waiting_ahead)
        if self._native_qr:
            self._link_below(sheet, face)
        else:
            self._link_beside(sheet, face)
        self._closing(sheet, face)
        return sheet.page()

    def _head(self, sheet: Sheet, logo: str) -> None:
        picture = logo_picture(logo, *(sheet.scaled(dots) for dots in _LOGO))
        if picture is not None:
            sheet.picture(picture)
            sheet.gap(10)

    def _office(self, sheet: Sheet, face: TicketFace) -> None:
        office = " ".join(
            filter(None, (name_in(face.municipality, "ja"), name_in(face.ticket.desk.names, "ja")))
        )
        sheet.centred(Words(office, 32, bold=True))
        self._names(sheet, face.ticket.desk.names, face.language, size=22, japanese=False)
        self._names(sheet, face.place, face.language, size=22)
        sheet.gap(10)
        sheet.rule()
        sheet.gap(10)
        sheet.centred(Words(name_in(face.ticket.service.names, "ja"), 38, bold=True))
        self._names(sheet, face.ticket.service.names, face.language, size=26, japanese=False)

    def _number(self, sheet: Sheet, face: TicketFace) -> None:
        sheet.gap(14)
        sheet.centred(self._both("paper.number", face.language, 24))
        sheet.gap(16)
        sheet.widest(face.ticket.number, at_most=540, high=230)
        sheet.gap(24)
        at = face.ticket.issued_at.astimezone(JAPAN)
        sheet.centred(Words(_japanese_time(at), 24))
        if face.language not in {"ja", "ja-easy"}:
            issued = self._texts.say(face.language, "paper.issued")
            sheet.centred(Words(f"{issued} {at:%Y-%m-%d %H:%M}", 20, face.language))

    def _uncounted(self, sheet: Sheet, face: TicketFace) -> None:
        """Given without the network: nobody knows how many are before, and the paper says so."""
        sheet.gap(12)
        sheet.rule(2)
        sheet.gap(10)
        sheet.centred(Words(self._texts.say("ja", "paper.no_network"), 22, bold=True))
        if face.language != "ja":
            sheet.gap(6)
            sheet.centred(Words(self._texts.say(face.language, "paper.no_network"), 20, face.language))
        sheet.gap(8)
        sheet.rule(2)

    def _waiting(self, sheet: Sheet, face: TicketFace, ahead: int) -> None:
        sheet.gap(12)
        sheet.rule(2)
        top = sheet.y
        minutes, middle = face.ticket.estimated_wait_minutes, sheet.width // 2
        halves = [("paper.ahead", "paper.people", {"n": ahead})]
        if minutes:
            halves.append(("paper.wait", _range_key(minutes), {"low": minutes[0], "high": minutes[1]}))
        edges = [(0, middle), (middle, sheet.width)] if len(halves) == 2 else [(0, sheet.width)]
        bottoms = []
        for (label, key, values), (left, right) in zip(halves, edges, strict=True):
            sheet.y = top
            sheet.gap(10)
            self._fact(sheet, face.language, (label, key), values, (left, right))
            bottoms.append(sheet.y)
        sheet.y = max(bottoms)
        sheet.gap(8)
        sheet.rule(2)

    def _fact(
        self,
        sheet: Sheet,
        language: str,
        keys: tuple[str, str],
        values: dict[str, int],
        edges: tuple[int, int],
    ) -> None:
        label, value = keys
        japanese, own = (self._texts.say(spoken, value, **values) for spoken in ("ja", language))
        sheet.centred(Words(self._texts.say("ja", label), 22), *edges)
        if language != "ja":
            sheet.centred(Words(self._texts.say(language, label), 19, language), *edges)
        sheet.centred(Words(japanese, 42, bold=True), *edges)
        # A bare number says the same in every language.
        if own != japanese and not own.isdigit():
            sheet.centred(Words(own, 20, language), *edges)

    def _link_beside(self, sheet: Sheet, face: TicketFace) -> None:
        sheet.gap(12)
        top = sheet.y
        width = sheet.qr(face.ticket.status_url, 0, 262)
        beside = width + sheet.scaled(4)
        sheet.gap(30)
        for words in self._link_words(face):
            if words is None:
                sheet.gap(14)
            else:
                sheet.flush_left(words, beside)
        sheet.y = max(sheet.y, top + width)

    def _link_below(self, sheet: Sheet, face: TicketFace) -> None:
        sheet.native_qr(face.ticket.status_url, 230)
        for words in self._link_words(face):
            if words is None:
                sheet.gap(8)
            else:
                sheet.centred(words)

    def _link_words(self, face: TicketFace) -> list[Words | None]:
        """What the QR code is for; None is a small gap."""
        said: list[Words | None] = [Words(self._texts.say("ja", "paper.qr"), 25, bold=True)]
        if face.language != "ja":
            said.append(Words(self._texts.say(face.language, "paper.qr"), 21, face.language))
        if face.ticket.claim_code:
            said += [None, Words(self._texts.say("ja", "paper.claim"), 19)]
            if face.language != "ja":
                said.append(Words(self._texts.say(face.language, "paper.claim"), 18, face.language))
            said.append(Words(f"{CLAIM_WORDS} {face.ticket.claim_code}", 22, bold=True))
        return said

    def _closing(self, sheet: Sheet, face: TicketFace) -> None:
        sayings = [names for names in (*face.lines[:_MOST_LINES], face.closing_words) if name_in(names, "ja")]
        if sayings:
            sheet.gap(8)
            sheet.rule(2)
        for names in sayings:
            sheet.gap(10)
            self._names(sheet, names, face.language, size=22)
        sheet.gap(8)

    def _names(self, sheet: Sheet, names: Names, language: str, *, size: int, japanese: bool = True) -> None:
        japanese_name, own = name_in(names, "ja"), name_in(names, language)
        if japanese and japanese_name:
            sheet.centred(Words(japanese_name, size))
        if own and own != japanese_name:
            sheet.centred(Words(own, size - 2, language))

    def _both(self, key: str, language: str, size: int) -> Words:
        japanese, own = self._texts.say("ja", key), self._texts.say(language, key)
        return Words(japanese if own == japanese else f"{japanese}  {own}", size, language)


def _range_key(minutes: Minutes) -> str:
    low, high = minutes
    return "paper.soon" if high == 0 else "paper.minutes_same" if low == high else "paper.minutes"


def _japanese_time(at: datetime) -> str:
    return f"{at.year}年{at.month}月{at.day}日({_WEEKDAYS[at.weekday()]}) {at:%H:%M} 発行"

"""The paper ticket as a picture: Japanese first, the citizen's language beside it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from PIL import Image

from kiosk.fonts import Fonts
from kiosk.messages import Minutes, Names, TicketFace, name_in
from kiosk.sheet import Sheet, Words
from kiosk.texts import Texts

JAPAN = ZoneInfo("Asia/Tokyo")
_WEEKDAYS = "月火水木金土日"
CLAIM_WORDS = "番号札登録"


class TicketPicture:
    """Draws tickets for one printer width in dots (576 and 512: 80 mm, 384: 58 mm)."""

    def __init__(self, width: int, fonts: Fonts, texts: Texts) -> None:
        self._width = width
        self._fonts = fonts
        self._texts = texts

    def draw(self, face: TicketFace) -> Image.Image:
        """The paper, one bit a dot, 0 = black."""
        sheet = Sheet(self._width, self._fonts)
        self._office(sheet, face)
        self._number(sheet, face)
        self._waiting(sheet, face)
        self._link(sheet, face)
        self._closing(sheet, face)
        return sheet.cut()

    def _office(self, sheet: Sheet, face: TicketFace) -> None:
        sheet.gap(8)
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

    def _waiting(self, sheet: Sheet, face: TicketFace) -> None:
        sheet.gap(12)
        sheet.rule(2)
        top = sheet.y
        ticket, middle = face.ticket, sheet.width // 2
        halves = [("paper.ahead", self._texts.say("ja", "paper.people", n=ticket.waiting_ahead))]
        if ticket.estimated_wait_minutes:
            halves.append(("paper.wait", self._range(ticket.estimated_wait_minutes)))
        edges = [(0, middle), (middle, sheet.width)] if len(halves) == 2 else [(0, sheet.width)]
        bottoms = []
        for (label, value), (left, right) in zip(halves, edges, strict=True):
            sheet.y = top
            sheet.gap(10)
            sheet.centred(Words(self._texts.say("ja", label), 22), left, right)
            if face.language != "ja":
                words = Words(self._texts.say(face.language, label), 19, face.language)
                sheet.centred(words, left, right)
            sheet.centred(Words(value, 42, bold=True), left, right)
            bottoms.append(sheet.y)
        sheet.y = max(bottoms)
        sheet.gap(6)
        sheet.rule(2)

    def _range(self, minutes: Minutes) -> str:
        low, high = minutes
        key = "paper.soon" if high == 0 else "paper.minutes_same" if low == high else "paper.minutes"
        return self._texts.say("ja", key, low=low, high=high)

    def _link(self, sheet: Sheet, face: TicketFace) -> None:
        sheet.gap(12)
        top = sheet.y
        width = sheet.qr(face.ticket.status_url, 0, 250)
        beside = width + sheet.scaled(4)
        sheet.gap(30)
        sheet.flush_left(Words(self._texts.say("ja", "paper.qr"), 25, bold=True), beside)
        if face.language != "ja":
            sheet.flush_left(Words(self._texts.say(face.language, "paper.qr"), 21, face.language), beside)
        if face.ticket.claim_code:
            sheet.gap(14)
            sheet.flush_left(Words(self._texts.say("ja", "paper.claim"), 19), beside)
            if face.language != "ja":
                claim = self._texts.say(face.language, "paper.claim")
                sheet.flush_left(Words(claim, 18, face.language), beside)
            sheet.flush_left(Words(f"{CLAIM_WORDS} {face.ticket.claim_code}", 22, bold=True), beside)
        sheet.y = max(sheet.y, top + width)

    def _closing(self, sheet: Sheet, face: TicketFace) -> None:
        if name_in(face.closing_words, "ja"):
            sheet.gap(8)
            sheet.rule(2)
            sheet.gap(10)
            self._names(sheet, face.closing_words, face.language, size=22)
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


def _japanese_time(at: datetime) -> str:
    return f"{at.year}年{at.month}月{at.day}日({_WEEKDAYS[at.weekday()]}) {at:%H:%M} 発行"

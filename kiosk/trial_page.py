"""A page to try the printer with: width, blackness, every language, a QR code. No number stands on it."""

from datetime import datetime

from kiosk.fonts import Fonts
from kiosk.printer.port import Page
from kiosk.settings import Settings
from kiosk.sheet import Sheet, Words
from kiosk.texts import LANGUAGES, Texts

_PAPER = "https://www.example.lg.jp/printer-test"
_STEP = 48


def draw_trial_page(settings: Settings, fonts: Fonts, texts: Texts, now: datetime) -> Page:
    """The page; ``now`` in the office's time."""
    sheet = Sheet(settings.profile.width, fonts, settings.profile.dpi)
    sheet.gap(8)
    sheet.centred(Words("試し刷り", 48, bold=True))
    sheet.centred(Words("番号札ではありません", 24))
    sheet.gap(8)
    facts = f"{settings.profile.name}  {settings.profile.width} ドット  {now:%Y-%m-%d %H:%M}"
    sheet.centred(Words(facts, 20))
    _ruler(sheet)
    sheet.centred(Words("左右の端の線が両方見えれば、用紙の幅は合っています", 20))
    sheet.gap(10)
    sheet.rule(16)
    sheet.gap(10)
    for language in LANGUAGES:
        said = f"{texts.say(language, 'language.name')}  {texts.say(language, 'paper.qr')}"
        sheet.centred(Words(said, 22, language))
    sheet.gap(16)
    if settings.native_qr:
        sheet.native_qr(_PAPER, 230)
    else:
        left = (sheet.width - sheet.scaled(250)) // 2
        sheet.y += sheet.qr(_PAPER, left, 250)
    sheet.centred(Words("スマートフォンで読み取れるか、お試しください", 20))
    sheet.gap(8)
    return sheet.page()


def _ruler(sheet: Sheet) -> None:
    sheet.gap(10)
    for left in [*range(0, sheet.width - 3, _STEP), sheet.width - 3]:
        sheet.box(left, 3, high=28 if left in {0, sheet.width - 3} else 14)
    sheet.gap(34)

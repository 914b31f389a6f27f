"""The paper fits its printer, its number is the largest thing on it, and its QR code can be read."""

from collections.abc import Callable, Sequence

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageFont

from kiosk.fonts import Fonts
from kiosk.lines_of_text import broken
from kiosk.messages import TicketFace
from kiosk.texts import LANGUAGES, load_texts
from kiosk.ticket_picture import TicketPicture

WIDTHS = (576, 512, 384, 360)
Make = Callable[..., TicketFace]


def _drawn(width: int, fonts: Fonts, face: TicketFace) -> Image.Image:
    (picture,) = TicketPicture(width, fonts, load_texts()).page(face)
    assert isinstance(picture, Image.Image)
    return picture


def _tallest_run_of_ink(picture: Image.Image) -> tuple[int, int]:
    """The longest band of consecutive rows with ink in them: top and height."""
    grey = picture.convert("L")
    best, top = (0, 0), None
    for y in range(grey.height + 1):
        inked = y < grey.height and grey.crop((0, y, grey.width, y + 1)).getextrema()[0] == 0
        if inked and top is None:
            top = y
        if not inked and top is not None:
            best, top = max(best, (y - top, top)), None
    return best[1], best[0]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_qr_code_on_the_paper_opens_the_status_page(
    width: int, language: str, fonts: Fonts, face: Make
) -> None:
    paper = face(language)
    picture = _drawn(width, fonts, paper)
    assert (picture.width, picture.mode) == (width, "1")
    assert [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))] == [paper.ticket.status_url]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("number", ["A001", "9", "ABC1234"])
def test_number_fills_the_paper_and_is_not_cut_off(width: int, number: str, fonts: Fonts, face: Make) -> None:
    short = face(number=number, status_url="x", claim_code="")
    picture = _drawn(width, fonts, short)
    top, height = _tallest_run_of_ink(picture.crop((0, 0, width, picture.height // 2 + 40)))
    band = picture.crop((0, top, width, top + height)).convert("L").point(lambda grey: 255 - grey)
    left, _top, right, _bottom = band.getbbox()
    assert left > 0
    assert right < width
    assert abs(left - (width - right)) <= 3
    assert height >= width * (0.18 if len(number) < 5 else 0.12)


def test_another_number_changes_the_number_and_nothing_else(fonts: Fonts, face: Make) -> None:
    one, other = _drawn(576, fonts, face()), _drawn(576, fonts, face(number="A002"))
    changed = ImageChops.difference(one.convert("L"), other.convert("L")).getbbox()
    top, height = _tallest_run_of_ink(one.crop((0, 0, 576, 500)))
    assert changed is not None
    assert top <= changed[1]
    assert changed[3] <= top + height


def test_same_ticket_gives_the_same_dots(fonts: Fonts, face: Make) -> None:
    assert _drawn(576, fonts, face("ko")).tobytes() == _drawn(576, fonts, face("ko")).tobytes()


def test_the_chosen_language_stands_beside_japanese(fonts: Fonts, face: Make) -> None:
    assert _drawn(576, fonts, face("vi")).height > _drawn(576, fonts, face("ja")).height


def test_a_ticket_without_estimate_claim_code_or_names_is_still_a_ticket(fonts: Fonts, face: Make) -> None:
    bare = TicketFace(ticket=face(estimated_wait_minutes=None, claim_code="").ticket, language="en")
    picture = _drawn(384, fonts, bare)
    assert zxingcpp.read_barcodes(picture.convert("L"))[0].text == bare.ticket.status_url


@pytest.mark.parametrize(
    "text", ["国民健康保険・後期高齢者医療・介護保険に関する届出の受付。", "Đăng ký sử dụng nhà trẻ công lập"]
)
def test_long_text_is_broken_into_lines_that_fit_and_loses_nothing(text: str, fonts: Fonts) -> None:
    font = fonts.at(30)
    lines = broken(text, font, 260)
    assert len(lines) > 1
    assert all(font.getlength(line) <= 260 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line.startswith(("。", "・")) for line in lines)


def test_words_without_end_are_cut_before_they_are_measured(
    fonts: Fonts, face: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = []

    def watched(text: str, font: ImageFont.FreeTypeFont, room: int) -> Sequence[str]:
        longest.append(len(text))
        return broken(text, font, room)

    monkeypatch.setattr("kiosk.sheet.broken", watched)
    endless = face().model_copy(update={"closing_words": {"ja": "お" * 100_000}})
    assert _drawn(384, fonts, endless).height < _drawn(384, fonts, face()).height + 250
    assert max(longest) < 1_000

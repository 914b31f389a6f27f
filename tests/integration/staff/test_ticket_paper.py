"""What a desk prints of its own: set by administrators, recorded, put back, and told to its terminals."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from office_kit import City, clock_of
from paper_tab import PaperTab
from PIL import Image, ImageDraw
from sqlmodel import col, select

from madoguchi.domain.errors import Refusal
from madoguchi.domain.paper import PaperTexts
from madoguchi.domain.roles import Role
from madoguchi.services import running, ticket_paper
from madoguchi.services.actors import Actor
from madoguchi.services.office import Office
from madoguchi.store.tables import AuditEntry

TEXTS = PaperTexts(("電話 03-1234-5678",), {"en": "Please wait."})


def ring(width: int = 200) -> bytes:
    """A PNG that is not the same for another width."""
    picture = Image.new("L", (width, 200), "white")
    ImageDraw.Draw(picture).ellipse((20, 20, width - 20, 180), outline="black", width=16)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def admin(city: City) -> Actor:
    """Who may set it."""
    return Actor(city.clerk.staff_id, "admin", Role.ADMIN, city.municipality_id)


@pytest.fixture
def tab(office: Office, admin: Actor, monkeypatch: pytest.MonkeyPatch) -> Iterator[PaperTab]:
    """The page as an administrator has it open."""
    running.start(office)
    yield PaperTab(monkeypatch, admin)
    running.stop()


def changes(office: Office) -> list[dict[str, object]]:
    """What the audit log holds of it."""
    with office.look() as unit:
        rows = unit.session.exec(
            select(AuditEntry).where(col(AuditEntry.action) == "change_paper").order_by(col(AuditEntry.id))
        ).all()
        return [row.facts["changes"] for row in rows]


def texts(office: Office, city: City) -> PaperTexts:
    return ticket_paper.paper_of(office, city.desk_id).texts


def test_a_desk_that_set_nothing_prints_nothing_of_its_own(office: Office, city: City) -> None:
    assert ticket_paper.paper_of(office, city.desk_id) == ticket_paper.Paper()


def test_texts_are_saved_recorded_and_put_back(office: Office, city: City, admin: Actor) -> None:
    saved = ticket_paper.save_texts(office, admin, city.desk_id, TEXTS, PaperTexts())
    assert texts(office, city) == TEXTS
    assert texts(office, city) != ticket_paper.paper_of(office, city.other_desk_id).texts
    ticket_paper.save_texts(office, admin, city.desk_id, TEXTS, TEXTS)
    ticket_paper.save_texts(office, admin, city.desk_id, saved.before, saved.after)
    assert texts(office, city) == PaperTexts()
    assert changes(office) == [
        {"lines": [[], ["電話 03-1234-5678"]], "closing_words": {"en": ["", "Please wait."]}},
        {"lines": [["電話 03-1234-5678"], []], "closing_words": {"en": ["Please wait.", ""]}},
    ]


def test_of_several_who_save_first_at_once_one_does_and_the_others_are_told(
    office: Office, city: City, admin: Actor
) -> None:
    def save(number: int) -> str:
        try:
            wanted = PaperTexts((f"電話 {number}",))
            ticket_paper.save_texts(office, admin, city.desk_id, wanted, PaperTexts())
        except Refusal as refusal:
            return refusal.code
        return "saved"

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(save, range(6)))
    assert outcomes == ["changed_meanwhile"] * 5 + ["saved"]
    assert len(changes(office)) == 1


def test_a_logo_is_saved_without_its_picture_in_the_log(office: Office, city: City, admin: Actor) -> None:
    first = ticket_paper.save_logo(office, admin, city.desk_id, ring())
    again = ticket_paper.save_logo(office, admin, city.desk_id, ring())
    assert (first.before, first.after) == (None, again.before)
    assert again.after == again.before
    (change,) = changes(office)
    assert [len(str(one)) for one in change["logo"]] == [0, 12]  # type: ignore[attr-defined]
    other = ticket_paper.save_logo(office, admin, city.desk_id, ring(300))
    with pytest.raises(Refusal, match="changed_meanwhile"):
        ticket_paper.put_logo_back(office, admin, city.desk_id, first)
    ticket_paper.put_logo_back(office, admin, city.desk_id, other)
    assert ticket_paper.paper_of(office, city.desk_id).logo == first.after
    ticket_paper.save_logo(office, admin, city.desk_id, None)
    assert ticket_paper.paper_of(office, city.desk_id) == ticket_paper.Paper()


def test_only_administrators_and_only_the_own_city(office: Office, city: City, admin: Actor) -> None:
    stranger = Actor(city.clerk.staff_id, "admin", Role.ADMIN, city.municipality_id + 1)
    for who, code in ((city.clerk, "not_allowed"), (city.viewer, "not_allowed"), (stranger, "unknown_desk")):
        with pytest.raises(Refusal, match=code):
            ticket_paper.save_texts(office, who, city.desk_id, TEXTS, PaperTexts())
        with pytest.raises(Refusal, match=code):
            ticket_paper.save_logo(office, who, city.desk_id, ring())
        with pytest.raises(Refusal, match=code):
            ticket_paper.put_logo_back(office, who, city.desk_id, ticket_paper.LogoSaved(None, None))
    for who in (stranger, city.auditor):
        with pytest.raises(Refusal):
            ticket_paper.sample_for(office, who, city.desk_id)
    with pytest.raises(Refusal, match="unknown_desk"):
        ticket_paper.save_texts(office, admin, 999, TEXTS, PaperTexts())
    assert ticket_paper.paper_of(office, city.desk_id) == ticket_paper.Paper()


def test_the_page_previews_what_is_typed_saves_it_and_puts_it_back(
    office: Office, city: City, tab: PaperTab
) -> None:
    page = tab.paper
    tab.does(page.type_in("line_1", "電話 03"))
    assert tab.preview() == ["電話 03", "番号が呼ばれたら、窓口へお越しください。"]
    assert texts(office, city) == PaperTexts(), "nothing is saved by typing"
    tab.does(page.type_in("line_1", "あ" * 41))
    assert "1行目が長すぎます" in page.problem
    assert tab.preview()[0] == "電話 03", "the preview keeps what can be printed"
    tab.does(page.save(tab.form(line_1="あ" * 41)))
    assert "全角40文字まで" in page.refusal
    tab.does(page.save(tab.form(line_1="電話 03", closing_ja="お待ちください。")))
    assert (page.said, page.refusal) == ("保存しました。次の番号札から印刷します。", "")
    assert texts(office, city) == PaperTexts(("電話 03",), {"ja": "お待ちください。"})
    assert tab.preview() == ["電話 03", "お待ちください。"]
    tab.does(page.undo())
    assert (page.said, texts(office, city)) == ("元に戻しました。", PaperTexts())
    assert page.values["line_1"] == ""


def test_after_the_time_nothing_is_put_back(office: Office, city: City, tab: PaperTab) -> None:
    tab.does(tab.paper.save(tab.form(line_1="電話")))
    clock_of(office).advance(seconds=20)
    tab.does(tab.paper.undo())
    assert texts(office, city).lines == ("電話",)


def test_what_a_colleague_saved_meanwhile_is_told_and_not_wiped(
    office: Office, city: City, admin: Actor, tab: PaperTab
) -> None:
    page = tab.paper
    ticket_paper.save_texts(office, admin, city.desk_id, PaperTexts(("駐車場",), {"en": "Bye"}), PaperTexts())
    tab.does(page.save(tab.form(line_1="電話")))
    assert "まだ保存していません" in page.refusal
    assert list(page.changes) == ["1行目：いまは「駐車場」", "結びの言葉（English）：いまは「Bye」"]
    assert (page.values["line_1"], page.values["closing_en"]) == ("電話", "Bye")
    tab.does(page.save(tab.form()))
    assert texts(office, city) == PaperTexts(("電話",), {"en": "Bye"})


def test_a_logo_comes_as_base64_and_nonsense_is_refused(office: Office, city: City, tab: PaperTab) -> None:
    page = tab.paper
    tab.does(page.read_logo(base64.b64encode(ring()).decode()))
    assert (page.refusal, page.said) == ("", "ロゴを保存しました。次の番号札から印刷します。")
    assert page.logo.startswith("data:image/png;base64,")
    for junk in (None, 7, "", "ロゴ", "AAAA", base64.b64encode(b"GIF89a").decode(), {"a": 1}):
        tab.does(page.read_logo(junk))
        assert "PNG" in page.refusal, junk
    assert ticket_paper.paper_of(office, city.desk_id).logo is not None
    tab.does(page.drop_logo())
    assert page.logo == ""
    tab.does(page.undo())
    assert page.logo.startswith("data:")


def test_another_language_is_previewed_and_nonsense_is_none(tab: PaperTab) -> None:
    tab.does(tab.paper.choose_language("en"))
    assert tab.preview() == ["番号が呼ばれたら、窓口へお越しください。", tab.paper.standard["en"]]
    for junk in ("fr", "", None, 3):
        tab.does(tab.paper.choose_language(junk))
        tab.does(tab.paper.type_in(junk, junk))
    assert tab.paper.language == "en"

"""`/book`: a visit booked on the phone, in three steps on one page."""

import reflex as rx

from madoguchi.domain.languages import LANGUAGES, OWN_NAMES
from madoguchi.pages.book.busy import Busy
from madoguchi.pages.book.confirmation import confirmation, expired
from madoguchi.pages.book.contact import contact_step
from madoguchi.pages.book.form import FOLDED, FORM
from madoguchi.pages.book.letterbox import Letterbox
from madoguchi.pages.book.liff import by_liff
from madoguchi.pages.book.mine import mine, more, news
from madoguchi.pages.book.moving import confirm_step, move_head
from madoguchi.pages.book.steps import service_step, when_step
from madoguchi.state import book_letters

ROUTE = "/book"
TITLE = "来庁の予約"
ON_LOAD = FORM.open_page


def page() -> rx.Component:
    """The page; what it shows follows the state's phase."""
    return rx.fragment(
        rx.el.link(rel="stylesheet", href="/book.css"),
        rx.el.main(
            _languages(),
            Letterbox.create(id=book_letters.BOX),
            by_liff(),
            # Always there: letters find the fields, and what was typed outlives a server started anew.
            rx.el.div(_form(), hidden=FORM.phase != "open"),
            rx.match(
                FORM.phase,
                ("open", rx.fragment()),
                ("done", confirmation()),
                ("expired", expired()),
                rx.el.p(FORM.text["loading"], role="status", class_name="bk-lead"),
            ),
            Busy.create(answered=FORM.answered, label=FORM.text["busy"], slow=FORM.text["slow"]),
            class_name="bk-main",
            lang=rx.cond(FORM.language == "ja-easy", "ja", FORM.language),
            custom_attrs={"data-phase": FORM.phase},
        ),
    )


def _languages() -> rx.Component:
    return rx.el.nav(
        *(
            rx.el.button(
                OWN_NAMES[code],
                type="button",
                lang="ja" if code == "ja-easy" else code,
                class_name="bk-lang",
                aria_pressed=FORM.language == code,
                on_click=FORM.choose_language(code),
                custom_attrs={"data-testid": f"book-lang-{code}"},
            )
            for code in LANGUAGES
        ),
        class_name="bk-langs",
        aria_label=FORM.text["language"],
    )


def _form() -> rx.Component:
    return rx.el.div(
        rx.el.h1(FORM.text["title"]),
        rx.el.p(FORM.desk_name, class_name="bk-desk"),
        news(),
        mine(),
        move_head(),
        more(),
        # Hidden, not taken away: what stands in the fields stays there.
        rx.el.div(
            rx.cond(
                FORM.may_book | (FORM.moving != 0),
                rx.fragment(rx.cond(FORM.moving == 0, service_step()), when_step()),
                rx.el.p(FORM.text["guest.closed"], class_name="bk-lead"),
            ),
            rx.el.div(contact_step(), hidden=(FORM.moving != 0) | ~FORM.may_book),
            rx.cond(FORM.moving != 0, confirm_step()),
            hidden=FOLDED,
        ),
    )

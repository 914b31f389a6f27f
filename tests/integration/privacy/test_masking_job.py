"""Once their time is over, nobody finds the old name or number any more."""

from datetime import UTC, date, datetime

from office_kit import City, clock_of
from sqlalchemy import select

from madoguchi.domain.names import search_key
from madoguchi.jobs import run_job
from madoguchi.services.office import Office
from madoguchi.store.tables import Contact

KANA, PHONE = "ヤマダ ハナコ", "+819012345678"


def add_contact(office: Office, visit: date) -> None:
    with office.change() as unit:
        unit.session.add(
            Contact(kana=KANA, kana_key=search_key(KANA), phone=PHONE, created_at=unit.now, visit_day=visit)
        )


def contacts(office: Office) -> list[tuple[str, str, str]]:
    with office.look() as unit:
        rows = unit.session.execute(select(Contact).order_by(Contact.id)).scalars()  # type: ignore[arg-type]
        return [(row.kana, row.kana_key, row.phone) for row in rows]


def test_on_the_day_it_is_due_and_not_a_day_before(office: Office, city: City) -> None:
    add_contact(office, date(2026, 10, 15))
    add_contact(office, date(2026, 12, 1))
    clock_of(office).put(datetime(2027, 1, 14, 14, 59, tzinfo=UTC))
    assert run_job(office, "mask-contacts") == "masked=0"
    clock_of(office).advance(minutes=1)
    assert run_job(office, "mask-contacts") == "masked=1"
    assert contacts(office) == [
        ("＊マ＊ ハナコ", "マハナコ", "+8190123456**"),
        (KANA, search_key(KANA), PHONE),
    ]


def test_running_it_again_changes_nothing(office: Office, city: City) -> None:
    add_contact(office, date(2026, 10, 15))
    clock_of(office).put(datetime(2027, 2, 1, tzinfo=UTC))
    assert run_job(office, "mask-contacts") == "masked=1"
    once = contacts(office)
    assert run_job(office, "mask-contacts") == "masked=0"
    assert contacts(office) == once


def test_more_than_one_batch_is_masked_in_one_run(office: Office, city: City) -> None:
    for _ in range(205):
        add_contact(office, date(2026, 10, 15))
    clock_of(office).put(datetime(2027, 2, 1, tzinfo=UTC))
    assert run_job(office, "mask-contacts") == "masked=205"

"""Once their time is over, nobody finds the old name or number any more."""

from __future__ import annotations

import os
import signal
from datetime import UTC, date, datetime

import pytest
from office_kit import City, clock_of
from sqlalchemy import event, select

from madoguchi.domain.booking import ReservationState
from madoguchi.domain.names import search_key
from madoguchi.jobs import run_job
from madoguchi.services import masking
from madoguchi.services.office import Office
from madoguchi.store.engine import open_database
from madoguchi.store.tables import Contact, MaskingRun, Pool, Reservation, Service, Slot

KANA, PHONE = "ヤマダ ハナコ", "+819012345678"
MASKED = ("＊マ＊ ハナコ", "マハナコ", "+8190123456**")
LATER = datetime(2027, 2, 1, tzinfo=UTC)


def add_contact(office: Office, visit: date, kana: str = KANA, phone: str = PHONE) -> int:
    with office.change() as unit:
        contact = Contact(
            kana=kana, kana_key=search_key(kana), phone=phone, created_at=unit.now, visit_day=visit
        )
        unit.session.add(contact)
        unit.session.flush()
        return contact.id or 0


def contacts(office: Office) -> list[tuple[str, str, str]]:
    with office.look() as unit:
        rows = unit.session.execute(select(Contact).order_by(Contact.id)).scalars()  # type: ignore[arg-type]
        return [(row.kana, row.kana_key, row.phone) for row in rows]


def set_to(office: Office, **settings: object) -> Office:
    """The same office with other settings."""
    changed = office.settings.model_copy(update=settings)
    return Office(changed, office.database, office.clock)


def add_visit(office: Office, city: City, state: ReservationState, contact_id: int) -> int:
    """A reservation of October in that state, with an answer in words and a reason of staff."""
    with office.change() as unit:
        session = unit.session
        service = session.get_one(Service, city.service_id)
        service.questions = [
            {
                "key": "child",
                "kind": "text",
                "label": {"ja": "お子さんの名前"},
                "required": False,
                "options": {},
            },
            {
                "key": "kind",
                "kind": "choice",
                "label": {"ja": "種類"},
                "required": False,
                "options": {"new": {"ja": "新規"}},
            },
        ]
        pool = Pool(desk_id=city.desk_id, name="枠")
        session.add(pool)
        session.flush()
        day, at = date(2026, 10, 15), datetime(2026, 10, 15, 1, tzinfo=UTC)
        slot = Slot(pool_id=pool.id or 0, starts_at=at, day=day, capacity=1)
        session.add(slot)
        session.flush()
        row = Reservation(
            code=f"{contact_id:06}",
            desk_id=city.desk_id,
            service_id=city.service_id,
            slot_id=slot.id or 0,
            day=day,
            starts_at=at,
            state=state.value,
            channel="staff",
            answers={"child": "ヤマダ タロウ", "kind": "new", "asked once": "ヤマダ"},
            over_reason="ヤマダさんから電話",
            contact_id=contact_id,
            created_at=unit.now,
        )
        session.add(row)
        session.flush()
        return row.id or 0


def test_on_the_day_it_is_due_and_not_a_day_before(office: Office, city: City) -> None:
    add_contact(office, date(2026, 10, 15))
    add_contact(office, date(2026, 12, 1))
    clock_of(office).put(datetime(2027, 1, 14, 14, 59, tzinfo=UTC))
    assert run_job(office, "mask-contacts") == "masked=0"
    clock_of(office).advance(minutes=1)
    assert run_job(office, "mask-contacts") == "masked=1 from=2026-10-15 to=2026-10-15"
    assert contacts(office) == [
        MASKED,
        (KANA, search_key(KANA), PHONE),
    ]


def test_running_it_again_changes_nothing(office: Office, city: City) -> None:
    add_contact(office, date(2026, 10, 15))
    clock_of(office).put(datetime(2027, 2, 1, tzinfo=UTC))
    assert run_job(office, "mask-contacts") == "masked=1 from=2026-10-15 to=2026-10-15"
    once = contacts(office)
    assert run_job(office, "mask-contacts") == "masked=0"
    assert contacts(office) == once


def test_more_than_one_batch_is_masked_in_one_run(office: Office, city: City) -> None:
    with office.change() as unit:
        seen = {"created_at": unit.now, "visit_day": date(2026, 10, 15)}
        unit.session.add_all(Contact(kana=KANA, kana_key="", phone=PHONE, **seen) for _ in range(205))
    clock_of(office).put(datetime(2027, 2, 1, tzinfo=UTC))
    assert run_job(office, "mask-contacts") == "masked=205 from=2026-10-15 to=2026-10-15"


@pytest.mark.parametrize("state", list(ReservationState))
def test_whatever_became_of_the_visit_name_number_and_words_go(
    lite_office: Office, lite_city: City, state: ReservationState
) -> None:
    office = lite_office
    visit = add_visit(office, lite_city, state, add_contact(office, date(2026, 10, 15)))
    clock_of(office).put(LATER)
    assert masking.mask_due(office).masked == 1
    assert contacts(office) == [MASKED]
    with office.look() as unit:
        row = unit.session.get_one(Reservation, visit)
        # Which of the known choices was taken tells nothing about a person.
        assert row.answers == {"child": "＊", "kind": "new", "asked once": "＊"}
        assert row.over_reason == "＊"


def test_a_contact_that_no_booking_has_goes_too(office: Office, city: City) -> None:
    add_contact(office, date(2026, 10, 15))
    clock_of(office).put(LATER)
    assert masking.mask_due(office).masked == 1


def test_a_shorter_time_holds_for_old_contacts_and_a_longer_one_brings_nothing_back(
    office: Office, city: City
) -> None:
    add_contact(office, date(2026, 10, 15))
    clock_of(office).put(datetime(2026, 11, 20, tzinfo=UTC))
    assert masking.mask_due(office).masked == 0
    assert masking.mask_due(set_to(office, retention_months=1)).masked == 1
    assert masking.mask_due(set_to(office, retention_months=60)).masked == 0
    assert contacts(office) == [MASKED]


def test_once_everything_must_go_what_was_masked_in_part_goes_whole_and_stays_so(
    office: Office, city: City
) -> None:
    add_contact(office, date(2026, 10, 15))
    clock_of(office).put(LATER)
    assert masking.mask_due(office).masked == 1
    whole = set_to(office, mask_policy="full")
    assert masking.mask_due(whole).masked == 1
    gone = [("＊＊＊ ＊＊＊", "", "+************")]
    assert contacts(office) == gone
    assert masking.mask_due(whole).masked == masking.mask_due(office).masked == 0
    assert contacts(office) == gone


def test_a_visit_that_was_moved_counts_from_its_new_day(office: Office, city: City) -> None:
    contact_id = add_contact(office, date(2026, 10, 15))
    with office.change() as unit:
        unit.session.get_one(Contact, contact_id).visit_day = date(2026, 12, 15)
    clock_of(office).put(LATER)
    assert masking.mask_due(office).masked == 0


def test_the_report_tells_how_many_and_from_when_to_when_and_nothing_else(office: Office, city: City) -> None:
    for day in (8, 15, 12):
        add_contact(office, date(2026, 10, day))
    clock_of(office).put(LATER)
    assert run_job(office, "masking") == "masked=3 from=2026-10-08 to=2026-10-15"
    (run,) = masking.latest_runs(office)
    assert (run.masked, run.first_day, run.last_day) == (3, date(2026, 10, 8), date(2026, 10, 15))
    assert run.finished_at == run.wiped_at == LATER
    assert set(MaskingRun.model_fields) == {
        "id",
        "kind",
        "started_at",
        "finished_at",
        "retention_months",
        "policy",
        "masked",
        "first_day",
        "last_day",
        "wiped_at",
    }


def test_a_run_that_is_killed_is_gone_on_with_and_its_count_stays_right(
    office: Office, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masking, "AT_ONCE", 3)
    for _ in range(10):
        add_contact(office, date(2026, 10, 15))
    clock_of(office).put(LATER)
    url = office.database.engine.url.render_as_string(hide_password=False)
    if office.database.is_sqlite:
        url = f"sqlite:///{office.settings.var_dir / 'madoguchi.db'}"
    child = os.fork()
    if child == 0:
        _die_while_masking(office, url)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
    left = [kana for kana, _, _ in contacts(office)].count(KANA)
    assert 0 < left < 10
    assert masking.mask_due(office).masked == 10
    assert contacts(office) == [MASKED] * 10
    assert len(masking.latest_runs(office)) == 1


def _die_while_masking(office: Office, url: str) -> None:
    """In a process of its own: mask, and be killed in the middle of the third batch."""
    database, updates = open_database(url), 0

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal updates
        updates += statement.startswith("UPDATE contact")
        if updates == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "after_cursor_execute", count)
    try:
        masking.mask_due(Office(office.settings, database, office.clock))
    finally:
        os._exit(1)


def test_bytes_that_could_not_be_removed_are_said_and_removed_by_the_next_run(
    office: Office, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_contact(office, date(2026, 10, 15))
    clock_of(office).put(LATER)
    with monkeypatch.context() as others:
        others.setattr(masking.wiping, "wipe", lambda _database: ["busy"])
        assert run_job(office, "masking").endswith(" left=busy")
        assert run_job(office, "masking") == "masked=0 left=busy"
    assert masking.latest_runs(office)[0].wiped_at is None
    assert run_job(office, "masking") == "masked=0"
    assert masking.latest_runs(office)[0].wiped_at == LATER

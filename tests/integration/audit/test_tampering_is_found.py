"""Whoever writes to the database past the server is found, on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import pytest
from office_kit import City
from pydantic import SecretStr
from sqlalchemy import text
from sqlmodel import col, select

from madoguchi.services import audit
from madoguchi.services.checkup import audit_findings
from madoguchi.services.office import Office


def written(office: Office, city: City, rows: int = 6) -> None:
    for number in range(rows):
        with office.change() as unit:
            audit.record(unit, city.clerk.staff_id, "call", f"ticket:{number}", counter=number)


def run(office: Office, *statements: str) -> None:
    """Write past the server."""
    with office.database.engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
        connection.exec_driver_sql("COMMIT")


def forge(office: Office, start: int, **changed: Any) -> None:
    """Change a row and build the chain anew from there, as somebody would who knows how it is made."""
    with office.change() as unit:
        previous = None
        rows = select(audit.AuditEntry).where(col(audit.AuditEntry.id) >= start).order_by("id")
        for row in unit.session.exec(rows).all():
            for name, value in changed.items() if row.id == start else ():
                setattr(row, name, value)
            row.previous_hash = previous or row.previous_hash
            row.hash = previous = audit._hash(
                row.id, row.at, row.staff_id, row.action, row.subject, row.facts, row.previous_hash
            )
            last = row.id
        seal = unit.session.get_one(audit.AuditSeal, 1)
        seal.last_id, seal.last_hash = last, previous
        # The attacker has the algorithm, not the key.
        seal.mac = hmac.new(b"guess", f"audit-seal:{last}:{previous}".encode(), hashlib.sha256).hexdigest()


INSERT = (
    "INSERT INTO audit (id, at, staff_id, action, subject, facts, previous_hash, hash) "
    "SELECT {id}, at, staff_id, action, subject, facts, previous_hash, hash FROM audit WHERE id = {like}"
)


@pytest.mark.parametrize(
    ("tamper", "broken"),
    [
        pytest.param(lambda o: run(o, "UPDATE audit SET subject='ticket:9' WHERE id=3"), 3, id="subject"),
        pytest.param(lambda o: run(o, "UPDATE audit SET staff_id=NULL WHERE id=1"), 1, id="who"),
        pytest.param(lambda o: run(o, "UPDATE audit SET action='see_contact' WHERE id=6"), 6, id="newest"),
        pytest.param(lambda o: run(o, "UPDATE audit SET facts='{}' WHERE id=2"), 2, id="facts"),
        pytest.param(lambda o: run(o, "DELETE FROM audit WHERE id=4"), 4, id="one-deleted"),
        pytest.param(lambda o: run(o, "DELETE FROM audit WHERE id=1"), 1, id="first-deleted"),
        pytest.param(lambda o: run(o, INSERT.format(id=7, like=6)), 7, id="one-put-at-the-end"),
        pytest.param(
            lambda o: run(
                o,
                "DELETE FROM audit WHERE id=5",
                "UPDATE audit SET id=5 WHERE id=6",
            ),
            5,
            id="deleted-and-closed-up",
        ),
        pytest.param(lambda o: run(o, "DELETE FROM audit WHERE id>4"), 5, id="end-cut-off"),
        pytest.param(lambda o: run(o, "DELETE FROM audit"), 1, id="all-deleted"),
        pytest.param(lambda o: run(o, "DELETE FROM audit_seal"), 6, id="seal-deleted"),
        pytest.param(lambda o: forge(o, 3, subject="ticket:9"), 6, id="chain-built-anew"),
    ],
)
def test_the_first_row_that_does_not_fit_is_told(
    office: Office, city: City, tamper: Callable[[Office], None], broken: int
) -> None:
    written(office, city)
    assert audit.broken_at(office) is None
    tamper(office)
    assert audit.broken_at(office) == broken
    assert len(audit_findings(office)) == 1


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda o: run(o, "DELETE FROM audit WHERE id>4"), id="end-cut-off"),
        pytest.param(
            lambda o: run(
                o,
                "DELETE FROM audit WHERE id>4",
                "UPDATE audit_seal SET last_id=4, last_hash=(SELECT hash FROM audit WHERE id=4)",
            ),
            id="end-cut-off-and-the-seal-put-there",
        ),
        pytest.param(
            lambda o: run(o, "DELETE FROM audit WHERE id>4", "DELETE FROM audit_seal"), id="seal-deleted"
        ),
        pytest.param(lambda o: run(o, INSERT.format(id=7, like=6)), id="one-put-at-the-end"),
        pytest.param(lambda o: forge(o, 3, subject="ticket:9"), id="chain-built-anew"),
    ],
)
def test_work_goes_on_after_tampering_and_covers_nothing_up(
    office: Office, city: City, tamper: Callable[[Office], None]
) -> None:
    written(office, city)
    tamper(office)
    written(office, city, rows=3)
    assert audit.broken_at(office) is not None


def test_an_older_seal_put_back_stops_nobody_and_is_found(office: Office, city: City) -> None:
    written(office, city, rows=3)
    with office.look() as unit:
        old = unit.session.get_one(audit.AuditSeal, 1)
    written(office, city, rows=3)
    run(office, f"UPDATE audit_seal SET last_id=3, last_hash='{old.last_hash}', mac='{old.mac}'")
    assert audit.verify(office).why == "cut_off"
    written(office, city, rows=2)
    found = audit.verify(office)
    assert (found.broken, found.why) == (7, "seal_broken")


def test_an_untouched_log_is_whole_and_its_head_can_be_kept_elsewhere(office: Office, city: City) -> None:
    assert (audit.verify(office).rows, audit.verify(office).head) == (0, audit.GENESIS)
    written(office, city)
    found = audit.verify(office)
    assert (found.rows, found.broken, found.why) == (6, None, "")
    with office.look() as unit:
        assert unit.session.get_one(audit.AuditEntry, 6).hash == found.head


def test_a_new_key_asks_for_a_new_seal_which_is_written_down(office: Office, city: City) -> None:
    written(office, city)
    with_other = office.settings.model_copy(update={"secret_key": SecretStr("k" * 40)})
    other = Office(with_other, office.database, office.clock)
    assert audit.verify(other).why == "seal"
    audit.seal(other)
    assert audit.verify(other).broken is None
    written(other, city)
    assert audit.verify(other).broken is None


def test_a_log_from_before_there_were_seals_is_sealed_once(office: Office, city: City) -> None:
    audit.begin(office)
    assert audit.verify(office).rows == 0
    written(office, city)
    run(office, "DELETE FROM audit_seal")
    audit.begin(office)
    audit.begin(office)
    assert (audit.verify(office).rows, audit.verify(office).broken) == (7, None)

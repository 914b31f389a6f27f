"""What deploy/monitoring/ watches is what /metrics tells, and every alert has its page in the runbook."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from deploy_kit import program, run
from office_kit import City, clock_of

from madoguchi.api.operations import rendered
from madoguchi.services import health, outbox, quota
from madoguchi.services.figures import Figure, figures
from madoguchi.services.office import Office
from madoguchi.services.pulse import Pulse
from madoguchi.store.tables import LineUser, Terminal
from tools.paths import ROOT

MONITORING = ROOT / "deploy" / "monitoring"
RULES = yaml.safe_load((MONITORING / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
BOARD = json.loads((MONITORING / "grafana.json").read_text("utf-8"))
_METRIC = re.compile(r"\bmadoguchi_\w+")
_OF_THE_DOOR = {"madoguchi_board_viewers"}


def expressions() -> list[str]:
    return [rule["expr"] for rule in RULES] + [
        target["expr"] for panel in BOARD["panels"] for target in panel["targets"]
    ]


def push(office: Office, cause: str) -> None:
    """Something to say to somebody."""
    with office.change() as unit:
        user = unit.session.get(LineUser, 1)
        if user is None:
            user = LineUser(user_id="U" + "0" * 32, created_at=unit.now)
            unit.session.add(user)
            unit.session.flush()
        life = timedelta(hours=9)
        outbox.enqueue(
            unit, cause=cause, kind="ticket_called", line_user_id=user.id or 0, facts={}, expires_in=life
        )


@pytest.fixture
def pulse(office: Office) -> Pulse:
    """A morning's work."""
    found = Pulse()
    found.job_ran("mask-contacts", office.clock.now(), 0.5, well=True)
    found.job_ran("reminders", office.clock.now(), 0.1, well=False)
    for seconds in (0.004, 0.3, 7.0):
        found.webhook_took(seconds)
    return found


@pytest.fixture
def busy(office: Office, city: City) -> Office:
    """An office of which there is something to tell."""
    push(office, "one")
    with office.change() as unit:
        terminal = unit.session.get(Terminal, city.terminal_id)
        assert terminal
        terminal.seen_at = unit.now
    quota.told(office, quota.counted(office), 200, 17)
    return office


def test_every_metric_that_is_watched_is_told(busy: Office, pulse: Pulse, city: City) -> None:
    from madoguchi.services import issuing  # noqa: PLC0415

    issuing.issue_at_terminal(
        busy,
        terminal_id=city.terminal_id,
        desk_id=city.desk_id,
        service_code="nursery",
        language="ja",
        key="k",
    )
    told = {figure.name for figure in figures(busy, pulse)} | _OF_THE_DOOR
    watched = {name for one in expressions() for name in _METRIC.findall(one)}
    assert watched - told == set()
    # And what is told is shown, so that nobody measures for nothing.
    shown = {name for one in expressions() for name in _METRIC.findall(one)}
    assert told - shown - {"madoguchi_webhook_seconds_sum"} == set()


def _value(found: list[Figure], name: str, **labels: str) -> float:
    (one,) = (figure for figure in found if figure.name == name and figure.labels == labels)
    return one.value


def test_ages_and_counts_are_those_of_the_moment(busy: Office, pulse: Pulse) -> None:
    clock_of(busy).advance(minutes=7)
    found = figures(busy, pulse)
    assert _value(found, "madoguchi_outbox_oldest_seconds") == 420
    assert _value(found, "madoguchi_outbox_due") == 1
    assert _value(found, "madoguchi_outbox_messages", state="pending") == 1
    assert _value(found, "madoguchi_inbox_oldest_seconds") == 0
    assert _value(found, "madoguchi_line_quota_used") == 17
    assert _value(found, "madoguchi_line_quota_limit") == 200
    assert _value(found, "madoguchi_job_success_seconds_ago", job="mask-contacts") == 420
    assert _value(found, "madoguchi_job_failures_total", job="reminders") == 1
    assert _value(found, "madoguchi_database_bytes") > 100_000
    clock_of(busy).advance(days=2)
    assert _value(figures(busy, pulse), "madoguchi_outbox_messages", state="pending") == 0


def test_ready_tells_what_is_late_and_stays_ready(busy: Office) -> None:
    assert health.worries(busy) == []
    clock_of(busy).advance(minutes=7)
    assert health.worries(busy) == ["the oldest message to LINE waits for 420 s"]
    assert health.unready(busy) is None


def test_answers_to_line_are_a_histogram(busy: Office, pulse: Pulse) -> None:
    lines = rendered(figures(busy, pulse)).splitlines()
    assert lines.count("# TYPE madoguchi_webhook_seconds histogram") == 1
    assert 'madoguchi_webhook_seconds_bucket{le="0.01"} 1' in lines
    assert 'madoguchi_webhook_seconds_bucket{le="0.5"} 2' in lines
    assert 'madoguchi_webhook_seconds_bucket{le="+Inf"} 3' in lines
    assert "madoguchi_webhook_seconds_sum 7.304" in lines
    assert "# TYPE madoguchi_job_failures_total counter" in lines


def test_without_its_database_it_still_tells_of_itself(lite_office: Office, pulse: Pulse) -> None:
    with lite_office.database.engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE outbox")
        connection.commit()
    found = figures(lite_office, pulse)
    assert _value(found, "madoguchi_database_up") == 0
    assert _value(found, "madoguchi_disk_free_bytes") > 0


def _headings(page: Path) -> Iterator[str]:
    yield from re.findall(r"^## (?:\d+\. )?(.+)$", page.read_text("utf-8"), re.MULTILINE)


def test_every_alert_has_its_page_in_the_runbook() -> None:
    pages = set(_headings(ROOT / "docs" / "runbook.ja.md"))
    assert {rule["labels"]["runbook"] for rule in RULES} <= pages
    assert all(rule["annotations"]["summary"] for rule in RULES)
    assert {rule["labels"]["severity"] for rule in RULES} == {"urgent", "soon"}


def test_prometheus_understands_the_rules() -> None:
    from tools.debian import deploy_program  # noqa: PLC0415

    if deploy_program("promtool") is None:
        pytest.skip("promtool is not here")
    told = run(program("promtool"), "check", "config", MONITORING / "prometheus.yml")
    assert told.returncode == 0, told.stdout
    assert "SUCCESS" in told.stdout


def test_panels_do_not_lie_on_each_other() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in BOARD["panels"]]
    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(places)

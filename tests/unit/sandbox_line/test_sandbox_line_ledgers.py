"""Reply tokens, retry keys, the month's quota and call rates, by a clock that is set."""

from datetime import UTC, datetime

import pytest

from sandbox.line.clock import Clock
from sandbox.line.errors import LineRefusal
from sandbox.line.faults import Fault, Faults
from sandbox.line.ledgers import CallRates, MonthlyQuota, ReplyTokens, RetryKeys

KEY = "6f1f6c2e-3d3b-4b0e-9d3a-0a4c8f6f8c11"


@pytest.fixture
def clock() -> Clock:
    # 23:59:50 on 30 November in Japan: the month is about to change there.
    return Clock(lambda: datetime(2026, 11, 30, 14, 59, 50, tzinfo=UTC).timestamp())


def refused(tokens: ReplyTokens, name: str) -> bool:
    try:
        tokens.spend(name)
    except LineRefusal as refusal:
        return (refusal.status, refusal.message) == (400, "Invalid reply token")
    return False


def test_a_reply_token_works_once(clock: Clock) -> None:
    tokens = ReplyTokens(clock)
    name = tokens.issue("U1")
    assert tokens.spend(name) == "U1"
    assert refused(tokens, name)
    assert refused(tokens, "made-up")


@pytest.mark.parametrize(("seconds", "works"), [(60, True), (61, False)])
def test_a_reply_token_works_for_a_minute(clock: Clock, seconds: int, works: bool) -> None:
    tokens = ReplyTokens(clock)
    name = tokens.issue("U1")
    clock.advance(seconds)
    assert refused(tokens, name) is not works


@pytest.mark.parametrize(("minutes", "works"), [(19, True), (21, False)])
def test_a_redelivery_gives_another_minute_up_to_twenty(clock: Clock, minutes: int, works: bool) -> None:
    tokens = ReplyTokens(clock)
    name = tokens.issue("U1")
    clock.advance(minutes * 60)
    tokens.delivered_again(name)
    assert refused(tokens, name) is not works


def test_a_redelivery_does_not_bring_a_used_token_back(clock: Clock) -> None:
    tokens = ReplyTokens(clock)
    name = tokens.issue("U1")
    tokens.spend(name)
    tokens.delivered_again(name)
    assert refused(tokens, name)


def test_a_retry_key_is_refused_for_a_day_and_then_sends_again(clock: Clock) -> None:
    keys = RetryKeys(clock)
    keys.refuse_repeat(KEY)
    keys.remember(KEY, "request-1", {"sentMessages": [{"id": "1"}]})
    with pytest.raises(LineRefusal) as refusal:
        keys.refuse_repeat(KEY)
    assert refusal.value.status == 409
    assert refusal.value.headers == {"x-line-accepted-request-id": "request-1"}
    assert refusal.value.body == {
        "message": "The retry key is already accepted",
        "sentMessages": [{"id": "1"}],
    }
    clock.advance(24 * 3600)
    keys.refuse_repeat(KEY)


def test_the_month_can_be_set_to_be_nearly_used_up(clock: Clock) -> None:
    quota = MonthlyQuota(clock, 5)
    quota.used = 4
    quota.charge(1)
    with pytest.raises(LineRefusal, match="monthly limit"):
        quota.charge(1)


def test_the_quota_counts_recipients_and_begins_anew_with_japan_s_month(clock: Clock) -> None:
    quota = MonthlyQuota(clock, 3)
    quota.charge(2)
    with pytest.raises(LineRefusal) as refusal:
        quota.charge(2)
    assert refusal.value.status == 429
    assert quota.used == 2
    quota.charge(1)
    clock.advance(10)
    assert quota.used == 0
    quota.charge(3)


def test_a_plan_without_limit(clock: Clock) -> None:
    quota = MonthlyQuota(clock, None)
    quota.charge(1_000_000)
    assert quota.used == 1_000_000


def test_calls_beyond_the_rate_are_refused_until_time_has_passed(clock: Clock) -> None:
    rates = CallRates(clock)
    for _ in range(10):
        rates.take("GET /list", 10, 1)
    with pytest.raises(LineRefusal) as refusal:
        rates.take("GET /list", 10, 1)
    assert refusal.value.status == 429
    rates.take("POST /push", 10, 1)
    clock.advance(0.125)
    rates.take("GET /list", 10, 1)


def test_a_fault_hits_its_endpoint_as_often_as_ordered() -> None:
    faults = Faults()
    faults.order(Fault("error500", "push", times=2))
    faults.order(Fault("rate_limit"))
    hit = [faults.take(name) for name in ("push", "reply", "push", "push")]
    assert [fault.kind if fault else None for fault in hit] == ["error500", "rate_limit", "error500", None]
    assert faults.as_json() == []


def test_the_clock_never_goes_back(clock: Clock) -> None:
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)

"""What the lobby display says besides the numbers."""

from dataclasses import replace

from madoguchi.domain.board_notices import LONG_WAIT_MINUTES, DeskFacts, notices

CALM = DeskFacts(
    closed=False, stopped=False, paused=False, waiting=3, longest_wait=20, paused_counters=(), own={}
)


def kinds(**changed: object) -> list[str]:
    return [notice["kind"] for notice in notices(replace(CALM, **changed))]  # type: ignore[arg-type]


def test_a_calm_desk_says_nothing() -> None:
    assert kinds() == []


def test_the_strongest_of_closed_stopped_and_paused_is_said_alone() -> None:
    assert kinds(paused=True) == ["paused"]
    assert kinds(paused=True, stopped=True) == ["stopped"]
    assert kinds(paused=True, stopped=True, closed=True) == ["closed"]


def test_a_long_wait_is_said_above_an_hour_while_people_wait() -> None:
    assert kinds(longest_wait=LONG_WAIT_MINUTES) == []
    assert notices(replace(CALM, longest_wait=75)) == [{"kind": "long_wait", "minutes": 75}]
    assert kinds(longest_wait=75, waiting=0) == []
    assert kinds(longest_wait=75, closed=True) == ["closed"]


def test_paused_counters_and_the_offices_own_words() -> None:
    found = notices(replace(CALM, paused_counters=("3", "5"), own={"ja": " 休みます。 ", "en": " "}))
    assert found == [
        {"kind": "counter_paused", "counters": ["3", "5"]},
        {"kind": "own", "texts": {"ja": "休みます。"}},
    ]

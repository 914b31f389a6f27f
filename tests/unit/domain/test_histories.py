"""A ticket's steps, checked afterwards: what could not have been is found."""

from madoguchi.domain.history import Done, broken, crowded
from madoguchi.domain.tickets import Action, TicketState

_W, _C, _S, _D = TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.DONE


def test_a_usual_visit_is_whole() -> None:
    steps = [
        Done(1, Action.CALL, _W, 7),
        Done(1, Action.SERVE, _C, 7),
        Done(1, Action.FINISH, _S, 7),
    ]
    assert broken(steps, _D) is None
    assert broken(steps, None) is None
    assert crowded(steps) == []


def test_a_step_that_nothing_allows_is_found() -> None:
    assert broken([Done(1, Action.FINISH, _W, 7)], _D) == "finish does nothing to one that is waiting"


def test_a_gap_between_two_steps_is_found() -> None:
    steps = [Done(1, Action.CALL, _W, 7), Done(1, Action.FINISH, _S, 7)]
    assert broken(steps, _D) == "finish found it serving where it was called"


def test_a_state_that_no_step_led_to_is_found() -> None:
    assert broken([Done(1, Action.CALL, _W, 7)], _D) == "it is done where its steps lead to called"


def test_a_second_ticket_at_the_same_counter_is_found() -> None:
    steps = [Done(1, Action.CALL, _W, 7), Done(2, Action.CALL, _W, 7)]
    assert crowded(steps) == [(7, 1, 2)]


def test_a_counter_is_free_again_when_its_ticket_has_left_or_is_called_elsewhere() -> None:
    steps = [
        Done(1, Action.CALL, _W, 7),
        Done(1, Action.HOLD, _C, 7),
        Done(2, Action.CALL, _W, 7),
        Done(2, Action.RECALL, _C, 7),
        Done(1, Action.CALL, TicketState.ON_HOLD, 8),
        Done(2, Action.FINISH, _C, 7),
        Done(3, Action.CALL, _W, 7),
    ]
    assert crowded(steps) == []


def test_who_stood_there_again_only_later_was_not_in_the_way_of_others() -> None:
    steps = [
        Done(1, Action.CALL, _W, 7),
        Done(1, Action.MISS, _C, 7, undone=True),
        Done(2, Action.CALL, _W, 7),
        Done(2, Action.FINISH, _C, 7),
        Done(1, Action.RECALL, _C, 7),
    ]
    assert crowded(steps) == []
    assert crowded([*steps, Done(3, Action.CALL, _W, 7)]) == [(7, 1, 3)]


def test_who_stood_there_again_before_the_other_had_left_is_found() -> None:
    steps = [
        Done(1, Action.CALL, _W, 7),
        Done(1, Action.MISS, _C, 7, undone=True),
        Done(2, Action.CALL, _W, 7),
        Done(1, Action.FINISH, _C, 7),
    ]
    assert crowded(steps) == [(7, 2, 1)]


def test_a_call_that_was_taken_back_stands_nowhere() -> None:
    steps = [
        Done(1, Action.CALL, _W, 7, undone=True),
        Done(2, Action.CALL, _W, 7),
        Done(2, Action.SERVE, _C, 7, undone=True),
        Done(3, Action.CALL, _W, 8),
    ]
    assert crowded(steps) == []
    assert crowded([*steps, Done(4, Action.CALL, _W, 7)]) == [(7, 2, 4)]

"""An interrupt never cuts a start in two."""

import os
import signal
from collections.abc import Iterator

import pytest

from tools.signals import ENDING, Signals


@pytest.fixture
def signals() -> Iterator[Signals]:
    before = {number: signal.getsignal(number) for number in ENDING}
    taken = Signals()
    taken.install()
    yield taken
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_each_ending_signal_interrupts(signals: Signals, number: int) -> None:
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), number)


def test_a_held_signal_waits_for_the_end_of_the_block(signals: Signals) -> None:
    reached = []

    def block() -> None:
        with signals.held():
            os.kill(os.getpid(), signal.SIGTERM)
            reached.append("end of the block")

    with pytest.raises(KeyboardInterrupt):
        block()
    assert reached == ["end of the block"]

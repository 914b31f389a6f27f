"""Faults that a trial orders from the platform."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Kind = Literal["error500", "rate_limit", "monthly_limit", "timeout_before", "timeout_after", "slow"]
KINDS: tuple[str, ...] = get_args(Kind)

MONTHLY_LIMIT = "You have reached your monthly limit."
RATE_LIMIT = "The API rate limit has been exceeded. Try again later."


@dataclass
class Fault:
    """``times`` calls of ``endpoint`` (``*``: any) go wrong in the way of ``kind``.

    ``seconds`` is how long the answer is withheld by the two time-outs and by ``slow``. After it, a
    time-out answers 500: with ``timeout_before`` nothing was done, with ``timeout_after`` all was.
    """

    kind: Kind
    endpoint: str = "*"
    times: int = 1
    seconds: float = 10.0


class Faults:
    """The faults in force, first ordered first served."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Put ``fault`` in force."""
        self._ordered.append(fault)

    def clear(self) -> None:
        """Forget all that are left."""
        self._ordered.clear()

    def take(self, endpoint: str) -> Fault | None:
        """The fault for this call, one time of it used up."""
        for fault in self._ordered:
            if fault.endpoint in {"*", endpoint}:
                fault.times -= 1
                if fault.times <= 0:
                    self._ordered.remove(fault)
                return fault
        return None

    def as_json(self) -> list[dict[str, Any]]:
        """What is still in force."""
        return [asdict(fault) for fault in self._ordered]

"""What the server's clock says now, also while it cannot be asked.

Within one run of the machine its count of seconds since the start goes on, whatever happens to the clock on
the wall. After a new start only a clock that went on meanwhile can tell the time.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_CLOCKS = Path("/sys/class/rtc")
_SYNCHRONIZED = Path("/run/systemd/timesync/synchronized")
_UNKNOWN_BOOT = uuid.uuid4().hex


@dataclass(frozen=True)
class Reading:
    """The machine's clocks at one moment. ``keeps_time``: the wall clock goes on while the power is off."""

    boot: str
    since_boot: float
    wall: datetime
    keeps_time: bool


def read_machine() -> Reading:
    """The clocks of this machine now."""
    try:
        boot = _BOOT_ID.read_text("ascii").strip()
    except OSError:
        boot = _UNKNOWN_BOOT
    since_boot = time.clock_gettime(time.CLOCK_BOOTTIME)
    keeps_time = _SYNCHRONIZED.exists() or any(_CLOCKS.glob("rtc*"))
    return Reading(boot, since_boot, datetime.now(UTC), keeps_time)


@dataclass(frozen=True)
class Contact:
    """What the server's clock said when it was last asked, and the machine's clocks at that moment."""

    server_time: datetime
    boot: str
    since_boot: float
    wall: datetime

    def as_json(self) -> dict[str, Any]:
        """To be stored."""
        return asdict(self) | {"server_time": self.server_time.isoformat(), "wall": self.wall.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Contact":
        """As it was stored."""
        return cls(
            server_time=datetime.fromisoformat(stored["server_time"]),
            boot=str(stored["boot"]),
            since_boot=float(stored["since_boot"]),
            wall=datetime.fromisoformat(stored["wall"]),
        )


class ServerTime:
    """The server's time from the last contact, which may be of an earlier run of the terminal."""

    def __init__(self, contact: Contact | None, read: Callable[[], Reading] = read_machine) -> None:
        self._contact = contact
        self._read = read

    @property
    def in_touch(self) -> bool:
        """Whether the server has told its time since the machine started."""
        return self._contact is not None and self._contact.boot == self._read().boot

    def heard(self, server_time: datetime) -> Contact:
        """The server's clock says this now."""
        now = self._read()
        self._contact = Contact(server_time, now.boot, now.since_boot, now.wall)
        return self._contact

    def now(self) -> datetime | None:
        """The server's time; None when nothing here can tell it for sure."""
        last, reading = self._contact, self._read()
        if last is None:
            return None
        if last.boot == reading.boot:
            return last.server_time + timedelta(seconds=reading.since_boot - last.since_boot)
        told = reading.wall + (last.server_time - last.wall)
        # A clock without a battery stands still or begins anew: then it lies before what was true already.
        return told if reading.keeps_time and told >= last.server_time else None

    def mark(self) -> tuple[str, float]:
        """This moment, for :meth:`since`."""
        reading = self._read()
        return reading.boot, reading.since_boot

    def since(self, boot: str, since_boot: float) -> timedelta | None:
        """How long ago that mark was; None when the machine has started anew since."""
        reading = self._read()
        return timedelta(seconds=reading.since_boot - since_boot) if reading.boot == boot else None

"""What forms of 設定 have in common: what came of a press, said where it was made, and taken back in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import reflex as rx

from .answers import Answered
from .undo_time import in_time, undo_until

NOT_SAVED: Final = "ほかの画面で変わりました。まだ保存していません。確かめて、もう一度押してください。"
NOT_PUT_BACK: Final = "ほかの画面で変わったため、元に戻していません。"
PUT_BACK: Final = "元に戻しました。"
SAME: Final = "変わったところはありません。"


class SavedForm(Answered, rx.State, mixin=True):
    """A section with forms; `said_at` names the one that was sent last, where the answer stands."""

    said: str = ""
    said_at: str = ""
    changes: list[str] = []
    """What somebody else has saved while this was being typed, a line each."""
    undo_until: int = 0
    serial: int = 0
    """Grows when the fields are to show what is saved; otherwise they hold what is being typed."""
    _desk_id: int = 0
    _undo: tuple[Any, ...] = ()
    """What the last save replaced."""

    def _quiet(self, where: str = "") -> None:
        self.said = self.refusal = ""
        self.said_at, self.changes = where, []
        self._undo, self.undo_until = (), 0

    def _keep(self, said: str, *undo: Any) -> None:
        """Say that it was done; with `undo` it can be taken back for ten seconds."""
        self.said = said
        if undo:
            self._undo, self.undo_until = undo, undo_until()

    def _taken_up(self) -> tuple[Any, ...]:
        """What there is to take back, once, in time and at the form that it belongs to; empty for nothing."""
        done, where, still = self._undo, self.said_at, in_time(self.undo_until)
        self._quiet(where)
        return done if still else ()


def changed_meanwhile(was: Mapping[str, str], now: Mapping[str, str], label: Mapping[str, str]) -> list[str]:
    """A line for each field that somebody has changed; `label` is what a field is called."""
    return [f"{label[name]}：いまは「{now[name] or 'なし'}」" for name in now if now[name] != was[name]]

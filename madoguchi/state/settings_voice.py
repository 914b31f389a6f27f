"""設定: a trial of the lobby's voice."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import reflex as rx

from ..domain.languages import OWN_NAMES
from ..domain.roles import Permission
from ..services import announcements, running
from . import caller
from .access import needs
from .answers import asked
from .settings_calling import SettingsCalling

_log = logging.getLogger(__name__)


@dataclass
class SampleLine:
    """A sentence to be played; without a server's voice `engine` and `audio` are empty."""

    language: str
    tag: str
    """The language as HTML names it."""
    name: str
    text: str
    spoken: str
    engine: str
    audio: str


class SettingsVoice(rx.State):
    """The trial call of the desk that is shown."""

    samples: list[SampleLine] = []
    serial: int = 0
    """Grows with each answer, a refusal too: the page plays what came."""
    refusal: str = ""

    @rx.event
    @needs(Permission.SEE_QUEUE)
    async def ask(self) -> None:
        """Have a trial call rendered; the page plays it."""
        actor = await caller.acting()
        desk_id = (await self.get_state(SettingsCalling)).desk_id
        found, self.refusal = (
            (None, "")
            if actor is None or not desk_id
            else await asked(
                _log, "trying the voice", announcements.try_voice, running.office(), actor, desk_id
            )
        )
        self.samples = [_line(one) for one in found or ()]
        self.serial += 1


def _line(one: announcements.Sample) -> SampleLine:
    return SampleLine(
        language=one.language,
        tag="ja" if one.language == "ja-easy" else one.language,
        name=OWN_NAMES[one.language],
        text=one.text,
        spoken=one.spoken,
        engine=one.engine or "",
        audio=one.audio or "",
    )

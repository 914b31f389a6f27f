"""音声: a trial call on this computer, in every language."""

from typing import Any

import reflex as rx
from reflex.event import no_args_event_spec

from madoguchi.pages.settings.shown import CALLING, VOICE

_LIBRARY = rx.asset("voice.jsx", shared=True).importable_path


class VoiceTest(rx.Component):
    """The button, and who spoke each language. ``samples`` are played when ``serial`` has grown."""

    library = _LIBRARY
    tag = "VoiceTest"

    samples: rx.Var[list[Any]]
    serial: rx.Var[int]
    on_ask: rx.EventHandler[no_args_event_spec]  # type: ignore[type-arg, valid-type]


def section() -> rx.Component:
    """Give the section."""
    return rx.el.section(
        rx.el.h2("音声", id="voice"),
        rx.el.p(
            "チャイムと見本の呼び出しを、このパソコンで鳴らします。ロビーや画面の呼び出しには出ません。"
            "何も聞こえないときは、このパソコンの音量を確かめてください。",
            class_name="mg-help",
        ),
        rx.cond(VOICE.refusal != "", rx.el.p(VOICE.refusal, class_name="today-refusal", role="alert")),
        VoiceTest.create(
            samples=VOICE.samples,
            serial=VOICE.serial,
            on_ask=VOICE.ask,
            key=CALLING.desk_id.to_string(),
        ),
        class_name="mg-card settings-section",
    )

"""What a lobby hears: the announcer in Chromium, with every sound that it makes written down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

ASSETS = Path(__file__).parents[3] / "assets/public"
ORIGIN = "http://lobby.test"
RECORDER = """
window.heard = [];
let sounding = 0;
window.note = (what, ms) => new Promise((done) => {
  sounding += 1;
  heard.push([what, sounding]);
  setTimeout(() => { sounding -= 1; done(true); }, ms);
});
"""
SCRIPT = """
import { Announcer } from "/public/announcer.js";
import { Sound } from "/public/sound.js";
const sound = new Sound();
sound.chime = () => note("chime", 10);
sound.play = (clip) => note(`server ${clip}`, 25);
sound.load = async (address) => {
  const answer = await fetch(address);
  return answer.ok ? await answer.text() : null;
};
window.sound = sound;
window.announcer = new Announcer("test", sound);
window.ready = true;
"""
VOICES = """
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [{ lang: "ja-JP", localService: %s }],
  cancel() {},
  speak: async (saying) => { await note(`browser ${saying.text}`, 25); saying.onend(); },
}});
"""

UNDONE_WHILE_IT_SOUNDS = """
() => {
  const play = sound.play;
  sound.play = (clip) => {
    const sounding = play(clip);
    announcer.take([]);
    return sounding;
  };
}
"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with the announcer; ``/sound/NAME`` answers NAME, and nothing for names with ``gone``."""
    context = browser.new_context()
    opened = context.new_page()

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path == "/":
            route.fulfill(
                content_type="text/html",
                body="<!doctype html><body><script type=module src=/main.js></script>",
            )
        elif path == "/main.js":
            route.fulfill(content_type="text/javascript", body=SCRIPT)
        elif path.startswith("/public/"):
            route.fulfill(content_type="text/javascript", body=(ASSETS / path[8:]).read_text())
        elif "gone" in path:
            route.fulfill(status=404)
        else:
            route.fulfill(content_type="text/plain", body=path.removeprefix("/sound/"))

    opened.route("**/*", answer)
    opened.add_init_script(RECORDER)
    yield opened
    context.close()


def start(page: Page, *, browser_speaks: bool = True, local: bool = True) -> None:
    if browser_speaks:
        page.add_init_script(VOICES % json.dumps(local))
    page.goto(ORIGIN)
    page.wait_for_function("window.ready")
    page.evaluate("Object.defineProperty(sound, 'blocked', { value: false })")
    take(page)


def call(number: int, *, calls: int = 1, audio: str | None = "", **more: Any) -> dict[str, Any]:
    """A call as boards have it. `audio`: its sound's name if not the number's."""
    name = None if audio is None else f"/sound/{audio or number}"
    said = {"language": "ja", "text": f"{number}", "spoken": f"{number}", "audio": name}
    return {
        "number": f"A{number:03}",
        "counter": "1",
        "call_id": number * 10 + calls,
        "called_at": "2026-10-01T10:00:00+09:00",
        "calls": calls,
        "language": "ja",
        "aloud": True,
        "announcement": [said],
        **more,
    }


def take(page: Page, *calls: dict[str, Any]) -> None:
    page.evaluate("(calls) => announcer.take(calls)", list(calls))


def heard(page: Page, at_least: int) -> list[str]:
    """What was heard once all is said; it never sounded two at a time."""
    page.wait_for_function(f"heard.length >= {at_least} && !announcer.busy")
    sounds = page.evaluate("heard")
    assert {sounding for _what, sounding in sounds} <= {1}
    return [what for what, _sounding in sounds]


def test_two_calls_at_once_are_said_one_after_the_other_each_twice(page: Page) -> None:
    start(page)
    take(page, call(2), call(1))
    assert heard(page, 6) == ["chime", "server 1", "server 1", "chime", "server 2", "server 2"]


def test_japanese_comes_before_the_tickets_language_both_times(page: Page) -> None:
    start(page)
    one = call(1)
    one["announcement"].append({"language": "vi", "text": "v", "spoken": "v", "audio": "/sound/v"})
    take(page, one)
    assert heard(page, 5) == ["chime", "server 1", "server v", "server 1", "server v"]


@pytest.mark.parametrize("audio", [None, "gone"])
def test_the_browser_speaks_where_the_server_has_no_sound(page: Page, audio: str | None) -> None:
    start(page)
    take(page, call(1, audio=audio))
    assert heard(page, 3) == ["chime", "browser 1", "browser 1"]


@pytest.mark.parametrize("speaks", [{"browser_speaks": False}, {"local": False}])
def test_the_chime_is_heard_where_nobody_can_speak(page: Page, speaks: dict[str, bool]) -> None:
    start(page, **speaks)
    take(page, call(1, audio="gone"))
    page.wait_for_function("document.body.dataset.announced && !announcer.busy")
    assert heard(page, 1) == ["chime"]


def test_a_silent_desk_only_chimes(page: Page) -> None:
    start(page)
    take(page, call(1, aloud=False))
    page.wait_for_function("document.body.dataset.announced && !announcer.busy")
    assert heard(page, 1) == ["chime"]


def test_a_call_undone_while_another_is_said_is_not_heard(page: Page) -> None:
    start(page)
    take(page, call(1), call(2))
    take(page, call(1))
    assert heard(page, 3) == ["chime", "server 1", "server 1"]


def test_a_call_undone_while_it_is_said_is_not_said_again(page: Page) -> None:
    start(page)
    page.evaluate(UNDONE_WHILE_IT_SOUNDS)
    take(page, call(1))
    assert heard(page, 2) == ["chime", "server 1"]


def test_a_first_call_is_said_in_full_though_it_was_repeated_meanwhile(page: Page) -> None:
    start(page)
    take(page, call(1))
    take(page, call(1, calls=2, audio="again"))
    assert heard(page, 6) == ["chime", "server 1", "server 1", "chime", "server again", "server again"]


def test_when_too_many_wait_repeats_are_dropped_and_no_first_call_is(page: Page) -> None:
    start(page)
    page.evaluate("announcer.busy = true")
    calls = [call(1, calls=2), *(call(number) for number in range(2, 8)), call(8, calls=3)]
    take(page, *calls)
    page.evaluate("announcer.busy = false; announcer.work()")
    said = heard(page, 12)
    assert [one for one in dict.fromkeys(said) if one != "chime"] == [f"server {n}" for n in range(2, 8)]
    assert said.count("server 7") == 2
    assert said.count("server 2") == 1, "others wait for their first call"


def test_what_was_called_before_the_display_is_switched_on_is_not_said(page: Page) -> None:
    start(page)
    take(page, call(1))
    heard(page, 3)
    page.reload()
    page.wait_for_function("window.ready")
    take(page, call(1))
    assert page.evaluate("heard") == []


def test_a_display_that_may_not_be_heard_yet_shows_the_call(page: Page) -> None:
    page.goto(ORIGIN)
    page.wait_for_function("window.ready")
    page.evaluate("Object.defineProperty(sound, 'blocked', { value: true })")
    take(page)
    take(page, call(1))
    page.wait_for_function("document.body.dataset.announced")
    assert page.evaluate("heard") == []


def test_trying_the_voice_tells_who_spoke_each_language(page: Page) -> None:
    start(page)
    samples = [
        {"language": "ja", "text": "a", "spoken": "a", "engine": "Open JTalk", "audio": "/sound/a"},
        {"language": "ja-easy", "text": "b", "spoken": "b", "engine": "Open JTalk", "audio": "/sound/gone"},
        {"language": "vi", "text": "c", "spoken": "c", "engine": None, "audio": None},
    ]
    told = page.evaluate(
        """async (samples) => {
          const { tryVoice } = await import("/public/voice-test.js");
          const told = [];
          await tryVoice(samples, (sample, name) => told.push([sample.language, name]), sound);
          return told;
        }""",
        samples,
    )
    assert told == [["ja", "Open JTalk"], ["ja-easy", "ブラウザーの音声"], ["vi", "なし"]]
    assert heard(page, 3) == ["chime", "server a", "browser b"]

"""``python -m kiosk COMMAND``: what staff can do beside the touch screen."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime

import httpx

from kiosk.fonts import Fonts
from kiosk.printer.port import PrintFailed
from kiosk.self_check import SelfCheck
from kiosk.settings import Settings
from kiosk.terminal import printer_of
from kiosk.texts import load_texts
from kiosk.ticket_picture import JAPAN
from kiosk.trial_page import draw_trial_page

USAGE = "usage: python -m kiosk [check | test-page | reprint-last | unprinted | void NUMBER]"
_DONE, _FAILED, _WRONG = 0, 1, 2
# A test page may wait behind a paper, and a silent printer takes its time to be given up.
_PATIENCE = 30.0
_MARKS = {"good": "○", "ask": "△", "bad": "×"}


def run_command(settings: Settings, arguments: Sequence[str]) -> int:
    """Run one command; the process's exit code (1: it did not work, 2: there is no such command)."""
    match list(arguments):
        case ["check"]:
            return _check(settings)
        case ["test-page"]:
            return _test_page(settings)
        case ["reprint-last"]:
            return _reprint_last(settings)
        case ["unprinted"]:
            return _unprinted(settings)
        case ["void", number]:
            return _void(settings, number)
        case _:
            return _fail(USAGE, _WRONG)


def _check(settings: Settings) -> int:
    answer = _ask(settings, "GET", "check")
    if answer is not None:
        findings = answer.json()
    else:
        check = SelfCheck(settings, _fonts(settings), load_texts())
        findings = [found.as_json() for found in check.findings(printer_of(settings).status())]
        findings.append({"name": "発券機", "mark": "ask", "said": "動いていません"})
    for found in findings:
        _say(f"{_MARKS[found['mark']]} {found['name']}: {found['said']}")
    return _FAILED if any(found["mark"] == "bad" for found in findings) else _DONE


def _test_page(settings: Settings) -> int:
    answer = _ask(settings, "POST", "test-page")
    if answer is not None:
        return _DONE if answer.is_success else _fail(f"not printed: {answer.json()['state']}")
    page = draw_trial_page(settings, _fonts(settings), load_texts(), datetime.now(JAPAN))
    try:
        printer_of(settings).print_page(page)
    except PrintFailed as failed:
        return _fail(f"not printed: {failed}")
    return _DONE


def _reprint_last(settings: Settings) -> int:
    def done(answer: httpx.Response) -> int:
        return _DONE if answer.is_success else _fail("this terminal has not issued a number yet")

    return _running(settings, "POST", "reprint-last", done)


def _unprinted(settings: Settings) -> int:
    def done(answer: httpx.Response) -> int:
        for owed in answer.json():
            at = datetime.fromisoformat(owed["issued_at"]).astimezone(JAPAN)
            _say(f"{owed['number']}  {at:%H:%M}")
        return _DONE

    return _running(settings, "GET", "unprinted", done)


def _void(settings: Settings, number: str) -> int:
    said = {
        404: f"{number} is not waiting to be printed",
        409: f"the server keeps {number}: it is no longer waiting",
    }

    def done(answer: httpx.Response) -> int:
        if not answer.is_success:
            return _fail(said.get(answer.status_code, "the server does not answer"))
        if answer.status_code == httpx.codes.ACCEPTED:
            _say(f"{number} will not be printed; the server did not confirm yet and is told again")
        return _DONE

    return _running(settings, "POST", f"unprinted/{number}/void", done)


def _running(settings: Settings, method: str, path: str, done: Callable[[httpx.Response], int]) -> int:
    answer = _ask(settings, method, path)
    return _fail(f"no terminal answers at port {settings.port}") if answer is None else done(answer)


def _ask(settings: Settings, method: str, path: str) -> httpx.Response | None:
    """What the running terminal answers; None when none runs."""
    url = f"http://{settings.host}:{settings.port}/api/staff/{path}"
    try:
        return httpx.request(method, url, trust_env=False, timeout=_PATIENCE)
    except httpx.HTTPError:
        return None


def _fonts(settings: Settings) -> Fonts:
    return Fonts(settings.font, settings.bold_font)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _fail(line: str, code: int = _FAILED) -> int:
    sys.stderr.write(f"kiosk: {line}\n")
    return code

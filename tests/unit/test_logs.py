"""The server's log: a line is one object in production, tells its request, and quotes nobody."""

import io
import json
import logging
from pathlib import Path

import pytest
from office_kit import test_settings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from madoguchi import tracing
from madoguchi.cli import logs
from madoguchi.services import running

_log = logging.getLogger("madoguchi.trial")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> io.StringIO:
    """What a server in production writes."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(logging.root, "handlers", [])
    logs.to_stderr(test_settings(tmp_path, log_format="json"))
    return stream


def _lines(stream: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_object_with_the_trace_in_it(written: io.StringIO) -> None:
    try:
        raise ValueError("窓口")
    except ValueError:
        _log.exception("it\nfailed")
    (line,) = _lines(written)
    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "madoguchi.trial", "it")
    assert "ValueError: 窓口" in line["trace"]
    assert line["time"].endswith("+00:00")


def test_reflex_is_not_quoted_in_json_either(written: io.StringIO) -> None:
    logging.getLogger("reflex.state").error("failed for Event(token=secret, payload={'kana': 'ヤマダ'})")
    assert "ヤマダ" not in written.getvalue()
    assert "secret" not in written.getvalue()


def test_lines_of_one_request_bear_the_name_that_its_answer_tells(written: io.StringIO) -> None:
    async def page(_request: Request) -> Response:
        _log.info("here")
        await running.in_thread(_log.info, "in a thread")
        return PlainTextResponse("")

    client = TestClient(tracing.traced(Starlette(routes=[Route("/", page)])))
    running.start(None)  # type: ignore[arg-type]  none is asked for
    try:
        names = [
            client.get("/", headers={"X-Request-Id": "theirs"}).headers["X-Request-Id"] for _ in range(2)
        ]
    finally:
        running.stop()
    assert [line["request"] for line in _lines(written)] == [names[0]] * 2 + [names[1]] * 2
    assert "theirs" not in names
    _log.info("nobody's")
    assert "request" not in _lines(written)[-1]


def test_people_get_plain_lines_outside_of_production(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for env, form, plain in (
        ("test", "auto", True),
        ("production", "auto", False),
        ("production", "text", True),
    ):
        stream = io.StringIO()
        monkeypatch.setattr("sys.stderr", stream)
        monkeypatch.setattr(logging.root, "handlers", [])
        logs.to_stderr(
            test_settings(
                tmp_path,
                env=env,
                log_format=form,
                staff_networks="10.0.0.0/8",
                terminal_networks="10.0.0.0/8",
            )
        )
        _log.warning("words")
        assert stream.getvalue().endswith("WARNING madoguchi.trial: words\n") == plain

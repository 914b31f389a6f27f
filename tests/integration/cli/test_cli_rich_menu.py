"""``line rich-menu`` says in one line why it could not."""

import aiohttp
import pytest
from linebot.v3.messaging.exceptions import ApiException

from madoguchi.cli import line_menu
from madoguchi.cli.commands import main
from madoguchi.line.fonts import NoFontError


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ApiException(status=401, reason="Unauthorized"), "MADOGUCHI_LINE_CHANNEL_TOKEN"),
        (ApiException(status=500, reason="Internal Server Error"), "500"),
        (aiohttp.ClientConnectionError("secret detail"), "cannot be reached"),
        (NoFontError(), "fonts-noto-cjk"),
    ],
)
def test_a_failure_is_one_line(error, told, monkeypatch, capsys) -> None:
    async def publish(_settings) -> str:
        raise error

    monkeypatch.setenv("MADOGUCHI_ENV", "demo")
    monkeypatch.setattr(line_menu, "publish", publish)
    assert main(["line", "rich-menu"]) == 1
    said = capsys.readouterr()
    assert told in said.err
    assert len(said.err.splitlines()) == 1
    assert "secret" not in said.err

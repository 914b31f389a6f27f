"""`/book` and `/staff` are answered where they are, with no redirect that a proxy could spoil."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from madoguchi import built_pages


def test_a_built_page_is_answered_at_its_own_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "index.html").write_text("<title>予約</title>", encoding="utf-8")
    monkeypatch.setattr(built_pages, "BUILT", tmp_path)
    with TestClient(Starlette(routes=built_pages.routes()), follow_redirects=False) as client:
        answer = client.get("/book?k=signed")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert "予約" in answer.text

"""A terminal from its pairing code to being shut out, as an administrator and a clerk see it in Chromium.

On a server of its own: nothing else reports there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from reservation_desk import accessible
from stage import ROOT, City, People, free_ports

from bench.city import zone_at_noon
from tools.ports import wait_until, wait_until_answers

pytestmark = pytest.mark.e2e

SIZES = [(1440, 900), (1024, 768), (390, 844)]
_PATIENCE = 30.0
_PUSHED = 10_000
"""Milliseconds within which an open page shows what a terminal said; it is far quicker."""


@pytest.fixture
def server(filled: Path, tmp_path: Path) -> Iterator[City]:
    """A demo city without terminals of its own, and without LINE."""
    (port,) = free_ports(1)
    base = f"http://127.0.0.1:{port}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MADOGUCHI_")} | {
        "MADOGUCHI_ENV": "demo",
        "MADOGUCHI_PORT": str(port),
        "MADOGUCHI_PUBLIC_URL": base,
        "MADOGUCHI_LINE_API_HOST": "http://127.0.0.1:9",
        "MADOGUCHI_VAR_DIR": str(tmp_path),
        "MADOGUCHI_TIMEZONE": zone_at_noon(),
    }
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    process = subprocess.Popen([sys.executable, "-m", "madoguchi", "serve"], cwd=ROOT, env=environ)
    try:
        assert wait_until_answers(f"{base}/readyz", _PATIENCE, lambda: process.poll() is None)
        yield City(base, "", "", tmp_path)
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def people(browser: Browser, server: City) -> Iterator[People]:
    """Its staff. A page whose script failed fails the test."""
    together = People(browser, server, [], [])
    yield together
    for context in together.contexts:
        context.close()
    assert not together.faults, together.faults


class Terminal:
    """A terminal's side of the conversation."""

    def __init__(self, city: City, code: str) -> None:
        self._http = httpx.Client(base_url=f"{city.app}/api/v1/terminal", trust_env=False, timeout=10)
        answer = self._http.post("/pair", json={"code": code})
        assert answer.status_code == 201, answer.text
        self._http.headers["Authorization"] = f"Bearer {answer.json()['device_token']}"

    def says(self, printer: str, **facts: Any) -> int:
        """A heartbeat; the answer's status."""
        clock = datetime.now(UTC).isoformat()
        body = {"printer": printer, "version": "0.1.0", "unsent": 0, "clock": clock, **facts}
        return self._http.post("/status", json=body).status_code

    def config(self) -> httpx.Response:
        """What it is to show and print."""
        return self._http.get("/config")


def settings(people: People, login: str = "admin") -> Page:
    """The desk's settings."""
    page = people.clerk(login).page
    page.goto(f"{people.city.app}/staff/settings")
    expect(page.get_by_test_id("calling-form")).to_be_visible()
    return page


def test_from_the_code_to_being_shut_out(people: People, server: City) -> None:
    keeper, desk = settings(people), people.clerk("clerk").page
    keeper.locator("[name=name]").fill("1階ロビー")
    keeper.get_by_test_id("make-code").click()
    code = keeper.get_by_test_id("pairing-code")
    expect(code).to_have_text(re.compile(r"^\d{4}-\d{4}$"))
    accessible(keeper, *SIZES)
    people.shoot("12-pairing")

    terminal = Terminal(server, code.inner_text())
    line = keeper.get_by_test_id("terminal")
    expect(line).to_have_attribute("data-called", "1階ロビー", timeout=_PUSHED)
    expect(code).to_have_count(0)
    assert terminal.says("ok") == 200
    expect(line).to_have_attribute("data-level", "ok", timeout=_PUSHED)
    bar = desk.get_by_test_id("terminal-warning")
    expect(bar).to_have_count(0)

    terminal.says("paper_out", unsent=1)
    expect(bar).to_contain_text("発券機: 用紙切れ、未送信1件", timeout=_PUSHED)
    expect(line.get_by_test_id("terminal-printer")).to_have_text("用紙切れ", timeout=_PUSHED)
    accessible(desk, *SIZES)
    accessible(keeper, *SIZES)
    people.shoot("12-paper-out")
    terminal.says("ok")
    expect(bar).to_have_count(0, timeout=_PUSHED)

    line.get_by_test_id("rename-terminal").click()
    line.locator("[name=name]").fill("正面玄関")
    line.get_by_test_id("save-name").click()
    expect(line).to_have_attribute("data-called", "正面玄関")
    line.get_by_test_id("revoke-terminal").click()
    expect(line.get_by_test_id("revoke-question")).to_contain_text("元に戻すことはできません")
    accessible(keeper, *SIZES)
    people.shoot("12-revoking")
    line.get_by_test_id("revoke-yes").click()
    expect(line).to_have_count(0)
    expect(keeper.get_by_test_id("terminals-said")).to_contain_text("「正面玄関」の登録を解除しました")
    # A token may pass for some seconds more: a look-up for each ticket would cost more than the ticket.
    assert wait_until(lambda: terminal.config().status_code == 401, 10.0, lambda: True)


def test_a_clerk_reads_and_cannot_change(people: People) -> None:
    page = settings(people, "clerk")
    expect(page.locator("#terminals")).to_be_visible()
    for name in ("make-code", "rename-terminal", "revoke-terminal"):
        expect(page.get_by_test_id(name)).to_have_count(0)


def noisy_logo(path: Path) -> Path:
    """A PNG of nearly the size that is still taken."""
    noise = Image.effect_noise((500, 480), 90)
    noise.save(path)
    assert 200_000 < path.stat().st_size <= 256 * 1024, path.stat().st_size
    return path


def test_the_desks_own_words_and_logo_are_previewed_saved_and_sent_to_the_terminal(
    people: People, server: City, tmp_path: Path
) -> None:
    page = settings(people)
    papers = page.get_by_test_id("paper")
    expect(papers).to_have_count(2)
    page.locator("[name=line_1]").fill("電話 03-1234-5678")
    for paper in papers.all():
        expect(paper).to_contain_text("電話 03-1234-5678")
    page.locator("[name=line_2]").fill("あ" * 41)
    expect(page.get_by_test_id("paper-problem")).to_contain_text("全角40文字")
    page.locator("[name=line_2]").fill("")
    expect(page.get_by_test_id("paper-problem")).to_have_count(0)
    page.get_by_test_id("paper-language").select_option("en")
    expect(papers.first).to_contain_text("Before you")
    page.get_by_test_id("save-paper").click()
    expect(page.locator("[data-testid=settings-said][data-at=texts]")).to_contain_text("保存しました。")

    page.get_by_test_id("logo-file").set_input_files(noisy_logo(tmp_path / "logo.png"))
    expect(page.get_by_test_id("paper-logo")).to_be_visible()
    for paper in papers.all():
        expect(paper.locator(".paper-mark")).to_be_visible()
    accessible(page, *SIZES)
    page.locator("#paper").scroll_into_view_if_needed()
    people.shoot("12-paper")

    page.locator("[data-testid=code-form] [name=name]").fill("1階ロビー")
    page.get_by_test_id("make-code").click()
    ticket = Terminal(server, page.get_by_test_id("pairing-code").inner_text()).config().json()["ticket"]
    assert ticket["lines"] == [{"ja": "電話 03-1234-5678"}]
    assert ticket["logo"] == page.get_by_test_id("paper-logo").get_attribute("src").split(",")[1]  # type: ignore[union-attr]
    page.get_by_test_id("drop-logo").click()
    expect(page.get_by_test_id("paper-logo")).to_have_count(0)

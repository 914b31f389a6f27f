"""Take the pictures of the README anew: ``.venv/bin/python docs/make_screenshots.py``.

Starts a city of its own with `make run`'s ports and variables (data in a temporary folder), walks the tour
with the people of the end-to-end tests, and writes ``docs/images/*.png``. Needs what ``make test`` installs.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import httpx
import zxingcpp
from PIL import Image, ImageOps
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = Path(__file__).resolve().parent / "images"
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "e2e")]

from browser_kit import FLAGS  # noqa: E402
from people import Clerk, Phone  # noqa: E402
from stage import City, People  # noqa: E402

from bench.city import zone_at_noon  # noqa: E402

PORTS = {"MADOGUCHI_PORT": "3000", "KIOSK_PORT": "3100", "SANDBOX_PORT": "3900"}
START_SECONDS = 300
COLOURS = 256
GREY = "#e6e6e6"
BROWSER = (*FLAGS, "--autoplay-policy=no-user-gesture-required")


class Photographed(People):
    """People whose phones are photographed at twice the size, to stay readable when shown small."""

    def _page(self, width: int, height: int) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale="ja-JP",
            timezone_id=zone_at_noon(),
            device_scale_factor=2 if width < 600 else 1,
        )
        context.set_default_timeout(20_000)
        self.contexts.append(context)
        return context.new_page()


@contextmanager
def running_city() -> Iterator[City]:
    """The demo city with a fresh database, ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="madoguchi-pictures-") as folder:
        var_dir = Path(folder)
        log = var_dir / "run.log"
        # About noon, whenever this runs: bookings of today are still to come.
        environ = {**os.environ, "MADOGUCHI_VAR_DIR": folder, "MADOGUCHI_TIMEZONE": zone_at_noon()}
        with log.open("w") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "tools", "run"], cwd=ROOT, env=environ, stdout=out, stderr=out
            )
        try:
            wait_until_ready(process, log)
            ports = [environ.get(name, default) for name, default in PORTS.items()]
            yield City(*(f"http://127.0.0.1:{port}" for port in ports), var_dir)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the table of addresses is there; exits with the log when it does not come."""
    end = time.monotonic() + START_SECONDS
    while "Ready after" not in log.read_text():
        if process.poll() is not None or time.monotonic() > end:
            sys.exit(log.read_text())
        time.sleep(0.2)


def main() -> None:
    """Walk the tour and keep a picture of each station."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("MADOGUCHI_TEST_CHROMIUM") or "/usr/bin/chromium"
    with running_city() as city, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER))
        people = Photographed(browser, city, [], [])
        take_tour(people, city)
        browser.close()
    for file in sorted(IMAGES.glob("*.png")):
        sys.stdout.write(f"{file.stat().st_size // 1024:5d} KB  {file.name}\n")


def take_tour(people: People, city: City) -> None:
    """Number, paper, call, booking, in the order of the README's tour."""
    clerk, colleague = people.clerk().sit_at("1番"), people.clerk("clerk2").sit_at("2番")
    lobby, terminal = people.lobby(), people.terminal()
    hanako = with_desk(people.citizen("hanako"))
    shoot(hanako.page, "phone-desk")
    hanako.menu("順番待ちをする").tap("保育所等利用申込").reads("A004")
    fold_menu(hanako)
    shoot(hanako.page, "phone-number")

    expect(terminal.page.get_by_test_id("service-nursery")).to_contain_text("4人")
    shoot(terminal.page, "terminal")
    assert terminal.take("nursery") == "A005"
    expect(terminal.page.get_by_test_id("print-state")).to_contain_text("お取りください")
    expect(terminal.page.get_by_test_id("ticket-qr")).to_be_visible()
    shoot(terminal.page, "terminal-ticket")
    ken = people.citizen("ken")
    address = keep_paper(city)
    ken.scan(address)
    expect(ken.frame.get_by_test_id("ticket-number")).to_have_text("A005")
    shoot(ken.page, "phone-ticket")
    ken.frame.get_by_test_id("line-register").click()
    ken.send().reads("A005")
    for service in ("allowance", "nursery", "nursery", "allowance", "nursery"):
        terminal.page.reload()
        terminal.take(service)
    clerk.page.get_by_test_id(re.compile("^checkin-")).first.click()
    terminal.page.reload()

    colleague.next("A001")
    for number in ("B001", "A002", "A003", "B002", "A004"):
        clerk.next(number)
    lobby.shows("A004", "1")
    hanako.reads("A004", "1番")
    shoot_call(clerk, hanako, lobby.page)
    side_by_side([hanako.page, clerk.page, lobby.page, terminal.page])
    book(with_desk(people.citizen("maria")))
    plan(clerk.page, people.clerk("admin").page, city)
    front = people.bare_page(1280, 900)
    front.goto(city.app)
    shoot(front, "front-page")


def with_desk(phone: Phone) -> Phone:
    """Friend-add, city, desk."""
    phone.add_friend().reads("自治体")
    phone.tap("みどり市").reads("窓口")
    return phone.tap("保育課").reads("保育課")


def fold_menu(phone: Phone) -> None:
    """Let the chat have the whole screen."""
    phone.screen.get_by_test_id("richmenu-bar").click()


def keep_paper(city: City) -> str:
    """Keep the newest paper's picture on grey; what its QR code says."""
    papers = httpx.get(f"{city.line}/printer/papers.json", trust_env=False).json()["papers"]
    answer = httpx.get(f"{city.line}{papers[0]['picture']}", trust_env=False)
    picture = Image.open(BytesIO(answer.content)).convert("RGB")
    write(ImageOps.expand(picture, 24, GREY), "paper")
    return str(zxingcpp.read_barcodes(picture)[0].text)


def shoot_call(clerk: Clerk, phone: Phone, lobby: Page) -> None:
    """A number at the counter, on the wall and on the phone at once."""
    phone.is_notified("A004")
    shoot(phone.page, "phone-called")
    shoot(lobby, "lobby")
    shoot(clerk.page, "clerk")


def book(phone: Phone) -> None:
    """A visit in some days, from the menu to the confirmation."""
    phone.menu("予約する").tap("予約")
    page = phone.frame
    page.get_by_test_id("book-service-nursery").click()
    page.locator('[data-testid^="book-day-"][data-open="true"]').last.click()
    page.get_by_test_id("book-place").nth(3).click()
    expect(page.get_by_test_id("book-hold-left")).to_be_visible()
    page.get_by_test_id("book-kana").fill("さんとす まりあ")
    page.get_by_test_id("book-phone").fill("０９０ー１２３４ー５６７８")
    page.get_by_test_id("book-phone").press("Tab")
    shoot(phone.page, "book-contact")
    page.get_by_test_id("book-submit").click()
    expect(page.get_by_test_id("book-code")).to_have_text(re.compile(r"\d{6}"))
    shoot(phone.page, "book-done")


def plan(clerk: Page, admin: Page, city: City) -> None:
    """The week with a caller's form open, and the plan of places."""
    clerk.goto(f"{city.app}/staff/reservations")
    expect(clerk.get_by_test_id("new-reservation")).to_be_visible()
    clerk.keyboard.press("n")
    expect(clerk.get_by_test_id("desk-kana")).to_be_visible()
    shoot(clerk, "reservations")
    admin.goto(f"{city.app}/staff/slots")
    expect(admin.locator("table").last).to_contain_text("/")
    shoot(admin, "slots")
    for name, there in (("settings", "calling-form"), ("messages", "quota"), ("stats", "large")):
        admin.goto(f"{city.app}/staff/{name}")
        expect(admin.get_by_test_id(there)).to_be_visible()
        shoot(admin, name)


def shoot(page: Page, name: str) -> None:
    """Keep what the page shows when its fonts and movements are done."""
    write(picture_of(page), name)


def picture_of(page: Page) -> Image.Image:
    """The page as it looks when nothing moves any more."""
    page.evaluate("document.fonts.ready.then(() => true)")
    return Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")


def side_by_side(pages: list[Page]) -> None:
    """The phone, the clerk above the lobby, the terminal: in one picture."""
    phone, clerk, lobby, terminal = (picture_of(page) for page in pages)
    gap, width = 24, 980
    clerk, lobby = (ImageOps.contain(one, (width, 2000)) for one in (clerk, lobby))
    height = clerk.height + gap + lobby.height
    phone, terminal = (ImageOps.contain(one, (2000, height)) for one in (phone, terminal))
    columns = phone.width + width + terminal.width
    sheet = Image.new("RGB", (columns + 4 * gap, height + 2 * gap), GREY)
    sheet.paste(phone, (gap, gap))
    sheet.paste(clerk, (2 * gap + phone.width, gap))
    sheet.paste(lobby, (2 * gap + phone.width, 2 * gap + clerk.height))
    sheet.paste(terminal, (3 * gap + phone.width + width, gap))
    write(sheet, "side-by-side")


def write(picture: Image.Image, name: str) -> None:
    """Save with few colours: screens have no more, and the repository stays light."""
    few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(IMAGES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()

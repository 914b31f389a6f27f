"""What a person sees on a board's screen, measured in real Chromium."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

SHOTS = Path(__file__).resolve().parents[3] / "var" / "screenshots"

SIZES = {
    "1080p": (1920, 1080),
    "4k": (3840, 2160),
    "portrait": (1080, 1920),
    "phone": (390, 844),
}

_AREAS = """
[...document.querySelectorAll(
  ".bd-head, .bd-call--main, .bd-call--other, .bd-call--more, " +
  ".bd-services, .bd-recent, .bd-missed, .bd-notices, .bd-desk__head"
)].filter((box) => box.offsetParent !== null)
"""

TROUBLE = (
    """(phone) => {
  const trouble = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) trouble.push(`page is ${root.scrollWidth} wide`);
  if (!phone && root.scrollHeight > innerHeight) trouble.push(`page is ${root.scrollHeight} high`);
  const areas = """
    + _AREAS
    + """;
  const boxes = areas.map((area) => [area, area.getBoundingClientRect()]);
  for (const [area, box] of boxes) {
    const low = !phone && box.bottom > innerHeight + 1;
    const aside = box.left < -1 || box.right > innerWidth + 1;
    if (aside || box.top < -1 || low) trouble.push(`${area.className} is outside`);
    for (const [other, beside] of boxes) {
      if (other === area || other.contains(area) || area.contains(other)) continue;
      const wide = Math.min(box.right, beside.right) - Math.max(box.left, beside.left);
      const high = Math.min(box.bottom, beside.bottom) - Math.max(box.top, beside.top);
      if (wide > 1 && high > 1) trouble.push(`${area.className} lies over ${other.className}`);
    }
  }
  // Every piece of text lies within its area, in whole, and nothing hides a part of it.
  const walker = document.createTreeWalker(document.getElementById("board"), NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (!text.textContent.trim()) continue;
    const holder = text.parentElement;
    const quiet = holder.closest(".mg-hidden, [hidden]");
    const small = holder.classList.contains("bd-name") && holder.clientWidth <= 1;
    if (quiet || small || holder.offsetParent === null) continue;
    range.selectNodeContents(text);
    for (const piece of range.getClientRects()) {
      for (let outer = holder; outer; outer = outer.parentElement) {
        const clips = getComputedStyle(outer).overflowX !== "visible"
          || outer.matches(".bd-call, .bd-desk, .bd-notices, .bd-head");
        if (!clips || outer === document.body) continue;
        const within = outer.getBoundingClientRect();
        const slack = piece.height * 0.22; // A line's box is higher than its letters.
        const cut = piece.left < within.left - 1.5 || piece.right > within.right + 1.5
          || piece.top < within.top - slack || piece.bottom > within.bottom + slack;
        if (cut) trouble.push(`"${text.textContent.trim()}" is cut by ${outer.className}`);
      }
    }
  }
  return [...new Set(trouble)];
}"""
)


def settle(page: Page) -> None:
    """Wait until the fonts are there and everything was fitted once more."""
    page.evaluate(
        "document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => done())))"
    )


def trouble_of(page: Page, *, phone: bool) -> list[str]:
    """What is cut, lies outside the screen or over something else."""
    found: list[str] = page.evaluate(TROUBLE, phone)
    return found


def drawn_height(page: Page) -> float:
    """How high the glyphs of the large card's number are drawn, as a share of the screen's height.

    Measured on the picture: the rows that hold ink.
    """
    number = page.locator(".bd-call--main .bd-call__number")
    expect(number).to_be_visible()
    picture = Image.open(io.BytesIO(number.screenshot())).convert("L")
    corner = picture.getpixel((0, 0))
    assert isinstance(corner, int)
    ink = picture.point(lambda value: 255 if abs(value - corner) > 90 else 0).getbbox()
    assert ink is not None
    size: dict[str, Any] | None = page.viewport_size  # type: ignore[assignment]
    assert size is not None
    return float(ink[3] - ink[1]) / float(size["height"])


def letter_share(page: Page, selector: str) -> float:
    """The smallest letter size (font size) among what `selector` finds, as a share of the shorter side."""
    script = """(selector) => Math.min(...[...document.querySelectorAll(selector)]
        .filter((one) => one.offsetParent !== null && one.clientWidth !== 1)
        .map((one) => parseFloat(getComputedStyle(one).fontSize))) / Math.min(innerWidth, innerHeight)"""
    return float(page.evaluate(script, selector))


def shoot(page: Page, name: str) -> None:
    """Leave a picture for a person to look at, when asked to by MADOGUCHI_TEST_SHOTS."""
    if os.environ.get("MADOGUCHI_TEST_SHOTS"):
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png")

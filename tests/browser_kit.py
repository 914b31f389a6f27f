"""The Chromium that browser tests drive."""

import os

CHROMIUM = os.environ.get("MADOGUCHI_TEST_CHROMIUM") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

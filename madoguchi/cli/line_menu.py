"""``line rich-menu``."""

import argparse
import asyncio

from madoguchi.line.rich_menu import publish
from madoguchi.settings import Settings


def publish_rich_menu(settings: Settings, _options: argparse.Namespace) -> int:
    """Draw the menu, upload it, make it the default, and print its id."""
    print(asyncio.run(publish(settings)))
    return 0

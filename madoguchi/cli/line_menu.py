"""``line rich-menu``."""

import argparse
import asyncio
import sys

import aiohttp
from linebot.v3.messaging.exceptions import ApiException

from madoguchi.line.fonts import NoFontError
from madoguchi.line.rich_menu import publish
from madoguchi.settings import Settings


def publish_rich_menu(settings: Settings, _options: argparse.Namespace) -> int:
    """Draw the menu, upload it, make it the default, and print its id; 1 with one line when LINE refuses."""
    try:
        print(asyncio.run(publish(settings)))
    except NoFontError as error:
        return _fail(str(error))
    except ApiException as error:
        hint = " (is MADOGUCHI_LINE_CHANNEL_TOKEN right?)" if error.status == 401 else ""
        return _fail(f"LINE answered {error.status} {error.reason}{hint}")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return _fail(f"{settings.line_api_host} cannot be reached: {type(error).__name__}")
    return 0


def _fail(message: str) -> int:
    sys.stderr.write(f"madoguchi: {message}\n")
    return 1

"""Publishing the rich menu: created once per content, set as everybody's default, old ones deleted."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from typing import Any, Final

import aiohttp
from linebot.v3.messaging import (
    AsyncMessagingApi,
    AsyncMessagingApiBlob,
    RichMenuRequest,
    RichMenuResponse,
)
from linebot.v3.messaging.exceptions import ApiException

from ..settings import Settings
from ..texts import say
from .client import TIMEOUT_SECONDS, messaging
from .fonts import NoFontError
from .menu_picture import AREAS, HEIGHT, WIDTH, bounds, picture

_log = logging.getLogger(__name__)

_OURS: Final = "madoguchi-"
_LOOK_AGAIN: Final = 5.0
_LONGEST_WAIT: Final = 120.0
_LANGUAGE: Final = "ja"
"""One menu for everybody: its labels are the ones on posters; each word of other languages is understood."""


def definition(name: str) -> dict[str, Any]:
    """The menu as LINE wants it, called `name`. Each area sends its menu label as if typed."""
    return {
        "size": {"width": WIDTH, "height": HEIGHT},
        "selected": True,
        "name": name,
        "chatBarText": "メニュー / Menu",
        "areas": [_area(place, area.command) for place, area in enumerate(AREAS)],
    }


def _area(place: int, command: str) -> dict[str, Any]:
    x, y, width, height = bounds(place)
    label = say(_LANGUAGE, f"line.menu.{command}")
    return {
        "bounds": {"x": x, "y": y, "width": width, "height": height},
        "action": {"type": "message", "label": label, "text": label},
    }


async def publish(settings: Settings) -> str:
    """Make LINE show the menu as it is in this version; does nothing twice. Its LINE id.

    Raises `fonts.NoFontError`, LINE's `ApiException`, or connection errors.
    """
    image = await asyncio.to_thread(picture)
    name = _name_of(image)
    async with messaging(settings) as api:
        listed = await api.get_rich_menu_list(_request_timeout=TIMEOUT_SECONDS)
        ours = [menu for menu in listed.richmenus if menu.name.startswith(_OURS)]
        default = await _default_id(api)
        current = next((menu for menu in ours if menu.name == name), None)
        if current is None or current.rich_menu_id != default:
            # One without being default may also lack its picture, and a picture cannot be added twice.
            menu_id = await _create(api, name, image)
        else:
            menu_id = current.rich_menu_id
        await _delete_others(api, ours, menu_id)
    return str(menu_id)


def _name_of(image: bytes) -> str:
    content = json.dumps(definition(""), sort_keys=True, ensure_ascii=False).encode() + image
    return f"{_OURS}{hashlib.sha256(content).hexdigest()[:16]}"


async def _default_id(api: AsyncMessagingApi) -> str | None:
    try:
        answer = await api.get_default_rich_menu_id(_request_timeout=TIMEOUT_SECONDS)
    except ApiException as error:
        if error.status == 404:
            return None
        raise
    return str(answer.rich_menu_id)


async def _create(api: AsyncMessagingApi, name: str, image: bytes) -> str:
    request = RichMenuRequest.from_dict(definition(name))
    made = await api.create_rich_menu(request, _request_timeout=TIMEOUT_SECONDS)
    menu_id = str(made.rich_menu_id)
    blob = AsyncMessagingApiBlob(api.api_client)
    await blob.set_rich_menu_image(
        menu_id, body=image, _headers={"Content-Type": "image/png"}, _request_timeout=30
    )
    await api.set_default_rich_menu(menu_id, _request_timeout=TIMEOUT_SECONDS)
    return menu_id


async def _delete_others(api: AsyncMessagingApi, ours: list[RichMenuResponse], menu_id: str) -> None:
    for menu in ours:
        if menu.rich_menu_id != menu_id:
            await api.delete_rich_menu(menu.rich_menu_id, _request_timeout=TIMEOUT_SECONDS)


async def keep_published(settings: Settings) -> None:
    """Publish as soon as LINE answers, trying quietly until then. A missing font is said once."""
    wait = _LOOK_AGAIN
    while True:
        try:
            await publish(settings)
        except NoFontError as error:
            _log.warning("%s", error)
            return
        except (ApiException, aiohttp.ClientError, TimeoutError, OSError) as error:
            _log.debug("the rich menu is not published yet: %s", type(error).__name__)
            await asyncio.sleep(wait)
            wait = min(_LONGEST_WAIT, wait * 2)
        else:
            return

"""LINE's endpoints for rich menus: create, picture, default, link, alias."""

import asyncio

from starlette.responses import JSONResponse, Response

from sandbox.line.checks import richmenu
from sandbox.line.citizens import Citizen
from sandbox.line.errors import LineRefusal
from sandbox.line.routes.guard import MOST_BYTES, Call, Endpoint, read_body

_PER_HOUR = (100, 3600)
_DONE: dict[str, str] = {}


async def _create(call: Call) -> Response:
    return JSONResponse({"richMenuId": call.platform.menus.create(call.body).id})


async def _validate(_call: Call) -> Response:
    return JSONResponse(_DONE)


async def _upload(call: Call) -> Response:
    menu = call.platform.menus.get(call.part("menu_id"))
    media_type = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in {"image/png", "image/jpeg"}:
        raise LineRefusal(415, f"The content type, {media_type or 'null'}, is not supported")
    content = await read_body(call.request, MOST_BYTES)
    if menu.picture:
        raise LineRefusal(400, "An image has already been uploaded to the richmenu")
    if not await asyncio.to_thread(richmenu.picture_allowed, content, media_type, menu.size):
        raise LineRefusal(400, "The image size is not allowed for richmenu")
    menu.picture, menu.media_type = content, media_type
    return JSONResponse(_DONE)


async def _download(call: Call) -> Response:
    menu = call.platform.menus.get(call.part("menu_id"))
    if not menu.picture:
        raise LineRefusal(404, "Not found")
    return Response(menu.picture, media_type=menu.media_type)


async def _list(call: Call) -> Response:
    return JSONResponse({"richmenus": [menu.as_json() for menu in call.platform.menus.menus.values()]})


async def _get(call: Call) -> Response:
    return JSONResponse(call.platform.menus.get(call.part("menu_id")).as_json())


async def _delete(call: Call) -> Response:
    call.platform.menus.delete(call.part("menu_id"))
    return _changed(call)


async def _set_default(call: Call) -> Response:
    menus = call.platform.menus
    menus.default_id = menus.showable(call.part("menu_id")).id
    return _changed(call)


async def _get_default(call: Call) -> Response:
    if call.platform.menus.default_id is None:
        raise LineRefusal(404, "no default richmenu")
    return JSONResponse({"richMenuId": call.platform.menus.default_id})


async def _clear_default(call: Call) -> Response:
    call.platform.menus.default_id = None
    return _changed(call)


def _user(call: Call) -> Citizen:
    citizen = call.platform.by_user_id(call.part("user_id"))
    if citizen is None:
        raise LineRefusal(400, "The value for the 'userId' parameter is invalid")
    return citizen


async def _link(call: Call) -> Response:
    menu = call.platform.menus.showable(call.part("menu_id"))
    _link_friend(_user(call), menu.id)
    return _changed(call)


async def _linked(call: Call) -> Response:
    linked = _user(call).linked_menu
    if linked not in call.platform.menus.menus:
        raise LineRefusal(404, "the user has no richmenu")
    return JSONResponse({"richMenuId": linked})


async def _unlink(call: Call) -> Response:
    _user(call).linked_menu = None
    return _changed(call)


async def _bulk_link(call: Call) -> Response:
    menu = call.platform.menus.showable(call.body["richMenuId"])
    return _bulk(call, menu.id)


async def _bulk_unlink(call: Call) -> Response:
    return _bulk(call, None)


def _bulk(call: Call, menu_id: str | None) -> Response:
    for user_id in call.body["userIds"]:
        citizen = call.platform.by_user_id(user_id)
        if citizen:
            _link_friend(citizen, menu_id)
    call.platform.show_all()
    return JSONResponse(_DONE, 202)


def _link_friend(citizen: Citizen, menu_id: str | None) -> None:
    """Linking somebody who is no friend, or who blocks, is answered 200 and does nothing."""
    if citizen.friend and not citizen.blocked:
        citizen.linked_menu = menu_id


async def _create_alias(call: Call) -> Response:
    call.platform.menus.create_alias(call.body["richMenuAliasId"], call.body["richMenuId"])
    return JSONResponse(_DONE)


async def _change_alias(call: Call) -> Response:
    call.platform.menus.change_alias(call.part("alias"), call.body["richMenuId"])
    return JSONResponse(_DONE)


async def _get_alias(call: Call) -> Response:
    name = call.part("alias")
    return JSONResponse({"richMenuAliasId": name, "richMenuId": call.platform.menus.alias(name)})


async def _list_aliases(call: Call) -> Response:
    aliases = call.platform.menus.aliases.items()
    return JSONResponse(
        {"aliases": [{"richMenuAliasId": name, "richMenuId": menu} for name, menu in aliases]}
    )


async def _delete_alias(call: Call) -> Response:
    call.platform.menus.alias(call.part("alias"))
    del call.platform.menus.aliases[call.part("alias")]
    return JSONResponse(_DONE)


def _changed(call: Call) -> Response:
    call.platform.show_all()
    return JSONResponse(_DONE)


_MENU = "/v2/bot/richmenu"
_ALIAS = f"{_MENU}/alias"
_USER = "/v2/bot/user/{user_id}/richmenu"
_ALL = "/v2/bot/user/all/richmenu"

# Fixed paths stand before those with a parameter in the same place.
ENDPOINTS = (
    Endpoint(_MENU, "POST", "richmenu", _create, richmenu.rich_menu, rate=_PER_HOUR),
    Endpoint(f"{_MENU}/validate", "POST", "richmenu", _validate, richmenu.rich_menu),
    Endpoint(f"{_MENU}/list", "GET", "richmenu", _list, rate=(10, 1)),
    Endpoint(f"{_MENU}/bulk/link", "POST", "richmenu", _bulk_link, richmenu.bulk_link_body),
    Endpoint(f"{_MENU}/bulk/unlink", "POST", "richmenu", _bulk_unlink, richmenu.bulk_unlink_body),
    Endpoint(_ALIAS, "POST", "richmenu", _create_alias, richmenu.alias_body),
    Endpoint(f"{_ALIAS}/list", "GET", "richmenu", _list_aliases),
    Endpoint(f"{_ALIAS}/{{alias}}", "GET", "richmenu", _get_alias),
    Endpoint(f"{_ALIAS}/{{alias}}", "POST", "richmenu", _change_alias, richmenu.alias_change_body),
    Endpoint(f"{_ALIAS}/{{alias}}", "DELETE", "richmenu", _delete_alias, rate=_PER_HOUR),
    Endpoint(f"{_MENU}/{{menu_id}}/content", "POST", "richmenu", _upload),
    Endpoint(f"{_MENU}/{{menu_id}}/content", "GET", "richmenu", _download),
    Endpoint(f"{_MENU}/{{menu_id}}", "GET", "richmenu", _get),
    Endpoint(f"{_MENU}/{{menu_id}}", "DELETE", "richmenu", _delete, rate=_PER_HOUR),
    Endpoint(_ALL, "GET", "richmenu", _get_default),
    Endpoint(_ALL, "DELETE", "richmenu", _clear_default),
    Endpoint(f"{_ALL}/{{menu_id}}", "POST", "richmenu", _set_default),
    Endpoint(_USER, "GET", "richmenu", _linked),
    Endpoint(_USER, "DELETE", "richmenu", _unlink),
    Endpoint(f"{_USER}/{{menu_id}}", "POST", "richmenu", _link),
)

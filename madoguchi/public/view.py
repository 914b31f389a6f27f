"""Turning a page's values into HTML, in the reader's language."""

from __future__ import annotations

import json
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ..domain.languages import DEFAULT, LANGUAGES, OWN_NAMES, localized
from ..texts import say
from ..web import asked_language, one_of_ours

COOKIE: Final = "mg_lang"
_KEEP_SECONDS: Final = 365 * 24 * 3600
_TEMPLATES: Final = Path(__file__).parent / "templates"


def reader_language(request: Request, *, own: str | None = None, by_browser: bool = True) -> str:
    """The language to show: chosen on the page, chosen before, the thing's `own`, the browser's, Japanese."""
    chosen = one_of_ours(request.query_params.get("lang")) or one_of_ours(request.cookies.get(COOKIE))
    asked = asked_language(request.headers.get("accept-language", "")) if by_browser else None
    return chosen or own or asked or DEFAULT


def page(request: Request, template: str, language: str, status: int = 200, **values: Any) -> Response:
    """The page, its language choice remembered."""
    other = "en" if language != "en" else DEFAULT
    html = (
        _environment()
        .get_template(template)
        .render(
            language=language,
            html_language="ja" if language == "ja-easy" else language,
            languages=[(code, OWN_NAMES[code]) for code in LANGUAGES],
            other_language=other,
            t=partial(_say, language),
            other=partial(_say, other),
            name=partial(_name, language),
            **values,
        )
    )
    response = HTMLResponse(html, status, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    if one_of_ours(request.query_params.get("lang")) == language:
        secure = request.url.scheme == "https"
        response.set_cookie(
            COOKIE, language, max_age=_KEEP_SECONDS, httponly=True, samesite="lax", secure=secure
        )
    return response


def texts(language: str, *keys: str) -> dict[str, str]:
    """Sentences for the page's script, their ``{places}`` left open."""
    return {key: say(language, f"public.{key}") for key in keys}


def data_block(value: Any) -> Markup:
    """`value` as JSON that can stand inside a ``<script type="application/json">``."""
    content = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
    return Markup(content)  # noqa: S704  JSON, and nothing in it can close the element


def _say(language: str, key: str, **values: object) -> str:
    return say(language, f"public.{key}", **values)


def _name(language: str, names: dict[str, str]) -> str:
    return localized(names, language)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )

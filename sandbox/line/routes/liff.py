"""LIFF's addresses: the app's URL, the sign-in, and what the SDK in a page asks for."""

from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.line.errors import PhoneRefusal
from sandbox.line.platform import Platform
from sandbox.line.routes.guard import Call, Endpoint
from sandbox.line.routes.pages import WEB, choices, page


class LiffRoutes:
    """Serves what is at ``liff.line.me`` and ``access.line.me``, and the module that plays the SDK."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def routes(self) -> list[BaseRoute]:
        """Everything below ``/liff`` but the API."""
        return [
            Route("/liff/sdk.js", self._sdk),
            Route("/liff/v1/authorize", self._authorize),
            Route("/liff/{liff_id}", self._open),
            Route("/liff/{liff_id}/{rest:path}", self._open),
        ]

    async def _sdk(self, _request: Request) -> Response:
        # A module of another origin is loaded by its leave only.
        headers = {"Access-Control-Allow-Origin": self._platform.liff.origin, "Cache-Control": "no-store"}
        return FileResponse(WEB / "liff-sdk.js", media_type="text/javascript", headers=headers)

    async def _open(self, request: Request) -> Response:
        """The LIFF URL in a browser that is not LINE's."""
        liff = self._platform.liff
        try:
            liff.ensure_known(request.path_params["liff_id"])
        except PhoneRefusal as refusal:
            return page("message.html", {"title": "404 Not Found", "text": str(refusal)}, status=404)
        path = f"/{quote(request.path_params['rest'])}" if request.path_params.get("rest") else ""
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(liff.address(path + query))

    async def _authorize(self, request: Request) -> Response:
        """The sign-in: who is it? With ``as`` a citizen has answered."""
        liff, query = self._platform.liff, dict(request.query_params)
        try:
            asked = liff.sign_in_asked(query)
            if "as" in query:
                citizen = self._platform.citizen(query["as"])
                return RedirectResponse(liff.signed_in(citizen, asked))
        except PhoneRefusal as refusal:
            return page("message.html", {"title": "400 Bad Request", "text": str(refusal)}, status=400)
        everybody = choices(
            self._platform.citizens,
            lambda one: f"/liff/v1/authorize?{urlencode({**query, 'as': one.name})}",
        )
        texts = {"title": "LINEログイン", "text": "だれとしてログインしますか。", "url": ""}
        return page("choose.html", texts, {"choices": everybody, "picture": ""})


async def _token(call: Call) -> Response:
    form = await call.request.form()
    given = {name: value for name, value in form.items() if isinstance(value, str)}
    liff = call.platform.liff
    return JSONResponse(liff.tokens_for(given), headers=_for_pages(call))


async def _context(call: Call) -> Response:
    liff = call.platform.liff
    try:
        liff.ensure_known(call.part("liff_id"))
    except PhoneRefusal:
        return JSONResponse({"error": "not_found"}, 404, _for_pages(call))
    return JSONResponse({"contextToken": liff.context_token()}, headers=_for_pages(call))


def _for_pages(call: Call) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": call.platform.liff.origin, "Cache-Control": "no-store"}


ENDPOINTS = (
    Endpoint("/oauth2/v2.1/token", "POST", "token", _token, public=True),
    Endpoint("/liff/v2/apps/{liff_id}/contextToken", "GET", "liff", _context, public=True),
)

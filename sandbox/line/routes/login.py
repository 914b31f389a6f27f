"""LINE Login's endpoint that verifies an ID token."""

from starlette.responses import JSONResponse, Response

from sandbox.line import idtokens
from sandbox.line.routes.guard import Call, Endpoint


async def _verify(call: Call) -> Response:
    form = await call.request.form()
    token, client_id = form.get("id_token"), form.get("client_id")
    if not isinstance(token, str) or not isinstance(client_id, str):
        raise idtokens.refused("id_token and client_id must be specified")
    platform = call.platform
    claims = idtokens.verify(
        token,
        client_id,
        platform.settings.login_channel_id,
        platform.settings.channel_secret,
        platform.clock.now(),
    )
    for name, claim, told in (("nonce", "nonce", "Nonce"), ("user_id", "sub", "Subject Identifier")):
        if name in form and form[name] != claims.get(claim):
            raise idtokens.refused(f"Invalid IdToken {told}.")
    return JSONResponse(claims)


ENDPOINTS = (Endpoint("/oauth2/v2.1/verify", "POST", "verify", _verify, public=True),)

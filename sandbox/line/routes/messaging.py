"""LINE's endpoints for messages, profiles, quota, the bot itself and the webhook."""

import re
from datetime import UTC, datetime

from starlette.responses import JSONResponse, Response

from sandbox.line import sending
from sandbox.line.checks import messages
from sandbox.line.errors import LineRefusal
from sandbox.line.routes.guard import Call, Endpoint

_RECIPIENT = re.compile(r"[UCR][0-9a-f]{32}")
_USER = re.compile(r"U[0-9a-f]{32}")


async def _reply(call: Call) -> Response:
    if "x-line-retry-key" in call.request.headers:
        raise LineRefusal(400, "The 'X-Line-Retry-Key' header is not supported by this endpoint")
    return JSONResponse(sending.reply(call.platform, call.body))


async def _push(call: Call) -> Response:
    if not _RECIPIENT.fullmatch(call.body["to"]):
        raise LineRefusal(400, "The property, 'to', in the request body is invalid (line: -, column: -)")
    return JSONResponse(sending.push(call.platform, call.body, call.retry_key, call.request_id))


async def _multicast(call: Call) -> Response:
    return JSONResponse(sending.multicast(call.platform, call.body, call.retry_key, call.request_id))


async def _validate(_call: Call) -> Response:
    return JSONResponse({})


async def _profile(call: Call) -> Response:
    user_id = call.part("user_id")
    if not _USER.fullmatch(user_id):
        raise LineRefusal(400, "The value for the 'userId' parameter is invalid")
    citizen = call.platform.by_user_id(user_id)
    if citizen is None or not citizen.profile_open:
        raise LineRefusal(404, "Not found")
    call.platform.counts["profile"] += 1
    return JSONResponse(
        {
            "userId": citizen.user_id,
            "displayName": citizen.display_name,
            "language": citizen.language,
            "pictureUrl": f"https://profile.line-scdn.net/{citizen.user_id[1:17]}",
            "statusMessage": "よろしくお願いします",
        }
    )


async def _quota(call: Call) -> Response:
    limit = call.platform.quota.limit
    return JSONResponse({"type": "none"} if limit is None else {"type": "limited", "value": limit})


async def _consumption(call: Call) -> Response:
    return JSONResponse({"totalUsage": call.platform.quota.used})


async def _info(call: Call) -> Response:
    settings = call.platform.settings
    return JSONResponse(
        {
            "userId": call.platform.bot_user_id,
            "basicId": settings.basic_id,
            "displayName": settings.account_name,
            "chatMode": "bot",
            "markAsReadMode": "auto",
        }
    )


async def _loading(call: Call) -> Response:
    platform, seconds = call.platform, call.body.get("loadingSeconds", 20)
    if seconds % 5:
        details = [{"message": "must be a multiple of five", "property": "loadingSeconds"}]
        raise LineRefusal(400, "The request body has 1 error(s)", details=details)
    if not _USER.fullmatch(call.body["chatId"]):
        message = "Only user id is acceptable, please confirm if there are any group/room ids or illegal ids."
        details = [{"message": message, "property": "chatId"}]
        raise LineRefusal(400, "The request body has 1 error(s)", details=details)
    citizen = platform.by_user_id(call.body["chatId"])
    if citizen and citizen.friend and not citizen.blocked:
        platform.chat(citizen).loading_until = platform.clock.now() + seconds
        platform.show(citizen)
    return JSONResponse({}, 202)


async def _webhook_endpoint(call: Call) -> Response:
    return JSONResponse({"endpoint": call.platform.webhook.url, "active": True})


async def _set_webhook_endpoint(call: Call) -> Response:
    call.platform.webhook.url = call.body["endpoint"]
    return JSONResponse({})


async def _webhook_test(call: Call) -> Response:
    attempt = await call.platform.webhook.probe(call.body.get("endpoint"))
    now = datetime.fromtimestamp(call.platform.clock.now(), UTC)
    return JSONResponse(
        {
            "success": attempt.reason == "OK",
            "timestamp": now.isoformat().replace("+00:00", "Z"),
            "statusCode": attempt.status,
            "reason": attempt.reason,
            "detail": str(attempt.status) if attempt.status else attempt.reason,
        }
    )


ENDPOINTS = (
    Endpoint("/v2/bot/message/reply", "POST", "reply", _reply, messages.reply_body),
    Endpoint("/v2/bot/message/push", "POST", "push", _push, messages.push_body),
    Endpoint(
        "/v2/bot/message/multicast", "POST", "multicast", _multicast, messages.multicast_body, rate=(200, 1)
    ),
    *(
        Endpoint(f"/v2/bot/message/validate/{way}", "POST", "validate", _validate, messages.validate_body)
        for way in ("reply", "push", "multicast", "narrowcast", "broadcast")
    ),
    Endpoint("/v2/bot/profile/{user_id}", "GET", "profile", _profile),
    Endpoint("/v2/bot/message/quota", "GET", "quota", _quota),
    Endpoint("/v2/bot/message/quota/consumption", "GET", "quota", _consumption),
    Endpoint("/v2/bot/info", "GET", "info", _info),
    Endpoint("/v2/bot/chat/loading/start", "POST", "loading", _loading, messages.loading_body, rate=(100, 1)),
    Endpoint("/v2/bot/channel/webhook/endpoint", "GET", "webhook", _webhook_endpoint),
    Endpoint(
        "/v2/bot/channel/webhook/endpoint",
        "PUT",
        "webhook",
        _set_webhook_endpoint,
        messages.webhook_endpoint_body,
        rate=(1000, 60),
    ),
    Endpoint(
        "/v2/bot/channel/webhook/test",
        "POST",
        "webhook",
        _webhook_test,
        messages.webhook_test_body,
        rate=(60, 3600),
        optional=True,
    ),
)

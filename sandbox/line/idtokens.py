"""ID tokens of LINE Login: issued to a citizen's browser, verified for the product's server."""

import base64
import hashlib
import hmac
import json
from typing import Any

from sandbox.line.citizens import Citizen
from sandbox.line.errors import LineRefusal

_ISSUER = "https://access.line.me"
_LIFE_SECONDS = 3600


def issue(citizen: Citizen, channel_id: str, secret: str, now: float, nonce: str = "") -> str:
    """A signed ID token (JWT, HS256) that says who ``citizen`` is, for an hour from ``now``."""
    claims: dict[str, Any] = {
        "iss": _ISSUER,
        "sub": citizen.user_id,
        "aud": channel_id,
        "exp": int(now) + _LIFE_SECONDS,
        "iat": int(now),
        "amr": ["linesso"],
        "name": citizen.display_name,
    }
    if nonce:
        claims["nonce"] = nonce
    head = _encode({"typ": "JWT", "alg": "HS256"})
    signed = f"{head}.{_encode(claims)}"
    return f"{signed}.{_signature(signed, secret)}"


def verify(token: str, client_id: str, channel_id: str, secret: str, now: float) -> dict[str, Any]:
    """The claims of a genuine token for ``client_id``; raises `LineRefusal` 400 in LINE Login's form."""
    signed, _, given = token.rpartition(".")
    if not signed or not hmac.compare_digest(given.encode(), _signature(signed, secret).encode()):
        raise refused("Invalid IdToken.")
    claims: dict[str, Any] = json.loads(_decode(signed.partition(".")[2]))
    if client_id != channel_id or claims["aud"] != client_id:
        raise refused("Invalid IdToken Audience.")
    if claims["exp"] <= now:
        raise refused("IdToken expired.")
    return claims


def refused(description: str) -> LineRefusal:
    """A refusal in LINE Login's form."""
    refusal = LineRefusal(400, description)
    refusal.body = {"error": "invalid_request", "error_description": description}
    return refusal


def _encode(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _signature(signed: str, secret: str) -> str:
    return _base64(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())

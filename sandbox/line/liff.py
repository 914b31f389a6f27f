"""LIFF: the account's one app, opened inside a phone, or in any browser after a sign-in."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from sandbox.line import idtokens
from sandbox.line.citizens import Citizen
from sandbox.line.clock import Clock
from sandbox.line.errors import LineRefusal, PhoneRefusal
from sandbox.settings import SandboxSettings

_CODE_SECONDS = 600
_ACCESS_SECONDS = 12 * 3600


@dataclass(frozen=True)
class SignIn:
    """What a page asks for when it sends its reader to the sign-in."""

    redirect_uri: str
    state: str
    challenge: str


@dataclass(frozen=True)
class _Code:
    citizen: Citizen
    asked: SignIn
    good_until: float


class Liff:
    """The app, and the codes of sign-ins under way."""

    def __init__(self, settings: SandboxSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._codes: dict[str, _Code] = {}

    @property
    def endpoint(self) -> str:
        """The address of the page that the app is."""
        return f"{self._settings.product_url}/book"

    @property
    def origin(self) -> str:
        """Whose pages may call LIFF's part of the API."""
        return self._settings.product_url

    def ensure_known(self, liff_id: str) -> None:
        """Raise `PhoneRefusal` for another app than ours."""
        if liff_id != self._settings.liff_id:
            raise PhoneRefusal("このLIFFアプリは見つかりません")

    def address(self, rest: str) -> str:
        """Where a LIFF URL leads first; ``rest`` is its part behind the app's id."""
        return f"{self.endpoint}?liff.state={quote(rest, safe='')}" if rest else self.endpoint

    def address_inside(self, citizen: Citizen, rest: str) -> str:
        """The same inside of LINE, which signs in by what it puts behind the #."""
        given = {
            "access_token": secrets.token_urlsafe(32),
            "context_token": self.context_token(),
            "feature_token": secrets.token_urlsafe(16),
            "id_token": self._id_token(citizen),
            "client_id": self._settings.login_channel_id,
        }
        return f"{self.address(rest)}#{urlencode(given)}"

    def context_token(self) -> str:
        """What the SDK learns of the app: a JWT that nobody checks."""
        context = {
            "liffId": self._settings.liff_id,
            "endpointUrl": self.endpoint,
            "permanentLinkPattern": "concat",
            "scope": ["openid", "profile"],
        }
        return f"{_part({'alg': 'HS256'})}.{_part(context)}.{secrets.token_urlsafe(16)}"

    def sign_in_asked(self, query: Mapping[str, str]) -> SignIn:
        """Read the address of the sign-in; raises `PhoneRefusal`."""
        self.ensure_known(query.get("app_id", ""))
        redirect_uri = query.get("redirect_uri") or self.endpoint
        if not _is_below(redirect_uri, self.endpoint):
            raise PhoneRefusal("redirect_uriはエンドポイントURLで始まるものにしてください")
        code = (query.get("response_type"), query.get("code_challenge_method"))
        if code != ("code", "S256") or not query.get("code_challenge") or not query.get("state"):
            raise PhoneRefusal("response_type, code_challenge, code_challenge_method, stateが必要です")
        return SignIn(redirect_uri, query["state"], query["code_challenge"])

    def signed_in(self, citizen: Citizen, asked: SignIn) -> str:
        """Where the sign-in leads back to."""
        code = secrets.token_urlsafe(16)
        self._codes[code] = _Code(citizen, asked, self._clock.now() + _CODE_SECONDS)
        back = {
            "code": code,
            "state": asked.state,
            "liffClientId": self._settings.login_channel_id,
            "liffRedirectUri": asked.redirect_uri,
        }
        joint = "&" if urlsplit(asked.redirect_uri).query else "?"
        return f"{asked.redirect_uri}{joint}{urlencode(back)}"

    def tokens_for(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Change a code into tokens, once. Raises `LineRefusal` 400 in LINE Login's form."""
        if form.get("grant_type") != "authorization_code":
            raise idtokens.refused("unsupported grant_type")
        if form.get("client_id") != self._settings.login_channel_id:
            raise idtokens.refused("client_id is invalid")
        found = self._codes.pop(form.get("code", ""), None)
        if found is None or found.good_until <= self._clock.now():
            raise _invalid_grant("invalid authorization code")
        if form.get("redirect_uri") != found.asked.redirect_uri:
            raise _invalid_grant("redirect_uri does not match")
        if _challenge(form.get("code_verifier", "")) != found.asked.challenge:
            raise _invalid_grant("code_verifier does not match")
        return {
            "access_token": secrets.token_urlsafe(32),
            "expires_in": _ACCESS_SECONDS,
            "id_token": self._id_token(found.citizen),
            "refresh_token": secrets.token_urlsafe(16),
            "scope": "openid profile",
            "token_type": "Bearer",
        }

    def _id_token(self, citizen: Citizen) -> str:
        settings = self._settings
        return idtokens.issue(citizen, settings.login_channel_id, settings.channel_secret, self._clock.now())


def _is_below(address: str, endpoint: str) -> bool:
    """Whether the address is the endpoint's, or of a page below it."""
    asked, registered = urlsplit(address), urlsplit(endpoint)
    if (asked.scheme, asked.netloc) != (registered.scheme, registered.netloc):
        return False
    return asked.path == registered.path or asked.path.startswith(f"{registered.path}/")


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _invalid_grant(description: str) -> LineRefusal:
    refusal = idtokens.refused(description)
    refusal.body = {**refusal.body, "error": "invalid_grant"}
    return refusal

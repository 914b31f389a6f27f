"""What the platform remembers about calls: reply tokens, retry keys, the month's quota, call rates."""

from dataclasses import dataclass, field

from sandbox.line import ids
from sandbox.line.clock import Clock
from sandbox.line.errors import LineRefusal

_REPLY_SECONDS = 60
_REDELIVERED_REPLY_SECONDS = 20 * 60
_RETRY_KEY_SECONDS = 24 * 3600
_SWEEP_ABOVE = 20_000


@dataclass
class _Token:
    user_id: str
    event_at: float
    received_at: float
    used: bool = False


class ReplyTokens:
    """Each works once, within a minute of its webhook; a redelivery gives another minute up to 20 minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tokens: dict[str, _Token] = {}

    def issue(self, user_id: str) -> str:
        """A fresh token for an event of ``user_id`` happening now."""
        now = self._clock.now()
        if len(self._tokens) > _SWEEP_ABOVE:
            oldest = now - _REDELIVERED_REPLY_SECONDS
            self._tokens = {name: token for name, token in self._tokens.items() if token.event_at > oldest}
        name = ids.reply_token()
        self._tokens[name] = _Token(user_id, now, now)
        return name

    def delivered_again(self, name: str) -> None:
        """The event went out once more: the minute starts anew unless 20 minutes have gone."""
        token = self._tokens.get(name)
        now = self._clock.now()
        if token and now - token.event_at <= _REDELIVERED_REPLY_SECONDS:
            token.received_at = now

    def spend(self, name: str) -> str:
        """The user to reply to; the token is used up. Raises `LineRefusal` 400 when it can't be used."""
        token = self._tokens.get(name)
        if token is None or token.used or self._clock.now() - token.received_at > _REPLY_SECONDS:
            raise LineRefusal(400, "Invalid reply token")
        token.used = True
        return token.user_id


@dataclass(frozen=True)
class Acceptance:
    """An accepted call: when, under which request id, and what it answered."""

    at: float
    request_id: str
    answer: dict[str, object]


class RetryKeys:
    """Keys of accepted calls, for 24 hours. A refused call leaves its key unused."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._accepted: dict[str, Acceptance] = {}

    def refuse_repeat(self, key: str | None) -> None:
        """Raise `LineRefusal` 409 when a call with ``key`` has been accepted in the last 24 hours."""
        known = self._accepted.get(key) if key else None
        if known and self._clock.now() - known.at < _RETRY_KEY_SECONDS:
            raise LineRefusal(
                409,
                "The retry key is already accepted",
                extra=known.answer,
                headers={"x-line-accepted-request-id": known.request_id},
            )

    def remember(self, key: str | None, request_id: str, answer: dict[str, object]) -> None:
        """The call with ``key`` was accepted."""
        if not key:
            return
        now = self._clock.now()
        if len(self._accepted) > _SWEEP_ABOVE:
            self._accepted = {
                name: each for name, each in self._accepted.items() if now - each.at < _RETRY_KEY_SECONDS
            }
        self._accepted[key] = Acceptance(now, request_id, answer)


class MonthlyQuota:
    """Messages that count, per month in Japan. ``limit`` None is a plan without limit."""

    def __init__(self, clock: Clock, limit: int | None) -> None:
        self._clock = clock
        self.limit = limit
        self._used: dict[str, int] = {}

    @property
    def used(self) -> int:
        """Recipients counted this month."""
        return self._used.get(self._clock.month(), 0)

    @used.setter
    def used(self, recipients: int) -> None:
        self._used[self._clock.month()] = recipients

    def charge(self, recipients: int) -> None:
        """Count ``recipients``; raises `LineRefusal` 429 when the month has no room for them."""
        if self.limit is not None and self.used + recipients > self.limit:
            raise LineRefusal(429, "You have reached your monthly limit.")
        self._used[self._clock.month()] = self.used + recipients


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


@dataclass
class CallRates:
    """Token buckets, one per endpoint and method."""

    clock: Clock
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def take(self, endpoint: str, calls: float, seconds: float) -> None:
        """Let one call through, ``calls`` per ``seconds``; raises `LineRefusal` 429 beyond that."""
        now = self.clock.now()
        bucket = self._buckets.setdefault(endpoint, _Bucket(calls, now))
        bucket.tokens = min(calls, bucket.tokens + (now - bucket.filled_at) * calls / seconds)
        bucket.filled_at = now
        if bucket.tokens < 1:
            raise LineRefusal(429, "The API rate limit has been exceeded. Try again later.")
        bucket.tokens -= 1

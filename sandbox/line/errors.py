"""Refusals in LINE's own form, and those that a citizen's phone shows."""

from collections.abc import Mapping, Sequence


class LineRefusal(Exception):
    """The platform refuses an API call: status, ``message``, ``details`` and extra headers."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        details: Sequence[Mapping[str, str]] = (),
        extra: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})
        self.body: dict[str, object] = {"message": message, **(extra or {})}
        if details:
            self.body["details"] = list(details)


class PhoneRefusal(Exception):
    """What a citizen tried can't be done on the phone; the message is for its screen, in Japanese."""

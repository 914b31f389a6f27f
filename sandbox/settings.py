"""Every ``SANDBOX_*`` variable, read once at start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

PREFIX = "SANDBOX_"


class WrongSetting(Exception):
    """A variable that can't be used; the message is one line that names it."""


@dataclass(frozen=True)
class SandboxSettings:
    """Where the stand-ins listen, and the account that the stand-in for LINE keeps."""

    port: int = 3900
    printer_port: int = 9100
    host: str = "127.0.0.1"
    webhook_url: str = "http://127.0.0.1:3000/line/webhook"
    channel_secret: str = "demo-channel-secret-0000000000000"  # noqa: S105 - known to everybody, opens nothing
    channel_token: str = "demo-channel-token"  # noqa: S105 - likewise
    basic_id: str = "@madoguchi-demo"
    account_name: str = "窓口予約"
    monthly_quota: int = 5000
    login_channel_id: str = "1234567890"

    @property
    def product_url(self) -> str:
        """The address of the product whose webhook is called, without a path."""
        parts = urlsplit(self.webhook_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def liff_id(self) -> str:
        """The id of the account's LIFF app."""
        return f"{self.login_channel_id}-MadoDemo"


def load_settings(environment: Mapping[str, str] = os.environ) -> SandboxSettings:
    """Read the environment; an unset or empty variable means its default. Raises `WrongSetting`."""
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and value
    }
    fields = SandboxSettings.__dataclass_fields__
    numbers = {name: _number(name, given.pop(name)) for name in list(given) if _is_number(name)}
    texts = {name: value for name, value in given.items() if name in fields}
    _check_address(texts.get("webhook_url", SandboxSettings.webhook_url))
    return SandboxSettings(**texts, **numbers)  # type: ignore[arg-type]


def _is_number(name: str) -> bool:
    return name in {"port", "printer_port", "monthly_quota"}


def _number(name: str, value: str) -> int:
    highest = 65535 if name.endswith("port") else 2**31
    if not value.isascii() or not value.isdigit() or not int(value) <= highest:
        raise WrongSetting(f"{PREFIX}{name.upper()}: 0から{highest}までの整数を指定してください: {value}")
    return int(value)


def _check_address(url: str) -> None:
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise WrongSetting(f"{PREFIX}WEBHOOK_URL: http:// か https:// のURLを指定してください: {url}")

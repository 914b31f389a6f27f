"""Every ``MADOGUCHI_*`` variable: typed, documented, checked once at start."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from .networks import parse_networks
from .secret_files import SecretFileError, secrets_from_files

PREFIX = "MADOGUCHI_"
_REAL_LINE = "https://api.line.me"

DEMO_DEFAULTS = {
    "secret_key": "demo-secret-key-for-trials-only-0123456789",
    "line_channel_secret": "demo-channel-secret-0000000000000",
    "line_channel_token": "demo-channel-token",
    "line_basic_id": "@madoguchi-demo",
    "line_api_host": "http://127.0.0.1:3900",
    "backup_key": "demo-backup-key-for-trials-only-0123456789",
}


class SettingsError(Exception):
    """A setting is missing or wrong; the message is one line that names it."""


class Settings(BaseSettings):
    """The configuration of one deployment. Immutable after start."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    env: Literal["production", "demo", "test"] = Field(
        "production", description="`demo` is the only mode with default secrets."
    )
    var_dir: Path = Field(
        Path("var"), description="Database, spool, caches, logs. Nothing is written elsewhere."
    )
    database_url: str = Field("", description="SQLAlchemy URL; empty means a SQLite file under VAR_DIR.")
    redis_url: str = Field("", description="Not read yet: kept for several workers.")
    public_url: str = Field(
        "http://127.0.0.1:3000", description="The address citizens reach, without a final slash."
    )
    secret_key: SecretStr = Field(SecretStr(""), description="Signs booking links; at least 32 characters.")
    timezone: str = Field("Asia/Tokyo", description="The office's time zone.")
    line_channel_secret: SecretStr = Field(SecretStr(""), description="Messaging API channel secret.")
    line_channel_token: SecretStr = Field(SecretStr(""), description="Messaging API channel access token.")
    line_basic_id: str = Field("", description="The account's basic id, with its @.")
    line_api_host: str = Field(_REAL_LINE, description="Where LINE's API answers.")
    liff_id: str = Field("", description="LIFF app that opens /book; empty: signed links only.")
    line_login_channel_id: str = Field("", description="LINE Login channel of the LIFF app.")
    staff_networks: str = Field("0.0.0.0/0,::/0", description="CIDR list that may reach the staff side.")
    terminal_networks: str = Field(
        "0.0.0.0/0,::/0", description="CIDR list that may reach the terminal side."
    )
    terminal_lease: int = Field(
        20, ge=0, le=200, description="Numbers a terminal holds of each service, to give without network."
    )
    staff_hours: int = Field(
        12, ge=1, le=24, description="Hours until a member of staff signs in anew, whatever was done."
    )
    staff_idle_minutes: int = Field(
        30,
        ge=0,
        le=720,
        description="Minutes without a click or key until the password is asked for; 0: never.",
    )
    trusted_proxies: str = Field("", description="CIDR list whose X-Forwarded-For is believed.")
    public_rate: int = Field(
        6_000, ge=0, description="Requests a minute that one address may make of the public doors; 0: any."
    )
    security_contact: str = Field("", description="mailto: or https: address for security.txt.")
    retention_months: int = Field(3, ge=1, le=60, description="Months until a contact is masked.")
    mask_policy: Literal["partial", "full"] = Field("partial", description="What masking overwrites.")
    backup_key: SecretStr = Field(
        SecretStr(""), description="Encrypts backups; at least 32 characters; empty: no backups are made."
    )
    backup_days: int = Field(7, ge=1, le=31, description="Days that a backup is kept.")
    workers: int = Field(1, ge=1, description="Server processes; only 1 starts yet.")
    log_format: Literal["auto", "text", "json"] = Field(
        "auto", description="`json`: one object a line, as production has it; `text`: for people."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(3000, ge=1, le=65535, description="Port to listen on.")

    @field_validator("staff_networks", "terminal_networks", "trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        parse_networks(value)
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"no such time zone: {value}") from error
        return value

    @field_validator("public_url", "line_api_host")
    @classmethod
    def _url(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("security_contact")
    @classmethod
    def _contact(cls, value: str) -> str:
        if value and (not value.startswith(("mailto:", "https://")) or not value.isprintable()):
            raise ValueError("must start with mailto: or https://")
        return value

    @model_validator(mode="after")
    def _liff_whole(self) -> Self:
        for name, other in (("liff_id", "line_login_channel_id"), ("line_login_channel_id", "liff_id")):
            if getattr(self, other) and not getattr(self, name):
                raise ValueError(f"{PREFIX}{name.upper()}: is not set, but {PREFIX}{other.upper()} is")
        if not re.fullmatch(r"[0-9]*", self.line_login_channel_id, re.ASCII):
            raise ValueError(f"{PREFIX}LINE_LOGIN_CHANNEL_ID: must be a number")
        # A LIFF app of another channel would send everybody away, one by one.
        if self.liff_id and not re.fullmatch(self.line_login_channel_id + "-[0-9A-Za-z]+", self.liff_id):
            raise ValueError(f"{PREFIX}LIFF_ID: must be {PREFIX}LINE_LOGIN_CHANNEL_ID, a hyphen and letters")
        return self

    @field_validator("backup_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < 32:
            raise ValueError("must have at least 32 characters")
        return value

    @model_validator(mode="after")
    def _secrets_present(self) -> Self:
        if self.env == "demo":
            return self
        if not self.secret_key.get_secret_value():
            raise ValueError(f"{PREFIX}SECRET_KEY: is not set (for the demo city: {PREFIX}ENV=demo)")
        if len(self.secret_key.get_secret_value()) < 32:
            raise ValueError(f"{PREFIX}SECRET_KEY: must have at least 32 characters")
        if self.secret_key.get_secret_value() == DEMO_DEFAULTS["secret_key"]:
            raise ValueError(f"{PREFIX}SECRET_KEY: the demo key is for MADOGUCHI_ENV=demo only")
        if self.backup_key.get_secret_value() == DEMO_DEFAULTS["backup_key"]:
            raise ValueError(f"{PREFIX}BACKUP_KEY: the demo key is for MADOGUCHI_ENV=demo only")
        for name in ("line_channel_secret", "line_channel_token", "line_basic_id"):
            value = getattr(self, name)
            if not (value.get_secret_value() if isinstance(value, SecretStr) else value):
                raise ValueError(f"{PREFIX}{name.upper()}: is not set")
        if self.env == "production":
            self._networks_named()
        return self

    def _networks_named(self) -> None:
        for name in ("staff_networks", "terminal_networks"):
            if name not in self.model_fields_set:
                raise ValueError(f"{PREFIX}{name.upper()}: name the networks that may come in, as CIDR")

    @property
    def rate(self) -> int:
        """Requests a minute in force; trials from one machine are not slowed down unless it is asked for."""
        named = self.env == "production" or "public_rate" in self.model_fields_set
        return self.public_rate if named else 0

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone, used at the edges only."""
        return ZoneInfo(self.timezone)

    @property
    def line_links(self) -> str:
        """Where LINE's own links (friend-add, open chat) start; a stand-in serves them at its own address."""
        return "https://line.me" if self.line_api_host == _REAL_LINE else self.line_api_host

    @property
    def liff_stand_in(self) -> str:
        """The address of what plays LIFF outside of production; empty where the real one is used."""
        used = self.liff_id and self.env != "production" and self.line_api_host != _REAL_LINE
        return self.line_api_host if used else ""

    @property
    def liff_links(self) -> str:
        """Where LIFF URLs start."""
        return f"{self.liff_stand_in}/liff" if self.liff_stand_in else "https://liff.line.me"

    @property
    def liff_sdk(self) -> str:
        """The module that plays the LIFF SDK in the browser; empty where pages load the real one."""
        return f"{self.liff_stand_in}/liff/sdk.js" if self.liff_stand_in else ""

    @property
    def liff_api(self) -> str:
        """Where the LIFF SDK asks from the browser; empty without LIFF."""
        return (self.liff_stand_in or _REAL_LINE) if self.liff_id else ""

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite:///{self.var_dir / 'madoguchi.db'}"


def load_settings(**overrides: object) -> Settings:
    """Read the environment. Raises `SettingsError` with one line that names the setting."""
    try:
        demo = overrides.get("env") == "demo" or _env_is_demo()
        files = secrets_from_files(os.environ, PREFIX)
        given = {**(_demo_fill() if demo else {}), **files}
        return Settings(**{**given, **overrides})  # type: ignore[arg-type]
    except SecretFileError as error:
        raise SettingsError(str(error)) from None
    except ValidationError as error:
        first = error.errors()[0]
        message = first["msg"].removeprefix("Value error, ")
        where = f"{PREFIX}{str(first['loc'][0]).upper()}: " if first["loc"] else ""
        raise SettingsError(where + message) from None


def _env_is_demo() -> bool:
    return os.environ.get(PREFIX + "ENV") == "demo"


def _demo_fill() -> dict[str, str]:
    unset = {
        name: value for name, value in DEMO_DEFAULTS.items() if not os.environ.get(PREFIX + name.upper())
    }
    if "line_channel_token" not in unset:
        # Whoever brings a token of the real LINE wants the real LINE.
        unset.pop("line_api_host", None)
    return unset


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings, read once."""
    return load_settings()

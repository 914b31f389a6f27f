"""A missing or wrong setting stops the start with one line that names it."""

import pytest

from madoguchi.settings import DEMO_DEFAULTS, SettingsError, load_settings

GOOD = {
    "MADOGUCHI_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "MADOGUCHI_LINE_CHANNEL_SECRET": "secret",
    "MADOGUCHI_LINE_CHANNEL_TOKEN": "token",
    "MADOGUCHI_LINE_BASIC_ID": "@city",
    "MADOGUCHI_STAFF_NETWORKS": "10.0.0.0/8",
    "MADOGUCHI_TERMINAL_NETWORKS": "10.0.0.0/8",
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    import os  # noqa: PLC0415  only here

    for name in [name for name in os.environ if name.startswith("MADOGUCHI_")]:
        monkeypatch.delenv(name)


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in {**GOOD, **values}.items():
        monkeypatch.setenv(name, value)


def test_a_stranger_who_forgot_the_demo_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MADOGUCHI_ENV", raising=False)
    monkeypatch.delenv("MADOGUCHI_SECRET_KEY", raising=False)
    with pytest.raises(SettingsError, match=r"SECRET_KEY: is not set .*MADOGUCHI_ENV=demo"):
        load_settings()


@pytest.mark.parametrize("name", sorted(name for name in GOOD if "NETWORKS" not in name))
def test_what_production_needs_is_named_when_it_is_missing(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    given(monkeypatch, **{name: ""})
    with pytest.raises(SettingsError) as stopped:
        load_settings()
    assert str(stopped.value).startswith(name)
    assert "\n" not in str(stopped.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MADOGUCHI_PORT", "a lot"),
        ("MADOGUCHI_PORT", "70000"),
        ("MADOGUCHI_TIMEZONE", "Asia/Nowhere"),
        ("MADOGUCHI_STAFF_NETWORKS", "10.0.0.0/40"),
        ("MADOGUCHI_PUBLIC_URL", "city.example"),
        ("MADOGUCHI_MASK_POLICY", "none"),
        ("MADOGUCHI_RETENTION_MONTHS", "0"),
        ("MADOGUCHI_SECRET_KEY", "short"),
        ("MADOGUCHI_SECRET_KEY", DEMO_DEFAULTS["secret_key"]),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    given(monkeypatch, **{name: value})
    with pytest.raises(SettingsError) as stopped:
        load_settings()
    assert str(stopped.value).startswith(name)


@pytest.mark.parametrize("name", ["MADOGUCHI_STAFF_NETWORKS", "MADOGUCHI_TERMINAL_NETWORKS"])
def test_production_does_not_open_its_doors_to_everybody_by_silence(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    given(monkeypatch)
    monkeypatch.delenv(name)
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_only_the_demo_has_secrets_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_ENV", "demo")
    found = load_settings()
    assert found.line_api_host == DEMO_DEFAULTS["line_api_host"]
    assert found.line_links == DEMO_DEFAULTS["line_api_host"]


def test_three_settings_lead_the_demo_to_the_real_line(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, MADOGUCHI_ENV="demo")
    found = load_settings()
    assert found.line_api_host == "https://api.line.me"
    assert found.line_links == "https://line.me"


LIFF = {"MADOGUCHI_LIFF_ID": "1234567890-AbcdEfgh", "MADOGUCHI_LINE_LOGIN_CHANNEL_ID": "1234567890"}


@pytest.mark.parametrize("missing", sorted(LIFF))
@pytest.mark.parametrize("env", ["production", "demo"])
def test_half_of_liff_is_none(monkeypatch: pytest.MonkeyPatch, missing: str, env: str) -> None:
    given(monkeypatch, **{**LIFF, missing: "", "MADOGUCHI_ENV": env})
    with pytest.raises(SettingsError) as stopped:
        load_settings()
    assert str(stopped.value).startswith(f"{missing}: is not set")
    assert "\n" not in str(stopped.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MADOGUCHI_LIFF_ID", "9999999999-AbcdEfgh"),
        ("MADOGUCHI_LIFF_ID", "1234567890"),
        ("MADOGUCHI_LIFF_ID", "https://liff.line.me/1234567890-AbcdEfgh"),
        ("MADOGUCHI_LINE_LOGIN_CHANNEL_ID", "my channel"),
    ],
)
def test_a_liff_app_of_another_channel_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    given(monkeypatch, **{**LIFF, name: value})
    with pytest.raises(SettingsError) as stopped:
        load_settings()
    assert str(stopped.value).startswith(name)


@pytest.mark.parametrize("host", ["https://api.line.me", "http://relay.example"])
def test_production_loads_no_sdk_but_the_real_one(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    given(monkeypatch, **LIFF, MADOGUCHI_LINE_API_HOST=host)
    found = load_settings()
    assert (found.liff_sdk, found.liff_stand_in) == ("", "")
    assert (found.liff_links, found.liff_api) == ("https://liff.line.me", "https://api.line.me")


def test_the_demos_liff_is_played_by_the_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**LIFF, "MADOGUCHI_ENV": "demo"}.items():
        monkeypatch.setenv(name, value)
    found = load_settings()
    assert found.liff_sdk == f"{DEMO_DEFAULTS['line_api_host']}/liff/sdk.js"
    assert found.liff_links == f"{DEMO_DEFAULTS['line_api_host']}/liff"


def test_without_liff_nothing_of_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_ENV", "demo")
    found = load_settings()
    assert (found.liff_sdk, found.liff_api) == ("", "")


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch)
    assert GOOD["MADOGUCHI_SECRET_KEY"] not in repr(load_settings())

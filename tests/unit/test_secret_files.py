"""Secrets from files: read once, never from a file that others can read, never told."""

from __future__ import annotations

from pathlib import Path

import pytest

from madoguchi.secret_files import SecretFileError, secrets_from_files
from madoguchi.settings import SettingsError, load_settings

KEY = "0123456789abcdef0123456789abcdef"
VARIABLE = "MADOGUCHI_SECRET_KEY_FILE"


def secret_file(folder: Path, text: str = f"{KEY}\n", mode: int = 0o600) -> Path:
    path = folder / "key"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o400, 0o440, 0o600, 0o640])
def test_a_file_of_ones_own_or_ones_group_is_read(tmp_path: Path, mode: int) -> None:
    path = secret_file(tmp_path, mode=mode)
    assert secrets_from_files({VARIABLE: str(path)}, "MADOGUCHI_") == {"secret_key": KEY}


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o660, 0o777])
def test_a_file_that_others_can_read_stops_the_start(tmp_path: Path, mode: int) -> None:
    with pytest.raises(SecretFileError, match=rf"^{VARIABLE}: others may read or write the file; try: chmod"):
        secrets_from_files({VARIABLE: str(secret_file(tmp_path, mode=mode))}, "MADOGUCHI_")


@pytest.mark.parametrize("text", ["", "\n", "one\ntwo", "x" * 5_000])
def test_what_is_not_one_line_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(SecretFileError) as caught:
        secrets_from_files({VARIABLE: str(secret_file(tmp_path, text))}, "MADOGUCHI_")
    assert str(caught.value) == f"{VARIABLE}: must hold one line"


def test_the_settings_take_it_and_name_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADOGUCHI_ENV", "demo")
    monkeypatch.delenv("MADOGUCHI_SECRET_KEY", raising=False)
    monkeypatch.setenv(VARIABLE, str(secret_file(tmp_path)))
    assert load_settings().secret_key.get_secret_value() == KEY
    monkeypatch.setenv("MADOGUCHI_SECRET_KEY", KEY)
    with pytest.raises(SettingsError, match=r"SECRET_KEY_FILE: MADOGUCHI_SECRET_KEY is set, too"):
        load_settings()
    monkeypatch.delenv("MADOGUCHI_SECRET_KEY")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(SettingsError, match=r"SECRET_KEY_FILE: cannot be read: No such file"):
        load_settings()


@pytest.mark.parametrize("contact", ["office@example.org", "http://example.org", "mailto:a@b\nContact: x"])
def test_a_contact_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, contact: str) -> None:
    monkeypatch.setenv("MADOGUCHI_ENV", "demo")
    with pytest.raises(SettingsError, match="SECURITY_CONTACT"):
        load_settings(security_contact=contact)

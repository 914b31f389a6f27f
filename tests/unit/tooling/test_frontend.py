"""One build serves at every address, with its own font, for its own origin only."""

from importlib.resources import files
from pathlib import Path

import pytest

from madoguchi import frontend


def test_the_event_socket_follows_the_page_in_the_installed_reflex() -> None:
    source = files("reflex_base").joinpath(".templates/web/utils/state.js").read_text(encoding="utf-8")
    changed = frontend.adapt_client(source)
    assert "endpoint.port = window.location.port;" in changed
    assert 'endpoint.port = ""' not in changed
    assert frontend.adapt_client(changed) == changed


def test_what_stands_behind_the_hash_never_leaves_the_browser() -> None:
    source = files("reflex_base").joinpath(".templates/web/utils/state.js").read_text(encoding="utf-8")
    assert "+ hash" in source
    assert "+ hash" not in frontend.adapt_client(source)


def test_an_unknown_client_is_refused_instead_of_built_wrong() -> None:
    with pytest.raises(ValueError, match=r"state\.js has changed"):
        frontend.adapt_client("export const connect = () => {};")


def test_font_and_licence_lie_beside_the_pages(tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "files").mkdir(parents=True)
    (package / "files" / "a.woff2").write_bytes(b"font")
    (package / "index.css").write_text("@font-face { src: url(./files/a.woff2) }")
    (package / "LICENSE").write_text("OFL")
    frontend.copy_font(package, tmp_path / "site" / "fonts")
    assert (tmp_path / "site" / "fonts" / "noto-sans-jp.css").exists()
    assert (tmp_path / "site" / "fonts" / "files" / "a.woff2").read_bytes() == b"font"
    assert (tmp_path / "site" / "fonts" / "LICENSE").read_text() == "OFL"


@pytest.mark.parametrize(
    ("environ", "origins"),
    [
        ({}, ["http://127.0.0.1:3000", "http://localhost:3000"]),
        ({"MADOGUCHI_PORT": "4000"}, ["http://127.0.0.1:4000", "http://localhost:4000"]),
        ({"MADOGUCHI_PUBLIC_URL": "https://yoyaku.city.example"}, ["https://yoyaku.city.example"]),
        ({"MADOGUCHI_PUBLIC_URL": "https://city.example:8443/"}, ["https://city.example:8443"]),
        ({"MADOGUCHI_PUBLIC_URL": "http://localhost"}, ["http://127.0.0.1", "http://localhost"]),
    ],
)
def test_only_the_public_address_may_open_the_event_socket(
    environ: dict[str, str], origins: list[str]
) -> None:
    assert frontend.allowed_origins(environ) == origins

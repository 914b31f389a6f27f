"""Caddy and nginx with our files, before a small server: TLS, streams, sockets, and whose address is told."""

import contextlib
import json
import os
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from behind_kit import EVENTS, SOCKET, Behind, Front, behind, free_port
from deploy_kit import SERVER, filled, program, run

HOST = "yoyaku.example.lg.jp"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """One for nobody in particular, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key, made = folder / "privkey.pem", folder / "fullchain.pem"
    told = run(
        *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *(
            "-keyout",
            key,
            "-out",
            made,
            "-days",
            "2",
            "-subj",
            f"/CN={HOST}",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
        ),
    )
    assert told.returncode == 0, told.stdout
    return made, key


def caddy(folder: Path, server: int, port: int, certificate: tuple[Path, Path]) -> list[str]:
    made, key = certificate
    replaced = [
        ("\tadmin off\n", f"\tadmin off\n\thttp_port {free_port()}\n\tdefault_bind 127.0.0.1\n"),
        (f"\n{HOST} {{", f"\nhttps://127.0.0.1:{port} {{"),
        ("\ttls {", f"\ttls {made} {key} {{"),
        ("127.0.0.1:3000 {", f"127.0.0.1:{server} {{"),
    ]
    file = filled(SERVER / "Caddyfile", replaced, folder / "Caddyfile")
    return [program("caddy"), "run", "--adapter", "caddyfile", "--config", str(file)]


def nginx(folder: Path, server: int, port: int, certificate: tuple[Path, Path]) -> list[str]:
    made, key = certificate
    plain = free_port()
    replaced = [
        ("user www-data;\n", "daemon off;\nuser root;\n" if os.geteuid() == 0 else "daemon off;\n"),
        ("pid /run/nginx.pid;", f"pid {folder}/nginx.pid;"),
        ("error_log /var/log/nginx/error.log crit;", f"error_log {folder}/error.log crit;"),
        ("\tlisten [::]:80;\n", ""),
        ("\tlisten [::]:443 ssl http2;\n", ""),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        ("/etc/madoguchi-tls/fullchain.pem", str(made)),
        ("/etc/madoguchi-tls/privkey.pem", str(key)),
        ("server 127.0.0.1:3000;", f"server 127.0.0.1:{server};"),
    ]
    file = filled(SERVER / "nginx.conf", replaced, folder / "nginx.conf")
    return [program("nginx"), "-c", str(file), "-p", str(folder), "-e", f"{folder}/error.log"]


@pytest.fixture(scope="module", params=[caddy, nginx], ids=["caddy", "nginx"])
def front(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    certificate: tuple[Path, Path],
) -> Iterator[Front]:
    """The proxy, before the small server."""
    folder = tmp_path_factory.mktemp("proxy")
    port, log = free_port(), folder / "log"
    environ = {
        **os.environ,
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    with behind() as server, log.open("wb") as output:
        command = request.param(folder, server, port, certificate)
        process = subprocess.Popen(command, env=environ, stdout=output, stderr=output)
        try:
            found = Front(port)
            found.wait(log)
            yield found
            assert process.poll() is None, log.read_text()
        finally:
            process.terminate()
            process.wait(10)


def test_caddy_finds_nothing_wrong() -> None:
    told = run(program("caddy"), "validate", "--adapter", "caddyfile", "--config", SERVER / "Caddyfile")
    assert told.returncode == 0, told.stdout
    assert "Valid configuration" in told.stdout
    assert [line for line in told.stdout.splitlines() if '"level":"warn"' in line] == []


def test_nginx_finds_nothing_wrong(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    told = run(*nginx(tmp_path, 3000, free_port(), certificate), "-t")
    assert told.returncode == 0, told.stdout
    assert "warn" not in told.stdout


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_no_tls_below_1_2(front: Front) -> None:
    assert front.version(ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    assert front.version(ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
    with pytest.raises((ssl.SSLError, OSError)):
        front.version(ssl.TLSVersion.TLSv1_1)


def test_only_the_callers_own_address_arrives_whatever_it_says_itself(front: Front) -> None:
    forged = {"X-Forwarded-For": "203.0.113.8", "X-Forwarded-Proto": "http"}
    _answer, body = front.ask("/", forged)
    arrived = json.loads(body)
    assert arrived["x-forwarded-for"] == "127.0.0.1"
    assert arrived["x-forwarded-proto"] == "https"
    assert arrived["host"].partition(":")[0] == "127.0.0.1"


def test_the_browser_is_told_once_to_come_by_https(front: Front) -> None:
    answer, _body = front.ask("/")
    assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]


def test_an_event_goes_out_while_the_next_one_is_not_known(front: Front) -> None:
    Behind.heard.clear()
    connection = front.connection()
    connection.request("GET", EVENTS, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    assert answer.headers["Content-Encoding"] is None
    assert answer.readline() == b"data: 1\n"
    Behind.heard.set()
    assert answer.read() == b"\ndata: 2\n\n"
    connection.close()


def test_the_pages_socket_passes(front: Front) -> None:
    with front.raw() as connection:
        lines = [
            f"GET {SOCKET} HTTP/1.1",
            "Host: 127.0.0.1",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "",
            "",
        ]
        connection.sendall("\r\n".join(lines).encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(1024)
        assert head.startswith(b"HTTP/1.1 101")
        connection.sendall(b"ping")
        assert connection.recv(1024) == b"PING"
        with contextlib.suppress(OSError):
            connection.unwrap()


def test_pages_are_compressed(front: Front) -> None:
    answer, body = front.ask("/page", {"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(body) < 2000


def test_figures_are_for_the_machine_itself(front: Front) -> None:
    assert [front.ask(path)[0].status for path in ("/metrics", "/readyz", "/healthz")] == [404, 404, 200]


def test_no_body_comes_through_that_the_server_would_not_take(front: Front) -> None:
    try:
        assert front.ask("/line/webhook", body=b"x" * 1_100_000)[0].status in {413, 502}
    except OSError:
        return  # hung up in the middle of it

"""The server's certificate comes from the office's own authority, which no public list knows."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.server_client import ServerAway, ServerClient
from kiosk.settings import Settings, load_settings

pytestmark = pytest.mark.anyio
_BODY = b'{"device_token": "token-of-the-office"}'
_ANSWER = b"HTTP/1.1 201 Created\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%s" % (len(_BODY), _BODY)


def _openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def office_ca(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``ca.pem`` and, signed by it, ``server.pem`` and ``server.key`` for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("ca")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=Midori City CA", "-addext", "keyUsage=critical,keyCertSign"]
    _openssl(folder, "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", *named)
    signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=IP:127.0.0.1"]
    more = ["-addext", "basicConstraints=critical,CA:FALSE", "-subj", "/CN=yoyaku"]
    _openssl(folder, "req", "-x509", *key, "-keyout", "server.key", "-out", "server.pem", *signed, *more)
    return folder


@pytest.fixture
async def server(office_ca: Path, anyio_backend: str) -> AsyncIterator[str]:
    """The address of a TLS server that pairs everybody."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(office_ca / "server.pem", office_ca / "server.key")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_ANSWER)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    yield f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    listening.close()


def _settings(folder: Path, url: str, ca_file: str = "") -> Settings:
    return load_settings({"KIOSK_VAR_DIR": str(folder), "KIOSK_SERVER_URL": url, "KIOSK_CA_FILE": ca_file})


async def test_with_the_offices_authority_named_the_terminal_pairs(
    server: str, office_ca: Path, tmp_path: Path
) -> None:
    settings = _settings(tmp_path, server, str(office_ca / "ca.pem"))
    client = ServerClient(settings.server_url, trust=settings.trust)
    assert await client.pair("4821-7730") == "token-of-the-office"
    await client.close()


async def test_without_it_the_server_is_a_stranger_and_hears_no_code(server: str, tmp_path: Path) -> None:
    settings = _settings(tmp_path, server)
    client = ServerClient(settings.server_url, trust=settings.trust)
    with pytest.raises(ServerAway) as away:
        await client.pair("4821-7730")
    assert away.value.unheard
    await client.close()


def test_the_public_authorities_stay_trusted_beside_it(office_ca: Path, tmp_path: Path) -> None:
    alone = _settings(tmp_path, "https://yoyaku.example.lg.jp").trust.cert_store_stats()["x509_ca"]
    beside = _settings(tmp_path, "https://yoyaku.example.lg.jp", str(office_ca / "ca.pem"))
    assert beside.trust.cert_store_stats()["x509_ca"] == alone + 1

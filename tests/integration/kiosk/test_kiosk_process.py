"""``python -m kiosk`` as its own process: pairs over a socket, serves its screen, ends when told to."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from kiosk_browser import serving
from kiosk_city import City, touch, until
from kiosk_server import CODE

from tools.ports import free_port

pytestmark = pytest.mark.anyio
ENDS_WITHIN = 3.0
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the terminal with these settings beside the surroundings' own; what still runs is killed."""
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: str, **settings: str) -> subprocess.Popen[str]:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")}
        environ |= {"KIOSK_VAR_DIR": str(tmp_path), "KIOSK_PAIRING_CODE": CODE}
        environ |= {"KIOSK_PRINTER_PROFILE": "TM-T20II"} | settings
        command = [sys.executable, "-m", "kiosk", *arguments]
        running.append(
            subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
async def server_url(city: City) -> AsyncIterator[str]:
    async with serving(city.server.app()) as url:
        yield url


async def phase_of(page: httpx.AsyncClient) -> str:
    try:
        return str((await page.get("/api/state")).json()["phase"])
    except httpx.HTTPError:
        return "not up"


async def until_ready(page: httpx.AsyncClient) -> None:
    async with asyncio.timeout(15):
        while await phase_of(page) != "ready":
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_pairs_prints_and_ends_soon_even_while_a_screen_listens(
    city: City, server_url: str, start: Start, number: signal.Signals
) -> None:
    port, printer = str(free_port()), f"network://127.0.0.1:{city.printer_port}"
    process = start(KIOSK_SERVER_URL=server_url, KIOSK_PORT=port, KIOSK_PRINTER=printer)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as page:
        await until_ready(page)
        answer = await page.post("/api/tickets", json=touch(service="nursery"))
        assert answer.json()["number"] == "A001"
        await until(lambda: city.printer.papers)
        async with page.stream("GET", "/api/events") as events:
            lines = events.aiter_lines()
            assert (await anext(lines)).startswith("data: ")
            began = time.monotonic()
            process.send_signal(number)
            code = await asyncio.to_thread(process.wait, 10)
            took = time.monotonic() - began
    assert (code, took < ENDS_WITHIN) == (0, True), f"{code} after {took:.1f} s"
    # Nothing is left on the port.
    assert free_to_open(port)


async def test_ends_soon_while_the_server_and_the_printer_hang(city: City, start: Start) -> None:
    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hanging.append(writer)
        await let_go.wait()
        writer.close()

    hanging: list[asyncio.StreamWriter] = []
    let_go = asyncio.Event()
    silent = await asyncio.start_server(hang, "127.0.0.1", 0)
    where = f"127.0.0.1:{silent.sockets[0].getsockname()[1]}"
    process = start(
        KIOSK_SERVER_URL=f"http://{where}", KIOSK_PORT=str(free_port()), KIOSK_PRINTER=f"network://{where}"
    )
    await until(lambda: len(hanging) >= 2, 15)
    began = time.monotonic()
    process.terminate()
    code = await asyncio.to_thread(process.wait, 10)
    took = time.monotonic() - began
    let_go.set()
    silent.close()
    assert (code, took < ENDS_WITHIN) == (0, True), f"{code} after {took:.1f} s"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_ends_soon_in_the_middle_of_a_job_and_prints_it_marked_at_the_next_start(
    city: City, server_url: str, start: Start, how: signal.Signals
) -> None:
    async def hang_in_the_job(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if data.startswith(b"\x10\x04") and not job.is_set():
                writer.write(b"\x12")
            else:
                job.set()
        writer.close()

    job = asyncio.Event()
    printer = await asyncio.start_server(hang_in_the_job, "127.0.0.1", 0)
    settings = {"KIOSK_SERVER_URL": server_url, "KIOSK_PORT": str(free_port())}
    process = start(**settings, KIOSK_PRINTER=f"network://127.0.0.1:{printer.sockets[0].getsockname()[1]}")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings['KIOSK_PORT']}") as page:
        await until_ready(page)
        await page.post("/api/tickets", json=touch(service="nursery"))
        await asyncio.wait_for(job.wait(), 10)
    began = time.monotonic()
    process.send_signal(how)
    code = await asyncio.to_thread(process.wait, 10)
    took = time.monotonic() - began
    printer.close()
    ended = 0 if how is signal.SIGTERM else -how
    assert (code, took < ENDS_WITHIN) == (ended, True), f"{code} after {took:.1f} s"
    start(**settings, KIOSK_PRINTER=f"network://127.0.0.1:{city.printer_port}")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings['KIOSK_PORT']}") as page:
        await until_ready(page)
        await until(lambda: city.printer.papers, 15)
        await page.post("/api/tickets", json=touch(service="nursery"))
        await until(lambda: len(city.printer.papers) == 2)
    assert len(city.server.tickets) == 2
    marked, plain = (paper.picture.height for paper in city.printer.papers)
    assert marked > plain + 40


async def test_a_port_in_use_and_a_wrong_code_are_one_line_each(server_url: str, start: Start) -> None:
    taken = server_url.rstrip("/").rpartition(":")[2]
    error = await asyncio.to_thread(start(KIOSK_PORT=taken).communicate, timeout=15)
    assert error[1].startswith(f"kiosk: KIOSK_PORT: {taken} cannot be opened")
    refused = start(KIOSK_SERVER_URL=server_url, KIOSK_PORT=str(free_port()), KIOSK_PAIRING_CODE="0000-0000")
    error = await asyncio.to_thread(refused.communicate, timeout=15)
    assert error[1].splitlines()[-1].startswith("kiosk: KIOSK_PAIRING_CODE: the server refused this code")
    assert refused.returncode == 2


async def test_a_terminal_that_nothing_can_pair_says_so_and_ends(start: Start) -> None:
    never = start(KIOSK_PAIRING_CODE="", KIOSK_PORT=str(free_port()))
    error = await asyncio.to_thread(never.communicate, timeout=15)
    assert error[1].splitlines()[-1].startswith("kiosk: KIOSK_PAIRING_CODE: this terminal is not paired yet")
    assert never.returncode == 2


async def test_staff_try_the_printer_with_and_without_a_running_terminal(
    city: City, server_url: str, start: Start
) -> None:
    settings = {
        "KIOSK_SERVER_URL": server_url,
        "KIOSK_PORT": str(free_port()),
        "KIOSK_PRINTER": f"network://127.0.0.1:{city.printer_port}",
    }

    async def said(*command: str) -> tuple[int, str]:
        process = start(*command, **settings)
        out, error = await asyncio.to_thread(process.communicate, timeout=20)
        return process.returncode, out + error

    assert await said("test-page") == (0, "")
    assert len(city.printer.papers) == 1
    code, findings = await said("check")
    assert (code, "△ 発券機: 動いていません" in findings) == (0, True), findings
    start(**settings)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings['KIOSK_PORT']}") as page:
        await until_ready(page)
        city.printer.change({"paper": "out"})
        await page.post("/api/tickets", json=touch(service="nursery"))
        assert (await said("unprinted"))[1].startswith("A001  ")
        code, findings = await said("check")
        assert (code, "× プリンター: 紙がありません" in findings) == (1, True), findings
        assert "× 印刷待ち: まだ印刷していない番号: A001" in findings
        assert await said("test-page") == (1, "kiosk: not printed: paper_out\n")
        assert await said("void", "A001") == (0, "")
        assert await said("unprinted") == (0, "")
    assert city.server.voided == ["1"]


async def test_a_wrong_command_is_answered_with_those_there_are(start: Start) -> None:
    error = await asyncio.to_thread(start("reprint").communicate, timeout=15)
    assert error[1].startswith("kiosk: usage: python -m kiosk [check | test-page")


async def test_reprint_without_a_terminal_is_one_line(start: Start) -> None:
    error = await asyncio.to_thread(
        start("reprint-last", KIOSK_PORT=str(free_port())).communicate, timeout=15
    )
    assert error[1].startswith("kiosk: no terminal answers at port ")


def free_to_open(port: str) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/", trust_env=False, timeout=1)
    except httpx.ConnectError:
        return True
    return False

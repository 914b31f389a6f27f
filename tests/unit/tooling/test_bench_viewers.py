"""A crowd of viewers in a process of its own: it stays until the block ends and tells who was lost."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from queue import SimpleQueue

import pytest

from bench.viewers import crowd_apart

PATIENCE = 30.0


class Streams(socketserver.ThreadingTCPServer):
    """Sends everybody one event, and then hangs up on as many as are asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Stream)
        self.hang_up: SimpleQueue[None] = SimpleQueue()
        self.gone: SimpleQueue[None] = SimpleQueue()


class _Stream(socketserver.BaseRequestHandler):
    server: Streams
    request: socket.socket

    def handle(self) -> None:
        self.request.recv(65536)
        self.request.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nevent: board\n\n")
        self.server.hang_up.get()
        self.request.shutdown(socket.SHUT_WR)
        assert self.request.recv(65536) == b""
        self.server.gone.put(None)


@pytest.fixture
def streams() -> Iterator[Streams]:
    """A server of event streams."""
    with Streams() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_nobody_is_lost_who_leaves_at_the_end(streams: Streams) -> None:
    with crowd_apart(streams.server_address[1], "/events", 5) as boards:
        pass
    assert boards.lost == 0


def test_whose_stream_the_server_ended_is_lost(streams: Streams) -> None:
    with crowd_apart(streams.server_address[1], "/events", 5) as boards:
        for _ in range(2):
            streams.hang_up.put(None)
        for _ in range(2):
            streams.gone.get(timeout=PATIENCE)
    assert boards.lost == 2

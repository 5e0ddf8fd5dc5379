"""A real server on a port of this machine, in a thread, and a client that behaves."""

import asyncio
import json
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from websockets.asyncio.client import ClientConnection, connect

from avatar_made import small_avatar
from lifemask.serve.config import Limits, ServeConfig
from lifemask.serve.run import Server
from sound_made import babble

HZ = 16_000
PIECE = HZ // 50
HEADER = struct.Struct("<Ifdd")


@pytest.fixture(scope="session")
def served_avatar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder ``Small_One`` of an avatar with a voice; it is served as ``small-one``."""
    return small_avatar(tmp_path_factory.mktemp("served") / "Small_One")


class Running:
    """A server that runs; ``http`` is a client of it."""

    def __init__(self, server: Server, loop: asyncio.AbstractEventLoop) -> None:
        self.server, self.loop = server, loop
        self.http = httpx.Client(base_url=server.address, timeout=60)
        self.ws = server.address.replace("http", "ws") + "/v1/avatars/small-one/"
        self.state = server.app.state.lifemask

    def stop(self) -> None:
        """As a signal does."""
        self.loop.call_soon_threadsafe(self.server.stop)

    def streams(self) -> int:
        return self.http.get("/v1/health").json()["streams"]

    def wait_for_streams(self, count: int, most_s: float = 10.0) -> None:
        until = time.monotonic() + most_s
        while self.streams() != count:
            assert time.monotonic() < until, f"{self.streams()} streams, not {count}"
            time.sleep(0.05)


@contextmanager
def running(*avatars: Path, limits: dict[str, Any] | None = None, **settings: Any) -> Iterator[Running]:
    """Serve on a free port while the block runs."""
    config = ServeConfig(avatars=avatars, port=0, limits=Limits(**limits or {}), **{"drain_seconds": 0.2} | settings)
    ready, made, failures = threading.Event(), [], []

    def serve() -> None:
        async def main() -> None:
            server = Server(config)
            made.append(Running(server, asyncio.get_running_loop()))
            await server.work(lambda _: ready.set())

        try:
            asyncio.run(main())
        except BaseException as failure:
            failures.append(failure)
        finally:
            ready.set()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(60) and made and not failures, failures
    try:
        yield made[0]
    finally:
        made[0].stop()
        thread.join(30)
        made[0].http.close()
        assert not thread.is_alive(), "the server does not stop"
        assert not failures, failures


def sound(seconds: float, seed: int = 0) -> np.ndarray:
    """Speech, int16 at 16 kHz."""
    return (3000 * babble(seconds, seed)).astype("<i2")


@dataclass
class Row:
    index: int
    speaking: float
    time_s: float
    sound_s: float
    row: np.ndarray
    came_s: float


@dataclass
class Client:
    """One that behaves: it speaks in real time, and reads."""

    socket: ClientConnection
    hello: dict[str, Any]
    rows: list[Row] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)

    async def next(self) -> None:
        message = await self.socket.recv()
        if isinstance(message, str):
            self.texts.append(json.loads(message))
        else:
            index, speaking, time_s, sound_s = HEADER.unpack_from(message)
            row = np.frombuffer(message, "<f4", offset=HEADER.size)
            self.rows.append(Row(index, speaking, time_s, sound_s, row, time.monotonic()))

    async def read(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await self.next()

    async def speak(self, samples: np.ndarray) -> None:
        """In real time, in pieces of 20 ms."""
        began = time.monotonic()
        for number, at in enumerate(range(0, len(samples), PIECE)):
            await asyncio.sleep(max(0.0, began + number / 50 - time.monotonic()))
            await self.socket.send(samples[at : at + PIECE].tobytes())

    async def say(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))


async def opened(server: Running, kind: str = "parameters", query: str = "", **settings: Any) -> Client:
    """A client whose stream has begun."""
    socket = await connect(f"{server.ws}{kind}?{query}", compression=None, max_size=None, **settings)
    return Client(socket, json.loads(await socket.recv()))

"""The running server: its socket, its event loop, and how it stops."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator

import uvicorn
from fastapi import FastAPI

from lifemask.errors import ConfigError
from lifemask.serve.app import create_app
from lifemask.serve.config import ServeConfig
from lifemask.serve.messages import MOST_BYTES
from lifemask.serve.wire import HttpWire, Wire

_SEND_BUFFER = 131_072
"""Bytes that the kernel keeps for a client that does not read: it is noticed the sooner."""
_SWITCH_S = 5e-4
"""The loop needs little time but needs it soon, and computes beside threads that would keep the interpreter."""
_STOPPING_S = 5.0
_GARBAGE = 50_000
"""Objects after which Python looks for garbage among the new."""


class Server(uvicorn.Server):
    """A server that lets streams end when it is asked to stop. ``address``: where it is, once ``started``."""

    def __init__(self, config: ServeConfig) -> None:
        """Takes the port. Raises ConfigError when it is taken, and the errors of ``create_app``."""
        self.app: FastAPI = create_app(config)
        self.socket = _bound(config)
        host = f"[{config.host}]" if ":" in config.host else config.host
        self.address = f"http://{host}:{self.socket.getsockname()[1]}"
        self._drain: asyncio.Task[None] | None = None
        super().__init__(
            uvicorn.Config(
                self.app,
                http=HttpWire,
                ws=Wire,
                ws_max_size=MOST_BYTES,
                ws_per_message_deflate=False,
                ws_ping_interval=config.limits.ping_seconds,
                ws_ping_timeout=config.limits.ping_seconds,
                timeout_keep_alive=15,
                timeout_graceful_shutdown=round(_STOPPING_S),
                limit_concurrency=config.limits.streams + config.limits.connections,
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
            )
        )

    async def work(self, on_ready: Callable[[str], None] | None = None) -> None:
        """Serve until ``stop``. ``on_ready`` gets the address. Raises what failed at the beginning."""
        serving = asyncio.create_task(self.serve([self.socket]))
        while not self.started and not serving.done():
            await asyncio.sleep(0.02)
        # What is there now stays: to look for garbage in it would hold up all streams.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_GARBAGE)
        if self.started and on_ready is not None:
            on_ready(self.address)
        await serving
        if not self.started:
            raise ConfigError("the server could not begin", str(self.app.state.lifemask.failure or "See its log."))

    def stop(self) -> None:
        """Let what runs end, then stop; asked again, stop at once. On the server's own loop."""
        if self._drain is not None:
            self._drain.cancel()
            self.should_exit = True
        else:
            self._drain = asyncio.get_running_loop().create_task(self._drained())

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None: ``serve`` below takes them."""
        yield

    async def _drained(self) -> None:
        try:
            await self.app.state.lifemask.drain()
        finally:
            self.should_exit = True


def serve(config: ServeConfig, on_ready: Callable[[str], None] | None = None) -> None:
    """Serve until SIGINT or SIGTERM, then let streams end for ``drain_seconds`` at most; ``on_ready`` gets the address.

    Raises ConfigError for an address that cannot be had, and the errors of ``create_app``.
    """
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    sys.setswitchinterval(_SWITCH_S)

    async def main() -> None:
        server, loop = Server(config), asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, server.stop)
        await server.work(on_ready)

    asyncio.run(main())


def _bound(config: ServeConfig) -> socket.socket:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        bound.bind((config.host, config.port))
    except OSError as error:
        bound.close()
        raise ConfigError(
            f"{config.host}:{config.port} cannot be listened on",
            f"The system says: {error.strerror or error}.",
            "Another program may have it: choose another --port, or 0 for a free one.",
        ) from error
    bound.setblocking(False)
    return bound

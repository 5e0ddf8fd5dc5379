"""Everything that one running server holds."""

import asyncio
import contextlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from fastapi import Request

from lifemask.errors import ConfigError
from lifemask.live.many import ManyVoices
from lifemask.live.many_stream import CodeStream
from lifemask.live.stream import AvatarStream
from lifemask.pipeline.avatar_voice import AvatarVoice
from lifemask.serve.config import ServeConfig
from lifemask.serve.jobs import Jobs
from lifemask.serve.limits import Places
from lifemask.serve.shelf import Shelf
from lifemask.serve.turns import Turns


class Session(Protocol):
    """A stream as the server knows it."""

    def tell(self, message: dict[str, Any]) -> None:
        """Send the client a message as soon as it can be."""

    def finish(self, code: int, reason: str) -> None:
        """End it."""

    def check(self) -> None:
        """End it if its client is not there any more; called now and then."""


_CHECK_EVERY_S = 0.25
_WARM_WH = (64, 64)


class ServerState:
    """``shelf``: the avatars; ``voices``: the motion of all streams; ``jobs``: avatars in the making; ``speaking``:
    videos in the making; ``places`` and ``picture_places``: streams that may run at once, and those of them with
    pictures; ``draining``: the server stops, and takes nothing new."""

    def __init__(self, config: ServeConfig) -> None:
        self.config, self.draining = config, False
        self.shelf = Shelf(config)
        self.places = Places(config.limits.streams, config.limits.streams_per_key)
        self.picture_places = Places(config.limits.picture_streams, config.limits.picture_streams)
        self.jobs = Jobs(config, self.shelf)
        self.speaking = Turns(config.limits)
        self.failure: BaseException | None = None
        self._sessions: set[Session] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._began_s = time.monotonic()

    async def open(self) -> None:
        """Begin; loads the avatars that were given, so that the first client need not wait."""
        try:
            await self._open()
        except BaseException as failure:
            self.failure = failure
            raise

    async def _open(self) -> None:
        self.voices = ManyVoices(apart=(os.cpu_count() or 1) > 1)
        for name in self.shelf.names():
            if name in self.shelf.given and self.shelf.has_voice(name):
                await self._warm(await self.shelf.voice(name))
        await self.jobs.open()
        self.keep(asyncio.get_running_loop().create_task(self._watch()))

    async def close(self) -> None:
        """End everything."""
        await self.jobs.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self.voices.close)

    async def drain(self) -> None:
        """Take nothing new; jobs end; streams are told, and those that go on too long are ended."""
        self.draining = True
        for session in self._sessions:
            session.tell({"type": "draining", "seconds": self.config.drain_seconds})
        await self.jobs.close()
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self.config.drain_seconds
        while self.places.taken and loop.time() < until_s:
            await asyncio.sleep(0.05)
        for session in list(self._sessions):
            session.finish(1001, "the server stops")
        await asyncio.sleep(0.05)

    def keep(self, task: asyncio.Task[Any]) -> None:
        """Let a task run that nobody waits for."""
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    @contextmanager
    def session(self, session: Session) -> Iterator[None]:
        """Watch a stream, while the block runs."""
        self._sessions.add(session)
        try:
            yield
        finally:
            self._sessions.discard(session)

    @property
    def uptime_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began_s

    async def _warm(self, voice: AvatarVoice) -> None:
        """Do once what takes long the first time: kernels are compiled then."""
        with contextlib.suppress(ConfigError):  # an avatar that rows of motion cannot drive
            async with CodeStream(self.voices, voice) as stream:
                await anext(stream.rows())
        async with AvatarStream(voice, size_wh=_WARM_WH) as stream:
            await anext(stream.frames())

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_CHECK_EVERY_S)
            for session in list(self._sessions):
                session.check()


def state_of(request: Request) -> ServerState:
    """The server that a request came to; for FastAPI's ``Depends``."""
    return request.app.state.lifemask

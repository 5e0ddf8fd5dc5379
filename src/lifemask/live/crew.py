"""Tasks that run beside each other on one event loop, wait for each other, and end together."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from lifemask.errors import ConfigError

T = TypeVar("T")


class Ended(Exception):
    """The stream was closed while somebody waited."""


class Crew:
    """``start`` tasks; they ``tell`` that something has changed, and wait ``until`` something is so. When one fails all
    waits end with its error. ``threads``: names of threads, each for work that may not hold up the loop."""

    def __init__(self, threads: tuple[str, ...], prepare: Callable[[], None]) -> None:
        self._names, self._prepare = threads, prepare
        self._threads: dict[str, ThreadPoolExecutor] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._failure: BaseException | None = None
        self._open = False

    def open(self) -> None:
        """Begin; once only."""
        if self._threads:
            raise ConfigError("a stream is entered once", fix="Make another of the same voice.")
        self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()
        self._threads = {name: ThreadPoolExecutor(1, f"lifemask-{name}", self._prepare) for name in self._names}
        self._open = True

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run ``work`` as a task until the end."""
        task = self._loop.create_task(work)
        task.add_done_callback(self._done)
        self._tasks.append(task)

    async def beside(self, thread: str, work: Callable[..., T], *arguments: object) -> T:
        """What ``work`` returns, done on a thread."""
        return await self._loop.run_in_executor(self._threads[thread], work, *arguments)

    def now_s(self) -> float:
        """The loop's clock."""
        return self._loop.time()

    def tell(self) -> None:
        """Something has changed."""
        self._news.set()

    async def until(self, condition: Callable[[], bool] | None, at_s: float | None = None) -> None:
        """Wait until it is so, or until ``at_s``. Raises what has failed, and Ended when the stream is closed."""
        while True:
            if self._failure is not None:
                raise self._failure
            if not self._open:
                raise Ended
            if (condition is not None and condition()) or (at_s is not None and self.now_s() >= at_s):
                return
            self._news.clear()
            try:
                async with asyncio.timeout_at(at_s):
                    await self._news.wait()
            except TimeoutError:
                continue

    def check_open(self) -> None:
        """Raises ConfigError before the beginning, after the end and after a failure."""
        if self._failure is not None:
            raise ConfigError("the stream has failed", str(self._failure)) from self._failure
        if not self._open:
            raise ConfigError(
                "the stream is not open",
                "It was closed, or never entered.",
                "async with AvatarStream(voice) as stream: ...",
            )

    async def close(self) -> None:
        """End all tasks and waits; what a thread has begun it ends."""
        if not self._open:
            return
        self._open = False
        self.tell()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for thread in self._threads.values():
            thread.shutdown(wait=False, cancel_futures=True)
            await self._loop.run_in_executor(None, thread.shutdown)

    def _done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, Ended):
            self._failure = error
        self.tell()

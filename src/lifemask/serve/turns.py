"""Work of which only a little is done at a time."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from lifemask.serve.config import Limits
from lifemask.serve.problems import ApiError


class Turns:
    """Videos that are made: a few at a time, and a few more may wait."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.speaks_at_once + limits.speaks_waiting
        self._turns, self._inside = asyncio.Semaphore(limits.speaks_at_once), 0

    @contextmanager
    def inside(self) -> Iterator[asyncio.Semaphore]:
        """Be one of those who work or wait; the semaphore says when it is one's turn. Raises ApiError 429 when there
        are too many."""
        if self._inside >= self._most:
            raise ApiError(429, "busy", f"{self._inside} videos are in the making", fix="Try later.", retry_s=10)
        self._inside += 1
        try:
            yield self._turns
        finally:
            self._inside -= 1

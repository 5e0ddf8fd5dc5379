"""How much is allowed: rates, and places that are taken and given back."""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lifemask.serve.problems import ApiError

_MOST_OWNERS = 10_000


class Bucket:
    """Lets ``rate`` a second through, and up to ``burst`` at once after a pause."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left, self._at_s = burst, clock()

    def take(self) -> float:
        """Take one. Returns 0, or in how many seconds there is one to be had; then none was taken."""
        now_s = self._clock()
        self._left = min(self._burst, self._left + (now_s - self._at_s) * self._rate)
        self._at_s = now_s
        if self._left < 1:
            return (1 - self._left) / self._rate
        self._left -= 1
        return 0.0


class Rates:
    """Requests of each owner, ``per_minute``."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def check(self, owner: str) -> None:
        """Count a request. Raises ApiError 429 for one too many."""
        bucket = self._buckets.setdefault(owner, Bucket(self._per_minute / 60, self._per_minute))
        self._buckets.move_to_end(owner)
        if len(self._buckets) > _MOST_OWNERS:
            self._buckets.popitem(last=False)
        if wait_s := bucket.take():
            raise ApiError(
                429,
                "too_many_requests",
                f"more than {self._per_minute} requests a minute",
                fix=f"Try again in {wait_s:.0f} s.",
                retry_s=wait_s,
            )


class Places:
    """``most`` places in all, ``each`` for one owner."""

    def __init__(self, most: int, each: int) -> None:
        self._most, self._each, self._taken = most, each, Counter[str]()

    @property
    def taken(self) -> int:
        """How many are taken."""
        return self._taken.total()

    @contextmanager
    def place(self, owner: str) -> Iterator[None]:
        """Hold one. Raises ApiError 503 when none is left."""
        mine = self._taken[owner]
        if self.taken >= self._most or mine >= self._each:
            whose = "this server" if self.taken >= self._most else "this key"
            raise ApiError(
                503, "too_many_streams", f"{whose} has no stream left", "All run already.", "Try later.", retry_s=5
            )
        self._taken[owner] += 1
        try:
            yield
        finally:
            self._taken[owner] -= 1
            if not self._taken[owner]:
                del self._taken[owner]

"""Long clips in pieces: windows of frames that are solved at the same time, each by itself."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lifemask.tracking.config import TrackingConfig


class Serial:
    """What a pool is for work that is itself one task of a pool."""

    map = staticmethod(map)


SERIAL = Serial()
Mapper = ThreadPoolExecutor | Serial


@dataclass(frozen=True)
class Window:
    """Frames ``first`` to ``end`` (excluded) that are solved together, of which ``keep_from`` to ``keep_to`` count."""

    first: int
    keep_from: int
    keep_to: int
    end: int

    @property
    def rows(self) -> np.ndarray:
        return np.arange(self.first, self.end)

    @property
    def kept(self) -> np.ndarray:
        return np.arange(self.keep_from, self.keep_to)

    @property
    def inner(self) -> slice:
        """The rows that count, within those of the window."""
        return slice(self.keep_from - self.first, self.keep_to - self.first)


def windows(count: int, config: TrackingConfig) -> list[Window]:
    """Windows that cover ``count`` frames: each looks ``overlap`` frames back and ahead."""
    parts = max(1, round(count / config.window))
    edges = np.linspace(0, count, parts + 1).round().astype(int).tolist()
    around = lambda a, b: Window(max(0, a - config.overlap), a, b, min(count, b + config.overlap))  # noqa: E731
    return [around(a, b) for a, b in pairwise(edges)]

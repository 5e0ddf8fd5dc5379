"""Silence is silent: where nobody speaks the mouth goes to its rest, whatever music or noise is heard."""

import numpy as np

from lifemask.speech.layers import MELS_PER_MOTION

SURE = (0.3, 0.6)
"""Below the first probability of speech the mouth is at rest, above the second it is free."""
_MEAN_OF = 3
"""Rows of bands over which the detector's word is averaged: three take turns in it, and differ."""
RISE, FALL = 0.6, 0.6
"""How much freer and how much calmer the mouth becomes from row to row, 40 ms, at most."""


class Pauses:
    """Follows how sure it is that somebody speaks, and says how free the mouth is, 0 to 1, in each row of motion.

    ``ahead`` rows of bands beyond the four of a row are looked at, for lips open before they are heard.
    """

    def __init__(self, ahead: int) -> None:
        self._ahead = ahead
        self._begin()

    def _begin(self) -> None:
        self._last = np.zeros(_MEAN_OF - 1, np.float32)
        self._waiting, self._free = np.zeros(0, np.float32), 0.0

    def push(self, speaking: np.ndarray) -> np.ndarray:
        """``free [n]`` of the rows that can now be told, after more rows of bands, ``speaking [k]``."""
        rows = np.concatenate([self._last, speaking])
        self._last = rows[len(rows) - len(self._last) :]
        if len(speaking):
            means = np.lib.stride_tricks.sliding_window_view(rows, _MEAN_OF).mean(1)
            self._waiting = np.concatenate([self._waiting, means])
        return self._told((len(self._waiting) - self._ahead) // MELS_PER_MOTION)

    def flush(self) -> np.ndarray:
        """``free`` of the rows that the end completes; a new voice may begin."""
        rows = -(-len(self._waiting) // MELS_PER_MOTION)
        self._waiting = np.pad(self._waiting, (0, rows * MELS_PER_MOTION + self._ahead - len(self._waiting)))
        told = self._told(rows)
        self._begin()
        return told

    def _told(self, rows: int) -> np.ndarray:
        if rows <= 0:
            return np.zeros(0)
        windows = np.lib.stride_tricks.sliding_window_view(self._waiting, MELS_PER_MOTION + self._ahead)
        sure = windows[: rows * MELS_PER_MOTION : MELS_PER_MOTION].max(1)
        wanted = np.clip((sure - SURE[0]) / (SURE[1] - SURE[0]), 0, 1)
        free = np.empty(rows)
        for row, aim in enumerate(wanted):
            self._free += min(max(aim - self._free, -FALL), RISE)
            free[row] = self._free
        self._waiting = self._waiting[MELS_PER_MOTION * rows :]
        return free

"""Silence is silent: in a pause the mouth goes to its rest, whatever music or noise is heard.

A short silence is no pause. What lips do between words and phrases, whether they close or stay open for a breath, is
this person's habit, and their own mouth knows it: lips that always close chatter, and are wrong for half of the people.
A pause is known by what comes after it, as far as there is a look-ahead, else by how long it lasts already.
"""

import numpy as np

from lifemask.speech.layers import MELS_PER_MOTION

SURE = 0.45
"""From this probability on a row of bands is speech."""
GAP = 200
"""Rows of bands: a silence between speech that is shorter is no pause."""
PATIENCE = 100
"""Rows of bands without speech, behind or ahead, after which a silence is a pause."""
BEFORE_SPEECH = 10
"""Rows of bands by which the mouth is free before speech, at most: lips open before they are heard."""
MEAN_OF = 3
"""Rows of bands over which the detector's word is averaged: three take turns in it, and differ."""
RISE, FALL = 0.6, 0.6
"""How much freer and how much calmer the mouth becomes from row to row, 40 ms, at most."""
LONG_AGO = 1 << 30
"""Rows of bands since the last speech, before there was any."""


class Pauses:
    """Follows how sure it is that somebody speaks, and says how free the mouth is, 0 to 1, in each row of motion.

    ``ahead`` rows of bands beyond the four of a row are looked at.
    """

    def __init__(self, ahead: int) -> None:
        self._ahead = ahead
        self._begin()

    def _begin(self) -> None:
        self._last = np.zeros(MEAN_OF - 1, np.float32)
        self._waiting, self._silent, self._free = np.zeros(0, bool), LONG_AGO, 0.0

    def push(self, speaking: np.ndarray) -> np.ndarray:
        """``free [n]`` of the rows that can now be told, after more rows of bands, ``speaking [k]``."""
        rows = np.concatenate([self._last, speaking])
        self._last = rows[len(rows) - len(self._last) :]
        if len(speaking):
            means = np.lib.stride_tricks.sliding_window_view(rows, MEAN_OF).mean(1)
            self._waiting = np.concatenate([self._waiting, means >= SURE])
        return self._told((len(self._waiting) - self._ahead) // MELS_PER_MOTION)

    def flush(self) -> np.ndarray:
        """``free`` of the rows that the end completes; a new voice may begin."""
        rows = -(-len(self._waiting) // MELS_PER_MOTION)
        self._waiting = np.pad(self._waiting, (0, rows * MELS_PER_MOTION + self._ahead - len(self._waiting)))
        told = self._told(rows)
        self._begin()
        return told

    def _told(self, rows: int) -> np.ndarray:
        free = np.empty(max(rows, 0))
        for row in range(len(free)):
            here, later = np.split(self._waiting[: MELS_PER_MOTION + self._ahead], [MELS_PER_MOTION])
            spoken = np.flatnonzero(here)
            self._silent = MELS_PER_MOTION - 1 - spoken[-1] if len(spoken) else self._silent + MELS_PER_MOTION
            aim = float(len(spoken) > 0 or self._goes_on(later))
            self._free += min(max(aim - self._free, -FALL), RISE)
            free[row] = self._free
            self._waiting = self._waiting[MELS_PER_MOTION:]
        return free

    def _goes_on(self, later: np.ndarray) -> bool:
        """Whether a row without speech is no pause, by how long it is silent already and what comes, ``later``."""
        coming = np.flatnonzero(later[: GAP + 1])
        if not len(coming):
            return self._silent + len(later) < PATIENCE
        return coming[0] < BEFORE_SPEECH or self._silent + coming[0] < GAP

"""What is followed from row of bands to row of bands, of many streams: the level of the voice, and pauses. Twins of
``Normaliser`` and of ``Pauses`` that look at nothing later; other threads may run meanwhile."""

import numpy as np
from numba import njit

from lifemask.speech.hearing import MEMORY, SPEECH
from lifemask.speech.layers import MEL_HZ, MELS_PER_MOTION
from lifemask.speech.pauses import FALL, MEAN_OF, PATIENCE, RISE, SURE

_PIECE_ROWS, _UNHEARD_ROWS = MEL_HZ // 2, 4
"""After so many rows of bands the level is looked at anew, when all but the last four of them have been heard."""


@njit(cache=True, nogil=True)
def follow_level(
    at: np.ndarray, row: np.ndarray, speaking: np.ndarray, loud: np.ndarray,
    level: np.ndarray, used: np.ndarray, spoken: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Follow the streams at the places ``at [B]`` through the bands of their ``row [B]`` (negative: there are none),
    ``speaking [B, 4]`` and so ``loud [B, 4]``.

    In place: the voice's ``level [S]``, the one that is ``used [S]`` and how many rows were ``spoken [S]``. Returns the
    level that each of the bands ``[B, 4]`` is measured by, and the band after which samples are to be made even anew
    ``[B]``, 0 if none."""
    by, anew = np.empty(speaking.shape), np.zeros(len(at), np.int64)
    for b in range(len(at)):
        place = at[b]
        for band in range(MELS_PER_MOTION):
            if row[b] >= 0 and (MELS_PER_MOTION * row[b] + band + _UNHEARD_ROWS) % _PIECE_ROWS == 0:
                used[place] = level[place]
                anew[b] = band
            by[b, band] = used[place]
            if row[b] >= 0 and speaking[b, band] > SPEECH:
                spoken[place] = min(spoken[place] + 1, MEMORY)
                level[place] += (loud[b, band] - level[place]) / spoken[place]
        if row[b] >= 0 and (MELS_PER_MOTION * (row[b] + 1) + _UNHEARD_ROWS) % _PIECE_ROWS == 0:
            anew[b] = MELS_PER_MOTION
    return by, anew


@njit(cache=True, nogil=True)
def follow_pauses(
    at: np.ndarray, speaking: np.ndarray, last: np.ndarray, silent: np.ndarray, free: np.ndarray
) -> np.ndarray:
    """How free the mouths of the streams at the places ``at [B]`` are ``[B]`` in a row of which ``speaking [B, 4]``.

    In place: the ``last [S, 2]`` bands, how many rows were ``silent [S]`` and how ``free [S]`` the mouths are."""
    for b in range(len(at)):
        place = at[b]
        bands = np.concatenate((last[place], speaking[b]))
        last[place] = bands[MELS_PER_MOTION:]
        silent[place] += MELS_PER_MOTION
        some = False
        for band in range(MELS_PER_MOTION):
            if bands[band : band + MEAN_OF].mean() >= SURE:
                some, silent[place] = True, MELS_PER_MOTION - 1 - band
        wanted = 1.0 if some or silent[place] < PATIENCE else 0.0
        free[place] += min(max(wanted - free[place], -FALL), RISE)
    return free[at]

"""Sound as the ear has it: logarithms of its power in bands of the mel scale, 100 rows a second, while it comes in.

A row is made of 25 ms of sound under a Hann window, with the high frequencies raised as the ear does. The scale is that
of O'Shaughnessy, Speech Communication (1987): mel = 2595 log10(1 + Hz / 700).
"""

import numpy as np

from lifemask.speech.layers import MEL_BANDS, MEL_HZ, SOUND_HZ

HOP = SOUND_HZ // MEL_HZ
"""Samples from one row to the next."""

WINDOW = 400
"""Samples that a row is made of."""

FLOOR = 1e-6
"""Power that is added before the logarithm: what counts as silence."""

BEFORE = WINDOW // 2 - HOP // 2
"""How many samples a row's window begins before the row."""

SPECTRUM = 512
"""Samples that are transformed: the window, and zeros."""

_LOWEST_HZ, _HIGHEST_HZ = 50.0, 7600.0
RAISED = 0.97
"""How much of each sample is taken off the next: what raises high frequencies."""
# Rows that are made at a time, so that an hour in one piece takes no more memory than a minute.
_BATCH = 2048


def rows_of(samples: int) -> int:
    """How many rows a sound of so many samples has: one for each 10 ms that it begins."""
    return -(-samples // HOP)


def end_of(row: int) -> int:
    """How many samples must be there for a row: its window's end, 12.5 ms after its centre."""
    return row * HOP - BEFORE + WINDOW


def rows_within(samples: int) -> int:
    """How many rows are made of the first so many samples alone."""
    return max(0, (samples - end_of(0)) // HOP + 1)


class MelBands:
    """Band rows of a sound that comes in pieces: `push` the pieces, `flush` at the end.

    The rows are the same however the sound is cut, to the rounding of float32. Before the first sample and after the
    last there is silence.
    """

    def __init__(self) -> None:
        self._bands = band_weights()
        self._window = np.hanning(WINDOW).astype(np.float32)
        self.reset()

    def reset(self) -> None:
        """Begin a new sound."""
        self._rest = np.zeros(BEFORE + 1, np.float32)
        self._samples = self._rows = 0

    def push(self, samples: np.ndarray) -> np.ndarray:
        """The rows float32 [n, 80] that samples float [m] complete; row k is centred at (k + 0.5) / 100 s."""
        self._samples += len(samples)
        return self._made(np.asarray(samples, np.float32), rows_within(self._samples) - self._rows)

    def flush(self) -> np.ndarray:
        """The rows that the end of the sound completes, [n, 80]; the next `push` begins a new sound."""
        missing = max(0, end_of(rows_of(self._samples) - 1) - self._samples)
        rows = self._made(np.zeros(missing, np.float32), rows_of(self._samples) - self._rows)
        self.reset()
        return rows

    def _made(self, samples: np.ndarray, rows: int) -> np.ndarray:
        # `_rest` begins one sample before the window of the next row, for the difference to the sample before.
        sound = np.concatenate([self._rest, samples])
        raised = sound[1:] - np.float32(RAISED) * sound[:-1]
        made = np.empty((rows, MEL_BANDS), np.float32)
        for first in range(0, rows, _BATCH):
            part = raised[first * HOP : (min(first + _BATCH, rows) - 1) * HOP + WINDOW]
            windows = np.lib.stride_tricks.sliding_window_view(part, WINDOW)[::HOP] * self._window
            spectrum = np.fft.rfft(windows, SPECTRUM)
            power = np.square(spectrum.real) + np.square(spectrum.imag)
            made[first : first + _BATCH] = np.log(power @ self._bands + np.float32(FLOOR))
        self._rest = sound[rows * HOP :]
        self._rows += rows
        return made


def band_centres_hz() -> np.ndarray:
    """Where the bands are loudest, [80]."""
    return _corners_hz()[1:-1]


def _corners_hz() -> np.ndarray:
    lowest, highest = (2595.0 * np.log10(1.0 + hz / 700.0) for hz in (_LOWEST_HZ, _HIGHEST_HZ))
    return 700.0 * (10.0 ** (np.linspace(lowest, highest, MEL_BANDS + 2) / 2595.0) - 1.0)


def band_weights() -> np.ndarray:
    """Weights of the spectrum's powers in each band, triangles up to 1, float32 [257, 80]."""
    hz = np.fft.rfftfreq(SPECTRUM, 1.0 / SOUND_HZ)[:, None]
    corners = _corners_hz()
    low, centre, high = corners[:-2], corners[1:-1], corners[2:]
    weights = np.clip(np.minimum((hz - low) / (centre - low), (high - hz) / (high - centre)), 0.0, None)
    # The lowest bands are narrower than the spectrum's steps: one that falls between two takes the nearer.
    empty = np.nonzero(weights.sum(0) == 0.0)[0]
    weights[np.abs(hz - centre[empty]).argmin(0), empty] = 1.0
    return weights.astype(np.float32)

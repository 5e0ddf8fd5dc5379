"""Motion of a given cross-spectrum for ever: overlapping windows of oscillations with random amplitudes and phases.

Every window is a new draw from the same Gaussian process (each frequency's phases are random, but common to all
channels through the cross-spectrum: Prichard & Theiler 1994, Phys. Rev. Lett. 73), and windows are cross-faded at
constant power. A window's draw depends on the seed and its number alone: there is no state that could drift, and
nothing is ever repeated.
"""

from functools import lru_cache

import numpy as np

from lifemask.speech.life_spectrum import EDGES_HZ, RANK, CrossSpectrum

WINDOW_S = 20.48
"""Slower than this a posture is held, and left for another."""
QUICK_HZ = 0.5
"""Posture below, gestures above."""
FADE_HZ, STOP_HZ = 5.0, 7.0
"""Between these, motion fades: above there is nearly only noise of tracking."""


class Wander:
    """Rows of unit-variance motion at ``fps``, one after another; its memory is three windows."""

    def __init__(self, spectrum: CrossSpectrum, fps: float, seed: int) -> None:
        self._seed, self._hop = seed, max(2, round(WINDOW_S * fps / 2))
        top = min(STOP_HZ, 0.45 * fps)
        self._waves_of = fps, top, self._hop
        frequency_hz = _waves(*self._waves_of)[0]
        amplitudes = spectrum.amplitudes(frequency_hz, min(FADE_HZ, 0.7 * top), top)
        band = np.clip(np.searchsorted(EDGES_HZ, frequency_hz, side="right") - 1, 0, len(spectrum.power) - 1)
        factor = spectrum.factor[0] + 1j * spectrum.factor[1]
        self._mix = amplitudes[:, :, None] * factor[band]
        self._slow = int(np.searchsorted(frequency_hz, QUICK_HZ))
        self._windows: dict[int, np.ndarray] = {}
        self._next = 0

    def rows(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The next ``count`` rows ``[n, C]``, posture and gestures apart; their sum has unit variance."""
        parts, end = [np.zeros((2, 0, self._mix.shape[1]))], self._next + count
        while self._next < end:
            number, start = divmod(self._next, self._hop)
            stop = min(self._hop, start + end - self._next)
            before, after = self._window(number), self._window(number + 1)
            parts.append(before[:, self._hop + start : self._hop + stop] + after[:, start:stop])
            self._next += stop - start
        slow, quick = parts[1] if len(parts) == 2 else np.concatenate(parts, 1)
        return slow, quick

    def prepare(self) -> bool:
        """Make the window that will be asked for next, if there is none yet. Returns whether there was none: asked for
        once in a while, no row has to wait for it."""
        number = self._next // self._hop + 2
        if number in self._windows:
            return False
        self._window(number)
        return True

    def _window(self, number: int) -> np.ndarray:
        """The window ``number``: posture and gestures ``[2, 2 hops, C]``, faded in and out."""
        if number not in self._windows:
            for old in [key for key in self._windows if key < number - 2]:
                del self._windows[old]
            draw = np.random.default_rng([self._seed, 1, number]).standard_normal((2, len(self._mix), RANK))
            heights = np.einsum("fcr,fr->fc", self._mix, (draw[0] + 1j * draw[1]) / np.sqrt(2))
            kinds = slice(0, self._slow), slice(self._slow, None)
            self._windows[number] = np.stack([self._summed(heights, bins) for bins in kinds])
        return self._windows[number]

    def _summed(self, heights: np.ndarray, bins: slice) -> np.ndarray:
        """Oscillations of complex ``heights [F, C]`` in some bins over the whole window."""
        _, cosine, sine = _waves(*self._waves_of)
        return cosine[:, bins] @ np.real(heights[bins]) - sine[:, bins] @ np.imag(heights[bins])


@lru_cache(maxsize=8)
def _waves(fps: float, top: float, hop: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frequencies ``[F]``, and a window's faded oscillations ``[2 hops, F]``."""
    spacing = 1 / WINDOW_S
    frequency_hz, at = np.arange(spacing / 2, top, spacing), np.arange(2 * hop)
    angle = 2 * np.pi * frequency_hz * at[:, None] / fps
    fade = np.sin(np.pi * (at + 0.5) / (2 * hop))[:, None]
    return frequency_hz, fade * np.cos(angle), fade * np.sin(angle)

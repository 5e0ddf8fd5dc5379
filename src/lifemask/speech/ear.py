"""What a person's own mouth listens to: rows at 25 Hz of what is said, from layers of a phonetic network and mel bands.

A row stands for the moment of a row of motion. ``AHEAD`` hears 222 ms beyond it, for sound that is there as a whole;
``LIVE`` hears 82 ms, for sound that is only just being said.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lifemask.assets import asset_path
from lifemask.speech.layers import MEL_BANDS, MELS_PER_MOTION, MOTION_HZ, SOUND_HZ
from lifemask.speech.mel import FLOOR, MelBands
from lifemask.speech.phonetics import FAR_STEP, FAR_WIDTH, HOP, NEAR_STEP, NEAR_WIDTH, WINDOW, PhoneticNet, Sounds

STEP = SOUND_HZ // MOTION_HZ
"""Samples from one row to the next."""


@dataclass(frozen=True)
class Reach:
    """How far an ear hears, in frames of 10 ms about the row's moment: frames from ``-frames_before`` up to and with
    ``frames_after`` go through the network (all its layers if ``deep``), and the mel rows from ``-2`` on up to
    ``mels_after``, not included, are taken as they are."""

    deep: bool
    frames_before: int
    frames_after: int
    mels_after: int

    @property
    def width(self) -> int:
        """Columns of a row."""
        return NEAR_WIDTH + 2 * FAR_WIDTH * self.deep + (_MELS_BEFORE + self.mels_after) * MEL_BANDS

    @property
    def seconds_after(self) -> float:
        """How much sound after its moment a row needs."""
        return self.samples_after / SOUND_HZ

    @property
    def samples_after(self) -> int:
        """The same in samples."""
        return max(HOP * self.frames_after + WINDOW, HOP * (self.mels_after - 1) + _MEL_END)


_MELS_BEFORE = 2
_MEL_END = 280
AHEAD = Reach(deep=True, frames_before=36, frames_after=19, mels_after=2)
LIVE = Reach(deep=False, frames_before=16, frames_after=5, mels_after=6)
REACHES = {"ahead": AHEAD, "live": LIVE}
"""The kinds of mouths, and how far each hears."""


class Ear:
    """Rows of a sound that comes in pieces: ``push`` the pieces, ``flush`` at the end; silence before and after.

    The rows are the same however the sound is cut, up to float32's rounding.
    """

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self._net = phonetic_net()
        self.reset()

    def reset(self) -> None:
        """Begin a new sound."""
        self._bands = MelBands()
        self._mel = np.full((_MELS_BEFORE, MEL_BANDS), np.log(FLOOR), np.float32)
        self._sound = np.zeros(HOP * self.reach.frames_before, np.float32)
        self._samples = self._rows = 0

    def push(self, samples: np.ndarray) -> np.ndarray:
        """The rows float32 ``[n, width]`` that ``samples [m]``, 16 kHz, complete."""
        self._samples += len(samples)
        self._add(samples)
        return self._made(max(0, (self._samples - self.reach.samples_after) // STEP + 1))

    def flush(self) -> np.ndarray:
        """The rows that the end completes: one for each 40 ms that the sound began. A new sound may begin."""
        rows = -(-self._samples // STEP)
        self._add(np.zeros(self.reach.samples_after + STEP, np.float32))
        made = self._made(rows)
        self.reset()
        return made

    def _add(self, samples: np.ndarray) -> None:
        samples = np.asarray(samples, np.float32)
        self._sound = np.concatenate([self._sound, samples])
        self._mel = np.concatenate([self._mel, self._bands.push(samples)])

    def _made(self, rows: int) -> np.ndarray:
        parts = [np.zeros((0, self.reach.width), np.float32)]
        while self._rows < rows:
            parts.append(self._next(min(rows - self._rows, _AT_ONCE)))
        return np.concatenate(parts)

    def _next(self, count: int) -> np.ndarray:
        """The next rows; what no later row needs is forgotten."""
        reach = self.reach
        frames = reach.frames_before + MELS_PER_MOTION * (count - 1) + reach.frames_after + 1
        sounds = self._net(self._sound[: HOP * (frames - 1) + WINDOW], deep=reach.deep)
        mels = np.lib.stride_tricks.sliding_window_view(self._mel, _MELS_BEFORE + reach.mels_after, axis=0)
        mels = mels[: MELS_PER_MOTION * count : MELS_PER_MOTION].transpose(0, 2, 1).reshape(count, -1)
        self._sound, self._mel = self._sound[STEP * count :], self._mel[MELS_PER_MOTION * count :]
        self._rows += count
        return np.concatenate([*_rows_of(sounds, count, reach.deep), mels], 1)


_AT_ONCE = 250


def _rows_of(sounds: Sounds, count: int, deep: bool) -> list[np.ndarray]:
    """The rows of each layer that belong to ``count`` rows of motion."""
    step = MELS_PER_MOTION // NEAR_STEP
    near, far, last = (layer.numpy() for layer in (sounds.near, sounds.far, sounds.last))
    if not deep:
        return [near[: step * count : step]]
    # The layers hear 22, 40 and 56 frames: their rows are taken from where most of that lies about the moment.
    first = (AHEAD.frames_before - 16) // NEAR_STEP
    middle = (near[first : first + step * count : step] + near[first + 1 : first + 1 + step * count : step]) / 2
    start = (AHEAD.frames_before - 28) // FAR_STEP
    around = (far[start : start + count] + far[start + 1 : start + 1 + count]) / 2
    return [middle, around, last[:count]]


@lru_cache(maxsize=1)
def phonetic_net() -> PhoneticNet:
    """The one network that all ears share."""
    return PhoneticNet(asset_path("speech_embedding"))

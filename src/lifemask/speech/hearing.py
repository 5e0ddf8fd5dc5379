"""What is heard of a sound: its bands and whether it is speech, row by row; and bands that compare between recordings.

A net that was trained on one recording is driven by others: another microphone, distance, room, codec. What differs
most is the level and the tone, slow properties of the whole recording that the rows of speech alone tell:
- *level*: the mean logarithm of a row's power. All bands are made louder or softer together, before the floor of the
  logarithm, so that it is as if the sound itself had been.
- *tone*: the mean over the rows of the slow ripples in a row, the first four cosines over its bands: dull or bright,
  with bass or without, telephone. Each band's own mean would take away more of what is said than of the recording.

Both follow the speech up to the row in hand, never its future: at first a mean of all that was heard, later of the last
minute of speech.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lifemask.errors import ConfigError
from lifemask.speech.layers import MEL_BANDS, MEL_HZ
from lifemask.speech.mel import FLOOR, MelBands
from lifemask.speech.vad import VoiceActivity

Normalise = Literal["none", "level", "tone"]
"""What is made equal between recordings: nothing; the level; the level and the tone."""

SPEECH = 0.5
"""From here on a row counts as speech."""

_RIPPLES = 4
MEMORY, EXPECTED = 60 * MEL_HZ, MEL_HZ // 2
"""Speech that the means remember, and how much speech what is expected weighs, in rows."""
QUIETEST = 1e-9
"""Power of a row whose bands are all at the floor."""
# By how many dB a mean logarithm of the rows' powers differs from the level (RMS) of a voice on three recordings.
_DBFS = -24.5


@dataclass(frozen=True)
class Voice:
    """How a voice sounds in a recording: `level`, the mean natural logarithm of the power of its rows, and `tone` [4],
    the mean slow ripples of its rows once their level is that of `USUAL`."""

    level: float
    tone: np.ndarray

    @property
    def level_dbfs(self) -> float:
        """About the level (RMS) of its loud parts."""
        return 10.0 / math.log(10.0) * self.level + _DBFS


USUAL = Voice(0.7, np.array([-5.9, 0.0, 0.1, -0.3], np.float32))
"""A voice as recordings have it, about -21 dBFS: all others are made to sound so."""


class Normaliser:
    """Makes the rows of any recording sound as those of `USUAL`.

    `start` is what is expected before anything is heard; it weighs as half a second of speech. Give `voice_of` the
    recording if that is known, as it is in training.
    """

    def __init__(self, normalise: Normalise = "tone", start: Voice = USUAL) -> None:
        if normalise not in ("none", "level", "tone"):
            raise ConfigError(f"expected none, level or tone to be made equal, got {normalise!r}.")
        self._normalise, self._start = normalise, start
        self.reset()

    def reset(self) -> None:
        """Begin a new recording."""
        self._rows = EXPECTED
        self._level, self._tone = self._start.level, self._start.tone.astype(np.float64)

    @property
    def voice(self) -> Voice:
        """What was heard of the voice so far; the tone only where that is made equal."""
        return Voice(float(self._level), self._tone.astype(np.float32))

    def push(self, mel: np.ndarray, speaking: np.ndarray) -> np.ndarray:
        """The rows mel float32 [n, 80] as `USUAL` has them; speaking [n] says which are speech."""
        powers, levels = _powers(mel), np.empty(len(mel))
        weights = np.zeros(len(mel))
        for row, (level, sure) in enumerate(zip(_levels(powers), speaking, strict=True)):
            if sure > SPEECH:
                self._rows = min(self._rows + 1, MEMORY)
                weights[row] = 1.0 / self._rows
                self._level += weights[row] * (level - self._level)
            levels[row] = self._level
        if self._normalise == "none":
            return mel
        even = _louder(powers, USUAL.level - levels)
        return even if self._normalise == "level" else self._toned(even, weights)

    def _toned(self, mel: np.ndarray, weights: np.ndarray) -> np.ndarray:
        ripples = _ripples()
        tones = np.empty((len(mel), _RIPPLES))
        for row, (tone, weight) in enumerate(zip(mel @ ripples, weights, strict=True)):
            if weight:
                self._tone = self._tone + weight * (tone - self._tone)
            tones[row] = self._tone
        return (mel - MEL_BANDS * (tones - USUAL.tone) @ ripples.T).astype(np.float32)


class Hearing:
    """Bands and speech of a sound that comes in pieces: `push` the pieces, `flush` at the end.

    Rows come in pairs, of the same moment; each is heard once 12.5 ms of sound after its centre are there, and `ahead`
    more rows, which tell sooner when speech begins and ends (`speech/vad.py`). With `normalise` the bands compare
    between recordings (`Normaliser`).
    """

    def __init__(self, *, normalise: Normalise = "none", start: Voice = USUAL, ahead: int = 0) -> None:
        self._bands, self._activity = MelBands(), VoiceActivity(ahead=ahead)
        self._normaliser = Normaliser(normalise, start)
        self._waiting = np.zeros((0, MEL_BANDS), np.float32)

    def reset(self) -> None:
        """Begin a new recording; what was not flushed is forgotten."""
        self._bands.reset()
        self._activity.reset()
        self._normaliser.reset()
        self._waiting = self._waiting[:0]

    @property
    def voice(self) -> Voice:
        """What was heard of the voice so far."""
        return self._normaliser.voice

    def push(self, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows that samples float [m] at 16 kHz complete: mel float32 [n, 80], and speaking float32 [n], 0 to 1."""
        return self._paired(self._bands.push(samples), self._activity.push(samples))

    def flush(self) -> tuple[np.ndarray, np.ndarray]:
        """The rows that the end of the sound completes. The next `push` begins a new sound in the same recording."""
        return self._paired(self._bands.flush(), self._activity.flush())

    def _paired(self, mel: np.ndarray, speaking: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        waiting = np.concatenate([self._waiting, mel])
        mel, self._waiting = waiting[: len(speaking)], waiting[len(speaking) :]
        return self._normaliser.push(mel, speaking), speaking


def voice_of(mel: np.ndarray, speaking: np.ndarray) -> Voice:
    """How the voice sounds in a whole recording, mel [n, 80] not normalised; `USUAL` where nobody speaks."""
    powers = _powers(mel[speaking > SPEECH])
    if not len(powers):
        return USUAL
    level = float(_levels(powers).mean())
    even = _louder(powers, np.full(len(powers), USUAL.level - level))
    return Voice(level, (even @ _ripples()).mean(0).astype(np.float32))


def _powers(mel: np.ndarray) -> np.ndarray:
    """Without the floor, [n, 80]: what float32 kept of it, down to some 50 dB below."""
    return np.maximum(np.exp(mel.astype(np.float64)) - FLOOR, 0.0)


def _levels(powers: np.ndarray) -> np.ndarray:
    return np.log(powers.sum(1) + QUIETEST)


def _louder(powers: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Logarithms of powers [n, 80] that are exp(by [n]) as large."""
    return np.log(powers * np.exp(by)[:, None] + FLOOR).astype(np.float32)


def _ripples() -> np.ndarray:
    """The first cosines over the bands [80, 4]: orthogonal, each of mean square 1, divided by the number of bands."""
    band = (np.arange(MEL_BANDS) + 0.5)[:, None] / MEL_BANDS
    cosines = math.sqrt(2.0) * np.cos(math.pi * band * np.arange(_RIPPLES))
    cosines[:, 0] = 1.0
    return cosines / MEL_BANDS

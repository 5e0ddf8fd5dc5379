"""A voice in, all motion of a person out, while it comes in: the mouth, its pauses, and the life of all the rest."""

from dataclasses import dataclass

import numpy as np

from lifemask.errors import ConfigError
from lifemask.speech.hearing import USUAL, Hearing, Voice
from lifemask.speech.layers import MEL_HZ, MELS_PER_MOTION, MOTION_HZ, SOUND_HZ, Mouth
from lifemask.speech.life import Life, LifeRows
from lifemask.speech.life_statistics import LifeStatistics
from lifemask.speech.loudness import emphasis, gain_to_usual
from lifemask.speech.pauses import GAP, Pauses

_PIECE = SOUND_HZ // 2
_VAD_AHEAD = 5
"""Rows of bands that the detector of speech waits for, at most."""
_LIVE_S = 0.2
"""A mouth that looks less far ahead is for sound that is only just being said; others may know where a pause ends."""


@dataclass(frozen=True)
class VoiceRows:
    """``n`` frames: ``mouth [n, E]`` weights of the mouth's names, ``life`` the rest, ``speaking [n]`` how sure it is
    that somebody speaks."""

    mouth: np.ndarray
    life: LifeRows
    speaking: np.ndarray

    def __len__(self) -> int:
        return len(self.speaking)


class VoiceMotion:
    """The motion of one voice at ``fps``: ``push`` its sound in pieces, ``flush`` at the end. The same sound and seed
    give the same motion however the sound is cut; memory is constant.

    ``rest [E]``: the mouth that says nothing. ``energy`` and ``still`` are those of ``Life``; ``start``: how the voice
    is expected to sound, as long as it was hardly heard.
    """

    def __init__(
        self,
        mouth: Mouth,
        rest: np.ndarray,
        statistics: LifeStatistics,
        *,
        fps: float = 25.0,
        seed: int = 0,
        energy: float = 1.0,
        still: float = 0.0,
        start: Voice = USUAL,
    ) -> None:
        if len(rest) != len(mouth.names):
            raise ConfigError(f"a mouth at rest of {len(rest)} weights is none of {len(mouth.names)}")
        self.mouth, self.fps, self._rest = mouth, fps, np.asarray(rest, np.float32)
        self.life = Life(statistics, fps=fps, seed=seed, energy=energy, still=still)
        rows = int(mouth.seconds_after * MEL_HZ)
        # What is left of the look-ahead once the bands of a row are there, and the end of their last window.
        vad = max(0, min(_VAD_AHEAD, rows - MELS_PER_MOTION - 1))
        self._ahead = vad, GAP if mouth.seconds_after > _LIVE_S else max(0, rows - vad - MELS_PER_MOTION - 1)
        self._hearing = Hearing(start=start, ahead=vad)
        self._begin()

    @property
    def seconds_after(self) -> float:
        """How much sound after its own moment a frame needs, at most."""
        between = 0.0 if self.fps == MOTION_HZ else 1 / MOTION_HZ
        return max(self.mouth.seconds_after, (sum(self._ahead) + MELS_PER_MOTION) / MEL_HZ + 0.0125) + between

    def push(self, samples: np.ndarray) -> VoiceRows:
        """The frames that can now be told, after ``samples [m]``, 16 kHz in [-1, 1]."""
        while len(samples):
            piece, samples = np.split(samples, [_PIECE - self._samples % _PIECE])
            if self._samples % _PIECE == 0:
                self._level = self._hearing.voice.level
            self._samples += len(piece)
            self._hear(piece)
        return self._frames(self._ready())

    def flush(self) -> VoiceRows:
        """The frames that the end completes, one for each that the sound began; another utterance may follow."""
        count = int(np.ceil(self._samples / SOUND_HZ * self.fps - 1e-6))
        mel, speaking = self._hearing.flush()
        free = np.concatenate([self._pauses.push(speaking), self._pauses.flush()])
        said = np.concatenate([self._listening.push(self._nothing, mel, speaking), self._listening.flush()])
        self._add(mel, speaking, said, free)
        # The last row holds until the end: frames between it and the next row have nothing else.
        self._weights = np.concatenate([self._weights, self._weights[-1:]])
        frames = self._frames(count - self._told)
        self._begin()
        return frames

    def _begin(self) -> None:
        self._nothing = np.zeros(0, np.float32)
        self._listening, self._pauses = self.mouth.begin(), Pauses(self._ahead[1])
        self._said, self._free = np.zeros((0, len(self._rest)), np.float32), np.zeros(0)
        # Rows of motion and of bands that frames may still ask for, and how many of each went before.
        self._weights, self._first_weight = np.zeros((0, len(self._rest)), np.float32), 0
        self._speaking, self._emphasis, self._first_band = np.zeros(0), np.zeros(0), 0
        self._samples = self._told = 0
        self._level = self._hearing.voice.level

    def _hear(self, piece: np.ndarray) -> None:
        piece = np.asarray(piece, np.float32)
        mel, speaking = self._hearing.push(piece)
        said = self._listening.push(np.float32(gain_to_usual(self._level)) * piece, mel, speaking)
        self._add(mel, speaking, said, self._pauses.push(speaking))

    def _add(self, mel: np.ndarray, speaking: np.ndarray, said: np.ndarray, free: np.ndarray) -> None:
        if self.mouth.from_rest:
            said = np.clip(self._rest + said, 0, 1)
        self._said, self._free = np.concatenate([self._said, said]), np.concatenate([self._free, free])
        both = min(len(self._said), len(self._free))
        weights = self._rest + self._free[:both, None].astype(np.float32) * (self._said[:both] - self._rest)
        self._said, self._free = self._said[both:], self._free[both:]
        self._weights = np.concatenate([self._weights, weights])
        self._speaking = np.concatenate([self._speaking, speaking])
        self._emphasis = np.concatenate([self._emphasis, emphasis(mel, self._level)])

    def _ready(self) -> int:
        """How many more frames have all that they ask for."""
        rows_end, bands_end = self._first_weight + len(self._weights), self._first_band + len(self._speaking)
        by_rows = int(np.floor((rows_end - 1) / MOTION_HZ * self.fps + 1e-6)) + 1 if rows_end else 0
        by_bands = int(np.floor((bands_end - 1) / MEL_HZ * self.fps + 1e-6)) + 1 if bands_end else 0
        return max(0, min(by_rows, by_bands) - self._told)

    def _frames(self, count: int) -> VoiceRows:
        times_s = (self._told + np.arange(max(count, 0))) / self.fps
        place = times_s * MOTION_HZ - self._first_weight
        low = np.clip(np.floor(place + 1e-6).astype(int), 0, max(len(self._weights) - 1, 0))
        high = np.minimum(low + 1, max(len(self._weights) - 1, 0))
        part = np.clip(place - low, 0, 1)[:, None].astype(np.float32)
        mouth = self._weights[low] + part * (self._weights[high] - self._weights[low])
        band = np.clip(np.round(times_s * MEL_HZ).astype(int) - self._first_band, 0, max(len(self._speaking) - 1, 0))
        speaking, stressed = self._speaking[band], self._emphasis[band]
        self._told += len(times_s)
        self._forget()
        return VoiceRows(mouth, self.life.rows(speaking, stressed), speaking)

    def _forget(self) -> None:
        """Drop the rows that no later frame asks for."""
        next_s = self._told / self.fps
        rows = max(0, min(int(next_s * MOTION_HZ) - 1 - self._first_weight, len(self._weights) - 1))
        self._weights, self._first_weight = self._weights[rows:], self._first_weight + rows
        bands = max(0, min(int(next_s * MEL_HZ) - 1 - self._first_band, len(self._speaking) - 1))
        self._speaking, self._emphasis = self._speaking[bands:], self._emphasis[bands:]
        self._first_band += bands

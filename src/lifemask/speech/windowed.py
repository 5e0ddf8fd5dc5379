"""A mouth that looks at windows of bands, as one that follows a voice."""

from typing import Protocol

import numpy as np

from lifemask.speech.layers import MEL_BANDS, MEL_HZ, MELS_PER_MOTION, Heard
from lifemask.speech.mel import FLOOR, end_of

_SILENCE = np.log(np.float32(FLOOR))


class WindowMouth(Protocol):
    """Moves the mouth by what is heard around a row: knows nothing of the past but what it is given."""

    @property
    def names(self) -> tuple[str, ...]:
        """The expressions that it drives."""
        ...

    @property
    def before(self) -> int:
        """Rows of bands that it must hear before a row of motion."""
        ...

    @property
    def after(self) -> int:
        """Rows of bands that it must hear after the four of a row of motion."""
        ...

    def weights(self, heard: Heard) -> np.ndarray:
        """Expression weights ``[n, len(names)]`` float32 of the ``n`` rows of motion."""
        ...


class Windowed:
    """``mouth`` as a ``Mouth`` that follows a voice."""

    def __init__(self, mouth: WindowMouth) -> None:
        self._mouth = mouth

    @property
    def names(self) -> tuple[str, ...]:
        """The expressions that it drives."""
        return self._mouth.names

    @property
    def seconds_after(self) -> float:
        """How much sound after its own moment a row needs."""
        return (MELS_PER_MOTION - 1 + self._mouth.after + end_of(0) / 160) / MEL_HZ

    def begin(self) -> "WindowedListening":
        """Begin to follow a voice."""
        return WindowedListening(self._mouth)


class WindowedListening:
    """Keeps the bands that the next rows of motion need. Before and after the sound there is silence."""

    def __init__(self, mouth: WindowMouth) -> None:
        self._mouth = mouth
        self._mel, self._speaking = _silence(mouth.before)
        self._rows = 0

    def push(self, samples: np.ndarray, mel: np.ndarray, speaking: np.ndarray) -> np.ndarray:
        """Weights of the rows whose windows are full; bands and speech come in pairs."""
        self._add(mel, speaking)
        return self._told((len(self._mel) - self._mouth.before - self._mouth.after) // MELS_PER_MOTION)

    def flush(self) -> np.ndarray:
        """Weights of the rows that the end completes."""
        rows = -(-(len(self._mel) - self._mouth.before) // MELS_PER_MOTION)
        self._add(*_silence(rows * MELS_PER_MOTION + self._mouth.before + self._mouth.after - len(self._mel)))
        told = self._told(rows)
        self._mel, self._speaking = _silence(self._mouth.before)
        return told

    def _add(self, mel: np.ndarray, speaking: np.ndarray) -> None:
        self._mel = np.concatenate([self._mel, mel])
        self._speaking = np.concatenate([self._speaking, speaking])

    def _told(self, rows: int) -> np.ndarray:
        if rows <= 0:
            return np.zeros((0, len(self._mouth.names)), np.float32)
        length = self._mouth.before + MELS_PER_MOTION * rows + self._mouth.after
        weights = self._mouth.weights(Heard(self._mel[:length], self._speaking[:length]))
        self._mel, self._speaking = self._mel[MELS_PER_MOTION * rows :], self._speaking[MELS_PER_MOTION * rows :]
        return weights


def _silence(rows: int) -> tuple[np.ndarray, np.ndarray]:
    return np.full((max(rows, 0), MEL_BANDS), _SILENCE, np.float32), np.zeros(max(rows, 0), np.float32)

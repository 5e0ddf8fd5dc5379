"""How loud a voice is, against itself and against what voices usually are."""

import numpy as np

from lifemask.speech.hearing import USUAL

SPREAD = 1.6
"""Standard deviation of the natural logarithm of the power of rows of speech."""
_FURTHEST = 10.0


def gain_to_usual(level: float) -> float:
    """By what to multiply a sound whose voice has the ``level`` (``hearing.Voice``) for one of usual level."""
    return float(gains_to_usual(np.float64(level)))


def gains_to_usual(level: np.ndarray | np.floating) -> np.ndarray:
    """The same of many voices."""
    return np.clip(np.exp((USUAL.level - level) / 2), 1 / _FURTHEST, _FURTHEST)


def emphasis(mel: np.ndarray, level: float) -> np.ndarray:
    """How much louder rows ``mel [n, 80]`` are than the voice's ``level``, in standard deviations, ``[n]``."""
    return emphasis_of_power(np.exp(mel.astype(np.float64)).sum(1), level)


def emphasis_of_power(power: np.ndarray, level: float | np.ndarray) -> np.ndarray:
    """The same of the bands' powers together, ``[n]``, floor and all."""
    return (np.log(power + 1e-9) - level) / SPREAD

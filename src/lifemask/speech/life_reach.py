"""Which values a channel takes, and how often: from normal scores to values and back, never beyond what was filmed."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import rankdata

SCORES = np.linspace(-3.25, 3.25, 27)
MARGIN = 0.1
"""How far beyond what was filmed, in parts of it, a motion may go that is made livelier than it was."""
LEAST_SPREAD = 0.3
"""Who was filmed motionless moves by this part of what is usual."""
_SMOOTHINGS = 4
WEAK_S = 2.5
"""Seconds of a clip that say as much of how far somebody goes as is known of people anyway."""


@dataclass(frozen=True)
class Reach:
    """``knots [C, 27]``: the values at the normal ``SCORES``, ascending; ``low`` and ``high [C]``: what was filmed.

    What has the distribution of the knots at normal scores is the person's own: brows that rest and rise now and then
    stay so, which no Gaussian motion would.
    """

    knots: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @staticmethod
    def of(values: np.ndarray, seconds: float, usual: np.ndarray, least: np.ndarray, bounded: np.ndarray) -> "Reach":
        """Of filmed ``values [T, C]``, ``seconds`` long.

        ``usual [C]`` standard deviations count the more the shorter the clip; ``least [C]`` may always be gone to both
        sides; channels that are ``bounded [C]`` stay in [0, 1].
        """
        own = _smoothed(np.quantile(values, ndtr(SCORES), axis=0).T)
        middle, often = np.median(values, 0)[:, None], np.exp(-(SCORES**2) / 2)
        spread = np.sqrt(np.cov(own, aweights=often / often.sum(), ddof=0).diagonal())[:, None]
        usual = np.where(usual > 0, usual, values.std(0))[:, None]
        known = seconds**2 / (seconds**2 + WEAK_S**2)
        wide = np.maximum(np.sqrt(known * spread**2 + (1 - known) * usual**2), LEAST_SPREAD * usual)
        shaped = known * np.minimum(1, spread / np.maximum(LEAST_SPREAD * usual, 1e-12))
        own = (own - middle) * wide / np.maximum(spread, 1e-3 * wide + 1e-12)
        knots = middle + shaped * own + (1 - shaped) * wide * SCORES
        low = np.minimum(values.min(0), middle[:, 0] - least)
        high = np.maximum(values.max(0), middle[:, 0] + least)
        low, high = np.where(bounded, np.maximum(low, 0), low), np.where(bounded, np.minimum(high, 1), high)
        return Reach(np.clip(knots, low[:, None], high[:, None]), low, high)

    @property
    def rest(self) -> np.ndarray:
        """The values ``[C]`` in the middle of all."""
        return self.knots[:, len(SCORES) // 2]

    def values(self, scores: np.ndarray, energy: float | np.ndarray = 1.0) -> np.ndarray:
        """Values ``[n, C]`` at ``scores [n, C]``; their distance from rest is multiplied by ``energy``, a number or
        ``[n, 1]``."""
        step = SCORES[1] - SCORES[0]
        place = np.minimum(np.maximum((scores - SCORES[0]) / step, 0), len(SCORES) - 1)
        below = np.minimum(place.astype(np.int64), len(SCORES) - 2)
        channel = np.arange(len(self.knots))
        lower, upper = self.knots[channel, below], self.knots[channel, below + 1]
        found = lower + (place - below) * (upper - lower)
        return softly_within(self.rest + energy * (found - self.rest), self.low, self.high)


def without_strays(values: np.ndarray, least: np.ndarray) -> np.ndarray:
    """``values [T, C]`` of no more than four standard deviations (as their median distance from the median tells) from
    the middle, or what ``least [C]`` allows: a part that is lost for a moment is not a way of moving."""
    middle = np.median(values, 0)
    spread = 1.4826 * np.median(np.abs(values - middle), 0)
    room = 4 * np.maximum(spread, least / 8)
    return np.clip(values, middle - room, middle + room)


def scores_of(values: np.ndarray) -> np.ndarray:
    """Normal scores ``[T, C]`` of the ranks of ``values [T, C]``, of unit variance; 0 for what never changes."""
    found = ndtri((rankdata(values, axis=0) - 0.5) / len(values))
    spread = found.std(0)
    return np.where(np.ptp(values, axis=0) > 1e-9, (found - found.mean(0)) / np.maximum(spread, 1e-9), 0.0)


def softly_within(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """``values [..., C]`` between ``low`` and ``high [C]``; beyond them they go on ever slower and stop ``MARGIN``
    outside."""
    inside = np.minimum(np.maximum(values, low), high)
    room = MARGIN * (high - low) + 1e-9
    return inside + room * np.tanh((values - inside) / room)


def _smoothed(knots: np.ndarray) -> np.ndarray:
    """Knots ``[C, K]`` without the steps of a few samples, which would be felt as jerks."""
    for _ in range(_SMOOTHINGS):
        padded = np.pad(knots, ((0, 0), (1, 1)), mode="edge")
        knots = padded[:, :-2] / 4 + padded[:, 1:-1] / 2 + padded[:, 2:] / 4
    return knots

"""Blinks: found in a clip, their rate, their intervals and their shape; and new ones for ever.

Intervals are log-normal in a time of their own that runs faster where blinks are likely: more in speech than while
listening (26 a minute against 17: Bentivoglio et al. 1997, Movement Disorders 12), most where a phrase has just ended
(Nakano & Kitazawa 2010, Experimental Brain Research 205), and with large shifts of the gaze (Evinger et al. 1994,
Experimental Brain Research 100). Lids close twice as fast as they open (VanderWerf et al. 2003, J. Neurophysiology 89).
"""

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks, peak_widths

USUAL_RATE_HZ = 22 / 60
USUAL_BLINKS = 1.0
"""Blinks that a clip must show to say as much of someone's rate as is known of people: they differ widely."""
USUAL_SHUT = 0.9
USUAL_S = np.array([0.09, 0.03, 0.17])
"""Closing, closed, opening."""
USUAL_SPREAD, _SPREAD_BLINKS = 0.65, 6.0
LISTENING = 17 / 26
PHRASE_END, PHRASE_END_S = 3.0, 0.6
"""How much likelier a blink is when a phrase has just ended, and for how long."""
SHIFT_S = 0.35
"""A large shift of the gaze brings the next blink nearer by this time."""
REFRACTORY_S = 0.15
LEAST_PEAK, LONGEST_S = 0.35, 0.7
NEARLY_SHUT = 0.85
"""Frames seldom meet a blink where it is deepest: what reaches this part of the deepest seen is shut."""
_UNEVEN = 0.12


@dataclass(frozen=True)
class Seen:
    """``n`` blinks found in weights: the rows of their ``peak``, of their ``start`` and ``end`` (the first and last
    that belong to them), and how long they are half shut, ``half_s``; ``shut [m]``, the peaks at which lids are."""

    peak: np.ndarray
    start: np.ndarray
    end: np.ndarray
    half_s: np.ndarray
    shut: np.ndarray


def find_blinks(weights: np.ndarray, fps: float) -> Seen:
    """Blinks in the weights ``[T, 2]`` of both lids: short peaks of both together, high for this person."""
    both = weights.mean(1)
    top = float(both.max(initial=0.0))
    if top < LEAST_PEAK:
        none = np.zeros(0, np.int64)
        return Seen(none, none, none, np.zeros(0), none)
    peaks, _ = find_peaks(
        both, prominence=max(0.25, 0.4 * top), distance=max(1, round(0.12 * fps)), width=(None, LONGEST_S * fps)
    )
    half = peak_widths(both, peaks, 0.5)[0]
    _, _, left, right = peak_widths(both, peaks, 0.9)
    start, end = np.floor(left).astype(np.int64), np.ceil(right).astype(np.int64)
    shut = peaks[both[peaks] >= NEARLY_SHUT * both[peaks].max(initial=0.0)]
    return Seen(peaks, start, end, half / fps, shut)


def closure(t: np.ndarray | float, closing: float, closed: float, opening: float) -> np.ndarray:
    """How far lids are shut, 0..1, ``t`` seconds after they have come to be; smooth."""
    t = np.asarray(t, float)
    down, up = np.clip(1 + t / closing, 0, 1), np.clip(1 - (t - closed) / opening, 0, 1)
    u = np.where(t < 0, down, up)
    return u * u * (3 - 2 * u)


@dataclass(frozen=True)
class BlinkStatistics:
    """``rate_hz`` of speech; ``spread`` of the logarithm of intervals; ``seconds [3]`` of closing, closed, opening;
    ``shut [2]`` the weights of closed lids; ``number`` of blinks seen."""

    rate_hz: np.ndarray
    spread: np.ndarray
    seconds: np.ndarray
    shut: np.ndarray
    number: np.ndarray

    @staticmethod
    def of(weights: np.ndarray, fps: float, likeliness: np.ndarray) -> "BlinkStatistics":
        """Of the weights ``[T, 2]`` of both lids; ``likeliness [T]``: how likely blinks are, as ``likeliness`` says."""
        seen = find_blinks(weights, fps)
        number, seconds = len(seen.peak), len(weights) / fps
        rate = (number + USUAL_BLINKS) / (likeliness.sum() / fps + USUAL_BLINKS / USUAL_RATE_HZ)
        gaps = np.log(np.maximum(np.diff(seen.peak), 1) / fps)
        spread2 = (gaps.var() if len(gaps) > 2 else 0.0) * len(gaps) + _SPREAD_BLINKS * USUAL_SPREAD**2
        spread = np.sqrt(spread2 / ((len(gaps) if len(gaps) > 2 else 0) + _SPREAD_BLINKS))
        shut = np.full(2, USUAL_SHUT)
        if number:
            shut = weights[seen.shut].max(0)
        shape = _shape(weights, shut, seen, fps) if seconds else USUAL_S
        return BlinkStatistics(np.array(rate), np.array(spread), shape, shut, np.array(float(number)))


def likeliness(present: np.ndarray, since_end_s: np.ndarray) -> np.ndarray:
    """How likely a blink is ``[n]``, in parts of what it is amid speech."""
    likely = LISTENING + (1 - LISTENING) * present
    return np.where(since_end_s < PHRASE_END_S, PHRASE_END, 1.0) * likely


class Blinks:
    """New blinks, row by row at ``fps``."""

    def __init__(self, statistics: BlinkStatistics, fps: float, seed: int, shifts_hz: float = 0.0) -> None:
        """``shifts_hz``: how often the gaze makes large shifts."""
        self._rng = np.random.default_rng([seed, 2])
        self._of, self._fps = statistics, fps
        busy_s = float(statistics.seconds.sum()) + REFRACTORY_S
        self._rate_hz = 1 / max(1 / float(statistics.rate_hz) - busy_s, 0.1) / (1 + SHIFT_S * shifts_hz)
        self._row, self._shut_row, self._free_s = 0, -1, 0.0
        self._shape = self._seconds()
        self._wait = self._interval() * self._rng.uniform()

    def step(self, likely: float, shifted: bool) -> float:
        """How far the lids are shut in the next row, 0..1; ``shifted``: the gaze makes a large shift now."""
        now_s = self._row / self._fps
        if self._shut_row < 0 and now_s >= self._free_s:
            self._wait -= self._rate_hz * (likely / self._fps + (SHIFT_S if shifted else 0.0))
            if self._wait <= 0:
                # Shut in a row, not between two: a blink that no frame shows closed is none.
                self._shut_row = int(np.ceil((now_s + self._shape[0]) * self._fps - 1e-6))
        shut = 0.0
        if self._shut_row >= 0:
            after_s = (self._row - self._shut_row) / self._fps
            shut = float(closure(after_s, *self._shape))
            if after_s >= self._shape[1] + self._shape[2]:
                self._shut_row, self._free_s = -1, now_s + REFRACTORY_S
                self._shape, self._wait = self._seconds(), self._interval()
        self._row += 1
        return shut

    def _interval(self) -> float:
        spread = float(self._of.spread)
        return float(np.exp(spread * self._rng.standard_normal() - spread**2 / 2))

    def _seconds(self) -> np.ndarray:
        return self._of.seconds * np.exp(_UNEVEN * self._rng.standard_normal(3))


def _shape(weights: np.ndarray, shut: np.ndarray, seen: Seen, fps: float) -> np.ndarray:
    """Seconds ``[3]`` of closing, closed and opening that explain all blinks best, with the usual ones as two more."""
    around = np.arange(-round(0.3 * fps), round(0.6 * fps) + 1)
    level = (weights / np.maximum(shut, 0.1)).mean(1)
    rows = []
    for peak, start, end in zip(seen.peak, seen.start, seen.end, strict=True):
        if -around[0] <= peak < len(level) - around[-1]:
            base = min(level[start], level[end])
            rows.append(np.clip((level[peak + around] - base) / max(level[peak] - base, 0.1), 0, 1))
    if not rows:
        return USUAL_S
    found, best = USUAL_S, np.inf
    shift = np.arange(-0.16, 0.081, 0.01)
    t = around / fps - shift[:, None]
    for closing in (0.05, 0.065, 0.085, 0.11, 0.14, 0.18):
        for closed in (0.0, 0.02, 0.04, 0.06, 0.09, 0.13, 0.18):
            for opening in (0.07, 0.09, 0.115, 0.15, 0.19, 0.25, 0.32):
                tried = np.array([closing, closed, opening])
                curves = closure(t, *tried)
                curves = curves / np.maximum(curves.max(1, keepdims=True), 0.3)
                error = sum(float(((curves - row) ** 2).sum(1).min()) for row in rows)
                error += 2 * 0.1 * float((np.log((tried + 0.03) / (USUAL_S + 0.03)) ** 2).sum())
                if error < best:
                    found, best = tried, error
    return found

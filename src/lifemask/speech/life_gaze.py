"""Gaze: eyes that rest on something, jump to something else, and stay on it while the head moves; and lids with them.

What somebody looks at is drawn from where they looked; how long, and how eyes jump, is that of people: a saccade of
``a`` degrees takes about ``21 + 2.2 a`` milliseconds (Carpenter 1988, Movements of the Eyes), and gaze rests longer and
nearer while listening (Lee, Badler & Badler 2002, Eyes Alive, SIGGRAPH).
"""

from dataclasses import dataclass

import numpy as np

from lifemask.speech.life_reach import softly_within

_DEGREE = np.pi / 180
USUAL_SPREAD = np.array([1.5, 1.0]) * _DEGREE
USUAL_HOLD = np.array([[0.0, 0.7, 0.0], [0.6, 0.0, 0.0]])
"""How far eyes turn back, in yaw and pitch, when the head turns about the camera's axes."""
USUAL_DWELL_S = 1.3
LEAST = 2.0 * _DEGREE
"""Every avatar may look this far from its mean."""
TARGETS = 64
LISTENING_DWELL, LISTENING_SPREAD = 1.7, 0.75
MICRO_HZ, MICRO = 1.2, 0.15 * _DEGREE
_DWELL_SPREAD = 0.7
_WEAK_S = 4.0


@dataclass(frozen=True)
class GazeStatistics:
    """``mean [2]`` of both eyes (yaw, pitch; radians) and how the left one differs, ``apart [2]`` (half of left minus
    right); ``hold [2, 3]``: gaze per turn of the head; ``targets [64, 2]``: where it rests beyond that; ``dwell_s`` the
    mean time that it rests; ``low`` and ``high [2]`` of what was filmed; ``lids [L, 3]``: a lid's weight at straight
    gaze and its change with its eye's yaw and pitch, ``lid_top [L]`` the highest."""

    mean: np.ndarray
    apart: np.ndarray
    hold: np.ndarray
    targets: np.ndarray
    dwell_s: np.ndarray
    low: np.ndarray
    high: np.ndarray
    lids: np.ndarray
    lid_top: np.ndarray

    @staticmethod
    def of(
        eyes: np.ndarray, turns: np.ndarray, lids: np.ndarray, sides: np.ndarray, seen: np.ndarray, fps: float
    ) -> "GazeStatistics":
        """Of ``eyes [T, 2, 2]``, the head's ``turns [T, 3]`` about its mean, the weights of ``lids [T, L]`` on the
        ``sides [L]`` (0 left), of the frames ``seen [T]`` in which eyes are open."""
        gaze, seconds = eyes[seen].mean(1), float(seen.sum()) / fps
        mean = gaze.mean(0)
        hold = _hold(gaze - mean, turns[seen] - turns[seen].mean(0), fps)
        rest = gaze - mean - (turns[seen] - turns[seen].mean(0)) @ hold.T
        # What the eyes disagree about is not looking; half of that is in their mean.
        noise = (eyes[seen, 0] - eyes[seen, 1]).var(0) / 4
        true = np.maximum(rest.var(0) - noise, 0.3 * rest.var(0))
        known = seconds**2 / (seconds**2 + _WEAK_S**2)
        chosen = rest[np.linspace(0, len(rest) - 1, TARGETS).astype(int)] * np.sqrt(
            true / np.maximum(rest.var(0), 1e-12)
        )
        anybody = np.random.default_rng(0).standard_normal((TARGETS, 2)) * USUAL_SPREAD
        targets = np.sqrt(known) * chosen + np.sqrt(1 - known) * anybody
        return GazeStatistics(
            mean,
            (eyes[seen, 0] - eyes[seen, 1]).mean(0) / 2,
            hold,
            targets - targets.mean(0),
            np.array(_dwell_s(rest, known, fps)),
            np.minimum(gaze.min(0), mean - LEAST),
            np.maximum(gaze.max(0), mean + LEAST),
            np.stack([_lid(lids[seen, k], eyes[seen, side]) for k, side in enumerate(sides)] or [np.zeros(3)]),
            lids[seen].max(0, initial=0.0),
        )

    def eyes(self, offsets: np.ndarray, turns: np.ndarray, share: float | np.ndarray) -> np.ndarray:
        """Both eyes ``[n, 2, 2]`` on something ``offsets [n, 2]`` beside the usual, under a head turned by ``turns [n,
        3]``, of whose offsets a ``share``, a number or ``[n, 1]``, is kept."""
        gaze = self.mean + share * offsets + (turns[:, None] * self.hold).sum(-1)
        gaze = softly_within(gaze, self.low, self.high)
        return np.stack([gaze + self.apart, gaze - self.apart], 1)

    def lid_weights(self, eyes: np.ndarray, sides: np.ndarray) -> np.ndarray:
        """Weights ``[n, L]`` of lids that go along with ``eyes [n, 2, 2]``."""
        own = eyes[:, sides]
        weights = self.lids[:, 0] + self.lids[:, 1] * own[..., 0] + self.lids[:, 2] * own[..., 1]
        return np.minimum(np.maximum(weights, 0), self.lid_top)


class Gaze:
    """What is looked at, row by row at ``fps``."""

    def __init__(self, statistics: GazeStatistics, fps: float, seed: int) -> None:
        self._rng = np.random.default_rng([seed, 3])
        self._of, self._fps, self._row = statistics, fps, 0
        self._large = float(np.median(np.linalg.norm(np.diff(statistics.targets, axis=0), axis=1)))
        self._from, self._to = np.zeros(2), statistics.targets[0].copy()
        self._micro = np.zeros(2)
        self._began_s, self._takes_s, self._left_s = 0.0, 0.02, self._dwell_s()

    @property
    def shifts_hz(self) -> float:
        """How often it makes large shifts, about."""
        return 0.5 / float(self._of.dwell_s)

    def step(self, present: float) -> tuple[np.ndarray, bool]:
        """Where the gaze is, ``[2]`` from the usual, in the next row; and whether it starts a large shift in it.
        ``present``: how much somebody is speaking rather than listening."""
        now_s, shifted = self._row / self._fps, False
        self._left_s -= (present + (1 - present) / LISTENING_DWELL) / self._fps
        if self._left_s <= 0:
            target = self._of.targets[self._rng.integers(TARGETS)] + 0.2 * USUAL_SPREAD * self._rng.standard_normal(2)
            self._from, self._to = self._at(now_s), target * (present + (1 - present) * LISTENING_SPREAD)
            size = float(np.linalg.norm(self._to - self._from))
            self._began_s, self._takes_s = now_s, 0.021 + 0.0022 * size / _DEGREE
            self._left_s, shifted = self._dwell_s(), size > self._large
        if self._rng.uniform() < MICRO_HZ / self._fps:
            self._micro = MICRO * self._rng.standard_normal(2)
        self._row += 1
        return self._at(now_s) + self._micro, shifted

    def _at(self, now_s: float) -> np.ndarray:
        u = min(1.0, (now_s - self._began_s + 0.5 / self._fps) / self._takes_s)
        return self._from + u**3 * (10 - 15 * u + 6 * u * u) * (self._to - self._from)

    def _dwell_s(self) -> float:
        draw = _DWELL_SPREAD * self._rng.standard_normal() - _DWELL_SPREAD**2 / 2
        return max(0.15, float(self._of.dwell_s) * float(np.exp(draw)))


def _hold(gaze: np.ndarray, turns: np.ndarray, fps: float) -> np.ndarray:
    """Gaze ``[T, 2]`` per turn ``[T, 3]`` of the head, drawn towards what is usual."""
    weak = _WEAK_S * fps * (2.5 * _DEGREE) ** 2 * np.eye(3)
    return np.linalg.solve(turns.T @ turns + weak, turns.T @ gaze + weak @ USUAL_HOLD.T).T


def _dwell_s(rest: np.ndarray, known: float, fps: float) -> float:
    """How long a gaze that wanders like ``rest [T, 2]`` stays: the lag at which it has forgotten itself."""
    spectrum = np.abs(np.fft.rfft(rest - rest.mean(0), 2 * len(rest), axis=0)) ** 2
    alike = np.fft.irfft(spectrum, axis=0)[: len(rest)].sum(1)
    forgotten = np.flatnonzero(alike < np.exp(-1) * alike[0])
    own = np.clip(forgotten[0] / fps, 0.4, 4.0) if len(forgotten) and alike[0] > 0 else USUAL_DWELL_S
    return float(np.exp(0.5 * known * np.log(own) + (1 - 0.5 * known) * np.log(USUAL_DWELL_S)))


def _lid(weight: np.ndarray, eye: np.ndarray) -> np.ndarray:
    """``[3]``: how a weight ``[T]`` in [0, 1] goes with the gaze ``[T, 2]``: a line that is cut off at 0, fitted where
    it is not."""
    rows = np.concatenate([np.ones((len(eye), 1)), eye], 1)
    weak = np.diag([0.0, 1.0, 1.0]) * 25 * (1.0 * _DEGREE) ** 2
    used = np.ones(len(eye), bool)
    found = np.zeros(3)
    for _ in range(8):
        a, b = rows[used], weight[used]
        found = np.linalg.solve(a.T @ a + weak + 1e-9 * np.eye(3), a.T @ b)
        used = (rows @ found > 0) | (weight > 0.02)
    return found

"""Small nods where a voice stresses strongly (Hadar et al. 1983): the head dips and comes back."""

import numpy as np

STRONG = 1.0
NOD_S, PAUSE_S = 0.5, 1.0
CHANCE = 0.5
DEPTH = 0.45
"""Of the standard deviation of the person's own nodding, at most."""


class Nods:
    """Nods row by row at ``fps``."""

    def __init__(self, fps: float, seed: int) -> None:
        self._rng = np.random.default_rng([seed, 4])
        self._fps, self._row = fps, 0
        self._began_s, self._depth, self._above = -np.inf, 0.0, False

    def step(self, stress: float) -> float:
        """How far the head is nodded down in the next row, in standard deviations of its pitch."""
        now_s = self._row / self._fps
        above = stress > STRONG
        if above and not self._above and now_s - self._began_s > PAUSE_S and self._rng.uniform() < CHANCE:
            self._began_s, self._depth = now_s, DEPTH * self._rng.uniform(0.5, 1.0)
        self._above, self._row = above, self._row + 1
        u = (now_s - self._began_s) / NOD_S
        return float(self._depth * np.sin(np.pi * u) ** 2) if u < 1 else 0.0

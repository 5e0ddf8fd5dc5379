"""After an interruption the mouth goes to its rest, eased, and stays there until new sound comes."""

import math

EASE_S = 0.08
"""How long the mouth takes to its rest, and from it."""
_EARLY_S = 0.04
"""Lips move before they are heard."""


class Quieting:
    """How free the mouth is from frame to frame, 0 to 1; ``step_s`` from one frame to the next."""

    def __init__(self, step_s: float) -> None:
        self._most = step_s / EASE_S
        self._from_s = self._until_s = math.inf

    def interrupt(self, time_s: float) -> None:
        """What was heard counts no more from ``time_s`` on."""
        self._from_s, self._until_s = time_s, math.inf

    def resume(self, time_s: float) -> None:
        """New sound begins at ``time_s``."""
        if math.isinf(self._until_s):
            self._until_s = time_s - _EARLY_S

    def free(self, before: float, time_s: float) -> float:
        """How free the mouth is in the frame at ``time_s`` if it was ``before`` in the last."""
        wanted = 0.0 if self._from_s <= time_s < self._until_s else 1.0
        return before + min(max(wanted - before, -self._most), self._most)

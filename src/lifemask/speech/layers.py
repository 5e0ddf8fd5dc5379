"""What the parts of a voice's motion have in common: clocks, what a part is given, and what it gives.

A part is small and can be replaced by any other of its kind. Sound comes at ``SOUND_HZ`` in one channel, is heard as
bands of its spectrum at ``MEL_HZ``, and becomes motion at ``MOTION_HZ``; all three share one clock, whose zero is the
first sample. Band row ``k`` is centred at ``(k + 0.5) / MEL_HZ`` seconds, motion row ``i`` belongs to ``i / MOTION_HZ``
seconds.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

SOUND_HZ = 16_000
MEL_HZ = 100
MEL_BANDS = 80
MOTION_HZ = 25
MELS_PER_MOTION = MEL_HZ // MOTION_HZ


@dataclass(frozen=True)
class Heard:
    """What is heard around ``n`` successive rows of motion.

    ``mel [before + 4 n + after, 80]`` float32 natural logarithms of the power in mel bands (``speech/mel.py``): the four
    rows of each row of motion, and as many before and after as the part asked for; ``speaking`` of the same length:
    how sure it is, 0 to 1, that somebody speaks at that moment.
    """

    mel: np.ndarray
    speaking: np.ndarray


class Mouth(Protocol):
    """A part that moves the mouth by what is heard: knows nothing of the past but what it is given."""

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
        """Rows of bands that it must hear after the four of a row of motion: its look-ahead."""
        ...

    def weights(self, heard: Heard) -> np.ndarray:
        """Expression weights ``[n, len(names)]`` float32 of the ``n`` rows of motion."""
        ...

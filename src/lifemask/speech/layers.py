"""What the parts of a voice's motion have in common: clocks, what a part is given, and what it gives.

A part is small and can be replaced by any other of its kind. Sound comes at ``SOUND_HZ`` in one channel, is heard as
bands of its spectrum at ``MEL_HZ``, and becomes motion at ``MOTION_HZ``; all three share one clock, whose zero is the
first sample. Band row ``k`` is centred at ``(k + 0.5) / MEL_HZ`` seconds, motion row ``i`` belongs to ``i / MOTION_HZ``
seconds.
"""

from typing import Protocol

import numpy as np

SOUND_HZ = 16_000
MEL_HZ = 100
MEL_BANDS = 80
MOTION_HZ = 25
MELS_PER_MOTION = MEL_HZ // MOTION_HZ
SAMPLES_PER_MOTION = SOUND_HZ // MOTION_HZ


class Listening(Protocol):
    """A mouth that follows one voice while it comes in. Rows of motion come in order, from that of time zero on."""

    def push(self, samples: np.ndarray, mel: np.ndarray, speaking: np.ndarray) -> np.ndarray:
        """Weights ``[n, E]`` float32 of the rows that can now be told, after more ``samples [m]`` and the rows of
        bands, ``mel [k, 80]`` and ``speaking [k]``, that came with them."""
        ...

    def flush(self) -> np.ndarray:
        """Weights of the rows that the end of the sound completes: one for each 40 ms that it began."""
        ...


class Mouth(Protocol):
    """A part that moves the mouth by what is heard."""

    @property
    def names(self) -> tuple[str, ...]:
        """The weights that it gives: expressions of the rig, and modes of an avatar's face."""
        ...

    @property
    def seconds_after(self) -> float:
        """How much sound after its own moment a row of motion needs: the look-ahead."""
        ...

    @property
    def from_rest(self) -> bool:
        """Whether its weights are what a mouth does from its rest on; otherwise the person's rest is in them."""
        ...

    def begin(self) -> Listening:
        """Begin to follow a voice."""
        ...

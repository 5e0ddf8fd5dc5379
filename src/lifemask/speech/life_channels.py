"""The numbers that a life moves together: head, torso, the torso's modes, the upper face; and what is usual of each.

The usual values are what is shrunk towards where a clip says little. A speaker's head turns by a few degrees, most of
all in nods, and slower than twice a second (Hadar, Steiner, Grant & Clifford Rose 1983, Human Movement Science 2).
"""

from dataclasses import dataclass

import numpy as np

UPPER_FACE = (
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "eyeSquintLeft",
    "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft",
    "noseSneerRight",
)  # fmt: skip

_DEGREE = np.pi / 180


@dataclass(frozen=True)
class Channels:
    """``C`` channels side by side: six of the head, six of the torso (``pose_channels``), ``modes`` of the torso's,
    ``face`` expressions of the upper face."""

    modes: int
    face: int

    def __len__(self) -> int:
        return 12 + self.modes + self.face

    @property
    def parts(self) -> tuple[slice, slice, slice, slice]:
        """Where head, torso, modes and face stand."""
        return slice(0, 6), slice(6, 12), slice(12, 12 + self.modes), slice(12 + self.modes, len(self))

    @property
    def groups(self) -> np.ndarray:
        """``[C]``: 0 the head, 1 the torso and its modes, 2 the face."""
        return np.repeat([0, 1, 2], [6, 6 + self.modes, self.face])

    @property
    def usual(self) -> np.ndarray:
        """Standard deviations ``[C]`` of people who speak to a camera; 0 for modes, whose unit is the clip's own."""
        head = [2.5 * _DEGREE, 2.5 * _DEGREE, 2.0 * _DEGREE, 0.005, 0.004, 0.005]
        torso = [0.1 * _DEGREE, 0.1 * _DEGREE, 0.5 * _DEGREE, 0.004, 0.002, 0.004]
        return np.concatenate([head, torso, np.zeros(self.modes), np.full(self.face, 0.09)])

    @property
    def least(self) -> np.ndarray:
        """How far ``[C]`` every avatar may go from its rest, even if it was never filmed there: it is near enough."""
        head = [2.5 * _DEGREE, 2.5 * _DEGREE, 2.0 * _DEGREE, 0.004, 0.003, 0.004]
        torso = [0.1 * _DEGREE, 0.1 * _DEGREE, 0.4 * _DEGREE, 0.002, 0.001, 0.002]
        return np.concatenate([head, torso, np.zeros(self.modes), np.full(self.face, 0.12)])

    @property
    def steepness(self) -> np.ndarray:
        """``[C]``: how fast the usual power falls with frequency (``life_spectrum.usual_power``)."""
        return np.concatenate([np.full(12 + self.modes, 1.75), np.full(self.face, 1.1)])

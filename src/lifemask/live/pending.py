"""What is known of frames that have not left."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lifemask.avatar.motion import Motion
from lifemask.speech.voice import VoiceRows


@dataclass(frozen=True)
class Told:
    """The ``motion`` of frame ``index``, made of ``rows`` with the mouth as free as it was; -1: somebody at rest."""

    index: int
    rows: VoiceRows
    motion: Motion
    speaking: float

    def entries(self) -> dict[str, Any]:
        """As ``StreamCode`` has them."""
        code, row = self.motion.code, lambda tensor: tensor[0].cpu().numpy()
        return {
            "speaking": self.speaking,
            "motion_index": self.index,
            "expression": row(code.expression),
            "eyes": row(code.eyes),
            "camera_from_head": row(code.camera_from_head),
            "camera_from_torso": row(code.camera_from_torso),
            "torso_modes": row(self.motion.modes),
            "face_modes": row(self.motion.face_modes),
        }


@dataclass(frozen=True)
class Painted:
    """The picture of frame ``index``, of its motion of that ``version``."""

    index: int
    version: int
    picture: np.ndarray


@dataclass
class Entry:
    """A frame whose sound was taken: how ``free`` its mouth is, its motion and its picture, when they are there.
    ``version`` changes with the motion."""

    index: int
    free: float
    told: Told | None = None
    painted: Painted | None = None
    version: int = 0

    @property
    def is_painted(self) -> bool:
        """Whether the picture is that of the motion as it is now."""
        return self.painted is not None and self.painted.version == self.version

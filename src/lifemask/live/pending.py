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


@dataclass
class Entry:
    """A frame whose sound was taken; how ``free`` its mouth is, and its motion. ``version`` changes with that."""

    index: int
    free: float
    told: Told | None = None
    version: int = 0


@dataclass(frozen=True)
class Painted:
    """The picture of a frame's motion of that version."""

    index: int
    version: int
    picture: np.ndarray

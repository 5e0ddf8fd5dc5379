"""Made-up people for the tests of transfer: their trackings, and someone at rest."""

import numpy as np

from conftest import FPS
from lifemask.avatar.driving import DrivingMotion
from lifemask.geometry.camera import Camera
from lifemask.rig.bust import load_bust
from lifemask.synthetic.motion import SubjectMotion, talking
from lifemask.tracking.record import Tracking

BUST = load_bust()
NAMES = list(BUST.expression_names)
SMILE, BROW, BLINK, LOOK_DOWN = (
    NAMES.index(name) for name in ("mouthSmileLeft", "browDownLeft", "eyeBlinkLeft", "eyeLookDownLeft")
)
FLOAT32 = 1e-6


def tracking_of(motion: SubjectMotion, person: float = 0.0, **changes: np.ndarray) -> Tracking:
    """``motion`` as a tracking of someone whose first identity coefficient is ``person``; ``changes`` are arrays."""
    count = len(motion)
    arrays = {
        "expression": motion.expression, "eyes": motion.eyes, "camera_from_head": motion.camera_from_head,
        "camera_from_torso": motion.camera_from_torso, "torso_modes": np.zeros((count, 6)),
    } | changes  # fmt: skip
    identity = np.zeros(BUST.num_identity, np.float32)
    identity[0] = person
    return Tracking(
        camera=Camera((900.0, 900.0), (256.0, 256.0), (512, 512)),
        timestamp_s=motion.timestamp_s,
        frame_index=np.arange(count),
        tracked=np.ones(count, bool),
        expression_names=BUST.expression_names,
        identity=identity,
        vertex_offset_m=np.zeros((BUST.num_vertices, 3), np.float32),
        landmarks_px=np.zeros((count, 478, 2), np.float32),
        reprojection_px=np.zeros(count),
        lip_aperture_m=np.zeros(count),
        eyelid_aperture_m=np.zeros((count, 2)),
        rig_hash=BUST.content_hash,
        **{name: array.astype(np.float32) for name, array in arrays.items()},
    )


def driver(motion: SubjectMotion | None = None, person: float = 1.5, **changes: np.ndarray) -> DrivingMotion:
    """Someone else than the avatar."""
    return DrivingMotion.of(tracking_of(motion or talking(6.0, seed=5), person, **changes), BUST, "the driver")


def plain(count: int = 50) -> DrivingMotion:
    """Someone at rest under a frontal camera, ``FPS`` frames a second."""
    head = np.tile(np.diag([1.0, -1, -1, 1]), (count, 1, 1))
    head[:, 2, 3] = 0.9
    return DrivingMotion(
        "made", np.arange(count) / FPS, np.zeros((count, len(NAMES))), BUST.expression_names,
        np.zeros((count, 2, 2)), head, head.copy(), rest=np.zeros(len(NAMES)),
    )  # fmt: skip

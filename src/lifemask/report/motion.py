"""Readable numbers from poses: head angles and jitter."""

import numpy as np

FACING_CAMERA = np.diag([1.0, -1.0, -1.0])
"""``camera_from_head`` rotation of a head that looks straight into the camera."""


def head_angles_deg(camera_from_head: np.ndarray) -> np.ndarray:
    """``[T, 4, 4]`` to yaw, pitch, roll ``[T, 3]`` in degrees.

    Positive yaw turns to the subject's left, positive pitch looks up, positive roll tilts towards the
    subject's left shoulder; all are zero for a head that faces the camera. The order is yaw, then pitch, then
    roll (``R = Ry(yaw) Rx(-pitch) Rz(-roll)`` in the head's axes).
    """
    turn = FACING_CAMERA.T @ camera_from_head[:, :3, :3]
    pitch = np.arcsin(np.clip(turn[:, 1, 2], -1, 1))
    yaw = np.arctan2(turn[:, 0, 2], turn[:, 2, 2])
    roll = np.arctan2(-turn[:, 1, 0], turn[:, 1, 1])
    # Ry Rx Rz with x-angle a, z-angle c: [1,2] = -sin a, [1,0] = cos a sin c, [1,1] = cos a cos c.
    return np.degrees(np.stack([yaw, pitch, roll], -1))


def jitter(values: np.ndarray, kept: np.ndarray) -> float:
    """Standard deviation of the second difference over time of ``[T, D]``, where three frames in a row are
    ``kept [T]``; the root mean square over ``D``. A measure of shaking: smooth motion hardly counts."""
    second = values[2:] - 2 * values[1:-1] + values[:-2]
    second = second[kept[2:] & kept[1:-1] & kept[:-2]]
    return float(np.sqrt((second**2).mean())) if len(second) else float("nan")

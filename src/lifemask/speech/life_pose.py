"""A rigid part as six numbers, its turn and its move about its mean, and back."""

import numpy as np
from scipy.spatial.transform import Rotation

HEAD_PIVOT_M = np.array([0.0, -0.06, -0.08])
"""Where a head turns on its neck, in its own frame."""
TORSO_PIVOT_M = np.array([0.0, -0.28, -0.1])

NECK_M = np.array([0.0, -0.1, -0.08])
"""A place of the neck in the rest frame that head and torso share."""
LEAST_NECK_M = 0.002


def mean_pose(camera_from_part: np.ndarray, pivot_m: np.ndarray) -> np.ndarray:
    """The mean ``[4, 4]`` of poses ``[T, 4, 4]``: the mean rotation, at the mean place of the pivot ``[3]``."""
    mean = np.eye(4)
    mean[:3, :3] = Rotation.from_matrix(camera_from_part[:, :3, :3]).mean().as_matrix()
    mean[:3, 3] = _places(camera_from_part, pivot_m).mean(0) - mean[:3, :3] @ pivot_m
    return mean


def pose_channels(camera_from_part: np.ndarray, mean: np.ndarray, pivot_m: np.ndarray) -> np.ndarray:
    """Poses ``[T, 4, 4]`` as ``[T, 6]``: rotation vectors (radians) and places of the pivot (metres), both from the
    ``mean [4, 4]`` on and in the camera's axes."""
    turns = Rotation.from_matrix(camera_from_part[:, :3, :3] @ mean[:3, :3].T).as_rotvec()
    return np.concatenate([turns, _places(camera_from_part, pivot_m) - _places(mean, pivot_m)], 1)


def poses(channels: np.ndarray, mean: np.ndarray, pivot_m: np.ndarray) -> np.ndarray:
    """What ``pose_channels`` undid: ``[..., 6]`` as ``[..., 4, 4]``; ``mean [..., 4, 4]`` and ``pivot_m [..., 3]``
    broadcast, so that several parts are placed at once."""
    out = np.zeros((*channels.shape[:-1], 4, 4))
    turns = Rotation.from_rotvec(channels[..., :3].reshape(-1, 3)).as_matrix().reshape(*channels.shape[:-1], 3, 3)
    out[..., :3, :3] = turns @ mean[..., :3, :3]
    out[..., :3, 3] = channels[..., 3:] + _places(mean, pivot_m) - (out[..., :3, :3] * pivot_m[..., None, :]).sum(-1)
    out[..., 3, 3] = 1
    return out


def neck_offsets(camera_from_head: np.ndarray, camera_from_torso: np.ndarray) -> np.ndarray:
    """How far ``[..., 3]`` (metres, camera axes) the head's end of the neck is from the torso's: how much the neck
    is bent, stretched or sheared."""
    return _places(camera_from_head, NECK_M) - _places(camera_from_torso, NECK_M)


def _places(camera_from_part: np.ndarray, pivot_m: np.ndarray) -> np.ndarray:
    """Where the pivot is in the camera's frame."""
    return (camera_from_part[..., :3, :3] * pivot_m[..., None, :]).sum(-1) + camera_from_part[..., :3, 3]

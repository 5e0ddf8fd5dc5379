"""Rigid motion of one person as motion of another: relative to a reference pose, in the part's own frame.

With ``M = reference^-1 pose`` the other's pose is ``home M``. ``M`` turns about the axes of the head at its reference:
a nod is a turn about the line through the ears, whichever way the camera was rolled or aimed, and a lean towards the
camera that a head looked into stays a lean out of the face. The price: a head that was tilted against the room all the
time turns about its tilted axis.
"""

import numpy as np
import torch
from scipy.spatial.transform import Rotation, Slerp

from lifemask.geometry.rotation import invert_rigid

MIDDLE_STEPS = 3


def middle_pose(poses: np.ndarray, pivot_m: np.ndarray) -> np.ndarray:
    """A pose ``[4, 4]`` in the middle of ``poses [T, 4, 4]``: the median of the rotation vectors about it on each axis,
    and of where ``pivot_m [3]`` is. Looking away for less than half of the time does not move it."""
    rotation = Rotation.from_matrix(poses[:, :3, :3])
    middle = rotation.mean()
    for _ in range(MIDDLE_STEPS):
        middle = middle * Rotation.from_rotvec(np.median((middle.inv() * rotation).as_rotvec(), 0))
    place = np.median(points_at(poses, pivot_m), 0)
    return about(middle.as_matrix(), place, pivot_m)


def relative(poses: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """``reference^-1 poses``, ``[T, 4, 4]``."""
    return inverse(reference) @ poses


def scaled(motion: np.ndarray, share: np.ndarray | float, pivot_m: np.ndarray) -> np.ndarray:
    """A ``share`` (one, or ``[T]``) of rigid motions ``[T, 4, 4]``: of the angle about ``pivot_m [3]``, and of that
    point's way. All of it is the very same motion; nothing of it the identity."""
    share = np.broadcast_to(np.asarray(share, np.float64), len(motion))[:, None]
    rotation = Rotation.from_rotvec(Rotation.from_matrix(motion[:, :3, :3]).as_rotvec() * share).as_matrix()
    place = pivot_m + share * (points_at(motion, pivot_m) - pivot_m)
    return np.where(share[..., None] == 1, motion, about(rotation, place, pivot_m))


def about(rotation: np.ndarray, place: np.ndarray, pivot_m: np.ndarray) -> np.ndarray:
    """Transforms ``[..., 4, 4]`` with ``rotation [..., 3, 3]`` that take ``pivot_m [3]`` to ``place [..., 3]``."""
    out = np.zeros((*rotation.shape[:-2], 4, 4))
    out[..., :3, :3], out[..., :3, 3], out[..., 3, 3] = rotation, place - rotation @ pivot_m, 1
    return out


def points_at(poses: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Where ``poses [..., 4, 4]`` take ``point [3]``."""
    return poses[..., :3, :3] @ point + poses[..., :3, 3]


def inverse(pose: np.ndarray) -> np.ndarray:
    """The inverse of rigid transforms ``[..., 4, 4]``."""
    return invert_rigid(torch.as_tensor(pose)).numpy()


def moved(poses: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """``poses [T, 4, 4]`` shifted by ``shift [T, 3]`` in the frame that they lead to."""
    out = poses.copy()
    out[:, :3, 3] += shift
    return out


def neck_displacement(head: np.ndarray, torso: np.ndarray, neck_m: np.ndarray) -> np.ndarray:
    """How far the head carries the neck's joint ``neck_m [3]`` away from where the torso has it, ``[T, 3]`` metres in
    the torso's frame."""
    apart = points_at(head, neck_m) - points_at(torso, neck_m)
    return np.einsum("tji,tj->ti", torso[:, :3, :3], apart)


def softly_limited(way: np.ndarray, free: float, most: float) -> np.ndarray:
    """Vectors ``[T, 3]`` as they are up to the length ``free``, then ever less longer, never as long as ``most``."""
    length = np.linalg.norm(way, axis=-1, keepdims=True)
    room = most - free
    shorter = free + room * np.tanh(np.maximum(length - free, 0) / room)
    return np.where(length > free, way * shorter / np.maximum(length, 1e-12), way)


def interpolated(poses: np.ndarray, time_s: np.ndarray, at_s: np.ndarray) -> np.ndarray:
    """``poses [T, 4, 4]`` of ``time_s [T]`` at the times ``at_s [N]`` between them: rotations along the great arc,
    places along the line."""
    if len(time_s) == 1:
        return np.repeat(poses, len(at_s), 0)
    out = np.tile(np.eye(4), (len(at_s), 1, 1))
    out[:, :3, :3] = Slerp(time_s, Rotation.from_matrix(poses[:, :3, :3]))(at_s).as_matrix()
    out[:, :3, 3] = linear(poses[:, :3, 3], time_s, at_s)
    return out


def linear(values: np.ndarray, time_s: np.ndarray, at_s: np.ndarray) -> np.ndarray:
    """``values [T, ...]`` of ``time_s [T]`` at the times ``at_s [N]``, linearly, ``[N, ...]``."""
    flat = values.reshape(len(values), -1)
    columns = [np.interp(at_s, time_s, column) for column in flat.T.astype(np.float64)]
    return (
        np.stack(columns, -1).reshape(len(at_s), *values.shape[1:])
        if columns
        else np.zeros((len(at_s), *values.shape[1:]))
    )

"""How far a tracking lies from a known truth."""

from dataclasses import dataclass

import numpy as np
import torch

from lifemask.geometry.camera import Camera
from lifemask.geometry.rotation import axis_angle_from_rotation


@dataclass(frozen=True)
class PoseError:
    """Errors of head poses against the truth, after the constant difference of the two rigs' frames is removed.

    ``rotation_deg`` mean angle; ``translation_share`` mean distance of the head's origin across the line of sight as a
    share of its depth (depth and scale trade off for every single camera); ``jitter_deg`` and ``jitter_mm``: standard
    deviation of the second difference of what the truth does not explain, the largest over the axes.
    """

    rotation_deg: float
    rotation_max_deg: float
    gauge_deg: float
    translation_share: float
    jitter_deg: float
    jitter_mm: float
    focal_ratio: float


def pose_error(
    camera_from_head: np.ndarray,
    focal_px: float | np.ndarray,
    true_camera_from_head: np.ndarray,
    true_camera: Camera,
) -> PoseError:
    """Compare poses ``[T, 4, 4]`` with true ones; ``focal_px`` is one for the clip, or one for each frame ``[T]``."""
    focal_ratio = np.broadcast_to(np.asarray(focal_px, float) / true_camera.focal_px[0], len(camera_from_head))
    rotation, true_rotation = camera_from_head[:, :3, :3], true_camera_from_head[:, :3, :3]
    difference = true_rotation.transpose(0, 2, 1) @ rotation
    u, _, vt = np.linalg.svd(difference.mean(0))
    gauge = u @ vt
    rest = _axis_angle(difference @ gauge.T)
    angle = np.degrees(np.linalg.norm(rest, axis=1))
    depth, true_depth = camera_from_head[:, 2, 3], true_camera_from_head[:, 2, 3]
    sight = camera_from_head[:, :2, 3] / depth[:, None] * focal_ratio[:, None]
    true_sight = true_camera_from_head[:, :2, 3] / true_depth[:, None]
    # The two rigs' origins differ by a constant vector of the head.
    across = (sight - true_sight) * true_depth[:, None]
    offset = _constant_of_the_head(across, true_rotation)
    across = across - (true_rotation @ offset)[:, :2]
    scale = float(np.mean(true_depth / depth))
    place = np.concatenate([across, (depth * scale - true_depth)[:, None]], 1)
    return PoseError(
        rotation_deg=float(angle.mean()),
        rotation_max_deg=float(angle.max()),
        gauge_deg=float(np.degrees(np.linalg.norm(_axis_angle(gauge[None])))),
        translation_share=float(np.linalg.norm(across, axis=1).mean() / true_depth.mean()),
        jitter_deg=float(np.degrees(np.diff(rest, 2, axis=0)).std(0).max()),
        jitter_mm=float(np.diff(place, 2, axis=0).std(0).max() * 1e3),
        focal_ratio=float(focal_ratio.mean()),
    )


@dataclass(frozen=True)
class Shake:
    """How poses shake by themselves, without a truth: standard deviation of the second difference of the rotation
    (about the mean one) and of the place, the largest over the axes. Real acceleration counts too."""

    rotation_deg: float
    place_mm: float


def shake(camera_from_head: np.ndarray) -> Shake:
    """Of poses ``[T, 4, 4]``, at least three."""
    rotation = camera_from_head[:, :3, :3]
    u, _, vt = np.linalg.svd(rotation.mean(0))
    turn = _axis_angle((u @ np.diag([1, 1, np.linalg.det(u @ vt)]) @ vt).T @ rotation)
    return Shake(
        float(np.degrees(np.diff(turn, 2, axis=0)).std(0).max()),
        float(np.diff(camera_from_head[:, :3, 3], 2, axis=0).std(0).max() * 1e3),
    )


def motion_kept(camera_from_head: np.ndarray, true_camera_from_head: np.ndarray) -> float:
    """Which share of the true turning is found: the slope of the found over the true angular velocity of poses ``[T, 4,
    4]``, by least squares. 1 is all of it; below, motion is damped or comes late. Independent of the rigs' frames."""
    found, true = (_axis_angle(r[1:] @ r[:-1].transpose(0, 2, 1)) for r in (
        camera_from_head[:, :3, :3], true_camera_from_head[:, :3, :3]
    ))  # fmt: skip
    return float((found * true).sum() / (true**2).sum())


def _axis_angle(rotation: np.ndarray) -> np.ndarray:
    return axis_angle_from_rotation(torch.as_tensor(np.ascontiguousarray(rotation), dtype=torch.float64)).numpy()


def _constant_of_the_head(across: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """The vector ``[3]`` of the head frame that explains offsets ``[T, 2]`` across the line of sight best."""
    return np.linalg.lstsq(rotation[:, :2].reshape(-1, 3), across.reshape(-1), rcond=None)[0]

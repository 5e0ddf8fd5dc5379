"""Pose errors that count: what no image can tell is taken out first."""

import numpy as np
from scipy.optimize import least_squares
from scipy.spatial.transform import Rotation


def pose_errors(
    true: np.ndarray, true_focal_px: float, found: np.ndarray, found_focal_px: float
) -> tuple[np.ndarray, np.ndarray]:
    """Angles ``[T]`` in degrees and depth-free errors of place ``[T]``, as shares of the distance, between
    two ``camera_from_head [T, 4, 4]``.

    Where the head's own axes lie in the person is a convention that a person's shape can bend, so that one
    rotation and one origin for the whole clip are fitted away. Size, distance and focal length are one in a
    picture of an unknown head: places are compared as directions, in units of the true focal length.
    """
    frames = true[:, :3, :3]
    u, _, vt = np.linalg.svd(np.einsum("tji,tjk->ik", frames, found[:, :3, :3]))
    gauge = u @ np.diag([1, 1, np.linalg.det(u @ vt)]) @ vt
    angles = Rotation.from_matrix((frames @ gauge).transpose(0, 2, 1) @ found[:, :3, :3]).magnitude()
    seen = found[:, :2, 3] / found[:, 2:3, 3] * (found_focal_px / true_focal_px)

    def off(origin: np.ndarray) -> np.ndarray:
        points = true[:, :3, 3] + frames @ origin
        return (points[:, :2] / points[:, 2:] - seen).ravel()

    # Along the line of sight the origin is weakly seen; a millimetre's pull keeps the fit where heads are.
    fit = least_squares(lambda origin: np.append(off(origin), 1e-4 * origin), np.zeros(3))
    return np.degrees(angles), np.linalg.norm(off(fit.x).reshape(-1, 2), axis=1)

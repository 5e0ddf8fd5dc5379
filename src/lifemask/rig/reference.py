"""The plain twin of ``skinning.pose_vertices``: one vertex at a time, 4x4 matrices, nothing clever.

The tests hold the fast path against it.
"""

import numpy as np
from scipy.spatial.transform import Rotation

from lifemask.rig.head import HeadRig


def pose_vertices_slowly(
    rig: HeadRig,
    neutral: np.ndarray,
    expression: np.ndarray,
    eyes: np.ndarray,
    camera_from_head: np.ndarray,
    camera_from_torso: np.ndarray,
) -> np.ndarray:
    """Vertices ``[V, 3]`` in the camera's frame for one code: ``neutral [V, 3]``, ``expression [E]``, ``eyes
    [2, 2]``, two ``[4, 4]``; float64."""
    weights = rig.skin_weights.double().numpy()
    template, joints = rig.template.double().numpy(), rig.joint_positions.double().numpy()
    basis = rig.expression_basis.double().numpy()
    joints = np.stack(
        [joint + np.average(neutral - template, axis=0, weights=weights[:, j]) for j, joint in enumerate(joints)]
    )

    torso_from_head = np.linalg.inv(camera_from_torso) @ camera_from_head
    half = Rotation.from_rotvec(0.5 * Rotation.from_matrix(torso_from_head[:3, :3]).as_rotvec()).as_matrix()
    moved_pivot = (torso_from_head @ [*joints[1], 1.0])[:3]
    neck = _about(half, joints[1])
    neck[:3, 3] += 0.5 * (moved_pivot - joints[1])
    motions = [camera_from_torso, camera_from_torso @ neck, camera_from_head]
    for eye, (yaw, pitch) in enumerate(eyes):
        turn = Rotation.from_euler("YX", [yaw, -pitch]).as_matrix()
        motions.append(camera_from_head @ _about(turn, joints[3 + eye]))

    posed = np.empty_like(neutral)
    for v in range(len(neutral)):
        point = np.array([*neutral[v], 1.0])
        for e, weight in enumerate(expression):
            point[:3] += weight * basis[e, v]
        blended = np.zeros(4)
        for j, motion in enumerate(motions):
            blended += weights[v, j] * (motion @ point)
        posed[v] = blended[:3]
    return posed


def _about(rotation: np.ndarray, pivot: np.ndarray) -> np.ndarray:
    """Rotate about ``pivot``: ``[4, 4]``."""
    transform = np.eye(4)
    transform[:3, :3] = rotation
    transform[:3, 3] = pivot - rotation @ pivot
    return transform

"""From a person and a code to vertices: linear blendshapes, then linear blend skinning over five joints.

The head moves with ``camera_from_head`` and the torso with ``camera_from_torso``. The neck joint takes the motion
half way between them: half the rotation, about a pivot displaced by half. Eyeballs turn about their own centres.
"""

import torch
from torch import Tensor

from lifemask.geometry.rotation import (
    axis_angle_from_rotation,
    invert_rigid,
    rotation_from_axis_angle,
    transform_points,
)
from lifemask.rig.code import RigCode
from lifemask.rig.head import JOINT_NAMES, HeadRig

NECK, EYES = JOINT_NAMES.index("neck"), slice(JOINT_NAMES.index("eye_left"), None)


def shape_vertices(rig: HeadRig, identity: Tensor, offsets: Tensor | None = None) -> Tensor:
    """The person at rest: ``[..., V, 3]`` metres in the head frame from ``identity [..., I]`` in standard
    deviations and free ``offsets [V, 3]`` in metres."""
    moved = (identity @ rig.identity_basis.flatten(1)).unflatten(-1, (-1, 3))
    neutral = rig.template + moved
    return neutral if offsets is None else neutral + offsets


def pose_vertices(rig: HeadRig, neutral: Tensor, code: RigCode) -> Tensor:
    """Vertices ``[..., V, 3]`` in the camera's frame (metres) of the person ``neutral [V, 3]`` under ``code [...]``.

    Differentiable in everything; ``rig``, ``neutral`` and ``code`` share device and dtype.
    """
    face = neutral + (code.expression @ rig.expression_basis.flatten(1)).unflatten(-1, (-1, 3))
    camera_from_joint = joint_motions(code, joint_positions(rig, neutral))
    blended = (rig.skin_weights @ camera_from_joint.flatten(-2)).unflatten(-1, (3, 4))
    return (blended[..., :3] * face[..., None, :]).sum(-1) + blended[..., 3]


def joint_positions(rig: HeadRig, neutral: Tensor) -> Tensor:
    """Joints ``[J, 3]`` of the person ``neutral [V, 3]``: each goes along with the mean of what it moves."""
    share = rig.skin_weights / rig.skin_weights.sum(0)
    return rig.joint_positions + share.T @ (neutral - rig.template)


def joint_motions(code: RigCode, joints: Tensor) -> Tensor:
    """Per joint the top rows ``[..., J, 3, 4]`` of the transform from the rest frame to the camera's frame."""
    head, torso = code.camera_from_head, code.camera_from_torso
    neck = torso @ _half_way(invert_rigid(torso) @ head, joints[NECK])
    motions = [part[..., :3, :] for part in (torso, neck, head)]
    eye_turn = gaze_rotation(code.eyes)
    rotation = head[..., None, :3, :3] @ eye_turn
    centre = transform_points(head, joints[EYES])
    eyes = torch.cat([rotation, (centre - (rotation @ joints[EYES][..., None])[..., 0])[..., None]], -1)
    return torch.cat([torch.stack(motions, -3), eyes], -3)


def gaze_rotation(eyes: Tensor) -> Tensor:
    """Rotations ``[..., 3, 3]`` in the head frame for gaze ``[..., 2]`` (yaw, pitch; radians).

    Fick's order: pitch first, then yaw about the head's vertical; +z goes to
    (sin yaw cos pitch, sin pitch, cos yaw cos pitch).
    """
    yaw, pitch = eyes.unbind(-1)
    sy, cy, sp, cp = yaw.sin(), yaw.cos(), pitch.sin(), pitch.cos()
    zero = torch.zeros_like(yaw)
    rows = [cy, -sy * sp, sy * cp, zero, cp, sp, -sy, -cy * sp, cy * cp]
    return torch.stack(rows, -1).unflatten(-1, (3, 3))


def _half_way(motion: Tensor, pivot: Tensor) -> Tensor:
    """Half of a rigid ``motion [..., 4, 4]``: half its rotation about ``pivot [3]``, and half the pivot's way."""
    rotation, translation = motion[..., :3, :3], motion[..., :3, 3]
    half = rotation_from_axis_angle(0.5 * axis_angle_from_rotation(rotation))
    goes_to = 0.5 * (pivot + (rotation @ pivot) + translation)
    top = torch.cat([half, (goes_to - half @ pivot)[..., None]], -1)
    return torch.cat([top, motion[..., 3:, :]], -2)

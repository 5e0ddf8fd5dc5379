"""From a person and a code to vertices: linear blendshapes, then linear blend skinning over five joints.

The head moves with ``camera_from_head`` and the torso with ``camera_from_torso``. The neck joint takes the
motion half way between them: half the rotation, about a pivot displaced by half. Eyeballs turn about their
own centres.
"""

import torch
from torch import Tensor

from lifemask.geometry.rotation import invert_rigid
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
    """Vertices ``[..., V, 3]`` in the camera's frame (metres) of the person ``neutral [V, 3]`` under ``code
    [...]``.

    Differentiable in everything; ``rig``, ``neutral`` and ``code`` share device and dtype.
    """
    face = neutral + (code.expression @ rig.expression_basis.flatten(1)).unflatten(-1, (-1, 3))
    camera_from_joint = joint_motions(code, joint_positions(rig, neutral))
    # Vertices run along the last, contiguous axis: several times faster than small matrices per vertex.
    blended = (camera_from_joint.flatten(-2).transpose(-1, -2) @ rig.weights_by_joint).unflatten(-2, (3, 4))
    x, y, z = face.transpose(-1, -2).contiguous()[..., None, :].unbind(-3)
    turn_x, turn_y, turn_z, shift = blended.unbind(-2)
    posed = torch.addcmul(torch.addcmul(torch.addcmul(shift, turn_x, x), turn_y, y), turn_z, z)
    return posed.transpose(-1, -2).contiguous()


def joint_positions(rig: HeadRig, neutral: Tensor) -> Tensor:
    """Joints ``[J, 3]`` of the person ``neutral [V, 3]``: each goes along with the mean of what it moves."""
    return rig.joint_positions + rig.joint_regressor @ (neutral - rig.template)


def joint_motions(code: RigCode, joints: Tensor) -> Tensor:
    """Per joint the top rows ``[..., J, 3, 4]`` of the transform from the rest frame to the camera's
    frame."""
    head, torso = code.camera_from_head, code.camera_from_torso
    neck = torso @ _half_way(invert_rigid(torso) @ head, joints[NECK])
    motions = torch.stack([torso[..., :3, :], neck[..., :3, :], head[..., :3, :]], -3)
    turn = gaze_rotation(code.eyes)
    centre = joints[EYES, :, None]
    in_head = torch.cat([turn, centre - turn @ centre], -1)
    eyes = head[..., None, :3, :3] @ in_head
    eyes = torch.cat([eyes[..., :3], eyes[..., 3:] + head[..., None, :3, 3:]], -1)
    return torch.cat([motions, eyes], -3)


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
    """Half of a rigid ``motion [..., 4, 4]``: half its rotation about ``pivot [3]``, and half the pivot's
    way."""
    rotation, translation = motion[..., :3, :3], motion[..., :3, 3]
    half = _half_rotation(rotation)
    goes_to = 0.5 * (pivot + rotation @ pivot + translation)
    top = torch.cat([half, (goes_to - half @ pivot)[..., None]], -1)
    return torch.cat([top, motion[..., 3:, :]], -2)


def _half_rotation(rotation: Tensor) -> Tensor:
    """``exp(log(R) / 2)`` for ``[..., 3, 3]`` and angles below pi, without logarithm or branch.

    From Rodrigues' formula for R and for its half, with c the cosine of half the angle.
    """
    transposed = rotation.transpose(-1, -2)
    cosine = (1 + rotation.diagonal(dim1=-2, dim2=-1).sum(-1)).clamp_min(1e-12).sqrt()[..., None, None] / 2
    identity = torch.eye(3, dtype=rotation.dtype, device=rotation.device)
    turned = (rotation - transposed) / (4 * cosine)
    return identity + turned + (rotation + transposed - 2 * identity) / (4 * (1 + cosine))

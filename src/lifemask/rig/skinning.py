"""From a person and a code to vertices: linear blendshapes, pose correctives, linear blend skinning.

The head moves with ``camera_from_head`` and the torso with ``camera_from_torso``. The neck joint takes the
motion half way between them: half the rotation, about a pivot displaced by half. Eyeballs turn about their
own centres, and the jaw, where it is a joint, about its own, both carried by the head.
"""

import torch
from torch import Tensor

from lifemask.errors import ConfigError
from lifemask.geometry.rotation import invert_rigid, rotation_from_axis_angle
from lifemask.rig import skinning_cpu
from lifemask.rig.code import RigCode
from lifemask.rig.head import JOINT_NAMES, HeadRig

NECK, EYES = JOINT_NAMES.index("neck"), slice(JOINT_NAMES.index("eye_left"), JOINT_NAMES.index("eye_right") + 1)
JAW_INDEX = len(JOINT_NAMES)


def shape_vertices(rig: HeadRig, identity: Tensor, offsets: Tensor | None = None) -> Tensor:
    """The person at rest: ``[..., V, 3]`` metres in the head frame from ``identity [..., I]`` in standard
    deviations and free ``offsets [V, 3]`` in metres."""
    moved = (identity @ rig.identity_basis.flatten(1)).unflatten(-1, (-1, 3))
    neutral = rig.template + moved
    return neutral if offsets is None else neutral + offsets


def pose_vertices(rig: HeadRig, neutral: Tensor, code: RigCode) -> Tensor:
    """Vertices ``[..., V, 3]`` in the camera's frame (metres) of the person ``neutral [V, 3]`` under ``code
    [...]``.

    Differentiable in everything; ``rig``, ``neutral`` and ``code`` share device and dtype. Raises ConfigError
    for a code that moves a jaw which the rig does not have.
    """
    if skinning_cpu.fits(rig, neutral, code):
        return skinning_cpu.pose_vertices_cpu(rig, neutral, joint_positions(rig, neutral), code)
    return pose_vertices_torch(rig, neutral, code)


def pose_vertices_torch(rig: HeadRig, neutral: Tensor, code: RigCode) -> Tensor:
    """The form of ``pose_vertices`` that takes every rig, device and dtype; the readable twin of the compiled one."""
    face = neutral + (code.expression @ rig.expression_basis.flatten(1)).unflatten(-1, (-1, 3))
    if rig.pose_correctives is not None:
        face = face + (_corrective_weights(code) @ rig.pose_correctives.flatten(1)).unflatten(-1, (-1, 3))
    camera_from_joint = joint_motions(_with_jaw(rig, code), posed_joints(rig, neutral, code.expression))
    # Vertices run along the last, contiguous axis: several times faster than small matrices per vertex.
    blended = (camera_from_joint.flatten(-2).transpose(-1, -2) @ rig.weights_by_joint).unflatten(-2, (3, 4))
    x, y, z = face.transpose(-1, -2).contiguous()[..., None, :].unbind(-3)
    turn_x, turn_y, turn_z, shift = blended.unbind(-2)
    posed = torch.addcmul(torch.addcmul(torch.addcmul(shift, turn_x, x), turn_y, y), turn_z, z)
    return posed.transpose(-1, -2).contiguous()


def joint_positions(rig: HeadRig, neutral: Tensor) -> Tensor:
    """Joints ``[J, 3]`` of the person ``neutral [V, 3]`` at rest: each goes along with the mean of what it
    moves, or as the rig's own ``joint_matrix`` says."""
    return rig.joint_positions + rig.joint_regressor @ (neutral - rig.template)


def posed_joints(rig: HeadRig, neutral: Tensor, expression: Tensor) -> Tensor:
    """Joints of the person under ``expression [..., E]``: ``[..., J, 3]`` if the rig says how they go along with
    it, else those at rest ``[J, 3]``."""
    joints = joint_positions(rig, neutral)
    if rig.joint_expression is None:
        return joints
    return joints + (expression @ rig.joint_expression.flatten(1)).unflatten(-1, (-1, 3))


def joint_motions(code: RigCode, joints: Tensor) -> Tensor:
    """Per joint the top rows ``[..., J, 3, 4]`` of the transform from the rest frame to the camera's frame, for
    ``joints [J, 3]`` or ``[..., J, 3]``; the jaw is the last one if ``code`` has it."""
    head, torso = code.camera_from_head, code.camera_from_torso
    neck = torso @ _half_way(invert_rigid(torso) @ head, joints[..., NECK, :])
    motions = torch.stack([torso[..., :3, :], neck[..., :3, :], head[..., :3, :]], -3)
    turn, centre = gaze_rotation(code.eyes), joints[..., EYES, :, None]
    if code.jaw is not None:
        turn = torch.cat([turn, rotation_from_axis_angle(code.jaw)[..., None, :, :]], -3)
        centre = torch.cat([centre, joints[..., JAW_INDEX:, :, None]], -3)
    in_head = torch.cat([turn, centre - turn @ centre], -1)
    carried = head[..., None, :3, :3] @ in_head
    carried = torch.cat([carried[..., :3], carried[..., 3:] + head[..., None, :3, 3:]], -1)
    return torch.cat([motions, carried], -3)


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


def gaze_from_rotation(rotation: Tensor) -> Tensor:
    """Gaze ``[..., 2]`` (yaw, pitch; radians) of eye rotations ``[..., 3, 3]`` in the head frame: where +z goes.

    The inverse of ``gaze_rotation`` for pitches below a quarter turn; a turn about the line of sight (torsion) is
    lost.
    """
    x, y, z = rotation[..., :, 2].unbind(-1)
    return torch.stack([torch.atan2(x, z), torch.atan2(y, torch.hypot(x, z))], -1)


def _with_jaw(rig: HeadRig, code: RigCode) -> RigCode:
    """The code with a jaw if, and only if, the rig has that joint."""
    if rig.has_jaw:
        if code.jaw is not None:
            return code
        shut = code.expression.new_zeros(*code.batch_shape, 3)
        return RigCode(code.expression, code.eyes, code.camera_from_head, code.camera_from_torso, shut)
    if code.jaw is not None:
        raise ConfigError(
            f"The code turns a jaw joint, which the rig '{rig.name}' does not have.",
            "Its jaw is one of the expressions (jawOpen, jawLeft, ...).",
            "Leave the jaw None, or use a rig with the joint.",
        )
    return code


def _corrective_weights(code: RigCode) -> Tensor:
    """``[..., 36]``: R - 1 row by row of the head against the torso, the jaw and both eyes (FLAME's order, Li et
    al. 2017, section 3)."""
    neck = code.camera_from_torso[..., :3, :3].transpose(-1, -2) @ code.camera_from_head[..., :3, :3]
    eyes = gaze_rotation(code.eyes)
    identity = torch.eye(3, dtype=neck.dtype, device=neck.device)
    jaw = identity.expand_as(neck) if code.jaw is None else rotation_from_axis_angle(code.jaw)
    turns = torch.cat([neck[..., None, :, :], jaw[..., None, :, :], eyes], -3)
    return (turns - identity).flatten(-3)


def _half_way(motion: Tensor, pivot: Tensor) -> Tensor:
    """Half of a rigid ``motion [..., 4, 4]``: half its rotation about ``pivot [3]`` or ``[..., 3]``, and half the
    pivot's way."""
    rotation, translation = motion[..., :3, :3], motion[..., :3, 3]
    half = _half_rotation(rotation)
    goes_to = 0.5 * (pivot + _turned(rotation, pivot) + translation)
    top = torch.cat([half, (goes_to - _turned(half, pivot))[..., None]], -1)
    return torch.cat([top, motion[..., 3:, :]], -2)


def _turned(rotation: Tensor, point: Tensor) -> Tensor:
    return rotation @ point if point.dim() == 1 else (rotation @ point[..., None])[..., 0]


def _half_rotation(rotation: Tensor) -> Tensor:
    """``exp(log(R) / 2)`` for ``[..., 3, 3]`` and angles below pi, without logarithm or branch.

    From Rodrigues' formula for R and for its half, with c the cosine of half the angle.
    """
    transposed = rotation.transpose(-1, -2)
    cosine = (1 + rotation.diagonal(dim1=-2, dim2=-1).sum(-1)).clamp_min(1e-12).sqrt()[..., None, None] / 2
    identity = torch.eye(3, dtype=rotation.dtype, device=rotation.device)
    turned = (rotation - transposed) / (4 * cosine)
    return identity + turned + (rotation + transposed - 2 * identity) / (4 * (1 + cosine))

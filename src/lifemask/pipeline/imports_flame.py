"""A FLAME fit in FLAME's own space and our rig: its landmarks for the check, its motion for a run."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from lifemask.formats.cameras import rotation_from_axis_angle
from lifemask.formats.flame_sequence import FlameSequence, fitted
from lifemask.geometry.camera import Camera
from lifemask.geometry.rotation import axis_angle_from_rotation
from lifemask.rig.code import RigCode
from lifemask.rig.flame import (
    EYELID_NAMES,
    NUM_EXPRESSIONS,
    NUM_IDENTITY,
    ROOT,
    FlameModel,
    camera_from_parts,
)
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import gaze_from_rotation, pose_vertices, posed_joints, shape_vertices
from lifemask.tracking.build import measured
from lifemask.tracking.observations import Observations
from lifemask.tracking.record import Tracking
from lifemask.tracking.verify_claim import Claim

_AT_ONCE = 32


@dataclass(frozen=True)
class FlamePose:
    """A sequence on our rig: the person at rest ``neutral [V, 3]`` and the code of all frames, in float64.

    The root's motion is folded into ``camera_from_world [T, 4, 4]``, which is FLAME's space without it.
    """

    neutral: Tensor
    code: RigCode
    camera_from_world: np.ndarray


def root_joint_m(sequence: FlameSequence, model: FlameModel) -> np.ndarray:
    """FLAME's root joint ``[3]`` at rest in FLAME's space, for the sequence's person."""
    shape = fitted(sequence.shape, NUM_IDENTITY, "shape").astype(np.float64)
    person = model.v_template + model.shapedirs[..., :NUM_IDENTITY] @ shape
    if sequence.vertex_offset_m is not None:
        person = person + sequence.vertex_offset_m
    return (model.J_regressor @ person)[ROOT]


def pose_on_rig(sequence: FlameSequence, model: FlameModel, rig: HeadRig) -> FlamePose:
    """The code of every frame; ``rig`` is ``model``'s own. Torsion of the eyes is lost: our gaze has none."""
    rig = rig.to(dtype=torch.float64)
    folded = sequence.with_root_folded(root_joint_m(sequence, model))
    tensor = lambda array: torch.as_tensor(np.asarray(array, np.float64))  # noqa: E731
    offset = None if sequence.vertex_offset_m is None else tensor(sequence.vertex_offset_m)
    neutral = shape_vertices(rig, tensor(fitted(sequence.shape, NUM_IDENTITY, "shape")), offset)
    expression = tensor(fitted(sequence.expression, NUM_EXPRESSIONS, "expression"))
    if EYELID_NAMES[0] in rig.expression_names:
        expression = torch.cat([expression, tensor(sequence.eyelids)], -1)
    joints = posed_joints(rig, neutral, expression)
    head_joint = joints[..., list(rig.joint_names).index("head"), :]
    head, torso = camera_from_parts(
        tensor(folded.camera_from_world), tensor(sequence.neck), head_joint, tensor(model.origin_m)
    )
    eyes = gaze_from_rotation(torch.stack([tensor(sequence.eye_left), tensor(sequence.eye_right)], 1))
    jaw = axis_angle_from_rotation(tensor(sequence.jaw))
    return FlamePose(neutral, RigCode(expression, eyes, head, torso, jaw), folded.camera_from_world)


def claim_of(sequence: FlameSequence, model: FlameModel, rig: HeadRig) -> Claim:
    """What the sequence claims of its images: landmarks in FLAME's space, and the camera that sees them there."""
    still = np.broadcast_to(np.eye(4), sequence.camera_from_world.shape).copy()
    pose = pose_on_rig(replace(sequence, camera_from_world=still), model, rig)
    rig = rig.to(dtype=torch.float64)
    points = [
        rig.landmarks(pose_vertices(rig, pose.neutral, pose.code[start : start + _AT_ONCE])).numpy()
        for start in range(0, len(sequence), _AT_ONCE)
    ]
    return Claim(np.concatenate(points), sequence.camera_from_world, sequence.intrinsics, sequence.size_wh)


def joint_alternatives(sequence: FlameSequence, model: FlameModel, rig: HeadRig) -> dict[str, np.ndarray]:
    """Landmarks ``[T, 478, 3]`` of the other readings in ``READINGS`` that differ from this one, by name."""
    readings = {name: read(sequence) for name, read in READINGS.items()}
    return {name: claim_of(other, model, rig).points_m for name, other in readings.items() if other is not sequence}


def _columns(sequence: FlameSequence) -> FlameSequence:
    """6-D rotations hold columns: what was decoded from rows is transposed."""
    turned = {name: getattr(sequence, name).transpose(0, 2, 1) for name in _JOINTS}
    same = all(np.allclose(turned[name], getattr(sequence, name), atol=_SAME) for name in _JOINTS)
    return sequence if same else replace(sequence, **turned)


def _degrees(sequence: FlameSequence) -> FlameSequence:
    """Rotation vectors are degrees: read again from the source's own numbers, as matrices have lost the whole turns."""
    raw = [frame.get("param", frame) for frame in sequence.extra.frame]
    turned: dict[str, np.ndarray] = {}
    for names, joints in _VECTORS.items():
        name = next((name for name in names if raw and all(name in frame for frame in raw)), None)
        if name is None:
            continue
        vectors = np.radians(np.stack([np.reshape(frame[name], (len(joints), 3)) for frame in raw]).astype(np.float64))
        turned |= {joint: rotation_from_axis_angle(vectors[:, place]) for place, joint in enumerate(joints)}
    same = all(np.allclose(rotation, getattr(sequence, joint), atol=_SAME) for joint, rotation in turned.items())
    return sequence if same else replace(sequence, **turned)


def _root_millimetres(sequence: FlameSequence) -> FlameSequence:
    """The root's translation is in millimetres."""
    if np.abs(sequence.root_translation_m).max(initial=0) < _FAR_M:
        return sequence
    return replace(sequence, root_translation_m=_MILLI * sequence.root_translation_m)


_JOINTS = ("neck", "jaw", "eye_left", "eye_right")
_VECTORS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("rotation", "head_pose"): ("root",),
    ("neck_pose",): ("neck",),
    ("jaw_pose",): ("jaw",),
    ("eyes_pose", "eye_pose"): ("eye_left", "eye_right"),
}
"""Entries with rotation vectors in the files of VHAP and of flame-head-tracker."""
_SAME = 1e-6
_MILLI = 1e-3
_FAR_M = 10.0
"""Nobody sits so far from the camera."""

READINGS: dict[str, Callable[[FlameSequence], FlameSequence]] = {
    "joint-columns-6d": _columns,
    "joint-degrees": _degrees,
    "root-millimetres": _root_millimetres,
}
"""Conventions of the pose that only the fit itself can take back, by the names of ``--convention``."""


def tracking_of(
    sequence: FlameSequence, model: FlameModel, rig: HeadRig, seen: Observations, rig_hash: str, modes: int
) -> Tracking:
    """The sequence as the tracking of a run whose frames ``seen`` are the same; torso modes are zero."""
    pose = pose_on_rig(sequence, model, rig)
    host = lambda tensor: tensor.float().numpy()  # noqa: E731
    count = len(sequence)
    offset = sequence.vertex_offset_m
    tracking = Tracking(
        camera=Camera.from_matrix(np.median(sequence.intrinsics, 0), seen.size_wh),
        timestamp_s=seen.timestamp_s,
        frame_index=seen.frame_index,
        tracked=seen.detected,
        camera_from_head=host(pose.code.camera_from_head),
        camera_from_torso=host(pose.code.camera_from_torso),
        expression=host(pose.code.expression),
        expression_names=rig.expression_names,
        eyes=host(pose.code.eyes),
        torso_modes=np.zeros((count, modes), np.float32),
        identity=fitted(sequence.shape, NUM_IDENTITY, "shape"),
        vertex_offset_m=np.zeros((rig.num_vertices, 3), np.float32) if offset is None else offset.astype(np.float32),
        landmarks_px=seen.landmarks_px,
        reprojection_px=np.zeros(count),
        lip_aperture_m=np.zeros(count),
        eyelid_aperture_m=np.zeros((count, 2)),
        rig_hash=rig_hash,
        jaw=None if pose.code.jaw is None else host(pose.code.jaw),
    )
    return measured(tracking, rig)

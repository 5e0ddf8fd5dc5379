"""A run that was tracked on a FLAME rig, as the FLAME fit that other systems read."""

import numpy as np
import torch

from lifemask.formats.flame_sequence import FlameSequence, still
from lifemask.geometry.rotation import rotation_from_axis_angle
from lifemask.rig.flame import EYELID_NAMES, NUM_EXPRESSIONS, NUM_IDENTITY, FlameModel, flame_from_parts
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import gaze_rotation, posed_joints, shape_vertices
from lifemask.tracking.record import Tracking


def sequence_of(tracking: Tracking, model: FlameModel, rig: HeadRig) -> FlameSequence:
    """The motion of ``tracking`` in FLAME's own space and names; ``rig`` is ``model``'s own.

    Frames are numbered from 00000 in the order of the tracking, without gaps. The head is kept exactly; FLAME has no
    shoulders, so that a torso which moves by itself becomes a rotation of the neck.
    """
    rig = rig.to(dtype=torch.float64)
    tensor = lambda array: torch.as_tensor(np.asarray(array, np.float64))  # noqa: E731
    count, expression = len(tracking), tensor(tracking.expression)
    offset = np.asarray(tracking.vertex_offset_m, np.float64)
    neutral = shape_vertices(rig, tensor(tracking.identity), tensor(offset))
    head_joint = posed_joints(rig, neutral, expression)[..., list(rig.joint_names).index("head"), :]
    head, torso = tensor(tracking.camera_from_head), tensor(tracking.camera_from_torso)
    camera, neck = flame_from_parts(head, torso, head_joint, tensor(model.origin_m))
    jaw = tensor(np.zeros((count, 3)) if tracking.jaw is None else tracking.jaw)
    eyes = gaze_rotation(tensor(tracking.eyes)).numpy()
    names = list(tracking.expression_names)
    lids = [tracking.expression[:, names.index(name)] if name in names else np.zeros(count) for name in EYELID_NAMES]
    return FlameSequence(
        shape=np.asarray(tracking.identity[:NUM_IDENTITY], np.float64),
        expression=np.asarray(tracking.expression[:, :NUM_EXPRESSIONS], np.float64),
        root=still(count),
        neck=neck.numpy(),
        jaw=rotation_from_axis_angle(jaw).numpy(),
        eye_left=eyes[:, 0],
        eye_right=eyes[:, 1],
        root_translation_m=np.zeros((count, 3)),
        eyelids=np.stack(lids, 1).astype(np.float64),
        camera_from_world=camera.numpy(),
        intrinsics=np.tile(tracking.camera.matrix, (count, 1, 1)),
        size_wh=tracking.camera.size_wh,
        frame_id=tuple(f"{row:05d}" for row in range(count)),
        vertex_offset_m=offset if np.abs(offset).max(initial=0) > 0 else None,
        timestamp_s=np.asarray(tracking.timestamp_s, np.float64),
    )

"""What the film of an avatar says about it beyond its look: its rest, how far it turned, how it used its bases."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from lifemask.avatar.avatar import Avatar
from lifemask.avatar.code_rows import CodeLayout
from lifemask.avatar.model import EXPRESSION_SCALE, GAZE_SCALE, CodeSpace
from lifemask.avatar.motion import Motion
from lifemask.geometry.rotation import rigid, rotation_from_axis_angle
from lifemask.pipeline.driven import home_in
from lifemask.pipeline.exports_splats import at_rest
from lifemask.rig.code import RigCode
from lifemask.tracking.record import Tracking

TRACKINGS = ("refined.safetensors", "tracking.safetensors")
"""Where the motion of an avatar's own clip may lie in its folder; the first that is there is taken."""
_SAMPLES = 256


@dataclass(frozen=True)
class Filmed:
    """``rest [width]``: a row of motion, the person at rest in the middle of the film's poses; ``yaw`` and ``pitch``:
    least and most turn of the head against that (radians, yaw positive to the subject's left, pitch positive upwards);
    ``weights``: those of head's and torso's bases, each ``[T, K]``."""

    rest: np.ndarray
    yaw: tuple[float, float]
    pitch: tuple[float, float]
    weights: tuple[np.ndarray, np.ndarray]


def own_tracking(folder: Path) -> Tracking | None:
    """The motion of the avatar's own clip, if it lies in its folder."""
    path = next((folder / name for name in TRACKINGS if (folder / name).exists()), None)
    return None if path is None else Tracking.load(path)


@torch.no_grad()
def filmed(folder: Path, avatar: Avatar, layout: CodeLayout) -> Filmed:
    """By the tracking in ``folder``; where only the avatar was copied, by what its networks were told."""
    tracking = own_tracking(folder)
    if tracking is None:
        rest, motion = _known_rest(avatar.space, layout), _known_motion(avatar.space, layout)
    else:
        rest, motion = at_rest(avatar, home_in(folder, avatar)), avatar.motion(tracking)
    weights = tuple(part.numpy() for part in avatar.model.weights(avatar.space.inputs(motion)))
    pitch, yaw = ((m - h, m - l) for l, h, m in _turns(avatar.space, rest))
    return Filmed(layout.rows(rest)[0], yaw, pitch, (weights[0], weights[1]))


def _turns(space: CodeSpace, rest: Motion) -> list[tuple[float, float, float]]:
    """Least, most and resting turn of the head about the camera's axes x (right: nodding down) and y (down: turning to
    the subject's right), radians."""
    middle = space.poses(rest.code)[0]
    return [(float(space.pose_low[axis]), float(space.pose_high[axis]), float(middle[axis])) for axis in (0, 1)]


def _plain(code: RigCode, layout: CodeLayout) -> Motion:
    count = len(code.expression)
    return Motion(code, torch.zeros(count, layout.torso_modes), torch.zeros(count, layout.face_modes))


def _known_rest(space: CodeSpace, layout: CodeLayout) -> Motion:
    head = rigid(_facing(space.head_turn[None]), space.head_place_m[None])
    torso = rigid(_facing(space.torso_turn[None]), space.torso_place_m[None])
    return _plain(RigCode(space.expression_mean[None], torch.zeros(1, 2, 2), head, torso), layout)


def _known_motion(space: CodeSpace, layout: CodeLayout) -> Motion:
    """Faces anywhere within what was filmed, in the middle of the film's poses."""
    count = len(layout.expression_names)
    share = torch.rand(_SAMPLES, count + 4, generator=torch.Generator().manual_seed(0))
    faces = torch.lerp(space.face_low.expand_as(share), space.face_high.expand_as(share), share)
    still = _known_rest(space, layout).rows(torch.zeros(_SAMPLES, dtype=torch.long))
    expression = faces[:, :count] / EXPRESSION_SCALE + space.expression_mean
    code = replace(still.code, expression=expression, eyes=faces[:, count:].unflatten(-1, (2, 2)) / GAZE_SCALE)
    return Motion(code, still.modes, still.face_modes)


def _facing(turn: torch.Tensor) -> torch.Tensor:
    """Rotations ``[B, 3, 3]`` of a part that is turned by ``turn [B, 3]`` away from facing the camera upright."""
    rotation = rotation_from_axis_angle(turn)
    return torch.cat([rotation[..., :1], -rotation[..., 1:]], -1)

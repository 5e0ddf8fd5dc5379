"""``Home``: where an avatar is at rest."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from lifemask.avatar.driving import DrivingMotion, goes_along
from lifemask.avatar.expression_transfer import Face, face_of
from lifemask.avatar.lower_edge import LowerEdge
from lifemask.avatar.relative_pose import middle_pose, neck_displacement, relative
from lifemask.avatar.rest import lip_gains, rest_of, shut_weights
from lifemask.rig.head import JOINT_NAMES, HeadRig
from lifemask.rig.skinning import joint_positions
from lifemask.tracking.build import TORSO_PIVOT_M
from lifemask.tracking.record import Tracking

SAME_PERSON_M = 1e-6
"""Two surfaces at rest that are nowhere further apart are one person's, tracked as one."""
REACH_PERCENTILE, LEAST_REACH_M = 99, 0.008


@dataclass(frozen=True, eq=False)
class Home:
    """An avatar's own rest, and what its neck allows, from the tracking of its clip.

    ``face``, whose lips each weight opens by ``lips [E]`` metres; ``camera_from_head``, ``camera_from_torso [4, 4]``:
    the middle of the clip's; ``torso_rides``: the torso always goes along with the head. ``neck_m [3]``: the joint that
    carries the head, in the rest frame; ``reach_m``: how far the clip moved it against the torso; ``edge``: where the
    picture ends below. ``num_modes``: as ``GaussianModel`` says; ``rig_hash``, ``surface_m [V, 3]``, ``avatar``: as in
    ``DrivingMotion``.
    """

    face: Face
    lips: np.ndarray
    camera_from_head: np.ndarray
    camera_from_torso: np.ndarray
    torso_rides: bool
    neck_m: np.ndarray
    reach_m: float
    edge: LowerEdge
    num_modes: dict[str, int]
    rig_hash: str
    surface_m: np.ndarray
    avatar: Path | None = None

    def is_of(self, driving: DrivingMotion) -> bool:
        """Whether ``driving`` is this very person's, tracked as the avatar was: its numbers need no change."""
        if driving.rig_hash != self.rig_hash or driving.surface_m is None:
            return False
        return bool(np.abs(driving.surface_m - self.surface_m).max() <= SAME_PERSON_M)


def home_of(
    tracking: Tracking,
    rig: HeadRig,
    *,
    num_modes: dict[str, int] | None = None,
    surface_m: np.ndarray | None = None,
    avatar: Path | None = None,
) -> Home:
    """The home of an avatar whose own clip is ``tracking``, on ``rig``.

    ``num_modes``: the avatar's, None takes the tracking's; ``surface_m``: the avatar's person at rest, None takes the
    tracking's; ``avatar``: the folder that it lies in.
    """
    own = DrivingMotion.of(tracking, rig, "the avatar's own clip", avatar)
    lips, seen = lip_gains(rig), own.tracked
    assert own.eyes is not None and own.camera_from_head is not None
    rest = rest_of(own.expression, own.expression_names, own.eyes, own.jaw, seen, lips)
    surface = own.surface_m if surface_m is None else surface_m
    assert surface is not None
    neck = joint_positions(rig, torch.as_tensor(surface, dtype=rig.template.dtype))[JOINT_NAMES.index("head")]
    neck_m = neck.double().numpy()
    shut = shut_weights(rig, torch.as_tensor(surface), own.expression, seen, percentile=100)
    head, torso = own.camera_from_head[seen], tracking.camera_from_torso.astype(np.float64)[seen]
    middle, rides = middle_pose(head, neck_m), goes_along(torso, head)
    torso_middle = middle @ relative(torso[0], head[0]) if rides else middle_pose(torso, TORSO_PIVOT_M)
    way = neck_displacement(head, torso, neck_m) - neck_displacement(middle[None], torso_middle[None], neck_m)
    face_modes = 0 if tracking.face_modes is None else tracking.face_modes.shape[1]
    return Home(
        face=face_of(own.expression_names, rest, shut, own.expression[seen], own.eyes[seen], lips),
        lips=lips,
        camera_from_head=middle,
        camera_from_torso=torso_middle,
        torso_rides=rides,
        neck_m=neck_m,
        reach_m=max(LEAST_REACH_M, float(np.percentile(np.linalg.norm(way, axis=1), REACH_PERCENTILE))),
        edge=LowerEdge.of(tracking.camera, torso_middle, torso),
        num_modes=num_modes or {"torso": tracking.torso_modes.shape[1], "face": face_modes},
        rig_hash=tracking.rig_hash,
        surface_m=surface,
        avatar=avatar,
    )

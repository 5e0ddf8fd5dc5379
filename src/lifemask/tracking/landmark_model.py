"""The rig reduced to its 478 landmarks: linear in identity, offset and expression; irises turn with the gaze."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lifemask.geometry.mesh_raster import vertex_normals
from lifemask.rig.head import HeadRig
from lifemask.rig.landmark_sets import FACE_OVAL, LEFT_EYE, LEFT_IRIS, LIPS, RIGHT_EYE, RIGHT_IRIS
from lifemask.rig.skinning import gaze_rotation

IRIS = len(RIGHT_IRIS)
"""Landmarks of one iris; the last ten of every selection are the right iris and the left one."""


@dataclass(frozen=True)
class LandmarkModel:
    """``mean [L, 3]``, ``identity [I, L, 3]``, ``expression [E, L, 3]`` in metres in the head frame, ``normal
    [L, 3]``, and for the left and right eyeball its centre ``[2, 3]`` with the identity's influence ``[I, 2, 3]``."""

    mean: Tensor
    identity: Tensor
    expression: Tensor
    normal: Tensor
    eye_centre: Tensor
    eye_identity: Tensor

    @staticmethod
    def from_rig(rig: HeadRig, used: Tensor, device: torch.device | str) -> "LandmarkModel":
        """Reduce ``rig`` to the landmarks ``used [L]`` (ascending, irises included); float32 on ``device``."""
        rig = rig.to(device=device, dtype=torch.float32)
        normals = torch.as_tensor(vertex_normals(rig.template.cpu().numpy(), rig.faces.cpu().numpy()), device=device)
        normal = torch.nn.functional.normalize(rig.landmarks(normals.float()), dim=-1)
        used = used.to(device)
        left, right = eye_vertices(rig)
        centres = lambda basis: torch.stack([basis[..., left, :].mean(-2), basis[..., right, :].mean(-2)], -2)  # noqa: E731
        return LandmarkModel(
            rig.landmarks(rig.template)[used],
            rig.landmarks(rig.identity_basis)[:, used],
            rig.landmarks(rig.expression_basis)[:, used],
            normal[used],
            centres(rig.template),
            centres(rig.identity_basis),
        )

    def points(self, identity: Tensor, offset: Tensor, expression: Tensor, eyes: Tensor) -> Tensor:
        """Landmarks ``[B, L, 3]`` in the head frame for ``expression [B, E]`` and gaze ``eyes [B, 2, 2]``.

        ``offset [L, 3]`` metres is the person's own; an eyeball moves as a whole, by the mean of its iris's offsets.
        """
        count = self.mean.shape[0]
        offset = rigid_irises(offset)
        neutral = self.mean + offset + torch.einsum("i,ilc->lc", identity, self.identity)
        moved = neutral + (expression @ self.expression.reshape(len(self.expression), -1)).reshape(-1, count, 3)
        centre = self.eye_centre + torch.einsum("i,iec->ec", identity, self.eye_identity)
        turn = gaze_rotation(eyes)
        parts = [moved[:, : -2 * IRIS]]
        for eye, iris in ((1, slice(count - 2 * IRIS, count - IRIS)), (0, slice(count - IRIS, count))):
            pivot = centre[eye] + offset[iris.start]
            arm = neutral[iris] - pivot
            parts.append(arm @ turn[:, eye].transpose(-1, -2) + pivot)
        return torch.cat(parts, 1)


def rigid_irises(offset: Tensor) -> Tensor:
    """Offsets ``[L, 3]`` in which every landmark of an iris (the last ten) has the iris's mean offset."""
    irises = [part.mean(0).expand(IRIS, 3) for part in (offset[-2 * IRIS : -IRIS], offset[-IRIS:])]
    return torch.cat([offset[: -2 * IRIS], *irises])


def used_landmarks() -> Tensor:
    """The landmarks that the solve compares: all of lips, lids, irises and outline, every second of the rest."""
    features = set(FACE_OVAL + LIPS + LEFT_EYE + RIGHT_EYE + LEFT_IRIS + RIGHT_IRIS)
    rest = [index for index in range(478) if index not in features]
    return torch.tensor(sorted(features | set(rest[::2])))


def eye_vertices(rig: HeadRig) -> tuple[Tensor, Tensor]:
    """Vertex indices of the left and the right eyeball."""
    names = list(rig.joint_names)
    owner = rig.skin_weights.argmax(-1)
    return (owner == names.index("eye_left")).nonzero()[:, 0], (owner == names.index("eye_right")).nonzero()[:, 0]

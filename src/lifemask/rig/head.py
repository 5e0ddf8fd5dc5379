"""``HeadRig``: a head as data. Template, linear bases, joints, skin weights, regions and landmarks; no
behaviour."""

import hashlib
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

JOINT_NAMES = ("torso", "neck", "head", "eye_left", "eye_right")
NUM_LANDMARKS = 478


@dataclass(frozen=True)
class HeadRig:
    """Linear blendshapes and linear blend skinning, in metres and in the head frame.

    ``template [V, 3]``; ``identity_basis [I, V, 3]`` per standard deviation; ``expression_basis [E, V, 3]``
    at weight 1, named by ``expression_names``; ``joint_positions [J, 3]`` of the template, named by
    ``joint_names``, which are ``JOINT_NAMES`` in that order; ``skin_weights [V, J]``, rows sum to 1; ``faces
    [F, 3]`` int64, counter-clockwise from outside; ``uv [V, 2]`` in [0, 1], v upwards; ``regions`` name ->
    ``[V]`` bool; ``landmark_triangles [478]`` int64 (rows of ``faces``) and ``landmark_barycentrics [478,
    3]``.
    """

    name: str
    template: Tensor
    identity_basis: Tensor
    expression_basis: Tensor
    expression_names: tuple[str, ...]
    joint_names: tuple[str, ...]
    joint_positions: Tensor
    skin_weights: Tensor
    faces: Tensor
    uv: Tensor
    regions: dict[str, Tensor]
    landmark_triangles: Tensor
    landmark_barycentrics: Tensor
    pose_correctives: Tensor | None = None

    @property
    def num_vertices(self) -> int:
        """V."""
        return self.template.shape[0]

    @property
    def num_faces(self) -> int:
        """F."""
        return self.faces.shape[0]

    @property
    def num_identity(self) -> int:
        """I."""
        return self.identity_basis.shape[0]

    @property
    def num_expressions(self) -> int:
        """E."""
        return self.expression_basis.shape[0]

    def to(self, device: torch.device | str | None = None, dtype: torch.dtype | None = None) -> "HeadRig":
        """The same rig with every tensor on ``device`` and the real-valued ones in ``dtype``."""

        def move(value: Any) -> Any:
            if isinstance(value, Tensor):
                return value.to(device=device, dtype=dtype if value.is_floating_point() else None)
            if isinstance(value, dict):
                return {key: move(entry) for key, entry in value.items()}
            return value

        return replace(self, **{field.name: move(getattr(self, field.name)) for field in fields(self)})

    def landmarks(self, vertices: Tensor) -> Tensor:
        """The 478 landmarks ``[..., 478, 3]`` on ``vertices [..., V, 3]`` (any vector field on the
        vertices)."""
        corners = vertices.index_select(-2, self._landmark_vertices)
        corners = corners.reshape(*vertices.shape[:-2], NUM_LANDMARKS, 3, vertices.shape[-1])
        return (corners * self.landmark_barycentrics[..., None]).sum(-2)

    @cached_property
    def weights_by_joint(self) -> Tensor:
        """``skin_weights`` as ``[J, V]``, contiguous."""
        return self.skin_weights.T.contiguous()

    @cached_property
    def joint_regressor(self) -> Tensor:
        """Skin weights normalised per joint, ``[J, V]``: the mean over what a joint moves, if it moves
        anything."""
        return self.weights_by_joint / self.weights_by_joint.sum(1, keepdim=True).clamp_min(1e-6)

    @cached_property
    def _landmark_vertices(self) -> Tensor:
        return self.faces[self.landmark_triangles].reshape(-1)

    @cached_property
    def content_hash(self) -> str:
        """Hex sha256 of everything in the rig; the same on every device and for every dtype of at least 32
        bits."""
        digest = hashlib.sha256()
        for field in fields(self):
            value = getattr(self, field.name)
            entries = sorted(value.items()) if isinstance(value, dict) else [(field.name, value)]
            for key, entry in entries:
                digest.update(key.encode())
                if isinstance(entry, Tensor):
                    kept = entry.float() if entry.is_floating_point() else entry
                    digest.update(str(tuple(kept.shape)).encode() + kept.cpu().contiguous().numpy().tobytes())
                else:
                    digest.update(repr(entry).encode())
        return digest.hexdigest()

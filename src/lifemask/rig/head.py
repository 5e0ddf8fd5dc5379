"""``HeadRig``: a head as data. Template, linear bases, joints, skin weights, regions and landmarks; no
behaviour."""

import hashlib
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

JOINT_NAMES = ("torso", "neck", "head", "eye_left", "eye_right")
JAW = "jaw"
"""The joint that a rig may have after those of ``JOINT_NAMES``."""
NUM_LANDMARKS = 478
LATER_FIELDS = ("joint_matrix", "joint_expression")


@dataclass(frozen=True)
class HeadRig:
    """Linear blendshapes and linear blend skinning, in metres and in the head frame.

    ``template [V, 3]``; ``identity_basis [I, V, 3]`` per standard deviation; ``expression_basis [E, V, 3]``
    at weight 1, named by ``expression_names``; ``joint_positions [J, 3]`` of the template, named by
    ``joint_names``, which are ``JOINT_NAMES`` in that order, then ``"jaw"`` if there is one; ``skin_weights
    [V, J]``, rows sum to 1; ``faces [F, 3]`` int64, counter-clockwise from outside; ``uv [V, 2]`` in [0, 1], v
    upwards; ``regions`` name -> ``[V]`` bool; ``landmark_triangles [478]`` int64 (rows of ``faces``) and
    ``landmark_barycentrics [478, 3]``.

    A rig fitted as a whole, such as FLAME, brings its own: ``pose_correctives [36, V, 3]`` metres per entry
    of R - 1 (row by row) of the head against the torso, the jaw, the left and the right eye; ``joint_matrix [J,
    V]``, how joints go along with the vertices of the person at rest, and ``joint_expression [E, J, 3]`` metres,
    how they go along with expressions.
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
    joint_matrix: Tensor | None = None
    joint_expression: Tensor | None = None

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

    @property
    def has_jaw(self) -> bool:
        """Whether the jaw is a joint; otherwise it is one of the expressions."""
        return JAW in self.joint_names

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
        """How joints go along with vertices, ``[J, V]``: the rig's own, or skin weights normalised per joint,
        the mean over what a joint moves, if it moves anything."""
        if self.joint_matrix is not None:
            return self.joint_matrix
        return self.weights_by_joint / self.weights_by_joint.sum(1, keepdim=True).clamp_min(1e-6)

    @cached_property
    def _landmark_vertices(self) -> Tensor:
        return self.faces[self.landmark_triangles].reshape(-1)

    @cached_property
    def content_hash(self) -> str:
        """Hex sha256 of everything in the rig; the same on every device and for every dtype of at least 32
        bits."""
        return self._hash(skipped=())

    @cached_property
    def geometry_hash(self) -> str:
        """Like ``content_hash``, without what is derived from a look at the rig: landmarks and regions."""
        return self._hash(skipped=("regions", "landmark_triangles", "landmark_barycentrics"))

    def _hash(self, skipped: tuple[str, ...]) -> str:
        digest = hashlib.sha256()
        for field in fields(self):
            value = getattr(self, field.name)
            # Fields that came later count only where they are used, so that older rigs keep their hash.
            if field.name in skipped or (field.name in LATER_FIELDS and value is None):
                continue
            entries = sorted(value.items()) if isinstance(value, dict) else [(field.name, value)]
            for key, entry in entries:
                digest.update(key.encode())
                if isinstance(entry, Tensor):
                    kept = entry.float() if entry.is_floating_point() else entry
                    digest.update(str(tuple(kept.shape)).encode() + kept.cpu().contiguous().numpy().tobytes())
                else:
                    digest.update(repr(entry).encode())
        return digest.hexdigest()

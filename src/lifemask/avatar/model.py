"""The avatar: Gaussians on the rig's triangles, with linear bases over their attributes driven by the rig code.

``attribute = base + sum_k w_k(code) basis_k``. The head's Gaussians and the torso's have their own bases and their
own small network, so that cloth does not learn from lips. This is the family of reduced Gaussian blendshapes
(RGBAvatar, Li et al. 2025; GaussianBlendshapes, Ma et al. 2024).
"""

from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from lifemask.avatar.attributes import WIDTH
from lifemask.avatar.binding import Gaussians, place
from lifemask.avatar.blend import blend
from lifemask.avatar.config import AvatarConfig
from lifemask.avatar.motion import Motion
from lifemask.geometry.rotation import axis_angle_from_rotation
from lifemask.rig.code import RigCode

_POSE_INPUTS = 12
MARGIN = 0.1
"""How far beyond what was filmed, in parts of it, the networks are told of a motion at most."""
EXPRESSION_SCALE, GAZE_SCALE = 2.0, 3.0
JAW_SCALE = 5.0
"""A jaw that is open by 0.2 radians is as large an input as an expression of weight one half."""


@dataclass(frozen=True)
class Binding:
    """Which triangle each Gaussian belongs to: ``corners [N, 3]`` vertex indices, ``barycentric [N, 3]``; the first
    ``num_head`` Gaussians follow the head's bases, the others the torso's."""

    corners: Tensor
    barycentric: Tensor
    num_head: int

    def __len__(self) -> int:
        return len(self.corners)


class GaussianModel(nn.Module):
    """All that is learned of a person's look.

    ``base [N, 14]`` attributes in ``base_units [14]``; ``bases`` of head and torso, each ``[K, n * 14]``, in
    ``bases_units [14]`` (see ``attributes.py``).
    """

    corners: Tensor
    barycentric: Tensor
    base_units: Tensor
    bases_units: Tensor

    def __init__(
        self,
        binding: Binding,
        base: Tensor,
        units: tuple[Tensor, Tensor],
        code_sizes: tuple[int, int],
        config: AvatarConfig,
    ) -> None:
        """``base [N, 14]`` attributes in metres and the like; ``units`` of the base and of the bases, each ``[14]``."""
        super().__init__()
        self.num_head = binding.num_head
        self.num_modes = {"torso": code_sizes[1] - _POSE_INPUTS, "face": config.face_modes}
        """How many modes of torso and face it was made for, as ``Motion.of`` takes them."""
        self.register_buffer("corners", binding.corners.long().contiguous())
        self.register_buffer("barycentric", binding.barycentric.float().contiguous())
        self.register_buffer("base_units", units[0].float().clone())
        self.register_buffer("bases_units", units[1].float().clone())
        self.base = nn.Parameter(base.float() / self.base_units)
        counts = (binding.num_head, len(binding) - binding.num_head)
        assert config.head_bases is not None and config.torso_bases is not None
        sizes = (config.head_bases, config.torso_bases)
        self.bases = nn.ParameterList(torch.zeros(k, n * WIDTH) for k, n in zip(sizes, counts, strict=True))
        self.networks = nn.ModuleList(_network(c, config.hidden, k) for c, k in zip(code_sizes, sizes, strict=True))

    def weights(self, codes: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """Weights ``[B, K]`` of the bases of head and torso for their codes ``[B, C]``."""
        head, torso = (network(code) for network, code in zip(self.networks, codes, strict=True))
        return head, torso

    def attributes(self, weights: tuple[Tensor, Tensor]) -> Tensor:
        """Attributes ``[B, N, 14]`` in each Gaussian's own frame."""
        return blend(self.base, self.bases[0], self.bases[1], *weights, self.base_units, self.bases_units)

    def forward(self, vertices: Tensor, codes: tuple[Tensor, Tensor]) -> Gaussians:
        """Gaussians in the camera's frame on posed ``vertices [B, V, 3]``."""
        return place(vertices, self.corners, self.barycentric, self.attributes(self.weights(codes)))


@contextmanager
def frozen(*parameters: Tensor):
    """The ``parameters`` without gradients of their own."""
    for parameter in parameters:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in parameters:
            parameter.requires_grad_(True)


def _network(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    layers = [nn.Linear(inputs, hidden), nn.LeakyReLU(0.1), nn.Linear(hidden, hidden), nn.LeakyReLU(0.1)]
    last = nn.Linear(hidden, outputs)
    with torch.no_grad():
        last.weight.mul_(3)
    return nn.Sequential(*layers, last)


@dataclass(frozen=True)
class CodeSpace:
    """How a rig code becomes the inputs of the two networks: fixed scales around the clip's means.

    ``expression_mean [E]``, ``head_turn`` and ``torso_turn`` the mean rotations (axis-angle ``[3]``, radians),
    ``torso_place_m`` and ``head_place_m [3]`` the mean positions in the camera's frame; ``pose_low`` and ``pose_high
    [15]``: how far heads and torsos went in the clip, ``face_low`` and ``face_high [E + 4]`` (with a jaw 3 more): how
    far the face and the gaze did. Beyond that the Gaussians go along with the rig, and the networks, which know nothing
    about it, are told softly the nearest that they know.
    """

    expression_mean: Tensor
    head_turn: Tensor
    torso_turn: Tensor
    torso_place_m: Tensor
    head_place_m: Tensor
    pose_low: Tensor
    pose_high: Tensor
    face_low: Tensor
    face_high: Tensor

    @staticmethod
    def sizes(motion: Motion) -> tuple[int, int]:
        """Numbers of inputs of the head's and the torso's network."""
        jaw = 0 if motion.code.jaw is None else 3
        head = motion.code.expression.shape[-1] + jaw + 4 + 6 + motion.face_modes.shape[-1]
        return head, _POSE_INPUTS + motion.modes.shape[-1]

    @staticmethod
    def of(code: RigCode) -> "CodeSpace":
        """Centre on the codes of a clip's training frames ``[T, ...]``."""
        turn = lambda t: axis_angle_from_rotation(_upright(t)).mean(0)  # noqa: E731
        nowhere = code.expression.new_zeros(0)
        space = CodeSpace(
            code.expression.mean(0),
            turn(code.camera_from_head),
            turn(code.camera_from_torso),
            code.camera_from_torso[:, :3, 3].mean(0),
            code.camera_from_head[:, :3, 3].mean(0),
            *(nowhere,) * 4,
        )
        poses, faces = space.poses(code), space.faces(code)
        return replace(
            space, pose_low=poses.amin(0), pose_high=poses.amax(0), face_low=faces.amin(0), face_high=faces.amax(0)
        )

    def inputs(self, motion: Motion) -> tuple[Tensor, Tensor]:
        """Inputs ``[B, C]`` of the two networks."""
        poses = softly_within(self.poses(motion.code), self.pose_low, self.pose_high)
        head, torso, neck, place, head_place = poses.split(3, -1)
        faces = softly_within(self.faces(motion.code), self.face_low, self.face_high)
        face = torch.cat([faces, head * 3, neck * 3, motion.face_modes], -1)
        return face, torch.cat([torso * 10, place * 25, head * 3, head_place * 10, motion.modes], -1)

    def faces(self, code: RigCode) -> Tensor:
        """``[B, E + 4]``: expression around the mean and gaze, scaled; with a jaw 3 more, after the expression."""
        jaw = [] if code.jaw is None else [code.jaw * JAW_SCALE]
        expression = (code.expression - self.expression_mean) * EXPRESSION_SCALE
        return torch.cat([expression, *jaw, code.eyes.flatten(-2) * GAZE_SCALE], -1)

    def poses(self, code: RigCode) -> Tensor:
        """``[B, 15]``: turns of head and torso, head against torso, places of torso and head, around the means."""
        head = axis_angle_from_rotation(_upright(code.camera_from_head)) - self.head_turn
        torso = axis_angle_from_rotation(_upright(code.camera_from_torso)) - self.torso_turn
        place = code.camera_from_torso[..., :3, 3] - self.torso_place_m
        head_place = code.camera_from_head[..., :3, 3] - self.head_place_m
        return torch.cat([head, torso, head - torso, place, head_place], -1)


def softly_within(value: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """``value`` between ``low`` and ``high``; beyond them it goes on ever slower and stops ``MARGIN`` outside."""
    inside = torch.clamp(value, low, high)
    room = MARGIN * (high - low) + 1e-6
    return inside + room * torch.tanh((value - inside) / room)


def _upright(camera_from_part: Tensor) -> Tensor:
    """Rotation of a part away from facing the camera upright."""
    rotation = camera_from_part[..., :3, :3]
    return torch.cat([rotation[..., :1], -rotation[..., 1:]], -1)

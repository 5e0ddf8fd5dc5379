"""The avatar: Gaussians on the rig's triangles, with linear bases over their attributes driven by the rig code.

``attribute = base + sum_k w_k(code) basis_k``. The head's Gaussians and the torso's have their own bases and their
own small network, so that cloth does not learn from lips. This is the family of reduced Gaussian blendshapes
(RGBAvatar, Li et al. 2025; GaussianBlendshapes, Ma et al. 2024).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from lifemask.avatar.binding import bind
from lifemask.avatar.config import AvatarConfig
from lifemask.geometry.rotation import axis_angle_from_rotation
from lifemask.rig.code import RigCode

ATTRIBUTES = {"position_m": 3, "rotation": 4, "log_scale": 3, "colour": 3, "opacity": 1}
MAX_SCALE_M = 0.05
JAW_SCALE = 5.0
"""A jaw that is open by 0.2 radians is as large an input as an expression of weight one half."""


@dataclass(frozen=True)
class Gaussians:
    """``means [B, N, 3]`` and ``scales [B, N, 3]`` metres, ``quats [B, N, 4]`` w first, ``opacities [B, N]``, ``colours
    [B, N, 3]``, in the camera's frame."""

    means: Tensor
    quats: Tensor
    scales: Tensor
    opacities: Tensor
    colours: Tensor


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
    """All that is learned of a person's look."""

    corners: Tensor
    barycentric: Tensor

    def __init__(
        self, binding: Binding, base: dict[str, Tensor], code_sizes: tuple[int, int], config: AvatarConfig
    ) -> None:
        super().__init__()
        self.num_head = binding.num_head
        self.register_buffer("corners", binding.corners.long().contiguous())
        self.register_buffer("barycentric", binding.barycentric.float().contiguous())
        self.base = nn.ParameterDict({name: nn.Parameter(base[name].float().clone()) for name in ATTRIBUTES})
        counts = (binding.num_head, len(binding) - binding.num_head)
        sizes = (config.head_bases, config.torso_bases)
        self.bases = nn.ModuleList(
            nn.ParameterDict({name: nn.Parameter(torch.zeros(k, n * width)) for name, width in ATTRIBUTES.items()})
            for k, n in zip(sizes, counts, strict=True)
        )
        self.networks = nn.ModuleList(_network(c, config.hidden, k) for c, k in zip(code_sizes, sizes, strict=True))

    def bases_of(self, part: int) -> dict[str, nn.Parameter]:
        """The bases of the head (0) or the torso (1): for every attribute ``[K, N * width]``."""
        return dict(self.bases[part].items())  # type: ignore[operator]

    def attributes(self, codes: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
        """Attributes ``[B, N, width]`` in each Gaussian's own frame for head and torso codes ``[B, C]``."""
        weights = [network(code) for network, code in zip(self.networks, codes, strict=True)]
        batch = len(codes[0])
        out = {}
        for name, width in ATTRIBUTES.items():
            parts = [(w @ self.bases_of(part)[name]).view(batch, -1, width) for part, w in enumerate(weights)]
            out[name] = self.base[name] + torch.cat(parts, 1)
        return out

    def forward(self, vertices: Tensor, codes: tuple[Tensor, Tensor]) -> Gaussians:
        """Gaussians in the camera's frame on posed ``vertices [B, V, 3]``."""
        a = self.attributes(codes)
        local = nn.functional.normalize(a["rotation"], dim=-1)
        means, quats = bind(vertices, self.corners, self.barycentric, a["position_m"], local)
        scales = a["log_scale"].exp().clamp(max=MAX_SCALE_M)
        return Gaussians(means, quats, scales, a["opacity"][..., 0].sigmoid(), a["colour"])


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
    ``torso_place_m [3]`` the mean position of the torso in the camera's frame.
    """

    expression_mean: Tensor
    head_turn: Tensor
    torso_turn: Tensor
    torso_place_m: Tensor
    head_place_m: Tensor

    @staticmethod
    def sizes(code: RigCode, modes: int) -> tuple[int, int]:
        """Numbers of inputs of the head's and the torso's network."""
        jaw = 0 if code.jaw is None else 3
        return code.expression.shape[-1] + jaw + 4 + 6, 12 + modes

    @staticmethod
    def of(code: RigCode) -> "CodeSpace":
        """Centre on the codes of a clip's training frames ``[T, ...]``."""
        turn = lambda t: axis_angle_from_rotation(_upright(t)).mean(0)  # noqa: E731
        return CodeSpace(
            code.expression.mean(0),
            turn(code.camera_from_head),
            turn(code.camera_from_torso),
            code.camera_from_torso[:, :3, 3].mean(0),
            code.camera_from_head[:, :3, 3].mean(0),
        )

    def inputs(self, code: RigCode, modes: Tensor) -> tuple[Tensor, Tensor]:
        """Inputs ``[B, C]`` of the two networks; ``modes [B, M]`` in standard deviations."""
        head = axis_angle_from_rotation(_upright(code.camera_from_head)) - self.head_turn
        torso = axis_angle_from_rotation(_upright(code.camera_from_torso)) - self.torso_turn
        place = code.camera_from_torso[..., :3, 3] - self.torso_place_m
        head_place = code.camera_from_head[..., :3, 3] - self.head_place_m
        expression = (code.expression - self.expression_mean) * 2
        if code.jaw is not None:
            expression = torch.cat([expression, code.jaw * JAW_SCALE], -1)
        face = torch.cat([expression, code.eyes.flatten(-2) * 3, head * 3, (head - torso) * 3], -1)
        return face, torch.cat([torso * 10, place * 25, head * 3, head_place * 10, modes], -1)


def _upright(camera_from_part: Tensor) -> Tensor:
    """Rotation of a part away from facing the camera upright."""
    flip = torch.tensor([1.0, -1.0, -1.0], dtype=camera_from_part.dtype, device=camera_from_part.device)
    return camera_from_part[..., :3, :3] * flip

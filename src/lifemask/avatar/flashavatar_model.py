"""FlashAvatar's Gaussians: bound to the surface by position only, moved by one network of place and expression.

Xiang et al. 2024, "FlashAvatar: High-fidelity Head Avatar with Efficient Gaussian Embedding", sections 3.2 and 3.3. All
lives in the head's frame. As in the original a Gaussian's orientation does not follow its triangle, its offset is a
hyperbolic tangent in metres, the network is not initialised to zero offsets, and colours know the view but not the
expression.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from scipy.spatial import KDTree
from torch import Tensor, nn

from lifemask.avatar.flashavatar_config import FlashAvatarConfig
from lifemask.geometry.rotation import invert_rigid, multiply_quaternions, rotation_from_axis_angle
from lifemask.geometry.spherical_harmonics import Y00, spherical_harmonics
from lifemask.rig.code import RigCode
from lifemask.rig.skinning import gaze_rotation

NEIGHBOURS = 3
"""Of a Gaussian, whose mean squared distance is its first scale squared (Kerbl et al. 2023)."""
_OFFSETS = (3, 4, 3)
"""Position, rotation and scale of the network's output."""


@dataclass(frozen=True)
class HeadSplats:
    """``means [B, N, 3]`` and ``scales [B, N, 3]`` metres, ``quats [B, N, 4]`` w first, unit, ``opacities [B, N]``,
    ``colours [B, N, 3]``, in the head's frame."""

    means: Tensor
    quats: Tensor
    scales: Tensor
    opacities: Tensor
    colours: Tensor


class FlashAvatarModel(nn.Module):
    """All that is learned, and where the Gaussians sit."""

    corners: Tensor
    barycentric: Tensor
    encoded: Tensor

    def __init__(
        self, corners: Tensor, barycentric: Tensor, neutral: Tensor, condition_size: int, config: FlashAvatarConfig
    ) -> None:
        """``corners [N, 3]``, ``barycentric [N, 3]`` on ``neutral [V, 3]`` at rest, metres, head's frame."""
        super().__init__()
        count, width = len(corners), config.network_width
        rest = _on_surface(neutral[None], corners, barycentric)[0]
        self.register_buffer("corners", corners.long().contiguous())
        self.register_buffer("barycentric", barycentric.float().contiguous())
        # Follows from the other two, so that it need not be kept.
        self.register_buffer("encoded", encode(rest.float(), config.octaves), persistent=False)
        self.colour = nn.Parameter(torch.zeros(count, 1, 3))
        self.colour_view = nn.Parameter(torch.zeros(count, (config.harmonics_degree + 1) ** 2 - 1, 3))
        self.opacity = nn.Parameter(torch.full((count,), config.opacity_start).logit())
        self.log_scale = nn.Parameter(torch.zeros(count, 3))
        self.rotation = nn.Parameter(torch.tensor([1.0, 0, 0, 0]).repeat(count, 1))
        sizes = [self.encoded.shape[1] + condition_size, *[width] * config.network_depth, sum(_OFFSETS)]
        self.network = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))

    def __len__(self) -> int:
        return len(self.corners)

    def offsets(self, condition: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What the network says of every Gaussian under ``condition [B, C]``, each in (-1, 1): position ``[B, N, 3]``
        metres, rotation ``[B, N, 4]``, scale ``[B, N, 3]``."""
        # The first layer on (place, condition), with the place's part, which no frame changes, taken once.
        first: nn.Linear = self.network[0]  # type: ignore[assignment]
        place, code = first.weight.split([self.encoded.shape[1], condition.shape[1]], 1)
        x = (self.encoded @ place.T + first.bias) + (condition @ code.T)[:, None]
        for layer in list(self.network)[1:]:
            x = layer(x.relu())
        position, rotation, scale = x.tanh().split(_OFFSETS, -1)
        return position, rotation, scale

    def means(self, vertices: Tensor, position: Tensor) -> Tensor:
        """Centres ``[B, N, 3]`` on posed ``vertices [B, V, 3]`` with the network's ``position [B, N, 3]``."""
        return _on_surface(vertices, self.corners, self.barycentric) + position

    def forward(self, vertices: Tensor, condition: Tensor, camera_from_head: Tensor, degree: int) -> HeadSplats:
        """Gaussians on posed ``vertices [B, V, 3]`` in the head's frame, seen by a camera, ``camera_from_head [B, 4,
        4]``, with harmonics up to ``degree``."""
        position, rotation, scale = self.offsets(condition)
        means = self.means(vertices, position)
        turn = torch.cat([rotation[..., :1].exp(), rotation[..., 1:]], -1)
        quats = nn.functional.normalize(multiply_quaternions(self.rotation[None], turn), dim=-1)
        scales = (self.log_scale * scale.exp()).exp()
        opacities = self.opacity.sigmoid().expand(len(means), -1)
        return HeadSplats(means, quats, scales, opacities, self.colours(means, camera_from_head, degree))

    def colours(self, means: Tensor, camera_from_head: Tensor, degree: int) -> Tensor:
        """Colours ``[B, N, 3]`` of Gaussians at ``means [B, N, 3]`` as the camera sees them."""
        if degree == 0:
            return (self.colour[:, 0] * Y00 + 0.5).clamp(min=0).expand(len(means), -1, -1)
        camera = invert_rigid(camera_from_head)[:, None, :3, 3]
        basis = spherical_harmonics(nn.functional.normalize(means - camera, dim=-1), degree)
        weights = torch.cat([self.colour, self.colour_view[:, : basis.shape[-1] - 1]], 1)
        return (torch.einsum("bnk,nkc->bnc", basis, weights) + 0.5).clamp(min=0)

    @torch.no_grad()
    def scale_by_neighbours(self, vertices: Tensor, condition: Tensor) -> None:
        """First scales, from the distances between the Gaussians in one frame (``[1, V, 3]``, ``[1, C]``): displaced
        by the network as it is, as in the original."""
        points = self.means(vertices, self.offsets(condition)[0])[0].cpu().double().numpy()
        distance = KDTree(points).query(points, NEIGHBOURS + 1)[0][:, 1:]
        width = np.sqrt(np.maximum((distance**2).mean(1), 1e-7))
        self.log_scale.copy_(torch.from_numpy(np.log(width)).float()[:, None].expand(-1, 3))


def condition_of(code: RigCode) -> Tensor:
    """What the network is told of a frame, ``[B, C]``: expression, the jaw if it is a joint, both eyes; rotations by
    their first two rows."""
    turns = gaze_rotation(code.eyes)[..., :2, :].flatten(-3)
    if code.jaw is None:
        return torch.cat([code.expression, turns], -1)
    jaw = rotation_from_axis_angle(code.jaw)[..., :2, :].flatten(-2)
    return torch.cat([code.expression, jaw, turns], -1)


def encode(points: Tensor, octaves: int) -> Tensor:
    """Positions ``[N, 3]`` with sines and cosines of ``octaves`` multiples of them, ``[N, 3 + 6 * octaves]``
    (Mildenhall et al. 2020, equation 4, without pi)."""
    angles = points[:, None] * (2.0 ** torch.arange(octaves, device=points.device))[:, None]
    waves = torch.stack([angles.sin(), angles.cos()], 2)
    return torch.cat([points, waves.flatten(1)], 1)


def _on_surface(vertices: Tensor, corners: Tensor, barycentric: Tensor) -> Tensor:
    return (vertices[:, corners] * barycentric[None, :, :, None]).sum(2)

"""The oracle: splatting in a few lines of dense torch, for any float type and device.

Every pixel looks at every splat, O(B N H W) in time and memory. Zwicker et al. 2001 "EWA volume splatting";
Kerbl et al. 2023 "3D Gaussian splatting", section 4 and appendix A; antialiasing: Yu et al. 2024
"Mip-Splatting".
"""

import torch
from torch import Tensor

from lifemask.geometry.rotation import rotation_from_quaternion, transform_points
from lifemask.splats.constants import (
    ALPHA_MAX,
    ALPHA_MIN,
    FRUSTUM_MARGIN,
    NEAR_PLANE,
    TRANSMITTANCE_MIN,
)


def render_reference(
    means: Tensor,
    quats: Tensor,
    scales: Tensor,
    opacities: Tensor,
    colors: Tensor,
    camera_from_world: Tensor,
    intrinsics: Tensor,
    size_wh: tuple[int, int],
    blur: float,
    antialias: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Splats to (image ``[B, H, W, C]`` over zero, alpha ``[B, H, W, 1]``, means2d ``[B, N, 2]``, radii
    ``[B, N]``).

    Shapes as in ``rasterize``; ``camera_from_world [B, 4, 4]`` and ``intrinsics [B, 3, 3]`` are required
    here.
    """
    depth, means2d, covariance, opacities = _project(
        means, quats, scales, opacities, camera_from_world, intrinsics, size_wh, blur, antialias
    )
    frames = [
        _composite(depth[b], means2d[b], covariance[b], opacities[b], colors[b], size_wh) for b in range(means.shape[0])
    ]
    image, alpha = (torch.stack(parts) for parts in zip(*frames, strict=True))
    return image, alpha, means2d, _radii(means2d, covariance, opacities, depth, size_wh)


def _project(means, quats, scales, opacities, camera_from_world, intrinsics, size_wh, blur, antialias):
    """Depth ``[B, N]``, centres ``[B, N, 2]``, blurred covariances ``[B, N, 2, 2]`` (px²), opacities ``[B,
    N]``."""
    camera = transform_points(camera_from_world, means)
    depth = camera[..., 2]
    seen = depth >= NEAR_PLANE
    slope = torch.where(seen[..., None], camera[..., :2], 0) / torch.where(seen, depth, 1)[..., None]
    focal = intrinsics[:, None, [0, 1], [0, 1]]
    centre = intrinsics[:, None, [0, 1], [2, 2]]
    means2d = torch.where(seen[..., None], slope * focal + centre, 0)

    size = torch.tensor(size_wh, dtype=means.dtype, device=means.device)
    margin = FRUSTUM_MARGIN * size
    slope = torch.minimum(torch.maximum(slope, (-centre - margin) / focal), (size - centre + margin) / focal)
    jacobian = torch.cat([torch.diag_embed(torch.ones_like(slope)), -slope[..., None]], -1)
    jacobian = jacobian * (focal / torch.where(seen, depth, 1)[..., None])[..., None]
    axes = jacobian @ camera_from_world[:, None, :3, :3] @ (rotation_from_quaternion(quats) * scales[..., None, :])
    sharp = axes @ axes.transpose(-1, -2)
    covariance = sharp + blur * torch.eye(2, dtype=means.dtype, device=means.device)
    if antialias:
        share = (_det(sharp) / _det(covariance)).clamp_min(1e-12)
        opacities = opacities * share.sqrt()
    return depth, means2d, covariance, torch.where(seen, opacities, 0)


def _composite(depth, means2d, covariance, opacities, colors, size_wh):
    """One frame, front to back: image ``[H, W, C]`` over zero and alpha ``[H, W, 1]``."""
    width, height = size_wh
    order = torch.argsort(depth.detach(), stable=True)
    means2d, covariance, opacities, colors = (t[order] for t in (means2d, covariance, opacities, colors))
    rows = torch.arange(height, dtype=means2d.dtype, device=means2d.device) + 0.5
    columns = torch.arange(width, dtype=means2d.dtype, device=means2d.device) + 0.5
    pixels = torch.stack(torch.meshgrid(columns, rows, indexing="xy"), -1).reshape(-1, 2)
    offset = pixels[None] - means2d[:, None]
    a, b, c = covariance[:, None, 0, 0], covariance[:, None, 0, 1], covariance[:, None, 1, 1]
    x, y = offset.unbind(-1)
    sigma = 0.5 * (c * x * x - 2 * b * x * y + a * y * y) / _det(covariance)[:, None]
    alpha = (opacities[:, None] * torch.exp(-sigma)).clamp_max(ALPHA_MAX)
    alpha = torch.where(alpha >= ALPHA_MIN, alpha, 0)

    after = torch.cumprod(1 - alpha, 0)
    open_ = torch.cumprod(((after > TRANSMITTANCE_MIN) | (alpha == 0)).to(alpha.dtype), 0)
    alpha = alpha * open_
    after = torch.cumprod(1 - alpha, 0)
    before = torch.cat([torch.ones_like(after[:1]), after[:-1]])
    image = torch.einsum("np,nc->pc", alpha * before, colors)
    opaque = 1 - torch.prod(1 - alpha, 0)
    return image.reshape(height, width, -1), opaque.reshape(height, width, 1)


def _radii(means2d, covariance, opacities, depth, size_wh):
    reach = (2 * torch.log(opacities.detach().clamp_min(ALPHA_MIN) / ALPHA_MIN)).sqrt()
    half = reach[..., None] * covariance.detach().diagonal(dim1=-2, dim2=-1).sqrt()
    size = torch.tensor(size_wh, dtype=means2d.dtype, device=means2d.device)
    centre = means2d.detach()
    inside = ((centre + half > 0) & (centre - half < size)).all(-1)
    drawn = inside & (depth >= NEAR_PLANE) & (opacities >= ALPHA_MIN)
    return torch.where(drawn, half.amax(-1).ceil().clamp(1, max(size_wh)), 0).to(torch.int32)


def _det(matrix: Tensor) -> Tensor:
    return matrix[..., 0, 0] * matrix[..., 1, 1] - matrix[..., 0, 1] ** 2

"""The CPU backend: two autograd functions around the compiled kernels, float32 or float64.

``_Project`` (splats to ellipses) and ``_Composite`` (ellipses to pixels) meet in ``means2d``, so that its
gradient can be read for densification. Both write their gradients by hand.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from lifemask.splats import cpu_bin, cpu_project, cpu_raster
from lifemask.threads import run_chunks


def render_cpu(
    means: Tensor,
    quats: Tensor,
    scales: Tensor,
    opacities: Tensor,
    colors: Tensor,
    camera_from_world: Tensor,
    intrinsics: Tensor,
    size_wh: tuple[int, int],
    background: Tensor,
    blur: float,
    antialias: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Splats to image ``[B, H, W, C]``, alpha ``[B, H, W, 1]``, means2d ``[B, N, 2]``, radii ``[B, N]``.

    Shapes as in ``rasterize``; ``camera_from_world [B, 4, 4]``, ``intrinsics [B, 3, 3]`` and ``background``
    (``[1, 1, 1, C]`` or ``[B, H, W, C]``) are required here.
    """
    project: Any = _Project.apply
    composite: Any = _Composite.apply
    means2d, conics, strength, depth, box, radii = project(
        means, quats, scales, opacities, camera_from_world, intrinsics, size_wh, blur, antialias
    )
    image, alpha = composite(means2d, conics, strength, colors, background, depth, box, size_wh)
    return image, alpha[..., None], means2d, radii


def _arrays(*tensors: Tensor) -> list[np.ndarray]:
    """The tensors as C-contiguous arrays, without a copy where they are contiguous already."""
    return [t.detach().contiguous().numpy() for t in tensors]


def _rows(*tensors: Tensor) -> list[np.ndarray]:
    """Tensors ``[B, N, ...]`` as arrays ``[B * N, ...]``."""
    return [t.reshape(-1, *t.shape[2:]) for t in _arrays(*tensors)]


def _flat(*tensors: Tensor) -> list[np.ndarray]:
    return [a.reshape(-1) for a in _arrays(*tensors)]


class _Project(torch.autograd.Function):
    """Splats to ellipses: means2d, conics, opacity as drawn; and depth, box, radii, which carry no
    gradient."""

    @staticmethod
    def forward(ctx, means, quats, scales, opacities, camera_from_world, intrinsics, size_wh, blur, antialias):
        frames, splats = opacities.shape
        camera = camera_from_world[:, :3].reshape(frames, 12)
        lens = intrinsics[:, [0, 1, 0, 1], [0, 1, 2, 2]]
        means2d, conics = means.new_empty(frames, splats, 2), means.new_empty(frames, splats, 3)
        strength, depth = means.new_empty(frames, splats), means.new_empty(frames, splats)
        box = means.new_empty(frames, splats, 4, dtype=torch.int32)
        radii = means.new_empty(frames, splats, dtype=torch.int32)
        run_chunks(
            cpu_project.project_forward,
            frames * splats,
            *_rows(means, quats, scales, opacities),
            *_arrays(camera, lens),
            *size_wh,
            blur,
            antialias,
            *_rows(means2d, conics, strength, depth, box, radii),
        )
        outputs = means2d, conics, strength, depth, box, radii
        ctx.save_for_backward(means, quats, scales, opacities, camera, lens, conics, radii)
        ctx.options = *size_wh, blur, antialias
        ctx.mark_non_differentiable(depth, box, radii)
        return outputs

    @staticmethod
    @once_differentiable
    def backward(ctx, grad_means2d, grad_conics, grad_strength, *_):
        means, quats, scales, opacities, camera, lens, conics, radii = ctx.saved_tensors
        splats = means, quats, scales, opacities
        gradients = [t.new_empty(t.shape) for t in splats]
        camera_wanted = ctx.needs_input_grad[4]
        camera_parts = means.new_empty(means.shape[0] if camera_wanted else 0, cpu_project.CAMERA_PARTS, 12)
        run_chunks(
            cpu_project.project_backward,
            means.shape[0] * cpu_project.CAMERA_PARTS,
            *_rows(*splats),
            *_arrays(camera, lens),
            *ctx.options,
            *_rows(conics, radii, grad_means2d, grad_conics, grad_strength, *gradients),
            camera_parts.numpy(),
        )
        grad_camera = None
        if camera_wanted:
            grad_camera = torch.nn.functional.pad(camera_parts.sum(1).view(-1, 3, 4), (0, 0, 0, 1))
        return *gradients, grad_camera, None, None, None, None


class _Composite(torch.autograd.Function):
    """Ellipses to pixels: image over the background, and alpha."""

    @staticmethod
    def forward(ctx, means2d, conics, strength, colors, background, depth, box, size_wh):
        width, height = size_wh
        frames, _, channels = colors.shape
        bins = cpu_bin.bin_splats(frames, size_wh, *_rows(box, depth, means2d, conics, strength, colors))
        image = colors.new_empty(frames, height, width, channels)
        alpha, transmittance = (colors.new_empty(frames, height, width) for _ in range(2))
        used = np.empty(bins.first_in_tile.size - 1, np.int32)
        run_chunks(
            cpu_raster.raster_forward,
            used.size,
            tuple(image.shape),
            bins.first_in_tile,
            bins.packed,
            bins.tile_list,
            *_flat(background, image, alpha, transmittance),
            used,
        )
        ctx.save_for_backward(image, transmittance)
        ctx.bins, ctx.used = bins, used
        ctx.shapes, ctx.background_shape = (
            [t.shape for t in (means2d, conics, strength, colors)],
            background.shape,
        )
        return image, alpha

    @staticmethod
    @once_differentiable
    def backward(ctx, grad_image, grad_alpha):
        bins, used = ctx.bins, ctx.used
        shape = tuple(grad_image.shape)
        pixels = _flat(*ctx.saved_tensors, grad_image, grad_alpha)
        # From numpy: torch would wake its own threads to write these zeros.
        gradients = [torch.from_numpy(np.zeros(shape, bins.packed.dtype)) for shape in ctx.shapes]
        for first, end in bins.rounds():
            record0, record1 = int(bins.first_record[first]), int(bins.first_record[end])
            records = np.empty((record1 - record0, cpu_raster.SHAPE + shape[3]), bins.packed.dtype)
            run_chunks(
                cpu_raster.raster_backward,
                used.size,
                shape,
                bins.first_in_tile,
                used,
                bins.packed,
                bins.tile_list,
                *pixels,
                record0,
                record1,
                records,
            )
            run_chunks(
                cpu_raster.sum_records,
                end - first,
                first,
                end,
                bins.visible,
                bins.first_record,
                records,
                *_rows(*gradients),
            )
        grad_background = None
        if ctx.needs_input_grad[4]:
            through = ctx.saved_tensors[1][..., None] * grad_image
            grad_background = through.sum_to_size(ctx.background_shape)
        return *gradients, grad_background, None, None, None

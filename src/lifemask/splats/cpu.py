"""The CPU backend: two autograd functions around the compiled kernels, float32 or float64.

``_Project`` (splats to ellipses) and ``_Composite`` (ellipses to pixels) meet in ``means2d``, so that its
gradient can be read for densification. Both write their gradients by hand.
"""

from typing import Any

import numba
import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from lifemask.splats import cpu_bin, cpu_project, cpu_raster


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
    antialias: bool,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Splats to (image ``[B, H, W, C]``, alpha ``[B, H, W, 1]``, means2d ``[B, N, 2]``, radii ``[B, N]``).

    Shapes as in ``rasterize``; ``camera_from_world [B, 4, 4]``, ``intrinsics [B, 3, 3]`` and ``background``
    (``[B or 1, H or 1, W or 1, C]``) are required here.
    """
    project: Any = _Project.apply
    composite: Any = _Composite.apply
    means2d, conics, strength, depth, box, radii = project(
        means, quats, scales, opacities, camera_from_world, intrinsics, size_wh, antialias
    )
    image, alpha = composite(means2d, conics, strength, colors, background, depth, box, size_wh)
    return image, alpha[..., None], means2d, radii


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().contiguous().numpy()


def _use_torch_threads() -> None:
    """One setting for both: the kernels use as many threads as torch does (``torch.set_num_threads``)."""
    numba.set_num_threads(max(1, min(torch.get_num_threads(), numba.config.NUMBA_NUM_THREADS)))


class _Project(torch.autograd.Function):
    """Splats to ellipses: means2d, conics, opacity as drawn; and depth, box, radii, which carry no
    gradient."""

    @staticmethod
    def forward(ctx, means, quats, scales, opacities, camera_from_world, intrinsics, size_wh, antialias):
        _use_torch_threads()
        frames, splats = means.shape[:2]
        splat_arrays = [_array(t) for t in (means, quats, scales, opacities)]
        real = splat_arrays[0].dtype
        camera = _array(camera_from_world[:, :3])
        lens = _array(intrinsics[:, [0, 1, 0, 1], [0, 1, 2, 2]])
        means2d, conics = np.empty((frames, splats, 2), real), np.empty((frames, splats, 3), real)
        strength, depth = np.empty((frames, splats), real), np.empty((frames, splats), real)
        box, radii = np.empty((frames, splats, 4), np.int32), np.empty((frames, splats), np.int32)
        cpu_project.project_forward(
            *splat_arrays, camera, lens, *size_wh, antialias, means2d, conics, strength, depth, box, radii
        )
        ctx.arrays = (*splat_arrays, camera, lens, *size_wh, antialias, conics, radii)
        outputs = [torch.from_numpy(a) for a in (means2d, conics, strength, depth, box, radii)]
        ctx.mark_non_differentiable(*outputs[3:])
        return tuple(outputs)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad_means2d, grad_conics, grad_strength, *_):
        _use_torch_threads()
        means, quats, scales, opacities = ctx.arrays[:4]
        frames = means.shape[0]
        splat_gradients = [np.empty_like(a) for a in (means, quats, scales, opacities)]
        camera_chunks = np.empty((frames, cpu_project.CAMERA_CHUNKS, 3, 4), means.dtype)
        cpu_project.project_backward(
            *ctx.arrays,
            *(_array(g) for g in (grad_means2d, grad_conics, grad_strength)),
            *splat_gradients,
            camera_chunks,
        )
        grad_camera = None
        if ctx.needs_input_grad[4]:
            grad_camera = torch.zeros(frames, 4, 4, dtype=grad_means2d.dtype)
            grad_camera[:, :3] = torch.from_numpy(camera_chunks.sum(1))
        return *(torch.from_numpy(g) for g in splat_gradients), grad_camera, None, None, None


class _Composite(torch.autograd.Function):
    """Ellipses to pixels: image over the background, and alpha."""

    @staticmethod
    def forward(ctx, means2d, conics, strength, colors, background, depth, box, size_wh):
        _use_torch_threads()
        width, height = size_wh
        frames, channels = colors.shape[0], colors.shape[2]
        arrays = [_array(t) for t in (means2d, conics, strength, colors)]
        real = arrays[0].dtype
        binned = cpu_bin.bin_splats(_array(box), _array(depth), *arrays, size_wh)
        image = np.empty((frames, height, width, channels), real)
        alpha, transmittance = (
            np.empty((frames, height, width), real),
            np.empty((frames, height, width), real),
        )
        used = np.empty(binned.first_in_tile.shape[0] - 1, np.int32)
        cpu_raster.raster_forward(
            binned.first_in_tile,
            binned.packed,
            binned.tile_list,
            _array(background),
            image,
            alpha,
            transmittance,
            used,
        )
        ctx.state = binned, used, image, transmittance, [a.shape for a in arrays]
        ctx.background_shape = background.shape
        return torch.from_numpy(image), torch.from_numpy(alpha)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad_image, grad_alpha):
        _use_torch_threads()
        binned, used, image, transmittance, shapes = ctx.state
        gradients = [np.zeros(shape, image.dtype) for shape in shapes]
        image_array, alpha_array = _array(grad_image), _array(grad_alpha)
        for first, end in binned.rounds():
            record0, record1 = int(binned.first_record[first]), int(binned.first_record[end])
            records = np.empty((record1 - record0, cpu_raster.SHAPE + image.shape[3]), image.dtype)
            cpu_raster.raster_backward(
                binned.first_in_tile, used, binned.packed, binned.tile_list, image, transmittance,
                image_array, alpha_array, record0, record1, records,
            )  # fmt: skip
            cpu_raster.sum_records(
                first, end, binned.frame, binned.order, binned.first_record, records, *gradients
            )
        grad_background = None
        if ctx.needs_input_grad[4]:
            through = torch.from_numpy(transmittance)[..., None] * grad_image
            grad_background = through.sum_to_size(ctx.background_shape)
        return *(torch.from_numpy(g) for g in gradients), grad_background, None, None, None

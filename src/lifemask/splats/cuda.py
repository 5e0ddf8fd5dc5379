"""The GPU backend: one thin adapter around gsplat 1.5.3; nothing else in the project imports it.

Frames are gsplat's batch dimension, with one camera each. ``packed=False`` always: the packed kernels of
1.5.3 mix the gradients of frames and refuse backgrounds. The background is composited by ``rasterize``,
because gsplat takes one colour per camera and no picture.
"""

import importlib.util
import weakref
from typing import Any

import torch
from torch import Tensor

from lifemask.errors import DeviceError
from lifemask.splats.constants import NEAR_PLANE

INSTALL = "pip install 'lifemask[cuda]'"
WARP = 32


def render_cuda(
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
    here. Raises ``DeviceError`` without an NVIDIA GPU or without gsplat.
    """
    rasterization = _gsplat()
    count = means.shape[1]
    if camera_from_world.requires_grad and count % WARP:
        # gsplat 1.5.3 sums camera gradients warp by warp and by camera only: a warp that straddles two
        # frames would add to the wrong one. Invisible splats fill the last warp of every frame.
        means, quats, scales, opacities, colors = (
            _pad(t, WARP - count % WARP) for t in (means, quats, scales, opacities, colors)
        )
    image, alpha, meta = rasterization(
        means,
        quats,
        scales,
        opacities,
        colors,
        viewmats=camera_from_world[:, None],
        Ks=intrinsics[:, None],
        width=size_wh[0],
        height=size_wh[1],
        near_plane=NEAR_PLANE,
        eps2d=blur,
        packed=False,
        rasterize_mode="antialiased" if antialias else "classic",
    )
    radii = meta["radii"][:, 0, :count].amax(-1).clamp_max(max(size_wh)).to(torch.int32)
    return image[:, 0], alpha[:, 0], _means2d(meta["means2d"], count), radii


def _means2d(inner: Tensor, count: int) -> Tensor:
    """gsplat's ``[B, 1, N, 2]`` as ``[B, N, 2]``, with the gradient that ``retain_grad`` is called for.

    The image depends on ``inner``, not on the part taken of it here, so that autograd alone would leave that
    part without a gradient. The hook holds it weakly: it belongs to the graph that the hook belongs to.
    """
    part = inner[:, 0, :count]
    if inner.requires_grad:
        target = weakref.ref(part)

        def hand_on(gradient: Tensor) -> None:
            tensor = target()
            if tensor is not None and tensor.retains_grad:
                tensor.grad = gradient[:, 0, :count]

        inner.register_hook(hand_on)
    return part


def _pad(tensor: Tensor, extra: int) -> Tensor:
    """``[B, N, ...]`` to ``[B, N + extra, ...]`` with zeros; zero opacity draws nothing."""
    return torch.cat([tensor, tensor.new_zeros(tensor.shape[0], extra, *tensor.shape[2:])], 1)


def _gsplat() -> Any:
    """gsplat's ``rasterization``, imported at first use: the import builds or loads the CUDA extension."""
    if not torch.cuda.is_available():
        raise DeviceError(
            "The 'cuda' rasteriser was asked for, but torch sees no NVIDIA GPU.",
            "Either the machine has none, its driver is missing, or torch is a CPU build.",
            "Use backend='cpu' (--device cpu), or run `lifemask doctor`.",
        )
    if importlib.util.find_spec("gsplat") is None:
        raise DeviceError(
            "The 'cuda' rasteriser needs gsplat 1.5.3, which is not installed.",
            "It is an extra: it compiles its CUDA kernels at first use, in a minute or two, with nvcc.",
            f"Run: {INSTALL}",
        )
    from gsplat import rasterization  # pyright: ignore[reportMissingImports]

    return rasterization

"""One function, three backends: Gaussians in, differentiable images out."""

from typing import Literal

import torch
from torch import Tensor

from lifemask.errors import ConfigError, DeviceError
from lifemask.splats.constants import EPS2D
from lifemask.splats.types import RasterOutput

Backend = Literal["auto", "reference", "cpu", "cuda"]


def rasterize(
    means: Tensor,
    quats: Tensor,
    scales: Tensor,
    opacities: Tensor,
    colors: Tensor,
    *,
    intrinsics: Tensor,
    size_wh: tuple[int, int],
    camera_from_world: Tensor | None = None,
    background: Tensor | None = None,
    backend: Backend = "auto",
    antialias: bool = False,
    blur: float = EPS2D,
) -> RasterOutput:
    """Render B frames of N Gaussians each; differentiable in everything but ``intrinsics``.

    - ``means [B, N, 3]`` metres; ``quats [B, N, 4]`` wxyz, of any length but zero; ``scales [B, N, 3]``
      standard deviations in metres; ``opacities [B, N]`` in [0, 1]; ``colors [B, N, C]``, any number of
      channels.
    - ``camera_from_world [B, 4, 4]``, OpenCV camera; without it means and quats are in the camera's frame
      already.
    - ``intrinsics [B, 3, 3]`` or ``[3, 3]`` pixels, principal point kept; ``size_wh`` (width, height).
    - ``background``: ``[C]`` or ``[B, H, W, C]``; ``image = splats + (1 - alpha) * background``. None is
      zero.
    - ``backend``: "auto" takes "cuda" for tensors on a GPU and "cpu" otherwise; "reference" is dense torch,
      exact, O(B N H W), for tests.
    - ``blur``: variance in px² that is added to every splat in the image. A picture ``s`` times as large shows the same
      with ``s**2`` times the blur.
    - ``antialias``: scale each opacity by the area that the 2D blur adds (Mip-Splatting).

    A splat's alpha at a pixel is ``min(0.999, opacity * exp(-sigma))``, skipped below 1/255; a pixel ends
    before the splat that would leave 1e-4 of the light. The semantics are those of gsplat 1.5.3.

    Raises ``ConfigError`` for shapes, types or devices that do not fit, ``DeviceError`` for a backend that
    is not there.
    """
    _check(means, quats, scales, opacities, colors, intrinsics, size_wh, camera_from_world, background)
    frames = means.shape[0]
    if camera_from_world is None:
        camera_from_world = torch.eye(4, dtype=means.dtype, device=means.device).expand(frames, 4, 4)
    intrinsics = intrinsics.expand(frames, 3, 3)
    plate = background if background is None or background.ndim == 4 else background[None, None, None]
    splats = (means, quats, scales, opacities, colors)

    chosen = _choose(backend, means)
    if chosen == "cpu":
        from lifemask.splats.cpu import render_cpu

        zero = means.new_zeros(1, 1, 1, colors.shape[2])
        return RasterOutput(
            *render_cpu(
                *splats, camera_from_world, intrinsics, size_wh, zero if plate is None else plate, blur, antialias
            )
        )
    if chosen == "cuda":
        from lifemask.splats.cuda import render_cuda as render
    else:
        from lifemask.splats.reference import render_reference as render
    image, alpha, means2d, radii = render(*splats, camera_from_world, intrinsics, size_wh, blur, antialias)
    return RasterOutput(image if plate is None else image + (1 - alpha) * plate, alpha, means2d, radii)


def _choose(backend: Backend, means: Tensor) -> Literal["reference", "cpu", "cuda"]:
    if backend == "reference":
        return backend
    device = means.device.type
    if backend == "auto" and device in ("cpu", "cuda"):
        return device  # type: ignore[return-value]
    if backend in ("cpu", "cuda") and backend == device:
        return backend
    if backend not in ("auto", "cpu", "cuda"):
        raise ConfigError(f"Unknown rasteriser backend {backend!r}.", fix="Choose one of: auto, reference, cpu, cuda.")
    raise DeviceError(
        f"The {backend!r} rasteriser cannot take tensors on {means.device}.",
        "The backend works where the tensors lie: 'cpu' in memory, 'cuda' on an NVIDIA GPU.",
        "Move the tensors, or pass backend='reference', which runs on any device (slowly).",
    )


def _check(means, quats, scales, opacities, colors, intrinsics, size_wh, camera_from_world, background) -> None:
    if means.ndim != 3 or colors.ndim != 3:
        raise ConfigError(
            f"Expected means [B, N, 3] and colors [B, N, C], got {_shape(means)} and {_shape(colors)}.",
            "The usual cause is a single frame without the batch dimension.",
            "Add it with tensor[None].",
        )
    frames, count, channels = means.shape[0], means.shape[1], colors.shape[2]
    width, height = size_wh
    if width < 1 or height < 1 or channels < 1 or frames < 1:
        raise ConfigError(f"Nothing to render: {frames} frames of {width}x{height} pixels, {channels} channels.")
    wanted: list[tuple[str, Tensor | None, list[tuple[int, ...]]]] = [
        ("means", means, [(frames, count, 3)]),
        ("quats", quats, [(frames, count, 4)]),
        ("scales", scales, [(frames, count, 3)]),
        ("opacities", opacities, [(frames, count)]),
        ("colors", colors, [(frames, count, channels)]),
        ("intrinsics", intrinsics, [(3, 3), (1, 3, 3), (frames, 3, 3)]),
        ("camera_from_world", camera_from_world, [(frames, 4, 4)]),
        ("background", background, [(channels,), (frames, height, width, channels)]),
    ]
    for name, tensor, shapes in wanted:
        if tensor is None:
            continue
        if tuple(tensor.shape) not in shapes:
            expected = " or ".join(str(list(s)) for s in shapes)
            raise ConfigError(
                f"Expected {name} of shape {expected}, got {_shape(tensor)}.",
                f"means are {_shape(means)}, colors {_shape(colors)}, size_wh {tuple(size_wh)}; "
                "images are [B, H, W, C].",
            )
        if tensor.dtype != means.dtype or tensor.device != means.device:
            raise ConfigError(
                f"{name} is {tensor.dtype} on {tensor.device}; means are {means.dtype} on {means.device}.",
                fix=f"Convert it: {name}.to(means).",
            )
    if means.dtype not in (torch.float32, torch.float64):
        raise ConfigError(f"Expected float32 or float64 splats, got {means.dtype}.", fix="Convert with .float().")
    if intrinsics.requires_grad:
        raise ConfigError(
            "intrinsics require a gradient, but the rasteriser has none for them.",
            "gsplat and the CPU kernels differentiate the splats and the pose only.",
            "Pass intrinsics.detach(); to solve for the focal length, use projected landmarks.",
        )


def _shape(tensor: Tensor) -> list[int]:
    return list(tensor.shape)

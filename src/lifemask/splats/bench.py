"""How fast the rasteriser is here: a synthetic head of splats, rendered and differentiated over and over."""

import math
import time
from collections.abc import Callable

import torch
from torch import Tensor

from lifemask.splats.rasterize import Backend, rasterize
from lifemask.threads import get_threads

HEAD_RADII_M = (0.085, 0.115, 0.10)
DISTANCE_M = 1.0
HEAD_SHARE = 0.78
"""Share of the image's height that the head fills."""
RADIUS_RANGE_PX = (2.0, 6.0)
"""Three-sigma radii of the splats in the image, log-uniform."""


def bench_splats(
    count: int = 15_000,
    size_px: int = 256,
    frames: int = 1,
    *,
    backend: Backend = "auto",
    device: str = "cpu",
    seconds: float = 3.0,
    seed: int = 0,
) -> dict[str, float | int | str]:
    """Time forward, and forward with backward, of ``count`` splats at ``size_px``² over a background picture.

    Returns the settings and ``forward_ms_min``, ``forward_ms_median``, ``both_ms_min``, ``both_ms_median``,
    per call of ``frames`` frames. The two are measured in turns for ``seconds``; the minimum is what the
    machine can do, the median what it did beside its other work. Compilation is not counted.
    """
    splats, intrinsics = _head(count, size_px, frames, device, seed)
    generator = torch.Generator().manual_seed(seed)
    background, weights = torch.rand(2, frames, size_px, size_px, 3, generator=generator).to(device)

    def forward() -> Tensor:
        return rasterize(
            *splats, intrinsics=intrinsics, size_wh=(size_px, size_px), background=background, backend=backend
        ).image

    def both() -> None:
        torch.autograd.grad(forward(), splats, weights)

    forward_ms, both_ms = [], []
    both()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(both_ms) < 3:
        forward_ms.append(_time_ms(forward, device))
        both_ms.append(_time_ms(both, device))
    return {
        "count": count,
        "size_px": size_px,
        "frames": frames,
        "backend": backend,
        "device": device,
        "threads": get_threads(),
        "repeats": len(both_ms),
        "forward_ms_min": min(forward_ms),
        "forward_ms_median": sorted(forward_ms)[len(forward_ms) // 2],
        "both_ms_min": min(both_ms),
        "both_ms_median": sorted(both_ms)[len(both_ms) // 2],
    }


def _time_ms(run: Callable[[], object], device: str) -> float:
    start = time.perf_counter()
    run()
    if device.startswith("cuda"):
        torch.cuda.synchronize()
    return (time.perf_counter() - start) * 1e3


def _head(count: int, size_px: int, frames: int, device: str, seed: int) -> tuple[list[Tensor], Tensor]:
    """Splats flat on an ellipsoid, in the camera's frame: (means, quats, scales, opacities, colors),
    intrinsics."""
    generator = torch.Generator().manual_seed(seed)
    direction = torch.nn.functional.normalize(torch.randn(count, 3, generator=generator), dim=1)
    radii = torch.tensor(HEAD_RADII_M)
    normal = torch.nn.functional.normalize(direction / radii, dim=1)
    focal = size_px * HEAD_SHARE / (2 * HEAD_RADII_M[1]) * DISTANCE_M
    low, high = (math.log(r / 3 * DISTANCE_M / focal) for r in RADIUS_RANGE_PX)
    in_plane = torch.exp(torch.rand(count, 2, generator=generator) * (high - low) + low)
    z_axis = torch.tensor([0.0, 0.0, 1.0]).expand(count, 3)
    quats = torch.cat([1 + normal[:, 2:] + 1e-4, torch.linalg.cross(z_axis, normal)], 1)
    splats = [
        direction * radii + torch.tensor([0.0, 0.0, DISTANCE_M]),
        torch.nn.functional.normalize(quats, dim=1),
        torch.cat([in_plane, in_plane.amin(1, keepdim=True) * 0.2], 1),
        torch.sigmoid(torch.randn(count, generator=generator) * 1.5 + 0.5),
        torch.rand(count, 3, generator=generator),
    ]
    leaves = [t[None].repeat(frames, *[1] * t.ndim).to(device).requires_grad_() for t in splats]
    centre = size_px / 2
    return leaves, torch.tensor([[focal, 0, centre], [0, focal, centre], [0, 0, 1]], device=device)

"""How near the renders come to the real held-out frames, whole and region by region.

PSNR is the mean over frames of each frame's own PSNR; a region's PSNR pools the squared error over its pixels in a
frame. Pictures are compared as they would be written: clamped to [0, 1].
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lifemask.avatar.frames import FrameSource
from lifemask.avatar.motion import Motion
from lifemask.avatar.refine import Render
from lifemask.metrics.ssim import ssim_map
from lifemask.perception.regions import evaluation_regions
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import pose_vertices

Perceptual = Callable[[Tensor, Tensor], Tensor]
BATCH = 4


@dataclass(frozen=True)
class Evaluation:
    """Per frame of ``rows``: ``psnr_db``, ``ssim`` and ``lpips`` (None without its weights) of the whole image, and
    ``region_psnr_db``/``region_ssim`` for each region by name (NaN where a frame does not show it)."""

    rows: np.ndarray
    psnr_db: np.ndarray
    ssim: np.ndarray
    lpips: np.ndarray | None
    region_psnr_db: dict[str, np.ndarray]
    region_ssim: dict[str, np.ndarray]

    def summary(self) -> dict:
        """Means over frames, ready for JSON."""
        regions = {
            name: {"psnr_db": _mean(self.region_psnr_db[name]), "ssim": _mean(self.region_ssim[name])}
            for name in self.region_psnr_db
        }
        whole = {"psnr_db": _mean(self.psnr_db), "ssim": _mean(self.ssim)}
        whole["lpips"] = None if self.lpips is None else _mean(self.lpips)
        return {"frames": len(self.rows), "whole": whole, "regions": regions}


@torch.no_grad()
def evaluate(
    render: Render,
    rig: HeadRig,
    neutral: Tensor,
    motion: Motion,
    source: FrameSource,
    rows: np.ndarray,
    *,
    by_region: bool = True,
    posed_by: Motion | None = None,
    perceptual: Perceptual | None = None,
    labels: np.ndarray | None = None,
    progress: Progress = NULL_PROGRESS,
) -> Evaluation:
    """Render ``rows`` of ``motion`` over the background and compare with the store's frames.

    Regions, which are left out unless ``by_region``, are those of the matte and of the ``rig`` (of the person ``neutral
    [V, 3]``, on the device) under ``motion``, or under the motion ``posed_by``, so that they are the same for methods
    that have refined it each in their own way; ``labels [B, H, W]`` of a face parser for the same ``rows``, where
    there are some, decide on those of the face.
    """
    psnr, similarity, lpips = [], [], []
    on_cpu = rig.to(device="cpu")
    region_psnr: dict[str, list[float]] = {}
    region_ssim: dict[str, list[float]] = {}
    with progress.stage("evaluating", total=len(rows)) as step:
        for start in range(0, len(rows), BATCH):
            part = torch.as_tensor(rows[start : start + BATCH], device=source.device)
            batch = source.batch(part)
            moved = motion.rows(part)
            image = batch.exposed(render(moved, batch)[0]).clamp(0, 1)
            squared = (image - batch.image).square().mean(-1)
            maps = ssim_map(image, batch.image).mean(-1)
            psnr += [_psnr(error.mean()) for error in squared]
            similarity += maps.mean((1, 2)).tolist()
            if perceptual is not None:
                lpips += perceptual(image, batch.image).tolist()
            step(len(part))
            if not by_region:
                continue
            posed = moved if posed_by is None else posed_by.rows(part)
            vertices = pose_vertices(rig, neutral, posed.code).cpu().numpy()
            for index in range(len(part)):
                matte = (batch.matte[index] * 255).round().byte().cpu().numpy()
                parsed = None if labels is None else labels[start + index]
                regions = evaluation_regions(vertices[index], source.camera, on_cpu, matte, parsed)
                for name, mask in regions.items():
                    where = torch.as_tensor(mask, device=source.device)
                    seen = bool(where.any())
                    region_psnr.setdefault(name, []).append(_psnr(squared[index][where].mean()) if seen else np.nan)
                    region_ssim.setdefault(name, []).append(float(maps[index][where].mean()) if seen else np.nan)
    return Evaluation(
        rows,
        np.array(psnr),
        np.array(similarity),
        np.array(lpips) if perceptual is not None else None,
        {name: np.array(values) for name, values in region_psnr.items()},
        {name: np.array(values) for name, values in region_ssim.items()},
    )


def _psnr(mean_squared_error: Tensor) -> float:
    return float(-10 * torch.log10(mean_squared_error.clamp(min=1e-10)))


def _mean(values: np.ndarray) -> float | None:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else None

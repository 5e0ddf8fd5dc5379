"""The frozen avatar as a tracker: fit the poses and the code of frames to their pictures.

Frames that were held out of training may fit their own pose and code here, never the avatar.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lifemask.avatar.config import MotionConfig
from lifemask.avatar.frames import Batch, FrameSource
from lifemask.avatar.lbfgs import BatchedLbfgs
from lifemask.avatar.motion import KINDS, POSES, Motion, MotionTable, corrected, widths
from lifemask.metrics.ssim import l1_ssim_loss, ssim_map
from lifemask.progress import NULL_PROGRESS, Progress

Render = Callable[[Motion, Batch], tuple[Tensor, Tensor]]
"""Some frames' motion to pictures ``[B, H, W, 3]`` over the batch's plate and their opacity ``[B, H, W]``."""
GAUGE_FRAMES, GAUGE_STEPS = 12, 60
GAUGE_TURN, GAUGE_MOVE_M = 3e-3, 1e-3
CPU_BATCH, GPU_BATCH = 4, 64


@dataclass(frozen=True)
class Refiner:
    """What renders, what it is compared with, and how."""

    render: Render
    source: FrameSource
    config: MotionConfig
    ssim_weight: float

    def frames(
        self, motion: Motion, table: MotionTable, rows: np.ndarray, progress: Progress = NULL_PROGRESS
    ) -> Motion:
        """All of ``motion`` with the corrections in ``table``, those of ``rows`` (ascending) fitted to their
        pictures."""
        batch = GPU_BATCH if self.source.device.type == "cuda" else CPU_BATCH
        with progress.stage("refining", total=len(rows)) as step:
            for start in range(0, len(rows), batch):
                part = torch.as_tensor(rows[start : start + batch], device=self.source.device)
                _start_from_the_past(table, part)
                self._fit(motion.rows(part), table, part)
                step(len(part))
        return corrected(motion, table.value)

    def gauge(self, motion: Motion, rows: np.ndarray) -> Motion:
        """``motion`` with one turn and one shift of all heads and one of all torsos, fitted to a few of ``rows``: two
        trackings of one person agree up to these."""
        device = self.source.device
        few = rows[np.unique(np.linspace(0, len(rows) - 1, GAUGE_FRAMES).astype(int))]
        part = torch.as_tensor(few, device=device)
        batch, moved = self.source.batch(part, 2), motion.rows(part)
        shared = {name: torch.zeros(1, 3, device=device, requires_grad=True) for name in POSES}
        rates = [GAUGE_TURN if name.endswith("turn") else GAUGE_MOVE_M for name in POSES]
        groups = [{"params": [shared[name]], "lr": rate} for name, rate in zip(POSES, rates, strict=True)]
        optimizer = torch.optim.Adam(groups, betas=(0.8, 0.95))
        for iteration in range(GAUGE_STEPS):
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * 0.05 ** (iteration / GAUGE_STEPS)
            image, _ = self.render(_shared(moved, shared), batch)
            optimizer.zero_grad()
            l1_ssim_loss(batch.exposed(image), batch.image, self.ssim_weight).backward()
            optimizer.step()
        return _shared(motion, {name: value.detach() for name, value in shared.items()})

    def _fit(self, motion: Motion, table: MotionTable, rows: Tensor) -> None:
        """Steps at half the size, then at the full one; every frame has its own second-order memory."""
        units = self._units(motion)
        start = table.value[rows] / units
        assert self.config.fine_steps is not None
        for shrink, steps in ((2, self.config.coarse_steps), (1, self.config.fine_steps)):
            batch, solver = self.source.batch(rows, shrink), BatchedLbfgs(start)
            for _ in range(steps):
                point = solver.ask().detach().requires_grad_()
                image, _ = self.render(corrected(motion, point * units), batch)
                image = batch.exposed(image)
                losses = _losses(image, batch.image, self.ssim_weight) + self.config.prior * point.square().sum(-1)
                (gradient,) = torch.autograd.grad(losses.sum(), point)
                solver.tell(losses.detach(), gradient)
            start = solver.best
        table.value[rows] = start * units

    def _units(self, motion: Motion) -> Tensor:
        """How far each correction usually goes, ``[D]``: the units in which all curve the loss alike."""
        c = self.config
        pose = (c.turn_unit, c.move_unit_m, c.turn_unit, c.move_unit_m)
        sizes = (*pose, c.expression_unit, c.eyes_unit, c.modes_unit, c.modes_unit)
        units = [torch.full((widths(motion)[name],), size) for name, size in zip(KINDS, sizes, strict=True)]
        return torch.cat(units).to(self.source.device)


def _losses(image: Tensor, target: Tensor, ssim_weight: float) -> Tensor:
    """The image loss of every picture by itself, ``[B]``."""
    if image.device.type == "cpu":
        pairs = zip(image.split(1), target.split(1), strict=True)
        return torch.stack([l1_ssim_loss(one, other, ssim_weight) for one, other in pairs])
    error = (image - target).abs().mean((1, 2, 3))
    return (1 - ssim_weight) * error + ssim_weight * (1 - ssim_map(image, target).mean((1, 2, 3)))


def _start_from_the_past(table: MotionTable, rows: Tensor) -> None:
    """A frame never fitted begins with the correction of the frame before it."""
    first = int(rows[0])
    fresh = rows[(table.value[rows] == 0).all(-1)]
    if first > 0 and len(fresh):
        table.value[fresh] = table.value[first - 1].clone()


def _shared(motion: Motion, shared: dict[str, Tensor]) -> Motion:
    """The same correction of the poses for every frame."""
    rest = {name: motion.modes.new_zeros(1, width) for name, width in widths(motion).items()}
    parts = [shared.get(name, zero) for name, zero in rest.items()]
    return corrected(motion, torch.cat(parts, -1).expand(len(motion.modes), -1))

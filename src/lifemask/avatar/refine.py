"""The frozen avatar as a tracker: fit the poses and the code of frames to their pictures.

Frames that were held out of training may fit their own pose and code here, never the avatar.
"""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from lifemask.avatar.config import MotionConfig
from lifemask.avatar.frames import Batch, FrameSource
from lifemask.avatar.lbfgs import BatchedLbfgs
from lifemask.avatar.motion import KINDS, POSES, Motion, MotionTable, corrected
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
            l1_ssim_loss(image, batch.image, self.ssim_weight).backward()
            optimizer.step()
        return _shared(motion, {name: value.detach() for name, value in shared.items()})

    def _fit(self, motion: Motion, table: MotionTable, rows: Tensor) -> None:
        """Steps at half the size, then at the full one; every frame has its own second-order memory."""
        units = self._units(table)
        start = torch.cat([table.value[name][rows] / unit for name, unit in units.items()], 1)
        for shrink, steps in ((2, self.config.coarse_steps), (1, self.config.fine_steps)):
            batch, solver = self.source.batch(rows, shrink), BatchedLbfgs(start)
            for _ in range(steps):
                point = solver.ask().detach().requires_grad_()
                image, _ = self.render(corrected(motion, _named(point, table, units)), batch)
                losses = _losses(image, batch.image, self.ssim_weight) + self.config.prior * point.square().sum(-1)
                (gradient,) = torch.autograd.grad(losses.sum(), point)
                solver.tell(losses.detach(), gradient)
            start = solver.best
        for name, value in _named(start, table, units).items():
            table.value[name][rows] = value

    def _units(self, table: MotionTable) -> dict[str, float]:
        """How far each kind of correction usually goes: the units in which all curve the loss alike."""
        c = self.config
        sizes = (c.turn_unit, c.move_unit_m, c.turn_unit, c.move_unit_m, c.expression_unit, c.eyes_unit, c.modes_unit)
        return {name: size for name, size in zip(KINDS, sizes, strict=True) if table.value[name].shape[1]}


def _named(flat: Tensor, table: MotionTable, units: dict[str, float]) -> dict[str, Tensor]:
    """``[B, D]`` in the units as corrections by kind."""
    widths = [table.value[name].shape[1] for name in units]
    parts = {name: part * units[name] for name, part in zip(units, flat.split(widths, 1), strict=True)}
    return {name: parts.get(name, value.new_zeros(len(flat), 0)) for name, value in table.value.items()}


def _losses(image: Tensor, target: Tensor, ssim_weight: float) -> Tensor:
    """The image loss of every picture by itself, ``[B]``."""
    if image.device.type == "cpu":
        pairs = zip(image.split(1), target.split(1), strict=True)
        return torch.stack([l1_ssim_loss(one, other, ssim_weight) for one, other in pairs])
    error = (image - target).abs().mean((1, 2, 3))
    return (1 - ssim_weight) * error + ssim_weight * (1 - ssim_map(image, target).mean((1, 2, 3)))


@contextmanager
def frozen(model: nn.Module):
    """The model without gradients of its own."""
    model.requires_grad_(False)
    try:
        yield
    finally:
        model.requires_grad_(True)


def _start_from_the_past(table: MotionTable, rows: Tensor) -> None:
    """A frame never fitted begins with the correction of the frame before it."""
    first = int(rows[0])
    for value in table.value.values():
        fresh = rows[(value[rows] == 0).all(-1)]
        if first > 0 and len(fresh):
            value[fresh] = value[first - 1].clone()


def _shared(motion: Motion, shared: dict[str, Tensor]) -> Motion:
    """The same correction of the poses for every frame."""
    count, code = len(motion.modes), motion.code
    rest = {
        "expression": code.expression.new_zeros(1, code.expression.shape[-1]),
        "eyes": code.expression.new_zeros(1, 4),
        "modes": motion.modes.new_zeros(1, motion.modes.shape[-1]),
    }
    return corrected(motion, {name: value.expand(count, -1) for name, value in (shared | rest).items()})

"""The frozen avatar as a tracker: fit the poses and the code of frames to their pictures.

Frames that were held out of training may fit their own pose and code here, never the avatar.
"""

import numpy as np
import torch

from lifemask.avatar.motion import Motion, MotionTable, corrected
from lifemask.avatar.train import Trainer
from lifemask.metrics.ssim import l1_ssim_loss
from lifemask.progress import NULL_PROGRESS, Progress

COARSE_SHARE = 0.6


def refine_rows(trainer: Trainer, rows: np.ndarray, *, batch: int = 4, progress: Progress = NULL_PROGRESS) -> Motion:
    """Fit frames ``rows`` (ascending) to the avatar in ``trainer``, which stays as it is; returns the motion of all
    frames with those rows fitted and the training rows as training left them."""
    config = trainer.config.motion
    table = MotionTable(
        len(trainer.motion.modes), trainer.motion.code.expression.shape[-1], trainer.motion.modes.shape[-1],
        config, trainer.device,
    )  # fmt: skip
    table.value = {name: value.clone() for name, value in trainer.table.value.items()}
    trainer.model.requires_grad_(False)
    try:
        with progress.stage("refining", total=len(rows)) as step:
            for start in range(0, len(rows), batch):
                part = torch.as_tensor(rows[start : start + batch], device=trainer.device)
                _start_from_the_past(table, part)
                _fit(trainer, table, part)
                step(len(part))
    finally:
        trainer.model.requires_grad_(True)
    return corrected(trainer.motion, table.value)


def _start_from_the_past(table: MotionTable, rows: torch.Tensor) -> None:
    """A frame never fitted begins with the correction of the frame before it."""
    first = int(rows[0])
    for value in table.value.values():
        fresh = rows[(value[rows] == 0).all(-1)]
        if first > 0 and len(fresh):
            value[fresh] = value[first - 1].clone()


def _fit(trainer: Trainer, table: MotionTable, rows: torch.Tensor) -> None:
    """Steps at half the size, then at the full one."""
    config = trainer.config.motion
    motion = trainer.motion.rows(rows)
    batches = {shrink: trainer.source.batch(rows, shrink) for shrink in (2, 1)}
    for iteration in range(config.held_out_steps):
        done = iteration / config.held_out_steps
        batch = batches[2 if done < COARSE_SHARE else 1]
        leaf = table.leaf(rows)
        image, _ = trainer.render(corrected(motion, leaf), batch)
        # Each frame has its own Adam: the mean over the batch only scales the gradients.
        l1_ssim_loss(image, batch.image, trainer.config.ssim_weight).backward()
        table.step(rows, leaf, config.held_out_gain * 0.1**done)

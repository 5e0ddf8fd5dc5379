"""What both methods of ``bench avatar`` share: the run's tracking, frames and split, and how each is built from it."""

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from lifemask.assets import verify
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.config import TrainingConfig
from lifemask.avatar.flashavatar_config import FlashAvatarConfig
from lifemask.avatar.flashavatar_train import FlashAvatarTrainer
from lifemask.avatar.frames import Batch, FrameSource
from lifemask.avatar.motion import Motion
from lifemask.avatar.store import FrameStore
from lifemask.avatar.train import Trainer
from lifemask.metrics.lpips import ASSET, VGG_ASSET, Lpips
from lifemask.pipeline.job import Job
from lifemask.pipeline.stages.mattes import FRAMES, PLATE, load_plate
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.pipeline.stages.training import new_trainer, test_rows
from lifemask.rig.head import HeadRig
from lifemask.tracking.build import neutral_of
from lifemask.tracking.record import Tracking

CURVE_FRAMES = 25
"""Held-out frames at most, evenly spread, of a point of the curves, and of what is refined on a CPU."""


AnyTrainer = Trainer | FlashAvatarTrainer
"""What is measured."""


@dataclass(frozen=True)
class Stand:
    """The run on a device: ``rows`` are trained on, ``test`` held out, ``few`` of these evenly spread."""

    job: Job
    tracking: Tracking
    plate: np.ndarray
    rig: HeadRig
    neutral: Tensor
    motion: Motion
    source: FrameSource
    rows: np.ndarray
    test: np.ndarray
    perceptual: Lpips | None

    @staticmethod
    def of(job: Job) -> "Stand":
        """Load what the run's stages have written, up to the tracking."""
        tracking, plate = Tracking.load(job.run.file(TRACKING)), load_plate(job.run)
        store = FrameStore.open(job.run.file(FRAMES))
        test = test_rows(job.config, store.count)
        return Stand(
            job,
            tracking,
            plate,
            job.rig.to(device=job.device),
            neutral_of(tracking, job.rig, job.device),
            Motion.of(tracking, job.device),
            FrameSource(store, plate, tracking.camera, job.device),
            np.arange(test[0]),
            test,
            Lpips(job.device) if verify(ASSET) else None,
        )

    @property
    def device(self) -> torch.device:
        return self.source.device

    @property
    def few(self) -> np.ndarray:
        """Held-out frames for the curves."""
        places = np.linspace(0, len(self.test) - 1, min(CURVE_FRAMES, len(self.test)))
        return self.test[np.unique(places.round().astype(int))]

    @property
    def refined_rows(self) -> np.ndarray:
        """Held-out frames that are fitted to the frozen avatars: all, or on a CPU, where the other method's fit takes
        many seconds a frame, ``few``."""
        return self.few if self.device.type == "cpu" else self.test

    @property
    def device_name(self) -> str:
        """The card, or the processor and the threads that it has."""
        if self.device.type == "cpu":
            return f"{_processor()}, {os.cpu_count()} threads"
        return torch.cuda.get_device_name(self.device)

    @property
    def inputs(self) -> dict[str, str]:
        """Hashes of what both methods are trained on."""
        made = [entry["outputs"] for entry in self.job.run.record["stages"].values() if entry["state"] == "done"]
        return {name: out[name]["sha256"] for out in made for name in (FRAMES, PLATE, TRACKING) if name in out}

    def settle(self) -> None:
        """Wait for the device."""
        if self.device.type != "cpu":
            torch.cuda.synchronize(self.device)

    def ours(self, training: TrainingConfig) -> Trainer:
        """Our trainer before its first step."""
        job = replace(self.job, config=replace(self.job.config, training=training))
        trainer = new_trainer(job, self.tracking, self.plate)
        trainer.source = self.source  # held once, so that both methods' memory has it once
        return trainer

    def preset(self, config: FlashAvatarConfig) -> FlashAvatarTrainer:
        """The other trainer before its first step."""
        perceptual = Lpips(self.device, VGG_ASSET) if verify(VGG_ASSET) else None
        return FlashAvatarTrainer.begin(
            self.rig, self.neutral, self.motion, self.source, self.rows, config, self.job.config.seed,
            perceptual=perceptual,
        )  # fmt: skip

    def model_tensors(self, trainer: AnyTrainer) -> list[Tensor]:
        """What of a trained method has to be kept: parameters and buffers, and the person at rest."""
        kept = [*trainer.model.state_dict().values(), self.neutral]
        return kept + (list(vars(trainer.space).values()) if isinstance(trainer, Trainer) else [])

    def renderer(self, trainer: AnyTrainer) -> Callable[[Motion], Tensor]:
        """From some frames' motion to pictures ``[B, H, W, 3]`` in [0, 1], as each is used once it is trained."""
        if isinstance(trainer, Trainer):
            return Avatar.of(trainer, self.tracking.camera, self.plate, self.job.config.rig).render
        camera, empty = self.source.camera, torch.zeros(0, device=self.device)
        batch = Batch(empty, empty, self.source.plates[1], camera.tensor(self.device), camera.size_wh)

        @torch.no_grad()
        def render(motion: Motion) -> Tensor:
            return trainer.render(motion, batch)[0].clamp(0, 1)

        return render


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()

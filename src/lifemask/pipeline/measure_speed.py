"""How fast this machine trains and renders: steps a second and frames a second, on the built-in subject.

A clip of it is filmed and tracked at 256 pixels in a folder that is thrown away. The parts of a step are timed each by
itself, forward and backward, in turns with the whole step; what they leave is the share of the rest.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import Tensor

from lifemask.avatar.avatar import Avatar
from lifemask.avatar.binding import Gaussians, place
from lifemask.avatar.config import AvatarConfig, TrainingConfig
from lifemask.avatar.model import frozen
from lifemask.avatar.train import Trainer, draw
from lifemask.geometry.camera import View
from lifemask.metrics.ssim import l1_ssim_loss
from lifemask.pipeline.config import CreateConfig, Device
from lifemask.pipeline.create import create
from lifemask.pipeline.job import Job, pick_device
from lifemask.pipeline.run import RunFolder
from lifemask.pipeline.stages.mattes import load_plate
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.pipeline.stages.training import new_trainer
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.skinning import pose_vertices
from lifemask.synthetic.clip import render_clip
from lifemask.threads import get_threads
from lifemask.tracking.record import Tracking

GAUSSIANS, SIZE = 15_000, 256
CLIP_SECONDS = 4.0
WARM_UP = 8
RENDER_SIZES, RENDER_BATCHES = (256, 512), (1, 16)
PARTS = ("pose", "blend and place", "raster", "loss", "the rest")


@dataclass(frozen=True)
class Subject:
    """A trainer before its first step at full resolution, and the avatar that it would make."""

    trainer: Trainer
    avatar: Avatar


@contextmanager
def subject(device: Device, seed: int, progress: Progress = NULL_PROGRESS) -> Iterator[Subject]:
    """The built-in subject, filmed and tracked; it lies in a folder that goes with the context."""
    torch.set_num_threads(1)  # as in training
    where = pick_device(device)
    avatar = AvatarConfig(gaussians=GAUSSIANS)
    config = CreateConfig(
        frames="0:", resolution=SIZE, device=device, seed=seed, training=TrainingConfig(avatar=avatar, coarse_share=0.0)
    )
    with TemporaryDirectory() as folder:
        clip, out = Path(folder) / "subject.mp4", Path(folder) / "run"
        render_clip(clip, seconds=CLIP_SECONDS, size=SIZE, seed=seed, progress=progress)
        create(clip, out, config, progress, until="tracking")
        with RunFolder.reopen(out) as run:
            tracking, plate = Tracking.load(run.file(TRACKING)), load_plate(run)
            trainer = new_trainer(Job(run, config, where, progress), tracking, plate)
            yield Subject(trainer, Avatar.of(trainer, tracking.camera, plate))


def measure_training(trainer: Trainer, seconds: float = 6.0) -> dict[str, Any]:
    """Steps a second, and the share of each of ``PARTS`` in a step."""
    parts, device = _parts(trainer), trainer.device
    for _ in range(WARM_UP):
        trainer.step()
    found: dict[str, list[float]] = {name: [] for name in ("step", *parts)}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(found["step"]) < WARM_UP:
        for name, work in parts.items():
            found[name].append(_seconds(work, device))
        # Some in a row, as in training: what a step uses lies in the caches that the step before left.
        for _ in range(4):
            found["step"].append(_seconds(trainer.step, device))
    median = {name: statistics.median(values) for name, values in found.items()}
    step = median["step"]
    shares = {
        "pose": median["pose"] / step,
        "blend and place": max(median["gaussians"] - median["pose"], 0.0) / step,
        "raster": median["raster"] / step,
        "loss": median["loss"] / step,
    }
    shares["the rest"] = max(1 - sum(shares.values()), 0.0)
    return {
        "steps_a_second": 1 / step,
        "steps_a_second_best": 1 / min(found["step"]),
        "shares": shares,
        "gaussians": len(trainer.model.base),
        "size_px": SIZE,
        "batch": trainer.batch,
        "device": device.type,
        "threads": get_threads(),
    }


def measure_rendering(avatar: Avatar, trainer: Trainer, seconds: float = 1.5) -> dict[str, Any]:
    """Frames a second from motion to picture, for each of ``RENDER_SIZES`` and ``RENDER_BATCHES``, all in turns."""
    ways: dict[tuple[int, int], Callable[[], object]] = {}
    for size in RENDER_SIZES:
        sized = _at_size(avatar, size)
        for batch in RENDER_BATCHES:
            motion = trainer.motion.rows(torch.arange(batch, device=trainer.device) % len(trainer.rows))
            ways[size, batch] = lambda sized=sized, motion=motion: sized.render(motion)
    times: dict[tuple[int, int], list[float]] = {way: [] for way in ways}
    for work in ways.values():
        work()
    end = time.perf_counter() + seconds * len(ways)
    while time.perf_counter() < end or len(times[RENDER_SIZES[0], RENDER_BATCHES[0]]) < WARM_UP:
        for way, work in ways.items():
            times[way].append(_seconds(work, trainer.device))
    rates = {
        f"{size}x{batch}": {
            "frames_a_second": batch / statistics.median(values),
            "frames_a_second_best": batch / min(values),
        }
        for (size, batch), values in times.items()
    }
    about = {"gaussians": len(trainer.model.base), "device": trainer.device.type, "threads": get_threads()}
    return {"rates": rates} | about


def _parts(trainer: Trainer) -> dict[str, Callable[[], object]]:
    """Parts of a step on their own, forward and backward."""
    model, rows = trainer.model, torch.as_tensor(trainer.rows[: trainer.batch], device=trainer.device)
    motion, batch = trainer.motion.rows(rows), trainer.source.batch(rows)
    code = motion.code.map(lambda value: value.clone().requires_grad_())
    leaves = [code.expression, code.eyes, code.camera_from_head, code.camera_from_torso]
    head, torso = (weight.detach().requires_grad_() for weight in model.weights(trainer.space.inputs(motion)))
    weights = head, torso
    apart = [value.detach().requires_grad_() for value in vars(trainer.gaussians(motion)).values()]
    image = draw(Gaussians(*apart), batch)[0].detach().requires_grad_()

    def pose() -> Tensor:
        return pose_vertices(trainer.rig, trainer.neutral, code)

    def gaussians() -> object:
        with frozen(model.base, *model.bases):
            placed = place(pose(), model.corners, model.barycentric, model.attributes(weights))
        return _backward(list(vars(placed).values()), [*leaves, *weights])

    return {
        "pose": lambda: _backward([pose()], leaves),
        "gaussians": gaussians,
        "raster": lambda: _backward([draw(Gaussians(*apart), batch)[0]], apart),
        "loss": lambda: _backward([l1_ssim_loss(image, batch.image, trainer.config.ssim_weight)], [image]),
    }


def _backward(outputs: list[Tensor], leaves: list[Tensor]) -> object:
    return torch.autograd.grad(outputs, leaves, [torch.ones_like(output) for output in outputs])


def _at_size(avatar: Avatar, size: int) -> Avatar:
    """The same avatar, pictured at ``size`` pixels."""
    view = avatar.view
    if view.size_wh[0] == size:
        return avatar
    wide, high = size, round(size * view.size_wh[1] / view.size_wh[0])
    sized = View(view.left_px, view.top_px, view.width_px, view.height_px, (wide, high))
    return replace(avatar, view=sized)


def _seconds(work: Callable[[], object], device: torch.device) -> float:
    began = time.perf_counter()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - began

"""The avatar, trained on all but the last frames; then, frozen, it refines the tracking of those too."""

from dataclasses import replace

import numpy as np
import torch

from lifemask.avatar.attributes import units
from lifemask.avatar.avatar import FILE as AVATAR
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.frames import FrameSource
from lifemask.avatar.initialise import initialise
from lifemask.avatar.model import CodeSpace, GaussianModel, frozen
from lifemask.avatar.motion import Motion, MotionTable
from lifemask.avatar.refine import Refiner
from lifemask.avatar.store import FrameStore
from lifemask.avatar.train import Trainer
from lifemask.perception.rig_source import rig_hash
from lifemask.pipeline.config import CreateConfig, held_out
from lifemask.pipeline.files import write_json
from lifemask.pipeline.job import Job
from lifemask.pipeline.run import Stage, StageWork
from lifemask.pipeline.stages.mattes import FRAMES, PLATE, load_plate
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.tracking.build import measured, neutral_of
from lifemask.tracking.record import Tracking

REFINED, CURVE = "refined.safetensors", "training.json"


def training(job: Job) -> None:
    """Write ``avatar.safetensors``, ``refined.safetensors`` (tracking of all frames), ``training.json``."""
    config = job.config
    settings = {
        "training": config.training,
        "test": config.test,
        "seed": config.seed,
        "rig": rig_hash(job.rig),
    }
    stage = Stage("training", 2, settings, (FRAMES, PLATE, TRACKING), (AVATAR, REFINED, CURVE))
    job.execute(stage, lambda work: _training(job, work))


def _training(job: Job, work: StageWork) -> dict[str, object]:
    tracking, plate = Tracking.load(job.run.file(TRACKING)), load_plate(job.run)
    trainer = new_trainer(job, tracking, plate)
    checkpoint = work.scratch("checkpoint.safetensors")
    trainer.run(checkpoint, job.progress)
    trainer.save(checkpoint)
    rows = test_rows(job.config, len(tracking))
    refiner = Refiner(trainer.render, trainer.source, trainer.config.motion, trainer.config.ssim_weight)
    table = MotionTable(trainer.motion, trainer.config.motion, trainer.table.value)
    with frozen(*trainer.model.parameters()):
        refined = with_motion(tracking, refiner.frames(trainer.motion, table, rows, job.progress))
    measured(refined, job.rig).save(work.path(REFINED))
    avatar_file = work.path(AVATAR)
    Avatar.of(trainer, tracking.camera, plate, job.config.rig).save(avatar_file.parent)
    seconds, images, loss = (
        (list(column) for column in zip(*trainer.curve, strict=True)) if trainer.curve else ([],) * 3
    )
    write_json(work.path(CURVE), {"seconds": seconds, "images": images, "loss": loss})
    return {"seconds": trainer.seconds, "images": trainer.images_done, "trained_on": len(trainer.rows)}


def new_trainer(job: Job, tracking: Tracking, plate: np.ndarray) -> Trainer:
    """The state before the first step: Gaussians laid on the rig from a few training frames."""
    config, seed = job.config.training.on(job.device), job.config.seed
    store = FrameStore.open(job.run.file(FRAMES))
    rows = np.arange(test_rows(job.config, store.count)[0])
    camera = tracking.camera
    rig, cpu = job.rig, "cpu"
    motion, source = Motion.of(tracking, cpu), FrameSource(store, plate, camera, cpu)
    binding, base = initialise(
        rig,
        neutral_of(tracking, rig),
        motion,
        rows,
        source,
        config.avatar,
        seed,
    )
    own = config.avatar
    assert own.face_modes is not None
    torso = tracking.torso_modes.shape[1] + own.torso_modes
    motion = Motion.of(tracking, job.device, torso=torso, face=own.face_modes)
    return Trainer(
        rig=rig.to(device=job.device),
        neutral=neutral_of(tracking, rig, job.device),
        model=GaussianModel(binding, base, units(config.rates), CodeSpace.sizes(motion), config.avatar).to(job.device),
        space=CodeSpace.of(motion.rows(torch.as_tensor(rows, device=job.device)).code),
        motion=motion,
        source=source if job.device == cpu else FrameSource(store, plate, camera, job.device),
        rows=rows,
        config=config,
        seed=seed,
    )


def test_rows(config: CreateConfig, count: int) -> np.ndarray:
    """The held-out rows: the last of ``count`` used frames."""
    return np.arange(count - held_out(config, count), count)


def with_motion(tracking: Tracking, motion: Motion) -> Tracking:
    """``tracking`` with the motion that the avatar found."""
    host = lambda tensor: tensor.detach().cpu().numpy()  # noqa: E731
    code = motion.code
    moved = tracking.with_motion(
        camera_from_head=host(code.camera_from_head),
        camera_from_torso=host(code.camera_from_torso),
        expression=host(code.expression),
        eyes=host(code.eyes),
        torso_modes=host(motion.modes),
        face_modes=host(motion.face_modes),
    )
    return replace(moved, refined=True)

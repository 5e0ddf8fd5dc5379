"""The motion of a clip, refined by the rendering error of an avatar of the same person that was made before."""

from dataclasses import replace

import numpy as np
import torch

from lifemask.avatar.avatar import Avatar, avatar_file
from lifemask.avatar.frames import FrameSource
from lifemask.avatar.model import frozen
from lifemask.avatar.motion import MotionTable
from lifemask.avatar.refine import Refiner
from lifemask.avatar.store import FrameStore
from lifemask.media.files import file_sha256
from lifemask.pipeline.job import Job
from lifemask.pipeline.run import Stage, StageWork
from lifemask.pipeline.stages.mattes import FRAMES, PLATE, load_plate
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.pipeline.stages.training import REFINED, with_motion
from lifemask.tracking.build import measured
from lifemask.tracking.record import Tracking


def refinement(job: Job) -> None:
    """Write ``refined.safetensors``: every frame fitted to its picture by the avatar that the settings name."""
    assert job.config.refine is not None
    settings = {"motion": job.config.training.motion, "avatar": file_sha256(avatar_file(job.config.refine))}
    stage = Stage("refinement", 1, settings, job.reads(FRAMES, PLATE, TRACKING), (REFINED,))
    job.execute(stage, lambda work: _refinement(job, work))


def _refinement(job: Job, work: StageWork) -> dict[str, object]:
    assert job.config.refine is not None
    avatar = Avatar.load(job.config.refine, job.device)
    tracking, store = Tracking.load(job.run.file(TRACKING)), FrameStore.open(job.run.file(FRAMES))
    motion = avatar.motion(tracking)
    # The torso's modes were named by this clip's own cloth: the avatar knows others.
    motion = replace(motion, modes=torch.zeros_like(motion.modes))
    source = FrameSource(store, load_plate(job.run), tracking.camera, job.device)
    config = job.config.training.on(job.device)
    refiner = Refiner(avatar.draw, source, config.motion, config.ssim_weight)
    rows = np.flatnonzero(tracking.tracked)
    with frozen(*avatar.model.parameters()):
        motion = refiner.gauge(motion, rows)
        moved = refiner.frames(motion, MotionTable(motion, config.motion), rows, job.progress)
    measured(with_motion(tracking, moved), job.rig).save(work.path(REFINED))
    return {"frames": len(rows)}

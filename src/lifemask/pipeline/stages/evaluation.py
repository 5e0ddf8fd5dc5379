"""How near the avatar comes to the frames that it has not seen."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np

from lifemask.assets import verify
from lifemask.avatar.avatar import FILE as AVATAR
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.evaluate import Evaluation, evaluate
from lifemask.avatar.frames import FrameSource
from lifemask.avatar.store import FrameStore
from lifemask.geometry.camera import View
from lifemask.media.video import read_grey
from lifemask.metrics.lpips import ASSET as LPIPS
from lifemask.metrics.lpips import Lpips
from lifemask.pipeline.files import write_json
from lifemask.pipeline.job import Job
from lifemask.pipeline.run import RunFolder, Stage, StageWork
from lifemask.pipeline.stages.mattes import FRAMES, PARSING, has_parsing
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.pipeline.stages.training import REFINED, test_rows
from lifemask.tracking.record import Tracking

EVALUATION = "evaluation.json"


def evaluation(job: Job) -> None:
    """Write ``evaluation.json``: every held-out frame's scores, "as_tracked" and "refined"."""
    settings = {"test": job.config.test, "lpips": verify(LPIPS)}
    reads = (FRAMES, TRACKING, AVATAR, REFINED, *((PARSING,) if has_parsing(job) else ()))
    stage = Stage("evaluation", 1, settings, reads, (EVALUATION,))
    job.execute(stage, lambda work: _evaluation(job, work))


def load_evaluation(run: RunFolder) -> dict[str, Any]:
    """What the stage wrote: for each tracking the fields of ``Evaluation``."""
    return json.loads(run.file(EVALUATION).read_text())


def _evaluation(job: Job, work: StageWork) -> dict[str, object]:
    avatar = Avatar.load(job.run.path, job.device)
    store = FrameStore.open(job.run.file(FRAMES))
    source = FrameSource(store, avatar.plate, avatar.camera, job.device)
    rows = test_rows(job.config, store.count)
    perceptual = Lpips(job.device) if verify(LPIPS) else None
    labels = _labels(job, rows, store.view) if has_parsing(job) else None
    found: dict[str, Evaluation] = {}
    for name, file in (("as_tracked", TRACKING), ("refined", REFINED)):
        motion = avatar.motion(Tracking.load(job.run.file(file)))
        found[name] = evaluate(
            avatar.draw,
            avatar.rig,
            avatar.neutral,
            motion,
            source,
            rows,
            perceptual=perceptual,
            labels=labels,
            progress=job.progress,
        )
    write_json(work.path(EVALUATION), {name: asdict(result) for name, result in found.items()})
    return {name: result.summary() for name, result in found.items()}


def _labels(job: Job, rows: np.ndarray, view: View) -> np.ndarray:
    """The face parser's labels ``[B, H, W]`` of some rows, at the working view."""
    width, height = view.size_wh
    middles = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), -1)
    column, row = np.floor(view.to_original(middles)).astype(int).transpose(2, 0, 1)
    wanted = set(rows.tolist())
    return np.stack([one[row, column] for k, one in enumerate(read_grey(job.run.file(PARSING))) if k in wanted])

"""How the head and the torso move: one solve of the whole clip."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lifemask.avatar.avatar import Avatar, avatar_file
from lifemask.avatar.store import FrameStore
from lifemask.errors import ConfigError, TrackingError
from lifemask.media.files import file_sha256
from lifemask.perception.rig_source import rig_hash
from lifemask.pipeline.job import Job
from lifemask.pipeline.run import Stage, StageWork
from lifemask.pipeline.stages.capture import CAPTURE, LANDMARKS, used_observations
from lifemask.pipeline.stages.conversion import convert
from lifemask.pipeline.stages.mattes import FRAMES, SKIN
from lifemask.tracking.build import build_tracking
from lifemask.tracking.head import track_head
from lifemask.tracking.person import KnownPerson
from lifemask.tracking.record import Tracking
from lifemask.tracking.skin_store import SkinStore

TRACKING = "tracking.safetensors"
MAX_ERROR_SHARE = 0.12
_READ_AT_ONCE = 32


def tracking(job: Job) -> None:
    """Write ``tracking.safetensors``."""
    settings: dict[str, object] = {"tracking": job.config.tracking, "rig": rig_hash(job.rig)}
    if job.config.refine is not None:
        settings["person"] = file_sha256(avatar_file(job.config.refine))
    stage = Stage("tracking", 2, settings, job.reads(CAPTURE, LANDMARKS, FRAMES, SKIN), (TRACKING,))
    job.execute(stage, lambda work: _tracking(job, work))


def _tracking(job: Job, work: StageWork) -> dict[str, object]:
    (solved, measures) = _solve(job) if job.imported is None else (convert(job, job.imported), {})
    solved.save(work.path(TRACKING))
    return measures | {
        "focal_px": solved.camera.focal_px[0],
        "reprojection_px": float(np.nanmean(solved.reprojection_px)),
        "tracked": int(solved.tracked.sum()),
    }


def _solve(job: Job) -> tuple[Tracking, dict[str, object]]:
    seen, rig, store = used_observations(job.run), job.rig, FrameStore.open(job.run.file(FRAMES))
    settings = job.config.tracking
    skin, known = SkinStore.open(job.run.file(SKIN)), _known(job)
    solution = track_head(seen, rig, settings, skin, threads=os.cpu_count() or 1, known=known, progress=job.progress)
    solved = build_tracking(seen, solution, rig, _Pictures(store), store.view, settings, known)
    share = float(np.nanmean(solved.reprojection_px)) / seen.interocular_px
    if share > MAX_ERROR_SHARE:
        raise TrackingError(
            f"The solve leaves a landmark error of {100 * share:.1f} % of the distance between the eyes.",
            f"Above {100 * MAX_ERROR_SHARE:.0f} % the head in the video and the head of the rig do not move together; "
            "usual causes are a wrong --tracking.focal-px and a face that is not one (a poster, a mask).",
            f"Look at what the landmarker sees: lifemask check {job.run.video}",
        )
    return solved, {"focal_log_sigma": solution.focal_sigma}


def _known(job: Job) -> KnownPerson | None:
    """The person of the avatar that the tracking is to be refined with."""
    if job.config.refine is None:
        return None
    avatar = Avatar.load(job.config.refine)
    if rig_hash(avatar.rig) != rig_hash(job.rig):
        raise ConfigError(
            f"The avatar in {job.config.refine} stands on another rig than this run",
            "Their expressions do not mean the same.",
            "Give the run the avatar's rig: --rig FILE",
        )
    return KnownPerson.of(avatar.neutral, job.rig)


@dataclass(frozen=True)
class _Pictures:
    """The pictures and mattes of a store, one after the other, as often as they are asked for."""

    store: FrameStore

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for start in range(0, self.store.count, _READ_AT_ONCE):
            rows = np.arange(start, min(start + _READ_AT_ONCE, self.store.count))
            yield from zip(self.store.images(rows), self.store.mattes(rows), strict=True)

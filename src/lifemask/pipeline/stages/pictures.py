"""A second pass over the used frames: mattes at full size, and the training pictures at the working view."""

import numpy as np

from lifemask.avatar.store import FrameStoreWriter
from lifemask.geometry.camera import View
from lifemask.geometry.image_warp import resample_view
from lifemask.media.video import VideoWriter, probe, read_frames
from lifemask.perception.matte import Matter
from lifemask.pipeline.job import Job
from lifemask.pipeline.run import VIDEO, Stage, StageWork
from lifemask.pipeline.stages.capture import CAPTURE, LANDMARKS, used_observations
from lifemask.tracking.observations import Observations

MATTES, FRAMES = "mattes.mkv", "frames"


def pictures(job: Job) -> None:
    """Write ``mattes.mkv`` (one matte for every used frame) and the ``frames`` folder."""
    stage = Stage(
        "pictures", 1, {"resolution": job.config.resolution}, (VIDEO, CAPTURE, LANDMARKS), (MATTES, FRAMES)
    )
    job.execute(stage, lambda work: _pictures(job, work))


def working_view(seen: Observations, resolution: int) -> View:
    """The largest square of the frame, moved towards the face as far as the frame allows."""
    width, height = seen.size_wh
    side = min(width, height)
    centre = np.median(seen.landmarks_px[seen.detected].mean(1), 0)
    left, top = (
        float(np.clip(middle - side / 2, 0, full - side))
        for middle, full in zip(centre, (width, height), strict=True)
    )
    return View(left, top, side, side, (resolution, resolution))


def _pictures(job: Job, work: StageWork) -> dict[str, object]:
    video, seen = job.run.video, used_observations(job.run)
    view, matter = working_view(seen, job.config.resolution), Matter()
    store = FrameStoreWriter(work.path(FRAMES), view)
    with (
        job.progress.stage("mattes", total=len(seen)) as step,
        VideoWriter(work.path(MATTES), probe(video).fps, seen.size_wh, codec="ffv1-gray") as mattes,
    ):
        for row, frame in enumerate(read_frames(video, indices=seen.frame_index.tolist())):
            alpha = matter(frame.image, seen.landmarks_px[row] if seen.detected[row] else None)
            mattes.write(alpha)
            store.add(resample_view(frame.image, view), resample_view(alpha, view))
            step(1)
    store.close()
    return {"frames": len(seen)}

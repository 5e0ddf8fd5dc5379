"""A second pass over the used frames: mattes, training pictures at the working view, and what is behind."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from lifemask.avatar.store import FrameStoreWriter
from lifemask.geometry.camera import View
from lifemask.geometry.image_warp import resample_view
from lifemask.media.video import VideoWriter, probe, read_frames
from lifemask.perception.matte import Matter
from lifemask.perception.plate import background_plate
from lifemask.pipeline.job import Job
from lifemask.pipeline.run import VIDEO, RunFolder, Stage, StageWork
from lifemask.pipeline.stages.capture import CAPTURE, LANDMARKS, used_observations
from lifemask.progress import Step
from lifemask.tracking.observations import Observations

MATTES, FRAMES, PLATE = "mattes.mkv", "frames", "plate.png"


def mattes(job: Job) -> None:
    """Write ``mattes.mkv`` (original size, one matte for every used frame), ``frames/`` and ``plate.png``."""
    settings = {"resolution": job.config.resolution}
    stage = Stage("mattes", 2, settings, (VIDEO, CAPTURE, LANDMARKS), (MATTES, FRAMES, PLATE))
    job.execute(stage, lambda work: _mattes(job, work))


def load_plate(run: RunFolder) -> np.ndarray:
    """The background at the working view, uint8 ``[H, W, 3]``."""
    return np.array(Image.open(run.file(PLATE)).convert("RGB"))


def working_view(seen: Observations, resolution: int) -> View:
    """The largest square of the frame, moved towards the face as far as the frame allows."""
    width, height = seen.size_wh
    side = min(width, height)
    x, y = np.median(seen.landmarks_px[seen.detected].mean(1), 0)
    left, top = (float(np.clip(c - side / 2, 0, full - side)) for c, full in ((x, width), (y, height)))
    return View(left, top, side, side, (resolution, resolution))


def _mattes(job: Job, work: StageWork) -> dict[str, object]:
    seen = used_observations(job.run)
    store = FrameStoreWriter(work.path(FRAMES), working_view(seen, job.config.resolution))
    with (
        job.progress.stage("mattes", total=len(seen)) as step,
        VideoWriter(work.path(MATTES), probe(job.run.video).fps, seen.size_wh, codec="ffv1-gray") as writer,
    ):
        plate = background_plate(_cut(job, seen, store, writer, step))
    store.close()
    Image.fromarray(plate.image).save(work.path(PLATE))
    return {"frames": len(seen), "background_seen": float(plate.seen.mean())}


def _cut(
    job: Job, seen: Observations, store: FrameStoreWriter, writer: VideoWriter, step: Step
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Cut out the person frame by frame, keep the results, and pass on the pairs at the working view."""
    matter = Matter()
    for row, frame in enumerate(read_frames(job.run.video, indices=seen.frame_index.tolist())):
        alpha = matter(frame.image, seen.landmarks_px[row] if seen.detected[row] else None)
        writer.write(alpha)
        pair = resample_view(frame.image, store.view), resample_view(alpha, store.view)
        store.add(*pair)
        step(1)
        yield pair

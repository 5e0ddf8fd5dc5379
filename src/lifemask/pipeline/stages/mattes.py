"""Two more passes over the used frames: mattes and what is behind; then training pictures at the working view, with the
edge of the person sharpened by what is known to be behind."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import numpy as np
from PIL import Image

from lifemask.avatar.frames import plate_at
from lifemask.avatar.store import FrameStoreWriter
from lifemask.formats.masks import MOUTH, mask_of
from lifemask.geometry.camera import View
from lifemask.geometry.image_warp import inside_image, pixel_centres, resample_view, view_matrix
from lifemask.media.files import file_sha256
from lifemask.media.video import VideoWriter, probe, read_frames, read_grey
from lifemask.perception.camera_path import CameraPath, map_points
from lifemask.perception.extent import Extent, working_view
from lifemask.perception.foreground import sharpened_alpha
from lifemask.perception.matte import Matter
from lifemask.perception.onnx_models import BisenetParser, RvmMatter
from lifemask.perception.plate import Plate, background_plate, frame_size_wh
from lifemask.pipeline.imported import ALPHA
from lifemask.pipeline.imported import PARSING as IMPORTED_PARSING
from lifemask.pipeline.job import Job
from lifemask.pipeline.run import VIDEO, RunFolder, Stage, StageWork
from lifemask.pipeline.stages.capture import CAMERA_PATH, CAPTURE, LANDMARKS, camera_path, used_observations
from lifemask.progress import Step
from lifemask.tracking.observations import Observations
from lifemask.tracking.skin_store import SkinStoreWriter, skin_view
from lifemask.tracking.verify import Verdict
from lifemask.tracking.verify_labels import check_label

MATTES, FRAMES, SKIN, PLATE, PARSING = "mattes.mkv", "frames", "skin", "plate.png", "parsing.mkv"
LABELS_CHECKED = 12
"""Frames on which a face parser has to show that it knows a mouth from a nose."""


def mattes(job: Job) -> None:
    """Write ``mattes.mkv`` (original size, one matte for every used frame), ``frames/``, ``skin/`` (the face alone,
    sharper) and ``plate.png`` (the whole frame without the person; transparent where it was never seen); with a face
    parser also ``parsing.mkv``, its labels of the same frames. Where the camera moved, all are in the reference frame
    of its path."""
    settings: dict[str, object] = {"resolution": job.config.resolution}
    if job.config.matte_model is not None:
        settings["matte"] = [job.config.matte, file_sha256(job.config.matte_model)]
    if job.config.parser_model is not None:
        settings["parser"] = [job.config.parser, file_sha256(job.config.parser_model)]
    writes = (MATTES, FRAMES, SKIN, PLATE, *((PARSING,) if has_parsing(job) else ()))
    stage = Stage("mattes", 5, settings, job.reads(VIDEO, CAPTURE, LANDMARKS, CAMERA_PATH), writes)
    job.execute(stage, lambda work: _mattes(job, work))


def has_parsing(job: Job) -> bool:
    """Whether the run has labels of a face parser: its own, or imported ones."""
    return job.config.parser is not None or (job.imported is not None and job.imported.has(IMPORTED_PARSING))


def load_plate(run: RunFolder) -> np.ndarray:
    """The whole frame without the person, uint8 ``[H, W, 3]``, as large as frames come out."""
    return np.array(Image.open(run.file(PLATE)).convert("RGB"))


def _mattes(job: Job, work: StageWork) -> dict[str, object]:
    seen = used_observations(job.run)
    fps = probe(job.run.video).fps
    path = camera_path(job.run)
    parser = _checked_parser(job, seen)
    skin = SkinStoreWriter(work.path(SKIN), skin_view(seen.landmarks_px[seen.detected], seen.size_wh))
    extent = Extent(seen.size_wh)
    with ExitStack() as stack:
        step = stack.enter_context(job.progress.stage("mattes", total=len(seen)))
        writer = stack.enter_context(VideoWriter(work.path(MATTES), fps, seen.size_wh, codec="ffv1-gray"))
        labels = None
        if parser is not None:
            labels = stack.enter_context(VideoWriter(work.path(PARSING), fps, seen.size_wh, codec="ffv1-gray"))
        plate = background_plate(_cut(job, seen, path, skin, extent, writer, parser, labels, step))
    skin.close()
    picture = np.dstack([plate.image, np.where(plate.seen, np.uint8(255), np.uint8(0))])
    Image.fromarray(picture).save(work.path(PLATE))
    shown = path.shown(seen.size_wh) if path.moved else None
    view = working_view(extent, job.config.resolution, shown)
    _keep_pictures(job, work, seen, path, view, plate)
    return {"frames": len(seen), "background_seen": float(plate.seen.mean()), "view": view.to_list()}


def _keep_pictures(job: Job, work: StageWork, seen: Observations, path: CameraPath, view: View, plate: Plate) -> None:
    """Write ``frames/``: every used frame and its matte at ``view``."""
    store = FrameStoreWriter(work.path(FRAMES), view)
    behind = plate_at(plate.image, seen.size_wh, view)
    known = plate_at(np.where(plate.steady, np.uint8(255), np.uint8(0)), seen.size_wh, view) == 255
    frames = read_frames(job.run.video, indices=seen.frame_index.tolist())
    with job.progress.stage("pictures", total=len(seen)) as step:
        for row, (frame, alpha) in enumerate(zip(frames, read_grey(work.path(MATTES)), strict=True)):
            image = resample_view(frame.image, view, path.frame_from_reference[row] if path.moved else None)
            store.add(image, sharpened_alpha(image, resample_view(alpha, view), behind, known))
            step(1)
    store.close()


Cutter = Callable[[np.ndarray, np.ndarray | None], np.ndarray]
"""Picture uint8 ``[H, W, 3]`` and landmarks ``[478, 2]`` of the next frame to its matte or labels ``[H, W]``."""


def _cut(
    job: Job,
    seen: Observations,
    path: CameraPath,
    skin: SkinStoreWriter,
    extent: Extent,
    writer: VideoWriter,
    parser: Cutter | None,
    labels: VideoWriter | None,
    step: Step,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Cut out the person frame by frame, keep the results, and pass on the pairs of whole frames as large as they come
    out. What a frame does not show of them is neither person nor background."""
    matter = _matter(job, seen)
    landmarks_px = _in_frames(seen, path)
    whole, kept = View.whole(seen.size_wh), View.whole(seen.size_wh, frame_size_wh(seen.size_wh))
    for row, frame in enumerate(read_frames(job.run.video, indices=seen.frame_index.tolist())):
        landmarks = landmarks_px[row] if seen.detected[row] else None
        warp = path.frame_from_reference[row] if path.moved else None
        alpha = matter(frame.image, landmarks)
        matte = _matte_at(alpha, whole, warp)[0]
        writer.write(matte)
        extent.add(matte)
        if parser is not None and labels is not None:
            labels.write(_labels_at(parser(frame.image, landmarks), warp))
        image, (matte, shown) = resample_view(frame.image, kept, warp), _matte_at(alpha, kept, warp)
        skin.add(frame.image, alpha, warp)
        step(1)
        yield image, np.where(shown, matte, np.uint8(255))


def _matte_at(alpha: np.ndarray, view: View, warp: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """The matte at ``view``, 0 beyond the frame, and True where it is within the frame."""
    matte = resample_view(alpha, view, warp)
    if warp is None:
        return matte, np.ones(matte.shape, bool)
    shown = inside_image(warp @ view_matrix(view), view.size_wh, (alpha.shape[1], alpha.shape[0]))
    return np.where(shown, matte, np.uint8(0)), shown


def _labels_at(labels: np.ndarray, warp: np.ndarray | None) -> np.ndarray:
    """Labels ``[H, W]`` in the reference frame: the nearest one, 0 (background) beyond the frame."""
    if warp is None:
        return labels
    height, width = labels.shape
    at = pixel_centres((width, height)) @ warp[:, :2].T + warp[:, 2]
    column, row = np.clip(np.floor(at), 0, [width - 1, height - 1]).astype(int).transpose(2, 0, 1)
    return np.where(inside_image(warp, (width, height), (width, height)), labels[row, column], np.uint8(0))


def _in_frames(seen: Observations, path: CameraPath) -> np.ndarray:
    """The landmarks ``[T, 478, 2]`` in the frames as they are."""
    return map_points(path.frame_from_reference, seen.landmarks_px) if path.moved else seen.landmarks_px


def _matter(job: Job, seen: Observations) -> Cutter:
    """The network that was asked for; else imported mattes, else the built-in network."""
    if job.config.matte_model is not None:
        return RvmMatter(job.config.matte_model)
    if job.imported is not None and job.imported.has(ALPHA):
        return _stored(job.imported.grey(ALPHA, seen.frame_index))
    return Matter()


def _stored(pictures: Iterator[np.ndarray]) -> Cutter:
    return lambda image, landmarks_px: next(pictures)


def _checked_parser(job: Job, seen: Observations) -> Cutter | None:
    """The face parser, once its labels are seen to lie on the features that they name."""
    if job.config.parser_model is None:
        return (
            _stored(job.imported.grey(IMPORTED_PARSING, seen.frame_index))
            if has_parsing(job) and job.imported
            else None
        )
    parser = BisenetParser(job.config.parser_model)
    rows = np.flatnonzero(seen.detected)
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, LABELS_CHECKED).round().astype(int))]
    points = _in_frames(seen, camera_path(job.run))[rows]
    frames = read_frames(job.run.video, indices=seen.frame_index[rows].tolist())
    found = [parser(frame.image, landmarks) for frame, landmarks in zip(frames, points, strict=True)]
    verdict = Verdict((), (), None)
    for feature, names in (("mouth", MOUTH), ("nose", ("nose",))):
        verdict = verdict.with_check(*check_label(feature, [mask_of(labels, names) for labels in found], points))
    verdict.raise_if_failed(str(job.config.parser_model))
    return parser

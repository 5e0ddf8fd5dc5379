"""A foreign fit becomes a run: read, verified against its images, and only then kept."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from lifemask.errors import ConfigError, FormatError
from lifemask.formats import flame_head_tracker, flashavatar, masks, metrical_tracker, nerf_json, vhap
from lifemask.formats.flame_sequence import FlameSequence
from lifemask.formats.guess import FORMAT_NAMES, guess_format
from lifemask.formats.tracker_files import in_original, read_crop
from lifemask.media.video import VideoWriter
from lifemask.perception.landmarks import FaceLandmarker
from lifemask.perception.rig_source import flame_source, load_flame
from lifemask.pipeline.config import CreateConfig
from lifemask.pipeline.files import new_folder
from lifemask.pipeline.imported import ALPHA, PARSING, VIDEO_FILE, Imported
from lifemask.pipeline.imports_flame import READINGS, claim_of, joint_alternatives
from lifemask.pipeline.imports_images import Images, find_images
from lifemask.pipeline.run import IMPORT, RunFolder
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.flame import FlameModel
from lifemask.rig.head import NUM_LANDMARKS, HeadRig
from lifemask.tracking.verify import Verdict, verify
from lifemask.tracking.verify_claim import Sight
from lifemask.tracking.verify_corrections import correct
from lifemask.tracking.verify_labels import check_label

DEFAULT_FPS = 25.0
LABELS_CHECKED = 24
"""Frames whose masks are compared with the landmarks."""

READERS: dict[str, Callable[[Path, Progress], FlameSequence]] = {
    metrical_tracker.NAME: metrical_tracker.read,
    flashavatar.NAME: lambda path, progress: flashavatar.read(path, progress=progress),
    flame_head_tracker.NAME: flame_head_tracker.read,
    vhap.NAME: lambda path, progress: vhap.read(path, progress=progress),
}


@dataclass(frozen=True)
class ImportOptions:
    """How a fit is read: ``format`` (None: guessed), ``images`` a folder or a video (None: those that the fit names),
    ``rig`` the FLAME file (None: ``LIFEMASK_FLAME``), ``conventions`` corrections by name in their order,
    ``frame_offset`` K: frame k belongs to image k + K, ``crop`` the tracker's ``bbox.pt`` if the images are those
    before its crop, ``fps`` of images without a clock."""

    format: str | None = None
    images: Path | None = None
    rig: Path | None = None
    conventions: tuple[str, ...] = ()
    frame_offset: int = 0
    crop: Path | None = None
    fps: float = DEFAULT_FPS


@dataclass(frozen=True)
class ImportResult:
    """The new run's folder, the verdict, the format's name and the number of frames."""

    path: Path
    verdict: Verdict
    format: str
    frames: int


def import_run(
    source: Path,
    out: Path,
    options: ImportOptions | None = None,
    *,
    force: bool = False,
    tell: Callable[[Verdict], None] = lambda verdict: None,
    progress: Progress = NULL_PROGRESS,
) -> ImportResult:
    """Make the run ``out`` of the fit at ``source``; ``tell`` is given the verdict, whatever it is.

    Nothing appears unless the fit passes. Raises ImportRefusedError when it does not, OutputExistsError unless
    ``force``, FileMissingError without images or FLAME, FormatError.
    """
    options = options or ImportOptions()
    name = options.format or guess_format(source)
    rig_file = flame_source(options.rig)
    sequence = read_fit(source, name, progress)
    model, rig = load_flame(rig_file)
    with new_folder(out, force) as run, TemporaryDirectory(dir=run.parent) as scratch:
        folder = run / IMPORT
        folder.mkdir(parents=True)
        if name == flame_head_tracker.NAME and options.images is None:
            sequence = flame_head_tracker.extract_pictures(sequence, Path(scratch), progress)
        images = find_images(sequence, options.images, options.frame_offset, source)
        if lost := len(sequence) - len(images.rows):
            progress.note(f"{lost} of {len(sequence)} frames have no image and are left out.")
        sequence = sequence.rows(images.rows)
        sight = _look(images, folder, options.fps, progress)
        if options.crop is not None:
            sequence = in_original(sequence, read_crop(options.crop, sequence.size_wh), sight.size_wh)
        sequence = _corrected(sequence, options.conventions, sight, model, rig)
        verdict = verify(claim_of(sequence, model, rig), sight, joint_alternatives(sequence, model, rig))
        verdict = _with_labels(verdict, sequence, sight)
        tell(verdict)
        verdict.raise_if_failed(str(source))
        _keep_masks(sequence, folder, options.fps, sight.size_wh)
        about = {"format": name, "source": source.absolute(), "options": options, "rig": rig_file.absolute()}
        Imported.write(folder, sequence, images.video_frame, verdict, about)
        config = CreateConfig(rig=rig_file)
        video = images.video or folder / VIDEO_FILE
        RunFolder.open(run, video=video, config=config, seed=config.seed).close()
    return ImportResult(out, verdict, name, len(sequence))


def read_fit(source: Path, name: str, progress: Progress = NULL_PROGRESS) -> FlameSequence:
    """The FLAME fit at ``source`` in the format ``name``; raises ConfigError or FormatError where it holds none."""
    if name in READERS:
        return READERS[name](source, progress)
    if name == nerf_json.NAME:
        raise FormatError(
            f"{source} holds cameras but no poses of FLAME.",
            "A transforms.json of INSTA names expressions only; jaw and eyes are in the .frame files beside it.",
            f"Import these: lifemask import {source / 'checkpoint' if source.is_dir() else 'CHECKPOINT'} -o FOLDER",
        )
    if name in FORMAT_NAMES:
        raise ConfigError(
            f"{name} is a motion without images, not a run.", "", f"lifemask import {source} -o FILE.safetensors"
        )
    raise ConfigError(f"There is no format {name!r}", f"Known are {', '.join(FORMAT_NAMES)}.", "Leave --format out.")


def _look(images: Images, folder: Path, fps: float, progress: Progress) -> Sight:
    """Detect the landmarks of every image and, if they are files, keep them as a lossless video."""
    landmarker = FaceLandmarker()
    found, writer, size_wh = [], None, (0, 0)
    with ExitStack() as stack, progress.stage("looking at the images", total=len(images.rows)) as step:
        for image in images.read():
            size = image.shape[1], image.shape[0]
            if not found:
                size_wh = size
                if images.video is None:
                    writer = stack.enter_context(VideoWriter(folder / VIDEO_FILE, fps, size, codec="ffv1-rgb"))
            if size != size_wh:
                raise FormatError(f"The images have several sizes: {size_wh} and {size}.")
            if writer is not None:
                writer.write(image)
            found.append(landmarker.track(image))
            step(1)
    nothing = np.zeros((NUM_LANDMARKS, 2))
    points = np.stack([nothing if one is None else one.landmarks_px for one in found]).astype(np.float64)
    return Sight(points, np.array([one is not None for one in found]), images.number, size_wh)


def _corrected(
    sequence: FlameSequence, conventions: Sequence[str], sight: Sight, model: FlameModel, rig: HeadRig
) -> FlameSequence:
    for name in conventions:
        if name in READINGS:
            sequence = READINGS[name](sequence)
            continue
        claim = correct(name, claim_of(sequence, model, rig), sight)
        sequence = replace(
            sequence, camera_from_world=claim.camera_from_world, intrinsics=claim.intrinsics, size_wh=claim.size_wh
        )
    return sequence


def _with_labels(verdict: Verdict, sequence: FlameSequence, sight: Sight) -> Verdict:
    """The rows of the masks that the fit comes with."""
    rows = np.flatnonzero(sight.detected)
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, LABELS_CHECKED).round().astype(int))]
    points = sight.landmarks_px[rows]
    for feature, paths in (("mouth", sequence.mouth_mask_path), ("mouth", sequence.parsing_path)):
        there = [place for place, row in enumerate(rows) if paths[row] is not None]
        if not there:
            continue
        read = _mouth_of_labels if paths is sequence.parsing_path else _mask
        found = [read(path) for path in (paths[rows[place]] for place in there) if path is not None]
        verdict = verdict.with_check(*check_label(feature, found, points[there]))
    return verdict


def _mask(path: Path) -> np.ndarray:
    return masks.read_matte(path) > 0.5


def _mouth_of_labels(path: Path) -> np.ndarray:
    return masks.mask_of(masks.read_labels(path), masks.MOUTH)


def _keep_masks(sequence: FlameSequence, folder: Path, fps: float, size_wh: tuple[int, int]) -> None:
    """Mattes and label maps as lossless videos, if every frame has one."""
    read_alpha = lambda path: np.rint(255 * masks.read_matte(path)).astype(np.uint8)  # noqa: E731
    for name, paths, read in (
        (ALPHA, sequence.alpha_path, read_alpha),
        (PARSING, sequence.parsing_path, masks.read_labels),
    ):
        files = [path for path in paths if path is not None and path.exists()]
        if len(files) < len(sequence):
            continue
        with VideoWriter(folder / name, fps, size_wh, codec="ffv1-gray") as writer:
            for file in files:
                writer.write(read(file))

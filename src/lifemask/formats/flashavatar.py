"""FlashAvatar's data set: ``dataset/<id>`` beside ``metrical-tracker/output/<id>`` (Xiang et al. 2024).

Frame k of the tracker belongs to image k + 1. See docs/formats/flashavatar.md.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np

from lifemask.errors import FileMissingError, FormatError
from lifemask.formats import masks, metrical_tracker
from lifemask.formats.entries import require_path
from lifemask.formats.flame_sequence import FlameSequence
from lifemask.formats.folders import copy_picture, first_existing, refuse_existing, whole_folder
from lifemask.progress import NULL_PROGRESS, Progress

NAME = "flashavatar"
FIRST_IMAGE = 1
"""FlashAvatar's ``frame_delta``: the number of the image that it pairs with frame 0."""

TEST_FRAMES = 500
"""FlashAvatar keeps this many frames for its test, however few there are."""

SIDE_PX = 512
CENTRED_PX = 0.5
"""A principal point further than this from the middle shows: FlashAvatar ignores it."""


def looks_like(path: Path) -> bool:
    """Whether ``path`` is a ``dataset/<id>``: ``imgs`` with ``alpha`` or ``parsing``."""
    return (path / "imgs").is_dir() and ((path / "alpha").is_dir() or (path / "parsing").is_dir())


def read(path: Path, tracker: Path | None = None, progress: Progress = NULL_PROGRESS) -> FlameSequence:
    """The fit of a ``dataset/<id>`` with the paths of its images and masks.

    ``tracker``: the tracker's output, by default ``../../metrical-tracker/output/<id>``. Raises FileMissingError,
    FormatError where frames are not numbered 0, 1, 2 ... as FlashAvatar counts them.
    """
    require_path(path, "a data set of FlashAvatar")
    tracker = tracker or path.resolve().parents[1] / "metrical-tracker" / "output" / path.resolve().name
    if not tracker.exists():
        raise FileMissingError(f"{tracker} does not exist.", "The fit lies outside of the data set.", "Give tracker.")
    sequence = metrical_tracker.read(tracker, progress)
    numbers = [int(file.stem) for file in sequence.frame_path if file is not None]
    if numbers != list(range(len(numbers))):
        gap = next(row for row, number in enumerate(numbers) if row != number)
        raise FormatError(f"{tracker}: there is no frame {gap:05d}.", "FlashAvatar counts frames from 00000.")
    names = [f"{number + FIRST_IMAGE:05d}" for number in numbers]

    def files(folder: str, ending: str) -> tuple[Path | None, ...]:
        return tuple(first_existing(path / folder / f"{name}{ending}") for name in names)

    images = files("imgs", ".jpg")
    if None in images:
        progress.note(f"{path.name}: frame {images.index(None)} and {images.count(None) - 1} others have no image.")
    return replace(
        sequence,
        image_path=images,
        alpha_path=files("alpha", ".jpg"),
        head_mask_path=files("parsing", "_neckhead.png"),
        mouth_mask_path=files("parsing", "_mouth.png"),
    )


def write(
    sequence: FlameSequence,
    root: Path,
    name: str,
    *,
    root_joint_m: np.ndarray | None = None,
    progress: Progress = NULL_PROGRESS,
) -> None:
    """Write ``dataset/<name>`` and ``metrical-tracker/output/<name>`` below ``root``, FlashAvatar's own folder.

    Every frame needs its image. Masks come from ``head_mask_path`` and ``mouth_mask_path``, else from the label maps
    of ``parsing_path``. What FlashAvatar cannot do with the data is told as notes. Raises FormatError,
    OutputExistsError.
    """
    missing = [frame for frame, image in zip(sequence.frame_id, sequence.image_path, strict=True) if image is None]
    if missing:
        raise FormatError(f"Frame {missing[0]!r} and {len(missing) - 1} others have no image.", "None can be left out.")
    data, tracker = root / "dataset" / name, root / "metrical-tracker" / "output" / name
    refuse_existing(tracker)
    sequence = sequence.with_root_folded(root_joint_m)
    _tell_limits(sequence, progress)
    with whole_folder(data) as target, progress.stage("writing images and masks", len(sequence)) as step:
        for row in range(len(sequence)):
            number = f"{row + FIRST_IMAGE:05d}"
            copy_picture(sequence.image_path[row], target / "imgs" / f"{number}.jpg")
            copy_picture(sequence.alpha_path[row], target / "alpha" / f"{number}.jpg")
            _write_masks(sequence, row, target / "parsing", number)
            step()
        metrical_tracker.write(sequence, tracker, images=False, progress=progress)


def _write_masks(sequence: FlameSequence, row: int, folder: Path, number: str) -> None:
    parsing = sequence.parsing_path[row]
    labels = masks.read_labels(parsing) if parsing is not None else None
    for kind, names, own in (
        ("neckhead", masks.HEAD, sequence.head_mask_path[row]),
        ("mouth", masks.MOUTH, sequence.mouth_mask_path[row]),
    ):
        path = folder / f"{number}_{kind}.png"
        if not copy_picture(own, path) and labels is not None:
            masks.write_matte(path, masks.mask_of(labels, names).astype(np.float32))


def _tell_limits(sequence: FlameSequence, progress: Progress) -> None:
    """What FlashAvatar does to data that is right."""
    width, height = sequence.size_wh
    off = np.abs(sequence.intrinsics[:, :2, 2] - np.array([width, height]) / 2).max()
    if off > CENTRED_PX:
        progress.note(f"The principal point is {off:.1f} px off the middle; FlashAvatar ignores it.")
    if (width, height) != (SIDE_PX, SIDE_PX):
        progress.note(f"The images are {width} x {height}; FlashAvatar's background is {SIDE_PX} x {SIDE_PX}.")
    if len(sequence) <= TEST_FRAMES:
        progress.note(f"FlashAvatar tests on the last {TEST_FRAMES} frames: of {len(sequence)}, none is left to train.")
    if None in sequence.alpha_path:
        progress.note("Some frames have no matte; FlashAvatar needs one for every image.")
    if any(p is None and (head is None or mouth is None) for p, head, mouth in _mask_paths(sequence)):
        progress.note("Some frames have no head or mouth mask; FlashAvatar needs both for every image.")


def _mask_paths(sequence: FlameSequence) -> list[tuple[Path | None, Path | None, Path | None]]:
    return list(zip(sequence.parsing_path, sequence.head_mask_path, sequence.mouth_mask_path, strict=True))

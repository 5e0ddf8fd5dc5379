"""The images that belong to the frames of a foreign fit: its own, a folder's, or a video's."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lifemask.errors import FileMissingError, FormatError
from lifemask.formats.flame_sequence import FlameSequence
from lifemask.formats.folders import open_picture
from lifemask.formats.masks import pictures
from lifemask.media.video import probe, read_frames

LEAST_FRAMES = 3


@dataclass(frozen=True)
class Images:
    """Pictures of some rows of a fit: ``rows [N]`` ascending; a file for each, or a ``video`` and ``video_frame [N]``.

    ``number [N]``: the frames' places in time.
    """

    rows: np.ndarray
    number: np.ndarray
    files: tuple[Path, ...]
    video: Path | None
    video_frame: np.ndarray

    def read(self) -> Iterator[np.ndarray]:
        """The pictures uint8 ``[H, W, 3]`` in order, one in memory at a time."""
        if self.video is not None:
            yield from (frame.image for frame in read_frames(self.video, indices=self.video_frame.tolist()))
        for file in self.files:
            with open_picture(file) as picture:
                yield np.asarray(picture.convert("RGB"))


def frame_numbers(sequence: FlameSequence) -> np.ndarray:
    """The frames' numbers ``[T]``: those of their names where these ascend, else 0, 1, 2 ..."""
    if all(name.isdecimal() for name in sequence.frame_id):
        numbers = np.array([int(name) for name in sequence.frame_id])
        if (np.diff(numbers) > 0).all():
            return numbers
    return np.arange(len(sequence))


def find_images(sequence: FlameSequence, images: Path | None, offset: int, source: Path) -> Images:
    """Pair frames with images: frame k with image k + ``offset`` of ``images`` (a folder of numbered pictures or a
    video, counted from 0), or with the image that the format names for frame k + ``offset``.

    Raises FileMissingError when there are no images, FormatError when hardly a frame has one.
    """
    numbers = frame_numbers(sequence)
    if images is not None and images.is_file():
        count = probe(images).num_frames
        places = numbers + offset
        rows = np.flatnonzero((places >= 0) & (places < count))
        found = Images(rows, numbers[rows], (), images, places[rows])
    else:
        if images is not None:
            by_number = pictures(images)
        else:
            named = zip(numbers.tolist(), sequence.image_path, strict=True)
            by_number = {number: path for number, path in named if path is not None and path.exists()}
        if not by_number:
            raise FileMissingError(
                f"{source} comes without its images.",
                "An import is verified against what is seen in them, and an avatar is trained on them.",
                "Give them with --images FOLDER_OR_VIDEO.",
            )
        rows = np.array([row for row, number in enumerate(numbers) if number + offset in by_number], int)
        files = tuple(by_number[int(numbers[row]) + offset] for row in rows)
        found = Images(rows, numbers[rows], files, None, np.arange(len(rows)))
    if len(found.rows) < LEAST_FRAMES:
        raise FormatError(
            f"Only {len(found.rows)} of the {len(sequence)} frames of {source} have an image.",
            "Frame k belongs to the image with the number k, or the video's frame k from 0.",
            "Shift them with --frame-offset K, or give other --images.",
        )
    return found

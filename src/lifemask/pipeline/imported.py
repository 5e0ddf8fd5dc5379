"""What an imported run holds in its folder ``import``: the foreign fit, which frames it is of, and its mattes.

::

    import/imported.safetensors   the fit as it was read, unknown entries included
    import/frames.json            where it came from, the verdict, and for every frame its id and its place in the video
    import/video.mkv              the images, lossless (unless a video was given)
    import/alpha.mkv, parsing.mkv mattes and label maps of the same frames, lossless, if the import had them
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lifemask.errors import FormatError
from lifemask.formats.flame_sequence import FlameSequence
from lifemask.media.video import read_grey
from lifemask.pipeline.files import write_json
from lifemask.pipeline.imports_file import load_sequence, save_sequence
from lifemask.tracking.verify import Verdict

SEQUENCE, FRAMES = "imported.safetensors", "frames.json"
VIDEO_FILE, ALPHA, PARSING = "video.mkv", "alpha.mkv", "parsing.mkv"


@dataclass(frozen=True)
class Imported:
    """The folder ``import`` of a run; ``video_frame [N]`` ascending: the places of its frames in the run's video."""

    folder: Path
    video_frame: np.ndarray
    about: dict[str, Any]

    @staticmethod
    def open(folder: Path) -> "Imported":
        """Read ``frames.json``; raises FormatError."""
        try:
            about = json.loads((folder / FRAMES).read_text("utf-8"))
            places = np.array([frame["video_frame"] for frame in about["frames"]], np.int64)
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise FormatError(
                f"{folder / FRAMES} cannot be read: {problem!r}", "It was edited or damaged."
            ) from problem
        return Imported(folder, places, about)

    @staticmethod
    def write(
        folder: Path, sequence: FlameSequence, video_frame: np.ndarray, verdict: Verdict, about: dict[str, Any]
    ) -> None:
        """Write the fit and ``frames.json``; ``about``: source, format and options, for JSON."""
        save_sequence(sequence, folder / SEQUENCE)
        frames = [
            {"frame_id": name, "video_frame": int(place)}
            for name, place in zip(sequence.frame_id, video_frame, strict=True)
        ]
        checks = [asdict(check) for check in verdict.checks]
        write_json(folder / FRAMES, about | {"verdict": checks, "error_px": verdict.error_px, "frames": frames})

    def sequence(self) -> FlameSequence:
        """The fit, one row for each of ``video_frame``."""
        return load_sequence(self.folder / SEQUENCE)

    def rows(self, frame_index: np.ndarray) -> np.ndarray:
        """The rows of the fit that belong to frames of the video, all of which must be in it."""
        rows = np.searchsorted(self.video_frame, frame_index)
        if len(rows) and not np.array_equal(self.video_frame[np.minimum(rows, len(self.video_frame) - 1)], frame_index):
            raise FormatError(f"{self.folder} does not hold all frames that are used.", "Import it again.")
        return rows

    def grey(self, name: str, frame_index: np.ndarray) -> Iterator[np.ndarray]:
        """Frames uint8 ``[H, W]`` of ``ALPHA`` or ``PARSING`` for ascending frames of the video, one in memory."""
        wanted = set(self.rows(frame_index).tolist())
        for row, picture in enumerate(read_grey(self.folder / name)):
            if row in wanted:
                yield picture

    def has(self, name: str) -> bool:
        """Whether the import had ``ALPHA`` or ``PARSING``."""
        return (self.folder / name).exists()

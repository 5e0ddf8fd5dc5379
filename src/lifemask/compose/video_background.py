"""A video behind the person: streamed, at its own pace, without end."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from lifemask.compose.picture import cover
from lifemask.errors import NotAVideoError
from lifemask.media.video import VideoFrame, probe, read_frames

# A frame counts as begun this part of a frame early: the times in files are rounded, to milliseconds in Matroska,
# and two equal rates must not show one frame twice and skip the next.
_EARLY = 0.25


class VideoBackground:
    """The frame of a video that is shown at a time; at most two of its frames are in memory.

    Raises FileMissingError, NotAVideoError or TruncatedVideoError when it is made.
    """

    is_still = False

    def __init__(self, file: Path, size_wh: tuple[int, int], fps: float) -> None:
        try:
            info = probe(file)
        except NotAVideoError as error:
            raise NotAVideoError(
                f"{error.what.rstrip('.')}: it cannot be a background.",
                "A background is a colour, a picture or a video of at least two frames.",
                "Give another file, or save it with another program: a picture as PNG, a video as MP4.",
            ) from error
        self._file, self._size_wh = file, size_wh
        self._period_s = info.duration_s
        self._early_s = _EARLY / max(info.fps, fps)
        self._begin(0)

    def at(self, timestamp_s: float) -> np.ndarray:
        """uint8 [H,W,3]: the frame shown at that time after the video's first frame."""
        time_s = timestamp_s + self._early_s
        round_number = math.floor(time_s / self._period_s)
        local_s = time_s - round_number * self._period_s
        if round_number != self._round or local_s < self._shown_s:
            self._begin(round_number)
        while self._next is not None and self._next.timestamp_s - self._first_s <= local_s:
            self._take(self._next)
        if self._image is None:
            self._image = cover(Image.fromarray(self._frame.image), self._size_wh)
        return self._image

    def _begin(self, round_number: int) -> None:
        self._round = round_number
        self._frames: Iterator[VideoFrame] = read_frames(self._file)
        first = next(self._frames)
        self._first_s = first.timestamp_s
        self._take(first)

    def _take(self, frame: VideoFrame) -> None:
        self._frame, self._shown_s = frame, frame.timestamp_s - self._first_s
        self._image: np.ndarray | None = None
        self._next = next(self._frames, None)

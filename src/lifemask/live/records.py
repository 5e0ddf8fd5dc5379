"""What leaves a stream, and what is counted of it."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np

_KEPT = 5000
LATE_S = 0.01
"""A frame that leaves so much after its time counts as late."""


@dataclass(frozen=True)
class StreamCode:
    """One frame without its picture: everything that a renderer elsewhere needs.

    ``time_s`` since the stream began; ``audio [n]`` float32, the samples of exactly this frame; ``speaking``, 0 to 1;
    ``sound_time_s``: which time of all sound that was pushed begins in this frame, None in silence. ``motion_index``:
    the frame that the motion is of; an earlier one than ``index`` where hearing could not keep up, -1 before the first.

    ``expression [E]`` weights of ``names``, ``eyes [2, 2]`` gaze (yaw, pitch; radians; left then right),
    ``camera_from_head`` and ``camera_from_torso [4, 4]``, ``torso_modes [M]`` and ``face_modes [F]``: the avatar's own.
    """

    index: int
    time_s: float
    audio: np.ndarray
    speaking: float
    sound_time_s: float | None
    motion_index: int
    names: tuple[str, ...]
    expression: np.ndarray
    eyes: np.ndarray
    camera_from_head: np.ndarray
    camera_from_torso: np.ndarray
    torso_modes: np.ndarray
    face_modes: np.ndarray

    @property
    def weights(self) -> dict[str, float]:
        """The expression by ARKit's names."""
        return dict(zip(self.names, self.expression.tolist(), strict=True))


@dataclass(frozen=True)
class StreamFrame(StreamCode):
    """One frame: ``picture`` uint8 ``[H, W, 3]``, or ``[H, W, 4]`` straight if the background is transparent.

    ``picture_index``: the frame that the picture was drawn for; an earlier one than ``index`` where drawing could not
    keep up, -1 before the first.
    """

    picture: np.ndarray
    picture_index: int


@dataclass(frozen=True)
class StreamStatistics:
    """``frames`` that left; ``dropped`` of them with an earlier frame's picture (of codes: motion), ``late`` by more
    than 10 ms; ``underflows``: how often sound that was not flushed broke off; ``queued_s`` of sound that wait.

    ``latency_s`` and ``lateness_s``, each the 50th, 95th and 100th percentile of the last 5000 frames: from the push
    of a sound, were it pushed as it is spoken, to its leaving with its frame; and from when a frame is due to when it
    leaves. ``motion_s`` and ``picture_s``: what the motion and the picture of a frame take, medians.
    """

    frames: int
    dropped: int
    late: int
    underflows: int
    queued_s: float
    latency_s: tuple[float, float, float]
    lateness_s: tuple[float, float, float]
    motion_s: float
    picture_s: float


def _kept() -> deque[float]:
    return deque(maxlen=_KEPT)


@dataclass
class Meter:
    """Counts what leaves, in bounded memory."""

    frames: int = 0
    dropped: int = 0
    late: int = 0
    latency_s: deque[float] = field(default_factory=_kept)
    lateness_s: deque[float] = field(default_factory=_kept)
    motion_s: deque[float] = field(default_factory=_kept)
    picture_s: deque[float] = field(default_factory=_kept)

    def left(self, lateness_s: float, latency_s: float | None, own: bool) -> None:
        """A frame left, with its ``own`` picture or not; ``latency_s`` of its sound when it leaves in time."""
        self.frames += 1
        self.dropped += not own
        self.late += lateness_s > LATE_S
        self.lateness_s.append(lateness_s)
        if latency_s is not None:
            self.latency_s.append(latency_s + lateness_s)

    def statistics(self, underflows: int, queued_s: float) -> StreamStatistics:
        """Everything so far."""
        return StreamStatistics(
            self.frames,
            self.dropped,
            self.late,
            underflows,
            queued_s,
            _percentiles(self.latency_s),
            _percentiles(self.lateness_s),
            _percentiles(self.motion_s)[0],
            _percentiles(self.picture_s)[0],
        )


def _percentiles(values: deque[float]) -> tuple[float, float, float]:
    if not values:
        return 0.0, 0.0, 0.0
    middle, most, last = np.percentile(np.array(values), [50, 95, 100]).tolist()
    return middle, most, last

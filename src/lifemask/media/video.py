"""Video files in: what a file is, and its frames one at a time in the order in which they are shown."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import EOFError as EndOfFile
from av.error import InvalidDataError
from av.video.reformatter import ColorRange, Colorspace, Interpolation

from lifemask.errors import ConfigError, NotAVideoError
from lifemask.media.container import display_matrix, expect_whole, opened_video, truncated, turn_for_display
from lifemask.media.video_writer import SYNTHETIC_MEDIA_MARK, VideoWriter

__all__ = [
    "SYNTHETIC_MEDIA_MARK",
    "VideoFrame",
    "VideoInfo",
    "VideoWriter",
    "fitted_size_wh",
    "probe",
    "read_frames",
    "read_grey",
    "read_metadata",
]

# swscale's default path darkens every channel by 1/255 (measured); these flags remove it (2 ms at 512²).
_ACCURATE = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
# Gaps between frames that differ from the median by more than this fraction make the frame rate "variable".
_GAP_TOLERANCE = 0.25
# Pictures of at least this height that do not name their colour matrix are BT.709, smaller ones BT.601.
_HD_HEIGHT = 720
_HDR_TRANSFERS = frozenset({16, 18})  # SMPTE ST 2084 (PQ) and ARIB STD-B67 (HLG)


@dataclass(frozen=True)
class VideoInfo:
    """What a video file is, measured on its packets; nothing was decoded but the first frame."""

    path: Path
    size_wh: tuple[int, int]
    """Width and height as displayed: after rotation, with square pixels."""
    fps: float
    """Average frame rate."""
    duration_s: float
    """From the first frame's start to the last frame's end."""
    num_frames: int
    rotation_deg: int
    """Counter-clockwise turn from the stored to the displayed picture: 0, 90, 180 or 270."""
    variable_frame_rate: bool
    has_audio: bool
    codec: str
    pixel_format: str
    hdr: bool
    """True for PQ and HLG recordings, whose brightness is not that of ordinary video."""


@dataclass(frozen=True)
class VideoFrame:
    """One shown frame: index from 0, time on the file's clock (shared with the sound), RGB [H,W,3] uint8."""

    index: int
    timestamp_s: float
    image: np.ndarray


def probe(path: str | os.PathLike[str]) -> VideoInfo:
    """What the file is. Reads all packets (so that counts are exact) and decodes one frame.

    Raises FileMissingError, NotAVideoError or TruncatedVideoError.
    """
    with opened_video(path) as (container, stream):
        first, times_s, tick_s = _scan(path, container, stream)
        if len(times_s) < 2:
            raise NotAVideoError(
                f"{path} holds a single picture.",
                "An avatar needs many views of the moving face.",
                "Record about 30 seconds: lifemask check --guide",
            )
        gaps_s = np.diff(times_s)
        gap_s = float(np.median(gaps_s))
        tolerance_s = max(_GAP_TOLERANCE * gap_s, 1.5 * tick_s)
        span_s = float(times_s[-1] - times_s[0])
        matrix = display_matrix(first)
        return VideoInfo(
            path=Path(path),
            size_wh=_displayed_size_wh(first, stream, matrix),
            fps=(len(times_s) - 1) / span_s if span_s > 0 else float(stream.average_rate or 0),
            duration_s=span_s + gap_s,
            num_frames=len(times_s),
            rotation_deg=_counter_clockwise_deg(matrix),
            variable_frame_rate=bool(np.abs(gaps_s - gap_s).max() > tolerance_s),
            has_audio=bool(container.streams.audio),
            codec=stream.codec_context.name,
            pixel_format=first.format.name,
            hdr=int(first.color_trc) in _HDR_TRANSFERS,
        )


def read_frames(
    path: str | os.PathLike[str],
    *,
    start: int = 0,
    stop: int | None = None,
    step: int = 1,
    indices: Iterable[int] | None = None,
    max_side: int | None = None,
) -> Iterator[VideoFrame]:
    """Yield frames in the order in which they are shown, one in memory at a time.

    `start`, `stop`, `step` select like `range`; `indices` selects exactly those instead (given in ascending
    order). `max_side` scales the picture down so that its longer side is at most that many pixels.
    Rotation and pixel aspect of the file are applied; duplicate frames are kept. Raises as `probe`, and
    TruncatedVideoError after the last good frame when the file ends early.
    """
    if step < 1 or start < 0 or (max_side is not None and max_side < 1):
        raise ConfigError(f"expected start >= 0, step >= 1, max_side >= 1; got {start}, {step}, {max_side}.")
    wanted = None if indices is None else frozenset(indices)
    if wanted is not None:
        start, stop, step = 0, max(wanted, default=-1) + 1, 1
    with opened_video(path) as (container, stream):
        stream.thread_type = "AUTO"
        for index, (timestamp_s, frame) in enumerate(_decoded(path, container, stream)):
            if stop is not None and index >= stop:
                return
            chosen = index in wanted if wanted is not None else index >= start and (index - start) % step == 0
            if chosen:
                yield VideoFrame(index, timestamp_s, _rgb(frame, stream, max_side))


def read_grey(path: str | os.PathLike[str]) -> Iterator[np.ndarray]:
    """Yield the frames of a lossless grey video (`VideoWriter(codec="ffv1-gray")`) as uint8 [H,W]."""
    with opened_video(path) as (container, stream):
        stream.thread_type = "AUTO"
        for _, frame in _decoded(path, container, stream):
            yield frame.to_ndarray(format="gray")


def read_metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """The container's own text fields, as written by `VideoWriter(metadata=...)`."""
    with opened_video(path) as (container, _):
        return dict(container.metadata)


def fitted_size_wh(size_wh: tuple[int, int], max_side: int | None) -> tuple[int, int]:
    """The size of a picture scaled down (never up) so that its longer side is at most `max_side`."""
    longer = max(size_wh)
    if max_side is None or longer <= max_side:
        return size_wh
    width, height = (max(1, round(side * max_side / longer)) for side in size_wh)
    return width, height


def _scan(path: str | os.PathLike[str], container: Any, stream: Any) -> tuple[Any, np.ndarray, float]:
    """First frame, sorted presentation times [T] of the shown frames, and the clock's tick, in seconds."""
    first, times_s, packets, end_s = None, [], 0, 0.0
    tick_s = float(stream.time_base)
    for packet in container.demux(stream):
        if packet.size == 0:
            continue
        packets += 1
        end_s = max(end_s, _end_s(packet))
        shown_at = packet.pts if packet.pts is not None else packet.dts
        if not packet.is_discard:
            times_s.append(float(shown_at) * tick_s if shown_at is not None else len(times_s) / _rate(stream))
        if first is None:
            first = next(iter(_frames_of(packet)), None)
    if first is None:  # codecs with delay (B-frames, threads) give their first frame late
        container.seek(0, stream=stream)
        first = next((frame for packet in container.demux(stream) for frame in _frames_of(packet)), None)
    if first is None:
        raise NotAVideoError(f"{path}: no picture could be decoded.", "The file is damaged or its codec unknown.")
    expect_whole(path, container, stream, packets, end_s)
    return first, np.sort(np.asarray(times_s, dtype=np.float64)), tick_s


def _decoded(path: str | os.PathLike[str], container: Any, stream: Any) -> Iterator[tuple[float, Any]]:
    """Yield (timestamp_s, libav frame) in presentation order, then check that the file was whole."""
    origin_s = (container.start_time or 0) / av.time_base
    packets, shown, decoded, end_s, timestamp_s = 0, 0, 0, 0.0, -1.0 / _rate(stream)
    for packet in container.demux(stream):
        if packet.size:
            packets += 1
            shown += not packet.is_discard
            end_s = max(end_s, _end_s(packet))
        for frame in _frames_of(packet):
            decoded += 1
            timestamp_s = timestamp_s + 1.0 / _rate(stream) if frame.time is None else frame.time - origin_s
            yield timestamp_s, frame
    expect_whole(path, container, stream, packets, end_s)
    if decoded < 0.98 * shown - 3:
        raise truncated(path, f"only {decoded} of {shown} frames could be decoded")


def _frames_of(packet: Any) -> list[Any]:
    """The frames that a packet completes; none when it is damaged (they are counted at the end)."""
    try:
        return packet.decode()
    except (InvalidDataError, EndOfFile):
        return []


def _end_s(packet: Any) -> float:
    return float((packet.pts + (packet.duration or 0)) * packet.time_base) if packet.pts is not None else 0.0


def _rate(stream: Any) -> float:
    return float(stream.average_rate or stream.base_rate or 25)


def _rgb(frame: Any, stream: Any, max_side: int | None) -> np.ndarray:
    """The frame as displayed: uint8 RGB [H,W,3], contiguous."""
    matrix = display_matrix(frame)
    width, height = fitted_size_wh(_displayed_size_wh(frame, stream, matrix), max_side)
    if matrix[0, 0] == 0:
        width, height = height, width
    matrix_name = frame.colorspace
    if matrix_name not in set(Colorspace) or matrix_name == 2:  # 2: unspecified
        matrix_name = Colorspace.ITU709 if min(frame.width, frame.height) >= _HD_HEIGHT else Colorspace.ITU601
    rgb = frame.reformat(
        width=width,
        height=height,
        format="rgb24",
        src_colorspace=matrix_name,
        dst_color_range=ColorRange.JPEG,
        interpolation=_ACCURATE,
    )
    return np.ascontiguousarray(turn_for_display(rgb.to_ndarray(), matrix))


def _displayed_size_wh(frame: Any, stream: Any, matrix: np.ndarray) -> tuple[int, int]:
    aspect = float(stream.sample_aspect_ratio or 1)
    width, height = max(1, round(frame.width * aspect)), frame.height
    return (height, width) if matrix[0, 0] == 0 else (width, height)


def _counter_clockwise_deg(matrix: np.ndarray) -> int:
    """Angle of the display matrix in image axes (y down), where a positive atan2 turns clockwise."""
    clockwise = np.degrees(np.arctan2(matrix[0, 1], matrix[0, 0]))
    return round(-clockwise) % 360

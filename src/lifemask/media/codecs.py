"""How frames of each codec are stored: its file, encoder, pixels and colours.

RGB comes in with the full range of 0 to 255. What is stored as YCbCr is BT.709 with limited range and is marked as
such; opacity always has the full range and is copied exactly.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation

Codec = Literal["h264", "ffv1-gray", "ffv1-rgb", "ffv1-rgba", "prores4444", "prores4444-rgb", "vp9", "vp9-rgb"]

_BT709 = 1
# swscale's default path darkens every channel by 1/255; these flags remove it.
_ACCURATE = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
_LAYOUTS = {1: "gray", 3: "rgb24", 4: "rgba"}
# What the mp4 muxer keeps; it drops every other key without a word.
_KEPT_BY_MP4 = frozenset({"title", "artist", "comment", "description", "copyright", "date", "genre", "synopsis"})


@dataclass(frozen=True)
class Coding:
    """One way to store frames."""

    suffix: str
    encoder: str
    pixels: str
    """libav's name of the stored pixel format."""
    channels: int
    """Of the frames that are written: 1 grey, 3 RGB, 4 RGB and opacity (straight)."""
    sound: str
    """Encoder of the sound in such a file."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Of the encoder."""
    container: Mapping[str, str] = field(default_factory=dict)
    """Options of the file's writer."""
    crf: int | None = None
    """Quality that is taken when none is asked for; None where the codec has no such setting."""
    kept_metadata: frozenset[str] | None = None
    """The only keys that the file can hold; None: all."""
    even: bool = False
    """Whether the encoder needs even sizes."""

    @property
    def is_yuv(self) -> bool:
        return self.pixels.startswith("yuv")


_FFV1 = {"level": "3", "slicecrc": "1"}
_PRORES = {"profile": "4444", "vendor": "apl0"}
# Without these libvpx takes minutes for seconds. Frames that only help to predict others cannot have opacity.
_VP9 = {"b": "0", "deadline": "good", "cpu-used": "4", "row-mt": "1", "auto-alt-ref": "0"}
# All keys, not only those few that QuickTime once had a code of four letters for.
_MOV = {"movflags": "+faststart+use_metadata_tags"}

CODINGS: Mapping[str, Coding] = {
    "h264": Coding(
        ".mp4",
        "libx264",
        "yuv420p",
        3,
        "aac",
        container={"movflags": "+faststart"},
        crf=18,
        kept_metadata=_KEPT_BY_MP4,
        even=True,
    ),
    "ffv1-gray": Coding(".mkv", "ffv1", "gray", 1, "flac", _FFV1),
    "ffv1-rgb": Coding(".mkv", "ffv1", "bgr0", 3, "flac", _FFV1),
    "ffv1-rgba": Coding(".mkv", "ffv1", "bgra", 4, "flac", _FFV1),
    "prores4444": Coding(".mov", "prores_ks", "yuva444p10le", 4, "aac", _PRORES, _MOV),
    "prores4444-rgb": Coding(".mov", "prores_ks", "yuv444p10le", 3, "aac", _PRORES, _MOV),
    "vp9": Coding(".webm", "libvpx-vp9", "yuva420p", 4, "libopus", _VP9, crf=20),
    "vp9-rgb": Coding(".webm", "libvpx-vp9", "yuv420p", 3, "libopus", _VP9, crf=20),
}
"""The ways to store frames, by name."""


def stored_size_wh(coding: Coding, size_wh: tuple[int, int]) -> tuple[int, int]:
    """The size in the file: odd sides grow by one where the encoder needs even ones."""
    width, height = size_wh
    return (width + width % 2, height + height % 2) if coding.even else size_wh


def tag_colours(coding: Coding, frame_or_context: Any) -> None:
    """Mark a libav frame or codec context with the colours that `libav_frame` makes."""
    if coding.is_yuv:
        frame_or_context.colorspace = frame_or_context.color_primaries = frame_or_context.color_trc = _BT709
        frame_or_context.color_range = ColorRange.MPEG


def libav_frame(coding: Coding, image: np.ndarray) -> Any:
    """A libav frame as the encoder wants it, from uint8 [H,W] or [H,W,C]."""
    height, width = image.shape[:2]
    if coding.even and (height % 2 or width % 2):
        image = np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format=_LAYOUTS[coding.channels])
    if coding.is_yuv:
        frame = frame.reformat(
            format=coding.pixels,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            interpolation=_ACCURATE,
        )
        tag_colours(coding, frame)
        if coding.channels == 4:
            _copy_opacity(image[..., 3], frame)
    elif frame.format.name != coding.pixels:
        frame = frame.reformat(format=coding.pixels)
    return frame


def _copy_opacity(alpha: np.ndarray, frame: Any) -> None:
    """Write [H,W] uint8 into the frame's fourth plane, which swscale fills with errors of one level."""
    plane = frame.planes[3]
    if frame.format.components[3].bits == 8:
        rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
        rows[:, : plane.width] = alpha
    else:
        rows = np.frombuffer(plane, np.uint16).reshape(plane.height, plane.line_size // 2)
        rows[:, : plane.width] = (alpha.astype(np.uint32) * 1023 + 127) // 255

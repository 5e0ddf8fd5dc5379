"""An avatar and a motion in, a video of the whole frame out."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from lifemask.avatar.avatar import Avatar
from lifemask.avatar.layer import Layer
from lifemask.avatar.motion import Motion
from lifemask.compose.background import Background, open_background
from lifemask.compose.blend import over, straight
from lifemask.compose.picture import cover
from lifemask.errors import ConfigError
from lifemask.media.c2pa import Credentials, expect_signable
from lifemask.media.output import open_output
from lifemask.media.provenance import Provenance
from lifemask.media.video import fitted_size_wh
from lifemask.pipeline.card import card_in, provenance_of
from lifemask.pipeline.config import parse_frames
from lifemask.progress import NULL_PROGRESS, Progress

_AT_ONCE = 8
_PIXELS_AT_ONCE = 4_000_000
"""On a CPU: more frames together are no quicker, and large ones would fill the memory."""
DEFAULT_FPS = 25.0


@dataclass(frozen=True)
class RenderOptions:
    """What stands behind, how large, and what is heard."""

    background: str | None = None
    """A colour, a picture, a video, or "transparent"; None is what was behind the person in the clip."""
    max_side: int | None = None
    """Longer side of the frames in pixels; None takes the avatar's own frames, of at most 1920."""
    sound: Path | None = None
    """A file whose sound goes along, from the time of the first frame on."""
    force: bool = False
    """Replace the output if it exists."""
    credentials: Credentials | None = None
    """With what the video is signed; None takes what the environment names, which is nothing unless told so."""
    provenance: Provenance | None = None
    """The avatar that is shown; whoever knows its folder sets it by ``marked``."""


def marked(options: RenderOptions, folder: Path) -> RenderOptions:
    """``options`` with the provenance of the avatar in ``folder``. Raises the errors of ``card_in``."""
    return replace(options, provenance=provenance_of(card_in(folder), _credentials(options)))


@dataclass(frozen=True)
class Rendered:
    """The finished video, its size, and how many frames a second were rendered (encoding included)."""

    path: Path
    frames: int
    fps: float
    frames_per_second: float
    size_wh: tuple[int, int]


def render_motion(
    avatar: Avatar,
    motion: Motion,
    timestamp_s: np.ndarray,
    out: Path,
    options: RenderOptions | None = None,
    progress: Progress = NULL_PROGRESS,
) -> Rendered:
    """Write a video of ``avatar`` with one frame for each of ``motion``, whose times ``timestamp_s [T]`` are even.

    What kind of file, by its suffix: see ``open_output``. Raises the errors of ``open_output`` and ``open_background``.
    """
    options = options or RenderOptions()
    fps = frame_rate(timestamp_s)
    size_wh = frame_size_wh(avatar, options.max_side)
    background = open_background(options.background, size_wh, cover(Image.fromarray(avatar.plate), size_wh), fps)
    transparent = background.is_still and background.at(0.0) is None
    start_s = float(timestamp_s[0])
    began = time.perf_counter()
    with (
        progress.stage("rendering", total=len(timestamp_s)) as step,
        open_output(
            out, fps, size_wh, with_alpha=transparent, force=options.force, sound=options.sound,
            sound_start_s=start_s, provenance=options.provenance,
        ) as output,
    ):  # fmt: skip
        for picture in pictures(avatar, motion, size_wh, background, fps):
            output.write(picture)
            step(1)
    took = time.perf_counter() - began
    return Rendered(out, len(timestamp_s), fps, len(timestamp_s) / took, size_wh)


def check_output(out: Path, options: RenderOptions, fps: float = DEFAULT_FPS) -> None:
    """Raise now what ``render_motion`` would after all other work: an output that cannot be, a background that is not
    there. Writes nothing."""
    plate = np.zeros((16, 16, 3), np.uint8)
    behind = open_background(options.background, (16, 16), plate, fps)
    transparent = behind.is_still and behind.at(0.0) is None
    open_output(out, fps, (16, 16), with_alpha=transparent, force=options.force, sound=options.sound)
    if _credentials(options) is not None:
        expect_signable(out)


def _credentials(options: RenderOptions) -> Credentials | None:
    return options.credentials or Credentials.given()


def pictures(
    avatar: Avatar, motion: Motion, size_wh: tuple[int, int], background: Background, fps: float, first: int = 0
) -> Iterator[np.ndarray]:
    """Frames uint8 ``[H, W, 3]``, or ``[H, W, 4]`` straight where the background is transparent, one after another;
    ``first``: number of the first in its video, for backgrounds that move."""
    still = background.at(0.0) if background.is_still else None
    behind = None
    if still is not None and avatar.device.type != "cpu":
        behind = torch.as_tensor(still, device=avatar.device).float() / 255
    at_once = _AT_ONCE
    if avatar.device.type == "cpu":
        at_once = max(1, min(_AT_ONCE, _PIXELS_AT_ONCE // (size_wh[0] * size_wh[1])))
    for start in range(0, len(motion.modes), at_once):
        rows = torch.arange(start, min(start + at_once, len(motion.modes)), device=avatar.device)
        layer = avatar.layer(motion.rows(rows), size_wh)
        if behind is not None:
            yield from layer.over(behind).mul_(255).round_().byte().cpu().numpy()
            continue
        for index in range(len(rows)):
            yield _picture(layer, index, background.at((first + start + index) / fps))


def _picture(layer: Layer, index: int, background: np.ndarray | None) -> np.ndarray:
    """One frame of a layer over a background, or with its alpha."""
    colour, alpha = layer.colour[index].cpu().numpy(), layer.alpha[index].cpu().numpy()
    width, height = layer.size_wh
    rows = slice(layer.top, layer.top + alpha.shape[0])
    columns = slice(layer.left, layer.left + alpha.shape[1])
    if background is None:
        picture = np.zeros((height, width, 4), np.uint8)
        picture[rows, columns] = straight(colour, alpha)
        return picture
    picture = background.copy()
    picture[rows, columns] = over(colour, alpha, background[rows, columns])
    return picture


def frame_size_wh(avatar: Avatar, max_side: int | None) -> tuple[int, int]:
    """The avatar's own frames, or frames of their shape whose longer side is ``max_side``."""
    if max_side is None:
        return avatar.frame_wh
    if not 16 <= max_side <= 8192:
        raise ConfigError(
            f"--max-side {max_side} cannot work", "Expected 16 to 8192 pixels.", "Leave it out for the clip's own size."
        )
    if max_side <= max(avatar.camera.size_wh):
        return fitted_size_wh(avatar.camera.size_wh, max_side)
    width, height = (round(side * max_side / max(avatar.camera.size_wh)) for side in avatar.camera.size_wh)
    return width, height


def frame_rate(timestamp_s: np.ndarray) -> float:
    """Frames a second of times ``[T]``."""
    interval_s = np.diff(timestamp_s)
    return float(1 / np.median(interval_s)) if len(interval_s) else DEFAULT_FPS


def chosen_rows(frames: str | None, count: int) -> np.ndarray:
    """The rows ``first:end`` of ``count``; ConfigError when there are none."""
    first, end = parse_frames(frames)
    if first >= count:
        raise ConfigError(f"--frames {frames} begins after the end of the motion", f"It has {count} frames.")
    return np.arange(first, min(end or count, count))

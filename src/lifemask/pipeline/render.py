"""An avatar and a motion in, a video out."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from lifemask.avatar.avatar import Avatar
from lifemask.errors import ConfigError, FormatError, OutputExistsError
from lifemask.media.video import SYNTHETIC_MEDIA_MARK, VideoWriter
from lifemask.perception.rig_source import rig_hash
from lifemask.pipeline.config import Device, parse_frames
from lifemask.pipeline.job import pick_device
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.pipeline.stages.training import REFINED
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.tracking.record import Tracking

_AT_ONCE = 8


@dataclass(frozen=True)
class Rendered:
    """The finished video, and how many frames a second were rendered (encoding included)."""

    path: Path
    frames: int
    fps: float
    frames_per_second: float


def render_video(
    avatar_folder: Path,
    out: Path,
    *,
    tracking_file: Path | None = None,
    frames: str | None = None,
    device: Device = "auto",
    force: bool = False,
    progress: Progress = NULL_PROGRESS,
) -> Rendered:
    """Replay a tracked motion with the avatar in ``avatar_folder``, over its own background, as H.264.

    Without ``tracking_file`` the run's own motion is taken, refined where it is. Raises ``OutputExistsError``
    unless ``force``, ``FormatError`` when the motion belongs to another rig.
    """
    if out.exists() and not force:
        raise OutputExistsError(f"{out} exists", "Nothing is overwritten without being asked.", "Add --force.")
    where = pick_device(device)
    avatar = Avatar.load(avatar_folder, where)
    own = avatar_folder / REFINED if (avatar_folder / REFINED).exists() else avatar_folder / TRACKING
    tracking = Tracking.load(tracking_file or own)
    if tracking.rig_hash != rig_hash(avatar.rig):
        raise FormatError(
            f"{tracking_file or own} was tracked with another rig than the avatar's",
            "Their expressions do not mean the same.",
            "Track the clip again with this version: lifemask track VIDEO -o FOLDER",
        )
    rows = _rows(frames, len(tracking))
    interval_s = np.diff(tracking.timestamp_s[rows])
    fps = float(1 / np.median(interval_s)) if len(interval_s) else 25.0
    motion = avatar.motion(tracking)
    began = time.perf_counter()
    with (
        progress.stage("rendering", total=len(rows)) as step,
        VideoWriter(out, fps, avatar.view.size_wh, metadata=SYNTHETIC_MEDIA_MARK) as writer,
    ):
        for start in range(0, len(rows), _AT_ONCE):
            part = torch.as_tensor(rows[start : start + _AT_ONCE], device=where)
            for image in (avatar.render(motion.rows(part)) * 255).round().byte().cpu().numpy():
                writer.write(image)
            step(len(part))
    return Rendered(out, len(rows), fps, len(rows) / (time.perf_counter() - began))


def _rows(frames: str | None, count: int) -> np.ndarray:
    first, end = parse_frames(frames)
    if first >= count:
        raise ConfigError(f"--frames {frames} begins after the end of the motion", f"It has {count} frames.")
    return np.arange(first, min(end or count, count))

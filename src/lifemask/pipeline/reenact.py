"""``lifemask reenact``: a video of anyone drives an avatar."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from lifemask.avatar.avatar import Avatar
from lifemask.avatar.extrapolation import Extrapolation, extrapolation
from lifemask.avatar.transfer import TransferOptions
from lifemask.errors import ConfigError, NoFaceError, UnusableClipError
from lifemask.media.output import is_picture_folder
from lifemask.media.video import probe
from lifemask.perception.rig_source import flame_source
from lifemask.pipeline.config import CreateConfig, Device
from lifemask.pipeline.create import create
from lifemask.pipeline.driven import drive, home_in
from lifemask.pipeline.job import pick_device
from lifemask.pipeline.motion_file import load_motion
from lifemask.pipeline.render import Rendered, RenderOptions, check_output, marked, render_motion
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.progress import NULL_PROGRESS, Progress


@dataclass(frozen=True)
class Reenacted:
    """The finished video; ``frames`` of the driver, in how many of which a face was ``tracked``; ``own``: the driver is
    the avatar's very own clip; ``beyond``: how far the motion leaves what the avatar's clip has shown; ``work`` the
    run folder of the driver, if it was kept."""

    video: Rendered
    frames: int
    tracked: int
    own: bool
    transfer: TransferOptions
    beyond: Extrapolation
    work: Path | None


def reenact(
    avatar_folder: Path,
    driving_video: Path,
    out: Path,
    *,
    transfer: TransferOptions | None = None,
    options: RenderOptions | None = None,
    mute: bool = False,
    face: int | None = None,
    frames: str | None = None,
    fps: float | None = None,
    work: Path | None = None,
    device: Device = "auto",
    progress: Progress = NULL_PROGRESS,
) -> Reenacted:
    """Track ``driving_video``, transfer its motion to the avatar in ``avatar_folder``, and render that to ``out``, with
    the video's sound unless ``mute``.

    ``face`` and ``frames`` ("first:end") choose in the driving video. ``fps``: of the output, None takes the driver's.
    The driver is tracked in the run folder ``work``, with which a second call goes on; None takes one beside ``out``
    that is removed in the end. What can be wrong with the output is said before the tracking begins.

    Raises the errors of ``create`` for the driving video, of ``transfer`` and of ``render_motion``.
    """
    options, transfer = options or RenderOptions(), transfer or TransferOptions()
    avatar = Avatar.load(avatar_folder, pick_device(device))
    home_in(avatar_folder, avatar)
    info = probe(driving_video)
    sound = driving_video if info.has_audio and not mute and not is_picture_folder(out) else options.sound
    options = replace(marked(options, avatar_folder), sound=sound)
    check_output(out, options, info.fps)
    flame = _flame_of(avatar)
    with _work_folder(work, out) as folder:
        settings = CreateConfig(frames=frames or "0:", face=face, device=device, rig=flame)
        _track(driving_video, folder, settings, progress)
        driving = load_motion(folder / TRACKING, avatar.rig, flame=flame, progress=progress)
        driven = drive(avatar, avatar_folder, driving, transfer, fps=fps)
        found = extrapolation(avatar, driven.motion, driven.names)
        video = render_motion(avatar, driven.motion, driven.timestamp_s, out, options, progress)
    seen = int(np.count_nonzero(driving.tracked))
    return Reenacted(video, len(driving), seen, driven.own, transfer, found, work)


def share_of(text: str) -> float:
    """ "on", "off" or a number from 0 to 1 as a share; ConfigError for others."""
    known = {"on": 1.0, "off": 0.0}
    try:
        share = known[text] if text in known else float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ConfigError(f"--head {text} is no share of a motion", "Expected on, off or a number from 0 to 1.")
    return share


def _flame_of(avatar: Avatar) -> Path | None:
    """The FLAME file on which the driver is to be tracked; None for avatars on the built-in head."""
    if not avatar.rig.has_jaw:
        return None
    named = avatar.rig_file
    return named if named is not None and named.exists() else flame_source(None)


def _track(video: Path, folder: Path, settings: CreateConfig, progress: Progress) -> None:
    try:
        create(video, folder, settings, progress, until="tracking")
    except (NoFaceError, UnusableClipError) as unfit:
        what = unfit.what.replace("cannot become an avatar", "cannot drive an avatar")
        raise type(unfit)(what, unfit.why, f"Look at the clip: lifemask check {video}") from unfit


@contextmanager
def _work_folder(work: Path | None, out: Path) -> Iterator[Path]:
    """``work``, or a folder beside ``out`` that goes when the block ends, however it ends."""
    if work is not None:
        yield work
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{out.name}.", suffix=".partial", dir=out.parent) as folder:
        yield Path(folder) / "driver"

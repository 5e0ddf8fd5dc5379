"""``lifemask render``: an avatar replays its own clip, or any other motion."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from lifemask.avatar.avatar import Avatar
from lifemask.avatar.extrapolation import Extrapolation, extrapolation
from lifemask.media.output import is_picture_folder
from lifemask.pipeline.config import Device
from lifemask.pipeline.driven import drive
from lifemask.pipeline.job import pick_device
from lifemask.pipeline.motion_file import load_motion
from lifemask.pipeline.render import Rendered, RenderOptions, check_output, chosen_rows, marked, render_motion
from lifemask.progress import NULL_PROGRESS, Progress


@dataclass(frozen=True)
class Replayed:
    """The finished video, and how far its motion goes beyond what the avatar's clip has shown."""

    video: Rendered
    beyond: Extrapolation


def replay(
    avatar_folder: Path,
    out: Path,
    *,
    motion_file: Path | None = None,
    frames: str | None = None,
    mute: bool = False,
    options: RenderOptions | None = None,
    device: Device = "auto",
    progress: Progress = NULL_PROGRESS,
) -> Replayed:
    """Render the avatar in ``avatar_folder`` as it moved in its clip, with the clip's sound unless ``mute``, or by the
    motion in ``motion_file``.

    Raises the errors of ``render_motion``, ``load_motion`` and ``drive``; ``ConfigError`` for ``frames`` that there are
    not.
    """
    options = options or RenderOptions()
    check_output(out, options)
    options = marked(options, avatar_folder)
    avatar = Avatar.load(avatar_folder, pick_device(device))
    given = motion_file or avatar_folder
    driving = load_motion(given, avatar.rig, flame=_flame_of(avatar), progress=progress)
    driven = drive(avatar, avatar_folder, driving)
    rows = chosen_rows(frames, len(driven.timestamp_s))
    motion, timestamp_s = driven.motion.rows(torch.as_tensor(rows, device=avatar.device)), driven.timestamp_s[rows]
    sound = own_sound(avatar_folder) if driven.own and not mute and not is_picture_folder(out) else None
    found = extrapolation(avatar, motion, driven.names)
    video = render_motion(avatar, motion, timestamp_s, out, replace(options, sound=sound), progress)
    return Replayed(video, found)


def _flame_of(avatar: Avatar) -> Path | None:
    """The FLAME file of an avatar that stands on one, if it is still where it was."""
    return avatar.rig_file if avatar.rig_file is not None and avatar.rig_file.exists() else None


def own_sound(folder: Path) -> Path | None:
    """The clip of a run, if it is still there; one without sound gives none."""
    try:
        record = json.loads((folder / "run.json").read_text())
        clip = folder / record["input"]["path"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return clip if clip.is_file() else None

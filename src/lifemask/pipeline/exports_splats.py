"""One moment of an avatar as Gaussians that other programs show: PLY, SPZ, glTF.

What moves stays behind: such files are still. Their frame is that of the head at rest (metres; x the subject's left, y
up, z out of the face), which is glTF's and SPZ's own; a PLY has y down and z into the face, as trainers' worlds do. The
head of any moment is where it was against the camera, so that moments of one avatar fit together.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lifemask.avatar.avatar import Avatar
from lifemask.avatar.home import Home
from lifemask.avatar.motion import Motion
from lifemask.errors import ConfigError, OutputExistsError
from lifemask.formats import splat_gltf, splat_ply, splat_spz
from lifemask.formats.splats_record import Splats
from lifemask.media.files import atomic_write_text
from lifemask.pipeline.card import card_in, card_sha256, card_text
from lifemask.pipeline.driven import drive, home_in
from lifemask.pipeline.motion_file import load_motion
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.pipeline.stages.training import REFINED
from lifemask.rig.code import RigCode
from lifemask.splats.constants import ALPHA_MIN
from lifemask.tracking.record import Tracking

PLY_FROM_HEAD = np.diag([1.0, -1.0, -1.0, 1.0])
"""A PLY's axes: x the subject's left, y down, z into the face."""
REST = "rest"


@dataclass(frozen=True, eq=False)
class Moment:
    """An avatar held still: ``splats`` in the frame of the head at rest, ``camera_from_rest [4, 4]`` of its clip;
    ``left_out`` Gaussians that are too faint in this moment to be drawn at all; ``name``: which moment it is."""

    splats: Splats
    camera_from_rest: np.ndarray
    left_out: int
    name: str


@dataclass(frozen=True)
class ExportedSplats:
    """The file, the card that lies beside it (None: it is inside), and how many Gaussians it holds and leaves out."""

    path: Path
    card: Path | None
    gaussians: int
    left_out: int
    moment: str


def export_splats(
    folder: Path, to: str, out: Path, *, frame: int | None = None, motion: Path | None = None, force: bool = False
) -> ExportedSplats:
    """Write one moment of the avatar in ``folder`` to ``out``: ``to`` is "ply", "spz" or "glb"; see ``moment_of``.

    Raises ConfigError, OutputExistsError unless ``force``, and the errors of ``Avatar.load``, ``moment_of`` and
    ``card_in``.
    """
    if to not in SPLATS:
        raise ConfigError(f"{to!r} holds no Gaussians", f"Known are {', '.join(SPLATS)}.", "Take one of these.")
    beside = None if to == splat_gltf.NAME else out.with_name(out.name + ".card.json")
    for path in (out, beside):
        if path is not None and path.is_dir():
            raise OutputExistsError(f"{path} is a folder", "A file of that name is to be written.", "Name another one.")
        if path is not None and path.exists() and not force:
            raise OutputExistsError(f"{path} exists", "Nothing is overwritten without being asked.", "Add --force.")
    card, avatar = card_in(folder), Avatar.load(folder)
    moment = moment_of(avatar, folder, frame=frame, motion=motion)
    if beside is not None:
        atomic_write_text(beside, card_text(card))
    SPLATS[to](moment, out, card, _view(avatar, moment))
    return ExportedSplats(out, beside, len(moment.splats), moment.left_out, moment.name)


def moment_of(avatar: Avatar, folder: Path, *, frame: int | None = None, motion: Path | None = None) -> Moment:
    """The ``avatar`` in ``folder`` at rest; or as it was in the frame of that number of its own clip; or in the frame
    of that number, from 0 on, of a ``motion`` that ``load_motion`` reads.

    Raises ConfigError for a frame that there is not, and the errors of ``home_in``, ``load_motion`` and ``drive``.
    """
    home = home_in(folder, avatar)
    if motion is not None:
        found, name = _driven(avatar, folder, motion, frame), f"frame {frame or 0} of {motion.name}"
    elif frame is not None:
        found, name = _filmed(avatar, folder, frame), f"frame {frame} of the clip"
    else:
        found, name = at_rest(avatar, home), REST
    with torch.no_grad():
        gaussians = avatar.gaussians(found)
    drawn = (gaussians.opacities[0] >= ALPHA_MIN).cpu().numpy()
    host = lambda values: values[0].cpu().numpy()[drawn]  # noqa: E731
    in_camera = Splats(
        host(gaussians.means),
        host(gaussians.quats),
        host(gaussians.scales),
        host(gaussians.opacities),
        host(gaussians.colours),
    )
    camera_from_rest = home.camera_from_head
    splats = in_camera.seen_from(np.linalg.inv(camera_from_rest))
    return Moment(splats, camera_from_rest, int((~drawn).sum()), name)


def at_rest(avatar: Avatar, home: Home) -> Motion:
    """One frame: the person's resting face, in the middle of the poses of their clip."""
    row = lambda values: torch.as_tensor(np.asarray(values)[None], dtype=torch.float32, device=avatar.device)  # noqa: E731
    rest = home.face.rest
    code = RigCode(
        row(rest.expression),
        row(rest.eyes),
        row(home.camera_from_head),
        row(home.camera_from_torso),
        None if rest.jaw is None else row(rest.jaw),
    )
    return Motion(code, row(np.zeros(home.num_modes["torso"])), row(np.zeros(home.num_modes["face"])))


def _filmed(avatar: Avatar, folder: Path, frame: int) -> Motion:
    refined = folder / REFINED
    tracking = Tracking.load(refined if refined.exists() else folder / TRACKING)
    known = np.asarray(tracking.frame_index)
    rows = np.flatnonzero(known == frame)
    if not len(rows):
        raise ConfigError(
            f"--frame {frame} is none of the {len(known)} frames that the avatar was made of",
            f"They lie between {known.min()} and {known.max()}.",
            f"Try --frame {known[np.abs(known - frame).argmin()]}.",
        )
    return avatar.motion(tracking).rows(torch.as_tensor(rows[:1], device=avatar.device))


def _driven(avatar: Avatar, folder: Path, motion: Path, frame: int | None) -> Motion:
    flame = avatar.rig_file if avatar.rig_file is not None and avatar.rig_file.exists() else None
    driven = drive(avatar, folder, load_motion(motion, avatar.rig, flame=flame))
    count, row = len(driven.timestamp_s), frame or 0
    if not 0 <= row < count:
        raise ConfigError(f"--frame {row} is none of the {count} frames of {motion}", "They are counted from 0 on.")
    return driven.motion.rows(torch.as_tensor([row], device=avatar.device))


def _view(avatar: Avatar, moment: Moment) -> dict[str, Any]:
    """How to draw the moment as its clip's camera saw it."""
    return {
        "moment": moment.name,
        "camera_from_asset": moment.camera_from_rest.tolist(),
        "intrinsics": avatar.camera.matrix.tolist(),
        "size_wh": list(avatar.camera.size_wh),
    }


def _ply(moment: Moment, out: Path, card: dict[str, Any], view: dict[str, Any]) -> None:
    consent = card["subject"]["consent"]
    stated = "given, see the card" if consent["given"] else "none stated" if consent["required"] else "not needed"
    comments = (
        f"title {json.dumps(card['title'])[1:-1]}",
        f"synthetic media; subject: {card['subject']['kind']}; consent: {stated}",
        f"card sha256 {card_sha256(card)}",
        f"moment {json.dumps(moment.name)[1:-1]}; metres, x the subject's left, y down, z into the face",
    )
    splat_ply.write(moment.splats.seen_from(PLY_FROM_HEAD), out, comments)


def _spz(moment: Moment, out: Path, card: dict[str, Any], view: dict[str, Any]) -> None:
    splat_spz.write(moment.splats, out)


def _glb(moment: Moment, out: Path, card: dict[str, Any], view: dict[str, Any]) -> None:
    splat_gltf.write(moment.splats, out, name=card["title"], extras={"lifemask": {"card": card, "view": view}})


SPLATS: dict[str, Callable[[Moment, Path, dict[str, Any], dict[str, Any]], None]] = {
    splat_ply.NAME: _ply,
    splat_spz.NAME: _spz,
    splat_gltf.NAME: _glb,
}
"""What writes each format."""

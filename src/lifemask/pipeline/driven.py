"""An avatar's motion from any driving one, ready to be rendered."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lifemask.avatar.avatar import Avatar
from lifemask.avatar.driving import DrivingMotion, paced
from lifemask.avatar.home import Home, home_of
from lifemask.avatar.motion import Motion
from lifemask.avatar.transfer import TransferOptions, transfer
from lifemask.errors import ConfigError, FileMissingError
from lifemask.perception.rig_source import rig_hash
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.pipeline.stages.training import REFINED
from lifemask.tracking.record import Tracking


@dataclass(frozen=True)
class Driven:
    """A ``motion`` of the avatar at the even times ``timestamp_s [T]``, on the driver's clock; ``own``: it is the
    avatar's very own and was taken over unchanged; ``names [E]`` of its expressions."""

    motion: Motion
    timestamp_s: np.ndarray
    names: tuple[str, ...]
    own: bool


def drive(
    avatar: Avatar,
    folder: Path,
    driving: DrivingMotion,
    options: TransferOptions | None = None,
    *,
    fps: float | None = None,
) -> Driven:
    """``driving`` (of ``load_motion(path, avatar.rig)``) transferred to the avatar in ``folder``.

    ``fps``: rate of the frames to render; None takes the driver's own. Raises the errors of ``home_in`` and
    ``transfer``.
    """
    home = home_in(folder, avatar)
    motion, timestamp_s = transfer(paced(driving, fps), home, options, device=avatar.device)
    return Driven(motion, timestamp_s, home.face.names, home.is_of(driving))


def home_in(folder: Path, avatar: Avatar) -> Home:
    """Where the ``avatar`` in ``folder`` is at rest, by the tracking of its own clip that lies beside it.

    Raises FileMissingError without one.
    """
    file = folder / REFINED if (folder / REFINED).exists() else folder / TRACKING
    if not file.exists():
        raise FileMissingError(
            f"{folder} holds an avatar, but neither {REFINED} nor {TRACKING}",
            "They say where its head is at rest, and what its face looks like there.",
            f"Take {REFINED} along from the run that made it.",
        )
    tracking = Tracking.load(file)
    if tracking.rig_hash != rig_hash(avatar.rig):
        raise ConfigError(
            f"{file} and the avatar beside it stand on different rigs",
            "They come from different runs.",
            "Put the tracking of the avatar's own run beside it.",
        )
    return home_of(
        tracking,
        avatar.rig.to("cpu"),
        num_modes=avatar.model.num_modes,
        surface_m=avatar.neutral.cpu().numpy(),
        avatar=folder.resolve(),
    )

"""The avatar of a run as it is now: the finished one, or the state of the training that goes on."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors import SafetensorError, safe_open

from lifemask.avatar.avatar import FILE as AVATAR
from lifemask.avatar.avatar import Avatar, model_of
from lifemask.avatar.model import CodeSpace
from lifemask.avatar.motion import Motion, corrected
from lifemask.avatar.store import FrameStore
from lifemask.pipeline.config import CreateConfig
from lifemask.pipeline.stages.mattes import FRAMES, PLATE
from lifemask.pipeline.stages.training import REFINED, test_rows
from lifemask.rig.head import HeadRig
from lifemask.tracking.build import neutral_of
from lifemask.tracking.record import Tracking

CHECKPOINT = "checkpoint.safetensors"


@dataclass(frozen=True)
class RunAvatar:
    """An ``avatar`` and the ``motion [T]`` of the run's frames with which it is drawn; ``images`` that it has learned
    from, None when it is finished."""

    avatar: Avatar
    motion: Motion
    images: int | None


def checkpoint_of(run: Path) -> Path | None:
    """The state of a training that goes on, or was stopped."""
    found = sorted((run / ".work" / "training").glob(f"scratch-*/{CHECKPOINT}"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def source_of(run: Path) -> Path | None:
    """The file that the avatar of a run is read from: that of a training that goes on before a finished one."""
    checkpoint, finished = checkpoint_of(run), run / AVATAR
    return checkpoint or (finished if finished.exists() else None)


def finished(run: Path) -> RunAvatar:
    """The avatar that training has left, with the tracking that it has refined. Raises the errors of ``Avatar.load``
    and ``Tracking.load``."""
    avatar = Avatar.load(run)
    return RunAvatar(avatar, avatar.motion(Tracking.load(run / REFINED)), None)


def in_training(run: Path, config: CreateConfig, rig: HeadRig, tracking: Tracking) -> RunAvatar | None:
    """The avatar as its training has saved it last; None where that cannot be read, such as when it just ended."""
    path = checkpoint_of(run)
    if path is None:
        return None
    try:
        with safe_open(path, "pt", device="cpu") as handle:
            images = int(handle.metadata()["images_done"])
            tensors = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118
    except (OSError, SafetensorError):
        return None
    state = {name.removeprefix("model."): value for name, value in tensors.items() if name.startswith("model.")}
    corrections = tensors["motion.value"]
    store = FrameStore.open(run / FRAMES)
    face = corrections.shape[1] - 12 - tracking.expression.shape[1] - 4
    sizes = replace(
        config.training.on("cpu").avatar,
        head_bases=state["bases.0"].shape[0],
        torso_bases=state["bases.1"].shape[0],
        hidden=state["networks.0.0.bias"].shape[0],
    )
    torso = tracking.torso_modes.shape[1] + sizes.torso_modes
    motion = Motion.of(tracking, "cpu", torso=torso, face=face - torso)
    trained = torch.arange(int(test_rows(config, store.count)[0]))
    space = CodeSpace.of(motion.rows(trained).code)
    neutral, plate = neutral_of(tracking, rig), np.asarray(Image.open(run / PLATE).convert("RGB"))
    model = model_of(state, replace(sizes, face_modes=face - torso))
    avatar = Avatar(rig, neutral, model, space, tracking.camera, store.view, plate, sizes, config.rig)
    return RunAvatar(avatar, corrected(motion, corrections), images)

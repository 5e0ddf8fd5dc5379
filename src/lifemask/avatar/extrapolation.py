"""How far a motion goes beyond what the avatar's clip has shown: what is drawn there nobody has seen."""

from dataclasses import dataclass

import numpy as np
import torch

from lifemask.avatar.avatar import Avatar
from lifemask.avatar.model import EXPRESSION_SCALE, GAZE_SCALE, JAW_SCALE, MARGIN
from lifemask.avatar.motion import Motion

DEGREES = 180 / np.pi
SMALLEST_SPAN = {"degrees": 2.0, "mm": 5.0, "weight": 0.05}
"""A range is taken to be at least this wide: what hardly moved in the clip is not far away at once."""
SEVERE = 0.5
"""Beyond what was filmed by more than this part of it: there faults are likely to be seen."""


@dataclass(frozen=True)
class Beyond:
    """One quantity of a motion: its ``unit``, what was ``filmed`` and what is ``asked`` (least and most), in which
    share of the frames it goes beyond by more than ``MARGIN`` of the filmed range, and by how many such ranges at
    most, in which frame."""

    name: str
    unit: str
    filmed: tuple[float, float]
    asked: tuple[float, float]
    share: float
    worst: float
    worst_frame: int


@dataclass(frozen=True)
class Extrapolation:
    """``quantities`` that go beyond, the worst first; ``within`` and ``severe``: shares of the frames in which nothing
    does, and in which something does by more than ``SEVERE`` of its range."""

    frames: int
    within: float
    severe: float
    quantities: tuple[Beyond, ...]


@torch.no_grad()
def extrapolation(avatar: Avatar, motion: Motion, expression_names: tuple[str, ...]) -> Extrapolation:
    """Compare all frames of ``motion`` with what ``avatar`` was trained on."""
    space, code = avatar.space, motion.code
    names, units, scales = _quantities(expression_names, code.jaw is not None)
    low = torch.cat([space.pose_low, space.face_low]).cpu().numpy()
    high = torch.cat([space.pose_high, space.face_high]).cpu().numpy()
    value = torch.cat([space.poses(code), space.faces(code)], -1).cpu().numpy()
    # As a person reads them: expressions and the like from zero, not from the clip's mean.
    centre = np.concatenate([np.zeros(15), space.expression_mean.cpu().numpy() * EXPRESSION_SCALE])
    centre = np.pad(centre, (0, len(low) - len(centre)))
    low, high, value = ((array + centre) * scales for array in (low, high, value))
    span = np.maximum(high - low, [SMALLEST_SPAN[unit] for unit in units])
    outside = np.maximum(np.maximum(low - value, value - high), 0) / span
    found = [
        Beyond(
            names[k], units[k], (float(low[k]), float(high[k])), (float(value[:, k].min()), float(value[:, k].max())),
            float((outside[:, k] > MARGIN).mean()), float(outside[:, k].max()), int(outside[:, k].argmax()),
        )
        for k in np.argsort(-outside.max(0), kind="stable")
        if outside[:, k].max() > MARGIN
    ]  # fmt: skip
    most = outside.max(1)
    return Extrapolation(len(value), float((most <= MARGIN).mean()), float((most > SEVERE).mean()), tuple(found))


def _quantities(expression_names: tuple[str, ...], has_jaw: bool) -> tuple[list[str], list[str], np.ndarray]:
    """Name, unit and factor to that unit of everything in ``CodeSpace.poses`` and ``faces``."""
    turn, move = ("pitch", "yaw", "roll"), ("right", "down", "away")
    rows = [(f"{part} {axis}", "degrees", DEGREES) for part in ("head", "torso", "head on torso") for axis in turn]
    rows += [(f"{part} {axis}", "mm", 1000.0) for part in ("torso", "head") for axis in move]
    rows += [(name, "weight", 1 / EXPRESSION_SCALE) for name in expression_names]
    rows += [(f"jaw {axis}", "degrees", DEGREES / JAW_SCALE) for axis in turn if has_jaw]
    rows += [
        (f"gaze {side} {axis}", "degrees", DEGREES / GAZE_SCALE)
        for side in ("left", "right")
        for axis in ("yaw", "pitch")
    ]
    names, units, scales = zip(*rows, strict=True)
    return list(names), list(units), np.array(scales)

"""Motion of anyone onto an avatar: as differences from rest, so that the driver's own face stays with the driver.

``docs/reenactment.md`` is the long form. Nothing here is smoothed in time: what the driver does, the avatar does in the
same frame.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch

from lifemask.avatar.driving import DrivingMotion, goes_along, resampled
from lifemask.avatar.expression_transfer import Face, face_of, transferred_face
from lifemask.avatar.gaps import bridged, presence
from lifemask.avatar.home import Home, home_of
from lifemask.avatar.motion import Motion
from lifemask.avatar.relative_pose import (
    middle_pose,
    moved,
    neck_displacement,
    points_at,
    relative,
    scaled,
    softly_limited,
)
from lifemask.avatar.rest import Rest, rest_of
from lifemask.errors import ConfigError
from lifemask.rig.code import RigCode
from lifemask.tracking.build import TORSO_PIVOT_M

__all__ = ["DrivingMotion", "Home", "TransferOptions", "home_of", "resampled", "transfer"]

REACH_MARGIN = 1.5
"""The head may go this much further from its place on the neck than the avatar's clip shows."""
LEAN = 0.5
"""Share of the neck's way that the torso goes along, where the source says nothing of the torso."""
WIDEST_GAZE_RAD = 0.7
START_S = 1.0


@dataclass(frozen=True)
class TransferOptions:
    """What goes over to the avatar beside the expression."""

    head: float = 1.0
    """Share of the motion of head and torso: 1 all of it, 0 none, which holds the avatar's own pose."""
    torso: bool = True
    """Move the shoulders along; otherwise they stay, and the head goes no further than the neck allows."""
    gaze: bool = True
    """Move the eyes; otherwise they look where the avatar looks at rest."""
    reference: Literal["middle", "start"] = "middle"
    """Which pose of the driver is the avatar's own: the middle of all, or that of the first second with a face."""

    def __post_init__(self) -> None:
        if self.reference not in ("middle", "start"):
            raise ConfigError(f"{self.reference!r} is no reference of a motion", "Expected middle or start.")
        if not 0 <= self.head <= 1:
            raise ConfigError(f"A share of {self.head:g} of the head's motion cannot be", "Expected 0 to 1.")


def transfer(
    driving: DrivingMotion,
    home: Home,
    options: TransferOptions | None = None,
    *,
    device: torch.device | str = "cpu",
) -> tuple[Motion, np.ndarray]:
    """``driving`` as a motion of the avatar at ``home``, and its ``timestamp_s [T]``.

    The avatar's own motion (``Home.is_of``) passes unchanged, bit for bit, with its modes where they are this avatar's.
    Raises ConfigError for a motion whose weights mean nothing to the avatar's rig.
    """
    options = options or TransferOptions()
    own = home.is_of(driving)
    shown = np.ones(len(driving)) if own else presence(driving)
    driving = driving if own else bridged(driving)
    expression, jaw, eyes = _face(driving, home, options, shown, own)
    head, torso = _poses(driving, home, options, shown, own)
    to = lambda array: torch.as_tensor(array, dtype=torch.float32, device=device)  # noqa: E731
    code = RigCode(to(expression), to(eyes), to(head), to(torso), None if jaw is None else to(jaw))
    modes = {name: to(array) for name, array in _modes(driving, home, own).items()}
    return Motion(code, modes["torso"], modes["face"]), driving.timestamp_s


def _driver(driving: DrivingMotion, home: Home) -> Face:
    """The driver's face: at rest as its source defines it, else as its frames show it."""
    names, seen, lips = driving.expression_names, driving.tracked, _by_name(home, driving.expression_names)
    rest = rest_of(driving.expression, names, driving.eyes, driving.jaw, seen, lips)
    if driving.rest is not None:
        rest = Rest(driving.rest, np.zeros((2, 2)), None if driving.jaw is None else np.zeros(3))
    shut = np.ones(2) if driving.shut is None else driving.shut
    eyes = None if driving.eyes is None else driving.eyes[seen]
    return face_of(names, rest, shut, driving.expression[seen], eyes, lips)


def _by_name(home: Home, names: tuple[str, ...]) -> np.ndarray:
    """The gains of ``home``'s lips in the order of ``names``; 0 for those that the avatar does not have."""
    gains = dict(zip(home.face.names, home.lips, strict=True))
    return np.array([gains.get(name, 0.0) for name in names])


def _face(
    driving: DrivingMotion, home: Home, options: TransferOptions, shown: np.ndarray, own: bool
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """Expression ``[T, E]``, jaw ``[T, 3]`` or None, eyes ``[T, 2, 2]``."""
    if own and options.gaze:
        assert driving.eyes is not None
        return driving.expression, driving.jaw, driving.eyes
    driver, rest = home.face if own else _driver(driving, home), home.face.rest
    expression, eyes = transferred_face(
        driving.expression, driving.eyes, driver, home.face, home.lips, gaze=options.gaze
    )
    eyes = np.clip(eyes, -WIDEST_GAZE_RAD, WIDEST_GAZE_RAD)
    expression = rest.expression + shown[:, None] * (expression - rest.expression)
    eyes = rest.eyes + shown[:, None, None] * (eyes - rest.eyes)
    if rest.jaw is None:
        if driving.jaw is not None:
            raise ConfigError(
                f"{driving.source} turns a jaw joint, which the avatar's rig does not have",
                "It is motion of FLAME, and the avatar stands on the built-in head.",
                "Name the FLAME model that it belongs to: --rig FILE",
            )
        return expression, None, eyes
    jaw = np.tile(rest.jaw, (len(driving), 1))
    if driving.jaw is not None and driver.rest.jaw is not None:
        jaw = jaw + shown[:, None] * (driving.jaw - driver.rest.jaw)
    return expression, jaw, eyes


def _poses(
    driving: DrivingMotion, home: Home, options: TransferOptions, shown: np.ndarray, own: bool
) -> tuple[np.ndarray, np.ndarray]:
    """``camera_from_head`` and ``camera_from_torso``, each ``[T, 4, 4]``."""
    count, share = len(driving), options.head * shown
    seen = np.flatnonzero(driving.tracked)
    if options.reference == "start":
        seen = seen[driving.timestamp_s[seen] <= driving.timestamp_s[seen[0]] + START_S]
    head, torso = np.tile(home.camera_from_head, (count, 1, 1)), np.tile(home.camera_from_torso, (count, 1, 1))
    theirs, beneath = driving.camera_from_head, driving.camera_from_torso
    if own and options.head == 1:
        assert theirs is not None and beneath is not None
        if options.torso or home.torso_rides:
            return theirs, beneath
        return moved(theirs, -_beyond_the_neck(theirs, torso, home)), torso
    if theirs is not None:
        reference = home.camera_from_head if own else middle_pose(theirs[seen], home.neck_m)
        head = home.camera_from_head @ scaled(relative(theirs, reference), share, home.neck_m)
    if home.torso_rides:
        torso = head @ relative(home.camera_from_torso, home.camera_from_head)
        return _above_the_edge(head, torso, home)
    if options.torso and beneath is not None and theirs is not None and not goes_along(beneath, theirs):
        reference = home.camera_from_torso if own else middle_pose(beneath[seen], TORSO_PIVOT_M)
        torso = home.camera_from_torso @ scaled(relative(beneath, reference), share, TORSO_PIVOT_M)
    elif options.torso:
        torso = moved(torso, LEAN * (points_at(head, home.neck_m) - points_at(home.camera_from_head, home.neck_m)))
    beyond = _beyond_the_neck(head, torso, home)
    if not options.torso:
        return moved(head, -beyond), torso
    # The head is what was measured well: shoulders that may move are drawn along.
    return _above_the_edge(head, moved(torso, beyond), home)


def _above_the_edge(head: np.ndarray, torso: np.ndarray, home: Home) -> tuple[np.ndarray, np.ndarray]:
    """Both moved down where the end of the torso would come into the picture."""
    down = home.edge.shift(torso)
    return moved(head, down), moved(torso, down)


def _beyond_the_neck(head: np.ndarray, torso: np.ndarray, home: Home) -> np.ndarray:
    """How much further ``head [T, 4, 4]`` is away than the neck of ``torso [T, 4, 4]`` can carry it: ``[T, 3]`` metres
    in the camera's frame."""
    at_rest = neck_displacement(home.camera_from_head[None], home.camera_from_torso[None], home.neck_m)
    way = neck_displacement(head, torso, home.neck_m) - at_rest
    beyond = way - softly_limited(way, home.reach_m, REACH_MARGIN * home.reach_m)
    return np.einsum("tij,tj->ti", torso[:, :3, :3], beyond)


def _modes(driving: DrivingMotion, home: Home, own: bool) -> dict[str, np.ndarray]:
    """Modes of torso and face, each ``[T, M]``: the avatar's own, else zero."""
    modes = {name: np.zeros((len(driving), width)) for name, width in home.num_modes.items()}
    if own and driving.avatar is not None and driving.avatar == home.avatar:
        for name, given in (("torso", driving.torso_modes), ("face", driving.face_modes)):
            if given is not None:
                width = min(given.shape[1], home.num_modes[name])
                modes[name][:, :width] = given[:, :width]
    return modes

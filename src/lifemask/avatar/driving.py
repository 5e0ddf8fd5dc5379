"""``DrivingMotion``: what someone did, whoever it was and whatever measured it."""

from dataclasses import dataclass, field, fields, replace
from pathlib import Path

import numpy as np

from lifemask.avatar.relative_pose import interpolated, inverse, linear
from lifemask.avatar.rest import shut_weights
from lifemask.errors import ConfigError, FormatError
from lifemask.rig.head import HeadRig
from lifemask.tracking.build import neutral_of
from lifemask.tracking.record import Tracking

SAME_POSE = 1e-6
MOST_FPS = 1000.0
_ONCE = frozenset({"source", "expression_names", "rest", "shut", "rig_hash", "surface_m", "avatar"})
_POSES = ("camera_from_head", "camera_from_torso")


@dataclass(frozen=True, eq=False)
class DrivingMotion:
    """``T`` frames of motion, float64.

    ``timestamp_s [T]`` ascending; ``expression [T, E]`` of ``expression_names``; gaze ``eyes [T, 2, 2]`` (yaw, pitch;
    radians; left eye, right eye); ``camera_from_head`` and ``camera_from_torso [T, 4, 4]`` (metres; only their changes
    count); ``jaw [T, 3]`` axis-angle, of rigs whose jaw is a joint. What the source does not have is None. ``tracked
    [T]`` is False where no face was seen (none given: everywhere seen).

    ``rest [E]``: the expression at rest where the source defines it (ARKit: zero), else None, and it is estimated;
    ``shut [2]`` the blink weights at which the lids meet; ``rig_hash`` and ``surface_m [V, 3]`` the rig and the person
    at rest that were tracked; ``torso_modes [T, M]`` and ``face_modes [T, F]`` belong to the avatar in the folder
    ``avatar`` and mean nothing to others. ``source``: what it is, for messages.

    Raises FormatError where shapes disagree, a number is not finite, times do not ascend or no face was ever seen.
    """

    source: str
    timestamp_s: np.ndarray
    expression: np.ndarray
    expression_names: tuple[str, ...]
    eyes: np.ndarray | None = None
    camera_from_head: np.ndarray | None = None
    camera_from_torso: np.ndarray | None = None
    jaw: np.ndarray | None = None
    tracked: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    rest: np.ndarray | None = None
    shut: np.ndarray | None = None
    rig_hash: str | None = None
    surface_m: np.ndarray | None = None
    torso_modes: np.ndarray | None = None
    face_modes: np.ndarray | None = None
    avatar: Path | None = None

    def __post_init__(self) -> None:
        count, size = len(self.timestamp_s), len(self.expression_names)
        if not len(self.tracked):
            object.__setattr__(self, "tracked", np.ones(count, bool))
        shapes = {
            "timestamp_s": (count,), "tracked": (count,), "expression": (count, size), "eyes": (count, 2, 2),
            "camera_from_head": (count, 4, 4), "camera_from_torso": (count, 4, 4), "jaw": (count, 3),
            "rest": (size,), "shut": (2,),
        }  # fmt: skip
        for name, shape in shapes.items():
            array = getattr(self, name)
            if array is None:
                continue
            if np.shape(array) != shape:
                have, want = list(np.shape(array)), list(shape)
                raise FormatError(f"{self.source}: {name} has the shape {have}, expected {want}.")
            if not np.isfinite(array).all():
                row = np.argwhere(~np.isfinite(array))[0][0]
                raise FormatError(f"{self.source}: {name} is not finite in frame {row}.", "The file is damaged.")
        if not self.tracked.any():
            raise FormatError(f"{self.source} has no frame with a face.", "There is nothing to transfer.")
        if (np.diff(self.timestamp_s) <= 0).any():
            raise FormatError(f"{self.source}: times do not ascend.", "Two takes in one file, or a damaged one.")

    def __len__(self) -> int:
        return len(self.timestamp_s)

    @property
    def fps(self) -> float:
        """Frames a second, from the median step; 25 for a single frame."""
        return float(1 / np.median(np.diff(self.timestamp_s))) if len(self) > 1 else 25.0

    def rows(self, rows: slice | np.ndarray) -> "DrivingMotion":
        """Some frames."""
        return replace(self, **{name: array[rows] for name, array in self.per_frame().items()})

    def per_frame(self) -> dict[str, np.ndarray]:
        """What there is for every frame, by name."""
        names = (entry.name for entry in fields(self) if entry.name not in _ONCE)
        return {name: array for name in names if (array := getattr(self, name)) is not None}

    @staticmethod
    def of(tracking: Tracking, rig: HeadRig, source: str, avatar: Path | None = None) -> "DrivingMotion":
        """A tracking's motion; ``rig`` is the one that it was tracked on, ``avatar`` the folder of the avatar whose
        modes it holds."""
        surface, tracked = neutral_of(tracking, rig), tracking.tracked.astype(bool)
        head, torso = (poses.astype(np.float64) for poses in (tracking.camera_from_head, tracking.camera_from_torso))
        return DrivingMotion(
            source=source,
            timestamp_s=tracking.timestamp_s.astype(np.float64),
            expression=tracking.expression.astype(np.float64),
            expression_names=tracking.expression_names,
            eyes=tracking.eyes.astype(np.float64),
            camera_from_head=head,
            camera_from_torso=torso,
            jaw=None if tracking.jaw is None else tracking.jaw.astype(np.float64),
            tracked=tracked,
            shut=shut_weights(rig, surface, tracking.expression, tracked),
            rig_hash=tracking.rig_hash,
            surface_m=surface.cpu().numpy(),
            torso_modes=None if avatar is None else tracking.torso_modes,
            face_modes=None if avatar is None else tracking.face_modes,
            avatar=avatar,
        )


def goes_along(torso: np.ndarray, head: np.ndarray) -> bool:
    """Whether ``torso [T, 4, 4]`` always goes along with ``head [T, 4, 4]``: then nobody has looked at it."""
    apart = inverse(head) @ torso
    return bool(np.abs(apart - apart[:1]).max(initial=0) < SAME_POSE)


def paced(driving: DrivingMotion, fps: float | None = None) -> DrivingMotion:
    """The motion at even times: resampled where ``fps`` is given or frames are missing, else the same frames, each
    moved by less than half of a step to where it belongs."""
    if fps is not None:
        return resampled(driving, fps)
    if len(driving) < 2:
        return driving
    time_s = driving.timestamp_s
    even_s = np.linspace(time_s[0], time_s[-1], len(time_s))
    if np.abs(time_s - even_s).max() < 0.5 * (even_s[1] - even_s[0]):
        return replace(driving, timestamp_s=even_s)
    return resampled(driving, driving.fps)


def resampled(driving: DrivingMotion, fps: float) -> DrivingMotion:
    """The same motion at ``fps`` frames a second, even in time from its first frame on: weights and places linearly,
    rotations along the great arc between the frames around. Raises ConfigError for a rate that is none."""
    if not 0 < fps <= MOST_FPS:
        raise ConfigError(f"{fps:g} frames a second cannot be rendered", f"Expected more than 0, at most {MOST_FPS:g}.")
    time_s = driving.timestamp_s
    count = int(np.floor((time_s[-1] - time_s[0]) * fps + 1e-6)) + 1
    at_s = np.minimum(time_s[0] + np.arange(count) / fps, time_s[-1])
    arrays = driving.per_frame()
    between = {
        name: (interpolated if name in _POSES else linear)(array, time_s, at_s)
        for name, array in arrays.items()
        if name not in ("timestamp_s", "tracked")
    }
    seen = linear(driving.tracked.astype(np.float64), time_s, at_s) == 1
    nearest = np.abs(time_s[None] - at_s[:, None]).argmin(1) if not seen.any() else None
    return replace(
        driving,
        timestamp_s=time_s[0] + np.arange(count) / fps,
        tracked=seen if nearest is None else driving.tracked[nearest],
        **between,
    )

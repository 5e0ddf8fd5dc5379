"""ARKit face motion: the CSV of Live Link Face and a JSON of named weights, both ways. See docs/formats/arkit.md."""

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from lifemask.errors import FormatError
from lifemask.formats.entries import Entries, read_json, read_text
from lifemask.media.files import atomic_write_text

NAME_CSV, NAME_JSON = "arkit-csv", "arkit-json"
COLUMNS = (
    "EyeBlinkLeft", "EyeLookDownLeft", "EyeLookInLeft", "EyeLookOutLeft", "EyeLookUpLeft", "EyeSquintLeft",
    "EyeWideLeft", "EyeBlinkRight", "EyeLookDownRight", "EyeLookInRight", "EyeLookOutRight", "EyeLookUpRight",
    "EyeSquintRight", "EyeWideRight", "JawForward", "JawRight", "JawLeft", "JawOpen", "MouthClose", "MouthFunnel",
    "MouthPucker", "MouthRight", "MouthLeft", "MouthSmileLeft", "MouthSmileRight", "MouthFrownLeft",
    "MouthFrownRight", "MouthDimpleLeft", "MouthDimpleRight", "MouthStretchLeft", "MouthStretchRight",
    "MouthRollLower", "MouthRollUpper", "MouthShrugLower", "MouthShrugUpper", "MouthPressLeft", "MouthPressRight",
    "MouthLowerDownLeft", "MouthLowerDownRight", "MouthUpperUpLeft", "MouthUpperUpRight", "BrowDownLeft",
    "BrowDownRight", "BrowInnerUp", "BrowOuterUpLeft", "BrowOuterUpRight", "CheekPuff", "CheekSquintLeft",
    "CheekSquintRight", "NoseSneerLeft", "NoseSneerRight", "TongueOut",
)  # fmt: skip
"""Live Link Face's 52 weights in its order; ARKit's own names begin with a small letter."""

ARKIT_NAMES = tuple(name[0].lower() + name[1:] for name in COLUMNS)
_ANGLES = ("Yaw", "Pitch", "Roll")
_HEAD = tuple(f"Head{angle}" for angle in _ANGLES)
_EYES = tuple(f"{side}Eye{angle}" for side in ("Left", "Right") for angle in _ANGLES)
DEFAULT_FPS = 60.0
"""Live Link Face records at 60 frames a second unless told otherwise; its file does not say."""


@dataclass(frozen=True, eq=False)
class ArkitMotion:
    """``T`` frames of a face: ``weights [T, N]`` in [0, 1] of ``names`` (ARKit's), at ``timestamp_s [T]`` from 0.

    ``head_yaw_pitch_roll [T, 3]`` and ``eyes_yaw_pitch_roll [T, 2, 3]`` (left, right) in radians,
    ``head_translation_m [T, 3]``; ``None`` where the source has none. ``frame_extra``: what else a frame held.
    """

    names: tuple[str, ...]
    timestamp_s: np.ndarray
    weights: np.ndarray
    head_yaw_pitch_roll: np.ndarray | None = None
    eyes_yaw_pitch_roll: np.ndarray | None = None
    head_translation_m: np.ndarray | None = None
    frame_extra: tuple[Mapping[str, Any], ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count = len(self.timestamp_s)
        shapes = {
            "weights": (count, len(self.names)), "head_yaw_pitch_roll": (count, 3), "head_translation_m": (count, 3),
            "eyes_yaw_pitch_roll": (count, 2, 3),
        }  # fmt: skip
        for name, shape in shapes.items():
            array = getattr(self, name)
            if array is not None and np.shape(array) != shape:
                raise FormatError(f"{name} has the shape {list(np.shape(array))}, expected {list(shape)}.")
            if array is not None and not np.isfinite(array).all():
                raise FormatError(f"{name} is not finite in frame {np.argwhere(~np.isfinite(array))[0][0]}.")
        if (np.diff(self.timestamp_s) <= 0).any():
            raise FormatError("Times do not increase.", "Two takes in one file, or a time code at another rate.")

    @property
    def fps(self) -> float:
        """Frames a second, from the median step."""
        return float(1 / np.median(np.diff(self.timestamp_s)))

    def head_rotation(self) -> np.ndarray:
        """Head rotations ``[T, 3, 3]``: ``Ry(yaw) Rx(pitch) Rz(roll)``, about x subject's left, y up, z forward.

        The order is inferred; at the angles of a talking head the others differ by less than the capture's noise.
        """
        if self.head_yaw_pitch_roll is None:
            return np.broadcast_to(np.eye(3), (len(self.timestamp_s), 3, 3)).copy()
        return Rotation.from_euler("YXZ", self.head_yaw_pitch_roll).as_matrix()


def looks_like_csv(path: Path) -> bool:
    """Whether the file's first line is Live Link Face's."""
    if path.suffix.lower() != ".csv":
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        header = [name.strip().lower() for name in file.readline().split(",")]
    return header[:2] == ["timecode", "blendshapecount"]


def looks_like_json(path: Path) -> bool:
    """Whether the file is JSON with ``names`` and ``frames`` of ``weights``."""
    try:
        content = read_json(path) if path.suffix.lower() == ".json" else {}
    except FormatError:
        return False
    frames = content.get("frames")
    first = frames[0] if isinstance(frames, list) and frames else None
    return "names" in content and isinstance(first, dict) and "weights" in first


def read_csv(path: Path, fps: float = DEFAULT_FPS) -> ArkitMotion:
    """A take of Live Link Face; ``fps`` is what its time code ``HH:MM:SS:FF.fraction`` counts.

    Columns may stand in any order; others than the 52 weights and the angles are kept. Raises FormatError.
    """
    text = read_text(path, "a .csv of Live Link Face")
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    except csv.Error as problem:
        raise FormatError(f"{path} is not a table: {problem}") from problem
    if len(rows) < 2:
        raise FormatError(f"{path} holds no frames.")
    header = [name.strip() for name in rows[0]]
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            raise FormatError(f"{path}, line {number}: {len(row)} values for {len(header)} columns.")
    columns = {name: [row[place].strip() for row in rows[1:]] for place, name in enumerate(header)}
    found = Entries(path, {name.lower(): column for name, column in columns.items()})
    lower = [name.lower() for name in COLUMNS]
    picked = lambda names: np.stack([found.array(name, None) for name in names], -1)  # noqa: E731
    has = lambda names: all(name.lower() in found.values for name in names)  # noqa: E731
    times = np.array([_seconds(code, fps, path) for code in found.require("timecode")])
    used = {"timecode", "blendshapecount", *lower, *(name.lower() for name in (*_HEAD, *_EYES))}
    kept = [name for name in header if name.lower() not in used]
    eyes = picked([name.lower() for name in _EYES]).reshape(-1, 2, 3) if has(_EYES) else None
    return ArkitMotion(
        names=ARKIT_NAMES,
        timestamp_s=times - times[0],
        weights=picked(lower),
        head_yaw_pitch_roll=picked([name.lower() for name in _HEAD]) if has(_HEAD) else None,
        eyes_yaw_pitch_roll=eyes,
        frame_extra=tuple({name: columns[name][row] for name in kept} for row in range(len(times))),
        extra={"start_s": float(times[0])},
    )


def write_csv(path: Path, motion: ArkitMotion, fps: float | None = None) -> None:
    """Write Live Link Face's CSV, atomically, exact to float32; weights that the motion does not have are 0.

    ``fps`` of the time code: by default the motion's own, rounded.
    """
    rate = round(motion.fps) if fps is None else fps
    weights = np.zeros((len(motion.timestamp_s), len(COLUMNS)))
    unknown = [name for name in motion.names if name not in ARKIT_NAMES]
    if unknown:
        raise FormatError(f"Live Link Face has no weight {unknown[0]!r}.", f"It has {', '.join(ARKIT_NAMES)}.")
    weights[:, [ARKIT_NAMES.index(name) for name in motion.names]] = motion.weights
    nothing = np.zeros((len(weights), 1))
    head = nothing.repeat(3, 1) if motion.head_yaw_pitch_roll is None else motion.head_yaw_pitch_roll
    eyes = nothing.repeat(6, 1) if motion.eyes_yaw_pitch_roll is None else motion.eyes_yaw_pitch_roll.reshape(-1, 6)
    values = np.concatenate([weights, head, eyes], 1)
    first = motion.frame_extra[0] if motion.frame_extra else {}
    more = [name for name, value in first.items() if isinstance(value, str)]
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["Timecode", "BlendshapeCount", *COLUMNS, *_HEAD, *_EYES, *more])
    start = float(motion.extra.get("start_s", 0.0))
    for row, (time, numbers) in enumerate(zip(motion.timestamp_s, values, strict=True)):
        rest = [motion.frame_extra[row].get(name, "") for name in more]
        code = _timecode(start + float(time), rate)
        table.writerow([code, values.shape[1], *map(_decimal, numbers), *rest])
    atomic_write_text(path, out.getvalue())


def read_json_motion(path: Path) -> ArkitMotion:
    """A JSON of ``names``, ``frames`` of ``weights`` and ``time`` (seconds), and ``head_pose`` (pitch, yaw, roll)."""
    entries = Entries(path, read_json(path))
    listed = entries.require("frames")
    if not isinstance(listed, list) or not all(isinstance(frame, dict) for frame in listed):
        raise FormatError(f"{path}: frames is not a list of objects.")
    frames = [Entries(path, frame) for frame in listed]
    listed_names = entries.require("names")
    if not isinstance(listed_names, list):
        raise FormatError(f"{path}: names is not a list.")
    names = tuple(str(name) for name in listed_names)
    pose = entries.array("head_pose", len(frames), 3)[:, [1, 0, 2]] if "head_pose" in entries.values else None
    return ArkitMotion(
        names=names,
        timestamp_s=np.array([frame.number("time") for frame in frames]),
        weights=np.array([frame.array("weights", len(names)) for frame in frames]).reshape(-1, len(names)),
        head_yaw_pitch_roll=pose,
        frame_extra=tuple(frame.rest({"weights", "time"}) for frame in frames),
        extra=entries.rest({"names", "frames", "head_pose"}),
    )


def write_json_motion(path: Path, motion: ArkitMotion) -> None:
    """Write the same JSON, atomically; numbers read back as the same float64."""
    rest = motion.frame_extra or tuple({} for _ in motion.timestamp_s)
    frames = [
        {"weights": weights.tolist(), "time": float(time), **more}
        for weights, time, more in zip(motion.weights, motion.timestamp_s, rest, strict=True)
    ]
    content: dict[str, Any] = {"names": list(motion.names), "frames": frames, **motion.extra}
    if motion.head_yaw_pitch_roll is not None:
        content["head_pose"] = motion.head_yaw_pitch_roll[:, [1, 0, 2]].tolist()
    atomic_write_text(path, json.dumps(content))


def _decimal(number: float) -> str:
    """The shortest decimal fraction that reads back as the same float32, never with an exponent."""
    return np.format_float_positional(np.float32(number), unique=True, trim="0")


def _seconds(code: str, fps: float, path: Path) -> float:
    """``HH:MM:SS:FF.fraction`` in seconds."""
    try:
        hours, minutes, seconds, frames = (float(part) for part in code.split(":"))
    except ValueError as problem:
        raise FormatError(f"{path}: {code!r} is no time code.", "Expected HH:MM:SS:FF.fraction.") from problem
    if frames >= math.ceil(fps):
        raise FormatError(f"{path}: the time code {code} counts more than {fps:g} frames a second.", fix="Give fps.")
    return hours * 3600 + minutes * 60 + seconds + frames / fps


def _timecode(time_s: float, fps: float) -> str:
    """``HH:MM:SS:FF.fraction`` with thousandths of a frame, carried where they round up to a whole second."""
    whole = math.floor(time_s)
    frames = round((time_s - whole) * fps, 3)
    if frames >= fps:
        whole, frames = whole + 1, 0.0
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}:{frames:06.3f}"

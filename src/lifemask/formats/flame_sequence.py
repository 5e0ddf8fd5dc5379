"""``FlameSequence``: a FLAME fit of one clip, in FLAME's own space, whatever system made it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from lifemask.errors import FormatError
from lifemask.formats.cameras import axis_angle_from_rotation, fold_root, is_rotation

SHAPE_SIZE, EXPRESSION_SIZE = 300, 100
"""Coefficients of the public FLAME files; a format that wants all of them gets zeros for what is not there."""

STILL = 1e-6
"""Turns (radians) and moves (metres) below this are float32 rounding of none."""

_ROTATIONS = ("root", "neck", "jaw", "eye_left", "eye_right")
_PATHS = ("image_path", "alpha_path", "parsing_path", "head_mask_path", "mouth_mask_path", "frame_path")


@dataclass(frozen=True)
class Extra:
    """Entries of the source that have no place in ``FlameSequence`` and must survive being written again.

    ``clip``: once; ``frame``: one mapping for every frame. Values are arrays, numbers, texts or JSON.
    """

    clip: Mapping[str, Any] = field(default_factory=dict)
    frame: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, eq=False)
class FlameSequence:
    """``T`` frames of a FLAME fit: metres, radians, float64; world axes +x subject's left, +y up, +z out of the face.

    ``shape [S]``, ``expression [T, E]`` coefficients in standard deviations; rotations ``root``, ``neck``, ``jaw``,
    ``eye_left``, ``eye_right`` (the subject's) ``[T, 3, 3]``; ``root_translation_m [T, 3]`` after the rotation about
    the root joint; ``eyelids [T, 2]`` left, right, 0 open; ``camera_from_world [T, 4, 4]`` OpenCV;
    ``intrinsics [T, 3, 3]`` in pixels of images of ``size_wh``; ``frame_id`` the source's own names.

    ``vertex_offset_m [V, 3]`` is added to the template. Of the paths, ``None`` where there is none: ``image_path``,
    ``alpha_path`` (soft matte), ``parsing_path`` (19 labels), ``head_mask_path`` and ``mouth_mask_path`` (0 or 255),
    ``frame_path`` the file that the frame itself was read from, if it has one of its own.

    Raises FormatError where shapes disagree, a number is not finite or a rotation is none.
    """

    shape: np.ndarray
    expression: np.ndarray
    root: np.ndarray
    neck: np.ndarray
    jaw: np.ndarray
    eye_left: np.ndarray
    eye_right: np.ndarray
    root_translation_m: np.ndarray
    eyelids: np.ndarray
    camera_from_world: np.ndarray
    intrinsics: np.ndarray
    size_wh: tuple[int, int]
    frame_id: tuple[str, ...]
    image_path: tuple[Path | None, ...] = ()
    alpha_path: tuple[Path | None, ...] = ()
    parsing_path: tuple[Path | None, ...] = ()
    head_mask_path: tuple[Path | None, ...] = ()
    mouth_mask_path: tuple[Path | None, ...] = ()
    frame_path: tuple[Path | None, ...] = ()
    vertex_offset_m: np.ndarray | None = None
    timestamp_s: np.ndarray | None = None
    extra: Extra = field(default_factory=Extra)
    source: str = "lifemask"

    def __post_init__(self) -> None:
        count = len(self.frame_id)
        shapes = {
            "shape": (None,), "expression": (count, None), "root_translation_m": (count, 3), "eyelids": (count, 2),
            "camera_from_world": (count, 4, 4), "intrinsics": (count, 3, 3), "vertex_offset_m": (None, 3),
            "timestamp_s": (count,), **{name: (count, 3, 3) for name in _ROTATIONS},
        }  # fmt: skip
        for name, shape in shapes.items():
            if getattr(self, name) is not None:
                object.__setattr__(self, name, self._checked(name, shape))
        for name in _PATHS:
            object.__setattr__(self, name, self._one_each(name, getattr(self, name) or (None,) * count))
        object.__setattr__(self, "extra", replace(self.extra, frame=self._one_each("extra.frame", self._extras())))
        self._check_cameras()
        self._check_rotations()

    def __len__(self) -> int:
        return len(self.frame_id)

    def rows(self, rows: Sequence[int] | np.ndarray) -> "FlameSequence":
        """Some frames, in the order given."""
        index = [int(row) for row in rows]
        picked: dict[str, Any] = {"extra": replace(self.extra, frame=tuple(self.extra.frame[row] for row in index))}
        once = {"shape", "size_wh", "vertex_offset_m", "extra", "source"}
        for name in (entry.name for entry in fields(self) if entry.name not in once):
            value = getattr(self, name)
            if isinstance(value, tuple):
                picked[name] = tuple(value[row] for row in index)
            elif value is not None:
                picked[name] = value[index]
        return replace(self, **picked)

    @property
    def has_root_motion(self) -> bool:
        """Whether FLAME's root turns or moves in any frame; formats without a root need it folded into the camera."""
        return moves(self.root) or bool(np.abs(self.root_translation_m).max(initial=0) > STILL)

    @property
    def has_neck_motion(self) -> bool:
        """Whether the neck joint turns in any frame."""
        return moves(self.neck)

    def with_root_folded(self, root_joint_m: np.ndarray | None) -> "FlameSequence":
        """The same images of a head whose root never moves: the motion is in the camera.

        ``root_joint_m [3]``: FLAME's root joint at rest, for this person's shape (metres). A root that only moves can
        be folded without it; FormatError where it turns.
        """
        if not self.has_root_motion:
            return self
        if root_joint_m is None and moves(self.root):
            raise FormatError(
                "The root of this sequence turns and the format has no root.",
                "To move the camera instead, the place that it turns about must be known.",
                "Give root_joint_m: the first joint of the shaped FLAME template, in metres.",
            )
        joint = np.zeros(3) if root_joint_m is None else root_joint_m
        still = np.broadcast_to(np.eye(3), self.root.shape).copy()
        folded = fold_root(self.camera_from_world, self.root, self.root_translation_m, joint)
        nowhere = np.zeros_like(self.root_translation_m)
        return replace(self, root=still, root_translation_m=nowhere, camera_from_world=folded)

    def clip_leftovers(self, source: str) -> Mapping[str, Any]:
        """What a file of the format ``source`` held beside the known entries; empty if this came from another."""
        return self.extra.clip if self.source == source else {}

    def frame_leftovers(self, source: str, row: int) -> Mapping[str, Any]:
        """The same, of one frame."""
        return self.extra.frame[row] if self.source == source else {}

    def _extras(self) -> tuple[Mapping[str, Any], ...]:
        return self.extra.frame or tuple({} for _ in self.frame_id)

    def _one_each(self, name: str, values: Sequence[Any]) -> tuple:
        if len(values) != len(self.frame_id):
            raise FormatError(f"{name} has {len(values)} entries for {len(self.frame_id)} frames.")
        return tuple(values)

    def _checked(self, name: str, shape: tuple[int | None, ...]) -> np.ndarray:
        array = np.array(getattr(self, name), np.float64)
        fits = array.ndim == len(shape) and all(
            want in (None, have) for want, have in zip(shape, array.shape, strict=True)
        )
        if not fits:
            wanted = ", ".join("any" if size is None else str(size) for size in shape)
            raise FormatError(f"{name} has the shape {list(array.shape)}, expected [{wanted}].")
        if not np.isfinite(array).all():
            row = int(np.argwhere(~np.isfinite(array))[0][0])
            where = f" in frame {self.frame_id[row]!r}" if shape[0] == len(self.frame_id) else ""
            raise FormatError(f"{name} is not finite{where}.", "The tracker diverged there, or the file is damaged.")
        return array

    def _check_cameras(self) -> None:
        if min(self.size_wh) <= 0:
            raise FormatError(f"size_wh is {self.size_wh}, expected the size of an image.")
        focal = self.intrinsics[:, [0, 1], [0, 1]]
        if (focal <= 0).any():
            row = int(np.argmax((focal <= 0).any(-1)))
            raise FormatError(f"intrinsics of frame {self.frame_id[row]!r} has a focal length of {focal[row].min()}.")

    def _check_rotations(self) -> None:
        for name, matrices in [
            *((name, getattr(self, name)) for name in _ROTATIONS),
            ("camera_from_world", self.camera_from_world[:, :3, :3]),
        ]:
            wrong = ~is_rotation(matrices)
            if wrong.any():
                row = int(np.argmax(wrong))
                raise FormatError(
                    f"{name} of frame {self.frame_id[row]!r} is no rotation: {np.round(matrices[row], 4).tolist()}",
                    "Usual causes: rows taken for columns, a mirrored axis, a scale left inside the matrix.",
                )


def moves(rotation: np.ndarray) -> bool:
    """Whether any of ``[T, 3, 3]`` turns by more than rounding."""
    return bool(np.abs(rotation - np.eye(3)).max(initial=0) > STILL)


def still(count: int) -> np.ndarray:
    """``count`` identity rotations ``[T, 3, 3]``."""
    return np.broadcast_to(np.eye(3), (count, 3, 3)).copy()


def fitted(array: np.ndarray, size: int, name: str) -> np.ndarray:
    """``[..., n]`` as ``[..., size]`` float32: zeros are added; FormatError where something would be cut off."""
    have = array.shape[-1]
    if have > size and np.any(array[..., size:] != 0):
        raise FormatError(f"{name} has {have} coefficients; this format holds {size}.", "The last ones are not zero.")
    result = np.zeros((*array.shape[:-1], size), np.float32)
    result[..., : min(have, size)] = array[..., :size]
    return result


def as_read(raw: Any, decoded: np.ndarray, current: np.ndarray, made: np.ndarray) -> np.ndarray:
    """``raw``, the source's own numbers, if they still mean what ``current`` is; else ``made`` from ``current``.

    An optimiser's 6-D rows need not be of unit length and an axis-angle may exceed pi: such numbers are written again
    as they were read. ``decoded`` is what ``raw`` means; both in radians, metres or pixels.
    """
    same = decoded.shape == current.shape and bool(np.abs(decoded - current).max(initial=0) < UNCHANGED)
    return np.asarray(raw) if same else made


UNCHANGED = 1e-9
"""Differences below this come from summing in another order, not from an edit; float32 starts at 1e-7."""


def axis_angles(rotation: np.ndarray) -> np.ndarray:
    """``[T, 3, 3]`` to axis-angle ``[T, 3]`` float32."""
    return axis_angle_from_rotation(rotation).astype(np.float32)

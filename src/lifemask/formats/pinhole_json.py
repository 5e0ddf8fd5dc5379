"""What all ``transforms.json`` files have in common: a pinhole camera in pixels, a matrix a frame, splits by time."""

import math
from typing import Any

import numpy as np

from lifemask.errors import ConfigError, FormatError
from lifemask.formats.cameras import intrinsics, is_rotation
from lifemask.formats.entries import Entries


def pinhole_names() -> tuple[str, ...]:
    """The names of a camera's entries, for the whole file or for one frame."""
    return "w", "h", "cx", "cy", "fl_x", "fl_y", "camera_angle_x", "camera_angle_y"


def pinhole_fields(k: np.ndarray, size_wh: tuple[int, int]) -> dict[str, float | int]:
    """The entries of ``K [3, 3]`` (pixels) for images of ``size_wh``; the angles are the whole fields of view."""
    width, height = size_wh
    fx, fy = float(k[0, 0]), float(k[1, 1])
    values = width, height, float(k[0, 2]), float(k[1, 2]), fx, fy
    angles = 2 * math.atan(width / (2 * fx)), 2 * math.atan(height / (2 * fy))
    return dict(zip(pinhole_names(), (*values, *angles), strict=True))


def size_of(frame: Entries) -> tuple[int, int]:
    """Width and height in pixels; ``w`` and ``h`` must be given."""
    return int(frame.number("w")), int(frame.number("h"))


def intrinsics_of(frame: Entries) -> np.ndarray:
    """``K [3, 3]`` in pixels; a missing focal length follows from ``camera_angle_x``, a missing centre is the middle's.

    That is what the readers of these files assume.
    """
    width, height = size_of(frame)
    if "fl_x" in frame.values:
        fx = frame.number("fl_x")
    else:
        fx = width / (2 * math.tan(frame.number("camera_angle_x") / 2))
    focal = np.array([fx, frame.number("fl_y", fx)])
    return intrinsics(focal, np.array([frame.number("cx", width / 2), frame.number("cy", height / 2)]))


def matrices_of(frames: list[Entries]) -> np.ndarray:
    """All ``transform_matrix`` as ``[T, 4, 4]``; FormatError where one is not rigid."""
    matrices = np.stack([frame.array("transform_matrix", 4, 4) for frame in frames])
    wrong = ~is_rotation(matrices[:, :3, :3]) | (np.abs(matrices[:, 3] - [0, 0, 0, 1]) > 1e-6).any(-1)
    if wrong.any():
        frame = frames[int(np.argmax(wrong))]
        raise FormatError(
            f"{frame.path}: transform_matrix of {frame.values.get('file_path')!r} is not a rotation and a place.",
            "Usual causes: a scale left inside the matrix, a mirrored axis, a last row that is not 0 0 0 1.",
        )
    return matrices


def json_numbers(array: np.ndarray) -> list[Any]:
    """Nested lists that read back as the same float64."""
    return np.asarray(array, np.float64).tolist()


def split_rows(count: int, held_out: float) -> tuple[list[int], list[int]]:
    """Training rows, then the last ``held_out`` (a fraction) as test rows: at least one of each.

    Raises ConfigError for a fraction outside of (0, 1) or fewer than two frames.
    """
    if not 0 < held_out < 1 or count < 2:
        raise ConfigError(
            f"{held_out} of {count} frames cannot be held out.", "Both splits need a frame.", "Take a tenth."
        )
    first_test = min(count - 1, max(1, count - round(count * held_out)))
    return list(range(first_test)), list(range(first_test, count))

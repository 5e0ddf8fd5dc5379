"""Made-up fits and pictures for the tests of the formats: no person, no footage."""

from pathlib import Path

import numpy as np
from PIL import Image
from scipy.spatial.transform import Rotation

from lifemask.formats.flame_sequence import FlameSequence, still


def float32(array: np.ndarray) -> np.ndarray:
    """Values that float32 holds exactly, as float64."""
    return np.asarray(array, np.float32).astype(np.float64)


def turns(random: np.random.Generator, count: int, size: float = 0.2) -> np.ndarray:
    return Rotation.from_rotvec(random.normal(0, size, (count, 3))).as_matrix()


def made(count: int = 4, size_wh: tuple[int, int] = (640, 480), seed: int = 0, **changes: object) -> FlameSequence:
    """A frontal head that turns a little; root and neck at rest; ``changes`` are fields."""
    random = np.random.default_rng(seed)
    camera = np.tile(np.eye(4), (count, 1, 1))
    camera[:, :3, :3] = np.diag([1.0, -1.0, -1.0]) @ turns(random, count)
    camera[:, :3, 3] = random.normal([0, 0, 1.2], 0.05, (count, 3))
    k = np.tile([[900.25, 0, size_wh[0] / 2 - 7.5], [0, 900.25, size_wh[1] / 2 + 11.25], [0, 0, 1]], (count, 1, 1))
    fields = {
        "shape": float32(random.normal(size=300)),
        "expression": float32(random.normal(size=(count, 100))),
        "root": still(count),
        "neck": still(count),
        "jaw": turns(random, count),
        "eye_left": turns(random, count),
        "eye_right": turns(random, count),
        "root_translation_m": np.zeros((count, 3)),
        "eyelids": float32(random.random((count, 2))),
        "camera_from_world": float32(camera),
        "intrinsics": k,
        "size_wh": size_wh,
        "frame_id": tuple(f"{3 * row + 2}" for row in range(count)),
    }
    return FlameSequence(**(fields | changes))


def pictures(folder: Path, count: int, size_wh: tuple[int, int], mode: str = "RGB") -> tuple[Path, ...]:
    """``count`` pictures of noise as PNG files."""
    random = np.random.default_rng(len(mode))
    channels = (3,) if mode == "RGB" else ()
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for row in range(count):
        paths.append(folder / f"any{row}.png")
        noise = random.integers(0, 256, (size_wh[1], size_wh[0], *channels), np.uint8)
        Image.fromarray(noise).save(paths[-1])
    return tuple(paths)


ROTATION_ERROR = 3e-7
"""A rotation that went through float32 rows or axis-angles is off by a few times 6e-8."""

FLOAT32_ERROR = 2e-7
"""Relative error of a number that was calculated in float64 and kept in float32."""


def assert_same_fit(ours: FlameSequence, other: FlameSequence) -> None:
    """Coefficients bit for bit, rotations and cameras to float32."""
    for name in ("shape", "expression", "eyelids"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(other, name), err_msg=name)
    for name in ("root", "neck", "jaw", "eye_left", "eye_right"):
        np.testing.assert_allclose(getattr(ours, name), getattr(other, name), atol=ROTATION_ERROR, err_msg=name)
    np.testing.assert_allclose(ours.root_translation_m, other.root_translation_m, atol=FLOAT32_ERROR)
    # A translation is turned with the rotation that float32 rounded: an error of 3e-7 at an arm of about a metre.
    np.testing.assert_allclose(ours.camera_from_world, other.camera_from_world, atol=2 * ROTATION_ERROR)
    np.testing.assert_allclose(ours.intrinsics, other.intrinsics, rtol=FLOAT32_ERROR)
    assert ours.size_wh == other.size_wh

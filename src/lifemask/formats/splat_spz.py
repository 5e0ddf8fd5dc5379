"""Gaussians as SPZ, version 3 (Niantic, github.com/nianticlabs/spz): one gzip stream of quantised columns.

A header of 16 bytes, then positions (24 bits, fixed point), opacities (8 bits), colours (8 bits of the zeroth
harmonic, from -3.33 to 3.33), sizes (8 bits of the logarithm, in steps of 1/16 from -10), rotations (the three
smallest components of the quaternion, 10 bits each, and which is the largest). The frame is x right, y up, z back.
"""

import gzip
import struct
from pathlib import Path

import numpy as np

from lifemask.errors import FormatError
from lifemask.formats.splats_record import Splats
from lifemask.media.files import atomic_write_bytes

NAME = "spz"
MAGIC, VERSION = 0x5053474E, 3
FRACTIONAL_BITS = 18
"""Steps of 4 micrometres, up to 32 metres away."""
COLOUR_SCALE = 0.15
_HARMONICS_DEGREE, _FLAGS, _RESERVED = 0, 0, 0
_LARGEST_REST = np.sqrt(0.5)
"""No component of a quaternion but the largest is larger."""
_MAGNITUDE_BITS = 9


def write(splats: Splats, path: Path) -> None:
    """Write ``splats``, whose frame has to be x right, y up, z back. Raises FormatError for those that are too far
    away, DiskFullError."""
    header = struct.pack("<IIIBBBB", MAGIC, VERSION, len(splats), _HARMONICS_DEGREE, FRACTIONAL_BITS, _FLAGS, _RESERVED)
    parts = (
        _fixed_point(splats.means_m),
        _byte(255 * splats.opacities),
        _byte(255 * (COLOUR_SCALE * splats.harmonics + 0.5)),
        _byte(16 * (np.log(splats.scales_m) + 10)),
        _smallest_three(splats.quats_wxyz),
    )
    atomic_write_bytes(path, gzip.compress(header + b"".join(part.tobytes() for part in parts), mtime=0))


def _byte(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def _fixed_point(means_m: np.ndarray) -> np.ndarray:
    """``[N, 3]`` as bytes ``[N, 3, 3]``, the lowest first."""
    steps = np.rint(means_m.astype(np.float64) * (1 << FRACTIONAL_BITS)).astype(np.int64)
    if np.abs(steps).max(initial=0) >= 1 << 23:
        raise FormatError(
            f"a Gaussian lies {np.abs(means_m).max():.0f} m away; SPZ reaches {1 << (23 - FRACTIONAL_BITS)} m",
            "No part of a person is there: the avatar's training has gone wrong.",
        )
    return (steps[..., None] >> np.array([0, 8, 16]) & 0xFF).astype(np.uint8)


def _smallest_three(quats_wxyz: np.ndarray) -> np.ndarray:
    """``[N, 4]`` as ``[N]`` words of 32 bits: the place of the largest component in (x, y, z, w) in the upper two, and
    of the others, in that order, a sign and nine bits each."""
    quats = np.roll(quats_wxyz.astype(np.float64), -1, axis=1)
    largest = np.abs(quats).argmax(1)
    quats *= np.sign(np.take_along_axis(quats, largest[:, None], 1))
    most = (1 << _MAGNITUDE_BITS) - 1
    words = largest.astype(np.uint32)
    for component in range(4):
        value = quats[:, component]
        magnitude = np.minimum(np.rint(most * np.abs(value) / _LARGEST_REST), most).astype(np.uint32)
        signed = (value < 0).astype(np.uint32) << _MAGNITUDE_BITS | magnitude
        words = np.where(largest == component, words, words << (_MAGNITUDE_BITS + 1) | signed)
    return words.astype("<u4")

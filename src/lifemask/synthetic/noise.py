"""Smooth value noise in space: what skin, cloth, hair and walls are varied with."""

from functools import lru_cache

import numpy as np
from numba import njit, prange
from scipy.ndimage import gaussian_filter

_LATTICE = 64
_LATTICE_SEED = 1


@lru_cache(maxsize=1)
def _lattice() -> np.ndarray:
    values = np.random.default_rng(_LATTICE_SEED).normal(size=(_LATTICE,) * 3)
    values = gaussian_filter(values, 0.8, mode="wrap")
    return (values / values.std()).astype(np.float32)


def noise(points: np.ndarray, wavelength: float | tuple[float, float, float], shift: float = 0.0) -> np.ndarray:
    """Noise ``[N]`` of mean 0 and deviation about 0.7 at ``points [N, 3]``; a feature is about ``wavelength``
    long (one number or one per axis, in the unit of the points). Another ``shift`` is another, independent
    field."""
    scaled = np.asarray(points, np.float64) / np.asarray(wavelength, np.float64) + shift * np.array([7.31, 3.77, 5.13])
    out = np.empty(len(scaled), np.float32)
    _sample(_lattice(), np.ascontiguousarray(scaled), out)
    return out


@njit(parallel=True, cache=True)
def _sample(lattice, points, out):
    mask = lattice.shape[0] - 1
    for n in prange(points.shape[0]):
        x, y, z = points[n, 0], points[n, 1], points[n, 2]
        i, j, k = int(np.floor(x)), int(np.floor(y)), int(np.floor(z))
        fx, fy, fz = x - i, y - j, z - k
        fx, fy, fz = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy), fz * fz * (3 - 2 * fz)
        total = 0.0
        for a in range(2):
            for b in range(2):
                for c in range(2):
                    weight = (fx if a else 1 - fx) * (fy if b else 1 - fy) * (fz if c else 1 - fz)
                    total += weight * lattice[(i + a) & mask, (j + b) & mask, (k + c) & mask]
        out[n] = total

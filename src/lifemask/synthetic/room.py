"""The wall behind the subject."""

from functools import lru_cache

import numpy as np
from scipy.ndimage import gaussian_filter

from lifemask.synthetic.framing import Size, size_wh, square_of

WALL_RGB = (0.60, 0.615, 0.625)
"""sRGB values of the lit plaster."""
_PATTERN_PX = 512
"""Samples of the plaster across the square that shows the person; beyond it the pattern goes on without a seam."""


def wall(size: Size) -> np.ndarray:
    """Plaster under light from the left: float32 sRGB ``[H, W, 3]`` in 0..1. Whatever the picture's aspect, its
    square that shows the person has the same wall, and the wall goes on around it at the same scale."""
    return _wall(size_wh(size))


@lru_cache(maxsize=2)
def _wall(size: tuple[int, int]) -> np.ndarray:
    width, height = size
    left, top, side = square_of(size)
    columns, rows = np.arange(width) - left, np.arange(height) - top
    x, y = (columns + 0.5) / side, ((rows + 0.5) / side)[:, None]
    light = 1.06 - 0.30 * np.hypot(x - 0.28, 0.8 * (y - 0.30)) + 0.02 * (x - 0.5)
    at = [(pixels * _PATTERN_PX // side) % _PATTERN_PX for pixels in (rows, columns)]
    value = light * (1 + _plaster()[at[0]][:, at[1]])
    return np.ascontiguousarray(value[..., None] * WALL_RGB, np.float32).clip(0, 1)


@lru_cache(maxsize=1)
def _plaster() -> np.ndarray:
    """Relative brightness ``[512, 512]``, periodic."""
    grain = np.random.default_rng(11).standard_normal((_PATTERN_PX, _PATTERN_PX))
    plaster = np.zeros_like(grain)
    for strength, spread in ((0.020, 1.2), (0.022, 5.0), (0.030, 22.0)):
        plaster += strength * gaussian_filter(grain, spread, mode="wrap") * spread
    return plaster

"""The wall behind the subject."""

from functools import lru_cache

import numpy as np
from scipy.ndimage import gaussian_filter

WALL_RGB = (0.60, 0.615, 0.625)
"""sRGB values of the lit plaster."""
_PATTERN_PX = 512


@lru_cache(maxsize=2)
def wall(size: int) -> np.ndarray:
    """Plaster under light from the left: float32 sRGB ``[size, size, 3]`` in 0..1."""
    rng = np.random.default_rng(11)
    y, x = (np.mgrid[0:size, 0:size] + 0.5) / size
    light = 1.06 - 0.30 * np.hypot(x - 0.28, 0.8 * (y - 0.30)) + 0.02 * (x - 0.5)
    grain = rng.standard_normal((_PATTERN_PX, _PATTERN_PX))
    plaster = np.zeros_like(grain)
    for strength, spread in ((0.020, 1.2), (0.022, 5.0), (0.030, 22.0)):
        plaster += strength * gaussian_filter(grain, spread, mode="wrap") * spread
    rows = (np.arange(size) * _PATTERN_PX) // size
    value = light * (1 + plaster[rows][:, rows])
    return np.ascontiguousarray(value[..., None] * WALL_RGB, np.float32).clip(0, 1)

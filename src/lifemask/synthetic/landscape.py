"""Where on the rig's template things are: hairline, collar, brows. Curves in the head frame, metres.

Everything is a function of the *template's* points, so that it lands on the same feature for every identity.
"""

import itertools

import numpy as np
from scipy.interpolate import PchipInterpolator

CROWN_AXIS_Z = -0.08
NECK_AXIS_Z = -0.095

# Height of the hairline by the azimuth around the crown's axis (degrees, 0 = face): forehead, temple,
# sideburn, over the ear, nape.
_HAIRLINE = np.array([
    (0, 0.072), (18, 0.074), (32, 0.070), (42, 0.054), (52, 0.036), (60, 0.010), (66, -0.014), (74, -0.016),
    (80, 0.008), (98, 0.008), (108, -0.012), (120, -0.044), (150, -0.064), (180, -0.068),
])  # fmt: skip
# Height of the collar by the azimuth around the neck's axis.
_COLLAR = np.array([
    (0, -0.1930), (15, -0.1925), (30, -0.1900), (45, -0.1850), (60, -0.1770), (75, -0.1670), (90, -0.1575),
    (130, -0.1460), (180, -0.1420),
])  # fmt: skip


def _azimuth_deg(points: np.ndarray, axis_z: float) -> np.ndarray:
    return np.degrees(np.arctan2(np.abs(points[:, 0]), points[:, 2] - axis_z))


def above_hairline(points: np.ndarray) -> np.ndarray:
    """Metres ``[N]`` by which template points ``[N, 3]`` lie above the hairline (negative below)."""
    return points[:, 1] - PchipInterpolator(*_HAIRLINE.T)(_azimuth_deg(points, CROWN_AXIS_Z))


def below_collar(points: np.ndarray) -> np.ndarray:
    """Metres ``[N]`` by which template points ``[N, 3]`` lie below the collar's edge (negative above)."""
    return PchipInterpolator(*_COLLAR.T)(_azimuth_deg(points, NECK_AXIS_Z)) - points[:, 1]


def smoothstep(value: np.ndarray, low: float, high: float) -> np.ndarray:
    """0 below ``low``, 1 above ``high``, smooth between; ``low > high`` falls instead."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return t * t * (3 - 2 * t)


def distance_to_polyline(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Distances ``[N]`` of ``points [N, D]`` from the open polyline ``line [K, D]``."""
    best = np.full(len(points), np.inf)
    for start, end in itertools.pairwise(line):
        along = end - start
        t = np.clip(((points - start) @ along) / max(float(along @ along), 1e-12), 0, 1)
        best = np.minimum(best, np.linalg.norm(points - start - t[:, None] * along, axis=1))
    return best


def inside_polygon(points: np.ndarray, polygon: np.ndarray) -> np.ndarray:
    """Whether ``points [N, 2]`` lie in the closed ``polygon [K, 2]`` (even-odd rule)."""
    inside = np.zeros(len(points), bool)
    x, y = points.T
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, 0), strict=True):
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            inside ^= crosses & (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    return inside

"""Mesh colours: a texture that needs no UV map and has no seam (Yuksel, Keyser & House, "Mesh Colors", 2010).

Every triangle carries its own triangular lattice of samples; samples on a shared edge lie at the same places
of the surface and hold the same colour. A sample is (red, green, blue, gloss), linear.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit

MAX_RESOLUTION = 96
AWAY_COARSENESS = 4.0


@dataclass(frozen=True)
class MeshColours:
    """``resolution [F]`` lattice steps per edge, ``first [F]`` row of each triangle's samples in ``samples
    [S, 4]``."""

    resolution: np.ndarray
    first: np.ndarray
    samples: np.ndarray


def bake(
    rest: np.ndarray,
    faces: np.ndarray,
    material: np.ndarray,
    texel_m: dict[int, float],
    paint: dict[int, Callable[[np.ndarray], np.ndarray]],
) -> MeshColours:
    """Evaluate ``paint[material](points [N, 3]) -> [N, 4]`` on lattices of about ``texel_m[material]`` over
    the faces.

    Faces of a material that is not in ``paint`` get one black lattice step.
    """
    corners = rest[faces]
    longest = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=-1).max(1)
    spacing = np.array([texel_m.get(kind, np.inf) for kind in range(int(material.max()) + 1)])[material]
    spacing = spacing * np.where(_turned_away(corners), AWAY_COARSENESS, 1.0)
    resolution = np.clip(np.ceil(longest / spacing), 1, MAX_RESOLUTION).astype(np.int32)
    count = (resolution + 1) * (resolution + 2) // 2
    first = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64)
    samples = np.zeros((int(count.sum()), 4), np.float32)
    for kind, function in paint.items():
        chosen = np.flatnonzero(material == kind)
        rows, points = _lattice_points(corners, resolution, first, count, chosen)
        samples[rows] = function(points)
    return MeshColours(resolution, first, samples)


def _turned_away(corners: np.ndarray) -> np.ndarray:
    """Triangles ``[F, 3, 3]`` that look back or lie below the picture: hardly ever seen."""
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    back = normal[:, 2] < -0.3 * np.linalg.norm(normal, axis=1)
    return back | (corners[:, :, 1].max(1) < -0.34)


def _lattice_points(corners, resolution, first, count, chosen):
    rows, points = [], []
    for steps in np.unique(resolution[chosen]):
        some = chosen[resolution[chosen] == steps]
        j, i = np.concatenate([[(j, i) for i in range(steps + 1 - j)] for j in range(steps + 1)]).T
        weights = np.stack([steps - i - j, i, j], 1) / steps
        points.append(np.einsum("lc,fcx->flx", weights, corners[some]).reshape(-1, 3))
        rows.append((first[some, None] + np.arange(count[some[0]])).ravel())
    if not rows:
        return np.zeros(0, np.int64), np.zeros((0, 3))
    return np.concatenate(rows), np.concatenate(points)


@njit(cache=True)
def mesh_colour(samples, first, steps, b1, b2):
    """The colour (red, green, blue, gloss) at barycentrics ``b1, b2`` of a triangle with that lattice."""
    u, v = max(b1, 0.0) * steps, max(b2, 0.0) * steps
    i, j = min(int(u), steps - 1), min(int(v), steps - 1)
    if i + j > steps - 1:
        i = max(steps - 1 - j, 0)
    fu, fv = min(u - i, 1.0), min(v - j, 1.0)
    here = first + j * (steps + 1) - j * (j - 1) // 2 + i
    above = first + (j + 1) * (steps + 1) - (j + 1) * j // 2 + i
    right = here + 1
    if fu + fv <= 1.0 or i + j >= steps - 1:
        w0 = 1.0 - fu - fv
        p, q, r, a, b, c = here, right, above, w0, fu, fv
    else:
        p, q, r, a, b, c = above + 1, right, above, fu + fv - 1.0, 1.0 - fv, 1.0 - fu
    return (
        a * samples[p, 0] + b * samples[q, 0] + c * samples[r, 0],
        a * samples[p, 1] + b * samples[q, 1] + c * samples[r, 1],
        a * samples[p, 2] + b * samples[q, 2] + c * samples[r, 2],
        a * samples[p, 3] + b * samples[q, 3] + c * samples[r, 3],
    )

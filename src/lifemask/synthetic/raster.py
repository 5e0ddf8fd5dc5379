"""Which triangle each sample of an image shows: a z-buffer for many small triangles, in bands of rows.

The same contract as ``geometry.rasterize_mesh`` (which the tests hold it against), with buffers that are used
again.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit, prange

BANDS = 16
NOTHING = -1
SLACK = 1e-6
"""Columns by which an edge may round, made good by the exact test of each sample."""


@dataclass(frozen=True)
class Samples:
    """``triangle [H, W]`` (-1 where nothing is) and perspective-correct ``barycentric [H, W, 2]`` of corners
    1 and 2."""

    triangle: np.ndarray
    barycentric: np.ndarray
    depth: np.ndarray

    @staticmethod
    def empty(size_wh: tuple[int, int]) -> "Samples":
        """Buffers for images of one size."""
        width, height = size_wh
        return Samples(
            np.empty((height, width), np.int32),
            np.empty((height, width, 2), np.float32),
            np.empty((height, width), np.float32),
        )


def rasterize(points_px: np.ndarray, depth: np.ndarray, faces: np.ndarray, into: Samples) -> None:
    """Fill ``into`` with the nearest triangles: ``points_px [N, 2]``, ``depth [N]`` > 0, ``faces [F, 3]``
    int32."""
    points_px, depth = np.ascontiguousarray(points_px, np.float64), np.ascontiguousarray(depth, np.float64)
    rows = np.empty((len(faces), 2), np.int32)
    _row_ranges(points_px, faces, into.triangle.shape[0], into.triangle.shape[1], rows)
    _fill(points_px, depth, faces, rows, into.triangle, into.barycentric, into.depth)


@njit(parallel=True, cache=True)
def _row_ranges(points, faces, height, width, rows):
    for t in prange(faces.shape[0]):
        i, j, k = faces[t, 0], faces[t, 1], faces[t, 2]
        x0, x1, x2, y0, y1, y2 = (
            points[i, 0],
            points[j, 0],
            points[k, 0],
            points[i, 1],
            points[j, 1],
            points[k, 1],
        )
        first = max(0, int(np.ceil(min(y0, y1, y2) - 0.5)))
        last = min(height - 1, int(np.floor(max(y0, y1, y2) - 0.5)))
        left, right = int(np.ceil(min(x0, x1, x2) - 0.5)), int(np.floor(max(x0, x1, x2) - 0.5))
        if left > right or right < 0 or left > width - 1:
            last = first - 1
        rows[t, 0], rows[t, 1] = first, last


@njit(cache=True)
def _clip(low, high, value, slope):
    """The part of ``low..high`` where ``value + slope * x`` is not negative (empty: high below low)."""
    if slope > 0:
        return max(low, -value / slope), high
    if slope < 0:
        return low, min(high, -value / slope)
    return (low, high) if value >= 0 else (1.0, 0.0)


@njit(parallel=True, cache=True)
def _fill(points, depth, faces, rows, triangle, barycentric, zbuffer):
    height, width = triangle.shape
    for band in prange(BANDS):
        start, end = band * height // BANDS, (band + 1) * height // BANDS
        for row in range(start, end):
            for column in range(width):
                triangle[row, column] = NOTHING
                zbuffer[row, column] = np.inf
        for t in range(faces.shape[0]):
            r0, r1 = max(start, rows[t, 0]), min(end - 1, rows[t, 1])
            if r0 > r1:
                continue
            i, j, k = faces[t, 0], faces[t, 1], faces[t, 2]
            x0, y0, x1, y1, x2, y2 = (
                points[i, 0], points[i, 1], points[j, 0], points[j, 1], points[k, 0], points[k, 1],
            )  # fmt: skip
            area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
            if area == 0:
                continue
            w0, w1, w2 = 1 / depth[i], 1 / depth[j], 1 / depth[k]
            # Barycentrics are linear: slopes along a row and down a column.
            right1, down1 = (y2 - y0) / area, -(x2 - x0) / area
            right2, down2 = -(y1 - y0) / area, (x1 - x0) / area
            for row in range(r0, r1 + 1):
                y = row + 0.5 - y0
                start1, start2 = y * down1 - x0 * right1, y * down2 - x0 * right2
                # Only the columns between the edges: most of a thin triangle's box is empty.
                c0, c1 = _clip(0.5, width - 0.5, start1, right1)
                c0, c1 = _clip(c0, c1, start2, right2)
                c0, c1 = _clip(c0, c1, 1 - start1 - start2, -right1 - right2)
                for column in range(int(np.ceil(c0 - 0.5 - SLACK)), int(np.floor(c1 - 0.5 + SLACK)) + 1):
                    if column < 0 or column >= width:
                        continue
                    b1, b2 = start1 + (column + 0.5) * right1, start2 + (column + 0.5) * right2
                    b0 = 1 - b1 - b2
                    if b0 < -1e-9 or b1 < -1e-9 or b2 < -1e-9:
                        continue
                    z = 1 / (b0 * w0 + b1 * w1 + b2 * w2)
                    if z < zbuffer[row, column]:
                        zbuffer[row, column] = z
                        triangle[row, column] = t
                        barycentric[row, column, 0] = b1 * w1 * z
                        barycentric[row, column, 1] = b2 * w2 * z

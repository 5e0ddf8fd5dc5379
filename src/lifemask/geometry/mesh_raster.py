"""A z-buffer rasteriser for triangle meshes: which triangle, where on it, for every pixel.

Independent of the splat code on purpose: region masks, visibility, landmark embedding and the synthetic
subject's pictures come from here, so that an error of the splats cannot hide in its own truth.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit


@dataclass(frozen=True)
class MeshPixels:
    """Per pixel of an ``[H, W]`` image: ``triangle`` int32 (-1 where nothing is), perspective-correct
    ``barycentric`` ``[H, W, 3]`` float32, and ``depth`` (same unit as the input, inf where nothing is)."""

    triangle: np.ndarray
    barycentric: np.ndarray
    depth: np.ndarray


def rasterize_mesh(points_px: np.ndarray, depth: np.ndarray, faces: np.ndarray, size_wh: tuple[int, int]) -> MeshPixels:
    """Rasterise triangles already projected to the image.

    ``points_px [V, 2]`` continuous pixel coordinates (pixel centres at +0.5), ``depth [V]`` > 0 along the optical
    axis, ``faces [F, 3]`` int. Both sides of a triangle count. Triangles with a vertex at depth <= 0 are skipped.
    """
    width, height = size_wh
    triangle = np.full((height, width), -1, np.int32)
    barycentric = np.zeros((height, width, 3), np.float32)
    zbuffer = np.full((height, width), np.inf, np.float32)
    _raster(
        np.ascontiguousarray(points_px, np.float64),
        np.ascontiguousarray(depth, np.float64),
        np.ascontiguousarray(faces, np.int32),
        triangle,
        barycentric,
        zbuffer,
    )
    return MeshPixels(triangle, barycentric, zbuffer)


@njit(nogil=True, cache=True)
def _raster(points, depth, faces, triangle, barycentric, zbuffer):
    height, width = triangle.shape
    for t in range(faces.shape[0]):
        i, j, k = faces[t, 0], faces[t, 1], faces[t, 2]
        if depth[i] <= 0 or depth[j] <= 0 or depth[k] <= 0:
            continue
        x0, y0, x1, y1, x2, y2 = (
            points[i, 0], points[i, 1], points[j, 0], points[j, 1], points[k, 0], points[k, 1],
        )  # fmt: skip
        area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
        if area == 0:
            continue
        w0, w1, w2 = 1 / depth[i], 1 / depth[j], 1 / depth[k]
        r0, r1 = max(0, int(np.ceil(min(y0, y1, y2) - 0.5))), min(height - 1, int(np.floor(max(y0, y1, y2) - 0.5)))
        c0, c1 = max(0, int(np.ceil(min(x0, x1, x2) - 0.5))), min(width - 1, int(np.floor(max(x0, x1, x2) - 0.5)))
        for row in range(r0, r1 + 1):
            for column in range(c0, c1 + 1):
                x, y = column + 0.5, row + 0.5
                b1 = ((x - x0) * (y2 - y0) - (x2 - x0) * (y - y0)) / area
                b2 = ((x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)) / area
                b0 = 1 - b1 - b2
                if b0 < -1e-9 or b1 < -1e-9 or b2 < -1e-9:
                    continue
                z = 1 / (b0 * w0 + b1 * w1 + b2 * w2)
                if z < zbuffer[row, column]:
                    zbuffer[row, column] = z
                    triangle[row, column] = t
                    barycentric[row, column, 0] = b0 * w0 * z
                    barycentric[row, column, 1] = b1 * w1 * z
                    barycentric[row, column, 2] = b2 * w2 * z


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Area-weighted unit normals ``[V, 3]`` of a mesh ``[V, 3]``, ``[F, 3]``."""
    corners = vertices[faces]
    face_normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(normals, faces[:, corner], face_normal)
    return normals / (np.linalg.norm(normals, axis=1, keepdims=True) + 1e-12)

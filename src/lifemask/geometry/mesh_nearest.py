"""The nearest place on a mesh: for embedding points and carrying labels from one mesh to another."""

import numpy as np
from scipy.spatial import KDTree

# Triangles are tried in the order of their centres; so many are enough for meshes of even triangles.
CANDIDATES = 64
# Distances that differ by less are equal, and the triangle with the lowest number wins: in a symmetric mesh a point
# of the middle plane has two nearest triangles, which rounding would choose from.
TIE = 1e-9


def place_on_mesh(
    points: np.ndarray, vertices: np.ndarray, faces: np.ndarray, allowed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Nearest places of ``points [N, 3]`` on the ``allowed [F]`` faces of ``vertices [V, 3]``, ``faces [F, 3]``:
    triangle ``[N]`` int64 and barycentrics ``[N, 3]``, all in the points' unit."""
    index = np.flatnonzero(allowed)
    corners = vertices[faces[index]]
    count = min(CANDIDATES, len(index))
    _, near = KDTree(corners.mean(1)).query(points, k=count)
    near = np.sort(np.asarray(near).reshape(len(points), count), axis=1)
    triangles, barycentrics = np.zeros(len(points), np.int64), np.zeros((len(points), 3))
    for number, (point, candidates) in enumerate(zip(points, near, strict=True)):
        weights = nearest_on_triangles(point, corners[candidates])
        distance = np.linalg.norm((weights[..., None] * corners[candidates]).sum(1) - point, axis=1)
        best = int((distance <= distance.min() + TIE).argmax())
        triangles[number], barycentrics[number] = index[candidates[best]], weights[best]
    return triangles, barycentrics


def nearest_on_triangles(point: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Barycentrics ``[F, 3]`` of the place of each triangle ``corners [F, 3, 3]`` that is nearest to ``point
    [3]``."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, ac, ap = b - a, c - a, point - a
    d00, d01, d11 = (ab * ab).sum(1), (ab * ac).sum(1), (ac * ac).sum(1)
    d20, d21 = (ap * ab).sum(1), (ap * ac).sum(1)
    determinant = np.maximum(d00 * d11 - d01 * d01, 1e-30)
    v, w = (d11 * d20 - d01 * d21) / determinant, (d00 * d21 - d01 * d20) / determinant
    best = np.stack([1 - v - w, v, w], 1)
    inside = (best >= 0).all(1)
    least = np.where(inside, 0.0, np.inf)
    for i, j in ((0, 1), (1, 2), (2, 0)):
        start, along = corners[:, i], corners[:, j] - corners[:, i]
        share = np.clip(((point - start) * along).sum(1) / np.maximum((along * along).sum(1), 1e-30), 0, 1)
        distance = np.linalg.norm(start + share[:, None] * along - point, axis=1)
        closer = ~inside & (distance < least)
        least[closer] = distance[closer]
        edge = np.zeros((len(corners), 3))
        edge[:, i], edge[:, j] = 1 - share, share
        best[closer] = edge[closer]
    return best

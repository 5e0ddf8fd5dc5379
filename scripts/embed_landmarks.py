"""Find the 478 face landmarks on a head mesh by looking at it: render, run the landmarker, back-project,
agree.

Works for any head in the head frame; ``place_on_mesh`` and ``place_on_line`` turn positions into triangles
and barycentrics.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.transform import Rotation

from lifemask.geometry.mesh_raster import MeshPixels, rasterize_mesh, vertex_normals
from lifemask.perception.landmarks import FaceLandmarker

NUM_LANDMARKS = 478
SIZE_PX, FOCAL_PX, DISTANCE_M = 720, 1300.0, 0.6
VIEWS_DEG = tuple((yaw, pitch) for yaw in (-40, -25, -12, 0, 12, 25, 40) for pitch in (-12, 0, 12))
LOOKS = 3
# The pictures are centred on the face, this far below the eyes.
FACE_BELOW_EYES_M = 0.04
LIGHTS = ((0.2, 0.5, 0.85), (-0.4, 0.3, 0.85))
# A surface seen under less than this cosine says little about where a landmark lies along the line of sight.
MIN_FACING = 0.2
BACKGROUND = 110.0


@dataclass(frozen=True)
class Sightings:
    """Where landmarks were seen on the rest mesh: ``points [S, 478, 3]`` (NaN where not); the triangles that
    any view showed, ``shown [F]`` bool; and ``frontal_px [478, 2]`` in the picture from straight ahead."""

    points: np.ndarray
    shown: np.ndarray
    frontal_px: np.ndarray


def look(posed: np.ndarray, rest: np.ndarray, faces: np.ndarray, colours: np.ndarray) -> Sightings:
    """Look at ``posed [V, 3]`` (head frame) from all sides; sightings are carried over to ``rest [V, 3]``.

    ``colours [V, 3]`` 0..255.
    """
    shown = np.zeros(len(faces), bool)
    points, frontal = [], np.zeros((NUM_LANDMARKS, 2))
    for yaw, pitch in VIEWS_DEG:
        turn = Rotation.from_euler("XY", [pitch, yaw], degrees=True).as_matrix()
        turned = posed @ turn.T
        pixels = rasterize_mesh(*_project(turned), faces, (SIZE_PX, SIZE_PX))
        shown[np.unique(pixels.triangle[pixels.triangle >= 0])] = True
        normals = vertex_normals(turned, faces)
        for light in LIGHTS:
            landmarks = _landmarks(_shade(pixels, faces, colours, normals, np.array(light)))
            points.append(_back_project(landmarks, pixels, faces, rest, normals))
            if (yaw, pitch) == (0, 0) and landmarks is not None:
                frontal = landmarks
    return Sightings(np.stack(points), shown, frontal)


def agree(sightings: Sightings) -> tuple[np.ndarray, np.ndarray]:
    """Median positions ``[478, 3]``, made symmetric about x = 0, and the spread ``[478]`` before that (median
    distance from the median, in the sightings' unit)."""
    centre = np.nanmedian(sightings.points, axis=0)
    spread = np.nanmedian(np.linalg.norm(sightings.points - centre, axis=-1), axis=0)
    seen = sightings.frontal_px
    mirrored = [SIZE_PX, 0] + seen * [-1, 1]
    _, partner = linear_sum_assignment(np.linalg.norm(seen[:, None] - mirrored[None], axis=-1))
    return (centre + centre[partner] * [-1, 1, 1]) / 2, spread


def place_on_mesh(points: np.ndarray, vertices: np.ndarray, faces: np.ndarray, allowed: np.ndarray):
    """Nearest places of ``points [N, 3]`` on the ``allowed [F]`` faces: triangle ``[N]``, barycentrics ``[N,
    3]``."""
    index = np.where(allowed)[0]
    corners = vertices[faces[index]]
    triangles, barycentrics = np.zeros(len(points), int), np.zeros((len(points), 3))
    for number, point in enumerate(points):
        weights = _nearest_on_triangles(point, corners)
        distance = np.linalg.norm((weights[..., None] * corners).sum(1) - point, axis=1)
        best = int(distance.argmin())
        triangles[number], barycentrics[number] = index[best], weights[best]
    return triangles, barycentrics


def place_on_line(x: float, line: np.ndarray, vertices: np.ndarray, faces: np.ndarray) -> tuple[int, np.ndarray]:
    """The place at ``x`` on a chain of vertices ``line`` ordered by x: a triangle with that edge,
    barycentrics."""
    at = vertices[line, 0]
    position = np.clip(np.interp(x, at, np.arange(len(line))), 0, len(line) - 1)
    first = min(int(position), len(line) - 2)
    share = position - first
    a, b = line[first], line[first + 1]
    triangle = int(np.where((faces == a).any(1) & (faces == b).any(1))[0][0])
    corners = faces[triangle]
    return triangle, np.where(corners == a, 1 - share, np.where(corners == b, share, 0.0))


def _project(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    depth = DISTANCE_M - points[:, 2]
    flat = points[:, :2] * [1, -1] / depth[:, None] * FOCAL_PX + SIZE_PX / 2
    flat[:, 1] -= FACE_BELOW_EYES_M / DISTANCE_M * FOCAL_PX
    return flat, depth


def _shade(
    pixels: MeshPixels, faces: np.ndarray, colours: np.ndarray, normals: np.ndarray, light: np.ndarray
) -> np.ndarray:
    light = light / np.linalg.norm(light)
    lit = colours * (0.35 + 0.7 * np.clip(normals @ light, 0, 1))[:, None]
    image = (lit[faces][pixels.triangle] * pixels.barycentric[..., None]).sum(2)
    image[pixels.triangle < 0] = BACKGROUND
    return image.clip(0, 255).astype(np.uint8)


def _landmarks(image: np.ndarray) -> np.ndarray | None:
    landmarker = FaceLandmarker()
    seen = None
    for _ in range(LOOKS):
        seen = landmarker.track(image)
        if seen is None:
            return None
    return seen.landmarks_px if seen is not None else None


def _back_project(
    landmarks: np.ndarray | None, pixels: MeshPixels, faces: np.ndarray, rest: np.ndarray, normals: np.ndarray
) -> np.ndarray:
    found = np.full((NUM_LANDMARKS, 3), np.nan)
    if landmarks is None:
        return found
    column, row = np.floor(landmarks).astype(int).clip(0, SIZE_PX - 1).T
    triangle, weights = pixels.triangle[row, column], pixels.barycentric[row, column]
    facing = (weights[..., None] * normals[faces[triangle]]).sum(1)[:, 2]
    good = (triangle >= 0) & (facing > MIN_FACING)
    found[good] = (weights[good, :, None] * rest[faces[triangle[good]]]).sum(1)
    return found


def _nearest_on_triangles(point: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Barycentrics ``[F, 3]`` of the nearest point of each triangle ``corners [F, 3, 3]``."""
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

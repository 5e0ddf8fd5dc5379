"""Landmarks that lie on edges: where the lips meet and where the lids end, as they are seen from straight ahead.

A landmarker finds such an edge to a millimetre or two; the mesh knows it exactly. Each landmark keeps its x.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lifemask.geometry.mesh_raster import MeshPixels, rasterize_mesh
from lifemask.rig.head import HeadRig
from lifemask.rig.landmark_sets import INNER_LIPS, LEFT_EYE, RIGHT_EYE

PIXEL_M = 0.0001
# The camera is so far away that rays are parallel to within a pixel over the width of a mouth.
DISTANCE_M = 1000.0
MARGIN_M = 0.005
# A lip triangle is of the lower lip if opening the mouth carries it down by this share of the largest travel.
LOWER_SHARE = 0.5
LEFT_CORNER = len(INNER_LIPS) // 2

Places = dict[int, tuple[int, np.ndarray]]
"""Per landmark its triangle and barycentrics ``[3]``."""


@dataclass(frozen=True)
class _FrontView:
    """A part of the mesh from straight ahead without perspective; ``left_m`` is x at the left border, ``top_m`` y
    at the upper one."""

    pixels: MeshPixels
    left_m: float
    top_m: float

    def column(self, x: float, usable: np.ndarray) -> int:
        """The ``usable [W]`` column nearest to ``x``."""
        columns = np.flatnonzero(usable)
        return int(columns[np.abs(columns + 0.5 - (x - self.left_m) / PIXEL_M).argmin()])

    def nearest(self, x: float, y: float, part: np.ndarray) -> tuple[int, np.ndarray]:
        """The place in the pixel of ``part [H, W]`` that is nearest to ``x``, ``y``."""
        rows, columns = np.nonzero(part)
        away = np.hypot(columns + 0.5 - (x - self.left_m) / PIXEL_M, rows + 0.5 - (self.top_m - y) / PIXEL_M)
        best = int(away.argmin())
        return self.place(int(rows[best]), int(columns[best]))

    def place(self, row: int, column: int) -> tuple[int, np.ndarray]:
        return int(self.pixels.triangle[row, column]), self.pixels.barycentric[row, column].astype(np.float64)


def lip_places(rig: HeadRig, opened: np.ndarray, points: np.ndarray) -> Places:
    """Places of the inner lips' landmarks on the line at which the lips of ``rig`` meet.

    ``opened [V, 3]`` is the rig with an open mouth; ``points [478, 3]`` say how far left or right each landmark is.
    Empty if the lips cannot be told apart.
    """
    template, faces = rig.template.cpu().numpy(), rig.faces.cpu().numpy()
    lips = _triangles_of(rig.regions["lips"].cpu().numpy(), faces)
    travel = (template - opened)[:, 1][faces].mean(1)
    if not lips.any() or travel[lips].max() <= 0:
        return {}
    below = lips & (travel > LOWER_SHARE * travel[lips].max())
    view = _front_view(template, faces, template[faces[lips]].reshape(-1, 3))
    upper, lower = (_member(view, part) for part in (lips & ~below, below))
    both = np.asarray(upper.any(0) & lower.any(0))
    if not both.any():
        return {}
    places: Places = {}
    # The list runs over the lower lip from the right corner to the left one and back over the upper lip.
    seams = (INNER_LIPS[1:LEFT_CORNER], INNER_LIPS[LEFT_CORNER + 1 :])
    for seam, part, last in zip(seams, (lower, upper), (0, -1), strict=True):
        for landmark in seam:
            column = view.column(float(points[landmark, 0]), both)
            places[landmark] = view.place(int(np.flatnonzero(part[:, column])[last]), column)
    # Near a corner the lips can not be told apart: it lies on them at the height of its neighbours.
    for position in (0, LEFT_CORNER):
        corner, neighbours = INNER_LIPS[position], (INNER_LIPS[position - 1], INNER_LIPS[position + 1])
        y = np.mean([_height(template, faces, places[landmark]) for landmark in neighbours])
        places[corner] = view.nearest(float(points[corner, 0]), float(y), _member(view, lips))
    return places


def lid_places(rig: HeadRig, points: np.ndarray) -> Places:
    """Places of the eyes' landmarks on the visible edge of the lids of ``rig``; ``points`` as for ``lip_places``."""
    template, faces = rig.template.cpu().numpy(), rig.faces.cpu().numpy()
    places: Places = {}
    for joint, landmarks in (("eye_left", LEFT_EYE), ("eye_right", RIGHT_EYE)):
        own = _triangles_of((rig.skin_weights[:, rig.joint_names.index(joint)] > 0.5).cpu().numpy(), faces)
        if not own.any():
            continue
        view = _front_view(template, faces, template[faces[own]].reshape(-1, 3))
        eye, skin = _member(view, own), _member(view, ~own)
        places |= _lid_edges(view, eye, skin, points, landmarks)
    return places


def _height(template: np.ndarray, faces: np.ndarray, place: tuple[int, np.ndarray]) -> float:
    """Height of a place on the mesh."""
    triangle, shares = place
    return float(shares @ template[faces[triangle], 1])


def _lid_edges(
    view: _FrontView, eye: np.ndarray, skin: np.ndarray, points: np.ndarray, landmarks: tuple[int, ...]
) -> Places:
    """The skin right above and below of the eyeball in each column; lists run as those of the lips."""
    height = len(eye)
    first, last = eye.argmax(0), height - 1 - eye[::-1].argmax(0)
    columns = np.arange(eye.shape[1])
    above, below = np.maximum(first - 1, 0), np.minimum(last + 1, height - 1)
    usable = eye.any(0) & skin[above, columns] & skin[below, columns]
    if not usable.any():
        return {}
    places: Places = {}
    for position, landmark in enumerate(landmarks):
        column = view.column(float(points[landmark, 0]), usable)
        of_lower = 0 < position < len(landmarks) // 2
        places[landmark] = view.place(int((below if of_lower else above)[column]), column)
    return places


def put(places: Places, triangles: np.ndarray, barycentrics: np.ndarray) -> None:
    """Write ``places`` into ``triangles [478]`` and ``barycentrics [478, 3]``."""
    for landmark, (triangle, shares) in places.items():
        triangles[landmark], barycentrics[landmark] = triangle, shares / shares.sum()


def _triangles_of(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Triangles ``[F]`` bool all of whose corners are in ``vertices [V]``."""
    return vertices[faces].sum(1) == faces.shape[1]


def _member(view: _FrontView, part: np.ndarray) -> np.ndarray:
    """Pixels ``[H, W]`` that show a triangle of ``part [F]``."""
    return part[view.pixels.triangle] & (view.pixels.triangle >= 0)


def _front_view(template: np.ndarray, faces: np.ndarray, around: Iterable) -> _FrontView:
    """The part of the mesh that ``around [N, 3]`` spans, with a margin."""
    points = np.asarray(around)
    low, high = points.min(0)[:2] - MARGIN_M, points.max(0)[:2] + MARGIN_M
    flat = np.stack([template[:, 0] - low[0], high[1] - template[:, 1]], 1) / PIXEL_M
    width, height = (int(np.ceil(extent / PIXEL_M)) for extent in high - low)
    return _FrontView(
        rasterize_mesh(flat, DISTANCE_M - template[:, 2], faces, (width, height)), float(low[0]), float(high[1])
    )

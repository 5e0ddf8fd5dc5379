"""The bust's landmark embedding: seen positions, snapped to lids' margins, lip lines, irises and outer
skin."""

from dataclasses import dataclass

import numpy as np

from bust_expressions import ARKIT_NAMES
from bust_mesh import EYE_PARTS, EYEBALL_SECTORS, IRIS_RADIUS_M, BustMesh
from bust_topology import QuadMesh, lid_margin, lip_lines
from lifemask.geometry.mesh_nearest import place_on_mesh
from lifemask.perception.landmark_embedding import (
    COLOURS,
    IRIS_COLOUR,
    MARGIN_COLOUR,
    OPEN_MOUTH,
    PUPIL_COLOUR,
    PUPIL_SHARE,
    SKIN,
    agree,
    look,
)
from lifemask.rig.landmark_sets import INNER_LIPS, LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS


@dataclass(frozen=True)
class Embedding:
    """``triangles [478]``, ``barycentrics [478, 3]``; ``spread_m [478]`` of the sightings that it comes
    from."""

    triangles: np.ndarray
    barycentrics: np.ndarray
    spread_m: np.ndarray


def embed(bust: BustMesh, mesh: QuadMesh, regions: dict[str, np.ndarray], expressions: np.ndarray) -> Embedding:
    """Find all 478 landmarks on the bust."""
    template, faces = bust.template, bust.faces
    colours = vertex_colours(bust, mesh, regions)
    closed = look(template, template, faces, colours)
    name, weight = OPEN_MOUTH
    opened = look(template + weight * expressions[ARKIT_NAMES.index(name)], template, faces, colours)
    points, spread = agree(closed)
    lips, lip_spread = agree(opened)
    inner = list(INNER_LIPS)
    points[inner], spread[inner] = lips[inner], lip_spread[inner]

    outer = np.any([regions[name] for name in SKIN], axis=0)
    triangles, barycentrics = place_on_mesh(points, template, faces, closed.shown & outer[faces].all(1))
    for landmark, line in _lines(bust, mesh).items():
        triangles[landmark], barycentrics[landmark] = place_on_line(points[landmark, 0], line, template, faces)
    for side, landmarks in enumerate((LEFT_IRIS, RIGHT_IRIS)):
        triangles[list(landmarks)], barycentrics[list(landmarks)] = _iris(bust, side, points[list(landmarks)])
    return Embedding(triangles, barycentrics, spread)


def vertex_colours(bust: BustMesh, mesh: QuadMesh, regions: dict[str, np.ndarray]) -> np.ndarray:
    """Plain colours ``[V, 3]`` 0..255 that make the bust look enough like a person."""
    colours = np.zeros((len(bust.template), 3))
    for name, mask in regions.items():
        colours[mask] = COLOURS[name]
    for side, part in enumerate(EYE_PARTS):
        arm = bust.template - bust.position(bust.eyes[side].centre)
        across = np.linalg.norm(arm[:, :2], axis=1)
        front = (bust.part == part) & (arm[:, 2] > 0)
        colours[front & (across < IRIS_RADIUS_M * 1.01)] = IRIS_COLOUR
        colours[front & (across < IRIS_RADIUS_M * PUPIL_SHARE)] = PUPIL_COLOUR
        for arc in lid_margin(mesh, bust.source, bust.template, side):
            colours[arc] = MARGIN_COLOUR
    return colours


def _lines(bust: BustMesh, mesh: QuadMesh) -> dict[int, np.ndarray]:
    """For every landmark of the inner lips and the lids the chain of vertices that it has to lie on."""
    upper, lower = lip_lines(mesh, bust.source, bust.template)
    # Both lists run over the lower edge to the other corner and back over the upper one.
    lines = {k: lower for k in INNER_LIPS[1:10]} | {k: upper for k in (*INNER_LIPS[11:], INNER_LIPS[0], INNER_LIPS[10])}
    for side, landmarks in enumerate((LEFT_EYE, RIGHT_EYE)):
        upper, lower = lid_margin(mesh, bust.source, bust.template, side)
        lines |= {k: lower for k in landmarks[1:8]} | {k: upper for k in (*landmarks[9:], landmarks[0], landmarks[8])}
    return lines


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


def _iris(bust: BustMesh, side: int, points: np.ndarray) -> tuple[list[int], list[np.ndarray]]:
    """The pole of an eyeball, then the four vertices of its limbus nearest in direction to the sightings."""
    own = np.where(bust.part == EYE_PARTS[side])[0]
    arm = bust.template[own] - bust.position(bust.eyes[side].centre)
    pole = int(arm[:, 2].argmax())
    limbus = np.where((np.abs(np.linalg.norm(arm[:, :2], axis=1) - IRIS_RADIUS_M) < 1e-5) & (arm[:, 2] > 0))[0]
    quarters = limbus[:: EYEBALL_SECTORS // 4]
    seen = points[1:] - points[:1]
    nearest = [quarters[int((arm[quarters, :2] @ direction[:2]).argmax())] for direction in seen]
    triangles, barycentrics = [], []
    for vertex in own[[pole, *nearest]]:
        triangle = int(np.where((bust.faces == vertex).any(1))[0][0])
        triangles.append(triangle)
        barycentrics.append((bust.faces[triangle] == vertex).astype(float))
    return triangles, barycentrics

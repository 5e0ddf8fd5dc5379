"""The mesh that is drawn: the rig's own surface, and shells of hair and cloth that ride on it.

A shell's vertex sits at a fixed height over a fixed place of the rig's surface. So everything that is drawn
follows from the posed rig alone, and the truth of the clip is the rig's motion and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit, prange

from lifemask.synthetic.landscape import above_hairline, below_collar, smoothstep
from lifemask.synthetic.noise import noise
from lifemask.synthetic.subject import Subject

SKIN, MOUTH, TEETH, EYE, CLOTH, HAIR = range(6)
"""Materials of faces."""

HIDDEN_M = -0.003
"""A shell goes this far under the skin where it ends: no seam, no hole."""
EDGE_M = 0.0004
"""Vertices this close to the collar's curve are its edge."""
CLOTH_M = 0.0040
COLLAR_RIB_M = 0.014
ROUNDING = 0.7
"""How far a shell's points go from the flat triangles towards the smooth surface (Phong tessellation)."""


@dataclass(frozen=True)
class Shell:
    """``N`` vertices over the rig: at barycentric ``weights [N, 3]`` of the rig's vertices ``corners [N,
    3]``, lifted by ``height_m [N]`` along the smooth normal; ``faces [F, 3]`` among themselves; ``rest [N,
    3]`` on the template."""

    corners: np.ndarray
    weights: np.ndarray
    height_m: np.ndarray
    faces: np.ndarray
    rest: np.ndarray

    def pose(self, vertices: np.ndarray, normals: np.ndarray) -> np.ndarray:
        """The shell ``[N, 3]`` over posed rig ``vertices [V, 3]`` with their ``normals [V, 3]``."""
        out = np.empty((len(self.corners), 3))
        _attach(vertices, normals, self.corners, self.weights, self.height_m, out)
        return out


@dataclass(frozen=True)
class SubjectMesh:
    """Vertices are the rig's ``V`` and then each shell's; ``faces [F, 3]``, ``material [F]``; ``rest [N, 3]``
    the places on the template; ``light_from [N, 3]`` and ``light_weights [N, 3]``: rig vertices that light
    each one."""

    faces: np.ndarray
    material: np.ndarray
    rest: np.ndarray
    light_from: np.ndarray
    light_weights: np.ndarray
    shells: tuple[Shell, ...]

    def spread(self, field: np.ndarray) -> np.ndarray:
        """What belongs to the rig's vertices ``[V, ...]``, on all ``[N, ...]``; float32."""
        weights = self.light_weights if field.ndim == 1 else self.light_weights[..., None]
        return (field[self.light_from] * weights).sum(1).astype(np.float32)

    def pose(self, vertices: np.ndarray, normals: np.ndarray) -> np.ndarray:
        """All vertices ``[N, 3]`` from the posed rig's."""
        return np.concatenate([vertices, *(shell.pose(vertices, normals) for shell in self.shells)])


def build_mesh(subject: Subject) -> SubjectMesh:
    """Dress a subject: skin, mouth, eyes, a cap of hair and a shirt with a round neck."""
    rig = subject.rig
    template, faces = rig.template.numpy().astype(np.float64), rig.faces.numpy()
    region = {name: mask.numpy() for name, mask in rig.regions.items()}
    material = np.full(len(faces), SKIN)
    for name, kind in (("mouth_interior", MOUTH), ("tongue", MOUTH), ("teeth", TEETH), ("eyes", EYE)):
        material[region[name][faces].all(1)] = kind

    collar = below_collar(template)
    outside = material == SKIN
    torso = rig.skin_weights.numpy()[:, 2] < 0.5
    near_cloth = (collar[faces] > -0.02).any(1) & torso[faces].all(1) & outside
    cloth = _shell(template, faces[near_cloth], levels=2, inside=below_collar)
    cloth = _with_height(cloth, cloth_height(cloth.rest))
    cloth = _hemmed(cloth, np.abs(below_collar(cloth.rest)) < EDGE_M, HIDDEN_M)

    upper = above_hairline(template)
    head = rig.skin_weights.numpy()[:, 2] > 0.5
    near_hair = (upper[faces] > -0.012).any(1) & head[faces].all(1) & outside & ~region["ears"][faces].any(1)
    cap = _shell(template, faces[near_hair], levels=2)
    cap = _with_height(cap, cap_height(cap.rest, subject))

    shown = ~((collar[faces] > 0.03).all(1) & torso[faces].all(1) & outside)  # skin under cloth cannot poke through it
    offset_cloth = len(template)
    offset_cap = offset_cloth + len(cloth.rest)
    own = np.arange(len(template))
    return SubjectMesh(
        np.concatenate([faces[shown], cloth.faces + offset_cloth, cap.faces + offset_cap]).astype(np.int32),
        np.concatenate([material[shown], np.full(len(cloth.faces), CLOTH), np.full(len(cap.faces), HAIR)]).astype(
            np.int8
        ),
        np.concatenate([template, cloth.rest, cap.rest]),
        np.concatenate([np.stack([own] * 3, 1), cloth.corners, cap.corners]).astype(np.int32),
        np.concatenate([np.tile([1.0, 0.0, 0.0], (len(own), 1)), cloth.weights, cap.weights]).astype(np.float32),
        (cloth, cap),
    )


def hair_volume(rest: np.ndarray, subject: Subject) -> np.ndarray:
    """How far hair stands off the scalp, metres ``[N]``: most on top, close at the sides and the nape."""
    top = smoothstep(rest[:, 1], 0.01, 0.095)
    front = smoothstep(rest[:, 2], -0.08, 0.0) * top
    return subject.look.hair_volume_m * (0.30 + 0.70 * top + 0.25 * front)


def cap_height(rest: np.ndarray, subject: Subject) -> np.ndarray:
    """Height of the dense inner hair, metres ``[N]``; under the skin outside the hairline."""
    inside = above_hairline(rest) + 0.004 * noise(rest, 0.012, shift=3)
    filled = 0.12 if subject.look.long_hair else 0.55  # long hair lies flat at its roots
    return HIDDEN_M + smoothstep(inside, 0.002, 0.030) * (filled * hair_volume(rest, subject) - HIDDEN_M)


def cloth_height(rest: np.ndarray) -> np.ndarray:
    """How far the shirt stands off the skin below the collar, metres ``[N]``."""
    below = below_collar(rest)
    rib = np.sqrt(np.clip(1 - ((below - COLLAR_RIB_M / 2) / (COLLAR_RIB_M / 2)) ** 2, 0, 1)) * 0.0018
    loose = smoothstep(below, 0.02, 0.10) * 0.004
    folds = noise(rest, (0.05, 0.028, 0.05), shift=5) * 0.0022 + noise(rest, 0.09, shift=6) * 0.003
    return CLOTH_M + rib + loose + folds * smoothstep(below, 0.015, 0.07)


Weights = list[dict[int, float]]
"""Vertices as mixtures of at most three of the rig's vertices: vertex -> weight."""


def _shell(
    template: np.ndarray,
    faces: np.ndarray,
    *,
    levels: int,
    inside: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Shell:
    """Split ``faces`` ``levels`` times and keep what lies where ``inside(rest [N, 3]) > 0``, cut exactly at
    0."""
    used, faces = np.unique(faces, return_inverse=True)
    faces = faces.reshape(-1, 3)
    weights: Weights = [{int(vertex): 1.0} for vertex in used]
    for _ in range(levels):
        faces = _split(faces, weights)
    if inside is not None:
        faces = _cut(faces, weights, inside(_mixed(template, weights)))
    kept, faces = np.unique(faces, return_inverse=True)
    weights = [weights[vertex] for vertex in kept]
    corners, barycentric = np.zeros((len(weights), 3), np.int64), np.zeros((len(weights), 3))
    for row, entry in enumerate(weights):
        items = list(entry.items()) + [(next(iter(entry)), 0.0)] * (3 - len(entry))
        corners[row], barycentric[row] = zip(*items, strict=True)
    return Shell(corners, barycentric, np.zeros(len(kept)), faces.reshape(-1, 3), _mixed(template, weights))


def _mixed(template: np.ndarray, weights: Weights) -> np.ndarray:
    return np.stack([sum(weight * template[vertex] for vertex, weight in entry.items()) for entry in weights])


def _between(weights: Weights, first: int, second: int, share: float) -> int:
    """Add the vertex at ``share`` of the way; its row."""
    mixed: dict[int, float] = {}
    for end, part in ((first, 1 - share), (second, share)):
        for vertex, weight in weights[end].items():
            mixed[vertex] = mixed.get(vertex, 0.0) + weight * part
    weights.append(mixed)
    return len(weights) - 1


def _split(faces: np.ndarray, weights: Weights) -> np.ndarray:
    """Every triangle into four; new vertices are appended to ``weights``."""
    middle: dict[tuple[int, int], int] = {}
    split = []
    for triangle in faces.tolist():
        between = []
        for a, b in ((0, 1), (1, 2), (2, 0)):
            key = (min(triangle[a], triangle[b]), max(triangle[a], triangle[b]))
            if key not in middle:
                middle[key] = _between(weights, *key, 0.5)
            between.append(middle[key])
        (p, q, r), (pq, qr, rp) = triangle, between
        split += [(p, pq, rp), (pq, q, qr), (rp, qr, r), (pq, qr, rp)]
    return np.array(split)


def _cut(faces: np.ndarray, weights: Weights, value: np.ndarray) -> np.ndarray:
    """What of the triangles lies where the linear ``value`` is positive."""
    crossing: dict[tuple[int, int], int] = {}
    kept = []
    for triangle in faces.tolist():
        polygon = []
        for first, second in zip(triangle, triangle[1:] + triangle[:1], strict=True):
            if value[first] > 0:
                polygon.append(first)
            if (value[first] > 0) != (value[second] > 0):
                key = (min(first, second), max(first, second))
                if key not in crossing:
                    share = value[key[0]] / (value[key[0]] - value[key[1]])
                    crossing[key] = _between(weights, *key, float(share))
                polygon.append(crossing[key])
        kept += [(polygon[0], polygon[n], polygon[n + 1]) for n in range(1, len(polygon) - 1)]
    return np.array(kept)


def _hemmed(shell: Shell, edge: np.ndarray, depth_m: float) -> Shell:
    """Close the open border along the vertices ``edge [N]`` (bool) with a wall down to ``depth_m`` under the
    skin."""
    near = shell.faces[edge[shell.faces].sum(1) >= 2]
    directed = np.concatenate([near[:, [0, 1]], near[:, [1, 2]], near[:, [2, 0]]])
    both = {(a, b) for a, b in directed.tolist()}
    rim = [(a, b) for a, b in directed.tolist() if edge[a] and edge[b] and (b, a) not in both]
    top = sorted({vertex for pair in rim for vertex in pair})
    below = {vertex: len(shell.corners) + row for row, vertex in enumerate(top)}
    wall = [triangle for a, b in rim for triangle in ((b, a, below[b]), (a, below[a], below[b]))]
    return Shell(
        np.concatenate([shell.corners, shell.corners[top]]),
        np.concatenate([shell.weights, shell.weights[top]]),
        np.concatenate([shell.height_m, np.full(len(top), depth_m)]),
        np.concatenate([shell.faces, np.array(wall).reshape(-1, 3)]),
        np.concatenate([shell.rest, shell.rest[top]]),
    )


def _with_height(shell: Shell, height_m: np.ndarray) -> Shell:
    return Shell(shell.corners, shell.weights, height_m, shell.faces, shell.rest)


@njit(parallel=True, cache=True)
def _attach(vertices, normals, corners, weights, height, out):
    """Phong tessellation (Boubekeur & Alexa 2008), then the lift along the interpolated normal."""
    for row in prange(out.shape[0]):
        flat = np.zeros(3)
        normal = np.zeros(3)
        for c in range(3):
            for axis in range(3):
                flat[axis] += weights[row, c] * vertices[corners[row, c], axis]
                normal[axis] += weights[row, c] * normals[corners[row, c], axis]
        lift = height[row] / (np.sqrt(normal[0] ** 2 + normal[1] ** 2 + normal[2] ** 2) + 1e-12)
        for axis in range(3):
            out[row, axis] = flat[axis] + lift * normal[axis]
        for c in range(3):
            v = corners[row, c]
            away = 0.0
            for axis in range(3):
                away += (flat[axis] - vertices[v, axis]) * normals[v, axis]
            for axis in range(3):
                out[row, axis] -= ROUNDING * weights[row, c] * away * normals[v, axis]

"""The subject's surface at rest, for what grows on it and what falls over it."""

import numpy as np
from scipy.spatial import KDTree

from lifemask.synthetic.landscape import below_collar
from lifemask.synthetic.mesh import cloth_height
from lifemask.synthetic.normals import fast_normals
from lifemask.synthetic.subject import Subject


class Surface:
    """Some faces ``[F, 3]`` of the subject at rest as points with normals; the nearest ones stand for the tangent
    plane. ``lift_m [V]`` moves the points (not what is at their corners) along the normals."""

    def __init__(
        self, subject: Subject, faces: np.ndarray, *, num_points: int, lift_m: np.ndarray | None = None
    ) -> None:
        rig = subject.rig
        self.vertices = subject.neutral.astype(np.float64)
        self.template = rig.template.numpy().astype(np.float64)
        self.normals = fast_normals(self.vertices, rig.faces.numpy().astype(np.int32))
        self.faces = faces
        corners = self.vertices[self.faces]
        self.areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
        rng = np.random.default_rng(5)
        rows, weights = self.sample(rng, num_points, np.ones(len(self.faces)))
        lifted = self.vertices if lift_m is None else self.vertices + lift_m[:, None] * self.normals
        self.points, self._normals = self.at(lifted, rows, weights), self.at(self.normals, rows, weights)
        self._tree = KDTree(self.points)

    def sample(self, rng: np.random.Generator, count: int, density: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """``count`` random places: rows of ``faces`` and barycentrics ``[count, 3]``."""
        chance = self.areas * density
        rows = rng.choice(len(self.faces), count, p=chance / chance.sum())
        a, b = rng.uniform(size=(2, count))
        flip = a + b > 1
        a, b = np.where(flip, 1 - a, a), np.where(flip, 1 - b, b)
        return rows, np.stack([1 - a - b, a, b], 1)

    def at(self, field: np.ndarray, rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """A vector field of the vertices at such places, ``[count, 3]``."""
        return (field[self.faces[rows]] * weights[..., None]).sum(1)

    def drop(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The surface under ``points [N, 3]``: feet and unit normals."""
        _, near = self._tree.query(points, k=4)
        normal = self._normals[near].mean(1)
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        foot = self.points[near].mean(1)
        return points - normal * ((points - foot) * normal).sum(1, keepdims=True), normal

    def pushed_out(self, points: np.ndarray, clearance_m: float, reach_m: float = 0.02) -> np.ndarray:
        """``points [N, 3]`` at least ``clearance_m`` above the surface, if no deeper in it than ``reach_m``."""
        found = self._tree.query(points, distance_upper_bound=reach_m, workers=-1)
        distance, near = np.asarray(found[0]), np.asarray(found[1])
        close = np.flatnonzero(np.isfinite(distance))
        near, out = near[close], points.copy()
        above = ((points[close] - self.points[near]) * self._normals[near]).sum(1)
        out[close] += np.maximum(clearance_m - above, 0)[:, None] * self._normals[near]
        return out


def head_surface(subject: Subject) -> Surface:
    """The head's skin."""
    faces, inner = subject.rig.faces.numpy(), _inside(subject)
    head = subject.rig.skin_weights.numpy()[:, 2] > 0.5
    return Surface(subject, faces[head[faces].all(1) & ~inner[faces].any(1)], num_points=40_000)


def body_surface(subject: Subject) -> Surface:
    """Skin and shirt, as far as they can be touched."""
    faces, inner = subject.rig.faces.numpy(), _inside(subject)
    template = subject.rig.template.numpy().astype(np.float64)
    dressed = (below_collar(template) > 0) & (subject.rig.skin_weights.numpy()[:, 2] < 0.5)
    lift = np.where(dressed, cloth_height(template), 0.0)
    return Surface(subject, faces[~inner[faces].any(1)], num_points=60_000, lift_m=lift)


def _inside(subject: Subject) -> np.ndarray:
    """Vertices ``[V]`` that nothing touches from without."""
    region = {name: mask.numpy() for name, mask in subject.rig.regions.items()}
    return region["mouth_interior"] | region["teeth"] | region["tongue"] | region["eyes"]

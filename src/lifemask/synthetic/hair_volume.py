"""How much light gets through long hair: a grid of its density at rest, and rays through it to key light and room."""

import numpy as np

from lifemask.synthetic.light import KEY_TO_LIGHT

CELL_M = 0.006
_LOW, _HIGH = np.array([-0.26, -0.44, -0.24]), np.array([0.26, 0.16, 0.12])
_SHAPE = np.ceil((_HIGH - _LOW) / CELL_M).astype(int)
RAY_CELLS = 14
HAIR_DEPTH, BODY_DEPTH = 0.32, 1.05
"""Optical depth of a cell as full of hair as the fullest quarter of them, and of one on the body's surface."""
SELF_CELLS = 2
"""A hair is not shaded by what is this near to it: its own lock."""
KEY_SHARE = 0.6
"""Share of the key in the light that is weakened between hairs; the rest comes from the room."""
LIFT_M = 0.004

_TO_KEY = KEY_TO_LIGHT * (1, -1, -1)
_TO_ROOM = np.array([(0, 1, 0), (0.8, 0.4, 0.4), (-0.8, 0.4, 0.4), (0, 0.2, 1), (0.4, -0.1, 0.9), (-0.4, -0.1, 0.9)])
"""Directions in the rest frame (x left, y up, z front) from which most of the room's light comes."""


class HairVolume:
    """Density of hairs ``points [S, K, 3]`` around a body of surface samples ``body [N, 3]``, in the rest frame."""

    def __init__(self, points: np.ndarray, body: np.ndarray) -> None:
        count = np.bincount(_cells(points.reshape(-1, 3)), minlength=int(_SHAPE.prod())).astype(np.float32)
        self.hair = count * (HAIR_DEPTH / np.percentile(count[count > 0], 75))
        self.body = np.zeros_like(self.hair)
        self.body[_cells(body)] = BODY_DEPTH

    def light(self, points: np.ndarray) -> np.ndarray:
        """Share of light ``[...]`` (0..1) that reaches hairs at ``points [..., 3]``."""
        flat, depth = points.reshape(-1, 3), self.hair + self.body
        key = _through(flat, depth, _TO_KEY, SELF_CELLS)
        return (KEY_SHARE * key + (1 - KEY_SHARE) * _from_room(flat, depth, SELF_CELLS)).reshape(points.shape[:-1])

    def on_body(self, points: np.ndarray, normals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Shares of key light and of the room's light ``[N]`` that hair lets through to places ``[N, 3]`` of a
        surface with ``normals [N, 3]``."""
        lifted = points + LIFT_M * normals
        return _through(lifted, self.hair, _TO_KEY, 0), _from_room(lifted, self.hair, 0)


def _cells(points: np.ndarray) -> np.ndarray:
    cells = np.clip(((points - _LOW) / CELL_M).astype(np.int32), 0, _SHAPE - 1)
    return (cells[:, 0] * _SHAPE[1] + cells[:, 1]) * _SHAPE[2] + cells[:, 2]


def _from_room(points: np.ndarray, depth: np.ndarray, first: int) -> np.ndarray:
    ways = _TO_ROOM / np.linalg.norm(_TO_ROOM, axis=1, keepdims=True)
    return np.mean([_through(points, depth, way, first) for way in ways], axis=0)


def _through(points: np.ndarray, depth: np.ndarray, direction: np.ndarray, first: int) -> np.ndarray:
    total = np.zeros(len(points), np.float32)
    for step in range(first, first + RAY_CELLS):
        total += depth[_cells(points + step * CELL_M * direction)]
    return np.exp(-total)

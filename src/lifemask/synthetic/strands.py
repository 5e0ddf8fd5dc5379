"""Single hairs: thin ribbons that face the camera, each bound to the frame of one triangle of the rig.

Shading follows Kajiya & Kay, "Rendering Fur with Three Dimensional Textures" (1989), with two highlights.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit, prange

from lifemask.synthetic.light import KEY_RGB, KEY_TO_LIGHT

PRIMARY, SECONDARY = (40.0, 0.075, -0.09), (11.0, 0.55, 0.12)
"""Highlights: exponent, strength, shift of the tangent towards the root (-) or the tip (+). The first is
white."""
ROOT_LIGHT = 0.55
"""Share of the light that reaches a hair's root, between its neighbours."""
TIP_WIDTH = 0.35
MIN_WIDTH_SAMPLES = 0.6


@dataclass(frozen=True)
class Strands:
    """``S`` hairs of ``K`` points: ``local [S, K, 3]`` metres in the frame of the triangle ``corners [S, 3]``
    of rig vertices; ``rgb [S, 3]`` linear; ``width_m [S]``; ``root_light [S]`` the share of light at the
    root; ``normal [S, 3]`` of the surface, in the same frame."""

    corners: np.ndarray
    local: np.ndarray
    normal: np.ndarray
    rgb: np.ndarray
    width_m: np.ndarray
    root_light: np.ndarray

    def __len__(self) -> int:
        return len(self.corners)

    @staticmethod
    def bound(
        vertices: np.ndarray,
        corners: np.ndarray,
        points: np.ndarray,
        normals: np.ndarray,
        rgb: np.ndarray,
        width_m: np.ndarray,
        root_light: np.ndarray,
    ) -> "Strands":
        """Bind ``points [S, K, 3]`` and ``normals [S, 3]``, given in the space of ``vertices [V, 3]``."""
        frame = np.empty((len(corners), 3, 3))
        for row, corner in enumerate(corners):
            _frame(vertices, corner, frame[row])
        local = np.einsum("skx,sax->ska", points - vertices[corners[:, 0]][:, None], frame)
        turned = np.einsum("sx,sax->sa", normals, frame)
        return Strands(corners.astype(np.int32), local, turned, rgb, width_m, root_light)

    @staticmethod
    def joined(parts: "list[Strands]") -> "Strands":
        """All the hairs of some sets with the same number of points."""
        names = ("corners", "local", "normal", "rgb", "width_m", "root_light")
        return Strands(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def faces(self, first_vertex: int) -> np.ndarray:
        """Triangles ``[S * (K - 1) * 2, 3]`` of the ribbons, whose vertices start at ``first_vertex``."""
        points = self.local.shape[1]
        start = first_vertex + (np.arange(len(self))[:, None] * points + np.arange(points - 1)).ravel() * 2
        return np.concatenate(
            [np.stack([start, start + 1, start + 2], 1), np.stack([start + 1, start + 3, start + 2], 1)]
        ).astype(np.int32)

    def pose(
        self, vertices: np.ndarray, room: np.ndarray, key_seen: np.ndarray, sample_per_depth: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Ribbons' vertices ``[S * K * 2, 3]`` in the camera's frame and their linear colours, from the posed
        rig's ``vertices [V, 3]``, its ``room [V, 3]`` light and ``key_seen [V]``; ``sample_per_depth`` is the
        size of one sample of the image at depth 1."""
        count = self.local.shape[0] * self.local.shape[1] * 2
        position, colour = np.empty((count, 3)), np.empty((count, 3))
        _pose(
            vertices, room, key_seen, self.corners, self.local, self.normal, self.rgb, self.width_m,
            self.root_light, sample_per_depth * MIN_WIDTH_SAMPLES, position, colour,
        )  # fmt: skip
        return position, colour


@njit(cache=True)
def _frame(vertices, corner, out):
    """Rows: along the first edge, across it in the triangle, and the normal."""
    i, j, k = corner[0], corner[1], corner[2]
    for axis in range(3):
        out[0, axis] = vertices[j, axis] - vertices[i, axis]
        out[1, axis] = vertices[k, axis] - vertices[i, axis]
    out[2, 0] = out[0, 1] * out[1, 2] - out[0, 2] * out[1, 1]
    out[2, 1] = out[0, 2] * out[1, 0] - out[0, 0] * out[1, 2]
    out[2, 2] = out[0, 0] * out[1, 1] - out[0, 1] * out[1, 0]
    for row in (0, 2):
        length = np.sqrt(out[row, 0] ** 2 + out[row, 1] ** 2 + out[row, 2] ** 2) + 1e-20
        for axis in range(3):
            out[row, axis] /= length
    out[1, 0] = out[2, 1] * out[0, 2] - out[2, 2] * out[0, 1]
    out[1, 1] = out[2, 2] * out[0, 0] - out[2, 0] * out[0, 2]
    out[1, 2] = out[2, 0] * out[0, 1] - out[2, 1] * out[0, 0]


@njit(parallel=True, cache=True)
def _pose(vertices, room, seen, corners, local, normals, rgb, width, root_light, sample, position, colour):
    points = local.shape[1]
    for s in prange(local.shape[0]):
        frame = np.empty((3, 3))
        curve = np.empty((points, 3))
        n, view, along, side = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
        _frame(vertices, corners[s], frame)
        origin = corners[s, 0]
        n_key = 0.0
        for axis in range(3):
            n[axis] = 0.0
            for a in range(3):
                n[axis] += normals[s, a] * frame[a, axis]
            n_key += n[axis] * KEY_TO_LIGHT[axis]
            for p in range(points):
                curve[p, axis] = vertices[origin, axis]
                for a in range(3):
                    curve[p, axis] += local[s, p, a] * frame[a, axis]
        visible = (seen[corners[s, 0]] + seen[corners[s, 1]] + seen[corners[s, 2]]) / 3
        volume = visible * max(0.0, (n_key + 0.35) / 1.35)
        for p in range(points):
            before, after = max(p - 1, 0), min(p + 1, points - 1)
            length, distance = 0.0, 0.0
            for axis in range(3):
                along[axis] = curve[after, axis] - curve[before, axis]
                view[axis] = -curve[p, axis]
                length += along[axis] ** 2
                distance += view[axis] ** 2
            length, distance = np.sqrt(length) + 1e-20, np.sqrt(distance)
            t_light, t_view = 0.0, 0.0
            for axis in range(3):
                along[axis] /= length
                view[axis] /= distance
                t_light += along[axis] * KEY_TO_LIGHT[axis]
                t_view += along[axis] * view[axis]
            sideways = 0.0
            for axis in range(3):
                a, b = (axis + 1) % 3, (axis + 2) % 3
                side[axis] = along[a] * view[b] - along[b] * view[a]
                sideways += side[axis] ** 2
            sideways = np.sqrt(sideways) + 1e-9
            share = p / (points - 1)
            half = width[s] * (1 - (1 - TIP_WIDTH) * share**2)
            half = 0.5 * max(half, sample * curve[p, 2])
            reach = root_light[s] + (1 - root_light[s]) * min(1.0, 1.6 * share)
            sine = np.sqrt(max(0.0, 1 - t_light * t_light))
            first = _lobe(t_light, t_view, PRIMARY[2], PRIMARY[0]) * PRIMARY[1]
            second = _lobe(t_light, t_view, SECONDARY[2], SECONDARY[0]) * SECONDARY[1]
            for axis in range(3):
                around = (room[corners[s, 0], axis] + room[corners[s, 1], axis] + room[corners[s, 2], axis]) / 3
                lit = rgb[s, axis] * (0.85 * around + volume * KEY_RGB[axis] * (0.25 + 0.75 * sine))
                lit += volume * KEY_RGB[axis] * (first + second * 2.2 * rgb[s, axis])
                lit += 0.02 * around * rgb[s, axis] ** 0.5
                row = (s * points + p) * 2
                colour[row, axis] = colour[row + 1, axis] = lit * reach
                position[row, axis] = curve[p, axis] + side[axis] / sideways * half
                position[row + 1, axis] = curve[p, axis] - side[axis] / sideways * half


@njit(cache=True)
def _lobe(t_light, t_view, shift, exponent):
    """``sin(light + view)^exponent`` about the tangent, shifted by ``shift`` radians."""
    angle = np.arcsin(min(1.0, max(-1.0, t_light))) + np.arcsin(min(1.0, max(-1.0, t_view))) + 2 * shift
    return max(0.0, np.cos(angle)) ** exponent

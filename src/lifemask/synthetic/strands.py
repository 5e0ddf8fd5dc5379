"""Single hairs: thin ribbons that face the camera, bound to the frames of triangles of the rig: one at the root, and
for long hairs another where the tip lies.

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
class Anchors:
    """What ``S`` hairs of ``K`` points are bound to: ``corners [S, 3]`` rig vertices of a triangle each, and in its
    frame the points ``local [S, K, 3]`` (metres) and the direction ``normal [S, 3]`` out of the hair's volume."""

    corners: np.ndarray
    local: np.ndarray
    normal: np.ndarray

    @staticmethod
    def bound(vertices: np.ndarray, corners: np.ndarray, points: np.ndarray, normals: np.ndarray) -> "Anchors":
        """Bind ``points [S, K, 3]`` and ``normals [S, 3]``, given in the space of ``vertices [V, 3]``."""
        frame = _frames(vertices, corners)
        local = np.einsum("skx,sax->ska", points - vertices[corners[:, 0]][:, None], frame)
        return Anchors(corners.astype(np.int32), local, np.einsum("sx,sax->sa", normals, frame))

    def at(self, vertices: np.ndarray) -> np.ndarray:
        """The points ``[S, K, 3]`` over ``vertices [V, 3]``."""
        return vertices[self.corners[:, 0]][:, None] + np.einsum(
            "ska,sax->skx", self.local, _frames(vertices, self.corners)
        )

    @staticmethod
    def joined(parts: "list[Anchors]") -> "Anchors":
        """Those of some sets with the same number of points."""
        return Anchors(
            *(np.concatenate([getattr(one, name) for one in parts]) for name in ("corners", "local", "normal"))
        )


@dataclass(frozen=True)
class Strands:
    """``S`` hairs of ``K`` points: bound at the ``root``, and by ``tip_share [S, K]`` (0..1) at the ``tip`` instead;
    ``rgb [S, 3]`` linear; ``width_m [S]``; ``reach [S, K]`` the share of light that reaches each point."""

    root: Anchors
    tip: Anchors
    tip_share: np.ndarray
    rgb: np.ndarray
    width_m: np.ndarray
    reach: np.ndarray

    def __len__(self) -> int:
        return len(self.rgb)

    @staticmethod
    def short(root: Anchors, rgb: np.ndarray, width_m: np.ndarray, root_light: np.ndarray) -> "Strands":
        """Hairs that follow their root alone; ``root_light [S]`` is the share of light that reaches the root."""
        share = np.arange(root.local.shape[1]) / (root.local.shape[1] - 1)
        reach = root_light[:, None] + (1 - root_light[:, None]) * np.minimum(1.0, 1.6 * share)
        return Strands(root, root, np.zeros_like(reach), rgb, width_m, reach)

    @staticmethod
    def joined(parts: "list[Strands]") -> "Strands":
        """All the hairs of some sets with the same number of points."""
        return Strands(
            Anchors.joined([part.root for part in parts]),
            Anchors.joined([part.tip for part in parts]),
            *(
                np.concatenate([getattr(one, name) for one in parts])
                for name in ("tip_share", "rgb", "width_m", "reach")
            ),
        )

    def faces(self, first_vertex: int) -> np.ndarray:
        """Triangles ``[S * (K - 1) * 2, 3]`` of the ribbons, whose vertices start at ``first_vertex``."""
        points = self.tip_share.shape[1]
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
        count = self.tip_share.size * 2
        position, colour = np.empty((count, 3)), np.empty((count, 3))
        _pose(
            vertices, room, key_seen, self.root.corners, self.root.local, self.root.normal,
            self.tip.corners, self.tip.local, self.tip.normal, self.tip_share, self.rgb, self.width_m,
            self.reach, sample_per_depth * MIN_WIDTH_SAMPLES, position, colour,
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


@njit(cache=True)
def _frames(vertices, corners):
    out = np.empty((len(corners), 3, 3))
    for row in range(len(corners)):
        _frame(vertices, corners[row], out[row])
    return out


@njit(cache=True)
def _anchored(vertices, room, seen, corner, local, normal, curve, around):
    """Fill the points ``curve [K, 3]`` and the room's light ``around [3]`` of one hair at one anchor; returns its
    volume's share of the key light."""
    frame = np.empty((3, 3))
    _frame(vertices, corner, frame)
    n_key = 0.0
    for axis in range(3):
        n = 0.0
        for a in range(3):
            n += normal[a] * frame[a, axis]
        n_key += n * KEY_TO_LIGHT[axis]
        for p in range(curve.shape[0]):
            curve[p, axis] = vertices[corner[0], axis]
            for a in range(3):
                curve[p, axis] += local[p, a] * frame[a, axis]
        around[axis] = (room[corner[0], axis] + room[corner[1], axis] + room[corner[2], axis]) / 3
    visible = (seen[corner[0]] + seen[corner[1]] + seen[corner[2]]) / 3
    return visible * max(0.0, (n_key + 0.35) / 1.35)


@njit(parallel=True, cache=True)
def _pose(
    vertices, room, seen, root, root_local, root_normal, tip, tip_local, tip_normal, tip_share,
    rgb, width, reach, sample, position, colour,
):  # fmt: skip
    points = root_local.shape[1]
    for s in prange(root_local.shape[0]):
        curve, end = np.empty((points, 3)), np.empty((points, 3))
        view, along, side, around, around_end = np.empty(3), np.empty(3), np.empty(3), np.empty(3), np.empty(3)
        volume = _anchored(vertices, room, seen, root[s], root_local[s], root_normal[s], curve, around)
        more, around_end[:] = 0.0, around
        if tip_share[s, points - 1] > 0:
            more = _anchored(vertices, room, seen, tip[s], tip_local[s], tip_normal[s], end, around_end) - volume
            for p in range(points):
                for axis in range(3):
                    curve[p, axis] += tip_share[s, p] * (end[p, axis] - curve[p, axis])
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
            key = volume + tip_share[s, p] * more
            sine = np.sqrt(max(0.0, 1 - t_light * t_light))
            first = _lobe(t_light, t_view, PRIMARY[2], PRIMARY[0]) * PRIMARY[1]
            second = _lobe(t_light, t_view, SECONDARY[2], SECONDARY[0]) * SECONDARY[1]
            for axis in range(3):
                room_here = around[axis] + tip_share[s, p] * (around_end[axis] - around[axis])
                lit = rgb[s, axis] * (0.85 * room_here + key * KEY_RGB[axis] * (0.25 + 0.75 * sine))
                lit += key * KEY_RGB[axis] * (first + second * 2.2 * rgb[s, axis])
                lit += 0.02 * room_here * rgb[s, axis] ** 0.5
                row = (s * points + p) * 2
                colour[row, axis] = colour[row + 1, axis] = lit * reach[s, p]
                position[row, axis] = curve[p, axis] + side[axis] / sideways * half
                position[row + 1, axis] = curve[p, axis] - side[axis] / sideways * half


@njit(cache=True)
def _lobe(t_light, t_view, shift, exponent):
    """``sin(light + view)^exponent`` about the tangent, shifted by ``shift`` radians."""
    angle = np.arcsin(min(1.0, max(-1.0, t_light))) + np.arcsin(min(1.0, max(-1.0, t_view))) + 2 * shift
    return max(0.0, np.cos(angle)) ** exponent

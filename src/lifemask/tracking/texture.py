"""The skin as a landmark: points of the rig's surface with the brightness that they show, and how a pose changes it.

Landmarkers read nods and turns too small, since they have learnt the usual pose; the skin's own texture does not. What
is compared is a narrow band of spatial frequencies, pores to brows: shading, which stays with the light while the head
turns, is left out, and so is noise. Direct alignment as in Lucas and Kanade 1981, one Gauss-Newton system a frame.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from numba import njit
from scipy.ndimage import gaussian_filter

from lifemask.geometry.mesh_raster import vertex_normals
from lifemask.rig.head import JAW, HeadRig
from lifemask.tracking.skin_store import GREY_FULL

SKIN = ("face", "nose", "brows", "ears")
"""Regions that move with the skull, up to the expression."""
STILL_M = 0.006
"""An expression that moves a point this far halves its weight."""
QUANTUM = 1e-5
HIDDEN = np.iinfo(np.int16).min
JAW_MOVES_M = 0.04
"""How far an open jaw moves what is its own."""
FACING_FROM, FACING_FULL = 0.5, 0.7
NORMAL = 1 + 6 + 21  # cost, gradient, lower triangle of the Hessian
LOOK = 1 + 1 + 6 + 1 + 3  # counts, brightness, derivatives by pose, focal length, point


@dataclass(frozen=True)
class SkinPoints:
    """``neutral [N, 3]`` of a person and the bases of expressions ``[E, N * 3]`` and identity ``[I, N * 3]`` in metres
    in the head frame, ``normal [N, 3]`` and ``weight [N]`` in [0, 1]: how rigidly a point moves with the skull."""

    neutral: np.ndarray
    expression: np.ndarray
    identity: np.ndarray
    normal: np.ndarray
    weight: np.ndarray

    @staticmethod
    def of(rig: HeadRig, neutral: np.ndarray, count: int, seed: int) -> "SkinPoints":
        """``count`` points spread evenly over the skin of the person ``neutral [V, 3]``."""
        random = np.random.default_rng(seed)
        skin = torch.stack([rig.regions[name] for name in SKIN if name in rig.regions]).any(0).numpy()
        faces = rig.faces.numpy()
        corners = faces[skin[faces].all(1)]
        sides = neutral[corners[:, 1:]] - neutral[corners[:, :1]]
        area = np.linalg.norm(np.cross(sides[:, 0], sides[:, 1]), axis=1)
        corners = corners[random.choice(len(corners), count, p=area / area.sum())]
        share = random.dirichlet([1, 1, 1], count).astype(np.float32)
        at = lambda values: np.einsum("nk,nk...->n...", share, values[corners])  # noqa: E731
        normal = at(vertex_normals(neutral, faces))
        basis = rig.expression_basis.numpy()
        moved = np.linalg.norm(basis, axis=-1).max(0)
        if rig.has_jaw:
            moved = moved + rig.skin_weights[:, rig.joint_names.index(JAW)].numpy() * JAW_MOVES_M
        spread = lambda b: np.einsum("nk,enkc->enc", share, b[:, corners]).reshape(len(b), -1).astype(np.float32)  # noqa: E731
        return SkinPoints(
            at(neutral).astype(np.float32),
            spread(basis),
            spread(rig.identity_basis.numpy()),
            (normal / np.linalg.norm(normal, axis=1, keepdims=True)).astype(np.float32),
            (1 / (1 + (at(moved) / STILL_M) ** 2)).astype(np.float32),
        )

    def of_another(self, change: np.ndarray) -> "SkinPoints":
        """The same points of a person whose identity coefficients differ by ``change [I]``."""
        return replace(self, neutral=self.neutral + (change.astype(np.float32) @ self.identity).reshape(-1, 3))

    def posed(self, expression: np.ndarray) -> np.ndarray:
        """``[B, N, 3]`` in the head frame under ``expression [B, E]``."""
        return (expression.astype(np.float32) @ self.expression).reshape(len(expression), -1, 3) + self.neutral


class Pose(NamedTuple):
    """Of the head in one frame: ``rotation [3, 3]``, ``place [3]`` metres, ``by_turn [3, 3]`` the left Jacobian of its
    axis-angle, ``zoom`` the unit of its depth."""

    rotation: np.ndarray
    place: np.ndarray
    by_turn: np.ndarray
    zoom: float


def band(picture: np.ndarray, fine_px: float, coarse_px: float) -> np.ndarray:
    """Brightness between two Gaussian widths as int16 ``[H, W]`` in steps of ``QUANTUM``; ``HIDDEN`` where ``picture
    [H, W]`` (uint16, see ``SkinStore``) does not show the person."""
    grey = picture.astype(np.float32) * (1 / GREY_FULL)
    detail = gaussian_filter(grey, fine_px, truncate=3) - gaussian_filter(grey, coarse_px, truncate=3)
    steps = np.clip(np.rint(detail / QUANTUM), HIDDEN + 1, -HIDDEN - 1).astype(np.int16)
    return np.where(picture & 1, steps, np.int16(HIDDEN))


@njit(cache=True, nogil=True, fastmath=True)
def look(
    image: np.ndarray, points: np.ndarray, normal: np.ndarray, weight: np.ndarray, rotation: np.ndarray,
    place: np.ndarray, by_turn: np.ndarray, zoom: float, camera: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """What the points show under one pose, ``out [N, LOOK]``: how much the point counts (0: not seen), its brightness,
    the brightness's derivatives by the turn (axis-angle, radians) and the move of the head (metres, the depth in units
    of ``zoom``), by the logarithm of the focal length, and by the point's own place in the head frame.

    ``rotation [3, 3]``, ``place [3]``, ``by_turn [3, 3]``, ``zoom`` are a ``Pose``; ``camera [3]``: focal length,
    principal point (pixels).
    """
    out[:] = 0.0
    for index in range(len(points)):
        x, y, z, facing = _seen(points[index], normal[index], rotation, place)
        shown = (facing - FACING_FROM) / (FACING_FULL - FACING_FROM)
        if shown <= 0.0:
            continue
        u, v = x / z * camera[0] + camera[1] - 0.5, y / z * camera[0] + camera[2] - 0.5
        column, row = int(np.floor(u)), int(np.floor(v))
        if column < 0 or row < 0 or column + 1 >= image.shape[1] or row + 1 >= image.shape[0]:
            continue
        a, b = float(image[row, column]), float(image[row, column + 1])
        c, d = float(image[row + 1, column]), float(image[row + 1, column + 1])
        if min(a, b, c, d) == HIDDEN:
            continue
        s, t = u - column, v - row
        du = QUANTUM * camera[0] / z * ((1 - t) * (b - a) + t * (d - c))
        dv = QUANTUM * camera[0] / z * ((1 - s) * (c - a) + s * (d - b))
        dz = -(du * x + dv * y) / z
        rx, ry, rz = x - place[0], y - place[1], z - place[2]
        entry = out[index]
        entry[0] = weight[index] * min(shown, 1.0)
        entry[1] = QUANTUM * ((1 - t) * ((1 - s) * a + s * b) + t * ((1 - s) * c + s * d))
        swing_x, swing_y, swing_z = ry * dz - rz * dv, rz * du - rx * dz, rx * dv - ry * du
        for axis in range(3):
            entry[2 + axis] = swing_x * by_turn[0, axis] + swing_y * by_turn[1, axis] + swing_z * by_turn[2, axis]
        entry[5], entry[6], entry[7] = du, dv, dz * zoom
        # The distance grows with the focal length.
        entry[8] = du * x + dv * y + dz * place[2]
        for axis in range(3):
            entry[9 + axis] = du * rotation[0, axis] + dv * rotation[1, axis] + dz * rotation[2, axis]


@njit(cache=True, nogil=True, fastmath=True)
def normal_equations(seen: np.ndarray, texture: np.ndarray, trust: np.ndarray, scale: float, out: np.ndarray) -> None:
    """Mean over points ``seen [N, LOOK]`` of the robust cost (Geman and McClure 1987) against ``texture [N]``, trusted
    by ``trust [N]``, with its derivatives by turn and move: ``out [NORMAL]``."""
    out[:] = 0.0
    total = 0.0
    for index in range(len(seen)):
        counts = seen[index, 0] * trust[index]
        if counts <= 0.0:
            continue
        error = (seen[index, 1] - texture[index]) / scale
        squared = error * error
        robust = 1.0 / (1.0 + squared)
        heavy = 2.0 * counts * robust * robust / scale
        total += counts
        out[0] += counts * squared * robust
        place = 7
        for i in range(6):
            slope = heavy * seen[index, 2 + i]
            out[1 + i] += slope * error
            for j in range(i + 1):
                out[place] += slope * seen[index, 2 + j] / scale
                place += 1
    if total > 0.0:
        out /= total


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _seen(point: np.ndarray, normal: np.ndarray, rotation: np.ndarray, place: np.ndarray):
    """Where a point is in the camera's frame, and the cosine between its normal and the ray back to the camera."""
    px, py, pz = point[0], point[1], point[2]
    nx, ny, nz = normal[0], normal[1], normal[2]
    x = rotation[0, 0] * px + rotation[0, 1] * py + rotation[0, 2] * pz + place[0]
    y = rotation[1, 0] * px + rotation[1, 1] * py + rotation[1, 2] * pz + place[1]
    z = rotation[2, 0] * px + rotation[2, 1] * py + rotation[2, 2] * pz + place[2]
    turned_x = rotation[0, 0] * nx + rotation[0, 1] * ny + rotation[0, 2] * nz
    turned_y = rotation[1, 0] * nx + rotation[1, 1] * ny + rotation[1, 2] * nz
    turned_z = rotation[2, 0] * nx + rotation[2, 1] * ny + rotation[2, 2] * nz
    z = max(z, 0.02)
    return x, y, z, -(turned_x * x + turned_y * y + turned_z * z) / np.sqrt(x * x + y * y + z * z)

"""Light: a large soft key from the front left, a dim room around. Shadows come from visibility baked per
vertex.

For a few poses of the face (rest, eyes closed, mouth open) it is tabulated once which of ``NUM_DIRECTIONS``
directions each vertex sees. A frame turns the lamps into the head's and the torso's frame and sums what is
seen of them.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numba import njit, prange

from lifemask.synthetic.normals import fast_normals
from lifemask.synthetic.subject import Subject

NUM_DIRECTIONS = 128
KEY_TO_LIGHT = np.array([-0.50, -0.52, -0.69]) / np.linalg.norm([-0.50, -0.52, -0.69])
"""Unit vector from the subject to the key light in the camera's frame (x right, y down, z away from the
camera)."""
KEY_RGB = np.array([1.00, 0.93, 0.84]) * 1.25
KEY_SHARPNESS = 18.0
_BUFFER_PX = 256
_RADIUS_M = 0.34
_CENTRE = np.array([0.0, -0.14, -0.08])
_BIAS_M = 0.004

BAKED_POSES = (
    {},
    {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0},
    {"jawOpen": 0.55, "mouthUpperUpLeft": 0.3, "mouthUpperUpRight": 0.3, "mouthLowerDownLeft": 0.3,
     "mouthLowerDownRight": 0.3},
)  # fmt: skip


def room_rgb(directions: np.ndarray) -> np.ndarray:
    """Radiance ``[N, 3]`` of the room from ``directions [N, 3]`` (camera's frame): bright ceiling, cool fill
    right."""
    up, right, front = -directions[:, 1], directions[:, 0], -directions[:, 2]
    level = 0.40 + 0.26 * up + 0.14 * front
    fill = np.clip(0.75 * right + 0.15 * up + 0.55 * front, 0, None) ** 3 * 0.42
    rim = np.clip(0.8 * right + 0.35 * up - 0.55 * front, 0, None) ** 4 * 0.9
    tint = np.array([0.92, 0.96, 1.0])
    return np.clip(level, 0.08, None)[:, None] * tint + fill[:, None] * (0.85, 0.95, 1.1) + rim[:, None]


@dataclass(frozen=True)
class LightTable:
    """``directions [D, 3]`` in the head frame; per baked pose ``received [P, V, D]`` (visibility times
    cosine, normalised so that a room of radiance 1 gives 1) and ``seen [P, V, D]`` (visibility)."""

    directions: np.ndarray
    received: np.ndarray
    seen: np.ndarray
    follows_head: np.ndarray

    def illuminate(
        self, head_rotation: np.ndarray, torso_rotation: np.ndarray, blink: np.ndarray, mouth: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Room light ``[V, 3]`` and the seen share of the key light ``[V]``.

        ``head_rotation``, ``torso_rotation [3, 3]`` camera from head and torso; ``blink [V]`` how far the
        lids near each vertex are closed; ``mouth`` how far it is open; both in 0..1.
        """
        room, key = [], []
        for rotation in (head_rotation, torso_rotation):
            directions = self.directions @ rotation.T
            lamp = np.exp(KEY_SHARPNESS * (directions @ KEY_TO_LIGHT - 1))
            room.append(room_rgb(directions))
            key.append(lamp / lamp.sum())
        share = np.stack([blink, np.full(len(blink), mouth)]).astype(np.float32)
        out = np.zeros((len(blink), 4), np.float32)
        _gather(
            self.received,
            self.seen,
            self.follows_head,
            share,
            np.stack(room).astype(np.float32),
            np.stack(key).astype(np.float32),
            out,
        )
        return np.maximum(out[:, :3], 0.0), np.clip(out[:, 3], 0, 1)


@njit(parallel=True, cache=True)
def _gather(received, seen, follows_head, share, room, key, out):
    """Sum over directions, poses (rest plus what blink and mouth change) and the two frames (head, torso)."""
    for v in prange(out.shape[0]):
        for frame in range(2):
            belongs = follows_head[v] if frame == 0 else 1 - follows_head[v]
            if belongs < 1e-4:
                continue
            for pose in range(received.shape[0]):
                weight = belongs * (share[pose - 1, v] if pose > 0 else 1 - share[0, v] - share[1, v])
                if abs(weight) < 1e-4:
                    continue
                for d in range(received.shape[2]):
                    for channel in range(3):
                        out[v, channel] += weight * received[pose, v, d] * room[frame, d, channel]
                    out[v, 3] += weight * seen[pose, v, d] * key[frame, d]


def bake_light(subject: Subject) -> LightTable:
    """Tabulate visibility of a subject; about a second."""
    rig = subject.rig
    faces = rig.faces.numpy().astype(np.int32)
    directions = _sphere(NUM_DIRECTIONS)
    received, seen = [], []
    for pose in BAKED_POSES:
        weights = torch.zeros(rig.num_expressions)
        for name, value in pose.items():
            weights[rig.expression_names.index(name)] = value
        vertices = subject.neutral + (weights @ rig.expression_basis.flatten(1)).unflatten(-1, (-1, 3)).numpy()
        vertices = vertices.astype(np.float64)
        normals = fast_normals(vertices, faces)
        visible = _visibility(vertices, normals, faces, directions)
        cosine = np.clip((normals @ directions.T + 0.15) / 1.15, 0, None)
        received.append((visible * cosine * (4 / NUM_DIRECTIONS)).astype(np.float32))
        seen.append(visible)
    weights_by_joint = rig.skin_weights.numpy()
    follows = (1 - weights_by_joint[:, 0] - 0.5 * weights_by_joint[:, 1]).astype(np.float32)
    return LightTable(directions, np.stack(received), np.stack(seen), follows)


def _sphere(count: int) -> np.ndarray:
    """Fibonacci points: even directions over the whole sphere, ``[count, 3]``."""
    index = np.arange(count) + 0.5
    height, turn = 1 - 2 * index / count, index * np.pi * (3 - np.sqrt(5))
    radius = np.sqrt(1 - height**2)
    return np.stack([radius * np.cos(turn), height, radius * np.sin(turn)], 1)


def _visibility(vertices: np.ndarray, normals: np.ndarray, faces: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Share of ``[V, D]`` seen, from one orthographic depth buffer per direction."""
    helper = np.where(np.abs(directions[:, 1:2]) > 0.9, [[1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0]])
    across = np.cross(helper, directions)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    upward = np.cross(directions, across)
    out = np.zeros((len(vertices), len(directions)), np.float32)
    _depth_tests(vertices - _CENTRE, normals, faces, directions, across, upward, out)
    return out


@njit(parallel=True, cache=True)
def _depth_tests(vertices, normals, faces, directions, across, upward, out):
    size = _BUFFER_PX
    scale = size / (2 * _RADIUS_M)
    for d in prange(directions.shape[0]):
        buffer = np.full((size, size), 1e9)
        view = np.empty((vertices.shape[0], 3))
        for v in range(vertices.shape[0]):
            x, y, z = 0.0, 0.0, 0.0
            for axis in range(3):
                x += vertices[v, axis] * across[d, axis]
                y += vertices[v, axis] * upward[d, axis]
                z -= vertices[v, axis] * directions[d, axis]
            view[v, 0], view[v, 1], view[v, 2] = (x + _RADIUS_M) * scale, (y + _RADIUS_M) * scale, z
        for t in range(faces.shape[0]):
            i, j, k = faces[t, 0], faces[t, 1], faces[t, 2]
            x0, y0, x1, y1, x2, y2 = view[i, 0], view[i, 1], view[j, 0], view[j, 1], view[k, 0], view[k, 1]
            area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
            if area == 0:
                continue
            r0, r1 = (
                max(0, int(np.ceil(min(y0, y1, y2) - 0.5))),
                min(size - 1, int(np.floor(max(y0, y1, y2) - 0.5))),
            )
            c0, c1 = (
                max(0, int(np.ceil(min(x0, x1, x2) - 0.5))),
                min(size - 1, int(np.floor(max(x0, x1, x2) - 0.5))),
            )
            for row in range(r0, r1 + 1):
                for column in range(c0, c1 + 1):
                    x, y = column + 0.5, row + 0.5
                    b1 = ((x - x0) * (y2 - y0) - (x2 - x0) * (y - y0)) / area
                    b2 = ((x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)) / area
                    if b1 < 0 or b2 < 0 or b1 + b2 > 1:
                        continue
                    depth = view[i, 2] + b1 * (view[j, 2] - view[i, 2]) + b2 * (view[k, 2] - view[i, 2])
                    if depth < buffer[row, column]:
                        buffer[row, column] = depth
        for v in range(vertices.shape[0]):
            facing, shift_x, shift_y = 0.0, 0.0, 0.0
            for axis in range(3):
                facing += normals[v, axis] * directions[d, axis]
                shift_x += normals[v, axis] * across[d, axis]
                shift_y += normals[v, axis] * upward[d, axis]
            if facing < -0.3:
                continue
            x, y = view[v, 0] + shift_x * _BIAS_M * scale - 0.5, view[v, 1] + shift_y * _BIAS_M * scale - 0.5
            depth = view[v, 2] - facing * _BIAS_M - _BIAS_M
            column, row = int(np.floor(x)), int(np.floor(y))
            total, weight = 0.0, 0.0
            for dr in range(-1, 3):
                for dc in range(-1, 3):
                    r, c = min(max(row + dr, 0), size - 1), min(max(column + dc, 0), size - 1)
                    near = max(0.0, 2.0 - abs(row + dr - y)) * max(0.0, 2.0 - abs(column + dc - x))
                    weight += near
                    if buffer[r, c] > depth:
                        total += near
            out[v, d] = total / max(weight, 1e-9)

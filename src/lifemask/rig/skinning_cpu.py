"""The fast form of ``skinning.pose_vertices`` on a CPU in float32: compiled, with gradients by hand.

It is for what training and rendering do all the time: one person, a rig without pose correctives and without a jaw
joint. Everything is written for one frame; vertices are done in fixed blocks, whose sums are added up in order, so that
results do not depend on the number of threads. The transforms of the joints are a few small matrices, numpy's in
float64.
"""

import numpy as np
import torch
from numba import njit
from torch import Tensor
from torch.autograd.function import once_differentiable

from lifemask.rig.code import RigCode
from lifemask.rig.head import JOINT_NAMES, HeadRig
from lifemask.threads import run_chunks

BLOCK = 256
"""Vertices that are done at a time."""
NUM_JOINTS = len(JOINT_NAMES)
NECK, EYES = JOINT_NAMES.index("neck"), slice(JOINT_NAMES.index("eye_left"), JOINT_NAMES.index("eye_right") + 1)
MOTION_NUMBERS = NUM_JOINTS * 12
"""The top rows of the transforms of all joints."""
_FAST = {"contract", "nsz", "arcp", "reassoc"}


def fits(rig: HeadRig, neutral: Tensor, code: RigCode) -> bool:
    """Whether the fast form can do it."""
    plain = rig.pose_correctives is None and rig.joint_expression is None and not rig.has_jaw and code.jaw is None
    tensors = neutral, code.expression, code.eyes, code.camera_from_head, code.camera_from_torso
    if not plain or neutral.requires_grad or neutral.dim() != 2:
        return False
    shape, sizes = code.batch_shape, ((rig.num_expressions,), (2, 2), (4, 4), (4, 4))
    alike = all(t.shape == (*shape, *size) for t, size in zip(tensors[1:], sizes, strict=True))
    return alike and all(t.dtype == torch.float32 and t.device.type == "cpu" for t in tensors)


def pose_vertices_cpu(rig: HeadRig, neutral: Tensor, joints: Tensor, code: RigCode) -> Tensor:
    """See ``pose_vertices``; ``joints [5, 3]`` of the person at rest. Requires ``fits``."""
    shape = code.batch_shape
    fields = (code.expression, code.eyes, code.camera_from_head, code.camera_from_torso)
    flat = (field.reshape(-1, *field.shape[len(shape) :]) for field in fields)
    basis = rig.expression_basis.flatten(1)
    posed = _Pose.apply(*flat, neutral, basis, rig.weights_by_joint, joints)
    return posed.view(*shape, *neutral.shape)


class _Pose(torch.autograd.Function):
    @staticmethod
    def forward(ctx, expression, eyes, head, torso, neutral, basis, weights, joints):
        code = [_array(t) for t in (expression, eyes, head, torso)]
        rest = [_array(neutral).reshape(-1), _array(basis), _array(weights)]
        frames, vertices = len(expression), len(neutral)
        eyes, head, torso = (t.astype(np.float64) for t in code[1:])
        moved = _Joints(eyes, head, torso, joints.double().numpy())
        motions = moved.motions.reshape(frames, NUM_JOINTS, 12).astype(np.float32)
        face, posed = (np.empty((frames, vertices * 3), np.float32) for _ in range(2))
        run_chunks(_skin, -(-vertices // BLOCK), code[0], motions, *rest, face, posed)
        ctx.kept = moved, rest, motions, face.reshape(frames, vertices, 3)
        return torch.from_numpy(posed).view(frames, vertices, 3)

    @staticmethod
    @once_differentiable
    def backward(ctx, gradient):
        moved, (_, basis, weights), motions, face = ctx.kept
        blocks = -(-face.shape[1] // BLOCK)
        need = ctx.needs_input_grad
        parts = np.empty((len(face), blocks, MOTION_NUMBERS + (len(basis) if need[0] else 0)), np.float32)
        run_chunks(_skin_gradient, blocks, _array(gradient), motions, basis, weights, face, parts)
        sums = parts.sum(1, dtype=np.float64)
        code = moved.gradient(sums[:, :MOTION_NUMBERS].reshape(-1, NUM_JOINTS, 3, 4)) if any(need[1:4]) else (None,) * 3
        found = (sums[:, MOTION_NUMBERS:] if need[0] else None, *code)
        gradients = (None if g is None else torch.from_numpy(g.astype(np.float32)) for g in found)
        return *gradients, None, None, None, None


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().contiguous().numpy()


def _turned_back(turn: np.ndarray) -> np.ndarray:
    return turn.swapaxes(-1, -2)


def _gaze(eyes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rotations ``[B, 2, 3, 3]`` of eyes, as ``skinning.gaze_rotation``, and their derivatives by yaw and pitch."""
    (sy, sp), (cy, cp) = np.moveaxis(np.sin(eyes), -1, 0), np.moveaxis(np.cos(eyes), -1, 0)
    zero = np.zeros_like(sy)
    matrix = lambda *rows: np.stack(rows, -1).reshape(*sy.shape, 3, 3)  # noqa: E731
    return (
        matrix(cy, -sy * sp, sy * cp, zero, cp, sp, -sy, -cy * sp, cy * cp),
        matrix(-sy, -cy * sp, cy * cp, zero, zero, zero, -cy, sy * sp, -sy * cp),
        matrix(zero, -sy * cp, -sy * sp, zero, -sp, cp, zero, -cy * cp, -cy * sp),
    )


class _Joints:
    """The transforms of the joints of some frames, as ``skinning.joint_motions``, and the way back."""

    def __init__(self, eyes: np.ndarray, head: np.ndarray, torso: np.ndarray, joints: np.ndarray) -> None:
        """``eyes [B, 2, 2]``, ``head`` and ``torso [B, 4, 4]``, ``joints [5, 3]``; float64."""
        self.neck, self.centres = joints[NECK, :, None], joints[EYES, :, None]
        self.head, self.torso = head[:, :3, :3], torso[:, :3, :3]
        self.apart = head[:, :3, 3:] - torso[:, :3, 3:]
        # The head against the torso, half its turn, and half its shift: see skinning._half_way.
        self.turn, shift = _turned_back(self.torso) @ self.head, _turned_back(self.torso) @ self.apart
        trace = self.turn.trace(axis1=1, axis2=2)[:, None, None]
        self.cosine = np.sqrt(np.maximum(1 + trace, 1e-12)) / 2
        back = _turned_back(self.turn)
        self.even, self.odd = self.turn + back - 2 * np.eye(3), self.turn - back
        self.half = np.eye(3) + self.odd / (4 * self.cosine) + self.even / (4 * (1 + self.cosine))
        self.half_shift = (self.neck + self.turn @ self.neck + shift) / 2 - self.half @ self.neck
        self.gaze, *self.gaze_by = _gaze(eyes)
        self.gaze_shift = self.centres - self.gaze @ self.centres
        neck = np.concatenate([self.torso @ self.half, self.torso @ self.half_shift + torso[:, :3, 3:]], -1)
        wide = head[:, None, :3, :3]
        eye = np.concatenate([wide @ self.gaze, wide @ self.gaze_shift + head[:, None, :3, 3:]], -1)
        self.motions = np.concatenate([np.stack([torso[:, :3], neck, head[:, :3]], 1), eye], 1)

    def gradient(self, g: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """From ``g [B, 5, 3, 4]`` of the motions the gradients of gaze and of both transforms (their top rows)."""
        g_torso, g_head = np.zeros((2, len(g), 4, 4))
        g_torso[:, :3], g_head[:, :3] = g[:, 0], g[:, 2]
        # neck: torso half, torso half_shift + the torso's shift
        g_turn, g_shift = g[:, 1, :, :3], g[:, 1, :, 3:]
        g_torso[:, :3, :3] += g_turn @ _turned_back(self.half) + g_shift @ _turned_back(self.half_shift)
        g_torso[:, :3, 3:] += g_shift
        g_half, g_half_shift = _turned_back(self.torso) @ g_turn, _turned_back(self.torso) @ g_shift
        # half_shift: (neck + turn neck + shift) / 2 - half neck
        g_half = g_half - g_half_shift @ self.neck.T
        g_turn, g_relative_shift = g_half_shift @ self.neck.T / 2, g_half_shift / 2
        # half: of the turn and of its cosine
        back = _turned_back(g_half)
        g_turn = g_turn + (g_half - back) / (4 * self.cosine) + (g_half + back) / (4 * (1 + self.cosine))
        by_cosine = -self.odd / (4 * self.cosine**2) - self.even / (4 * (1 + self.cosine) ** 2)
        g_cosine = (g_half * by_cosine).sum((1, 2), keepdims=True) * (self.cosine > 1e-6)
        g_turn = g_turn + g_cosine / (8 * self.cosine) * np.eye(3)
        # turn: torso^T head; shift: torso^T apart
        g_torso[:, :3, :3] += self.head @ _turned_back(g_turn) + self.apart @ _turned_back(g_relative_shift)
        g_head[:, :3, :3] += self.torso @ g_turn
        g_apart = self.torso @ g_relative_shift
        g_head[:, :3, 3:] += g_apart
        g_torso[:, :3, 3:] -= g_apart
        # eyes: head gaze, head gaze_shift + the head's shift
        g_turn, g_shift = g[:, EYES, :, :3], g[:, EYES, :, 3:]
        through = g_turn @ _turned_back(self.gaze) + g_shift @ _turned_back(self.gaze_shift)
        g_head[:, :3, :3] += through.sum(1)
        g_head[:, :3, 3:] += g_shift.sum(1)
        to_head = _turned_back(self.head)[:, None]
        g_gaze = to_head @ g_turn - to_head @ g_shift @ _turned_back(self.centres)
        return np.stack([(g_gaze * by).sum((2, 3)) for by in self.gaze_by], -1), g_head, g_torso


@njit(fastmath=_FAST, error_model="numpy")
def _blend(weights, motions, first, size, blended):
    """The motions of ``size`` vertices from ``first`` on: ``blended [12, BLOCK]``."""
    for k in range(12):
        for i in range(size):
            blended[k, i] = np.float32(0)
    for joint in range(NUM_JOINTS):
        weight = weights[joint, first : first + size]
        for k in range(12):
            row, motion = blended[k], motions[joint, k]
            for i in range(size):
                row[np.uint64(i)] += weight[np.uint64(i)] * motion


@njit(nogil=True, cache=True, fastmath=_FAST, error_model="numpy")
def _skin(chunk, chunks, expression, motions, neutral, basis, weights, face, posed):
    """Fill ``face`` and ``posed [B, V * 3]``: the person ``neutral [V * 3]`` under the expression, before and after the
    joints."""
    vertices = neutral.shape[0] // 3
    blended = np.empty((12, BLOCK), np.float32)
    for block in range(chunk, (vertices + BLOCK - 1) // BLOCK, chunks):
        first = block * BLOCK
        size = min(BLOCK, vertices - first)
        rest = neutral[first * 3 : (first + size) * 3]
        for frame in range(expression.shape[0]):
            shape, out = face[frame, first * 3 : (first + size) * 3], posed[frame, first * 3 : (first + size) * 3]
            for i in range(size * 3):
                shape[i] = rest[i]
            for e in range(expression.shape[1]):
                weight, row = expression[frame, e], basis[e, first * 3 : (first + size) * 3]
                if weight != np.float32(0):
                    for i in range(size * 3):
                        shape[np.uint64(i)] += weight * row[np.uint64(i)]
            _blend(weights, motions[frame], first, size, blended)
            for i in range(size):
                x, y, z = shape[3 * i], shape[3 * i + 1], shape[3 * i + 2]
                for axis in range(3):
                    k = axis * 4
                    turned = blended[k, i] * x + blended[k + 1, i] * y + blended[k + 2, i] * z
                    out[3 * i + axis] = turned + blended[k + 3, i]


@njit(nogil=True, cache=True, fastmath=_FAST, error_model="numpy")
def _skin_gradient(chunk, chunks, gradient, motions, basis, weights, face, parts):
    """Fill ``parts [B, blocks, 60 (+ E)]``, the gradients of the joints' motions and of the expression by block."""
    vertices = face.shape[1]
    blended, outer = np.empty((12, BLOCK), np.float32), np.empty((12, BLOCK), np.float32)
    g_face = np.empty(3 * BLOCK, np.float32)
    for block in range(chunk, (vertices + BLOCK - 1) // BLOCK, chunks):
        first = block * BLOCK
        size = min(BLOCK, vertices - first)
        for frame in range(face.shape[0]):
            out = parts[frame, block]
            for i in range(size):
                x, y, z = face[frame, first + i, 0], face[frame, first + i, 1], face[frame, first + i, 2]
                for axis in range(3):
                    g = gradient[frame, first + i, axis]
                    k = axis * 4
                    outer[k, i], outer[k + 1, i], outer[k + 2, i], outer[k + 3, i] = g * x, g * y, g * z, g
            for joint in range(NUM_JOINTS):
                weight = weights[joint, first : first + size]
                for k in range(12):
                    total, row = np.float32(0), outer[k]
                    for i in range(size):
                        total += weight[np.uint64(i)] * row[np.uint64(i)]
                    out[joint * 12 + k] = total
            if out.shape[0] == MOTION_NUMBERS:
                continue
            _blend(weights, motions[frame], first, size, blended)
            for i in range(size):
                gx, gy, gz = outer[3, i], outer[7, i], outer[11, i]
                for axis in range(3):
                    g_face[i * 3 + axis] = blended[axis, i] * gx + blended[4 + axis, i] * gy + blended[8 + axis, i] * gz
            for e in range(basis.shape[0]):
                total, row = np.float32(0), basis[e, first * 3 : (first + size) * 3]
                for i in range(size * 3):
                    total += g_face[np.uint64(i)] * row[np.uint64(i)]
                out[MOTION_NUMBERS + e] = total

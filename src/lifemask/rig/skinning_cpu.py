"""The fast form of ``skinning.pose_vertices`` on a CPU in float32: compiled, with gradients by hand.

It is for what training and rendering do all the time: one person, a rig without pose correctives and without a jaw
joint. Everything is written for one frame; vertices are done in fixed blocks, whose sums are added up in order, so that
results do not depend on the number of threads. The transforms of the joints are made in float64.
"""

import math

import numpy as np
import torch
from numba import njit
from torch import Tensor
from torch.autograd.function import once_differentiable

from lifemask.rig.code import RigCode
from lifemask.rig.head import HeadRig
from lifemask.threads import run_chunks

BLOCK = 256
"""Vertices that are done at a time."""
NUM_JOINTS = 5
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
        rest = [_array(t) for t in (neutral, basis, weights)]
        frames, vertices = len(expression), len(neutral)
        motions = np.empty((frames, NUM_JOINTS, 12), np.float32)
        pivots = joints.double().numpy()
        _joint_motions(*code[1:], pivots, motions)
        face, posed = (np.empty((frames, vertices, 3), np.float32) for _ in range(2))
        run_chunks(_skin, -(-vertices // BLOCK), code[0], motions, *rest, face, posed)
        ctx.kept = code, rest, motions, pivots, face
        return torch.from_numpy(posed)

    @staticmethod
    @once_differentiable
    def backward(ctx, gradient):
        code, (_, basis, weights), motions, pivots, face = ctx.kept
        blocks = -(-face.shape[1] // BLOCK)
        need = ctx.needs_input_grad
        parts = np.empty((len(face), blocks, MOTION_NUMBERS + (len(basis) if need[0] else 0)), np.float32)
        run_chunks(_skin_gradient, blocks, _array(gradient), motions, basis, weights, face, parts)
        sums = parts.sum(1, dtype=np.float64)
        g_eyes, g_head, g_torso = (np.zeros_like(t) for t in code[1:])
        if any(need[1:4]):
            _joint_motions_gradient(*code[1:], pivots, sums[:, :MOTION_NUMBERS].copy(), g_eyes, g_head, g_torso)
        g_expression = torch.from_numpy(sums[:, MOTION_NUMBERS:].astype(np.float32)) if need[0] else None
        return g_expression, *(torch.from_numpy(g) for g in (g_eyes, g_head, g_torso)), None, None, None, None


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().contiguous().numpy()


@njit(inline="always")
def _gaze(yaw, pitch):
    sy, cy, sp, cp = math.sin(yaw), math.cos(yaw), math.sin(pitch), math.cos(pitch)
    return np.array([[cy, -sy * sp, sy * cp], [0.0, cp, sp], [-sy, -cy * sp, cy * cp]])


@njit
def _times(a, b):
    """``a [3, 3]`` times ``b [3, n]``."""
    out = np.zeros((3, b.shape[1]))
    for i in range(3):
        for k in range(3):
            for j in range(b.shape[1]):
                out[i, j] += a[i, k] * b[k, j]
    return out


@njit
def _half_way(head, torso, pivot):
    """The torso's rotation, the rotation and the shift of the head against it, half that rotation with its cosine,
    and half the shift: see ``skinning._half_way``."""
    turn_t = torso[:3, :3].astype(np.float64)
    apart = (head[:3, 3:].astype(np.float64) - torso[:3, 3:].astype(np.float64)).copy()
    turn, shift = _times(turn_t.T, head[:3, :3].astype(np.float64)), _times(turn_t.T, apart)
    cosine = math.sqrt(max(1 + turn[0, 0] + turn[1, 1] + turn[2, 2], 1e-12)) / 2
    identity = np.eye(3)
    half = identity + (turn - turn.T) / (4 * cosine) + (turn + turn.T - 2 * identity) / (4 * (1 + cosine))
    half_shift = (pivot + _times(turn, pivot) + shift) / 2 - _times(half, pivot)
    return turn_t, apart, turn, half, cosine, half_shift


@njit
def _store(motions, frame, joint, turn, shift):
    for i in range(3):
        for j in range(3):
            motions[frame, joint, i * 4 + j] = turn[i, j]
        motions[frame, joint, i * 4 + 3] = shift[i, 0]


@njit(nogil=True, cache=True, error_model="numpy")
def _joint_motions(eyes, head, torso, pivots, motions):
    """``motions [B, 5, 12]``: the top rows of each joint's transform, as ``skinning.joint_motions``."""
    for frame in range(head.shape[0]):
        neck = pivots[1].copy().reshape(3, 1)
        turn_t, _, _, half, _, half_shift = _half_way(head[frame], torso[frame], neck)
        turn_h, shift_h = head[frame, :3, :3].astype(np.float64), head[frame, :3, 3:].astype(np.float64)
        shift_t = torso[frame, :3, 3:].astype(np.float64)
        _store(motions, frame, 0, turn_t, shift_t)
        _store(motions, frame, 1, _times(turn_t, half), _times(turn_t, half_shift) + shift_t)
        _store(motions, frame, 2, turn_h, shift_h)
        for eye in range(2):
            centre = pivots[3 + eye].copy().reshape(3, 1)
            turn = _gaze(np.float64(eyes[frame, eye, 0]), np.float64(eyes[frame, eye, 1]))
            _store(
                motions, frame, 3 + eye, _times(turn_h, turn), _times(turn_h, centre - _times(turn, centre)) + shift_h
            )


@njit(nogil=True, cache=True, error_model="numpy")
def _joint_motions_gradient(eyes, head, torso, pivots, gradient, g_eyes, g_head, g_torso):
    """From ``gradient [B, 60]`` of the motions the gradients of gaze and of the two transforms (their top rows)."""
    for frame in range(head.shape[0]):
        g = gradient[frame].reshape(5, 3, 4)
        gt, gh = g[0].copy(), g[2].copy()
        neck = pivots[1].copy().reshape(3, 1)
        turn_t, apart, turn, half, cosine, half_shift = _half_way(head[frame], torso[frame], neck)
        turn_h = head[frame, :3, :3].astype(np.float64)
        # neck: turn_t half, turn_t half_shift + shift_t
        g_turn, g_shift = g[1, :, :3], g[1, :, 3:]
        gt[:, :3] += _times(g_turn, half.T) + g_shift * half_shift.T
        gt[:, 3:] += g_shift
        g_half, g_half_shift = _times(turn_t.T, g_turn), _times(turn_t.T, g_shift)
        # half_shift: (neck + turn neck + shift) / 2 - half neck
        g_half -= g_half_shift * neck.T
        g_relative = g_half_shift * neck.T / 2
        # half: from turn and its cosine
        g_relative += (g_half - g_half.T) / (4 * cosine) + (g_half + g_half.T) / (4 * (1 + cosine))
        if cosine > 1e-6:
            by_cosine = (turn.T - turn) / (4 * cosine**2) - (turn + turn.T - 2 * np.eye(3)) / (4 * (1 + cosine) ** 2)
            g_cosine = (g_half * by_cosine).sum()
            for i in range(3):
                g_relative[i, i] += g_cosine / (8 * cosine)
        # turn: turn_t^T turn_h; shift: turn_t^T apart
        gt[:, :3] += _times(turn_h, g_relative.T) + apart * g_half_shift.T / 2
        gh[:, :3] += _times(turn_t, g_relative)
        g_apart = _times(turn_t, g_half_shift) / 2
        gh[:, 3:] += g_apart
        gt[:, 3:] -= g_apart
        for eye in range(2):
            yaw, pitch = np.float64(eyes[frame, eye, 0]), np.float64(eyes[frame, eye, 1])
            sy, cy, sp, cp = math.sin(yaw), math.cos(yaw), math.sin(pitch), math.cos(pitch)
            gaze, centre = _gaze(yaw, pitch), pivots[3 + eye].copy().reshape(3, 1)
            g_turn, g_shift = g[3 + eye, :, :3], g[3 + eye, :, 3:]
            gh[:, :3] += _times(g_turn, gaze.T) + g_shift * (centre - _times(gaze, centre)).T
            gh[:, 3:] += g_shift
            g_gaze = _times(turn_h.T, g_turn) - _times(turn_h.T, g_shift) * centre.T
            by_yaw = np.array([[-sy, -cy * sp, cy * cp], [0.0, 0.0, 0.0], [-cy, sy * sp, -sy * cp]])
            by_pitch = np.array([[0.0, -sy * cp, -sy * sp], [0.0, -sp, cp], [0.0, -cy * cp, -cy * sp]])
            g_eyes[frame, eye, 0], g_eyes[frame, eye, 1] = (g_gaze * by_yaw).sum(), (g_gaze * by_pitch).sum()
        for i in range(3):
            for j in range(4):
                g_head[frame, i, j], g_torso[frame, i, j] = gh[i, j], gt[i, j]


@njit(fastmath=_FAST, error_model="numpy")
def _blend(weights, motions, first, size, blended):
    """The motions of ``size`` vertices from ``first`` on: ``blended [12, BLOCK]``."""
    blended[:] = np.float32(0)
    for joint in range(NUM_JOINTS):
        weight = weights[joint, first : first + size]
        for k in range(12):
            row, motion = blended[k], motions[joint, k]
            for i in range(size):
                row[np.uint64(i)] += weight[np.uint64(i)] * motion


@njit(nogil=True, cache=True, fastmath=_FAST, error_model="numpy")
def _skin(chunk, chunks, expression, motions, neutral, basis, weights, face, posed):
    """Fill ``face`` and ``posed [B, V, 3]``: the person under the expression, before and after the joints."""
    vertices = neutral.shape[0]
    blended = np.empty((12, BLOCK), np.float32)
    rest = neutral.reshape(-1)
    for block in range(chunk, (vertices + BLOCK - 1) // BLOCK, chunks):
        first = block * BLOCK
        size = min(BLOCK, vertices - first)
        for frame in range(expression.shape[0]):
            shape = face[frame].reshape(-1)[first * 3 : (first + size) * 3]
            shape[:] = rest[first * 3 : (first + size) * 3]
            for e in range(expression.shape[1]):
                weight, row = expression[frame, e], basis[e, first * 3 : (first + size) * 3]
                if weight != np.float32(0):
                    for i in range(size * 3):
                        shape[np.uint64(i)] += weight * row[np.uint64(i)]
            _blend(weights, motions[frame], first, size, blended)
            for i in range(size):
                x, y, z = face[frame, first + i, 0], face[frame, first + i, 1], face[frame, first + i, 2]
                for axis in range(3):
                    k = axis * 4
                    turned = blended[k, i] * x + blended[k + 1, i] * y + blended[k + 2, i] * z
                    posed[frame, first + i, axis] = turned + blended[k + 3, i]


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

"""From a Gaussian's own numbers in its triangle's frame to a splat in the camera's: the plain form and the fast ones.

The frame of a triangle (a, b, c) has its first axis along b - a, its third along the normal, its second completing
a right-handed system. The position is differentiated with respect to the vertices in full; the orientation is not
(a turn of the head moves a Gaussian by centimetres and turns its ellipse by little). Colours are shown within a range.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numba import njit
from torch import Tensor
from torch.autograd.function import once_differentiable

from lifemask.avatar.attributes import COLOUR_RANGE, SLICES
from lifemask.geometry.rotation import multiply_quaternions, quaternion_from_rotation
from lifemask.threads import run_chunks

MAX_SCALE_M = 0.05
LOG_MAX_SCALE = math.log(MAX_SCALE_M)


@dataclass(frozen=True)
class Gaussians:
    """``means [B, N, 3]`` and ``scales [B, N, 3]`` metres, ``quats [B, N, 4]`` w first, ``opacities [B, N]``, ``colours
    [B, N, 3]``, in the camera's frame."""

    means: Tensor
    quats: Tensor
    scales: Tensor
    opacities: Tensor
    colours: Tensor


def place(vertices: Tensor, corners: Tensor, barycentric: Tensor, attributes: Tensor) -> Gaussians:
    """Place Gaussians on a posed mesh.

    ``vertices [B, V, 3]`` metres, ``corners [N, 3]`` vertex indices of each Gaussian's triangle, ``barycentric
    [N, 3]``, ``attributes [B, N, 14]`` (see ``SLICES``). The Gaussians come out in the frame of the vertices.
    """
    if vertices.dtype == torch.float32 and vertices.device.type == "cpu":
        return Gaussians(*_Place.apply(vertices, corners, barycentric, attributes))
    if vertices.dtype == torch.float32 and vertices.device.type == "cuda":
        from lifemask.avatar.binding_triton import place_triton

        return Gaussians(*place_triton(vertices, corners, barycentric, attributes, LOG_MAX_SCALE, COLOUR_RANGE))
    return place_reference(vertices, corners, barycentric, attributes)


def place_reference(vertices: Tensor, corners: Tensor, barycentric: Tensor, attributes: Tensor) -> Gaussians:
    """The readable twin of ``place``, for any device and dtype."""
    part = {name: attributes[..., columns] for name, columns in SLICES.items()}
    frame = triangle_frames(vertices, corners)
    anchor = (vertices[:, corners] * barycentric[None, :, :, None]).sum(2)
    means = anchor + (frame @ part["position_m"][..., None])[..., 0]
    local = torch.nn.functional.normalize(part["rotation"], dim=-1)
    quats = multiply_quaternions(quaternion_from_rotation(frame.detach()), local)
    scales = part["log_scale"].clamp(max=LOG_MAX_SCALE).exp()
    return Gaussians(means, quats, scales, part["opacity"][..., 0].sigmoid(), _Shown.apply(part["colour"]))


def triangle_frames(vertices: Tensor, corners: Tensor) -> Tensor:
    """Rotation matrices ``[B, N, 3, 3]`` whose columns are the axes of each triangle's frame."""
    a, b, c = vertices[:, corners].unbind(2)
    first = torch.nn.functional.normalize(b - a, dim=-1)
    third = torch.nn.functional.normalize(torch.cross(b - a, c - a, dim=-1), dim=-1)
    return torch.stack([first, torch.cross(third, first, dim=-1), third], -1)


class _Shown(torch.autograd.Function):
    """Colours within their range: outside, only what leads back has a gradient."""

    @staticmethod
    def forward(ctx, colour):
        ctx.save_for_backward(colour)
        return colour.clamp(*COLOUR_RANGE)

    @staticmethod
    def backward(ctx, gradient):
        (colour,) = ctx.saved_tensors
        away = ((colour < COLOUR_RANGE[0]) & (gradient > 0)) | ((colour > COLOUR_RANGE[1]) & (gradient < 0))
        return torch.where(away, 0, gradient)


class _Place(torch.autograd.Function):
    @staticmethod
    def forward(ctx, vertices, corners, barycentric, attributes):
        arrays = [t.detach().contiguous().numpy() for t in (vertices, corners, barycentric, attributes)]
        batch, count = attributes.shape[:2]
        means, scales, colours = (np.empty((batch, count, 3), np.float32) for _ in range(3))
        quats, turns = (np.empty((batch, count, 4), np.float32) for _ in range(2))
        opacities = np.empty((batch, count), np.float32)
        outputs = means, quats, scales, opacities, colours
        run_chunks(_place_forward, -(-count // BLOCK), *arrays, *outputs, turns)
        ctx.arrays, ctx.kept = arrays, (turns, scales, opacities)
        ctx.need_vertices = ctx.needs_input_grad[0]
        return tuple(torch.from_numpy(output) for output in outputs)

    @staticmethod
    @once_differentiable
    def backward(ctx, *gradients):
        vertices, corners, _, attributes = ctx.arrays
        batch, count = attributes.shape[:2]
        g_attributes = np.empty_like(attributes)
        g_corner = np.empty((batch, count if ctx.need_vertices else 0, 9), np.float32)
        run_chunks(
            _place_backward, -(-count // BLOCK), *ctx.arrays, *ctx.kept,
            *(gradient.contiguous().numpy() for gradient in gradients), g_attributes, g_corner,
        )  # fmt: skip
        g_vertices = None
        if ctx.need_vertices:
            g_vertices = np.zeros_like(vertices)
            _scatter(corners, g_corner, g_vertices)
            g_vertices = torch.from_numpy(g_vertices)
        return g_vertices, None, None, torch.from_numpy(g_attributes)


BLOCK = 512
"""Gaussians that one thread takes at a time: fixed, so that results do not depend on the number of threads."""
_FAST = {"contract", "nsz", "arcp", "reassoc"}


@njit(inline="always")
def _frame(v, i, j, k):
    ux, uy, uz = v[j, 0] - v[i, 0], v[j, 1] - v[i, 1], v[j, 2] - v[i, 2]
    wx, wy, wz = v[k, 0] - v[i, 0], v[k, 1] - v[i, 1], v[k, 2] - v[i, 2]
    mx, my, mz = uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx
    tiny = np.float32(1e-12)
    lu = np.float32(1) / max(np.float32(np.sqrt(ux * ux + uy * uy + uz * uz)), tiny)
    lm = np.float32(1) / max(np.float32(np.sqrt(mx * mx + my * my + mz * mz)), tiny)
    ex, ey, ez = ux * lu, uy * lu, uz * lu
    nx, ny, nz = mx * lm, my * lm, mz * lm
    tx, ty, tz = ny * ez - nz * ey, nz * ex - nx * ez, nx * ey - ny * ex
    return ux, uy, uz, wx, wy, wz, lu, lm, ex, ey, ez, tx, ty, tz, nx, ny, nz


@njit(inline="always")
def _quaternion(m00, m01, m02, m10, m11, m12, m20, m21, m22):
    half, one = np.float32(0.5), np.float32(1)
    trace = m00 + m11 + m22
    if trace > 0:
        s = np.float32(np.sqrt(trace + one))
        f = half / s
        return half * s, (m21 - m12) * f, (m02 - m20) * f, (m10 - m01) * f
    if m00 >= m11 and m00 >= m22:
        s = np.float32(np.sqrt(one + m00 - m11 - m22))
        f = half / s
        return (m21 - m12) * f, half * s, (m10 + m01) * f, (m02 + m20) * f
    if m11 >= m22:
        s = np.float32(np.sqrt(one + m11 - m00 - m22))
        f = half / s
        return (m02 - m20) * f, (m10 + m01) * f, half * s, (m21 + m12) * f
    s = np.float32(np.sqrt(one + m22 - m00 - m11))
    f = half / s
    return (m10 - m01) * f, (m02 + m20) * f, (m21 + m12) * f, half * s


@njit(nogil=True, cache=True, fastmath=_FAST, error_model="numpy")
def _place_forward(
    chunk, chunks, vertices, corners, barycentric, attributes, means, quats, scales, opacities, colours, turns
):  # fmt: skip
    count = attributes.shape[1]
    one, tiny, log_max = np.float32(1), np.float32(1e-12), np.float32(LOG_MAX_SCALE)
    for b in range(attributes.shape[0]):
        v = vertices[b]
        for block in range(chunk, (count + BLOCK - 1) // BLOCK, chunks):
            for g in range(block * BLOCK, min(count, (block + 1) * BLOCK)):
                i, j, k = corners[g, 0], corners[g, 1], corners[g, 2]
                _, _, _, _, _, _, _, _, ex, ey, ez, tx, ty, tz, nx, ny, nz = _frame(v, i, j, k)
                a = attributes[b, g]
                x, y, z = a[0], a[1], a[2]
                b0, b1, b2 = barycentric[g, 0], barycentric[g, 1], barycentric[g, 2]
                means[b, g, 0] = b0 * v[i, 0] + b1 * v[j, 0] + b2 * v[k, 0] + ex * x + tx * y + nx * z
                means[b, g, 1] = b0 * v[i, 1] + b1 * v[j, 1] + b2 * v[k, 1] + ey * x + ty * y + ny * z
                means[b, g, 2] = b0 * v[i, 2] + b1 * v[j, 2] + b2 * v[k, 2] + ez * x + tz * y + nz * z
                aw, ax, ay, az = _quaternion(ex, tx, nx, ey, ty, ny, ez, tz, nz)
                turns[b, g, 0], turns[b, g, 1], turns[b, g, 2], turns[b, g, 3] = aw, ax, ay, az
                bw, bx, by, bz = a[3], a[4], a[5], a[6]
                r = one / max(np.float32(np.sqrt(bw * bw + bx * bx + by * by + bz * bz)), tiny)
                bw, bx, by, bz = bw * r, bx * r, by * r, bz * r
                quats[b, g, 0] = aw * bw - ax * bx - ay * by - az * bz
                quats[b, g, 1] = aw * bx + ax * bw + ay * bz - az * by
                quats[b, g, 2] = aw * by - ax * bz + ay * bw + az * bx
                quats[b, g, 3] = aw * bz + ax * by - ay * bx + az * bw
                for axis in range(3):
                    scales[b, g, axis] = np.float32(np.exp(min(a[7 + axis], log_max)))
                    colours[b, g, axis] = min(
                        max(a[10 + axis], np.float32(COLOUR_RANGE[0])), np.float32(COLOUR_RANGE[1])
                    )
                opacities[b, g] = one / (one + np.float32(np.exp(-a[13])))


@njit(nogil=True, cache=True, fastmath=_FAST, error_model="numpy")
def _place_backward(
    chunk, chunks, vertices, corners, barycentric, attributes, turns, scales, opacities,
    g_means, g_quats, g_scales, g_opacities, g_colours, g_attributes, g_corner,
):  # fmt: skip
    count = attributes.shape[1]
    one, zero, tiny, log_max = np.float32(1), np.float32(0), np.float32(1e-12), np.float32(LOG_MAX_SCALE)
    for b in range(attributes.shape[0]):
        v = vertices[b]
        for block in range(chunk, (count + BLOCK - 1) // BLOCK, chunks):
            for g in range(block * BLOCK, min(count, (block + 1) * BLOCK)):
                i, j, k = corners[g, 0], corners[g, 1], corners[g, 2]
                ux, uy, uz, wx, wy, wz, lu, lm, ex, ey, ez, tx, ty, tz, nx, ny, nz = _frame(v, i, j, k)
                gx, gy, gz = g_means[b, g, 0], g_means[b, g, 1], g_means[b, g, 2]
                a, out = attributes[b, g], g_attributes[b, g]
                out[0] = ex * gx + ey * gy + ez * gz
                out[1] = tx * gx + ty * gy + tz * gz
                out[2] = nx * gx + ny * gy + nz * gz
                aw, ax, ay, az = turns[b, g, 0], turns[b, g, 1], turns[b, g, 2], turns[b, g, 3]
                qw, qx, qy, qz = g_quats[b, g, 0], g_quats[b, g, 1], g_quats[b, g, 2], g_quats[b, g, 3]
                hw = aw * qw + ax * qx + ay * qy + az * qz
                hx = aw * qx - ax * qw - ay * qz + az * qy
                hy = aw * qy + ax * qz - ay * qw - az * qx
                hz = aw * qz - ax * qy + ay * qx - az * qw
                bw, bx, by, bz = a[3], a[4], a[5], a[6]
                r = one / max(np.float32(np.sqrt(bw * bw + bx * bx + by * by + bz * bz)), tiny)
                along = (hw * bw + hx * bx + hy * by + hz * bz) * r * r
                out[3], out[4] = (hw - along * bw) * r, (hx - along * bx) * r
                out[5], out[6] = (hy - along * by) * r, (hz - along * bz) * r
                for axis in range(3):
                    free = a[7 + axis] <= log_max
                    out[7 + axis] = g_scales[b, g, axis] * scales[b, g, axis] if free else zero
                    c, gc = a[10 + axis], g_colours[b, g, axis]
                    low, high = np.float32(COLOUR_RANGE[0]), np.float32(COLOUR_RANGE[1])
                    out[10 + axis] = zero if (c < low and gc > zero) or (c > high and gc < zero) else gc
                o = opacities[b, g]
                out[13] = g_opacities[b, g] * o * (one - o)
                if g_corner.shape[1] == 0:
                    continue
                px, py, pz = attributes[b, g, 0], attributes[b, g, 1], attributes[b, g, 2]
                # gradients of the axes first, second, third of the frame
                gex, gey, gez = gx * px, gy * px, gz * px
                gtx, gty, gtz = gx * py, gy * py, gz * py
                gnx, gny, gnz = gx * pz, gy * pz, gz * pz
                # second = third x first
                gnx += ey * gtz - ez * gty
                gny += ez * gtx - ex * gtz
                gnz += ex * gty - ey * gtx
                gex += gty * nz - gtz * ny
                gey += gtz * nx - gtx * nz
                gez += gtx * ny - gty * nx
                dot = nx * gnx + ny * gny + nz * gnz
                mx, my, mz = (gnx - nx * dot) * lm, (gny - ny * dot) * lm, (gnz - nz * dot) * lm
                dot = ex * gex + ey * gey + ez * gez
                gux = (gex - ex * dot) * lu + wy * mz - wz * my
                guy = (gey - ey * dot) * lu + wz * mx - wx * mz
                guz = (gez - ez * dot) * lu + wx * my - wy * mx
                gwx, gwy, gwz = my * uz - mz * uy, mz * ux - mx * uz, mx * uy - my * ux
                b0, b1, b2 = barycentric[g, 0], barycentric[g, 1], barycentric[g, 2]
                g_corner[b, g, 0] = b0 * gx - gux - gwx
                g_corner[b, g, 1] = b0 * gy - guy - gwy
                g_corner[b, g, 2] = b0 * gz - guz - gwz
                g_corner[b, g, 3] = b1 * gx + gux
                g_corner[b, g, 4] = b1 * gy + guy
                g_corner[b, g, 5] = b1 * gz + guz
                g_corner[b, g, 6] = b2 * gx + gwx
                g_corner[b, g, 7] = b2 * gy + gwy
                g_corner[b, g, 8] = b2 * gz + gwz


@njit(nogil=True, cache=True, error_model="numpy")
def _scatter(corners, g_corner, g_vertices):
    for b in range(g_vertices.shape[0]):
        for g in range(corners.shape[0]):
            for corner in range(3):
                vertex = corners[g, corner]
                for axis in range(3):
                    g_vertices[b, vertex, axis] += g_corner[b, g, corner * 3 + axis]

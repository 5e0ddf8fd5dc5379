"""From a Gaussian's own coordinates in its triangle's frame to the camera's: the plain form and the fast one.

The frame of a triangle (a, b, c) has its first axis along b - a, its third along the normal, its second completing
a right-handed system. The position is differentiated with respect to the vertices in full; the orientation is not
(a turn of the head moves a Gaussian by centimetres and turns its ellipse by little).
"""

import numpy as np
import torch
from numba import njit
from torch import Tensor

from lifemask.geometry.rotation import multiply_quaternions, quaternion_from_rotation
from lifemask.splats.threads import run_chunks


def bind(
    vertices: Tensor, corners: Tensor, barycentric: Tensor, position: Tensor, quat: Tensor
) -> tuple[Tensor, Tensor]:
    """Place Gaussians on a posed mesh.

    ``vertices [B, V, 3]`` metres, ``corners [N, 3]`` vertex indices of each Gaussian's triangle, ``barycentric
    [N, 3]``, ``position [B, N, 3]`` metres and ``quat [B, N, 4]`` (w first, unit length) in the triangle's frame.
    Returns means ``[B, N, 3]`` and unit quaternions ``[B, N, 4]`` in the frame of the vertices.
    """
    if vertices.device.type == "cpu" and vertices.dtype == torch.float32:
        return _Bind.apply(vertices, corners, barycentric, position, quat)
    return bind_reference(vertices, corners, barycentric, position, quat)


def bind_reference(
    vertices: Tensor, corners: Tensor, barycentric: Tensor, position: Tensor, quat: Tensor
) -> tuple[Tensor, Tensor]:
    """The readable twin of ``bind``, for any device and dtype."""
    frame = triangle_frames(vertices, corners)
    anchor = (vertices[:, corners] * barycentric[None, :, :, None]).sum(2)
    means = anchor + (frame @ position[..., None])[..., 0]
    return means, multiply_quaternions(quaternion_from_rotation(frame.detach()), quat)


def triangle_frames(vertices: Tensor, corners: Tensor) -> Tensor:
    """Rotation matrices ``[B, N, 3, 3]`` whose columns are the axes of each triangle's frame."""
    a, b, c = vertices[:, corners].unbind(2)
    first = torch.nn.functional.normalize(b - a, dim=-1)
    third = torch.nn.functional.normalize(torch.cross(b - a, c - a, dim=-1), dim=-1)
    return torch.stack([first, torch.cross(third, first, dim=-1), third], -1)


class _Bind(torch.autograd.Function):
    @staticmethod
    def forward(ctx, vertices, corners, barycentric, position, quat):
        arrays = [t.detach().contiguous().numpy() for t in (vertices, corners, barycentric, position, quat)]
        means = np.empty(position.shape, np.float32)
        quats = np.empty(quat.shape, np.float32)
        turns = np.empty(quat.shape, np.float32)
        run_chunks(_bind_forward, -(-position.shape[1] // BLOCK), *arrays, means, quats, turns)
        ctx.arrays, ctx.turns = arrays, turns
        ctx.need_vertices = ctx.needs_input_grad[0]
        return torch.from_numpy(means), torch.from_numpy(quats)

    @staticmethod
    def backward(ctx, means_gradient, quats_gradient):
        vertices, corners, barycentric, position, quat = ctx.arrays
        g_position, g_quat = np.empty_like(position), np.empty_like(quat)
        g_corner = np.empty((*position.shape[:2], 9) if ctx.need_vertices else (position.shape[0], 0, 9), np.float32)
        run_chunks(
            _bind_backward, -(-position.shape[1] // BLOCK), vertices, corners, barycentric, position, ctx.turns,
            means_gradient.contiguous().numpy(), quats_gradient.contiguous().numpy(),
            g_position, g_quat, g_corner,
        )  # fmt: skip
        g_vertices = None
        if ctx.need_vertices:
            g_vertices = np.zeros_like(vertices)
            _scatter(corners, g_corner, g_vertices)
            g_vertices = torch.from_numpy(g_vertices)
        return g_vertices, None, None, torch.from_numpy(g_position), torch.from_numpy(g_quat)


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
def _bind_forward(chunk, chunks, vertices, corners, barycentric, position, quat, means, quats, turns):
    count = position.shape[1]
    for b in range(position.shape[0]):
        v = vertices[b]
        for block in range(chunk, (count + BLOCK - 1) // BLOCK, chunks):
            for g in range(block * BLOCK, min(count, (block + 1) * BLOCK)):
                i, j, k = corners[g, 0], corners[g, 1], corners[g, 2]
                _, _, _, _, _, _, _, _, ex, ey, ez, tx, ty, tz, nx, ny, nz = _frame(v, i, j, k)
                x, y, z = position[b, g, 0], position[b, g, 1], position[b, g, 2]
                b0, b1, b2 = barycentric[g, 0], barycentric[g, 1], barycentric[g, 2]
                means[b, g, 0] = b0 * v[i, 0] + b1 * v[j, 0] + b2 * v[k, 0] + ex * x + tx * y + nx * z
                means[b, g, 1] = b0 * v[i, 1] + b1 * v[j, 1] + b2 * v[k, 1] + ey * x + ty * y + ny * z
                means[b, g, 2] = b0 * v[i, 2] + b1 * v[j, 2] + b2 * v[k, 2] + ez * x + tz * y + nz * z
                aw, ax, ay, az = _quaternion(ex, tx, nx, ey, ty, ny, ez, tz, nz)
                turns[b, g, 0], turns[b, g, 1], turns[b, g, 2], turns[b, g, 3] = aw, ax, ay, az
                bw, bx, by, bz = quat[b, g, 0], quat[b, g, 1], quat[b, g, 2], quat[b, g, 3]
                quats[b, g, 0] = aw * bw - ax * bx - ay * by - az * bz
                quats[b, g, 1] = aw * bx + ax * bw + ay * bz - az * by
                quats[b, g, 2] = aw * by - ax * bz + ay * bw + az * bx
                quats[b, g, 3] = aw * bz + ax * by - ay * bx + az * bw


@njit(nogil=True, cache=True, fastmath=_FAST, error_model="numpy")
def _bind_backward(
    chunk, chunks, vertices, corners, barycentric, position, turns, g_means, g_quats, g_position, g_quat, g_corner
):  # fmt: skip
    count = position.shape[1]
    for b in range(position.shape[0]):
        v = vertices[b]
        for block in range(chunk, (count + BLOCK - 1) // BLOCK, chunks):
            for g in range(block * BLOCK, min(count, (block + 1) * BLOCK)):
                i, j, k = corners[g, 0], corners[g, 1], corners[g, 2]
                ux, uy, uz, wx, wy, wz, lu, lm, ex, ey, ez, tx, ty, tz, nx, ny, nz = _frame(v, i, j, k)
                gx, gy, gz = g_means[b, g, 0], g_means[b, g, 1], g_means[b, g, 2]
                g_position[b, g, 0] = ex * gx + ey * gy + ez * gz
                g_position[b, g, 1] = tx * gx + ty * gy + tz * gz
                g_position[b, g, 2] = nx * gx + ny * gy + nz * gz
                aw, ax, ay, az = turns[b, g, 0], turns[b, g, 1], turns[b, g, 2], turns[b, g, 3]
                qw, qx, qy, qz = g_quats[b, g, 0], g_quats[b, g, 1], g_quats[b, g, 2], g_quats[b, g, 3]
                g_quat[b, g, 0] = aw * qw + ax * qx + ay * qy + az * qz
                g_quat[b, g, 1] = aw * qx - ax * qw - ay * qz + az * qy
                g_quat[b, g, 2] = aw * qy + ax * qz - ay * qw - az * qx
                g_quat[b, g, 3] = aw * qz - ax * qy + ay * qx - az * qw
                if g_corner.shape[1] == 0:
                    continue
                px, py, pz = position[b, g, 0], position[b, g, 1], position[b, g, 2]
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

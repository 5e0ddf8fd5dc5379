"""``place`` on a GPU: one Triton kernel for the way there and one back, in place of a hundred small operations.

Triton comes with every CUDA build of PyTorch. See ``binding.py`` for the readable twin.
"""

# Triton is there with CUDA builds of PyTorch only, and its kernels are not the functions they look like.
# pyright: reportMissingImports=false, reportIndexIssue=false
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.autograd.function import once_differentiable

BLOCK = 128


def place_triton(
    vertices: Tensor,
    corners: Tensor,
    barycentric: Tensor,
    attributes: Tensor,
    log_max_scale: float,
    colour_range: tuple[float, float],
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """As ``place``: means, quaternions, scales, opacities and colours."""
    apply: Any = _Place.apply
    return apply(vertices, corners, barycentric, attributes, log_max_scale, colour_range)


class _Place(torch.autograd.Function):
    @staticmethod
    def forward(ctx, vertices, corners, barycentric, attributes, log_max_scale, colour_range):
        vertices, attributes = vertices.contiguous(), attributes.contiguous()
        batch, count = attributes.shape[:2]
        means, scales, colours = (attributes.new_empty(batch, count, 3) for _ in range(3))
        quats, opacities = attributes.new_empty(batch, count, 4), attributes.new_empty(batch, count)
        _forward[(triton.cdiv(count, BLOCK), batch)](
            vertices, corners, barycentric, attributes, means, quats, scales, opacities, colours,
            count, vertices.shape[1], log_max_scale, *colour_range, BLOCK,
        )  # fmt: skip
        ctx.save_for_backward(vertices, corners, barycentric, attributes)
        ctx.log_max_scale, ctx.colour_range = log_max_scale, colour_range
        return means, quats, scales, opacities, colours

    @staticmethod
    @once_differentiable
    def backward(ctx, *gradients):
        vertices, corners, barycentric, attributes = ctx.saved_tensors
        batch, count = attributes.shape[:2]
        g_vertices, g_attributes = torch.zeros_like(vertices), torch.empty_like(attributes)
        _backward[(triton.cdiv(count, BLOCK), batch)](
            vertices, corners, barycentric, attributes, *(g.contiguous() for g in gradients), g_vertices, g_attributes,
            count, vertices.shape[1], ctx.log_max_scale, *ctx.colour_range, BLOCK,
        )  # fmt: skip
        return g_vertices, None, None, g_attributes, None, None


@triton.jit
def _corner(base, corners, n, which: tl.constexpr, inside):
    at = base + 3 * tl.load(corners + 3 * n + which, inside, 0)
    return tl.load(at, inside, 0.0), tl.load(at + 1, inside, 0.0), tl.load(at + 2, inside, 0.0)


@triton.jit
def _unit(x, y, z):
    inverse = 1 / tl.maximum(tl.sqrt(x * x + y * y + z * z), 1e-12)
    return x * inverse, y * inverse, z * inverse, inverse


@triton.jit
def _quaternion(m00, m01, m02, m10, m11, m12, m20, m21, m22):
    # Shepperd's method: of four equivalent formulas the one with the largest divisor.
    s0, s1, s2, s3 = 1 + m00 + m11 + m22, 1 + m00 - m11 - m22, 1 - m00 + m11 - m22, 1 - m00 - m11 + m22
    a, b, c, d, e, f = m21 - m12, m02 - m20, m10 - m01, m10 + m01, m02 + m20, m21 + m12
    w, x, y, z, best = s0, a, b, c, s0
    take = s1 > best
    w, x, y, z, best = (
        tl.where(take, a, w),
        tl.where(take, s1, x),
        tl.where(take, d, y),
        tl.where(take, e, z),
        tl.maximum(s1, best),
    )
    take = s2 > best
    w, x, y, z, best = (
        tl.where(take, b, w),
        tl.where(take, d, x),
        tl.where(take, s2, y),
        tl.where(take, f, z),
        tl.maximum(s2, best),
    )
    take = s3 > best
    w, x, y, z, best = (
        tl.where(take, c, w),
        tl.where(take, e, x),
        tl.where(take, f, y),
        tl.where(take, s3, z),
        tl.maximum(s3, best),
    )
    inverse = 1 / tl.sqrt(w * w + x * x + y * y + z * z)
    return w * inverse, x * inverse, y * inverse, z * inverse


@triton.jit
def _forward(
    vertices,
    corners,
    barycentric,
    attributes,
    means,
    quats,
    scales,
    opacities,
    colours,
    count,
    num_vertices,
    log_max,
    low,
    high,
    BLOCK: tl.constexpr,
):
    n = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    b = tl.program_id(1)
    inside = n < count
    base = vertices + b * num_vertices * 3
    ax, ay, az = _corner(base, corners, n, 0, inside)
    bx, by, bz = _corner(base, corners, n, 1, inside)
    cx, cy, cz = _corner(base, corners, n, 2, inside)
    ux, uy, uz, wx, wy, wz = bx - ax, by - ay, bz - az, cx - ax, cy - ay, cz - az
    ex, ey, ez, _ = _unit(ux, uy, uz)
    nx, ny, nz, _ = _unit(uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx)
    tx, ty, tz = ny * ez - nz * ey, nz * ex - nx * ez, nx * ey - ny * ex
    at = attributes + (b * count + n) * 14
    x, y, z = tl.load(at, inside, 0.0), tl.load(at + 1, inside, 0.0), tl.load(at + 2, inside, 0.0)
    b0 = tl.load(barycentric + 3 * n, inside, 0.0)
    b1 = tl.load(barycentric + 3 * n + 1, inside, 0.0)
    b2 = tl.load(barycentric + 3 * n + 2, inside, 0.0)
    three, four = (b * count + n) * 3, (b * count + n) * 4
    tl.store(means + three, b0 * ax + b1 * bx + b2 * cx + ex * x + tx * y + nx * z, inside)
    tl.store(means + three + 1, b0 * ay + b1 * by + b2 * cy + ey * x + ty * y + ny * z, inside)
    tl.store(means + three + 2, b0 * az + b1 * bz + b2 * cz + ez * x + tz * y + nz * z, inside)
    pw, px, py, pz = _quaternion(ex, tx, nx, ey, ty, ny, ez, tz, nz)
    qw, qx = tl.load(at + 3, inside, 1.0), tl.load(at + 4, inside, 0.0)
    qy, qz = tl.load(at + 5, inside, 0.0), tl.load(at + 6, inside, 0.0)
    r = 1 / tl.maximum(tl.sqrt(qw * qw + qx * qx + qy * qy + qz * qz), 1e-12)
    tl.store(quats + four, (pw * qw - px * qx - py * qy - pz * qz) * r, inside)
    tl.store(quats + four + 1, (pw * qx + px * qw + py * qz - pz * qy) * r, inside)
    tl.store(quats + four + 2, (pw * qy - px * qz + py * qw + pz * qx) * r, inside)
    tl.store(quats + four + 3, (pw * qz + px * qy - py * qx + pz * qw) * r, inside)
    for axis in tl.static_range(3):
        log_scale = tl.load(at + 7 + axis, inside, 0.0)
        tl.store(scales + three + axis, tl.exp(tl.minimum(log_scale, log_max)), inside)
        colour = tl.load(at + 10 + axis, inside, 0.0)
        tl.store(colours + three + axis, tl.minimum(tl.maximum(colour, low), high), inside)
    tl.store(opacities + b * count + n, 1 / (1 + tl.exp(-tl.load(at + 13, inside, 0.0))), inside)


@triton.jit
def _backward(
    vertices,
    corners,
    barycentric,
    attributes,
    g_means,
    g_quats,
    g_scales,
    g_opacities,
    g_colours,
    g_vertices,
    g_attributes,
    count,
    num_vertices,
    log_max,
    low,
    high,
    BLOCK: tl.constexpr,
):
    n = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    b = tl.program_id(1)
    inside = n < count
    base = vertices + b * num_vertices * 3
    ax, ay, az = _corner(base, corners, n, 0, inside)
    bx, by, bz = _corner(base, corners, n, 1, inside)
    cx, cy, cz = _corner(base, corners, n, 2, inside)
    ux, uy, uz, wx, wy, wz = bx - ax, by - ay, bz - az, cx - ax, cy - ay, cz - az
    ex, ey, ez, lu = _unit(ux, uy, uz)
    nx, ny, nz, lm = _unit(uy * wz - uz * wy, uz * wx - ux * wz, ux * wy - uy * wx)
    tx, ty, tz = ny * ez - nz * ey, nz * ex - nx * ez, nx * ey - ny * ex
    at, out = attributes + (b * count + n) * 14, g_attributes + (b * count + n) * 14
    three, four = (b * count + n) * 3, (b * count + n) * 4
    gx, gy = tl.load(g_means + three, inside, 0.0), tl.load(g_means + three + 1, inside, 0.0)
    gz = tl.load(g_means + three + 2, inside, 0.0)
    tl.store(out, ex * gx + ey * gy + ez * gz, inside)
    tl.store(out + 1, tx * gx + ty * gy + tz * gz, inside)
    tl.store(out + 2, nx * gx + ny * gy + nz * gz, inside)
    pw, px, py, pz = _quaternion(ex, tx, nx, ey, ty, ny, ez, tz, nz)
    kw, kx = tl.load(g_quats + four, inside, 0.0), tl.load(g_quats + four + 1, inside, 0.0)
    ky, kz = tl.load(g_quats + four + 2, inside, 0.0), tl.load(g_quats + four + 3, inside, 0.0)
    hw, hx = pw * kw + px * kx + py * ky + pz * kz, pw * kx - px * kw - py * kz + pz * ky
    hy, hz = pw * ky + px * kz - py * kw - pz * kx, pw * kz - px * ky + py * kx - pz * kw
    qw, qx = tl.load(at + 3, inside, 1.0), tl.load(at + 4, inside, 0.0)
    qy, qz = tl.load(at + 5, inside, 0.0), tl.load(at + 6, inside, 0.0)
    r = 1 / tl.maximum(tl.sqrt(qw * qw + qx * qx + qy * qy + qz * qz), 1e-12)
    along = (hw * qw + hx * qx + hy * qy + hz * qz) * r * r
    tl.store(out + 3, (hw - along * qw) * r, inside)
    tl.store(out + 4, (hx - along * qx) * r, inside)
    tl.store(out + 5, (hy - along * qy) * r, inside)
    tl.store(out + 6, (hz - along * qz) * r, inside)
    for axis in tl.static_range(3):
        log_scale = tl.load(at + 7 + axis, inside, 0.0)
        free = log_scale <= log_max
        g = tl.load(g_scales + three + axis, inside, 0.0) * tl.exp(tl.minimum(log_scale, log_max))
        tl.store(out + 7 + axis, tl.where(free, g, 0.0), inside)
        colour, gradient = tl.load(at + 10 + axis, inside, 0.0), tl.load(g_colours + three + axis, inside, 0.0)
        away = ((colour < low) & (gradient > 0.0)) | ((colour > high) & (gradient < 0.0))
        tl.store(out + 10 + axis, tl.where(away, 0.0, gradient), inside)
    o = 1 / (1 + tl.exp(-tl.load(at + 13, inside, 0.0)))
    tl.store(out + 13, tl.load(g_opacities + b * count + n, inside, 0.0) * o * (1 - o), inside)
    # The axes' own gradients, then through second = third x first, then through both normalisations.
    x, y, z = tl.load(at, inside, 0.0), tl.load(at + 1, inside, 0.0), tl.load(at + 2, inside, 0.0)
    gex, gey, gez, gtx, gty, gtz = gx * x, gy * x, gz * x, gx * y, gy * y, gz * y
    gnx = gx * z + ey * gtz - ez * gty
    gny = gy * z + ez * gtx - ex * gtz
    gnz = gz * z + ex * gty - ey * gtx
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
    b0 = tl.load(barycentric + 3 * n, inside, 0.0)
    b1 = tl.load(barycentric + 3 * n + 1, inside, 0.0)
    b2 = tl.load(barycentric + 3 * n + 2, inside, 0.0)
    target = g_vertices + b * num_vertices * 3
    one = target + 3 * tl.load(corners + 3 * n, inside, 0)
    tl.atomic_add(one, b0 * gx - gux - gwx, inside)
    tl.atomic_add(one + 1, b0 * gy - guy - gwy, inside)
    tl.atomic_add(one + 2, b0 * gz - guz - gwz, inside)
    two = target + 3 * tl.load(corners + 3 * n + 1, inside, 0)
    tl.atomic_add(two, b1 * gx + gux, inside)
    tl.atomic_add(two + 1, b1 * gy + guy, inside)
    tl.atomic_add(two + 2, b1 * gz + guz, inside)
    third = target + 3 * tl.load(corners + 3 * n + 2, inside, 0)
    tl.atomic_add(third, b2 * gx + gwx, inside)
    tl.atomic_add(third + 1, b2 * gy + gwy, inside)
    tl.atomic_add(third + 2, b2 * gz + gwz, inside)

"""CPU kernels: splats to ellipses in the image, and the gradients back. One pass over the splats each way.

Formulas: Zwicker et al. 2001 "EWA volume splatting"; the clamped Jacobian and the constants are gsplat's.
The kernels are compiled once for float32 and once for float64; ``F`` is the float type of the arrays, and
casting every constant to it keeps float32 code free of double arithmetic. No fast-math flag here lets the
compiler assume that numbers are finite: the checks that cull splats with NaN or infinite parameters must
survive.
"""

import math

import numpy as np
from numba import njit, uint64

from lifemask.splats.constants import ALPHA_MIN, FRUSTUM_MARGIN, NEAR_PLANE

MATH = {"contract", "nsz", "arcp", "reassoc"}
CAMERA_PARTS = 16
"""Camera gradients are summed in this many fixed parts of the splats: bitwise equal for any number of
threads."""


@njit(fastmath=MATH, error_model="numpy", inline="always")
def _rotation(w, x, y, z, F):
    """Row-major rotation matrix of a quaternion of any length (identity for length 0), the unit one,
    1/length."""
    length2 = w * w + x * x + y * y + z * z
    inverse = F(1) / math.sqrt(length2) if length2 > F(1e-30) else F(0)
    w, x, y, z = w * inverse, x * inverse, y * inverse, z * inverse
    one, two = F(1), F(2)
    rows = (
        one - two * (y * y + z * z), two * (x * y - w * z), two * (x * z + w * y),
        two * (x * y + w * z), one - two * (x * x + z * z), two * (y * z - w * x),
        two * (x * z - w * y), two * (y * z + w * x), one - two * (x * x + y * y),
    )  # fmt: skip
    return rows, w, x, y, z, inverse


@njit(fastmath=MATH, error_model="numpy", inline="always")
def _clamp_slope(u, v, fx, fy, cx, cy, width, height, F):
    """The viewing direction (x/z, y/z) kept within the image plus a margin, for the Jacobian."""
    mx, my = F(FRUSTUM_MARGIN) * F(width), F(FRUSTUM_MARGIN) * F(height)
    u = min(max(u, (-cx - mx) / fx), (F(width) - cx + mx) / fx)
    v = min(max(v, (-cy - my) / fy), (F(height) - cy + my) / fy)
    return u, v


@njit(nogil=True, cache=True, fastmath=MATH, error_model="numpy")
def project_forward(
    chunk, chunks, means, quats, scales, opacities, camera, lens, width, height, blur, antialias,
    means2d, conics, strength, depth, box, radii,
):  # fmt: skip
    """Fill ``means2d [S, 2]``, ``conics [S, 3]`` (inverse covariance a, b, c), ``strength [S]`` (opacity as
    drawn), ``depth [S]``, ``box [S, 4]`` (first and last column, first and last row; empty where last <
    first) and ``radii [S]`` from S = B * N splats, ``camera [B, 12]`` (three rows) and ``lens [B, 4]`` (fx,
    fy, cx, cy)."""
    total = means.shape[0]
    count = total // camera.shape[0]
    for i in range(chunk * total // chunks, (chunk + 1) * total // chunks):
        _project(
            uint64(i), i // count, means, quats, scales, opacities, camera, lens, width, height, blur, antialias,
            means2d, conics, strength, depth, box, radii,
        )  # fmt: skip


@njit(fastmath=MATH, error_model="numpy", forceinline=True)
def _project(
    i, frame, means, quats, scales, opacities, camera, lens, width, height, blur, antialias,
    means2d, conics, strength, depth, box, radii,
):  # fmt: skip
    F = means.dtype.type
    zero, one = F(0), F(1)
    c00, c01, c02, c03 = camera[frame, 0], camera[frame, 1], camera[frame, 2], camera[frame, 3]
    c10, c11, c12, c13 = camera[frame, 4], camera[frame, 5], camera[frame, 6], camera[frame, 7]
    c20, c21, c22, c23 = camera[frame, 8], camera[frame, 9], camera[frame, 10], camera[frame, 11]
    f0, f1, centre0, centre1 = lens[frame, 0], lens[frame, 1], lens[frame, 2], lens[frame, 3]
    px, py, pz = means[i, 0], means[i, 1], means[i, 2]
    x = c00 * px + c01 * py + c02 * pz + c03
    y = c10 * px + c11 * py + c12 * pz + c13
    z = c20 * px + c21 * py + c22 * pz + c23
    means2d[i, 0], means2d[i, 1] = zero, zero
    conics[i, 0], conics[i, 1], conics[i, 2] = one, zero, one
    strength[i], depth[i] = zero, z
    opacity = opacities[i]
    box[i, 0], box[i, 1], box[i, 2], box[i, 3] = 0, -1, 0, -1
    radii[i] = 0
    if not (z >= F(NEAR_PLANE)):
        return
    inverse_z = one / z
    u, v = x * inverse_z, y * inverse_z
    sx, sy = f0 * u + centre0, f1 * v + centre1
    means2d[i, 0], means2d[i, 1] = sx, sy

    u, v = _clamp_slope(u, v, f0, f1, centre0, centre1, width, height, F)
    fx, fy = f0 * inverse_z, f1 * inverse_z
    r, _, _, _, _, _ = _rotation(quats[i, 0], quats[i, 1], quats[i, 2], quats[i, 3], F)
    t00, t10 = fx * (c00 - u * c20), fy * (c10 - v * c20)
    t01, t11 = fx * (c01 - u * c21), fy * (c11 - v * c21)
    t02, t12 = fx * (c02 - u * c22), fy * (c12 - v * c22)
    a0, b0 = (
        (t00 * r[0] + t01 * r[3] + t02 * r[6]) * scales[i, 0],
        (t10 * r[0] + t11 * r[3] + t12 * r[6]) * scales[i, 0],
    )
    a1, b1 = (
        (t00 * r[1] + t01 * r[4] + t02 * r[7]) * scales[i, 1],
        (t10 * r[1] + t11 * r[4] + t12 * r[7]) * scales[i, 1],
    )
    a2, b2 = (
        (t00 * r[2] + t01 * r[5] + t02 * r[8]) * scales[i, 2],
        (t10 * r[2] + t11 * r[5] + t12 * r[8]) * scales[i, 2],
    )
    ca, cb, cc = a0 * a0 + a1 * a1 + a2 * a2, a0 * b0 + a1 * b1 + a2 * b2, b0 * b0 + b1 * b1 + b2 * b2
    # Determinants as sums of squares (Cauchy-Binet): ca * cc - cb * cb would cancel for needles.
    m0, m1, m2 = a0 * b1 - a1 * b0, a0 * b2 - a2 * b0, a1 * b2 - a2 * b1
    sharp = m0 * m0 + m1 * m1 + m2 * m2
    eps = F(blur)
    det = sharp + eps * (ca + cc) + eps * eps
    ca, cc = ca + eps, cc + eps
    if not (det > zero and det < F(1e37) and abs(sx) < F(1e9) and abs(sy) < F(1e9)):
        return
    inverse = one / det
    conics[i, 0], conics[i, 1], conics[i, 2] = cc * inverse, -cb * inverse, ca * inverse
    if antialias:
        opacity *= math.sqrt(max(sharp * inverse, F(1e-12)))
    if not (opacity >= F(ALPHA_MIN)):
        return
    strength[i] = opacity
    # The box in which alpha >= ALPHA_MIN, a thousandth of a pixel wider for rounding.
    reach = math.sqrt(F(2) * math.log(opacity / F(ALPHA_MIN)))
    ex, ey = reach * math.sqrt(ca), reach * math.sqrt(cc)
    box[i, 0] = int(max(np.ceil(sx - ex - F(0.501)), zero))
    box[i, 1] = int(min(np.floor(sx + ex - F(0.499)), F(width - 1)))
    box[i, 2] = int(max(np.ceil(sy - ey - F(0.501)), zero))
    box[i, 3] = int(min(np.floor(sy + ey - F(0.499)), F(height - 1)))
    if sx + ex > zero and sx - ex < F(width) and sy + ey > zero and sy - ey < F(height):
        radii[i] = int(min(max(np.ceil(max(ex, ey)), one), F(max(width, height))))


@njit(nogil=True, cache=True, fastmath=MATH, error_model="numpy")
def project_backward(
    chunk, chunks, means, quats, scales, opacities, camera, lens, width, height, blur, antialias, conics, radii,
    grad_means2d, grad_conics, grad_strength,
    grad_means, grad_quats, grad_scales, grad_opacities, grad_camera_parts,
):  # fmt: skip
    """Gradients of ``project_forward``: fills ``grad_*`` of the splats and ``grad_camera_parts [B, parts, 12]``, to be
    summed over the parts, unless it is empty."""
    parts = CAMERA_PARTS
    wanted = grad_camera_parts.shape[0] > 0
    unwanted = np.empty(12, means.dtype)
    frames = camera.shape[0]
    count = means.shape[0] // frames
    for unit in range(chunk, frames * parts, chunks):
        frame = unit // parts
        part = unit - frame * parts
        grad_camera = grad_camera_parts[frame, part] if wanted else unwanted
        grad_camera[:] = means.dtype.type(0)
        for i in range(frame * count + part * count // parts, frame * count + (part + 1) * count // parts):
            _project_gradient(
                uint64(i), frame, means, quats, scales, opacities, camera, lens, width, height, blur, antialias,
                conics, radii, grad_means2d, grad_conics, grad_strength,
                grad_means, grad_quats, grad_scales, grad_opacities, grad_camera, wanted,
            )  # fmt: skip


@njit(fastmath=MATH, error_model="numpy", forceinline=True)
def _project_gradient(
    i, frame, means, quats, scales, opacities, camera, lens, width, height, blur, antialias, conics, radii,
    grad_means2d, grad_conics, grad_strength,
    grad_means, grad_quats, grad_scales, grad_opacities, grad_camera, wanted,
):  # fmt: skip
    F = means.dtype.type
    zero, one, two, half = F(0), F(1), F(2), F(0.5)
    if radii[i] == 0:
        for k in range(3):
            grad_means[i, k], grad_scales[i, k], grad_quats[i, k] = zero, zero, zero
        grad_quats[i, 3] = zero
        grad_opacities[i] = zero
        return
    c00, c01, c02, c03 = camera[frame, 0], camera[frame, 1], camera[frame, 2], camera[frame, 3]
    c10, c11, c12, c13 = camera[frame, 4], camera[frame, 5], camera[frame, 6], camera[frame, 7]
    c20, c21, c22, c23 = camera[frame, 8], camera[frame, 9], camera[frame, 10], camera[frame, 11]
    f0, f1, centre0, centre1 = lens[frame, 0], lens[frame, 1], lens[frame, 2], lens[frame, 3]
    px, py, pz = means[i, 0], means[i, 1], means[i, 2]
    x = c00 * px + c01 * py + c02 * pz + c03
    y = c10 * px + c11 * py + c12 * pz + c13
    z = c20 * px + c21 * py + c22 * pz + c23
    inverse_z = one / z
    free_u, free_v = x * inverse_z, y * inverse_z
    u, v = _clamp_slope(free_u, free_v, f0, f1, centre0, centre1, width, height, F)
    fx, fy = f0 * inverse_z, f1 * inverse_z
    r, qw, qx, qy, qz, inverse_length = _rotation(quats[i, 0], quats[i, 1], quats[i, 2], quats[i, 3], F)

    # The inverse of a matrix: d(covariance) = -conic G conic, G the symmetric gradient of the conic.
    A, B, C = conics[i, 0], conics[i, 1], conics[i, 2]
    g0, g1, g2 = grad_conics[i, 0], half * grad_conics[i, 1], grad_conics[i, 2]
    h00, h01, h10, h11 = A * g0 + B * g1, A * g1 + B * g2, B * g0 + C * g1, B * g1 + C * g2
    ga = -(h00 * A + h01 * B)
    gb = -(h00 * B + h01 * C) - (h10 * A + h11 * B)
    gc = -(h10 * B + h11 * C)
    share = one
    if antialias:
        det_conic, eps = A * C - B * B, F(blur)
        ratio = one - eps * (A + C) + eps * eps * det_conic
        ratio = max(ratio, F(1e-12))
        share = math.sqrt(ratio)
        if ratio > F(1e-12):
            # ratio = 1 - eps tr(conic) + eps² det(conic), and tr, det of the conic in terms of the
            # covariance.
            g_ratio = grad_strength[i] * opacities[i] * half / share
            rest = one - ratio
            ga += g_ratio * (rest * A - eps * det_conic)
            gc += g_ratio * (rest * C - eps * det_conic)
            gb += g_ratio * two * rest * B
    grad_opacities[i] = grad_strength[i] * share

    gt00, gt01, gt02, gt10, gt11, gt12 = zero, zero, zero, zero, zero, zero
    d0, d1, d2 = (
        c00 - u * c20,
        c01 - u * c21,
        c02 - u * c22,
    )
    e0, e1, e2 = (
        c10 - v * c20,
        c11 - v * c21,
        c12 - v * c22,
    )
    gr0, gr1, gr2, gr3, gr4, gr5, gr6, gr7, gr8 = zero, zero, zero, zero, zero, zero, zero, zero, zero
    for k in range(3):
        if k == 0:
            r0, r1, r2 = r[0], r[3], r[6]
        elif k == 1:
            r0, r1, r2 = r[1], r[4], r[7]
        else:
            r0, r1, r2 = r[2], r[5], r[8]
        m, n = fx * (d0 * r0 + d1 * r1 + d2 * r2), fy * (e0 * r0 + e1 * r1 + e2 * r2)
        s = scales[i, k]
        gm, gn = two * ga * m * s + gb * n * s, gb * m * s + two * gc * n * s
        grad_scales[i, k] = gm * m + gn * n
        gm, gn = gm * s, gn * s
        gt00 += gm * r0
        gt01 += gm * r1
        gt02 += gm * r2
        gt10 += gn * r0
        gt11 += gn * r1
        gt12 += gn * r2
        c0, c1, c2 = gm * fx * d0 + gn * fy * e0, gm * fx * d1 + gn * fy * e1, gm * fx * d2 + gn * fy * e2
        if k == 0:
            gr0, gr3, gr6 = c0, c1, c2
        elif k == 1:
            gr1, gr4, gr7 = c0, c1, c2
        else:
            gr2, gr5, gr8 = c0, c1, c2

    gw = two * (-qz * gr1 + qy * gr2 + qz * gr3 - qx * gr5 - qy * gr6 + qx * gr7)
    gx = two * (qy * gr1 + qz * gr2 + qy * gr3 - two * qx * gr4 - qw * gr5 + qz * gr6 + qw * gr7 - two * qx * gr8)
    gy = two * (-two * qy * gr0 + qx * gr1 + qw * gr2 + qx * gr3 + qz * gr5 - qw * gr6 + qz * gr7 - two * qy * gr8)
    gz = two * (-two * qz * gr0 - qw * gr1 + qx * gr2 + qw * gr3 - two * qz * gr4 + qy * gr5 + qx * gr6 + qy * gr7)
    radial = gw * qw + gx * qx + gy * qy + gz * qz
    grad_quats[i, 0] = (gw - qw * radial) * inverse_length
    grad_quats[i, 1] = (gx - qx * radial) * inverse_length
    grad_quats[i, 2] = (gy - qy * radial) * inverse_length
    grad_quats[i, 3] = (gz - qz * radial) * inverse_length

    g_inverse_z = f0 * (gt00 * d0 + gt01 * d1 + gt02 * d2) + f1 * (gt10 * e0 + gt11 * e1 + gt12 * e2)
    gu, gv = grad_means2d[i, 0] * f0, grad_means2d[i, 1] * f1
    if u == free_u:
        gu -= fx * (gt00 * c20 + gt01 * c21 + gt02 * c22)
    if v == free_v:
        gv -= fy * (gt10 * c20 + gt11 * c21 + gt12 * c22)
    hx, hy = gu * inverse_z, gv * inverse_z
    hz = -(g_inverse_z + gu * x + gv * y) * inverse_z * inverse_z
    grad_means[i, 0] = hx * c00 + hy * c10 + hz * c20
    grad_means[i, 1] = hx * c01 + hy * c11 + hz * c21
    grad_means[i, 2] = hx * c02 + hy * c12 + hz * c22

    if not wanted:
        return
    grad_camera[0] += hx * px + fx * gt00
    grad_camera[1] += hx * py + fx * gt01
    grad_camera[2] += hx * pz + fx * gt02
    grad_camera[3] += hx
    grad_camera[4] += hy * px + fy * gt10
    grad_camera[5] += hy * py + fy * gt11
    grad_camera[6] += hy * pz + fy * gt12
    grad_camera[7] += hy
    grad_camera[8] += hz * px - fx * u * gt00 - fy * v * gt10
    grad_camera[9] += hz * py - fx * u * gt01 - fy * v * gt11
    grad_camera[10] += hz * pz - fx * u * gt02 - fy * v * gt12
    grad_camera[11] += hz

"""The fast guided filter with a colour guide: edges of a coarse map are pulled onto the edges of the image.

He, Sun, Tang: Guided Image Filtering (ECCV 2010), section 3.4; He, Sun: Fast Guided Filter (2015). The local
linear model ``alpha = a . rgb + b`` is fitted on a small grid and evaluated at every pixel of the frame.
"""

import numpy as np
from numba import njit, prange


def guided_coefficients(guide: np.ndarray, target: np.ndarray, radius: int, eps: float) -> np.ndarray:
    """Fit ``target [h, w]`` by ``guide [h, w, 3]`` (both 0..1) in windows of ``2 radius + 1`` cells.

    Returns ``[h, w, 4]`` float32: three factors and an offset, averaged over the windows that hold the cell.
    ``eps`` in squared units of the guide: patches with less variance than that are smoothed over.
    """
    height, width = target.shape
    moments = np.empty((height, width, 13), np.float32)
    _moments(guide.astype(np.float32), target.astype(np.float32), moments)
    _box(moments, radius, np.empty_like(moments))
    coefficients = np.empty((height, width, 4), np.float32)
    _solve(moments, np.float32(eps), coefficients)
    _box(coefficients, radius, np.empty_like(coefficients))
    return coefficients


def apply_coefficients(
    image: np.ndarray,
    coefficients: np.ndarray,
    box_px: tuple[int, int, int, int],
    alpha: np.ndarray,
    *,
    contrast: float,
    feather_px: float,
) -> None:
    """Evaluate the model over the rectangle ``box_px`` (left, top, right, bottom) into ``alpha``.

    ``image [H, W, 3]`` uint8, ``alpha [H, W]`` float32 in 0..1 is changed in place. ``contrast`` >= 1
    stretches around one half. Towards those sides of the rectangle that lie inside the image, the last
    ``feather_px`` blend into what ``alpha`` held before.
    """
    _apply(image, coefficients, np.array(box_px), alpha, np.float32(contrast), np.float32(max(feather_px, 1e-3)))


@njit(cache=True)
def _moments(guide, target, out):
    height, width = target.shape
    for y in range(height):
        for x in range(width):
            r, g, b, p = guide[y, x, 0], guide[y, x, 1], guide[y, x, 2], target[y, x]
            out[y, x, 0], out[y, x, 1], out[y, x, 2], out[y, x, 3] = r, g, b, p
            out[y, x, 4], out[y, x, 5], out[y, x, 6] = r * p, g * p, b * p
            out[y, x, 7], out[y, x, 8], out[y, x, 9] = r * r, r * g, r * b
            out[y, x, 10], out[y, x, 11], out[y, x, 12] = g * g, g * b, b * b


@njit(cache=True)
def _box(maps, radius, scratch):
    """Mean of ``maps [h, w, C]`` over a square window, in place; at the border over the part that is inside.

    The tests of the border stay outside the innermost loops: with them inside nothing is vectorised (7x
    slower).
    """
    height, width, channels = maps.shape
    for y in range(height):
        total = np.zeros(channels, np.float32)
        for x in range(min(radius, width)):
            total += maps[y, x]
        for x in range(width):
            ahead, behind = x + radius, x - radius - 1
            share = np.float32(1 / (min(ahead, width - 1) - max(behind, -1)))
            if ahead < width:
                for c in range(channels):
                    total[c] += maps[y, ahead, c]
            if behind >= 0:
                for c in range(channels):
                    total[c] -= maps[y, behind, c]
            for c in range(channels):
                scratch[y, x, c] = total[c] * share
    size = width * channels
    rows, out = scratch.reshape(height, size), maps.reshape(height, size)
    sums = np.zeros(size, np.float32)
    for y in range(min(radius, height)):
        sums += rows[y]
    for y in range(height):
        ahead, behind = y + radius, y - radius - 1
        share = np.float32(1 / (min(ahead, height - 1) - max(behind, -1)))
        if ahead < height:
            for i in range(size):
                sums[i] += rows[ahead, i]
        if behind >= 0:
            for i in range(size):
                sums[i] -= rows[behind, i]
        for i in range(size):
            out[y, i] = sums[i] * share


@njit(cache=True)
def _solve(moments, eps, out):
    """Per cell: a = (cov(guide) + eps I)^-1 cov(guide, target), b = mean(target) - a . mean(guide)."""
    height, width = moments.shape[:2]
    for y in range(height):
        for x in range(width):
            m = moments[y, x]
            r, g, b, p = m[0], m[1], m[2], m[3]
            cr, cg, cb = m[4] - r * p, m[5] - g * p, m[6] - b * p
            rr, rg, rb = m[7] - r * r + eps, m[8] - r * g, m[9] - r * b
            gg, gb, bb = m[10] - g * g + eps, m[11] - g * b, m[12] - b * b + eps
            i00, i01, i02 = gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg
            i11, i12, i22 = rr * bb - rb * rb, rg * rb - rr * gb, rr * gg - rg * rg
            scale = 1 / (rr * i00 + rg * i01 + rb * i02)
            a0 = (i00 * cr + i01 * cg + i02 * cb) * scale
            a1 = (i01 * cr + i11 * cg + i12 * cb) * scale
            a2 = (i02 * cr + i12 * cg + i22 * cb) * scale
            out[y, x, 0], out[y, x, 1], out[y, x, 2] = a0, a1, a2
            out[y, x, 3] = p - a0 * r - a1 * g - a2 * b


@njit(parallel=True, cache=True)
def _apply(image, coefficients, box, alpha, contrast, feather):
    height, width = image.shape[:2]
    grid_h, grid_w = coefficients.shape[:2]
    left, top, right, bottom = box
    step_x, step_y = grid_w / (right - left), grid_h / (bottom - top)
    scale, half, zero, one = np.float32(1 / 255), np.float32(0.5), np.float32(0), np.float32(1)
    for y in prange(top, bottom):
        v = min(max((y - top + 0.5) * step_y - 0.5, 0.0), grid_h - 1.0)
        v0 = min(int(v), grid_h - 2)
        fv = np.float32(v - v0)
        row = coefficients[v0] * (one - fv) + coefficients[v0 + 1] * fv
        far = np.float32(1e9)
        if top > 0:
            far = min(far, np.float32(y - top + 0.5))
        if bottom < height:
            far = min(far, np.float32(bottom - y - 0.5))
        for x in range(left, right):
            u = min(max((x - left + 0.5) * step_x - 0.5, 0.0), grid_w - 1.0)
            u0 = min(int(u), grid_w - 2)
            fu = np.float32(u - u0)
            value = row[u0, 3] * (one - fu) + row[u0 + 1, 3] * fu
            for c in range(3):
                value += (row[u0, c] * (one - fu) + row[u0 + 1, c] * fu) * (image[y, x, c] * scale)
            value = min(max((value - half) * contrast + half, zero), one)
            near = far
            if left > 0:
                near = min(near, np.float32(x - left + 0.5))
            if right < width:
                near = min(near, np.float32(right - x - 0.5))
            weight = min(near / feather, one)
            alpha[y, x] = value * weight + alpha[y, x] * (one - weight)

"""CPU kernels: compositing the tiles, and the gradients back.

A tile's pixels lie in flat arrays of 256; a splat's rows in the tile are one contiguous range, and the loop
over that range is what LLVM turns into vector code. It does so only while the following hold, which a test
watches by looking for packed multiply-adds in the assembly: unsigned indices, ``error_model="numpy"``, no
call in the loop (so: our own exp), no double in float32 code. The sign of a pixel's transmittance T says
whether the pixel is still open, so that no second array is needed: it is negative when the pixel is finished
or outside the image.

Backward walks front to back again with the same arithmetic, hence the same decisions, and peels the
composited image off: behind the splat lies (what is left of v · image). Each (splat, tile) entry writes its
own record, and the records are summed in a fixed order: gradients are bitwise the same for any number of
threads.
"""

import math

import numba
import numpy as np
from numba import int32, njit, prange
from numba.extending import overload

from lifemask.splats.constants import ALPHA_MAX, ALPHA_MIN, TRANSMITTANCE_MIN
from lifemask.splats.cpu_bin import PACKED, TILE

MATH = {"contract", "nsz", "arcp", "nnan", "ninf", "reassoc"}
PIXELS = TILE * TILE
SHAPE = 6
"""Columns of a record before the colours: d/dx, d/dy, d/d(conic a, b, c), d/d(opacity)."""


def _exp(x):
    """exp(x) for x <= 0; overloaded below for compiled code."""
    return math.exp(x)


@overload(_exp, inline="always")
def _exp_overload(x):
    if x == numba.float32:
        return _exp_float32
    return lambda x: math.exp(x)


def _exp_float32(x):
    # 2^(whole + rest): the whole part goes into the exponent bits, a minimax polynomial does the rest in
    # [-1/2, 1/2] to 2e-7. Below 2^-120 the result is as good as 0 and above 1 cannot be (rounding apart), so
    # both are clamped.
    t = min(max(x * np.float32(1.44269504), np.float32(-120)), np.float32(0))
    whole = np.floor(t + np.float32(0.5))
    rest = t - whole
    p = rest * np.float32(1.3333558146e-3) + np.float32(9.6181291076e-3)
    p = p * rest + np.float32(5.5504108665e-2)
    p = p * rest + np.float32(2.4022650696e-1)
    p = p * rest + np.float32(6.9314718056e-1)
    p = p * rest + np.float32(1)
    exponent = (np.int32(whole) + np.int32(127)) << np.int32(23)
    return p * np.int32(exponent).view(np.float32)


@njit(fastmath=MATH, error_model="numpy")
def add_splat_rgb(first, end, T, image, x0, y0, a, b, c, opacity, red, green, blue):
    """Composite one splat into pixels ``first..end`` of a tile; ``a, b, c`` are the exponent's
    coefficients."""
    F = T.dtype.type
    accumulated0, accumulated1, accumulated2 = image[0], image[1], image[2]
    for q in range(end - first):
        i = numba.uint64(q) + numba.uint64(first)
        k = int32(q) + int32(first)
        dx, dy = F(k & int32(15)) - x0, F(k >> int32(4)) - y0
        before = T[i]
        alpha = min(_exp((a * dx + b * dy) * dx + c * dy * dy) * opacity, F(ALPHA_MAX))
        touched = (alpha >= F(ALPHA_MIN)) & (before > F(0))
        after = before - before * alpha
        drawn = touched & (after > F(TRANSMITTANCE_MIN))
        weight = alpha * before if drawn else F(0)
        accumulated0[i] += weight * red
        accumulated1[i] += weight * green
        accumulated2[i] += weight * blue
        T[i] = (after if drawn else -before) if touched else before


@njit(fastmath=MATH, error_model="numpy")
def add_splat(first, end, T, image, weights, x0, y0, a, b, c, opacity, color):
    """As ``add_splat_rgb`` for any number of channels: the weights first, then channel by channel."""
    F = T.dtype.type
    for q in range(end - first):
        i = numba.uint64(q) + numba.uint64(first)
        k = int32(q) + int32(first)
        dx, dy = F(k & int32(15)) - x0, F(k >> int32(4)) - y0
        before = T[i]
        alpha = min(_exp((a * dx + b * dy) * dx + c * dy * dy) * opacity, F(ALPHA_MAX))
        touched = (alpha >= F(ALPHA_MIN)) & (before > F(0))
        after = before - before * alpha
        drawn = touched & (after > F(TRANSMITTANCE_MIN))
        weights[i] = alpha * before if drawn else F(0)
        T[i] = (after if drawn else -before) if touched else before
    for channel in range(color.shape[0]):
        row = image[channel]
        value = color[channel]
        for q in range(end - first):
            i = numba.uint64(q) + numba.uint64(first)
            row[i] += weights[i] * value


@njit(fastmath=MATH, error_model="numpy")
def splat_gradient_rgb(first, end, T, rest, grad_image, x0, y0, a, b, c, opacity, red, green, blue):
    """Gradients of one splat in one tile: d/d(colour), then the moments 0, x, y, xx, xy, yy of
    d/d(exponent)."""
    F = T.dtype.type
    v0, v1, v2 = grad_image[0], grad_image[1], grad_image[2]
    zero = F(0)
    g0, g1, g2, s, sx, sy, sxx, sxy, syy = zero, zero, zero, zero, zero, zero, zero, zero, zero
    for q in range(end - first):
        i = numba.uint64(q) + numba.uint64(first)
        k = int32(q) + int32(first)
        dx, dy = F(k & int32(15)) - x0, F(k >> int32(4)) - y0
        before = T[i]
        raw = _exp((a * dx + b * dy) * dx + c * dy * dy) * opacity
        alpha = min(raw, F(ALPHA_MAX))
        touched = (alpha >= F(ALPHA_MIN)) & (before > zero)
        after = before - before * alpha
        drawn = touched & (after > F(TRANSMITTANCE_MIN))
        weight = alpha * before if drawn else zero
        toward = v0[i] * red + v1[i] * green + v2[i] * blue
        g0 += weight * v0[i]
        g1 += weight * v1[i]
        g2 += weight * v2[i]
        behind = rest[i] - weight * toward
        rest[i] = behind
        grad_alpha = before * toward - behind / (F(1) - alpha)
        grad_power = grad_alpha * alpha if (drawn & (raw <= F(ALPHA_MAX))) else zero
        px, py = grad_power * dx, grad_power * dy
        s += grad_power
        sx += px
        sy += py
        sxx += px * dx
        sxy += px * dy
        syy += py * dy
        T[i] = (after if drawn else -before) if touched else before
    return g0, g1, g2, s, sx, sy, sxx, sxy, syy


@njit(fastmath=MATH, error_model="numpy")
def splat_gradient(
    first, end, T, rest, grad_image, weights, toward, x0, y0, a, b, c, opacity, color, grad_color
):
    """As ``splat_gradient_rgb`` for any number of channels; fills ``grad_color`` and returns the moments."""
    F = T.dtype.type
    zero = F(0)
    for q in range(end - first):
        toward[numba.uint64(q) + numba.uint64(first)] = zero
    for channel in range(color.shape[0]):
        v = grad_image[channel]
        value = color[channel]
        for q in range(end - first):
            i = numba.uint64(q) + numba.uint64(first)
            toward[i] += v[i] * value
    s, sx, sy, sxx, sxy, syy = zero, zero, zero, zero, zero, zero
    for q in range(end - first):
        i = numba.uint64(q) + numba.uint64(first)
        k = int32(q) + int32(first)
        dx, dy = F(k & int32(15)) - x0, F(k >> int32(4)) - y0
        before = T[i]
        raw = _exp((a * dx + b * dy) * dx + c * dy * dy) * opacity
        alpha = min(raw, F(ALPHA_MAX))
        touched = (alpha >= F(ALPHA_MIN)) & (before > zero)
        after = before - before * alpha
        drawn = touched & (after > F(TRANSMITTANCE_MIN))
        weight = alpha * before if drawn else zero
        weights[i] = weight
        behind = rest[i] - weight * toward[i]
        rest[i] = behind
        grad_alpha = before * toward[i] - behind / (F(1) - alpha)
        grad_power = grad_alpha * alpha if (drawn & (raw <= F(ALPHA_MAX))) else zero
        px, py = grad_power * dx, grad_power * dy
        s += grad_power
        sx += px
        sy += py
        sxx += px * dx
        sxy += px * dy
        syy += py * dy
        T[i] = (after if drawn else -before) if touched else before
    for channel in range(color.shape[0]):
        v = grad_image[channel]
        total = zero
        for q in range(end - first):
            i = numba.uint64(q) + numba.uint64(first)
            total += weights[i] * v[i]
        grad_color[channel] = total
    return s, sx, sy, sxx, sxy, syy


@njit(fastmath=MATH, error_model="numpy")
def _open_tile(T, wide):
    """All pixels open, but those right of the image's edge."""
    F = T.dtype.type
    for i in range(PIXELS):
        T[i] = F(1) if (i & 15) < wide else F(-1)


@njit(fastmath=MATH, error_model="numpy")
def _all_finished(T, pixels):
    F = T.dtype.type
    highest = F(-1)
    for i in range(pixels):
        highest = max(highest, T[i])
    return highest <= F(0)


@njit(fastmath=MATH, error_model="numpy")
def _rows(splat, top, high):
    """The splat's range of pixels in the tile that starts at image row ``top`` and has ``high`` rows."""
    first = max(int32(splat[6]) - int32(top), int32(0))
    last = min(int32(splat[7]) - int32(top), int32(high - 1))
    return int32(first * TILE), int32((last + 1) * TILE)


@njit(fastmath=MATH, error_model="numpy")
def _forward_tile(left, top, entry, end, packed, tile_list, background, image, alpha, transmittance):
    """Composite one tile of one frame; returns how many of its entries were needed."""
    F = packed.dtype.type
    half = F(0.5)
    channels = image.shape[2]
    high, wide = min(TILE, image.shape[0] - top), min(TILE, image.shape[1] - left)
    T = np.empty(PIXELS, packed.dtype)
    sums = np.zeros((channels, PIXELS), packed.dtype)
    weights = np.empty(PIXELS, packed.dtype)
    _open_tile(T, wide)
    used = 0
    for e in range(entry, end):
        if (used & 31) == 31 and _all_finished(T, high * TILE):
            break
        splat = packed[tile_list[e, 0]]
        first, last = _rows(splat, top, high)
        x0, y0 = splat[0] - F(left) - half, splat[1] - F(top) - half
        a, b, c = -half * splat[2], -splat[3], -half * splat[4]
        if channels == 3:
            add_splat_rgb(first, last, T, sums, x0, y0, a, b, c, splat[5], splat[8], splat[9], splat[10])
        else:
            add_splat(first, last, T, sums, weights, x0, y0, a, b, c, splat[5], splat[PACKED:])
        used += 1
    step_y, step_x = int(background.shape[0] > 1), int(background.shape[1] > 1)
    for row in range(high):
        y = top + row
        for column in range(wide):
            x = left + column
            i = row * TILE + column
            left_over = abs(T[i])
            transmittance[y, x] = left_over
            alpha[y, x] = F(1) - left_over
            for channel in range(channels):
                behind = background[y * step_y, x * step_x, channel]
                image[y, x, channel] = sums[channel, i] + left_over * behind
    return used


@njit(parallel=True, cache=True, fastmath=MATH, error_model="numpy")
def raster_forward(first_in_tile, packed, tile_list, background, image, alpha, transmittance, used):
    """Composite all tiles: fills ``image [B, H, W, C]`` over ``background`` (``[B or 1, H or 1, W or 1,
    C]``), ``alpha [B, H, W]``, ``transmittance [B, H, W]`` and ``used [B * tiles]``, the entries each tile
    needed."""
    frames, height, width = alpha.shape
    tiles_wide, tiles_high = (width + TILE - 1) // TILE, (height + TILE - 1) // TILE
    tiles = tiles_wide * tiles_high
    for unit in prange(frames * tiles):
        b, tile = unit // tiles, unit % tiles
        top, left = (tile // tiles_wide) * TILE, (tile % tiles_wide) * TILE
        plate = background[b if background.shape[0] > 1 else 0]
        used[unit] = _forward_tile(
            left, top, first_in_tile[unit], first_in_tile[unit + 1], packed, tile_list, plate,
            image[b], alpha[b], transmittance[b],
        )  # fmt: skip


@njit(fastmath=MATH, error_model="numpy")
def _backward_tile(
    left, top, entry, used, end, packed, tile_list, image, transmittance, grad_image, grad_alpha,
    first_record, end_record, records,
):  # fmt: skip
    F = packed.dtype.type
    zero, half = F(0), F(0.5)
    channels = image.shape[2]
    high, wide = min(TILE, image.shape[0] - top), min(TILE, image.shape[1] - left)
    T, rest = np.empty(PIXELS, packed.dtype), np.zeros(PIXELS, packed.dtype)
    v = np.zeros((channels, PIXELS), packed.dtype)
    weights, toward = np.empty(PIXELS, packed.dtype), np.empty(PIXELS, packed.dtype)
    grad_color = np.empty(channels, packed.dtype)
    _open_tile(T, wide)
    for row in range(high):
        y = top + row
        for column in range(wide):
            x = left + column
            total = -transmittance[y, x] * grad_alpha[y, x]
            for channel in range(channels):
                value = grad_image[y, x, channel]
                v[channel, row * TILE + column] = value
                total += value * image[y, x, channel]
            rest[row * TILE + column] = total
    for e in range(entry, entry + used):
        splat = packed[tile_list[e, 0]]
        first, last = _rows(splat, top, high)
        x0, y0 = splat[0] - F(left) - half, splat[1] - F(top) - half
        a, b, c = -half * splat[2], -splat[3], -half * splat[4]
        if channels == 3:
            g0, g1, g2, s, sx, sy, sxx, sxy, syy = splat_gradient_rgb(
                first, last, T, rest, v, x0, y0, a, b, c, splat[5], splat[8], splat[9], splat[10]
            )
            grad_color[0], grad_color[1], grad_color[2] = g0, g1, g2
        else:
            s, sx, sy, sxx, sxy, syy = splat_gradient(
                first,
                last,
                T,
                rest,
                v,
                weights,
                toward,
                x0,
                y0,
                a,
                b,
                c,
                splat[5],
                splat[PACKED:],
                grad_color,
            )
        slot = tile_list[e, 1]
        if first_record <= slot < end_record:
            record = records[slot - first_record]
            record[0], record[1] = splat[2] * sx + splat[3] * sy, splat[3] * sx + splat[4] * sy
            record[2], record[3], record[4] = -half * sxx, -sxy, -half * syy
            record[5] = s / splat[5]
            for channel in range(channels):
                record[SHAPE + channel] = grad_color[channel]
    for e in range(entry + used, end):
        slot = tile_list[e, 1]
        if first_record <= slot < end_record:
            for k in range(SHAPE + channels):
                records[slot - first_record, k] = zero


@njit(parallel=True, cache=True, fastmath=MATH, error_model="numpy")
def raster_backward(
    first_in_tile, used, packed, tile_list, image, transmittance, grad_image, grad_alpha,
    first_record, end_record, records,
):  # fmt: skip
    """Fill the records ``first_record..end_record`` (``records [R, 6 + C]``) from the gradients of the
    outputs."""
    frames, height, width = transmittance.shape
    tiles_wide, tiles_high = (width + TILE - 1) // TILE, (height + TILE - 1) // TILE
    tiles = tiles_wide * tiles_high
    for unit in prange(frames * tiles):
        b, tile = unit // tiles, unit % tiles
        if first_in_tile[unit] < first_in_tile[unit + 1]:
            _backward_tile(
                (tile % tiles_wide) * TILE, (tile // tiles_wide) * TILE,
                first_in_tile[unit], used[unit], first_in_tile[unit + 1], packed, tile_list,
                image[b], transmittance[b], grad_image[b], grad_alpha[b], first_record, end_record, records,
            )  # fmt: skip


@njit(parallel=True, cache=True, error_model="numpy")
def sum_records(
    first, end, frame, order, first_record, records, grad_means2d, grad_conics, grad_strength, grad_colors
):
    """Sum the records of the packed splats ``first..end``, whose frames are ``frame [V]``, into
    ``grad_*``."""
    record0 = first_record[first]
    for j in prange(first, end):
        b, i = frame[j], order[j]
        for slot in range(first_record[j] - record0, first_record[j + 1] - record0):
            grad_means2d[b, i, 0] += records[slot, 0]
            grad_means2d[b, i, 1] += records[slot, 1]
            grad_conics[b, i, 0] += records[slot, 2]
            grad_conics[b, i, 1] += records[slot, 3]
            grad_conics[b, i, 2] += records[slot, 4]
            grad_strength[b, i] += records[slot, 5]
            for channel in range(grad_colors.shape[2]):
                grad_colors[b, i, channel] += records[slot, SHAPE + channel]

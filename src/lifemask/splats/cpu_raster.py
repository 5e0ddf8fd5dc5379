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
from numba import int32, njit, uint64
from numba.extending import overload

from lifemask.splats.constants import ALPHA_MAX, ALPHA_MIN, TRANSMITTANCE_MIN
from lifemask.splats.cpu_bin import LOG2E, PACKED, TILE_HIGH, TILE_WIDE, tiles_of

MATH = {"contract", "nsz", "arcp", "nnan", "ninf", "reassoc"}
PIXELS = TILE_WIDE * TILE_HIGH
X, Y, REST, WEIGHT, TOWARD, PLANES = (plane * PIXELS for plane in range(1, 7))
"""A tile's numbers lie in one flat array, plane after plane: transmittance; the pixel's place in the tile; in
the backward pass what is left of v · image; the splat's weights and v · colour (when there are not three
channels); then the channels of the image or of v. One array, because LLVM would otherwise check before every
loop that the arrays do not overlap."""
SHAPE = 6
"""Columns of a record before the colours: d/dx, d/dy, d/d(conic a, b, c), d/d(opacity)."""

_tiles_of = njit(tiles_of)


def _exp2(x):
    """2^x for x not above 0; overloaded below for compiled code."""
    return math.exp2(x)


@overload(_exp2, inline="always")
def _exp2_overload(x):
    if x == numba.float32:
        return _exp2_float32
    return lambda x: math.exp(x * 0.6931471805599453)


def _exp2_float32(x):
    # The whole part goes into the exponent bits, a polynomial (fitted for the least greatest relative error, 2e-7)
    # does the rest in [-1/2, 1/2]. Below 2^-120 the result is as good as 0.
    t = max(x, np.float32(-120))
    whole = np.floor(t + np.float32(0.5))
    rest = t - whole
    p = rest * np.float32(1.3276471e-3) + np.float32(9.6755413e-3)
    p = p * rest + np.float32(5.5507133e-2)
    p = p * rest + np.float32(2.4022120e-1)
    p = p * rest + np.float32(6.9314697e-1)
    p = p * rest + np.float32(1)
    exponent = (np.int32(whole) + np.int32(127)) << np.int32(23)
    return p * np.int32(exponent).view(np.float32)


@njit(fastmath=MATH, error_model="numpy")
def add_splat_rgb(first, end, tile, x0, y0, a, b, c, opacity, red, green, blue):
    """Composite one splat into pixels ``first..end`` of a tile; ``a, b, c`` are the coefficients of
    xx, xy, yy in the exponent of two."""
    F = tile.dtype.type
    for q in range(end - first):
        i = uint64(q) + uint64(first)
        dx, dy = tile[i + uint64(X)] - x0, tile[i + uint64(Y)] - y0
        before = tile[i]
        alpha = min(_exp2((a * dx + b * dy) * dx + c * dy * dy) * opacity, F(ALPHA_MAX))
        touched = (alpha >= F(ALPHA_MIN)) & (before > F(0))
        after = before - before * alpha
        drawn = touched & (after > F(TRANSMITTANCE_MIN))
        weight = alpha * before if drawn else F(0)
        tile[i + uint64(PLANES)] += weight * red
        tile[i + uint64(PLANES + PIXELS)] += weight * green
        tile[i + uint64(PLANES + 2 * PIXELS)] += weight * blue
        tile[i] = (after if drawn else -before) if touched else before


@njit(fastmath=MATH, error_model="numpy")
def add_splat(first, end, tile, x0, y0, a, b, c, opacity, packed, j):
    """As ``add_splat_rgb`` for any number of channels: the weights first, then channel by channel."""
    F = tile.dtype.type
    for q in range(end - first):
        i = uint64(q) + uint64(first)
        dx, dy = tile[i + uint64(X)] - x0, tile[i + uint64(Y)] - y0
        before = tile[i]
        alpha = min(_exp2((a * dx + b * dy) * dx + c * dy * dy) * opacity, F(ALPHA_MAX))
        touched = (alpha >= F(ALPHA_MIN)) & (before > F(0))
        after = before - before * alpha
        drawn = touched & (after > F(TRANSMITTANCE_MIN))
        tile[i + uint64(WEIGHT)] = alpha * before if drawn else F(0)
        tile[i] = (after if drawn else -before) if touched else before
    for channel in range(packed.shape[1] - PACKED):
        color = packed[j, PACKED + channel]
        plane = uint64(PLANES + channel * PIXELS)
        for q in range(end - first):
            i = uint64(q) + uint64(first)
            tile[i + plane] += tile[i + uint64(WEIGHT)] * color


@njit(fastmath=MATH, error_model="numpy")
def splat_gradient_rgb(first, end, tile, x0, y0, a, b, c, opacity, red, green, blue):
    """Gradients of one splat in one tile: d/d(colour), then the moments 0, x, y, xx, xy, yy of
    d/d(exponent)."""
    F = tile.dtype.type
    zero = F(0)
    g0, g1, g2, s, sx, sy, sxx, sxy, syy = zero, zero, zero, zero, zero, zero, zero, zero, zero
    for q in range(end - first):
        i = uint64(q) + uint64(first)
        dx, dy = tile[i + uint64(X)] - x0, tile[i + uint64(Y)] - y0
        before = tile[i]
        raw = _exp2((a * dx + b * dy) * dx + c * dy * dy) * opacity
        alpha = min(raw, F(ALPHA_MAX))
        touched = (alpha >= F(ALPHA_MIN)) & (before > zero)
        after = before - before * alpha
        drawn = touched & (after > F(TRANSMITTANCE_MIN))
        weight = alpha * before if drawn else zero
        v0 = tile[i + uint64(PLANES)]
        v1 = tile[i + uint64(PLANES + PIXELS)]
        v2 = tile[i + uint64(PLANES + 2 * PIXELS)]
        toward = v0 * red + v1 * green + v2 * blue
        g0 += weight * v0
        g1 += weight * v1
        g2 += weight * v2
        behind = tile[i + uint64(REST)] - weight * toward
        tile[i + uint64(REST)] = behind
        grad_alpha = before * toward - behind / (F(1) - alpha)
        grad_power = grad_alpha * alpha if (drawn & (raw <= F(ALPHA_MAX))) else zero
        px, py = grad_power * dx, grad_power * dy
        s += grad_power
        sx += px
        sy += py
        sxx += px * dx
        sxy += px * dy
        syy += py * dy
        tile[i] = (after if drawn else -before) if touched else before
    return g0, g1, g2, s, sx, sy, sxx, sxy, syy


@njit(fastmath=MATH, error_model="numpy")
def splat_gradient(first, end, tile, x0, y0, a, b, c, opacity, packed, j, grad_color):
    """As ``splat_gradient_rgb`` for any number of channels; fills ``grad_color`` and returns the moments."""
    F = tile.dtype.type
    zero = F(0)
    channels = packed.shape[1] - PACKED
    for q in range(end - first):
        tile[uint64(q) + uint64(first) + uint64(TOWARD)] = zero
    for channel in range(channels):
        color = packed[j, PACKED + channel]
        plane = uint64(PLANES + channel * PIXELS)
        for q in range(end - first):
            i = uint64(q) + uint64(first)
            tile[i + uint64(TOWARD)] += tile[i + plane] * color
    s, sx, sy, sxx, sxy, syy = zero, zero, zero, zero, zero, zero
    for q in range(end - first):
        i = uint64(q) + uint64(first)
        dx, dy = tile[i + uint64(X)] - x0, tile[i + uint64(Y)] - y0
        before = tile[i]
        raw = _exp2((a * dx + b * dy) * dx + c * dy * dy) * opacity
        alpha = min(raw, F(ALPHA_MAX))
        touched = (alpha >= F(ALPHA_MIN)) & (before > zero)
        after = before - before * alpha
        drawn = touched & (after > F(TRANSMITTANCE_MIN))
        weight = alpha * before if drawn else zero
        toward = tile[i + uint64(TOWARD)]
        tile[i + uint64(WEIGHT)] = weight
        behind = tile[i + uint64(REST)] - weight * toward
        tile[i + uint64(REST)] = behind
        grad_alpha = before * toward - behind / (F(1) - alpha)
        grad_power = grad_alpha * alpha if (drawn & (raw <= F(ALPHA_MAX))) else zero
        px, py = grad_power * dx, grad_power * dy
        s += grad_power
        sx += px
        sy += py
        sxx += px * dx
        sxy += px * dy
        syy += py * dy
        tile[i] = (after if drawn else -before) if touched else before
    for channel in range(channels):
        plane = uint64(PLANES + channel * PIXELS)
        total = zero
        for q in range(end - first):
            i = uint64(q) + uint64(first)
            total += tile[i + uint64(WEIGHT)] * tile[i + plane]
        grad_color[channel] = total
    return s, sx, sy, sxx, sxy, syy


@njit(fastmath=MATH, error_model="numpy")
def _new_tile(like, channels):
    """The planes of a tile of the float type of ``like``, with the pixels' places filled in."""
    F = like.dtype.type
    tile = np.zeros(PLANES + channels * PIXELS, like.dtype)
    for i in range(PIXELS):
        tile[X + i], tile[Y + i] = F(i % TILE_WIDE), F(i // TILE_WIDE)
    return tile


@njit(fastmath=MATH, error_model="numpy")
def _open(tile, wide, high):
    """All pixels of a tile open, but those beyond the image's edges; its channels zero."""
    F = tile.dtype.type
    tile[PLANES:] = F(0)
    tile[:PIXELS] = F(1)
    if wide < TILE_WIDE or high < TILE_HIGH:
        for i in range(PIXELS):
            if i % TILE_WIDE >= wide or i // TILE_WIDE >= high:
                tile[i] = F(-1)


@njit(fastmath=MATH, error_model="numpy")
def _all_finished(tile):
    F = tile.dtype.type
    highest = F(-1)
    for q in range(PIXELS):
        highest = max(highest, tile[uint64(q)])
    return highest <= F(0)


@njit(fastmath=MATH, error_model="numpy", inline="always")
def _splat_in_tile(packed, j, rows, left, top, F):
    """The splat's range of pixels in the tile, its centre from the tile's first pixel, and its
    coefficients."""
    half = F(0.5)
    x0, y0 = packed[j, 0] - F(left) - half, packed[j, 1] - F(top) - half
    return int32(rows & 1023), int32(rows >> 10), x0, y0, packed[j, 2], packed[j, 3], packed[j, 4]


@njit(fastmath=MATH, error_model="numpy", inline="always")
def _store_row(tile, i, wide, background, step, image, pixel, channels):
    """One row of a tile over the background, into the flat image; compiled apart for three channels."""
    for column in range(wide):
        left_over = abs(tile[uint64(i + column)])
        for channel in range(channels):
            plate = background[uint64((pixel + column) * step * channels + channel)]
            value = tile[uint64(PLANES + channel * PIXELS + i + column)]
            image[uint64((pixel + column) * channels + channel)] = value + left_over * plate


@njit(fastmath=MATH, error_model="numpy", inline="always")
def _load_row(tile, i, wide, image, grad_image, pixel, channels):
    """One row of the image's gradient v into the tile's planes, and v · image into what is left of it."""
    for column in range(wide):
        total = tile[uint64(REST + i + column)]
        for channel in range(channels):
            place = uint64((pixel + column) * channels + channel)
            tile[uint64(PLANES + channel * PIXELS + i + column)] = grad_image[place]
            total += grad_image[place] * image[place]
        tile[uint64(REST + i + column)] = total


@njit(nogil=True, cache=True, fastmath=MATH, error_model="numpy")
def raster_forward(
    chunk, chunks, shape, first_in_tile, packed, tile_list, background, image, alpha, transmittance, used
):
    """Composite every ``chunks``-th tile of frames of ``shape`` (B, H, W, C): fills ``used [B * tiles]``, the
    entries that each tile needed, and the flat ``image [B * H * W * C]`` over ``background`` (as long, or
    ``[C]``), ``alpha [B * H * W]`` and ``transmittance [B * H * W]``."""
    F = packed.dtype.type
    frames, height, width, channels = shape
    tiles_wide, tiles_high = _tiles_of((width, height))
    tiles = tiles_wide * tiles_high
    step = 0 if background.shape[0] == channels else 1
    tile = _new_tile(packed, channels)
    for unit in range(chunk, frames * tiles, chunks):
        b, position = unit // tiles, unit % tiles
        top, left = (position // tiles_wide) * TILE_HIGH, (position % tiles_wide) * TILE_WIDE
        high, wide = min(TILE_HIGH, height - top), min(TILE_WIDE, width - left)
        _open(tile, wide, high)
        done = 0
        for e in range(first_in_tile[unit], first_in_tile[unit + 1]):
            if (done & 31) == 31 and _all_finished(tile):
                break
            done += 1
            j = uint64(tile_list[e, 0])
            first, end, x0, y0, ca, cb, cc = _splat_in_tile(packed, j, tile_list[e, 2], left, top, F)
            if channels == 3:
                add_splat_rgb(
                    first,
                    end,
                    tile,
                    x0,
                    y0,
                    ca,
                    cb,
                    cc,
                    packed[j, 5],
                    packed[j, PACKED],
                    packed[j, PACKED + 1],
                    packed[j, PACKED + 2],
                )
            else:
                add_splat(first, end, tile, x0, y0, ca, cb, cc, packed[j, 5], packed, j)
        used[unit] = done
        for row in range(high):
            i, pixel = row * TILE_WIDE, (b * height + top + row) * width + left
            for column in range(wide):
                left_over = abs(tile[uint64(i + column)])
                transmittance[uint64(pixel + column)] = left_over
                alpha[uint64(pixel + column)] = F(1) - left_over
            if channels == 3:
                _store_row(tile, i, wide, background, step, image, pixel, 3)
            else:
                _store_row(tile, i, wide, background, step, image, pixel, channels)


@njit(nogil=True, cache=True, fastmath=MATH, error_model="numpy")
def raster_backward(
    chunk, chunks, shape, first_in_tile, used, packed, tile_list, image, transmittance, grad_image,
    grad_alpha, first_record, end_record, records,
):  # fmt: skip
    """Fill the records ``first_record..end_record`` (``records [R, 6 + C]``) from the outputs and their
    gradients, flat as in ``raster_forward``."""
    F = packed.dtype.type
    half, two, minus_ln2 = F(0.5), F(2), F(-1 / LOG2E)
    frames, height, width, channels = shape
    tiles_wide, tiles_high = _tiles_of((width, height))
    tiles = tiles_wide * tiles_high
    tile = _new_tile(packed, channels)
    grad_color = np.empty(max(channels, 3), packed.dtype)
    for unit in range(chunk, frames * tiles, chunks):
        entry = first_in_tile[unit]
        if entry == first_in_tile[unit + 1]:
            continue
        b, position = unit // tiles, unit % tiles
        top, left = (position // tiles_wide) * TILE_HIGH, (position % tiles_wide) * TILE_WIDE
        high, wide = min(TILE_HIGH, height - top), min(TILE_WIDE, width - left)
        _open(tile, wide, high)
        for row in range(high):
            i, pixel = row * TILE_WIDE, (b * height + top + row) * width + left
            for column in range(wide):
                place = uint64(pixel + column)
                tile[uint64(REST + i + column)] = -transmittance[place] * grad_alpha[place]
            if channels == 3:
                _load_row(tile, i, wide, image, grad_image, pixel, 3)
            else:
                _load_row(tile, i, wide, image, grad_image, pixel, channels)
        for e in range(entry, first_in_tile[unit + 1]):
            slot = tile_list[e, 1] - first_record
            if e >= entry + used[unit]:
                if 0 <= slot < records.shape[0]:
                    for k in range(SHAPE + channels):
                        records[slot, k] = F(0)
                continue
            j = uint64(tile_list[e, 0])
            first, end, x0, y0, ca, cb, cc = _splat_in_tile(packed, j, tile_list[e, 2], left, top, F)
            if channels == 3:
                g0, g1, g2, s, sx, sy, sxx, sxy, syy = splat_gradient_rgb(
                    first,
                    end,
                    tile,
                    x0,
                    y0,
                    ca,
                    cb,
                    cc,
                    packed[j, 5],
                    packed[j, PACKED],
                    packed[j, PACKED + 1],
                    packed[j, PACKED + 2],
                )
                grad_color[0], grad_color[1], grad_color[2] = g0, g1, g2
            else:
                s, sx, sy, sxx, sxy, syy = splat_gradient(
                    first, end, tile, x0, y0, ca, cb, cc, packed[j, 5], packed, j, grad_color
                )
            if 0 <= slot < records.shape[0]:
                records[slot, 0] = (two * ca * sx + cb * sy) * minus_ln2
                records[slot, 1] = (cb * sx + two * cc * sy) * minus_ln2
                records[slot, 2], records[slot, 3], records[slot, 4] = -half * sxx, -sxy, -half * syy
                records[slot, 5] = s / packed[j, 5]
                for channel in range(channels):
                    records[slot, SHAPE + channel] = grad_color[channel]


@njit(nogil=True, cache=True, error_model="numpy")
def sum_records(
    chunk,
    chunks,
    first,
    end,
    visible,
    first_record,
    records,
    grad_means2d,
    grad_conics,
    grad_strength,
    grad_colors,
):
    """Sum the records of the packed splats ``first..end`` into ``grad_*``, rows of B * N splats."""
    size, record0 = end - first, first_record[first]
    for j in range(first + chunk * size // chunks, first + (chunk + 1) * size // chunks):
        i = uint64(visible[j])
        for record in range(first_record[j] - record0, first_record[j + 1] - record0):
            slot = uint64(record)
            grad_means2d[i, 0] += records[slot, 0]
            grad_means2d[i, 1] += records[slot, 1]
            grad_conics[i, 0] += records[slot, 2]
            grad_conics[i, 1] += records[slot, 3]
            grad_conics[i, 2] += records[slot, 4]
            grad_strength[i] += records[slot, 5]
            for channel in range(grad_colors.shape[1]):
                grad_colors[i, channel] += records[slot, SHAPE + channel]

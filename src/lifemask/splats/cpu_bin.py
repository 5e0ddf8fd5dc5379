"""CPU kernels: which splats touch which tile, and in which of its rows, front to back.

A tile is narrow and high, because a splat's rows in it are one loop: eight pixels wide no row holds many pixels that
the ellipse does not reach. Per frame: the visible splats are packed, entered in every tile that their ellipse meets
with the rows that it reaches there, sorted by depth (stable radix sort on the float32 bits, positive by the near
plane), and listed by tile. Each entry (splat, tile) owns one *record*, the slot in which the backward pass leaves that
entry's gradients. Records of a splat are neighbours, so they are summed in one fixed order, without atomics.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numba
import numpy as np
from numba import njit

from lifemask.errors import ConfigError
from lifemask.splats.constants import ALPHA_MIN
from lifemask.threads import run_chunks

TILE_WIDE, TILE_HIGH = 8, 32
_HOST = numba.core.codegen.get_host_cpu_features()  # type: ignore[attr-defined]
ROW_STEP = 2 if "+avx512f" in _HOST else 1
"""Rows that fill a vector register: an entry's rows come in such steps, so that no loop has a remainder."""
PACKED = 6
"""Columns of a packed splat before its colours: x, y, the exponent of two's coefficients of xx, xy, yy, opacity."""
LOG2E = math.log2(math.e)
PARTS = 8
"""Runs of a frame's splats that are looked at apart; fixed, so that results do not depend on the number of threads."""

RECORD_LIMIT = 4_000_000
"""Most records held at once (160 MB for float32 RGB); beyond it the backward pass runs in several rounds."""
ENTRY_LIMIT = 2**31 - 1
REACH_SLACK = 1e-3, 4e-3
"""By which share, and by how much, a splat's squared reach is widened where its rows are counted: rounding in the
exponent (float32, some thousands of pixels squared) must not cost it a pixel."""
SLENDER = 1e-5
"""Ellipses whose determinant is a smaller share of its first term are given all rows of their box: what is left of the
determinant is rounding."""


@dataclass(frozen=True)
class Bins:
    """The tiles' lists of all frames: V visible splats in their own order frame by frame, E (splat, tile) entries."""

    visible: np.ndarray
    """``[V]`` int32, the row of the splat among all B * N"""
    first_record: np.ndarray
    """``[V + 1]`` int32"""
    first_in_tile: np.ndarray
    """``[B * tiles + 1]`` int32, into tile_list"""
    packed: np.ndarray
    """``[V, 6 + C]`` float"""
    tile_list: np.ndarray
    """``[E, 3]`` int32: packed splat, record, first pixel + 1024 * end pixel of its rows in the tile"""

    def rounds(self, limit: int | None = None) -> Iterator[tuple[int, int]]:
        """Ranges of packed splats of at most ``limit`` records each (a single splat may have more)."""
        limit = RECORD_LIMIT if limit is None else limit
        first, visible = 0, self.visible.shape[0]
        while first < visible:
            end = int(np.searchsorted(self.first_record, self.first_record[first] + limit, side="right")) - 1
            end = max(end, first + 1)
            yield first, end
            first = end


def tiles_of(size_wh: tuple[int, int]) -> tuple[int, int]:
    """Columns and rows of tiles that cover an image."""
    return (size_wh[0] + TILE_WIDE - 1) // TILE_WIDE, (size_wh[1] + TILE_HIGH - 1) // TILE_HIGH


def bin_splats(
    frames: int,
    size_wh: tuple[int, int],
    box: np.ndarray,
    depth: np.ndarray,
    means2d: np.ndarray,
    conics: np.ndarray,
    strength: np.ndarray,
    colors: np.ndarray,
) -> Bins:
    """Sort and bin projected splats, rows of ``frames`` * N: ``box [S, 4]`` ... as ``project_forward``
    filled them, and ``colors [S, C]``."""
    tiles_wide, tiles_high = tiles_of(size_wh)
    counts = np.empty((frames * PARTS, 2), np.int64)
    _count(0, 1, box, counts)  # sooner done than shared out
    first = np.zeros((frames * PARTS + 1, 2), np.int64)
    np.cumsum(counts, 0, out=first[1:])
    visible, candidates = int(first[-1, 0]), int(first[-1, 1])
    if candidates > ENTRY_LIMIT:
        raise ConfigError(
            f"{visible} splats meet {candidates} tiles of {TILE_WIDE}x{TILE_HIGH} pixels, more than {ENTRY_LIMIT}.",
            "Most of them cover most of the image; the usual cause is scales in the wrong unit (not metres).",
            "Check the scales and the camera, or render fewer frames at once.",
        )
    rows, packed = np.empty(visible, np.int32), np.empty((visible, PACKED + colors.shape[1]), colors.dtype)
    keys, found = np.empty(visible, np.float32), np.zeros(visible + 1, np.int32)
    reached = np.empty((candidates, 2), np.int32)
    run_chunks(
        _reach, frames * PARTS, box, depth, means2d, conics, strength, colors, tiles_wide, tiles_high, first,
        rows, packed, keys, found, reached,
    )  # fmt: skip
    first_record = np.cumsum(found, dtype=np.int32)
    bins = Bins(
        visible=rows,
        first_record=first_record,
        first_in_tile=np.full(frames * tiles_wide * tiles_high + 1, first_record[-1], np.int32),
        packed=packed,
        tile_list=np.empty((int(first_record[-1]), 3), np.int32),
    )
    run_chunks(_list, frames, first, keys, found, reached, first_record, bins.first_in_tile, bins.tile_list)
    return bins


@njit(inline="always")
def _part(unit, total, parts):
    """The range of splats of a part of a frame, among ``total`` of ``parts`` parts (frames * PARTS)."""
    count = total // (parts // PARTS)
    frame, part = unit // PARTS, unit % PARTS
    return frame * count + part * count // PARTS, frame * count + (part + 1) * count // PARTS


@njit(nogil=True, cache=True)
def _count(chunk, chunks, box, counts):
    """Visible splats, and tiles that their boxes meet, of each part: ``counts [parts, 2]`` from ``box [B * N, 4]``."""
    for unit in range(chunk, counts.shape[0], chunks):
        start, end = _part(unit, box.shape[0], counts.shape[0])
        visible, total = 0, 0
        for i in range(start, end):
            if box[i, 1] >= box[i, 0] and box[i, 3] >= box[i, 2]:
                wide = box[i, 1] // TILE_WIDE - box[i, 0] // TILE_WIDE + 1
                high = box[i, 3] // TILE_HIGH - box[i, 2] // TILE_HIGH + 1
                visible += 1
                total += wide * high
        counts[unit, 0], counts[unit, 1] = visible, total


@njit(inline="always")
def _rows_in_columns(left, right, y, a, b, c, reach2, det, wide, lean, top, bottom):
    """First and last row of an ellipse ``a xx + 2 b xy + c yy <= reach2`` between two columns, as distances from its
    centre (pixels), and at most ``top..bottom``; ``wide`` its half width, ``lean`` the x of its lowest point."""
    left, right = max(left, -wide), min(right, wide)
    if left > right:
        return top, top - 1
    low, high = min(max(lean, left), right), min(max(-lean, left), right)
    last = y + (math.sqrt(max(c * reach2 - det * low * low, 0.0)) - b * low) / c
    first = y - (math.sqrt(max(c * reach2 - det * high * high, 0.0)) + b * high) / c
    return max(top, math.ceil(max(first, -1.0))), min(bottom, math.floor(min(last, 1e6)))


@njit(nogil=True, cache=True, error_model="numpy")
def _reach(
    chunk, chunks, box, depth, means2d, conics, strength, colors, tiles_wide, tiles_high, first,
    rows, packed, keys, found, reached,
):  # fmt: skip
    """Fill, for the visible splats of each part, ``rows``, ``packed`` and ``keys`` (depth); ``reached``, tile (within
    its frame) and rows of the entries, from the part's first candidate on without gaps; ``found [1 + V]``, their
    number."""
    half, log2e = packed.dtype.type(0.5), packed.dtype.type(LOG2E)
    parts = first.shape[0] - 1
    for unit in range(chunk, parts, chunks):
        start, end = _part(unit, box.shape[0], parts)
        v, e = first[unit, 0], first[unit, 1]
        for i in range(start, end):
            x0, x1, y0, y1 = box[i, 0], box[i, 1], box[i, 2], box[i, 3]
            if x1 < x0 or y1 < y0:
                continue
            rows[v], keys[v] = i, depth[i]
            packed[v, 0], packed[v, 1], packed[v, 5] = means2d[i, 0], means2d[i, 1], strength[i]
            packed[v, 2], packed[v, 4] = -half * log2e * conics[i, 0], -half * log2e * conics[i, 2]
            packed[v, 3] = -log2e * conics[i, 1]
            for channel in range(colors.shape[1]):
                packed[v, PACKED + channel] = colors[i, channel]
            x, y = float(means2d[i, 0]) - 0.5, float(means2d[i, 1]) - 0.5
            a, b, c = float(conics[i, 0]), float(conics[i, 1]), float(conics[i, 2])
            det = a * c - b * b
            round_ = det > SLENDER * a * c
            reach2 = 2 * math.log(strength[i] / ALPHA_MIN) * (1 + REACH_SLACK[0]) + REACH_SLACK[1]
            wide = math.sqrt(reach2 * c / det) if round_ else 0.0
            lean = -b * math.sqrt(reach2 / (a * det)) if round_ else 0.0
            before = e
            for column in range(x0 // TILE_WIDE, x1 // TILE_WIDE + 1):
                left, top, bottom = column * TILE_WIDE - x, y0, y1
                if round_:
                    top, bottom = _rows_in_columns(
                        left, left + (TILE_WIDE - 1), y, a, b, c, reach2, det, wide, lean, y0, y1
                    )
                if bottom < top:
                    continue
                for row in range(top // TILE_HIGH, bottom // TILE_HIGH + 1):
                    one = max(top - row * TILE_HIGH, 0) // ROW_STEP * ROW_STEP
                    last = min(bottom - row * TILE_HIGH, TILE_HIGH - 1) // ROW_STEP * ROW_STEP + ROW_STEP - 1
                    reached[e, 0] = row * tiles_wide + column
                    reached[e, 1] = one * TILE_WIDE + 1024 * (last + 1) * TILE_WIDE
                    e += 1
            found[v + 1] = e - before
            v += 1


@njit(nogil=True, cache=True)
def _list(chunk, chunks, first, keys, found, reached, first_record, first_in_tile, tile_list):
    """Fill the frames' ranges of ``first_in_tile`` and ``tile_list``: entries by tile, then by depth."""
    frames = (first.shape[0] - 1) // PARTS
    tiles = (first_in_tile.shape[0] - 1) // frames
    for frame in range(chunk, frames, chunks):
        v0, v1 = first[frame * PARTS, 0], first[(frame + 1) * PARTS, 0]
        position = np.zeros(tiles, np.int32)
        place = np.empty(v1 - v0, np.int64)
        for part in range(frame * PARTS, (frame + 1) * PARTS):
            e = first[part, 1]
            for v in range(first[part, 0], first[part + 1, 0]):
                place[v - v0] = e
                for _ in range(found[v + 1]):
                    position[reached[e, 0]] += 1
                    e += 1
        entry = first_record[v0]
        for tile in range(tiles):
            first_in_tile[frame * tiles + tile] = entry
            entry += position[tile]
            position[tile] = first_in_tile[frame * tiles + tile]
        order = np.arange(v0, v1).astype(np.int32)
        _radix_sort(keys[v0:v1].view(np.uint32), order)
        for j in range(v1 - v0):
            v = order[j]
            e, record = place[v - v0], first_record[v]
            for k in range(found[v + 1]):
                tile = reached[e + k, 0]
                slot = position[tile]
                position[tile] = slot + 1
                tile_list[slot, 0], tile_list[slot, 1], tile_list[slot, 2] = v, record + k, reached[e + k, 1]


@njit
def _radix_sort(keys, values):
    """Sort ``values`` by unsigned 32-bit ``keys``, in place and stably: three passes of 11 bits."""
    size = keys.shape[0]
    other_keys, other_values = np.empty_like(keys), np.empty_like(values)
    histogram = np.zeros((3, 2048), np.int64)
    for i in range(size):
        key = keys[i]
        histogram[0, key & np.uint32(2047)] += 1
        histogram[1, (key >> np.uint32(11)) & np.uint32(2047)] += 1
        histogram[2, key >> np.uint32(22)] += 1
    from_keys, from_values, to_keys, to_values = keys, values, other_keys, other_values
    for digit in range(3):
        position = 0
        for bucket in range(2048):
            amount = histogram[digit, bucket]
            histogram[digit, bucket] = position
            position += amount
        shift = np.uint32(11 * digit)
        for i in range(size):
            bucket = (from_keys[i] >> shift) & np.uint32(2047)
            position = histogram[digit, bucket]
            histogram[digit, bucket] = position + 1
            to_keys[position] = from_keys[i]
            to_values[position] = from_values[i]
        from_keys, to_keys = to_keys, from_keys
        from_values, to_values = to_values, from_values
    for i in range(size):
        values[i] = other_values[i]

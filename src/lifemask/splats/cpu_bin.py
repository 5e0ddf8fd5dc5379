"""CPU kernels: which splats touch which 16x16 tile, front to back.

Per frame: the visible splats are sorted by depth (stable radix sort on the float32 bits, positive by the
near plane), packed in that order, and entered in the list of every tile that their box meets. Each entry
(splat, tile) owns one *record*, the slot in which the backward pass leaves that entry's gradients. Records
of a splat are neighbours, so they are summed in one fixed order, without atomics.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numba import njit

from lifemask.errors import ConfigError
from lifemask.splats.threads import run_chunks

TILE = 16
PACKED = 8
"""Columns of a packed splat before its colours: x, y, conic a, b, c, opacity, first row, last row."""


RECORD_LIMIT = 4_000_000
"""Most records held at once (160 MB for float32 RGB); beyond it the backward pass runs in several rounds."""
ENTRY_LIMIT = 2**31 - 1


@dataclass(frozen=True)
class Bins:
    """The tiles' lists of all frames: V visible splats in depth order frame by frame, E (splat, tile)
    entries."""

    order: np.ndarray
    """``[V]`` int32, the row of the splat among all B * N"""
    first_record: np.ndarray
    """``[V + 1]`` int32"""
    first_in_tile: np.ndarray
    """``[B * tiles + 1]`` int32, into tile_list"""
    packed: np.ndarray
    """``[V, 8 + C]`` float"""
    tile_list: np.ndarray
    """``[E, 2]`` int32: packed splat, record"""

    def rounds(self, limit: int | None = None) -> Iterator[tuple[int, int]]:
        """Ranges of packed splats of at most ``limit`` records each (a single splat may have more)."""
        limit = RECORD_LIMIT if limit is None else limit
        first, visible = 0, self.order.shape[0]
        while first < visible:
            end = int(np.searchsorted(self.first_record, self.first_record[first] + limit, side="right")) - 1
            end = max(end, first + 1)
            yield first, end
            first = end


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
    tiles_wide, tiles_high = (size_wh[0] + TILE - 1) // TILE, (size_wh[1] + TILE - 1) // TILE
    drawn, entries = np.empty(frames, np.int64), np.empty(frames, np.int64)
    run_chunks(_count, frames, box, drawn, entries)
    first_splat, first_entry = (np.concatenate([[0], np.cumsum(x)]) for x in (drawn, entries))
    visible, total = int(first_splat[-1]), int(first_entry[-1])
    if total > ENTRY_LIMIT:
        raise ConfigError(
            f"{visible} splats meet {total} tiles of {TILE}x{TILE} pixels, more than {ENTRY_LIMIT}.",
            "Most of them cover most of the image; the usual cause is scales in the wrong unit (not metres).",
            "Check the scales and the camera, or render fewer frames at once.",
        )
    bins = Bins(
        order=np.empty(visible, np.int32),
        first_record=np.full(visible + 1, total, np.int32),
        first_in_tile=np.full(frames * tiles_wide * tiles_high + 1, total, np.int32),
        packed=np.empty((visible, PACKED + colors.shape[1]), colors.dtype),
        tile_list=np.empty((total, 2), np.int32),
    )
    run_chunks(
        _fill, frames, box, depth, means2d, conics, strength, colors, tiles_wide, first_splat, first_entry,
        bins.order, bins.first_record, bins.first_in_tile, bins.packed, bins.tile_list,
    )  # fmt: skip
    return bins


@njit(nogil=True, cache=True)
def _count(chunk, chunks, box, drawn, entries):
    """Visible splats ``drawn [B]`` and tile entries ``entries [B]`` of each frame, from ``box [B * N,
    4]``."""
    count = box.shape[0] // drawn.shape[0]
    for frame in range(chunk, drawn.shape[0], chunks):
        visible, total = 0, 0
        for i in range(frame * count, (frame + 1) * count):
            if box[i, 1] >= box[i, 0] and box[i, 3] >= box[i, 2]:
                wide = box[i, 1] // TILE - box[i, 0] // TILE + 1
                high = box[i, 3] // TILE - box[i, 2] // TILE + 1
                visible += 1
                total += wide * high
        drawn[frame], entries[frame] = visible, total


@njit(nogil=True, cache=True)
def _fill(
    chunk, chunks, box, depth, means2d, conics, strength, colors, tiles_wide, first_splat, first_entry,
    order, first_record, first_in_tile, packed, tile_list,
):  # fmt: skip
    """Fill the frames' ranges, ``first_splat [B + 1]`` and ``first_entry [B + 1]``, of the arrays of
    ``Bins``."""
    frames = first_splat.shape[0] - 1
    count = box.shape[0] // frames
    tiles = (first_in_tile.shape[0] - 1) // frames
    for frame in range(chunk, frames, chunks):
        splat0, splat1 = first_splat[frame], first_splat[frame + 1]
        keys, rows = np.empty(splat1 - splat0, np.float32), np.empty(splat1 - splat0, np.int32)
        visible = 0
        for i in range(frame * count, (frame + 1) * count):
            if box[i, 1] >= box[i, 0] and box[i, 3] >= box[i, 2]:
                keys[visible], rows[visible] = depth[i], i
                visible += 1
        _radix_sort(keys.view(np.uint32), rows)

        position = np.zeros(tiles, np.int32)
        record = first_entry[frame]
        for j in range(splat0, splat1):
            i = rows[j - splat0]
            order[j], first_record[j] = i, record
            packed[j, 0], packed[j, 1] = means2d[i, 0], means2d[i, 1]
            packed[j, 2], packed[j, 3], packed[j, 4] = conics[i, 0], conics[i, 1], conics[i, 2]
            packed[j, 5], packed[j, 6], packed[j, 7] = strength[i], box[i, 2], box[i, 3]
            for c in range(colors.shape[1]):
                packed[j, PACKED + c] = colors[i, c]
            left, right, top, bottom = (
                box[i, 0] // TILE,
                box[i, 1] // TILE,
                box[i, 2] // TILE,
                box[i, 3] // TILE,
            )
            record += (right - left + 1) * (bottom - top + 1)
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    position[row * tiles_wide + column] += 1

        entry = first_entry[frame]
        for tile in range(tiles):
            first_in_tile[frame * tiles + tile] = entry
            entry += position[tile]
            position[tile] = first_in_tile[frame * tiles + tile]

        for j in range(splat0, splat1):
            i = order[j]
            record = first_record[j]
            left, right, top, bottom = (
                box[i, 0] // TILE,
                box[i, 1] // TILE,
                box[i, 2] // TILE,
                box[i, 3] // TILE,
            )
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    e = position[row * tiles_wide + column]
                    position[row * tiles_wide + column] = e + 1
                    tile_list[e, 0], tile_list[e, 1] = j, record
                    record += 1


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

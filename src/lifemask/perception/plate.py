"""Recover what is behind the person: one background picture for a clip from a static camera.

Per pixel the median of what was seen while nobody stood there; what was never seen continues its
surroundings.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from scipy import ndimage

from lifemask.errors import UnusableClipError
from lifemask.media.video import fitted_size_wh

MAX_SIDE = 1920
"""Longer side of the largest frames that come out: more than anyone films a head with needs, and 4K fits four times."""


@dataclass(frozen=True)
class PlateConfig:
    """How many samples are kept, and how far from the person a pixel counts as background."""

    empty_alpha: int = 8
    """A pixel is background where the matte (0..255) is not above this, all around it."""
    margin: float = 0.016
    """Distance kept from the matte, in parts of the frame's longer side: hair and motion blur reach out."""
    min_sightings: int = 3
    """Fewer sightings than this are not trusted: they may be a slip of the matte."""
    restless: float = 6.0
    """A pixel whose sightings differ from their median by more than this in the mean (0..255) is not steady."""
    max_samples: int = 31
    """Samples kept per pixel, fewer in large frames."""
    max_bytes: int = 128_000_000
    """Memory for the samples."""
    dense_frames: int = 60
    """So many frames at the start are all used, the next so many by half, the next by a third, and so on; of the others
    only what was seen too seldom so far: somebody who leans aside for a second bares what nothing else shows."""
    fill_sweeps: int = 40
    """Smoothing sweeps per level when what was never seen is filled in."""


@dataclass(frozen=True)
class Plate:
    """The background: ``image [H, W, 3]`` uint8, ``seen [H, W]`` bool where it was really observed, and ``steady [H,
    W]`` bool where it looked alike whenever it was: no curtain, no leaves."""

    image: np.ndarray
    seen: np.ndarray
    steady: np.ndarray


def background_plate(frames: Iterable[tuple[np.ndarray, np.ndarray]], config: PlateConfig | None = None) -> Plate:
    """The plate of a clip given as ``(image [H, W, 3] uint8, alpha [H, W] uint8)`` per frame, in one pass.

    Memory does not grow with the clip: each pixel keeps a random sample of its sightings (Vitter 1985,
    algorithm R).
    """
    config = config or PlateConfig()
    samples = sightings = None
    for index, (image, alpha) in enumerate(frames):
        seldom = index % (1 + index // config.dense_frames) > 0
        if samples is None or sightings is None:
            height, width = alpha.shape
            kept = int(np.clip(config.max_bytes // image.nbytes, 5, config.max_samples))
            samples = np.zeros((height, width, kept, 3), np.uint8)
            sightings = np.zeros((height, width), np.int32)
        margin = max(2, round(config.margin * max(alpha.shape)))
        nearby = _widened(alpha, margin)
        _sample(np.ascontiguousarray(image), nearby <= config.empty_alpha, samples, sightings, seldom)
    if samples is None or sightings is None:
        raise UnusableClipError("The clip has no frames.", "The background is recovered from them.")
    image, spread = np.empty((*sightings.shape, 3), np.float32), np.empty(sightings.shape, np.float32)
    _median(samples, sightings, image, spread)
    seen = sightings >= config.min_sightings
    # The sightings next to what was never seen are the least certain; the fill starts a little further out.
    trusted = np.asarray(ndimage.binary_erosion(seen, iterations=2, border_value=1))
    filled = fill_holes(image, trusted, sweeps=config.fill_sweeps)
    return Plate(
        np.clip(np.where(seen[..., None], image, filled) + 0.5, 0, 255).astype(np.uint8),
        seen,
        seen & (spread <= config.restless),
    )


def frame_size_wh(size_wh: tuple[int, int]) -> tuple[int, int]:
    """The size in which frames of a clip of ``size_wh`` are kept and come out: its own, up to ``MAX_SIDE``."""
    return fitted_size_wh(size_wh, MAX_SIDE)


def _widened(alpha: np.ndarray, margin: int) -> np.ndarray:
    """The largest alpha within ``margin`` pixels; of large frames block by block, which reaches a little further."""
    block = max(1, margin // 4)
    if block == 1:
        return ndimage.maximum_filter(alpha, 2 * margin + 1, mode="nearest")
    height, width = alpha.shape
    padded = np.pad(alpha, ((0, -height % block), (0, -width % block)), mode="edge")
    blocks = padded.reshape(padded.shape[0] // block, block, -1, block).max((1, 3))
    blocks = ndimage.maximum_filter(blocks, 2 * -(-margin // block) + 1, mode="nearest")
    return blocks.repeat(block, 0).repeat(block, 1)[:height, :width]


def fill_holes(image: np.ndarray, known: np.ndarray, *, sweeps: int) -> np.ndarray:
    """Continue ``image [H, W, 3]`` float32 from where it is ``known [H, W]`` as smoothly as possible.

    An approximate solution of Laplace's equation, coarse to fine: the border of the hole is held, the border
    of the frame is free. Without anything known the result is mid-grey.
    """
    if known.all():
        return image
    if not known.any():
        return np.full_like(image, 127.5)
    height, width = known.shape
    half_h, half_w = (height + 1) // 2, (width + 1) // 2
    pad = ((0, 2 * half_h - height), (0, 2 * half_w - width))
    weight = np.pad(known, pad).astype(np.float32).reshape(half_h, 2, half_w, 2).sum((1, 3))
    masked = np.pad(image * known[..., None], (*pad, (0, 0))).reshape(half_h, 2, half_w, 2, 3).sum((1, 3))
    coarse = fill_holes(masked / np.maximum(weight, 1)[..., None], weight > 0, sweeps=sweeps)
    finer = coarse.repeat(2, 0).repeat(2, 1)[:height, :width]
    result = np.where(known[..., None], image, finer).astype(np.float32)
    rows, columns = np.nonzero(~known)
    _relax(result, rows, columns, sweeps)
    return result


@njit(parallel=True, cache=True)
def _sample(image, empty, samples, sightings, seldom):
    height, width, kept = samples.shape[:3]
    for y in prange(height):
        for x in range(width):
            if not empty[y, x] or (seldom and sightings[y, x] >= kept):
                continue
            count = sightings[y, x]
            sightings[y, x] = count + 1
            slot = np.int64(count)
            if count >= kept:
                # A hash instead of a generator: the same clip gives the same plate, in any order of threads.
                mixed = np.uint64(y * width + x) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(count)
                mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
                slot = np.int64((mixed >> np.uint64(33)) % np.uint64(count + 1))
                if slot >= kept:
                    continue
            for c in range(3):
                samples[y, x, slot, c] = image[y, x, c]


@njit(parallel=True, cache=True)
def _median(samples, sightings, image, spread):
    height, width, kept = samples.shape[:3]
    for y in prange(height):
        for x in range(width):
            count = min(sightings[y, x], kept)
            spread[y, x] = 0
            for c in range(3):
                image[y, x, c] = np.median(samples[y, x, :count, c]) if count else 0
                apart = np.float32(0)
                for k in range(count):
                    apart += abs(np.float32(samples[y, x, k, c]) - image[y, x, c])
                spread[y, x] = max(spread[y, x], apart / max(count, 1))


@njit(cache=True)
def _relax(image, rows, columns, sweeps):
    """Gauss-Seidel sweeps of Laplace's equation over the listed pixels, in alternating direction."""
    height, width = image.shape[:2]
    for sweep in range(sweeps):
        for step in range(rows.size):
            i = step if sweep % 2 == 0 else rows.size - 1 - step
            y, x = rows[i], columns[i]
            up, down = max(y - 1, 0), min(y + 1, height - 1)
            left, right = max(x - 1, 0), min(x + 1, width - 1)
            for c in range(3):
                image[y, x, c] = np.float32(0.25) * (
                    image[up, x, c] + image[down, x, c] + image[y, left, c] + image[y, right, c]
                )

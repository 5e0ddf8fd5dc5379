"""What of a pixel at the person's edge is person: the matte, sharpened by what is known to be behind.

A network's matte is about right and as soft as its grid. Where the background is known, a pixel's colour says more:
between the colour of the person nearby and the background, its place is its alpha (the compositing equation of Porter
and Duff 1984, solved for alpha along the line between two known colours). Where both colours are alike, or the
background was never seen, the network's word stays.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy import ndimage

from lifemask.perception.plate import fill_holes

FEWEST_PIXELS = 100
"""Background that tells a picture's exposure."""


@dataclass(frozen=True)
class ForegroundConfig:
    """How far from the matte's edge a pixel may be mixed, and when colours tell it."""

    inside_alpha: int = 243
    """From this matte (0..255) on, away from the edge, a pixel is all person."""
    outside_alpha: int = 12
    """Up to this matte a pixel away from the edge is all background."""
    erode: float = 0.004
    """How far within the matte's edge a pixel may still be mixed, in parts of the picture's longer side."""
    reach: float = 0.02
    """How far beyond the matte's edge a strand may reach, in the same parts."""
    contrast: float = 0.15
    """Distance of the two colours (0..1) at which colour and network have equal say."""
    noise: float = 0.012
    """A pixel that differs less from the background (0..1) is background; in restless clips one that differs less than
    twice as much as nine tenths of the background do."""
    trust: float = 0.85
    """What the network calls person (or background) by this much (0..1) stays so, but for strands beyond its edge."""


def sharpened_alpha(
    image: np.ndarray, alpha: np.ndarray, plate: np.ndarray, known: np.ndarray, config: ForegroundConfig | None = None
) -> np.ndarray:
    """Alpha uint8 ``[H, W]`` of ``image [H, W, 3]`` uint8 from a network's ``alpha [H, W]`` uint8, the background
    ``plate [H, W, 3]`` uint8 and where it is ``known [H, W]``: seen, and always alike. A change of exposure is taken
    out."""
    config = config or ForegroundConfig()
    longer = max(alpha.shape)
    inner, outer = (max(1, round(part * longer)) for part in (config.erode, config.reach))
    person = ndimage.minimum_filter(alpha, 2 * inner + 1, mode="nearest") >= config.inside_alpha
    near = ndimage.maximum_filter(alpha, 2 * outer + 1, mode="nearest") > config.outside_alpha
    mixed = near & ~person
    if not person.any() or not mixed.any():
        return alpha
    top, bottom, left, right = _box(mixed)
    part = np.s_[top:bottom, left:right]
    colours = _continued(image[part], person[part])
    out = alpha.copy()
    gain, restless = _gain_and_noise(image, plate, known & ~near)
    noise = max(255 * config.noise, 2 * restless)
    _solve(
        image[part], plate[part] * gain, colours, mixed[part], known[part], out[part],
        np.float32(255 * config.contrast), np.float32(noise), np.float32(255 * config.trust),
    )  # fmt: skip
    return out


def _continued(image: np.ndarray, person: np.ndarray) -> np.ndarray:
    """The person's colours ``[h, w, 3]`` float32 of half a picture's size, continued beyond their edge."""
    height, width = person.shape
    pad = ((0, height % 2), (0, width % 2))
    shape = (-(-height // 2), 2, -(-width // 2), 2)
    weight = np.pad(person, pad).astype(np.float32).reshape(shape).sum((1, 3))
    total = np.pad(image * person[..., None], (*pad, (0, 0))).astype(np.float32).reshape(*shape, 3).sum((1, 3))
    return fill_holes(total / np.maximum(weight, 1)[..., None], weight > 0, sweeps=1)


def _gain_and_noise(image: np.ndarray, plate: np.ndarray, background: np.ndarray) -> tuple[np.ndarray, float]:
    """``[3]`` float32: how much brighter the picture shows the background than the plate, and the distance of colours
    (0..255) within which nine tenths of it are then the plate's; 1 and 0 where little is seen."""
    where = background[::4, ::4]
    if where.sum() < FEWEST_PIXELS:
        return np.ones(3, np.float32), 0.0
    seen, known = (picture[::4, ::4][where].astype(np.float32) for picture in (image, plate))
    gain = (seen.sum(0) + 1) / (known.sum(0) + 1)
    return gain, float(np.percentile(np.linalg.norm(seen - known * gain, axis=1), 90))


def _box(mask: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


@njit(nogil=True, cache=True)
def _solve(image, plate, colours, mixed, known, alpha, contrast, noise, trust):
    height, width = mixed.shape
    for y in range(height):
        for x in range(width):
            if not (mixed[y, x] and known[y, x]):
                continue
            along, apart, difference = np.float32(0), np.float32(0), np.float32(0)
            for c in range(3):
                behind = plate[y, x, c]
                span, step = colours[y // 2, x // 2, c] - behind, np.float32(image[y, x, c]) - behind
                along += span * step
                apart += span * span
                difference += step * step
            share = apart / (apart + contrast * contrast)
            found = min(max(along / max(apart, np.float32(1)), np.float32(0)), np.float32(1))
            # Noise alone is no strand.
            found *= difference / (difference + noise * noise)
            before = np.float32(alpha[y, x])
            if 255 * found < before:
                # A shaded ear is darker than its surroundings and still all person.
                share *= min(max((np.float32(255) - before) / (np.float32(255) - trust), np.float32(0)), np.float32(1))
            alpha[y, x] = np.uint8(before + share * (255 * found - before) + np.float32(0.5))

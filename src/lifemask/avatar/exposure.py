"""How bright each frame was taken, and how the light on the background changed.

Cameras change exposure and white balance while they record; clouds pass, screens flicker. The background stands still
and is known, so that each frame's colours against it tell both: what all of it does is the camera's gain, which the
person has as well; what parts of it do is light that falls there. Renders are compared under that gain, over a
background in that light, and are themselves as bright as the background usually is: drift is modelled and not baked in.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter1d

from lifemask.avatar.store import FrameStore
from lifemask.perception.regions import BACKGROUND_ALPHA

USABLE = (24, 235)
"""Values of the background that are neither noise nor clipped."""
FEWEST_PIXELS = 200
FEWEST_IN_CELL = 40
PIXELS = 9_000
"""Of the picture that are looked at, about."""
OUTLIER = 24
"""A pixel that is off by more is not background: a slip of the matte, or something that moves there."""
LEAST_DRIFT = 0.006
"""Less than one and a half grey levels of 255 at full brightness is not worth a multiplication in every step."""
GRID = 6
"""Cells across and down in which the light on the background is followed."""
LEAST_LIGHT = 0.02
"""Light that changes less anywhere on the background is none: it is within what cloth and hair do to its edge."""
SLOWNESS = 6.0
"""Frames (sigma) over which that light is smoothed."""
_AT_ONCE = 32


@dataclass(frozen=True)
class Lighting:
    """Against the background plate, channel by channel: ``gains [T, 3]`` of whole frames, and the light on the
    background that is left, ``field [T, GRID, GRID, 3]``; each None where the clip has none of it."""

    gains: np.ndarray | None
    field: np.ndarray | None


def lighting(store: FrameStore, plate: np.ndarray) -> Lighting:
    """The lighting of a store's frames against ``plate [H, W, 3]`` uint8 at its view."""
    gains, cells = _measured(store, plate)
    known = np.asarray(np.isfinite(gains).all(1))
    if not known.any():
        return Lighting(None, None)
    field = _field(cells)
    if field is not None:
        # The camera's part is what most of the background does; light that falls on some of it is not the person's.
        gains = np.full_like(gains, np.nan)
        gains[known] = np.nanmedian(cells[known], 1)
        known = np.asarray(np.isfinite(gains).all(1))
    gains = _interpolated(gains, known)
    steady = np.abs(np.log(gains)).max() < LEAST_DRIFT
    return Lighting(None if steady else gains, field)


def _measured(store: FrameStore, plate: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gains of whole frames ``[T, 3]`` and of cells ``[T, GRID * GRID, 3]``; NaN where too little is seen."""
    height, width = plate.shape[:2]
    step = max(1, round((height * width / PIXELS) ** 0.5))
    behind = plate[::step, ::step].astype(np.float32)
    usable = ((behind >= USABLE[0]) & (behind <= USABLE[1])).all(-1)
    rows, columns = (np.arange(0, side, step) * GRID // side for side in (height, width))
    cell = rows[:, None] * GRID + columns
    gains, cells = np.full((store.count, 3), np.nan), np.full((store.count, GRID * GRID, 3), np.nan)
    for start in range(0, store.count, _AT_ONCE):
        part = np.arange(start, min(start + _AT_ONCE, store.count))
        mattes = store.mattes(part)[:, ::step, ::step]
        for row, image, matte in zip(part, store.images(part)[:, ::step, ::step], mattes, strict=True):
            where = usable & (matte <= BACKGROUND_ALPHA)
            seen, known, place = image[where].astype(np.float32), behind[where], cell[where]
            gains[row] = _gain(seen, known, FEWEST_PIXELS)
            if np.isfinite(gains[row]).all():
                cells[row] = _cell_gains(seen, known, gains[row], place)
    return gains, cells


def _gain(seen: np.ndarray, behind: np.ndarray, fewest: int) -> np.ndarray:
    """``[3]``: sums against sums, of the pixels that a first guess explains."""
    if len(seen) < fewest:
        return np.full(3, np.nan)
    first = np.median(seen / behind, 0)
    near = (np.abs(seen - behind * first) < OUTLIER).all(1)
    if near.sum() < fewest:
        return np.full(3, np.nan)
    return seen[near].sum(0) / behind[near].sum(0)


def _cell_gains(seen: np.ndarray, behind: np.ndarray, overall: np.ndarray, place: np.ndarray) -> np.ndarray:
    """``[GRID * GRID, 3]``: the same in every cell."""
    near = (np.abs(seen - behind * overall) < 2 * OUTLIER).all(1)
    count = np.bincount(place[near], minlength=GRID * GRID)
    total = [
        np.stack([np.bincount(place[near], values[near, c], GRID * GRID) for c in range(3)], 1)
        for values in (seen, behind)
    ]
    found = total[0] / np.maximum(total[1], 1)
    found[count < FEWEST_IN_CELL] = np.nan
    return found


def _field(cells: np.ndarray) -> np.ndarray | None:
    """Light by place ``[T, GRID, GRID, 3]`` around what most cells do; None where none changes by ``LEAST_LIGHT``."""
    enough = np.asarray(np.isfinite(cells).all(-1).mean(0) > 0.5)
    if enough.sum() < 3:
        return None
    frames = np.asarray(np.isfinite(cells[:, enough]).all((1, 2)))
    if frames.sum() < 2:
        return None
    around = np.where(frames[:, None, None], cells, np.nan) / np.median(cells[:, enough], 1)[:, None]
    field = np.ones_like(cells)
    for one in np.flatnonzero(enough):
        known = np.asarray(np.isfinite(around[:, one]).all(-1))
        field[:, one] = gaussian_filter1d(_interpolated(around[:, one], known), SLOWNESS, axis=0, mode="nearest")
    field = field.reshape(len(cells), GRID, GRID, 3)
    low, high = np.percentile(field, (2, 98), 0)
    if (high - low).max() / 2 < LEAST_LIGHT:
        return None
    empty = ~enough.reshape(GRID, GRID)
    nearest = np.asarray(distance_transform_edt(empty, return_distances=False, return_indices=True))
    return field[:, nearest[0], nearest[1]].astype(np.float32)


def _interpolated(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """``[T, 3]`` with the rows that are not ``known`` between those that are."""
    places = np.arange(len(values))
    return np.stack([np.interp(places, places[known], channel[known]) for channel in values.T], 1)

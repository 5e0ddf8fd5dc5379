"""How bright each frame was taken: cameras change exposure and white balance while they record.

The background stands still and is known, so that each frame's colours against it tell the frame's gain. Renders are
compared under that gain and are themselves as bright as the background: drift is modelled and not baked in.
"""

import numpy as np

from lifemask.avatar.store import FrameStore
from lifemask.perception.regions import BACKGROUND_ALPHA

USABLE = (24, 235)
"""Values of the background that are neither noise nor clipped."""
FEWEST_PIXELS = 200
PIXELS = 6_000
"""Of the picture that are looked at, about."""
OUTLIER = 24
"""A pixel that is off by more is not background: a slip of the matte, or something that moves there."""
LEAST_DRIFT = 0.006
"""Less than one and a half grey levels of 255 at full brightness is not worth a multiplication in every step."""
_AT_ONCE = 32


def exposure_gains(store: FrameStore, plate: np.ndarray) -> np.ndarray | None:
    """Gains ``[T, 3]`` by which each frame is brighter than ``plate [H, W, 3]`` uint8, channel by channel; None where
    the clip has no drift, or too little background to tell."""
    step = max(1, round((plate.shape[0] * plate.shape[1] / PIXELS) ** 0.5))
    behind = plate[::step, ::step].astype(np.float32)
    usable = ((behind >= USABLE[0]) & (behind <= USABLE[1])).all(-1)
    gains = np.full((store.count, 3), np.nan)
    for start in range(0, store.count, _AT_ONCE):
        rows = np.arange(start, min(start + _AT_ONCE, store.count))
        mattes = store.mattes(rows)[:, ::step, ::step]
        for row, image, matte in zip(rows, store.images(rows)[:, ::step, ::step], mattes, strict=True):
            where = usable & (matte <= BACKGROUND_ALPHA)
            if where.sum() >= FEWEST_PIXELS:
                gains[row] = _gain(image[where].astype(np.float32), behind[where])
    known = np.isfinite(gains).all(1)
    if not known.any() or np.abs(np.log(gains[known])).max() < LEAST_DRIFT:
        return None
    places = np.arange(store.count)
    return np.stack([np.interp(places, places[known], channel[known]) for channel in gains.T], 1)


def _gain(seen: np.ndarray, behind: np.ndarray) -> np.ndarray:
    """``[3]``: sums against sums, of the pixels that a first guess explains."""
    first = np.median(seen / behind, 0)
    near = (np.abs(seen - behind * first) < OUTLIER).all(1)
    if near.sum() < FEWEST_PIXELS:
        return np.full(3, np.nan)
    return seen[near].sum(0) / behind[near].sum(0)

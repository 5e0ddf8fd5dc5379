"""A made life beside the filmed one: every measure with the person's own range, and whether the made one loops."""

from dataclasses import dataclass

import numpy as np

from lifemask.speech.life import Life, LifeRows
from lifemask.speech.life_blinks import find_blinks
from lifemask.speech.life_film import Film, bridged
from lifemask.speech.life_measures import (
    BANDS_HZ,
    band_rms,
    blink_rate,
    blink_shape,
    blocks,
    largest_echo,
    like_noise,
    nearest_glimpse,
    own_blink_rate,
    own_range,
)
from lifemask.speech.life_pose import HEAD_PIVOT_M, TORSO_PIVOT_M, pose_channels
from lifemask.speech.life_statistics import LifeStatistics
from lifemask.tracking.record import Tracking

BROWS = ("browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight")
TURNS = ("nod", "turn", "tilt")
"""About the camera's x, y and z."""
_BESIDE_S = 0.12


@dataclass(frozen=True)
class Figure:
    """One measure: ``own`` over the whole clip, ``low`` and ``high`` of the person's own range, ``made`` of the made
    life. ``unit``: "1/min", "s", "deg", or "" of weights."""

    name: str
    unit: str
    own: float
    low: float
    high: float
    made: float

    @property
    def within(self) -> bool:
        """The made one could be the person's own."""
        return bool(self.low <= self.made <= self.high)


@dataclass(frozen=True)
class LifeComparison:
    """``figures``, and of the head's, the torso's and the brows' trajectories: the largest ``echo`` and the ``glimpse``
    nearest to another (``life_measures``), of the made life, of noise of the same spectrum and length, and of the clip
    repeated to that length."""

    figures: list[Figure]
    echo: dict[str, float]
    glimpse: dict[str, float]


def compare(
    tracking: Tracking,
    speaking: np.ndarray | None = None,
    emphasis: np.ndarray | None = None,
    *,
    seconds: float = 600.0,
    seed: int = 0,
) -> LifeComparison:
    """``seconds`` of life made of a clip and its voice (both as ``LifeStatistics.of`` takes them), which is heard over
    and over, beside the clip. Raises what ``LifeStatistics.of`` does."""
    statistics, film = LifeStatistics.of(tracking, speaking, emphasis), Film.of(tracking, speaking, emphasis)
    count = round(seconds * film.fps)
    voice = np.ones(len(film)) if film.speaking is None else film.speaking
    life = Life(statistics, fps=film.fps, seed=seed)
    rows = life.rows(np.resize(voice, count), np.resize(film.emphasis, count))
    names = list(statistics.lid_names[:2] + tuple(name for name in BROWS if name in statistics.face_names))
    weights = film.expression[:, [tracking.expression_names.index(name) for name in names]]
    filmed = LifeRows(weights, film.eyes, film.head, film.torso, film.modes)
    chosen = rows.expression[:, [life.names.index(name) for name in names]]
    made = LifeRows(chosen, rows.eyes, rows.camera_from_head, rows.camera_from_torso, rows.torso_modes)
    ours, theirs = _tracks(filmed, statistics, film.fps), _tracks(made, statistics, film.fps)
    labels = [f"head {name}" for name in TURNS] + [f"torso {name}" for name in TURNS] + names[2:]
    units = ["deg"] * 6 + [""] * (len(names) - 2)
    figures = _blink_figures(weights[:, :2], chosen[:, :2], film.fps) + _bands(ours, theirs, labels, units, film.fps)
    noise = like_noise(theirs, np.random.default_rng([seed, 5]))
    loop = ours[np.arange(count) % len(ours)]
    kinds = {"made": theirs, "noise": noise, "loop": loop}
    return LifeComparison(
        figures,
        {kind: float(largest_echo(series, film.fps).max()) for kind, series in kinds.items()},
        {kind: float(nearest_glimpse(series, film.fps).min()) for kind, series in kinds.items()},
    )


def _tracks(rows: LifeRows, statistics: LifeStatistics, fps: float) -> np.ndarray:
    """``[T, 6 + brows]``: turns of head and torso in degrees, brows between blinks; the lids come first in ``rows``."""
    head = pose_channels(rows.camera_from_head, statistics.head_mean, HEAD_PIVOT_M)[:, :3]
    torso = pose_channels(rows.camera_from_torso, statistics.torso_mean, TORSO_PIVOT_M)[:, :3]
    seen, beside = np.ones(len(rows), bool), round(_BESIDE_S * fps)
    blinks = find_blinks(rows.expression[:, :2], fps)
    for first, last in zip(blinks.start, blinks.end, strict=True):
        seen[max(0, first - beside) : last + 1 + beside] = False
    brows = bridged(rows.expression[:, 2:], seen) if seen.any() else rows.expression[:, 2:]
    return np.concatenate([np.degrees(head), np.degrees(torso), brows], 1)


def _blink_figures(ours: np.ndarray, theirs: np.ndarray, fps: float) -> list[Figure]:
    """Rate and shape of blinks in weights ``[T, 2]``; the shape only where there are some on both sides."""
    low, high = own_blink_rate(ours, fps)
    figures = [Figure("blinks", "1/min", blink_rate(ours, fps), low, high, blink_rate(theirs, fps))]
    own, made = blink_shape(ours, fps), blink_shape(theirs, fps)
    for name, title in (("half_s", "blinks half shut"), ("closing_s", "lids close"), ("opening_s", "lids open")):
        if len(own[name]) and len(made[name]):
            # A frame more or less is all that a clip's frames can tell.
            low, high = own[name].min() - 0.5 / fps, own[name].max() + 0.5 / fps
            figures.append(Figure(title, "s", np.median(own[name]), low, high, np.median(made[name])))
    return figures


def _bands(ours: np.ndarray, theirs: np.ndarray, labels: list[str], units: list[str], fps: float) -> list[Figure]:
    """RMS in every band of tracks ``[T, C]``; of the made ones the mean over stretches as long as the clip's blocks."""
    low, high = own_range(lambda series: band_rms(series, fps), ours, fps)
    length = blocks(len(ours), fps)[0].stop
    starts = range(0, len(theirs) - length + 1, length)
    made = np.mean([band_rms(theirs[start : start + length], fps) for start in starts], 0)
    own = np.mean([band_rms(ours[block], fps) for block in blocks(len(ours), fps)], 0)
    return [
        Figure(
            f"{label} {BANDS_HZ[band][0]:g}-{BANDS_HZ[band][1]:g} Hz",
            unit,
            own[band, c],
            low[band, c],
            high[band, c],
            made[band, c],
        )
        for c, (label, unit) in enumerate(zip(labels, units, strict=True))
        for band in range(len(BANDS_HZ))
    ]

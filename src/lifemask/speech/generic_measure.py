"""How well a mouth that is driven by a voice does: against tracked lips, and against phones whose times are known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.interpolate import CubicSpline

from lifemask.rig.apertures import lip_aperture
from lifemask.rig.bust import load_bust
from lifemask.rig.head import HeadRig
from lifemask.speech.coarticulation import coarticulate
from lifemask.speech.layers import MOTION_HZ, SOUND_HZ
from lifemask.speech.phones import recognise
from lifemask.speech.visemes import LIPS_CLOSED, Phone, both_sides

CLOSED = 0.025
"""Lips are closed below this part of the distance between the eyes' centres."""
FARTHEST_LAG = 6
"""Rows of motion."""
_STEPS_PER_ROW = 10


@dataclass(frozen=True)
class Likeness:
    """A driven opening of the lips against the true one: correlation as they stand and at the best lag, that lag
    (positive: driven later than true), and the ratio of their standard deviations."""

    correlation: float
    lag_s: float
    correlation_at_lag: float
    amplitude: float


def likeness(driven: np.ndarray, true: np.ndarray) -> Likeness:
    """Compare two openings ``[T]`` at ``MOTION_HZ``."""
    rows = np.arange(len(true), dtype=np.float64)
    between = CubicSpline(rows, driven)
    best, best_lag = -2.0, 0.0
    for lag in np.arange(-FARTHEST_LAG, FARTHEST_LAG + 1e-9, 1 / _STEPS_PER_ROW):
        kept = (rows + lag >= 0) & (rows + lag <= len(true) - 1)
        correlation = np.corrcoef(between(rows[kept] + lag), true[kept])[0, 1]
        if correlation > best:
            best, best_lag = float(correlation), float(lag)
    at_once = float(np.corrcoef(driven, true)[0, 1])
    return Likeness(at_once, best_lag / MOTION_HZ, best, float(driven.std() / true.std()))


def closed_below_m(rig: HeadRig) -> float:
    """The opening below which lips count as closed, in metres."""
    left, right = (rig.joint_positions[rig.joint_names.index(name)] for name in ("eye_left", "eye_right"))
    return CLOSED * float((left - right).norm())


def lip_opening_m(weights: np.ndarray, names: Sequence[str], rig: HeadRig | None = None) -> np.ndarray:
    """Opening of the lips ``[T]`` in metres that ``weights [T, len(names)]`` give the ``rig`` at rest."""
    rig = load_bust() if rig is None else rig
    basis = rig.expression_basis[[rig.expression_names.index(name) for name in names]]
    opened = [
        lip_aperture(rig, rig.template + torch.einsum("te,evc->tvc", part, basis))
        for part in torch.as_tensor(weights, dtype=torch.float32).split(64)
    ]
    return torch.cat(opened).numpy() if opened else np.zeros(0, np.float32)


def closures_found(phones: Sequence[Phone], opening_m: np.ndarray) -> tuple[int, int]:
    """How many of the times when the lips must meet have a row of motion at which they do, and how many there are."""
    found = count = 0
    limit = closed_below_m(load_bust())
    for phone in phones:
        first, last = int(np.floor(phone.start_s * MOTION_HZ)), int(np.ceil(phone.end_s * MOTION_HZ))
        if phone.viseme == LIPS_CLOSED and last < len(opening_m):
            count += 1
            found += bool(opening_m[first : last + 1].min() < limit)
    return found, count


def on_time(sound: np.ndarray, late_s: float) -> np.ndarray:
    """``sound`` (16 kHz) with its first ``late_s`` cut off, or silence put before it where that is negative."""
    late = round(late_s * SOUND_HZ)
    return np.concatenate([np.zeros(max(0, -late), np.float32), np.asarray(sound, np.float32)[max(0, late) :]])


def viseme_rules(blocks: Iterable[np.ndarray], rows: int) -> np.ndarray:
    """The baseline: phones of ``blocks`` of sound (16 kHz) recognised by pocketsphinx, visemes, coarticulation; weights
    ``[rows, E]`` of ``visemes.EXPRESSIONS``. Raises ConfigError if pocketsphinx is not installed."""
    return both_sides(coarticulate(list(recognise(blocks)), np.arange(rows) / MOTION_HZ))

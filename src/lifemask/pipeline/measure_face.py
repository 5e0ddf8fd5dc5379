"""How well a tracked face moves, against a truth: expressions, lips, lids and gaze."""

from collections.abc import Sequence
from typing import Any

import numpy as np

EXCITED = 0.04
"""Standard deviation over a clip from which on an expression is said to move."""
CLOSED_M = 0.5e-3
"""Lips whose true opening is less than this are closed."""
OPEN_PERCENTILE = 80
"""Lids are open most of the time: this percentile of their opening is the open level."""
BLINK = 0.5
"""A blink is when the lids are truly closed by at least this share of the open level."""
SLIP = 1
"""Frames by which a found blink may come sooner or later."""


def expression_error(found: np.ndarray, true: np.ndarray, names: Sequence[str]) -> dict[str, Any]:
    """Weights ``[T, E]`` against true ones: RMSE of each by its name, and the correlation over time of those that truly
    move, with its mean (None when nothing moves). A weight that was never found has the correlation 0."""
    rmse = np.sqrt(((found - true) ** 2).mean(0))
    moving = np.flatnonzero(true.std(0) >= EXCITED)
    a, b = (part[:, moving] - part[:, moving].mean(0) for part in (found, true))
    scale = np.sqrt((a**2).sum(0) * (b**2).sum(0))
    correlation = (a * b).sum(0) / np.maximum(scale, 1e-12)
    return {
        "expression_rmse": _named(names, rmse),
        "expression_correlation": _named([names[int(index)] for index in moving], correlation),
        "expression_correlation_mean": float(correlation.mean()) if len(moving) else None,
    }


def lip_error(found_m: np.ndarray, true_m: np.ndarray) -> dict[str, float | None]:
    """Openings of the lips ``[T]``, in millimetres: mean error as it is (``lip_aperture_mm``); mean and 95th percentile
    without the constant offset, which comes from where two rigs have their lips' edges; and how far the lips are found
    open when they are truly closed, beyond the true opening, offset included (None when they never close)."""
    difference = 1e3 * (found_m - true_m)
    rest = np.abs(difference - difference.mean())
    closed = true_m < CLOSED_M
    return {
        "lip_aperture_mm": float(np.abs(difference).mean()),
        "lip_offset_mm": float(difference.mean()),
        "lip_error_mm": float(rest.mean()),
        "lip_error_95_mm": float(np.percentile(rest, 95)),
        "lip_open_when_closed_mm": float(difference[closed].mean()) if closed.any() else None,
        "lip_open_when_closed_95_mm": float(np.percentile(difference[closed], 95)) if closed.any() else None,
    }


def blink_error(found_m: np.ndarray, true_m: np.ndarray) -> dict[str, float | int | None]:
    """Openings of the lids ``[T, 2]``: which share of its true closure each blink of each eye reaches, relative to the
    open level; mean and least (None without a blink)."""
    shares = [
        _closure(found)[part].max() / _closure(true)[part].max()
        for found, true in zip(found_m.T, true_m.T, strict=True)
        for part in _runs(_closure(true) >= BLINK)
    ]
    return {
        "blinks": len(shares),
        "blink_closure": float(np.mean(shares)) if shares else None,
        "blink_closure_least": float(np.min(shares)) if shares else None,
    }


def gaze_error(found: np.ndarray, true: np.ndarray, eyelids_m: np.ndarray) -> dict[str, float]:
    """Gaze ``[T, 2, 2]`` (yaw, pitch; radians) while the lids, truly open by ``eyelids_m [T, 2]``, are not closed: mean
    angle between the directions, degrees, and the same without each eye's constant offset."""
    see = np.stack([_closure(lid) < BLINK for lid in eyelids_m.T], 1)
    offset = np.stack([(found - true)[see[:, eye], eye].mean(0) for eye in (0, 1)])
    return {
        "gaze_deg": float(_angle_deg(found, true)[see].mean()),
        "gaze_without_offset_deg": float(_angle_deg(found - offset, true)[see].mean()),
    }


def _closure(opening_m: np.ndarray) -> np.ndarray:
    """How far lids ``[T]`` are closed: 0 at the open level, 1 when their edges meet."""
    return 1 - opening_m / np.percentile(opening_m, OPEN_PERCENTILE)


def _runs(inside: np.ndarray) -> list[slice]:
    """Where ``inside [T]`` is true without a break, and ``SLIP`` frames around."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(int)))
    return [slice(max(0, start - SLIP), end + SLIP) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _angle_deg(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Angles ``[...]`` between directions of (yaw, pitch) ``[..., 2]``."""

    def direction(gaze: np.ndarray) -> np.ndarray:
        yaw, pitch = gaze[..., 0], gaze[..., 1]
        return np.stack([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)], -1)

    across = np.linalg.norm(np.cross(direction(a), direction(b)), axis=-1)
    return np.degrees(np.arctan2(across, (direction(a) * direction(b)).sum(-1)))


def _named(names: Sequence[str], values: np.ndarray) -> dict[str, float]:
    return dict(zip(names, values.astype(float).round(4).tolist(), strict=True))

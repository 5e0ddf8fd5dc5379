"""While no face is seen: the motion is held, eases to rest, and eases back into what comes after."""

from dataclasses import replace

import numpy as np

from lifemask.avatar.driving import DrivingMotion
from lifemask.avatar.relative_pose import interpolated, linear

SHORT_S = 0.4
"""Shorter gaps stay as the tracker has bridged them."""
HOLD_S, EASE_S = 0.2, 0.8
TORSO_MARGIN_S = 0.5
"""So near to a gap the torso is not trusted: its distance is found over a stretch of frames, and what hid the face may
hide the shoulders."""


def bridged(driving: DrivingMotion) -> DrivingMotion:
    """``driving`` with what the tracker made up in long gaps replaced: from the frame before the gap to the one after,
    slowly at both ends; before the first face and after the last one it is held."""
    arrays = {name: array.copy() for name, array in driving.per_frame().items()}
    time_s = driving.timestamp_s
    for first, end in _long_gaps(driving):
        for name, array in arrays.items():
            if name == "camera_from_torso":
                start = int(np.searchsorted(time_s, time_s[first] - TORSO_MARGIN_S))
                _bridge(array, time_s, start, int(np.searchsorted(time_s, time_s[end - 1] + TORSO_MARGIN_S, "right")))
            elif name not in ("timestamp_s", "tracked"):
                _bridge(array, time_s, first, end)
    return replace(driving, **arrays)


def _bridge(array: np.ndarray, time_s: np.ndarray, first: int, end: int) -> None:
    """Replace the rows from ``first`` to ``end`` of ``array [T, ...]`` by what lies between the rows around."""
    before, after = first - 1, end
    if before < 0 or after >= len(array):
        before = after = after if before < 0 else before
    if not 0 <= before < len(array):
        return
    through = np.zeros(end - first)
    if before != after:
        through = _smooth((time_s[first:end] - time_s[before]) / (time_s[after] - time_s[before]))
    between = interpolated if array.shape[1:] == (4, 4) else linear
    array[first:end] = between(array[[before, after]], np.array([0.0, 1.0]), through)


def presence(driving: DrivingMotion) -> np.ndarray:
    """How much of the motion is shown, ``[T]``: all of it where a face is seen; in long gaps it fades to none from
    ``HOLD_S`` after the face went, and comes again before it is back."""
    shown = np.ones(len(driving))
    time_s = driving.timestamp_s
    for first, end in _long_gaps(driving):
        now = time_s[first:end]
        since = now - time_s[first - 1] if first > 0 else np.full(len(now), np.inf)
        left = time_s[end] - now if end < len(driving) else np.full(len(now), np.inf)
        shown[first:end] = 1 - _smooth((np.minimum(since, left) - HOLD_S) / EASE_S)
    return shown


def _long_gaps(driving: DrivingMotion) -> list[tuple[int, int]]:
    """First and end row of every stretch without a face that is longer than ``SHORT_S``."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], ~driving.tracked, [False]]).astype(int)))
    time_s, last = driving.timestamp_s, len(driving) - 1
    spans = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(a, b) for a, b in spans if time_s[min(b, last)] - time_s[max(a - 1, 0)] > SHORT_S]


def _smooth(share: np.ndarray) -> np.ndarray:
    """0 below 0, 1 above 1, smooth between (minimum jerk)."""
    u = np.clip(share, 0, 1)
    return u**3 * (10 - 15 * u + 6 * u * u)

"""A tracked clip as even rows of motion without gaps, with the voice that was heard in it."""

from dataclasses import dataclass

import numpy as np

from lifemask.errors import ConfigError, UnusableClipError
from lifemask.speech.life_activity import Activity, Listener
from lifemask.tracking.record import Tracking

LEAST_S = 1.0
"""Less of somebody's motion is not taken for theirs."""


@dataclass(frozen=True)
class Film:
    """``T`` rows, ``fps`` a second: poses ``head`` and ``torso [T, 4, 4]``, ``modes [T, M]``, ``expression [T, E]``,
    ``eyes [T, 2, 2]``, and ``speaking`` and ``emphasis [T]`` if known."""

    fps: float
    head: np.ndarray
    torso: np.ndarray
    modes: np.ndarray
    expression: np.ndarray
    eyes: np.ndarray
    speaking: np.ndarray | None
    emphasis: np.ndarray

    def __len__(self) -> int:
        return len(self.eyes)

    @staticmethod
    def of(tracking: Tracking, speaking: np.ndarray | None, emphasis: np.ndarray | None) -> "Film":
        """Even rows of a tracking: frames without a face are bridged. Raises UnusableClipError for less than a second
        of tracked frames, ConfigError for arrays that do not fit."""
        for name, array in (("speaking", speaking), ("emphasis", emphasis)):
            if array is not None and (np.shape(array) != (len(tracking),) or not np.isfinite(array).all()):
                raise ConfigError(
                    f"{name} does not fit the clip: {np.shape(array)}",
                    f"Expected a finite number for each of the {len(tracking)} frames.",
                )
        seen = np.flatnonzero(tracking.tracked)
        time_s = tracking.timestamp_s[seen].astype(np.float64)
        interval_s = float(np.median(np.diff(tracking.timestamp_s))) if len(tracking) > 1 else np.inf
        if len(seen) < 8 or len(seen) * interval_s < LEAST_S:
            raise UnusableClipError(
                f"a face is tracked in {len(seen)} frames only",
                f"At least {LEAST_S:g} s are needed to know how somebody moves.",
                "Film for longer.",
            )
        even_s = np.arange(time_s[0], time_s[-1] + 0.5 * interval_s, interval_s)
        # A voice is known in frames without a face too, and is not to be blurred.
        all_s = tracking.timestamp_s.astype(np.float64)
        nearest = np.searchsorted((all_s[1:] + all_s[:-1]) / 2, even_s)

        def even(array: np.ndarray) -> np.ndarray:
            flat = np.asarray(array, np.float64)[seen].reshape(len(seen), -1)
            rows = np.stack([np.interp(even_s, time_s, column) for column in flat.T] or [np.zeros(0)], 1)
            return rows.reshape(len(even_s), *np.shape(array)[1:])

        return Film(
            1 / interval_s,
            _rigid(even(tracking.camera_from_head)),
            _rigid(even(tracking.camera_from_torso)),
            even(tracking.torso_modes),
            even(tracking.expression),
            even(tracking.eyes),
            None if speaking is None else np.clip(np.asarray(speaking, np.float64)[nearest], 0, 1),
            np.zeros(len(even_s)) if emphasis is None else np.asarray(emphasis, np.float64)[nearest],
        )

    def activity(self) -> Activity | None:
        """What the voice asked for; None where no voice is known."""
        return None if self.speaking is None else Listener(self.fps).rows(self.speaking, self.emphasis)


def bridged(series: np.ndarray, known: np.ndarray) -> np.ndarray:
    """``series [T, ...]`` with straight lines across what is not ``known [T]``."""
    rows, flat = np.arange(len(series)), series.reshape(len(series), -1)
    at = rows[known]
    return np.stack([np.interp(rows, at, column[at]) for column in flat.T] or [rows[:0]], 1).reshape(series.shape)


def _rigid(transforms: np.ndarray) -> np.ndarray:
    """Transforms ``[T, 4, 4]`` that were interpolated, with rotations again."""
    left, _, right = np.linalg.svd(transforms[:, :3, :3])
    out = transforms.copy()
    out[:, :3, :3] = left @ right
    return out

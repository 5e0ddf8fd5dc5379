"""Smoothing of measured tracks whose errors are known, as strongly as the tracks themselves allow.

The maximum a posteriori track under Gaussian errors and accelerations with Cauchy's weights; the usual acceleration
is measured on the track, so that what is quiet is held still and a hand that shakes is let shake.
"""

import numpy as np
from scipy.linalg import solveh_banded

_ITERATIONS = 6
_OUTLIER_FACTOR = 3.0
_LEAST_ACCELERATION = 0.01
"""In standard errors of a measurement: stronger smoothing gains nothing over the tens of frames it then spans."""
_MEDIAN_OF_SQUARES = 0.4549
"""Of the standard normal distribution."""
_SOLVED_AT_ONCE = 256


def smooth_path(measured: np.ndarray, variance: np.ndarray, timestamp_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``measured [T, K]`` with its ``variance [T, K]`` (infinite where nothing was measured) at ``timestamp_s [T]``:
    the smooth tracks ``[T, K]`` and their standard errors ``[T, K]``. At least three rows must be measured."""
    steps = np.diff(timestamp_s)
    gaps = np.maximum(steps / max(float(np.median(steps)), 1e-9), 1e-3)
    tracks = [_smooth_track(measured[:, k], variance[:, k], gaps) for k in range(measured.shape[1])]
    return np.stack([track for track, _ in tracks], 1), np.stack([sigma for _, sigma in tracks], 1)


def _smooth_track(measured: np.ndarray, variance: np.ndarray, gaps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    seen = np.isfinite(variance)
    precision = np.where(seen, 1 / np.maximum(np.where(seen, variance, 1.0), 1e-12), 0.0)
    rows = np.flatnonzero(seen)
    places = np.concatenate([[0.0], np.cumsum(gaps)])
    track = np.interp(places, places[rows], measured[rows])
    change = np.stack([1 / gaps[:-1], -1 / gaps[:-1] - 1 / gaps[1:], 1 / gaps[1:]], 1)
    spans = (gaps[:-1] + gaps[1:]) / 2
    usual = _usual_acceleration(track, np.where(seen, variance, np.inf), change, spans)
    bands = np.zeros((3, len(track)))
    for _ in range(_ITERATIONS):
        size = (change * _triples(track)).sum(1) / np.sqrt(usual * spans)
        weights = 1 / (1 + (size / _OUTLIER_FACTOR) ** 2) / (usual * spans)
        bands = _normal_bands(precision, change, weights)
        track = solveh_banded(bands, precision * np.where(seen, measured, 0.0))
    return track, np.sqrt(_inverse_diagonal(bands))


def _usual_acceleration(track: np.ndarray, variance: np.ndarray, change: np.ndarray, spans: np.ndarray) -> float:
    """Variance of a change of velocity over one step, from its median, without what the errors contribute."""
    of_errors = (change**2 * _triples(variance)).sum(1)
    known = np.isfinite(of_errors)
    least = (_LEAST_ACCELERATION**2) * float(np.median(variance[np.isfinite(variance)]))
    if not known.any():
        return least
    squares = ((change * _triples(track)).sum(1)[known]) ** 2 / _MEDIAN_OF_SQUARES
    return max(least, float(np.median((squares - of_errors[known]) / spans[known])))


def _triples(values: np.ndarray) -> np.ndarray:
    return np.stack([values[:-2], values[1:-1], values[2:]], 1)


def _normal_bands(precision: np.ndarray, change: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Upper bands ``[3, T]`` of ``diag(precision) + change' weights change``."""
    bands = np.zeros((3, len(precision)))
    bands[2] = precision
    for i in range(3):
        for j in range(i, 3):
            bands[2 - (j - i), j : j + len(weights)] += weights * change[:, i] * change[:, j]
    return bands


def _inverse_diagonal(bands: np.ndarray) -> np.ndarray:
    count = bands.shape[1]
    out = np.empty(count)
    for start in range(0, count, _SOLVED_AT_ONCE):
        end = min(start + _SOLVED_AT_ONCE, count)
        unit = np.zeros((count, end - start))
        unit[np.arange(start, end), np.arange(end - start)] = 1
        out[start:end] = solveh_banded(bands, unit)[np.arange(start, end), np.arange(end - start)]
    return np.maximum(out, 0)

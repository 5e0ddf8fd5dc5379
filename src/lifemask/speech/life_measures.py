"""How alive a motion is, as numbers: blinks, bands of motion, and whether it repeats itself.

Every measure takes arrays and holds for a filmed motion and for a made one alike; the person's *own range* of a measure
is that of blocks of their own clip.
"""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.stats import chi2

from lifemask.speech.life_blinks import find_blinks
from lifemask.speech.life_spectrum import tapered_spectra

BANDS_HZ = ((0.1, 0.5), (0.5, 1.0), (1.0, 2.0), (2.0, 4.0), (4.0, 8.0))
BLOCK_S = 10.0
_FAR_S, _GLIMPSE_S = 5.0, 3.0
_AT_ONCE = 640


def blink_rate(weights: np.ndarray, fps: float) -> float:
    """Blinks a minute in the weights ``[T, 2]`` of both lids."""
    return 60 * fps * len(find_blinks(weights, fps).peak) / len(weights)


def blink_shape(weights: np.ndarray, fps: float) -> dict[str, np.ndarray]:
    """Of every blink in the weights ``[T, 2]`` of both lids: ``peak`` weight; seconds ``half_s`` that it is at least
    half shut; ``closing_s`` from a fifth of the peak to it and ``opening_s`` back to a fifth; ``uneven``, the
    difference of the two lids at the peak."""
    seen, both = find_blinks(weights, fps), weights.mean(1)
    closing, opening = [], []
    for peak in seen.peak:
        level = 0.2 * both[peak]
        before = np.flatnonzero(both[: peak + 1] < level)
        after = np.flatnonzero(both[peak:] < level)
        first, last = (before[-1] if len(before) else 0), (peak + after[0] if len(after) else len(both) - 1)
        closing.append((peak - first - _crossed(both[first], both[min(first + 1, peak)], level)) / fps)
        opening.append((last - peak - _crossed(both[last], both[last - 1], level)) / fps)
    return {
        "peak": both[seen.peak],
        "half_s": seen.half_s,
        "closing_s": np.array(closing),
        "opening_s": np.array(opening),
        "uneven": weights[seen.peak, 0] - weights[seen.peak, 1],
    }


def _crossed(low: float, high: float, level: float) -> float:
    """Where between two samples, 0 to 1, a curve passes ``level``."""
    return float(np.clip((level - low) / max(high - low, 1e-9), 0, 1))


def own_blink_rate(weights: np.ndarray, fps: float) -> np.ndarray:
    """The 5th and 95th percentile ``[2]`` of the blinks a minute of somebody who is seen to blink as often as in the
    weights ``[T, 2]``: the exact interval of a count (Garwood 1936), as there are few."""
    number = len(find_blinks(weights, fps).peak)
    counts = np.array([chi2.ppf(0.05, 2 * number) if number else 0.0, chi2.ppf(0.95, 2 * number + 2)]) / 2
    return 60 * fps * counts / len(weights)


def band_rms(series: np.ndarray, fps: float) -> np.ndarray:
    """RMS ``[5, C]`` of ``series [T, C]`` within ``BANDS_HZ``, in their unit."""
    spectra, frequency_hz = tapered_spectra(series, fps)
    power = (np.abs(spectra) ** 2).mean(0)
    rows = [power[(frequency_hz >= low) & (frequency_hz < high)].sum(0) for low, high in BANDS_HZ]
    return np.sqrt(2 * np.stack(rows) / len(series))


def blocks(count: int, fps: float, block_s: float = BLOCK_S) -> list[slice]:
    """Blocks of ``block_s`` seconds (a third of the clip if that is shorter), each half over the last, of ``count``
    rows."""
    length = max(8, min(round(block_s * fps), count // 3))
    return [slice(start, start + length) for start in range(0, max(1, count - length + 1), max(1, length // 2))]


def own_range(measure: Callable[[np.ndarray], np.ndarray], series: np.ndarray, fps: float) -> np.ndarray:
    """The 5th and 95th percentile ``[2, ...]`` of ``measure`` over blocks of ``series [T, ...]``."""
    found = np.stack([measure(series[block]) for block in blocks(len(series), fps)])
    return np.quantile(found, [0.05, 0.95], axis=0)


def largest_echo(series: np.ndarray, fps: float) -> np.ndarray:
    """The largest autocorrelation ``[C]`` of ``series [T, C]`` at lags from five seconds to half its length: 1 for what
    loops. Every lag by the rows that overlap there. NaN for what is not longer than ten seconds."""
    count, centred = len(series), series - series.mean(0)
    far = round(_FAR_S * fps)
    if count // 2 <= far:
        return np.full(series.shape[1], np.nan)
    spectrum = np.abs(np.fft.rfft(centred, 2 * count, axis=0)) ** 2
    alike = np.fft.irfft(spectrum, axis=0)[:count] / np.arange(count, 0, -1)[:, None]
    return (alike[far : count // 2] / np.maximum(alike[0], 1e-30)).max(0)


def nearest_glimpse(series: np.ndarray, fps: float) -> np.ndarray:
    """For each glimpse of three seconds of ``series [T, C]``, one each half second: the distance ``[N]`` to the most
    similar stretch that is at least five seconds away, in parts of the usual distance of two; 0 for what loops.

    Every channel counts alike; rows are taken ten a second, and stretches begin at any of them.
    """
    step = max(1, round(fps / 10))
    rows = series[::step] / np.maximum(series.std(0), 1e-12)
    length, rate = max(2, round(_GLIMPSE_S * fps / step)), fps / step
    windows = sliding_window_view(rows, length, axis=0).reshape(len(rows) - length + 1, -1)
    windows = (windows - windows.mean(0)).astype(np.float32)
    size, far = (windows**2).sum(1), round(_FAR_S * rate)
    usual, nearest = np.sqrt(2 * float(size.mean())), []
    for start in range(0, len(windows), _AT_ONCE):
        chosen = np.arange(start, min(start + _AT_ONCE, len(windows)), max(1, round(rate / 2)))
        squared = size + size[chosen, None] - 2 * (windows[chosen] @ windows.T)
        squared[np.abs(chosen[:, None] - np.arange(len(windows))) < far] = np.inf
        nearest.append(np.sqrt(np.maximum(squared.min(1), 0)) / usual)
    return np.concatenate(nearest)


def like_noise(series: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """``series [T, C]`` with the same spectra and cross-spectra, and new phases: what has nothing in common with it but
    these (Prichard & Theiler 1994)."""
    spectrum = np.fft.rfft(series, axis=0)
    turn = np.exp(2j * np.pi * rng.uniform(size=len(spectrum)))
    turn[0] = 1
    return np.fft.irfft(spectrum * turn[:, None], len(series), axis=0)

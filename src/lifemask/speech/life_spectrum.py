"""How somebody's motion is coloured: the power of every channel over frequency, and how channels go together.

The cross-spectrum is estimated with sine tapers (Riedel & Sidorenko 1995, IEEE Trans. Signal Processing 43) and
averaged over bands. What a tracker adds, the level at the highest frequencies, is taken off.
"""

from dataclasses import dataclass

import numpy as np

EDGES_HZ = np.array([0.0, 0.1, 0.18, 0.3, 0.45, 0.7, 1.05, 1.5, 2.1, 2.9, 4.0, 5.5, 8.0])
"""Bands within which channels go together in one way."""
RANK = 12
"""Independent sources of all channels in a band."""
USUAL_HZ = 0.5
NOISE_FROM = 0.72
"""Above this part of half the frame rate there is only noise of tracking."""
LEAST_NOISE_FPS = 20.0
_TRUST = 3.0
"""Independent estimates of a band that weigh as much as what is usual."""


@dataclass(frozen=True)
class CrossSpectrum:
    """``power [B, C]`` per hertz in ``B`` bands, in any unit; ``factor [2, B, C, R]`` real and imaginary parts of a
    square root of the coherency: rows of unit length."""

    power: np.ndarray
    factor: np.ndarray

    @staticmethod
    def of(scores: np.ndarray, fps: float, steepness: np.ndarray) -> "CrossSpectrum":
        """Of motion ``scores [T, C]`` at ``fps``; powers are shrunk towards the usual ones."""
        power, number = band_power(scores, fps)
        roots = [_root(rows) if len(rows) else None for rows in _bands(scores, fps)]
        known = np.flatnonzero(number)
        nearest = [known[np.abs(known - band).argmin()] for band in range(len(roots))]
        factor = np.stack([root for root in (roots[band] for band in nearest) if root is not None])
        return CrossSpectrum(_shrunk(power, number, steepness), np.stack([np.real(factor), np.imag(factor)]))

    def amplitudes(self, frequency_hz: np.ndarray, slow_hz: float, stop_hz: float) -> np.ndarray:
        """Amplitudes ``[F, C]`` of oscillations at evenly spaced ``frequency_hz [F]``, which fade from ``slow_hz`` to
        ``stop_hz``; together every channel has unit variance."""
        at = np.log(centres_hz())
        found = np.stack([np.interp(np.log(frequency_hz), at, np.log(column)) for column in self.power.T], 1)
        fade = np.cos(np.pi / 2 * np.clip((frequency_hz - slow_hz) / (stop_hz - slow_hz), 0, 1)) ** 2
        power = np.exp(found - found.max(0)) * fade[:, None]
        return np.sqrt(2 * power / power.sum(0))


def centres_hz() -> np.ndarray:
    """The middles ``[B]`` of the bands."""
    return np.sqrt(np.maximum(EDGES_HZ[:-1], EDGES_HZ[1] / 3) * EDGES_HZ[1:])


def usual_power(frequency_hz: np.ndarray, steepness: np.ndarray) -> np.ndarray:
    """``[F, C]``: level up to half a hertz, then falling."""
    return (1 + (frequency_hz[:, None] / USUAL_HZ) ** 2) ** -steepness


def tapered_spectra(series: np.ndarray, fps: float) -> tuple[np.ndarray, np.ndarray]:
    """Spectra ``[K, F, C]`` of ``series [T, C]`` under ``K`` tapers, and their frequencies ``[F]``; the mean of their
    squares is the power per frame of all frequencies, negative ones too."""
    count = len(series)
    number = 3 if count < 12 * fps else 5
    at = np.arange(1, count + 1) / (count + 1)
    tapers = np.sqrt(2 / (count + 1)) * np.sin(np.pi * np.arange(1, number + 1)[:, None] * at)
    return np.fft.rfft(tapers[:, :, None] * (series - series.mean(0)), axis=1), np.fft.rfftfreq(count, 1 / fps)


def band_power(series: np.ndarray, fps: float, *, noise: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Mean power ``[B, C]`` of ``series [T, C]`` in every band, and of how many estimates ``[B]``; 0 of none. With
    ``noise``, the level of the highest frequencies is taken off as far as it is lower."""
    rows = _bands(series, fps)
    power = np.stack([(np.abs(row) ** 2).mean(0) if len(row) else np.zeros(series.shape[1]) for row in rows])
    if noise and fps >= LEAST_NOISE_FPS:
        spectra, frequency_hz = tapered_spectra(series, fps)
        high = (frequency_hz > NOISE_FROM * fps / 2) & (frequency_hz < 0.98 * fps / 2)
        power = np.maximum(power - (np.abs(spectra[:, high]) ** 2).mean((0, 1)), 0.03 * power)
    return power, np.array([len(row) for row in rows])


def _bands(series: np.ndarray, fps: float) -> list[np.ndarray]:
    """Spectra ``[N, C]`` of ``series [T, C]`` that fall into each band."""
    spectra, frequency_hz = tapered_spectra(series, fps)
    band = np.searchsorted(EDGES_HZ, frequency_hz, side="right") - 1
    band[frequency_hz == 0] = -1
    return [spectra[:, band == one].reshape(-1, series.shape[1]) for one in range(len(EDGES_HZ) - 1)]


def _root(rows: np.ndarray) -> np.ndarray:
    """A square root ``[C, RANK]`` of the coherency of spectra ``[N, C]``."""
    level, count = np.sqrt((np.abs(rows) ** 2).mean(0)), rows.shape[1]
    rows = rows / np.where(level > 0, level, 1)
    # Not shrunk: what was only ever seen together (a head over its torso) stays together.
    coherency = rows.T @ rows.conj() / len(rows)
    values, vectors = np.linalg.eigh(coherency)
    kept = min(RANK, count)
    root = vectors[:, -kept:] * np.sqrt(np.maximum(values[-kept:], 0))
    root = np.pad(root, ((0, 0), (0, RANK - kept)))
    # What was never seen to move goes with nothing in particular.
    root = np.where(level[:, None] > 0, root, np.random.default_rng(0).standard_normal(root.shape))
    return root / np.maximum(np.linalg.norm(root, axis=1, keepdims=True), 1e-6)


def _shrunk(power: np.ndarray, number: np.ndarray, steepness: np.ndarray) -> np.ndarray:
    """Powers ``[B, C]`` of ``number [B]`` estimates each, drawn towards the usual ones of the same level."""
    usual = np.log(usual_power(centres_hz(), steepness))
    seen = (number > 0)[:, None] & (power > 0)
    found = np.log(np.where(seen, power, 1))
    level = ((found - usual) * seen).sum(0) / np.maximum(seen.sum(0), 1)
    share = np.where(seen, (number / (number + _TRUST))[:, None], 0)
    return np.exp(share * found + (1 - share) * (usual + level))

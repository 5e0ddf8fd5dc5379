"""Stretches of speech as no studio records them: speed, throats, rooms, microphones, noise, music, gain.

All of it on logarithms of power in mel bands, where it is cheap: an equaliser adds, a room smears along time, a throat
of another length moves the bands.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import fftconvolve

from lifemask.speech.mel import FLOOR, band_centres_hz

BANDS = 80
SILENT = np.log(FLOOR)


@dataclass
class Stretch:
    """``T`` rows of 10 ms: ``mel [T, 80]``, ``viseme [T]``, ``mouth [T, C]``, ``closed [T]``, ``teeth [T]``."""

    mel: np.ndarray
    viseme: np.ndarray
    mouth: np.ndarray
    closed: np.ndarray
    teeth: np.ndarray

    def __len__(self) -> int:
        return len(self.mel)

    def rows(self, begin: int, end: int) -> "Stretch":
        """A part of it."""
        return Stretch(*(array[begin:end] for array in vars(self).values()))


def joined(stretches: list[Stretch]) -> Stretch:
    """One after another."""
    return Stretch(*(np.concatenate(arrays) for arrays in zip(*(vars(s).values() for s in stretches), strict=True)))


def unspoken(mel: np.ndarray, channels: int) -> Stretch:
    """Sound that no mouth makes."""
    rows = len(mel)
    return Stretch(
        mel, np.zeros(rows, np.int8), np.zeros((rows, channels), np.float32), *np.zeros((2, rows), np.float32)
    )


def another_voice(said: Stretch, rng: np.random.Generator) -> Stretch:
    """The same said at another speed, by a throat of another length."""
    speed = np.clip(np.exp(rng.normal(0, 0.13)), 0.75, 1.35)
    place = np.arange(int((len(said) - 1) / speed)) * speed
    row = place.astype(int)
    part = (place - row).astype(np.float32)

    def between(array: np.ndarray) -> np.ndarray:
        share = part.reshape(-1, *[1] * (array.ndim - 1))
        return array[row] * (1 - share) + array[row + 1] * share

    mel = _other_throat(between(said.mel), np.exp(rng.normal(0, 0.07))) + np.float32(rng.uniform(-2, 2))
    viseme = said.viseme[np.minimum((place + 0.5).astype(int), len(said) - 1)]
    return Stretch(mel, viseme, between(said.mouth), between(said.closed), between(said.teeth))


def _other_throat(mel: np.ndarray, longer: float) -> np.ndarray:
    hz = band_centres_hz()
    place = np.interp(np.clip(hz * longer, hz[0], hz[-1]), hz, np.arange(BANDS))
    band = np.minimum(place.astype(int), BANDS - 2)
    part = (place - band).astype(np.float32)
    return mel[:, band] * (1 - part) + mel[:, band + 1] * part


def another_room(mel: np.ndarray, music: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """``mel [B, T, 80]`` as recorded elsewhere: room, microphone, line, noise, music, gain."""
    mel = mel.astype(np.float32)
    count, length, _ = mel.shape
    for index in np.nonzero(rng.random(count) < 0.5)[0]:
        mel[index] = _in_a_room(mel[index], rng)
    tilt = rng.normal(0, 0.012, (count, 1)) * (np.arange(BANDS) - BANDS / 2)
    mel += (_smooth_curve(count, 12, rng.uniform(0, 1.3, (count, 1)), rng) + tilt)[:, None].astype(np.float32)
    for index in range(count):
        if rng.random() < 0.12:
            mel[index, :, rng.integers(52, 74) :] -= 12
        if rng.random() < 0.08:
            mel[index, :, : rng.integers(3, 14)] -= 8
    loud = np.percentile(mel.mean(2), 90, axis=1)
    colour = _smooth_curve(count, 15, rng.uniform(0, 2, (count, 1)), rng)
    # A power seen through 25 ms and a band is the mean of a few random ones.
    noise = np.log(rng.standard_gamma(4.0, mel.shape, dtype=np.float32) / 4 + 1e-3)
    noise += (colour + (loud - rng.uniform(1, 11, count))[:, None])[:, None].astype(np.float32)
    noisy = rng.random(count) < 0.85
    mel[noisy] = np.logaddexp(mel[noisy], noise[noisy])
    for index in np.nonzero(rng.random(count) < 0.15)[0]:
        begin = rng.integers(0, len(music) - length)
        mel[index] = np.logaddexp(mel[index], music[begin : begin + length] + loud[index] - rng.uniform(2.5, 6))
    gain = rng.uniform(-5, 3, (count, 1, 1)).astype(np.float32)
    return np.logaddexp(mel + gain, np.float32(SILENT))


def _in_a_room(mel: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    seconds = rng.uniform(0.15, 0.7)
    echo = 10.0 ** (-6.0 * np.arange(int(60 * seconds)) / (100 * seconds))
    echo *= rng.uniform(0.02, 0.25) / echo.sum()
    echo[0] += 1.0
    power = fftconvolve(np.exp(mel), echo[:, None].astype(np.float32), axes=0)[: len(mel)]
    return np.log(np.maximum(power, 1e-7)).astype(np.float32)


def _smooth_curve(count: int, width: float, size: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    curve = gaussian_filter1d(rng.normal(0, 1, (count, BANDS)), width, axis=1, mode="nearest")
    return curve * size / (curve.std(1, keepdims=True) + 1e-6)

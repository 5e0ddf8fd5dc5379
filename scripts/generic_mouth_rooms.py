"""Speech as no studio records it: another speed and throat, another room, microphone, line, noise, music, gain."""

import numpy as np
from scipy.signal import butter, fftconvolve, firwin2, resample, sosfilt

from lifemask.speech.layers import SOUND_HZ


def faster(sound: np.ndarray, by: float) -> np.ndarray:
    """``sound`` at ``by`` times its speed, its pitch and throat along with it."""
    return resample(sound, int(len(sound) / by)).astype(np.float32)


def elsewhere(sound: np.ndarray, music: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """``sound [m]`` as recorded elsewhere."""
    sound = sound.astype(np.float64)
    if rng.random() < 0.45:
        sound = _in_a_room(sound, rng)
    if rng.random() < 0.7:
        sound = fftconvolve(sound, _filter((0, 100, 250, 600, 1500, 3000, 5000, 8000), 4.0, rng), mode="same")
    if rng.random() < 0.12:
        sound = sosfilt(butter(4, rng.uniform(3200, 6000), fs=SOUND_HZ, output="sos"), sound)
    loud = _loudness(sound)
    if rng.random() < 0.75:
        noise = fftconvolve(rng.normal(0, 1, len(sound)), _filter((0, 200, 800, 2500, 8000), 8.0, rng), mode="same")
        sound = sound + noise * loud / _loudness(noise) * _decibels(-rng.uniform(3, 40))
    if rng.random() < 0.12:
        begin = rng.integers(0, max(1, len(music) - len(sound)))
        under = np.resize(music[begin : begin + len(sound)], len(sound))
        sound = sound + under * loud / _loudness(under) * _decibels(-rng.uniform(6, 20))
    return np.clip(sound * _decibels(rng.uniform(-32, -12)) / _loudness(sound), -1, 1).astype(np.float32)


def _in_a_room(sound: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    seconds = rng.uniform(0.15, 0.6)
    time_s = np.arange(int(seconds * SOUND_HZ)) / SOUND_HZ
    echo = rng.normal(0, 1, len(time_s)) * 10.0 ** (-3.0 * time_s / seconds)
    echo *= _decibels(rng.uniform(-20, -2)) / np.linalg.norm(echo)
    echo[0] = 1.0
    return fftconvolve(sound, echo)[: len(sound)]


def _filter(hz: tuple[int, ...], decibels: float, rng: np.random.Generator) -> np.ndarray:
    return firwin2(257, hz, _decibels(rng.normal(0, decibels, len(hz))), fs=SOUND_HZ)


def _decibels(value):
    return 10 ** (value / 20)


def _loudness(sound: np.ndarray) -> float:
    return float(np.sqrt(np.square(sound).mean())) + 1e-6

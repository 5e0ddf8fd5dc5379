"""Sound that no mouth makes: chords, drums, swelling noise, rumble, clicks."""

import numpy as np

from lifemask.speech.layers import SOUND_HZ

PIECES, SECONDS = 60, 6
CHORDS = ((0, 4, 7), (0, 3, 7), (0,), (0, 7), (0, 5, 9))
ROOTS_HZ = (55, 65, 73, 82, 98, 110, 147, 196, 220, 262)


def music(seed: int = 5) -> np.ndarray:
    """Six minutes of it at 16 kHz, float32."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(PIECES):
        kind = rng.integers(0, 6)
        sound = (_swelling, _rumble, _clicks, _played, _played, _played)[kind](rng)
        made.append((0.5 * sound / (np.abs(sound).max() + 1e-9)).astype(np.float32))
    return np.concatenate(made)


def _played(rng: np.random.Generator) -> np.ndarray:
    seconds = np.arange(SECONDS * SOUND_HZ) / SOUND_HZ
    sound = np.zeros(len(seconds))
    for beat in np.arange(0, SECONDS, rng.uniform(0.25, 0.9)):
        since = np.maximum(seconds - beat, 0)
        begun = seconds >= beat
        root = rng.choice(ROOTS_HZ) * 2.0 ** rng.integers(0, 2)
        for step in CHORDS[rng.integers(len(CHORDS))]:
            loud = begun * np.exp(-since / rng.uniform(0.1, 1.2)) * np.minimum(since / rng.uniform(0.005, 0.1), 1)
            dull = rng.uniform(0.6, 2)
            for harmonic in range(1, rng.integers(2, 14)):
                hz = root * 2 ** (step / 12) * harmonic * (1 + rng.normal(0, 0.0005))
                sound += loud * np.sin(2 * np.pi * hz * since + rng.uniform(0, 6)) / harmonic**dull
        if rng.random() < 0.6:
            sound += (
                rng.uniform(0.3, 3) * begun * np.exp(-since / rng.uniform(0.01, 0.08)) * rng.normal(0, 1, len(sound))
            )
        if rng.random() < 0.4:
            sound += 3 * begun * np.exp(-since / 0.08) * np.sin(2 * np.pi * 60 * since * (1 + np.exp(-since / 0.02)))
    return sound


def _swelling(rng: np.random.Generator) -> np.ndarray:
    seconds = np.arange(SECONDS * SOUND_HZ) / SOUND_HZ
    return rng.normal(0, 1, len(seconds)) * (1 + np.sin(2 * np.pi * rng.uniform(0.1, 3) * seconds))


def _rumble(rng: np.random.Generator) -> np.ndarray:
    walked = np.cumsum(rng.normal(0, 1, SECONDS * SOUND_HZ))
    return walked - np.convolve(walked, np.ones(400) / 400, "same")


def _clicks(rng: np.random.Generator) -> np.ndarray:
    sound = 0.003 * rng.normal(0, 1, SECONDS * SOUND_HZ)
    for at in rng.integers(0, len(sound) - 400, rng.integers(5, 40)):
        sound[at : at + 300] += rng.normal(0, 1, 300) * np.exp(-np.arange(300) / 60) * rng.uniform(0.2, 2)
    return sound

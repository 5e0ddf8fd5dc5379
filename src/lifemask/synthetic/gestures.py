"""The small moves that make a face alive: mouth shapes of speech, blinks, saccades, and gentle wandering."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

VOWELS: dict[str, dict[str, float]] = {
    "a": {"jawOpen": 0.48, "mouthLowerDown": 0.18, "mouthUpperUp": 0.12},
    "e": {
        "jawOpen": 0.22,
        "mouthSmile": 0.10,
        "mouthStretch": 0.25,
        "mouthLowerDown": 0.22,
        "mouthUpperUp": 0.15,
    },
    "i": {
        "jawOpen": 0.11,
        "mouthSmile": 0.16,
        "mouthStretch": 0.28,
        "mouthLowerDown": 0.28,
        "mouthUpperUp": 0.18,
    },
    "o": {"jawOpen": 0.30, "mouthFunnel": 0.45, "mouthPucker": 0.20},
    "u": {"jawOpen": 0.13, "mouthPucker": 0.60, "mouthFunnel": 0.25},
}
CONSONANTS: dict[str, dict[str, float]] = {
    "m": {"closed": 1.0, "mouthPress": 0.25, "jawOpen": 0.06},
    "f": {"jawOpen": 0.08, "mouthRollLower": 0.35, "mouthUpperUp": 0.20},
    "l": {"jawOpen": 0.20, "mouthUpperUp": 0.12, "mouthLowerDown": 0.12, "tongueOut": 0.08},
    "s": {"jawOpen": 0.06, "mouthStretch": 0.22, "mouthLowerDown": 0.24, "mouthUpperUp": 0.16},
    "r": {"jawOpen": 0.14, "mouthFunnel": 0.30},
}
ONE_SIDED = ("mouthLowerDown", "mouthUpperUp", "mouthSmile", "mouthStretch", "mouthPress")
COARTICULATION_S = 0.038
BLINK_EVERY_S = (1.8, 4.2)
LID_PER_PITCH = 1 / 0.55
"""Weight of eyeLookUp/Down per radian: the lids follow the gaze."""


def ramp(t: np.ndarray, start: float, end: float) -> np.ndarray:
    """0 before ``start``, 1 after ``end``, smooth in acceleration between (minimum jerk)."""
    u = np.clip((t - start) / max(end - start, 1e-9), 0, 1)
    return u**3 * (10 - 15 * u + 6 * u * u)


def wander(t: np.ndarray, rng: np.random.Generator, frequency_hz: float) -> np.ndarray:
    """A smooth random track ``[T]`` within about -1..1 around a frequency."""
    total = np.zeros(len(t))
    for factor, weight in ((0.6, 0.5), (1.0, 0.4), (1.7, 0.25)):
        speed = frequency_hz * factor * rng.uniform(0.85, 1.15)
        total += weight * np.sin(2 * np.pi * (speed * t + rng.uniform()))
    return total


def speech_tracks(t: np.ndarray, rng: np.random.Generator, *, start_s: float) -> dict[str, np.ndarray]:
    """Mouth shapes of made-up syllables in phrases with pauses; lips close fully on m."""
    fine = 200.0
    length = int((t[-1] + 1) * fine) + 1
    targets: dict[str, np.ndarray] = {}

    def put(shape: dict[str, float], begin: float, end: float, loudness: float) -> None:
        for name, value in shape.items():
            names = (name + "Left", name + "Right") if name in ONE_SIDED else (name,)
            for one in names:
                track = targets.setdefault(one, np.zeros(length))
                uneven = rng.uniform(0.92, 1.08) if len(names) == 2 else 1.0
                track[int(begin * fine) : int(end * fine)] = value * (1 if name == "closed" else loudness * uneven)

    at = start_s
    while at < t[-1]:
        for _ in range(rng.integers(4, 10)):
            loudness = rng.uniform(0.75, 1.2)
            for table, seconds in ((CONSONANTS, (0.07, 0.11)), (VOWELS, (0.10, 0.19))):
                shape = table[str(rng.choice(list(table)))]
                duration = rng.uniform(*seconds)
                put(shape, at, at + duration, loudness)
                at += duration
        at += rng.uniform(0.2, 0.55)
    at_frames = np.clip((t * fine).astype(int), 0, length - 1)
    width = COARTICULATION_S * fine
    tracks = {
        name: gaussian_filter1d(track, width * (0.6 if name == "closed" else 1.0))[at_frames]
        for name, track in targets.items()
    }
    closed = np.clip(1.35 * tracks.pop("closed", np.zeros(len(t))), 0, 1)
    jaw = tracks.get("jawOpen", np.zeros(len(t))) * (1 - 0.75 * closed)
    tracks = {name: track * (1 - closed) if "Press" not in name else track for name, track in tracks.items()}
    return tracks | {"jawOpen": jaw, "mouthClose": jaw * closed}


def blink_track(t: np.ndarray, rng: np.random.Generator, *, first_s: float = 1.0) -> np.ndarray:
    """How far the lids are closed ``[T]``, 0..1: shut in a tenth of a second, open again in two."""
    closed = np.zeros(len(t))
    at = first_s
    while at < t[-1] + 1:
        closed = np.maximum(closed, ramp(t, at - 0.10, at) * (1 - ramp(t, at + 0.04, at + 0.24)))
        at += rng.uniform(*BLINK_EVERY_S)
    return closed


def saccades(t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Small quick changes of the gaze ``[T, 2]`` (yaw, pitch; radians) between fixations; the camera most of
    the time."""
    gaze, at, current = np.zeros((len(t), 2)), 0.9, np.zeros(2)
    while at < t[-1] + 1:
        away = rng.uniform() < 0.45
        target = rng.uniform((-0.20, -0.10), (0.20, 0.08)) if away else rng.normal(0, 0.012, 2)
        gaze += ramp(t, at, at + 0.06)[:, None] * (target - current)
        current = target
        at += rng.uniform(0.4, 1.3)
    return gaze


def gaze_expressions(gaze: np.ndarray) -> dict[str, np.ndarray]:
    """The lids' part of ``gaze [T, 2, 2]``: eyeLook weights, left eye then right."""
    tracks = {}
    for eye, side in enumerate(("Left", "Right")):
        yaw, pitch = gaze[:, eye, 0], gaze[:, eye, 1]
        outwards = yaw if side == "Left" else -yaw
        tracks["eyeLookOut" + side] = np.clip(outwards, 0, None) * LID_PER_PITCH
        tracks["eyeLookIn" + side] = np.clip(-outwards, 0, None) * LID_PER_PITCH
        tracks["eyeLookUp" + side] = np.clip(pitch, 0, None) * LID_PER_PITCH
        tracks["eyeLookDown" + side] = np.clip(-pitch, 0, None) * LID_PER_PITCH
    return tracks

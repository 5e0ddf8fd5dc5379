"""How the synthetic subject moves: talking freely, sitting still, or following the recording script.

A motion is exact by construction. Without a voice, speech is only the look of it: a stream of mouth shapes with closed
lips in between; with one, the mouth follows the phones that are heard. ``sweep`` holds motions of given angles.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lifemask.synthetic.gestures import blink_track, ramp, saccades, speech_tracks, wander
from lifemask.synthetic.posing import ATLAS_M, IN_CAMERA, WAIST_M, SubjectMotion, Tracks, finished, times, turned
from lifemask.synthetic.voice import mouth_tracks
from lifemask.synthetic.voice_words import utterance

TORSO_FOLLOWS = 0.14
"""Share of the head's yaw that the shoulders follow, ``TORSO_LAG_S`` later."""
TORSO_LAG_S = 0.35


def talking(seconds: float = 14.0, fps: float = 25.0, seed: int = 0, *, voice: bool = False) -> SubjectMotion:
    """A lively speaker: the head turns up to 25 degrees and nods, shoulders follow late, breath, blinks,
    saccades. With a ``voice`` it says ``utterance(seconds, seed)``."""
    rng = np.random.default_rng([31, seed])
    t = times(seconds, fps)
    yaw, pitch, roll = _head_targets(t, rng)
    said = utterance(len(t) / fps, seed) if voice else None
    tracks = speech_tracks(t, rng, start_s=0.4) if said is None else mouth_tracks(said, t)
    energy = tracks["jawOpen"]
    pitch += np.radians(3.0) * (np.convolve(energy, np.ones(5) / 5)[2:-2] - 0.15)
    tracks |= _brows(t, rng, energy)
    for name in ("mouthSmileLeft", "mouthSmileRight"):
        spoken = tracks[name] if said is not None else 0.0
        tracks[name] = 0.15 + 0.05 * wander(t, rng, 0.2) + spoken
    blink = blink_track(t, rng)
    shift = 0.006 * np.stack([wander(t, rng, 0.25), 0.5 * wander(t, rng, 0.3), wander(t, rng, 0.2)], 1)
    shift *= ramp(t, 0.0, 0.6)[:, None]
    motion = _compose(fps, seed, tracks, blink, (yaw, pitch, roll), shift, saccades(t, rng), breathing=True)
    return replace(motion, said=said)


def still(
    seconds: float = 4.0, fps: float = 25.0, seed: int = 0, *, blinks: bool = True, speech: bool = False
) -> SubjectMotion:
    """Head and torso do not move at all; blinks and speech as asked."""
    rng = np.random.default_rng([32, seed])
    t = times(seconds, fps)
    zero = np.zeros(len(t))
    tracks = speech_tracks(t, rng, start_s=0.2) if speech else {}
    blink = blink_track(t, rng, first_s=0.6) if blinks else zero
    gaze = np.zeros((len(t), 2))
    return _compose(fps, seed, tracks, blink, (zero, zero, zero), np.zeros((len(t), 3)), gaze, breathing=False)


def guide(seconds: float = 32.0, fps: float = 25.0, seed: int = 0) -> SubjectMotion:
    """The recording script of ``docs/recording.md``, squeezed or stretched to ``seconds``: look left, right,
    up, down; eyes alone; speak; smile, mouth wide, kiss; brows up and down, eyes closed; blink twice at both
    ends."""
    rng = np.random.default_rng([33, seed])
    t = times(seconds, fps)
    s = t * (32.0 / seconds)

    def hold(start: float, end: float, soft: float = 0.5) -> np.ndarray:
        return ramp(s, start, start + soft) * (1 - ramp(s, end - soft, end))

    yaw = np.radians(32) * (hold(3.0, 5.6, 1.1) - hold(5.5, 8.1, 1.1)) + np.radians(1.2) * wander(t, rng, 0.3)
    pitch = np.radians(16) * (hold(8.0, 9.6, 0.7) - hold(9.5, 11.1, 0.7)) + np.radians(1.0) * wander(t, rng, 0.3)
    roll = np.radians(1.2) * wander(t, rng, 0.2)
    talk = speech_tracks(t, rng, start_s=0.0)
    tracks = {name: track * hold(13.0, 23.0, 0.3) for name, track in talk.items()}
    smile = 0.30 * hold(23.0, 24.2, 0.3) + 0.42 * hold(24.0, 25.1, 0.3)
    extra: Tracks = {
        "mouthSmileLeft": smile, "mouthSmileRight": smile,
        "mouthUpperUpLeft": 0.45 * hold(24.0, 25.1, 0.3), "mouthUpperUpRight": 0.45 * hold(24.0, 25.1, 0.3),
        "mouthLowerDownLeft": 0.3 * hold(24.0, 25.1, 0.3), "mouthLowerDownRight": 0.3 * hold(24.0, 25.1, 0.3),
        "cheekSquintLeft": 0.8 * smile, "cheekSquintRight": 0.8 * smile,
        "jawOpen": 0.65 * hold(25.0, 26.1, 0.35),
        "mouthPucker": 0.75 * hold(26.0, 27.1, 0.35),
        "browInnerUp": hold(27.0, 27.9, 0.3), "browOuterUpLeft": 0.8 * hold(27.0, 27.9, 0.3),
        "browOuterUpRight": 0.8 * hold(27.0, 27.9, 0.3),
        "browDownLeft": 0.8 * hold(27.8, 28.5, 0.25), "browDownRight": 0.8 * hold(27.8, 28.5, 0.25),
    }  # fmt: skip
    for name, track in extra.items():
        tracks[name] = tracks.get(name, 0) + track
    blink = np.maximum(blink_track(t, rng, first_s=6.0), hold(28.4, 29.4, 0.2))
    for moment in (0.8, 1.7, 30.0, 30.9):
        blink = np.maximum(blink, _single_blink(s, moment))
    eyes_only = np.stack([
        0.42 * (hold(11.0, 11.6, 0.15) - hold(11.5, 12.1, 0.15)), 0.22 * (hold(12.0, 12.6, 0.15) - hold(12.5,
        13.1, 0.15)),
    ], 1)  # fmt: skip
    shift = 0.002 * np.stack([wander(t, rng, 0.3) for _ in range(3)], 1)
    return _compose(fps, seed, tracks, blink, (yaw, pitch, roll), shift, eyes_only, breathing=True)


def _single_blink(t: np.ndarray, at: float) -> np.ndarray:
    return ramp(t, at - 0.12, at) * (1 - ramp(t, at + 0.05, at + 0.25))


def _head_targets(t: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Yaw, pitch, roll ``[T]`` in radians: looks here and there with rests between, and never quite at
    rest."""
    limits = np.radians([25.0, 11.0, 8.0])
    angles = np.zeros((len(t), 3))
    current, at, side = np.zeros(3), float(rng.uniform(0.5, 0.8)), float(rng.choice([-1, 1]))
    while at < t[-1] + 1:
        target = rng.uniform(-1, 1, 3) * limits
        target[0] = side * rng.uniform(0.35, 1.0) * limits[0] if rng.uniform() < 0.75 else 0.15 * target[0]
        side = -side
        duration = rng.uniform(0.45, 0.9)
        angles += ramp(t, at, at + duration)[:, None] * (target - current)
        current = target
        at += duration + rng.uniform(0.15, 0.9)
    lively = np.radians([1.6, 1.3, 1.2]) * np.stack([wander(t, rng, 0.8) for _ in range(3)], 1)
    return tuple((angles + lively * ramp(t, 0.2, 0.8)[:, None]).T)  # type: ignore[return-value]


def _brows(t: np.ndarray, rng: np.random.Generator, energy: np.ndarray) -> Tracks:
    raised = np.clip(wander(t, rng, 0.45) - 0.35, 0, 1) * 0.9 + 0.12 * energy
    frown = np.clip(wander(t, rng, 0.3) - 0.6, 0, 1) * 0.6
    outer = np.clip(wander(t, rng, 0.35) - 0.4, 0, 1)
    return {
        "browInnerUp": raised,
        "browOuterUpLeft": 0.6 * raised + 0.4 * outer,
        "browOuterUpRight": 0.7 * raised,
        "browDownLeft": frown,
        "browDownRight": frown,
    }


def _compose(
    fps: float,
    seed: int,
    tracks: Tracks,
    blink: np.ndarray,
    head_angles: tuple[np.ndarray, np.ndarray, np.ndarray],
    head_shift_m: np.ndarray,
    gaze_offset: np.ndarray,
    *,
    breathing: bool,
) -> SubjectMotion:
    """Put the pieces together: the torso follows the head late and breathes; eyes stay on the camera but for
    offsets."""
    yaw, pitch, roll = head_angles
    frames = np.arange(len(yaw))
    t = frames / fps
    sway = np.zeros((len(t), 3))
    chest_m = np.zeros(len(t))
    if breathing:
        rng = np.random.default_rng([34, seed])
        settle = ramp(t, 0.0, 0.8)
        sway = np.radians([1.0, 0.7, 0.9]) * np.stack([wander(t, rng, 0.15) for _ in range(3)], 1) * settle[:, None]
        breath = np.sin(2 * np.pi * 0.27 * t + rng.uniform(0, 6)) * settle
        chest_m = 0.0016 * breath
        sway[:, 1] += np.radians(0.35) * breath
    sway[:, 0] += TORSO_FOLLOWS * _late(yaw, t, TORSO_LAG_S)
    sway[:, 2] += 0.5 * TORSO_FOLLOWS * _late(roll, t, TORSO_LAG_S)

    camera_from_torso = IN_CAMERA @ turned(sway, WAIST_M, np.stack([0 * t, chest_m, 0 * t], 1))
    # The head's angles are those in the room: what the torso turns is taken back.
    torso_from_head = turned(np.stack([yaw, pitch, roll], 1) - sway, ATLAS_M, head_shift_m)
    camera_from_head = camera_from_torso @ torso_from_head

    tracks = tracks | {"eyeBlinkLeft": blink, "eyeBlinkRight": blink}
    return finished(fps, seed, tracks, gaze_offset, camera_from_head, camera_from_torso)


def _late(track: np.ndarray, t: np.ndarray, lag_s: float) -> np.ndarray:
    """A first-order follower of ``track``."""
    if len(t) < 2:
        return track * 0
    keep: Callable[[float], float] = lambda step: float(np.exp(-step / lag_s))  # noqa: E731
    factor, out, value = keep(t[1] - t[0]), np.empty_like(track), track[0]
    for index, target in enumerate(track):
        value = target + factor * (value - target)
        out[index] = value
    return out

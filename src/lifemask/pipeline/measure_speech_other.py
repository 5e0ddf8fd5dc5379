"""Somebody else's voice, in their language: it drives this avatar's mouth, judged by the lips of its own clip."""

from pathlib import Path
from typing import Any

import numpy as np

from lifemask.errors import UnusableClipError
from lifemask.media.speech_sound import SpeechSound
from lifemask.media.video import probe, read_frames
from lifemask.perception.landmarks import FaceLandmarker
from lifemask.pipeline.avatar_voice import AvatarVoice
from lifemask.pipeline.measure_speech_clip import Filmed, with_depth
from lifemask.pipeline.measure_speech_engine import read_out_of, told
from lifemask.pipeline.measure_speech_lips import Lips, compared, face_template, lips_of, pauses_of
from lifemask.progress import Progress
from lifemask.speech.baselines import bands_of
from lifemask.speech.lag import Lag, audio_video_lag
from lifemask.speech.layers import MOTION_HZ, SAMPLES_PER_MOTION

MOST_S = 60.0
"""So much of the other clip is looked at."""
_AROUND_S = 1.0


def measured_other(
    own: AvatarVoice, film: Filmed, run: Path, video: Path, *, seed: int, progress: Progress
) -> dict[str, Any]:
    """The other clip's ``lag_s``, and by kind of mouth the aperture's correlation with that of the clip's own lips, its
    interval, lag and amplitude (of the two people's own spreads), and closed lips.

    Raises UnusableClipError if the clip has no sound or no face.
    """
    if not probe(video).has_audio:
        raise UnusableClipError(
            f"{video} has no sound", "Its voice is to drive the avatar.", "Name another with --other."
        )
    landmarks, seen, times_s = _looked_at(video, progress)
    if not seen.any():
        raise UnusableClipError(f"{video} shows no face", "Its lips are the truth.", "Name another with --other.")
    lips = lips_of(landmarks, seen, face_template(landmarks[seen].astype(np.float64), own.avatar.rig))
    count = int((times_s[-1] - times_s[0]) * MOTION_HZ) + 1
    lag = _lag(video, lips, times_s)
    start_s = float(times_s[0]) + lag.correction_s
    samples = np.concatenate(list(SpeechSound(video, start_s, count / MOTION_HZ).blocks()))
    sound = np.zeros(count * SAMPLES_PER_MOTION, np.float32)
    sound[: len(samples)] = samples[: len(sound)]
    true = lips.at(times_s, times_s[0] + np.arange(count) / MOTION_HZ)
    pauses = pauses_of(bands_of(sound, count)[1], count)
    found = {"video": video.name, "seconds": count / MOTION_HZ, "lag_s": lag.seconds, "lag_reason": lag.reason}
    kinds = {}
    with progress.stage("another voice", total=2) as step:
        for kind in ("ahead", "live"):
            parts = list(told(own, sound, live=kind == "live", seed=seed))
            weights = np.concatenate([rows.mouth for _, rows in parts])[:count]
            read_out = read_out_of(own, film, run, parts[0][0].mouth.names)
            driven = Lips.said(read_out(weights))
            kinds[kind] = _without_shape(driven, true, pauses, seed)
            step(1)
    return found | {"kinds": kinds}


def _without_shape(driven: Lips, true: Lips, pauses: np.ndarray, seed: int) -> dict[str, Any]:
    """What two different people's lips have in common: when and how far they open."""
    found = compared(driven, true, pauses, seed)
    kept = ("rows", "correlation", "interval", "amplitude", "lag_ms", "correlation_at_lag", "closed", "pause_speed")
    return {name: found[name] for name in kept}


def _looked_at(video: Path, progress: Progress) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Landmarks ``[T, 478, 3]``, where they are seen ``[T]``, and when ``[T]``."""
    landmarker, found, times_s = FaceLandmarker(), [], []
    with progress.stage("lips of the other clip", total=probe(video).num_frames) as step:
        for frame in read_frames(video):
            if times_s and frame.timestamp_s - times_s[0] > MOST_S:
                break
            face = landmarker.track(frame.image)
            found.append(None if face is None else with_depth(face.landmarks_px, face.depth_px))
            times_s.append(frame.timestamp_s)
            step(1)
    nothing = np.zeros((478, 3))
    seen = np.array([face is not None for face in found])
    return np.stack([nothing if face is None else face for face in found]), seen, np.array(times_s)


def _lag(video: Path, lips: Lips, times_s: np.ndarray) -> Lag:
    """How late the other clip's sound is, from the aperture of its lips."""
    start_s = float(times_s[0]) - _AROUND_S
    length_s = float(times_s[-1] - times_s[0]) + 2 * _AROUND_S
    samples = np.concatenate(list(SpeechSound(video, start_s, length_s).blocks()))
    mel, speaking = bands_of(samples, int(length_s * MOTION_HZ))
    motion = np.where(lips.seen, lips.aperture, np.nan)[:, None]
    return audio_video_lag(mel, speaking, motion, times_s - start_s)

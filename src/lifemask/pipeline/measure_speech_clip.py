"""A whole filmed clip as the bench of a voice needs it: its sound, its tracked mouth and its seen lips, row by row."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lifemask.errors import UnusableClipError
from lifemask.pipeline.measure_speech_lips import Lips, face_template, lips_of, pauses_of
from lifemask.pipeline.stages.capture import LANDMARKS
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.pipeline.stages.voice import clip_of, heard_in
from lifemask.progress import Progress
from lifemask.rig.head import HeadRig
from lifemask.speech.baselines import bands_of
from lifemask.speech.hearing import Voice, voice_of
from lifemask.speech.layers import MEL_HZ, MOTION_HZ
from lifemask.speech.loudness import emphasis
from lifemask.speech.personal_training import Clip
from lifemask.tracking.observations import Observations
from lifemask.tracking.record import Tracking


@dataclass(frozen=True)
class Filmed:
    """A clip in rows of 25 Hz from its first tracked frame on, which is at ``start_s`` of the file.

    ``clip``: its sound, whose lag is taken out (``lag_s``, None when the clip does not tell), and its tracked mouth;
    ``lips`` as detected on the real frames, ``places_px [T, 2, 2]`` where the mouth's middle is in them and, second,
    how far the eyes are apart (twice); ``template [478, 3]`` of the face; ``mel`` and ``speaking`` of the sound's rows
    of bands, ``voice`` how it sounds, ``pauses [T]``.
    """

    video: Path
    tracking: Tracking
    start_s: float
    lag_s: float | None
    clip: Clip
    lips: Lips
    places_px: np.ndarray
    template: np.ndarray
    mel: np.ndarray
    speaking: np.ndarray
    voice: Voice
    pauses: np.ndarray

    def __len__(self) -> int:
        return len(self.clip.known)

    @property
    def times_s(self) -> np.ndarray:
        """When each row is in the file's pictures ``[T]``."""
        return self.start_s + np.arange(len(self)) / MOTION_HZ

    @property
    def sound_late_s(self) -> float:
        """What to add to a time of the picture for that of its sound."""
        return self.lag_s or 0.0

    def for_life(self, tracking: Tracking) -> tuple[np.ndarray, np.ndarray]:
        """Speech and emphasis ``[T]`` of the frames of a ``tracking`` of this clip, as ``LifeStatistics.of`` takes
        them."""
        rows = np.round((tracking.timestamp_s - self.start_s) * MEL_HZ).astype(int)
        band = np.clip(rows, 0, len(self.speaking) - 1)
        return self.speaking[band], emphasis(self.mel, self.voice.level)[band]


def filmed(video: Path, run: Path, rig: HeadRig, progress: Progress) -> Filmed:
    """The clip ``video``, tracked on ``rig`` in the folder ``run``. Raises UnusableClipError if it has no sound."""
    tracking = Tracking.load(run / TRACKING)
    sound = heard_in(video, tracking, progress)
    if sound is None:
        raise UnusableClipError(
            f"{video} has no sound",
            "A bench of a voice needs the voice of the clip.",
            "Name a run of a clip with sound.",
        )
    clip = clip_of(tracking, tracking.tracked.astype(bool), sound)
    start_s, count = float(tracking.timestamp_s[0]), len(clip.known)
    times_s = start_s + np.arange(count) / MOTION_HZ
    seen = Observations.load(run / LANDMARKS)
    landmarks = with_depth(seen.landmarks_px, seen.landmark_depth_px)
    detected = seen.detected.astype(bool)
    template = face_template(landmarks[detected].astype(np.float64), rig)
    lips = lips_of(landmarks, detected, template).at(seen.timestamp_s, times_s)
    places = mouth_places(seen.landmarks_px.astype(np.float64))
    nearest = np.abs(seen.timestamp_s[:, None] - times_s).argmin(0)
    mel, speaking = bands_of(clip.sound, count)
    return Filmed(
        video, tracking, start_s, sound.lag.seconds, clip, lips, places[nearest], template, mel, speaking,
        voice_of(mel, speaking), pauses_of(speaking, count),
    )  # fmt: skip


def with_depth(landmarks_px: np.ndarray, depth_px: np.ndarray) -> np.ndarray:
    """``[T, 478, 3]`` of ``[T, 478, 2]`` and ``[T, 478]``."""
    return np.concatenate([landmarks_px, depth_px[..., None]], -1)


def mouth_places(landmarks_px: np.ndarray) -> np.ndarray:
    """``[T, 2, 2]``: the middle of the mouth (x, y), and the distance between the eyes, twice, in pixels."""
    middle = landmarks_px[:, [61, 291, 13, 14]].mean(1)
    left, right = (landmarks_px[:, list(pair)].mean(1) for pair in ((33, 133), (362, 263)))
    apart = np.linalg.norm(left - right, axis=1)
    return np.stack([middle, np.repeat(apart[:, None], 2, 1)], 1)


def about(film: Filmed) -> dict[str, Any]:
    """What the clip is, for the result."""
    return {
        "video": film.video.name,
        "seconds": len(film) / MOTION_HZ,
        "known": int(film.clip.known.sum()),
        "lag_s": film.lag_s,
        "speech_share": float((film.speaking > 0.5).mean()),
        "pauses_s": float(film.pauses.sum() / MOTION_HZ),
        "closed_share": float((film.lips.aperture < 0.025).mean()),
    }

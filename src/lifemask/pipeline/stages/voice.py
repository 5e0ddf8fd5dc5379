"""The person's voice: how their mouth follows what they say, and how the rest of them lives."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lifemask.media.speech_sound import SPEECH_HZ, SpeechSound
from lifemask.media.video import probe
from lifemask.perception.rig_source import rig_hash
from lifemask.pipeline.job import Job
from lifemask.pipeline.run import VIDEO, Stage, StageWork
from lifemask.pipeline.stages.training import REFINED, test_rows
from lifemask.pipeline.voice_file import VOICE, VoiceFile
from lifemask.progress import Progress
from lifemask.rig.head import HeadRig
from lifemask.speech.config import MouthTraining
from lifemask.speech.hearing import SPEECH, Hearing, voice_of
from lifemask.speech.lag import Lag, audio_video_lag, mouth_of
from lifemask.speech.layers import MEL_HZ, MOTION_HZ
from lifemask.speech.life_statistics import LifeStatistics
from lifemask.speech.loudness import emphasis, gain_to_usual
from lifemask.speech.personal_training import LEAST_S, Clip, learn
from lifemask.tracking.build import neutral_of
from lifemask.tracking.record import Tracking

MOST_S = 120.0
"""Of longer clips so much is learned from: more adds little, and memory stays bounded."""
_AROUND_S = 1.0
_LEAST_FRAMES = 40
_RESTING = 0.1
_ON_FRAME = 1e-3


def voice(job: Job) -> None:
    """Write ``voice.safetensors``. Rigs without the expressions that a voice drives have none."""
    if job.rig.has_jaw:
        job.progress.note("voice: none, because only avatars on the built-in head speak")
        return
    settings = {"speech": job.config.speech, "test": job.config.test, "seed": job.config.seed}
    stage = Stage("voice", 1, settings, (VIDEO, REFINED), (VOICE,))
    job.execute(stage, lambda work: _voice(job, work))


def _voice(job: Job, work: StageWork) -> dict[str, object]:
    tracking = Tracking.load(job.run.file(REFINED))
    seen = tracking.tracked.astype(bool)
    seen[test_rows(job.config, len(tracking))] = False
    if np.count_nonzero(seen) < _LEAST_FRAMES:  # a clip of a second or two: what is held out must help
        seen = tracking.tracked.astype(bool)
    sound = job.run.video if probe(job.run.video).has_audio else None
    found = voice_from(sound, tracking, seen, job.rig, job.config.speech, seed=job.config.seed, progress=job.progress)
    found.save(work.path(VOICE))
    return found.facts


def voice_from(
    file: Path | None,
    tracking: Tracking,
    seen: np.ndarray,
    rig: HeadRig,
    config: MouthTraining,
    *,
    seed: int,
    progress: Any,
) -> VoiceFile:
    """The voice of a tracked clip, learned from the rows ``seen [T]`` of ``tracking`` on ``rig`` and the sound in
    ``file``, which has the clip's clock; None: it has no sound."""
    sound = None if file is None else heard_in(file, tracking, progress)
    speaking = stressed = None
    if sound is not None:
        times_s = tracking.timestamp_s + sound.lag.correction_s - sound.start_s
        band = np.clip(np.round(times_s * MEL_HZ).astype(int), 0, len(sound.speaking) - 1)
        speaking, stressed = sound.speaking[band], emphasis(sound.mel, sound.level)[band]
    life = LifeStatistics.of(tracking.with_motion(tracked=seen), speaking, stressed)
    facts: dict[str, Any] = {"sound": sound is not None}
    mouths = {}
    if sound is not None:
        facts |= {"lag_s": sound.lag.seconds, "lag_error_s": _finite(sound.lag.error_s), "lag_reason": sound.lag.reason}
        clip = clip_of(tracking, seen, sound)
        speech_s = np.count_nonzero(clip.known) / MOTION_HZ * float((sound.speaking > SPEECH).mean())
        facts["speech_s"] = speech_s
        if speech_s >= LEAST_S:
            learned = learn(clip, rig, neutral_of(tracking, rig), config=config, seed=seed, progress=progress)
            mouths = {kind: entry.mouth for kind, entry in learned.items()}
            facts |= {f"correlation_{kind}": entry.correlation for kind, entry in learned.items()}
        else:
            progress.note(f"voice: {speech_s:.1f} s of speech, {LEAST_S:g} s are needed: the mouth will be a usual one")
    else:
        progress.note("voice: the clip has no sound: the mouth will be a usual one")
    resting = _resting(tracking, seen)
    modes = np.zeros((len(tracking), 0)) if tracking.face_modes is None else tracking.face_modes
    return VoiceFile(
        rig_hash(rig), tracking.expression_names, tracking.expression[resting].mean(0), modes[resting].mean(0), life,
        mouths, facts,
    )  # fmt: skip


@dataclass(frozen=True)
class Heard:
    """A clip's sound from ``start_s`` on, made of usual level, what is heard of it, and how late it is."""

    samples: np.ndarray
    start_s: float
    mel: np.ndarray
    speaking: np.ndarray
    level: float
    lag: Lag


def heard_in(file: Path, tracking: Tracking, progress: Progress) -> Heard:
    first_s = float(tracking.timestamp_s[0])
    start_s, last_s = first_s - _AROUND_S, min(float(tracking.timestamp_s[-1]), first_s + MOST_S)
    sound = SpeechSound(file, start_s, last_s - start_s + _AROUND_S)
    samples = np.concatenate(list(sound.blocks()))
    for warning in sound.findings().warnings():
        progress.note(f"voice: {warning}")
    hearing = Hearing()
    mel, speaking = (np.concatenate(pair) for pair in zip(hearing.push(samples), hearing.flush(), strict=True))
    lag = audio_video_lag(mel, speaking, mouth_of(tracking), tracking.timestamp_s - start_s)
    level = voice_of(mel, speaking).level
    return Heard(np.float32(gain_to_usual(level)) * samples, start_s, mel, speaking, level, lag)


def clip_of(tracking: Tracking, seen: np.ndarray, sound: Heard) -> Clip:
    """The clip at even rows from its first frame on; rows between frames that are apart are not known."""
    times_s = tracking.timestamp_s - tracking.timestamp_s[0]
    rows_s = np.arange(int(min(times_s[-1], MOST_S) * MOTION_HZ) + 1) / MOTION_HZ
    low = np.clip(np.searchsorted(times_s, rows_s + 1e-6, side="right") - 1, 0, max(len(times_s) - 2, 0))
    high = np.minimum(low + 1, len(times_s) - 1)
    step = np.maximum(times_s[high] - times_s[low], 1e-9)
    part = np.clip((rows_s - times_s[low]) / step, 0, 1)
    # A row that falls on a frame asks for that one alone.
    known = (seen[low] | (part > 1 - _ON_FRAME)) & (seen[high] | (part < _ON_FRAME))
    known &= (step < 2.5 * np.median(np.diff(times_s))) | (np.minimum(part, 1 - part) < _ON_FRAME)
    between = lambda array: array[low] + part[:, None] * (array[high] - array[low])  # noqa: E731
    first = round((float(tracking.timestamp_s[0]) + sound.lag.correction_s - sound.start_s) * SPEECH_HZ)
    modes = None if tracking.face_modes is None else between(tracking.face_modes).astype(np.float32)
    return Clip(sound.samples[max(first, 0) :], between(tracking.expression).astype(np.float32), modes, known)


def _resting(tracking: Tracking, seen: np.ndarray) -> np.ndarray:
    """Rows in which the mouth is as good as closed."""
    rows = np.flatnonzero(seen)
    aperture_m = tracking.lip_aperture_m[rows]
    return rows[aperture_m <= np.quantile(aperture_m, _RESTING)]


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None

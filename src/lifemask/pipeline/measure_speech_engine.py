"""How well an avatar's lips follow a voice: a part of its clip that nothing has learned from, said from its sound,
rendered, and looked at by the same landmarker as the real frames."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lifemask.compose.background import StillBackground
from lifemask.compose.picture import cover
from lifemask.errors import UnusableClipError
from lifemask.media.speech_sound import SpeechSound
from lifemask.media.video import read_frames
from lifemask.perception.landmarks import FaceLandmarker
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.pipeline.config import CreateConfig
from lifemask.pipeline.measure_speech_clip import Filmed, with_depth
from lifemask.pipeline.measure_speech_lips import Lips, compared, correlation, lips_of, on_the_same_rows
from lifemask.pipeline.measure_speech_motion import ReadOut
from lifemask.pipeline.render import pictures
from lifemask.pipeline.stages.training import REFINED, test_rows
from lifemask.progress import Progress
from lifemask.speech.baselines import bands_of
from lifemask.speech.hearing import voice_of
from lifemask.speech.layers import MOTION_HZ, SAMPLES_PER_MOTION
from lifemask.speech.mouth_space import MODE
from lifemask.speech.voice import VoiceMotion, VoiceRows
from lifemask.tracking.record import Tracking

LEAST_BEYOND = 2 * MOTION_HZ
"""A part beyond the run's frames is taken from this many rows on; else the run's held-out frames are."""
LEAST = 3
_PIECE = 8_000

Watch = Callable[[int, np.ndarray, np.ndarray | None], None]
"""Called with the number of a frame, its picture uint8 ``[H, W, 3]``, and its landmarks ``[478, 2]`` or None."""


@dataclass(frozen=True)
class Unseen:
    """``rows`` of a clip, one after another, that neither avatar nor mouth has learned from; ``why``."""

    rows: np.ndarray
    why: str


def unseen_part(film: Filmed, run: Path, config: CreateConfig) -> Unseen:
    """The longest part of the clip outside of the frames that ``run`` has used; the run's held-out frames if that is
    less than two seconds. Raises UnusableClipError if there are none."""
    used_s, times_s = Tracking.load(run / REFINED).timestamp_s, film.times_s
    half = 0.5 / MOTION_HZ
    beyond = max((np.flatnonzero(times_s > used_s[-1] + half), np.flatnonzero(times_s < used_s[0] - half)), key=len)
    if len(beyond) >= LEAST_BEYOND:
        return Unseen(beyond, "beyond the frames of the run")
    held = used_s[test_rows(config, len(used_s))]
    rows = np.flatnonzero((times_s > held.min() - half) & (times_s < held.max() + half)) if len(held) else held
    if len(rows) < LEAST:
        raise UnusableClipError(
            f"{run} has seen the whole of its clip", "The bench needs a part of it that nothing has learned from.",
            "Make the run of a part of the clip: lifemask create CLIP -o RUN --frames 0:1000",
        )  # fmt: skip
    return Unseen(rows, "held-out frames of the run")


def sound_of(film: Filmed, rows: np.ndarray) -> np.ndarray:
    """The sound ``[640 n]`` of ``rows`` at 16 kHz as the file has it, its lag against the picture taken out."""
    start_s = float(film.times_s[rows[0]]) + film.sound_late_s
    sound = SpeechSound(film.video, start_s, len(rows) / MOTION_HZ)
    samples = np.concatenate(list(sound.blocks()))
    fitted = np.zeros(len(rows) * SAMPLES_PER_MOTION, np.float32)
    fitted[: len(samples)] = samples[: len(fitted)]
    return fitted


def told(own: AvatarVoice, sound: np.ndarray, *, live: bool, seed: int = 0) -> Iterator[tuple[VoiceMotion, VoiceRows]]:
    """The motion of a ``sound`` at 25 Hz in pieces, as ``speak`` makes it: its level is known beforehand."""
    voice = own.begin(VoiceOptions(seed=seed), live=live, start=voice_of(*bands_of(sound, len(sound) // 640)))
    for start in range(0, len(sound), _PIECE):
        yield voice, voice.push(sound[start : start + _PIECE])
    yield voice, voice.flush()


def drawn(own: AvatarVoice, sound: np.ndarray, *, live: bool, seed: int = 0) -> Iterator[np.ndarray]:
    """Frames uint8 ``[H, W, 3]`` of the avatar's own size that say ``sound``, one after another."""
    size_wh = own.avatar.frame_wh
    behind = StillBackground(cover(Image.fromarray(own.avatar.plate), size_wh))
    for voice, rows in told(own, sound, live=live, seed=seed):
        if len(rows):
            yield from pictures(own.avatar, own.motion(voice, rows), size_wh, behind, MOTION_HZ)


def looked_at(frames: Iterator[np.ndarray], template: np.ndarray, watch: Watch | None = None) -> Lips:
    """Lips ``[T]`` that are detected on ``frames``."""
    landmarker, found = FaceLandmarker(), []
    for number, picture in enumerate(frames):
        face = landmarker.track(picture)
        if watch is not None:
            watch(number, picture, None if face is None else face.landmarks_px)
        found.append(None if face is None else with_depth(face.landmarks_px, face.depth_px))
    seen = np.array([face is not None for face in found])
    nothing = np.zeros((478, 3))
    return lips_of(np.stack([nothing if face is None else face for face in found]), seen, template)


def read_out_of(own: AvatarVoice, film: Filmed, run: Path, names: tuple[str, ...]) -> ReadOut:
    """The affine map from weights of ``names`` to lip points, from the run's tracking and the lips of its frames."""
    tracking = Tracking.load(run / REFINED)
    lips = film.lips.at(film.times_s, tracking.timestamp_s)
    known = tracking.tracked.astype(bool) & lips.seen
    return ReadOut.of(_named(tracking, names)[known], lips.points.reshape(len(lips.seen), -1)[known])


def measured_engine(
    own: AvatarVoice,
    film: Filmed,
    run: Path,
    unseen: Unseen,
    motion_only: dict[str, Lips],
    *,
    seed: int,
    progress: Progress,
    watch: Watch | None = None,
) -> tuple[dict[str, Any], dict[str, Lips]]:
    """Everything about the unseen part, ready for JSON, and the lips of each way.

    For each kind of mouth: ``rendered``, the lips of the rendered frames; ``given``, those that the avatar was given to
    render, read out of its weights; what the folds say of the same rows, ``motion_only`` and ``with_pauses``. ``watch``
    sees the frames of the first kind.
    """
    rows = unseen.rows
    sound, true, pauses = sound_of(film, rows), film.lips.rows(rows), film.pauses[rows]
    found: dict[str, Any] = {"rows": [int(rows[0]), int(rows[-1]) + 1], "why": unseen.why, "kinds": {}}
    lips: dict[str, Lips] = {}
    with progress.stage("driving the avatar", total=2 * len(rows)) as step:
        for kind in ("ahead", "live"):
            live = kind == "live"
            voices = list(told(own, sound, live=live, seed=seed))
            mouth = voices[0][0].mouth
            weights = np.concatenate([part.mouth for _, part in voices])
            given = Lips.said(read_out_of(own, film, run, mouth.names)(weights))

            def seen(number: int, picture: np.ndarray, landmarks: np.ndarray | None, watched: bool = not live) -> None:
                if watch is not None and watched:
                    watch(number, picture, landmarks)
                step(1)

            rendered = looked_at(drawn(own, sound, live=live, seed=seed), film.template, seen)
            lips[kind], lips[f"{kind}_given"] = (on_the_same_rows(part, len(rows)) for part in (rendered, given))
            entry: dict[str, Any] = {"rendered": compared(lips[kind], true, pauses, seed)}
            entry["given"] = compared(lips[f"{kind}_given"], true, pauses, seed)
            if kind in motion_only:
                for name, way in (("motion_only", kind), ("with_pauses", f"{kind}_voice")):
                    entry[name] = compared(motion_only[way].rows(rows), true, pauses, seed)
            entry["follows"] = correlation(lips[kind].aperture, lips[f"{kind}_given"].aperture)
            found["kinds"][kind] = entry
    return found, lips


def frames_near(video: Path, times_s: np.ndarray) -> Iterator[np.ndarray]:
    """The picture uint8 ``[H, W, 3]`` of a clip that is nearest to each of ``times_s``, ascending."""
    frames = read_frames(video)
    last = next(frames)
    coming = next(frames, None)
    for time_s in times_s:
        while coming is not None and abs(coming.timestamp_s - time_s) <= abs(last.timestamp_s - time_s):
            last, coming = coming, next(frames, None)
        yield last.image


def _named(tracking: Tracking, names: tuple[str, ...]) -> np.ndarray:
    """Tracked weights ``[T, E]`` of expressions and modes of the face."""
    columns = []
    for name in names:
        if name.startswith(MODE):
            modes = np.zeros((len(tracking), 0)) if tracking.face_modes is None else tracking.face_modes
            columns.append(modes[:, int(name[len(MODE) :])])
        else:
            columns.append(tracking.expression[:, tracking.expression_names.index(name)])
    return np.stack(columns, 1).astype(np.float64)

"""A voice whose phones and lips are known exactly drives an avatar: does its mouth open with it, and shut for p, b, m?

The voice is that of the synthetic subject, saying what no clip has heard; any avatar can be driven by it. Motion only:
nothing is rendered. Where the avatar is one of the subject, its clip's own truth says what tracking has made of it,
which is all that its mouth could learn.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lifemask.errors import ConfigError
from lifemask.pipeline.avatar_voice import AvatarVoice, MouthChoice, VoiceOptions
from lifemask.pipeline.stages.training import REFINED
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.apertures import lip_aperture
from lifemask.rig.skinning import pose_vertices
from lifemask.speech.baselines import bands_of
from lifemask.speech.generic_measure import closed_below_m, likeness
from lifemask.speech.hearing import voice_of
from lifemask.speech.lag import LEAD_S
from lifemask.speech.layers import MOTION_HZ, SOUND_HZ
from lifemask.synthetic.framing import subject_camera
from lifemask.synthetic.motion import talking
from lifemask.synthetic.subject import load_subject
from lifemask.synthetic.truth import SubjectTruth, load_truth, truth_path
from lifemask.synthetic.voice_sound import sound_of
from lifemask.synthetic.voice_words import utterance
from lifemask.tracking.record import Tracking

NEVER_HEARD = 90_210
"""Seed of an utterance that no clip says: those of clips are small."""
SECONDS = 40.0
WAYS: dict[str, tuple[MouthChoice, bool]] = {
    "ahead": ("personal", False), "live": ("personal", True),
    "generic": ("generic", False), "generic_live": ("generic", True),
}  # fmt: skip
_PIECE, _CHUNK = SOUND_HZ // 2, 64


@dataclass(frozen=True)
class Followed:
    """Lips ``T`` against true ones: ``correlation`` of their opening, ``lag_s`` (positive: late) and the correlation
    there, ``amplitude`` (ratio of spreads); how many of the ``closures`` of p, b and m are ``found`` shut in a frame;
    ``shut``: the share of frames with truly shut lips in which they are."""

    correlation: float
    lag_s: float
    correlation_at_lag: float
    amplitude: float
    found: int
    closures: int
    shut: float | None

    @staticmethod
    def of(opening_m: np.ndarray, truth: SubjectTruth, limit_m: float, rows: np.ndarray | None = None) -> "Followed":
        """``opening_m [N]`` at the ``rows [N]`` of ``truth`` (successive; None: all); lips are shut below ``limit_m``.
        Raises ConfigError for a truth without a voice."""
        if truth.spoken is None:
            raise ConfigError(
                "this truth has no voice", "Its clip is silent.", "Film one with render_clip(voice=True)."
            )
        rows = np.arange(len(truth)) if rows is None else rows
        times_s, true_m = truth.timestamp_s[rows], truth.lip_aperture_m[rows].astype(np.float64)
        alike = likeness(opening_m.astype(np.float64), true_m)
        # From when the lips lead the sound until it bursts.
        during = [(times_s >= begin - LEAD_S) & (times_s <= end) for begin, end in truth.spoken.closure_s]
        seen = [bool(opening_m[frames].min() < limit_m) for frames in during if frames.any()]
        really = truth.spoken.shut[rows] & (true_m < limit_m)
        shut = float((opening_m[really] < limit_m).mean()) if really.any() else None
        return Followed(
            alike.correlation, alike.lag_s, alike.correlation_at_lag, alike.amplitude, sum(seen), len(seen), shut
        )


def spoken_truth(seconds: float = SECONDS, seed: int = NEVER_HEARD, person: int = 0) -> tuple[np.ndarray, SubjectTruth]:
    """What the subject ``person`` says: its sound at 16 kHz, and the truth of its lips at ``MOTION_HZ``."""
    motion = talking(seconds, MOTION_HZ, seed, voice=True)
    return sound_of(utterance(seconds, seed)), SubjectTruth.of(motion, load_subject(person), subject_camera(64))


def measure_speech_truth(
    own: AvatarVoice,
    *,
    seconds: float = SECONDS,
    seed: int = NEVER_HEARD,
    ways: Sequence[str] = tuple(WAYS),
    progress: Progress = NULL_PROGRESS,
) -> dict[str, Any]:
    """Drive the mouths of ``own``, the person's and anybody's, by ``seconds`` of a synthetic voice; ready for JSON:
    for each of ``ways`` that there is what ``Followed`` says."""
    sound, truth = spoken_truth(seconds, seed)
    found: dict[str, Any] = {"seconds": seconds, "ways": {}}
    with progress.stage("a synthetic voice", total=len(ways)) as step:
        for way in ways:
            choice, live = WAYS[way]
            if choice == "generic" or ("live" if live else "ahead") in own.file.mouths:
                opening_m = opening_of(own, sound, choice, live=live)[: len(truth)]
                found["ways"][way] = asdict(Followed.of(opening_m, truth, closed_below_m(own.avatar.rig)))
            step()
    return found


def measure_tracked_truth(run: Path, clip: Path) -> dict[str, Any] | None:
    """``Followed`` of the tracking of ``run``, whose ``clip`` is one of the subject with a voice; None if it is not."""
    if not truth_path(clip).exists() or (truth := load_truth(clip)).spoken is None:
        return None
    tracking = Tracking.load(run / REFINED)
    rows = np.searchsorted(truth.timestamp_s, tracking.timestamp_s - 0.25 / MOTION_HZ)
    limit_m = closed_below_m(load_subject(truth.identity_seed).rig)
    return asdict(Followed.of(tracking.lip_aperture_m, truth, limit_m, rows))


def opening_of(own: AvatarVoice, sound: np.ndarray, choice: MouthChoice, *, live: bool) -> np.ndarray:
    """How far the lips open ``[T]``, metres on the avatar's own head, as ``sound`` (16 kHz) drives them in pieces."""
    start = voice_of(*bands_of(sound, round(len(sound) / SOUND_HZ * MOTION_HZ)))
    voice = own.begin(VoiceOptions(mouth=choice), live=live, start=start)
    rows = [voice.push(sound[at : at + _PIECE]) for at in range(0, len(sound), _PIECE)]
    rows.append(voice.flush())
    rig, neutral = own.avatar.rig.to(device="cpu"), own.avatar.neutral.cpu()
    openings = []
    for part in filter(len, rows):
        code = own.motion(voice, part).code
        for at in range(0, len(part), _CHUNK):
            openings.append(lip_aperture(rig, pose_vertices(rig, neutral, code[at : at + _CHUNK].to("cpu"))))
    return torch.cat(openings).numpy()

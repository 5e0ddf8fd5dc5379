"""``lifemask speak``: a voice in, a video of the avatar saying it out, however long."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from PIL import Image

from lifemask.avatar.avatar import Avatar
from lifemask.compose.background import open_background
from lifemask.compose.picture import cover
from lifemask.errors import ConfigError
from lifemask.media.output import is_picture_folder, open_output
from lifemask.media.speech_sound import SpeechSound
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.pipeline.config import Device
from lifemask.pipeline.job import pick_device
from lifemask.pipeline.render import DEFAULT_FPS, Rendered, RenderOptions, check_output, frame_size_wh, marked, pictures
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.speech.hearing import SPEECH, Hearing, Voice, voice_of
from lifemask.speech.text_to_speech import spoken
from lifemask.speech.voice import VoiceMotion, VoiceRows

FPS_RANGE = (10.0, 120.0)
_LISTENED_S = 20.0
"""So much of a sound is heard beforehand, to know how loud its voice is."""


@dataclass(frozen=True)
class Spoken:
    """The finished video; ``mouth``: "personal" or "generic"; ``speaking``: share of the frames in which somebody
    speaks; ``warnings``: what makes the sound a worse guide than it could be."""

    video: Rendered
    mouth: str
    speaking: float
    warnings: tuple[str, ...] = field(default=())


def speak(
    avatar_folder: Path,
    sound: Path,
    out: Path,
    *,
    voice: VoiceOptions | None = None,
    options: RenderOptions | None = None,
    fps: float = DEFAULT_FPS,
    mute: bool = False,
    device: Device = "auto",
    progress: Progress = NULL_PROGRESS,
) -> Spoken:
    """Let the avatar in ``avatar_folder`` say what is heard in ``sound``, an audio or video file, and write the video
    to ``out``, with that sound unless ``mute``. The sound is streamed: memory does not grow with its length.

    Raises the errors of ``AvatarVoice.load``, ``SpeechSound`` and ``open_output``, and ConfigError for a rate that
    cannot be.
    """
    check_fps(fps)
    torch.set_num_threads(1)  # as in create
    heard = sound if not mute and not is_picture_folder(out) else None
    options = replace(options or RenderOptions(), sound=heard)
    start = voice_in(sound)
    check_output(out, options, fps)
    options = marked(options, avatar_folder)
    avatar = Avatar.load(avatar_folder, pick_device(device))
    own = AvatarVoice.load(avatar_folder, avatar)
    voice = voice or VoiceOptions()
    motion = own.begin(voice, fps=fps, start=start)
    size_wh = frame_size_wh(avatar, options.max_side)
    background = open_background(options.background, size_wh, cover(Image.fromarray(avatar.plate), size_wh), fps)
    transparent = background.is_still and background.at(0.0) is None
    reader = SpeechSound(sound)
    frames, voiced, began = 0, 0.0, time.perf_counter()
    with (
        progress.stage("speaking", total=_frames_announced(reader, fps)) as step,
        open_output(
            out, fps, size_wh, with_alpha=transparent, force=options.force, sound=options.sound,
            provenance=options.provenance,
        ) as output,
    ):  # fmt: skip
        for rows in told(motion, reader):
            for picture in pictures(avatar, own.motion(motion, rows), size_wh, background, fps, frames):
                output.write(picture)
                step(1)
                frames += 1
            voiced += float((rows.speaking > SPEECH).sum())
    took = time.perf_counter() - began
    mouth = "personal" if motion.mouth in own.file.mouths.values() else "generic"
    video = Rendered(out, frames, fps, frames / took, size_wh)
    return Spoken(video, mouth, voiced / max(frames, 1), reader.findings().warnings())


def check_fps(fps: float) -> None:
    """Raise ConfigError for a rate that cannot be."""
    if not FPS_RANGE[0] <= fps <= FPS_RANGE[1]:
        raise ConfigError(f"--fps {fps:g} cannot work", f"Expected {FPS_RANGE[0]:g} to {FPS_RANGE[1]:g}.")


def told(voice: VoiceMotion, reader: SpeechSound) -> Iterator[VoiceRows]:
    """The frames of a sound, block by block."""
    for block in reader.blocks():
        rows = voice.push(block)
        if len(rows):
            yield rows
    rows = voice.flush()
    if len(rows):
        yield rows


def voice_in(sound: Path) -> Voice:
    """How the voice at the beginning of ``sound`` sounds. Raises the errors of ``SpeechSound``."""
    hearing, pairs = Hearing(), []
    for block in SpeechSound(sound, 0.0, _LISTENED_S).blocks():
        pairs.append(hearing.push(block))
    pairs.append(hearing.flush())
    return voice_of(*(np.concatenate(part) for part in zip(*pairs, strict=True)))


@contextmanager
def sound_of_text(text: str, language: str | None, out: Path) -> Iterator[Path]:
    """``text`` as an installed speech synthesiser says it: a sound file beside ``out`` that goes when the block ends.

    Raises the errors of ``spoken``.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{out.name}.", suffix=".partial", dir=out.parent) as folder:
        wav = Path(folder) / "text.wav"
        spoken(text, wav, language)
        yield wav


def _frames_announced(reader: SpeechSound, fps: float) -> int | None:
    """How many frames the file says that it is long; None when it does not say."""
    return None if reader.announced_s is None else max(1, round(reader.announced_s * fps))

"""The demo: the built-in subject is filmed while it speaks, and its avatar says what was never heard."""

from pathlib import Path

from lifemask.errors import ConfigError
from lifemask.pipeline.config import Device
from lifemask.pipeline.render import RenderOptions
from lifemask.pipeline.speak import Spoken, speak
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.synthetic.clip import render_clip
from lifemask.synthetic.truth import truth_path
from lifemask.synthetic.voice import voice_path, write_voice
from lifemask.synthetic.voice_words import utterance

SHORTEST_S = 2.0
NEW_WORDS_S = 8.0
_NEW = 77_000
"""Added to the seed of what is filmed, for what is said afterwards."""
NEW_WORDS, SPEAKING = "new-words.wav", "speaking.mp4"


def film(out: Path, *, seconds: float, seed: int = 0, size: int = 512, progress: Progress = NULL_PROGRESS) -> Path:
    """The clip of the speaking subject in the folder ``out``, rendered unless it is there, whole.

    Raises ConfigError for less than ``SHORTEST_S``.
    """
    if seconds < SHORTEST_S:
        raise ConfigError(f"--seconds {seconds:g} is too short", f"Expected at least {SHORTEST_S:g}.")
    clip = out / f"subject-{seconds:g}s-{seed}.mp4"
    if truth_path(clip).exists() and voice_path(clip).exists():  # the truth is written last
        progress.note(f"{clip.name}: up to date")
    else:
        render_clip(clip, seconds=seconds, size=size, seed=seed, voice=True, progress=progress)
    return clip


def speak_new_words(
    run: Path,
    out: Path,
    *,
    seconds: float = NEW_WORDS_S,
    seed: int = 0,
    device: Device = "auto",
    progress: Progress = NULL_PROGRESS,
) -> Spoken:
    """The avatar of ``run`` says ``seconds`` of what its clip does not hold, in the voice of its clip: the sound
    ``NEW_WORDS`` and the video ``SPEAKING`` in the folder ``out``. Raises the errors of ``speak``."""
    sound = write_voice(utterance(seconds, _NEW + seed), out / NEW_WORDS)
    return speak(run, sound, out / SPEAKING, options=RenderOptions(force=True), device=device, progress=progress)

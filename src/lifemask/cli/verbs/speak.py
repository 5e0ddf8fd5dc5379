"""``lifemask speak``: a voice in, a video of the avatar saying it out."""

from contextlib import nullcontext
from dataclasses import asdict

from lifemask.cli.commands import Speak
from lifemask.cli.terminal import Terminal
from lifemask.errors import ConfigError
from lifemask.media.c2pa import Credentials
from lifemask.pipeline.avatar_voice import VoiceOptions
from lifemask.pipeline.render import RenderOptions
from lifemask.pipeline.speak import sound_of_text, speak


def run(command: Speak, terminal: Terminal) -> int:
    """Speak, and say what was heard and where the video lies."""
    if command.audio is not None and command.text is None:
        source = nullcontext(command.audio)
    elif command.text is not None and command.audio is None:
        source = sound_of_text(command.text, command.language, command.out)
    else:
        raise ConfigError(
            "nothing to say was given" if command.audio is None else "both a sound and a text were given",
            "An avatar says a sound, or a text.",
            "lifemask speak AVATAR AUDIO -o out.mp4, or --text instead",
        )
    voice = VoiceOptions(mouth=command.mouth, seed=command.seed, energy=command.energy, still=command.still)
    options = RenderOptions(
        background=command.background,
        max_side=command.max_side,
        force=command.force,
        credentials=Credentials.given(command.c2pa_cert, command.c2pa_key),
    )
    with source as sound:
        done = speak(
            command.avatar,
            sound,
            command.out,
            voice=voice,
            options=options,
            fps=command.fps,
            mute=command.mute,
            device=command.device,
            progress=terminal.progress(),
        )
    video = done.video
    terminal.say(f"{video.frames} frames at {video.fps:.3g} fps, {video.frames_per_second:.0f} a second")
    whose = "the person's own" if done.mouth == "personal" else "anybody's"
    terminal.say(f"mouth: {whose}; somebody speaks in {done.speaking:.0%} of the frames")
    for warning in done.warnings:
        terminal.say(warning)
    terminal.places(video=video.path)
    terminal.result(
        {
            "video": str(video.path),
            "frames": video.frames,
            "fps": video.fps,
            "size_wh": video.size_wh,
            "mouth": done.mouth,
            "speaking": done.speaking,
            "warnings": done.warnings,
            "voice": asdict(voice),
        }
    )
    return 0

"""``lifemask reenact``: a video of anyone drives an avatar."""

from dataclasses import asdict

from lifemask.avatar.transfer import TransferOptions
from lifemask.cli.commands import Reenact
from lifemask.cli.terminal import Terminal
from lifemask.media.c2pa import Credentials
from lifemask.pipeline.reenact import Reenacted, reenact, share_of
from lifemask.pipeline.render import RenderOptions


def run(command: Reenact, terminal: Terminal) -> int:
    """Reenact, and say what was transferred and where the video lies."""
    done = reenact(
        command.avatar,
        command.video,
        command.out,
        transfer=TransferOptions(
            share_of(command.head), command.torso == "on", command.gaze == "on", command.reference
        ),
        options=RenderOptions(
            background=command.background,
            max_side=command.max_side,
            force=command.force,
            credentials=Credentials.given(command.c2pa_cert, command.c2pa_key),
        ),
        mute=command.mute,
        face=command.face,
        frames=command.frames,
        fps=command.fps,
        work=command.work,
        device=command.device,
        progress=terminal.progress(),
    )
    for line in _told(done):
        terminal.say(line)
    places = {"video": done.video.path} | ({} if done.work is None else {"driver": done.work})
    terminal.places(**places)
    terminal.result(
        {name: str(path) for name, path in places.items()}
        | {
            "frames": done.video.frames,
            "fps": done.video.fps,
            "size_wh": done.video.size_wh,
            "tracked": done.tracked,
            "own_motion": done.own,
            "transfer": asdict(done.transfer),
            "beyond": asdict(done.beyond),
        }
    )
    return 0


def _told(done: Reenacted) -> list[str]:
    """What a person wants to know of it."""
    video, how = done.video, done.transfer
    parts = ["expression"] + ["gaze"] * how.gaze
    if how.head > 0:
        parts.append("head" if how.head == 1 else f"{how.head:.0%} of the head's motion")
        parts += ["shoulders"] * how.torso
    lines = [f"{video.frames} frames at {video.fps:.3g} fps, {video.frames_per_second:.0f} a second"]
    lines.append(f"transferred: {', '.join(parts)}" + (" (the avatar's own clip: unchanged)" * done.own))
    if done.tracked < done.frames:
        lines.append(f"no face in {done.frames - done.tracked} of {done.frames} frames: held, and eased to rest")
    if done.beyond.severe > 0:
        first = done.beyond.quantities[0]
        lines.append(
            f"{done.beyond.severe:.0%} of the frames go far beyond what the avatar's clip has shown, most of all "
            f"{first.name}: {first.asked[0]:.3g} to {first.asked[1]:.3g} {first.unit}, "
            f"filmed {first.filmed[0]:.3g} to {first.filmed[1]:.3g}"
        )
    return lines

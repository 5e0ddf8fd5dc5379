"""``lifemask render``: an avatar as a video."""

from dataclasses import asdict

from lifemask.avatar.extrapolation import Beyond
from lifemask.cli.commands import Render
from lifemask.cli.terminal import Terminal
from lifemask.media.c2pa import Credentials
from lifemask.pipeline.render import RenderOptions
from lifemask.pipeline.replay import replay

_DIGITS = {"weight": 2, "mm": 0, "degrees": 1}


def run(command: Render, terminal: Terminal) -> int:
    """Render and say where the video lies, and how far its motion leaves what was filmed."""
    done = replay(
        command.avatar,
        command.out,
        motion_file=command.motion,
        frames=command.frames,
        mute=command.mute,
        options=RenderOptions(
            command.background,
            command.max_side,
            force=command.force,
            credentials=Credentials.given(command.c2pa_cert, command.c2pa_key),
        ),
        device=command.device,
        progress=terminal.progress(),
    )
    video, beyond = done.video, done.beyond
    width, height = video.size_wh
    terminal.say(
        f"{video.frames} frames of {width} x {height} at {video.fps:.3g} fps, {video.frames_per_second:.0f} a second"
    )
    if command.report_extrapolation:
        terminal.say(
            f"{100 * beyond.within:.0f} % of the frames stay within what was filmed; "
            f"{100 * beyond.severe:.0f} % go so far beyond that faults are likely to be seen"
        )
        if beyond.quantities:
            terminal.table(
                ["quantity", "filmed", "asked for", "frames beyond", "worst frame"],
                [_row(quantity) for quantity in beyond.quantities],
            )
    elif beyond.severe > 0:
        terminal.say(
            f"{100 * beyond.severe:.0f} % of the frames go far beyond what was filmed: see --report-extrapolation"
        )
    terminal.places(video=video.path)
    terminal.result(
        {
            "video": str(video.path),
            "frames": video.frames,
            "fps": video.fps,
            "size_wh": video.size_wh,
            "extrapolation": asdict(beyond),
        }
    )
    return 0


def _row(quantity: Beyond) -> list[str]:
    digits = _DIGITS[quantity.unit]
    ranges = [
        f"{low:.{digits}f} .. {high:.{digits}f} {quantity.unit}" for low, high in (quantity.filmed, quantity.asked)
    ]
    return [quantity.name, *ranges, f"{100 * quantity.share:.0f} %", str(quantity.worst_frame)]

"""``lifemask render``: an avatar as a video."""

from lifemask.cli.commands import Render
from lifemask.cli.terminal import Terminal
from lifemask.pipeline.render import render_video


def run(command: Render, terminal: Terminal) -> int:
    """Render and say where the video lies."""
    rendered = render_video(
        command.avatar,
        command.out,
        tracking_file=command.tracking,
        frames=command.frames,
        device=command.device,
        force=command.force,
        progress=terminal.progress(),
    )
    terminal.say(f"{rendered.frames} frames at {rendered.fps:.3g} fps, {rendered.frames_per_second:.0f} a second")
    terminal.places(video=rendered.path)
    terminal.result({"video": str(rendered.path), "frames": rendered.frames, "fps": rendered.fps})
    return 0

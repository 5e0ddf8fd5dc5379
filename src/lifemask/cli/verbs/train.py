"""``lifemask train``: the run up to and with the training."""

from lifemask.cli.commands import Train
from lifemask.cli.terminal import Terminal
from lifemask.pipeline.create import create_or_go_on


def run(command: Train, terminal: Terminal) -> int:
    """Run the stages up to the avatar and say where it lies."""
    progress = terminal.progress()
    done = create_or_go_on(command.video, command.out, command.config, progress, until="training", force=command.force)
    found = done.metrics["training"]
    terminal.say(f"{found['images']} pictures of {found['trained_on']} frames in {found['seconds']:.0f} s")
    terminal.places(avatar=done.path / "avatar.safetensors")
    terminal.result(
        {
            "run": str(done.path),
            "avatar": str(done.path / "avatar.safetensors"),
            "metrics": done.metrics,
            "stages": done.costs,
        }
    )
    return 0

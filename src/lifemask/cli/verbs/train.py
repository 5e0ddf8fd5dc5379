"""``lifemask train``: the run up to and with the training."""

from lifemask.cli.commands import Train
from lifemask.cli.terminal import Terminal
from lifemask.errors import ConfigError
from lifemask.pipeline.create import CreateResult, create, go_on
from lifemask.progress import Progress


def run(command: Train, terminal: Terminal) -> int:
    """Run the stages up to the avatar and say where it lies."""
    done = _train(command, terminal.progress())
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


def _train(command: Train, progress: Progress) -> CreateResult:
    if command.video.is_dir():
        return go_on(command.video, progress, device=command.config.device, until="training", config=command.config)
    if command.out is None:
        raise ConfigError("No folder was given", "A clip needs one for its run.", "Add -o FOLDER.")
    return create(command.video, command.out, command.config, progress, until="training", force=command.force)

"""``lifemask demo``: the built-in subject in front of the camera, then the whole run."""

from lifemask.cli.commands import Demo
from lifemask.cli.terminal import Terminal
from lifemask.cli.verbs.create import tell
from lifemask.errors import ConfigError
from lifemask.pipeline.create import create
from lifemask.synthetic.clip import render_clip
from lifemask.synthetic.truth import truth_path

SHORTEST_S = 2.0


def run(command: Demo, terminal: Terminal) -> int:
    """Render the clip unless it is there, run every stage, and say where the results lie."""
    if command.seconds < SHORTEST_S:
        raise ConfigError(f"--seconds {command.seconds:g} is too short", f"Expected at least {SHORTEST_S:g}.")
    seed, progress = command.config.seed, terminal.progress()
    clip = command.out / f"subject-{command.seconds:g}s-{seed}.mp4"
    if truth_path(clip).exists():  # it is written last
        progress.note(f"{clip.name}: up to date")
    else:
        render_clip(clip, seconds=command.seconds, seed=seed, progress=progress)
    tell(create(clip, command.out / "run", command.config, progress, force=command.force), terminal)
    return 0

"""``lifemask track``: the run up to and with the tracking."""

from lifemask.cli.commands import Track
from lifemask.cli.terminal import Terminal
from lifemask.pipeline.create import create


def run(command: Track, terminal: Terminal) -> int:
    """Run the first stages and say where the tracking lies."""
    progress = terminal.progress()
    done = create(command.video, command.out, command.config, progress, until="tracking", force=command.force)
    refined = command.config.refine is not None
    found, tracking = done.metrics["tracking"], done.path / f"{'refined' if refined else 'tracking'}.safetensors"
    terminal.say(f"{found['tracked']} frames tracked, landmark error {found['reprojection_px']:.2f} px")
    terminal.places(tracking=tracking)
    terminal.result({"run": str(done.path), "tracking": str(tracking), "metrics": done.metrics, "stages": done.costs})
    return 0

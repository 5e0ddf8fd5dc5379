"""``lifemask export``: a run's tracking as another system reads it."""

from lifemask.cli.commands import Export
from lifemask.cli.terminal import Terminal
from lifemask.pipeline.exports import export_run


def run(command: Export, terminal: Terminal) -> int:
    """Write, and say where it lies."""
    frames = export_run(command.run, command.to, command.out, force=command.force, progress=terminal.progress())
    terminal.say(f"{frames} frames as {command.to}")
    terminal.places(export=command.out)
    terminal.result({"export": str(command.out), "format": command.to, "frames": frames})
    return 0

"""``lifemask import``: another system's tracking as a run."""

from dataclasses import asdict
from typing import Any

from lifemask.cli.commands import Import
from lifemask.cli.terminal import Terminal
from lifemask.errors import LifemaskError
from lifemask.formats.guess import guess_format
from lifemask.pipeline.imports import DEFAULT_FPS, ImportOptions, import_run
from lifemask.pipeline.imports_motion import MOTION_FORMATS, import_motion
from lifemask.tracking.verify import Verdict
from lifemask.tracking.verify_claim import error_text

_MARKS = {True: "ok", False: "FAILS", None: "–"}


def run(command: Import, terminal: Terminal) -> int:
    """Print the verdict; a tracking that does not fit its images ends with its own error."""
    name = command.format or guess_format(command.source)
    if name in MOTION_FORMATS:
        frames = import_motion(command.source, command.out, name, fps=command.fps, force=command.force)
        terminal.say(f"{frames} frames of {name}")
        terminal.places(motion=command.out)
        terminal.result({"motion": str(command.out), "frames": frames, "format": name})
        return 0
    options = ImportOptions(
        name,
        command.images,
        command.rig,
        command.convention,
        command.frame_offset,
        command.crop,
        command.fps or DEFAULT_FPS,
    )
    verdicts: list[Verdict] = []

    def tell(verdict: Verdict) -> None:
        verdicts.append(verdict)
        rows = [[_MARKS[check.passed], check.name, check.limit, check.measured] for check in verdict.checks]
        terminal.table(["", "check", "limit", "measured"], rows)

    try:
        done = import_run(
            command.source, command.out, options, force=command.force, tell=tell, progress=terminal.progress()
        )
    except LifemaskError as error:
        if not verdicts:
            raise
        terminal.fail(error, verdict=_as_json(verdicts[-1]))
        return error.exit_code
    terminal.say(f"{done.frames} frames of {done.format}, median error {error_text(done.verdict.error_px or 0.0)}")
    terminal.places(run=done.path)
    terminal.result(
        {"run": str(done.path), "format": done.format, "frames": done.frames, "verdict": _as_json(done.verdict)}
    )
    return 0


def _as_json(verdict: Verdict) -> dict[str, Any]:
    return asdict(verdict) | {"passed": verdict.passed}

"""``lifemask check``: the capture check alone."""

from lifemask.cli.commands import Check
from lifemask.cli.terminal import Terminal
from lifemask.errors import ConfigError, LifemaskError
from lifemask.media.video import probe
from lifemask.perception.capture import check_clip, render_report
from lifemask.perception.landmarks import FaceLandmarker
from lifemask.perception.recording_guide import RECORDING_GUIDE


def run(command: Check, terminal: Terminal) -> int:
    """Print the report, or the recording guide; an unusable clip ends with its own error."""
    if command.guide:
        terminal.text(RECORDING_GUIDE)
        terminal.result({"guide": RECORDING_GUIDE})
        return 0
    if command.video is None:
        raise ConfigError("No video was given", "", "lifemask check VIDEO, or lifemask check --guide")
    with terminal.progress().stage("checking", total=probe(command.video).num_frames) as step:
        report = check_clip(command.video, FaceLandmarker(face=command.face), progress=lambda done, of: step(1))
    terminal.text(render_report(report))
    try:
        report.raise_if_unusable(command.video)
    except LifemaskError as error:
        terminal.fail(error, report=report.to_dict())
        return error.exit_code
    terminal.result({"report": report.to_dict()})
    return 0

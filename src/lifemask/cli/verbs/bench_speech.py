"""``lifemask bench speech RUN -o FOLDER``: how well a voice drives an avatar, in two tables and a few sentences."""

from typing import Any

from lifemask.cli.commands import Bench
from lifemask.errors import ConfigError
from lifemask.progress import Progress


def speech_figure(command: Bench, progress: Progress) -> dict[str, Any]:
    """The mouth of a finished run's avatar, driven by voices, with all that it has to beat."""
    from lifemask.pipeline.measure_speech import ENGINE_PLOT, PAGE, RESULT, SHEET, VIDEO, SpeechBench, measure_speech

    if command.run is None or command.out is None:
        raise ConfigError(
            "bench speech needs a finished run" if command.run is None else "bench speech needs a folder",
            "It drives the run's avatar by voices and keeps what it measures.",
            f"lifemask bench speech {command.run or 'RUN'} -o FOLDER",
        )
    others = () if command.other is None else (command.other,)
    bench = SpeechBench(minutes=command.minutes, others=others, device=command.device, seed=command.seed)
    found = measure_speech(command.run, command.out, bench, progress, force=command.force)
    files = {"page": PAGE, "video": VIDEO, "mouths": SHEET, "curves": ENGINE_PLOT, "all": RESULT}
    return described(found) | {"places": {name: command.out / file for name, file in files.items()}}


def described(found: dict[str, Any]) -> dict[str, Any]:
    """What ``measure_speech`` found, with what is printed of it."""
    from lifemask.pipeline.measure_speech_table import FIGURE_COLUMNS, REACHED, WAY_COLUMNS, notes

    judged = [row for row in found["figures"] if row[-1] != "–"]
    reached = sum(row[-1] == REACHED for row in judged)
    clip = found["clip"]
    text = (
        f"{reached} of {len(judged)} figures are reached; {clip['seconds']:.0f} s of {clip['video']}, "
        f"{found['speed']['device']}"
    )
    tables = [(FIGURE_COLUMNS, found["figures"]), (WAY_COLUMNS, found["ways"])]
    return found | {"text": text, "tables": tables, "notes": notes(found)}

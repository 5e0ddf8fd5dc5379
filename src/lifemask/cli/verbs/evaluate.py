"""``lifemask evaluate``: the scores of a run."""

from lifemask.cli.commands import Evaluate
from lifemask.cli.terminal import Terminal
from lifemask.pipeline.create import go_on


def run(command: Evaluate, terminal: Terminal) -> int:
    """Score what is not scored yet, and print the table."""
    done = go_on(command.run, terminal.progress(), device=command.device, until="evaluation")
    scores = done.metrics["evaluation"]
    rows = [["whole frame", *_cells(scores["as_tracked"]["whole"]), *_cells(scores["refined"]["whole"])]]
    for region, found in scores["refined"]["regions"].items():
        rows.append([region.replace("_", " "), *_cells(scores["as_tracked"]["regions"][region]), *_cells(found)])
    terminal.say(f"{scores['refined']['frames']} held-out frames: as tracked, then refined")
    terminal.table(["region", "PSNR dB", "SSIM", "LPIPS", "PSNR dB", "SSIM", "LPIPS"], rows)
    terminal.result({"run": str(done.path), "evaluation": scores})
    return 0


def _cells(values: dict[str, float | None]) -> list[str]:
    formats = {"psnr_db": ".2f", "ssim": ".3f", "lpips": ".3f"}
    found = [(values.get(name), spec) for name, spec in formats.items()]
    return ["–" if value is None else format(value, spec) for value, spec in found]

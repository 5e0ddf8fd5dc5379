"""``lifemask create``: the whole run."""

from pathlib import Path

from lifemask.cli.commands import Create
from lifemask.cli.terminal import Terminal
from lifemask.pipeline.card import About, card_in, consent_warning
from lifemask.pipeline.create import CreateResult, create_or_go_on


def run(command: Create, terminal: Terminal) -> int:
    """Run every stage and say what came out and where it lies."""
    about = About.read(command.consent, command.consent_file, command.title)
    done = create_or_go_on(
        command.video, command.out, command.config, terminal.progress(), force=command.force, about=about
    )
    tell(done, terminal)
    return 0


def tell(done: CreateResult, terminal: Terminal, **more: Path) -> None:
    """The end of a finished run, for a person and for a program; ``more`` places beside the usual ones."""
    places = {
        "test video": done.path / "report" / "test.mp4",
        "report": done.path / "report" / "index.html",
        "avatar": done.path / "avatar.safetensors",
        "card": done.path / "card.json",
        **more,
    }
    scores = done.metrics["evaluation"]
    for name, text in (("refined", "refined"), ("as_tracked", "as tracked")):
        whole = scores[name]["whole"]
        lpips = "" if whole["lpips"] is None else f", LPIPS {whole['lpips']:.3f}"
        terminal.say(f"held-out frames, {text:<10}  {whole['psnr_db']:.1f} dB, SSIM {whole['ssim']:.3f}{lpips}")
    if warning := consent_warning(card_in(done.path)):
        terminal.text(warning)
    terminal.places(**places)
    terminal.result(
        {
            "run": str(done.path),
            **{name.replace(" ", "_"): str(path) for name, path in places.items()},
            "metrics": done.metrics,
            "stages": done.costs,
        }
    )

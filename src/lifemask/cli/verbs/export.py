"""``lifemask export``: an avatar, or a run's tracking, as others read it."""

from dataclasses import asdict
from typing import Any

from lifemask.cli.commands import Export
from lifemask.cli.terminal import Terminal
from lifemask.errors import ConfigError
from lifemask.media.files import atomic_write_text
from lifemask.pipeline.card import card_in, consent_warning, ensure_card
from lifemask.pipeline.card_page import card_markdown
from lifemask.pipeline.exports import export_run
from lifemask.pipeline.exports_arkit import ARKIT, check_new, export_voice
from lifemask.pipeline.exports_splats import SPLATS, export_splats

HTML, CARD = "html", "card"
_ONLY_FOR = {"frame": tuple(SPLATS), "motion": tuple(SPLATS), "audio": tuple(ARKIT)}
"""Options that mean something to some formats only."""


def run(command: Export, terminal: Terminal) -> int:
    """Write, and say where it lies."""
    for option, formats in _ONLY_FOR.items():
        if getattr(command, option) is not None and command.to not in formats:
            raise ConfigError(
                f"--{option} means nothing to --to {command.to}", f"It is for {', '.join(formats)}.", "Leave it out."
            )
    if command.to in SPLATS:
        about = _splats(command, terminal)
    elif command.to == HTML:
        about = _page(command, terminal)
    elif command.to == CARD:
        about = _card(command)
    else:
        about = _run(command, terminal)
    terminal.places(export=command.out)
    terminal.result({"export": str(command.out), "format": command.to, **about})
    return 0


def _splats(command: Export, terminal: Terminal) -> dict[str, Any]:
    done = export_splats(
        command.run, command.to, command.out, frame=command.frame, motion=command.motion, force=command.force
    )
    faint = f"; {done.left_out} too faint to be drawn left out" if done.left_out else ""
    terminal.text(f"{done.gaussians} Gaussians, {done.moment}{faint}")
    if done.card is not None:
        terminal.places(card=done.card)
    return _warned(command, terminal) | {
        "gaussians": done.gaussians,
        "left_out": done.left_out,
        "moment": done.moment,
        "card": None if done.card is None else str(done.card),
    }


def _page(command: Export, terminal: Terminal) -> dict[str, Any]:
    from lifemask.viewer.page import export_page

    ensure_card(command.run)
    sizes = asdict(export_page(command.run, command.out, force=command.force))
    terminal.text(f"a page of {command.out.stat().st_size / 1e6:.1f} MB that opens without a server")
    return _warned(command, terminal) | {"bytes": sizes}


def _card(command: Export) -> dict[str, Any]:
    card = card_in(command.run)
    check_new(command.out, command.force)
    atomic_write_text(command.out, card_markdown(card))
    return {"card": card}


def _run(command: Export, terminal: Terminal) -> dict[str, Any]:
    if command.audio is not None:
        frames = export_voice(
            command.run,
            command.audio,
            command.to,
            command.out,
            fps=command.fps,
            force=command.force,
            progress=terminal.progress(),
        )
    else:
        frames = export_run(command.run, command.to, command.out, force=command.force, progress=terminal.progress())
    terminal.say(f"{frames} frames as {command.to}")
    return {"frames": frames}


def _warned(command: Export, terminal: Terminal) -> dict[str, Any]:
    """What there is to warn of whoever passes this on."""
    warning = consent_warning(card_in(command.run))
    if warning is not None:
        terminal.text(warning)
    return {"warning": warning}

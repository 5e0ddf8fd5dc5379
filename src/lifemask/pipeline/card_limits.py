"""What an avatar cannot do, in plain words: what was measured of this one, and what holds for all by construction."""

import json
from pathlib import Path
from typing import Any

from lifemask.pipeline.stages.capture import CAPTURE

INTENDED = (
    "Showing the person themselves, or with their consent, as a talking head: calls, teaching, accessibility, film.",
    "Research on avatars, with the held-out figures below.",
)
NOT_FOR = (
    "Impersonation: nobody may be made to believe that the person filmed, said or did what the avatar shows.",
    "Getting past checks of identity or of liveness.",
    "Any use that the person has not agreed to.",
)
_WEAK_DB = 3.0
"""A part of the picture that is this much worse than the whole is named."""


def limits_of(folder: Path, metrics: dict[str, Any] | None, *, synthetic: bool) -> list[str]:
    """Sentences, the measured ones first."""
    return [*_filmed(folder), *_measured(metrics), *_by_construction(synthetic)]


def _filmed(folder: Path) -> list[str]:
    try:
        checked = json.loads((folder / CAPTURE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ["How far the head turned in the clip is not known here: large turns may show faults."]
    coverage = checked.get("coverage")
    if coverage is None:
        return []
    turns = [f"{name} {low:.0f} to {high:.0f} degrees" for name, (low, high) in (
        ("yaw", coverage["yaw_deg"]), ("pitch", coverage["pitch_deg"]), ("roll", coverage["roll_deg"])
    )]  # fmt: skip
    limits = [f"Filmed were head turns of {', '.join(turns)}. Beyond them the picture is guessed and may show faults."]
    if coverage["teeth"] < 0.05:
        limits.append("The clip hardly shows teeth: those of the avatar are guessed.")
    if not coverage["blinks"]:
        limits.append("The clip shows no blink: closed lids are guessed.")
    poor = [f"{found['what']} ({found['measured']})" for found in checked["findings"] if found["severity"] == "warn"]
    return limits + ([f"The capture check warned of: {'; '.join(poor)}."] if poor else [])


def _measured(metrics: dict[str, Any] | None) -> list[str]:
    if metrics is None:
        return ["How near it comes to frames that it has not seen was not measured."]
    refined, tracked = metrics["refined"], metrics["as_tracked"]
    whole = refined["whole"]["psnr_db"]
    weak = [
        f"{name.replace('_', ' ')} {part['psnr_db']:.1f} dB"
        for name, part in refined["regions"].items()
        if part["psnr_db"] is not None and part["psnr_db"] < whole - _WEAK_DB
    ]
    said = (
        f"On {refined['frames']} frames of the clip that it has not seen it reaches {whole:.1f} dB with motion refined "
        f"by its own rendering, and {tracked['whole']['psnr_db']:.1f} dB with motion as it was tracked"
    )
    return [said + (f"; weakest: {', '.join(weak)}." if weak else ".")]


def _by_construction(synthetic: bool) -> list[str]:
    return [
        "The back of the head, and whatever the clip never shows, is a guess that only closes the surface.",
        "Tongue and inner mouth are coarse; lips follow a voice by what they looked like in the clip.",
        "Hair and cloth move with head and shoulders; loose hair, hands and things that are held do not move.",
        "The light is that of the clip; it does not change with what is put behind the person.",
        *(["The subject is drawn by a program: it is no measure of how well real people come out."] * synthetic),
    ]

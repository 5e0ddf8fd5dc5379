"""The table of ``bench avatar``: every measure of both methods side by side."""

from collections.abc import Callable
from typing import Any

Row = list[str]
NAMES = ("Lifemask", "FlashAvatar")


def table_rows(result: dict[str, Any]) -> list[Row]:
    """Title and both methods' values, as they are read; "–" where something was not measured."""
    parts = (result["methods"]["lifemask"], result["methods"]["flashavatar"])
    rows: list[Row] = []

    def add(title: str, value: Callable[[dict[str, Any]], float | None], spec: str) -> None:
        values = [value(part) for part in parts]
        if any(found is not None for found in values):
            rows.append([title, *("–" if found is None else _number(found, spec) for found in values)])

    few = len(result["held_out"]["refined_rows"])
    for kind, name in (("as_tracked", "as tracked"), ("refined", f"refined ({few} frames)")):
        whole = lambda part, metric, k=kind: part["scores"][k]["whole"][metric]  # noqa: E731
        add(f"PSNR {name}, dB", lambda p, w=whole: w(p, "psnr_db"), ".2f")
        add(f"SSIM {name}", lambda p, w=whole: w(p, "ssim"), ".4f")
        add(f"LPIPS {name}", lambda p, w=whole: w(p, "lpips"), ".4f")
        for region in parts[0]["scores"][kind]["regions"]:
            add(
                f"  {region.replace('_', ' ')}: PSNR, dB",
                lambda p, k=kind, r=region: p["scores"][k]["regions"][r]["psnr_db"],
                ".2f",
            )
    add("training, s", lambda p: p["train_s"], ".1f")
    add("pictures trained on", lambda p: p["images"], ",d")
    add("pictures a second", lambda p: p["images_per_s"], ".1f")
    add("steps a second", lambda p: p["steps_per_s"], ".1f")
    add("peak memory, MB", lambda p: p["peak_memory_mb"], ",.0f")
    add("model, MB", lambda p: p["model_bytes"] / 1e6, ".1f")
    add("Gaussians", lambda p: p["gaussians"], ",d")
    for batch in parts[0]["frames_per_s"]:
        title = f"rendered frames a second, {batch} at once"
        add(title, lambda p, b=batch: p["frames_per_s"][b], ".1f")
    add("fit of a frame, ms", lambda p: p["fit_ms_a_frame"], ",.0f")
    return rows + [row for kind in result["reached"] for row in _reached(kind, result["reached"][kind])]


def markdown(result: dict[str, Any], rows: list[Row]) -> str:
    """``table.md``: on what it was measured, the table, and what was not part of it."""
    width, height = result["size_wh"]
    clip, held_out = result["clip"], result["held_out"]
    lines = [
        f"Measured on {result['device']} at {width} x {height}: {clip['trained_on']} frames trained on, "
        f"{len(held_out['rows'])} held out.",
        "",
        f"| | {' | '.join(NAMES)} |",
        "|---|---:|---:|",
        *(f"| {row[0].strip()} | {' | '.join(row[1:])} |" for row in rows),
        "",
        "Regions stand below the tracking that they were measured with. Refined: pose and code of each held-out frame "
        "fitted to the frozen avatar.",
        *notes(result),
    ]
    return "\n".join(lines) + "\n"


def notes(result: dict[str, Any]) -> list[str]:
    """What has to be known of a result before it is quoted."""
    baseline = result["methods"]["flashavatar"]
    found = []
    wanted = result["settings"]["preset"]
    if baseline["images"] < wanted["iterations"]:
        found.append(
            f"The preset was stopped at {baseline['images']:,} of {wanted['iterations']:,} steps "
            f"({baseline['train_s']:.0f} s)."
        )
    if not baseline["lpips_vgg"]:
        found.append("The preset was trained without its LPIPS term: the weights lpips_vgg are not on this machine.")
    elif baseline["images"] <= wanted["perceptual_from"]:
        found.append(f"The preset's LPIPS term begins at step {wanted['perceptual_from']:,}, which it did not reach.")
    if not result["lpips"]:
        found.append("LPIPS was not measured: the weights lpips_alex are not on this machine.")
    return found


def _reached(kind: str, reached: dict[str, Any]) -> list[Row]:
    """When our avatar came to the quality with which the other ended."""
    names = {"psnr_db": "PSNR", "lpips": "LPIPS"}
    spoken = kind.replace("_", " ")
    rows = []
    for metric, found in reached.items():
        ours = "not reached" if found["seconds"] is None else f"{found['seconds']:.1f}"
        rows.append([f"s to FlashAvatar's {names[metric]} {spoken}", ours, f"{found['baseline_s']:.1f}"])
    return rows


def _number(value: float, spec: str) -> str:
    return format(int(value) if spec.endswith("d") else value, spec)

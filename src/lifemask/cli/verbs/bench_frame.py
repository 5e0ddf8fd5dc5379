"""``lifemask bench frame RUN``: how good the whole frame is, in a table and a few sentences."""

from typing import Any

from lifemask.cli.commands import Bench
from lifemask.errors import ConfigError
from lifemask.progress import Progress

COLUMNS = ["", "PSNR", "refined", "SSIM", "refined", "change", "refined", "still"]
_TITLES = {"hair_edge": "hair edge", "around": "just outside"}


def frame(command: Bench, progress: Progress) -> dict[str, Any]:
    """The held-out frames of a finished run, whole, as tracked and refined."""
    from lifemask.pipeline.measure_frame import RESULT, measure_frame

    if command.run is None:
        raise ConfigError(
            "bench frame needs a finished run",
            "It renders an avatar's whole frames and compares them with its clip.",
            "Name the folder: lifemask bench frame RUN",
        )
    found = measure_frame(command.run, command.out, force=command.force, device=command.device, progress=progress)
    (width, height), (trained_w, trained_h) = found["size_wh"], found["trained_at"]
    text = (
        f"{found['frames']} held-out frames of {width} x {height}, trained at {trained_w} x {trained_h}; "
        f"{found['device']}"
    )
    shown = found | {"text": text, "table": (COLUMNS, table_rows(found["motions"])), "notes": notes(found)}
    if command.out is not None:
        shown["places"] = {"all": command.out / RESULT, "pictures": command.out}
    return shown


def table_rows(motions: dict[str, Any]) -> list[list[str]]:
    """Whole frame and regions: PSNR in dB, SSIM and error of the change in levels, as tracked and refined."""
    both = (motions["as_tracked"], motions["refined"])
    rows = [["whole frame", *_pair(both, "whole", "psnr_db", ".2f"), *_pair(both, "whole", "ssim", ".3f"), "", "", ""]]
    for name in both[0]["regions"]:
        regions = [found["regions"] for found in both]
        quality = [*_pair(regions, name, "psnr_db", ".2f"), *_pair(regions, name, "ssim", ".3f")]
        changes = [found["change"] for found in both]
        change = [*_pair(changes, name, "error", ".2f"), _number(changes[0].get(name), "of_a_still", ".2f")]
        title = _TITLES.get(str(name), str(name))
        rows.append([title, *quality, *(change if name in changes[0] else ("", "", ""))])
    return rows


def notes(found: dict[str, Any]) -> list[str]:
    """What is not in the table, a sentence each; two figures are those as tracked and refined."""
    both = (found["motions"]["as_tracked"], found["motions"]["refined"])
    lines = [
        "PSNR in dB; change: error of the change from frame to frame, in grey levels of 255; still: that of a "
        "render that never moves. As tracked, then refined.",
        _joined("LPIPS of whole frames:", _pair(both, "whole", "lpips", ".4f"))
        if both[0]["whole"]["lpips"] is not None
        else "LPIPS is not measured: lifemask assets fetch lpips_alex",
        _joined("The render's own change in the background:", _pair([m["change"] for m in both], "background", "own",
                ".3f"), "levels"),
    ]  # fmt: skip
    empty = [found["empty"] for found in both]
    if empty[0]["pixels"]:
        off, change, pixels = ([one[name] for one in empty] for name in ("off", "change", "pixels_off"))
        lines.append(
            f"Where nobody ever is ({empty[0]['pixels']:,} pixels): at most {off[0]} / {off[1]} levels off the plate, "
            f"{pixels[0]} / {pixels[1]} pixels off by more than one, changes over time of {change[0]} / {change[1]}."
        )
    if found["plate_guessed"] is not None:
        lines.append(
            f"Just outside of the person the plate was never seen, but guessed, in {found['plate_guessed']:.1%}."
        )
    for part in ("head", "torso"):
        veils = [one["veil"] for one in both]
        mean, p99 = (_pair(veils, part, name, spec) for name, spec in (("mean", ".2f"), ("p99", "d")))
        lines.append(
            f"Halo of the {part}: opacity of {' / '.join(mean)} levels (99 %: {' / '.join(p99)}) just outside, where "
            "the clip shows the background."
        )
    return lines + _of_truth(both)


def _of_truth(both: tuple[dict[str, Any], ...]) -> list[str]:
    if both[0]["truth"] is None:
        return []
    alpha, composites = ([found["truth"][name] for found in both] for name in ("alpha", "composites"))
    mean, rms = (_pair(alpha, "edge", name, ".2f") for name in ("mean", "rms"))
    lines = [
        f"Opacity against the exact one, at the edge: {' / '.join(mean)} levels in the mean, {' / '.join(rms)} rms; "
        f"whole frame: {' / '.join(_pair(alpha, 'whole', 'mean', '.2f'))}."
    ]
    if composites[0] is not None:
        edge, whole = (_pair(composites, "mean", place, ".2f") for place in ("edge", "whole"))
        lines.append(
            f"Over five new backgrounds, against the exact pictures: {' / '.join(edge)} dB at the edge, "
            f"{' / '.join(whole)} dB whole."
        )
    return lines


def _pair(both: Any, name: str, value: str, spec: str) -> list[str]:
    return [_number(found.get(name), value, spec) for found in both]


def _number(found: dict[str, Any] | None, name: str, spec: str) -> str:
    value = None if found is None else found[name]
    return "–" if value is None else format(value, spec)


def _joined(title: str, values: list[str], unit: str = "") -> str:
    return f"{title} {' / '.join(values)}{' ' if unit else ''}{unit}."

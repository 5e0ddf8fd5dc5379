"""``lifemask bench reenact``: what a re-enactment keeps of a motion and of a driver, in a table and a few sentences."""

from pathlib import Path
from typing import Any

from lifemask.cli.commands import Bench
from lifemask.progress import Progress

COLUMNS = ["", "std", "driver", "given", "render", "ideal", "/given", "/ideal"]
_WAYS = (
    ("tracked", "driver as tracked"),
    ("transferred", "given to the avatar"),
    ("retracked", "render"),
    ("ideal", "ideal"),
)


def reenact_figure(command: Bench, progress: Progress) -> dict[str, Any]:
    """An avatar of one built-in person, driven by a film of another; the render is tracked again."""
    from lifemask.pipeline.measure_reenact import RESULT, SHEET, ReenactBench, measure_reenact

    bench = ReenactBench(resolution=command.resolution, device=command.device, seed=command.seed)
    found = measure_reenact(command.out, bench, progress, force=command.force)
    return described(
        found, None if command.out is None else {"all": command.out / RESULT, "sheet": command.out / SHEET}
    )


def described(found: dict[str, Any], places: dict[str, Path] | None) -> dict[str, Any]:
    """What ``measure_reenact`` found, with what is printed of it."""
    expressions, below = found["expressions"], found["below"]
    text = (
        f"{len(expressions) - len(below)} of {len(expressions)} well-excited expressions are carried over with a "
        f"correlation of {found['carried']} or more; {found['frames']} frames of {found['size_wh'][0]} px, "
        f"{found['device']}"
    )
    shown = found | {"text": text, "table": (COLUMNS, table_rows(expressions)), "notes": notes(found)}
    return shown if places is None else shown | {"places": places}


def table_rows(expressions: dict[str, dict[str, Any]]) -> list[list[str]]:
    """A row for each expression, the most moving first: its standard deviation in the truth, then correlations. The
    last row is the mean of all."""
    keys = ("std", "tracked", "transferred", "retracked", "ideal", "rendering", "as_ideal")
    ordered = sorted(expressions.items(), key=lambda item: -item[1]["std"])
    means = {key: sum(found[key] for _, found in ordered) / max(len(ordered), 1) for key in keys}
    return [[name, *(f"{found[key]:.2f}" for key in keys)] for name, found in [*ordered, ("mean", means)]]


def notes(found: dict[str, Any]) -> list[str]:
    """What the columns are, and what is not in the table."""
    lines = [
        f"std: of the true weight, at least {found['excited']:g}. Correlations over time with the driver's truth: "
        "driver, the driver's film tracked; given, the code that the avatar was given; render, the render tracked; "
        "ideal, a film of the avatar's own person doing exactly the same, tracked. /given and /ideal: of the render "
        "with that code, and with that film.",
    ]
    if found["lost"]:
        lines.append(f"In {found['lost']} frames no face was found in the render; they are left out.")
    for part, of in (("head", "turns"), ("gaze", "looks")):
        errors = found[part]
        ways = ", ".join(f"{name} {errors[way]['mean_deg']:.2f}" for way, name in _WAYS)
        line = f"{part.capitalize()}, deg off the truth, constants taken out: {ways}; it {of} by "
        line += f"{errors['tracked']['true_deg']:.1f} in the mean"
        lines.append(f"{line}; {_kept(part, errors['retracked'])}.")
    lines += [_closure(part, found["closures"]) for part in ("lids", "lips")]
    return lines + _people(found["people"])


def _kept(part: str, render: dict[str, Any]) -> str:
    if part == "head":
        return f"the render keeps {_share(render['kept'])} of the turning"
    told = (
        f"{_share(render[way]['gain'])} of the {way} (correlation {render[way]['correlation']:.2f})"
        for way in ("yaw", "pitch")
    )
    return f"the render keeps {' and '.join(told)}"


def _closure(part: str, closures: dict[str, Any]) -> str:
    again, ideal, given = (closures[way][part] for way in ("retracked", "ideal", "transferred"))
    if again["kept"] is None:
        return f"The driver's {part} are never closed."
    told = [f"{_share(found['kept'])} ({1e3 * found['median_m']:.1f} mm)" for found in (again, ideal, given)]
    line = f"{part.capitalize()} closed in {again['closed']} frames of the driver: closed in {told[0]} of them in the "
    line += f"render, {told[1]} in the ideal film, {told[2]} in the code given"
    return line + ("." if again["falsely"] is None else f"; falsely in {_share(again['falsely'])} of {again['open']}.")


def _people(people: dict[str, Any]) -> list[str]:
    render, own, ideal = (people["distance"][name] for name in ("reenacted", "avatar", "ideal"))
    apart, share = people["distance"]["driver_true"]["avatar"], people["share_of_driver_tracked"]

    def told(found: dict[str, float]) -> str:
        return f"{found['face_mm']:.2f} mm, {found['identity_sd']:.2f} sd"

    return [
        f"Who the render shows, by the face at rest and by the identity: {told(render['avatar'])} from the avatar's "
        f"person, {told(render['driver'])} from the driver, {told(render['avatar_tracked'])} from the avatar's own "
        f"tracking (which is {told(own['avatar'])} from its person; the ideal film {told(ideal['avatar_tracked'])} "
        f"from it; the two people are {told(apart)} apart).",
        "On the way from the avatar's tracking (0) to the driver's (1) the render lies at "
        f"{share['reenacted']['face']:.2f} by the face, {share['reenacted']['identity']:.2f} by the identity; the "
        f"ideal film, which has nothing of the driver, at {share['ideal']['face']:.2f}, "
        f"{share['ideal']['identity']:.2f}.",
    ]


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"

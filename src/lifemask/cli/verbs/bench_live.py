"""``lifemask bench page RUN`` and ``lifemask bench serve RUN``: an avatar in a browser, and behind a server."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lifemask.cli.commands import Bench
from lifemask.errors import ConfigError
from lifemask.progress import Progress

SPEAKERS = (1, 10, 20, 30, 40, 50, 60, 80)


def page_figure(command: Bench, progress: Progress) -> dict[str, Any]:
    """The page of a finished run's avatar in a real browser: how large, how quick, how true."""
    from lifemask.viewer.measure_page import measure_page, summary

    measured = measure_page(_run_of(command, "page"))
    found = summary(measured)
    text = (
        f"{found['bytes'] / 1e6:.2f} MB, {found['gaussians']} Gaussians; first picture after "
        f"{found['load_s']:.1f} s (of {len(measured.load_s)} loads: "
        f"{', '.join(f'{seconds:.1f}' for seconds in measured.load_s)}); {found['fps']:.1f} frames a second, mostly "
        f"{found['heaviest']}; {found['apart_of_255']:.2f} of 255 from Python's render over the head "
        f"(worst {found['apart_worst']:.2f})"
    )
    rows = [
        ["avatar", f"{found['bytes_avatar'] / 1e6:.2f} MB"],
        ["voice", f"{found['bytes_voice'] / 1e6:.2f} MB"],
        ["script", f"{found['bytes_script'] / 1e6:.2f} MB"],
        ["engine, sort, draw", f"{found['engine_ms']:.1f}, {found['sort_ms']:.1f}, {found['draw_ms']:.1f} ms"],
        ["packing alone differs by", f"{found['packing_apart_of_255']:.2f} of 255"],
    ]
    return found | {"text": text, "table": (["part", "figure"], rows)}


def serve_figure(command: Bench, progress: Progress) -> dict[str, Any]:
    """How many speakers a server of a finished run's avatar bears, and how many pictures a second it sends."""
    from lifemask.serve.measure_load import measure_load
    from lifemask.serve.measure_pictures import measure_pictures

    run = _run_of(command, "serve")
    sound = command.other or _sound_of(run)
    found = measure_load(run, sound, speakers=SPEAKERS)
    milliseconds = lambda seconds: f"{1000 * seconds:.0f}"  # noqa: E731
    rows = [
        [
            str(load.speakers),
            *(milliseconds(seconds) for seconds in load.latency_s[:3]),
            milliseconds(load.centre_s[2]),
            f"{100 * load.missed:.1f} %",
            f"{load.server_cores:.2f}",
            f"{load.client_cores:.2f}",
        ]
        for load in found.loads
    ]
    titles = ["speakers", "ms: half", "95 %", "99 %", "99 % of the middle", "missed", "server's cores", "clients'"]
    pictures = [measure_pictures(run, sound, format=kind, asked_s=asked_s) for kind, asked_s in _PICTURES]
    sent = [
        [
            f"{load.size} px {load.format}, {milliseconds(load.asked_s)} ms asked",
            f"{load.pictures_hz:.1f}",
            f"{100 * load.own:.0f} %",
            " / ".join(milliseconds(seconds) for seconds in load.latency_s),
            f"{load.kbit_s:.0f}",
        ]
        for load in pictures
    ]
    columns = ["one stream", "pictures a second", "own", "ms: half / 99 %", "kbit/s"]
    text = f"{found.most} speakers at once on {found.cores} cores, sound to motion within 120 ms for 99 %"
    record = {"load": asdict(found), "pictures": [asdict(load) for load in pictures]}
    return record | {"text": text, "tables": [(titles, rows), (columns, sent)]}


_PICTURES = (("jpeg", 0.12), ("jpeg", 0.2), ("h264", 0.2))


def _run_of(command: Bench, figure: str) -> Path:
    if command.run is None:
        raise ConfigError(
            f"bench {figure} needs a finished run",
            "It measures the run's own avatar.",
            f"Name the folder: lifemask bench {figure} RUN",
        )
    return command.run


def _sound_of(run: Path) -> Path:
    """The clip of a run."""
    return run / json.loads((run / "run.json").read_text())["input"]["path"]

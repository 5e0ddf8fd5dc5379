"""Which method makes the better avatar, and in what time: ours and FlashAvatar's on one tracking and one machine."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

import lifemask
from lifemask.assets import verify
from lifemask.avatar.flashavatar_config import FlashAvatarConfig
from lifemask.errors import ConfigError, FileMissingError
from lifemask.media.files import atomic_write_text, file_sha256
from lifemask.metrics.lpips import ASSET, VGG_ASSET
from lifemask.pipeline.bench_folder import LOCK, SETTINGS, expect_own
from lifemask.pipeline.config import CreateConfig
from lifemask.pipeline.create import create
from lifemask.pipeline.files import plain, remove, write_json
from lifemask.pipeline.job import Job, pick_device
from lifemask.pipeline.lock import FolderLock
from lifemask.pipeline.measure_method import BASELINE, OURS, Contestant, Looks, measure_method, pictures
from lifemask.pipeline.measure_stand import Stand
from lifemask.pipeline.run import RunFolder, versions
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.report.bench_plot import write_curves
from lifemask.report.bench_sheet import SheetRow, write_sheet
from lifemask.report.bench_table import markdown, table_rows

SCHEMA = 1
RUN, PARTS = "run", "parts"
RESULT, TABLE, SHEET, CURVES = "bench.json", "table.md", "sheet.png", ("curve.svg", "curve.png")
SHARES = (1, 2, 4, 8, 16)
"""Our avatar is trained for the full length and for it divided by these."""
CPU_BASELINE_SECONDS = 1800.0
LEAST_ROWS = 4
"""Of the sheet, where one frame is the pick of many."""


@dataclass(frozen=True)
class AvatarBench:
    """What is compared, and for how long."""

    create: CreateConfig = field(default_factory=CreateConfig)
    """The clip's frames, split, size and device, and how our avatar is trained."""
    preset: FlashAvatarConfig = field(default_factory=FlashAvatarConfig)
    """The other method."""
    baseline_iterations: int | None = None
    """Its steps; None: as published, 150 000."""
    baseline_seconds: float | None = None
    """Its training time at most; None: no limit, or half an hour on a CPU unless the steps are given."""
    lengths: tuple[int, ...] | None = None
    """Pictures on which ours is trained, each with its own complete schedule; None: the full length and 1/2, 1/4, 1/8,
    1/16 of it."""
    looks: Looks = field(default_factory=Looks)
    """When is looked at the held-out frames."""

    def __post_init__(self) -> None:
        for option, value in (("iterations", self.baseline_iterations), ("seconds", self.baseline_seconds)):
            if value is not None and value <= 0:
                raise ConfigError(f"--baseline-{option} {value} trains nothing", fix="Give a number above 0.")
        if self.lengths is not None and (not self.lengths or min(self.lengths) < 1):
            raise ConfigError("--lengths trains nothing", "Expected numbers of pictures.", "Try --lengths 2400 600.")

    def limits(self, device: str) -> tuple[int, float | None]:
        """Steps and seconds of the baseline on ``device``."""
        seconds = self.baseline_seconds
        if device == "cpu" and self.baseline_iterations is None and seconds is None:
            seconds = CPU_BASELINE_SECONDS
        return self.baseline_iterations or self.preset.iterations, seconds

    def images(self, device: str) -> tuple[int, ...]:
        """Lengths of our training on ``device``, the longest first."""
        if self.lengths is not None:
            return tuple(sorted(set(self.lengths), reverse=True))
        training = self.create.training.on(device)
        assert training.images is not None
        return tuple(sorted({max(1, training.images // share) for share in SHARES}, reverse=True))


def measure_avatar(
    video: Path, out: Path, bench: AvatarBench, progress: Progress = NULL_PROGRESS, *, force: bool = False
) -> dict[str, Any]:
    """Train and measure both methods on ``video`` and write ``bench.json``, curves, sheet and table into ``out``.

    The same call goes on after any kind of end: with the run, with finished parts, and with the baseline in the middle
    of its steps. A part that other code or another device has measured is measured again. ``force`` begins anew.
    Raises FileMissingError, OutputExistsError, and the errors of ``create``.
    """
    if not video.is_file():
        raise FileMissingError(f"There is no file {video}", fix="Give the path of a video file.")
    device = pick_device(bench.create.device)
    known = {"schema": SCHEMA, "clip": file_sha256(video), "settings": _identity(bench)}
    expect_own(out, known, force, "a bench of another clip or with other settings")
    out.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(out / LOCK)
    try:
        if force:
            for name in (PARTS, RESULT, TABLE, SHEET, *CURVES):
                remove(out / name)
        write_json(out / SETTINGS, known)
        create(video, out / RUN, bench.create, progress, until="tracking", force=force)
        with RunFolder.reopen(out / RUN) as run:
            return _compare(Job(run, bench.create, device, progress), out, bench)
    finally:
        lock.release()


def _compare(job: Job, out: Path, bench: AvatarBench) -> dict[str, Any]:
    iterations, seconds = bench.limits(job.device)
    stand = Stand.of(job)
    ours = [Contestant(OURS, images) for images in bench.images(job.device)]
    other = Contestant(BASELINE, iterations, seconds, replace(bench.preset, iterations=iterations))
    parts = [measure_method(stand, contestant, out / PARTS, bench.looks) for contestant in (*ours, other)]
    *lengths, baseline = parts
    result = {
        "schema": SCHEMA,
        "clip": {"path": str(job.run.video), "frames": len(stand.motion.modes), "trained_on": len(stand.rows)},
        "held_out": {
            "rows": stand.test,
            "curve_rows": stand.few,
            "refined_rows": stand.refined_rows,
        },
        "size_wh": stand.source.camera.size_wh,
        "device": stand.device_name,
        "lpips": verify(ASSET),
        "lpips_vgg": verify(VGG_ASSET),
        "settings": plain(bench),
        "versions": {"lifemask": lifemask.__version__, **versions()},
        "methods": {OURS: lengths[0], BASELINE: baseline},
        "lengths": lengths,
        "reached": {kind: reached(lengths, baseline, kind) for kind in ("as_tracked", "refined")},
    }
    result = plain(result)
    rows = result["table"] = table_rows(result)
    write_curves(out / CURVES[0], out / CURVES[1], result)
    write_sheet(out / SHEET, _sheet(stand, ours[0], other, parts, out / PARTS), ("Lifemask", "FlashAvatar preset"))
    atomic_write_text(out / TABLE, markdown(result, rows))
    write_json(out / RESULT, result)
    return result


def reached(lengths: list[dict[str, Any]], baseline: dict[str, Any], kind: str) -> dict[str, Any]:
    """The least training time in which a complete training of ours came to the baseline's final ``psnr_db`` and
    ``lpips`` of the whole picture, ``kind`` "as_tracked" or "refined"; ``seconds`` None where none did."""
    found = {}
    for metric, sign in (("psnr_db", 1), ("lpips", -1)):
        goal = baseline["scores"][kind]["whole"][metric]
        if goal is None:
            continue
        there = [part for part in lengths if sign * part["scores"][kind]["whole"][metric] >= sign * goal]
        best = min(there, key=lambda part: part["train_s"], default=None)
        seconds = None if best is None else best["train_s"]
        found[metric] = {
            "goal": goal,
            "seconds": seconds,
            "images": None if best is None else best["images"],
            "baseline_s": baseline["train_s"],
            "times_as_fast": None if seconds is None else baseline["train_s"] / seconds,
        }
    return found


def _sheet(
    stand: Stand, ours: Contestant, other: Contestant, parts: list[dict[str, Any]], folder: Path
) -> list[SheetRow]:
    """The frames that tell most: both methods' worst, the widest mouth, the furthest turn, an ordinary one."""
    first, last = (np.array(parts[index]["per_frame"]["psnr_db"]) for index in (0, -1))
    code = stand.motion.rows(torch.as_tensor(stand.test, device=stand.motion.modes.device)).code
    heading = code.camera_from_head[:, :2, 2].norm(dim=-1).cpu().numpy()
    picks = {
        "worst of Lifemask": int(first.argmin()),
        "worst of the preset": int(last.argmin()),
        "widest mouth": int(np.nan_to_num(stand.tracking.lip_aperture_m[stand.test]).argmax()),
        "furthest turn": int(heading.argmax()),
        "ordinary": int(np.argsort(first)[len(first) // 2]),
    }
    chosen: dict[int, str] = {}
    for name, place in picks.items():
        chosen[place] = f"{chosen[place]}, {name}" if place in chosen else name
    for place in np.linspace(0, len(stand.test) - 1, LEAST_ROWS + 2).round().astype(int)[1:-1]:
        if len(chosen) < LEAST_ROWS:
            chosen.setdefault(int(place), "in between")
    rows = stand.test[np.array(list(chosen))]
    renders = [pictures(stand, contestant, folder, rows) for contestant in (ours, other)]
    truth = stand.source.store.images(rows)
    return [
        SheetRow(
            f"frame {rows[k]}: {name}",
            truth[k],
            (renders[0][k], renders[1][k]),
            (float(first[place]), float(last[place])),
        )
        for k, (place, name) in enumerate(chosen.items())
    ]


def _identity(bench: AvatarBench) -> dict[str, Any]:
    """What makes it another bench. Lengths and limits only say how far this one goes, and each part knows how it was
    trained."""
    return {name: value for name, value in plain(bench.create).items() if name != "training"}

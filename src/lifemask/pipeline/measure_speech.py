"""How well a voice drives an avatar: its mouth by the sound alone, the rendered lips, its life, speed, length, and
other people's voices; with all that it has to beat, in one run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lifemask.avatar.avatar import Avatar
from lifemask.errors import FileMissingError
from lifemask.pipeline.avatar_voice import AvatarVoice
from lifemask.pipeline.bench_folder import LOCK, SETTINGS, expect_own
from lifemask.pipeline.config import CreateConfig, Device, config_from_record
from lifemask.pipeline.create import create
from lifemask.pipeline.files import plain, remove, write_json
from lifemask.pipeline.job import pick_device
from lifemask.pipeline.lock import FolderLock
from lifemask.pipeline.measure_speech_clip import Filmed, about, filmed
from lifemask.pipeline.measure_speech_engine import measured_engine, unseen_part
from lifemask.pipeline.measure_speech_lips import Lips
from lifemask.pipeline.measure_speech_motion import driven_lips, measured
from lifemask.pipeline.measure_speech_other import measured_other
from lifemask.pipeline.measure_speech_show import Show
from lifemask.pipeline.measure_speech_speed import measured_length, measured_speed
from lifemask.pipeline.measure_speech_table import FIGURE_COLUMNS, WAY_COLUMNS, figure_rows, notes, way_rows
from lifemask.pipeline.measure_speech_truth import measure_speech_truth
from lifemask.pipeline.run import RunFolder
from lifemask.pipeline.stages.training import REFINED
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.report.speech_page import write_apertures, write_speech_page
from lifemask.speech.config import MouthTraining
from lifemask.speech.generic_measure import CLOSED
from lifemask.speech.layers import MOTION_HZ
from lifemask.speech.life_compare import compare
from lifemask.tracking.record import Tracking

SCHEMA = 1
RESULT, PAGE, VIDEO, SHEET = "bench.json", "index.html", "true-and-driven.mp4", "mouths.png"
MOTION_PLOT, ENGINE_PLOT = "aperture-motion.png", "aperture-rendered.png"
WHOLE, FOLDS = "whole", "folds"
"""Inside the bench's folder: the run that tracks the whole clip, and what was said of each fold."""


@dataclass(frozen=True)
class SpeechBench:
    """What is measured, and how long."""

    speech: MouthTraining = field(default_factory=MouthTraining)
    """How the mouths of the folds are trained."""
    folds: int = 5
    """Blocks of the clip that are held out in turn."""
    minutes: float = 5.0
    """Length of the sound whose motion shows memory and drift; 0 leaves that out."""
    life_minutes: float = 10.0
    """Length of the life that is looked at."""
    others: tuple[Path, ...] = ()
    """Clips of other people whose voices drive the avatar too."""
    device: Device = "auto"
    """Where to compute."""
    seed: int = 0
    """Seed of everything random."""


def measure_speech(
    run: Path,
    out: Path,
    bench: SpeechBench | None = None,
    progress: Progress = NULL_PROGRESS,
    *,
    force: bool = False,
) -> dict[str, Any]:
    """Measure how well a voice drives the avatar of the finished ``run``; see docs/bench_speech.md for what comes back,
    ready for JSON.

    In ``out`` lie ``bench.json``, a page with tables, curves, a video and a sheet of mouths, the run that tracks the
    whole clip, and what was learned of each fold: the same call goes on with these two. ``force`` begins anew.

    Raises OutputExistsError for a folder that holds something else, RunBusyError while another process works in it,
    UnusableClipError for a clip without sound, and the errors of ``Avatar.load``, ``AvatarVoice.load`` and ``create``.
    """
    bench = bench or SpeechBench()
    with RunFolder.reopen(run) as folder:
        clip, config = folder.video, config_from_record(folder.record["config"])
        known = {"schema": SCHEMA, "clip": folder.record["input"]["sha256"], "speech": plain(bench.speech)}
    if not clip.is_file():
        raise FileMissingError(
            f"The clip of {run} is gone: {clip}", "Its lips are the truth.",
            f"Put it back, or make the run again: lifemask create VIDEO -o {run}",
        )  # fmt: skip
    own = AvatarVoice.load(run, Avatar.load(run, pick_device(bench.device)))
    with _folder(out, known | {"folds": bench.folds, "seed": bench.seed}, force):
        create(clip, out / WHOLE, whole_config(config, bench), progress, until="tracking")
        film = filmed(clip, out / WHOLE, own.avatar.rig, progress)
        found = _measured(own, film, run, config, out, bench, progress)
        found["figures"], found["ways"] = figure_rows(found), way_rows(found)
        _write(found, film, out)
        return found


def whole_config(config: CreateConfig, bench: SpeechBench) -> CreateConfig:
    """The settings of a run with those of ``config``, but of every frame of its clip."""
    return replace(config, frames="0:", device=bench.device, refine=None)


def _measured(
    own: AvatarVoice, film: Filmed, run: Path, config: CreateConfig, out: Path, bench: SpeechBench, progress: Progress
) -> dict[str, Any]:
    rig, seed = own.avatar.rig.to(device="cpu"), bench.seed
    unseen = unseen_part(film, run, config)
    said = driven_lips(
        film, rig, own.mouth("generic"), bench.speech, folds=bench.folds, seed=seed, progress=progress, keep=out / FOLDS
    )  # fmt: skip
    found: dict[str, Any] = {"schema": SCHEMA, "settings": plain(bench), "clip": about(film)}
    found["motion"] = measured(film, said, seed)
    with Show(film, unseen.rows, own.avatar.frame_wh, out / VIDEO, out / SHEET) as show:
        found["engine"], lips = measured_engine(own, film, run, unseen, said, seed=seed, progress=progress, watch=show)
    _plots(film, said, lips, unseen.rows, out)
    with progress.stage("life", total=1) as step:
        tracking = Tracking.load(run / REFINED)
        life = compare(tracking, *film.for_life(tracking), seconds=60 * bench.life_minutes, seed=seed)
        figures = [{**vars(one), "within": one.within} for one in life.figures]
        found["life"] = {
            "seconds": 60 * bench.life_minutes, "figures": figures, "echo": life.echo, "glimpse": life.glimpse,
        }  # fmt: skip
        step(1)
    found["truth"] = measure_speech_truth(own, progress=progress)
    found["others"] = [measured_other(own, film, run, video, seed=seed, progress=progress) for video in bench.others]
    found["speed"] = measured_speed(own, film.clip.sound, progress)
    if bench.minutes > 0:
        found["length"] = measured_length(own, film.clip.sound, bench.minutes, progress)
    return plain(found)


def _plots(film: Filmed, said: dict[str, Lips], lips: dict[str, Lips], rows: np.ndarray, out: Path) -> None:
    curves = {"own mouth, ahead (folds)": said["ahead"].aperture, "live": said["live"].aperture}
    write_apertures(
        out / MOTION_PLOT, film.start_s, MOTION_HZ, film.lips.aperture, curves, film.pauses, CLOSED
    )  # fmt: skip
    rendered = {"rendered, ahead": lips["ahead"].aperture, "rendered, live": lips["live"].aperture}
    start_s = float(film.times_s[rows[0]])
    true = film.lips.aperture[rows]
    write_apertures(out / ENGINE_PLOT, start_s, MOTION_HZ, true, rendered, film.pauses[rows], CLOSED)


def _write(found: dict[str, Any], film: Filmed, out: Path) -> None:
    first, end = found["engine"]["rows"]
    write_speech_page(
        out / PAGE,
        f"How well a voice drives the avatar of {film.video.stem}",
        f"Unseen part: {film.times_s[first]:.1f} to {film.times_s[end - 1]:.1f} s, {found['engine']['why']}",
        [("Figures", FIGURE_COLUMNS, found["figures"]), ("All ways to a mouth", WAY_COLUMNS, found["ways"])],
        notes(found),
        [
            ("The lips' opening over time, blocks that were not learned from", MOTION_PLOT),
            ("The same, of rendered frames of the unseen part", ENGINE_PLOT),
            ("Mouths, frame by frame: true above, driven below", SHEET),
        ],
        VIDEO,
    )
    write_json(out / RESULT, found)


@contextmanager
def _folder(out: Path, known: dict[str, Any], force: bool) -> Iterator[None]:
    """``out``, locked, if it holds this bench or nothing."""
    torch.set_num_threads(1)  # as in create
    expect_own(out, known, force, "a bench of another clip or with other settings")
    out.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(out / LOCK)
    try:
        if force:
            for name in (WHOLE, FOLDS, RESULT, PAGE, VIDEO, SHEET, MOTION_PLOT, ENGINE_PLOT, SETTINGS):
                remove(out / name)
        write_json(out / SETTINGS, known)
        yield
    finally:
        lock.release()

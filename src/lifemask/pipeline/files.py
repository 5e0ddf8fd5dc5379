"""What a run knows of its files: hashes of values, files and folders; moving finished work to its place."""

import contextlib
import dataclasses
import hashlib
import json
import math
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lifemask.errors import OutputExistsError
from lifemask.media.files import atomic_write_text, disk_full_as_error, file_sha256


def plain(value: Any) -> Any:
    """Dataclasses, paths, tuples, numpy scalars and arrays as JSON's own types, NaN as null; or TypeError."""
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON knows no NaN
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    raise TypeError(f"cannot be written as JSON: {type(value).__name__} ({value!r})")


def hash_value(value: Any) -> str:
    """sha256 of a JSON-like value, independent of the order of keys."""
    text = json.dumps(plain(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def hash_path(path: Path) -> str:
    """sha256 of a file's bytes; of a folder, over the names and hashes of all files below it."""
    if path.is_dir():
        return hash_value({str(file.relative_to(path)): hash_path(file) for file in _files(path)})
    return file_sha256(path)


def stamp_path(path: Path) -> str:
    """Sizes and modification times of a file or folder: equal stamps spare the reading of every byte."""
    entries = {}
    for file in _files(path) if path.is_dir() else [path]:
        status = file.stat()
        entries[str(file.relative_to(path))] = [status.st_size, status.st_mtime_ns]
    return hash_value(entries)


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` so that ``path`` holds either the old text or the new one, whenever the power goes."""
    atomic_write_text(path, json.dumps(plain(value), indent=2, allow_nan=False) + "\n")


def publish(source: Path, target: Path) -> None:
    """Move a finished file or folder to its name, replacing what was there; it reaches the disk first."""
    for file in _files(source) if source.is_dir() else [source]:
        with file.open("rb+") as stream:
            os.fsync(stream.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir() or (source.is_dir() and target.exists()):
        # A folder cannot be renamed over: the old one steps aside inside the same file system.
        old = source.with_name(f"{source.name}.old")
        os.replace(target, old)
        os.replace(source, target)
        remove(old)
    else:
        os.replace(source, target)
    sync_folder(target.parent)


@contextlib.contextmanager
def new_folder(out: Path, force: bool) -> Iterator[Path]:
    """Give a path beside ``out``, still to be made, that takes its name when the block ends well: ``out`` appears
    whole or not at all. Raises OutputExistsError when it holds something, unless ``force``."""
    if out.exists() and not force and (not out.is_dir() or any(out.iterdir())):
        raise OutputExistsError(
            f"{out} exists", "Nothing is overwritten without being asked.", "Name another one with -o, or add --force."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    around = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".partial", dir=out.parent))
    try:
        with disk_full_as_error(out):
            yield around / out.name
            if out.exists():
                os.replace(out, around / f"{out.name}.old")
            os.replace(around / out.name, out)
            sync_folder(out.parent)
    finally:
        shutil.rmtree(around, ignore_errors=True)


def remove(path: Path) -> None:
    """Delete a file or folder if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def sync_folder(path: Path) -> None:
    """Make renames inside ``path`` durable, where the system lets a folder be synced."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())

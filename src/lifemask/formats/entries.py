"""The named entries of a foreign file: what is missing, or has a wrong shape, names itself and the file."""

import json
import math
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lifemask.errors import FileMissingError, FormatError
from lifemask.media.files import replacing

_NPZ_PROBLEMS = (
    ValueError, TypeError, OSError, EOFError, AttributeError, MemoryError, RuntimeError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@dataclass(frozen=True)
class Entries:
    """What one file holds, by name."""

    path: Path
    values: Mapping[str, Any]

    def require(self, name: str) -> Any:
        """The entry ``name``; FormatError says which ones are there."""
        if name not in self.values:
            there = ", ".join(sorted(map(str, self.values))) or "nothing"
            raise FormatError(f"{self.path}: no entry {name!r}", f"The file holds {there}.")
        return self.values[name]

    def array(self, name: str, *shape: int | None, dtype: Any = np.float64) -> np.ndarray:
        """The entry as an array of ``shape``, in which ``None`` is any size; FormatError where it has another."""
        value = self.require(name)
        try:
            array = np.asarray(value, dtype)
        except (TypeError, ValueError, OverflowError) as problem:
            raise FormatError(f"{self.path}: entry {name!r} is not an array of numbers: {problem}") from problem
        fits = array.ndim == len(shape) and all(
            want in (None, have) for want, have in zip(shape, array.shape, strict=True)
        )
        if not fits:
            raise FormatError(
                f"{self.path}: entry {name!r} has the shape {list(array.shape)}",
                f"Expected [{', '.join('any' if size is None else str(size) for size in shape)}].",
            )
        return array

    def number(self, name: str, default: float | None = None) -> float:
        """The entry as one finite number, ``default`` where it is missing and there is one; FormatError otherwise."""
        value = default if default is not None and name not in self.values else self.require(name)
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError) as problem:
            raise FormatError(f"{self.path}: entry {name!r} is {value!r}, expected a number.") from problem
        if not math.isfinite(number):
            raise FormatError(f"{self.path}: entry {name!r} is {number}, expected a finite number.")
        return number

    def rest(self, used: Collection[str]) -> dict[str, Any]:
        """What is not in ``used``: kept, so that it survives a round trip."""
        return {name: value for name, value in self.values.items() if name not in used}


def require_path(path: Path, what: str) -> Path:
    """``path`` if it exists; FileMissingError with ``what`` it should be otherwise."""
    if not path.exists():
        raise FileMissingError(f"{path} does not exist.", f"It should be {what}.", "Check the spelling of the path.")
    return path


def read_text(path: Path, what: str) -> str:
    """A text in UTF-8, with or without a byte order mark; FormatError for bytes that are none."""
    require_path(path, what)
    try:
        return path.read_text("utf-8-sig")
    except (UnicodeDecodeError, IsADirectoryError) as problem:
        raise FormatError(f"{path} is not {what}: {problem}") from problem


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file."""
    text = read_text(path, "a JSON file")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise FormatError(f"{path} is not JSON: {problem}") from problem
    if not isinstance(content, dict):
        raise FormatError(f"{path} holds a JSON {type(content).__name__}, expected an object.")
    return content


def read_npz(path: Path, skip: Collection[str] = ()) -> Entries:
    """All arrays of an ``.npz`` but those in ``skip``; pickled objects are refused, not run."""
    require_path(path, "a NumPy .npz file")
    try:
        with np.load(path, allow_pickle=False) as file:
            return Entries(path, {name: file[name] for name in file.files if name not in skip})
    except _NPZ_PROBLEMS as problem:
        raise FormatError(
            f"{path} cannot be read as plain arrays: {problem}",
            "A pickled object can run any code, so nothing but arrays of numbers is read.",
        ) from problem


def write_npz(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write an ``.npz`` atomically; its members carry no time, so equal content gives equal bytes."""
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)

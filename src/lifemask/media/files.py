"""Whole files or none: atomic writes, and the hash that names a file's content."""

import contextlib
import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open

from lifemask.errors import DiskFullError, FileMissingError, FormatError

_NO_SPACE_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_HASH_BLOCK_BYTES = 1 << 20


def file_sha256(path: str | os.PathLike[str]) -> str:
    """The file's sha256 as 64 hex digits, read in blocks of 1 MiB.

    Raises FileMissingError when there is no such file.
    """
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while block := file.read(_HASH_BLOCK_BYTES):
                digest.update(block)
    except FileNotFoundError as error:
        raise FileMissingError(f"{path} does not exist.", fix="Check the spelling of the path.") from error
    return digest.hexdigest()


def atomic_write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write `text` as UTF-8 so that `path` holds either its old content or all of the new."""
    atomic_write_bytes(path, text.encode("utf-8"))


def atomic_write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` so that `path` holds either its old content or all of the new, even after a power cut.

    Raises DiskFullError when there is no space; the old content is then untouched.
    """
    with replacing(path) as temporary, open(temporary, "wb") as file:
        file.write(data)


def in_fixed_order(safetensors: bytes) -> bytes:
    """The same safetensors file with the texts of its header ordered by name.

    The library writes them in a random order, so that equal content would have unequal hashes.
    """
    end = 8 + int.from_bytes(safetensors[:8], "little")
    header = json.loads(safetensors[8:end])
    header["__metadata__"] = dict(sorted(header.get("__metadata__", {}).items()))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the tensors begin at a multiple of 8 bytes
    return len(text).to_bytes(8, "little") + text + safetensors[end:]


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary name beside `path`; on success flush and rename it to `path`, else remove it.

    The temporary name keeps the suffix of `path`, because libraries choose a format by it.
    Raises DiskFullError in place of an OSError that says that there is no space.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.stem}.", suffix=f".partial{target.suffix}", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        with disk_full_as_error(target):
            yield temporary
            flush_to_disk(temporary)
            temporary.chmod(_mode_of_a_new_file())
            os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush_to_disk(target.parent)


@contextlib.contextmanager
def disk_full_as_error(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn the OSErrors that mean "no space" (full disk, quota, file size limit) into DiskFullError."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_SPACE_ERRNOS:
            raise
        raise DiskFullError(
            f"No space left while writing {path}.",
            "What was whole before is still whole; the unfinished file was removed.",
            f"Free some space on the disk that holds {Path(path).parent} and run the same command again.",
        ) from error


def flush_to_disk(path: Path) -> None:
    """Return when a file's content, or a folder's entries, would survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _mode_of_a_new_file() -> int:
    """What open() would have given; mkstemp's 0600 would hide a finished file from other users."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def read_tensors(path: Path, schema: str) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """Header and arrays of a safetensors file of one ``schema``. Raises FormatError for any other file."""
    try:
        with safe_open(path, "np") as handle:
            header = handle.metadata() or {}
            arrays = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as problem:
        raise FormatError(f"{path} cannot be read as safetensors: {problem}") from problem
    if header.get("schema") != schema:
        raise FormatError(f"{path} has the schema {header.get('schema')!r}", f"Expected {schema!r}.")
    return header, arrays

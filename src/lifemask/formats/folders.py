"""Whole folders or none, files numbered as other systems number them, and copies of pictures."""

import contextlib
import os
import shutil
import struct
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from lifemask.errors import FormatError, OutputExistsError
from lifemask.formats.entries import require_path
from lifemask.media.files import atomic_write_bytes, disk_full_as_error, replacing

JPEG_QUALITY = 95
_BAD_PICTURE = (
    UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, struct.error, zlib.error,
    Image.DecompressionBombError,
)  # fmt: skip
_SAME_FORMAT = ({".jpg", ".jpeg"}, {".png"})


@contextlib.contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a temporary folder beside ``folder``; on success it takes that name, else it is removed.

    Raises OutputExistsError when ``folder`` is there and not empty: readers of these formats count files, so that
    files of an earlier export would become frames of this one.
    """
    refuse_existing(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".partial", dir=folder.parent))
    try:
        with disk_full_as_error(folder):
            yield temporary
            temporary.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            os.replace(temporary, folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def refuse_existing(folder: Path) -> None:
    """OutputExistsError when ``folder`` is a file or a folder that holds something."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputExistsError(
            f"{folder} exists and is not empty.",
            "Readers of this format count its files; nothing is mixed with what is there.",
            "Choose another folder, or remove this one.",
        )


def numbered(folder: Path, suffix: str, what: str) -> list[Path]:
    """The files of ``folder`` named by a number and ``suffix``, in the order of the numbers; FormatError if none."""
    require_path(folder, what)
    found = [path for path in folder.iterdir() if path.suffix == suffix and path.stem.isdecimal()]
    if not found:
        raise FormatError(f"{folder} holds no numbered *{suffix} files.", f"It should be {what}.")
    return sorted(found, key=lambda path: int(path.stem))


def first_existing(*candidates: Path) -> Path | None:
    """The first path that exists."""
    return next((path for path in candidates if path.exists()), None)


def copy_picture(source: Path | None, target: Path) -> bool:
    """Copy byte for byte where the suffixes name one format, else decode and encode again (JPEG at quality 95).

    Returns whether there was anything to copy; FileMissingError when a named picture is gone.
    """
    if source is None:
        return False
    require_path(source, "a picture")
    if source.suffix.lower() == target.suffix or any({source.suffix.lower(), target.suffix} <= s for s in _SAME_FORMAT):
        atomic_write_bytes(target, source.read_bytes())
        return True
    with open_picture(source) as picture, replacing(target) as temporary:
        kept = picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
        kept.save(temporary, quality=JPEG_QUALITY)
    return True


def open_picture(path: Path) -> Image.Image:
    """A decoded Pillow image; FormatError if it is none or damaged."""
    require_path(path, "a picture")
    try:
        picture = Image.open(path)
        picture.load()
    except _BAD_PICTURE as problem:
        raise FormatError(f"{path} is not a picture, or a damaged one: {problem}") from problem
    return picture

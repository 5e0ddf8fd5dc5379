"""A folder of numbered pictures: what every editing and effects program reads, with opacity."""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from lifemask.errors import ConfigError, OutputExistsError
from lifemask.media.files import disk_full_as_error, flush_to_disk
from lifemask.media.provenance import XMP, xmp_packet

_NAME = "{:05d}.png"
_IS_NUMBERED = re.compile(r"\d{5,}\.png")
# zlib's level: 3 takes half the time of the usual 6 and an eighth more space.
_COMPRESSION = 3


class PngSequenceWriter:
    """Context manager that writes 00000.png, 00001.png, ... into `folder`.

    Frames are uint8 [H,W,4] with straight colour when `with_alpha`, else [H,W,3]. `metadata` goes into the text
    fields of every picture, its comment into XMP too, with IPTC's source type of generated media. The pictures are
    written into a folder with a temporary name, which is renamed when the block ends without an exception. An empty
    folder is filled; one that holds nothing but numbered pictures is replaced as a whole if `force`; any other is never
    touched.

    Raises ConfigError for frames that do not fit, OutputExistsError, DiskFullError when there is no space.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        size_wh: tuple[int, int],
        *,
        with_alpha: bool,
        force: bool = False,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self.path, self.size_wh = Path(folder), (int(size_wh[0]), int(size_wh[1]))
        if min(self.size_wh) < 1:
            raise ConfigError(f"expected a positive size, got {self.size_wh}.")
        self._shape = (self.size_wh[1], self.size_wh[0], 4 if with_alpha else 3)
        self._text = PngInfo()
        for key, value in (metadata or {}).items():
            self._text.add_text(key.capitalize(), value)  # PNG's own keywords begin with a capital: Comment
        if metadata and "comment" in metadata:
            self._text.add_itxt(XMP, xmp_packet(metadata["comment"]))
        self._count = 0
        expect_replaceable(self.path, force)

    def __enter__(self) -> "PngSequenceWriter":
        with contextlib.ExitStack() as stack:
            self._temporary = stack.enter_context(_replacing_folder(self.path))
            stack.push(self._expect_frames)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool | None:
        return self._stack.__exit__(kind, error, trace)

    def write(self, image: np.ndarray) -> None:
        """Append one frame: uint8 [H,W,4] RGBA, or [H,W,3] RGB without alpha."""
        if image.shape != self._shape or image.dtype != np.uint8:
            raise ConfigError(f"expected a uint8 frame {self._shape}, got {image.dtype} {image.shape}.")
        with disk_full_as_error(self.path):
            Image.fromarray(image).save(
                self._temporary / _NAME.format(self._count), pnginfo=self._text, compress_level=_COMPRESSION
            )
        self._count += 1

    def _expect_frames(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is None and self._count == 0:
            raise ConfigError(f"no frame was written to {self.path}.")


def expect_replaceable(folder: Path, force: bool) -> None:
    """Raise OutputExistsError unless `folder` is missing, empty, or, with `force`, nothing but numbered pictures."""
    if not os.path.lexists(folder):
        return
    if not folder.is_dir() or folder.is_symlink():
        raise OutputExistsError(
            f"{folder} exists and is not a folder.",
            "The frames are written into a folder.",
            "Name another folder, or remove this file.",
        )
    names = os.listdir(folder)
    strange = sorted(name for name in names if not _IS_NUMBERED.fullmatch(name))
    if strange:
        raise OutputExistsError(
            f"{folder} holds other files than numbered pictures ({strange[0]}).",
            "It would be replaced as a whole, and they would be lost.",
            "Name another folder.",
        )
    if names and not force:
        raise OutputExistsError(f"{folder} exists.", "Nothing is overwritten without being asked.", "Add --force.")


@contextlib.contextmanager
def _replacing_folder(target: Path) -> Iterator[Path]:
    """Give a temporary folder beside `target`; on success flush and rename it to `target`, else remove it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=target.parent))
    try:
        with disk_full_as_error(target):
            yield temporary
            for file in temporary.iterdir():
                flush_to_disk(file)
            flush_to_disk(temporary)
            temporary.chmod(_mode_of_a_new_folder())
            _exchange(temporary, target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    flush_to_disk(target.parent)


def _exchange(new: Path, target: Path) -> None:
    """Let `new` take the name `target`; what had it before comes back when that fails, and goes when it is done."""
    expect_replaceable(target, force=True)
    if not target.exists():
        os.replace(new, target)
        return
    old = new.with_suffix(".old")
    os.replace(target, old)
    try:
        os.replace(new, target)
    except BaseException:
        os.replace(old, target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _mode_of_a_new_folder() -> int:
    """What mkdir would have given; mkdtemp's 0700 would hide a finished folder from other users."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o777 & ~mask

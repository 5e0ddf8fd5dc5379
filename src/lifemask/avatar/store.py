"""Training frames on disk: raw bytes read by position, so that memory does not grow with the clip."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lifemask.errors import FormatError
from lifemask.geometry.camera import View
from lifemask.media.files import atomic_write_text, disk_full_as_error


@dataclass(frozen=True)
class FrameStore:
    """``count`` pictures uint8 ``[H, W, 3]`` with their mattes uint8 ``[H, W]``, at the working ``view``."""

    folder: Path
    count: int
    view: View

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width)."""
        return self.view.size_wh[1], self.view.size_wh[0]

    @staticmethod
    def open(folder: Path) -> "FrameStore":
        """Open a finished store."""
        try:
            header = json.loads((folder / "frames.json").read_text())
            return FrameStore(folder, header["count"], View.from_list(header["view"]))
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise FormatError(
                f"{folder} holds no finished training frames: {problem}",
                "It was written by another version, or never finished.",
                "Begin again in a new folder: lifemask create VIDEO -o OTHER_FOLDER",
            ) from problem

    def images(self, rows: np.ndarray) -> np.ndarray:
        """Pictures ``[B, H, W, 3]`` uint8 of some rows."""
        return self._read("frames.u8", rows, (*self.shape, 3))

    def mattes(self, rows: np.ndarray) -> np.ndarray:
        """Mattes ``[B, H, W]`` uint8 of some rows."""
        return self._read("mattes.u8", rows, self.shape)

    def _read(self, name: str, rows: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        size = int(np.prod(shape))
        out = np.empty((len(rows), *shape), np.uint8)
        descriptor = os.open(self.folder / name, os.O_RDONLY)
        try:
            for place, row in enumerate(rows):
                data = os.pread(descriptor, size, int(row) * size)
                if len(data) != size:
                    raise FormatError(f"{self.folder / name} ends before frame {row}", "The file was cut.")
                out[place] = np.frombuffer(data, np.uint8).reshape(shape)
        finally:
            os.close(descriptor)
        return out


class FrameStoreWriter:
    """Writes a store frame by frame; it exists once ``close`` has written its header."""

    def __init__(self, folder: Path, view: View) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "frames.json").unlink(missing_ok=True)
        self.folder, self.view, self.count = folder, view, 0
        self._files = [(folder / name).open("wb") for name in ("frames.u8", "mattes.u8")]

    def add(self, image: np.ndarray, matte: np.ndarray) -> None:
        """Append a picture uint8 ``[H, W, 3]`` and its matte uint8 ``[H, W]``."""
        with disk_full_as_error(self.folder):
            for file, array in zip(self._files, (image, matte), strict=True):
                file.write(np.ascontiguousarray(array).tobytes())
        self.count += 1

    def close(self) -> FrameStore:
        """Finish the store."""
        with disk_full_as_error(self.folder):
            for file in self._files:
                file.flush()
                os.fsync(file.fileno())
                file.close()
        atomic_write_text(self.folder / "frames.json", json.dumps({"count": self.count, "view": self.view.to_list()}))
        return FrameStore.open(self.folder)

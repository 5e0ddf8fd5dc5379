"""Grey pictures of the face at the clip's own sharpness, on disk: what the skin's texture is followed on."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lifemask.errors import FormatError
from lifemask.geometry.camera import View
from lifemask.geometry.image_warp import resample_view
from lifemask.media.files import atomic_write_text, disk_full_as_error

GREY_FULL = 65535.0
"""White. The lowest bit is not brightness: it is set where the picture shows the person."""
MATTE_INSIDE = 230
MOST_SIDE_PX = 320
MARGIN = 1.15
_HEADER, _PIXELS = "skin.json", "skin.u16"


@dataclass(frozen=True)
class SkinStore:
    """``count`` pictures uint16 ``[H, W]`` at ``view`` of the original frame."""

    folder: Path
    count: int
    view: View

    @staticmethod
    def open(folder: Path) -> "SkinStore":
        """Open a finished store."""
        try:
            header = json.loads((folder / _HEADER).read_text())
            return SkinStore(folder, header["count"], View.from_list(header["view"]))
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise FormatError(
                f"{folder} holds no finished pictures of the face: {problem}",
                "It was written by another version, or never finished.",
                "Begin again in a new folder: lifemask create VIDEO -o OTHER_FOLDER",
            ) from problem

    def picture(self, row: int) -> np.ndarray:
        """One picture ``[H, W]`` uint16."""
        width, height = self.view.size_wh
        size = width * height * 2
        with (self.folder / _PIXELS).open("rb") as file:
            data = os.pread(file.fileno(), size, row * size)
        if len(data) != size:
            raise FormatError(f"{self.folder / _PIXELS} ends before frame {row}", "The file was cut.")
        return np.frombuffer(data, np.uint16).reshape(height, width)


class SkinStoreWriter:
    """Streaming: give the frames in order, then ``close``."""

    def __init__(self, folder: Path, view: View) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.view, self.count = folder, view, 0
        self._file = (folder / _PIXELS).open("wb")

    def add(self, frame: np.ndarray, matte: np.ndarray, frame_from_reference: np.ndarray | None = None) -> None:
        """One frame ``[H, W, 3]`` uint8 with its matte ``[H, W]`` uint8, at the original size; ``frame_from_reference
        [2, 3]`` where the camera moved."""
        rgb = resample_view(frame, self.view, frame_from_reference)
        picture = (rgb.astype(np.float32).sum(-1) * (GREY_FULL / (3 * 255))).astype(np.uint16)
        inside = resample_view(matte, self.view, frame_from_reference) >= MATTE_INSIDE
        with disk_full_as_error(self.folder):
            self._file.write(((picture & ~np.uint16(1)) | inside.astype(np.uint16)).tobytes())
        self.count += 1

    def close(self) -> None:
        """Finish the store."""
        with disk_full_as_error(self.folder):
            self._file.close()
        header = {"count": self.count, "view": self.view.to_list()}
        atomic_write_text(self.folder / _HEADER, json.dumps(header))


def skin_view(landmarks_px: np.ndarray, size_wh: tuple[int, int]) -> View:
    """The square of the frame in which the face is ``landmarks_px [T, 478, 2]``, at most 320 pixels wide."""
    low = np.percentile(landmarks_px.min(1), 1, axis=0)
    high = np.percentile(landmarks_px.max(1), 99, axis=0)
    side = min(float((high - low).max() * MARGIN), float(min(size_wh)))
    corner = np.clip((low + high - side) / 2, 0, np.array(size_wh) - side)
    pixels = int(np.clip(round(side), 32, MOST_SIDE_PX))
    return View(float(corner[0]), float(corner[1]), side, side, (pixels, pixels))

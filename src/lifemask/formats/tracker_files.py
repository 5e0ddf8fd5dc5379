"""What lies beside metrical-tracker's frames: its crop, its canonical mesh, its settings, its frame numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lifemask.errors import FormatError
from lifemask.formats.entries import Entries, read_text, require_path
from lifemask.formats.flame_sequence import SHAPE_SIZE, FlameSequence
from lifemask.formats.torch_zip import read_torch_zip, write_torch_zip


@dataclass(frozen=True)
class TrackerCrop:
    """The one crop that the tracker takes from all frames: a box of the original, padded square, resized.

    Bounds in whole pixels of the original; ``size_wh`` of the tracker's image.
    """

    x_min: int
    x_max: int
    y_min: int
    y_max: int
    size_wh: tuple[int, int] = (512, 512)

    @property
    def original_from_tracker(self) -> np.ndarray:
        """``[3, 3]``: tracker pixels to original pixels, homogeneous, continuous coordinates.

        ``u_o = u Wp / S - hp + x_min`` with the padding ``hp = int((M - w) / 2)``, ``Wp = w + 2 hp``, ``M`` the longer
        side, and likewise downwards: from the tracker's data set code. The box is clamped to the image, so it need
        not be square.
        """
        wide, high = self.x_max - self.x_min, self.y_max - self.y_min
        longer = max(wide, high)
        pad_x, pad_y = (longer - wide) // 2, (longer - high) // 2
        scale_x, scale_y = (wide + 2 * pad_x) / self.size_wh[0], (high + 2 * pad_y) / self.size_wh[1]
        return np.array([[scale_x, 0, self.x_min - pad_x], [0, scale_y, self.y_min - pad_y], [0, 0, 1.0]])

    def to_original(self, points_px: np.ndarray) -> np.ndarray:
        """Tracker pixels ``[..., 2]`` to original pixels."""
        matrix = self.original_from_tracker
        return points_px @ matrix[:2, :2].T + matrix[:2, 2]

    def from_original(self, points_px: np.ndarray) -> np.ndarray:
        """Original pixels ``[..., 2]`` to tracker pixels."""
        matrix = self.original_from_tracker
        return (points_px - matrix[:2, 2]) / matrix[[0, 1], [0, 1]]


def in_original(
    sequence: FlameSequence, crop: TrackerCrop, size_wh: tuple[int, int], image_path: Sequence[Path | None] = ()
) -> FlameSequence:
    """The sequence with the cameras of the uncropped frames: ``K_original = original_from_tracker K``.

    The focal length scales with the crop; only the principal point moves with its corner. Masks and images of the crop
    are dropped; ``image_path`` names the originals.
    """
    if crop.size_wh != sequence.size_wh:
        raise FormatError(f"The crop is for images of {crop.size_wh}, the frames are for {sequence.size_wh}.")
    return replace(
        sequence,
        intrinsics=crop.original_from_tracker @ sequence.intrinsics,
        size_wh=size_wh,
        image_path=tuple(image_path),
        alpha_path=(),
        parsing_path=(),
        head_mask_path=(),
        mouth_mask_path=(),
    )


def read_crop(path: Path, size_wh: tuple[int, int] = (512, 512)) -> TrackerCrop:
    """``bbox.pt``, an array [x_min, x_max, y_min, y_max] in pixels; FormatError where the box is empty."""
    box = Entries(path, {"bbox": read_torch_zip(path)}).array("bbox", 4)
    left, right, top, bottom = (int(value) for value in box)
    if left >= right or top >= bottom:
        raise FormatError(f"{path}: the box {box.tolist()} is empty.", "The order is x_min, x_max, y_min, y_max.")
    return TrackerCrop(left, right, top, bottom, size_wh)


def write_crop(path: Path, crop: TrackerCrop) -> None:
    """Write ``bbox.pt``."""
    write_torch_zip(path, np.array([crop.x_min, crop.x_max, crop.y_min, crop.y_max], np.int64))


def read_identity(path: Path) -> np.ndarray:
    """MICA's ``identity.npy``, which the tracker starts from: FLAME shape coefficients ``[300]`` float32."""
    try:
        shape = np.load(require_path(path, "an identity.npy of MICA"), allow_pickle=False)
    except (ValueError, OSError, EOFError) as problem:
        raise FormatError(f"{path} is not an array of numbers: {problem}") from problem
    if not isinstance(shape, np.ndarray) or shape.shape != (SHAPE_SIZE,) or not np.isfinite(shape).all():
        raise FormatError(f"{path} has the shape {list(np.shape(shape))}, expected [{SHAPE_SIZE}] finite numbers.")
    return shape.astype(np.float32)


def image_of_frame(frame: int, first_image_number: int, begin_frames: int) -> int:
    """The number in the file name of the image that the tracker used for ``frame``.

    ``first_image_number``: 1 where ffmpeg or the tracker itself extracted the images, 0 with ``-start_number 0``;
    ``begin_frames``: the tracker's setting, 0 by default and 1 in the settings that it comes with.
    """
    return first_image_number + begin_frames + frame


def flashavatar_lag(first_image_number: int, begin_frames: int) -> int:
    """How many frames FlashAvatar's image lags behind the fit that it is paired with: 0 is right, 1 a frame late.

    FlashAvatar pairs frame k with image k + 1, whatever the images' numbers mean.
    """
    return image_of_frame(0, first_image_number, begin_frames) - 1


def read_settings(path: Path) -> dict[str, str]:
    """The plain ``name: value`` lines of an actor's yaml, as text; nested and listed settings are left out."""
    lines = [line.split("#")[0] for line in read_text(path, "a tracker's .yml").splitlines()]
    pairs = [line.partition(":") for line in lines if ":" in line and not line[:1].isspace()]
    return {name.strip(): value.strip().strip("'\"") for name, _, value in pairs if value.strip()}


def begin_frames(path: Path) -> int:
    """``begin_frames`` of an actor's yaml: how many images the tracker skips; 0 where it says nothing."""
    text = read_settings(path).get("begin_frames", "0")
    if not text.isdecimal():
        raise FormatError(f"{path}: begin_frames is {text!r}, expected a whole number.")
    return int(text)


def read_mesh(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Vertices ``[V, 3]`` float64 and triangles ``[F, 3]`` int64 of a Wavefront file such as ``canonical.obj``.

    ``canonical.obj`` is the person with a neutral face and the jaw opened by 12 degrees, in metres.
    """
    vertices, faces = [], []
    try:
        for words in (line.split() for line in read_text(path, "a mesh").splitlines()):
            if words[:1] == ["v"]:
                vertices.append([float(word) for word in words[1:4]])
            elif words[:1] == ["f"]:
                faces.append([int(word.split("/")[0]) - 1 for word in words[1:4]])
        mesh = np.array(vertices, float).reshape(-1, 3), np.array(faces, np.int64).reshape(-1, 3)
    except ValueError as problem:
        raise FormatError(f"{path} is not a Wavefront mesh of triangles: {problem}") from problem
    if not len(mesh[0]) or mesh[1].min(initial=0) < 0 or mesh[1].max(initial=0) >= len(mesh[0]):
        raise FormatError(f"{path} has no vertices, or triangles of vertices that are not there.")
    return mesh

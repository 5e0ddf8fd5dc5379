"""Masks that other tools make: BiSeNet's label maps (19 classes of CelebAMask-HQ) and RVM's soft mattes."""

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from lifemask.errors import FormatError
from lifemask.formats.entries import require_path
from lifemask.formats.folders import JPEG_QUALITY, open_picture
from lifemask.media.files import replacing

LABELS = (
    "background", "skin", "brow_left", "brow_right", "eye_left", "eye_right", "glasses", "ear_left", "ear_right",
    "earring", "nose", "mouth", "upper_lip", "lower_lip", "neck", "necklace", "cloth", "hair", "hat",
)  # fmt: skip
"""Names of the labels 0 to 18, in the order of face-parsing.PyTorch; left and right are CelebAMask-HQ's."""

MOUTH = ("mouth", "upper_lip", "lower_lip")
"""Lips and inside: the inside alone (label 11) is empty while the mouth is closed. Label 10 is the nose."""

HEAD = tuple(name for name in LABELS if name not in ("background", "cloth"))
"""Everything of the person but the cloth: with the hair, which some published choices drop."""

_PICTURES = frozenset({".png", ".jpg", ".jpeg"})


def read_labels(path: Path) -> np.ndarray:
    """A label map ``[H, W]`` uint8, from a grey or a paletted picture; FormatError for colours and unknown labels."""
    with open_picture(path) as picture:
        if picture.mode not in ("L", "P", "1"):
            raise FormatError(
                f"{path} is a picture in colours ({picture.mode}), not a label map.",
                "The parser also writes a coloured view of its labels, which cannot be read back exactly.",
                "Take the picture in which every pixel's value is its label.",
            )
        labels = np.asarray(picture).astype(np.uint8)
    if labels.max(initial=0) >= len(LABELS):
        raise FormatError(
            f"{path} holds the label {labels.max()}; BiSeNet's are 0 to {len(LABELS) - 1}.",
            "A mask of 0 and 255 is not a label map.",
        )
    return labels


def write_labels(path: Path, labels: np.ndarray) -> None:
    """Write ``[H, W]`` labels as a grey PNG, atomically."""
    if path.suffix != ".png":
        raise FormatError(f"{path} is no .png.", "A lossy picture changes labels into their neighbours.")
    _save(path, labels.astype(np.uint8))


def mask_of(labels: np.ndarray, names: Collection[str]) -> np.ndarray:
    """Where the label map has one of ``names``: bool ``[H, W]``."""
    unknown = [name for name in names if name not in LABELS]
    if unknown:
        raise FormatError(f"There is no label {unknown[0]!r}.", f"There are {', '.join(LABELS)}.")
    return np.isin(labels, [LABELS.index(name) for name in names])


def read_matte(path: Path) -> np.ndarray:
    """A soft matte ``[H, W]`` float32 in [0, 1]: the alpha of a picture that has one, else its grey."""
    with open_picture(path) as picture:
        band = picture.getchannel("A") if picture.mode in ("RGBA", "LA", "PA") else picture.convert("L")
        return np.asarray(band, np.float32) / 255


def write_matte(path: Path, matte: np.ndarray) -> None:
    """Write ``[H, W]`` in [0, 1] as a grey picture of 256 levels, atomically; PNG keeps it exactly."""
    _save(path, np.rint(np.clip(matte, 0, 1) * 255).astype(np.uint8))


def pictures(folder: Path) -> dict[int, Path]:
    """The numbered pictures of a folder (RVM writes ``0000.png``, FlashAvatar wants ``00001.jpg``), by number."""
    found = [file for file in require_path(folder, "a folder of numbered pictures").iterdir()]
    numbered = {int(file.stem): file for file in found if file.suffix.lower() in _PICTURES and file.stem.isdecimal()}
    if not numbered:
        raise FormatError(f"{folder} holds no pictures named by a number.")
    return dict(sorted(numbered.items()))


def read_mattes(folder: Path) -> Iterator[tuple[int, np.ndarray]]:
    """Every matte of a folder with its number, one in memory at a time."""
    for number, file in pictures(folder).items():
        yield number, read_matte(file)


def _save(path: Path, grey: np.ndarray) -> None:
    if grey.ndim != 2:
        raise FormatError(f"A mask has the shape {list(grey.shape)}, expected [height, width].")
    with replacing(path) as temporary:
        Image.fromarray(grey, "L").save(temporary, quality=JPEG_QUALITY)

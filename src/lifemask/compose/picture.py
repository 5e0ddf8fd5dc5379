"""Pictures of any format, upright and in sRGB, scaled to cover a frame."""

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from lifemask.errors import FormatError

# Formats that Pillow knows by name only, or whose pictures move: these are read as videos.
_VIDEO_FORMATS = frozenset({"MPEG", "GIF"})
_PROFILED_MODES = frozenset({"RGB", "CMYK", "L"})
_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, IndexError, Image.DecompressionBombError)


def cover(image: Image.Image, size_wh: tuple[int, int]) -> np.ndarray:
    """Scale an RGB picture (antialiased) to cover a frame of `size_wh` and cut it in the middle; uint8 [H,W,3]."""
    if image.size == size_wh:
        return np.array(image)
    return np.array(ImageOps.fit(image, size_wh, Image.Resampling.LANCZOS))


def read_picture(file: Path, size_wh: tuple[int, int]) -> Image.Image | None:
    """Decode a picture as it is meant to be seen, in RGB; None when the file is none, or moves.

    EXIF rotation and an embedded colour profile are applied, transparent parts become black. `size_wh` is what will
    be made of it: a JPEG that is much larger is decoded smaller, which saves memory.
    Raises FormatError when the picture is damaged, or has pixels that have no defined white.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # a large photo; the error stays
            image = Image.open(file)
        if image.format in _VIDEO_FORMATS and (image.format == "MPEG" or getattr(image, "is_animated", False)):
            image.close()
            return None
        with image:
            image.draft("RGB", (max(size_wh), max(size_wh)))
            upright = ImageOps.exif_transpose(image)
            return _in_rgb(file, upright)
    except UnidentifiedImageError:
        return None
    except _DAMAGE as error:
        raise FormatError(
            f"The picture {file} cannot be read.",
            f"The decoder says: {error}.",
            "Open and save it again with another program, as PNG or JPEG.",
        ) from error


def _in_rgb(file: Path, image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    if image.mode in ("I", "F"):
        raise FormatError(
            f"The picture {file} has pixels of 32 bits ({image.mode}).",
            "Which of their values is white, the file does not say.",
            "Save it with 8 or 16 bits a channel.",
        )
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        coloured = image.convert("RGBA")
        black = Image.new("RGBA", image.size, (0, 0, 0, 255))
        image = Image.alpha_composite(black, coloured).convert("RGB")
    elif image.mode not in _PROFILED_MODES:
        image = image.convert("RGB")
    return (_by_profile(image, profile) if profile else image).convert("RGB")


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """The picture in sRGB; as it is when the profile is damaged or made for other pixels."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return image if converted is None else converted

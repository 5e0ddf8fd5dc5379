"""What stands behind the person: the avatar's own plate, a colour, a picture, a video, or nothing."""

import difflib
import itertools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import ImageColor

from lifemask.compose.picture import cover, read_picture
from lifemask.compose.video_background import VideoBackground
from lifemask.errors import ConfigError, FileMissingError, FormatError

TRANSPARENT = "transparent"

_EXPECTED = (
    'Expected a colour (a name such as "green", #rgb or #rrggbb), the path of a picture or a video, or "transparent".'
)
_MOST_NAMES_COMPARED = 2000


class Background(Protocol):
    """What stands behind the person at every moment."""

    @property
    def is_still(self) -> bool:
        """True when `at` gives the same picture at any time, so that a caller may keep it where it renders."""
        ...

    def at(self, timestamp_s: float) -> np.ndarray | None:
        """The picture at a time of the output: uint8 [H,W,3], not to be written to; None for transparent.

        Times that ascend are quick; a video that has to go back begins again.
        """
        ...


@dataclass(frozen=True)
class StillBackground:
    """One picture uint8 [H,W,3] at all times, or None: transparent."""

    image: np.ndarray | None

    @property
    def is_still(self) -> bool:
        return True

    def at(self, timestamp_s: float) -> np.ndarray | None:
        return self.image


def open_background(text: str | None, size_wh: tuple[int, int], plate: np.ndarray, fps: float) -> Background:
    """The background that `text` names, for frames of `size_wh` at `fps`; everything that can fail fails here.

    - None: `plate`, the avatar's own, uint8 [H,W,3] of that size;
    - "transparent": nothing;
    - a colour: #rgb, #rrggbb, rgb(...), hsl(...) or a name that CSS knows. A colour's name is always the colour: a
      file called "green" is ./green;
    - the path of a picture: EXIF rotation and embedded colour profile are applied, what is transparent in it is
      black; of pictures that move, GIF alone does;
    - the path of a video, whose frame at the output's time is shown; it begins again when it ends, and has no sound.

    Pictures and videos are scaled to cover the frame and cut in the middle.

    Raises ConfigError (not a colour, a plate or size that does not fit), FileMissingError, FormatError (a damaged
    picture), NotAVideoError or TruncatedVideoError.
    """
    width, height = size_wh
    if min(size_wh) < 1 or not fps > 0:
        raise ConfigError(f"expected a positive size and rate, got {size_wh} at {fps} fps.")
    if text is None:
        if plate.shape != (height, width, 3) or plate.dtype != np.uint8:
            raise ConfigError(f"expected a uint8 plate ({height}, {width}, 3), got {plate.dtype} {plate.shape}.")
        return StillBackground(plate)
    if text.strip().lower() == TRANSPARENT:
        return StillBackground(None)
    colour = _colour(text.strip())
    if colour is not None:
        return StillBackground(np.broadcast_to(np.array(colour, np.uint8), (height, width, 3)).copy())
    file = _existing_file(text)
    picture = read_picture(file, size_wh)
    return VideoBackground(file, size_wh, fps) if picture is None else StillBackground(cover(picture, size_wh))


def _colour(text: str) -> tuple[int, int, int] | None:
    try:
        values = ImageColor.getrgb(text)
    except ValueError:
        return None
    if len(values) == 4:
        raise ConfigError(
            f'The background colour "{text}" has an opacity.',
            "A coloured background is opaque.",
            f'Leave its opacity away, or say "{TRANSPARENT}" for no background at all.',
        )
    return values


def _existing_file(text: str) -> Path:
    file = Path(text).expanduser() if text.startswith("~") else Path(text)
    if not text.strip() or not os.path.exists(file):
        raise _not_found(text, file)
    if not file.is_file():
        raise FormatError(f"The background {file} is not a file.", _EXPECTED, "Give the path of one picture or video.")
    if not os.access(file, os.R_OK):
        raise FileMissingError(f"{file} cannot be read: permission denied.", fix=f"Try: chmod u+r '{file}'")
    return file


def _not_found(text: str, file: Path) -> ConfigError | FileMissingError:
    if "://" in text:
        return ConfigError(
            f"The background {text} is an address.", "Only files on this machine are opened.", "Download it first."
        )
    if text.startswith("#"):
        return ConfigError(f'The background "{text}" is not a colour.', "Expected #rgb or #rrggbb, in hexadecimal.")
    is_path = "/" in text or "\\" in text or bool(file.suffix)
    known = _names_beside(file) if is_path else [TRANSPARENT, *ImageColor.colormap]
    near = difflib.get_close_matches(file.name if is_path else text.lower(), known, n=3, cutoff=0.7)
    meant = f"Did you mean {' or '.join(near)}?" if near else ""
    if is_path:
        windows = os.sep == "/" and "\\" in text
        fix = "On this system folders are separated by /." if windows else "Check the spelling of the path."
        return FileMissingError(f"The background {text} does not exist.", _EXPECTED, meant or fix)
    return ConfigError(f'The background "{text}" is neither a colour nor a file.', _EXPECTED, meant)


def _names_beside(file: Path) -> list[str]:
    try:
        with os.scandir(file.parent) as entries:
            return [entry.name for entry in itertools.islice(entries, _MOST_NAMES_COMPARED)]
    except (OSError, ValueError):
        return []

"""The one static camera: where the person stands in a picture of any size and aspect.

A picture holds a square of its shorter side that shows head and shoulders; the rest shows more of the room. The
square stands at the bottom, so that the frame cuts the person above the rig's open end, and off the middle of a wide
picture on purpose.
"""

from lifemask.errors import ConfigError
from lifemask.geometry.camera import Camera

Size = int | tuple[int, int]
"""Pixels of a picture: one number for a square, or (width, height)."""

FOCAL_PER_SIDE = 2.3
"""Focal length over the shorter side: a phone's main camera at a metre, cropped to head and shoulders."""
DISTANCE_M = 0.92
PRINCIPAL_IN_SQUARE = (0.508, 0.492)
"""Off the middle on purpose."""
LEFT_OF_SQUARE = 0.44
"""Share of what a wide picture has beside the square that lies left of it."""
MIN_SIDE, MAX_ASPECT = 16, 4.0


def size_wh(size: Size) -> tuple[int, int]:
    """(width, height) in pixels of a ``size``. Raises ConfigError for what is no picture."""
    width, height = (size, size) if isinstance(size, int) else size
    if min(width, height) < MIN_SIDE or max(width, height) > MAX_ASPECT * min(width, height):
        raise ConfigError(
            f"The subject cannot be drawn in a picture of {width} x {height} pixels.",
            f"Its shorter side is below {MIN_SIDE} pixels, or its sides are more than {MAX_ASPECT:g} : 1.",
            "Give a (width, height) such as 512, (1080, 1920) or (1920, 1080).",
        )
    return int(width), int(height)


def square_of(size: Size) -> tuple[int, int, int]:
    """(left, top, side) in whole pixels of the square of a picture that shows the person."""
    width, height = size_wh(size)
    side = min(width, height)
    return round(LEFT_OF_SQUARE * (width - side)), height - side, side


def subject_camera(size: Size) -> Camera:
    """The one static camera of pictures of ``size``, in pixels; its principal point is off the middle."""
    left, top, side = square_of(size)
    focal = FOCAL_PER_SIDE * side
    x, y = PRINCIPAL_IN_SQUARE
    return Camera((focal, focal), (left + x * side, top + y * side), size_wh(size))

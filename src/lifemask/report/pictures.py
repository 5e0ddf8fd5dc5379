"""Pictures that compare: truth, rendering and error, as strips for the page and as a video."""

import base64
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from PIL import Image, ImageDraw, ImageFont

from lifemask.media.video import SYNTHETIC_MEDIA_MARK, VideoWriter

ERROR_FULL_SCALE = 0.2
"""Mean absolute difference of the channels (images in [0, 1]) that is drawn in the brightest colour."""

JPEG_QUALITY = 88
_COLOURS = (255 * colormaps["inferno"](np.linspace(0, 1, 256))[:, :3]).round().astype(np.uint8)
_LABELS = ("truth", "render", "error")


def error_picture(truth: np.ndarray, render: np.ndarray) -> np.ndarray:
    """Colour-coded mean absolute difference of two uint8 ``[H, W, 3]`` pictures, uint8 ``[H, W, 3]``."""
    difference = np.abs(truth.astype(np.int16) - render.astype(np.int16)).mean(-1) / 255
    return _COLOURS[np.clip(difference / ERROR_FULL_SCALE * 255, 0, 255).astype(np.uint8)]


def strip(truth: np.ndarray, render: np.ndarray) -> np.ndarray:
    """Truth, rendering and error side by side, uint8 ``[H, 3 W, 3]``."""
    return np.concatenate([truth, render, error_picture(truth, render)], 1)


def jpeg_uri(image: np.ndarray) -> str:
    """A picture uint8 ``[H, W, 3]`` as a ``data:`` address."""
    stream = io.BytesIO()
    Image.fromarray(image).save(stream, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


class ComparisonVideo:
    """Writes ``truth | render | error`` as H.264 that browsers play, frame by frame; whole or not at all.

    ``size_wh`` is that of one picture. The file says in its metadata that it is synthetic media.
    """

    def __init__(self, path: Path, fps: float, size_wh: tuple[int, int]) -> None:
        width, height = size_wh
        self._writer = VideoWriter(path, fps, (3 * width, height), crf=16, metadata=SYNTHETIC_MEDIA_MARK)
        self._labels = _label_layer(size_wh)

    def __enter__(self) -> "ComparisonVideo":
        self._writer.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._writer.__exit__(*exception)

    def write(self, truth: np.ndarray, render: np.ndarray) -> None:
        """Append one frame; both pictures uint8 ``[H, W, 3]``."""
        colour, opacity = self._labels
        joined = strip(truth, render)
        self._writer.write((joined + (colour.astype(np.float32) - joined) * opacity).round().astype(np.uint8))


def write_comparison(path: Path, pairs: Iterable[tuple[np.ndarray, np.ndarray]], fps: float) -> int:
    """Write all ``(truth, render)`` pairs with ``ComparisonVideo``; returns how many there were."""
    pairs = iter(pairs)
    first = next(pairs, None)
    if first is None:
        raise ValueError("there is no frame to compare")
    height, width = first[0].shape[:2]
    with ComparisonVideo(path, fps, (width, height)) as video:
        video.write(*first)
        count = 1
        for pair in pairs:
            video.write(*pair)
            count += 1
    return count


def _label_layer(size_wh: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Words at the top left of each picture: colour uint8 ``[H, 3 W, 3]``, opacity ``[H, 3 W, 1]``."""
    width, height = size_wh
    layer = Image.new("RGBA", (3 * width, height))
    pen = ImageDraw.Draw(layer)
    size = max(9, round(height / 20))
    for place, word in enumerate(_LABELS):
        where = (place * width + size // 2, size // 3)
        font = ImageFont.load_default(size)
        pen.text(where, word, fill=(255, 255, 255, 255), font=font, stroke_width=1, stroke_fill=(0, 0, 0, 150))
    pixels = np.asarray(layer)
    return pixels[..., :3], pixels[..., 3:].astype(np.float32) / 255

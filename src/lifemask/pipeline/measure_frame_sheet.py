"""What a person looks at: held-out frames beside their renders, whole and close; renders over new backgrounds."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lifemask.compose.blend import over
from lifemask.media.files import atomic_write_bytes
from lifemask.perception.face_points import CHIN, FOREHEAD, LEFT_IRIS_CENTRE, RIGHT_IRIS_CENTRE
from lifemask.pipeline.measure_frame_clip import RealFrame
from lifemask.report.pictures import strip

CROP_SHARE = 0.5
"""Side of a close look, in parts of the face's height from forehead to chin."""
CROP_SHOWN_PX = 256
"""Close looks are enlarged by a whole factor, without smoothing, to about this."""
PAGES = ("frames", "close", "backgrounds")
"""What the names of the files begin with."""
SHOWN_FRAMES, ON_BACKGROUNDS = 20, 3
FRAMES_A_PAGE, CLOSE_A_PAGE = 4, 5
_RIGHT_OF_FACE, _LEFT_OF_FACE, _UPPER_LIP, _LOWER_LIP = 234, 454, 13, 14
_INK, _PAPER = (27, 26, 24), (251, 250, 248)
_LABEL_PX, _GAP_PX = 16, 6

Row = tuple[str, Sequence[np.ndarray]]
"""A label, and pictures uint8 ``[H, W, 3]``."""


class Gallery:
    """Writes into ``folder``, of ``SHOWN_FRAMES`` of ``count`` frames, evenly spaced, ``frames-1.png`` ... (whole:
    truth, render and error) and ``close-1.png`` ... (truth beside render: hair, ears, mouth, both sides of the neck),
    and of ``ON_BACKGROUNDS`` frames ``backgrounds-1.png`` ... (the render over each of ``backgrounds``, uint8
    ``[H, W, 3]`` by name, and its outline closely). It keeps the pictures of one page."""

    def __init__(self, folder: Path, count: int, backgrounds: dict[str, np.ndarray]) -> None:
        self._folder, self._backgrounds = folder, backgrounds
        evenly = lambda shares: frozenset((shares * (count - 1)).round().astype(int).tolist())  # noqa: E731
        self._shown = evenly(np.linspace(0, 1, SHOWN_FRAMES))
        self._on_backgrounds = evenly((np.arange(ON_BACKGROUNDS) + 0.5) / ON_BACKGROUNDS)
        self._added = self._side = 0
        self._whole: list[Row] = []
        self._close: list[Row] = []
        self._files: list[Path] = []

    def add(
        self, frame: RealFrame, render: np.ndarray, colour: np.ndarray, alpha: np.ndarray, landmarks: np.ndarray
    ) -> None:
        """The next frame: its ``render [H, W, 3]`` uint8, the person's premultiplied ``colour [H, W, 3]`` and ``alpha
        [H, W]`` float32, and ``landmarks [478, 2]`` in pixels; most frames are passed over."""
        place, self._added = self._added, self._added + 1
        # All close looks are as large as the first, so that they can be compared.
        self._side = self._side or crop_side(landmarks, frame.matte.shape)
        label, side = f"frame {frame.frame_index}", self._side
        if place in self._shown:
            places = face_places(frame.matte, landmarks).values()
            self._whole.append((label, [strip(frame.image, render)]))
            self._close.append((label, [crop(one, at, side) for at in places for one in (frame.image, render)]))
            self._flush(FRAMES_A_PAGE, CLOSE_A_PAGE)
        if place in self._on_backgrounds:
            places, rows = outline_places(frame.matte, landmarks), []
            for name, background in self._backgrounds.items():
                picture = over(colour, alpha, background)
                left, top, shoulder, right = (crop(picture, at, side) for at in places)
                close = (np.concatenate(pair) for pair in ((top, left), (shoulder, right)))
                rows.append((f"{label}, {name}", [picture, *close]))
            self._write("backgrounds", ["whole", "over the head, left of it", "shoulder, right of the head"], rows)

    def close(self) -> list[Path]:
        """Write the last pages; all files."""
        self._flush(1, 1)
        return self._files

    def _flush(self, whole: int, close: int) -> None:
        """Write the pages that have so many rows."""
        if len(self._whole) >= whole:
            self._write("frames", ["truth, render, error"], self._whole)
            self._whole = []
        if len(self._close) >= close:
            names = [f"{name}, {kind}" for name in _PLACES for kind in ("truth", "render")]
            self._write("close", names, self._close)
            self._close = []

    def _write(self, kind: str, columns: Sequence[str], rows: list[Row]) -> None:
        number = 1 + sum(file.name.startswith(kind) for file in self._files)
        self._files.append(self._folder / f"{kind}-{number}.png")
        write_page(self._files[-1], columns, rows)


_PLACES = ("hair", "ear", "other ear", "mouth", "neck", "other side")


def face_places(matte: np.ndarray, landmarks: np.ndarray) -> dict[str, np.ndarray]:
    """Where to look closely, (x, y) in pixels by name: what goes wrong in avatars."""
    down = landmarks[CHIN] - landmarks[FOREHEAD]
    across = landmarks[_LEFT_OF_FACE] - landmarks[_RIGHT_OF_FACE]
    x = landmarks[FOREHEAD, 0]
    column = matte[:, int(np.clip(x, 0, matte.shape[1] - 1))] > 127
    top = np.argmax(column) if column.any() else 0
    mouth = landmarks[[_UPPER_LIP, _LOWER_LIP]].mean(0)
    neck = landmarks[CHIN] + 0.35 * down
    where = (
        np.array([x, top]), landmarks[_RIGHT_OF_FACE] - 0.05 * across, landmarks[_LEFT_OF_FACE] + 0.05 * across, mouth,
        neck - 0.4 * across, neck + 0.4 * across,
    )  # fmt: skip
    return dict(zip(_PLACES, where, strict=True))


def outline_places(matte: np.ndarray, landmarks: np.ndarray) -> tuple[np.ndarray, ...]:
    """Where the person's outline is, (x, y) in pixels: left of the head, over it, at a shoulder, right of the head."""
    eyes = landmarks[[RIGHT_IRIS_CENTRE, LEFT_IRIS_CENTRE]].mean(0)
    shoulder = landmarks[CHIN] + 0.7 * (landmarks[CHIN] - landmarks[FOREHEAD])
    top = face_places(matte, landmarks)["hair"]
    return _outermost(matte, eyes, 0), top, _outermost(matte, shoulder, 0), _outermost(matte, eyes, -1)


def crop_side(landmarks: np.ndarray, shape: tuple[int, ...]) -> int:
    """Side in pixels of a close look at a face of ``landmarks [478, 2]`` in a picture of ``shape``."""
    side = CROP_SHARE * float(np.linalg.norm(landmarks[CHIN] - landmarks[FOREHEAD]))
    return int(np.clip(round(side), 8, min(shape[:2])))


def crop(picture: np.ndarray, at: np.ndarray, side: int) -> np.ndarray:
    """A square of ``side`` pixels around ``at`` (x, y), moved into the picture where it would reach beyond it, and
    enlarged."""
    height, width = picture.shape[:2]
    left = int(np.clip(round(float(at[0]) - side / 2), 0, width - side))
    top = int(np.clip(round(float(at[1]) - side / 2), 0, height - side))
    enlarged = max(1, round(CROP_SHOWN_PX / side))
    return picture[top : top + side, left : left + side].repeat(enlarged, 0).repeat(enlarged, 1)


def write_page(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write rows of pictures under each other as a PNG, each with its label above it and all under the ``columns``'
    names; a column is as wide as its widest picture."""
    widths = [max(pictures[place].shape[1] for _, pictures in rows) for place in range(len(columns))]
    heights = [max(picture.shape[0] for picture in pictures) for _, pictures in rows]
    size_wh = (
        sum(widths) + _GAP_PX * (len(widths) - 1),
        2 * _LABEL_PX + sum(heights) + (2 * _LABEL_PX + _GAP_PX) * len(rows),
    )
    sheet = Image.new("RGB", size_wh, _PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(_LABEL_PX)
    lefts = np.concatenate([[0], np.cumsum(np.array(widths[:-1], int) + _GAP_PX)]).astype(int)
    for left, name in zip(lefts, columns, strict=True):
        pen.text((left + 4, _LABEL_PX // 3), name, fill=_INK, font=font)
    top = 2 * _LABEL_PX
    for (label, pictures), height in zip(rows, heights, strict=True):
        pen.text((4, top + _LABEL_PX // 3), label, fill=_INK, font=font)
        top += 2 * _LABEL_PX
        for left, picture in zip(lefts, pictures, strict=True):
            sheet.paste(Image.fromarray(picture), (int(left), top))
        top += height + _GAP_PX
    stream = io.BytesIO()
    sheet.save(stream, "PNG")
    atomic_write_bytes(path, stream.getvalue())


def _outermost(matte: np.ndarray, at: np.ndarray, end: int) -> np.ndarray:
    """The first (0) or last (-1) pixel of the person in the row of ``at`` (x, y); ``at`` where there is none."""
    row = int(np.clip(at[1], 0, matte.shape[0] - 1))
    person = np.flatnonzero(matte[row] > 127)
    return np.array([person[end], row], float) if len(person) else at

"""What a person looks at: the true clip beside the driven avatar with the sound, and mouths frame by frame."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lifemask.media.sound import Sound
from lifemask.media.video import SYNTHETIC_MEDIA_MARK, VideoWriter
from lifemask.pipeline.measure_frame_sheet import Row, write_page
from lifemask.pipeline.measure_speech_clip import Filmed, mouth_places
from lifemask.pipeline.measure_speech_engine import frames_near
from lifemask.speech.layers import MOTION_HZ

CHUNKS, CHUNK_ROWS = 10, 10
"""Stretches of the sheet, and the frames of each."""
MOUTH_PX, _MOUTH_SHARE = 120, 1.1
"""Side of a mouth on the sheet, and the part of the distance between the eyes that it shows."""
_NAMES = ("true", "driven by the voice")


def telling_chunks(aperture: np.ndarray, chunks: int = CHUNKS, length: int = CHUNK_ROWS) -> list[int]:
    """First rows, ascending, of at most ``chunks`` stretches that do not overlap, in which the lips open and close
    most."""
    if len(aperture) < 2:
        return []
    change = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(aperture)))])
    length = min(length, len(aperture))
    busy = change[length - 1 :] - change[: len(change) - length + 1]
    chosen: list[int] = []
    for first in np.argsort(-busy):
        if len(chosen) < chunks and all(abs(first - other) >= length for other in chosen):
            chosen.append(int(first))
    return sorted(chosen)


class Show:
    """Given every frame of the driven part (it is a ``Watch``), writes ``video``, true beside driven with the sound,
    and at the end ``sheet``, mouths of both frame by frame. Of the frames it keeps the mouths of the sheet alone."""

    def __init__(self, film: Filmed, rows: np.ndarray, size_wh: tuple[int, int], video: Path, sheet: Path) -> None:
        self._film, self._rows, self._size_wh, self._sheet = film, rows, size_wh, sheet
        self._true: Iterator[np.ndarray] = frames_near(film.video, film.times_s[rows])
        self._chunks = telling_chunks(film.lips.aperture[rows])
        self._kept: dict[int, np.ndarray] = {}
        late_s = float(film.times_s[rows[0]]) + film.sound_late_s
        width, height = size_wh
        self._writer = VideoWriter(
            video, MOTION_HZ, (2 * width, height), crf=16, metadata=SYNTHETIC_MEDIA_MARK,
            sound=Sound(film.video, late_s, len(rows) / MOTION_HZ),
        )  # fmt: skip

    def __enter__(self) -> "Show":
        self._writer.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._writer.__exit__(*exception)
        if exception[0] is None:
            self._write_sheet()

    def __call__(self, number: int, picture: np.ndarray, landmarks: np.ndarray | None) -> None:
        """The next driven frame."""
        if number >= len(self._rows):
            return
        original = next(self._true)
        true = np.asarray(Image.fromarray(original).resize(self._size_wh, Image.Resampling.LANCZOS))
        if any(first <= number < first + CHUNK_ROWS for first in self._chunks):
            place = self._film.places_px[self._rows[number]]
            driven = place * (picture.shape[1] / original.shape[1])
            if landmarks is not None:
                driven = mouth_places(landmarks[None].astype(np.float64))[0]
            self._kept[number] = np.concatenate([mouth(original, place), mouth(picture, driven)])
        self._writer.write(np.concatenate([_named(true, _NAMES[0]), _named(picture, _NAMES[1])], 1))

    def _write_sheet(self) -> None:
        rows: list[Row] = []
        for first in self._chunks:
            pairs = [self._kept[number] for number in range(first, first + CHUNK_ROWS) if number in self._kept]
            pairs += [np.zeros_like(pairs[0])] * (CHUNK_ROWS - len(pairs))
            rows.append((f"{self._film.times_s[self._rows[first]]:.2f} s: true above, driven below", pairs))
        if rows:
            write_page(self._sheet, [f"+{1000 * row / MOTION_HZ:.0f} ms" for row in range(CHUNK_ROWS)], rows)


def mouth(picture: np.ndarray, place: np.ndarray) -> np.ndarray:
    """A square of ``MOUTH_PX`` around the mouth: ``place [2, 2]`` as ``mouth_places`` gives it."""
    (x, y), half = place[0], 0.5 * _MOUTH_SHARE * float(place[1, 0])
    box = (float(x - half), float(y - half), float(x + half), float(y + half))
    height, width = picture.shape[:2]
    inside = (max(box[0], 0.0), max(box[1], 0.0), min(box[2], float(width)), min(box[3], float(height)))
    if inside[2] - inside[0] < 1 or inside[3] - inside[1] < 1:
        return np.zeros((MOUTH_PX, MOUTH_PX, 3), np.uint8)
    return np.asarray(Image.fromarray(picture).resize((MOUTH_PX, MOUTH_PX), Image.Resampling.BICUBIC, box=inside))


def _named(picture: np.ndarray, name: str) -> np.ndarray:
    image = Image.fromarray(picture)
    size = max(10, picture.shape[0] // 24)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size)
    pen.text((size // 2, size // 3), name, fill=(255, 255, 255), font=font, stroke_width=1, stroke_fill=(0, 0, 0))
    return np.asarray(image)

"""The contact sheet of ``bench avatar``: a few held-out frames, what both methods make of them, and where they err."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from lifemask.media.files import atomic_write_bytes
from lifemask.report.pictures import ERROR_FULL_SCALE, error_picture

_INK, _PALE, _PAPER = (27, 26, 24), (103, 100, 94), (251, 250, 248)
LEAST_SIDE_PX = 200
"""Smaller pictures are enlarged by a whole factor, without smoothing, so that their labels fit."""


@dataclass(frozen=True)
class SheetRow:
    """One frame: its ``label``, the ``truth`` and the ``renders`` of both methods, uint8 ``[H, W, 3]``, and their PSNR
    in dB."""

    label: str
    truth: np.ndarray
    renders: tuple[np.ndarray, np.ndarray]
    psnr_db: tuple[float, float]


def write_sheet(path: Path, rows: Sequence[SheetRow], names: tuple[str, str]) -> None:
    """Write ``truth | ours | other | error of ours | error of the other`` for every row as a PNG."""
    stream = io.BytesIO()
    Image.fromarray(contact_sheet(rows, names)).save(stream, "PNG")
    atomic_write_bytes(path, stream.getvalue())


def contact_sheet(rows: Sequence[SheetRow], names: tuple[str, str]) -> np.ndarray:
    """The sheet uint8 ``[H, W, 3]``."""
    height, width = rows[0].truth.shape[:2]
    enlarged = max(1, -(-LEAST_SIDE_PX // width))
    height, width = height * enlarged, width * enlarged
    size = max(11, width // 18)
    gap, head = max(2, width // 64), 2 * size
    columns = ("truth", *names, f"error of {names[0]}", f"error of {names[1]}")
    total = (len(columns) * (width + gap) - gap, head + len(rows) * (head + height + gap) + head)
    sheet = Image.new("RGB", total, _PAPER)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size)
    for place, name in enumerate(columns):
        pen.text((place * (width + gap) + size // 3, size // 3), name, fill=_INK, font=font)
    top = head
    for row in rows:
        pen.text((size // 3, top + size // 3), row.label, fill=_PALE, font=font)
        for place, value in enumerate(row.psnr_db):
            where = ((3 + place) * (width + gap) + size // 3, top + size // 3)
            pen.text(where, f"{value:.1f} dB", fill=_PALE, font=font)
        pictures = (row.truth, *row.renders, *(error_picture(row.truth, render) for render in row.renders))
        for place, picture in enumerate(pictures):
            big = picture.repeat(enlarged, 0).repeat(enlarged, 1)
            sheet.paste(Image.fromarray(big), (place * (width + gap), top + head))
        top += head + height + gap
    scale = f"error: mean over the colours, black 0 to bright {ERROR_FULL_SCALE:.0%} of full scale; frames as tracked"
    pen.text((size // 3, top + size // 3), scale, fill=_PALE, font=font)
    return np.asarray(sheet)

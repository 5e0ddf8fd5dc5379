"""Did the camera stand still? Measured on the background: small grey pictures aligned to the first one.

Whether the background has enough texture to tell is part of the answer.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PIL import Image

from lifemask.perception.background_alignment import BackgroundAligner
from lifemask.perception.face_measures import FaceMeasure

_THUMBNAIL_SIDE = 256
_MARGIN_PX = 4
# The background is what lies outside the head with its hair and outside the shoulders and arms below it, in
# widths and heights of the face.
_HEAD_HALF_WIDTH, _HEAD_ABOVE, _SHOULDER_SLOPE = 0.9, 0.55, 2.5
_LEAST_BACKGROUND = 0.02


class FaceExtent(Protocol):
    """Whatever says where a face is, in pixels of the frame."""

    @property
    def centre_px(self) -> tuple[float, float]: ...
    @property
    def width_px(self) -> float: ...
    @property
    def height_px(self) -> float: ...


@dataclass(frozen=True)
class CameraMotion:
    """`measured` is False when the background is hidden or too plain to tell; the rest is then zero.

    `moved_px`: the largest distance from the usual place (98th percentile over time), `jitter_px`: the
    typical step between two looks, both in pixels of the frame; `uncertainty_px`: standard error of one look;
    `light_change`: spread of the background's brightness over the clip as a fraction. `lost` is known in any case.
    """

    measured: bool
    moved_px: float = 0.0
    jitter_px: float = 0.0
    uncertainty_px: float = 0.0
    light_change: float = 0.0
    background_fraction: float = 0.0
    lost: float = 0.0
    """Fraction of the looks whose background is not that of the first one: the camera looks elsewhere."""


class CameraMotionMeter:
    """Feed it frames now and then; memory holds one thumbnail and three numbers a look."""

    def __init__(self) -> None:
        self._aligner: BackgroundAligner | None = None
        self._reference_mask = np.zeros((0, 0), bool)
        self._last: np.ndarray | None = None
        self._lost = 0
        self._shifts: list[np.ndarray] = []
        self._errors: list[float] = []
        self._gains: list[float] = []
        self._fractions: list[float] = []
        self._frame_px_per_thumbnail_px = 1.0

    def add(self, image: np.ndarray, face: FaceMeasure) -> None:
        """Look at one frame `image [H, W, 3]` uint8 whose face is known (the background is what it is
        not)."""
        thumbnail, scale = grey_thumbnail(image, _THUMBNAIL_SIDE)
        mask = background_mask(thumbnail.shape, face, scale)
        if self._aligner is None:
            if mask.mean() >= _LEAST_BACKGROUND:
                self._aligner, self._reference_mask = BackgroundAligner(thumbnail, mask), mask
                self._frame_px_per_thumbnail_px = scale
            return
        if thumbnail.shape != self._reference_mask.shape:
            return
        both = mask & self._reference_mask
        self._fractions.append(float(both.mean()))
        if both.mean() < _LEAST_BACKGROUND:
            return
        found = self._aligner.align(thumbnail, mask, self._last)
        self._lost += found.failure == "lost"
        if not found.failure:
            self._last = found.parameters
            self._shifts.append(found.parameters[2:])
            self._errors.append(float(np.sqrt(np.linalg.eigvalsh(found.covariance[2:, 2:])[-1])))
            self._gains.append(found.gain)

    def result(self, *, most_uncertain_px: float) -> CameraMotion:
        """The verdict; looks whose standard error exceeds `most_uncertain_px` (of the frame) do not count."""
        scale = self._frame_px_per_thumbnail_px
        fraction = float(np.median(self._fractions)) if self._fractions else 0.0
        lost = self._lost / len(self._fractions) if self._fractions else 0.0
        errors = np.asarray(self._errors) * scale
        good = errors <= most_uncertain_px
        if good.sum() < 3 or good.mean() < 0.5:
            return CameraMotion(False, background_fraction=fraction, lost=lost)
        shifts = np.asarray(self._shifts)[good] * scale
        away = np.linalg.norm(shifts - np.median(shifts, 0), axis=1)
        steps = np.linalg.norm(np.diff(shifts, axis=0), axis=1)
        gains = np.asarray(self._gains)[good]
        return CameraMotion(
            True,
            moved_px=float(np.percentile(away, 98)),
            jitter_px=float(np.median(steps)),
            uncertainty_px=float(np.median(errors[good])),
            light_change=float(np.percentile(gains, 98) - np.percentile(gains, 2)),
            background_fraction=fraction,
            lost=lost,
        )


def grey_thumbnail(image: np.ndarray, longer_side: int) -> tuple[np.ndarray, float]:
    """`image [H, W, 3]` uint8 reduced by a whole factor to about `longer_side`: float32 [h,w], and that
    factor."""
    factor = max(1, round(max(image.shape[:2]) / longer_side))
    small = Image.fromarray(image).reduce(factor) if factor > 1 else Image.fromarray(image)
    return np.asarray(small.convert("L"), np.float32), float(factor)


def background_mask(shape: tuple[int, ...], face: FaceExtent, scale: float) -> np.ndarray:
    """True [h,w] where a thumbnail (`scale` frame pixels a pixel) shows neither head, hair, shoulders nor
    arms."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    across = np.abs(columns + 0.5 - face.centre_px[0] / scale) * scale / max(face.width_px, 1e-6)
    below_chin = ((rows + 0.5) * scale - face.centre_px[1]) / max(face.height_px, 1e-6) - 0.3
    head = (across < _HEAD_HALF_WIDTH) & (below_chin > -0.8 - _HEAD_ABOVE)
    body = across < _HEAD_HALF_WIDTH + _SHOULDER_SLOPE * np.maximum(below_chin, 0)
    mask = ~(head | (body & (below_chin > 0)))
    mask[:_MARGIN_PX] = mask[-_MARGIN_PX:] = False
    mask[:, :_MARGIN_PX] = mask[:, -_MARGIN_PX:] = False
    return mask

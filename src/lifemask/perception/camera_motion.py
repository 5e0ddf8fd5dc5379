"""Did the camera stand still? Measured on the background: small grey pictures aligned to the first one.

Lucas and Kanade 1981, translation only, with a gain and an offset for the camera's automatic exposure.
Whether the background has enough texture to tell is part of the answer.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from lifemask.perception.face_measures import FaceMeasure

_THUMBNAIL_SIDE = 256
_SMOOTHING_PX = 1.0
_ITERATIONS = 4
_MARGIN_PX = 4
# The background is what lies outside the head with its hair and outside the shoulders and arms below it, in
# widths and heights of the face.
_HEAD_HALF_WIDTH, _HEAD_ABOVE, _SHOULDER_SLOPE = 0.9, 0.55, 2.5
_LEAST_BACKGROUND = 0.02
_NOISE_FLOOR = 1.0
# Smoothing makes the noise of neighbours alike: that many fewer pixels are independent.
_CORRELATION = 2 * np.pi**0.5 * _SMOOTHING_PX
_OUTLIER_FACTOR = 3.0
_LEAST_GAIN = 0.3
# Squared gradients of the background must exceed those of the noise by this factor.
_TEXTURE_OVER_NOISE = 4.0


@dataclass(frozen=True)
class CameraMotion:
    """`measured` is False when the background is hidden or too plain to tell; the rest is then zero.

    `moved_px`: the largest distance from the usual place (98th percentile over time), `jitter_px`: the
    typical step between two looks, both in pixels of the frame; `uncertainty_px`: standard error of one look;
    `light_change`: spread of the background's brightness over the clip as a fraction.
    """

    measured: bool
    moved_px: float = 0.0
    jitter_px: float = 0.0
    uncertainty_px: float = 0.0
    light_change: float = 0.0
    background_fraction: float = 0.0


class CameraMotionMeter:
    """Feed it frames now and then; memory holds one thumbnail and three numbers a look."""

    def __init__(self) -> None:
        self._reference: np.ndarray | None = None
        self._reference_mask: np.ndarray | None = None
        self._last_shift = np.zeros(2)
        self._shifts: list[np.ndarray] = []
        self._errors: list[float] = []
        self._gains: list[float] = []
        self._fractions: list[float] = []
        self._frame_px_per_thumbnail_px = 1.0

    def add(self, image: np.ndarray, face: FaceMeasure) -> None:
        """Look at one frame `image [H, W, 3]` uint8 whose face is known (the background is what it is
        not)."""
        thumbnail, scale = grey_thumbnail(image, _THUMBNAIL_SIDE)
        thumbnail = ndimage.gaussian_filter(thumbnail, _SMOOTHING_PX)
        mask = background_mask(thumbnail.shape, face, scale)
        if self._reference is None or self._reference_mask is None:
            if mask.mean() >= _LEAST_BACKGROUND:
                self._reference, self._reference_mask, self._frame_px_per_thumbnail_px = (
                    thumbnail,
                    mask,
                    scale,
                )
            return
        if thumbnail.shape != self._reference.shape:
            return
        both = mask & self._reference_mask
        self._fractions.append(float(both.mean()))
        if both.mean() < _LEAST_BACKGROUND:
            return
        shift, error, gain = _align(self._reference, thumbnail, both, self._last_shift)
        if np.isfinite(error):
            self._last_shift = shift
            self._shifts.append(shift)
            self._errors.append(error)
            self._gains.append(gain)

    def result(self, *, most_uncertain_px: float) -> CameraMotion:
        """The verdict; looks whose standard error exceeds `most_uncertain_px` (of the frame) do not count."""
        scale = self._frame_px_per_thumbnail_px
        fraction = float(np.median(self._fractions)) if self._fractions else 0.0
        errors = np.asarray(self._errors) * scale
        good = errors <= most_uncertain_px
        if good.sum() < 3 or good.mean() < 0.5:
            return CameraMotion(False, background_fraction=fraction)
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
        )


def grey_thumbnail(image: np.ndarray, longer_side: int) -> tuple[np.ndarray, float]:
    """`image [H, W, 3]` uint8 reduced by a whole factor to about `longer_side`: float32 [h,w], and that
    factor."""
    factor = max(1, round(max(image.shape[:2]) / longer_side))
    small = Image.fromarray(image).reduce(factor) if factor > 1 else Image.fromarray(image)
    return np.asarray(small.convert("L"), np.float32), float(factor)


def background_mask(shape: tuple[int, ...], face: FaceMeasure, scale: float) -> np.ndarray:
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


def _align(
    reference: np.ndarray, thumbnail: np.ndarray, mask: np.ndarray, start: np.ndarray
) -> tuple[np.ndarray, float, float]:
    """Shift (x, y) of the background against the reference, its standard error, and the gain.

    In thumbnail pixels; the error is infinite when the background's texture does not rise above the noise in
    every direction, for then the shift along the worst one is anybody's guess.
    """
    gradient_y, gradient_x = np.gradient(reference)
    count = int(mask.sum())
    columns = np.stack([gradient_x[mask], gradient_y[mask], reference[mask], np.ones(count, np.float32)], 1).astype(
        np.float64
    )
    solution, shift, error = np.array([0.0, 0.0, 1.0, 0.0]), start.copy(), np.inf
    for _ in range(_ITERATIONS):
        moved = ndimage.shift(thumbnail, (-shift[1], -shift[0]), order=1, mode="nearest")[mask]
        # The shift was just applied, so only the light of the last solution predicts this look.
        expected = columns[:, 2:] @ solution[2:]
        residual = moved - expected - np.median(moved - expected)
        spread = 1.4826 * float(np.median(np.abs(residual)))
        # A person walking by must not count as a moving camera.
        weights = np.abs(residual) < _OUTLIER_FACTOR * max(_NOISE_FLOOR, spread)
        normal = columns[weights].T @ columns[weights] + 1e-3 * np.eye(4)
        solution = np.linalg.solve(normal, columns[weights].T @ moved[weights])
        gain = float(solution[2])
        if not _LEAST_GAIN < gain < 1 / _LEAST_GAIN:
            return shift, np.inf, gain
        # moved(x) = gain * reference(x - d) = gain * reference - gain * gradient . d
        shift = shift - solution[:2] / gain
        noise = float(np.std((moved - columns @ solution)[weights])) / gain
        error = _standard_error(normal, max(noise, _NOISE_FLOOR), noise, int(weights.sum()))
    return shift, error, gain


def _standard_error(normal: np.ndarray, spread: float, noise: float, count: int) -> float:
    """Of the worst direction of the shift, in thumbnail pixels."""
    texture = np.linalg.eigvalsh(normal[:2, :2])[0]
    # Both pictures have the noise, and smoothing by s leaves it a gradient of 1 / (s sqrt 2) of its size.
    of_noise = count * (noise**2 / 2) / (2 * _SMOOTHING_PX**2)
    if texture < _TEXTURE_OVER_NOISE * of_noise:
        return np.inf
    covariance = np.linalg.inv(normal)[:2, :2] * spread**2
    return _CORRELATION * float(np.sqrt(np.linalg.eigvalsh(covariance)[-1]))

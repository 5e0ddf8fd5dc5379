"""Separate the person from the background, frame by frame, in bounded memory.

MediaPipe's selfie network sees the head and shoulders (and, if the frame is larger, the whole frame); the
result is steadied over time where the picture stands still and pulled onto the image's edges by a guided
filter.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from lifemask.assets import asset_path
from lifemask.geometry.camera import View
from lifemask.geometry.image_warp import resample_view
from lifemask.perception.guided_filter import apply_coefficients, guided_coefficients
from lifemask.perception.litert import Network

INPUT_PX = 256


@dataclass(frozen=True)
class MatteConfig:
    """How the matte is cut, steadied and refined."""

    crop_faces: float = 3.0
    """Side of the head-and-shoulders crop in heights of the face."""
    face_from_top: float = 0.42
    """Where in the crop the centre of the face lies, as a fraction of its height."""
    one_pass_area: float = 0.7
    """From this share of the frame's area on, the crop is the frame itself, which saves one pass."""
    recrop: float = 0.12
    """The crop stands still until the face has moved, or grown, by this fraction of the crop's side."""
    still_gain: float = 0.2
    """How much of a new frame's matte is taken where the picture did not change (1 = all, no memory)."""
    still_difference: float = 0.012
    """A change of colour up to this (0..1, averaged over 6x6 cells) is noise."""
    moving_difference: float = 0.045
    """From this change of colour on the new frame's matte is taken as it is."""
    radius_cells: int = 4
    """Half the guided filter's window, in cells of the network's 256x256 output."""
    eps: float = 3e-4
    """The guided filter's smoothness: variance of colour (0..1 squared) below which there is no edge."""
    contrast: float = 1.25
    """Stretch of the refined matte around one half, so that inside is 1 and outside 0."""


@dataclass
class _Pass:
    """The memory of one pass of the network over one rectangle (left, top, right, bottom) of the frame."""

    box_px: tuple[int, int, int, int]
    probability: np.ndarray | None = None
    guide: np.ndarray | None = None


class Matter:
    """Streaming matte of one clip: call it with each frame in order."""

    def __init__(self, config: MatteConfig | None = None) -> None:
        self._config = config or MatteConfig()
        self._network = Network(asset_path("selfie_segmentation").read_bytes())
        self._close: _Pass | None = None
        self._whole: _Pass | None = None

    def __call__(self, image: np.ndarray, landmarks_px: np.ndarray | None) -> np.ndarray:
        """Alpha uint8 ``[H, W]`` of the person in ``image [H, W, 3]`` uint8 with the face ``[478, 2]``.

        Without landmarks (the face was lost) the last crop is used again. Other people are left out as far as
        they do not touch the one with the face.
        """
        height, width = image.shape[:2]
        if landmarks_px is not None:
            box = _head_box(landmarks_px, (width, height), self._config)
            if self._close is None or _moved(self._close.box_px, box, self._config.recrop):
                self._close = _Pass(box)
        alpha = np.zeros((height, width), np.float32)
        frame = (0, 0, width, height)
        if self._close is None or self._close.box_px != frame:
            if self._whole is None:
                self._whole = _Pass(frame)
            self._add(image, self._whole, landmarks_px, alpha)
        if self._close is not None:
            self._add(image, self._close, landmarks_px, alpha)
        return (alpha * 255 + 0.5).astype(np.uint8)

    def _add(self, image: np.ndarray, region: _Pass, landmarks_px: np.ndarray | None, alpha: np.ndarray) -> None:
        """Run one pass and lay its refined result into ``alpha [H, W]`` float32, in place."""
        config = self._config
        left, top, right, bottom = region.box_px
        view = View(left, top, right - left, bottom - top, (INPUT_PX, INPUT_PX))
        guide = resample_view(image, view).astype(np.float32) / 255
        probability = self._network(guide[None])[0][0, :, :, 0]
        if region.probability is not None and region.guide is not None:
            gain = _gain(guide, region.guide, config)
            probability = region.probability + gain * (probability - region.probability)
        region.probability, region.guide = probability, guide
        if landmarks_px is not None:
            probability = _only_this_person(probability, view.from_original(landmarks_px))
        coefficients = guided_coefficients(guide, probability, config.radius_cells, config.eps)
        feather = 0.06 * min(right - left, bottom - top)
        apply_coefficients(image, coefficients, region.box_px, alpha, contrast=config.contrast, feather_px=feather)


def _head_box(landmarks_px: np.ndarray, size_wh: tuple[int, int], config: MatteConfig) -> tuple[int, int, int, int]:
    """The head-and-shoulders rectangle in whole pixels, cut off at the frame."""
    low, high = landmarks_px.min(0), landmarks_px.max(0)
    side = config.crop_faces * float((high - low).max())
    centre_x, centre_y = (low + high) / 2
    left, top = centre_x - side / 2, centre_y - side * config.face_from_top
    right, bottom = min(size_wh[0], round(left + side)), min(size_wh[1], round(top + side))
    left, top = max(0, round(left)), max(0, round(top))
    # One pass will do where the crop is nearly the frame; a face at the very edge of the frame leaves too
    # little.
    nearly_all = (right - left) * (bottom - top) > config.one_pass_area * size_wh[0] * size_wh[1]
    too_little = min(right - left, bottom - top) < side / 3
    return (0, 0, *size_wh) if nearly_all or too_little else (left, top, right, bottom)


def _moved(old: tuple[int, int, int, int], new: tuple[int, int, int, int], tolerance: float) -> bool:
    side = max(old[2] - old[0], old[3] - old[1])
    return max(abs(a - b) for a, b in zip(old, new, strict=True)) > tolerance * side


def _gain(guide: np.ndarray, previous: np.ndarray, config: MatteConfig) -> np.ndarray:
    """How much of the new matte each cell takes ``[h, w]``: little where the picture stood still."""
    half = INPUT_PX // 2
    change = np.abs(guide - previous)
    difference = np.maximum(np.maximum(change[..., 0], change[..., 1]), change[..., 2])
    difference = difference.reshape(half, 2, half, 2).mean((1, 3))
    # The largest change nearby, of averages: a thin strand that passes must free its whole neighbourhood.
    difference = ndimage.maximum_filter(ndimage.uniform_filter(difference, 3), 5)
    span = config.moving_difference - config.still_difference
    moving = np.clip((difference - config.still_difference) / span, 0, 1)
    gain = config.still_gain + (1 - config.still_gain) * moving
    return gain.repeat(2, 0).repeat(2, 1)


def _only_this_person(probability: np.ndarray, landmarks_cells: np.ndarray) -> np.ndarray:
    """Clear every island of the matte that does not hold the face."""
    labels = np.empty(probability.shape, np.int32)
    count = int(ndimage.label(probability > 0.3, output=labels))  # type: ignore[arg-type]
    if count < 2:
        return probability
    inside = np.clip(landmarks_cells.astype(int), 0, INPUT_PX - 1)
    mine = np.bincount(labels[inside[:, 1], inside[:, 0]], minlength=count + 1)
    mine[0] = 0
    if not mine.any():
        return probability
    person = ndimage.binary_dilation(labels == mine.argmax(), iterations=4)
    return np.where(person, probability, 0).astype(np.float32)

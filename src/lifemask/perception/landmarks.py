"""Follow one face through a clip: 478 landmarks with irises and 52 expression scores per frame.

The networks are MediaPipe's face landmarker (Kartynnik et al. 2019, Grishchenko et al. 2020) on LiteRT alone.
"""

import math
import zipfile
from dataclasses import dataclass

import numpy as np
from PIL import Image

from lifemask.assets import asset_path
from lifemask.geometry.image_warp import warp_affine
from lifemask.perception.face_detector import FaceBox, FaceDetector
from lifemask.perception.face_points import (
    CHIN,
    EXPRESSION_LANDMARKS,
    FOREHEAD,
    LEFT_EYE_OUTER,
    MIRROR_LANDMARKS,
    RIGHT_EYE_OUTER,
)
from lifemask.perception.litert import Network

INPUT_PX = 256
# The landmark network wants the face with this much room around it.
ROOM = 1.5
MIN_SCORE = 0.5
MIN_BOX_ROLL_RAD = 0.5
# After a loss, for this many frames only a face near the last place may continue the track; then any may.
KEEP_IDENTITY_FRAMES = 50


@dataclass(frozen=True)
class FaceObservation:
    """What one frame shows of the followed face.

    ``landmarks_px [478, 2]`` float32, continuous pixels of the image (pixel centres at +0.5);
    ``depth_px [478]`` float32, relative depth in pixels, smaller is nearer; ``score`` 0..1 that this is a
    face; ``blendshapes [52]`` float32 in 0..1, named by ``BLENDSHAPE_NAMES`` (the subject's left and right).
    """

    landmarks_px: np.ndarray
    depth_px: np.ndarray
    score: float
    blendshapes: np.ndarray


@dataclass(frozen=True)
class _Region:
    """The rotated square that the landmark network sees, in continuous pixels of the image."""

    centre_px: tuple[float, float]
    size_px: float
    roll_rad: float

    @property
    def image_from_crop(self) -> np.ndarray:
        """``[2, 3]``: crop pixels (0..256) to image pixels."""
        scale = self.size_px / INPUT_PX
        cosine, sine = math.cos(self.roll_rad) * scale, math.sin(self.roll_rad) * scale
        half = INPUT_PX / 2
        x, y = self.centre_px
        return np.array(
            [
                [cosine, -sine, x - cosine * half + sine * half],
                [sine, cosine, y - sine * half - cosine * half],
            ]
        )


class FaceLandmarker:
    """Follows one face; ``face`` picks among several in the first frame that shows one, 0 is the largest."""

    def __init__(self, *, face: int | None = None) -> None:
        with zipfile.ZipFile(asset_path("face_landmarker")) as bundle:
            self._detector = FaceDetector(bundle.read("face_detector.tflite"))
            self._landmarks = Network(bundle.read("face_landmarks_detector.tflite"))
            self._expression = Network(bundle.read("face_blendshapes.tflite"))
        self._choice = face or 0
        self.reset()

    def reset(self) -> None:
        """Forget the followed face; the next frame starts a new track."""
        self._region: _Region | None = None
        self._last: _Region | None = None
        self._lost_frames = 0

    def detect_faces(self, image: np.ndarray) -> list[FaceBox]:
        """All faces of ``image [H, W, 3]`` uint8, largest first, without touching the track."""
        return self._detector(image)

    def track(self, image: np.ndarray) -> FaceObservation | None:
        """The followed face in the next frame ``image [H, W, 3]`` uint8, or None while it is not seen."""
        if self._region is not None:
            observation = self._observe(image, self._region)
            if observation is not None:
                return observation
        region = self._find_again(image)
        rough = None if region is None else self._observe(image, region)
        if rough is None or self._region is None:
            self._lost_frames += 1
            return None
        # The detector's box is rough, so that the face is looked at again from its own landmarks. In profile
        # that may fail where the box did not.
        return self._observe(image, self._region) or rough

    def _find_again(self, image: np.ndarray) -> _Region | None:
        boxes = self._detector(image)
        if self._last is None:
            return _region_of_box(boxes[self._choice]) if self._choice < len(boxes) else None
        last = self._last
        regions = sorted((_region_of_box(box) for box in boxes), key=lambda region: _distance(region, last))
        if regions and self._lost_frames < KEEP_IDENTITY_FRAMES and not _plausibly_same(regions[0], last):
            return None
        return regions[0] if regions else None

    def _observe(self, image: np.ndarray, region: _Region) -> FaceObservation | None:
        """Look twice: the network's error depends on where the face lies in its square and where it looks.

        The second look is centred by the first and mirrored, so that part of that error cancels in the mean.
        """
        first, first_score = self._look(image, region)
        if first_score < MIN_SCORE:
            self._region = None
            return None
        second, second_score = self._look(image, _region_of_landmarks(first[:, :2]), mirrored=True)
        total = first_score + second_score
        points = first * (first_score / total) + second * (second_score / total)
        self._region = self._last = _region_of_landmarks(points[:, :2])
        self._lost_frames = 0
        points = points.astype(np.float32)
        (blendshapes,) = self._expression(points[None, EXPRESSION_LANDMARKS, :2])
        return FaceObservation(points[:, :2], points[:, 2], total / 2, blendshapes)

    def _look(self, image: np.ndarray, region: _Region, *, mirrored: bool = False) -> tuple[np.ndarray, float]:
        """Landmarks ``[478, 3]`` in image pixels and the score, as seen in one region."""
        image_from_crop = region.image_from_crop
        crop = _sample(image, image_from_crop, region.size_px / INPUT_PX)
        if mirrored:
            crop = crop[:, ::-1]
        values, logit, _ = self._landmarks(crop[None] * np.float32(1 / 255))
        points = values.reshape(-1, 3).astype(np.float64)
        if mirrored:
            points = points[MIRROR_LANDMARKS] * (-1, 1, 1) + (INPUT_PX, 0, 0)
        in_image = points[:, :2] @ image_from_crop[:, :2].T + image_from_crop[:, 2]
        depth = points[:, 2:] * (region.size_px / INPUT_PX)
        score = 1 / (1 + math.exp(-min(60.0, max(-60.0, float(logit.ravel()[0])))))
        return np.concatenate([in_image, depth], 1), score


def _sample(image: np.ndarray, image_from_crop: np.ndarray, scale: float) -> np.ndarray:
    """The crop ``[256, 256, 3]`` float32; a much finer image is first reduced by whole pixels."""
    factor = int(scale)
    if factor < 2:
        return warp_affine(image, image_from_crop, (INPUT_PX, INPUT_PX))
    corners = np.array([[0, 0, 1], [INPUT_PX, 0, 1], [0, INPUT_PX, 1], [INPUT_PX, INPUT_PX, 1]]) @ image_from_crop.T
    left, top = np.maximum(np.floor(corners.min(0)).astype(int) - factor, 0)
    right, bottom = np.ceil(corners.max(0)).astype(int) + factor
    part = image[top:bottom, left:right]
    if part.size == 0:
        return np.zeros((INPUT_PX, INPUT_PX, 3), np.float32)
    reduced = np.asarray(Image.fromarray(part).reduce(factor))
    reduced_from_crop = image_from_crop.copy()
    reduced_from_crop[:, 2] -= (left, top)
    return warp_affine(reduced, reduced_from_crop / factor, (INPUT_PX, INPUT_PX))


def _region_of_box(box: FaceBox) -> _Region:
    # In profile the detector's eyes are nearly one point and their line says nothing; the landmark network
    # copes with a head that is tilted by less than this.
    roll = box.roll_rad if abs(box.roll_rad) > MIN_BOX_ROLL_RAD else 0.0
    return _Region(box.centre_px, ROOM * box.size_px, roll)


def _region_of_landmarks(points_px: np.ndarray) -> _Region:
    """The square around the landmarks with room, turned with the face.

    The line between the eyes and the one from forehead to chin count by their lengths in the picture: in
    profile the first is short and says little.
    """
    down = points_px[CHIN] - points_px[FOREHEAD]
    across = points_px[LEFT_EYE_OUTER] - points_px[RIGHT_EYE_OUTER] + (down[1], -down[0])
    roll = math.atan2(across[1], across[0])
    turn = np.array([[math.cos(roll), math.sin(roll)], [-math.sin(roll), math.cos(roll)]])
    upright = points_px @ turn.T
    low, high = upright.min(0), upright.max(0)
    centre = turn.T @ ((low + high) / 2)
    return _Region((float(centre[0]), float(centre[1])), ROOM * float((high - low).max()), roll)


def _distance(a: _Region, b: _Region) -> float:
    return math.dist(a.centre_px, b.centre_px)


def _plausibly_same(found: _Region, last: _Region) -> bool:
    return _distance(found, last) < last.size_px and 0.5 < found.size_px / last.size_px < 2

"""What one frame says about the face, from its landmarks and the pixels of the face alone: a few numbers a
frame."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from lifemask.perception.landmarks import FaceObservation
from lifemask.rig.landmark_sets import FACE_OVAL, INNER_LIPS

# Pairs (subject's left, subject's right) that lie on rigid parts of the face: eye corners, temples, cheeks'
# rims.
_LEFT_OF_HEAD, _RIGHT_OF_HEAD = (263, 454, 356, 361), (33, 234, 127, 132)
_TOP_OF_HEAD, _BASE_OF_NOSE = 10, 2
_UPPER_LIP, _LOWER_LIP = 13, 14
_LEFT_IRIS_CENTRE, _RIGHT_IRIS_CENTRE = 473, 468
# Upper lid, lower lid, the corner on the right in the picture's sense, the corner on the left.
_LEFT_LIDS, _RIGHT_LIDS = (386, 374, 263, 362), (159, 145, 133, 33)
# Anatomy in millimetres: an iris is as wide for everybody, and the eyeball's radius carries it.
_IRIS_DIAMETER_MM, _EYEBALL_RADIUS_MM = 11.7, 12.0

# Faces wider than this are measured on a reduced copy, so that the cost does not grow with the picture.
_MEASURED_FACE_PX = 256
_REBLUR_PX = 1.5
_EDGE_PERCENTILE = 97
_CLIPPED_LOW, _CLIPPED_HIGH = 5, 250
# Open by less than this fraction of the pupils' distance, the mouth shows no teeth worth counting.
_MOUTH_SHOWS_TEETH = 0.06
_TEETH_BRIGHTNESS, _TEETH_SATURATION = 0.55, 0.35


@dataclass(frozen=True)
class FaceMeasure:
    """Numbers of one frame. Angles in degrees; left is the subject's left, up is up."""

    width_px: float
    height_px: float
    centre_px: tuple[float, float]
    outside: float
    """Fraction of the face's outline that lies outside the picture."""
    yaw_deg: float
    """Positive when the subject turns to their left (the right of an unmirrored picture)."""
    pitch_deg: float
    """Positive upwards; its zero depends on the shape of the face, so only differences mean something."""
    roll_deg: float
    """Positive when the head tilts to the subject's left shoulder."""
    mouth_opening: float
    """Gap between the lips as a fraction of the distance between the pupils."""
    eye_opening: tuple[float, float]
    """Left, right: gap between the lids as a fraction of the eye's width."""
    gaze_deg: tuple[float, float]
    """Yaw, pitch of the eyes in the head."""
    edge_blur_px: float
    """Gaussian sigma of the sharpest edges in pixels of the frame; about 1 in a crisp picture."""
    brightness: float
    """Median luma of the face, 0..255."""
    side_ratio: float
    """Luma of the darker half of the face over that of the brighter half, 0..1."""
    too_bright: float
    too_dark: float
    """Fractions of the face's pixels at the ends of the scale."""
    teeth: float
    """Fraction of the open mouth that is bright and colourless."""


@dataclass(frozen=True)
class _Crop:
    """The face's box: `rgb [h,w,3]` uint8, `luma [h,w]` float32, its corner in the frame, its reduction."""

    rgb: np.ndarray
    luma: np.ndarray
    origin_px: tuple[int, int]
    reduction: int

    def inside(self, outline_px: np.ndarray) -> np.ndarray:
        """True [h,w] inside a polygon [N,2] of the frame."""
        canvas = Image.new("1", (self.luma.shape[1], self.luma.shape[0]))
        corners = (outline_px - self.origin_px) / self.reduction
        ImageDraw.Draw(canvas).polygon([tuple(corner) for corner in corners], fill=1)
        return np.asarray(canvas)


def measure_face(image: np.ndarray, observation: FaceObservation) -> FaceMeasure | None:
    """Measure one frame `image [H, W, 3]` uint8; None when hardly anything of the face is in the picture."""
    points = np.concatenate([observation.landmarks_px, observation.depth_px[:, None]], 1).astype(np.float64)
    outline = points[list(FACE_OVAL), :2]
    low, high = outline.min(0), outline.max(0)
    crop = _crop(image, low, high)
    if crop is None:
        return None
    height, width = image.shape[:2]
    inside = (outline >= 0).all(1) & (outline < (width, height)).all(1)
    yaw, pitch, roll = _head_angles_deg(points)
    pupils = np.linalg.norm(points[_LEFT_IRIS_CENTRE] - points[_RIGHT_IRIS_CENTRE])
    opening = float(np.linalg.norm(points[_UPPER_LIP] - points[_LOWER_LIP]) / max(pupils, 1e-6))
    skin = crop.inside(outline)
    skin = skin if skin.any() else np.ones_like(skin)
    luma = crop.luma[skin]
    brightness = float(np.median(luma))
    return FaceMeasure(
        width_px=float(high[0] - low[0]),
        height_px=float(high[1] - low[1]),
        centre_px=(float((low[0] + high[0]) / 2), float((low[1] + high[1]) / 2)),
        outside=float(1 - inside.mean()),
        yaw_deg=yaw,
        pitch_deg=pitch,
        roll_deg=roll,
        mouth_opening=opening,
        eye_opening=(_lid_gap(points, _LEFT_LIDS), _lid_gap(points, _RIGHT_LIDS)),
        gaze_deg=_gaze_deg(points),
        edge_blur_px=edge_blur_px(crop.luma) * crop.reduction,
        brightness=brightness,
        side_ratio=_side_ratio(crop.luma, skin),
        too_bright=float((crop.rgb[skin] >= _CLIPPED_HIGH).any(-1).mean()),
        too_dark=float((luma <= _CLIPPED_LOW).mean()),
        teeth=_teeth(crop, points, brightness) if opening > _MOUTH_SHOWS_TEETH else 0.0,
    )


def edge_blur_px(luma: np.ndarray) -> float:
    """Gaussian sigma in pixels of the strongest edges of `luma [H, W]`, in the direction in which it is
    larger.

    Measured by what a known blur leaves of them: along its own direction, a step of spread s keeps
    s / sqrt(s^2 + r^2) of its gradient under a blur of sigma r (Zhuo and Sim 2011, "Defocus map estimation
    from a single image", eq. 5). The difference filter is included: a perfect step measures 0.75, and one
    blurred by s measures sqrt(s^2 + 0.55). Two directions, because motion blurs only one.
    """
    luma = luma.astype(np.float32)
    return max(_edge_blur_along_rows(luma), _edge_blur_along_rows(np.ascontiguousarray(luma.T)))


def _edge_blur_along_rows(luma: np.ndarray) -> float:
    before = np.abs(luma[:, 2:] - luma[:, :-2])
    reblurred = ndimage.gaussian_filter1d(luma, _REBLUR_PX, axis=1)
    after = np.abs(reblurred[:, 2:] - reblurred[:, :-2])
    strong = before >= max(float(np.percentile(before[::2, ::2], _EDGE_PERCENTILE)), 1e-3)
    # The flanks of an edge gain what its crest loses, so only crests count.
    strong[:, 1:] &= before[:, 1:] >= before[:, :-1]
    strong[:, :-1] &= before[:, :-1] >= before[:, 1:]
    if not strong.any():
        return float(luma.shape[1])
    ratio = np.maximum(before[strong] / np.maximum(after[strong], 1e-6), 1.0001)
    return float(np.median(_REBLUR_PX / np.sqrt(ratio**2 - 1)))


def _crop(image: np.ndarray, low: np.ndarray, high: np.ndarray) -> _Crop | None:
    height, width = image.shape[:2]
    left, top = max(0, int(low[0])), max(0, int(low[1]))
    right, bottom = min(width, int(np.ceil(high[0]))), min(height, int(np.ceil(high[1])))
    if right - left < 8 or bottom - top < 8:
        return None
    part = Image.fromarray(image[top:bottom, left:right])
    reduction = max(1, round((right - left) / _MEASURED_FACE_PX))
    if reduction > 1:
        part = part.reduce(reduction)
    return _Crop(np.asarray(part), np.asarray(part.convert("L"), np.float32), (left, top), reduction)


def _head_angles_deg(points: np.ndarray) -> tuple[float, float, float]:
    """Yaw, pitch and roll from the landmarks' own depth; agrees with foreshortening within 3 degrees up to
    65."""
    side = _unit(points[list(_LEFT_OF_HEAD)].mean(0) - points[list(_RIGHT_OF_HEAD)].mean(0))
    up = points[_TOP_OF_HEAD] - points[_BASE_OF_NOSE]
    up = _unit(up - (up @ side) * side)
    out = np.cross(side, up)
    yaw = np.arctan2(out[0], -out[2])
    pitch = np.arcsin(np.clip(-out[1], -1, 1))
    roll = np.arctan2(side[1], side[0])
    return float(np.degrees(yaw)), float(np.degrees(pitch)), float(np.degrees(roll))


def _lid_gap(points: np.ndarray, lids: tuple[int, int, int, int]) -> float:
    upper, lower, left, right = points[list(lids)]
    return float(np.linalg.norm(upper - lower) / max(np.linalg.norm(left - right), 1e-6))


def _gaze_deg(points: np.ndarray) -> tuple[float, float]:
    """Yaw and pitch of the irises against the middle between the eyes' corners, mean of both eyes."""
    face_up = points[_TOP_OF_HEAD] - points[_BASE_OF_NOSE]
    angles = []
    for iris, (_, _, left, right) in ((_LEFT_IRIS_CENTRE, _LEFT_LIDS), (_RIGHT_IRIS_CENTRE, _RIGHT_LIDS)):
        across = _unit(points[left] - points[right])
        up = _unit(face_up - (face_up @ across) * across)
        rim = points[iris + 1 : iris + 5, :2]
        diameter = max(np.linalg.norm(rim[0] - rim[2]), np.linalg.norm(rim[1] - rim[3]), 1e-6)
        offset = points[iris] - (points[left] + points[right]) / 2
        scale = _IRIS_DIAMETER_MM / diameter / _EYEBALL_RADIUS_MM
        angles.append([np.arcsin(np.clip(offset @ axis * scale, -1, 1)) for axis in (across, up)])
    yaw, pitch = np.degrees(np.mean(angles, 0))
    return float(yaw), float(pitch)


def _side_ratio(luma: np.ndarray, skin: np.ndarray) -> float:
    middle = luma.shape[1] // 2
    halves = [luma[:, part][skin[:, part]] for part in (slice(None, middle), slice(middle, None))]
    if min(half.size for half in halves) == 0:
        return 1.0
    darker, brighter = sorted(float(np.median(half)) for half in halves)
    return (darker + 1) / (brighter + 1)


def _teeth(crop: _Crop, points: np.ndarray, brightness: float) -> float:
    mouth = crop.inside(points[list(INNER_LIPS), :2])
    if not mouth.any():
        return 0.0
    pixels = crop.rgb[mouth].astype(np.float32)
    brightest = pixels.max(-1)
    colourless = (brightest - pixels.min(-1)) < _TEETH_SATURATION * np.maximum(brightest, 1)
    return float((colourless & (crop.luma[mouth] > _TEETH_BRIGHTNESS * brightness)).mean())


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)

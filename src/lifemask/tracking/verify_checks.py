"""The rows of the verdict table: each measures one thing that the conversions between trackers get wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from lifemask.perception.face_points import CHIN, FOREHEAD, LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from lifemask.tracking.observations import interocular_px
from lifemask.tracking.verify_claim import (
    BEHIND_PX,
    Claim,
    Sight,
    error_text,
    frame_similarities,
    median_error,
    moving_error,
)
from lifemask.tracking.verify_search import TELLS, better_reading, frame_offset, offset_cause

NOSE_TIP = 4
RIGID_TOLERANCE = 1e-3
DEPTH_M = (0.2, 10.0)
EYES_M = (0.06, 0.13)
"""Distance of the outer corners of the eyes: about 90 mm."""
FOCAL_SIDES = (0.4, 12.0)
"""Focal length in longer image sides: from a wide phone to the 12.5 degrees that some trackers settle on."""
MIDDLE_SHARE = 0.35
"""Distance of the principal point from the image's middle, in longer image sides: a crop may shift it."""
STEADY_INTRINSICS = 0.005
LEANING = 0.3
"""Smallest cosine between an axis of the mean head and the camera's: 72 degrees."""
_OFFSET_OF_SIDE, _OFFSET_OF_EYES = 0.006, 0.05
_CLEARLY = 1.1


@dataclass(frozen=True)
class Check:
    """One row of the verdict; ``passed`` is None where the clip cannot tell."""

    name: str
    measured: str
    limit: str
    passed: bool | None


def checks_of(claim: Claim, sight: Sight, alternatives: Mapping[str, np.ndarray]) -> list[Check]:
    """All rows. What needs movement is measured once the landmarks fit."""
    rows = [row(claim, sight) for row in _ROWS]
    if not rows[-1].passed:
        return rows + [Check(name, "not before the error is mended", "", None) for name in (OFFSET, ROTATIONS)]
    return [*rows, _frame_offset(claim, sight), _reading(claim, sight, alternatives)]


def image_size(claim: Claim, sight: Sight) -> Check:
    """Is the claimed size that of the images, in the right order?"""
    claimed, actual = (f"{width} x {height}" for width, height in (claim.size_wh, sight.size_wh))
    return Check(SIZE, claimed, actual, claim.size_wh == sight.size_wh)


def _rigid(claim: Claim, sight: Sight) -> Check:
    rotation = claim.camera_from_world[:, :3, :3]
    skewed = float(np.abs(rotation @ rotation.transpose(0, 2, 1) - np.eye(3)).max())
    determinant = float(np.linalg.det(rotation).min())
    passed = skewed < RIGID_TOLERANCE and determinant > 0
    return Check("rigid", f"det {determinant:+.3f}, skew {skewed:.1e}", f"det +1, skew {RIGID_TOLERANCE:g}", passed)


def _head_axes(claim: Claim, sight: Sight) -> Check:
    """The mean head's left, up and forward: right, up and towards the camera for a face that is seen."""
    points = claim.in_camera()[sight.detected]
    left = _unit(points[:, LEFT_EYE_OUTER] - points[:, RIGHT_EYE_OUTER])
    up = _unit(points[:, FOREHEAD] - points[:, CHIN])
    out = _unit(np.cross(left, up))
    # The nose says which side is out: a mirrored rig shows itself here.
    out *= np.sign((out * (points[:, NOSE_TIP] - points.mean(1))).sum(-1, keepdims=True))
    diagonal = [float(axis[:, place].mean()) for place, axis in enumerate((left, up, out))]
    passed = all(value * sign > LEANING for value, sign in zip(diagonal, (1, -1, -1), strict=True))
    return Check("head axes", "diag({:+.2f}, {:+.2f}, {:+.2f})".format(*diagonal), "diag(+, −, −)", passed)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), 1e-12)


def _distance(claim: Claim, sight: Sight) -> Check:
    depth = claim.in_camera()[sight.detected, :, 2].mean(1)
    low, high = float(depth.min()), float(depth.max())
    limit = "{:g} to {:g} m".format(*DEPTH_M)
    return Check(DISTANCE, f"{low:.3g} to {high:.3g} m", limit, DEPTH_M[0] < low and high < DEPTH_M[1])


def eye_corners_m(claim: Claim) -> float:
    """The median distance of the outer corners of the eyes, in the file's unit of length."""
    points = claim.points_m
    return float(np.median(np.linalg.norm(points[:, LEFT_EYE_OUTER] - points[:, RIGHT_EYE_OUTER], axis=-1)))


def _head_size(claim: Claim, sight: Sight) -> Check:
    between = eye_corners_m(claim)
    limit = "{:.0f} to {:.0f} mm".format(*(1e3 * value for value in EYES_M))
    return Check("outer eye corners", f"{1e3 * between:.4g} mm apart", limit, EYES_M[0] < between < EYES_M[1])


def _focal(claim: Claim, sight: Sight) -> Check:
    focal = claim.intrinsics[:, (0, 1), (0, 1)] / sight.side_px
    passed = bool((focal > FOCAL_SIDES[0]).all() and (focal < FOCAL_SIDES[1]).all())
    measured, limit = f"{float(np.median(focal)):.2f} image sides", "{:g} to {:g}".format(*FOCAL_SIDES)
    return Check("focal length", measured, limit, passed)


def _principal_point(claim: Claim, sight: Sight) -> Check:
    """Near the middle, and no constant shift of the landmarks that says that it was dropped."""
    place = np.median(claim.intrinsics[:, :2, 2], 0)
    away = float(np.abs(place - np.array(sight.size_wh) / 2).max() / sight.side_px)
    _, shift = frame_similarities(claim, sight)
    off = complex(float(np.median(np.real(shift))), float(np.median(np.imag(shift))))
    limit = min(_OFFSET_OF_SIDE * sight.side_px, _OFFSET_OF_EYES * interocular_px(sight.landmarks_px[sight.detected]))
    measured = f"({place[0]:.1f}, {place[1]:.1f}), all landmarks off by ({off.real:+.1f}, {off.imag:+.1f}) px"
    return Check(PRINCIPAL_POINT, measured, f"{limit:.1f} px", away < MIDDLE_SHARE and abs(off) < limit)


def _one_camera(claim: Claim, sight: Sight) -> Check:
    """Camera data that jump while the face in the image does not."""
    scale = float(np.ptp(claim.intrinsics[:, 0, 0]) / np.median(claim.intrinsics[:, 0, 0]))
    moved = float(np.ptp(claim.intrinsics[:, :2, 2], axis=0).max() / sight.side_px)
    _, shift = frame_similarities(claim, sight)
    jump = float(np.median(np.abs(np.diff(shift))))
    measured = f"intrinsics vary by {100 * max(scale, moved):.1f} %, face jumps by {jump:.1f} px"
    passed = max(scale, moved) < STEADY_INTRINSICS and jump < sight.limit_px
    return Check(ONE_CAMERA, measured, f"{100 * STEADY_INTRINSICS:g} %, {sight.limit_px:.1f} px", passed)


def _projection(claim: Claim, sight: Sight) -> Check:
    error = median_error(claim, sight)
    share = f", {100 * error / sight.side_px:.2f} % of the side" if error < BEHIND_PX else ""
    return Check("projection error", error_text(error) + share, f"{sight.limit_px:.1f} px", error <= sight.limit_px)


def _frame_offset(claim: Claim, sight: Sight) -> Check:
    """Movement is the same in frames and images; it tells only where there is enough of it."""
    shift, _, unshifted = frame_offset(claim, sight)
    pixels = claim.project()
    near = [moving_error(pixels, sight, step) for step in (-2, -1, 0, 1, 2)]
    measured = f"least at {shift:+d}; at −2 … +2: " + " ".join(f"{value:.1f}" for value in near) + " px"
    if offset_cause(claim, sight):
        return Check(OFFSET, measured, "least at 0", False)
    tells = shift == 0 and min(near[1], near[3]) > _CLEARLY * unshifted
    return Check(OFFSET, measured if tells else f"{measured}: too still to tell", "least at 0", True if tells else None)


def _reading(claim: Claim, sight: Sight, alternatives: Mapping[str, np.ndarray]) -> Check:
    found = better_reading(claim, sight, alternatives)
    if found is None:
        return Check(ROTATIONS, "too still to tell", "", None)
    read, other, mended = found
    measured = f"movement {read:.1f} px, as {mended.cause.name} {other:.1f} px"
    return Check(ROTATIONS, measured, "least as read", other > TELLS * read)


SIZE, DISTANCE, PRINCIPAL_POINT, ONE_CAMERA = "image size", "distance", "principal point", "one camera"
OFFSET, ROTATIONS = "frame offset", "rotations"
_ROWS: tuple[Callable[[Claim, Sight], Check], ...] = (
    image_size, _rigid, _head_axes, _distance, _head_size, _focal, _principal_point, _one_camera, _projection,
)  # fmt: skip

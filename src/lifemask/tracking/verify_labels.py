"""Masks of a face parser against the landmarks: what is called mouth must lie on the lips, not on the nose."""

from collections.abc import Iterable

import numpy as np
from scipy.spatial import ConvexHull

from lifemask.rig.landmark_sets import LEFT_EYE, LIPS, RIGHT_EYE
from lifemask.tracking.verify_checks import Check
from lifemask.tracking.verify_search import Cause

NOSE = (1, 2, 4, 5, 6, 45, 48, 64, 94, 97, 98, 115, 168, 195, 197, 220, 275, 278, 294, 326, 327, 344, 440)
BROWS = (46, 52, 53, 55, 63, 65, 66, 70, 105, 107, 276, 282, 283, 285, 293, 295, 296, 300, 334, 336)
FEATURES: dict[str, tuple[int, ...]] = {"mouth": LIPS, "nose": NOSE, "eyes": LEFT_EYE + RIGHT_EYE, "brows": BROWS}
"""Landmarks whose convex hull holds the centre of a feature's mask; both eyes are one feature, and both brows."""
MOST = 0.8
"""Share of the frames in which a mask's centre must lie within its feature: blinks and turns excuse a few."""


def check_label(feature: str, masks: Iterable[np.ndarray], landmarks_px: np.ndarray) -> tuple[Check, Cause | None]:
    """Is what is called ``feature`` (a key of ``FEATURES``) there? ``masks``: of ``M`` frames, each ``[H, W]`` bool;
    ``landmarks_px [M, 478, 2]`` in pixels of the same images. Empty masks say nothing."""
    name, limit = f"{feature} label", f"within the landmarks in {100 * MOST:.0f} % of the frames"
    found = [_feature_of(mask, points, feature) for mask, points in zip(masks, landmarks_px, strict=True)]
    seen = [one for one in found if one]
    if not seen:
        return Check(name, "is empty in every frame", limit, None), None
    inside = sum(one == feature for one in seen) / len(seen)
    check = Check(name, f"in {100 * inside:.0f} % of {len(seen)} frames", limit, inside >= MOST)
    if check.passed:
        return check, None
    elsewhere = max({one for one in seen if one != feature}, key=seen.count)
    says = f"what is labelled as {feature} lies on the {elsewhere}"
    if (feature, elsewhere) == ("mouth", "nose"):
        says += ": in the 19 labels of CelebAMask-HQ 10 is the nose, the mouth is 11, 12 and 13"
    return check, Cause(f"{elsewhere}-as-{feature}", says, None)


def _feature_of(mask: np.ndarray, landmarks_px: np.ndarray, wanted: str) -> str:
    """The feature that holds the mask's centre, ``wanted`` first; the nearest if none does; "" for an empty mask."""
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return ""
    centre = np.array([columns.mean(), rows.mean()]) + 0.5
    points = {name: landmarks_px[list(indices)] for name, indices in FEATURES.items()}
    for name in sorted(points, key=lambda name: name != wanted):
        equations = ConvexHull(points[name]).equations
        if (equations[:, :2] @ centre + equations[:, 2] <= 0).all():
            return name
    return min(points, key=lambda name: float(np.linalg.norm(points[name].mean(0) - centre)))

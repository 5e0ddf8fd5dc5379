"""The known mistakes of camera data, each with the correction that takes it back.

Every correction is a function of a ``Claim`` and is named; the name is what ``--convention`` takes. What was read as
``camera_from_world`` E = [R | t] is called E below; D = diag(1, -1, -1) turns OpenGL's camera axes into OpenCV's and
F = diag(-1, -1, 1) PyTorch3D's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from lifemask.errors import ConfigError
from lifemask.tracking.verify_claim import Claim, Sight, distances

_D = np.diag([1.0, -1.0, -1.0])
_F = np.diag([-1.0, -1.0, 1.0])
_MILLI = 1e-3
_TURNS = 29
"""Whole turns that an angle in degrees, read as radians, may hide: half a turn is 180 = 28.6 turns of 2 pi."""
_HALF_TURN_DEG = 180.5
"""Rotation vectors are at most half a turn long; the little more is rounding."""
_EVERY = 8
"""Of the landmarks, the share that is enough to tell rotations apart."""


@dataclass(frozen=True)
class Correction:
    """A named mistake: ``says`` what is wrong in words, ``mend`` gives the claim without it; ``fitted`` when numbers
    are estimated from the landmarks for that, so that its error comes out a little too good."""

    name: str
    says: str
    mend: Callable[[Claim, Sight], Claim]
    fitted: bool = False


def correct(name: str, claim: Claim, sight: Sight) -> Claim:
    """Apply the correction ``name``; raises ConfigError for a name that there is not."""
    for correction in CORRECTIONS:
        if correction.name == name:
            return correction.mend(claim, sight)
    names = ", ".join(correction.name for correction in CORRECTIONS)
    raise ConfigError(f"There is no convention {name!r}", f"Known are {names}.", "Take one of these.")


def _moved(claim: Claim, rotation: np.ndarray, translation: np.ndarray) -> Claim:
    pose = claim.camera_from_world.copy()
    pose[:, :3, :3], pose[:, :3, 3] = rotation, translation
    return replace(claim, camera_from_world=pose)


def _rotation(claim: Claim) -> np.ndarray:
    return claim.camera_from_world[:, :3, :3]


def _translation(claim: Claim) -> np.ndarray:
    return claim.camera_from_world[:, :3, 3]


def _opengl(claim: Claim, sight: Sight) -> Claim:
    return _moved(claim, _D @ _rotation(claim), _translation(claim) @ _D)


def _opengl_world(claim: Claim, sight: Sight) -> Claim:
    return _moved(claim, _rotation(claim) @ _D, _translation(claim))


def _camera_to_world(claim: Claim, sight: Sight) -> Claim:
    back = _rotation(claim).transpose(0, 2, 1)
    return _moved(claim, back, -(back @ _translation(claim)[..., None])[..., 0])


def _camera_to_world_opengl(claim: Claim, sight: Sight) -> Claim:
    return _opengl(_camera_to_world(claim, sight), sight)


def _transposed(claim: Claim, sight: Sight) -> Claim:
    return _moved(claim, _rotation(claim).transpose(0, 2, 1), _translation(claim))


def _columns_6d(claim: Claim, sight: Sight) -> Claim:
    return _moved(claim, _F @ _rotation(claim).transpose(0, 2, 1) @ _F, _translation(claim))


def _pytorch3d(claim: Claim, sight: Sight) -> Claim:
    return _moved(claim, _F @ _rotation(claim).transpose(0, 2, 1), _translation(claim) @ _F)


def _radians(claim: Claim, sight: Sight) -> Claim:
    vector = Rotation.from_matrix(_nearest_rotation(claim)).as_rotvec()
    return _moved(claim, Rotation.from_rotvec(np.degrees(vector)).as_matrix(), _translation(claim))


def _degrees(claim: Claim, sight: Sight) -> Claim:
    """The whole turns that were lost are found in every frame by the landmarks' error.

    57 turns of 2 pi are 358 degrees: a head that looks into the camera has two solutions that differ by 2 degrees, and
    the landmarks' own bias may choose the wrong one. Reading the file again with the right unit is exact.
    """
    vector = Rotation.from_matrix(_nearest_rotation(claim)).as_rotvec()
    angle = np.linalg.norm(vector, axis=1)
    axis = vector / np.maximum(angle, 1e-12)[:, None]
    few = np.arange(0, claim.points_m.shape[1], _EVERY)
    every_row = np.arange(len(claim))
    part = claim.select(every_row, few)
    seen = replace(sight.select(every_row, few), detected=np.ones(len(claim), bool))
    best, error = _rotation(claim), np.full(len(claim), np.inf)
    for turns in range(-_TURNS, _TURNS + 1):
        degrees = angle + 2 * np.pi * turns
        tried = Rotation.from_rotvec(axis * np.radians(degrees)[:, None]).as_matrix()
        found = np.median(distances(_moved(part, tried, _translation(claim)), seen), 1)
        found = np.where(np.abs(degrees) > _HALF_TURN_DEG, np.inf, found)
        best = np.where((found < error)[:, None, None], tried, best)
        error = np.minimum(error, found)
    return _moved(claim, best, _translation(claim))


def _nearest_rotation(claim: Claim) -> np.ndarray:
    u, _, vt = np.linalg.svd(_rotation(claim))
    turn = np.linalg.det(u @ vt)
    return (u * np.stack([np.ones_like(turn), np.ones_like(turn), turn], -1)[:, None]) @ vt


def _millimetres(claim: Claim, sight: Sight) -> Claim:
    return _moved(claim, _rotation(claim), _MILLI * _translation(claim))


def _millimetre_rig(claim: Claim, sight: Sight) -> Claim:
    return replace(claim, points_m=_MILLI * claim.points_m)


def _millimetres_all(claim: Claim, sight: Sight) -> Claim:
    return _millimetres(_millimetre_rig(claim, sight), sight)


def _size_hw(claim: Claim, sight: Sight) -> Claim:
    """Width and height change places, and the principal point with them where it was measured from the middle."""
    swapped = (claim.size_wh[1], claim.size_wh[0])
    intrinsics = claim.intrinsics.copy()
    intrinsics[:, :2, 2] += (np.array(swapped) - np.array(claim.size_wh)) / 2
    return replace(claim, intrinsics=intrinsics, size_wh=swapped)


def _size_hw_only(claim: Claim, sight: Sight) -> Claim:
    return replace(claim, size_wh=(claim.size_wh[1], claim.size_wh[0]))


def _other_size(claim: Claim, sight: Sight) -> Claim:
    """Intrinsics of images of another size, scaled so that their principal point is as central as it was there."""
    factor = max(sight.size_wh) / (2 * np.median(claim.intrinsics[:, :2, 2]))
    scale = np.diag([factor, factor, 1.0])
    return replace(claim, intrinsics=scale @ claim.intrinsics, size_wh=sight.size_wh)


def _principal_point(claim: Claim, sight: Sight) -> Claim:
    """Put the principal point where the landmarks say that it is."""
    apart = (sight.landmarks_px - claim.project())[sight.detected].reshape(-1, 2)
    apart = apart[np.isfinite(apart).all(1)]
    intrinsics = claim.intrinsics.copy()
    if len(apart):
        intrinsics[:, :2, 2] += np.median(apart, 0)
    return replace(claim, intrinsics=intrinsics)


POSE_CORRECTIONS = (
    Correction("opengl", "the camera's axes are OpenGL's (y up, z back)", _opengl),
    Correction("camera-to-world", "the matrix is camera→world, not world→camera", _camera_to_world),
    Correction("camera-to-world-opengl", "the matrix is camera→world in OpenGL axes", _camera_to_world_opengl),
    Correction("transposed", "the rotation is transposed (row vectors for column vectors)", _transposed),
    Correction("pytorch3d", "the pose is PyTorch3D's own (row vectors, x left, y up)", _pytorch3d),
    Correction("columns-6d", "the 6-D rotation was taken for columns; it holds the first two rows", _columns_6d),
    Correction("opengl-world", "the world's y and z axes are turned over", _opengl_world),
    Correction("radians", "the rotation vectors are radians, but were taken for degrees", _radians),
    Correction("degrees", "the rotation vectors are degrees, but were taken for radians", _degrees),
)
UNIT_CORRECTIONS = (
    Correction("millimetres", "the translation is in millimetres, not metres", _millimetres),
    Correction("millimetre-rig", "the rig is in millimetres, not metres", _millimetre_rig),
    Correction("millimetres-all", "rig and translation are in millimetres, not metres", _millimetres_all),
)
IMAGE_CORRECTIONS = (
    Correction("size-hw", "the image size is [height, width], not [width, height]", _size_hw),
    Correction("size-hw-only", "the image size is [height, width], but the intrinsics are right", _size_hw_only),
    Correction("other-size", "the intrinsics belong to images of another size", _other_size),
    Correction("principal-point", "the principal point was dropped or shifted", _principal_point, True),
)
CORRECTIONS = POSE_CORRECTIONS + UNIT_CORRECTIONS + IMAGE_CORRECTIONS
"""Simple ones first: of two that explain the error equally well the earlier is named."""

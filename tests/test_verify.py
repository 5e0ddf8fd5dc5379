"""Imports are verified: a right one passes, and every known mistake of conversion is caught by its name."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
import torch
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation

from lifemask.errors import ConfigError
from lifemask.perception.regions import polygon_mask
from lifemask.rig.landmark_sets import OUTER_LIPS
from lifemask.rig.skinning import pose_vertices
from lifemask.synthetic import SubjectMotion, SubjectTruth, load_subject, still, subject_camera, talking
from lifemask.tracking.verify import ImportRefusedError, Verdict, verify
from lifemask.tracking.verify_claim import Claim, Sight, moving_error
from lifemask.tracking.verify_corrections import CORRECTIONS, correct
from lifemask.tracking.verify_labels import NOSE, check_label

SIZE, SECONDS = 512, 4.0
SEEDS = (0, 1, 2, 3)
NOISE_PX, LANDMARK_BIAS_PX, COMMON_BIAS_PX = 0.5, 1.0, 0.5
"""What the landmarker does to exact points at this size: its jitter, each landmark's own place, and all of them."""
NOISE_FLOOR_PX = 2.2
"""Above the median of all three together (1.3 px, and 1.0 px more in the worst frames of a second draw)."""
D, F = np.diag([1.0, -1.0, -1.0]), np.diag([-1.0, -1.0, 1.0])


@lru_cache(maxsize=8)
def truth(seed: int, motion: Callable[..., SubjectMotion] = talking) -> tuple[Claim, Sight]:
    """The subject's exact motion as a claim with the head's frame as its world, and noisy landmarks of it."""
    moves, subject, camera = motion(SECONDS, 25.0, seed), load_subject(), subject_camera(SIZE)
    exact = SubjectTruth.of(moves, subject, camera).landmarks_px
    claim = Claim(_in_head(moves), moves.camera_from_head, np.tile(camera.matrix, (len(moves), 1, 1)), camera.size_wh)
    rng = np.random.default_rng([7, seed])
    seen = exact + rng.normal(0, NOISE_PX, exact.shape) + rng.normal(0, COMMON_BIAS_PX, 2)
    seen = seen + rng.normal(0, LANDMARK_BIAS_PX, exact.shape[1:])
    detected = np.ones(len(moves), bool)
    detected[5] = False
    return claim, Sight(np.where(detected[:, None, None], seen, 0), detected, np.arange(len(moves)), camera.size_wh)


def _in_head(moves: SubjectMotion, jaw: float = 1.0) -> np.ndarray:
    """Landmarks ``[T, 478, 3]`` in the head's frame, with the jaw opening by ``jaw`` of what it does."""
    subject = load_subject()
    expression = moves.expression.copy()
    expression[:, moves.expression_names.index("jawOpen")] *= jaw
    code = replace(moves, expression=expression).code()
    points = subject.rig.landmarks(pose_vertices(subject.rig, torch.from_numpy(subject.neutral), code)).double().numpy()
    pose = moves.camera_from_head
    return (points - pose[:, None, :3, 3]) @ pose[:, :3, :3]


def _posed(claim: Claim, rotation: np.ndarray, translation: np.ndarray) -> Claim:
    pose = claim.camera_from_world.copy()
    pose[:, :3, :3], pose[:, :3, 3] = rotation, translation
    return replace(claim, camera_from_world=pose)


def _rt(claim: Claim) -> tuple[np.ndarray, np.ndarray]:
    return claim.camera_from_world[:, :3, :3], claim.camera_from_world[:, :3, 3]


def transposed(claim: Claim) -> Claim:
    return _posed(claim, _rt(claim)[0].transpose(0, 2, 1), _rt(claim)[1])


def opengl(claim: Claim) -> Claim:
    return _posed(claim, D @ _rt(claim)[0], _rt(claim)[1] @ D)


def inverted(claim: Claim) -> Claim:
    return replace(claim, camera_from_world=np.linalg.inv(claim.camera_from_world))


def nerf_matrix(claim: Claim) -> Claim:
    """What a transforms.json holds: camera→world, the camera's y up and z back."""
    pose = np.linalg.inv(claim.camera_from_world)
    pose[:, :3, 1:3] *= -1
    return replace(claim, camera_from_world=pose)


def columns_6d(claim: Claim) -> Claim:
    """PyTorch3D's R_p = (R_cv)ᵀ F written as its first two rows, read as its first two columns."""
    rows = (_rt(claim)[0].transpose(0, 2, 1) @ F)[:, :2]
    as_columns = np.stack([rows[:, 0], rows[:, 1], np.cross(rows[:, 0], rows[:, 1])], -1)
    return _posed(claim, (as_columns @ F).transpose(0, 2, 1), _rt(claim)[1])


def pytorch3d(claim: Claim) -> Claim:
    return _posed(claim, _rt(claim)[0].transpose(0, 2, 1) @ F, _rt(claim)[1] @ F)


def opengl_world(claim: Claim) -> Claim:
    return _posed(claim, _rt(claim)[0] @ D, _rt(claim)[1])


def degrees_for_radians(claim: Claim) -> Claim:
    vector = np.degrees(Rotation.from_matrix(_rt(claim)[0]).as_rotvec())
    return _posed(claim, Rotation.from_rotvec(vector).as_matrix(), _rt(claim)[1])


def radians_for_degrees(claim: Claim) -> Claim:
    vector = np.radians(Rotation.from_matrix(_rt(claim)[0]).as_rotvec())
    return _posed(claim, Rotation.from_rotvec(vector).as_matrix(), _rt(claim)[1])


def millimetres(claim: Claim) -> Claim:
    return _posed(claim, _rt(claim)[0], 1e3 * _rt(claim)[1])


def millimetre_rig(claim: Claim) -> Claim:
    return replace(claim, points_m=1e3 * claim.points_m)


def no_principal_point(claim: Claim) -> Claim:
    intrinsics = claim.intrinsics.copy()
    intrinsics[:, :2, 2] = SIZE / 2
    return replace(claim, intrinsics=intrinsics)


def half_size(claim: Claim) -> Claim:
    return replace(claim, intrinsics=np.diag([0.5, 0.5, 1.0]) @ claim.intrinsics)


def cropped_anew(claim: Claim) -> Claim:
    """Cameras of crops in which the face stands still, but for the jitter of the landmarks that made the crops."""
    rng, count = np.random.default_rng(5), len(claim)
    place = np.stack(
        [rng.normal(0.02, 0.006, count), rng.normal(0, 0.006, count), 0.8 + rng.normal(0, 0.016, count)], 1
    )
    return _posed(claim, _rt(claim)[0], place)


def late(frames: int) -> Callable[[Claim], Claim]:
    """Frame k holds what is seen in image k + ``frames``."""

    def corrupt(claim: Claim) -> Claim:
        rows = np.clip(np.arange(len(claim)) + frames, 0, len(claim) - 1)
        return replace(claim, points_m=claim.points_m[rows], camera_from_world=claim.camera_from_world[rows])

    return corrupt


CORRUPTIONS: dict[str, tuple[Callable[[Claim], Claim], str, str]] = {
    "transposed rotation": (transposed, "transposed", "--convention transposed"),
    "OpenGL axes": (opengl, "opengl", "--convention opengl"),
    "camera to world": (inverted, "camera-to-world", "--convention camera-to-world"),
    "camera to world in OpenGL axes": (nerf_matrix, "camera-to-world-opengl", "--convention camera-to-world-opengl"),
    "columns of a 6-D rotation": (columns_6d, "columns-6d", "--convention columns-6d"),
    "PyTorch3D's pose": (pytorch3d, "pytorch3d", "--convention pytorch3d"),
    "world turned over": (opengl_world, "opengl-world", "--convention opengl-world"),
    "degrees for radians": (degrees_for_radians, "degrees", "--convention degrees"),
    "radians for degrees": (radians_for_degrees, "radians", "--convention radians"),
    "translation in millimetres": (millimetres, "millimetres", "--convention millimetres"),
    "rig in millimetres": (millimetre_rig, "millimetre-rig", "--convention millimetre-rig"),
    "all in millimetres": (lambda c: millimetre_rig(millimetres(c)), "millimetres-all", "--convention millimetres-all"),
    "principal point dropped": (no_principal_point, "principal-point", "--convention principal-point"),
    "intrinsics of half the size": (half_size, "other-size", "--convention other-size"),
    "per-frame re-cropping": (cropped_anew, "re-cropping", "--images"),
    **{f"{k:+d} frames": (late(k), "frame-offset", f"--frame-offset {k}") for k in (-2, -1, 1, 2, 9)},
}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_right_import_passes(seed: int) -> None:
    verdict = verify(*truth(seed))
    assert verdict.passed and not verdict.causes
    assert verdict.error_px < NOISE_FLOOR_PX
    verdict.raise_if_failed("clip")  # does nothing
    passed = {check.name: check.passed for check in verdict.checks}
    assert passed["frame offset"] is True and passed["rotations"] is True  # the clip moves enough to tell


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_mistake_is_caught_by_its_name(name: str, seed: int) -> None:
    corrupt, cause, option = CORRUPTIONS[name]
    claim, sight = truth(seed)
    verdict = verify(corrupt(claim), sight)
    assert not verdict.passed
    assert [found.name for found in verdict.causes] == [cause]
    assert verdict.causes[0].error_px is not None and verdict.causes[0].error_px < NOISE_FLOOR_PX
    with pytest.raises(ImportRefusedError) as refused:
        verdict.raise_if_failed("clip.frames")
    assert verdict.causes[0].says in refused.value.why and option in refused.value.fix
    assert refused.value.exit_code == 24


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "name", [name for name, (_, cause, _) in CORRUPTIONS.items() if cause in {c.name for c in CORRECTIONS}]
)
def test_the_named_correction_takes_the_mistake_back(name: str, seed: int) -> None:
    corrupt, cause, _ = CORRUPTIONS[name]
    claim, sight = truth(seed)
    mended = correct(cause, corrupt(claim), sight)
    assert verify(mended, sight).passed
    if cause != "principal-point":  # which is estimated from the landmarks, with their bias
        apart = np.abs(mended.project() - claim.project())[sight.detected].max()
        # 512 px in float64; angles in degrees have two solutions 2 degrees apart, which is 3 px at the face's outline
        assert apart < (3.0 if cause == "degrees" else 1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_two_mistakes_are_both_named(seed: int) -> None:
    claim, sight = truth(seed)
    verdict = verify(late(2)(opengl(claim)), sight)
    assert [cause.name for cause in verdict.causes] == ["opengl", "frame-offset"]
    verdict = verify(millimetres(inverted(claim)), sight)
    assert [cause.name for cause in verdict.causes] == ["camera-to-world and millimetres"]
    upside_down = replace(claim, points_m=_in_head(talking(SECONDS, 25.0, seed), jaw=-1.0))
    verdict = verify(nerf_matrix(upside_down), sight, {"joint-columns-6d": claim.points_m})
    assert [cause.name for cause in verdict.causes] == ["camera-to-world-opengl", "joint-columns-6d"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_jaw_that_opens_the_wrong_way_is_named(seed: int) -> None:
    claim, sight = truth(seed)
    moves = talking(SECONDS, 25.0, seed)
    wrong = replace(claim, points_m=_in_head(moves, jaw=-1.0))
    verdict = verify(wrong, sight, {"joint-columns-6d": claim.points_m})
    assert not verdict.passed and [cause.name for cause in verdict.causes] == ["joint-columns-6d"]
    assert "jaw opens the wrong way" in verdict.causes[0].says
    assert verify(claim, sight, {"joint-columns-6d": wrong.points_m}).passed


def wide(seed: int) -> tuple[Claim, Sight]:
    """The clip with 128 columns more on the right."""
    claim, sight = truth(seed)
    size = (SIZE + 128, SIZE)
    return replace(claim, size_wh=size), replace(sight, size_wh=size)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_size_of_height_and_width_is_named(seed: int) -> None:
    claim, sight = wide(seed)
    assert verify(claim, sight).passed
    only = replace(claim, size_wh=(SIZE, SIZE + 128))
    assert [cause.name for cause in verify(only, sight).causes] == ["size-hw-only"]
    intrinsics = claim.intrinsics.copy()
    intrinsics[:, :2, 2] += [-64, 64]  # a principal point that was stored from the middle
    both = replace(only, intrinsics=intrinsics)
    assert [cause.name for cause in verify(both, sight).causes] == ["size-hw"]


def test_a_still_clip_cannot_tell_its_frames_apart() -> None:
    claim, sight = truth(0, lambda seconds, fps, seed: still(seconds, fps, seed, blinks=False))
    for shift in (0, 2):
        verdict = verify(late(shift)(claim), sight)
        offset = next(check for check in verdict.checks if check.name == "frame offset")
        assert verdict.passed and offset.passed is None and "too still" in offset.measured


def test_missing_frames_are_compared_with_their_own_images() -> None:
    claim, sight = truth(1)
    rows = np.r_[0:20, 31:60, 64:100]
    gappy = sight.select(rows)
    assert verify(claim.select(rows), gappy).passed
    verdict = verify(late(1)(claim).select(rows), gappy)
    assert [cause.option for cause in verdict.causes] == ["--frame-offset 1"]


def test_intrinsics_of_every_frame_are_not_one_camera() -> None:
    claim, sight = truth(2)
    zoom = 1 + 0.05 * np.sin(np.arange(len(claim)))
    intrinsics, pose = claim.intrinsics.copy(), claim.camera_from_world.copy()
    intrinsics[:, (0, 1), (0, 1)] *= zoom[:, None]
    pose[:, 2, 3] *= zoom  # the distance takes it back: nothing of it is seen in the image
    verdict = verify(replace(claim, intrinsics=intrinsics, camera_from_world=pose), sight)
    assert not verdict.passed and [cause.name for cause in verdict.causes] == ["re-cropping"]


def test_a_mirrored_rig_and_a_sheared_rotation_are_refused() -> None:
    claim, sight = truth(0)
    mirrored = replace(claim, points_m=claim.points_m * [-1, 1, 1])
    failed = {check.name for check in verify(mirrored, sight).checks if check.passed is False}
    assert "head axes" in failed
    sheared = claim.camera_from_world.copy()
    sheared[:, 0, 1] += 0.01
    failed = {
        check.name for check in verify(replace(claim, camera_from_world=sheared), sight).checks if not check.passed
    }
    assert "rigid" in failed


def test_what_nothing_known_explains_says_so() -> None:
    claim, sight = truth(0)
    rng = np.random.default_rng(0)
    wild = _posed(
        claim, Rotation.random(len(claim), random_state=0).as_matrix(), rng.normal([0, 0, 1], 0.1, (len(claim), 3))
    )
    verdict = verify(wild, sight)
    assert not verdict.passed and not verdict.causes
    with pytest.raises(ImportRefusedError, match="None of the known mistakes"):
        verdict.raise_if_failed("clip")
    with pytest.raises(ImportRefusedError, match="A face is seen in 0 of"):
        verify(claim, replace(sight, detected=np.zeros(len(claim), bool)))
    with pytest.raises(ConfigError, match="no convention 'sideways'"):
        correct("sideways", claim, sight)


def test_moving_error_ignores_shape() -> None:
    claim, sight = truth(0)
    pixels = claim.project()
    shape = np.random.default_rng(0).normal(0, 9, pixels.shape[1:])
    # constant differences are taken out exactly; what is left is float64 rounding
    assert moving_error(pixels + shape, sight) == pytest.approx(moving_error(pixels, sight), abs=1e-9)
    assert moving_error(pixels, sight, len(pixels)) == np.inf


def _masks(landmarks: np.ndarray, members: tuple[int, ...]) -> list[np.ndarray]:
    outlines = [points[list(members)] for points in landmarks]
    return [polygon_mask(outline[ConvexHull(outline).vertices], (SIZE, SIZE)) for outline in outlines]


def test_a_nose_that_is_labelled_as_mouth_is_named() -> None:
    _, sight = truth(0)
    points = sight.landmarks_px[sight.detected][::10]
    check, cause = check_label("mouth", _masks(points, OUTER_LIPS), points)
    assert check.passed and cause is None
    check, cause = check_label("mouth", _masks(points, NOSE), points)
    assert check.passed is False and cause is not None
    assert cause.name == "nose-as-mouth" and "10 is the nose" in cause.says
    verdict = verify(*truth(0)).with_check(check, cause)
    with pytest.raises(ImportRefusedError, match="lies on the nose"):
        verdict.raise_if_failed("clip")
    empty = [np.zeros((SIZE, SIZE), bool)] * len(points)
    assert check_label("mouth", empty, points)[0].passed is None


def test_an_empty_verdict_passes() -> None:
    assert Verdict((), (), None).passed

"""The tracker on data whose truth is known to the last digit: no pictures but a few drawn patterns."""

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from scipy.ndimage import gaussian_filter
from scipy.spatial.transform import Rotation

from lifemask.errors import FormatError, NoFaceError
from lifemask.geometry.camera import Camera, View
from lifemask.geometry.image_warp import warp_affine
from lifemask.perception.face_points import BLENDSHAPE_NAMES
from lifemask.rig.apertures import lip_aperture
from lifemask.rig.bust import load_bust
from lifemask.rig.code import RigCode
from lifemask.rig.landmark_sets import INNER_LIPS, OUTER_LIPS
from lifemask.rig.skinning import pose_vertices, shape_vertices
from lifemask.tracking.build import build_tracking
from lifemask.tracking.compare import PoseError, pose_error
from lifemask.tracking.config import TrackingConfig
from lifemask.tracking.landmark_model import eye_vertices, used_landmarks
from lifemask.tracking.observations import Observations
from lifemask.tracking.personal import LIMIT_M, spread_offsets
from lifemask.tracking.record import Tracking
from lifemask.tracking.solve import HeadSolution, solve_head
from lifemask.tracking.torso import TorsoMotion, TorsoRegistration, torso_poses

CAMERA = Camera((900.0, 900.0), (256.0, 256.0), (512, 512))
KNOWN = TrackingConfig(focal_px=900.0)
FRAMES, HIDDEN = 40, slice(18, 24)
WALL = View(0, 0, 512, 512, (64, 64))


@pytest.fixture(scope="module")
def motion() -> RigCode:
    """A head that turns, nods, moves and speaks slowly."""
    rig, t = load_bust(), np.linspace(0, 2 * np.pi, FRAMES)
    angles = np.stack([15 * np.sin(t), 20 * np.sin(t + 1), 5 * np.sin(2 * t)], 1)
    head = np.tile(np.eye(4), (FRAMES, 1, 1))
    head[:, :3, :3] = Rotation.from_euler("xyz", angles, degrees=True).as_matrix() @ np.diag([1.0, -1.0, -1.0])
    head[:, :3, 3] = np.stack([0.02 * np.sin(t), 0.01 * np.cos(t), 0.9 + 0.02 * np.sin(t)], 1)
    expression = np.zeros((FRAMES, rig.num_expressions))
    for name, wave in (
        ("jawOpen", 1 - np.cos(2 * t)),
        ("mouthSmileLeft", 1 + np.sin(t)),
        ("browInnerUp", 1 + np.cos(t)),
    ):
        expression[:, rig.expression_names.index(name)] = 0.25 * wave
    eyes = np.tile(np.stack([0.2 * np.sin(t), 0.1 * np.cos(t)], 1)[:, None], (1, 2, 1))
    tensors = (torch.as_tensor(array, dtype=torch.float32) for array in (expression, eyes, head, head))
    return RigCode(*tensors)


@pytest.fixture(scope="module")
def seen(motion: RigCode) -> Observations:
    """What a perfect landmarker sees of the rig's own neutral person."""
    rig = load_bust()
    points = rig.landmarks(pose_vertices(rig, rig.template, motion))
    depth = points[..., 2] - points[..., 2].mean(1, keepdim=True)
    return Observations(
        landmarks_px=CAMERA.project(points).numpy(),
        landmark_depth_px=(depth * CAMERA.focal_px[0] / 0.9).numpy(),
        detected=np.ones(FRAMES, bool),
        timestamp_s=np.arange(FRAMES) / 25,
        frame_index=np.arange(FRAMES),
        blendshapes=np.zeros((FRAMES, len(BLENDSHAPE_NAMES)), np.float32),
        blendshape_names=tuple(BLENDSHAPE_NAMES),
        size_wh=CAMERA.size_wh,
    )


@pytest.fixture(scope="module")
def solution(seen: Observations) -> HeadSolution:
    return solve_head(seen, load_bust(), KNOWN)


@pytest.fixture(scope="module")
def hidden(seen: Observations) -> Observations:
    """The same, with the face away in the middle."""
    detected = seen.detected.copy()
    detected[HIDDEN] = False
    landmarks = np.where(detected[:, None, None], seen.landmarks_px, 0).astype(np.float32)
    return replace(seen, detected=detected, landmarks_px=landmarks)


def error(found: HeadSolution, motion: RigCode) -> PoseError:
    """Against the truth."""
    poses = np.tile(np.eye(4), (FRAMES, 1, 1))
    poses[:, :3, :3], poses[:, :3, 3] = found.rotation, found.translation_m
    return pose_error(poses, found.focal_px, motion.camera_from_head.double().numpy(), CAMERA)


def test_the_solve_finds_what_it_was_shown(solution: HeadSolution, motion: RigCode, seen: Observations) -> None:
    between_eyes_px = np.linalg.norm(seen.landmarks_px[:, 468] - seen.landmarks_px[:, 473], axis=1).max()
    assert solution.focal_px == 900
    # No noise: what remains is the pull of the priors (sparse expressions, a smooth course), a part of the
    # 2.5 % of the distance between the eyes that real landmarks leave.
    assert solution.residual_px.max() < 0.01 * between_eyes_px
    pose = error(solution, motion)
    # The residual's 0.6 mm over a head's half breadth of 80 mm is about half a degree, and 0.7 per mille of
    # 0.9 m; at the ends of the clip the course is held from one side only.
    assert pose.rotation_deg < 0.5 and pose.rotation_max_deg < 1
    assert pose.translation_share < 0.0007
    # Distance is read from size: 0.6 mm at both ends of 63 mm between the eyes would be 2 % of 0.9 m.
    assert np.ptp(solution.translation_m[:, 2] - motion.camera_from_head[:, 2, 3].numpy()) < 0.018


@pytest.mark.parametrize("name", ["jawOpen", "mouthSmileLeft", "browInnerUp"])
def test_the_solve_follows_expressions(solution: HeadSolution, motion: RigCode, name: str) -> None:
    column = load_bust().expression_names.index(name)
    found, true = solution.expression[:, column], motion.expression[:, column].numpy()
    # 52 shapes explain each other in part and sparseness shrinks them: the course is right, the size near.
    assert np.corrcoef(found, true)[0, 1] > 0.95
    assert 0.5 < np.ptp(found) / np.ptp(true) < 1.3


def test_the_solve_follows_the_gaze(solution: HeadSolution, motion: RigCode) -> None:
    for eye in (0, 1):
        found, true = solution.eyes[:, eye, 0], motion.eyes[:, eye, 0].numpy()
        assert np.abs(found - true).max() < np.radians(4)  # an iris of 6 mm on a ball of 12: 0.8 mm


def test_the_person_is_found_not_the_pose_bent(motion: RigCode, seen: Observations) -> None:
    rig = load_bust()
    identity = torch.zeros(rig.num_identity)
    identity[:4] = torch.tensor([1.0, -1.0, 0.8, -0.6])
    neutral = shape_vertices(rig, identity)
    other = replace(seen, landmarks_px=CAMERA.project(rig.landmarks(pose_vertices(rig, neutral, motion))).numpy())
    found = solve_head(other, rig, KNOWN)
    shape = rig.landmarks(shape_vertices(rig, torch.as_tensor(found.identity)))[found.used].numpy() + found.offset_m
    true, template = (
        rig.landmarks(neutral)[found.used].numpy(),
        rig.landmarks(rig.template)[found.used].numpy(),
    )

    def shape_error(points: np.ndarray) -> float:
        """RMS after the best similarity: size and place of a head are one with its distance."""
        a, b = points - points.mean(0), true - true.mean(0)
        u, singular, vt = np.linalg.svd(b.T @ a)
        return float(np.sqrt(((a @ (u @ vt).T * singular.sum() / (a**2).sum() - b) ** 2).sum(1).mean()))

    assert shape_error(shape) < 0.6 * shape_error(template)
    assert found.residual_px.max() < 2


def test_frames_without_a_face_are_bridged_and_marked(hidden: Observations, solution: HeadSolution) -> None:
    rig = load_bust()
    found = solve_head(hidden, rig, KNOWN)
    assert np.isnan(found.residual_px[HIDDEN]).all() and np.isfinite(found.residual_px[:18]).all()
    # A quarter of a second at up to 4 degrees a frame: a straight bridge over a curve of known acceleration
    # (20 deg * (2 pi / 40)^2 = 0.5 deg a frame squared, times 7^2 / 8) errs by about 3 degrees.
    apart = Rotation.from_matrix(solution.rotation[HIDDEN].transpose(0, 2, 1) @ found.rotation[HIDDEN])
    assert np.degrees(apart.magnitude()).max() < 4
    speed = np.linalg.norm(np.diff(found.translation_m, axis=0), axis=1)
    assert speed.max() < 0.02  # no jump at the ends of the bridge
    tracking = build_tracking(hidden, found, rig, Wall(), WALL, KNOWN)
    np.testing.assert_array_equal(tracking.tracked, hidden.detected)
    assert np.isnan(tracking.reprojection_px[HIDDEN]).all()
    assert np.isfinite(tracking.reprojection_px[hidden.detected]).all()
    assert np.isfinite(tracking.lip_aperture_m).all() and np.isfinite(tracking.camera_from_torso).all()


class Wall:
    """Pictures in which nothing of a torso is seen."""

    def __iter__(self):
        for _ in range(FRAMES):
            yield np.full((64, 64, 3), 128, np.uint8), np.zeros((64, 64), np.uint8)


def test_a_torso_that_is_not_seen_does_not_move(solution: HeadSolution, seen: Observations) -> None:
    torso = build_tracking(seen, solution, load_bust(), Wall(), WALL, KNOWN).camera_from_torso
    np.testing.assert_allclose(torso, np.broadcast_to(torso[0], torso.shape), atol=1e-6)


def test_one_frame_with_a_face_is_refused(seen: Observations) -> None:
    with pytest.raises(NoFaceError, match=r"(?s)found in 1 of 40 frames.*lifemask check"):
        solve_head(replace(seen, detected=np.arange(FRAMES) == 3), load_bust(), KNOWN)


def test_a_principal_point_that_is_known_is_kept(motion: RigCode, seen: Observations) -> None:
    moved = np.array([40.0, -25.0], np.float32)
    aside = replace(seen, landmarks_px=seen.landmarks_px + moved)
    known = replace(KNOWN, principal_px=(256.0 + 40, 256.0 - 25))
    found = solve_head(aside, load_bust(), known)
    assert found.person.camera.principal_px.tolist() == [296.0, 231.0]
    # The same rays, so the same heads; to within where a solve stops.
    np.testing.assert_allclose(found.translation_m, solve_head(seen, load_bust(), KNOWN).translation_m, atol=1e-3)


def test_windows_leave_no_seam(seen: Observations, solution: HeadSolution) -> None:
    pieces = solve_head(seen, load_bust(), replace(KNOWN, window=12, overlap=10))
    # A frame's influence through the accelerations dies away within the frames that a window looks ahead; each window
    # stops when a step gains less than 0.2 % of its cost, which leaves some hundredths of a degree.
    turned = np.degrees(np.abs(pieces.rotation.transpose(0, 2, 1) @ solution.rotation - np.eye(3)).max())
    assert turned < 0.1
    np.testing.assert_allclose(pieces.translation_m[:, :2], solution.translation_m[:, :2], atol=1e-4)
    np.testing.assert_allclose(pieces.translation_m[:, 2], solution.translation_m[:, 2], atol=2e-3)  # read from size
    np.testing.assert_allclose(pieces.expression, solution.expression, atol=0.05)


class TestOffsets:
    used = used_landmarks().numpy()

    def spread(self, offset_at: Callable[[int], tuple[float, float, float]]) -> np.ndarray:
        return spread_offsets(load_bust(), self.used, np.array([offset_at(int(index)) for index in self.used]))

    def test_none_gives_none(self) -> None:
        assert not self.spread(lambda index: (0, 0, 0)).any()

    def test_landmarks_get_theirs_and_far_skin_little(self) -> None:
        rig, nose = load_bust(), next(index for index in (1, 4, 5) if index in self.used)
        offset = self.spread(lambda index: (0.002, 0, 0) if index == nose else (0, 0, 0))
        assert rig.landmarks(torch.as_tensor(offset))[nose, 0] == pytest.approx(0.002, rel=0.1)
        far = (rig.template - rig.landmarks(rig.template)[nose]).norm(dim=-1) > 0.15
        assert np.abs(offset[far.numpy()]).max() < 2e-4

    def test_lips_stay_apart(self) -> None:
        rig = load_bust()
        up = dict.fromkeys(OUTER_LIPS[1:10] + INNER_LIPS[1:10], -0.003)
        up |= dict.fromkeys(OUTER_LIPS[11:] + INNER_LIPS[11:], 0.003)
        opened = rig.template + torch.as_tensor(self.spread(lambda index: (0, up.get(index, 0), 0)))
        # Two lips, 3 mm each; a kernel in space instead of over the mesh would leave nothing of it.
        assert float(lip_aperture(rig, opened) - lip_aperture(rig, rig.template)) == pytest.approx(0.006, rel=0.15)

    def test_bounded(self) -> None:
        assert np.abs(self.spread(lambda index: (0, 0, 0.05))).max() == pytest.approx(LIMIT_M)

    def test_eyeballs_move_as_a_whole(self) -> None:
        offset = self.spread(lambda index: (1e-5 * index, 0, 0))
        for eye in eye_vertices(load_bust()):
            members = offset[eye.numpy()]
            np.testing.assert_allclose(members, np.broadcast_to(members[0], members.shape), atol=1e-7)
            assert members[0, 0] > 0


PIVOT = np.array([0.5, 0.74])


def cloth(seed: int = 0, side: int = 160) -> tuple[np.ndarray, np.ndarray]:
    """A cloth with folds of several sizes over the lower half, on a wall, and its matte."""
    rng = np.random.default_rng(seed)
    grain = sum(sigma * gaussian_filter(rng.normal(size=(side, side)), sigma, mode="wrap") for sigma in (1.5, 4, 9))
    picture = np.clip(110 + 45 * grain / grain.std(), 0, 255).astype(np.uint8)
    ys, xs = np.mgrid[:side, :side] / side
    inside = ys > 0.5 + 1.2 * (xs - 0.5) ** 2
    return np.repeat(picture[..., None], 3, 2), (inside * 255).astype(np.uint8)


def moved(picture: np.ndarray, log_scale: float, angle: float, shift: np.ndarray) -> np.ndarray:
    """``picture [H, W, 3]`` under a similarity about ``PIVOT`` (all in widths)."""
    side = len(picture)
    cosine, sine = np.cos(angle), np.sin(angle)
    inverse = np.linalg.inv(np.exp(log_scale) * np.array([[cosine, -sine], [sine, cosine]]))
    pivot = PIVOT * side
    matrix = np.concatenate([inverse, (pivot - inverse @ (pivot + shift * side))[:, None]], 1)
    return warp_affine(picture, matrix, (side, side)).round().astype(np.uint8)


def test_registration_recovers_known_motions() -> None:
    picture, matte = cloth()
    t = np.linspace(0, 2 * np.pi, 24)
    # The distance is smoothed over 4 frames and more: a slow ramp stays what it is away from its ends.
    log_scale, angle = np.linspace(-0.02, 0.02, 24), np.radians(2) * np.sin(t)
    shift = np.stack([0.03 * np.sin(t), 0.02 * np.cos(2 * t) - 0.02], 1)
    both = np.repeat(matte[..., None], 3, 2)
    images = [moved(picture, *values) for values in zip(log_scale, angle, shift, strict=True)]
    mattes = [moved(both, *values)[..., 0] for values in zip(log_scale, angle, shift, strict=True)]
    registration = TorsoRegistration(picture, matte, np.array([80.0, 80.0]), modes=3)
    for start in (0, 16):
        registration.add(np.stack(images[start : start + 16]), np.stack(mattes[start : start + 16]))
    found = registration.motion()
    assert found.visible and found.modes.shape == (24, 3)
    # Where the clip's own pivot lies: the same similarity moves another point differently.
    arm = found.pivot - PIVOT
    turned = np.stack(
        [np.cos(angle) * arm[0] - np.sin(angle) * arm[1], np.sin(angle) * arm[0] + np.cos(angle) * arm[1]], 1
    )
    at_pivot = shift + np.exp(log_scale)[:, None] * turned - arm
    # A fifth of a pixel of 128, and as much over the torso's half width of 64 pixels as an angle.
    assert np.abs(found.shift - at_pivot).max() < 0.2 / 128
    assert np.abs(found.angle - angle).max() < 0.2 / 64
    assert np.abs(found.log_scale - log_scale)[8:-8].max() < 0.2 / 64


def test_registration_of_a_still_torso_is_still() -> None:
    picture, matte = cloth(1)
    registration = TorsoRegistration(picture, matte, np.array([80.0, 80.0]), modes=2)
    registration.add(np.stack([picture] * 3), np.stack([matte] * 3))
    found = registration.motion()
    for values in (found.shift, found.angle, found.log_scale, found.modes):
        np.testing.assert_allclose(values, 0, atol=1e-5)


def test_poses_show_the_similarities() -> None:
    rng = np.random.default_rng(4)
    width_px, corner = 400.0, np.array([60.0, 30.0])
    motion = TorsoMotion(
        log_scale=rng.normal(0, 0.03, 6),
        angle=rng.normal(0, 0.05, 6),
        shift=rng.normal(0, 0.02, (6, 2)),
        pivot=np.array([0.5, 0.7]),
        modes=np.zeros((6, 1)),
        visible=True,
    )
    rest = np.eye(4)
    rest[:3, :3] = Rotation.from_euler("xyz", [4, -6, 2], degrees=True).as_matrix() @ np.diag([1.0, -1.0, -1.0])
    rest[:3, 3] = (0.01, 0.02, 0.9)
    pivot_m = np.array([0.0, -0.28, -0.1])

    def project(points_camera: np.ndarray) -> np.ndarray:
        return CAMERA.project(torch.as_tensor(points_camera)).numpy()

    pivot_px = project(rest[:3, :3] @ pivot_m + rest[:3, 3])
    poses = torso_poses(motion, rest, pivot_m, pivot_px, CAMERA, width_px, corner)
    # Points in the plane through the pivot that faces the camera: there a similarity is exact.
    plane = np.array([[0, 0, 0], [0.1, 0, 0], [0, 0.08, 0], [-0.1, -0.05, 0]]) + rest[:3, :3] @ pivot_m + rest[:3, 3]
    body = (plane - rest[:3, 3]) @ rest[:3, :3]
    before = project(plane)
    centre = motion.pivot * width_px + corner
    for row, pose in enumerate(poses):
        cosine, sine = np.cos(motion.angle[row]), np.sin(motion.angle[row])
        turn = np.exp(motion.log_scale[row]) * np.array([[cosine, -sine], [sine, cosine]])
        expected = centre + motion.shift[row] * width_px + (before - centre) @ turn.T
        np.testing.assert_allclose(project(body @ pose[:3, :3].T + pose[:3, 3]), expected, atol=1e-9)
        np.testing.assert_allclose(pose[:3, :3] @ pose[:3, :3].T, np.eye(3), atol=1e-12)


@pytest.fixture
def tracking(solution: HeadSolution, seen: Observations) -> Tracking:
    return build_tracking(seen, solution, load_bust(), Wall(), WALL, KNOWN)


def test_tracking_survives_its_file(tracking: Tracking, tmp_path: Path) -> None:
    tracking.save(tmp_path / "tracking.safetensors")
    again = Tracking.load(tmp_path / "tracking.safetensors")
    for field in fields(Tracking):
        before, after = getattr(tracking, field.name), getattr(again, field.name)
        if isinstance(before, np.ndarray):
            np.testing.assert_array_equal(after, before.astype(after.dtype), err_msg=field.name)
        else:
            assert after == before, field.name
    assert again.timestamp_s.dtype == np.float64 and again.tracked.dtype == np.bool_


@pytest.mark.parametrize("name", ["camera.K", "eyes", "torso_modes", "tracked"])
def test_a_missing_entry_of_a_tracking_names_itself(tracking: Tracking, tmp_path: Path, name: str) -> None:
    path = tmp_path / "tracking.safetensors"
    tracking.save(path)
    arrays = load_file(path)
    del arrays[name]
    save_file(arrays, path, {"schema": "lifemask-tracking-1", "expression_names": "a", "rig_hash": "b"})
    with pytest.raises(FormatError, match=rf"tracking\.safetensors: no entry '{name}'"):
        Tracking.load(path)
    save_file(arrays, path, {"schema": "flame-9"})
    with pytest.raises(FormatError, match="has the schema 'flame-9'"):
        Tracking.load(path)


def test_observations_survive_their_file(hidden: Observations, tmp_path: Path) -> None:
    path = tmp_path / "landmarks.safetensors"
    hidden.save(path)
    again = Observations.load(path)
    for field in fields(Observations):
        before, after = getattr(hidden, field.name), getattr(again, field.name)
        if isinstance(before, np.ndarray):
            np.testing.assert_array_equal(after, before.astype(after.dtype), err_msg=field.name)
        else:
            assert after == before, field.name
    arrays = load_file(path)
    del arrays["blendshapes"]
    save_file(arrays, path)
    with pytest.raises(FormatError, match=r"landmarks\.safetensors: no entry 'blendshapes'"):
        Observations.load(path)


@pytest.mark.parametrize("kind", [Tracking, Observations])
def test_a_file_of_something_else_is_named(kind: type, tmp_path: Path) -> None:
    (tmp_path / "notes.safetensors").write_bytes(b"these are notes")
    with pytest.raises(FormatError, match=r"notes\.safetensors cannot be read as safetensors"):
        kind.load(tmp_path / "notes.safetensors")

"""The synthetic subject: its truth is what is drawn, its motion is what it claims, and the landmarker sees a
face."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from scipy.ndimage import binary_dilation, binary_erosion

from lifemask.errors import ConfigError, FileMissingError, FormatError
from lifemask.geometry.mesh_raster import rasterize_mesh, vertex_normals
from lifemask.media.video import probe, read_frames
from lifemask.perception.landmarks import FaceLandmarker
from lifemask.rig.landmark_sets import INNER_LIPS, LEFT_IRIS, RIGHT_IRIS
from lifemask.rig.skinning import pose_vertices
from lifemask.synthetic import (
    SubjectMotion,
    SubjectTruth,
    guide,
    load_subject,
    load_truth,
    mattes_path,
    render_clip,
    render_frame,
    render_wall,
    still,
    subject_camera,
    sweep,
    talking,
    turning,
)
from lifemask.synthetic.normals import fast_normals
from lifemask.synthetic.raster import Samples, rasterize
from lifemask.synthetic.render import SUPERSAMPLING, prepare
from lifemask.synthetic.surface import body_surface
from lifemask.synthetic.truth import truth_path

SIZE = 256
NAMES_OF_TRACKING = {
    "camera.K", "camera.size_wh", "timestamp_s", "tracked", "camera_from_head", "camera_from_torso",
    "expression", "eyes", "identity", "landmarks_px", "reprojection_px", "lip_aperture_m",
    "eyelid_aperture_m",
}  # fmt: skip


@pytest.fixture(scope="module")
def motion() -> SubjectMotion:
    return talking(seconds=8, fps=3, seed=1)  # 24 frames, far apart: many poses for little time


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory, motion: SubjectMotion) -> tuple[Path, SubjectTruth]:
    path = tmp_path_factory.mktemp("subject") / "subject.mp4"
    return path, render_clip(path, size=SIZE, motion=motion)


def test_truth_survives_the_file(clip: tuple[Path, SubjectTruth], motion: SubjectMotion) -> None:
    path, truth = clip
    again = load_truth(path)
    for name in ("camera_from_head", "expression", "eyes", "landmarks_px", "neutral_m", "eyelid_aperture_m"):
        np.testing.assert_array_equal(getattr(again, name), getattr(truth, name))
    assert again.camera == truth.camera == subject_camera(SIZE)
    assert again.expression_names == motion.expression_names
    with safe_open(truth_path(path), "np") as handle:
        assert set(handle.keys()) >= NAMES_OF_TRACKING
    assert probe(path).num_frames == len(truth) == len(motion) == 24


def test_truth_projects_to_its_own_landmarks(clip: tuple[Path, SubjectTruth]) -> None:
    truth, rig = clip[1], load_subject().rig
    vertices = pose_vertices(rig, torch.from_numpy(truth.neutral_m), truth.code())
    projected = truth.camera.project(rig.landmarks(vertices)).numpy()
    # float32 positions at a metre: 1e-7 m times 600 px focal length
    np.testing.assert_allclose(projected, truth.landmarks_px, atol=2e-3)


def test_mattes_are_the_alpha_that_was_drawn(clip: tuple[Path, SubjectTruth], motion: SubjectMotion) -> None:
    path, _ = clip
    stored = [frame.image for frame in read_frames(mattes_path(path))]
    for index in (0, 11):
        _, alpha = render_frame(motion, index, SIZE)
        np.testing.assert_array_equal(stored[index][..., 0], alpha)


def test_alpha_is_the_coverage_of_the_samples(motion: SubjectMotion) -> None:
    image, alpha = render_frame(motion, 7, SIZE, noise=False)
    steps = np.rint(np.arange(SUPERSAMPLING**2 + 1) / SUPERSAMPLING**2 * 255)
    assert set(np.unique(alpha)) <= set(steps.astype(int).tolist())
    # nothing of the subject outside: the wall alone
    np.testing.assert_array_equal(image[alpha == 0], render_wall(SIZE)[alpha == 0])
    # another rasteriser's silhouette of the bare rig lies inside; hair and cloth stand off it by at most 3 cm
    subject, camera = load_subject(), subject_camera(SIZE)
    vertices = pose_vertices(subject.rig, torch.from_numpy(subject.neutral), motion.code()[7]).double()
    points = camera.project(vertices).numpy()
    pixels = rasterize_mesh(points, vertices[:, 2].numpy(), subject.rig.faces.numpy(), (SIZE, SIZE))
    bare = pixels.triangle >= 0
    assert (alpha[binary_erosion(bare, border_value=1)] == 255).all()
    reach = int(np.ceil(0.03 / 0.9 * camera.focal_px[0]))
    assert not alpha[~binary_dilation(bare, iterations=reach)].any()
    assert (alpha > 0).sum() > bare.sum()


def test_raster_agrees_with_the_plain_one() -> None:
    rng = np.random.default_rng(0)
    points, depth = rng.uniform(-10, 74, (90, 2)), rng.uniform(0.5, 2, 90)
    faces = rng.integers(0, 90, (300, 3)).astype(np.int32)
    samples = Samples.empty((64, 48))
    rasterize(points, depth, faces, samples)
    plain = rasterize_mesh(points, depth, faces, (64, 48))
    np.testing.assert_array_equal(samples.triangle, plain.triangle)
    hit = plain.triangle >= 0
    np.testing.assert_allclose(samples.barycentric[hit], plain.barycentric[hit][:, 1:], atol=1e-6)


def test_fast_normals_agree_with_the_plain_ones() -> None:
    rig = load_subject().rig
    vertices, faces = rig.template.double().numpy(), rig.faces.numpy().astype(np.int32)
    # an ill-shaped sliver's normal may differ in the last digits of float32 data
    np.testing.assert_allclose(fast_normals(vertices, faces), vertex_normals(vertices, faces), atol=1e-6)


def test_features_are_drawn_where_the_truth_says() -> None:
    motion = still(seconds=0.2, blinks=False)
    image, _ = render_frame(motion, 0, SIZE, noise=False)
    landmarks = SubjectTruth.of(motion, load_subject(), subject_camera(SIZE)).landmarks_px[0]

    def colour(point: np.ndarray) -> np.ndarray:
        column, row = np.floor(point).astype(int)
        return image[row - 1 : row + 2, column - 1 : column + 2].reshape(-1, 3).mean(0)

    cheek, lip = colour(landmarks[50]), colour((landmarks[17] + landmarks[14]) / 2)
    assert lip[0] / lip[1] > 1.15 * cheek[0] / cheek[1]  # lips are redder than cheeks
    for iris, corner in ((LEFT_IRIS, 263), (RIGHT_IRIS, 33)):
        white = 0.62 * landmarks[corner] + 0.38 * landmarks[iris[0]]
        assert colour(landmarks[iris[0]] + (0, 1)).mean() < 0.75 * colour(white).mean()  # iris darker than white
    brow, forehead = colour((landmarks[105] + landmarks[52]) / 2), colour(landmarks[151])
    assert brow.mean() < 0.75 * forehead.mean()
    assert np.abs(colour(np.array([8.0, 8.0])) - render_wall(SIZE)[8, 8]).max() < 12


def test_still_means_still() -> None:
    motion = still(seconds=1, blinks=False)
    assert (motion.camera_from_head == motion.camera_from_head[0]).all()
    assert (motion.camera_from_torso == motion.camera_from_head[0]).all()
    first, alpha = render_frame(motion, 0, 128, noise=False)
    later, alpha_later = render_frame(motion, 20, 128, noise=False)
    np.testing.assert_array_equal(first, later)
    np.testing.assert_array_equal(alpha, alpha_later)
    noisy = render_frame(motion, 20, 128)[0].astype(int)
    difference = noisy - first
    assert 0.5 < difference.std() < 1.6  # about one grey level, as NOISE_LEVELS says
    assert abs(difference.mean()) < 0.1
    blinking = still(seconds=2)
    assert (blinking.camera_from_head == motion.camera_from_head[0]).all()
    assert blinking.expression[:, blinking.expression_names.index("eyeBlinkLeft")].max() > 0.9


@pytest.mark.parametrize(("size", "left", "top"), [((128, 228), 0, 100), ((200, 128), 32, 0)])
def test_the_square_is_the_same_in_every_aspect(size: tuple[int, int], left: int, top: int) -> None:
    motion = talking(seconds=2, fps=3, seed=1)
    square, alpha = render_frame(motion, 5, 128, noise=False)
    image, wide = render_frame(motion, 5, size, noise=False)
    assert image.shape == (size[1], size[0], 3) and wide.shape == image.shape[:2]
    part = slice(top, top + 128), slice(left, left + 128)
    # the algebra is exact; a sample on an edge may round to the other side when its coordinates are shifted
    assert (wide[part] != alpha).mean() < 1e-3 and (image[part] != square).any(-1).mean() < 1e-3
    np.testing.assert_array_equal(render_wall(size)[part], render_wall(128))
    np.testing.assert_array_equal(image[wide == 0], render_wall(size)[wide == 0])
    outside = np.ones(wide.shape, bool)
    outside[part] = False
    assert (wide[outside] > 0).mean() < 0.02  # at most a little of a shoulder
    inner, outer = subject_camera(128), subject_camera(size)
    assert outer.size_wh == size and outer.focal_px == inner.focal_px
    np.testing.assert_allclose(np.subtract(outer.principal_px, inner.principal_px), (left, top))
    # no seam where the wall goes on: neighbours across the square's border differ as neighbours inside it do
    plain = render_wall(size).astype(float).mean(-1)
    steps = np.abs(np.diff(plain, axis=0 if top else 1))
    assert steps.max() < 1.5 * np.abs(np.diff(render_wall(128).astype(float).mean(-1))).max()


def test_a_tall_clip_has_its_camera_and_its_mattes(tmp_path: Path) -> None:
    motion, size, path = talking(seconds=1, fps=3, seed=1), (128, 228), tmp_path / "tall.mp4"
    render_clip(path, size=size, motion=motion)
    assert probe(path).size_wh == size and load_truth(path).camera == subject_camera(size)
    stored = [frame.image[..., 0] for frame in read_frames(mattes_path(path))]
    assert len(stored) == 3
    np.testing.assert_array_equal(stored[2], render_frame(motion, 2, size)[1])


def test_a_background_takes_the_walls_place() -> None:
    motion, size = talking(seconds=2, fps=3, seed=1), (128, 228)
    on_wall, alpha = render_frame(motion, 5, size, noise=False)
    other = np.random.default_rng(0).integers(0, 256, (228, 128, 3), dtype=np.uint8)
    image, alpha_again = render_frame(motion, 5, size, noise=False, background=other)
    np.testing.assert_array_equal(alpha_again, alpha)
    share = np.rint(alpha / 255 * SUPERSAMPLING**2)[..., None] / SUPERSAMPLING**2
    # both pictures are rounded once, and so is the wall
    expected = on_wall + (1 - share) * (other.astype(float) - render_wall(size))
    assert np.abs(image - expected).max() <= 1.5
    as_floats, _ = render_frame(motion, 5, size, noise=False, background=other / 255)
    np.testing.assert_array_equal(as_floats, image)
    with pytest.raises(ConfigError, match=r"\[228, 128, 3\]"):
        render_frame(motion, 5, size, background=other[:-1])
    with pytest.raises(ConfigError, match="8 x 512"):
        render_frame(motion, 5, (8, 512))


def test_a_seed_is_a_motion_and_a_person() -> None:
    first, again, other = (talking(seconds=2, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.expression, again.expression)
    np.testing.assert_array_equal(first.camera_from_head, again.camera_from_head)
    assert np.abs(first.camera_from_head - other.camera_from_head).max() > 0.02
    np.testing.assert_array_equal(render_frame(first, 5, 128)[0], render_frame(again, 5, 128)[0])
    apart = np.linalg.norm(load_subject(1).neutral - load_subject(0).neutral, axis=1)
    assert apart.mean() > 0.002
    looks = {load_subject(seed).look for seed in range(3)}
    assert len({look.skin for look in looks}) == len({look.hair for look in looks}) == 3


def test_long_hair_falls_beside_the_neck() -> None:
    motion = still(seconds=0.1, blinks=False)
    (image, short), (other, long) = (render_frame(motion, 0, 128, identity_seed=seed, noise=False) for seed in (0, 2))
    assert np.abs(image.astype(int) - other).mean() > 3  # another person
    landmarks = SubjectTruth.of(motion, load_subject(2), subject_camera(128)).landmarks_px[0]
    ear, chin = landmarks[234], landmarks[152]
    row = int(chin[1]) + 2
    assert (long[row] > 0).sum() > 1.4 * (short[row] > 0).sum()  # hair on both sides of the neck
    assert long[row, int(ear[0]) - 2] == 255
    face = other[int(landmarks[6][1]) : int(chin[1]), int(landmarks[50][0]) : int(landmarks[280][0])].astype(int)
    assert (face[..., 0] > face[..., 2] + 10).mean() > 0.8 and face.mean() > 110  # no hair over the face
    thin = [((alpha > 0) & (alpha < 255)).sum() for alpha in (short, long)]
    assert thin[1] > 1.3 * thin[0]  # single hairs against the wall


def test_long_hair_hangs_from_the_head_and_lies_on_the_torso() -> None:
    subject, strands = load_subject(2), prepare(2, 128).strands
    hair = strands.tip_share[:, -1] > 0.99
    assert hair.sum() > 1000 and (strands.tip_share[hair, 0] == 0).all()
    neutral = subject.neutral.astype(float)
    points = strands.root.at(neutral)[hair]
    np.testing.assert_allclose(strands.tip.at(neutral)[hair], points, atol=1e-9)  # both ends say the same at rest
    length = np.linalg.norm(np.diff(points, axis=1), axis=-1).sum(1)
    assert 0.2 < np.median(length) < 0.36 and points[:, -1, 1].min() < -0.2
    foot, normal = body_surface(subject).drop(points.reshape(-1, 3))
    above = ((points.reshape(-1, 3) - foot) * normal).sum(1)
    assert (above > -0.002).mean() > 0.995  # nothing inside head, neck or shirt
    dark = np.zeros((len(neutral), 3), np.float32), np.zeros(len(neutral), np.float32)

    def drawn(motion: SubjectMotion) -> np.ndarray:
        posed = pose_vertices(subject.rig, torch.from_numpy(subject.neutral), motion.code()[0]).double().numpy()
        ribbons = strands.pose(posed, *dark, 1e-9)[0].reshape(len(strands), -1, 2, 3)[hair].mean(2)
        return (ribbons - motion.camera_from_torso[0, :3, 3]) @ motion.camera_from_torso[0, :3, :3]

    rest, turned = drawn(sweep()), drawn(sweep(30))
    lying = strands.tip_share[hair] == 1
    # float32 poses: 1e-7 of a metre, times the arm from the triangle over its edge
    np.testing.assert_allclose(turned[lying], rest[lying], atol=2e-5)
    moved = np.linalg.norm(turned - rest, axis=-1)
    arm = np.hypot(*(rest[:, 0, [0, 2]] - (0, -0.075)).T)
    np.testing.assert_allclose(moved[:, 0], 2 * np.sin(np.radians(15)) * arm, atol=1e-3)  # roots go with the head
    assert np.linalg.norm(np.diff(turned, axis=1), axis=-1).sum(1).max() < 0.45  # and no hair is torn


def test_talking_moves_like_a_speaker() -> None:
    motion = talking(seconds=14, seed=0)
    weight = dict(zip(motion.expression_names, motion.expression.T, strict=True))
    yaw = np.degrees(np.arctan2(motion.camera_from_head[:, 0, 2], -motion.camera_from_head[:, 2, 2]))
    assert abs(yaw[0]) < 3 and 15 < np.abs(yaw).max() < 30  # 25 degrees and a little liveliness
    torso_yaw = np.degrees(np.arctan2(motion.camera_from_torso[:, 0, 2], -motion.camera_from_torso[:, 2, 2]))
    assert 0.5 < np.abs(torso_yaw).max() < 0.35 * np.abs(yaw).max()
    lag = [np.corrcoef(yaw[: len(yaw) - k], torso_yaw[k:])[0, 1] for k in range(20)]
    assert 2 <= int(np.argmax(lag)) <= 15  # shoulders follow late
    assert 2 <= ((weight["eyeBlinkLeft"][1:] > 0.5) & (weight["eyeBlinkLeft"][:-1] <= 0.5)).sum() <= 8
    speaking = weight["jawOpen"] > 0.15
    assert 0.15 < speaking.mean() < 0.85
    assert (weight["mouthClose"] > 0.5 * weight["jawOpen"] + 0.005).sum() >= 4  # closures amid open mouths
    step_m = np.linalg.norm(np.diff(motion.camera_from_head[:, :3, 3], axis=0), axis=1)
    assert step_m.max() < 0.02  # no jump
    rotations = motion.camera_from_head[:, :3, :3]
    np.testing.assert_allclose(
        rotations @ rotations.transpose(0, 2, 1), np.tile(np.eye(3), (len(motion), 1, 1)), atol=1e-12
    )


def test_lips_meet_in_closures() -> None:
    motion = talking(seconds=14, seed=0)
    truth = SubjectTruth.of(motion, load_subject(), subject_camera(SIZE))
    weight = dict(zip(motion.expression_names, motion.expression.T, strict=True))
    closed = weight["mouthClose"] > 0.9 * weight["jawOpen"]
    closed &= weight["mouthClose"] > 0.005
    assert closed.any()
    assert np.median(truth.lip_aperture_m[closed]) < 0.0025
    assert np.percentile(truth.lip_aperture_m, 95) > 0.008


def test_the_guide_covers_the_script() -> None:
    motion = guide(seconds=32, fps=10)
    weight = dict(zip(motion.expression_names, motion.expression.T, strict=True))
    forward = -motion.camera_from_head[:, :3, 2]  # where the face looks, in the camera's frame
    yaw, pitch = np.degrees(np.arctan2(-forward[:, 0], forward[:, 2])), np.degrees(np.arcsin(forward[:, 1]))
    assert yaw.min() < -25 and yaw.max() > 25 and pitch.min() < -10 and pitch.max() > 10
    for name, least in (("mouthSmileLeft", 0.3), ("jawOpen", 0.5), ("mouthPucker", 0.5), ("browInnerUp", 0.7),
                        ("browDownLeft", 0.6), ("eyeBlinkLeft", 0.95)):  # fmt: skip
        assert weight[name].max() >= least, name
    assert np.ptp(motion.eyes[110:131], axis=0).min() > 0.2  # eyes alone move


def angles_deg(rotation: np.ndarray) -> np.ndarray:
    """Yaw, pitch, roll ``[T, 3]`` of ``camera_from_...`` rotations ``[T, 3, 3]``."""
    room = np.diag([1.0, -1.0, -1.0]) @ rotation
    yaw, pitch = np.arctan2(room[:, 0, 2], room[:, 2, 2]), np.arcsin(room[:, 1, 2])
    return np.degrees(np.stack([yaw, pitch, np.arctan2(room[:, 1, 0], room[:, 1, 1])], 1))


def test_a_sweep_has_the_angles_that_were_asked_for() -> None:
    head = np.array([[-45, 0, 0], [45, -20, 10], [10, 25, -20], [0, 0, 0]], float)
    torso = np.array([[0, 0, 0], [20, 5, -4], [-30, 0, 3], [30, 0, 0]], float)
    motion = sweep(
        *head.T, torso_yaw_deg=torso[:, 0], torso_pitch_deg=torso[:, 1], torso_roll_deg=torso[:, 2],
        expression={"jawOpen": 0.4, "eyeBlinkLeft": np.array([0, 1, 0, 0])},
    )  # fmt: skip
    np.testing.assert_allclose(angles_deg(motion.camera_from_head[:, :3, :3]), head, atol=1e-9)
    np.testing.assert_allclose(angles_deg(motion.camera_from_torso[:, :3, :3]), torso, atol=1e-9)
    weight = dict(zip(motion.expression_names, motion.expression.T, strict=True))
    assert (weight["jawOpen"] == 0.4).all() and weight["eyeBlinkLeft"].tolist() == [0, 1, 0, 0]
    assert (weight["eyeBlinkRight"] == 0).all()
    only_torso = sweep(torso_yaw_deg=np.array([-30.0, 0.0, 30.0]))
    resting = still(seconds=0.1, blinks=False).camera_from_head[0]
    np.testing.assert_allclose(only_torso.camera_from_head, np.tile(resting, (3, 1, 1)), atol=1e-12)
    assert np.abs(np.diff(only_torso.camera_from_torso, axis=0)).max(axis=(1, 2)).min() > 0.3


def test_turning_keeps_the_neck_whole_and_the_open_end_out_of_sight() -> None:
    motion, subject = turning(16, fps=2), load_subject()
    head, torso = (angles_deg(pose[:, :3, :3]) for pose in (motion.camera_from_head, motion.camera_from_torso))
    assert head[:, 0].min() < -44 and head[:, 0].max() > 44 and np.abs(head[:, 1]).max() > 24
    assert np.abs(torso[np.abs(head[:, 0]) < 1, 0]).max() > 25  # under the still head
    vertices = pose_vertices(subject.rig, torch.from_numpy(subject.neutral), motion.code())
    faces, weights = subject.rig.faces.numpy(), subject.rig.skin_weights.numpy()
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    pairs, times_used = np.unique(np.sort(edges, 1), axis=0, return_counts=True)
    of_neck = pairs[(weights[pairs, 1] > 0.02).all(1)]
    length = np.linalg.norm(np.diff(vertices.numpy()[:, of_neck], axis=2)[:, :, 0], axis=-1)
    at_rest = np.linalg.norm(np.diff(subject.neutral[of_neck], axis=1)[:, 0], axis=-1)
    # skin stretches like that when a person looks over the shoulder; a collapsed or torn neck is far beyond
    assert (length / at_rest).min() > 0.55 and (length / at_rest).max() < 1.6
    rim = np.unique(pairs[times_used == 1])
    rim = rim[weights[rim, 2] < 0.5]
    assert subject_camera(SIZE).project(vertices[:, rim])[..., 1].min() > 1.1 * SIZE


def test_a_sweep_that_no_neck_can_do_says_so() -> None:
    with pytest.raises(ConfigError, match=r"100 degrees against the torso"):
        sweep(60, torso_yaw_deg=-40)
    with pytest.raises(ConfigError, match=r"Did you mean jawOpen"):
        sweep(expression={"jawOpne": 1.0})
    with pytest.raises(ConfigError, match=r"\(3,\), \(2,\)"):
        sweep(np.zeros(3), np.zeros(2))


def test_the_landmarker_agrees_with_the_truth(clip: tuple[Path, SubjectTruth]) -> None:
    path, truth = clip
    landmarker = FaceLandmarker()
    seen = [landmarker.track(frame.image) for frame in read_frames(path)]
    assert all(observation is not None for observation in seen)
    found = np.stack([observation.landmarks_px for observation in seen if observation is not None])
    between_eyes = np.linalg.norm(truth.landmarks_px[:, 468] - truth.landmarks_px[:, 473], axis=1)
    error = np.linalg.norm(found - truth.landmarks_px, axis=2) / between_eyes[:, None]
    # The rig's embedding was measured on other renders to about 1 mm, 1.6 % of 63 mm; the network's own error
    # on turned faces is as large again. Single points on the outline slide, so the bound on all is on the
    # median.
    assert np.median(error) < 0.03
    assert np.median(error, axis=0)[list(LEFT_IRIS + RIGHT_IRIS)].max() < 0.04
    assert np.median(error, axis=0)[list(INNER_LIPS)].max() < 0.06
    assert np.median(error, axis=1).max() < 0.06  # in every frame


def test_no_truth_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileMissingError, match="built-in subject"):
        load_truth(tmp_path / "me.mp4")
    (tmp_path / "me.truth.safetensors").write_bytes(b"no")
    with pytest.raises(FormatError, match=r"me\.truth\.safetensors"):
        load_truth(tmp_path / "me.mp4")

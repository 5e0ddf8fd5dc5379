"""FLAME as a rig: posed as FLAME poses it, converted to and from its own space, read from its own files."""

import dataclasses
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation
from torch import Tensor

from flame_model import KEPT, make_flame, pickled_content, write_flame
from lifemask.errors import ConfigError, FileMissingError, FormatError
from lifemask.geometry.rotation import invert_rigid, rigid, rotation_from_axis_angle, transform_points
from lifemask.rig.bust import load_bust
from lifemask.rig.code import RigCode
from lifemask.rig.flame import FlameModel, camera_from_parts, flame_from_parts, flame_rig
from lifemask.rig.flame_file import read_flame, read_identity
from lifemask.rig.head import JAW, JOINT_NAMES, HeadRig
from lifemask.rig.landmark_sets import INNER_LIPS, LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from lifemask.rig.skinning import gaze_from_rotation, gaze_rotation, pose_vertices, posed_joints, shape_vertices

HEAD = JOINT_NAMES.index("head")
FRONTAL_CAMERA = torch.tensor([[1.0, 0, 0, 0.02], [0, -1, 0, -0.01], [0, 0, -1, 0.8], [0, 0, 0, 1]]).double()


@pytest.fixture(scope="module")
def model() -> FlameModel:
    return make_flame()


@pytest.fixture(scope="module")
def rig(model: FlameModel) -> HeadRig:
    return flame_rig(model, dtype=torch.float64)


@pytest.fixture(scope="module")
def folder(model: FlameModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_flame(tmp_path_factory.mktemp("flame"), model).parent


@dataclasses.dataclass(frozen=True)
class FlamePose:
    """FLAME's own parameters: ``shape [300]``, ``expression [100]``, rotation vectors ``turns [4, 3]`` of neck, jaw,
    left and right eye, ``eyelids [2]``."""

    shape: np.ndarray
    expression: np.ndarray
    turns: np.ndarray
    eyelids: np.ndarray


def random_pose(seed: int, *, neck: bool = True, lids: bool = False) -> FlamePose:
    """Eyes have no torsion; everything else turns any way."""
    random = np.random.default_rng(seed)
    gaze = torch.from_numpy(random.normal(0, 0.3, (2, 2)))
    eyes = Rotation.from_matrix(gaze_rotation(gaze).numpy()).as_rotvec()
    turns = np.concatenate([random.normal(0, 0.4, (2, 3)), eyes])
    turns[0] *= neck
    return FlamePose(random.normal(0, 1, 300), random.normal(0, 1, 100), turns, random.uniform(0, 1, 2) * lids)


def pose_flame(model: FlameModel, pose: FlamePose) -> np.ndarray:
    """Vertices ``[V, 3]`` in FLAME's space as FLAME is published (Li et al. 2017, section 3), straight and slow; lids
    are added to the posed vertices as metrical-tracker does."""
    shaped = model.v_template + model.shapedirs @ np.concatenate([pose.shape, pose.expression])
    joints = model.J_regressor @ shaped
    rotations = np.concatenate([np.eye(3)[None], Rotation.from_rotvec(pose.turns).as_matrix()])
    shaped = shaped + model.posedirs @ (rotations[1:] - np.eye(3)).ravel()
    chain: list[np.ndarray] = []
    for joint, parent in enumerate((-1, 0, 1, 1, 1)):
        local = np.eye(4)
        local[:3, :3] = rotations[joint]
        local[:3, 3] = joints[joint] - (joints[parent] if parent >= 0 else 0)
        chain.append(local if parent < 0 else chain[parent] @ local)
    posed = np.zeros_like(shaped)
    for joint, transform in enumerate(chain):
        moved = (shaped - joints[joint]) @ transform[:3, :3].T + transform[:3, 3]
        posed += model.weights[:, joint, None] * moved
    assert model.eyelids is not None
    return posed + np.einsum("k,kvc->vc", pose.eyelids, model.eyelids)


def pose_rig(rig: HeadRig, model: FlameModel, pose: FlamePose, camera_from_flame: Tensor) -> Tensor:
    """The same pose through the rig: vertices ``[V, 3]`` in the camera's frame."""
    neutral = shape_vertices(rig, torch.from_numpy(pose.shape))
    expression = torch.from_numpy(np.concatenate([pose.expression, pose.eyelids]))
    turns = rotation_from_axis_angle(torch.from_numpy(pose.turns))
    pivot = posed_joints(rig, neutral, expression)[HEAD]
    head, torso = camera_from_parts(camera_from_flame, turns[0], pivot, torch.from_numpy(model.origin_m))
    code = RigCode(expression, gaze_from_rotation(turns[2:]), head, torso, torch.from_numpy(pose.turns[1]))
    return pose_vertices(rig, neutral, code)


# Posing
# ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_the_rig_poses_as_flame_does(rig: HeadRig, model: FlameModel, seed: int) -> None:
    pose = random_pose(seed)
    expected = transform_points(FRONTAL_CAMERA, torch.from_numpy(pose_flame(model, pose)))
    # Both are float64 on metres; what differs is the order of sums over 400 shapes.
    torch.testing.assert_close(pose_rig(rig, model, pose, FRONTAL_CAMERA), expected, atol=1e-12, rtol=0)


def test_eyelids_are_exact_while_nothing_turns_the_lids(rig: HeadRig, model: FlameModel) -> None:
    """With a straight neck and a closed jaw only the eyes' share in the skin of the lids is left, which the model
    does not have."""
    pose = random_pose(4, neck=False, lids=True)
    pose.turns[1] = 0
    expected = transform_points(FRONTAL_CAMERA, torch.from_numpy(pose_flame(model, pose)))
    torch.testing.assert_close(pose_rig(rig, model, pose, FRONTAL_CAMERA), expected, atol=1e-12, rtol=0)


def test_eyelids_turn_with_the_head(rig: HeadRig, model: FlameModel) -> None:
    """Where the neck turns, the lids' travel turns along; FLAME's additions keep their direction in space."""
    pose = dataclasses.replace(random_pose(5, lids=True), eyelids=np.array([1.0, 1.0]))
    pose.turns[1:] = 0
    still = dataclasses.replace(pose, eyelids=np.zeros(2))
    ours = pose_rig(rig, model, pose, FRONTAL_CAMERA) - pose_rig(rig, model, still, FRONTAL_CAMERA)
    assert model.eyelids is not None
    skull = model.weights[:, 1] == 1
    turn = FRONTAL_CAMERA[:3, :3] @ rotation_from_axis_angle(torch.from_numpy(pose.turns[0]))
    expected = torch.from_numpy(model.eyelids.sum(0)[skull]) @ turn.T
    torch.testing.assert_close(ours[torch.from_numpy(skull)], expected, atol=1e-12, rtol=0)


def test_float32_batches_agree(rig: HeadRig, model: FlameModel) -> None:
    code = RigCode.at_rest(rig.num_expressions, FRONTAL_CAMERA.expand(2, 3, 4, 4))
    generator = torch.Generator().manual_seed(1)
    code = dataclasses.replace(
        code,
        expression=torch.randn(2, 3, rig.num_expressions, generator=generator, dtype=torch.float64),
        jaw=torch.randn(2, 3, 3, generator=generator, dtype=torch.float64) * 0.2,
    )
    fine = pose_vertices(rig, rig.template, code)
    coarse = rig.to(dtype=torch.float32)
    got = pose_vertices(coarse, coarse.template, code.to(dtype=torch.float32))
    # float32 at a metre is 1e-7; sums over 102 expressions lose a little more.
    torch.testing.assert_close(got.double(), fine, atol=5e-6, rtol=0)
    torch.testing.assert_close(pose_vertices(rig, rig.template, code[1, 2]), fine[1, 2], atol=1e-12, rtol=0)


def test_gradients_reach_the_jaw(rig: HeadRig) -> None:
    code = RigCode.at_rest(rig.num_expressions, FRONTAL_CAMERA)
    shut = dataclasses.replace(code, jaw=torch.zeros(3, dtype=torch.float64))
    code = shut.map(lambda value: value.clone().requires_grad_())
    pose_vertices(rig, rig.template, code).square().sum().backward()
    for leaf in (code.expression, code.eyes, code.camera_from_head, code.camera_from_torso, code.jaw):
        assert leaf is not None and leaf.grad is not None and bool(torch.isfinite(leaf.grad).all())
        assert float(leaf.grad.abs().max()) > 0


def test_no_jaw_is_a_closed_jaw(rig: HeadRig) -> None:
    code = RigCode.at_rest(rig.num_expressions, FRONTAL_CAMERA)
    shut = dataclasses.replace(code, jaw=torch.zeros(3, dtype=torch.float64))
    assert torch.equal(pose_vertices(rig, rig.template, code), pose_vertices(rig, rig.template, shut))
    expected = transform_points(FRONTAL_CAMERA, rig.template)
    # FLAME's weights sum to 1 as well as the bust's float16 ones, renormalised in float32, do.
    torch.testing.assert_close(pose_vertices(rig, rig.template, code), expected, atol=5e-7, rtol=0)


def test_a_jaw_opens_the_mouth_of_flame_and_is_refused_by_the_bust(rig: HeadRig) -> None:
    code = RigCode.at_rest(rig.num_expressions, torch.eye(4, dtype=torch.float64))
    opened = dataclasses.replace(code, jaw=torch.tensor([0.3, 0.0, 0.0], dtype=torch.float64))
    points = rig.landmarks(pose_vertices(rig, rig.template, opened)) - rig.landmarks(rig.template)
    assert float(points[14, 1]) < -0.01 and float(points[13].norm()) < 0.005
    bust = load_bust()
    with pytest.raises(ConfigError, match="does not have"):
        wrong = dataclasses.replace(RigCode.at_rest(bust.num_expressions, torch.eye(4)), jaw=torch.zeros(3))
        pose_vertices(bust, bust.template, wrong)


# Conversions
# ---------------------------------------------------------------------------------------------------------


def test_gaze_and_rotation_are_inverse() -> None:
    generator = torch.Generator().manual_seed(0)
    gaze = (torch.rand(200, 2, 2, generator=generator, dtype=torch.float64) - 0.5) * torch.tensor([6.0, 3.0])
    torch.testing.assert_close(gaze_from_rotation(gaze_rotation(gaze)), gaze, atol=1e-12, rtol=0)


def test_parts_and_flame_are_inverse(rig: HeadRig, model: FlameModel) -> None:
    generator = torch.Generator().manual_seed(2)
    turns = rotation_from_axis_angle(torch.randn(2, 5, 3, generator=generator, dtype=torch.float64))
    camera = rigid(turns[0], torch.randn(5, 3, generator=generator, dtype=torch.float64))
    pivot, origin = torch.randn(5, 3, generator=generator, dtype=torch.float64), torch.from_numpy(model.origin_m)
    head, torso = camera_from_parts(camera, turns[1], pivot, origin)
    back, neck = flame_from_parts(head, torso, pivot, origin)
    torch.testing.assert_close(back, camera, atol=1e-12, rtol=0)
    torch.testing.assert_close(neck, turns[1], atol=1e-12, rtol=0)
    joint = transform_points(head, pivot[:, None]) - transform_points(torso, pivot[:, None])
    assert float(joint.abs().max()) < 1e-12, "head and torso meet at the joint"


def test_a_shifted_torso_keeps_the_head(model: FlameModel) -> None:
    pivot, origin = torch.tensor([0.0, -0.1, -0.1]).double(), torch.from_numpy(model.origin_m)
    head = rigid(rotation_from_axis_angle(torch.tensor([0.1, 0.5, 0.0]).double()), torch.tensor([0.0, 0, 1]).double())
    torso = torch.eye(4, dtype=torch.float64)
    camera, neck = flame_from_parts(head, torso, pivot, origin)
    again, _ = camera_from_parts(camera, neck, pivot, origin)
    torch.testing.assert_close(again, head, atol=1e-12, rtol=0)
    assert float((invert_rigid(again) @ again - torch.eye(4)).abs().max()) < 1e-12


# The rig's data
# ---------------------------------------------------------------------------------------------------------


def test_names_shapes_and_frame(rig: HeadRig, model: FlameModel) -> None:
    assert rig.joint_names == (*JOINT_NAMES, JAW) and rig.has_jaw and not load_bust().has_jaw
    assert rig.num_identity == 300 and rig.num_expressions == 102
    assert rig.expression_names[0] == "expression_000" and rig.expression_names[99:] == (
        "expression_099", "eyelid_left", "eyelid_right",
    )  # fmt: skip
    middle = rig.joint_positions[3:5].mean(0)
    torch.testing.assert_close(middle, torch.zeros(3).double(), atol=1e-12, rtol=0)
    assert float(rig.joint_positions[3, 0]) > 0 > float(rig.joint_positions[4, 0]), "the left eye is on +x"
    assert float(rig.skin_weights[:, JOINT_NAMES.index("neck")].abs().max()) == 0
    assert float(rig.uv.min()) >= 0 and float(rig.uv.max()) <= 1
    assert int(rig.faces.max()) < rig.num_vertices == len(model.v_template)


def test_hash_follows_the_content(rig: HeadRig, model: FlameModel) -> None:
    assert flame_rig(model).content_hash == rig.content_hash
    other = dataclasses.replace(model, J_regressor=model.J_regressor * 1.001)
    assert flame_rig(other).content_hash != rig.content_hash
    triangles = rig.landmark_triangles.roll(1)
    relabelled = dataclasses.replace(rig, landmark_triangles=triangles)
    assert relabelled.content_hash != rig.content_hash and relabelled.geometry_hash == rig.geometry_hash


@pytest.mark.parametrize("with_masks", [True, False])
@pytest.mark.parametrize("with_landmarks", [True, False])
def test_every_vertex_is_in_one_region(with_masks: bool, with_landmarks: bool) -> None:
    """On another person's head, whose regions are known because the bust's vertices are."""
    model = make_flame(seed=1, person=1.0)
    if not with_masks:
        model = dataclasses.replace(model, masks=None)
    if not with_landmarks:
        model = dataclasses.replace(model, mediapipe=None, landmarks_68=None)
    rig, bust = flame_rig(model), load_bust()
    assert set(rig.regions) == set(bust.regions)
    assert bool((torch.stack(list(rig.regions.values())).sum(0) == 1).all())
    kept = torch.stack([bust.regions[name] for name in KEPT]).any(0)
    right = torch.stack([rig.regions[name] & bust.regions[name][kept] for name in bust.regions]).any(0)
    share = float(right.float().mean())
    # Without any landmark the regions are those of an average head laid over this one, at borders a few vertices off.
    assert share > (0.95 if with_masks or with_landmarks else 0.85)


def test_guessed_landmarks_are_near(model: FlameModel) -> None:
    """The bust's own landmarks on another person's vertices are the truth."""
    other, bust = make_flame(seed=2, person=1.0), load_bust()
    truth = np.array([*INNER_LIPS, *LEFT_EYE, *RIGHT_EYE, *LEFT_IRIS, *RIGHT_IRIS])
    identity = torch.from_numpy(np.random.default_rng(2).normal(0, 1.0, bust.num_identity)).float()
    expected = bust.landmarks(shape_vertices(bust, identity)).double().numpy()
    for without, limit_m in (((), 0.002), (("mediapipe",), 0.003), (("mediapipe", "landmarks_68"), 0.012)):
        rig = flame_rig(dataclasses.replace(other, **dict.fromkeys(without)), dtype=torch.float64)
        away = np.linalg.norm(rig.landmarks(rig.template).numpy() - expected, axis=1)[truth]
        # The eyes' middle is the origin of both, up to the rounding of the bust's float32.
        assert np.median(away) < limit_m, without


# Files
# ---------------------------------------------------------------------------------------------------------


def test_files_are_read_exactly(folder: Path, model: FlameModel) -> None:
    for source in (folder, folder / "generic_model.pkl"):
        read = read_flame(source)
        for field in ("v_template", "shapedirs", "posedirs", "J_regressor", "weights", "kintree_table", "faces"):
            np.testing.assert_array_equal(getattr(read, field), getattr(model, field), err_msg=field)
        np.testing.assert_array_equal(read.eyelids, model.eyelids)
        assert read.masks is not None and model.masks is not None and set(read.masks) == set(model.masks)
        for got, wanted in ((read.landmarks_68, model.landmarks_68), (read.mediapipe[1], model.mediapipe[1])):
            np.testing.assert_array_equal(got[0], wanted[0])
            np.testing.assert_array_equal(got[1], wanted[1])


@pytest.mark.parametrize("protocol", range(6))
def test_every_pickle_protocol_and_npz(model: FlameModel, tmp_path: Path, protocol: int) -> None:
    content = pickled_content(_small(model))
    path = tmp_path / "flame2023_Open.pkl"
    path.write_bytes(pickle.dumps(content, protocol=protocol))
    dense = {key: value.toarray() if key == "J_regressor" else value for key, value in content.items()}
    np.savez(tmp_path / "model.npz", **dense)
    for read in (read_flame(tmp_path), read_flame(tmp_path / "model.npz")):
        np.testing.assert_array_equal(read.J_regressor, content["J_regressor"].toarray())
        np.testing.assert_array_equal(read.shapedirs, content["shapedirs"])
        assert read.eyelids is read.masks is read.mediapipe is read.landmarks_68 is None


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("shapedirs", None, r"has no 'shapedirs'"),
        ("posedirs", np.zeros((7, 3, 36)), r"'posedirs' has the shape \(7, 3, 36\), expected \(40, 3, 36\)"),
        ("shapedirs", np.zeros((40, 3, 150)), r"expected \(40, 3, 400\)"),
        ("weights", "text", r"'weights' has the shape None"),
        ("v_template", np.full((40, 3), np.nan), r"'v_template' has values that are not finite"),
        ("f", np.full((2, 3), 40), r"'f' has indices outside of 0\.\.39"),
        ("kintree_table", np.zeros((2, 5), np.uint32), r"'kintree_table' has the parents"),
    ],
)
def test_a_wrong_entry_names_itself(model: FlameModel, tmp_path: Path, key: str, value: object, says: str) -> None:
    content = pickled_content(_small(model)) | {key: value}
    if value is None:
        del content[key]
    path = tmp_path / "generic_model.pkl"
    path.write_bytes(pickle.dumps(content))
    with pytest.raises(FormatError, match=says) as caught:
        read_flame(path)
    assert str(path) in str(caught.value)


def test_a_missing_model_says_how_to_get_it(tmp_path: Path) -> None:
    for source in (tmp_path, tmp_path / "nowhere.pkl"):
        with pytest.raises(FileMissingError, match=r"flame\.is\.tue\.mpg\.de.*CC-BY-4\.0"):
            read_flame(source)


@pytest.mark.parametrize(
    "names",
    [
        ("FLAME_masks.pkl",),
        ("l_eyelid.npy", "r_eyelid.npy"),
        ("landmark_embedding.npy",),
        ("mediapipe_landmark_embedding.npz",),
    ],
)
def test_companions_of_another_model_are_refused(
    folder: Path, model: FlameModel, tmp_path: Path, names: tuple[str, ...]
) -> None:
    (tmp_path / "generic_model.pkl").write_bytes(pickle.dumps(pickled_content(_small(model))))
    assert read_flame(tmp_path).masks is None
    for name in names:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    with pytest.raises(FormatError, match=r"indices outside|has the shape") as caught:
        read_flame(tmp_path)
    assert names[0] in str(caught.value)


def test_an_identity_is_read_with_its_shape(tmp_path: Path) -> None:
    path = tmp_path / "identity.npy"
    np.save(path, np.arange(300, dtype=np.float32))
    assert read_identity(path).dtype == np.float32 and read_identity(path)[7] == 7
    np.save(path, np.zeros(100))
    with pytest.raises(FormatError, match=r"expected \(300\)"):
        read_identity(path)
    np.save(path, np.array({"a": 1}), allow_pickle=True)
    with pytest.raises(FormatError, match=r"not an \.npy file of numbers"):
        read_identity(path)


def _small(model: FlameModel, count: int = 40) -> FlameModel:
    """The first vertices; quick to write, and with faces of its own."""
    return dataclasses.replace(
        model,
        v_template=model.v_template[:count],
        shapedirs=model.shapedirs[:count],
        posedirs=model.posedirs[:count],
        J_regressor=model.J_regressor[:, :count],
        weights=model.weights[:count],
        faces=np.array([[0, 1, 2], [2, 1, 3]]),
        eyelids=None,
        masks=None,
        landmarks_68=None,
        mediapipe=None,
    )

"""The built-in rig: its data, its skinning against the plain twin, and what blinks, jaw, gaze and neck do."""

import dataclasses
from importlib import resources

import numpy as np
import pytest
import torch
from torch import Tensor

from lifemask.geometry.rotation import rigid, rotation_from_axis_angle, transform_points
from lifemask.rig.apertures import eyelid_aperture, lip_aperture
from lifemask.rig.bust import FILE, load_bust
from lifemask.rig.code import RigCode
from lifemask.rig.head import JOINT_NAMES, HeadRig
from lifemask.rig.landmark_sets import FACE_OVAL, INNER_LIPS, LEFT_EYE, LEFT_IRIS, LIPS, RIGHT_EYE, RIGHT_IRIS
from lifemask.rig.reference import pose_vertices_slowly
from lifemask.rig.skinning import gaze_rotation, joint_positions, pose_vertices, shape_vertices

FRONTAL = torch.diag(torch.tensor([1.0, -1.0, -1.0]))
REGIONS = {
    "lips", "mouth_interior", "teeth", "tongue", "eyes", "lids", "brows", "nose", "ears", "scalp", "face",
    "neck", "shoulders",
}  # fmt: skip


@pytest.fixture(scope="module")
def rig() -> HeadRig:
    return load_bust()


def transform(axis_angle: tuple[float, float, float], translation: tuple[float, float, float]) -> Tensor:
    turn = rotation_from_axis_angle(torch.tensor(axis_angle, dtype=torch.float64))
    return rigid(FRONTAL.double() @ turn, torch.tensor(translation, dtype=torch.float64))


def random_code(rig: HeadRig, batch: int = 2, dtype: torch.dtype = torch.float64) -> RigCode:
    generator = torch.Generator().manual_seed(3)
    expression = torch.rand(batch, rig.num_expressions, generator=generator, dtype=torch.float64) * 0.5
    eyes = torch.randn(batch, 2, 2, generator=generator, dtype=torch.float64) * 0.3
    head = torch.stack([transform((0.3, -0.4 + 0.1 * i, 0.2), (0.02, -0.01, 0.7)) for i in range(batch)])
    torso = torch.stack([transform((0.05, 0.1, -0.1 * i), (-0.01, 0.02, 0.72)) for i in range(batch)])
    return RigCode(expression, eyes, head, torso).to(dtype=dtype)


def expressing(rig: HeadRig, **weights: float) -> Tensor:
    """Vertices ``[V, 3]`` in the head frame with the named expressions."""
    code = RigCode.at_rest(rig.num_expressions, torch.eye(4))
    for name, weight in weights.items():
        code.expression[rig.expression_names.index(name)] = weight
    return pose_vertices(rig, rig.template, code)


def sub_rig(rig: HeadRig, keep: int = 40) -> HeadRig:
    """Every part of the rig in a few vertices; faces and landmarks are those of the whole and not to be
    used."""
    index = torch.linspace(0, rig.num_vertices - 1, keep).long()
    return dataclasses.replace(
        rig,
        template=rig.template[index],
        identity_basis=rig.identity_basis[:3, index],
        expression_basis=rig.expression_basis[:4, index],
        expression_names=rig.expression_names[:4],
        skin_weights=rig.skin_weights[index],
    )


# The data
# ---------------------------------------------------------------------------------------------------------


def test_data_file_is_small() -> None:
    assert (resources.files("lifemask.rig") / FILE).stat().st_size < 6_000_000


def test_shapes_and_names(rig: HeadRig) -> None:
    v, e = rig.num_vertices, rig.num_expressions
    assert rig.joint_names == JOINT_NAMES and len(set(rig.expression_names)) == e == 52
    assert rig.template.shape == (v, 3) and rig.identity_basis.shape == (rig.num_identity, v, 3)
    assert rig.expression_basis.shape == (e, v, 3) and rig.skin_weights.shape == (v, 5) and rig.uv.shape == (v, 2)
    assert rig.faces.dtype == rig.landmark_triangles.dtype == torch.int64
    assert int(rig.faces.min()) >= 0 and int(rig.faces.max()) == v - 1
    assert float(rig.uv.min()) >= 0 and float(rig.uv.max()) <= 1


def test_template_is_an_adult_in_the_head_frame(rig: HeadRig) -> None:
    left, right = rig.joint_positions[3], rig.joint_positions[4]
    torch.testing.assert_close(left + right, torch.zeros(3), atol=1e-6, rtol=0)
    assert float((left - right)[0]) == pytest.approx(0.063, abs=1e-4)
    low, high = rig.template.amin(0), rig.template.amax(0)
    assert 0.10 < float(high[1]) < 0.14, "the top of the skull is 10 to 14 cm above the eyes"
    assert float(low[1]) < -0.40 and float(high[0] - low[0]) > 0.40, "chest and upper arms are there"
    nose = rig.template[rig.regions["nose"]]
    assert float(nose[:, 2].max()) == pytest.approx(
        float(rig.template[rig.regions["face"] | rig.regions["nose"], 2].max())
    )


def test_every_vertex_is_in_a_region(rig: HeadRig) -> None:
    assert set(rig.regions) == REGIONS
    assert bool(torch.stack(list(rig.regions.values())).any(0).all())
    middle = {name: rig.template[mask].mean(0) for name, mask in rig.regions.items()}
    assert float(rig.template[rig.regions["scalp"], 1].max()) == float(rig.template[:, 1].max())
    assert middle["brows"][1] > middle["eyes"][1] > middle["nose"][1] > middle["lips"][1]
    assert middle["lips"][1] > middle["neck"][1] > middle["shoulders"][1]
    assert middle["mouth_interior"][2] < middle["lips"][2] and middle["tongue"][2] < middle["teeth"][2]
    for name in REGIONS:
        assert abs(float(middle[name][0])) < 1e-3, f"{name} is symmetric"


def test_skin_weights(rig: HeadRig) -> None:
    torch.testing.assert_close(rig.skin_weights.sum(1), torch.ones(rig.num_vertices), atol=1e-6, rtol=0)
    assert float(rig.skin_weights.min()) >= 0
    head = ("face", "scalp", "ears", "lips", "lids", "brows", "nose", "teeth", "tongue", "mouth_interior")
    for name in head:
        assert bool((rig.skin_weights[rig.regions[name], 2] == 1).all()), name
    far = rig.regions["shoulders"] & (rig.template[:, 0].abs() > 0.15)
    assert bool((rig.skin_weights[far, 0] == 1).all())
    edges = torch.cat([rig.faces[:, [0, 1]], rig.faces[:, [1, 2]], rig.faces[:, [2, 0]]])
    jump = (rig.skin_weights[edges[:, 0]] - rig.skin_weights[edges[:, 1]]).abs().amax()
    assert float(jump) < 0.35, "no edge of the neck is torn between two joints"


def test_faces_are_wound_outwards(rig: HeadRig) -> None:
    """A closed surface that is wound outwards has a positive volume; each eyeball has that of its sphere."""
    corners = rig.template[rig.faces]
    volume = torch.linalg.det(corners) / 6
    part = rig.skin_weights[rig.faces[:, 0]].argmax(1)
    for joint in (3, 4):
        radius = (rig.template[rig.skin_weights[:, joint] == 1] - rig.joint_positions[joint]).norm(dim=1).mean()
        # Divergence does not depend on the origin for a closed surface; 16 sectors lose about 7 % of the
        # sphere.
        share = float(volume[part == joint].sum() / (4 / 3 * torch.pi * radius**3))
        assert 0.88 < share < 1
    normal = torch.linalg.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    front = (
        rig.regions["face"][rig.faces].all(1) & (corners[..., 2].mean(1) > 0) & (corners[..., 0].abs().mean(1) < 0.03)
    )
    assert float((normal[front, 2] > 0).float().mean()) > 0.97


def test_seams_hold(rig: HeadRig) -> None:
    """Every edge has one or two faces and each direction once: consistent winding."""
    edges = torch.cat([rig.faces[:, [0, 1]], rig.faces[:, [1, 2]], rig.faces[:, [2, 0]]])
    assert len(torch.unique(edges, dim=0)) == len(edges)


def test_identity_keeps_the_gauge(rig: HeadRig) -> None:
    eyes = [joint_positions(rig, rig.template + moved)[3:].mean(0) for moved in rig.identity_basis]
    torch.testing.assert_close(torch.stack(eyes), torch.zeros(rig.num_identity, 3), atol=2e-5, rtol=0)


def test_identity_is_in_standard_deviations(rig: HeadRig) -> None:
    size = rig.identity_basis[:, rig.regions["face"]].norm(dim=-1).square().mean(1).sum().sqrt()
    assert 0.002 < float(size) < 0.006, "adults' faces differ by a few millimetres"


def test_the_bust_is_the_one_that_avatars_refer_to(rig: HeadRig) -> None:
    """Avatars are bound to its triangles and name it by this hash; another one would make them all unreadable."""
    assert rig.content_hash == "7dee78e5443117af6aae6bf7f7652a60cde6b9e87b33b9950ab6051554511fda"


def test_content_hash_is_of_the_content(rig: HeadRig) -> None:
    assert rig.to(dtype=torch.float64).content_hash == rig.content_hash
    moved = dataclasses.replace(rig, template=rig.template + 1e-3)
    assert moved.content_hash != rig.content_hash


# Skinning
# ---------------------------------------------------------------------------------------------------------


def test_pose_agrees_with_the_plain_twin(rig: HeadRig) -> None:
    rig = rig.to(dtype=torch.float64)
    small = sub_rig(rig, 120)
    neutral = shape_vertices(small, torch.tensor([1.0, -0.5, 0.3], dtype=torch.float64))
    code = random_code(small)
    fast = pose_vertices(small, neutral, code)
    for row in range(2):
        one = code[row]
        slow = pose_vertices_slowly(
            small, neutral.numpy(), one.expression.numpy(), one.eyes.numpy(), one.camera_from_head.numpy(),
            one.camera_from_torso.numpy(),
        )  # fmt: skip
        # Both are float64; what differs is only the order of sums.
        np.testing.assert_allclose(fast[row].numpy(), slow, atol=1e-12)


def test_float32_is_good_to_a_micrometre(rig: HeadRig) -> None:
    code = random_code(rig)
    fine = pose_vertices(rig.to(dtype=torch.float64), rig.template.double(), code)
    coarse = pose_vertices(rig, rig.template, code.to(dtype=torch.float32))
    assert float((fine - coarse).abs().max()) < 2e-6


def test_batches_of_any_shape(rig: HeadRig) -> None:
    code = random_code(rig, 4, torch.float32)
    flat = pose_vertices(rig, rig.template, code)
    square = pose_vertices(rig, rig.template, code.map(lambda value: value.unflatten(0, (2, 2))))
    torch.testing.assert_close(square.flatten(0, 1), flat)
    torch.testing.assert_close(pose_vertices(rig, rig.template, code[1]), flat[1])
    assert rig.landmarks(square).shape == (2, 2, 478, 3)


def test_at_rest_is_the_neutral_shape(rig: HeadRig) -> None:
    torch.testing.assert_close(expressing(rig), rig.template, atol=1e-6, rtol=0)


def test_rigid_motion_of_the_camera_moves_all_vertices_alike(rig: HeadRig) -> None:
    rig, code = rig.to(dtype=torch.float64), random_code(rig)
    motion = transform((0.7, -0.3, 1.1), (0.3, -0.2, 0.5))
    moved = dataclasses.replace(
        code,
        camera_from_head=motion @ code.camera_from_head,
        camera_from_torso=motion @ code.camera_from_torso,
    )
    expected = transform_points(motion, pose_vertices(rig, rig.template, code))
    # Skin weights are float32, so that their sum is 1 to about 1e-7, and translations are up to a metre.
    torch.testing.assert_close(pose_vertices(rig, rig.template, moved), expected, atol=5e-7, rtol=0)


def test_head_and_torso_follow_their_own_transforms(rig: HeadRig) -> None:
    rig, code = rig.to(dtype=torch.float64), random_code(rig)
    code = dataclasses.replace(code, expression=torch.zeros_like(code.expression))
    posed = pose_vertices(rig, rig.template, code)
    for joint, motion in ((2, code.camera_from_head), (0, code.camera_from_torso)):
        own = rig.skin_weights[:, joint] == 1
        expected = transform_points(motion, rig.template[own])
        torch.testing.assert_close(posed[:, own], expected, atol=1e-12, rtol=0)
        assert int(own.sum()) > 1000


def test_gradients() -> None:
    rig = sub_rig(load_bust().to(dtype=torch.float64), 14)
    neutral = rig.template.clone().requires_grad_()
    code = random_code(rig, 1).map(lambda value: value.requires_grad_())

    def posed(neutral: Tensor, *fields: Tensor) -> Tensor:
        return pose_vertices(rig, neutral, RigCode(*fields))

    leaves = (neutral, code.expression, code.eyes, code.camera_from_head, code.camera_from_torso)
    assert torch.autograd.gradcheck(posed, leaves, fast_mode=True)


def test_gradients_are_finite_at_rest(rig: HeadRig) -> None:
    code = RigCode.at_rest(rig.num_expressions, torch.eye(4)).map(lambda value: value.clone().requires_grad_())
    pose_vertices(rig, rig.template, code).square().sum().backward()
    for leaf in (code.expression, code.eyes, code.camera_from_head, code.camera_from_torso):
        assert leaf.grad is not None and bool(torch.isfinite(leaf.grad).all())


def test_neck_turns_half_way(rig: HeadRig) -> None:
    """With weight on the neck joint alone a vertex turns by half the head's angle."""
    neck_only = dataclasses.replace(rig, skin_weights=torch.eye(5)[1].expand(rig.num_vertices, 5).contiguous())
    neck_only = neck_only.to(dtype=torch.float64)
    angle = 0.8
    pivot = neck_only.joint_positions[1]
    turn = rotation_from_axis_angle(torch.tensor([0.0, angle, 0.0], dtype=torch.float64))
    head = rigid(turn, pivot - turn @ pivot)
    code = RigCode(torch.zeros(52).double(), torch.zeros(2, 2).double(), head, torch.eye(4).double())
    posed = pose_vertices(neck_only, neck_only.template, code)
    half = rotation_from_axis_angle(torch.tensor([0.0, angle / 2, 0.0], dtype=torch.float64))
    expected = (neck_only.template - pivot) @ half.T + pivot
    # The joint follows the mean of what it moves, which here is the whole bust at rest: nothing.
    torch.testing.assert_close(posed, expected, atol=1e-9, rtol=0)


def test_offsets_and_identity_add_up(rig: HeadRig) -> None:
    identity = torch.linspace(-1, 1, rig.num_identity)
    offsets = torch.full((rig.num_vertices, 3), 1e-3)
    shaped = shape_vertices(rig, identity, offsets)
    expected = rig.template + torch.einsum("i,ivc->vc", identity, rig.identity_basis) + 1e-3
    torch.testing.assert_close(shaped, expected, atol=1e-6, rtol=0)


# What it does
# -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["eyeBlink", "eyeSquint", "mouthSmile", "browDown", "cheekSquint", "eyeLookOut"])
def test_left_is_the_subjects_left(rig: HeadRig, name: str) -> None:
    for side, sign in (("Left", 1), ("Right", -1)):
        travel = rig.expression_basis[rig.expression_names.index(name + side)].norm(dim=-1)
        assert float((travel * rig.template[:, 0].sign()).sum() / travel.sum()) * sign > 0.8


@pytest.mark.parametrize(("yaw", "pitch", "axis"), [(0.4, 0.0, 0), (0.0, 0.3, 1)])
def test_gaze_turns_the_pupil_to_the_left_and_up(rig: HeadRig, yaw: float, pitch: float, axis: int) -> None:
    code = RigCode.at_rest(rig.num_expressions, torch.eye(4))
    code.eyes[:] = torch.tensor([yaw, pitch])
    before = rig.landmarks(rig.template)
    after = rig.landmarks(pose_vertices(rig, rig.template, code))
    for iris, joint in ((LEFT_IRIS, 3), (RIGHT_IRIS, 4)):
        centre = rig.joint_positions[joint]
        assert float((after - before)[iris[0], axis]) > 0.003
        radius = (before[list(iris)] - centre).norm(dim=-1)
        torch.testing.assert_close((after[list(iris)] - centre).norm(dim=-1), radius, atol=1e-6, rtol=0)
    still = rig.skin_weights[:, 3:].sum(1) == 0
    torch.testing.assert_close(pose_vertices(rig, rig.template, code)[still], rig.template[still], atol=1e-6, rtol=0)


def test_gaze_rotation_is_ficks(rig: HeadRig) -> None:
    yaw, pitch = torch.tensor(0.5), torch.tensor(-0.3)
    forward = gaze_rotation(torch.stack([yaw, pitch])) @ torch.tensor([0.0, 0.0, 1.0])
    torch.testing.assert_close(forward, torch.stack([yaw.sin() * pitch.cos(), pitch.sin(), yaw.cos() * pitch.cos()]))


def test_eyeballs_stay_round_and_hold_their_centres(rig: HeadRig) -> None:
    generator = torch.Generator().manual_seed(0)
    person = shape_vertices(rig, torch.randn(rig.num_identity, generator=generator))
    joints = joint_positions(rig, person)
    for joint in (3, 4):
        own = rig.skin_weights[:, joint] == 1
        torch.testing.assert_close(person[own].mean(0), joints[joint], atol=1e-5, rtol=0)
        radius = (person[own] - joints[joint]).norm(dim=-1)
        assert float(radius.max() - radius.min()) < 2e-5
        assert float(rig.expression_basis[:, own].abs().max()) == 0


def test_blinks_close_the_lids(rig: HeadRig) -> None:
    """Closed is less than 8 % of open, at which less than a pixel of the eye is left in a face 300 pixels
    wide."""
    opened = eyelid_aperture(rig, rig.template)
    assert bool(((opened > 0.006) & (opened < 0.013)).all())
    for side, name in enumerate(("eyeBlinkLeft", "eyeBlinkRight")):
        closed = eyelid_aperture(rig, expressing(rig, **{name: 1.0}))
        assert abs(float(closed[side] / opened[side])) < 0.08
        torch.testing.assert_close(closed[1 - side], opened[1 - side], atol=1e-5, rtol=0)
        half = eyelid_aperture(rig, expressing(rig, **{name: 0.5}))
        assert 0.4 < float(half[side] / opened[side]) < 0.6


def test_lids_never_cross_the_eyeball(rig: HeadRig) -> None:
    """The skin of the lids that can be seen stays outside of the eyeballs all the way down."""
    margin = [k for k in LEFT_EYE + RIGHT_EYE]
    for weight in (0.0, 0.25, 0.5, 0.75, 1.0):
        posed = rig.landmarks(expressing(rig, eyeBlinkLeft=weight, eyeBlinkRight=weight))[margin]
        for joint in (3, 4):
            own = rig.skin_weights[:, joint] == 1
            radius = (rig.template[own] - rig.joint_positions[joint]).norm(dim=-1).mean()
            outside = (posed - rig.joint_positions[joint]).norm(dim=-1) - radius
            assert float(outside.min()) > -1e-3


def test_lips_meet(rig: HeadRig) -> None:
    assert abs(float(lip_aperture(rig, rig.template))) < 0.0005
    opened = float(lip_aperture(rig, expressing(rig, jawOpen=1.0)))
    assert 0.025 < opened < 0.06
    assert abs(float(lip_aperture(rig, expressing(rig, jawOpen=1.0, mouthClose=1.0)))) < 0.001
    half = float(lip_aperture(rig, expressing(rig, jawOpen=0.5)))
    assert half == pytest.approx(opened / 2, rel=0.1)


@pytest.mark.parametrize("weights", [
    {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}, {"mouthPucker": 1.0}, {"mouthLeft": 1.0},
    {"cheekPuff": 1.0},
])  # fmt: skip
def test_lips_do_not_pass_through_each_other(rig: HeadRig, weights: dict[str, float]) -> None:
    assert -0.0015 < float(lip_aperture(rig, expressing(rig, **weights))) < 0.001


def test_apertures_do_not_depend_on_the_pose(rig: HeadRig) -> None:
    posed = pose_vertices(rig, rig.template, random_code(rig, 1, torch.float32))
    moved = dataclasses.replace(random_code(rig, 1), camera_from_head=torch.eye(4, dtype=torch.float64)[None])
    still = pose_vertices(rig, rig.template, moved.to(dtype=torch.float32))
    torch.testing.assert_close(lip_aperture(rig, posed), lip_aperture(rig, still), atol=1e-6, rtol=0)
    torch.testing.assert_close(eyelid_aperture(rig, posed), eyelid_aperture(rig, still), atol=1e-6, rtol=0)


def test_upper_teeth_stay_and_lower_teeth_go_with_the_jaw(rig: HeadRig) -> None:
    teeth = rig.regions["teeth"]
    middle = float(rig.template[teeth, 1].mean())
    moved = (expressing(rig, jawOpen=1.0) - rig.template)[:, 1]
    upper, lower = teeth & (moved == 0), teeth & (moved < -0.005)
    assert int(upper.sum()) == int(lower.sum()) == int(teeth.sum()) // 2
    assert float(rig.template[upper, 1].mean()) > middle > float(rig.template[lower, 1].mean())
    assert float(moved[rig.regions["tongue"]].mean()) < -0.005


# Landmarks
# --------------------------------------------------------------------------------------------------------


def test_landmarks_lie_in_their_regions(rig: HeadRig) -> None:
    touched = rig.faces[rig.landmark_triangles]

    def touches(landmarks: tuple[int, ...], *names: str) -> bool:
        mask = torch.stack([rig.regions[name] for name in names]).any(0)
        weight = (mask[touched].float() * rig.landmark_barycentrics).sum(1)
        return bool((weight[list(landmarks)] > 0.3).all())

    assert touches(INNER_LIPS, "lips")
    assert touches(LIPS, "lips", "face", "nose")
    assert touches(LEFT_EYE + RIGHT_EYE, "lids")
    assert touches(LEFT_IRIS + RIGHT_IRIS, "eyes")
    assert touches(FACE_OVAL, "face", "scalp", "neck", "ears")
    outer = tuple(range(468))
    assert touches(outer, "lips", "lids", "brows", "nose", "face", "scalp", "ears")


def test_landmarks_are_symmetric(rig: HeadRig) -> None:
    """The lists of each side run alike; the mesh itself is symmetric to about a tenth of a millimetre."""
    points = rig.landmarks(rig.template)
    oval = FACE_OVAL[1:18], FACE_OVAL[:18:-1]
    for one, other in (oval, (LEFT_EYE, RIGHT_EYE), (INNER_LIPS[1:10], INNER_LIPS[9:0:-1])):
        mirrored = points[list(other)] * torch.tensor([-1.0, 1.0, 1.0])
        torch.testing.assert_close(points[list(one)], mirrored, atol=5e-4, rtol=0)


def test_barycentrics(rig: HeadRig) -> None:
    assert float(rig.landmark_barycentrics.min()) >= 0
    torch.testing.assert_close(rig.landmark_barycentrics.sum(1), torch.ones(478), atol=1e-5, rtol=0)


def test_landmarks_are_where_the_numbers_say(rig: HeadRig) -> None:
    points = rig.landmarks(rig.template)
    assert float(points[386, 0]) > 0 > float(points[159, 0]), "386 is the subject's left eye, on +x"
    assert float(points[386, 1]) > float(points[374, 1]) and float(points[159, 1]) > float(points[145, 1])
    assert int(points[:, 2].argmax()) in (1, 4), "the tip of the nose is in front"
    middle = (points[:468, 0].abs() < 0.003).nonzero()[:, 0]
    assert int(middle[points[middle, 1].argmin()]) == 152, "the chin is lowest"
    assert int(middle[points[middle, 1].argmax()]) == 10, "the forehead is highest"
    iris = points[list(LEFT_IRIS)]
    torch.testing.assert_close((iris[1:] - iris[0])[:, :2].norm(dim=-1), torch.full((4,), 0.00585), atol=5e-5, rtol=0)
    assert len(torch.unique(iris, dim=0)) == 5


def test_apertures_are_differentiable(rig: HeadRig) -> None:
    vertices = rig.template.clone().requires_grad_()
    (lip_aperture(rig, vertices) + eyelid_aperture(rig, vertices).sum()).backward()
    assert vertices.grad is not None and bool(torch.isfinite(vertices.grad).all())

"""Faces, mattes, plates and regions, with the real networks, on pictures of the rig whose truth is known."""

from functools import lru_cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage

from lifemask.errors import UnusableClipError
from lifemask.geometry.camera import Camera
from lifemask.geometry.mesh_raster import rasterize_mesh, vertex_normals
from lifemask.geometry.rotation import rigid, rotation_from_axis_angle
from lifemask.perception.face_points import BLENDSHAPE_NAMES, MIRROR_LANDMARKS
from lifemask.perception.guided_filter import apply_coefficients, guided_coefficients
from lifemask.perception.landmarks import KEEP_IDENTITY_FRAMES, FaceLandmarker
from lifemask.perception.matte import MatteConfig, Matter
from lifemask.perception.plate import PlateConfig, background_plate, fill_holes
from lifemask.perception.regions import (
    EVALUATION_REGION_NAMES,
    REGION_NAMES,
    evaluation_regions,
    lip_outline,
    polygon_mask,
    region_map,
)
from lifemask.rig.bust import load_bust
from lifemask.rig.code import RigCode
from lifemask.rig.skinning import pose_vertices

SIDE = 512
CAMERA = Camera((900.0, 900.0), (256.0, 230.0), (SIDE, SIDE))
WALL = (120, 130, 140)
COLOURS = {
    "lips": (170, 80, 80),
    "mouth_interior": (60, 20, 20),
    "teeth": (230, 225, 215),
    "tongue": (170, 80, 80),
    "eyes": (235, 235, 235),
    "brows": (60, 45, 35),
    "scalp": (70, 50, 35),
    "shoulders": (70, 80, 110),
}


def posed(yaw: float = 0.0, pitch: float = 0.05, jaw: float = 0.0, distance_m: float = 0.62) -> np.ndarray:
    """Vertices ``[V, 3]`` of the rig in the camera's frame."""
    rig = load_bust()
    upright = torch.diag(torch.tensor([1.0, -1.0, -1.0]))
    rotation = upright @ rotation_from_axis_angle(torch.tensor([pitch, yaw, 0.0]))
    code = RigCode.at_rest(rig.num_expressions, rigid(rotation, torch.tensor([0.0, 0.0, distance_m])))
    expression = code.expression.clone()
    expression[rig.expression_names.index("jawOpen")] = jaw
    code = RigCode(expression, code.eyes, code.camera_from_head, code.camera_from_torso)
    return pose_vertices(rig, rig.template, code).numpy()


@lru_cache(maxsize=4)
def portrait(yaw: float = 0.0, jaw: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A picture ``[512, 512, 3]`` uint8 of the rig, its true landmarks ``[478, 2]``, and where the rig is."""
    rig, vertices = load_bust(), posed(yaw, jaw=jaw).astype(float)
    faces = rig.faces.numpy()
    landmarks = rig.landmarks(torch.as_tensor(vertices))
    colour = np.full((rig.num_vertices, 3), (205.0, 160.0, 135.0))
    for region, value in COLOURS.items():
        colour[rig.regions[region].numpy()] = value
    eyes = np.nonzero(rig.regions["eyes"].numpy())[0]
    for iris in (468, 473):
        near = np.linalg.norm(vertices[eyes] - landmarks[iris].numpy(), axis=1) < 0.0062
        colour[eyes[near]] = (60, 40, 30)
    light = np.clip(vertex_normals(vertices, faces) @ np.array([0.3, -0.5, -0.8]), 0, 1)
    points = CAMERA.project(torch.as_tensor(vertices)).numpy()
    pixels = rasterize_mesh(points, vertices[:, 2], faces, CAMERA.size_wh)
    shaded = (colour * (0.45 + 0.55 * light[:, None]))[faces[pixels.triangle]]
    image = (shaded * pixels.barycentric[..., None]).sum(2)
    covered = pixels.triangle >= 0
    image[~covered] = WALL
    picture = image.clip(0, 255).astype(np.uint8)
    picture.flags.writeable = False
    return picture, CAMERA.project(landmarks).numpy(), covered


def resized(image: np.ndarray, side: int) -> np.ndarray:
    return np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.LANCZOS))


def empty_frame(width: int, height: int) -> np.ndarray:
    return np.full((height, width, 3), WALL, np.uint8)


@pytest.fixture(scope="module")
def shared_landmarker() -> FaceLandmarker:
    return FaceLandmarker()


@pytest.fixture
def landmarker(shared_landmarker) -> FaceLandmarker:
    shared_landmarker.reset()
    return shared_landmarker


# Landmarks


@pytest.mark.parametrize(("yaw", "jaw"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.7)])
def test_landmarks_lie_on_the_rig(landmarker, yaw, jaw):
    picture, truth, _ = portrait(yaw, jaw)
    seen = landmarker.track(picture)
    assert seen.landmarks_px.shape == (478, 2) and seen.landmarks_px.dtype == np.float32
    assert seen.depth_px.shape == (478,) and seen.score > 0.9
    # The rig's landmarks carry the network's own idea of a face: they agree to about 2 % of the eye distance.
    eye_distance = np.linalg.norm(truth[468] - truth[473])
    assert np.linalg.norm(seen.landmarks_px - truth, axis=1).mean() < 0.04 * eye_distance
    # The nose is nearer than the ears.
    assert seen.depth_px[1] < min(seen.depth_px[234], seen.depth_px[454]) or yaw


@pytest.mark.parametrize("yaw", [-1.05, 1.05])
def test_a_face_turned_by_sixty_degrees_is_followed(landmarker, yaw):
    picture, truth, _ = portrait(yaw)
    seen = landmarker.track(picture)
    assert seen.score > 0.5
    # A tenth of the face's height: most landmarks of the far side are the network's guess.
    assert np.linalg.norm(seen.landmarks_px - truth, axis=1).mean() < 0.1 * np.ptp(truth[:, 1])


def test_a_mirrored_picture_gives_mirrored_landmarks(landmarker):
    """Holds the half-pixel convention: half a pixel of the network's crop would show as 1.4 px here."""
    picture, _, _ = portrait(0.25)
    seen = landmarker.track(picture)
    landmarker.reset()
    mirrored = landmarker.track(np.ascontiguousarray(picture[:, ::-1]))
    back = mirrored.landmarks_px[MIRROR_LANDMARKS] * (-1, 1) + (SIDE, 0)
    bias = (seen.landmarks_px - back).mean(0)
    assert np.abs(bias).max() < 0.3, bias


def test_the_mirror_table_is_its_own_inverse():
    assert (MIRROR_LANDMARKS[MIRROR_LANDMARKS] == np.arange(478)).all()
    assert MIRROR_LANDMARKS[[33, 61, 468, 1]].tolist() == [263, 291, 473, 1]


@pytest.mark.parametrize("shift", [(7, -5), (-12, 9)])
def test_a_shifted_picture_gives_shifted_landmarks(landmarker, shift):
    picture, _, _ = portrait()
    seen = landmarker.track(picture)
    moved = np.roll(picture, shift[::-1], axis=(0, 1))
    landmarker.reset()
    again = landmarker.track(moved)
    assert np.abs(again.landmarks_px - seen.landmarks_px - shift).mean() < 0.3


def test_resolution_does_not_move_the_landmarks(landmarker):
    """A frame four times as large takes the path that reduces the picture before the crop."""
    picture, _, _ = portrait()
    small = landmarker.track(picture)
    landmarker.reset()
    large = landmarker.track(resized(picture, 4 * SIDE))
    assert np.abs(large.landmarks_px / 4 - small.landmarks_px).mean() < 0.3


def test_a_still_face_has_still_landmarks(landmarker):
    picture, _, _ = portrait()
    noise = np.random.default_rng(0)
    seen = []
    for _ in range(12):
        noisy = np.clip(picture + noise.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)
        seen.append(landmarker.track(noisy).landmarks_px)
    # One two-thousandth of the frame, under sensor noise of three grey levels.
    assert np.sqrt(np.var(seen[3:], axis=0).sum(-1)).mean() < 0.25


def test_a_small_face_in_a_large_frame_is_found(landmarker):
    picture, truth, _ = portrait()
    frame = empty_frame(3840, 2160)
    side, left, top = 160, 2900, 1300
    frame[top : top + side, left : left + side] = resized(picture, side)
    seen = landmarker.track(frame)
    assert np.abs(seen.landmarks_px - (truth * side / SIDE + (left, top))).mean() < 2


def test_the_largest_face_is_followed_unless_another_is_named(landmarker):
    picture, truth, _ = portrait()
    frame = empty_frame(900, SIDE)
    frame[:, :SIDE] = picture
    frame[100:420, 560:880] = resized(picture, 320)
    boxes = landmarker.detect_faces(frame)
    assert len(boxes) == 2 and boxes[0].size_px > boxes[1].size_px
    assert abs(landmarker.track(frame).landmarks_px[:, 0].mean() - truth[:, 0].mean()) < 5
    second = FaceLandmarker(face=1)
    assert abs(second.track(frame).landmarks_px[:, 0].mean() - (truth[:, 0].mean() * 320 / SIDE + 560)) < 5


def test_a_lost_face_is_not_replaced_by_a_stranger(landmarker):
    picture, _, _ = portrait()
    stranger = resized(picture, 320)
    with_both, only_stranger = empty_frame(1200, SIDE), empty_frame(1200, SIDE)
    for frame in (with_both, only_stranger):
        frame[100:420, 860:1180] = stranger
    with_both[:, :SIDE] = picture
    assert landmarker.track(with_both).landmarks_px[:, 0].mean() < SIDE
    assert landmarker.track(only_stranger) is None
    assert landmarker.track(with_both).landmarks_px[:, 0].mean() < SIDE
    landmarker._lost_frames = KEEP_IDENTITY_FRAMES
    landmarker._region = None
    assert landmarker.track(only_stranger).landmarks_px[:, 0].mean() > SIDE


def test_no_face_is_none(landmarker):
    assert landmarker.track(empty_frame(640, 360)) is None
    assert landmarker.detect_faces(empty_frame(640, 360)) == []


def test_expression_scores_have_names(landmarker):
    assert len(set(BLENDSHAPE_NAMES)) == 52
    closed = landmarker.track(portrait()[0]).blendshapes
    landmarker.reset()
    opened = landmarker.track(portrait(0.0, 0.7)[0]).blendshapes
    jaw = BLENDSHAPE_NAMES.index("jawOpen")
    assert closed.shape == (52,) and opened[jaw] > closed[jaw] + 0.2


# Matte


def test_the_matte_covers_the_rig():
    picture, truth, covered = portrait()
    alpha = Matter()(picture, truth)
    assert alpha.shape == covered.shape and alpha.dtype == np.uint8
    person = alpha > 127
    assert (person & covered).sum() / (person | covered).sum() > 0.97


def test_a_second_person_is_left_out():
    picture, truth, covered = portrait()
    frame = empty_frame(1200, SIDE)
    frame[:, :SIDE] = picture
    frame[112:, 780:1180] = resized(picture, 400)
    alpha = Matter()(frame, truth)
    assert (alpha[:, 780:] > 127).mean() < 0.01
    assert (alpha[:, :SIDE] > 127)[covered].mean() > 0.95


@pytest.mark.parametrize("still", [True, False])
def test_a_flickering_network_is_steadied_only_where_the_picture_is_still(still):
    """A stand-in network that changes its mind in every frame, over a still or a changing picture."""
    picture, truth, _ = portrait()
    other = picture if still else 255 - picture
    guesses = np.random.default_rng(0).uniform(0.3, 0.7, 12)
    change = {}
    for name, config in (("steady", MatteConfig()), ("bare", MatteConfig(still_gain=1.0))):
        matter, pending = Matter(config), list(guesses)
        matter._network = lambda _, left=pending: [np.full((1, 256, 256, 1), left.pop(0), np.float32)]
        alphas = [matter((picture, other)[index % 2], truth).astype(float) for index in range(len(guesses))]
        change[name] = np.abs(np.diff(alphas, axis=0)).mean()
    # A recursive filter of gain g leaves about g of the change from frame to frame: here 0.2.
    assert change["steady"] < 0.35 * change["bare"] if still else change["steady"] > 0.9 * change["bare"]


def test_the_matte_does_not_lag_behind_a_jump():
    picture, truth, _ = portrait()
    matter = Matter()
    for _ in range(4):
        matter(picture, truth)
    jumped, jumped_truth = np.roll(picture, 24, axis=1), truth + np.array([24, 0])
    difference = np.abs(matter(jumped, jumped_truth).astype(int) - Matter()(jumped, jumped_truth))
    assert (difference > 64).mean() < 0.002


def test_the_matte_works_before_a_face_was_seen():
    picture, _, covered = portrait()
    person = Matter()(picture, None) > 127
    assert (person & covered).sum() / (person | covered).sum() > 0.9


def slow_guided_coefficients(guide: np.ndarray, target: np.ndarray, radius: int, eps: float) -> np.ndarray:
    """The filter as the paper writes it, in float64."""
    size = 2 * radius + 1
    count = ndimage.uniform_filter(np.ones(target.shape), size, mode="constant")

    def mean(values: np.ndarray) -> np.ndarray:
        planes = values.reshape(*target.shape, -1)
        blurred = [ndimage.uniform_filter(p, size, mode="constant") / count for p in planes.transpose(2, 0, 1)]
        return np.stack(blurred, -1).reshape(values.shape)

    mean_guide, mean_target = mean(guide), mean(target)
    covariance = mean(guide[..., :, None] * guide[..., None, :])
    covariance = covariance - mean_guide[..., :, None] * mean_guide[..., None, :] + eps * np.eye(3)
    with_target = mean(guide * target[..., None]) - mean_guide * mean_target[..., None]
    factors = np.linalg.solve(covariance, with_target[..., None])[..., 0]
    offset = mean_target - (factors * mean_guide).sum(-1)
    return np.concatenate([mean(factors), mean(offset)[..., None]], -1)


@pytest.mark.parametrize(("shape", "radius"), [((40, 56), 4), ((9, 7), 3), ((12, 12), 15)])
def test_the_fast_guided_filter_is_the_slow_one(shape, radius):
    random = np.random.default_rng(1)
    guide, target = random.random((*shape, 3)), random.random(shape)
    fast = guided_coefficients(guide, target, radius, 1e-2)
    # float32 sums over windows of up to 31x31 values against float64.
    assert np.abs(fast - slow_guided_coefficients(guide, target, radius, 1e-2)).max() < 2e-3


def test_a_matte_that_is_a_colour_is_reproduced_and_blended_at_inner_sides():
    random = np.random.default_rng(2)
    image = random.integers(0, 256, (64, 64, 3), dtype=np.uint8)
    coefficients = np.zeros((16, 16, 4), np.float32)
    coefficients[..., 0] = 1
    alpha = np.full((64, 64), 0.25, np.float32)
    apply_coefficients(image, coefficients, (0, 0, 40, 64), alpha, contrast=1.0, feather_px=8)
    red = image[..., 0] / 255
    assert np.abs(alpha[:, :32] - red[:, :32]).max() < 1e-5
    assert (alpha[:, 40:] == 0.25).all()
    assert np.abs(alpha[:, 36] - (0.25 + (red[:, 36] - 0.25) * 3.5 / 8)).max() < 1e-5


# Plate


def passing_disc(count: int, size: int = 96):
    """Frames of a disc that crosses a textured wall, and its true wall."""
    random = np.random.default_rng(0)
    row, column = np.mgrid[0:size, 0:size]
    wall = np.stack([60 + column, 90 + row // 2, 140 + 0 * row], -1) + random.integers(-8, 9, (size, size, 1))
    wall = wall.clip(0, 255).astype(np.uint8)
    frames = []
    for index in range(count):
        inside = (column - (10 + index * 76 / count)) ** 2 + (row - size / 2) ** 2 < 14**2
        frames.append((np.where(inside[..., None], np.uint8(250), wall), (inside * 255).astype(np.uint8)))
    return wall, frames


def test_what_a_passer_by_hides_is_recovered_exactly():
    wall, frames = passing_disc(100)
    plate = background_plate(iter(frames))
    assert plate.seen.all()
    assert (plate.image == wall).all()
    assert (background_plate(frames).image == plate.image).all()


def test_a_slip_of_the_matte_is_outvoted():
    wall, frames = passing_disc(100)
    for index in (20, 50, 80):
        frames[index] = (np.full_like(wall, 255), np.zeros(wall.shape[:2], np.uint8))
    plate = background_plate(frames)
    assert (plate.image == wall).mean() > 0.999


def test_what_is_never_seen_continues_the_wall_and_not_the_person():
    size = 120
    row, column = np.mgrid[0:size, 0:size]
    wall = np.stack([60 + column, 90 + row // 2, 140 + 0 * row], -1).astype(np.uint8)
    hidden = (np.abs(column - 60) < 25) & (row > 40)
    frame = np.where(hidden[..., None], np.uint8(255), wall)
    plate = background_plate([(frame, (hidden * 255).astype(np.uint8))] * 5)
    assert not plate.seen[hidden].any() and plate.seen[:30].all()
    # The wall's gradient carries on: a harmonic fill is exact inside and bends towards the free border.
    error = np.abs(plate.image.astype(int) - wall)
    assert error.max() < 30 and error[hidden].mean() < 5


def test_what_is_bared_for_a_moment_late_in_a_clip_is_seen():
    """Of so late a clip every seventh frame is looked at; somebody leans aside for six."""
    chance = np.random.default_rng(0)
    wall = chance.integers(0, 255, (40, 40, 3), np.uint8)
    hidden = np.zeros((40, 40), np.uint8)
    hidden[10:30, 10:30] = 255
    frames = ((wall, np.zeros_like(hidden) if 391 <= index < 397 else hidden) for index in range(400))
    plate = background_plate(frames)
    assert plate.seen.all() and (plate.image == wall).all()


def test_filling_without_anything_known_is_grey():
    filled = fill_holes(np.zeros((5, 4, 3), np.float32), np.zeros((5, 4), bool), sweeps=3)
    assert (filled == 127.5).all()


def test_memory_of_the_plate_is_bounded():
    wall, frames = passing_disc(40)
    plate = background_plate(frames, PlateConfig(max_bytes=6 * wall.nbytes))
    assert (plate.image == wall).mean() > 0.99


def test_a_plate_of_nothing_is_refused():
    with pytest.raises(UnusableClipError):
        background_plate([])


# Regions


@settings(max_examples=12, deadline=None)
@given(st.floats(-1.1, 1.1), st.floats(-0.4, 0.4), st.floats(0.0, 1.0), st.floats(0.45, 1.2))
def test_the_mouth_lies_within_the_lips(yaw, pitch, jaw, distance_m):
    """Whatever the pose: what is called mouth is centred inside the outline of the lips."""
    vertices, rig = posed(yaw, pitch, jaw, distance_m), load_bust()
    masks = region_map(vertices, CAMERA, rig)
    rows, columns = np.nonzero(masks["mouth"])
    outline = lip_outline(vertices, CAMERA, rig)
    inside = polygon_mask(outline, CAMERA.size_wh)
    assert inside[round(rows.mean()), round(columns.mean())]
    # And most of it is inside: lips at the silhouette may stand out a little.
    assert inside[rows, columns].mean() > 0.7
    assert sum(mask.astype(int) for mask in masks.values()).max() == 1


def test_regions_are_where_they_should_be():
    rig, vertices = load_bust(), posed()
    masks = region_map(vertices, CAMERA, rig)
    assert set(masks) == set(REGION_NAMES)
    height = {name: np.nonzero(mask)[0].mean() for name, mask in masks.items()}
    order = ["scalp", "eyes", "nose", "mouth", "neck", "shoulders"]
    assert sorted(order, key=height.get) == order
    pixels = portrait()[2]
    assert sum(mask.sum() for mask in masks.values()) > 0.99 * pixels.sum()


def test_evaluation_regions_split_person_and_wall():
    rig, vertices = load_bust(), posed()
    covered = portrait()[2]
    regions = evaluation_regions(vertices, CAMERA, rig, (covered * 255).astype(np.uint8))
    assert tuple(regions) == EVALUATION_REGION_NAMES
    assert (regions["background"] == ~covered).all()
    assert not (regions["torso"] & (regions["face"] | regions["background"])).any()
    assert (regions["mouth"] <= regions["face"]).all() and (regions["eyes"] <= regions["face"]).all()
    chin = CAMERA.project(rig.landmarks(torch.as_tensor(vertices)))[152, 1]
    assert np.nonzero(regions["hair_edge"])[0].max() < chin <= np.nonzero(regions["torso"])[0].min() + 1
    # The band follows the outline on both sides of it.
    assert 0.3 < covered[regions["hair_edge"]].mean() < 0.7


def test_the_neck_reaches_over_its_seam_to_the_torso_and_no_further():
    rig, vertices = load_bust(), posed()
    masks = region_map(vertices, CAMERA, rig)
    neck = evaluation_regions(vertices, CAMERA, rig, (portrait()[2] * 255).astype(np.uint8))["neck"]
    assert (masks["neck"] <= neck).all() and (neck <= masks["neck"] | masks["shoulders"]).all()
    seam = neck & ~masks["neck"]
    reach = ndimage.distance_transform_cdt(~masks["neck"])[seam]
    # The seam is a band along the whole border, as wide as a part of the neck's size, whatever that is in pixels.
    assert set(range(1, reach.max() + 1)) == set(reach) and reach.max() == round(0.15 * masks["neck"].sum() ** 0.5)
    across = np.ptp(np.nonzero(seam)[1]) / np.ptp(np.nonzero(masks["neck"])[1])
    assert 0.8 < across < 1.5


def test_polygons_are_filled_by_winding():
    square = np.array([[2.0, 2.0], [8.0, 2.0], [8.0, 6.0], [2.0, 6.0]])
    assert polygon_mask(square, (12, 10)).sum() == 24
    assert polygon_mask(square[::-1], (12, 10)).sum() == 24
    bow_tie = np.array([[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]])
    assert 40 <= polygon_mask(bow_tie, (10, 10)).sum() <= 60
    twice_around = np.concatenate([square, square])
    assert polygon_mask(twice_around, (12, 10)).sum() == 24
    assert not polygon_mask(square + 100, (12, 10)).any()

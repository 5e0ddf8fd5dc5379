"""The camera algebra: inverses and closure as properties, and each convention by projecting points its own way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.transform import Rotation

from formats_made import turns
from lifemask.errors import FormatError
from lifemask.formats import cameras
from lifemask.formats.tracker_files import TrackerCrop, flashavatar_lag, image_of_frame, in_original

EXACT = 1e-12
"""Float64 with a dozen multiplications of numbers around 1."""

vectors = arrays(np.float64, (3,), elements=st.floats(-2, 2))
angles = arrays(np.float64, (3,), elements=st.floats(-3, 3))
rotations = angles.map(lambda angle: Rotation.from_rotvec(angle).as_matrix())
transforms = st.builds(cameras.rigid, rotations, vectors)
sizes = st.tuples(st.integers(64, 4096), st.integers(64, 4096))
POINTS = np.random.default_rng(0).normal(0, 0.1, (20, 3))


def opencv_pixels(camera_from_world: np.ndarray, k: np.ndarray, points: np.ndarray = POINTS) -> np.ndarray:
    image = (points @ camera_from_world[:3, :3].T + camera_from_world[:3, 3]) @ k.T
    return image[:, :2] / image[:, 2:]


def some_camera(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    turn = np.diag([1.0, -1.0, -1.0]) @ turns(random, 1)[0]
    return cameras.rigid(turn, np.array([0.02, -0.05, 1.1])), np.array([[830.0, 0, 240], [0, 830, 260], [0, 0, 1]])


@given(rotations)
def test_rows6_come_back(rotation: np.ndarray) -> None:
    rows6 = cameras.rows6_from_rotation(rotation)
    np.testing.assert_allclose(cameras.rotation_from_rows6(rows6), rotation, atol=EXACT)


@given(arrays(np.float64, (6,), elements=st.floats(-10, 10)))
def test_rows6_decode_to_rotations_or_are_refused(rows6: np.ndarray) -> None:
    try:
        rotation = cameras.rotation_from_rows6(rows6)
    except FormatError:
        lengths = np.linalg.norm(rows6[:3]), np.linalg.norm(rows6[3:])
        area = np.linalg.norm(np.cross(rows6[:3], rows6[3:]))
        assert area <= 2 * cameras.DEGENERATE * lengths[0] * max(1, lengths[1]) or min(lengths) < cameras.DEGENERATE
        return
    # Rows almost parallel lose digits: 1e-6 of a row is left, of which float64 knows 1e-16 / 1e-6.
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(rotation) > 0


def test_rows6_are_rows_and_the_identity_is_the_documented_one() -> None:
    np.testing.assert_array_equal(cameras.rotation_from_rows6(np.array([1.0, 0, 0, 0, 1, 0])), np.eye(3))
    quarter = Rotation.from_euler("x", 90, degrees=True).as_matrix()
    np.testing.assert_allclose(cameras.rows6_from_rotation(quarter), [1, 0, 0, 0, 0, -1], atol=EXACT)


@pytest.mark.parametrize("rows6", [[0, 0, 0, 0, 1, 0], [1, 0, 0, 2, 0, 0], [1, 0, 0, 0, 0, 0], [np.nan] * 6])
def test_degenerate_rows6_are_named(rows6: list[float]) -> None:
    with pytest.raises(FormatError, match=r"The 6-D rotation \[.*\] is no rotation"):
        cameras.rotation_from_rows6(np.array([[1.0, 0, 0, 0, 1, 0], rows6]))


@given(transforms, st.floats(50, 5000), vectors, sizes)
def test_ndc_and_opencv_are_inverse(
    transform: np.ndarray, focal: float, centre: np.ndarray, size_wh: tuple[int, int]
) -> None:
    k = np.array([[focal, 0, size_wh[0] / 2 + centre[0]], [0, focal, size_wh[1] / 2 + centre[1]], [0, 0, 1]])
    back, k_back = cameras.opencv_from_ndc(cameras.ndc_from_opencv(transform, k, size_wh), size_wh)
    np.testing.assert_allclose(back, transform, atol=EXACT)
    np.testing.assert_allclose(k_back, k, rtol=EXACT, atol=1e-10)


@pytest.mark.parametrize("size_wh", [(512, 512), (640, 360), (360, 640)])
def test_ndc_projects_as_pytorch3d_does(size_wh: tuple[int, int]) -> None:
    transform, k = some_camera()
    ndc = cameras.ndc_from_opencv(transform, k, size_wh)
    view = POINTS @ ndc.rotation + ndc.translation_m
    unit = min(size_wh) / 2
    plane = ndc.focal_ndc * view[:, :2] / view[:, 2:] + ndc.principal_ndc
    np.testing.assert_allclose(np.array(size_wh) / 2 - unit * plane, opencv_pixels(transform, k), atol=1e-9)


def test_the_trackers_first_camera_is_the_documented_one() -> None:
    transform = cameras.rigid(np.diag([1.0, -1.0, -1.0]), np.array([0, 0, 1.0]))
    ndc = cameras.ndc_from_opencv(transform, np.array([[5000 / 2, 0, 256], [0, 2500, 256], [0, 0, 1.0]]), (512, 512))
    np.testing.assert_array_equal(ndc.rotation, np.diag([-1.0, 1.0, -1.0]))
    np.testing.assert_array_equal(ndc.translation_m, [0, 0, 1])
    assert ndc.focal_ndc == 9.765625
    np.testing.assert_array_equal(ndc.principal_ndc, [0, 0])


def test_ndc_has_one_focal_length() -> None:
    with pytest.raises(FormatError, match=r"focal lengths of 900\.00 and 910\.00 px"):
        cameras.ndc_from_opencv(np.eye(4), np.diag([900.0, 910.0, 1.0]), (512, 512))


@given(transforms)
def test_opengl_and_opencv_are_inverse(transform: np.ndarray) -> None:
    np.testing.assert_allclose(cameras.opencv_from_opengl(cameras.opengl_from_opencv(transform)), transform, atol=EXACT)


def test_opengl_camera_looks_along_minus_z() -> None:
    """A camera one metre in front of the face, upright, in OpenGL's axes: the identity, moved along +z."""
    transform = cameras.opencv_from_opengl(cameras.rigid(np.eye(3), np.array([0, 0, 1.0])))
    np.testing.assert_array_equal(transform[:3, :3], np.diag([1.0, -1.0, -1.0]))
    np.testing.assert_array_equal(transform[:3, 3], [0, 0, 1])


@given(arrays(np.float64, (6,), elements=st.floats(-1.5, 1.5)))
def test_orbit_and_opencv_are_inverse(camera6: np.ndarray) -> None:
    np.testing.assert_allclose(cameras.orbit_from_opencv(cameras.opencv_from_orbit(camera6)), camera6, atol=1e-9)


def test_orbit_is_the_published_formula() -> None:
    yaw, pitch, roll, x, y, z = camera6 = np.array([0.2, -0.3, 0.1, 0.02, 0.03, 1.1])
    about = lambda axis, angle: Rotation.from_euler(axis, angle).as_matrix()  # noqa: E731
    turn = about("z", roll) @ about("y", yaw) @ about("x", pitch)
    flip = np.diag([1.0, -1.0, -1.0])
    transform = cameras.opencv_from_orbit(camera6)
    np.testing.assert_allclose(transform[:3, :3], flip @ turn.T, atol=EXACT)
    np.testing.assert_allclose(transform[:3, 3], -flip @ turn.T @ [x, y, z], atol=EXACT)
    np.testing.assert_allclose(cameras.opencv_from_orbit(np.array([0, 0, 0, x, y, z]))[:3, 3], [-x, y, z], atol=EXACT)


@given(transforms, rotations, vectors, vectors)
def test_a_folded_root_shows_the_same_points(
    camera: np.ndarray, root: np.ndarray, move: np.ndarray, joint: np.ndarray
) -> None:
    posed = (POINTS - joint) @ root.T + joint + move
    seen = posed @ camera[:3, :3].T + camera[:3, 3]
    folded = cameras.fold_root(camera, root, move, joint)
    np.testing.assert_allclose(POINTS @ folded[:3, :3].T + folded[:3, 3], seen, atol=1e-11)


def test_a_crop_that_turns_keeps_its_pixels() -> None:
    transform, k = some_camera()
    eyes = np.array([[300.0, 410], [380, 395]])
    original_from_crop, crop_from_original = cameras.ffhq_crop(eyes, np.array([[315.0, 500], [375, 490]]), 512)
    camera, k_original = cameras.original_camera(transform, k, original_from_crop)
    in_crop = opencv_pixels(transform, k)
    expected = in_crop @ original_from_crop[:, :2].T + original_from_crop[:, 2]
    np.testing.assert_allclose(opencv_pixels(camera, k_original), expected, atol=1e-9)
    back, k_back = cameras.original_camera(camera, k_original, crop_from_original)
    np.testing.assert_allclose(back, transform, atol=1e-9)
    np.testing.assert_allclose(k_back, k, atol=1e-9)


def test_the_ffhq_crop_of_an_upright_face() -> None:
    """Eyes 2 apart, the mouth 2 below them: half the side is 4 * 1, a tenth of the way down from the eyes."""
    crop, _ = cameras.ffhq_crop(np.array([[-1.0, 0], [1, 0]]), np.array([[-1.0, 2], [1, 2]]), 100, enlarge=1.0)
    corners = np.array([[0.0, 0], [100, 100]]) @ crop[:, :2].T + crop[:, 2]
    np.testing.assert_allclose(corners, [[-4, 0.2 - 4], [4, 0.2 + 4]], atol=EXACT)


def test_a_sheared_crop_is_refused() -> None:
    with pytest.raises(FormatError, match="no similarity"):
        cameras.original_camera(np.eye(4), np.eye(3), np.array([[1.0, 0.1, 0], [0, 1, 0]]))


def test_the_trackers_crop_follows_its_formula() -> None:
    """A box clamped to 300 x 201 is padded by int(99 / 2) above and below, to 300 x 299."""
    crop = TrackerCrop(40, 340, 10, 211)
    matrix = crop.original_from_tracker
    np.testing.assert_allclose(matrix, [[300 / 512, 0, 40], [0, 299 / 512, 10 - 49], [0, 0, 1]])
    corner = np.array([[0.0, 0.0], [512.0, 512.0]])
    np.testing.assert_allclose(crop.to_original(corner), [[40, -39], [340, 260]])
    np.testing.assert_allclose(crop.from_original(crop.to_original(corner)), corner)
    tall = TrackerCrop(10, 211, 40, 340).original_from_tracker
    np.testing.assert_allclose(tall, [[299 / 512, 0, 10 - 49], [0, 300 / 512, 40], [0, 0, 1]])


def test_a_cropped_sequence_projects_alike_in_the_original() -> None:
    from formats_made import made

    sequence, crop = made(size_wh=(512, 512)), TrackerCrop(100, 700, 20, 620)
    original = in_original(sequence, crop, (1280, 720))
    for row in range(len(sequence)):
        seen = opencv_pixels(sequence.camera_from_world[row], sequence.intrinsics[row])
        expected = crop.to_original(seen)
        found = opencv_pixels(original.camera_from_world[row], original.intrinsics[row])
        np.testing.assert_allclose(found, expected, atol=1e-9)
    with pytest.raises(FormatError, match="The crop is for images of"):
        in_original(made(), crop, (1280, 720))


@pytest.mark.parametrize(
    ("first", "begin", "image", "lag"), [(0, 1, 11, 0), (1, 0, 11, 0), (1, 1, 12, 1), (0, 0, 10, -1)]
)
def test_frames_and_images_are_numbered_as_documented(first: int, begin: int, image: int, lag: int) -> None:
    assert image_of_frame(10, first, begin) == image
    assert flashavatar_lag(first, begin) == lag


@given(st.lists(angles, min_size=1, max_size=5))
def test_axis_angles_come_back_as_rotations(vectors: list[np.ndarray]) -> None:
    rotation = cameras.rotation_from_axis_angle(np.stack(vectors))
    again = cameras.rotation_from_axis_angle(cameras.axis_angle_from_rotation(rotation))
    np.testing.assert_allclose(again, rotation, atol=1e-11)

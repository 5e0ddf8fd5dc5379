"""A camera that moved: the path found against a known one, what is refused, and a hand-held clip as a whole run."""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from conftest import FPS, tiny_config
from lifemask.avatar.store import FrameStore
from lifemask.errors import FormatError
from lifemask.geometry.camera import View
from lifemask.geometry.image_warp import inside_image, resample_view
from lifemask.media.video import read_grey
from lifemask.perception.camera_motion import CameraMotion, CameraMotionMeter
from lifemask.perception.camera_path import (
    CameraMovedError,
    CameraPath,
    CameraPathFinder,
    FaceBox,
    PathLimits,
    find_camera_path,
    map_points,
)
from lifemask.perception.capture_findings import CaptureLimits, camera_moved
from lifemask.perception.path_smoothing import smooth_path
from lifemask.pipeline.create import create
from lifemask.synthetic import render_frame, subject_camera, talking
from lifemask.synthetic.motion import SubjectMotion
from lifemask.tracking.compare import PoseError, pose_error
from lifemask.tracking.record import Tracking

ROOM, SIZE, FRAMES = 240, 176, 52
"""The subject is rendered in a larger picture, of which the camera shows a part; 52 frames are just over 2 s."""
MARGIN = (ROOM - SIZE) / 2
FEW = slice(0, FRAMES, 3)
NOISE = 1.0
"""Grey levels of each colour."""
BUSY = 18.0
"""Grey levels of each of three sizes of pattern on a busy wall."""


@dataclass(frozen=True)
class Scene:
    """The subject a step further away than usual, without noise: pictures ``[T, ROOM, ROOM, 3]``, mattes in 0..1."""

    motion: SubjectMotion
    pictures: np.ndarray
    alpha: np.ndarray

    def before(self, background: np.ndarray) -> np.ndarray:
        """The subject before other pictures ``[T, ROOM, ROOM, 3]``."""
        return self.pictures * self.alpha + background * (1 - self.alpha)


@pytest.fixture(scope="module")
def scene() -> Scene:
    motion = talking(FRAMES / FPS, FPS)
    away = np.eye(4)
    away[:3, 3] = 0, 0.03, 0.36
    motion = replace(
        motion, camera_from_head=away @ motion.camera_from_head, camera_from_torso=away @ motion.camera_from_torso
    )
    drawn = [render_frame(motion, index, ROOM, noise=False) for index in range(FRAMES)]
    return Scene(motion, np.stack([one[0] for one in drawn]), np.stack([one[1] for one in drawn])[..., None] / 255)


def hand_held(amplitude_px: float) -> np.ndarray:
    """reference_from_frame ``[FRAMES, 2, 3]`` of a hand: sways and trembles, turns, and comes nearer."""
    t = np.arange(FRAMES) / FPS
    x = amplitude_px * (np.sin(2 * np.pi * 1.1 * t) + 0.3 * np.sin(2 * np.pi * 3.3 * t + 1))
    y = amplitude_px * 0.7 * np.cos(2 * np.pi * 0.8 * t)
    angle = np.radians(0.15 * amplitude_px) * np.sin(2 * np.pi * 0.9 * t + 0.5)
    scale = 1 + 0.002 * amplitude_px * np.sin(2 * np.pi * 0.6 * t)
    out = np.zeros((FRAMES, 2, 3))
    out[:, 0, 0] = out[:, 1, 1] = scale * np.cos(angle)
    out[:, 1, 0], out[:, 0, 1] = scale * np.sin(angle), -scale * np.sin(angle)
    middle = np.full(2, SIZE / 2)
    out[:, :, 2] = middle - out[:, :, :2] @ middle + np.stack([x, y], 1)
    return out


def film_through(pictures: np.ndarray, path: np.ndarray, noise: float = NOISE) -> list[np.ndarray]:
    """What a camera on this path shows of the room, with sensor noise."""
    generator, whole = np.random.default_rng(1), View(0, 0, SIZE, SIZE, (SIZE, SIZE))
    frames = []
    for picture, similarity in zip(pictures, path, strict=True):
        room_from_frame = similarity + np.array([[0, 0, MARGIN], [0, 0, MARGIN]])
        seen = resample_view(picture.astype(np.uint8), whole, room_from_frame).astype(float)
        frames.append(np.clip(seen + generator.normal(0, noise, seen.shape) + 0.5, 0, 255).astype(np.uint8))
    return frames


def face_of(scene: Scene, path: np.ndarray) -> np.ndarray:
    """Corners ``[T, 2, 2]`` of the face's box in the frames: half a head before and about the head's origin."""
    camera = subject_camera(ROOM)
    at = scene.motion.camera_from_head[FEW, :3, 3]
    middle = at[:, :2] / at[:, 2:] * camera.focal_px + camera.principal_px - MARGIN
    half = np.array([0.07, 0.095]) * camera.focal_px[0] / at[:, 2:]
    down = np.stack([0 * half[:, 1], 0.35 * half[:, 1]], 1)
    corners = np.stack([middle + down - half, middle + down + half], 1)
    return map_points(CameraPath(np.arange(len(path)), path, np.zeros(len(path))).frame_from_reference, corners)


def find(frames: list[np.ndarray], faces: np.ndarray) -> CameraPath:
    rows = np.arange(len(frames))
    pictures = lambda indices: (frames[index] for index in indices)  # noqa: E731
    return find_camera_path(pictures, faces, np.ones(len(frames), bool), rows, rows / FPS)


def look(frames: list[np.ndarray], faces: np.ndarray) -> CameraMotion:
    """What the capture check says of the same frames."""
    meter = CameraMotionMeter()
    for frame, corners in zip(frames, faces, strict=True):
        meter.add(frame, FaceBox.around(corners))
    return meter.result(most_uncertain_px=0.5)


@functools.cache
def wide_wall() -> np.ndarray:
    """A patterned wall ``[ROOM, 5 ROOM, 3]``, 0..255."""
    generator, wall = np.random.default_rng(5), np.full((ROOM, 5 * ROOM, 3), 128.0)
    for sigma in (2, 6, 20):
        pattern = ndimage.gaussian_filter(generator.normal(size=wall.shape), (sigma, sigma, 0))
        wall += BUSY * pattern / pattern.std()
    return wall.clip(0, 255)


def panned(shifts_px: np.ndarray) -> np.ndarray:
    """The wall behind, going by."""
    return np.stack([wide_wall()[:, ROOM + round(x) : 2 * ROOM + round(x)] for x in shifts_px])


class TestThePath:
    @pytest.mark.parametrize("amplitude_px", [1.5, 6.0])
    def test_a_hand_held_path_is_recovered(self, scene: Scene, amplitude_px: float) -> None:
        """Over the whole frame within a tenth of a pixel, on faint plaster with noise (the corners, where turn and
        scale count most, included)."""
        truth = hand_held(amplitude_px)[FEW]
        faces = face_of(scene, truth)
        frames = film_through(scene.pictures[FEW], truth)
        assert camera_moved(look(frames, faces), (SIZE, SIZE), CaptureLimits())
        found = find(frames, faces)
        assert found.moved
        reference = int(np.abs(found.similarity - np.eye(3)[:2]).sum((1, 2)).argmin())
        np.testing.assert_array_equal(found.similarity[reference], np.eye(3)[:2])
        grid = np.stack(np.meshgrid(*[np.linspace(0, SIZE, 5)] * 2), -1).reshape(-1, 2)
        to_reference = np.linalg.inv(np.vstack([truth[reference], [0, 0, 1]]))[:2]
        expected = map_points(to_reference[None], map_points(truth, grid))
        error = map_points(found.similarity, grid) - expected
        assert np.sqrt((error**2).mean()) < 0.1
        # The error told is that of a corner; the mean over the frame may not be several times larger.
        assert np.sqrt((error**2).sum(-1).mean()) < 3 * np.median(found.sigma_px)
        left, top, right, bottom = found.shown((SIZE, SIZE))
        assert 0 < left < right < SIZE and 0 < top < bottom < SIZE

    def test_a_static_clip_stays_exactly_as_it_is(self, scene: Scene) -> None:
        still = hand_held(0)[FEW]
        faces, frames = face_of(scene, still), film_through(scene.pictures[FEW], still)
        found = find(frames, faces)
        assert not found.moved
        np.testing.assert_array_equal(found.similarity, np.tile(np.eye(3)[:2], (len(frames), 1, 1)))
        np.testing.assert_array_equal(found.sigma_px, 0)
        assert not camera_moved(look(frames, faces), (SIZE, SIZE), CaptureLimits())

    def test_a_passer_by_is_not_the_camera(self, scene: Scene) -> None:
        still = hand_held(0)[FEW]
        pictures = scene.before(panned(np.zeros(FRAMES)))[FEW]
        for index, picture in enumerate(pictures):
            picture[40:, 8 * index : 8 * index + 30] = 20
        assert not find(film_through(pictures, still), face_of(scene, still)).moved

    def test_round_trip_and_damage(self, tmp_path: Path) -> None:
        path = CameraPath(np.array([3, 5]), hand_held(4.0)[:2], np.array([0.1, 0.2]))
        path.save(tmp_path / "a.safetensors")
        read = CameraPath.load(tmp_path / "a.safetensors")
        for name in ("frame_index", "similarity", "sigma_px"):
            np.testing.assert_array_equal(getattr(read, name), getattr(path, name))
        points = np.random.default_rng(0).uniform(0, SIZE, (2, 7, 2))
        there = map_points(path.similarity, points)
        np.testing.assert_allclose(map_points(path.frame_from_reference, there), points, atol=1e-9)  # rounding
        (tmp_path / "b.safetensors").write_bytes((tmp_path / "a.safetensors").read_bytes()[:60])
        with pytest.raises(FormatError, match=r"b\.safetensors"):
            CameraPath.load(tmp_path / "b.safetensors")


class TestWhatIsRefused:
    def refused(self, scene: Scene, pictures: np.ndarray, path: np.ndarray | None = None) -> str:
        path = (hand_held(0) if path is None else path)[FEW]
        with pytest.raises(CameraMovedError, match="tripod") as caught:
            find(film_through(pictures[FEW], path), face_of(scene, path))
        assert caught.value.exit_code == 25
        assert "--frames" in caught.value.fix
        return str(caught.value)

    def test_a_plain_wall(self, scene: Scene) -> None:
        plain = scene.before(np.full((1, ROOM, ROOM, 3), 150.0))
        assert "too little texture" in self.refused(scene, plain, hand_held(5.0))

    def test_a_pan_out_of_the_picture(self, scene: Scene) -> None:
        pictures = scene.before(panned(np.linspace(0, 3 * ROOM, FRAMES)))
        said = self.refused(scene, pictures)
        assert "at least" in said and "do not show the background of the others" in said
        # The capture check must not take it for a plain background.
        still = hand_held(0)[FEW]
        motion = look(film_through(pictures[FEW], still), face_of(scene, still))
        assert motion.lost > 0.5 and camera_moved(motion, (SIZE, SIZE), CaptureLimits())

    def test_too_far(self, scene: Scene) -> None:
        """What all frames show is what the way leaves of the frame: 70 % here, where 80 % are asked for."""
        way, still = 0.3 * SIZE, hand_held(0)[FEW]
        pictures = scene.before(panned(np.linspace(0, way, FRAMES)))[FEW]
        frames, faces = film_through(pictures, still), [FaceBox.around(face) for face in face_of(scene, still)]
        middle, rows = len(frames) // 2, np.arange(len(frames))
        finder = CameraPathFinder(frames[middle], faces[middle], PathLimits(least_common=0.8))
        for frame, face in zip(frames, faces, strict=True):
            finder.add(frame, face)
        with pytest.raises(CameraMovedError, match=r"moved too far.*80% are needed") as caught:
            finder.path(rows, rows / FPS)
        moved_px = re.search(r"moved by ([\d.]+) px", caught.value.what)
        # From the middle of the way to nearly its end, in whole pixels of the wall.
        assert moved_px and float(moved_px[1]) == pytest.approx(way / 2, abs=2)

    def test_parallax(self, scene: Scene) -> None:
        """Two parts of the background that move differently are no turn of the camera."""
        shifts = 2.5 * np.sin(2 * np.pi * 1.1 * np.arange(FRAMES) / FPS)
        far, near = panned(0 * shifts), panned(np.full(FRAMES, 2.0 * ROOM))
        for picture, other, x in zip(far, near, shifts, strict=True):
            picture[:] = ndimage.shift(picture, (0, -x, 0), order=1, mode="reflect")
            picture[:, : ROOM // 2] = ndimage.shift(other, (0, -3 * x, 0), order=1, mode="reflect")[:, : ROOM // 2]
        assert "parallax" in self.refused(scene, scene.before(far))

    def test_what_a_static_camera_may_do_is_never_refused(self, scene: Scene) -> None:
        """Below the capture check's own limit (1 px here) a background that is not rigid counts as still."""
        shifts = 0.3 * np.sin(2 * np.pi * 1.1 * np.arange(FRAMES) / FPS)
        far = panned(np.zeros(FRAMES))
        for picture, x in zip(far, shifts, strict=True):
            picture[:] = ndimage.shift(picture, (0, -x, 0), order=1, mode="reflect")
        limits, still = PathLimits(), hand_held(0)[FEW]
        found = find(film_through(scene.before(far)[FEW], still), face_of(scene, still))
        assert np.abs(found.similarity[:, :, 2]).max() < limits.residual((SIZE, SIZE))


class TestSmoothing:
    time_s = np.arange(120) / FPS
    noise = np.random.default_rng(2).normal(0, 0.1, (120, 1))
    variance = np.full((120, 1), 0.01)

    def test_noise_goes_and_slow_motion_stays(self) -> None:
        truth = 3 * np.sin(self.time_s)[:, None]
        smooth, sigma = smooth_path(truth + self.noise, self.variance, self.time_s)
        # The mean of three frames would do as well, and would lag in the bends: at least that much goes.
        assert np.sqrt(((smooth - truth) ** 2).mean()) < 0.1 / np.sqrt(3)
        assert sigma.max() < 0.1 and sigma.min() > 0

    def test_a_hand_that_shakes_is_let_shake(self) -> None:
        """Accelerations far above the errors: nothing is taken from them."""
        truth = 20 * np.sin(2 * np.pi * 5 * self.time_s)[:, None]
        smooth, _ = smooth_path(truth + self.noise, self.variance, self.time_s)
        assert np.sqrt(((smooth - truth) ** 2).mean()) < 1.05 * np.sqrt((self.noise**2).mean())

    def test_a_bump_stays_sharp(self) -> None:
        """Once the tripod is kicked: the step is not spread over the frames around."""
        truth = np.where(self.time_s < 2, 0.0, 5.0)[:, None]
        smooth, _ = smooth_path(truth + self.noise, self.variance, self.time_s)
        # Three standard errors of a single measurement, of a step that is fifty.
        assert np.abs(smooth - truth).max() < 3 * 0.1

    def test_gaps_are_bridged_and_said_to_be_uncertain(self) -> None:
        truth = 3 * np.sin(self.time_s)[:, None]
        variance = self.variance.copy()
        variance[50:56] = np.inf
        measured = truth + self.noise
        measured[50:56] = 1e6
        smooth, sigma = smooth_path(measured, variance, self.time_s)
        assert np.abs(smooth - truth)[50:56].max() < 4 * sigma[50:56].max()
        assert sigma[53] > sigma[20]


class TestOneInterpolation:
    @pytest.mark.parametrize("view", [View(10, 5, 150, 150, (64, 64)), View(3.3, 7.1, 100, 100, (128, 128))])
    def test_without_motion_it_is_the_plain_cut(self, scene: Scene, view: View) -> None:
        """Pillow rounds to whole grey levels between rows and columns, we do not."""
        picture = scene.pictures[0]
        plain = resample_view(picture, view).astype(int)
        assert np.abs(resample_view(picture, view, np.eye(3)[:2]).astype(int) - plain).max() <= 2

    def test_it_shows_what_the_reference_shows(self) -> None:
        """A smooth picture, known everywhere: bicubic weights are exact for it to under a grey level."""
        similarity, view = hand_held(6.0)[5], View(20, 10, 120, 120, (90, 90))
        columns, rows = np.meshgrid(np.arange(SIZE) + 0.5, np.arange(SIZE) + 0.5)
        shown = lambda x, y: 128 + 60 * np.sin(x / 15) + 50 * np.cos(y / 11)  # noqa: E731
        x, y = np.moveaxis(map_points(similarity[None], np.stack([columns, rows], -1).reshape(1, -1, 2))[0], 1, 0)
        frame = np.rint(shown(x, y)).reshape(SIZE, SIZE).astype(np.uint8)
        inverse = CameraPath(np.zeros(1), similarity[None], np.zeros(1)).frame_from_reference[0]
        across = view.left_px + (np.arange(90) + 0.5) * 120 / 90
        down = view.top_px + (np.arange(90) + 0.5) * 120 / 90
        expected = shown(*np.meshgrid(across, down))
        assert np.abs(resample_view(frame, view, inverse) - expected).max() < 1.5

    def test_what_lies_outside(self) -> None:
        shifted = np.array([[1.0, 0, -10], [0, 1, 4]])
        inside = inside_image(shifted, (40, 30), (40, 30))
        assert not inside[:, :10].any() and not inside[26:].any() and inside[:26, 10:].all()


def run_of(frames: list[np.ndarray], film: Callable[..., Path], name: str, folder: Path, until: str) -> Path:
    create(film(f"{name}.mp4", frames), folder / name, tiny_config(frames="0:"), until=until)
    return folder / name


def test_a_hand_held_clip_becomes_pictures_of_a_static_camera(
    scene: Scene, film: Callable[..., Path], tmp_path: Path
) -> None:
    path = hand_held(5.0)
    run = run_of(film_through(scene.pictures, path), film, "shaken", tmp_path, "mattes")
    found = CameraPath.load(run / "camera_path.safetensors")
    assert found.moved and len(found.frame_index) == FRAMES
    store = FrameStore.open(run / "frames")
    left, top, right, bottom = found.shown((SIZE, SIZE))
    view = store.view
    assert left <= view.left_px + 1e-6 and view.left_px + view.width_px <= right + 1e-6
    assert top <= view.top_px + 1e-6 and view.top_px + view.height_px <= bottom + 1e-6
    rows = np.arange(FRAMES)
    pictures, empty = store.images(rows).astype(float), store.mattes(rows).max(0) == 0
    assert empty.mean() > 0.1
    # The wall stands still: what is left of it over time is noise and the codec, about a grey level.
    assert pictures.std(0)[empty].mean() < 1.5
    # Beyond the frames there is no person.
    mattes = list(read_grey(run / "mattes.mkv"))
    outside = [~inside_image(one, (SIZE, SIZE), (SIZE, SIZE)) for one in found.frame_from_reference]
    assert any(mask.any() for mask in outside)
    assert all(not matte[mask].any() for matte, mask in zip(mattes, outside, strict=True))


@pytest.mark.slow
def test_heads_of_a_hand_held_clip_are_as_near_to_the_truth(
    scene: Scene, film: Callable[..., Path], tmp_path: Path
) -> None:
    camera = subject_camera(ROOM).cropped(View(MARGIN, MARGIN, SIZE, SIZE, (SIZE, SIZE)))

    def error(amplitude_px: float) -> PoseError:
        frames = film_through(scene.pictures, hand_held(amplitude_px))
        run = run_of(frames, film, f"by-{amplitude_px:.0f}", tmp_path, "tracking")
        tracked = Tracking.load(run / "tracking.safetensors")
        poses = tracked.camera_from_head.astype(float)
        return pose_error(poses, tracked.camera.focal_px[0], scene.motion.camera_from_head, camera)

    still, shaken = error(0.0), error(5.0)
    # Landmarks are a few tenths of a pixel off on a face of sixty, differently in every film: 0.3 / 30 radians.
    assert shaken.rotation_deg < still.rotation_deg + 0.6
    # A tenth of a pixel over the focal length of 405; the hand's own 5 px would be 0.012.
    assert shaken.translation_share < still.translation_share + 0.1 / 405
    assert shaken.jitter_deg < still.jitter_deg + 0.05

"""The capture check: each figure against a known truth, each verdict against its limit, and the choice of
frames."""

import functools
import json
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from scipy.spatial.transform import Rotation

from lifemask.errors import FormatError, NoFaceError, UnusableClipError
from lifemask.media.video import VideoFrame, VideoInfo, VideoWriter
from lifemask.perception.camera_motion import CameraMotion, CameraMotionMeter, background_mask
from lifemask.perception.capture import (
    RECORDING_GUIDE,
    CaptureConfig,
    CaptureReport,
    CaptureStatistics,
    check_clip,
    render_report,
)
from lifemask.perception.capture_findings import CaptureLimits
from lifemask.perception.face_measures import FaceMeasure, edge_blur_px, measure_face
from lifemask.perception.frame_choice import choose_frames
from lifemask.perception.landmarks import FaceLandmarker, FaceObservation
from lifemask.rig.landmark_sets import FACE_OVAL, INNER_LIPS, LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS

SIZE_WH = (320, 240)


def face_points(*, mouth: float = 0.1, lids: float = 0.3, gaze_px: float = 0.0) -> np.ndarray:
    """A rough face [478,3] looking at the camera, 100 pixels wide, centred on 0 (x right, y down, z forward).

    `mouth`: lip gap over pupil distance; `lids`: lid gap over eye width; `gaze_px`: both irises to the right.
    """
    generator = np.random.default_rng(0)
    points = generator.uniform(-30, 30, (478, 3))
    angle = np.linspace(0, 2 * np.pi, len(FACE_OVAL), endpoint=False)
    rim = [50 * np.sin(angle), -65 * np.cos(angle), np.full_like(angle, 20.0)]
    points[list(FACE_OVAL)] = np.stack(rim, 1)
    points[[454, 234]] = [[50, 0, 20], [-50, 0, 20]]
    points[[356, 127]] = [[50, -10, 20], [-50, -10, 20]]
    points[[361, 132]] = [[48, 20, 20], [-48, 20, 20]]
    points[10], points[2] = [0, -65, 0], [0, 10, 0]
    for eye, iris, centre in ((RIGHT_EYE, RIGHT_IRIS, -24.0), (LEFT_EYE, LEFT_IRIS, 24.0)):
        points[list(eye)] = [centre, -20, 0]
        outer, inner = (33, 133) if centre < 0 else (263, 362)
        side = 10 * np.sign(centre)
        points[outer], points[inner] = [centre + side, -20, 0], [centre - side, -20, 0]
        upper, lower = (159, 145) if centre < 0 else (386, 374)
        points[upper], points[lower] = [centre, -20 - 10 * lids, 0], [centre, -20 + 10 * lids, 0]
        points[list(iris)] = [centre + gaze_px, -20, 0]
        points[list(iris[1:])] += [[4.0, 0, 0], [0, -4, 0], [-4, 0, 0], [0, 4, 0]]
    points[list(INNER_LIPS)] = [0, 40, 0]
    points[13], points[14] = [0, 40 - 24 * mouth, 0], [0, 40 + 24 * mouth, 0]
    return points


def observe(points: np.ndarray, *, yaw=0.0, pitch=0.0, roll=0.0, at=(160.0, 100.0), scale=1.0) -> FaceObservation:
    """The points turned (degrees; yaw to the subject's left, pitch up, roll to the left shoulder), placed."""
    turn = Rotation.from_euler("YXZ", [-yaw, -pitch, roll], degrees=True)
    turned = turn.apply(points) * scale
    return FaceObservation(
        (turned[:, :2] + at).astype(np.float32),
        turned[:, 2].astype(np.float32),
        1.0,
        np.zeros(52, np.float32),
    )


@functools.cache
def scene(seed: int = 0, size_wh: tuple[int, int] = SIZE_WH) -> np.ndarray:
    """A smooth random picture [H,W,3] uint8 with enough texture everywhere."""
    noise = np.random.default_rng(seed).normal(size=(size_wh[1], size_wh[0], 3))
    smooth = ndimage.gaussian_filter(noise, (3, 3, 0))
    return np.clip(128 + 40 * smooth / smooth.std(), 0, 255).astype(np.uint8)


def info(**changes) -> VideoInfo:
    values = {
        "path": Path("clip.mp4"),
        "size_wh": SIZE_WH,
        "fps": 25.0,
        "duration_s": 30.0,
        "num_frames": 750,
        "rotation_deg": 0,
        "variable_frame_rate": False,
        "has_audio": True,
        "codec": "h264",
        "pixel_format": "yuv420p",
        "hdr": False,
    }
    return VideoInfo(**(values | changes))


def good_clip(config: CaptureConfig | None = None, frames: int = 100, **changes) -> CaptureStatistics:
    """Statistics of a lively person twice as near as needed, before a still background.

    `changes`: functions of the frame number that give the arguments of `face_points` and `observe`.
    """
    moves = {
        "yaw": lambda i: 30 * np.sin(i / 5),
        "pitch": lambda i: 15 * np.cos(i / 7),
        "mouth": lambda i: 0.25 + 0.25 * np.sin(i / 3),
        "lids": lambda i: 0.03 if i % 25 in (11, 12) else 0.3,
        "gaze_px": lambda i: 2 * np.sin(i / 4),
        "scale": lambda i: 2.4,
    } | changes
    size_wh = (640, 480)
    picture = scene(size_wh=size_wh)
    statistics = CaptureStatistics(config)
    for index in range(frames):
        shape = {name: float(moves[name](index)) for name in ("mouth", "lids", "gaze_px")}
        pose = {name: float(moves[name](index)) for name in ("yaw", "pitch", "scale")}
        image = picture.copy()
        image[200:280, 300:340] = (index * 37) % 200  # something on the face that moves
        seen = observe(face_points(**shape), at=(320, 220), **pose)
        statistics.add(VideoFrame(index, index / 25, image), seen, faces=1)
    return statistics


def severities(report: CaptureReport) -> dict[str, str]:
    return {finding.what: finding.severity for finding in report.findings}


class TestFaceMeasures:
    @settings(max_examples=25, deadline=None)
    @given(yaw=st.floats(-60, 60), pitch=st.floats(-30, 30), roll=st.floats(-30, 30))
    def test_angles(self, yaw, pitch, roll):
        """The construction is exact for points of a rigid face, so only float32 landmarks limit it."""
        seen = observe(face_points(), yaw=yaw, pitch=pitch)
        face = measure_face(scene(), seen)
        assert face is not None
        assert face.yaw_deg == pytest.approx(yaw, abs=0.1)
        assert face.pitch_deg == pytest.approx(pitch, abs=0.1)
        tilted = measure_face(scene(), observe(face_points(), roll=roll))
        assert tilted is not None
        assert tilted.roll_deg == pytest.approx(roll, abs=0.1)

    @pytest.mark.parametrize(("mouth", "lids"), [(0.0, 0.3), (0.2, 0.05), (0.5, 0.3)])
    def test_openings(self, mouth, lids):
        face = measure_face(scene(), observe(face_points(mouth=mouth, lids=lids), yaw=20, scale=0.8))
        assert face is not None
        assert face.mouth_opening == pytest.approx(mouth, abs=1e-3)
        assert face.eye_opening == pytest.approx((lids, lids), abs=1e-3)

    def test_gaze(self):
        """An iris of 8 pixels stands for 11.7 mm; 2 pixels to the side are asin(2.925 / 12) on the
        eyeball."""
        face = measure_face(scene(), observe(face_points(gaze_px=2.0)))
        assert face is not None
        assert face.gaze_deg[0] == pytest.approx(np.degrees(np.arcsin(2.925 / 12)), abs=0.2)

    def test_size_and_place(self):
        face = measure_face(scene(), observe(face_points(), at=(160, 100)))
        assert face is not None
        assert (face.width_px, face.height_px) == pytest.approx((100, 130), abs=1)
        assert face.centre_px == pytest.approx((160, 100), abs=1)
        assert face.outside == 0
        at_border = measure_face(scene(), observe(face_points(), at=(0, 100)))
        assert at_border is not None
        assert at_border.outside == pytest.approx(0.5, abs=0.05)
        assert measure_face(scene(), observe(face_points(), at=(-500, 100))) is None

    @pytest.mark.parametrize("blur_px", [1.0, 2.0, 3.0, 5.0])
    def test_blur_of_an_edge_is_its_sigma(self, blur_px):
        """The difference filter that finds the edges adds 0.55 to the variance."""
        step = np.zeros((120, 120), np.float32)
        step[:, 60:] = 200
        step[60:] += 30
        expected = np.sqrt(blur_px**2 + 0.55)
        assert edge_blur_px(ndimage.gaussian_filter(step, blur_px)) == pytest.approx(expected, rel=0.05)

    @pytest.mark.parametrize("axis", [0, 1])
    def test_motion_blurs_one_direction_and_is_seen(self, axis):
        blocks = np.random.default_rng(0).integers(0, 256, (12, 12)).astype(np.float32)
        sharp = blocks.repeat(16, 0).repeat(16, 1)
        moved = ndimage.uniform_filter1d(sharp, 9, axis=axis)
        assert edge_blur_px(moved) > 2 * edge_blur_px(sharp)

    def test_blur_of_nothing(self):
        assert edge_blur_px(np.full((40, 40), 90, np.float32)) == 40

    def test_light(self):
        dark = np.full((*SIZE_WH[::-1], 3), 3, np.uint8)
        bright = np.full((*SIZE_WH[::-1], 3), 254, np.uint8)
        half = bright.copy()
        half[:, :160] = 100
        measured = [measure_face(image, observe(face_points())) for image in (dark, bright, half)]
        assert [face.too_dark for face in measured if face] == pytest.approx([1, 0, 0])
        assert [face.too_bright for face in measured if face] == pytest.approx([0, 1, 0.5], abs=0.02)
        assert [face.side_ratio for face in measured if face] == pytest.approx([1, 1, 101 / 255], abs=0.02)


class TestCameraMotion:
    face = measure_face(scene(), observe(face_points(), at=(160, 120), scale=0.5))

    def measure(self, shifts, *, picture=None, gain=lambda i: 1.0, passer_by=False) -> CameraMotion:
        assert self.face is not None
        picture = (scene() if picture is None else picture)[..., 1]
        meter = CameraMotionMeter()
        noise = np.random.default_rng(3)
        for index, (x, y) in enumerate(shifts):
            moved = ndimage.shift(picture.astype(np.float32), (y, x), order=3, mode="mirror") * gain(index)
            if passer_by:
                moved[60:200, 5 * index : 5 * index + 40] = 20
            moved += noise.normal(0, 2, moved.shape)
            grey = np.clip(moved, 0, 255).astype(np.uint8)
            meter.add(np.repeat(grey[..., None], 3, 2), self.face)
        return meter.result(most_uncertain_px=0.5)

    def test_still(self):
        motion = self.measure([(0, 0)] * 12)
        assert motion.measured
        assert motion.moved_px < 0.1

    @pytest.mark.parametrize("slow", [True, False])
    def test_moving_camera(self, slow):
        """Drift and shake of a known size are found within a tenth of a pixel and 5 %."""
        time = np.arange(16)
        drift, shake = [0.4 * time, 0 * time], [3 * np.sin(time), 2 * np.cos(2 * time)]
        path = np.stack(drift if slow else shake, 1)
        motion = self.measure(path)
        away = np.linalg.norm(path[1:] - np.median(path[1:], 0), axis=1)
        assert motion.measured
        assert motion.moved_px == pytest.approx(np.percentile(away, 98), rel=0.05, abs=0.1)

    def test_automatic_exposure_is_not_motion(self):
        motion = self.measure([(0, 0)] * 20, gain=lambda i: 0.75 + 0.01 * i)
        assert motion.moved_px < 0.15
        assert motion.light_change == pytest.approx(0.19 / 0.75, rel=0.15)

    def test_a_passer_by_is_not_motion(self):
        assert self.measure([(0, 0)] * 20, passer_by=True).moved_px < 0.3

    @pytest.mark.parametrize("grey", [90, 255])
    def test_plain_background_is_not_measured(self, grey):
        plain = np.full((240, 320, 3), grey, np.uint8)
        assert not self.measure([(0, 0)] * 12, picture=plain).measured

    def test_stripes_hide_motion_along_them(self):
        """Vertical stripes say nothing about vertical motion, so the verdict must be: not measured."""
        stripes = np.tile((128 + 100 * np.sin(np.arange(320) / 4))[None, :, None], (240, 1, 3))
        stripes = stripes.astype(np.uint8)
        assert not self.measure([(0, 0)] * 12, picture=stripes).measured

    def test_background_is_outside_the_person(self):
        assert self.face is not None
        mask = background_mask((240, 320), self.face, 1.0)
        assert not mask[120, 160] and not mask[235, 160] and not mask[235, 100]
        assert mask[20, 20] and mask[20, 300] and mask[120, 20]


class TestFrameChoice:
    @settings(max_examples=60, deadline=None)
    @given(data=st.data(), total=st.integers(0, 80), most=st.integers(1, 40))
    def test_properties(self, data, total, most):
        usable = np.array(data.draw(st.lists(st.booleans(), min_size=total, max_size=total)), bool)
        features = np.random.default_rng(total).normal(size=(total, 3))
        rows = choose_frames(features, usable, most)
        assert len(rows) == min(most, usable.sum())
        assert np.all(np.diff(rows) > 0)
        assert usable[rows].all()

    def test_rare_poses_are_kept(self):
        features = np.zeros((1000, 2))
        features[[333, 334, 777]] = [[9, 0], [8, 0], [0, -9]]
        rows = set(choose_frames(features, np.ones(1000, bool), 30).tolist())
        assert {333, 777} <= rows

    def test_the_whole_clip_is_covered(self):
        rows = choose_frames(np.zeros((1000, 1)), np.ones(1000, bool), 60)
        assert rows[0] == 0 and rows[-1] == 999
        assert np.diff(rows).max() <= 1000 / 40 + 2


class TestReport:
    def test_a_good_clip_has_nothing_to_say(self):
        report = good_clip().report(info(size_wh=(640, 480)))
        assert report.usable
        assert set(severities(report).values()) == {"ok"}, render_report(report)
        assert report.frames_used == tuple(range(100))
        assert report.coverage is not None
        assert report.coverage.blinks == 4
        assert report.coverage.yaw_deg == pytest.approx((-30, 30), abs=1)
        assert "This clip is good." in render_report(report)

    @pytest.mark.parametrize(
        ("changes", "what", "severity"),
        [
            ({"yaw": lambda i: 2 * np.sin(i)}, "turned sideways", "warn"),
            ({"yaw": lambda i: 12 * np.sin(i)}, "turned sideways", "note"),
            ({"mouth": lambda i: 0.02}, "mouth opened", "warn"),
            ({"lids": lambda i: 0.3}, "blinks", "warn"),
            ({"gaze_px": lambda i: 0.0}, "eyes moved", "note"),
            ({"scale": lambda i: 0.9}, "face size", "warn"),
            ({"scale": lambda i: 0.35}, "face size", "fatal"),
        ],
    )
    def test_what_is_missing_is_named(self, changes, what, severity):
        report = good_clip(frames=45, **changes).report(info(size_wh=(640, 480)))
        assert severities(report)[what] == severity
        assert next(finding.advice for finding in report.findings if finding.what == what)

    @pytest.mark.parametrize(
        ("changes", "what", "severity"),
        [
            ({"duration_s": 1.9}, "length", "fatal"),
            ({"duration_s": 3.0}, "length", "warn"),
            ({"fps": 12.0}, "frame rate", "warn"),
            ({"variable_frame_rate": True}, "frame rate", "note"),
            ({"hdr": True}, "HDR video", "warn"),
            ({"has_audio": False}, "sound", "note"),
            ({"rotation_deg": 90}, "rotation", "ok"),
        ],
    )
    def test_what_the_file_is(self, changes, what, severity):
        report = good_clip(frames=4).report(info(size_wh=(640, 480), **changes))
        assert severities(report)[what] == severity

    def test_unusable_clips_are_errors(self):
        short = good_clip(frames=4).report(info(size_wh=(640, 480), duration_s=1.0))
        assert not short.usable
        with pytest.raises(UnusableClipError, match=r"a\.mp4.*1\.0 s") as error:
            short.raise_if_unusable("a.mp4")
        assert error.value.exit_code == 14
        assert "30 seconds" in str(error.value)

    def test_no_face(self):
        statistics = CaptureStatistics()
        for index in range(20):
            statistics.add(VideoFrame(index, index / 25, scene(index)), None)
        report = statistics.report(info())
        assert (report.face, report.frames_used) == (None, ())
        assert "STOP" in render_report(report)
        with pytest.raises(NoFaceError):
            report.raise_if_unusable("a.mp4")

    def test_face_lost_for_most_of_the_clip(self):
        statistics = CaptureStatistics()
        for index in range(50):
            seen = observe(face_points()) if index < 20 else None
            statistics.add(VideoFrame(index, index / 25, scene(index)), seen)
        report = statistics.report(info(duration_s=2.0))
        assert report.face is not None
        assert report.face.found == pytest.approx(0.4)
        assert report.face.longest_gap_s == pytest.approx(30 / 25, abs=0.05)
        with pytest.raises(NoFaceError):
            report.raise_if_unusable("a.mp4")

    def test_another_person(self):
        statistics = CaptureStatistics()
        for index in range(20):
            statistics.add(VideoFrame(index, index / 25, scene(index)), observe(face_points()), faces=2)
        assert severities(statistics.report(info()))["another face"] == "warn"

    def test_repeated_blurred_and_lost_frames_are_left_out_and_counted(self):
        statistics = CaptureStatistics()
        noise = np.random.default_rng(0)
        blocks = noise.integers(0, 256, (40, 15, 20, 3), dtype=np.uint8)
        pictures = list(blocks.repeat(16, 1).repeat(16, 2))
        pictures[7] = pictures[6]
        pictures[20] = ndimage.gaussian_filter(pictures[20], (9, 9, 0))
        for index, picture in enumerate(pictures):
            seen = None if index == 30 else observe(face_points())
            statistics.add(VideoFrame(index, index / 25, picture), seen)
        report = statistics.report(info())
        assert set(range(40)) - set(report.frames_used) == {7, 20, 30}
        assert (report.duplicates, report.blurred) == (1, 1)
        for words in ("1 without a face", "1 that repeat", "1 blurred", "37 of 40"):
            assert words in report.frames_reason

    def test_never_more_frames_than_help(self):
        report = good_clip(CaptureConfig(max_frames=12), frames=40).report(info(size_wh=(640, 480)))
        assert len(report.frames_used) == 12
        assert "no more than 12 help" in report.frames_reason

    def test_limits_are_settings(self):
        strict = CaptureConfig(limits=replace(CaptureLimits(), fatal_face_px=500.0))
        assert not good_clip(strict, frames=4).report(info(size_wh=(640, 480))).usable

    def test_json_round_trip(self):
        for report in (good_clip(frames=10).report(info()), CaptureStatistics().report(info())):
            assert CaptureReport.from_dict(json.loads(json.dumps(report.to_dict()))) == report

    def test_other_json_is_refused(self):
        with pytest.raises(FormatError, match="lifemask check"):
            CaptureReport.from_dict({"duration_s": 1.0})

    def test_memory_does_not_hold_pictures(self):
        statistics = good_clip(frames=10)
        kept = [value for value in vars(statistics).values() if isinstance(value, list)]
        assert not any(isinstance(item, np.ndarray) for items in kept for item in items)
        assert all(isinstance(face, FaceMeasure) for face in statistics._faces)


def test_check_clip_is_the_whole_pass(tmp_path):
    """Every frame is tracked once, and other faces are searched for a few times a second."""

    class Landmarker:
        tracked = searched = 0

        def track(self, image):
            self.tracked += 1
            return observe(face_points(), scale=0.8)

        def detect_faces(self, image):
            self.searched += 1
            return ["one"]

    path, landmarker, done = tmp_path / "clip.mp4", Landmarker(), []
    with VideoWriter(path, 25, SIZE_WH) as writer:
        for index in range(60):
            writer.write(scene(index % 5))
    report = check_clip(path, cast(FaceLandmarker, landmarker), progress=lambda now, of: done.append((now, of)))
    assert (report.num_frames, landmarker.tracked) == (60, 60)
    assert 10 <= landmarker.searched <= 14
    assert done[-1] == (60, 60)
    assert report.usable


def test_the_guide_is_one_text():
    page = Path(__file__).parent.parent / "docs" / "recording.md"
    assert page.read_text() == RECORDING_GUIDE

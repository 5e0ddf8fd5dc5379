"""What the benches say of a tracker: each measure on errors that were put in by hand, and the whole on a tiny clip."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from conftest import SIZE, TinyRun
from lifemask.cli import main as cli
from lifemask.cli.verbs import bench
from lifemask.errors import ConfigError, UnusableClipError
from lifemask.geometry.camera import Camera
from lifemask.pipeline.measure_face import blink_error, expression_error, gaze_error, lip_error
from lifemask.pipeline.measure_shake import WAYS, TrackedWays, compare_ways, track_ways
from lifemask.pipeline.measure_spectrum import CUTOFF_HZ, fast_energy, measure_spectrum
from lifemask.synthetic.truth import SubjectTruth, load_truth
from lifemask.tracking.compare import motion_kept, pose_error, shake

FPS, FRAMES = 25.0, 100
CAMERA = Camera((900.0, 900.0), (256.0, 256.0), (512, 512))


def poses(yaw_deg: np.ndarray, place_m: np.ndarray | None = None) -> np.ndarray:
    """Heads ``[T, 4, 4]`` that face the camera, 0.9 m away, turned by a yaw."""
    out = np.tile(np.eye(4), (len(yaw_deg), 1, 1))
    out[:, :3, :3] = np.diag([1.0, -1.0, -1.0]) @ Rotation.from_euler("y", yaw_deg[:, None], degrees=True).as_matrix()
    out[:, :3, 3] = np.array([0.01, 0.02, 0.9]) + (0 if place_m is None else place_m)
    return out


@pytest.fixture
def yaw_deg() -> np.ndarray:
    """Looks to and fro, twice a second at most."""
    t = np.arange(FRAMES) / FPS
    return 15 * np.sin(2 * np.pi * 0.5 * t) + 4 * np.sin(2 * np.pi * 1.7 * t)


class TestPoses:
    def test_a_focal_length_for_each_frame_is_taken_with_its_depth(self, yaw_deg: np.ndarray) -> None:
        true = poses(yaw_deg)
        zoom = 1 + 0.1 * np.sin(np.arange(FRAMES))
        found = poses(yaw_deg, np.stack([0 * zoom, 0 * zoom, 0.9 * (zoom - 1)], 1))
        error = pose_error(found, 900 * zoom, true, CAMERA)
        # x, y and focal / depth are the truth's, so nothing moves across the line of sight; along it all does.
        assert error.translation_share < 1e-9 and error.rotation_deg < 1e-6
        assert error.focal_ratio == pytest.approx(zoom.mean())
        assert error.jitter_mm == pytest.approx(900 * np.diff(zoom, 2).std(), rel=0.01)  # mean depth is not quite 0.9
        assert pose_error(found, 900.0, true, CAMERA).translation_share > 1e-4

    def test_shake_is_that_of_the_noise(self) -> None:
        noise = np.random.default_rng(0).normal(0, 0.2, FRAMES)
        found = shake(poses(noise, np.stack([noise, 0 * noise, 0 * noise], 1) * 1e-3))
        expected = np.diff(noise, 2).std()
        assert found.rotation_deg == pytest.approx(expected, rel=1e-6)
        assert found.place_mm == pytest.approx(expected, rel=1e-6)

    def test_smoothing_and_lateness_lose_motion(self, yaw_deg: np.ndarray) -> None:
        true = poses(yaw_deg)
        other_frame = np.eye(4)
        other_frame[:3, :3] = Rotation.from_euler("xyz", [10, 20, 5], degrees=True).as_matrix()
        assert motion_kept(true @ other_frame, true) == pytest.approx(1)
        # A Gaussian of sigma s leaves exp(-(2 pi f s)^2 / 2) of a wave, and the slope weighs waves by their speed.
        amplitude, hz, sigma_s = np.array([15, 4]), np.array([0.5, 1.7]), 3 / FPS
        power = (amplitude * hz) ** 2
        expected = (power * np.exp(-((2 * np.pi * hz * sigma_s) ** 2) / 2)).sum() / power.sum()
        calmed = poses(gaussian_filter1d(yaw_deg, 3, mode="nearest"))
        assert motion_kept(calmed, true) == pytest.approx(expected, abs=0.05)  # the ends, which are cut
        assert motion_kept(poses(np.roll(yaw_deg, 3)), true) < 0.9


class TestFace:
    def test_lips_with_an_offset_and_a_mouth_that_does_not_close(self) -> None:
        true = np.abs(np.sin(np.arange(FRAMES) / 5)) * 8e-3
        moved = lip_error(true + 1e-3, true)
        assert moved["lip_aperture_mm"] == pytest.approx(1) and moved["lip_offset_mm"] == pytest.approx(1)
        assert moved["lip_error_mm"] == pytest.approx(0, abs=1e-9)
        stuck = lip_error(np.maximum(true, 2e-3), true)
        assert stuck["lip_open_when_closed_mm"] == pytest.approx((2 - 1e3 * true[true < 0.5e-3]).mean())
        assert lip_error(true + 8e-3, true + 8e-3)["lip_open_when_closed_mm"] is None

    def test_a_blink_counts_by_its_own_share(self) -> None:
        true = np.full((FRAMES, 2), 8e-3)
        true[20:25] = true[60:65] = 0
        found = true + 1e-3
        found[60:65, 0] = 4.5e-3  # of 9 mm
        found[:, 1] = np.roll(found[:, 1], 1)  # a frame late is not missed
        result = blink_error(found, true)
        assert result["blinks"] == 4
        full = 1 - 1 / 9
        assert result["blink_closure_least"] == pytest.approx(0.5)
        assert result["blink_closure"] == pytest.approx((3 * full + 0.5) / 4)
        assert blink_error(found[:10], true[:10])["blinks"] == 0

    def test_gaze_is_an_angle_and_closed_eyes_do_not_look(self) -> None:
        lids = np.full((FRAMES, 2), 8e-3)
        lids[:10] = 0
        true = np.zeros((FRAMES, 2, 2))
        found = true + np.radians([[3.0, 0.0], [0.0, 1.0]])
        found[:10] = 1.0
        result = gaze_error(found, true, lids)
        assert result["gaze_deg"] == pytest.approx(2)
        assert result["gaze_without_offset_deg"] == pytest.approx(0, abs=1e-6)

    def test_expressions_that_move_are_correlated(self) -> None:
        wave = np.sin(np.arange(FRAMES) / 4) / 2 + 0.5
        true = np.stack([wave, wave, np.full(FRAMES, 0.2)], 1)
        found = np.stack([0.5 * wave, 1 - wave, np.zeros(FRAMES)], 1)
        result = expression_error(found, true, ("a", "b", "c"))
        assert result["expression_correlation"] == {"a": 1.0, "b": -1.0}
        assert result["expression_correlation_mean"] == pytest.approx(0)
        assert result["expression_rmse"]["c"] == 0.2


class TestSpectrum:
    def test_noise_keeps_its_share_and_slow_motion_leaves(self) -> None:
        rng = np.random.default_rng(0)
        noise = rng.normal(0, 2.0, (200, 4000))
        share = 1 - CUTOFF_HZ / (FPS / 2)  # white noise is even over 0 .. 12.5 Hz
        # 800 000 samples: the estimate's own error is below a tenth of this tolerance; bins at the cutoff cost more.
        assert fast_energy(noise, FPS) == pytest.approx(2 * np.sqrt(share), rel=0.02)
        t = np.arange(200)[:, None] / FPS
        assert fast_energy(50 * np.sin(2 * np.pi * 1.3 * t), FPS) == pytest.approx(0, abs=0.05)
        assert fast_energy(np.sin(2 * np.pi * 8 * t), FPS) == pytest.approx(np.sqrt(0.5), rel=0.01)
        assert fast_energy(noise[:, :0], FPS) is None

    def test_renders_of_a_run_are_calmer_than_its_clip(self, tiny_run: TinyRun) -> None:
        found = measure_spectrum(tiny_run.folder, device="cpu")
        for name in ("background", "torso"):
            assert found[name]["pixels"] > 100
            # The clip has a grey level of noise; renders of a plate and of smooth motion have none.
            assert found[name]["render"] < found[name]["real"]
        assert found["frames"] == 52

    def test_the_run_has_to_be_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["bench", "spectrum"]) == ConfigError.exit_code
        assert "--run FOLDER" in capsys.readouterr().err

    def test_short_runs_have_no_spectrum(self, tiny_run: TinyRun) -> None:
        with pytest.raises(UnusableClipError, match="at least 50"):
            measure_spectrum(tiny_run.folder, frames=20, device="cpu")


@pytest.fixture(scope="module")
def ways(talking_clip: Path, tmp_path_factory: pytest.TempPathFactory) -> TrackedWays:
    """The tiny clip in every way."""
    return track_ways(talking_clip, tmp_path_factory.mktemp("ways") / "run", "0:")


@pytest.fixture(scope="module")
def truth(talking_clip: Path) -> SubjectTruth:
    return load_truth(talking_clip)


class TestShake:
    def test_frames_by_themselves_shake_and_smoothing_costs_motion(
        self, ways: TrackedWays, truth: SubjectTruth
    ) -> None:
        found = compare_ways(ways, truth)["ways"]
        ours, alone, calmed = (found[name] for name in ("one_solve", "each_frame", "each_frame_smoothed"))
        # Measured at 512 pixels: 0.43 against 0.07 degrees; on a face of 60 pixels both have more noise.
        assert alone["jitter_deg"] > 2 * ours["jitter_deg"]
        assert alone["jitter_mm"] > 2 * ours["jitter_mm"]
        # A focal length of its own trades with the depth of every frame: centimetres.
        assert found["own_focal"]["jitter_mm"] > 3 * alone["jitter_mm"]
        assert found["own_focal"]["focal_spread"] > 0.01 > 1e9 * ours["focal_spread"]
        assert calmed["jitter_deg"] < 0.5 * alone["jitter_deg"]
        # Turns of half a second through a Gaussian of 0.12 s lose a tenth of their speed and more, beyond what the
        # landmarks of so small a face lose in every way.
        assert calmed["motion_kept"] < 0.9 * alone["motion_kept"]
        assert calmed["motion_kept"] < ours["motion_kept"] - 0.05
        assert calmed["landmarks_detected_share"] > alone["landmarks_detected_share"]

    def test_a_clip_without_truth_has_the_other_columns(self, ways: TrackedWays) -> None:
        found = compare_ways(ways)
        assert set(found["ways"]) == set(WAYS) and "truth" not in found["series"]
        assert "jitter_deg" not in found["ways"]["one_solve"]
        assert found["ways"]["each_frame"]["shake_place_mm"] > found["ways"]["one_solve"]["shake_place_mm"]

    def test_the_table_shows_what_is_measured(self, ways: TrackedWays, truth: SubjectTruth) -> None:
        known = compare_ways(ways, truth)
        for found in ({"talking": known, "still": known}, {"video": compare_ways(ways)}):
            for title, clip, key, factor, _ in bench._measures(found):
                assert np.isfinite([factor * way[key] for way in found[clip]["ways"].values()]).all(), title

    def test_posed_landmarks_are_those_of_the_solve(self, ways: TrackedWays) -> None:
        track = ways.tracks["one_solve"]
        camera, model = track.person.camera, track.terms.model.person(track.person.identity, track.person.offset_m)
        state = torch.as_tensor(track.state, dtype=torch.float32)
        assert np.allclose(track.landmarks_px(), model.linearised(state, camera).pixels.numpy(), atol=1e-3)
        # Another focal length with the same state is the same head further away: its size in the image stays.
        other = replace(track, focal_px=track.focal_px * 1.1)
        assert np.allclose(other.camera_from_head[:, 2, 3], 1.1 * track.camera_from_head[:, 2, 3], rtol=1e-6)
        assert np.abs(other.landmarks_px() - track.landmarks_px()).max() < 0.05 * SIZE

    def test_a_frame_without_a_face_repeats_the_one_before(self, ways: TrackedWays) -> None:
        from lifemask.rig.bust import load_bust
        from lifemask.tracking.per_frame import track_each_frame
        from lifemask.tracking.solve import HeadSolution

        track = ways.tracks["one_solve"]
        detected = np.ones(4, bool)
        detected[2] = False
        seen = replace(ways.seen.select(np.arange(4)), detected=detected)
        solution = HeadSolution(track.state, track.person, track.terms, ways.used, np.zeros(len(track.state)), 0.0)
        found = track_each_frame(solution, seen, load_bust(), own_focal=True)
        assert (found.state[2] == found.state[1]).all() and found.focal_px[2] == found.focal_px[1]
        assert (found.state[3] != found.state[1]).any()

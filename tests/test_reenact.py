"""Every source of motion, and the whole way from a video of one person to a video of another."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from conftest import FPS, SIZE, TinyRun
from driving_made import BROW, BUST, FLOAT32, NAMES, plain, tracking_of
from flame_model import make_flame, write_flame
from flame_subject import fit_of
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.expression_fit import fitted_expression
from lifemask.avatar.home import Home, home_of
from lifemask.avatar.transfer import transfer
from lifemask.cli import main as cli
from lifemask.errors import ConfigError, FileMissingError, FormatError, LifemaskError, OutputExistsError
from lifemask.formats import arkit, metrical_tracker
from lifemask.formats.arkit import ARKIT_NAMES, ArkitMotion
from lifemask.media.video import probe, read_frames
from lifemask.pipeline.driven import drive, home_in
from lifemask.pipeline.imports_motion import import_motion
from lifemask.pipeline.motion_file import load_motion
from lifemask.pipeline.motion_foreign import driving_of
from lifemask.pipeline.reenact import reenact, share_of
from lifemask.pipeline.render import RenderOptions, render_motion
from lifemask.rig.flame import flame_rig
from lifemask.synthetic import render_clip
from lifemask.synthetic.motion import talking
from lifemask.tracking.record import Tracking


@pytest.fixture(scope="module")
def home() -> Home:
    return home_of(tracking_of(talking(8.0, seed=3)), BUST)


class TestSources:
    def arkit(self, count: int = 40) -> ArkitMotion:
        random = np.random.default_rng(1)
        weights = random.uniform(0, 0.6, (count, len(ARKIT_NAMES)))
        looks = [
            ARKIT_NAMES.index(f"eyeLook{way}{side}")
            for side in ("Left", "Right")
            for way in ("Up", "Down", "In", "Out")
        ]
        weights[:, looks] = 0
        weights[:, ARKIT_NAMES.index("eyeLookUpLeft")] = weights[:, ARKIT_NAMES.index("eyeLookUpRight")] = np.linspace(
            0, 0.5, count
        )
        eyes = np.zeros((count, 2, 3))
        eyes[..., 1] = -0.55 * np.linspace(0, 0.5, count)[:, None]  # ARKit's pitch goes down
        head = 0.2 * np.sin(np.arange(count) / 5)[:, None] * np.array([1.0, 0.5, 0.25])
        return ArkitMotion(ARKIT_NAMES, np.arange(count) / 60, weights, head, eyes)

    def test_arkit_in_every_file(self, tmp_path: Path, home: Home) -> None:
        made = self.arkit()
        arkit.write_csv(tmp_path / "take.csv", made)
        arkit.write_json_motion(tmp_path / "take.json", made)
        import_motion(tmp_path / "take.csv", tmp_path / "take.safetensors", arkit.NAME_CSV)
        for name in ("take.csv", "take.json", "take.safetensors"):
            driving = load_motion(tmp_path / name)
            order = [driving.expression_names.index(one) for one in ARKIT_NAMES]
            np.testing.assert_allclose(driving.expression[:, order], made.weights, atol=FLOAT32, err_msg=name)
            assert driving.rest is not None and not driving.rest.any() and driving.fps == pytest.approx(60, rel=1e-3)
            assert driving.eyes is not None and driving.camera_from_head is not None
            np.testing.assert_allclose(
                driving.eyes[:, :, 1], 0.55 * np.linspace(0, 0.5, 40)[:, None].repeat(2, 1), atol=1e-6
            )
            # The joint that carries the head stays where it is.
            joint = BUST.joint_positions[2].double().numpy()
            place = driving.camera_from_head[:, :3, :3] @ joint + driving.camera_from_head[:, :3, 3]
            assert np.ptp(place, axis=0).max() < 1e-6, name
            moved, timestamp_s = transfer(driving, home)
            brow = moved.code.expression[:, BROW].numpy() - home.face.rest.expression[BROW]
            np.testing.assert_allclose(brow, made.weights[:, ARKIT_NAMES.index("browDownLeft")], atol=FLOAT32)
            assert len(timestamp_s) == 40

    def test_a_rest_that_a_file_defines(self, tmp_path: Path, home: Home) -> None:
        made = self.arkit()
        arkit.write_json_motion(tmp_path / "take.json", made)
        import_motion(tmp_path / "take.json", tmp_path / "take.safetensors", arkit.NAME_JSON)
        from safetensors.numpy import load_file

        whole = load_file(tmp_path / "take.safetensors") | {"rest": made.weights[7].astype(np.float32)}
        header = {"schema": "lifemask-motion-1", "expression_names": ",".join(ARKIT_NAMES), "source": "made"}
        save_file(whole, tmp_path / "rested.safetensors", header)
        moved, _ = transfer(replace(load_motion(tmp_path / "rested.safetensors"), eyes=None), home)
        np.testing.assert_allclose(moved.code.expression[7].numpy(), home.face.rest.expression, atol=1e-3)

    def test_weights_in_percent_are_refused(self) -> None:
        made = self.arkit()
        with pytest.raises(FormatError, match="0 to 100"):
            driving_of(replace(made, weights=made.weights * 100), "take.csv")

    def test_flame_becomes_arkit(self) -> None:
        motion, flame = talking(3.0), flame_rig(make_flame())
        opened = motion.expression[:, NAMES.index("jawOpen")]
        others = [column for column, name in enumerate(NAMES) if name != "jawOpen"]
        coefficients = np.zeros((len(motion), flame.num_expressions))
        coefficients[:, : len(others)] = motion.expression[:, others]
        jaw = 0.35 * opened[:, None] * np.array([1.0, 0, 0])
        found = fitted_expression(coefficients, jaw, flame, BUST).expression
        assert found.min() >= 0 and found.max() <= 1
        for name in ("jawOpen", "eyeBlinkLeft", "eyeBlinkRight", "browInnerUp", "mouthFunnel", "mouthPucker"):
            column = NAMES.index(name)
            assert np.corrcoef(found[:, column], motion.expression[:, column])[0, 1] > 0.97, name
        # And back: the jaw is a joint again.
        back = fitted_expression(motion.expression, None, BUST, flame)
        assert back.jaw is not None and np.corrcoef(back.jaw[:, 0], opened)[0, 1] > 0.99

    def test_frames_of_a_flame_tracker(self, tmp_path: Path, talking_clip: Path, home: Home) -> None:
        fit = fit_of(talking_clip)
        metrical_tracker.write(fit, tmp_path / "out")
        flame = write_flame(tmp_path / "flame")
        driving = load_motion(tmp_path / "out", BUST, flame=flame)
        assert driving.expression_names == BUST.expression_names and driving.jaw is None
        moved, _ = transfer(driving, home)
        jaw = moved.code.expression[:, NAMES.index("jawOpen")].numpy()
        assert np.corrcoef(jaw, fit.jaw[:, 2, 1])[0, 1] > 0.95
        from lifemask.perception.load_rig import load_rig

        own = load_motion(tmp_path / "out", load_rig(flame), flame=flame)
        assert own.jaw is not None and own.expression.shape[1] >= 100
        np.testing.assert_allclose(own.expression[:, :100], fit.expression, atol=FLOAT32)

    @pytest.mark.parametrize("name", ["video", "text", "avatar", "cut", "missing", "empty"])
    def test_what_is_no_motion_says_so(self, name: str, tmp_path: Path, talking_clip: Path) -> None:
        path = tmp_path / "file.safetensors"
        if name == "video":
            path = talking_clip
        elif name == "text":
            path = tmp_path / "file.txt"
            path.write_text("a motion")
        elif name == "avatar":
            save_file({"x": np.zeros(1, np.float32)}, path, {"schema": "lifemask-avatar-3"})
        elif name == "cut":
            path.write_bytes(b"\x10\0\0\0\0\0\0\0{")
        elif name == "empty":
            path = tmp_path
        kind = FileMissingError if name == "missing" else FormatError
        with pytest.raises(kind) as raised:
            load_motion(path)
        expected = {
            "video": "lifemask reenact",
            "avatar": "lifemask-avatar-3",
            "cut": "safetensors",
            "missing": "exist",
        }
        assert expected.get(name, "holds no motion") in str(raised.value)

    def test_damaged_numbers_are_named(self) -> None:
        broken = plain()
        weights = broken.expression.copy()
        weights[7, 3] = np.nan
        with pytest.raises(FormatError, match="not finite in frame 7"):
            replace(broken, expression=weights)
        with pytest.raises(FormatError, match="ascend"):
            replace(broken, timestamp_s=broken.timestamp_s[::-1])
        with pytest.raises(FormatError, match="no frame with a face"):
            replace(broken, tracked=np.zeros(50, bool))


class TestTheWholeWay:
    def test_another_person_drives_a_trained_avatar(self, tiny_run: TinyRun, tmp_path: Path) -> None:
        """The truth of another synthetic person as a file: no tracking, so that this stays short."""
        from lifemask.synthetic.render import subject_camera
        from lifemask.synthetic.subject import load_subject
        from lifemask.synthetic.truth import SubjectTruth

        avatar = Avatar.load(tiny_run.folder)
        SubjectTruth.of(talking(0.4, seed=8), load_subject(1), subject_camera(SIZE)).save(
            tmp_path / "other.safetensors"
        )
        driven = drive(avatar, tiny_run.folder, load_motion(tmp_path / "other.safetensors", avatar.rig))
        assert not driven.own
        done = render_motion(avatar, driven.motion, driven.timestamp_s, tmp_path / "out.mp4")
        frames = [frame.image.astype(float) for frame in read_frames(done.path)]
        assert len(frames) == 10 and done.fps == pytest.approx(FPS)
        own = next(iter(read_frames(tiny_run.clip))).image
        assert np.abs(frames[0] - own).mean() < 25  # the same person in the same room

    def test_a_runs_own_motion_is_the_replay(self, tiny_run: TinyRun) -> None:
        avatar = Avatar.load(tiny_run.folder)
        driven = drive(avatar, tiny_run.folder, load_motion(tiny_run.folder, avatar.rig))
        own = avatar.motion(Tracking.load(tiny_run.folder / "refined.safetensors"))
        assert driven.own
        for name in ("expression", "eyes", "camera_from_head", "camera_from_torso"):
            assert torch.equal(getattr(driven.motion.code, name), getattr(own.code, name)), name
        assert torch.equal(driven.motion.modes, own.modes) and torch.equal(driven.motion.face_modes, own.face_modes)
        assert own.face_modes.abs().max() > 0

    def test_an_avatar_without_its_tracking_says_so(self, tiny_run: TinyRun, tmp_path: Path) -> None:
        with pytest.raises(FileMissingError, match=r"Take refined\.safetensors along"):
            home_in(tmp_path, Avatar.load(tiny_run.folder))

    def test_what_is_wrong_is_said_before_the_tracking(self, tiny_run: TinyRun, tmp_path: Path) -> None:
        (tmp_path / "there.mp4").write_bytes(b"x")
        cases: list[tuple[type[LifemaskError], str, RenderOptions]] = [
            (OutputExistsError, "there.mp4", RenderOptions()),
            (ConfigError, "out.mp4", RenderOptions(background="transparent")),
            (ConfigError, "out.avi", RenderOptions()),
        ]
        for kind, name, options in cases:
            with pytest.raises(kind):
                reenact(tiny_run.folder, tiny_run.clip, tmp_path / name, options=options, device="cpu")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["there.mp4"]
        for text in ("of", "1.5", "nan"):
            with pytest.raises(ConfigError, match="share of a motion"):
                share_of(text)
        assert [share_of(text) for text in ("on", "off", "0.25")] == [1.0, 0.0, 0.25]

    @pytest.mark.slow
    def test_a_video_of_another_person(self, tiny_run: TinyRun, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
        clip = tmp_path / "driver.mp4"
        render_clip(clip, seconds=2.2, fps=FPS, size=SIZE, seed=4, identity_seed=1)
        arguments = [
            "reenact",
            str(tiny_run.folder),
            str(clip),
            "-o",
            str(tmp_path / "out.mp4"),
            "--json",
            "--device",
            "cpu",
        ]
        assert cli.main([*arguments, "--work", str(tmp_path / "driver")]) == 0
        said = json.loads(capsys.readouterr().out)
        assert said["frames"] == said["tracked"] == 55 and not said["own_motion"]
        assert probe(tmp_path / "out.mp4").num_frames == 55
        # The second call goes on with the kept tracking; without --work nothing stays.
        stamp = (tmp_path / "driver" / "tracking.safetensors").stat().st_mtime_ns
        assert cli.main([*arguments, "--work", str(tmp_path / "driver"), "--force", "--head", "off"]) == 0
        assert (tmp_path / "driver" / "tracking.safetensors").stat().st_mtime_ns == stamp
        assert cli.main([*arguments, "--force"]) == 0
        left = {path.name for path in tmp_path.iterdir()}
        assert left == {"driver.mp4", "driver.truth.safetensors", "driver.mattes.mkv", "driver", "out.mp4"}

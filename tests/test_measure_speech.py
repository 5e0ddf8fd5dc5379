"""``bench speech``: each measure on errors that were put in by hand, each baseline where the answer is known, and the
whole on a tiny clip with sound."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.ndimage import gaussian_filter1d
from scipy.spatial.transform import Rotation

from conftest import FPS, TinyRun, tiny_config
from lifemask.avatar.avatar import Avatar
from lifemask.cli import main as cli
from lifemask.cli.commands import Bench
from lifemask.cli.verbs.bench import _has_its_files, _with_files
from lifemask.cli.verbs.bench_speech import described
from lifemask.errors import ConfigError, OutputExistsError, UnusableClipError
from lifemask.media.sound import Sound
from lifemask.media.video import VideoWriter, probe, read_frames
from lifemask.pipeline.avatar_voice import AvatarVoice
from lifemask.pipeline.create import create
from lifemask.pipeline.measure_speech import (
    FOLDS,
    PAGE,
    RESULT,
    SHEET,
    VIDEO,
    WHOLE,
    SpeechBench,
    _folder,
    measure_speech,
)
from lifemask.pipeline.measure_speech_engine import drawn, frames_near, looked_at, told
from lifemask.pipeline.measure_speech_lips import (
    LOWER,
    RIGID,
    UPPER,
    Lips,
    bootstrap,
    closed,
    compared,
    correlation,
    face_template,
    facing,
    lips_of,
    pauses_of,
)
from lifemask.pipeline.measure_speech_motion import BASELINES, TITLES, ReadOut
from lifemask.pipeline.measure_speech_show import MOUTH_PX, mouth, telling_chunks
from lifemask.pipeline.measure_speech_speed import measured_length, measured_speed
from lifemask.pipeline.measure_speech_table import FIGURE_COLUMNS, MISSED, REACHED, WAY_COLUMNS, figure_rows, way_rows
from lifemask.progress import NULL_PROGRESS
from lifemask.rig.bust import load_bust
from lifemask.rig.landmark_sets import LIPS
from lifemask.speech.baselines import bands_of, mean_mouth, mel_net, nearest_neighbour, ridge, stacked
from lifemask.speech.config import MouthTraining
from lifemask.speech.layers import MEL_BANDS, MOTION_HZ
from sound_made import recording

RIG = load_bust()
FACE = facing(RIG)
"""The rig's landmarks ``[478, 3]``, y down, as in an image."""
CHANCE = np.random.default_rng(0)


def moving(rows: int, seed: int = 0) -> np.ndarray:
    """An aperture ``[T]`` that is smooth as speech is, about 0.1."""
    series = gaussian_filter1d(np.random.default_rng(seed).normal(size=rows + 40), 2.0)[20:-20]
    return 0.1 + 0.02 * series / series.std()


def lips(aperture: np.ndarray) -> Lips:
    """Lips that open downwards, all lower ones together."""
    points = np.zeros((len(aperture), len(LIPS), 2))
    points[:, :, 0] = np.linspace(-0.4, 0.4, len(LIPS))
    points[:, LOWER, 0] = points[:, UPPER, 0]
    points[:, LOWER, 1] = aperture
    return Lips(points, np.ones(len(aperture), bool))


class TestLips:
    def test_no_pose_and_no_scale_is_left(self) -> None:
        turns = Rotation.from_euler("xyz", CHANCE.uniform(-30, 30, (12, 3)), degrees=True).as_matrix()
        faces = FACE @ turns * CHANCE.uniform(500, 2000, (12, 1, 1)) + CHANCE.uniform(0, 500, (12, 1, 3))
        template = face_template(faces, RIG)
        left, right = template[[33, 133]].mean(0), template[[362, 263]].mean(0)
        assert np.linalg.norm(right - left) == pytest.approx(1)
        found = lips_of(faces, np.ones(12, bool), template)
        np.testing.assert_allclose(found.points, found.points[:1].repeat(12, 0), atol=1e-9)
        eyes = np.linalg.norm(FACE[[33, 133]].mean(0) - FACE[[362, 263]].mean(0))
        width = np.linalg.norm(found.points[0, LIPS.index(61)] - found.points[0, LIPS.index(291)])
        assert width == pytest.approx(np.linalg.norm(FACE[61] - FACE[291]) / eyes, rel=0.02)

    def test_speech_moves_no_rigid_landmark(self) -> None:
        names = [name for name in RIG.expression_names if name.startswith(("jaw", "mouth"))]
        basis = RIG.landmarks(RIG.expression_basis[[RIG.expression_names.index(name) for name in names]])
        moved = basis.norm(dim=-1).double().numpy()
        assert moved[:, list(RIGID)].mean() < 0.1 * moved[:, list(LIPS)].mean()

    def test_an_opening_is_found_in_parts_of_the_eyes_distance(self) -> None:
        jaw = RIG.landmarks(RIG.expression_basis[[RIG.expression_names.index("jawOpen")]])[0].double().numpy()
        weights = np.linspace(0, 0.5, 8)
        faces = FACE + weights[:, None, None] * jaw * (1, -1, -1)
        found = lips_of(faces, np.ones(8, bool), face_template(faces[:1], RIG))
        eyes = np.linalg.norm(FACE[[33, 133]].mean(0) - FACE[[362, 263]].mean(0))
        apart = np.linalg.norm((faces[:, 13] - faces[:, 14])[:, :2], axis=1) / eyes
        assert np.diff(found.aperture).min() > 0
        np.testing.assert_allclose(found.aperture, apart, atol=0.01)

    def test_rows_in_between(self) -> None:
        times_s = np.arange(5) / 30
        found = replace(lips(np.arange(5.0)), seen=np.array([1, 1, 0, 1, 1], bool)).at(times_s, np.arange(4) / 25)
        np.testing.assert_allclose(found.aperture, np.arange(4) * 1.2, atol=1e-9)
        assert found.seen.tolist() == [True, False, False, True]

    def test_what_is_not_seen_lies_between(self) -> None:
        seen = np.array([True, False, True])
        faces = np.stack([FACE, 0 * FACE, FACE])
        found = lips_of(faces, seen, face_template(faces[:1], RIG))
        np.testing.assert_allclose(found.points[1], found.points[0], atol=1e-9)
        assert found.seen.tolist() == seen.tolist()


class TestMeasures:
    aperture = moving(500)

    def test_the_truth_is_without_error(self) -> None:
        found = compared(lips(self.aperture), lips(self.aperture))
        assert found["correlation"] == pytest.approx(1) and found["interval"] == pytest.approx([1, 1])
        assert found["error_pct"] == 0 and found["lag_ms"] == pytest.approx(0) and found["amplitude"] == 1
        assert found["closed"]["found"] in (None, 1.0) and found["rows"] == 500

    def test_half_and_a_known_distance(self) -> None:
        half = 0.1 + 0.5 * (self.aperture - self.aperture.mean())
        found = compared(lips(half), lips(self.aperture))
        assert found["amplitude"] == pytest.approx(0.5) and found["correlation"] == pytest.approx(1)
        driven = lips(self.aperture)
        found = compared(replace(driven, points=driven.points + np.array([0.03, 0.04])), lips(self.aperture))
        assert found["error_pct"] == pytest.approx(5)

    @pytest.mark.parametrize("rows", [-3.0, -0.5, 0.0, 1.5, 2.0])
    def test_a_late_mouth(self, rows: float) -> None:
        """To the step of a tenth of a row, 4 ms."""
        from scipy.interpolate import CubicSpline

        place = np.arange(500) + 20.0
        between = CubicSpline(np.arange(540), moving(540, seed=3))
        found = compared(lips(between(place - rows)), lips(between(place)))
        assert found["lag_ms"] == pytest.approx(1000 * rows / MOTION_HZ, abs=4.1)
        assert found["correlation_at_lag"] == pytest.approx(1, abs=1e-3)

    def test_the_interval_holds_the_correlation_and_shrinks(self) -> None:
        noisy = self.aperture + 0.02 * np.random.default_rng(1).normal(size=500)
        low, high = bootstrap(noisy, self.aperture)
        assert low < correlation(noisy, self.aperture) < high
        more = bootstrap(np.tile(noisy, 4), np.tile(self.aperture, 4))
        assert more[1] - more[0] == pytest.approx((high - low) / 2, rel=0.25)
        # Of a hundred pairs whose correlation is known, about nine in ten intervals hold it.
        held, chance = 0, np.random.default_rng(2)
        for _ in range(100):
            a, b = chance.normal(size=(2, 1000))
            found = bootstrap(0.6 * a + 0.8 * b, a)
            held += found[0] < 0.6 < found[1]
        assert 80 <= held <= 98

    def test_closed_lips_are_counted(self) -> None:
        true = np.array([0.0, 0.01, 0.02, 0.1, 0.1])
        found = closed(np.array([0.0, 0.05, 0.02, 0.02, 0.1]), true)
        assert found == pytest.approx({"found": 2 / 3, "precise": 2 / 3, "rate": 0.6, "true_rate": 0.6})
        assert closed(true + 1, true + 1) == {"found": None, "precise": None, "rate": 0.0, "true_rate": 0.0}

    def test_pauses_are_long_and_without_their_ends(self) -> None:
        speaking = np.ones(800)
        speaking[100:180] = 0  # 0.8 s from 1 s on
        speaking[300:340] = 0  # too short
        rows = np.flatnonzero(pauses_of(speaking, 200))
        assert rows.tolist() == list(range(28, 43))

    def test_a_mouth_in_a_pause(self) -> None:
        pauses = np.zeros(500, bool)
        pauses[100:150] = True
        driven = lips(np.where(pauses, 0.1, self.aperture))
        drift = driven.points.copy()
        drift[100:150] += np.arange(50)[:, None, None] * [0.003, 0.004]
        found = compared(replace(driven, points=drift), driven, pauses)["pause_speed"]
        assert found["driven"] == pytest.approx(100 * 0.005 * MOTION_HZ) and found["true"] == pytest.approx(0)
        assert found["seconds"] == 2

    def test_rows_that_are_not_seen_do_not_count(self) -> None:
        seen = np.arange(500) % 3 > 0
        bad = np.where(seen, self.aperture, 5.0)
        found = compared(replace(lips(bad), seen=seen), lips(self.aperture))
        assert found["correlation"] == pytest.approx(1) and found["rows"] == seen.sum()
        with pytest.raises(UnusableClipError, match="0 of 500 frames"):
            compared(replace(lips(bad), seen=seen & False), lips(self.aperture))


class TestBaselines:
    mel = gaussian_filter1d(np.random.default_rng(5).normal(size=(1200, MEL_BANDS)), 3, axis=0).astype(np.float32)
    asked = np.arange(300) >= 240
    seen = np.arange(300) < 220

    def test_rows_and_their_neighbours(self) -> None:
        rows = stacked(self.mel, 2)
        assert rows.shape == (300, 5 * MEL_BANDS)
        np.testing.assert_allclose(rows[10, 2 * MEL_BANDS : 3 * MEL_BANDS], self.mel[40:44].mean(0), atol=1e-6)
        np.testing.assert_allclose(rows[10, :MEL_BANDS], rows[8, 2 * MEL_BANDS : 3 * MEL_BANDS], atol=1e-9)

    def test_ridge_is_exact_where_all_is_linear(self) -> None:
        rows = stacked(self.mel, 0)
        wanted = rows @ np.random.default_rng(6).normal(size=(MEL_BANDS, 3)) + [1, 2, 3]
        said = ridge(rows, wanted, self.seen, self.asked, (1e-12,))
        np.testing.assert_allclose(said, wanted[self.asked], atol=1e-6)

    def test_ridge_chooses_its_penalty(self) -> None:
        """Of noise nothing can be learned: the strongest penalty is best; of what is linear the weakest."""
        rows, chance = stacked(self.mel, 0), np.random.default_rng(7)
        noise = chance.normal(size=(300, 1))
        strong, weak = (ridge(rows, noise, self.seen, self.asked, (p,)) for p in (1e3, 1e-6))
        np.testing.assert_allclose(ridge(rows, noise, self.seen, self.asked, (1e-6, 1e3)), strong, atol=1e-9)
        assert np.abs(strong - weak).max() > 0.1
        linear = rows @ chance.normal(size=(MEL_BANDS, 1))
        said = ridge(rows, linear, self.seen, self.asked, (1e-6, 1e3))
        np.testing.assert_allclose(said, linear[self.asked], atol=1e-3)

    def test_what_was_heard_before_is_found_again(self) -> None:
        mel = self.mel.copy()
        mel[240 * 4 :] = mel[60 * 4 : 120 * 4]
        wanted = np.arange(300.0)[:, None]
        inner = slice(3, 57)  # at its ends a stretch has other neighbours
        assert nearest_neighbour(mel, wanted, self.seen, self.asked)[inner, 0].tolist() == list(range(63, 117))

    def test_the_mean_is_of_what_was_seen(self) -> None:
        wanted = np.where(self.seen, 2.0, 50.0)[:, None]
        assert (mean_mouth(wanted, self.seen, self.asked) == np.full((60, 1), 2.0)).all()

    def test_a_net_on_bands_alone(self) -> None:
        loud = gaussian_filter1d(np.random.default_rng(4).normal(size=(1200, 1)), 12, axis=0)
        mel = (self.mel + 20 * loud).astype(np.float32)
        wanted = stacked(mel, 0)[:, :2] * [5, 0.1] + [1, 0]
        config = MouthTraining(members=2, steps=15, batch=6, other_recordings=0.0)
        steps: list[int] = []
        torch.set_num_threads(1)
        said = mel_net(mel, wanted, self.seen, self.asked, config, 0, steps.append)
        assert said.shape == (60, 2) and sum(steps) == 30
        assert correlation(said[:, 0], wanted[self.asked, 0]) > 0.5
        assert said[:, 0].mean() == pytest.approx(wanted[self.asked, 0].mean(), abs=2 * wanted[:, 0].std())

    def test_bands_fit_the_rows(self) -> None:
        mel, speaking = bands_of(np.zeros(700, np.float32), 3)
        assert mel.shape == (12, MEL_BANDS) and speaking.shape == (12,)

    def test_the_read_out_is_exact_where_all_is_affine(self) -> None:
        chance = np.random.default_rng(8)
        weights, matrix = chance.normal(size=(2000, 6)), chance.normal(size=(6, 80))
        read_out = ReadOut.of(weights, weights @ matrix + 3)
        np.testing.assert_allclose(read_out(np.eye(6)), matrix + 3, atol=1e-3)


class TestShown:
    def test_where_the_mouth_moves(self) -> None:
        aperture = np.zeros(200)
        for first in (20, 90, 150):
            aperture[first : first + 10 : 2] = 0.2
        chosen = telling_chunks(aperture, chunks=3)
        assert all(abs(found - first) <= 3 for found, first in zip(chosen, (20, 90, 150), strict=True))
        many = telling_chunks(aperture, chunks=40)
        assert np.diff(many).min() >= 10 and max(many) <= 190
        assert telling_chunks(np.zeros(1)) == [] and telling_chunks(np.zeros(4)) == [0]

    def test_a_mouth_is_cut_out_around_its_middle(self) -> None:
        picture = np.zeros((100, 120, 3), np.uint8)
        picture[38:43, 58:63] = 255
        found = mouth(picture, np.array([[60.5, 40.5], [40.0, 40.0]])).astype(float)
        centre = (np.argwhere(found[..., 0] > 128)).mean(0) + 0.5
        assert found.shape == (MOUTH_PX, MOUTH_PX, 3) and centre == pytest.approx([MOUTH_PX / 2] * 2, abs=1)
        assert not mouth(picture, np.array([[500.0, 500.0], [40.0, 40.0]])).any()

    def test_frames_by_their_time(self, talking_clip: Path) -> None:
        real = [frame.image for frame in read_frames(talking_clip)]
        found = list(frames_near(talking_clip, np.array([0.0, 0.041, 0.05, 0.09, 99.0])))
        for picture, number in zip(found, (0, 1, 1, 2, len(real) - 1), strict=True):
            assert (picture == real[number]).all()


@pytest.fixture(scope="module")
def own(tiny_run: TinyRun) -> AvatarVoice:
    """A tiny avatar, whose clip has no sound: with anybody's mouth."""
    return AvatarVoice.load(tiny_run.folder, Avatar.load(tiny_run.folder, "cpu"))


def babble(seconds: float) -> np.ndarray:
    """Noise that swells and fades like syllables, 16 kHz."""
    chance, count = np.random.default_rng(9), round(16_000 * seconds)
    return (0.1 * chance.normal(size=count) * np.sin(np.arange(count) / 16_000 * 12) ** 2).astype(np.float32)


class TestEngine:
    def test_every_row_becomes_a_frame_that_is_looked_at(self, own: AvatarVoice) -> None:
        sound, watched = babble(0.4), []
        frames = drawn(own, sound, live=False)
        found = looked_at(
            frames, face_template(FACE[None], RIG), lambda number, picture, _: watched.append(picture.shape)
        )
        width, height = own.avatar.frame_wh
        assert watched == [(height, width, 3)] * 10 and len(found.seen) == 10

    def test_the_same_sound_is_the_same_motion(self, own: AvatarVoice) -> None:
        first, second = (
            np.concatenate([rows.mouth for _, rows in told(own, babble(0.8), live=False)]) for _ in range(2)
        )
        assert first.shape[0] == 20 and (first == second).all()

    def test_frames_are_as_many_as_the_sound_is_long(self, own: AvatarVoice) -> None:
        found = measured_length(own, babble(1.3), 0.0605, NULL_PROGRESS)
        assert found["frames"] == found["frames_expected"] == 91  # of 3.63 s
        assert len(found["traced_mb"]) == len(found["resident_mb"]) == 2

    def test_times_are_those_of_this_machine(self, own: AvatarVoice) -> None:
        found = measured_speed(own, babble(0.6), NULL_PROGRESS)
        for name, one in found["pictures"].items():
            assert one["frames_a_second"] > 0 and one["with_encoding"] > 0
            least = 1000 * found["motion"]["live"]["ahead_s"] + one["one_ms"]
            assert found["latency_ms"][name] > least
        assert tuple(found["pictures"]["own"]["size_wh"]) == own.avatar.frame_wh
        # A frame came once the sound was there that it needs, in pieces of 40 ms.
        for kind in found["motion"].values():
            assert kind["ms"] > 0 and kind["came_after_s"] <= kind["ahead_s"] + 0.081


class TestCommand:
    def test_what_is_missing_is_said(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["bench", "speech"]) == ConfigError.exit_code
        assert "needs a finished run" in capsys.readouterr().err.replace("\n", " ")
        assert cli.main(["bench", "speech", str(tmp_path)]) == ConfigError.exit_code
        assert "needs a folder" in capsys.readouterr().err.replace("\n", " ")
        command = _with_files(Bench(names=("speech", "RUN")))
        assert command.run == Path("RUN") and command.names == ("speech",)
        assert not _has_its_files("speech", Bench())

    def test_what_holds_something_else_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "novel.txt").write_text("mine")
        with pytest.raises(OutputExistsError, match="something else"), _folder(tmp_path, {"a": 1}, False):
            pass
        with _folder(tmp_path, {"a": 1}, True):
            assert (tmp_path / "novel.txt").exists()
        with pytest.raises(OutputExistsError, match="other settings"), _folder(tmp_path, {"a": 2}, False):
            pass


def one_way(**changes: float | None) -> dict:
    found = compared(lips(moving(200)), lips(moving(200)), np.arange(200) < 50)
    return found | {"closed": {"found": 0.7, "precise": 0.9, "rate": 0.2, "true_rate": 0.2}} | changes


def test_figures_are_judged() -> None:
    ways = {name: one_way(correlation=0.5) for name in TITLES} | {"ahead": one_way(), "live": one_way(amplitude=0.5)}
    clip = {"video": "a.mp4", "seconds": 8.0, "known": 200, "lag_s": 0.08, "closed_share": 0.2, "pauses_s": 2.0}
    kinds = {
        "ahead": {"rendered": one_way(correlation=0.80), "given": one_way(), "motion_only": one_way(correlation=0.84)},
        "live": {"rendered": one_way(correlation=0.78), "given": one_way(), "motion_only": one_way(correlation=0.84)},
    }
    found = {"clip": clip, "motion": ways, "engine": {"kinds": kinds}}
    rows = {row[0]: row for row in figure_rows(found)}
    assert all(len(row) == len(FIGURE_COLUMNS) for row in rows.values())
    assert rows["own mouth, ahead: amplitude"][-1] == REACHED and rows["own mouth, live: amplitude"][-1] == MISSED
    assert rows["rendered, ahead: correlation"][-1] == REACHED
    assert rows["rendered, live: correlation"][-1] == MISSED
    assert rows["baselines passed"][1] == f"{len(BASELINES)} of {len(BASELINES)}"
    ways["ridge"] = one_way(correlation=1.0)
    missed = {row[0]: row for row in figure_rows(found)}["baselines passed"]
    assert missed[1] == f"{len(BASELINES) - 1} of {len(BASELINES)}" and missed[-1] == MISSED
    ways["mean"] = one_way(lag_ms=None) | {"closed": {"found": None, "precise": None, "rate": 0.0, "true_rate": 0.2}}
    shown = way_rows(found)
    assert all(len(row) == len(WAY_COLUMNS) for row in shown) and len(shown) == len(TITLES) + 7
    assert shown[list(TITLES).index("mean")][4:6] == ["–", "–/–"]


@pytest.mark.slow
def test_the_whole_bench(talking_frames: list[np.ndarray], tmp_path: Path) -> None:
    """A tiny clip with sound, its avatar driven by it; and the same call goes on with what it has learned."""
    sound = recording(
        tmp_path / "babble.wav", "pcm_s16le", "mono", 16_000, iter([(0.0, babble(len(talking_frames) / FPS))])
    )
    clip = tmp_path / "said.mp4"
    height, width = talking_frames[0].shape[:2]
    with VideoWriter(clip, FPS, (width, height), crf=12, sound=Sound(sound)) as writer:
        for image in talking_frames:
            writer.write(image)
    create(clip, tmp_path / "run", tiny_config(images=400, test=8), until="voice")
    small = SpeechBench(
        speech=MouthTraining(members=2, steps=3), folds=2, minutes=0.05, life_minutes=0.2, others=(clip,), device="cpu"
    )
    out = tmp_path / "bench"
    found = measure_speech(tmp_path / "run", out, small)
    assert json.loads((out / RESULT).read_text()) == found and (out / PAGE).exists()
    assert set(found["motion"]) <= set(TITLES) and set(found["motion"]) >= set(TITLES) - {"rules"}
    # A map of 26 weights, fitted on the dozen rows that a fold of two seconds leaves beside its gap.
    assert found["motion"]["tracked"]["correlation"] > 0.7
    assert found["engine"]["why"] == "held-out frames of the run"
    first, end = found["engine"]["rows"]
    assert end == len(talking_frames) and end - first == 8
    assert probe(out / VIDEO).num_frames == 8 and probe(out / VIDEO).has_audio
    assert probe(out / VIDEO).size_wh == (2 * width, height)
    assert np.asarray(Image.open(out / SHEET)).shape[1] >= 8 * MOUTH_PX
    assert found["length"]["frames"] == found["length"]["frames_expected"]
    shown = described(found)
    assert len(shown["tables"]) == 2 and "figures are reached" in shown["text"]
    kept = sorted((out / FOLDS).iterdir())
    assert len(kept) == 2
    before = [path.stat().st_mtime_ns for path in [*kept, out / WHOLE / "tracking.safetensors"]]
    again = measure_speech(tmp_path / "run", out, small)
    assert again["motion"] == found["motion"] and again["engine"] == found["engine"]
    assert [path.stat().st_mtime_ns for path in [*kept, out / WHOLE / "tracking.safetensors"]] == before
    shutil.rmtree(out)

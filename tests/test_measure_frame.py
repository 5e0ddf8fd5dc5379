"""``bench frame``: each meter on errors that were put in by hand, and the whole on a tiny finished run."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from conftest import TinyRun
from lifemask.avatar.avatar import Avatar
from lifemask.cli import main as cli
from lifemask.cli.commands import Bench
from lifemask.cli.terminal import Terminal
from lifemask.cli.verbs.bench import _with_files
from lifemask.cli.verbs.bench_frame import COLUMNS, notes, table_rows
from lifemask.compose.background import StillBackground
from lifemask.compose.blend import over
from lifemask.errors import ConfigError, FileMissingError, FormatError, OutputExistsError
from lifemask.media.video import read_frames
from lifemask.metrics.temporal import ChangeMeter
from lifemask.perception.camera_path import CameraPath
from lifemask.perception.regions import EVALUATION_REGION_NAMES
from lifemask.pipeline.measure_frame import AROUND, CHANGING, MOTIONS, _Bench, measure_frame
from lifemask.pipeline.measure_frame_clip import HeldOut, RealFrame
from lifemask.pipeline.measure_frame_light import FrameLight, _weights
from lifemask.pipeline.measure_frame_meters import EmptyMeter, QualityMeter, VeilMeter, just_outside, wall_in_sight
from lifemask.pipeline.measure_frame_sheet import ON_BACKGROUNDS, crop, crop_side, face_places, outline_places
from lifemask.pipeline.measure_frame_truth import TruthMeter, new_backgrounds
from lifemask.pipeline.render import pictures
from lifemask.progress import NULL_PROGRESS
from lifemask.synthetic.render import render_wall
from lifemask.tracking.record import Tracking

SIDE = 64
DISC = np.hypot(*np.mgrid[-31.5:32, -31.5:32]) < 20
"""A round person ``[SIDE, SIDE]``."""


def masked(**masks: np.ndarray) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(mask) for name, mask in masks.items()}


class TestChange:
    """Levels are chosen so that float32 holds them exactly."""

    real = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (6, 8, 9, 3)).astype(np.float32))
    everywhere = masked(all=np.ones((8, 9), bool))

    def measured(self, renders: torch.Tensor, **options: bool) -> dict:
        meter = ChangeMeter()
        for render, real in zip(renders, self.real, strict=True):
            meter.add(render, real, self.everywhere, **options)
        return meter.result()

    def test_what_stands_still_is_no_error_of_change(self) -> None:
        offset = torch.arange(8 * 9 * 3).reshape(8, 9, 3) / 4
        found = self.measured(self.real + offset)["all"]
        assert found.error == 0 and found.pairs == 5
        assert found.own == found.of_a_still == pytest.approx(float(self.real.diff(dim=0).abs().mean()))

    def test_a_still_and_a_flicker(self) -> None:
        still = self.measured(self.real[:1].expand_as(self.real))["all"]
        assert still.error == still.of_a_still > 50 and still.own == 0
        # Five levels up in every other frame are five levels of change in every pair.
        flicker = self.measured(self.real + torch.tensor([0.0, 5.0] * 3)[:, None, None, None])["all"]
        assert flicker.error == pytest.approx(5)

    def test_pairs_are_neighbours_and_pixels_belong_to_both(self) -> None:
        assert self.measured(self.real, follows=False) == {}
        meter = ChangeMeter()
        left, right = np.zeros((8, 9), bool), np.zeros((8, 9), bool)
        left[:, :5], right[:, 4:] = True, True
        render = torch.zeros(8, 9, 3)
        meter.add(render, render, masked(moving=left, gone=left))
        render = torch.zeros(8, 9, 3)
        render[:, 4], render[:, 5:] = 7, 1000
        meter.add(render, torch.zeros(8, 9, 3), masked(moving=right, gone=~left))
        found = meter.result()
        assert found["moving"].error == 7 and "gone" not in found

    def test_other_sizes_are_refused(self) -> None:
        with pytest.raises(ConfigError, match="another size than the clip"):
            ChangeMeter().add(torch.zeros(8, 9, 3), torch.zeros(8, 8, 3), {})


class TestMeters:
    def test_quality_of_a_known_error(self) -> None:
        real = torch.rand(SIDE, SIDE, 3, generator=torch.Generator().manual_seed(0)) * 0.5
        render = real.clone()
        render[:, 32:] += 0.1
        render[:8] = 1  # not shown by the frame
        shown = torch.ones(SIDE, SIDE, dtype=torch.bool)
        shown[:8] = False
        left = shown.clone()
        left[:, 32:] = False
        meter = QualityMeter(None)
        meter.add(render, real, shown, {"left": left, "right": shown & ~left, "none": torch.zeros_like(left)})
        found = meter.result()
        assert found["whole"]["psnr_db"] == pytest.approx(-10 * np.log10(0.01 / 2), abs=1e-3)
        assert found["regions"]["right"]["psnr_db"] == pytest.approx(20, abs=1e-3)
        assert found["regions"]["left"]["psnr_db"] == 100 and found["regions"]["left"]["ssim"] > 0.99
        assert found["regions"]["none"] == {"psnr_db": None, "ssim": None}
        assert found["whole"]["lpips"] is None and 0 < found["whole"]["ssim"] < 1

    def test_a_speck_where_nobody_is(self) -> None:
        plate = np.full((SIDE, SIDE, 3), 90, np.uint8)
        clean = EmptyMeter(plate, ~DISC)
        dirty = EmptyMeter(plate, ~DISC)
        for index in range(3):
            picture = plate.copy()
            picture[DISC] = 10 * index
            clean.add(picture)
            picture[0, 3, 1] += (0, 2, 9)[index]
            picture[1, 1] -= 1
            dirty.add(picture)
        pixels = int((~DISC).sum())
        assert clean.result() == {"pixels": pixels, "off": 0, "change": 0, "pixels_off": 0}
        assert dirty.result() == {"pixels": pixels, "off": 9, "change": 9, "pixels_off": 1}
        assert EmptyMeter(plate, np.zeros_like(DISC)).result()["off"] is None

    def test_a_veil_is_seen_where_the_clip_shows_the_wall(self) -> None:
        rng = np.random.default_rng(1)
        plate = np.full((SIDE, SIDE, 3), 150, np.uint8)
        image = np.clip(plate + rng.normal(0, 1.5, plate.shape), 0, 255).round().astype(np.uint8)
        matte = np.where(DISC, np.uint8(255), np.uint8(0))
        strand = np.zeros_like(DISC)
        strand[:, 30:33] = True  # a strand of hair that the matte has missed, in front of the wall
        image[DISC | strand] = 40
        outside = just_outside(matte)
        ring = np.hypot(*np.mgrid[-31.5:32, -31.5:32])
        assert 18 < ring[outside].min() < ring[outside].max() < 23 and not (outside & DISC).any()
        sight = wall_in_sight(image, plate, np.hypot(*np.mgrid[-31.5:32, -31.5:32]) > 26)
        assert not (sight & (DISC | strand)).any() and sight[outside & ~strand].mean() > 0.9
        alpha = np.where(DISC | strand, 1.0, 20 / 255).astype(np.float32)
        above = np.arange(SIDE)[:, None] < 32
        meter = VeilMeter()
        meter.add(alpha, sight, outside, np.broadcast_to(above, DISC.shape), np.where(strand, 255, 3).astype(np.uint8))
        found = meter.result()
        for part in ("head", "torso"):
            assert found[part]["mean"] == pytest.approx(20, abs=0.01) and found[part]["p99"] == 20
            assert found[part]["exact"] == 3 and 0.8 < found[part]["share"] < 1

    def test_opacity_and_composites_against_the_exact_ones(self) -> None:
        backgrounds, wall = new_backgrounds((SIDE, SIDE)), render_wall(SIDE)
        assert len(backgrounds) == 5 and all(one.shape == wall.shape for one in backgrounds.values())
        soft = np.clip(21 - np.hypot(*np.mgrid[-31.5:32, -31.5:32]), 0, 1)
        truth = np.rint(255 * soft).astype(np.uint8)
        alpha = truth.astype(np.float32) / 255
        colour = (alpha[..., None] * np.array([0.6, 0.45, 0.4])).astype(np.float32)
        image = over(colour, alpha, wall)
        right = TruthMeter(backgrounds, wall)
        right.add(image, truth, colour, alpha)
        found = right.result()
        assert found["alpha"]["edge"]["mean"] < 1e-4
        assert min(found["composites"]["mean"].values()) > 50  # pictures are rounded to levels
        # A veil of opacity that is the wall's colour: nothing shows over the wall, but over everything else.
        veil = np.where(truth == 0, np.float32(0.2), alpha)
        haunted = np.where((truth == 0)[..., None], np.float32(0.2) * wall.astype(np.float32) / 255, colour)
        assert np.abs(over(haunted, veil, wall).astype(int) - image).max() <= 1
        wrong = TruthMeter(backgrounds, wall)
        wrong.add(image, truth, haunted, veil)
        bad = wrong.result()
        assert bad["alpha"]["whole"]["mean"] == pytest.approx(51 * (truth == 0).mean(), rel=1e-3)
        assert bad["alpha"]["edge"]["rms"] > bad["alpha"]["edge"]["mean"] > 1
        off = 0.2 * wall.astype(np.float64)[truth == 0]  # over black: a fifth of the wall stays
        expected = -10 * np.log10((off**2).sum() / 3 / SIDE**2 / 255**2)
        assert bad["composites"]["black"]["whole"] == pytest.approx(expected, abs=0.1)
        # In front of another wall nobody knows what the exact pictures are.
        strange = TruthMeter(backgrounds, wall)
        strange.add(np.where((truth == 0)[..., None], np.uint8(255) - image, image), truth, colour, alpha)
        assert strange.result()["composites"] is None and strange.result()["alpha"]["edge"]["mean"] < 1e-4


def test_close_looks_stay_in_the_picture() -> None:
    landmarks = np.full((478, 2), 32.0)
    landmarks[10], landmarks[152], landmarks[234], landmarks[454] = (32, 8), (32, 48), (12, 30), (52, 30)
    matte = np.where(DISC, np.uint8(255), np.uint8(0))
    side = crop_side(landmarks, matte.shape)
    assert side == 20  # half of the face
    places = face_places(matte, landmarks)
    assert places["hair"].tolist() == [32, 12] and places["neck"].tolist() == [16, 62]
    picture = np.broadcast_to(np.arange(SIDE, dtype=np.uint8)[:, None, None], (SIDE, SIDE, 3))
    assert {crop(picture, at, side).shape for at in places.values()} == {(260, 260, 3)}
    assert crop(picture, places["neck"], side)[-1, 0, 0] == SIDE - 1
    left, top, _, right = outline_places(matte, landmarks)
    assert (left[0], right[0]) == (12, 51) and left[1] == right[1] == 32 and top.tolist() == [32, 12]
    assert outline_places(np.zeros_like(matte), landmarks)[0].tolist() == [32, 32]


@pytest.fixture(scope="module")
def bench(tiny_run: TinyRun, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """The folder that a bench of the tiny run wrote, and what it found."""
    out = tmp_path_factory.mktemp("frame") / "out"
    return out, measure_frame(tiny_run.folder, out, device="cpu")


@pytest.fixture(scope="module")
def held_out(tiny_run: TinyRun) -> tuple[Avatar, HeldOut]:
    avatar = Avatar.load(tiny_run.folder, "cpu")
    return avatar, HeldOut.open(tiny_run.folder, avatar.frame_wh)


class TestBench:
    def test_frames_are_those_that_render_writes(self, bench, tiny_run: TinyRun, held_out) -> None:
        """PSNR, computed from the frames that ``lifemask render`` writes and from the clip."""
        _, found = bench
        avatar, clip = held_out
        assert found["size_wh"] == [160, 160] and found["trained_at"] == [64, 64] and not found["light_varies"]
        assert found["frame_index"] == (47 + np.arange(5)).tolist() and found["frames"] == 5
        rows = torch.as_tensor(clip.rows)
        real = [frame.image for frame in read_frames(tiny_run.clip, indices=found["frame_index"])]
        for name, file in MOTIONS.items():
            motion = avatar.motion(Tracking.load(tiny_run.folder / file)).rows(rows)
            renders = list(pictures(avatar, motion, avatar.frame_wh, StillBackground(avatar.plate), 25.0))
            off = [np.square(a.astype(float) - b).mean() for a, b in zip(renders, real, strict=True)]
            assert found["psnr_db"][name] == pytest.approx((-10 * np.log10(np.array(off) / 255**2)).tolist(), abs=1e-3)
            change = np.abs(np.diff(np.array(renders, float), axis=0) - np.diff(np.array(real, float), axis=0))
            mean = found["motions"][name]["change"]
            assert min(mean[r]["error"] for r in mean) < change.mean() < max(mean[r]["error"] for r in mean)

    def test_every_measure_is_there(self, bench) -> None:
        _, found = bench
        assert 0 < found["plate_guessed"] < 1  # the margin of the plate is wider than this band
        for one in found["motions"].values():
            assert tuple(one["regions"]) == (*EVALUATION_REGION_NAMES, AROUND) and tuple(one["change"]) == CHANGING
            assert all(10 < region["psnr_db"] < 60 for region in one["regions"].values())
            assert all(change["pairs"] == 4 for change in one["change"].values())
            assert one["empty"]["pixels"] > 2000 and one["empty"]["change"] <= 255
            # The pixels by which a halo is told really are empty, and mattes err most at the edge.
            for part in ("head", "torso"):
                assert one["veil"][part]["exact"] < 2 and one["veil"][part]["pixels"] > 50
            truth = one["truth"]
            assert truth["alpha"]["edge"]["mean"] > truth["alpha"]["whole"]["mean"] > 0
            assert len(truth["composites"]) == 6
            assert all(db["whole"] > db["edge"] > 5 for db in truth["composites"].values())
        assert json.loads(json.dumps(found, allow_nan=False)) == found

    def test_the_folder_holds_what_was_found(self, bench, tiny_run: TinyRun) -> None:
        out, found = bench
        assert json.loads((out / "frame.json").read_text()) == found
        # Five frames: two pages whole, one close, and those over new backgrounds.
        kinds = ["frames-1.png", "frames-2.png", "close-1.png", *(f"backgrounds-{k + 1}.png" for k in
                 range(ON_BACKGROUNDS))]  # fmt: skip
        assert sorted(found["files"]) == sorted(kinds)
        assert sorted(path.name for path in out.iterdir()) == sorted([*kinds, "frame.json"])
        assert Image.open(out / "frames-1.png").width == 3 * 160
        with pytest.raises(OutputExistsError, match=r"(?s)not empty.*--force"):
            measure_frame(tiny_run.folder, out, device="cpu")
        with pytest.raises(OutputExistsError, match="a file"):
            measure_frame(tiny_run.folder, out / "frame.json", force=True, device="cpu")

    def test_force_takes_away_only_what_a_bench_wrote(self, bench, tiny_run: TinyRun, tmp_path: Path) -> None:
        out, found = bench
        (tmp_path / "novel.txt").write_text("mine")
        (tmp_path / "frames-9.png").write_bytes(b"of a longer bench")
        again = measure_frame(tiny_run.folder, tmp_path, force=True, device="cpu")
        assert again == found  # the same in every repetition
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
            [*(p.name for p in out.iterdir()), "novel.txt"]
        )

    def test_brightness_of_the_camera_is_no_error(self, held_out) -> None:
        avatar, clip = held_out
        bench = _Bench(avatar, clip, NULL_PROGRESS)
        frame = next(clip.frames())
        render, *_ = bench.add(frame)
        gain = np.array([1.06, 1.0, 0.94])
        bench.light = replace(bench.light, gains=np.tile(gain, (len(clip.path.frame_index), 1)))
        bench.add(replace(frame, image=np.clip(np.rint(render * gain), 0, 255).astype(np.uint8)))
        assert bench.meters["refined"].quality.psnr_db[1] > 60 > bench.meters["refined"].quality.psnr_db[0]

    def test_light_on_the_background_lies_where_it_was_measured(self) -> None:
        """In a frame of 12 x 8 pixels whose view was its right half: like torch within, constant beyond."""
        plate, field = np.full((8, 12, 3), 200, np.uint8), np.random.default_rng(0).uniform(0.8, 1.2, (1, 4, 4, 3))
        across, down = _weights(np.arange(12) + 0.5, 6, 6, 4), _weights(np.arange(8) + 0.5, 0, 8, 4)
        lit = FrameLight(plate, None, field, across, down).behind(0)
        expected = torch.nn.functional.interpolate(
            torch.from_numpy(field).movedim(-1, 1), (8, 6), mode="bilinear", align_corners=False
        )[0].movedim(0, -1)
        assert np.abs(lit[:, 6:] - 200 * expected.numpy()).max() <= 0.5 + 1e-9
        assert (lit[:, :6] == lit[:, 6:7]).all()

    def test_a_table_of_80_columns(self, bench, capsys: pytest.CaptureFixture[str]) -> None:
        _, found = bench
        rows = table_rows(found["motions"])
        Terminal().table(COLUMNS, rows)
        lines = capsys.readouterr().out.splitlines()
        assert max(map(len, lines)) <= 80
        for row in (COLUMNS, *rows):  # nothing is wrapped
            assert any(all(cell in line for cell in row) for line in lines)
        told = " ".join(notes(found))
        psnr = found["motions"]["refined"]["whole"]["psnr_db"]
        assert [row[2] for row in rows if row[0] == "whole frame"] == [f"{psnr:.2f}"]
        assert f"{found['motions']['refined']['veil']['head']['mean']:.2f}" in told and "five new backgrounds" in told


class TestHeldOut:
    def test_one_frame_after_another(self, held_out) -> None:
        _, clip = held_out
        frames = clip.frames()
        assert isinstance(frames, Iterator)
        first = next(frames)
        assert isinstance(first, RealFrame) and first.row == 47 and first.shown.all()
        assert first.truth is not None and np.abs(first.truth.astype(int) - first.matte).mean() < 30

    def test_nobody_is_where_it_is_empty(self, held_out) -> None:
        _, clip = held_out
        empty = clip.empty()
        assert 0.05 < empty.mean() < 0.9
        assert all(frame.truth is not None and frame.truth[empty].max() == 0 for frame in clip.frames())

    def test_frames_of_a_camera_that_moved_lie_in_the_reference(self, held_out) -> None:
        _, clip = held_out
        path = CameraPath.static(clip.path.frame_index)
        path.similarity[:, 0, 2] = 7  # every frame lies 7 pixels further right in the reference
        moved = replace(clip, path=path, has_truth=False)
        still, shifted = next(clip.frames()), next(moved.frames())
        assert (shifted.image[:, 7:] == still.image[:, :-7]).all()
        assert not shifted.shown[:, :7].any() and shifted.shown[:, 7:].all()
        assert (shifted.matte == still.matte).all()  # the run's mattes are in the reference frame already
        assert not moved.empty()[:, :7].any() and moved.empty()[:, 7:].any()

    def test_large_clips_come_out_smaller(self, held_out) -> None:
        _, clip = held_out
        small = replace(clip, frame_wh=(80, 80))
        full, half = next(clip.frames()), next(small.frames())
        for name in ("image", "matte", "truth", "shown"):
            one, other = getattr(full, name), getattr(half, name)
            assert other.shape == (80, 80, *one.shape[2:]) and other.mean() == pytest.approx(one.mean(), rel=0.01)
        assert small.empty().mean() == pytest.approx(clip.empty().mean(), abs=0.03)
        assert small.plate_seen().mean() == pytest.approx(clip.plate_seen().mean(), abs=0.01)

    def test_gaps_make_no_neighbours(self, held_out) -> None:
        _, clip = held_out
        assert clip.follows(47, 48) and not clip.follows(47, 49)
        every_other = replace(clip, path=CameraPath.static(2 * clip.path.frame_index))
        assert every_other.follows(94, 96)

    def test_a_clip_that_is_gone_or_another_one(self, tiny_run: TinyRun, tmp_path: Path) -> None:
        run, clip = tmp_path / "run", tmp_path / "clip.mp4"
        shutil.copytree(tiny_run.folder, run)
        record = json.loads((run / "run.json").read_text())
        record["input"]["path"] = str(clip)
        (run / "run.json").write_text(json.dumps(record))
        with pytest.raises(FileMissingError, match=r"(?s)gone.*clip.mp4.*Put it back"):
            measure_frame(run, device="cpu")
        shutil.copyfile(tiny_run.clip, clip)
        assert not HeldOut.open(run, (160, 160)).has_truth  # the truth lies beside the other file
        with clip.open("ab") as file:
            file.write(b"more")
        with pytest.raises(FormatError, match="not the clip"):
            measure_frame(run, device="cpu")
        with pytest.raises(FileMissingError, match=r"avatar\.safetensors"):
            measure_frame(tmp_path, device="cpu")


class TestCommandLine:
    def test_the_run_follows_the_name(self) -> None:
        command = _with_files(Bench(names=("frame", "me", "startup")))
        assert command.names == ("frame", "startup") and command.run == Path("me")
        assert _with_files(Bench(names=("frame", "startup"))).run is None
        assert _with_files(Bench(names=("frame",), run=Path("me"))).run == Path("me")
        both = _with_files(Bench(names=("frame", "me", "avatar", "me.mp4")))
        assert both.names == ("frame", "avatar") and (both.run, both.video) == (Path("me"), Path("me.mp4"))
        with pytest.raises(ConfigError, match=r"(?s)Two runs.*bench frame RUN"):
            _with_files(Bench(names=("frame", "me"), run=Path("you")))

    def test_what_is_missing_is_said(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        assert cli.main(["bench", "frame"]) == ConfigError.exit_code
        assert "lifemask bench frame RUN" in capsys.readouterr().err
        assert cli.main(["bench", "frame", str(tmp_path)]) == FileMissingError.exit_code
        assert "avatar.safetensors" in capsys.readouterr().err

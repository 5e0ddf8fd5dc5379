"""``bench avatar`` in its tiny form: it goes on after an interrupt, its files agree, and nothing is overwritten."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import tiny_config
from lifemask.avatar.flashavatar_config import FlashAvatarConfig
from lifemask.cli import main as cli
from lifemask.cli.commands import Bench
from lifemask.cli.terminal import Terminal
from lifemask.cli.verbs.bench import _with_files
from lifemask.errors import ConfigError, FileMissingError, OutputExistsError
from lifemask.pipeline.measure_avatar import AvatarBench, measure_avatar, reached
from lifemask.pipeline.measure_method import Looks
from lifemask.progress import Step
from lifemask.report.bench_sheet import SheetRow, contact_sheet
from lifemask.report.bench_table import NAMES

STEPS, LENGTHS = 30, (40, 20)
BENCH = AvatarBench(
    create=tiny_config(),
    preset=FlashAvatarConfig(uv_size=24, network_width=32),
    baseline_iterations=STEPS,
    lengths=LENGTHS,
    looks=Looks(first_s=0.02, ratio=1.6, speed_s=0.05),
)


class Listener:
    """Remembers what it is told; ``stop_in``: the name of a stage that it interrupts after its second piece of work."""

    def __init__(self, stop_in: str = "") -> None:
        self.notes: list[str] = []
        self.steps: dict[str, list[int]] = {}
        self.stop_in = stop_in

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Step]:
        told = self.steps.setdefault(name, [])

        def step(count: int = 1, info: str = "") -> None:
            told.append(count)
            if name == self.stop_in and len(told) > 2:
                raise KeyboardInterrupt

        yield step

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture(scope="module")
def bench(talking_clip: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict, Listener, list[str]]:
    """The folder of a bench that was interrupted in the middle of the baseline and went on; its result, what the
    second call told, and the files that the first one left."""
    out = tmp_path_factory.mktemp("bench") / "out"
    with pytest.raises(KeyboardInterrupt):
        measure_avatar(talking_clip, out, BENCH, Listener("flashavatar"))
    left = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_relative_to(out / "run"))
    listener = Listener()
    return out, measure_avatar(talking_clip, out, BENCH, listener), listener, left


def test_an_interrupted_bench_goes_on(bench) -> None:
    out, result, listener, left = bench
    # Whole parts or none, and no result yet.
    parts = [
        f"parts/{name}.{kind}"
        for name in ("flashavatar", "lifemask-20", "lifemask-40")
        for kind in ("json", "safetensors")
    ]
    assert left == sorted([".lock", "parts", "settings.json", *parts])
    assert {f"lifemask-{length}: up to date" for length in LENGTHS} <= set(listener.notes)
    assert "lifemask-40" not in listener.steps
    # The baseline went on in the middle of its steps.
    first, *rest = listener.steps["flashavatar"]
    assert 0 < first < STEPS and first + sum(rest) == STEPS
    baseline = result["methods"]["flashavatar"]
    assert baseline["images"] == baseline["steps"] == STEPS
    assert not list(out.rglob("*.partial*"))


def test_a_finished_bench_measures_nothing_again(bench, talking_clip: Path) -> None:
    out, *_ = bench
    before = {path: path.read_bytes() for path in (out / "parts").iterdir()}
    listener = Listener()
    again = measure_avatar(talking_clip, out, BENCH, listener)
    assert {path: path.read_bytes() for path in (out / "parts").iterdir()} == before
    assert not {"flashavatar", "lifemask-20", "lifemask-40", "evaluating"} & set(listener.steps)
    assert again["methods"] == json.loads((out / "bench.json").read_text())["methods"]


def test_times_and_curves_agree(bench) -> None:
    _, result, _, _ = bench
    assert [part["images"] for part in result["lengths"]] == list(LENGTHS)
    for part in (*result["lengths"], result["methods"]["flashavatar"]):
        curve = part["curve"]
        seconds, images = ([point[name] for point in curve] for name in ("seconds", "images"))
        assert seconds == sorted(set(seconds)) and images == sorted(images)
        assert (seconds[-1], images[-1]) == (part["train_s"], part["images"])
        assert part["images_per_s"] == pytest.approx(part["images"] / part["train_s"])
        # The last point is the finished avatar on some of the frames; here on all of them.
        assert curve[-1]["psnr_db"] == pytest.approx(part["scores"]["as_tracked"]["whole"]["psnr_db"], abs=1e-3)
        assert np.mean(part["per_frame"]["psnr_db"]) == pytest.approx(curve[-1]["psnr_db"], abs=1e-3)
        assert set(part["scores"]["refined"]["regions"]) == {
            "face",
            "mouth",
            "eyes",
            "hair_edge",
            "neck",
            "torso",
            "background",
        }
        assert part["peak_memory_mb"] > 100 and min(part["frames_per_s"].values()) > 0
    ours, other = result["methods"]["lifemask"], result["methods"]["flashavatar"]
    assert ours["gaussians"] == 2000 and 500 < other["gaussians"] < 700
    # Parameters of four bytes, at least one for each number that a Gaussian has.
    assert ours["model_bytes"] > 4 * 14 * 2000 and other["model_bytes"] > 4 * 56 * other["gaussians"]
    assert ours["scores"]["refined"]["whole"]["psnr_db"] > ours["scores"]["as_tracked"]["whole"]["psnr_db"]


def test_the_files_show_what_was_measured(bench, capsys: pytest.CaptureFixture[str]) -> None:
    out, result, _, _ = bench
    written = json.loads((out / "bench.json").read_text())
    assert written == result  # what --json prints is what is kept
    assert ElementTree.parse(out / "curve.svg").getroot().tag.endswith("svg")
    assert Image.open(out / "curve.png").size[0] > 800
    sheet = Image.open(out / "sheet.png")
    assert (
        sheet.width == 5 * 256 + 4 * 4 and sheet.height > 4 * 256
    )  # four frames, 64 pixels four times as large, and gaps
    text = (out / "table.md").read_text()
    psnr = result["methods"]["flashavatar"]["scores"]["as_tracked"]["whole"]["psnr_db"]
    assert f"{psnr:.2f}" in text and "stopped at 30 of 150,000 steps" in text
    Terminal().table(["", *NAMES], result["table"])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert all(any(row[0] in line for line in lines) for row in result["table"])  # nothing is wrapped


def test_other_settings_and_strangers_are_not_overwritten(bench, talking_clip: Path, tmp_path: Path) -> None:
    out, _, _, _ = bench
    with pytest.raises(OutputExistsError, match=r"(?s)other settings.*--force"):
        measure_avatar(talking_clip, out, replace(BENCH, create=replace(BENCH.create, resolution=72)))
    (tmp_path / "novel.txt").write_text("mine")
    with pytest.raises(OutputExistsError, match="something else"):
        measure_avatar(talking_clip, tmp_path, BENCH)
    with pytest.raises(FileMissingError, match="no file"):
        measure_avatar(tmp_path / "absent.mp4", tmp_path / "new", BENCH)
    assert [path.name for path in tmp_path.iterdir()] == ["novel.txt"]


def test_time_to_quality_is_that_of_the_shortest_training_that_reached_it() -> None:
    def part(seconds: float, psnr: float, lpips: float | None) -> dict:
        scores = {"as_tracked": {"whole": {"psnr_db": psnr, "lpips": lpips}}}
        return {"train_s": seconds, "images": round(seconds), "scores": scores}

    lengths = [part(80, 33, 0.02), part(40, 32, 0.03), part(20, 30, 0.05)]
    found = reached(lengths, part(1000, 31.5, 0.01), "as_tracked")
    assert found["psnr_db"]["seconds"] == 40 and found["psnr_db"]["times_as_fast"] == 25
    assert found["lpips"]["seconds"] is None and found["lpips"]["times_as_fast"] is None
    assert "lpips" not in reached(lengths, part(1000, 31.5, None), "as_tracked")


def test_limits_of_the_baseline() -> None:
    assert AvatarBench().limits("cuda") == (150_000, None)
    assert AvatarBench().limits("cpu") == (150_000, 1800)
    assert AvatarBench(baseline_iterations=70).limits("cpu") == (70, None)
    assert AvatarBench(baseline_iterations=70, baseline_seconds=5).limits("cuda") == (70, 5)
    full = AvatarBench().images("cpu")
    assert full == tuple(full[0] // share for share in (1, 2, 4, 8, 16))
    with pytest.raises(ConfigError, match="--baseline-seconds"):
        AvatarBench(baseline_seconds=0)
    with pytest.raises(ConfigError, match="--lengths"):
        AvatarBench(lengths=())


def test_pictures_of_the_sheet_are_where_their_titles_are() -> None:
    shade = lambda value: np.full((256, 256, 3), value, np.uint8)  # noqa: E731
    row = SheetRow("frame 7", shade(100), (shade(100), shade(151)), (40.0, 14.0))
    sheet = contact_sheet([row], ("one", "other"))
    middle = sheet[sheet.shape[0] // 2]
    at = lambda place: middle[place * 260 + 128].tolist()  # noqa: E731
    assert [at(place) for place in (0, 1, 2)] == [[100] * 3, [100] * 3, [151] * 3]
    assert at(3) == [0, 0, 4] and sum(at(4)) > 600  # inferno's first and last colours


class TestCommandLine:
    def test_the_clip_follows_the_name(self) -> None:
        command = _with_files(Bench(names=("startup", "avatar", "me.mp4")))
        assert command.names == ("startup", "avatar") and command.video == Path("me.mp4")
        assert _with_files(Bench(names=("avatar", "startup"))).video is None
        assert _with_files(Bench(names=("avatar",), video=Path("me.mp4"))).video == Path("me.mp4")
        with pytest.raises(ConfigError, match="Two clips"):
            _with_files(Bench(names=("avatar", "me.mp4"), video=Path("you.mp4")))

    @pytest.mark.parametrize(
        ("arguments", "error", "said"),
        [
            (["avatar"], ConfigError, "lifemask bench avatar CLIP -o FOLDER"),
            (["avatar", "me.mp4"], ConfigError, "lifemask bench avatar me.mp4 -o FOLDER"),
            (["avatar", "absent.mp4", "-o", "out"], FileMissingError, "no file absent.mp4"),
            (["avatr", "me.mp4"], ConfigError, "'avatr'"),
        ],
    )
    def test_what_is_missing_is_said(
        self,
        arguments: list[str],
        error: type,
        said: str,
        capsys: pytest.CaptureFixture[str],
        tmp_path: Path,
        monkeypatch,
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert cli.main(["bench", *arguments]) == error.exit_code
        assert said in capsys.readouterr().err.replace("\n", " ")
        assert not list(tmp_path.iterdir())

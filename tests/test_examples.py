"""The numbered examples, as they stand: each is run on a small avatar, and what it makes is looked at."""

import runpy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from conftest import TinyRun, tiny_config
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.code_rows import CodeLayout
from lifemask.media.video import probe
from lifemask.synthetic.voice import write_voice
from lifemask.synthetic.voice_words import utterance

EXAMPLES = Path(__file__).parent.parent / "examples"


def example(name: str) -> Callable[..., Any]:
    """The ``main`` of an example."""
    return runpy.run_path(str(EXAMPLES / f"{name}.py"))["main"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_voice(utterance(2.0, 5), tmp_path_factory.mktemp("sound") / "said.wav")


def test_01_goes_on_where_it_was(tiny_run: TinyRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(tiny_run.folder, tmp_path / "run")
    made = example("01_create")([str(tiny_run.clip), str(tmp_path / "run")], tiny_config())
    assert made.metrics["evaluation"] == tiny_run.metrics["evaluation"]
    assert "held-out frames, refined" in capsys.readouterr().out


def test_02_reads_the_angles_that_were_tracked(tiny_run: TinyRun, tmp_path: Path) -> None:
    from lifemask.report.motion import head_angles_deg
    from lifemask.tracking.record import Tracking

    yaw = example("02_read_a_run")([str(tiny_run.folder), str(tmp_path / "motion.csv")])
    tracking = Tracking.load(tiny_run.folder / "refined.safetensors")
    assert np.abs(np.abs(yaw) - np.abs(head_angles_deg(tracking.camera_from_head)[:, 0])).max() < 0.5
    assert len((tmp_path / "motion.csv").read_text().splitlines()) == 1 + len(tracking)


def test_03_every_slider_makes_another_face(tiny_run: TinyRun, tmp_path: Path) -> None:
    sheet = example("03_sliders")([str(tiny_run.folder), str(tmp_path / "faces.png")]).astype(int)
    faces = np.split(sheet, 6, axis=1)
    assert all(np.abs(one - faces[0]).max() > 3 for one in faces[1:])
    assert np.array_equal(np.asarray(Image.open(tmp_path / "faces.png")), sheet)


def test_04_renders_the_frames_that_were_asked_for(tiny_run: TinyRun, tmp_path: Path) -> None:
    example("04_render")([str(tiny_run.folder), str(tmp_path / "a.mp4"), "--frames", "0:6", "--background", "green"])
    assert probe(tmp_path / "a.mp4").num_frames == 6


def test_05_says_all_of_a_sound(tiny_run: TinyRun, sound: Path, tmp_path: Path) -> None:
    done = example("05_speak")([str(tiny_run.folder), str(sound), str(tmp_path / "said.mp4")])
    assert done.video.frames == 50 and probe(done.video.path).has_audio


def test_07_every_export_is_there(tiny_run: TinyRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(tiny_run.folder, tmp_path / "run")
    made = example("07_export")([str(tmp_path / "run"), str(tmp_path / "out")])
    assert set(made) == {"html", "ply", "spz", "glb"} and all(path.stat().st_size > 5000 for path in made.values())
    assert "carries no consent" in capsys.readouterr().out


def test_08_what_the_server_sends_moves_the_jaw(tiny_run: TinyRun, sound: Path, tmp_path: Path) -> None:
    rows = example("08_serve")([str(tiny_run.folder), str(sound), str(tmp_path / "rows.npy"), "--seconds", "1.5"])
    layout = CodeLayout.of(Avatar.load(tiny_run.folder))
    assert rows.shape[1] == layout.width and len(rows) > 30
    moved = layout.rows(layout.motion(rows))
    assert np.array_equal(moved, rows) and np.ptp(rows[:, : len(layout.expression_names)], axis=0).max() > 0.02

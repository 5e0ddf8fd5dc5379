"""The command line as its user meets it: texts, exit codes, what goes to stdout and what to stderr."""

import errno
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lifemask import errors
from lifemask.avatar.config import TrainingConfig
from lifemask.cli import main as cli
from lifemask.cli.commands import VERBS
from lifemask.cli.terminal import BarProgress, LineProgress, Terminal
from lifemask.cli.verbs import doctor
from lifemask.media.video import VideoWriter
from lifemask.pipeline.config import CreateConfig, config_from_record, held_out, parse_frames
from lifemask.pipeline.files import plain
from lifemask.pipeline.lock import RunBusyError
from lifemask.tracking.config import TrackingConfig


def lifemask(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own."""
    command = [sys.executable, "-m", "lifemask", *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch):
    """Let ``lifemask doctor`` end with a given exception."""

    def arrange(error: BaseException) -> None:
        def run(command: object, terminal: object) -> int:
            raise error

        monkeypatch.setattr(doctor, "run", run)

    return arrange


def test_help_names_every_verb_and_no_argument_means_help() -> None:
    done = lifemask()
    assert done.returncode == 0 and done.stderr == ""
    assert "{" + ",".join(VERBS) + "}" in done.stdout


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert re.fullmatch(r"lifemask \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_and_the_common_options(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([verb, "--help"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert "--json" in text and "--debug" in text


def test_a_wrong_word_ends_with_2_and_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["chekc", "clip.mp4"])
    assert end.value.code == 2
    assert "check" in capsys.readouterr().err


def test_an_error_says_what_why_and_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("text")
    (tmp_path / "clip.mp4").write_bytes(b"x")
    code = cli.main(["track", str(tmp_path / "clip.mp4"), "-o", str(tmp_path / "out")])
    said = capsys.readouterr()
    assert code == errors.OutputExistsError.exit_code == 16
    assert said.out == ""
    assert f"error: {tmp_path / 'out'} exists and is not a run folder (it holds thesis.tex)" in said.err
    assert "Nothing is overwritten without being asked." in said.err
    assert "→ Name another folder with -o, or add --force to write into this one." in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("content", "kind"), [(None, errors.FileMissingError), (b"no video at all", errors.NotAVideoError)]
)
def test_bad_input_ends_in_its_own_code(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
    kind: type[errors.LifemaskError],
) -> None:
    clip = tmp_path / "clip.mp4"
    if content is not None:
        clip.write_bytes(content)
    for arguments in (["check", str(clip)], ["track", str(clip), "-o", str(tmp_path / "out")]):
        assert cli.main(arguments) == kind.exit_code
        assert str(clip) in capsys.readouterr().err


def test_no_face_is_told_with_the_report_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with VideoWriter(tmp_path / "wall.mp4", 25, (96, 96)) as writer:
        for _ in range(12):
            writer.write(np.full((96, 96, 3), 128, np.uint8))
    assert cli.main(["check", str(tmp_path / "wall.mp4"), "--json"]) == errors.NoFaceError.exit_code
    said = capsys.readouterr()
    value = json.loads(said.out)
    assert value["error"]["kind"] == "NoFaceError" and value["error"]["exit_code"] == 15
    assert value["report"]["usable"] is False
    assert "error:" in said.err


def test_the_recording_guide(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--guide"]) == 0
    assert "| seconds | do this |" in capsys.readouterr().out
    assert cli.main(["check"]) == errors.ConfigError.exit_code
    assert "lifemask check VIDEO" in capsys.readouterr().err


def test_an_unexpected_error_is_short_and_shows_its_trace_on_request(failing, capsys) -> None:
    failing(ValueError("seven is not eight"))
    assert cli.main(["doctor"]) == 70
    said = capsys.readouterr().err
    assert "ValueError: seven is not eight" in said and "--debug" in said and "Traceback" not in said
    assert cli.main(["doctor", "--debug"]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_and_a_full_disk(failing, capsys) -> None:
    failing(KeyboardInterrupt())
    assert cli.main(["doctor"]) == 130
    assert "The same command goes on" in capsys.readouterr().err
    failing(OSError(errno.ENOSPC, "No space left on device", "/data/x"))
    assert cli.main(["doctor"]) == errors.DiskFullError.exit_code
    assert "/data/x" in capsys.readouterr().err


def test_exit_codes_differ_and_leave_1_and_2_alone() -> None:
    kinds = [*errors.LifemaskError.__subclasses__(), cli.UnexpectedError, RunBusyError]
    codes = {kind.__name__: kind.exit_code for kind in kinds}
    assert len(set(codes.values())) == len(codes), codes
    assert not {0, 1, 2} & set(codes.values())


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--frames", "9:3"], "--frames '9:3' is no range of frames"),
        (["--frames", "all"], "--frames 'all' is no range of frames"),
        (["--test", "0"], "--test 0 leaves nothing to evaluate on"),
        (["--resolution", "8"], "--resolution 8 cannot work"),
        (["--face", "-1"], "--face -1 is no face"),
    ],
)
def test_settings_that_cannot_work(arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["track", "clip.mp4", "-o", "out", *arguments]) == errors.ConfigError.exit_code
    assert text in capsys.readouterr().err


def test_frame_ranges_and_the_split() -> None:
    assert parse_frames(None) == (0, None)
    assert parse_frames("0:838") == (0, 838)
    assert parse_frames("100:") == (100, None)
    assert parse_frames(":50") == (0, 50)
    assert [held_out(CreateConfig(), count) for count in (5, 40, 500, 5000)] == [1, 4, 50, 100]
    assert held_out(CreateConfig(test=100), 838) == 100
    with pytest.raises(errors.ConfigError, match="--test 100 leaves no frame to train on: the clip gives 90"):
        held_out(CreateConfig(test=100), 90)


def test_settings_survive_the_record() -> None:
    config = CreateConfig(frames="3:90", tracking=TrackingConfig(iterations=7), training=TrainingConfig(images=11))
    stored = json.loads(json.dumps(plain(config)))
    assert config_from_record(stored) == config
    with pytest.raises(errors.FormatError, match="made by another version"):
        config_from_record(stored | {"moustache": True})


@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        (["evaluate", "nowhere"], errors.FileMissingError, "nowhere is not a run folder"),
        (["render", "nowhere", "-o", "out.mp4"], errors.FileMissingError, "nowhere holds no avatar"),
        (["render", "nowhere", "-o", "/"], errors.OutputExistsError, "holds other files than numbered pictures"),
        (["render", "nowhere", "-o", "a.mp4", "--background", "transparent"], errors.ConfigError, ".webm (VP9, for"),
        (["render", "nowhere", "-o", "a.mp4", "--background", "grene"], errors.ConfigError, "Did you mean green"),
        (["reenact", "nowhere", "no.mp4", "-o", "a.mp4", "--head", "2"], errors.ConfigError, "on, off or a number"),
        (["demo", "--seconds", "1"], errors.ConfigError, "--seconds 1 is too short"),
        (["bench", "speed"], errors.ConfigError, "There is no figure called 'speed'"),
    ],
)
def test_verbs_refuse_with_a_reason(
    arguments: list[str], kind: type[errors.LifemaskError], text: str, capsys, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == kind.exit_code
    assert text in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_bench_measures_the_start(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["bench", "startup", "--json"]) == 0
    assert 0.01 < json.loads(capsys.readouterr().out)["figures"]["startup"]["seconds"] < 30


def test_doctor_speaks_json_and_finds_this_machine_whole() -> None:
    done = lifemask("doctor", "--json")
    value = json.loads(done.stdout)
    assert done.returncode == 0 and value["ok"] is True
    assert {"python", "packages", "numba", "encoders", "model", "device", "disk"} <= {
        finding["name"] for finding in value["findings"]
    }


def test_doctor_survives_a_broken_installation(monkeypatch, capsys) -> None:
    def broken():
        raise ImportError("libx264.so: cannot open shared object file")
        yield

    monkeypatch.setattr(doctor, "_threads", broken)
    monkeypatch.setattr(doctor, "_encoders", broken)
    assert cli.main(["doctor"]) == errors.LifemaskError.exit_code
    said = capsys.readouterr().out
    assert "fail" in said and "libx264.so" in said and "2 thing(s) to repair" in said


def test_assets_lists_with_licences(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["assets", "--json"]) == 0
    listed = {asset["name"]: asset for asset in json.loads(capsys.readouterr().out)["assets"]}
    assert "Apache-2.0" in listed["face_landmarker"]["licence"] and len(listed["face_landmarker"]["sha256"]) == 64
    assert cli.main(["assets", "path", "face_landmark"]) == errors.AssetError.exit_code
    assert "Did you mean 'face_landmarker'?" in capsys.readouterr().err
    assert cli.main(["assets", "list", "--archive", "x.whl"]) == errors.ConfigError.exit_code


def test_progress_in_a_log_says_how_long_it_takes(monkeypatch, capsys) -> None:
    clock = iter([0.0, 5.0, 12.0, 20.0])
    monkeypatch.setattr("lifemask.cli.terminal.time.perf_counter", lambda: next(clock))
    progress = Terminal().progress()
    assert isinstance(progress, LineProgress)
    with progress.stage("solving", total=100) as step:
        step(10)
        step(20, info="2.1 px")
    assert capsys.readouterr().err.splitlines() == [
        "solving ...",
        "solving 30 %, 12 s, about 28 s left, 2.1 px",
        "solving done in 20.0 s",
    ]


def test_progress_on_a_terminal_leaves_a_line_for_each_stage() -> None:
    import io

    from rich.console import Console

    stream = io.StringIO()
    progress = BarProgress(Console(file=stream, force_terminal=True, width=100))
    with progress.stage("outer", total=2) as outer:
        outer(1, info="half")
        progress.note("two faces")
        with progress.stage("inner") as inner:
            inner(3)
    with pytest.raises(ValueError), progress.stage("failing", total=1):
        raise ValueError
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue())
    for line in (r"✓ outer \d", r"✓ inner \d", r"✗ failing \d", "· two faces"):
        assert re.search(line, text), line

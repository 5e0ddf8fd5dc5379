"""Whatever comes instead of a good clip: a message, what to do about it, its own exit code, and no mess."""

import resource
import subprocess
import sys
import wave
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from conftest import FPS, SIZE, tiny_config
from lifemask import errors
from lifemask.cli.main import main
from lifemask.media.video import probe
from lifemask.pipeline.create import create
from lifemask.tracking.observations import Observations

CHEAP = ["--resolution", "64", "--device", "cpu"]


def noise_free_wall(count: int = 60) -> list[np.ndarray]:
    return [np.full((SIZE, SIZE, 3), (150, 160, 150), np.uint8)] * count


@pytest.fixture
def refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """``refused(verb, video, kind)``: the message, after the promises of every refusal are checked."""

    def run(video: Path, kind: type[errors.LifemaskError], *options: str, verb: str = "create") -> str:
        capsys.readouterr()
        out = tmp_path / "out"
        where = ["-o", str(out), *CHEAP] if verb != "check" else []
        assert main([verb, str(video), *where, *options]) == kind.exit_code
        said = capsys.readouterr().err
        what, _, rest = said[said.index("error:") :].partition("\n")
        assert str(video) in what, said
        assert rest.count("→") == 1 and len(rest.splitlines()) >= 1, said  # why, and what to do next
        assert "Traceback" not in said
        left = [path.name for path in out.rglob("*") if path.is_file()]
        assert set(left) <= {"run.json", ".lock"}, left
        return said

    return run


@pytest.fixture
def audio(tmp_path: Path) -> Path:
    path = tmp_path / "voice.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(np.zeros(48000, np.int16).tobytes())
    return path


class TestNotAClip:
    def test_no_such_file(self, refused: Callable[..., str], tmp_path: Path) -> None:
        refused(tmp_path / "me.mp4", errors.FileMissingError)
        refused(tmp_path / "me.mp4", errors.FileMissingError, verb="check")
        assert not (tmp_path / "out").exists()

    def test_text(self, refused: Callable[..., str], tmp_path: Path) -> None:
        (tmp_path / "notes.mp4").write_text("no video\n" * 100)
        refused(tmp_path / "notes.mp4", errors.NotAVideoError)
        refused(tmp_path / "notes.mp4", errors.NotAVideoError, verb="check")

    def test_sound_alone(self, refused: Callable[..., str], audio: Path) -> None:
        assert "sound but no picture" in refused(audio, errors.NotAVideoError)

    def test_a_picture(self, refused: Callable[..., str], tmp_path: Path) -> None:
        Image.fromarray(noise_free_wall()[0]).save(tmp_path / "me.png")
        assert "picture" in refused(tmp_path / "me.png", errors.NotAVideoError)

    def test_a_folder(self, refused: Callable[..., str], tmp_path: Path) -> None:
        (tmp_path / "clips").mkdir()
        assert main(["create", str(tmp_path / "clips"), "-o", str(tmp_path / "out")]) == 11

    def test_cut_off(self, refused: Callable[..., str], talking_clip: Path, tmp_path: Path) -> None:
        data = talking_clip.read_bytes()
        (tmp_path / "half.mp4").write_bytes(data[: len(data) // 2])
        refused(tmp_path / "half.mp4", errors.TruncatedVideoError)
        refused(tmp_path / "half.mp4", errors.TruncatedVideoError, verb="check")

    def test_the_traceback_only_on_request(self, capsys: pytest.CaptureFixture[str], audio: Path) -> None:
        assert main(["check", str(audio), "--debug"]) == errors.NotAVideoError.exit_code
        assert "Traceback" in capsys.readouterr().err

    def test_a_refused_clip_does_not_claim_the_folder(
        self, refused: Callable[..., str], audio: Path, film: Callable[..., Path]
    ) -> None:
        """After a mistake the same command with the right file works, without --force."""
        refused(audio, errors.NotAVideoError)
        refused(film("wall-first.mp4", noise_free_wall()), errors.NoFaceError)
        refused(film("wall-again.mp4", noise_free_wall(70)), errors.NoFaceError)


class TestNoUseForAnAvatar:
    def test_no_face(self, refused: Callable[..., str], film: Callable[..., Path]) -> None:
        clip = film("wall.mp4", noise_free_wall())
        assert "no face" in refused(clip, errors.NoFaceError)
        assert "no face" in refused(clip, errors.NoFaceError, verb="check")

    def test_the_face_is_lost_for_long(
        self, refused: Callable[..., str], film: Callable[..., Path], talking_frames: list[np.ndarray]
    ) -> None:
        clip = film("lost.mp4", talking_frames[:20] + noise_free_wall(40))
        said = refused(clip, errors.NoFaceError)
        assert "in 33% of the frames" in said and "longest gap 1.6 s" in said

    def test_ten_by_ten_pixels(self, refused: Callable[..., str], film: Callable[..., Path]) -> None:
        refused(film("tiny.mp4", [frame[:10, :10] for frame in noise_free_wall()]), errors.NoFaceError)

    def test_too_short(
        self, refused: Callable[..., str], film: Callable[..., Path], talking_frames: list[np.ndarray]
    ) -> None:
        clip = film("short.mp4", talking_frames[:25])
        said = refused(clip, errors.UnusableClipError)
        assert "length: 1.0 s" in said and "lifemask check --guide" in said

    def test_a_third_face_of_two(self, refused: Callable[..., str], two_faces_clip: Path) -> None:
        refused(two_faces_clip, errors.NoFaceError, "--face", "2")


class TestUnusualButGood:
    def test_portrait_with_a_rotation_flag(
        self, talking_frames: list[np.ndarray], talking_clip: Path, tmp_path: Path
    ) -> None:
        """Stored lying on its side as phones do; tracked upright, in the picture as it is shown."""
        upright = [frame[:, 16:-16] for frame in talking_frames]
        clip = written(tmp_path / "phone.mp4", [np.rot90(frame, 1) for frame in upright], rotate=-90)
        info = probe(clip)
        assert info.rotation_deg in (90, 270) and info.size_wh == (SIZE - 32, SIZE)
        seen, straight = tracked(clip, tmp_path / "phone"), tracked(talking_clip, tmp_path / "straight")
        assert seen.detected.all() and seen.size_wh == (SIZE - 32, SIZE)
        # Another encoding of the same pictures: the landmarker's noise, far below the 16 pixels cut away.
        assert np.abs(seen.landmarks_px - straight.landmarks_px + np.array([16, 0])).mean() < 1

    def test_variable_frame_rate(self, talking_frames: list[np.ndarray], tmp_path: Path) -> None:
        ticks = np.cumsum([0] + [(3, 4, 6, 9)[index % 4] for index in range(len(talking_frames) - 1)])
        clip = written(tmp_path / "vfr.mp4", talking_frames, times=ticks.tolist())
        assert probe(clip).variable_frame_rate
        out = tmp_path / "vfr"
        create(clip, out, tiny_config(), until="tracking")
        from lifemask.tracking.record import Tracking

        tracking = Tracking.load(out / "tracking.safetensors")
        np.testing.assert_allclose(tracking.timestamp_s, ticks[tracking.frame_index] / 100, atol=2e-3)
        assert len(tracking) == len(talking_frames) and tracking.tracked.all()

    def test_two_faces(self, two_faces_clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The larger is taken, and it is said; --face picks."""
        for options, right in (([], True), (["--face", "1"], False)):
            assert main(["check", str(two_faces_clip), *options]) == 0
            said = capsys.readouterr().out
            assert "another face" in said and "--face" in said
            out = tmp_path / str(right)
            seen = tracked(two_faces_clip, out, face=1 if options else None)
            centre = seen.landmarks_px[:, :, 0].mean(1)
            assert ((centre > SIZE) == right).all()

    def test_4k(self, talking_frames: list[np.ndarray], film: Callable[..., Path], capsys) -> None:
        large = Image.fromarray(talking_frames[0]).resize((2160, 2160), Image.Resampling.LANCZOS)
        picture = np.zeros((2160, 3840, 3), np.uint8) + np.asarray(large)[:1, :1]
        frames = []
        for shift in (0, 4, 8):
            frames.append(picture.copy())
            frames[-1][:, 800 + shift : 2960 + shift] = large
        # A frame a second: three frames are a clip of three seconds.
        clip = film("4k.mp4", frames, fps=1)
        code = main(["check", str(clip)])
        said = capsys.readouterr().out
        assert code == 0 and "in 3840 x 2160" in said and "in 100% of the frames" in said, said


def tracked(clip: Path, out: Path, **settings: object) -> Observations:
    """The landmarks that ``create`` finds."""
    create(clip, out, tiny_config(**settings), until="capture")
    return Observations.load(out / "landmarks.safetensors")


def written(path: Path, images: list[np.ndarray], *, times: list[int] | None = None, rotate: int = 0) -> Path:
    """A clip with times in hundredths of a second, or with a rotation flag, by libav alone."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=int(FPS), options={"crf": "12"})
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt, stream.codec_context.time_base = "yuv420p", Fraction(1, 100)
        if rotate:
            stream.set_display_rotation(rotate)
        for index, image in enumerate(images):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            frame.pts, frame.time_base = times[index] if times else 4 * index, Fraction(1, 100)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


class TestTheOutput:
    def test_a_folder_of_something_else_stays_as_it_is(self, talking_clip: Path, tmp_path: Path, capsys) -> None:
        out = tmp_path / "thesis"
        out.mkdir()
        (out / "chapter.tex").write_text("text")
        arguments = ["track", str(talking_clip), "-o", str(out), *CHEAP, "--tracking.iterations", "5"]
        assert main(arguments) == errors.OutputExistsError.exit_code
        said = capsys.readouterr().err
        assert str(out) in said and "--force" in said and "Nothing is overwritten" in said
        assert [path.name for path in out.iterdir()] == ["chapter.tex"]
        assert main([*arguments, "--force"]) == 0
        assert (out / "chapter.tex").read_text() == "text" and (out / "tracking.safetensors").exists()

    def test_another_clips_run_is_not_replaced_unasked(self, talking_clip, two_faces_clip, tmp_path, capsys) -> None:
        out = tmp_path / "run"
        create(talking_clip, out, tiny_config(), until="capture")
        before = (out / "landmarks.safetensors").read_bytes()
        assert main(["create", str(two_faces_clip), "-o", str(out)]) == errors.OutputExistsError.exit_code
        assert str(talking_clip) in capsys.readouterr().err
        assert (out / "landmarks.safetensors").read_bytes() == before

    def test_a_full_disk(self, talking_clip: Path, tmp_path: Path) -> None:
        """A limit on the size of files fails as a full disk does: in the middle of a write."""
        out = tmp_path / "run"
        arguments = [sys.executable, "-m", "lifemask", "create", str(talking_clip), "-o", str(out), *CHEAP]
        limit = 400_000  # above the landmarks' file, below that of the pictures
        full = subprocess.run(
            arguments,
            capture_output=True,
            text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        )
        assert full.returncode == errors.DiskFullError.exit_code, full.stderr
        assert "No space left" in full.stderr and "Free some space" in full.stderr
        assert "Traceback" not in full.stderr
        left = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
        assert left == {"run.json", ".lock", "capture.json", "landmarks.safetensors", "camera_path.safetensors"}
        landmarks = (out / "landmarks.safetensors").stat().st_mtime_ns
        create(talking_clip, out, tiny_config(), until="mattes")  # with space again the same run goes on
        assert (out / "landmarks.safetensors").stat().st_mtime_ns == landmarks and (out / "plate.png").exists()

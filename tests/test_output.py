"""Every way of writing a rendered video: what is read back is what was rendered, and it is whole or not there."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from PIL import Image

from lifemask.errors import ConfigError, OutputExistsError
from lifemask.media.output import is_picture_folder, open_output
from lifemask.media.video import SYNTHETIC_MEDIA_MARK, probe, read_frames, read_metadata

NAMES = ["a.mp4", "a.mov", "a.webm", "a.mkv", "frames"]
WITH_ALPHA = NAMES[1:]
SIZE = (64, 48)


def rendered(index: int, size_wh: tuple[int, int] = SIZE) -> np.ndarray:
    """Saturated colours [H,W,4] that change slowly from left to right, and a disc with a soft edge that moves."""
    width, height = size_wh
    y, x = np.mgrid[:height, :width] + 0.5
    hue = 2 * np.pi * x[..., None] / width + np.array([0, 2, 4])
    disc = np.hypot(x - width / 2 - index, y - height / 2)
    alpha = np.clip((height / 3 - disc) / 8 + 0.5, 0, 1)
    return np.concatenate([127.5 + 120 * np.sin(hue), 255 * alpha[..., None]], -1).round().astype(np.uint8)


def write(path: Path, *, with_alpha: bool, frames: int = 6, size_wh=SIZE, **options) -> Path:
    with open_output(path, 25, size_wh, with_alpha=with_alpha, **options) as output:
        for index in range(frames):
            output.write(rendered(index, size_wh)[..., : 4 if with_alpha else 3])
    return path


def read_rgba(path: Path) -> Iterator[np.ndarray]:
    """The frames of a file with opacity, read without the code under test."""
    if path.is_dir():
        yield from (np.asarray(Image.open(file)) for file in sorted(path.iterdir()))
        return
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        # libav's own VP9 decoder leaves the opacity out.
        decoder = av.CodecContext.create("libvpx-vp9", "r") if path.suffix == ".webm" else stream.codec_context
        for packet in container.demux(stream):
            for frame in decoder.decode(packet):
                if path.suffix == ".mkv":
                    yield frame.to_ndarray(format="rgba")
                else:
                    yield frame.reformat(
                        format="rgba",
                        src_colorspace=Colorspace.ITU709,
                        dst_color_range=ColorRange.JPEG,
                        interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND,
                    ).to_ndarray()


class TestOpacity:
    # (opacity, colour) in levels: ProRes rounds to 10 bits; VP9 is lossy, and its colour has half the resolution.
    @pytest.mark.parametrize(
        ("name", "alpha_error", "colour_error"), [("a.mov", 1, 2), ("a.webm", 8, 14), ("a.mkv", 0, 0), ("frames", 0, 0)]
    )
    def test_comes_back(self, tmp_path, name, alpha_error, colour_error):
        path = write(tmp_path / name, with_alpha=True)
        read = list(read_rgba(path))
        assert len(read) == 6
        for index, image in enumerate(read):
            error = np.abs(image.astype(int) - rendered(index))
            assert error[..., 3].max() <= alpha_error
            assert error[..., :3].max() <= colour_error
            assert set(image[20, 30:34, 3]) == {255} and set(image[0, :4, 3]) == {0}, "opaque and empty are exact"

    @pytest.mark.parametrize(("name", "error"), [("a.mp4", 16), ("a.mov", 2), ("a.webm", 14), ("a.mkv", 0)])
    def test_opaque_videos_hold_the_colours(self, tmp_path, name, error):
        path = write(tmp_path / name, with_alpha=False)
        frames = list(read_frames(path))
        assert len(frames) == 6 and probe(path).fps == pytest.approx(25)
        for frame in frames:
            assert np.abs(frame.image.astype(int) - rendered(frame.index)[..., :3]).max() <= error

    def test_opaque_pictures(self, tmp_path):
        folder = write(tmp_path / "frames", with_alpha=False)
        assert [file.name for file in sorted(folder.iterdir())] == [f"{index:05d}.png" for index in range(6)]
        with Image.open(folder / "00003.png") as image:
            assert image.mode == "RGB" and np.array_equal(image, rendered(3)[..., :3])

    @pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.webm"])
    def test_colours_are_marked_as_bt709(self, tmp_path, name):
        for with_alpha in [False, True] if name != "a.mp4" else [False]:
            with av.open(str(write(tmp_path / name, with_alpha=with_alpha, force=True))) as container:
                frame = next(container.decode(video=0))
                found = (frame.colorspace, frame.color_primaries, frame.color_trc, frame.color_range)
                assert found == (1, 1, 1, ColorRange.MPEG)

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("size_wh", [(1, 1), (33, 17), (2, 31)])
    def test_odd_sizes(self, tmp_path, name, size_wh):
        path = write(tmp_path / name, with_alpha=name != "a.mp4", size_wh=size_wh, frames=2)
        if name == "a.mp4":
            assert probe(path).size_wh == (size_wh[0] + size_wh[0] % 2, size_wh[1] + size_wh[1] % 2)
        else:
            assert [image.shape for image in read_rgba(path)] == [(size_wh[1], size_wh[0], 4)] * 2


class TestMark:
    @pytest.mark.parametrize("name", NAMES)
    def test_is_in_every_kind_of_file(self, tmp_path, name):
        path = write(tmp_path / name, with_alpha=name != "a.mp4")
        if path.is_dir():
            found = [dict(Image.open(file).text) for file in path.iterdir()]  # type: ignore[attr-defined]
        else:
            found = [read_metadata(path)]
        for texts in found:
            texts = {key.lower(): text for key, text in texts.items()}  # Matroska has them in capitals
            assert {key: texts[key] for key in SYNTHETIC_MEDIA_MARK} == dict(SYNTHETIC_MEDIA_MARK)


class TestPath:
    def test_opacity_does_not_go_into_mp4(self, tmp_path):
        with pytest.raises(ConfigError, match="cannot be transparent") as error:
            open_output(tmp_path / "a.mp4", 25, SIZE, with_alpha=True)
        assert all(suffix in error.value.fix for suffix in (".mov", ".webm", "PNG"))

    @pytest.mark.parametrize("name", ["a.avi", "a.gif", "a.png", "a.mp5"])
    def test_other_suffixes(self, tmp_path, name):
        with pytest.raises(ConfigError, match=r"Expected .mp4 \(H.264\)"):
            open_output(tmp_path / name, 25, SIZE, with_alpha=False)

    def test_what_is_a_folder_of_pictures(self, tmp_path):
        (tmp_path / "take.2").mkdir()
        assert is_picture_folder(tmp_path / "frames") and is_picture_folder(tmp_path / "take.2")
        assert is_picture_folder(f"{tmp_path}/take.3/")
        assert not is_picture_folder(tmp_path / "take.3") and not is_picture_folder(tmp_path / "a.MP4")

    @pytest.mark.parametrize("fps", [0, -1, float("nan"), float("inf")])
    def test_rates_that_cannot_be(self, tmp_path, fps):
        with pytest.raises(ConfigError, match="positive size and rate"):
            open_output(tmp_path / "a.mp4", fps, SIZE, with_alpha=False)

    @pytest.mark.parametrize("name", NAMES)
    def test_nothing_is_overwritten_unasked(self, tmp_path, name):
        with_alpha = name != "a.mp4"
        path = write(tmp_path / name, with_alpha=with_alpha, frames=6)
        with pytest.raises(OutputExistsError):
            open_output(path, 25, SIZE, with_alpha=with_alpha)
        write(path, with_alpha=with_alpha, frames=2, force=True)
        assert list(tmp_path.iterdir()) == [path]
        if path.is_dir():
            assert sorted(file.name for file in path.iterdir()) == ["00000.png", "00001.png"]
        else:
            assert len(list(read_frames(path))) == 2

    def test_a_folder_of_other_things_is_never_replaced(self, tmp_path):
        (tmp_path / "home").mkdir()
        (tmp_path / "home" / "letter.txt").write_text("dear")
        (tmp_path / "file").write_text("x")
        (tmp_path / "a.mp4").mkdir()
        for name in ("home", "file", "a.mp4"):
            with pytest.raises(OutputExistsError):
                open_output(tmp_path / name, 25, SIZE, with_alpha=False, force=True)
        assert (tmp_path / "home" / "letter.txt").read_text() == "dear"

    def test_an_empty_folder_is_filled(self, tmp_path):
        (tmp_path / "frames").mkdir()
        assert len(list(write(tmp_path / "frames", with_alpha=True, frames=2).iterdir())) == 2

    def test_what_came_into_the_folder_meanwhile_is_kept(self, tmp_path):
        (tmp_path / "frames").mkdir()
        with (
            pytest.raises(OutputExistsError),
            open_output(tmp_path / "frames", 25, SIZE, with_alpha=True, force=True) as output,
        ):
            output.write(rendered(0))
            (tmp_path / "frames" / "notes.txt").write_text("mine")
        assert [file.name for file in tmp_path.rglob("*")] == ["frames", "notes.txt"]

    def test_a_finished_folder_is_for_others_too(self, tmp_path):
        (tmp_path / "plain").mkdir()
        folder = write(tmp_path / "frames", with_alpha=True, frames=1)
        assert folder.stat().st_mode == (tmp_path / "plain").stat().st_mode


class TestNothingHalfWritten:
    @pytest.mark.parametrize("name", NAMES)
    def test_after_an_exception(self, tmp_path, name):
        with_alpha = name != "a.mp4"
        channels = 4 if with_alpha else 3
        with (
            pytest.raises(RuntimeError, match="stop"),
            open_output(tmp_path / name, 25, SIZE, with_alpha=with_alpha) as output,
        ):
            output.write(rendered(0)[..., :channels])
            raise RuntimeError("stop")
        for image in (rendered(0)[..., : 7 - channels], rendered(0, (65, 48)), rendered(0).astype(np.float32)):
            with (
                pytest.raises(ConfigError, match="expected a uint8 frame"),
                open_output(tmp_path / name, 25, SIZE, with_alpha=with_alpha) as output,
            ):
                output.write(image)
        with (
            pytest.raises(ConfigError, match="no frame"),
            open_output(tmp_path / name, Fraction(25), SIZE, with_alpha=with_alpha),
        ):
            pass
        assert list(tmp_path.iterdir()) == []

    def test_when_the_disk_is_full(self, tmp_path):
        """A limit on the size of files, in a process of its own, stands for the full disk."""
        code = f"""
import numpy as np
from lifemask.errors import DiskFullError
from lifemask.media.output import open_output
noise = np.random.default_rng(0)
for name in {WITH_ALPHA!r}:
    try:
        with open_output({str(tmp_path)!r} + "/" + name, 25, (128, 128), with_alpha=True) as output:
            for _ in range(30):
                output.write(noise.integers(0, 256, (128, 128, 4), dtype=np.uint8))
    except DiskFullError as error:
        assert name in str(error) and "space" in str(error)
        print(name)
"""
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))  # noqa: E731
        # -B: the limit must not cut the bytecode files that Python writes.
        done = subprocess.run(
            [sys.executable, "-B", "-c", code], preexec_fn=limit, capture_output=True, text=True, check=False
        )
        assert done.stdout.split() == WITH_ALPHA, done.stderr
        assert list(tmp_path.iterdir()) == []

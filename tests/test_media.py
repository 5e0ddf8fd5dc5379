"""Video files in and out: what is read is what was recorded, and a file is whole or not there."""

import resource
import subprocess
import sys
import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from lifemask.errors import (
    ConfigError,
    DiskFullError,
    FileMissingError,
    NotAVideoError,
    TruncatedVideoError,
)
from lifemask.media.files import (
    atomic_write_bytes,
    atomic_write_text,
    disk_full_as_error,
    file_sha256,
    in_fixed_order,
    replacing,
)
from lifemask.media.video import (
    SYNTHETIC_MEDIA_MARK,
    VideoWriter,
    fitted_size_wh,
    probe,
    read_frames,
    read_grey,
    read_metadata,
)


def picture(index: int, size_wh: tuple[int, int] = (64, 48)) -> np.ndarray:
    """A smooth picture [H,W,3] whose top left quarter is red and whose blue grows with the index."""
    width, height = size_wh
    image = np.full((height, width, 3), 40, np.uint8)
    image[..., 2] = min(40 + 6 * index, 250)
    image[: height // 2, : width // 2] = (230, 30, 30)
    return image


def write_clip(path: Path, frames: int = 20, size_wh: tuple[int, int] = (64, 48), **options) -> Path:
    with VideoWriter(path, 25, size_wh, **options) as writer:
        for index in range(frames):
            writer.write(picture(index, size_wh))
    return path


def write_with_libav(path: Path, times: list[int], *, tick=Fraction(1, 100), rotate=0, mirror=False, **settings):
    """A clip whose frames are shown at `times` (in ticks), written without the code under test."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "1", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = tick
        for name, value in settings.items():
            setattr(stream.codec_context, name, value)
        if rotate or mirror:
            stream.set_display_rotation(rotate, hflip=mirror)
        for index, time in enumerate(times):
            frame = av.VideoFrame.from_ndarray(picture(index), format="rgb24")
            frame.pts, frame.time_base = time, tick
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


class TestProbe:
    def test_says_what_the_file_is(self, tmp_path):
        info = probe(write_clip(tmp_path / "a.mp4", frames=30))
        assert info.size_wh == (64, 48)
        assert info.num_frames == 30
        assert info.fps == pytest.approx(25)
        assert info.duration_s == pytest.approx(30 / 25)
        assert (info.rotation_deg, info.variable_frame_rate, info.has_audio) == (0, False, False)
        assert (info.codec, info.pixel_format, info.hdr) == ("h264", "yuv420p", False)

    def test_variable_frame_rate_is_seen_and_times_are_the_files_own(self, tmp_path):
        times = [0, 4, 8, 12, 20, 30, 34, 38, 60, 64]
        path = write_with_libav(tmp_path / "vfr.mp4", times)
        info = probe(path)
        assert info.variable_frame_rate
        assert info.num_frames == len(times)
        read = [frame.timestamp_s for frame in read_frames(path)]
        assert read == pytest.approx([time / 100 for time in times], abs=1e-3)

    def test_rounded_timestamps_are_not_a_variable_rate(self, tmp_path):
        """Matroska rounds to milliseconds: 60 fps alternates between 16 and 17 ms."""
        times = [round(1000 * index / 60) for index in range(40)]
        assert not probe(write_with_libav(tmp_path / "a.mkv", times, tick=Fraction(1, 1000))).variable_frame_rate

    def test_high_dynamic_range_is_seen(self, tmp_path):
        arib_hlg = 18
        assert probe(write_with_libav(tmp_path / "hlg.mp4", list(range(0, 40, 4)), color_trc=arib_hlg)).hdr

    def test_ten_by_ten_pixels(self, tmp_path):
        path = write_clip(tmp_path / "small.mp4", size_wh=(10, 10))
        assert probe(path).size_wh == (10, 10)
        assert next(read_frames(path)).image.shape == (10, 10, 3)


class TestNotAVideo:
    @pytest.mark.parametrize(
        ("name", "content", "says"),
        [
            ("text.mp4", b"hello, this is not a video\n" * 40, "cannot be opened"),
            ("notes.txt", b"hello, this is not a video\n" * 40, "cannot be opened"),
            ("empty.mp4", b"", "0 bytes"),
            ("noise.mov", np.random.default_rng(0).bytes(5000), "cannot be opened"),
            (
                "list.m3u8",
                b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://localhost/a.ts\n",
                "cannot be opened",
            ),
        ],
    )
    def test_other_files(self, tmp_path, name, content, says):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(NotAVideoError, match=says) as error:
            probe(path)
        assert name in str(error.value)

    @pytest.mark.parametrize("kind", ["png", "jpeg", "gif", "webp"])
    def test_still_pictures(self, tmp_path, kind):
        path = tmp_path / f"still.{kind}"
        Image.fromarray(picture(0)).save(path)
        with pytest.raises(NotAVideoError):
            probe(path)

    def test_one_frame_in_a_video_file(self, tmp_path):
        with pytest.raises(NotAVideoError, match="single picture"):
            probe(write_clip(tmp_path / "one.mp4", frames=1))

    def test_sound_only(self, tmp_path):
        path = tmp_path / "voice.wav"
        with wave.open(str(path), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(16000)
            sound.writeframes(bytes(32000))
        with pytest.raises(NotAVideoError, match="sound but no picture"):
            probe(path)

    def test_folder(self, tmp_path):
        with pytest.raises(NotAVideoError, match="not a file"):
            probe(tmp_path)

    @pytest.mark.parametrize("read", [probe, lambda path: list(read_frames(path)), file_sha256])
    def test_missing(self, tmp_path, read):
        with pytest.raises(FileMissingError, match="nowhere"):
            read(tmp_path / "nowhere.mp4")


class TestTruncated:
    @pytest.mark.parametrize("read", [probe, lambda path: list(read_frames(path))])
    @pytest.mark.parametrize("name", ["index_first.mp4", "index_last.mp4", "cut.mkv"])
    def test_cut_in_the_middle(self, tmp_path, name, read):
        whole = tmp_path / f"whole_{name}"
        if name == "index_first.mp4":
            write_clip(whole, frames=60)
        else:
            write_with_libav(whole, list(range(0, 240, 4)))
        cut = tmp_path / name
        cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
        with pytest.raises(TruncatedVideoError, match=name):
            read(cut)

    def test_the_good_frames_come_first(self, tmp_path):
        whole = write_clip(tmp_path / "whole.mp4", frames=60, crf=0)
        cut = tmp_path / "cut.mp4"
        cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 8 // 10])
        seen = []
        with pytest.raises(TruncatedVideoError, match="of the 60 frames"):
            seen.extend(frame.index for frame in read_frames(cut))


class TestReadFrames:
    def test_selection_is_that_of_range(self, tmp_path):
        path = write_clip(tmp_path / "a.mp4", frames=20)
        indices = lambda **choice: [frame.index for frame in read_frames(path, **choice)]  # noqa: E731
        assert indices() == list(range(20))
        assert indices(start=3, stop=15, step=4) == list(range(3, 15, 4))
        assert indices(indices=[7, 2, 19, 2]) == [2, 7, 19]
        assert indices(indices=[]) == []
        with pytest.raises(ConfigError):
            indices(step=0)

    def test_an_index_is_the_same_frame_whatever_is_selected(self, tmp_path):
        path = write_clip(tmp_path / "a.mp4", frames=20)
        everything = list(read_frames(path))
        for frame in read_frames(path, start=5, step=3):
            assert frame.timestamp_s == pytest.approx(frame.index / 25)
            assert np.array_equal(frame.image, everything[frame.index].image)
        blue = [frame.image[-4, -4, 2] for frame in everything]
        assert np.all(np.diff(np.asarray(blue, int)) > 0), "frames are out of order"

    @pytest.mark.parametrize(
        ("rotate", "mirror", "red_corner"),
        [
            (0, False, "top left"),
            (90, False, "bottom left"),
            (180, False, "bottom right"),
            (270, False, "top right"),
            (0, True, "top right"),
            (90, True, "bottom right"),
        ],
    )
    def test_display_matrix_is_applied(self, tmp_path, rotate, mirror, red_corner):
        path = write_with_libav(tmp_path / "r.mp4", [0, 4, 8], rotate=rotate, mirror=mirror)
        info, image = probe(path), next(read_frames(path)).image
        expected = (48, 64) if rotate in (90, 270) else (64, 48)
        assert info.size_wh == expected
        assert image.shape == (expected[1], expected[0], 3)
        if not mirror:
            assert info.rotation_deg == rotate
        rows, columns = np.nonzero(image[..., 0] > 128)
        corner = ["top", "bottom"][int(rows.mean() > image.shape[0] / 2)]
        corner += " " + ["left", "right"][int(columns.mean() > image.shape[1] / 2)]
        assert corner == red_corner

    @pytest.mark.parametrize("matrix", [1, 5])
    def test_colours_follow_the_files_matrix(self, tmp_path, matrix):
        """Known Y, Cb, Cr decode by the formulas of BT.709 (1) and BT.601 (5), within rounding."""
        luma, blue, red = 120, 90, 170
        path = tmp_path / "c.mp4"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libx264", rate=25, options={"crf": "0"})
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            stream.codec_context.colorspace = matrix
            stream.codec_context.color_range = 1
            planes = np.concatenate([np.full(64 * 48, luma), np.full(32 * 24, blue), np.full(32 * 24, red)])
            for _ in range(3):
                frame = av.VideoFrame.from_ndarray(planes.astype(np.uint8).reshape(72, 64), format="yuv420p")
                frame.colorspace, frame.color_range = matrix, 1
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        kr, kb = {1: (0.2126, 0.0722), 5: (0.299, 0.114)}[matrix]
        y, cb, cr = (luma - 16) / 219, (blue - 128) / 224, (red - 128) / 224
        r, b = y + 2 * (1 - kr) * cr, y + 2 * (1 - kb) * cb
        expected = 255 * np.array([r, (y - kr * r - kb * b) / (1 - kr - kb), b])
        assert next(read_frames(path)).image[20, 20] == pytest.approx(expected, abs=1.0)

    def test_duplicates_are_kept(self, tmp_path):
        path = tmp_path / "d.mp4"
        with VideoWriter(path, 30, (64, 48)) as writer:
            for index in range(12):
                writer.write(picture(index // 2))
        assert len(list(read_frames(path))) == 12

    def test_four_k_is_scaled_while_decoding(self, tmp_path):
        path = write_clip(tmp_path / "4k.mp4", frames=2, size_wh=(3840, 2160))
        assert probe(path).size_wh == (3840, 2160)
        image = next(read_frames(path, max_side=960)).image
        assert image.shape == (540, 960, 3)
        assert image[100, 100] == pytest.approx((230, 30, 30), abs=4)

    def test_leaving_early_closes_the_file(self, tmp_path):
        path = write_clip(tmp_path / "a.mp4")
        frames = read_frames(path)
        next(frames)
        frames.close()
        assert next(frames, None) is None


def test_fitted_size_never_grows():
    assert fitted_size_wh((1920, 1080), 960) == (960, 540)
    assert fitted_size_wh((640, 480), 960) == (640, 480)
    assert fitted_size_wh((1080, 1920), None) == (1080, 1920)
    assert fitted_size_wh((4000, 1), 100) == (100, 1)


class TestVideoWriter:
    def test_browsers_can_play_it(self, tmp_path):
        """Yuv420p, BT.709 tags, and the index before the pictures."""
        path = write_clip(tmp_path / "a.mp4")
        content = path.read_bytes()
        assert content.index(b"moov") < content.index(b"mdat")
        with av.open(str(path)) as container:
            context = container.streams.video[0].codec_context
            assert context.pix_fmt == "yuv420p"
            assert (context.colorspace, context.color_primaries, context.color_trc) == (1, 1, 1)

    def test_odd_sizes_are_padded_with_the_border(self, tmp_path):
        path = write_clip(tmp_path / "odd.mp4", size_wh=(63, 47))
        assert probe(path).size_wh == (64, 48)
        image = next(read_frames(path)).image.astype(int)
        assert np.abs(image[:, 63] - image[:, 62]).max() <= 12

    def test_colours_survive(self, tmp_path):
        """Within 3 of 255: two roundings of YCbCr with its coarser steps, and crf 1."""
        path = tmp_path / "c.mp4"
        flat = np.empty((48, 64, 3), np.uint8)
        flat[:] = (200, 120, 60)
        with VideoWriter(path, 25, (64, 48), crf=1) as writer:
            for _ in range(3):
                writer.write(flat)
        for frame in read_frames(path):
            assert np.abs(frame.image.astype(int) - flat).max() <= 3

    @pytest.mark.parametrize("fps", [25, 29.97, Fraction(30000, 1001), 60])
    def test_frame_rate(self, tmp_path, fps):
        path = tmp_path / "f.mp4"
        with VideoWriter(path, fps, (32, 32)) as writer:
            for index in range(10):
                writer.write(picture(index, (32, 32)))
        info = probe(path)
        assert info.fps == pytest.approx(float(fps), rel=1e-4)
        assert not info.variable_frame_rate

    def test_the_synthetic_media_mark_is_in_the_file(self, tmp_path):
        path = write_clip(tmp_path / "m.mp4", metadata=SYNTHETIC_MEDIA_MARK)
        read = read_metadata(path)
        assert {key: read[key] for key in SYNTHETIC_MEDIA_MARK} == dict(SYNTHETIC_MEDIA_MARK)
        assert "trainedAlgorithmicMedia" in read["comment"]
        assert "Synthetic media" in read["description"]

    def test_metadata_that_would_be_lost_is_refused(self, tmp_path):
        with pytest.raises(ConfigError, match="c2pa"):
            VideoWriter(tmp_path / "m.mp4", 25, (64, 48), metadata={"c2pa": "yes"})

    def test_mattes_are_lossless(self, tmp_path):
        generator = np.random.default_rng(1)
        mattes = [generator.integers(0, 256, (35, 51), dtype=np.uint8) for _ in range(9)]
        path = tmp_path / "mattes.mkv"
        with VideoWriter(path, 25, (51, 35), codec="ffv1-gray") as writer:
            for matte in mattes:
                writer.write(matte)
        for matte, read in zip(mattes, read_grey(path), strict=True):
            assert np.array_equal(matte, read)

    def test_pictures_are_lossless_too(self, tmp_path):
        generator = np.random.default_rng(2)
        pictures = [generator.integers(0, 256, (35, 51, 3), dtype=np.uint8) for _ in range(5)]
        path = tmp_path / "pictures.mkv"
        with VideoWriter(path, 25, (51, 35), codec="ffv1-rgb") as writer:
            for picture in pictures:
                writer.write(picture)
        for picture, read in zip(pictures, read_frames(path), strict=True):
            assert np.array_equal(picture, read.image)

    @pytest.mark.parametrize(
        "image",
        [np.zeros((48, 65, 3), np.uint8), np.zeros((48, 64), np.uint8), np.zeros((48, 64, 3), np.float32)],
    )
    def test_wrong_frames_are_refused(self, tmp_path, image):
        with pytest.raises(ConfigError, match="expected a uint8 frame"), write_nothing(tmp_path) as writer:
            writer.write(image)
        assert list(tmp_path.iterdir()) == []

    def test_nothing_remains_after_an_exception(self, tmp_path):
        path = write_clip(tmp_path / "a.mp4")
        before = path.read_bytes()
        with pytest.raises(RuntimeError, match="stop"), VideoWriter(path, 25, (64, 48)) as writer:
            writer.write(picture(0))
            raise RuntimeError("stop")
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]

    def test_no_frames_is_an_error(self, tmp_path):
        with pytest.raises(ConfigError, match="no frame"), write_nothing(tmp_path):
            pass
        assert list(tmp_path.iterdir()) == []


def write_nothing(folder: Path) -> VideoWriter:
    return VideoWriter(folder / "n.mp4", 25, (64, 48))


class TestDiskFull:
    @pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
    def test_video(self, tmp_path, name):
        """A limit on the size of files, in a process of its own, stands for the full disk."""
        code = f"""
import numpy as np
from lifemask.errors import DiskFullError
from lifemask.media.video import VideoWriter
grey = {name.endswith("mkv")}
noise = np.random.default_rng(0)
try:
    codec = "ffv1-gray" if grey else "h264"
    with VideoWriter({str(tmp_path / name)!r}, 25, (128, 128), codec=codec, crf=1) as w:
        for _ in range(12):
            w.write(noise.integers(0, 256, (128, 128) if grey else (128, 128, 3), dtype=np.uint8))
except DiskFullError as error:
    assert {name!r} in str(error) and "space" in str(error)
    print("full")
"""
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))  # noqa: E731
        # -B: the limit must not cut the bytecode files that Python writes.
        done = subprocess.run(
            [sys.executable, "-B", "-c", code], preexec_fn=limit, capture_output=True, text=True, check=False
        )
        assert done.stdout.strip() == "full", done.stderr
        assert list(tmp_path.iterdir()) == []

    def test_a_really_full_device(self):
        with (
            pytest.raises(DiskFullError, match="No space left"),
            disk_full_as_error("/dev/full"),
            open("/dev/full", "wb") as device,
        ):
            device.write(b"x")

    def test_old_content_stays(self, tmp_path):
        path = tmp_path / "run.json"
        atomic_write_text(path, "old")
        with pytest.raises(DiskFullError), replacing(path) as temporary:
            temporary.write_text("half")
            with open("/dev/full", "wb") as device:
                device.write(b"x")
        assert path.read_text() == "old"
        assert list(tmp_path.iterdir()) == [path]


class TestFiles:
    def test_write_and_hash(self, tmp_path):
        path = tmp_path / "new" / "a.bin"
        atomic_write_bytes(path, b"abc")
        assert path.read_bytes() == b"abc"
        assert file_sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        assert list(path.parent.iterdir()) == [path]

    def test_text_is_utf8_and_replaces(self, tmp_path):
        path = tmp_path / "a.txt"
        atomic_write_text(path, "a longer first text")
        atomic_write_text(path, "größer")
        assert path.read_bytes() == "größer".encode()

    def test_others_can_read_the_file(self, tmp_path):
        path = tmp_path / "a.txt"
        atomic_write_text(path, "x")
        plain = tmp_path / "b.txt"
        plain.write_text("x")
        assert path.stat().st_mode == plain.stat().st_mode


def test_equal_tensors_make_equal_files():
    from safetensors.numpy import load, save

    texts = {name: name.upper() for name in "hgfedcba"}
    files = {in_fixed_order(save({"x": np.arange(5), "y": np.eye(3)}, texts)) for _ in range(8)}
    assert len(files) == 1
    read = load(files.pop())
    assert read["x"].tolist() == [0, 1, 2, 3, 4] and (read["y"] == np.eye(3)).all()

"""Sound that goes along with a video: at its time, as long as the pictures, from whatever file."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from lifemask.errors import ConfigError, FileMissingError, FormatError
from lifemask.media.output import open_output
from lifemask.media.sound import RATE_HZ, Sound, SoundReader
from lifemask.media.video import VideoWriter, probe, read_frames
from sound_made import click, recording, text

FPS, SIZE = 25, (32, 32)
VIDEOS = ["a.mp4", "a.mov", "a.webm", "a.mkv"]
CODECS = {"a.mp4": "aac", "a.mov": "aac", "a.webm": "opus", "a.mkv": "flac"}


def film(path: Path, frames: int, flash: int | None = None, **sound) -> Path:
    """A dark video with one white frame."""
    with open_output(path, FPS, SIZE, with_alpha=False, **sound) as output:
        for index in range(frames):
            output.write(np.full((32, 32, 3), 255 if index == flash else 20, np.uint8))
    return path


def heard(path: Path) -> tuple[np.ndarray, float]:
    """Loudness of each sample at 48 kHz [N], and the time of the first on the clock of the pictures."""
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
        samples = np.concatenate([frame.to_ndarray().reshape(frame.layout.nb_channels, -1) for frame in frames], 1)
        assert all(frame.sample_rate == RATE_HZ for frame in frames)
        start_s = (container.start_time or 0) / av.time_base
        return np.abs(samples.astype(float)).max(0), frames[0].time - start_s


def loud_at_s(path: Path) -> float:
    loudness, first_s = heard(path)
    return first_s + float(np.nonzero(loudness > 0.5 * loudness.max())[0][0]) / RATE_HZ


def bright_at_s(path: Path) -> float:
    return next(frame.timestamp_s for frame in read_frames(path) if frame.image.mean() > 128)


def samples_of(sound: Sound) -> np.ndarray:
    reader = SoundReader(sound)
    blocks = list(reader.blocks())
    reader.close()
    return np.concatenate(blocks, 1)


class TestInVideos:
    @pytest.mark.parametrize("name", VIDEOS)
    def test_a_click_is_where_the_flash_is(self, tmp_path, name):
        """The click at 0.92 s of the source is 0.52 s after the start: frame 13. 3 ms: codecs smear it a little."""
        source = click(tmp_path / "voice.wav", 0.92)
        path = film(tmp_path / name, 30, flash=13, sound=source, sound_start_s=0.4)
        assert loud_at_s(path) == pytest.approx(bright_at_s(path), abs=0.003)
        assert bright_at_s(path) == pytest.approx(0.52, abs=0.002)
        with av.open(str(path)) as container:
            assert container.streams.audio[0].codec_context.name == CODECS[name]

    @pytest.mark.parametrize("name", VIDEOS)
    @pytest.mark.parametrize("length_s", [0.3, 2.0])
    def test_ends_with_the_pictures(self, tmp_path, name, length_s):
        """Whether the source is longer or shorter; the last block of AAC is rounded up to 1024 samples."""
        path = film(tmp_path / name, 30, sound=click(tmp_path / "voice.wav", 0.1, length_s=length_s))
        assert probe(path).duration_s == pytest.approx(30 / FPS, abs=0.002)
        loudness, first_s = heard(path)
        assert first_s + len(loudness) / RATE_HZ == pytest.approx(30 / FPS, abs=1024 / RATE_HZ)

    def test_from_one_video_to_the_next(self, tmp_path):
        """Through two codecs, each with a delay of its own; with the second half alone."""
        first = film(tmp_path / "a.mp4", 40, flash=30, sound=click(tmp_path / "voice.wav", 30 / FPS))
        second = film(tmp_path / "b.webm", 20, flash=10, sound=first, sound_start_s=20 / FPS)
        third = film(tmp_path / "c.mkv", 20, flash=10, sound=second)
        assert loud_at_s(second) == pytest.approx(bright_at_s(second), abs=0.004)
        assert loud_at_s(third) == pytest.approx(bright_at_s(third), abs=0.005)

    def test_many_frames_of_an_odd_rate_do_not_drift(self, tmp_path):
        fps = Fraction(30_000, 1001)
        path = tmp_path / "a.mp4"
        source = click(tmp_path / "voice.wav", float(290 / fps), length_s=10.0, rate_hz=8000)
        with VideoWriter(path, fps, SIZE, sound=Sound(source)) as writer:
            for index in range(300):
                writer.write(np.full((32, 32, 3), 255 if index == 290 else 20, np.uint8))
        assert loud_at_s(path) == pytest.approx(bright_at_s(path), abs=0.003)

    def test_a_source_without_sound_gives_none(self, tmp_path):
        silent = film(tmp_path / "silent.mp4", 5)
        assert not probe(film(tmp_path / "a.mp4", 5, sound=silent)).has_audio

    def test_it_is_interleaved(self, tmp_path):
        """A player that streams the file finds the sound of a moment near its pictures."""
        path = film(tmp_path / "a.mkv", 100, sound=click(tmp_path / "voice.wav", 0.1, length_s=4))
        with av.open(str(path)) as container:
            times = [(packet.stream.type, packet.dts * packet.time_base) for packet in container.demux() if packet.size]
        latest = {"video": Fraction(0), "audio": Fraction(0)}
        for kind, time_s in times:
            latest[kind] = time_s
            assert abs(latest["video"] - latest["audio"]) < 0.3

    @pytest.mark.parametrize(
        ("make", "kind", "says"),
        [
            (lambda folder: folder / "nowhere.wav", FileMissingError, "nowhere.wav does not exist"),
            (lambda folder: folder, FormatError, "not a file"),
            (lambda folder: text(folder / "notes.txt"), FormatError, "cannot be opened as a sound"),
        ],
    )
    def test_bad_sources_leave_nothing_behind(self, tmp_path, make, kind, says):
        (tmp_path / "out").mkdir()
        with pytest.raises(kind, match=says):
            film(tmp_path / "out" / "a.mp4", 3, sound=make(tmp_path))
        assert list((tmp_path / "out").iterdir()) == []

    def test_pictures_have_no_sound(self, tmp_path):
        with pytest.raises(ConfigError, match="cannot hold sound"):
            film(tmp_path / "frames", 3, sound=click(tmp_path / "voice.wav", 0.1))


class TestReader:
    @pytest.mark.parametrize(
        ("channels", "rate_hz"), [(1, 8000), (2, 44_100), (3, 22_050), (6, 48_000), (10, 48_000), (1, 96_000)]
    )
    def test_any_rate_and_number_of_channels(self, tmp_path, channels, rate_hz):
        samples = samples_of(Sound(click(tmp_path / "a.wav", 0.5, length_s=1.0, channels=channels, rate_hz=rate_hz)))
        assert samples.shape == (min(channels, 2), RATE_HZ) and samples.dtype == np.float32
        loudness = np.abs(samples).max(0)
        assert np.nonzero(loudness > 0.5 * loudness.max())[0][0] / RATE_HZ == pytest.approx(0.5, abs=2e-4)

    @pytest.mark.parametrize(
        ("name", "codec", "layout", "rate_hz"),
        [
            ("a.mp3", "libmp3lame", "stereo", 44_100),
            ("a.m4a", "aac", "5.1", 44_100),
            ("a.flac", "flac", "mono", 44_100),
            ("a.ogg", "libopus", "stereo", 48_000),
            ("a.mka", "aac", "mono", 32_000),
        ],
    )
    def test_kinds_of_files(self, tmp_path, name, codec, layout, rate_hz):
        """The codec's own delay is taken out."""
        voice = np.zeros(rate_hz)
        voice[rate_hz // 2 :][: rate_hz // 500] = 0.5
        blocks = ((start / rate_hz, voice[start : start + 960]) for start in range(0, rate_hz, 960))
        samples = samples_of(Sound(recording(tmp_path / name, codec, layout, rate_hz, blocks)))
        loudness = np.abs(samples).max(0)
        assert np.nonzero(loudness > 0.5 * loudness.max())[0][0] / RATE_HZ == pytest.approx(0.5, abs=0.001)
        assert samples.shape[1] / RATE_HZ == pytest.approx(1.0, abs=0.03)

    def test_a_gap_in_the_recording_stays_a_gap(self, tmp_path):
        blip = np.full(960, 0.5)
        path = recording(tmp_path / "a.mka", "pcm_s16le", "mono", 48_000, iter([(0.0, blip), (1.5, blip)]))
        loud = np.nonzero(np.abs(samples_of(Sound(path))[0]) > 0.25)[0] / RATE_HZ
        assert loud[0] == 0.0 and loud[-1] == pytest.approx(1.52, abs=0.001)
        assert not ((loud > 0.021) & (loud < 1.499)).any()

    def test_sound_that_changes_within_the_file(self, tmp_path):
        """Two recordings of AAC one after another, as a broadcast has them: first mono, then stereo."""
        data = b""
        tone = 0.5 * np.sin(np.arange(44_100) * 2 * np.pi * 440 / 44_100)
        for name, layout in [("a.aac", "mono"), ("b.aac", "stereo")]:
            blocks = ((start / 44_100, tone[start : start + 1024]) for start in range(0, 44_100, 1024))
            data += recording(tmp_path / name, "aac", layout, 44_100, blocks).read_bytes()
        (tmp_path / "both.aac").write_bytes(data)
        samples = samples_of(Sound(tmp_path / "both.aac"))
        assert samples.shape[0] == 1 and samples.shape[1] / RATE_HZ == pytest.approx(2.0, abs=0.1)
        for part in (samples[0, 12_000:36_000], samples[0, 60_000:84_000]):
            peak_hz = np.abs(np.fft.rfft(part * np.hanning(len(part)))).argmax() * RATE_HZ / len(part)
            assert peak_hz == pytest.approx(440, abs=3)

    def test_start_and_duration(self, tmp_path):
        path = click(tmp_path / "a.wav", 0.5, length_s=1.0)
        whole = samples_of(Sound(path))
        assert np.array_equal(samples_of(Sound(path, 0.25, 0.5)), whole[:, 12_000:36_000])
        later = samples_of(Sound(path, -0.25))
        assert not later[:, :12_000].any() and np.array_equal(later[:, 12_000:], whole)
        assert samples_of(Sound(path, -0.5, 0.75)).shape[1] == 36_000
        assert list(SoundReader(Sound(path, 5.0)).blocks()) == []

    def test_it_is_read_while_it_is_needed(self, tmp_path):
        """One second at most is in memory, also where there is silence only."""
        for start_s in (0.0, -60.0):
            first = next(SoundReader(Sound(click(tmp_path / "a.wav", 0.5, length_s=20.0), start_s)).blocks())
            assert 0 < first.shape[1] <= RATE_HZ

    @pytest.mark.parametrize("times", [(float("nan"), None), (0.0, 0.0), (0.0, -1.0), (float("inf"), None)])
    def test_times_that_cannot_be(self, tmp_path, times):
        with pytest.raises(ConfigError, match="expected a start"):
            SoundReader(Sound(click(tmp_path / "a.wav", 0.1), *times))

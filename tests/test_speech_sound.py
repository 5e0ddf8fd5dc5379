"""A voice in: any file becomes mono at 16 kHz, in place, in blocks, and what is wrong with it is said."""

import tracemalloc
import wave
from pathlib import Path

import numpy as np
import pytest

from lifemask.errors import ConfigError, FileMissingError, FormatError, LifemaskError
from lifemask.media.output import open_output
from lifemask.media.sound import Sound, SoundReader
from lifemask.media.speech_sound import BLOCK, SPEECH_HZ, Findings, SpeechSound
from lifemask.speech.layers import SOUND_HZ
from sound_made import click, recording, text

KINDS = {"a.mp3": "libmp3lame", "a.m4a": "aac", "a.flac": "flac", "a.ogg": "libopus", "a.opus": "libopus"}


def read(path: Path, *times: float) -> tuple[np.ndarray, Findings]:
    sound = SpeechSound(path, *times)
    samples = np.concatenate(list(sound.blocks()))
    return samples, sound.findings()


def tone(path: Path, amplitude: float, length_s: float = 1.0, rate_hz: int = 48_000, channels: int = 1) -> Path:
    """440 Hz in all channels; beyond full scale it is clipped."""
    samples = amplitude * np.sin(2 * np.pi * 440 * np.arange(round(length_s * rate_hz)) / rate_hz)
    stored = np.round(np.clip(samples, -1, 1) * 32_767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate_hz, 0, "NONE", ""))
        file.writeframes(np.repeat(stored[:, None], channels, 1).tobytes())
    return path


def silent_film(path: Path, **sound) -> Path:
    with open_output(path, 25, (32, 32), with_alpha=False, **sound) as output:
        for _ in range(25):
            output.write(np.zeros((32, 32, 3), np.uint8))
    return path


class TestAnyFile:
    def test_the_clock_of_speech_is_that_of_its_sound(self):
        assert SPEECH_HZ == SOUND_HZ

    @pytest.mark.parametrize("rate_hz", [8000, 11_025, 22_050, 44_100, 48_000, 96_000])
    @pytest.mark.parametrize("channels", [1, 2])
    def test_a_click_stays_where_it_is(self, tmp_path, rate_hz, channels):
        samples, found = read(click(tmp_path / "a.wav", 0.7, rate_hz=rate_hz, channels=channels))
        assert samples.dtype == np.float32 and len(samples) == 2 * SPEECH_HZ
        assert np.argmax(np.abs(samples) > 0.2) / SPEECH_HZ == pytest.approx(0.7, abs=2e-4)
        assert (found.source_rate_hz, found.source_channels, found.length_s) == (rate_hz, channels, 2.0)

    @pytest.mark.parametrize("name", KINDS)
    def test_kinds_of_files(self, tmp_path, name):
        """3 ms: a codec smears a click."""
        voice = np.zeros(96_000)
        voice[48_000:48_096] = 0.5
        blocks = ((start / 48_000, voice[start : start + 960]) for start in range(0, 96_000, 960))
        samples, found = read(recording(tmp_path / name, KINDS[name], "stereo", 48_000, blocks))
        assert np.argmax(np.abs(samples) > 0.5 * np.abs(samples).max()) / SPEECH_HZ == pytest.approx(1.0, abs=0.003)
        assert len(samples) / SPEECH_HZ == pytest.approx(2.0, abs=0.03)
        assert found.warnings() == ()

    def test_the_sound_of_a_video(self, tmp_path):
        path = silent_film(tmp_path / "a.mp4", sound=click(tmp_path / "voice.wav", 0.5))
        samples, _ = read(path)
        assert np.argmax(np.abs(samples) > 0.2) / SPEECH_HZ == pytest.approx(0.5, abs=0.003)

    @pytest.mark.parametrize("layout", ["mono", "stereo", "5.1", "6.1", "7.1", "7.1(wide)"])
    @pytest.mark.parametrize(("name", "codec"), [("a.flac", "flac"), ("a.m4a", "aac")])
    def test_all_channels_together_are_not_louder_than_one(self, tmp_path, layout, name, codec):
        """0.9 in every channel. AAC is decoded to a plane for each channel; its peaks vary, its power does not."""
        voice = 0.9 * np.sin(2 * np.pi * 300 * np.arange(48_000) / 48_000)
        blocks = ((start / 48_000, voice[start : start + 960]) for start in range(0, 48_000, 960))
        samples, found = read(recording(tmp_path / name, codec, layout, 48_000, blocks))
        assert samples[2000:-2000].std() * np.sqrt(2) == pytest.approx(0.9, abs=0.03)
        assert found.peak > 0.89

    def test_more_channels_than_any_layout(self, tmp_path):
        samples, found = read(click(tmp_path / "a.wav", 0.5, channels=10))
        assert np.argmax(np.abs(samples) > 0.2) / SPEECH_HZ == pytest.approx(0.5, abs=2e-4)
        assert found.source_channels == 10

    def test_sound_of_a_video_does_not_overflow_either(self, tmp_path):
        voice = 0.9 * np.sin(2 * np.pi * 300 * np.arange(48_000) / 48_000)
        path = recording(tmp_path / "a.flac", "flac", "5.1", 48_000, iter([(0.0, voice)]))
        samples = np.concatenate(list(SoundReader(Sound(path)).blocks()), 1)
        assert samples.shape[0] == 2 and np.abs(samples).max() == pytest.approx(0.9, abs=0.01)

    def test_start_and_duration(self, tmp_path):
        path = click(tmp_path / "a.wav", 0.5, rate_hz=16_000)
        whole, _ = read(path)
        assert np.array_equal(read(path, 0.25, 1.0)[0], whole[4000:20_000])
        assert np.array_equal(read(path, -0.25)[0], np.r_[np.zeros(4000, np.float32), whole])

    def test_a_gap_stays_a_gap(self, tmp_path):
        blip = np.full(960, 0.5)
        path = recording(tmp_path / "a.mka", "pcm_s16le", "mono", 48_000, iter([(0.0, blip), (1.5, blip)]))
        loud = np.nonzero(np.abs(read(path)[0]) > 0.25)[0] / SPEECH_HZ
        assert loud[0] < 1e-3 and loud[-1] == pytest.approx(1.52, abs=0.001)
        assert not ((loud > 0.022) & (loud < 1.498)).any()


class TestMemory:
    def test_blocks_have_one_size(self, tmp_path):
        sizes = [len(block) for block in SpeechSound(tone(tmp_path / "a.wav", 0.5, 2.2)).blocks()]
        assert sizes == [BLOCK] * 4 + [round(0.2 * SPEECH_HZ)]

    def test_eight_times_the_length_takes_no_more(self, tmp_path):
        """Python's part of the memory, which holds all samples; libav's is bounded by its packets."""
        peaks = []
        for minutes in (0.5, 4):
            path = tone(tmp_path / f"{minutes}.wav", 0.5, 60 * minutes, rate_hz=8000)
            tracemalloc.start()
            assert sum(len(block) for block in SpeechSound(path).blocks()) == minutes * 60 * SPEECH_HZ
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert peaks[1] < 1.2 * peaks[0] and peaks[1] < 1e6


class TestFindings:
    def test_levels(self, tmp_path):
        """A sine of amplitude a has 20 log10(a) - 3.01 dB; half of the time it is silent, which is not counted."""
        path = recording(
            tmp_path / "a.flac", "flac", "mono", 16_000,
            ((t, a * np.sin(np.arange(1600) * 0.7)) for t, a in [(0.1 * k, 0.1 * (k % 20 < 10)) for k in range(100)]),
        )  # fmt: skip
        _, found = read(path)
        assert found.voice_dbfs == pytest.approx(-23.0, abs=0.3) and found.peak == pytest.approx(0.1, abs=0.001)
        assert found.warnings() == ()

    @pytest.mark.parametrize(
        ("make", "says"),
        [
            (lambda folder: tone(folder / "a.wav", 0.0), "silent"),
            (lambda folder: tone(folder / "a.wav", 3.0), "clipped"),
            (lambda folder: tone(folder / "a.wav", 0.003), "very quiet"),
            (lambda folder: tone(folder / "a.wav", 0.3, rate_hz=8000), "above 4 kHz"),
        ],
    )
    def test_what_is_wrong_is_said(self, tmp_path, make, says):
        (warning,) = read(make(tmp_path))[1].warnings()
        assert says in warning

    def test_clipping_is_found_behind_a_codec(self, tmp_path):
        voice = np.clip(3.0 * np.sin(2 * np.pi * 200 * np.arange(48_000) / 48_000), -1, 1)
        blocks = ((start / 48_000, voice[start : start + 960]) for start in range(0, 48_000, 960))
        _, found = read(recording(tmp_path / "a.mp3", "libmp3lame", "mono", 48_000, blocks))
        assert found.clipped_share > 0.5 and "clipped" in found.warnings()[0]

    def test_a_cut_file_plays_and_says_so(self, tmp_path):
        whole = recording(tmp_path / "a.flac", "flac", "mono", 16_000, iter([(0.0, 0.3 * noise(64_000))]))
        (tmp_path / "cut.flac").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
        samples, found = read(tmp_path / "cut.flac")
        assert found.missing_s == pytest.approx(4.0 - len(samples) / SPEECH_HZ, abs=0.01)
        assert "The file was cut: " in found.warnings()[0]
        assert read(whole)[1].warnings() == ()


def noise(samples: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, samples)


def empty(path: Path) -> Path:
    path.touch()
    return path


def damaged(path: Path) -> Path:
    path.write_bytes(np.random.default_rng(0).bytes(20_000))
    return path


class TestBadInput:
    @pytest.mark.parametrize(
        ("make", "kind", "says"),
        [
            (lambda folder: folder / "nowhere.wav", FileMissingError, "nowhere.wav does not exist"),
            (lambda folder: folder, FormatError, "not a file"),
            (lambda folder: empty(folder / "a.wav"), FormatError, "empty"),
            (lambda folder: text(folder / "notes.txt"), FormatError, "cannot be opened as a sound"),
            (lambda folder: damaged(folder / "a.wav"), FormatError, "cannot be opened as a sound"),
            (lambda folder: silent_film(folder / "a.mp4"), FormatError, "video without sound"),
            (lambda folder: tone(folder / "a.wav", 0.5, 0.0), FormatError, "not one sample"),
        ],
    )
    def test_each_has_its_answer(self, tmp_path, make, kind, says):
        with pytest.raises(kind, match=says):
            read(make(tmp_path))

    def test_a_start_after_the_end(self, tmp_path):
        with pytest.raises(ConfigError, match=r"ends before 5 s"):
            read(tone(tmp_path / "a.wav", 0.5), 5.0)

    @pytest.mark.parametrize("name", ["a.m4a", "a.flac", "a.ogg", "a.mp3"])
    def test_damage_is_survived_or_refused(self, tmp_path, name):
        """Whatever bytes are wrong, nothing but samples or one of our own errors comes out."""
        blocks = [(start / 48_000, 0.3 * noise(960)) for start in range(0, 48_000, 960)]
        whole = recording(tmp_path / name, KINDS[name], "mono", 48_000, iter(blocks)).read_bytes()
        random = np.random.default_rng(1)
        for _ in range(12):
            content = np.frombuffer(whole, np.uint8).copy()
            content[random.integers(0, len(content), 200)] = random.integers(0, 256, 200)
            (tmp_path / name).write_bytes(content.tobytes())
            try:
                samples, found = read(tmp_path / name)
            except LifemaskError:
                continue
            assert np.isfinite(samples).all() and found.length_s < 10.0

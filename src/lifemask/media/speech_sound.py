"""A voice in: the sound of any audio or video file as one channel at 16 kHz, a moment of it in memory at a time."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lifemask.errors import ConfigError, FormatError
from lifemask.media.sound import Sound, SoundReader

SPEECH_HZ = 16_000
"""Samples a second of all sound that is heard as speech."""

BLOCK = SPEECH_HZ // 2
"""Samples of a block."""

# A sample counts as clipped within 0.6 dB of full scale: codecs round the flat tops, and MP3 encoders lower them.
_CLIPPED = 0.93
# Speech that was levelled to full scale is there for 0.04 % of the time at most, with peaks cut by 6 dB for 0.5 to 2 %.
_CLIPPED_SHARE = 4e-3
_SILENT_PEAK = 1e-4
_QUIET_DBFS = -45.0
_TELEPHONE_HZ = 16_000
_MISSING_ALLOWED_S = 0.5
# Loudness of what is loud, as in ITU-R BS.1770-4, annex 1: the mean power of the windows that are not more than 10 dB
# below the mean power of those above -70 dBFS. Counted in steps of half a decibel, so that it needs no memory.
_WINDOW = SPEECH_HZ // 10
_FLOOR_DB, _STEP_DB, _STEPS = -70.0, 0.5, 160
_RELATIVE_DB = 10.0


@dataclass(frozen=True)
class Findings:
    """What the sound that was read so far is like.

    `peak` of the file's own samples, 1 is full scale; `clipped_share` of its samples that are at full scale;
    `voice_dbfs` the level (RMS) of what is loud in it, -inf when nothing is; `source_rate_hz` and `source_channels`
    of the file; `length_s` read; `missing_s` that the file announces beyond its end; `damaged_packets` that could not
    be decoded and were left out.
    """

    peak: float
    clipped_share: float
    voice_dbfs: float
    source_rate_hz: int
    source_channels: int
    length_s: float
    missing_s: float
    damaged_packets: int

    def warnings(self) -> tuple[str, ...]:
        """What makes this sound a worse guide for a mouth than it could be, each in one sentence."""
        if self.peak < _SILENT_PEAK:
            return ("The sound is silent: the mouth will not move.",)
        found = []
        if self.clipped_share > _CLIPPED_SHARE:
            found.append(
                f"The sound is clipped ({100 * self.clipped_share:.1f} % of its samples are at full scale): "
                "loud vowels are distorted. Record with a lower gain."
            )
        if self.voice_dbfs < _QUIET_DBFS:
            found.append(f"The sound is very quiet (voice at {self.voice_dbfs:.0f} dBFS): noise may hide the voice.")
        if self.source_rate_hz < _TELEPHONE_HZ:
            found.append(
                f"The sound has {self.source_rate_hz} samples a second, as a telephone: above "
                f"{self.source_rate_hz / 2000:g} kHz, where s and f differ, there is nothing."
            )
        if self.missing_s > _MISSING_ALLOWED_S:
            found.append(f"The file was cut: {self.missing_s:.1f} s of sound that it announces are not there.")
        if self.damaged_packets:
            found.append(f"Of the sound {self.damaged_packets} damaged packets were left out.")
        return tuple(found)


class SpeechSound:
    """The sound of a file from `start_s` on, as `blocks()` of mono float32 at 16 kHz, of files of any length.

    Takes audio and video files of any rate and number of channels. The clock is that of a video's pictures
    (`media/sound.py`): zero is `start_s` of the file, silence stands where the file has none, negative starts begin
    with silence. Ends after `duration_s` or with the file.

    Raises FileMissingError, FormatError (empty, not a media file, no sound in it, not one sample) or ConfigError (times
    that cannot be, or a start after the end).
    """

    def __init__(self, path: Path, start_s: float = 0.0, duration_s: float | None = None) -> None:
        self._path, self._start_s, self._missing_s = path, start_s, 0.0
        self._whole = duration_s is None
        if path.is_file() and path.stat().st_size == 0:
            raise FormatError(f"{path} is empty (0 bytes).", fix="Give a file that holds a voice.")
        self._meter = _Meter()
        self._reader = SoundReader(
            Sound(path, start_s, duration_s), rate_hz=SPEECH_HZ, mono=True, watch=self._meter.add_source
        )
        if not self._reader.channels:
            self._reader.close()
            raise FormatError(
                f"{path} is a video without sound.",
                "A mouth is moved by a voice.",
                "Give a video with sound, or an audio file: wav, mp3, m4a, flac, ogg or opus.",
            )

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield float32 [n], `BLOCK` samples each but the last. Call once; the file is closed at the end."""
        try:
            kept: list[np.ndarray] = []
            for samples in self._reader.blocks():
                kept.append(samples[0])
                while sum(map(len, kept)) >= BLOCK:
                    block, rest = np.split(np.concatenate(kept), [BLOCK])
                    kept = [rest]
                    yield self._meter.add(block)
            rest = np.concatenate(kept) if kept else np.zeros(0, np.float32)
            if len(rest):
                yield self._meter.add(rest)
            if not self._meter.samples:
                raise self._nothing()
            if self._whole and self._reader.announced_end_s is not None:
                end_s = self._start_s + self._meter.samples / SPEECH_HZ
                self._missing_s = max(0.0, self._reader.announced_end_s - end_s)
        finally:
            self._reader.close()

    @property
    def announced_s(self) -> float | None:
        """How much sound the file says that it holds from the start on; None when it does not say."""
        end_s = self._reader.announced_end_s
        return None if end_s is None or not self._whole else max(0.0, end_s - self._start_s)

    def close(self) -> None:
        """Close the file before its end."""
        self._reader.close()

    def findings(self) -> Findings:
        """What the blocks that were read so far are like."""
        return Findings(
            self._meter.peak,
            self._meter.clipped / max(1, self._meter.source_samples),
            self._meter.voice_dbfs(),
            self._meter.source_rate_hz,
            self._meter.source_channels,
            self._meter.samples / SPEECH_HZ,
            self._missing_s,
            self._reader.damaged_packets,
        )

    def _nothing(self) -> Exception:
        if self._meter.source_samples:
            return ConfigError(
                f"The sound of {self._path} ends before {self._start_s:g} s.",
                "The start that was asked for lies after its end.",
                "Ask for an earlier start.",
            )
        why = "All of it is damaged." if self._reader.damaged_packets else "The file was cut, or nothing was recorded."
        return FormatError(f"{self._path} holds not one sample of sound.", why, "Record or copy it again.")


class _Meter:
    """Levels of a sound that passes by."""

    def __init__(self) -> None:
        self.peak, self.clipped, self.source_samples, self.samples = 0.0, 0, 0, 0
        self.source_rate_hz = self.source_channels = 0
        self._windows = np.zeros(_STEPS, np.int64)
        self._rest = np.zeros(0, np.float32)

    def add_source(self, samples: np.ndarray, rate_hz: int) -> None:
        self.source_rate_hz, self.source_channels = rate_hz, samples.shape[1]
        self.source_samples += samples.size
        if samples.size:
            loudness = np.abs(samples)
            self.peak = max(self.peak, float(loudness.max()))
            self.clipped += int(np.count_nonzero(loudness >= _CLIPPED))

    def add(self, block: np.ndarray) -> np.ndarray:
        self.samples += len(block)
        samples = np.concatenate([self._rest, block])
        whole = len(samples) // _WINDOW * _WINDOW
        self._rest = samples[whole:]
        power = np.square(samples[:whole].reshape(-1, _WINDOW)).mean(1)
        steps = ((10.0 * np.log10(power + 1e-20) - _FLOOR_DB) / _STEP_DB).astype(np.int64)
        np.add.at(self._windows, np.minimum(steps[steps > 0], _STEPS - 1), 1)
        return block

    def voice_dbfs(self) -> float:
        level_db = _FLOOR_DB + _STEP_DB * (np.arange(_STEPS) + 0.5)
        power = 10.0 ** (level_db / 10.0)

        def mean_db(count: np.ndarray) -> float:
            return 10.0 * math.log10(float(count @ power) / count.sum()) if count.any() else -math.inf

        return mean_db(np.where(level_db > mean_db(self._windows) - _RELATIVE_DB, self._windows, 0))

"""Sound in: the part of a clip or an audio file that belongs to a video, decoded while it is needed."""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.error import EOFError as EndOfFile
from av.error import FFmpegError, InvalidDataError

from lifemask.errors import ConfigError, FileMissingError, FormatError

RATE_HZ = 48_000
"""Samples a second of all sound that comes out of here."""

_FORMATS = (
    "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,mxf,nut,wav,w64,aiff,caf,mp3,flac,aac,ac3,eac3,amr,au,wv,tta"
)
# Times in files are rounded, to milliseconds in Matroska; only larger jumps are real gaps or overlaps.
_JITTER = round(0.03 * RATE_HZ)


@dataclass(frozen=True)
class Sound:
    """Which sound a video gets: that of `path`, a video or an audio file.

    The video's first moment is `start_s` of the file, on the clock that the file's pictures share; negative: the
    sound begins later. After `duration_s` (None: no limit) and after the end of the file there is silence.
    """

    path: Path
    start_s: float = 0.0
    duration_s: float | None = None


class SoundReader:
    """The samples of a `Sound` at 48 kHz, mono if the source is, else stereo; a block in memory at a time.

    Raises FileMissingError, FormatError (not a media file, or no decoder for its sound) or ConfigError (times that
    cannot be). `channels` is 0 when the file is a video without sound.
    """

    def __init__(self, sound: Sound) -> None:
        length_s = math.inf if sound.duration_s is None else sound.duration_s
        if not math.isfinite(sound.start_s) or not length_s > 0:
            raise ConfigError(f"expected a start and a positive duration of the sound, got {sound}.")
        self._sound = sound
        self._container = _opened(sound.path)
        try:
            self._stream = _decodable(sound.path, self._container)
        except BaseException:
            self._container.close()
            raise
        self.channels = 0 if self._stream is None else 1 if self._stream.codec_context.channels == 1 else 2

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield float32 [C,n], in [-1,1], without gaps from `start_s` on; ends with the sound. Call once."""
        length_s = self._sound.duration_s
        left = math.inf if length_s is None else round(length_s * RATE_HZ)
        for block in self._in_place():
            yield block[:, : int(min(left, block.shape[1]))]
            left -= block.shape[1]
            if left <= 0:
                return

    def _in_place(self) -> Iterator[np.ndarray]:
        """All samples from the start on, silence where the file has none."""
        given, expected = 0, None
        for place, samples in self._resampled():
            if expected is not None and (place is None or abs(place - expected) <= _JITTER):
                place = expected
            place = 0 if place is None else place
            while given < place:
                silence = min(place - given, RATE_HZ)
                yield np.zeros((self.channels, silence), np.float32)
                given += silence
            expected = place + samples.shape[1]
            if expected > given:
                yield samples[:, given - place :]
                given = expected

    def _resampled(self) -> Iterator[tuple[int | None, np.ndarray]]:
        """Decoded samples and their place after the start, in samples; None when the file does not say."""
        first_s = (self._container.start_time or 0) / av.time_base + self._sound.start_s
        layout = "mono" if self.channels == 1 else "stereo"
        resampler, shape = None, None
        for frame in self._decoded():
            if frame is not None and shape != _shape(frame):
                yield from _placed(resampler, None, first_s)
                resampler, shape = AudioResampler(format="fltp", layout=layout, rate=RATE_HZ), _shape(frame)
            yield from _placed(resampler, frame, first_s)

    def _decoded(self) -> Iterator[Any]:
        """Decoded frames, and None at the end; damaged packets are left out."""
        for packet in self._container.demux(self._stream):
            try:
                yield from packet.decode()
            except (InvalidDataError, EndOfFile):
                continue
        yield None


def _placed(resampler: AudioResampler | None, frame: Any, first_s: float) -> Iterator[tuple[int | None, np.ndarray]]:
    if resampler is None:
        return
    for out in resampler.resample(frame):
        if out is None:  # what passes unchanged passes the end on, too
            continue
        place = None if out.time is None else round((out.time - first_s) * RATE_HZ)
        yield place, out.to_ndarray()


def _shape(frame: Any) -> tuple[Any, ...]:
    return frame.format.name, frame.layout.name, frame.sample_rate, frame.time_base


def _opened(path: Path) -> Any:
    if not path.exists():
        raise FileMissingError(f"The sound {path} does not exist.", fix="Check the spelling of the path.")
    if not path.is_file():
        raise FormatError(f"The sound {path} is not a file.", fix="Give the path of one video or audio file.")
    if not os.access(path, os.R_OK):
        raise FileMissingError(f"{path} cannot be read: permission denied.", fix=f"Try: chmod u+r '{path}'")
    options = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
    try:
        return av.open(f"file:{path.absolute()}", options=options)
    except (FFmpegError, OSError, ValueError) as error:
        raise FormatError(
            f"{path} cannot be opened as a sound.",
            f"The decoder says: {getattr(error, 'strerror', None) or error}.",
            "Give a video, or sound as wav, mp3, m4a, flac, ogg or opus.",
        ) from error


def _decodable(path: Path, container: Any) -> Any:
    streams = container.streams.audio
    for stream in streams:
        if stream.codec_context is not None and stream.codec_context.sample_rate:
            return stream
    if streams or not container.streams.video:
        raise FormatError(
            f"{path} holds no sound that can be decoded.",
            "Its codec is unknown, or the file is damaged.",
            "Save its sound with another program, as wav, mp3, m4a, flac, ogg or opus.",
        )
    return None

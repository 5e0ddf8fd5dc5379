"""Sound in: the part of a clip or an audio file that belongs to a video, decoded while it is needed."""

import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.error import FFmpegError

from lifemask.errors import ConfigError, FileMissingError, FormatError

RATE_HZ = 48_000
"""Samples a second of all sound that goes into a video."""

_FORMATS = (
    "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,mxf,nut,wav,w64,aiff,caf,mp3,flac,aac,ac3,eac3,amr,au,wv,tta"
)
# Times in files are rounded, to milliseconds in Matroska; only larger jumps are real gaps or overlaps.
_JITTER_S = 0.03
# Of integers libav's mix keeps the sum of the channels within full scale; that of floats it lets grow to 3.9.
_MIXED, _FULL_SCALE = "s32p", np.float32(2**31)


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
    """The samples of a `Sound` at `rate_hz`, mono if the source or the caller is, else stereo; a block in memory at a
    time. More channels are mixed by their places, so that the sum of all at full scale is full scale.

    `watch` is called with the file's own samples, float32 [n, C], and their rate before they are mixed and resampled.
    Raises FileMissingError, FormatError (not a media file, or no decoder for its sound) or ConfigError (times that
    cannot be). `channels` is 0 when the file is a video without sound; `announced_end_s` is when the sound ends by the
    file's own header, on its own clock, None if that is not sure; `damaged_packets` counts what could not be decoded
    and is left out.
    """

    def __init__(
        self,
        sound: Sound,
        *,
        rate_hz: int = RATE_HZ,
        mono: bool = False,
        watch: Callable[[np.ndarray, int], None] | None = None,
    ) -> None:
        length_s = math.inf if sound.duration_s is None else sound.duration_s
        if not math.isfinite(sound.start_s) or not length_s > 0:
            raise ConfigError(f"expected a start and a positive duration of the sound, got {sound}.")
        self._sound, self._rate_hz, self._watch = sound, rate_hz, watch
        self._container = _opened(sound.path)
        try:
            self._stream = _decodable(sound.path, self._container)
        except BaseException:
            self._container.close()
            raise
        self.channels = 0 if self._stream is None else min(self._stream.codec_context.channels, 1 if mono else 2)
        self.announced_end_s = _announced_end_s(self._container, self._stream)
        self.damaged_packets = 0

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield float32 [C,n], in [-1,1], without gaps from `start_s` on; ends with the sound. Call once."""
        length_s = self._sound.duration_s
        left = math.inf if length_s is None else round(length_s * self._rate_hz)
        for block in self._in_place():
            yield block[:, : int(min(left, block.shape[1]))]
            left -= block.shape[1]
            if left <= 0:
                return

    def _in_place(self) -> Iterator[np.ndarray]:
        """All samples from the start on, silence where the file has none."""
        given, expected = 0, None
        for place, samples in self._resampled():
            if expected is not None and (place is None or abs(place - expected) <= _JITTER_S * self._rate_hz):
                place = expected
            place = 0 if place is None else place
            while given < place:
                silence = min(place - given, self._rate_hz)
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
        resampler, packer, shape = None, None, None
        for frame in self._decoded():
            if frame is not None and shape != _shape(frame):
                yield from self._placed(resampler, None, first_s)
                resampler, shape = AudioResampler(format=_MIXED, layout=layout, rate=self._rate_hz), _shape(frame)
                packer = AudioResampler(format="flt", layout=frame.layout, rate=frame.sample_rate)
            if packer is not None and frame is not None and self._watch is not None:
                # Not frame.to_ndarray(), which reads past the last of eight planes.
                for packed in packer.resample(frame):
                    samples = packed.to_ndarray().reshape(-1, packed.layout.nb_channels)
                    self._watch(samples, packed.sample_rate)
            yield from self._placed(resampler, frame, first_s)

    def _decoded(self) -> Iterator[Any]:
        """Decoded frames, and None at the end; damaged packets are left out."""
        for packet in self._packets():
            try:
                yield from packet.decode()
            except FFmpegError:
                self.damaged_packets += bool(packet.size)
        yield None

    def _packets(self) -> Iterator[Any]:
        try:
            yield from self._container.demux(self._stream)
        except FFmpegError:  # from here on the file cannot be read
            self.damaged_packets += 1

    def _placed(
        self, resampler: AudioResampler | None, frame: Any, first_s: float
    ) -> Iterator[tuple[int | None, np.ndarray]]:
        if resampler is None:
            return
        for out in resampler.resample(frame):
            if out is None:  # what passes unchanged passes the end on, too
                continue
            place = None if out.time is None else round((out.time - first_s) * self._rate_hz)
            yield place, out.to_ndarray().astype(np.float32) / _FULL_SCALE


def _announced_end_s(container: Any, stream: Any) -> float | None:
    """By the containers that know: others estimate it from the size of the file."""
    if stream is None or not any(name in container.format.name for name in ("mp4", "matroska", "flac")):
        return None
    if stream.duration:
        start_s = float((stream.start_time or 0) * stream.time_base) - (container.start_time or 0) / av.time_base
        return start_s + float(stream.duration * stream.time_base)
    # A whole file's duration includes its pictures.
    return container.duration / av.time_base if container.duration and not container.streams.video else None


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

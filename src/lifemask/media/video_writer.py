"""Video files out: for browsers, for editing with opacity, lossless; a file appears whole or not at all."""

import contextlib
import errno
import math
import os
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.codec.codec import UnknownCodecError
from av.error import FFmpegError

from lifemask.errors import ConfigError
from lifemask.media.codecs import CODINGS, Codec, libav_frame, stored_size_wh, tag_colours
from lifemask.media.files import disk_full_as_error, replacing
from lifemask.media.provenance import synthetic_mark
from lifemask.media.sound import Sound, SoundReader
from lifemask.media.sound_track import SoundTrack

SYNTHETIC_MEDIA_MARK: Mapping[str, str] = synthetic_mark()
"""Metadata of a video that is of no avatar with a card."""


class VideoWriter:
    """Context manager that writes frames of one size at a constant rate.

    codec "h264" (.mp4): RGB uint8 [H,W,3] to yuv420p BT.709, index at the front; odd sizes are padded by one
    repeated row or column. "prores4444" (.mov) and "vp9" (.webm): RGBA [H,W,4] with straight colour;
    "prores4444-rgb" and "vp9-rgb": RGB. "ffv1-gray" ([H,W]), "ffv1-rgb" and "ffv1-rgba" (.mkv) are lossless.
    `crf`: quality of H.264, 0 (best) to 51, and of VP9, 0 to 63; other codecs have none. `sound`: is heard from the
    first frame on, and ends with the last; a video without sound gives none. The file is written under a temporary
    name, and renamed when the block ends without an exception. `seal` is called with the finished file before that, and
    may change it.

    Raises ConfigError for frames or settings that do not fit, DiskFullError when there is no space, and the errors
    of `SoundReader`.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        fps: float | Fraction,
        size_wh: tuple[int, int],
        *,
        codec: Codec = "h264",
        crf: int | None = None,
        metadata: Mapping[str, str] | None = None,
        sound: Sound | None = None,
        seal: Callable[[Path], None] | None = None,
    ) -> None:
        self.path, self.size_wh, self.codec = Path(path), (int(size_wh[0]), int(size_wh[1])), codec
        self._crf, self._metadata, self._sound, self._seal = crf, dict(metadata or {}), sound, seal
        self._count = 0
        if min(self.size_wh) < 1 or not 0 < fps < math.inf:
            raise ConfigError(f"expected a positive size and rate, got {self.size_wh} at {fps} fps.")
        self._fps = Fraction(fps).limit_denominator(10_000)
        if codec not in CODINGS:
            raise ConfigError(f"expected one of the codecs {', '.join(CODINGS)}; got {codec}.")
        self._coding = CODINGS[codec]
        if self.path.suffix.lower() != self._coding.suffix:
            raise ConfigError(f'codec "{codec}" is written to {self._coding.suffix} files, got {self.path.name}.')
        kept = self._coding.kept_metadata
        lost = sorted(set(self._metadata) - kept) if kept is not None else []
        if kept is not None and lost:
            raise ConfigError(f"an mp4 file cannot hold the metadata {lost}; it holds {sorted(kept)}.")

    def __enter__(self) -> "VideoWriter":
        with contextlib.ExitStack() as stack:
            reader = None
            if self._sound is not None:
                reader = stack.enter_context(contextlib.closing(SoundReader(self._sound)))
            self._temporary = stack.enter_context(replacing(self.path))
            self._container = av.open(f"file:{self._temporary.absolute()}", "w", options=dict(self._coding.container))
            stack.push(self._end_container)
            self._stream = self._add_stream()
            self._track = None
            if reader is not None and reader.channels:
                self._track = SoundTrack(self._container, self._coding.sound, reader)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool | None:
        return self._stack.__exit__(kind, error, trace)

    def write(self, image: np.ndarray) -> None:
        """Append one frame, uint8: [H,W] grey, [H,W,3] RGB or [H,W,4] RGBA, as the codec holds it."""
        width, height = self.size_wh
        channels = self._coding.channels
        expected = (height, width) if channels == 1 else (height, width, channels)
        if image.shape != expected or image.dtype != np.uint8:
            raise ConfigError(f"expected a uint8 frame {expected}, got {image.dtype} {image.shape}.")
        frame = libav_frame(self._coding, image)
        frame.pts, frame.time_base = self._count, 1 / self._fps
        with disk_full_as_error(self.path):
            self._container.mux(self._stream.encode(frame))
            self._count += 1
            if self._track is not None:
                self._track.advance(self._count / self._fps)

    def _add_stream(self) -> Any:
        self._container.metadata.update(self._metadata)
        coding = self._coding
        options = dict(coding.options)
        if coding.crf is not None:
            options["crf"] = str(coding.crf if self._crf is None else self._crf)
        try:
            stream: Any = self._container.add_stream(coding.encoder, rate=self._fps, options=options)
        except UnknownCodecError as error:
            raise ConfigError(
                f"The encoder {coding.encoder}, which {coding.suffix} files need, is not there.",
                "This PyAV was built without it; the wheels on PyPI have it.",
                "pip install --force-reinstall --only-binary av av",
            ) from error
        stream.width, stream.height = stored_size_wh(coding, self.size_wh)
        stream.pix_fmt = coding.pixels
        tag_colours(coding, stream.codec_context)
        return stream

    def _end_container(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is None:
            self._finish()
        else:
            with contextlib.suppress(FFmpegError, OSError):
                self._container.close()

    def _finish(self) -> None:
        if self._count == 0:
            self._container.close()
            raise ConfigError(f"no frame was written to {self.path}.")
        with disk_full_as_error(self.path):
            self._container.mux(self._stream.encode(None))
            if self._track is not None:
                self._track.finish()
            self._container.close()
        if _frames_in(self._temporary) != self._count:  # libav's buffered writes can fail without an exception
            raise OSError(errno.ENOSPC, "fewer frames arrived than were written")
        if self._seal is not None:
            self._seal(self._temporary)


def _frames_in(path: Path) -> int:
    with contextlib.suppress(FFmpegError), av.open(f"file:{path.absolute()}") as written:
        return sum(packet.size > 0 for packet in written.demux(video=0))
    return 0

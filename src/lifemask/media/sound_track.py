"""Sound out: a track that is encoded beside the pictures, as long as they are."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np

from lifemask.media.sound import RATE_HZ, SoundReader

_BITS_PER_CHANNEL = {"aac": 96_000, "libopus": 80_000}


class SoundTrack:
    """The sound of a video that is being written; call `advance` after each frame, `finish` at the end.

    Silence follows when the source ends, so that both tracks have one length.
    """

    def __init__(self, container: Any, encoder: str, reader: SoundReader) -> None:
        layout = "mono" if reader.channels == 1 else "stereo"
        self._container, self._layout, self._channels = container, layout, reader.channels
        self._stream = container.add_stream(encoder, rate=RATE_HZ, layout=layout)
        if encoder in _BITS_PER_CHANNEL:
            self._stream.bit_rate = _BITS_PER_CHANNEL[encoder] * reader.channels
        self._blocks: Iterator[np.ndarray] = reader.blocks()
        self._rest = np.zeros((reader.channels, 0), np.float32)
        self._place = 0

    def advance(self, until_s: Fraction) -> None:
        """Encode the sound up to this time of the video."""
        until = round(until_s * RATE_HZ)
        while self._place < until:
            if self._rest.shape[1] == 0:
                silence = np.zeros((self._channels, min(until - self._place, RATE_HZ)), np.float32)
                self._rest = next(self._blocks, silence)
            samples, self._rest = np.split(self._rest, [until - self._place], 1)
            if samples.shape[1]:
                self._container.mux(self._stream.encode(self._libav_frame(samples)))
            self._place += samples.shape[1]

    def finish(self) -> None:
        """Encode what the encoder still holds."""
        self._container.mux(self._stream.encode(None))

    def _libav_frame(self, samples: np.ndarray) -> Any:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=self._layout)
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, self._place, Fraction(1, RATE_HZ)
        return frame

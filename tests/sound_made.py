"""Files of sound for tests, written without the code under test."""

import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np


def click(path: Path, at_s: float, *, length_s: float = 2.0, rate_hz: int = 48_000, channels: int = 1) -> Path:
    """Silence with one click of 2 ms, as a WAV file of 16 bits."""
    samples = np.zeros((round(length_s * rate_hz), channels), np.int16)
    samples[round(at_s * rate_hz) :][: rate_hz // 500] = 12_000
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, rate_hz, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return path


def text(path: Path) -> Path:
    path.write_text("no sound\n" * 100)
    return path


def recording(path: Path, codec: str, layout: str, rate_hz: int, blocks: Iterator[tuple[float, np.ndarray]]) -> Path:
    """Mono blocks float32 [n] at their times, the same in all channels, written without the code under test."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate_hz, layout=layout)
        for time_s, samples in blocks:
            channels = np.repeat(samples.astype(np.float32), stream.codec_context.channels)[None]
            frame = av.AudioFrame.from_ndarray(channels, format="flt", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate_hz, round(time_s * rate_hz), Fraction(1, rate_hz)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path

"""Files of sound for tests, written without the code under test."""

import wave
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from scipy.signal import lfilter


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


def babble(seconds: float, seed: int = 0, rate_hz: int = 16_000) -> np.ndarray:
    """Five syllables a second that a speech detector takes for speech: vowels that glide from one to the next, with
    some hisses before them. Float [n] of unit power."""
    random, samples = np.random.default_rng(seed), round(seconds * rate_hz)
    time = 5.0 * np.arange(samples) / rate_hz
    vowels = np.array([(730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410)])
    glides = vowels[random.integers(0, len(vowels), int(time[-1]) + 2)]
    pitch_hz = np.interp(time, np.arange(len(glides)), random.uniform(95, 150, len(glides)))
    pulses = np.diff(np.floor(np.cumsum(pitch_hz) / rate_hz), prepend=0.0)
    voice = lfilter([1.0], [1.0, -0.97], pulses - pulses.mean())
    for formant, width_hz in enumerate((80, 100, 150)):
        hz = np.interp(time, np.arange(len(glides)), glides[:, formant])
        voice = _resonance(voice, hz, width_hz, rate_hz)
    voice *= np.clip(1.6 * np.sin(np.pi * (time % 1.0)), 0.0, 1.0) / voice.std()
    hiss = lfilter([1.0, -1.0], [1.0], random.standard_normal(samples)) * np.clip(0.3 - time % 1.0, 0.0, 1.0)
    sound = voice + hiss * (np.floor(time) % 3 == 0)
    return sound / sound.std()


def _resonance(sound: np.ndarray, hz: np.ndarray, width_hz: float, rate_hz: int, block: int = 160) -> np.ndarray:
    """Two poles whose frequency follows `hz` [n]."""
    radius, state, out = np.exp(-np.pi * width_hz / rate_hz), np.zeros(2), np.empty_like(sound)
    for first in range(0, len(sound), block):
        poles = [1.0, -2.0 * radius * np.cos(2.0 * np.pi * hz[first] / rate_hz), radius**2]
        out[first : first + block], state = lfilter([sum(poles)], poles, sound[first : first + block], zi=state)
    return out


def whole(part, sound: np.ndarray) -> np.ndarray:
    """What a part that takes a sound in pieces makes of it in one."""
    return np.concatenate([part.push(sound), part.flush()])


def in_pieces(part, sound: np.ndarray, cuts: list[int]) -> np.ndarray:
    return np.concatenate([*(part.push(piece) for piece in np.split(sound, cuts)), part.flush()])

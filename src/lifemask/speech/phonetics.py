"""What is said, as a small network hears it that has learned from millions of spoken words.

The network is Google's ``speech_embedding`` (Lin et al., "Training keyword spotters with limited and synthesized speech
data", 2020; Apache-2.0): twenty convolutions over 32 mel bands at 100 Hz, none of which knows about words until the
last. Its inner layers tell sounds of speech apart whoever speaks, which a network that has heard one person for half a
minute cannot have learned. It is run by torch on the file's weights: LiteRT gives out no inner layer where it is quick.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from lifemask.errors import FormatError
from lifemask.perception.litert import weights_of
from lifemask.speech.layers import SOUND_HZ

HOP = 160
WINDOW = 512
"""Samples from one frame to the next, and those that one frame is made of."""
_HANN, _BANDS, _LOW_HZ, _HIGH_HZ = 400, 32, 60.0, 3800.0
_FULL_SCALE = 32768.0
QUIET = 10**2.5
"""Power below which all is silence: digital silence and the noise of a quiet room are one to the network."""
LEAK, FLOOR = 0.2, -0.4
"""What is left of what a layer finds below zero, and how far below zero it goes."""
POOLED_AFTER = {2: (2, 2), 6: (1, 2), 10: (2, 2), 14: (1, 2)}
NEAR, _FAR, _LAST = 10, 14, 18
"""Numbers of the layers whose rows are given."""

NEAR_FRAMES, FAR_FRAMES, LAST_FRAMES = 22, 40, 56
"""Frames that one row of each layer hears."""
NEAR_STEP, FAR_STEP = 2, 4
"""Frames from one row to the next: the last layer's rows are as far apart as the far one's."""
NEAR_WIDTH, FAR_WIDTH = 576, 192


@dataclass(frozen=True)
class Sounds:
    """Three layers of the network: ``near [(F - 22) // 2 + 1, 576]``, whose row ``r`` hears the frames ``2 r`` to ``2 r
    + 21``; ``far [(F - 40) // 4 + 1, 192]``, ``4 r`` to ``4 r + 39``; and ``last [(F - 56) // 4 + 1, 192]``, ``4 r`` to
    ``4 r + 55``. Frame ``j`` is made of the samples ``160 j`` to ``160 j + 511``."""

    near: Tensor
    far: Tensor
    last: Tensor


class PhoneticNet:
    """The network from its file ``speech_embedding.tflite``. Raises FormatError for another file."""

    def __init__(self, path: Path) -> None:
        try:
            weights = weights_of(path.read_bytes())
        except (ValueError, RuntimeError) as problem:
            raise FormatError(f"{path} is not the network that hears speech", str(problem)) from problem
        kernels = [value for _, value in weights if value.ndim == 4][: _LAST + 1]
        # Normalisations have become the biases of the convolutions before them; one without is behind the last layer.
        biases = [value for name, value in weights if value.ndim == 1 and "batch_normalization" in name]
        shapes = [(kernel.shape[0], bias.size) for kernel, bias in zip(kernels, biases, strict=False)]
        fit = all(outputs == size for outputs, size in shapes)
        if len(shapes) <= _LAST or not fit or kernels[0].shape != (24, 3, 3, 1):
            raise FormatError(f"{path} is not the network that hears speech", f"Its convolutions are {shapes}.")
        self.layers = [
            (torch.from_numpy(kernel.transpose(0, 3, 1, 2).copy()), torch.from_numpy(bias))
            for kernel, bias in zip(kernels, biases[: _LAST + 1], strict=True)
        ]

    @torch.inference_mode()
    def __call__(self, samples: np.ndarray, *, deep: bool = True) -> Sounds:
        """Layers of ``samples [160 (F - 1) + 512]`` in [-1, 1] at 16 kHz; not ``deep``: only ``near`` has rows."""
        x = torch.from_numpy(_frames(samples))[None, None]
        x = functional.pad(x, (1, 1))
        none = x.new_zeros(0, FAR_WIDTH)
        taps = {_FAR: none, _LAST: none}
        for index, (kernel, bias) in enumerate(self.layers):
            if min(x.shape[2] // (2 if index in POOLED_AFTER else 1), x.shape[2] - kernel.shape[2] + 1) < 1:
                break
            x = functional.conv2d(x, kernel, bias, padding=(0, kernel.shape[3] // 2 if index else 0))
            x = functional.leaky_relu(x, LEAK).clamp_min(FLOOR)
            if index == NEAR:
                taps[NEAR] = _rows(x)
                if not deep:
                    break
            if index in POOLED_AFTER:
                x = functional.max_pool2d(x, POOLED_AFTER[index])
            if index in (_FAR, _LAST):
                taps[index] = _rows(x)
        return Sounds(taps.get(NEAR, x.new_zeros(0, NEAR_WIDTH)), taps[_FAR], taps[_LAST])


def _rows(x: Tensor) -> Tensor:
    """``[1, C, T, B]`` as ``[T, B * C]``."""
    return x[0].permute(1, 2, 0).reshape(x.shape[2], -1)


def _frames(samples: np.ndarray) -> np.ndarray:
    """Mel frames ``[F, 32]`` of a sound."""
    return mel_frames(np.lib.stride_tricks.sliding_window_view(samples.astype(np.float32), WINDOW)[::HOP])


def mel_frames(cut: np.ndarray) -> np.ndarray:
    """Mel frames ``[..., 32]`` float32 as the network takes them, of windows ``[..., 512]`` of sound: decibels of the
    power of 16-bit sound, / 10 + 2."""
    spectrum = np.fft.rfft(cut * frame_window())
    bands = (np.square(spectrum.real) + np.square(spectrum.imag)) @ mel_bank().T
    return (np.log10(np.maximum(bands, np.float32(QUIET))) + np.float32(2)).astype(np.float32)


@cache
def frame_window() -> np.ndarray:
    """By what the samples ``[512]`` of a frame, in [-1, 1], are multiplied."""
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_HANN) / _HANN)
    return (np.pad(hann, (WINDOW - _HANN) // 2) * _FULL_SCALE).astype(np.float32)


@cache
def mel_bank() -> np.ndarray:
    """Triangles ``[32, 257]`` of equal area on Slaney's mel scale (Auditory Toolbox, 1998): even below 1 kHz, then 27
    steps to each factor of 6.4."""
    step, corner, log_step = 200 / 3, 1000.0, np.log(6.4) / 27

    def mel(hz: float) -> float:
        return hz / step if hz < corner else corner / step + np.log(hz / corner) / log_step

    mels = np.linspace(mel(_LOW_HZ), mel(_HIGH_HZ), _BANDS + 2)
    hz = np.where(mels < corner / step, mels * step, corner * np.exp(log_step * (mels - corner / step)))
    bins = np.linspace(0, SOUND_HZ / 2, WINDOW // 2 + 1)
    rising = (bins - hz[:-2, None]) / np.diff(hz)[:-1, None]
    falling = (hz[2:, None] - bins) / np.diff(hz)[1:, None]
    area = 2 / (hz[2:] - hz[:-2])
    return (np.maximum(0, np.minimum(rising, falling)) * area[:, None]).astype(np.float32)


_mel_bank = mel_bank

"""The phonetic network's near layer for many streams at once: nothing is computed twice.

The twin of ``PhoneticNet`` for sound that comes in steps of 40 ms. A convolution over time keeps the rows that went
before; rows are ``[time, streams, bands, channels]``.
"""

import numpy as np
import torch
from torch import Tensor

from lifemask.live.many_kernels import activate, around_frames, over_bands, over_time
from lifemask.live.many_state import States
from lifemask.speech.phonetics import NEAR, POOLED_AFTER, PhoneticNet, mel_frames

FRAMES = 4
"""New frames in a step."""
_SETTLED = 8
"""Steps of silence after which nothing changes any more."""
_BANDS = 32


class ManyPhonetics:
    """``step`` takes the frames of a step of several streams, and tells the near row that they complete."""

    def __init__(self, net: PhoneticNet) -> None:
        self._layers, bands = [], _BANDS
        sizes: dict[str, tuple[int, ...]] = {"0": (2, bands)}
        for index, (kernel, bias) in enumerate(net.layers[: NEAR + 1]):
            outputs, inputs, over, _ = kernel.shape
            self._layers.append((kernel.permute(2, 3, 1, 0).reshape(-1, outputs).contiguous(), bias.numpy(), over == 3))
            if index and over == 3:
                sizes[f"{index}"] = (1 if index == NEAR else 2, bands, inputs)
            bands //= POOLED_AFTER.get(index, (1, 1))[1]
        self.states = States(**{name: torch.zeros(size) for name, size in sizes.items()})
        # Begin in silence that has lasted.
        place = np.array([self.states.begin()])
        silence = mel_frames(np.zeros((1, FRAMES, 512), np.float32))
        for _ in range(_SETTLED):
            self.step(place, silence)
        self.states = States(**{name: self.states[name][0].clone() for name in self.states.names})

    def step(self, at: np.ndarray, frames: np.ndarray) -> Tensor:
        """Rows ``[B, 576]`` of the streams at the places ``at [B]``, after ``frames [B, 4, 32]``."""
        x, pooled = around_frames(frames, self._past(0), at), (1, 1)
        for index, (taps, bias, over) in enumerate(self._layers):
            if index:
                x = over_time(x, self._past(index), at) if over else over_bands(x, *pooled)
            found = torch.from_numpy(x).view(-1, len(taps)) @ taps
            x = found.numpy().reshape(*x.shape[:3], -1)
            activate(x, bias)
            pooled = POOLED_AFTER.get(index, (1, 1))
        return torch.from_numpy(x).view(len(at), -1)

    def _past(self, index: int) -> np.ndarray:
        return self.states[f"{index}"].numpy()

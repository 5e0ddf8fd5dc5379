"""The phonetic network's near layer for many streams at once: nothing is computed twice.

The twin of ``PhoneticNet`` for sound that comes in steps of 40 ms. Every convolution is a sum of matrix products; one
over time keeps the two rows that went before. Rows are ``[time, streams, bands, channels]``, so that both the moments
of a convolution over time and the bands of one over bands lie where a product can take them; for the latter there is an
empty band on either side.
"""

import torch
from torch import Tensor
from torch.nn import functional

from lifemask.live.many_state import States
from lifemask.speech.phonetics import FLOOR, LEAK, NEAR, POOLED_AFTER, PhoneticNet, mel_frames

FRAMES = 4
"""New frames in a step."""
_SETTLED = 8
"""Steps of silence after which nothing changes any more."""
_BANDS = 32


class ManyPhonetics:
    """``step`` takes the frames of a step of several streams, and tells the near row that they complete."""

    def __init__(self, net: PhoneticNet) -> None:
        self._layers = []
        for kernel, bias in net.layers[: NEAR + 1]:
            outputs, _, over_time, _ = kernel.shape
            taps = kernel.permute(2, 3, 1, 0).reshape(-1, kernel.shape[1], outputs).contiguous()
            self._layers.append((taps, bias, over_time == 3))
        self._first = net.layers[0][0].permute(2, 3, 1, 0).reshape(9, -1).contiguous()
        sizes: dict[str, tuple[int, ...]] = {"frames": (2, _BANDS + 2)}
        bands = _BANDS
        for index, (taps, _, over_time) in enumerate(self._layers):
            if index and over_time:
                sizes[f"{index}"] = (1 if index == NEAR else 2, bands + 2, taps.shape[1])
            bands //= POOLED_AFTER.get(index, (1, 1))[1] if index != NEAR else 1
        self.states = States(**{name: torch.zeros(size) for name, size in sizes.items()})
        self._settle()

    def _settle(self) -> None:
        """Begin in silence that has lasted."""
        place = torch.tensor([self.states.begin()])
        silence = torch.from_numpy(mel_frames(torch.zeros(1, FRAMES, 512).numpy()))
        for _ in range(_SETTLED):
            self.step(place, silence)
        self.states = States(**{name: self.states[name][0].clone() for name in self.states.names})

    def step(self, at: Tensor, frames: Tensor) -> Tensor:
        """Rows ``[B, 576]`` of the streams at the places ``at [B]``, after ``frames [B, 4, 32]``."""
        x = self._entered(at, frames)
        for index, (taps, bias, over_time) in enumerate(self._layers[1:], 1):
            if over_time:
                x = self._with_past(f"{index}", at, x)
                x = _activated(_summed([x[k : len(x) - 2 + k] for k in range(3)], taps, bias))
                if index != NEAR:
                    x = _padded(_pooled(x[:, :, :-2], POOLED_AFTER.get(index, (1, 1))))
            else:
                x = _over_bands(x, taps, bias)
        return x[0, :, :-2].reshape(len(at), -1)

    def _entered(self, at: Tensor, frames: Tensor) -> Tensor:
        """After the first layer ``[4, B, 34, 24]``, which looks both ways."""
        new = functional.pad(frames.transpose(0, 1), (1, 1))
        rows = self._with_past("frames", at, new)
        windows = rows.unfold(0, 3, 1).unfold(2, 3, 1).flatten(-2)
        found = _activated(torch.addmm(self._layers[0][1], windows.reshape(-1, 9), self._first))
        return _padded(found.view(FRAMES, len(at), _BANDS, -1))

    def _with_past(self, name: str, at: Tensor, new: Tensor) -> Tensor:
        """The rows that went before, and the ``new [T, B, ...]`` ones."""
        state = self.states[name]
        rows = torch.cat([state[at].transpose(0, 1), new])
        state[at] = rows[len(rows) - state.shape[1] :].transpose(0, 1)
        return rows


def _over_bands(x: Tensor, taps: Tensor, bias: Tensor) -> Tensor:
    """``x [T, B, bands + 2, C]``, its outer bands empty; so many rows come out, of which the last two say nothing."""
    flat = x.view(-1, x.shape[-1])
    found = flat.new_empty(len(flat), taps.shape[-1])
    count = len(flat) - 2
    found[count:] = 0
    _sum_into(found[:count], [flat[k : count + k] for k in range(3)], taps, bias)
    return _activated(found).view(*x.shape[:-1], -1)


def _summed(parts: list[Tensor], taps: Tensor, bias: Tensor) -> Tensor:
    out = parts[0].new_empty(*parts[0].shape[:-1], taps.shape[-1])
    _sum_into(out.view(-1, taps.shape[-1]), [part.reshape(-1, part.shape[-1]) for part in parts], taps, bias)
    return out


def _sum_into(out: Tensor, parts: list[Tensor], taps: Tensor, bias: Tensor) -> None:
    torch.addmm(bias, parts[0], taps[0], out=out)
    for part, tap in zip(parts[1:], taps[1:], strict=True):
        out.addmm_(part, tap)


def _activated(x: Tensor) -> Tensor:
    return functional.leaky_relu_(x, LEAK).clamp_min_(FLOOR)


def _pooled(x: Tensor, size: tuple[int, int]) -> Tensor:
    """The largest of each ``size`` of rows and bands."""
    x = torch.maximum(x[0::2], x[1::2]) if size[0] == 2 else x
    return torch.maximum(x[:, :, 0::2], x[:, :, 1::2]) if size[1] == 2 else x


def _padded(x: Tensor) -> Tensor:
    return functional.pad(x, (0, 0, 1, 1))

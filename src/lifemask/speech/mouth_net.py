"""The small network of a person's own mouth: dilated convolutions over rows of what is said (temporal convolutional
network; Bai, Kolter and Koltun, 2018)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from lifemask.errors import ConfigError

_KERNEL = 3


@dataclass(frozen=True)
class NetShape:
    """``inputs`` columns heard, ``outputs`` given, ``channels`` inside; one block for each of ``dilations`` rows;
    ``causal``: nothing after a row is heard, else as much as before it."""

    inputs: int
    outputs: int
    channels: int = 64
    dilations: tuple[int, ...] = (1, 2, 4)
    causal: bool = False

    @property
    def reach(self) -> int:
        """Rows that are heard beside the row itself."""
        return (_KERNEL - 1) * sum(self.dilations)

    @property
    def before(self) -> int:
        """Of these, those before the row."""
        return self.reach if self.causal else self.reach // 2

    @property
    def after(self) -> int:
        """Those after it."""
        return self.reach - self.before


class MouthNet(nn.Module):
    """``x [B, before + n + after, inputs]`` to ``[B, n, outputs]``."""

    def __init__(self, shape: NetShape, dropout: float = 0.2) -> None:
        super().__init__()
        self.shape, self._dropout = shape, dropout
        width = shape.channels
        self.stem = nn.Linear(shape.inputs, width)
        wide = [nn.Conv1d(width, width, _KERNEL, dilation=d) for d in shape.dilations]
        self.wide = nn.ModuleList(wide)
        self.narrow = nn.ModuleList(nn.Conv1d(width, width, 1) for _ in shape.dilations)
        self.head = nn.Linear(width, shape.outputs)
        nn.init.zeros_(self.stem.bias)
        for layer in wide:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        with torch.no_grad():
            self.head.weight.mul_(0.1)

    def forward(self, x: Tensor) -> Tensor:
        """The outputs of the rows that have all their neighbours."""
        drop = lambda y: functional.dropout(y, self._dropout, self.training)  # noqa: E731
        hidden = drop(functional.gelu(self.stem(x))).transpose(1, 2)
        for wide, narrow, dilation in zip(self.wide, self.narrow, self.shape.dilations, strict=True):
            found = narrow(drop(functional.gelu(wide(hidden))))
            hidden = _skipping(hidden, found, dilation, self.shape.causal)
        return self.head(hidden.transpose(1, 2))


class Chorus:
    """Several networks of one shape as one: the mean of what they say, in a fraction of the calls."""

    def __init__(self, nets: Sequence[MouthNet]) -> None:
        self._shape, self._count = nets[0].shape, len(nets)
        beside = lambda tensors: torch.cat(list(tensors)).detach()  # noqa: E731
        self._stem = beside(net.stem.weight for net in nets), beside(net.stem.bias for net in nets)
        self._blocks = [
            [(beside(layer.weight for layer in layers), beside(layer.bias for layer in layers)) for layers in pair]
            for pair in zip(
                zip(*(net.wide for net in nets), strict=True),
                zip(*(net.narrow for net in nets), strict=True),
                strict=True,
            )
        ]
        heads = torch.cat([net.head.weight for net in nets], 1) / self._count
        self._head = heads.detach(), torch.stack([net.head.bias for net in nets]).mean(0).detach()

    @torch.inference_mode()
    def __call__(self, x: Tensor) -> Tensor:
        """``x [before + n + after, inputs]`` to ``[n, outputs]``."""
        hidden = functional.gelu(functional.linear(x, *self._stem)).T[None]
        for (wide, narrow), dilation in zip(self._blocks, self._shape.dilations, strict=True):
            found = functional.gelu(functional.conv1d(hidden, *wide, dilation=dilation, groups=self._count))
            found = functional.conv1d(found, *narrow, groups=self._count)
            hidden = _skipping(hidden, found, dilation, self._shape.causal)
        return functional.linear(hidden[0].T, *self._head)


class CausalChorus:
    """The same networks, causal ones, for one row of motion at a time of each of ``B`` voices: nothing is computed
    twice. What a block remembers of a voice is kept elsewhere, ``[N, 2 dilation, C]``."""

    def __init__(self, nets: Sequence[MouthNet]) -> None:
        shape, self._count = nets[0].shape, len(nets)
        if not shape.causal:
            raise ConfigError("a mouth that hears what comes after a row cannot be driven row by row")
        self._dilations = shape.dilations
        together = lambda layers: torch.cat([layer.bias for layer in layers])  # noqa: E731
        self._stem = torch.cat([net.stem.weight for net in nets]).T.contiguous(), together(net.stem for net in nets)
        # [N, 3 C, C] and [N, C, C], for rows of three moments side by side.
        self._blocks = [
            (
                torch.stack([layer.weight.permute(2, 1, 0).flatten(0, 1) for layer in wide]),
                together(wide).view(self._count, 1, -1),
                torch.stack([layer.weight[:, :, 0].T for layer in narrow]),
                together(narrow).view(self._count, 1, -1),
            )
            for wide, narrow in zip(
                zip(*(net.wide for net in nets), strict=True),
                zip(*(net.narrow for net in nets), strict=True),
                strict=True,
            )
        ]
        self._head = torch.cat([net.head.weight for net in nets], 1).T / self._count
        self._head_bias = torch.stack([net.head.bias for net in nets]).mean(0)

    def begin(self) -> list[Tensor]:
        """The past of somebody before whom was what is heard on the mean, always."""
        past, hidden = [], self._entered(torch.zeros(1, len(self._stem[0])))
        for block, dilation in zip(self._blocks, self._dilations, strict=True):
            past.append(hidden.expand(-1, 2 * dilation, -1).clone())
            hidden = hidden + _found(torch.cat([hidden] * 3, 2), *block)
        return past

    def step(self, recall: Callable[[int, np.ndarray], np.ndarray], x: Tensor) -> Tensor:
        """``x [B, inputs]`` to ``[B, outputs]``. ``recall`` is told a block's number and what goes into it, ``hidden
        [N, B, C]``, and gives that of two dilations before, of one, and this, side by side: ``[N, B, 3 C]``."""
        hidden = self._entered(x)
        for number, block in enumerate(self._blocks):
            hidden = hidden + _found(torch.from_numpy(recall(number, hidden.contiguous().numpy())), *block)
        return torch.addmm(self._head_bias, hidden.transpose(0, 1).flatten(1), self._head)

    def _entered(self, x: Tensor) -> Tensor:
        """``[N, B, C]``."""
        weight, bias = self._stem
        hidden = functional.gelu(torch.addmm(bias, x, weight))
        return hidden.view(len(x), self._count, -1).transpose(0, 1)


def _found(moments: Tensor, wide: Tensor, b: Tensor, narrow: Tensor, c: Tensor) -> Tensor:
    """What a block adds: ``[N, B, C]``."""
    return torch.baddbmm(c, functional.gelu(torch.baddbmm(b, moments, wide)), narrow)


def _skipping(hidden: Tensor, found: Tensor, dilation: int, causal: bool) -> Tensor:
    """What a block adds to the rows that have all their neighbours ``[B, C, T]``."""
    skipped = (_KERNEL - 1) * dilation
    first = skipped if causal else skipped // 2
    return hidden[..., first : first + found.shape[-1]] + found

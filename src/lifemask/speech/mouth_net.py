"""The small network of a person's own mouth: dilated convolutions over rows of what is said (temporal convolutional
network; Bai, Kolter and Koltun, 2018)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

_KERNEL = 3


@dataclass(frozen=True)
class NetShape:
    """``inputs`` columns heard, ``outputs`` given, ``channels`` inside; one block for each of ``dilations`` rows;
    ``causal``: nothing after a row is heard, else as much as before it."""

    inputs: int
    outputs: int
    channels: int = 96
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
        self.wide = nn.ModuleList(nn.Conv1d(width, width, _KERNEL, dilation=d) for d in shape.dilations)
        self.narrow = nn.ModuleList(nn.Conv1d(width, width, 1) for _ in shape.dilations)
        self.head = nn.Linear(width, shape.outputs)
        nn.init.zeros_(self.stem.bias)
        for layer in self.wide:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        with torch.no_grad():
            self.head.weight.mul_(0.1)

    def forward(self, x: Tensor) -> Tensor:
        """The outputs of the rows that have all their neighbours."""
        drop = lambda y: functional.dropout(y, self._dropout, self.training)  # noqa: E731
        hidden = drop(functional.gelu(self.stem(x))).transpose(1, 2)
        for wide, narrow, dilation in zip(self.wide, self.narrow, self.shape.dilations, strict=True):
            found = narrow(drop(functional.gelu(wide(hidden))))
            skipped = (_KERNEL - 1) * dilation
            first = skipped if self.shape.causal else skipped // 2
            hidden = hidden[..., first : first + found.shape[-1]] + found
        return self.head(hidden.transpose(1, 2))

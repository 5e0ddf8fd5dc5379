"""The net behind the generic mouth: rows of what is said, as an ear gives them, to the mouth of any speaker.

Three convolutions over rows of motion (temporal convolutional network; Bai, Kolter and Koltun, 2018). A row depends on
a fixed stretch of rows, so that a stream in pieces gives the very rows that the whole gives.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from lifemask.speech.visemes import CHANNELS, VISEMES

KERNEL = 3
DILATIONS = (1, 1, 2)


@dataclass(frozen=True)
class GenericShape:
    """Sizes of a :class:`GenericNet`: ``inputs`` columns of a row; with ``ahead`` the first two convolutions look one
    row ahead each, else none does."""

    inputs: int
    ahead: bool
    narrow: int = 64
    wide: int = 96
    code: int = 48

    @property
    def after(self) -> int:
        """Rows that are heard after a row."""
        return 2 if self.ahead else 0

    @property
    def before(self) -> int:
        """Rows that are heard before it."""
        return (KERNEL - 1) * sum(DILATIONS) - self.after


@dataclass(frozen=True)
class Outputs:
    """What the net says of ``n`` rows of motion: ``mouth [B, n, C]`` weights of ``CHANNELS``, the logits of the two
    contacts ``[B, n]`` and of the visemes ``[B, n, 15]``, and the ``code [B, n, D]`` that all were read from."""

    mouth: Tensor
    lips_closed: Tensor
    lip_on_teeth: Tensor
    visemes: Tensor
    code: Tensor


class GenericNet(nn.Module):
    """Rows ``[B, before + n + after, inputs]`` to :class:`Outputs` of ``n`` rows."""

    mean: Tensor
    deviation: Tensor
    spread: Tensor

    def __init__(self, shape: GenericShape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape, self._dropout = shape, dropout
        self.enter = nn.Linear(shape.inputs, shape.narrow)
        widths = (shape.narrow, shape.wide, shape.wide)
        self.hear = nn.ModuleList(_layer(w, shape.wide, KERNEL, d) for w, d in zip(widths, DILATIONS, strict=True))
        self.code = _layer(shape.wide, shape.code, 1, 1)
        self.heads = nn.Conv1d(shape.code, len(CHANNELS) + 2 + len(VISEMES), 1)
        self.register_buffer("mean", torch.zeros(shape.inputs))
        self.register_buffer("deviation", torch.ones(shape.inputs))
        self.register_buffer("spread", torch.ones(len(CHANNELS)))

    def forward(self, rows: Tensor) -> Outputs:
        """Every row of motion whose neighbours are there."""
        return self.heard(self.entered(rows))

    def entered(self, rows: Tensor) -> Tensor:
        """What enters of each row by itself: ``[B, n, narrow]``."""
        x = (rows - self.mean) / self.deviation
        # Columns are left out for a whole piece: from row to row they say much the same.
        x = x * self._drop(x.new_ones(len(x), 1, self.shape.inputs)) if self.training else x
        return functional.gelu(self.enter(x))

    def heard(self, entered: Tensor) -> Outputs:
        """What is heard in rows that have ``entered``."""
        x = self.hear[0](entered.transpose(1, 2))
        for layer, dilation, ahead in zip(self.hear[1:], DILATIONS[1:], (self.shape.after // 2, 0), strict=True):
            first = (KERNEL - 1) * dilation - ahead
            x = x[:, :, first : x.shape[2] - ahead] + layer(x)
        code = self.code(x)
        out = self.heads(self._drop(code)).transpose(1, 2)
        mouth, closed, teeth, visemes = out.split([len(CHANNELS), 1, 1, len(VISEMES)], dim=2)
        return Outputs(mouth * self.spread, closed[..., 0], teeth[..., 0], visemes, code.transpose(1, 2))

    def _drop(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self._dropout, self.training)


def _layer(inputs: int, outputs: int, rows: int, dilation: int) -> nn.Sequential:
    convolution = nn.Conv1d(inputs, outputs, rows, dilation=dilation, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm1d(outputs), nn.GELU())

"""The net behind the generic mouth: bands of sound in, the mouth of any speaker out, 25 rows a second.

One convolution over single rows of bands, one over eleven of them that steps by four, then four residual convolutions
at the rate of motion, the first two of which look ahead. All of it is local: a row of motion depends on a fixed
stretch of sound, so that a stream in pieces gives the very rows that the whole gives.
"""

from dataclasses import asdict, dataclass

import numpy as np
import torch
from scipy.ndimage import maximum_filter1d
from torch import Tensor, nn
from torch.nn import functional

from lifemask.speech.layers import MEL_BANDS, MELS_PER_MOTION
from lifemask.speech.visemes import CHANNELS, VISEMES

LOUDEST_ROWS = 10
LEVEL_ROWS = 250
"""How loud it is: the loudest mean over the first number of rows within the second, up to now."""
LEVEL_CONTEXT = LOUDEST_ROWS + LEVEL_ROWS - 2
QUIETEST = -6.0
"""Logarithm of a power: no voice is quieter, and what is stays quiet."""
BELOW, ABOVE = -9.0, 4.0
"""What the net hears, in logarithms of power from how loud it is."""


@dataclass(frozen=True)
class NetShape:
    """Sizes of a :class:`MouthNet`: ``offsets`` of each residual convolution in rows of motion, ``patch`` the rows of
    bands, from the first of a row of motion, that the stepping convolution covers."""

    offsets: tuple[tuple[int, int, int], ...] = ((-1, 0, 1), (-1, 0, 1), (-2, -1, 0), (-6, -3, 0))
    patch: tuple[int, int] = (-4, 7)
    first: int = 48
    hidden: int = 112
    code: int = 48

    @property
    def before(self) -> int:
        """Rows of bands that a row of motion hears before its own four, without those of the level."""
        return 1 - self.patch[0] - MELS_PER_MOTION * sum(offsets[0] for offsets in self.offsets)

    @property
    def after(self) -> int:
        """Rows of bands that a row of motion hears after its own four."""
        return 1 + self.patch[1] - MELS_PER_MOTION + MELS_PER_MOTION * sum(offsets[2] for offsets in self.offsets)

    def as_dict(self) -> dict:
        """For a file's header."""
        return asdict(self)


@dataclass(frozen=True)
class Outputs:
    """What the net says of ``n`` rows of motion: ``mouth [..., n, C]`` in units of ``MouthNet.spread``, the logits of
    the two contacts ``[..., n]`` and of the visemes ``[..., n, 15]``, and the ``code [..., n, D]`` that all were read
    from."""

    mouth: Tensor
    lips_closed: Tensor
    lip_on_teeth: Tensor
    visemes: Tensor
    code: Tensor


class MouthNet(nn.Module):
    """``[B, before + 4 n + after, 80]`` heard bands to :class:`Outputs` of ``n`` rows."""

    def __init__(self, shape: NetShape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape, self.dropout = shape, dropout
        self.bands = nn.Conv1d(MEL_BANDS, shape.first, 3)
        self.step = nn.Conv1d(shape.first, shape.hidden, shape.patch[1] - shape.patch[0], stride=MELS_PER_MOTION)
        self.blocks = nn.ModuleList(
            nn.Conv1d(shape.hidden, shape.hidden, 3, dilation=offsets[1] - offsets[0]) for offsets in shape.offsets
        )
        self.code = nn.Conv1d(shape.hidden, shape.code, 1)
        self.heads = nn.Conv1d(shape.code, len(CHANNELS) + 2 + len(VISEMES), 1)
        self.register_buffer("spread", torch.ones(len(CHANNELS)))

    def forward(self, bands: Tensor) -> Outputs:
        """Every row of motion that ``bands`` allow."""
        x = functional.gelu(self.bands(bands.transpose(1, 2)))
        x = functional.gelu(self.step(x))
        for (first, _, last), block in zip(self.shape.offsets, self.blocks, strict=True):
            added = functional.dropout(functional.gelu(block(x)), self.dropout, self.training)
            x = x[:, :, -first : x.shape[2] - last] + added
        code = functional.gelu(self.code(x))
        out = self.heads(functional.dropout(code, self.dropout, self.training)).transpose(1, 2)
        mouth, closed, teeth, visemes = out.split([len(CHANNELS), 1, 1, len(VISEMES)], dim=2)
        return Outputs(mouth, closed[..., 0], teeth[..., 0], visemes, code.transpose(1, 2))


def heard_bands(mel: np.ndarray) -> np.ndarray:
    """Bands ``[..., T - LEVEL_CONTEXT, 80]`` as the net takes them, from logarithms of power ``mel [..., T, 80]``.

    Each row is taken relative to how loud it was in the 2.5 s up to it, so that neither the microphone's gain nor a
    pause changes what is heard.
    """
    power = np.exp(np.clip(mel, -14.0, 20.0)).mean(-1, dtype=np.float64)
    rows = np.lib.stride_tricks.sliding_window_view(power, LOUDEST_ROWS, axis=-1).mean(-1)
    loudest = maximum_filter1d(rows, LEVEL_ROWS, axis=-1, origin=LEVEL_ROWS // 2 - 1)[..., LEVEL_ROWS - 1 :]
    level = np.maximum(np.log(loudest), QUIETEST)
    heard = np.clip(mel[..., LEVEL_CONTEXT:, :] - level[..., None], BELOW, ABOVE)
    return ((heard - 0.5 * (BELOW + ABOVE) + 1.5) / 3.0).astype(np.float32)

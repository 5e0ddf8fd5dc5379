"""Peak signal-to-noise ratio of pictures in [0, 1]."""

import torch
from torch import Tensor

from lifemask.errors import ConfigError

# Equal pictures would be infinite, which neither a mean nor JSON can hold.
MAX_PSNR_DB = 100.0


def psnr(a: Tensor, b: Tensor, mask: Tensor | None = None) -> Tensor:
    """PSNR in dB ``[...]`` of pictures ``a, b [..., H, W, C]`` in [0, 1], one value per picture, at most 100.

    With ``mask [..., H, W]`` (bool, or weights) only those pixels count; a picture without any gives NaN.
    """
    if a.shape != b.shape or a.ndim < 3:
        raise ConfigError(
            f"psnr compares pictures of one shape [..., H, W, C]; got {tuple(a.shape)} and {tuple(b.shape)}.",
            "The usual cause is a channels-first picture, or one that was not resized.",
        )
    squared = (a - b).square().mean(-1)
    if mask is None:
        mean = squared.mean((-2, -1))
    else:
        weight = mask.to(squared.dtype).expand_as(squared)
        mean = (squared * weight).sum((-2, -1)) / weight.sum((-2, -1))
    return -10 * torch.log10(mean.clamp(min=10 ** (-MAX_PSNR_DB / 10)))

"""Learned perceptual distance (LPIPS 0.1, AlexNet or VGG16); lower is closer, 0 for equal pictures.

Zhang et al. 2018, "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", section 3.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lifemask.assets import asset_path
from lifemask.assets.array_pickle import read_array_pickle
from lifemask.errors import ConfigError, FormatError

ASSET = "lpips_alex"
VGG_ASSET = "lpips_vgg"
# Pictures in [-1, 1] to the statistics that the networks were trained with.
_SHIFT = (-0.030, -0.088, -0.188)
_SCALE = (0.458, 0.448, 0.450)


@dataclass(frozen=True)
class _Layer:
    """One convolution with its ReLU; ``pool``: size and stride of a max-pooling before it; ``compared``: whether the
    distance looks at what comes out."""

    stride: int = 1
    padding: int = 1
    pool: tuple[int, int] | None = None
    compared: bool = True


@dataclass(frozen=True)
class _Network:
    """``key`` of its weights in the file; ``min_side_px``: what its poolings leave nothing of is smaller."""

    key: str
    layers: tuple[_Layer, ...]
    min_side_px: int


def _vgg_layers() -> tuple[_Layer, ...]:
    """Thirteen convolutions in five blocks, of each of which the last is compared."""
    blocks = []
    for block, count in enumerate((2, 2, 3, 3, 3)):
        for place in range(count):
            pool = (2, 2) if block > 0 and place == 0 else None
            blocks.append(_Layer(pool=pool, compared=place == count - 1))
    return tuple(blocks)


_NETWORKS = {
    ASSET: _Network(
        "AlexNet_0",
        (_Layer(4, 2), _Layer(1, 2, (3, 2)), _Layer(pool=(3, 2)), _Layer(), _Layer()),
        32,
    ),
    VGG_ASSET: _Network("VGG16_0", _vgg_layers(), 16),
}


class Lpips:
    """Perceptual distance on one device; needs its optional model file, ``lpips_alex`` for evaluations or ``lpips_vgg``
    for training (else AssetError)."""

    def __init__(self, device: torch.device | str = "cpu", asset: str = ASSET) -> None:
        self._network = _NETWORKS[asset]
        weights = read_array_pickle(asset_path(asset))
        try:
            layers = [weights[self._network.key][f"Conv_{i}"] for i in range(len(self._network.layers))]
            self._convolutions = [(_kernel(x["kernel"], device), _vector(x["bias"], device)) for x in layers]
            self._linear = [_kernel(weights[f"NetLinLayer_{i}"]["Conv_0"]["kernel"], device) for i in range(5)]
        except KeyError as error:
            raise FormatError(f"The LPIPS weights have no {error}.") from error
        self._shift = torch.tensor(_SHIFT, device=device)[:, None, None]
        self._scale = torch.tensor(_SCALE, device=device)[:, None, None]

    def __call__(self, a: Tensor, b: Tensor) -> Tensor:
        """Distance ``[B]`` between pictures ``a, b [B, H, W, 3]`` in [0, 1]; differentiable."""
        least = self._network.min_side_px
        if a.shape != b.shape or a.ndim != 4 or a.shape[-1] != 3 or min(a.shape[1:3]) < least:
            raise ConfigError(
                f"LPIPS compares pictures [B, H, W, 3] of one shape: {tuple(a.shape)}, {tuple(b.shape)}.",
                f"They must be at least {least} pixels high and wide.",
            )
        features_a, features_b = self._features(a), self._features(b)
        total = a.new_zeros(a.shape[0])
        for one, other, weight in zip(features_a, features_b, self._linear, strict=True):
            difference = (_unit(one) - _unit(other)).square()
            total = total + F.conv2d(difference, weight).mean((1, 2, 3))
        return total

    def _features(self, image: Tensor) -> list[Tensor]:
        x = (image.movedim(-1, 1) * 2 - 1 - self._shift) / self._scale
        features = []
        for layer, (kernel, bias) in zip(self._network.layers, self._convolutions, strict=True):
            if layer.pool is not None:
                x = F.max_pool2d(x, *layer.pool)
            x = F.relu(F.conv2d(x, kernel, bias, layer.stride, layer.padding))
            if layer.compared:
                features.append(x)
        return features


def _unit(features: Tensor) -> Tensor:
    """Feature vectors ``[B, C, h, w]`` of length one at every place."""
    # The small term is inside the root, so that the gradient stays finite where all features are zero.
    return features / (features.square().sum(1, keepdim=True) + 1e-20).sqrt()


def _kernel(array: np.ndarray, device: torch.device | str) -> Tensor:
    """A kernel stored as ``[height, width, in, out]`` as ``[out, in, height, width]``."""
    return torch.from_numpy(np.ascontiguousarray(array.transpose(3, 2, 0, 1), np.float32)).to(device)


def _vector(array: np.ndarray, device: torch.device | str) -> Tensor:
    return torch.from_numpy(np.array(array, np.float32)).to(device)

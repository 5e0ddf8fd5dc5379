"""Learned perceptual distance (LPIPS 0.1, AlexNet); lower is closer, 0 for equal pictures.

Zhang et al. 2018, "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric", section 3.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lifemask.assets import asset_path
from lifemask.assets.array_pickle import read_array_pickle
from lifemask.errors import ConfigError, FormatError

ASSET = "lpips_alex"
# AlexNet's five convolutions: stride and padding; the second and third follow a 3x3 max-pooling of stride 2.
_STRIDE_PADDING = ((4, 2), (1, 2), (1, 1), (1, 1), (1, 1))
_POOLED = (1, 2)
# Pictures in [-1, 1] to the statistics that AlexNet was trained with.
_SHIFT = (-0.030, -0.088, -0.188)
_SCALE = (0.458, 0.448, 0.450)
# Two poolings behind a convolution of 11 pixels at stride 4 leave nothing of smaller pictures.
MIN_SIDE_PX = 32


class Lpips:
    """Perceptual distance on one device; needs the optional model file ``lpips_alex`` (else AssetError)."""

    def __init__(self, device: torch.device | str = "cpu") -> None:
        weights = read_array_pickle(asset_path(ASSET))
        try:
            layers = [weights["AlexNet_0"][f"Conv_{i}"] for i in range(5)]
            self._convolutions = [(_kernel(x["kernel"], device), _vector(x["bias"], device)) for x in layers]
            self._linear = [_kernel(weights[f"NetLinLayer_{i}"]["Conv_0"]["kernel"], device) for i in range(5)]
        except KeyError as error:
            raise FormatError(f"The LPIPS weights have no {error}.") from error
        self._shift = torch.tensor(_SHIFT, device=device)[:, None, None]
        self._scale = torch.tensor(_SCALE, device=device)[:, None, None]

    def __call__(self, a: Tensor, b: Tensor) -> Tensor:
        """Distance ``[B]`` between pictures ``a, b [B, H, W, 3]`` in [0, 1]; differentiable."""
        if a.shape != b.shape or a.ndim != 4 or a.shape[-1] != 3 or min(a.shape[1:3]) < MIN_SIDE_PX:
            raise ConfigError(
                f"LPIPS compares pictures [B, H, W, 3] of one shape: {tuple(a.shape)}, {tuple(b.shape)}.",
                f"They must be at least {MIN_SIDE_PX} pixels high and wide.",
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
        for layer, ((kernel, bias), (stride, padding)) in enumerate(
            zip(self._convolutions, _STRIDE_PADDING, strict=True)
        ):
            if layer in _POOLED:
                x = F.max_pool2d(x, 3, 2)
            x = F.relu(F.conv2d(x, kernel, bias, stride, padding))
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

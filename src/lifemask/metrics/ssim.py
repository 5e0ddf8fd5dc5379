"""Structural similarity: a differentiable torch version for any device, and a fused one for CPUs.

Wang et al. 2004, "Image quality assessment: from error visibility to structural similarity", in the form
that the 3D Gaussian splatting family reports: 11x11 Gaussian window of sigma 1.5, C1 = 0.01², C2 = 0.03² for
a data range of 1, the image padded with zeros (so borders count, unlike scikit-image's default), mean over
pixels and channels.
"""

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numba import njit
from torch import Tensor
from torch.autograd.function import once_differentiable

from lifemask.errors import ConfigError
from lifemask.splats.threads import run_chunks

RADIUS = 5
TAPS = 2 * RADIUS + 1
SIGMA = 1.5
C1, C2 = 0.01**2, 0.03**2
_GAUSS = [math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA**2)) for i in range(TAPS)]
WINDOW = tuple(g / sum(_GAUSS) for g in _GAUSS)
MATH = {"contract", "nsz", "arcp", "nnan", "ninf", "reassoc"}


def ssim(a: Tensor, b: Tensor) -> Tensor:
    """Mean SSIM of images ``a, b [..., H, W, C]`` in [0, 1]: a scalar, 1 for equal images; differentiable.

    Takes the fused kernel for float32 on the CPU when only ``a`` needs a gradient, and torch otherwise.
    """
    _check(a, b)
    if _fusable(a, b):
        return _fused(a, b, 0.0, 1.0)
    return ssim_map(a, b).mean()


def l1_ssim_loss(image: Tensor, target: Tensor, ssim_weight: float = 0.2) -> Tensor:
    """``(1 - w) * mean |image - target| + w * (1 - SSIM)`` of images ``[..., H, W, C]``: a scalar to
    minimise.

    The loss of Kerbl et al. 2023, "3D Gaussian splatting", section 5.2.
    """
    _check(image, target)
    if _fusable(image, target):
        return _fused(image, target, 1 - ssim_weight, -ssim_weight) + ssim_weight
    loss = (1 - ssim_weight) * (image - target).abs().mean()
    return loss + ssim_weight * (1 - ssim_map(image, target).mean()) if ssim_weight else loss


def ssim_map(a: Tensor, b: Tensor) -> Tensor:
    """SSIM of every pixel and channel of images ``[..., H, W, C]`` in [0, 1]; any device, any float type."""
    _check(a, b)
    planes = [t.movedim(-1, -3).reshape(-1, *t.shape[-3:-1]) for t in (a, b)]
    x, y = planes
    mean_x, mean_y, xx, yy, xy = _blur(torch.stack([x, y, x * x, y * y, x * y]))
    variance_x, variance_y, covariance = xx - mean_x * mean_x, yy - mean_y * mean_y, xy - mean_x * mean_y
    value = (2 * mean_x * mean_y + C1) * (2 * covariance + C2)
    value = value / ((mean_x * mean_x + mean_y * mean_y + C1) * (variance_x + variance_y + C2))
    height, width, channels = a.shape[-3:]
    return value.reshape(*a.shape[:-3], channels, height, width).movedim(-3, -1)


def _blur(planes: Tensor) -> Tensor:
    """Separable window over ``[K, P, H, W]``. Planes as groups of one image: with planes in the batch
    dimension the CPU convolution is ten to twenty times slower."""
    shape = planes.shape
    flat = planes.reshape(1, -1, *shape[-2:])
    groups = flat.shape[1]
    window = torch.tensor(WINDOW, dtype=planes.dtype, device=planes.device).expand(groups, 1, TAPS)
    flat = F.conv2d(flat, window[:, :, None, :], padding=(0, RADIUS), groups=groups)
    return F.conv2d(flat, window[:, :, :, None], padding=(RADIUS, 0), groups=groups).reshape(shape)


def _check(a: Tensor, b: Tensor) -> None:
    if a.shape != b.shape or a.ndim < 3:
        raise ConfigError(
            f"Expected two images of one shape [..., H, W, C], got {list(a.shape)} and {list(b.shape)}.",
            "The usual cause is a missing batch dimension, or channels first.",
        )


def _fusable(a: Tensor, b: Tensor) -> bool:
    small = a.device.type == b.device.type == "cpu" and a.dtype == b.dtype == torch.float32
    return small and a.numel() > 0 and not b.requires_grad


def _fused(a: Tensor, b: Tensor, l1_weight: float, ssim_weight: float) -> Tensor:
    apply: Any = _Fused.apply
    return apply(a, b, l1_weight, ssim_weight)


class _Fused(torch.autograd.Function):
    """``l1_weight * mean |a - b| + ssim_weight * mean SSIM``; the gradient for ``a`` is made in the forward
    pass."""

    @staticmethod
    def forward(ctx, a, b, l1_weight, ssim_weight):
        height, width, channels = a.shape[-3:]
        rows = [t.detach().contiguous().numpy().reshape(-1, height, width * channels) for t in (a, b)]
        window = np.array(WINDOW, np.float32)
        sums = np.empty((2, rows[0].shape[0], height))
        wanted = ctx.needs_input_grad[0]
        maps = np.empty((3, *rows[0].shape) if wanted else (3, 1, 1, 1), np.float32)
        units = rows[0].shape[0] * height
        run_chunks(_statistics, units, *rows, channels, window, wanted, sums, maps)
        if wanted:
            gradient = np.empty_like(rows[0])
            run_chunks(
                _gradient,
                units,
                *rows,
                channels,
                window,
                maps,
                l1_weight / a.numel(),
                ssim_weight / a.numel(),
                gradient,
            )
            ctx.gradient = torch.from_numpy(gradient).view(a.shape)
        l1, similarity = sums.sum((1, 2)) / a.numel()
        return a.new_tensor(l1_weight * l1 + ssim_weight * similarity)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        return ctx.gradient * grad, None, None, None


@njit(fastmath=MATH, error_model="numpy", inline="always")
def _taps(row, x, step, window):
    """The window along a padded row, at its 5th neighbour to either side of ``x + 5 * step``."""
    x = np.uint64(x)
    s = np.uint64(step)
    total = window[5] * row[x + np.uint64(5) * s]
    total += window[0] * (row[x] + row[x + np.uint64(10) * s])
    total += window[1] * (row[x + s] + row[x + np.uint64(9) * s])
    total += window[2] * (row[x + np.uint64(2) * s] + row[x + np.uint64(8) * s])
    total += window[3] * (row[x + np.uint64(3) * s] + row[x + np.uint64(7) * s])
    total += window[4] * (row[x + np.uint64(4) * s] + row[x + np.uint64(6) * s])
    return total


@njit(fastmath=MATH, error_model="numpy")
def _add_row(weight, a, b, sums, pad):
    """Add one row of a, b, aa, bb, ab to the five vertical sums."""
    s0, s1, s2, s3, s4 = sums[0, pad:], sums[1, pad:], sums[2, pad:], sums[3, pad:], sums[4, pad:]
    for q in range(a.shape[0]):
        x = np.uint64(q)
        wa, wb = weight * a[x], weight * b[x]
        s0[x] += wa
        s1[x] += wb
        s2[x] += wa * a[x]
        s3[x] += wb * b[x]
        s4[x] += wa * b[x]


@njit(fastmath=MATH, error_model="numpy")
def _compare_row(sums, step, window, wanted, grad_mean, grad_square, grad_product):
    """SSIM of one row from its vertical sums, summed; and its derivatives by mean(a), mean(aa) and
    mean(ab)."""
    c1, c2, two = np.float32(C1), np.float32(C2), np.float32(2)
    total = np.float32(0)
    s0, s1, s2, s3, s4 = sums[0], sums[1], sums[2], sums[3], sums[4]
    for q in range(sums.shape[1] - 2 * RADIUS * step):
        x = np.uint64(q)
        ma, mb = _taps(s0, x, step, window), _taps(s1, x, step, window)
        va, vb = _taps(s2, x, step, window) - ma * ma, _taps(s3, x, step, window) - mb * mb
        cov = _taps(s4, x, step, window) - ma * mb
        n1, n2 = two * ma * mb + c1, two * cov + c2
        i1, i2 = np.float32(1) / (ma * ma + mb * mb + c1), np.float32(1) / (va + vb + c2)
        value = n1 * n2 * i1 * i2
        total += value
        if wanted:
            grad_mean[x] = two * (mb * (n2 - n1) * i1 * i2 + ma * value * (i2 - i1))
            grad_square[x] = -value * i2
            grad_product[x] = two * n1 * i1 * i2
    return total


@njit(nogil=True, cache=True, fastmath=MATH, error_model="numpy")
def _statistics(chunk, chunks, a, b, step, window, wanted, sums, maps):
    """Row sums of |a - b| and of SSIM (``sums [2, F, H]``), and the three derivative maps ``[3, F, H, W *
    C]``."""
    frames, height, width = a.shape
    pad = RADIUS * step
    for unit in range(chunk * frames * height // chunks, (chunk + 1) * frames * height // chunks):
        f, y = unit // height, unit % height
        vertical = np.zeros((5, width + 2 * pad), np.float32)
        for k in range(max(0, RADIUS - y), min(TAPS, height + RADIUS - y)):
            _add_row(window[k], a[f, y + k - RADIUS], b[f, y + k - RADIUS], vertical, pad)
        g = (f, y) if wanted else (0, 0)
        sums[1, f, y] = _compare_row(
            vertical, step, window, wanted, maps[0, g[0], g[1]], maps[1, g[0], g[1]], maps[2, g[0], g[1]]
        )
        difference = np.float32(0)
        for x in range(width):
            difference += abs(a[f, y, x] - b[f, y, x])
        sums[0, f, y] = difference


@njit(fastmath=MATH, error_model="numpy")
def _add_maps(weight, m, s, c, sums, pad):
    s0, s1, s2 = sums[0, pad:], sums[1, pad:], sums[2, pad:]
    for q in range(m.shape[0]):
        x = np.uint64(q)
        s0[x] += weight * m[x]
        s1[x] += weight * s[x]
        s2[x] += weight * c[x]


@njit(fastmath=MATH, error_model="numpy")
def _combine_row(sums, step, window, a, b, l1_weight, ssim_weight, gradient):
    s0, s1, s2 = sums[0], sums[1], sums[2]
    for q in range(a.shape[0]):
        x = np.uint64(q)
        value = _taps(s0, x, step, window)
        value += np.float32(2) * a[x] * _taps(s1, x, step, window) + b[x] * _taps(s2, x, step, window)
        sign = np.float32(1) if a[x] > b[x] else (np.float32(-1) if a[x] < b[x] else np.float32(0))
        gradient[x] = ssim_weight * value + l1_weight * sign


@njit(nogil=True, cache=True, fastmath=MATH, error_model="numpy")
def _gradient(chunk, chunks, a, b, step, window, maps, l1_weight, ssim_weight, gradient):
    """The gradient for ``a``: the window is symmetric, so blurring is its own adjoint, zero padding
    included."""
    frames, height, width = a.shape
    pad = RADIUS * step
    l1, similarity = np.float32(l1_weight), np.float32(ssim_weight)
    for unit in range(chunk * frames * height // chunks, (chunk + 1) * frames * height // chunks):
        f, y = unit // height, unit % height
        vertical = np.zeros((3, width + 2 * pad), np.float32)
        for k in range(max(0, RADIUS - y), min(TAPS, height + RADIUS - y)):
            r = y + k - RADIUS
            _add_maps(window[k], maps[0, f, r], maps[1, f, r], maps[2, f, r], vertical, pad)
        _combine_row(vertical, step, window, a[f, y], b[f, y], l1, similarity, gradient[f, y])

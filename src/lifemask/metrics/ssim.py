"""Structural similarity: a differentiable torch version for any device, and a fused one for CPUs and GPUs.

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
from lifemask.threads import run_chunks

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
    known = a.device.type == b.device.type in ("cpu", "cuda") and a.dtype == b.dtype == torch.float32
    return known and a.numel() > 0 and not b.requires_grad


def _fused(a: Tensor, b: Tensor, l1_weight: float, ssim_weight: float) -> Tensor:
    apply: Any = _FusedOnGpu.apply if a.device.type == "cuda" else _Fused.apply
    return apply(a, b, l1_weight, ssim_weight)


class _Fused(torch.autograd.Function):
    """``l1_weight * mean |a - b| + ssim_weight * mean SSIM``; the gradient for ``a`` is made in the forward
    pass."""

    @staticmethod
    def forward(ctx, a, b, l1_weight, ssim_weight):
        height, _, channels = a.shape[-3:]
        flat = [t.detach().contiguous().numpy().reshape(-1) for t in (a, b)]
        window = np.array(WINDOW, np.float32)
        frames = a[..., 0, 0, 0].numel()
        sums = np.empty((2, frames, height))
        wanted = ctx.needs_input_grad[0]
        maps = np.empty(3 * a.numel() if wanted else 0, np.float32)
        units = frames * height
        run_chunks(_statistics, units, *flat, channels, window, sums, maps)
        if wanted:
            weights = l1_weight / a.numel(), ssim_weight / a.numel()
            gradient = np.empty_like(flat[0])
            run_chunks(_gradient, units, *flat, frames, height, channels, window, maps, *weights, gradient)
            ctx.gradient = torch.from_numpy(gradient).view(a.shape)
        l1, similarity = sums.sum((1, 2)) / a.numel()
        return a.new_tensor(l1_weight * l1 + ssim_weight * similarity)

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        # A loss's own gradient is 1, and torch would wake its threads to multiply by it.
        return (ctx.gradient if float(grad) == 1 else ctx.gradient * grad), None, None, None


class _FusedOnGpu(torch.autograd.Function):
    """As ``_Fused``, by Triton's kernels."""

    @staticmethod
    def forward(ctx, a, b, l1_weight, ssim_weight):
        from lifemask.metrics.ssim_triton import fused_triton

        value, ctx.gradient = fused_triton(a, b, l1_weight, ssim_weight, WINDOW, (C1, C2))
        return value

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        return ctx.gradient * grad, None, None, None


@njit(fastmath=MATH, error_model="numpy", inline="always")
def _taps(rows, i, step, window):
    """The window along a padded row of interleaved channels, centred on ``i + 5 * step``."""
    s = np.uint64(step)
    total = window[5] * rows[i + np.uint64(5) * s]
    total += window[0] * (rows[i] + rows[i + np.uint64(10) * s])
    total += window[1] * (rows[i + s] + rows[i + np.uint64(9) * s])
    total += window[2] * (rows[i + np.uint64(2) * s] + rows[i + np.uint64(8) * s])
    total += window[3] * (rows[i + np.uint64(3) * s] + rows[i + np.uint64(7) * s])
    total += window[4] * (rows[i + np.uint64(4) * s] + rows[i + np.uint64(6) * s])
    return total


@njit(fastmath=MATH, error_model="numpy", inline="always")
def _neighbour(unit, height, tap, window):
    """Row and weight of a tap of the vertical window around row ``unit`` of all frames' rows; weight 0 (and
    some row) for taps that leave the frame or the window."""
    row = unit % height + tap - RADIUS
    if tap < TAPS and 0 <= row < height:
        return unit + tap - RADIUS, window[tap]
    return unit, np.float32(0)


@njit(fastmath=MATH, error_model="numpy")
def add_moments(rows, a, b, size, length, pad, r0, r1, r2, r3, w0, w1, w2, w3):
    """Add four weighted image rows of a, b, aa, bb, ab to the five rows of moments, each padded to
    ``length``."""
    n = np.uint64(length)
    i0, i1, i2, i3 = np.uint64(r0 * size), np.uint64(r1 * size), np.uint64(r2 * size), np.uint64(r3 * size)
    for q in range(size):
        x = np.uint64(q)
        i = x + np.uint64(pad)
        a0, a1, a2, a3 = a[i0 + x], a[i1 + x], a[i2 + x], a[i3 + x]
        b0, b1, b2, b3 = b[i0 + x], b[i1 + x], b[i2 + x], b[i3 + x]
        u0, u1, u2, u3 = w0 * a0, w1 * a1, w2 * a2, w3 * a3
        v0, v1, v2, v3 = w0 * b0, w1 * b1, w2 * b2, w3 * b3
        rows[i] += u0 + u1 + u2 + u3
        rows[i + n] += v0 + v1 + v2 + v3
        rows[i + np.uint64(2) * n] += u0 * a0 + u1 * a1 + u2 * a2 + u3 * a3
        rows[i + np.uint64(3) * n] += v0 * b0 + v1 * b1 + v2 * b2 + v3 * b3
        rows[i + np.uint64(4) * n] += u0 * b0 + u1 * b1 + u2 * b2 + u3 * b3


@njit(fastmath=MATH, error_model="numpy")
def blur_row(rows, start, size, step, window, blurred, target):
    for q in range(size):
        x = np.uint64(q)
        blurred[np.uint64(target) + x] = _taps(rows, np.uint64(start) + x, step, window)


@njit(fastmath=MATH, error_model="numpy")
def compare_row(moments, size, derivatives):
    """Sum of a row's SSIM from its blurred moments; and its derivatives by mean(a), mean(aa) and mean(ab)."""
    c1, c2, two = np.float32(C1), np.float32(C2), np.float32(2)
    n = np.uint64(size)
    total = np.float32(0)
    for q in range(size):
        x = np.uint64(q)
        ma, mb = moments[x], moments[x + n]
        va = moments[x + np.uint64(2) * n] - ma * ma
        vb = moments[x + np.uint64(3) * n] - mb * mb
        cov = moments[x + np.uint64(4) * n] - ma * mb
        n1, n2 = two * ma * mb + c1, two * cov + c2
        i1, i2 = np.float32(1) / (ma * ma + mb * mb + c1), np.float32(1) / (va + vb + c2)
        value = n1 * n2 * i1 * i2
        total += value
        derivatives[x] = two * (mb * (n2 - n1) * i1 * i2 + ma * value * (i2 - i1))
        derivatives[x + n] = -value * i2
        derivatives[x + np.uint64(2) * n] = two * n1 * i1 * i2
    return total


@njit(nogil=True, cache=True, fastmath=MATH, error_model="numpy")
def _statistics(chunk, chunks, a, b, step, window, sums, maps):
    """Row sums of |a - b| and of SSIM (``sums [2, F, H]``) of flat images ``[F * H * W * C]``, and, unless
    ``maps`` is empty, the three derivatives ``[F * H * 3 * W * C]``."""
    _, frames, height = sums.shape
    size = a.shape[0] // (frames * height)
    pad = RADIUS * step
    length = size + 2 * pad
    rows, moments = np.empty(5 * length, np.float32), np.empty(5 * size, np.float32)
    derivatives = np.empty(3 * size, np.float32)
    units = frames * height
    for unit in range(chunk * units // chunks, (chunk + 1) * units // chunks):
        f, y = unit // height, unit % height
        rows[:] = np.float32(0)
        for tap in range(0, TAPS, 4):
            r0, w0 = _neighbour(unit, height, tap, window)
            r1, w1 = _neighbour(unit, height, tap + 1, window)
            r2, w2 = _neighbour(unit, height, tap + 2, window)
            r3, w3 = _neighbour(unit, height, tap + 3, window)
            add_moments(rows, a, b, size, length, pad, r0, r1, r2, r3, w0, w1, w2, w3)
        for moment in range(5):
            blur_row(rows, moment * length, size, step, window, moments, moment * size)
        sums[1, f, y] = compare_row(moments, size, derivatives)
        difference = np.float32(0)
        for x in range(unit * size, (unit + 1) * size):
            difference += abs(a[x] - b[x])
        sums[0, f, y] = difference
        if maps.size > 0:
            maps[3 * size * unit : 3 * size * (unit + 1)] = derivatives


@njit(fastmath=MATH, error_model="numpy")
def add_derivatives(rows, maps, size, length, pad, r0, r1, r2, r3, w0, w1, w2, w3):
    """Add four weighted rows of the three derivatives, as ``add_moments``."""
    n = np.uint64(length)
    for moment in range(3):
        start = np.uint64(moment * size)
        i0, i1 = np.uint64(3 * r0 * size) + start, np.uint64(3 * r1 * size) + start
        i2, i3 = np.uint64(3 * r2 * size) + start, np.uint64(3 * r3 * size) + start
        target = np.uint64(moment) * n + np.uint64(pad)
        for q in range(size):
            x = np.uint64(q)
            rows[target + x] += w0 * maps[i0 + x] + w1 * maps[i1 + x] + w2 * maps[i2 + x] + w3 * maps[i3 + x]


@njit(fastmath=MATH, error_model="numpy")
def combine_row(rows, a, b, start, size, length, step, window, l1_weight, ssim_weight, gradient):
    n = np.uint64(length)
    for q in range(size):
        x = np.uint64(q)
        i = np.uint64(start) + x
        u, v = a[i], b[i]
        value = _taps(rows, x, step, window) + np.float32(2) * u * _taps(rows, x + n, step, window)
        value += v * _taps(rows, x + np.uint64(2) * n, step, window)
        sign = np.float32(1) if u > v else (np.float32(-1) if u < v else np.float32(0))
        gradient[i] = ssim_weight * value + l1_weight * sign


@njit(nogil=True, cache=True, fastmath=MATH, error_model="numpy")
def _gradient(chunk, chunks, a, b, frames, height, step, window, maps, l1_weight, ssim_weight, gradient):
    """The gradient for ``a``: the window is symmetric, so blurring is its own adjoint, zero padding
    included."""
    size = a.shape[0] // (frames * height)
    pad = RADIUS * step
    length = size + 2 * pad
    l1, similarity = np.float32(l1_weight), np.float32(ssim_weight)
    rows = np.empty(3 * length, np.float32)
    units = frames * height
    for unit in range(chunk * units // chunks, (chunk + 1) * units // chunks):
        rows[:] = np.float32(0)
        for tap in range(0, TAPS, 4):
            r0, w0 = _neighbour(unit, height, tap, window)
            r1, w1 = _neighbour(unit, height, tap + 1, window)
            r2, w2 = _neighbour(unit, height, tap + 2, window)
            r3, w3 = _neighbour(unit, height, tap + 3, window)
            add_derivatives(rows, maps, size, length, pad, r0, r1, r2, r3, w0, w1, w2, w3)
        combine_row(rows, a, b, unit * size, size, length, step, window, l1, similarity, gradient)

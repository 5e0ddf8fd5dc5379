"""The fused loss on a GPU: Triton kernels for what ``ssim.py`` does row by row on a CPU.

Pictures are rows of interleaved channels, so that the window of a pixel's channel is every C-th number. Four passes:
the window along rows over the five moments; the window down columns, SSIM and its derivatives; those along rows; those
down columns, and the gradient. Triton comes with every CUDA build of PyTorch.
"""

# Triton is there with CUDA builds of PyTorch only, and its kernels are not the functions they look like.
# pyright: reportMissingImports=false, reportIndexIssue=false
from functools import lru_cache

import torch
import triton
import triton.language as tl
from torch import Tensor

BLOCK = 1024


def fused_triton(
    a: Tensor,
    b: Tensor,
    l1_weight: float,
    ssim_weight: float,
    window: tuple[float, ...],
    constants: tuple[float, float],
) -> tuple[Tensor, Tensor]:
    """``l1_weight * mean |a - b| + ssim_weight * mean SSIM`` of pictures ``a, b [..., H, W, C]`` on a GPU, and its
    gradient with respect to ``a``."""
    a, b = a.detach().contiguous(), b.contiguous()
    height, width, channels = a.shape[-3:]
    length = width * channels
    rows = a.numel() // length
    blocks = triton.cdiv(length, BLOCK)
    grid = rows, blocks
    taps = _taps(window, a.device)
    moments = a.new_empty(5, rows, length)
    maps = a.new_empty(3, rows, length)
    sums = a.new_empty(2, rows, blocks)
    gradient = torch.empty_like(a)
    _along[grid](a, b, taps, moments, rows, length, channels, BLOCK)
    _statistics[grid](a, b, taps, moments, maps, sums, rows, height, length, *constants, BLOCK)
    _maps_along[grid](taps, maps, moments, rows, length, channels, BLOCK)
    scale = 1 / a.numel()
    _gradient[grid](a, b, taps, moments, gradient, rows, height, length, l1_weight * scale, ssim_weight * scale, BLOCK)
    l1, similarity = sums.sum((1, 2)).unbind()
    return (l1_weight * l1 + ssim_weight * similarity) * scale, gradient


@lru_cache
def _taps(window: tuple[float, ...], device: torch.device) -> Tensor:
    return torch.tensor(window, dtype=torch.float32, device=device)


@triton.jit
def _along(a, b, taps, moments, rows, length, channels, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    i = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    x = tl.zeros((BLOCK,), tl.float32)
    y, xx, yy, xy = x, x, x, x
    for t in tl.static_range(11):
        at = i + (t - 5) * channels
        there = (at >= 0) & (at < length)
        w = tl.load(taps + t)
        one = tl.load(a + row * length + at, there, 0.0)
        two = tl.load(b + row * length + at, there, 0.0)
        x += w * one
        y += w * two
        xx += w * one * one
        yy += w * two * two
        xy += w * one * two
    plane = rows * length
    out = moments + row * length + i
    inside = i < length
    tl.store(out, x, inside)
    tl.store(out + plane, y, inside)
    tl.store(out + 2 * plane, xx, inside)
    tl.store(out + 3 * plane, yy, inside)
    tl.store(out + 4 * plane, xy, inside)


@triton.jit
def _statistics(a, b, taps, moments, maps, sums, rows, height, length, c1, c2, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    i = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = i < length
    plane = rows * length
    x = tl.zeros((BLOCK,), tl.float32)
    y, xx, yy, xy = x, x, x, x
    for t in tl.static_range(11):
        line = row % height + (t - 5) + tl.zeros((BLOCK,), tl.int32)
        there = inside & (line >= 0) & (line < height)
        w = tl.load(taps + t)
        at = moments + (row + t - 5) * length + i
        x += w * tl.load(at, there, 0.0)
        y += w * tl.load(at + plane, there, 0.0)
        xx += w * tl.load(at + 2 * plane, there, 0.0)
        yy += w * tl.load(at + 3 * plane, there, 0.0)
        xy += w * tl.load(at + 4 * plane, there, 0.0)
    a1 = 2 * x * y + c1
    a2 = 2 * (xy - x * y) + c2
    b1 = x * x + y * y + c1
    b2 = xx - x * x + yy - y * y + c2
    under = 1 / (b1 * b2)
    similarity = a1 * a2 * under
    out = maps + row * length + i
    tl.store(out, 2 * y * (a2 - a1) * under - 2 * x * similarity * (1 / b1 - 1 / b2), inside)
    tl.store(out + plane, -similarity / b2, inside)
    tl.store(out + 2 * plane, 2 * a1 * under, inside)
    here = row * length + i
    difference = tl.load(a + here, inside, 0.0) - tl.load(b + here, inside, 0.0)
    place = row * tl.num_programs(1) + tl.program_id(1)
    tl.store(sums + place, tl.sum(tl.abs(difference)))
    tl.store(sums + rows * tl.num_programs(1) + place, tl.sum(tl.where(inside, similarity, 0.0)))


@triton.jit
def _maps_along(taps, maps, out, rows, length, channels, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    i = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    plane = rows * length
    x = tl.zeros((BLOCK,), tl.float32)
    xx, xy = x, x
    for t in tl.static_range(11):
        at = i + (t - 5) * channels
        there = (at >= 0) & (at < length)
        w = tl.load(taps + t)
        here = maps + row * length + at
        x += w * tl.load(here, there, 0.0)
        xx += w * tl.load(here + plane, there, 0.0)
        xy += w * tl.load(here + 2 * plane, there, 0.0)
    inside = i < length
    here = out + row * length + i
    tl.store(here, x, inside)
    tl.store(here + plane, xx, inside)
    tl.store(here + 2 * plane, xy, inside)


@triton.jit
def _gradient(a, b, taps, maps, gradient, rows, height, length, l1_weight, ssim_weight, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    i = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = i < length
    plane = rows * length
    x = tl.zeros((BLOCK,), tl.float32)
    xx, xy = x, x
    for t in tl.static_range(11):
        line = row % height + (t - 5) + tl.zeros((BLOCK,), tl.int32)
        there = inside & (line >= 0) & (line < height)
        w = tl.load(taps + t)
        at = maps + (row + t - 5) * length + i
        x += w * tl.load(at, there, 0.0)
        xx += w * tl.load(at + plane, there, 0.0)
        xy += w * tl.load(at + 2 * plane, there, 0.0)
    here = row * length + i
    one, two = tl.load(a + here, inside, 0.0), tl.load(b + here, inside, 0.0)
    sign = tl.where(one > two, 1.0, tl.where(one < two, -1.0, 0.0))
    tl.store(gradient + here, l1_weight * sign + ssim_weight * (x + 2 * one * xx + two * xy), inside)

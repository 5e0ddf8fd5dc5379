"""Attributes from the base and its bases: one product of matrices, or on a CPU one walk over the memory.

The bases are most of an avatar's numbers, and a step touches each of them: on a CPU it is memory that costs, so the
compiled form reads them once, block by block, and keeps nothing in between.
"""

import numpy as np
import torch
from numba import njit
from torch import Tensor
from torch.autograd.function import once_differentiable

from lifemask.avatar.attributes import WIDTH
from lifemask.threads import run_jobs

BLOCK = 256
"""Gaussians whose attributes are made at a time: they stay in the nearest cache."""
_FAST = {"contract", "nsz", "arcp", "reassoc"}


def blend(
    base: Tensor, head: Tensor, torso: Tensor, head_weights: Tensor, torso_weights: Tensor, base_units: Tensor,
    bases_units: Tensor,
) -> Tensor:  # fmt: skip
    """``base [N, 14]`` and the weighted sums of ``head [K, n * 14]`` and ``torso [L, (N - n) * 14]``, in their units
    ``[14]``, for ``head_weights [B, K]`` and ``torso_weights [B, L]``: attributes ``[B, N, 14]``.

    Differentiable in everything but the units.
    """
    if base.device.type == "cpu" and base.dtype == torch.float32:
        return _Blend.apply(base, head, torso, head_weights, torso_weights, base_units, bases_units)
    return blend_reference(base, head, torso, head_weights, torso_weights, base_units, bases_units)


def blend_reference(
    base: Tensor, head: Tensor, torso: Tensor, head_weights: Tensor, torso_weights: Tensor, base_units: Tensor,
    bases_units: Tensor,
) -> Tensor:  # fmt: skip
    """The readable twin of ``blend``, for any device and dtype."""
    batch = len(head_weights)
    moved = torch.cat([(head_weights @ head).view(batch, -1, WIDTH), (torso_weights @ torso).view(batch, -1, WIDTH)], 1)
    return base * base_units + moved * bases_units


class _Blend(torch.autograd.Function):
    @staticmethod
    def forward(ctx, base, head, torso, head_weights, torso_weights, base_units, bases_units):
        arrays = [t.detach().contiguous().numpy() for t in (base, head_weights, torso_weights, base_units, bases_units)]
        bases = [t.detach().contiguous().numpy() for t in (head, torso)]
        out = np.empty((len(head_weights), *base.shape), np.float32)
        first = head.shape[1] // WIDTH
        jobs = []
        for part, rows in enumerate((slice(0, first), slice(first, None))):
            base = arrays[0][rows]
            arguments = base, bases[part], arrays[1 + part], arrays[3], arrays[4], out[:, rows]
            jobs.append((_blend_forward, -(-len(base) // BLOCK), arguments))
        run_jobs(*jobs)
        ctx.arrays, ctx.bases, ctx.first = arrays, bases, first
        return torch.from_numpy(out)

    @staticmethod
    @once_differentiable
    def backward(ctx, gradient):
        arrays, bases, first = ctx.arrays, ctx.bases, ctx.first
        g = gradient.contiguous().numpy()
        need = ctx.needs_input_grad
        g_base = torch.from_numpy(g.sum(0) * arrays[3]) if need[0] else None
        g_bases: list[Tensor | None] = [None, None]
        g_weights: list[Tensor | None] = [None, None]
        jobs, sums = [], {}
        for part, rows in enumerate((slice(0, first), slice(first, None))):
            scaled = (g[:, rows] * arrays[4]).reshape(len(g), -1)
            if need[1 + part]:
                g_bases[part] = torch.from_numpy(arrays[1 + part].T @ scaled)
            if need[3 + part]:
                # By blocks, whose sums are added up in an order that no number of threads changes.
                blocks = -(-scaled.shape[1] // (BLOCK * WIDTH))
                sums[part] = np.empty((blocks, len(g), len(bases[part])), np.float32)
                jobs.append((_weights_backward, blocks, (scaled, bases[part], sums[part])))
        run_jobs(*jobs)
        for part, by_block in sums.items():
            g_weights[part] = torch.from_numpy(by_block.sum(0))
        return g_base, *g_bases, *g_weights, None, None


@njit(nogil=True, cache=True, fastmath=_FAST, error_model="numpy")
def _blend_forward(chunk, chunks, base, bases, weights, base_units, bases_units, out):
    count, total = base.shape[0], bases.shape[1]
    moved = np.empty(BLOCK * WIDTH, np.float32)
    for block in range(chunk, (count + BLOCK - 1) // BLOCK, chunks):
        first = block * BLOCK * WIDTH
        size = min(total - first, BLOCK * WIDTH)
        for b in range(weights.shape[0]):
            moved[:] = np.float32(0)
            for k in range(weights.shape[1]):
                weight, row = weights[b, k], bases[k, first : first + size]
                for i in range(size):
                    moved[np.uint64(i)] += weight * row[np.uint64(i)]
            for g in range(size // WIDTH):
                n = block * BLOCK + g
                for column in range(WIDTH):
                    rest = base[n, column] * base_units[column]
                    out[b, n, column] = rest + moved[g * WIDTH + column] * bases_units[column]


@njit(nogil=True, cache=True, fastmath=_FAST, error_model="numpy")
def _weights_backward(chunk, chunks, scaled, bases, parts):
    total = bases.shape[1]
    for block in range(chunk, parts.shape[0], chunks):
        first = block * BLOCK * WIDTH
        size = min(total - first, BLOCK * WIDTH)
        for b in range(scaled.shape[0]):
            gradient = scaled[b, first : first + size]
            for k in range(bases.shape[0]):
                row, total_k = bases[k, first : first + size], np.float32(0)
                for i in range(size):
                    total_k += gradient[np.uint64(i)] * row[np.uint64(i)]
                parts[block, b, k] = total_k

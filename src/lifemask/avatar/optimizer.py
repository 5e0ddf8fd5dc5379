"""Adam for the avatar's numbers: torch's own, and on a CPU one that never writes the gradients of the bases down.

The gradient of a basis is the product of its weight and the attributes' gradient: a number for every Gaussian's
attribute and one for every basis. The compiled form multiplies them where they are used, in the same walk over the
memory that moves the bases. Adam: Kingma and Ba 2015; decay decoupled from the gradient: Loshchilov and Hutter 2019.
"""

import math
from typing import Any

import numpy as np
import torch
from numba import njit
from torch import Tensor

from lifemask.avatar.attributes import WIDTH
from lifemask.avatar.blend import BLOCK
from lifemask.avatar.config import TrainingConfig
from lifemask.avatar.model import GaussianModel
from lifemask.threads import beside, run_jobs

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-12


class TorchOptimizer:
    """torch's AdamW over everything that ``model`` learns, on any device; its step can be part of a CUDA graph."""

    def __init__(self, model: GaussianModel, config: TrainingConfig, batch: int) -> None:
        self.rates = (1.0, 1.0, config.rates.network)
        networks = list(model.networks.parameters())
        self.parameters = [model.base, *model.bases, *networks]
        on_gpu = model.base.device.type == "cuda"
        groups = [
            {"params": [model.base], "weight_decay": 0.0},
            {"params": list(model.bases), "weight_decay": config.bases_decay * batch},
            {"params": networks, "weight_decay": 0.0},
        ]
        self._adam = torch.optim.AdamW(
            groups, torch.zeros((), device=model.base.device) if on_gpu else 0.0, (BETA1, BETA2), EPSILON,
            fused=True, capturable=on_gpu,
        )  # fmt: skip
        if on_gpu:
            for group in self._adam.param_groups:
                group["lr"] = torch.zeros((), device=model.base.device)
        self._prepare()

    def step(self, gradients: list[Tensor], factor: float | Tensor) -> None:
        """Move every parameter of ``parameters`` at ``factor`` times its rate."""
        for group, rate in zip(self._adam.param_groups, self.rates, strict=True):
            if isinstance(group["lr"], Tensor):
                group["lr"].copy_(factor * rate)  # pyright: ignore[reportArgumentType]
            else:
                group["lr"] = factor * rate
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            parameter.grad = gradient
        self._adam.step()
        for parameter in self.parameters:
            parameter.grad = None

    def tensors(self) -> dict[str, Tensor]:
        """Everything that a checkpoint needs, by name: the tensors themselves."""
        out = {}
        for index, parameter in enumerate(self.parameters):
            out |= {f"{index}.{name}": value for name, value in self._adam.state[parameter].items()}
        return out

    def moments(self) -> list[list[Tensor]]:
        """First and second moments of the base and of both bases."""
        moved = self.parameters[:3]
        return [[self._adam.state[p][name] for name in ("exp_avg", "exp_avg_sq")] for p in moved]

    def _prepare(self) -> None:
        """Make torch create its state, without moving anything."""
        self.step([torch.zeros_like(parameter) for parameter in self.parameters], 0.0)
        for tensor in self.tensors().values():
            tensor.zero_()


class CpuOptimizer:
    """The same, with the base and the bases moved by a compiled walk; their gradients come in factors."""

    def __init__(self, model: GaussianModel, config: TrainingConfig, batch: int) -> None:
        self.model = model
        self.decay = config.bases_decay * batch
        self.network_rate = config.rates.network
        self.parameters = list(model.networks.parameters())
        # All the networks' numbers in one piece of memory, which one call moves.
        self._networks = torch.cat([parameter.detach().reshape(-1) for parameter in self.parameters])
        start = 0
        for parameter in self.parameters:
            parameter.data = self._networks[start : start + parameter.numel()].view(parameter.shape)
            start += parameter.numel()
        self._moved = [model.base, *model.bases, self._networks]
        self._moments = [(torch.zeros_like(p.data), torch.zeros_like(p.data)) for p in self._moved]
        self._steps = torch.zeros((), dtype=torch.float64)

    def step(self, attributes: Tensor, weights: tuple[Tensor, Tensor], gradients: list[Tensor], factor: float) -> None:
        """Move everything at ``factor`` times its rate: base and bases by ``attributes [B, N, 14]``, the gradient of
        the blended attributes, and the bases' ``weights [B, K]``; the networks by ``gradients``."""
        self.begin(attributes, weights, factor)
        self.finish(gradients, factor)

    def begin(self, attributes: Tensor, weights: tuple[Tensor, Tensor], factor: float) -> None:
        """The first half of ``step``, base and bases: on another thread if there is one, until ``finish``."""
        self._steps += 1
        g = attributes.detach().contiguous().numpy()
        kept = [w.detach().contiguous().numpy() for w in weights]
        self._finish = beside(lambda: self._move_gaussians(g, kept, factor))

    def _move_gaussians(self, g: np.ndarray, weights: list[np.ndarray], factor: float) -> None:
        scale, first = self._scale(factor), self.model.num_head
        base, *bases, _ = (p.detach().numpy() for p in self._moved)
        base_units, bases_units = (u.numpy() for u in (self.model.base_units, self.model.bases_units))
        m, v = (t.numpy() for t in self._moments[0])
        jobs: list[tuple[Any, ...]] = [
            (_move_base, -(-len(base) // BLOCK), (base, m, v, g, base_units, *map(np.float32, scale)))
        ]
        for part, rows in enumerate((slice(0, first), slice(first, None))):
            m, v = (t.numpy() for t in self._moments[1 + part])
            scaled = (g[:, rows] * bases_units).reshape(len(g), -1)
            rates = map(np.float32, (*scale, 1 - factor * self.decay))
            jobs.append(
                (
                    _move_bases,
                    -(-scaled.shape[1] // (BLOCK * WIDTH)),
                    (bases[part], m, v, scaled, weights[part], *rates),
                )
            )
        run_jobs(*jobs)

    def finish(self, gradients: list[Tensor], factor: float) -> None:
        """The second half of ``step``, the networks."""
        scale = self._scale(factor)
        m, v = (t.numpy() for t in self._moments[-1])
        together = torch.cat([gradient.reshape(-1) for gradient in gradients]).numpy()
        rate = scale[0] * self.network_rate, scale[1], 1
        _move(self._networks.numpy(), m, v, together, *map(np.float32, rate))
        self._finish()

    def _scale(self, factor: float) -> tuple[float, float]:
        """The rate, and what the root of the second moment is multiplied by, in this step."""
        count = float(self._steps)
        return factor / (1 - BETA1**count), 1 / math.sqrt(1 - BETA2**count)

    def tensors(self) -> dict[str, Tensor]:
        """Everything that a checkpoint needs, by name: the tensors themselves."""
        moments = {f"moved.{i}.{j}": t for i, pair in enumerate(self._moments) for j, t in enumerate(pair)}
        return moments | {"steps": self._steps}

    def moments(self) -> list[list[Tensor]]:
        """First and second moments of the base and of both bases."""
        return [list(pair) for pair in self._moments[:-1]]


def make_optimizer(model: GaussianModel, config: TrainingConfig, batch: int) -> TorchOptimizer | CpuOptimizer:
    """The one that is fast where the model lies."""
    kind = CpuOptimizer if model.base.device.type == "cpu" else TorchOptimizer
    return kind(model, config, batch)


_FAST = {"contract", "nsz", "arcp", "reassoc"}


@njit(nogil=True, cache=True, fastmath=_FAST, error_model="numpy")
def _move(values, first, second, gradient, rate, correction, keep):
    """One step of Adam for numbers ``values [n]`` with their moments, after their decay to the share ``keep``."""
    beta1, beta2, one = np.float32(BETA1), np.float32(BETA2), np.float32(1)
    for q in range(values.shape[0]):
        i = np.uint64(q)
        g = gradient[i]
        m = beta1 * first[i] + (one - beta1) * g
        v = beta2 * second[i] + (one - beta2) * g * g
        first[i], second[i] = m, v
        values[i] = values[i] * keep - rate * m / (np.float32(np.sqrt(v)) * correction + np.float32(EPSILON))


@njit(nogil=True, cache=True, fastmath=_FAST, error_model="numpy")
def _move_base(chunk, chunks, base, first, second, gradient, units, rate, correction):
    scaled = np.empty(BLOCK * WIDTH, np.float32)
    for block in range(chunk, (base.shape[0] + BLOCK - 1) // BLOCK, chunks):
        start, end = block * BLOCK, min(base.shape[0], (block + 1) * BLOCK)
        scaled[:] = np.float32(0)
        for b in range(gradient.shape[0]):
            row = gradient[b, start:end].reshape(-1)
            for q in range(row.shape[0]):
                scaled[np.uint64(q)] += row[np.uint64(q)]
        for n in range(end - start):
            for column in range(WIDTH):
                scaled[n * WIDTH + column] *= units[column]
        p, m, v = base[start:end].reshape(-1), first[start:end].reshape(-1), second[start:end].reshape(-1)
        _move(p, m, v, scaled, rate, correction, np.float32(1))


@njit(nogil=True, cache=True, fastmath=_FAST, error_model="numpy")
def _move_bases(chunk, chunks, bases, first, second, scaled, weights, rate, correction, keep):
    total = bases.shape[1]
    for block in range(chunk, (total + BLOCK * WIDTH - 1) // (BLOCK * WIDTH), chunks):
        start = block * BLOCK * WIDTH
        size = min(total - start, BLOCK * WIDTH)
        gradient = np.empty(size, np.float32)
        for k in range(bases.shape[0]):
            gradient[:] = np.float32(0)
            for b in range(scaled.shape[0]):
                weight, row = weights[b, k], scaled[b, start : start + size]
                for i in range(size):
                    gradient[np.uint64(i)] += weight * row[np.uint64(i)]
            p, m, v = bases[k, start : start + size], first[k, start : start + size], second[k, start : start + size]
            _move(p, m, v, gradient, rate, correction, keep)

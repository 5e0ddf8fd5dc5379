"""Half a training step before the rasteriser and half a step after it: plain, for a CPU, and as two CUDA graphs.

On a GPU the many small operations from a rig code to Gaussians cost their launches and not their work. Their order
never changes, so they are recorded once and replayed: one launch for the way there, one for the way back with the
optimisers in it. The rasteriser between the two asks the device how many tiles are touched and stays outside.
"""

from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from lifemask.avatar.binding import Gaussians, place
from lifemask.avatar.model import frozen
from lifemask.avatar.motion import corrected
from lifemask.avatar.optimizer import CpuOptimizer
from lifemask.rig.skinning import pose_vertices

if TYPE_CHECKING:
    from lifemask.avatar.train import Trainer

WARM_UP_STEPS = 3


class Step(Protocol):
    """What stands around the rasteriser in one training step."""

    def forward(self, rows: Tensor, shares: Tensor) -> Gaussians:
        """The Gaussians of the frames ``rows [B]``, with ``shares [B, 1]`` of their corrections; leaves that collect
        gradients."""
        ...

    def backward(self, factor: float, motion_factor: float) -> None:
        """Move the avatar, and the motion of the frames, by the gradients that the Gaussians have collected."""
        ...


class PlainStep:
    """The readable twin: any device, torch's optimiser."""

    def __init__(self, trainer: "Trainer") -> None:
        self.trainer = trainer

    def forward(self, rows: Tensor, shares: Tensor) -> Gaussians:
        """See ``Step``."""
        t = self.trainer
        self.rows, self.shares, self.correction = rows, shares, t.table.value[rows].requires_grad_()
        self.outputs = self._outputs(corrected(t.motion.rows(rows), self.correction * shares))
        self.leaves = tuple(output.detach().requires_grad_() for output in self.outputs)
        return Gaussians(*self.leaves)

    def backward(self, factor: float | Tensor, motion_factor: float | Tensor) -> None:
        """See ``Step``."""
        self.back([_gradient(leaf) for leaf in self.leaves], factor, motion_factor)

    def back(self, gradients: list[Tensor], factor: float | Tensor, motion_factor: float | Tensor) -> None:
        """The step for ``gradients`` of the Gaussians."""
        t = self.trainer
        wanted = [self.correction, *t.optimizer.parameters]
        correction, *rest = torch.autograd.grad(self.outputs, wanted, gradients)
        t.optimizer.step(rest, factor)  # type: ignore[call-arg]
        t.table.step(self.rows, correction, motion_factor, self.shares)

    def _outputs(self, motion) -> tuple[Tensor, ...]:
        return tuple(vars(self.trainer.gaussians(motion)).values())


class CpuStep(PlainStep):
    """Stops at the attributes on its way back: what lies behind them is the compiled optimiser's."""

    def _outputs(self, motion) -> tuple[Tensor, ...]:
        t = self.trainer
        self.vertices = pose_vertices(t.rig, t.neutral, motion.code)
        self.weights = t.model.weights(t.space.inputs(motion))
        # Without gradients of its own, the model hands on those of the attributes.
        with frozen(t.model.base, *t.model.bases):
            self.attributes = t.model.attributes(self.weights)
        return tuple(vars(place(self.vertices, t.model.corners, t.model.barycentric, self.attributes)).values())

    def back(self, gradients: list[Tensor], factor: float | Tensor, motion_factor: float | Tensor) -> None:
        """See ``PlainStep``."""
        t = self.trainer
        assert isinstance(t.optimizer, CpuOptimizer)
        vertices, attributes = torch.autograd.grad(self.outputs, [self.vertices, self.attributes], gradients)
        weights = torch.autograd.grad(self.attributes, self.weights, attributes)
        # The bases, most of the numbers, move beside the many small operations that are left.
        t.optimizer.begin(attributes, self.weights, float(factor))
        wanted = [self.correction, *t.optimizer.parameters]
        correction, *rest = torch.autograd.grad([self.vertices, *self.weights], wanted, [vertices, *weights])
        t.optimizer.finish(rest, float(factor))
        t.table.step(self.rows, correction, motion_factor, self.shares)


class GraphedStep:
    """``PlainStep`` recorded as two CUDA graphs, for batches of one size."""

    def __init__(self, trainer: "Trainer") -> None:
        device = trainer.device
        self._plain = PlainStep(trainer)
        self._rows = torch.as_tensor(trainer.rows[: trainer.batch], device=device).clone()
        self._shares = torch.ones(len(self._rows), 1, device=device)
        self._factors = torch.zeros(2, device=device)
        before = {name: value.clone() for name, value in trainer.state().items()}
        stream = torch.cuda.Stream(device)
        stream.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(stream):
            for _ in range(WARM_UP_STEPS):
                self._plain.forward(self._rows, self._shares)
                gradients = [torch.zeros_like(output) for output in self._plain.outputs]
                self._plain.back(gradients, self._factors[0], self._factors[1])
        torch.cuda.current_stream(device).wait_stream(stream)
        self._there, self._back = torch.cuda.CUDAGraph(), torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._there):
            self._plain.forward(self._rows, self._shares)
        self._gradients = [torch.zeros_like(output) for output in self._plain.outputs]
        with torch.cuda.graph(self._back, pool=self._there.pool()):
            self._plain.back(self._gradients, self._factors[0], self._factors[1])
        trainer.restore(before)

    def forward(self, rows: Tensor, shares: Tensor) -> Gaussians:
        """See ``Step``."""
        self._rows.copy_(rows)
        self._shares.copy_(shares)
        self._there.replay()
        self._leaves = tuple(output.detach().requires_grad_() for output in self._plain.outputs)
        return Gaussians(*self._leaves)

    def backward(self, factor: float, motion_factor: float) -> None:
        """See ``Step``."""
        for place_, leaf in zip(self._gradients, self._leaves, strict=True):
            place_.copy_(_gradient(leaf))
        self._factors[0].fill_(factor)
        self._factors[1].fill_(motion_factor)
        self._back.replay()


def make_step(trainer: "Trainer") -> Step:
    """The one that is fast on the trainer's device."""
    kinds = {"cpu": CpuStep, "cuda": GraphedStep}
    return kinds.get(trainer.device.type, PlainStep)(trainer)


def _gradient(leaf: Tensor) -> Tensor:
    return torch.zeros_like(leaf) if leaf.grad is None else leaf.grad

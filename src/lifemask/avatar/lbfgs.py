"""L-BFGS for many small problems at once: every row has its own memory and its own step length.

Nocedal and Wright 2006, algorithm 7.4 (two loops), with steps that are taken back where they did not help.
"""

import torch
from torch import Tensor

MEMORY = 8
FIRST_STEP = 1.0
"""Largest entry of the first step, in the unit of the unknowns."""
LONGEST_STEP = 4.0
SHRINK = 0.35
LEAST_CURVATURE = 1e-10


class BatchedLbfgs:
    """Minimises ``f_b(x_b)`` for rows ``x [B, D]``: ``ask`` where to evaluate, ``tell`` what was found there."""

    def __init__(self, start: Tensor) -> None:
        self.best, self.loss = start.clone(), torch.full((len(start),), torch.inf, device=start.device)
        self.gradient = torch.zeros_like(start)
        self.moves: list[Tensor] = []
        self.changes: list[Tensor] = []
        self.length = torch.ones(len(start), 1, device=start.device)
        self._asked = start.clone()

    def ask(self) -> Tensor:
        """Where to evaluate next, ``[B, D]``."""
        return self._asked

    def tell(self, loss: Tensor, gradient: Tensor) -> None:
        """Losses ``[B]`` and gradients ``[B, D]`` at the point asked for."""
        better = loss < self.loss
        first = torch.isinf(self.loss).all()
        if not first:
            # A step that is taken back has seen the curvature all the same.
            self.moves.append(self._asked - self.best)
            self.changes.append(gradient - self.gradient)
            del self.moves[:-MEMORY], self.changes[:-MEMORY]
        self.best = torch.where(better[:, None], self._asked, self.best)
        self.gradient = torch.where(better[:, None], gradient, self.gradient)
        self.loss = torch.where(better, loss, self.loss)
        self.length = torch.where(better[:, None], 1.0, self.length * SHRINK)
        self._asked = self.best + self.length * self._direction()

    def _direction(self) -> Tensor:
        towards, kept = -self.gradient, []
        pairs = list(zip(self.moves, self.changes, strict=True))
        curvature = [(move * change).sum(-1, keepdim=True) for move, change in pairs]
        for move, change, bend in reversed(list(zip(self.moves, self.changes, curvature, strict=True))):
            share = torch.where(bend > LEAST_CURVATURE, (move * towards).sum(-1, keepdim=True) / bend, 0.0)
            towards = towards - share * change
            kept.append(share)
        scale = torch.zeros_like(self.length)
        for change, bend in zip(self.changes, curvature, strict=True):
            newer = bend / (change * change).sum(-1, keepdim=True).clamp(min=1e-30)
            scale = torch.where(bend > LEAST_CURVATURE, newer, scale)
        largest = self.gradient.abs().amax(-1, keepdim=True).clamp(min=1e-30)
        towards = towards * torch.where(scale > 0, scale, FIRST_STEP / largest)
        for move, change, bend in zip(self.moves, self.changes, curvature, strict=True):
            share = torch.where(bend > LEAST_CURVATURE, (change * towards).sum(-1, keepdim=True) / bend, 0.0)
            towards = towards + move * (kept.pop() - share)
        return towards * (LONGEST_STEP / towards.abs().amax(-1, keepdim=True).clamp(min=LONGEST_STEP))

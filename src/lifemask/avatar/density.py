"""Gaussians where the error is: those that draw nothing are moved onto those that the loss pulls hardest.

A part of an avatar's Gaussians is held back at first, too faint to be drawn. Several times in the first half of
training the faint ones (held back, or faded since) each take half of a Gaussian whose place has the largest gradients:
both become smaller, and the new one is set beside it (the split of Kerbl et al. 2023, section 5.2). Their number never
changes, and with it no shape of any tensor.
"""

import math

import torch
from torch import Tensor

from lifemask.avatar.attributes import SLICES
from lifemask.avatar.held import Held
from lifemask.avatar.model import GaussianModel
from lifemask.geometry.rotation import rotation_from_quaternion

FAINT = 0.02
"""Opacity up to which a Gaussian may be moved."""
HELD_BACK_LOGIT = -8.0
SPLIT_SHRINK = 1.6


class Density:
    """Gathers how hard each Gaussian's place is pulled, and moves the faint ones there."""

    def __init__(self, model: GaussianModel, held: Held) -> None:
        """``held``: what each Gaussian is held to; it goes along."""
        self.model, self.held = model, held
        self.pull = torch.zeros(len(model.base), device=model.base.device)

    def note(self, means_gradient: Tensor) -> None:
        """Add the gradients ``[B, N, 3]`` of the places in one step."""
        self.pull += means_gradient.norm(dim=-1).sum(0)

    @torch.no_grad()
    def move(self, share: float, moments: list[list[Tensor]], seed: int) -> None:
        """Move at most ``share`` of each part's Gaussians. ``moments`` of the base ``[N, 14]`` and of both bases ``[K,
        n * 14]``, as the optimiser has them, are forgotten where a Gaussian changed."""
        model = self.model
        chance = torch.Generator().manual_seed(seed)
        base = model.base * model.base_units
        opacity = base[:, SLICES["opacity"]][:, 0].sigmoid()
        first = model.num_head
        for part, rows in enumerate((slice(0, first), slice(first, len(base)))):
            size = rows.stop - rows.start
            faint = (opacity[rows] < FAINT).nonzero()[:, 0][: int(share * size)]
            pulled = torch.where(opacity[rows] < FAINT, -1.0, self.pull[rows])
            count = min(len(faint), int((pulled > 0).sum()))
            if count == 0:
                continue
            faint, source = faint[:count], pulled.topk(count).indices
            self._split(part, rows.start, faint, source, torch.randn(count, 3, generator=chance), moments)
        self.pull.zero_()

    def _split(
        self, part: int, offset: int, faint: Tensor, source: Tensor, noise: Tensor, moments: list[list[Tensor]]
    ) -> None:
        model = self.model
        here, there = offset + faint, offset + source
        model.corners[here], model.barycentric[here] = model.corners[there], model.barycentric[there]
        whole = model.base[there] * model.base_units
        whole[:, SLICES["log_scale"]] -= math.log(SPLIT_SHRINK)
        model.base[there] = whole / model.base_units
        step = noise.to(whole.device) * whole[:, SLICES["log_scale"]].exp()
        turn = rotation_from_quaternion(whole[:, SLICES["rotation"]])
        whole[:, SLICES["position_m"]] += (turn @ step[..., None])[..., 0]
        model.base[here] = whole / model.base_units
        self.held.moved(here, there)
        bases = model.bases[part].view(len(model.bases[part]), -1, whole.shape[1])
        bases[:, faint] = bases[:, source]
        for moment in moments[0]:
            moment[torch.cat([here, there])] = 0
        for moment in moments[1 + part]:
            moment.view(bases.shape)[:, torch.cat([faint, source])] = 0

"""Training of a person's own mouth: rows of what is said in, coordinates of their mouth out, half a minute of clip.

Several networks are trained, each on all but one block of the clip. What each says of the block that it has not seen
tells how good they are and how much too small their motion comes out, without a frame lost: together they have learned
from all of it.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lifemask.progress import Step
from lifemask.speech.config import MouthTraining
from lifemask.speech.mouth_net import MouthNet, NetShape

GAP = 13
"""Rows, half a second, left out on both sides of a block that is held out: neighbours sound alike."""


@dataclass(frozen=True)
class Example:
    """What there is to learn from: ``heard [V, before + T + after, D]`` standardised rows, the first as recorded, the
    others as other microphones would have it; ``wanted [T, O]`` of variance about one; ``known [T]`` bool: where the
    face was tracked."""

    heard: np.ndarray
    wanted: np.ndarray
    known: np.ndarray


def blocks(known: np.ndarray, members: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each member what it learns from and what is held out of it, bool ``[T]``; a gap lies between the two."""
    rows = np.flatnonzero(known)
    parts = []
    for part in np.array_split(rows, members):
        held, seen = np.zeros_like(known), known.copy()
        if len(part):
            held[part] = True
            seen[max(0, part[0] - GAP) : part[-1] + GAP + 1] = False
        parts.append((seen, held))
    return parts


def train(
    example: Example, shape: NetShape, seen: list[np.ndarray], config: MouthTraining, seed: int, step: Step
) -> list[MouthNet]:
    """One network for each mask of ``seen``, in evaluation mode."""
    return [_member(example, shape, mask, config, seed + number, step) for number, mask in enumerate(seen)]


def said_of(net: MouthNet, heard: np.ndarray) -> np.ndarray:
    """Outputs ``[T, O]`` for ``heard [before + T + after, D]``."""
    with torch.inference_mode():
        return net(torch.from_numpy(heard)[None])[0].numpy()


def _member(
    example: Example, shape: NetShape, seen: np.ndarray, config: MouthTraining, seed: int, step: Step
) -> MouthNet:
    chance = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = MouthNet(shape)
        heard, wanted = torch.from_numpy(example.heard), torch.from_numpy(example.wanted)
        weights = torch.ones(shape.outputs)
        weights[-1] = config.aperture
        steady = [parameter.detach().clone() for parameter in net.parameters()]
        adam = torch.optim.AdamW(net.parameters(), weight_decay=config.decay)
        mask = torch.from_numpy(seen.astype(np.float32))
        for number in range(config.steps):
            batch, rows = _pieces(heard, shape, config, chance)
            loss = _loss(net(batch), wanted[rows], mask[rows], weights, config.motion)
            adam.param_groups[0]["lr"] = config.rate * _warm(number) * _cosine(number / config.steps)
            adam.zero_grad()
            loss.backward()
            adam.step()
            keep = min(config.steady, (number + 1) / (number + 10))
            for mean, parameter in zip(steady, net.parameters(), strict=True):
                mean.lerp_(parameter.detach(), 1 - keep)
            step(1)
    with torch.no_grad():
        for parameter, mean in zip(net.parameters(), steady, strict=True):
            parameter.copy_(mean)
    return net.eval().requires_grad_(False)


def _pieces(heard: Tensor, shape: NetShape, config: MouthTraining, chance: torch.Generator) -> tuple[Tensor, Tensor]:
    """Pieces ``[B, before + n + after, D]`` of what is heard, and the rows ``[B, n]`` that they stand for."""
    count = heard.shape[1] - shape.reach
    length = min(config.rows, count)
    first = torch.randint(0, count - length + 1, (config.batch,), generator=chance)
    other = torch.rand(config.batch, generator=chance) < config.other_recordings
    recording = torch.randint(0, len(heard), (config.batch,), generator=chance) * other
    around = first[:, None] + torch.arange(length + shape.reach)
    batch = heard[recording[:, None], around]
    hears = torch.rand(config.batch, 1, heard.shape[2], generator=chance) >= config.deaf
    return batch * (hears / (1 - config.deaf)), first[:, None] + torch.arange(length)


def _loss(said: Tensor, wanted: Tensor, mask: Tensor, weights: Tensor, motion: float) -> Tensor:
    """Mean squared error of the rows and of their changes, where they are to be learned from."""
    error = said - wanted
    change, both = error[:, 1:] - error[:, :-1], mask[:, 1:] * mask[:, :-1]
    here = (error.square() * weights).mean(-1)
    between = (change.square() * weights).mean(-1)
    return (here * mask).sum() / mask.sum().clamp_min(1) + motion * (between * both).sum() / both.sum().clamp_min(1)


def _warm(number: int) -> float:
    return min(1.0, (number + 1) / 30)


def _cosine(share: float) -> float:
    return 0.5 * (1 + math.cos(math.pi * share))

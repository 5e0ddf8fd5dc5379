"""Train the net behind the generic mouth: some minutes of one CPU thread.

    python scripts/build_generic_mouth.py OUTPUT SET.npz [SET.npz ...] [--steps N]

The sets are those of ``generic_mouth_set.py``, all of one kind: it decides whether the net is ``ahead`` or ``live``.
"""

import argparse
import copy
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from lifemask.rig.apertures import lip_aperture
from lifemask.rig.bust import load_bust
from lifemask.speech.ear import LIVE
from lifemask.speech.generic_mouth import save_net
from lifemask.speech.generic_mouth_net import GenericNet, GenericShape, Outputs
from lifemask.speech.visemes import CHANNELS, PAIRED

SHARES = {"espeak": 0.6, "festival": 1.5, "flite": 1.5, "kokoro": 5.0, "music": 2.0}
"""How much more often a minute of a source is heard than one of the others."""
TRUTH = ("viseme", "mouth", "closed", "teeth")
RATE, WARM_STEPS, DROPOUT = 3e-3, 50, 0.1
OPENING_MM, CHANGE_MM = 2.2, 1.5
"""Errors of the lips' opening, and of its change from row to row, that count as much as one spread of the mouth."""


class SpeechSets:
    """The training part of sets: pieces of it, at random."""

    def __init__(self, paths: list[Path], seed: int) -> None:
        files = [np.load(path) for path in paths]
        self.rows_heard = np.concatenate([file["rows_heard"] for file in files])
        self.truth = {name: np.concatenate([file[name] for file in files]) for name in TRUTH}
        rows, source, held_out = (np.concatenate([f[name] for f in files]) for name in ("rows", "source", "held_out"))
        starts = np.cumsum(rows) - rows
        kept = np.nonzero(held_out == "")[0]
        self.spans = np.stack([starts, starts + rows], 1)[kept]
        chance = rows[kept] * np.array([SHARES[name] for name in source[kept]])
        self.chance = np.cumsum(chance) / chance.sum()
        self.rng = np.random.default_rng(seed)

    def batch(self, shape: GenericShape, size: int, length: int) -> tuple[Tensor, dict[str, Tensor]]:
        """``size`` pieces of ``length`` rows, and the truth of those rows that have all their neighbours."""
        spans = self.spans[np.searchsorted(self.chance, self.rng.random(size))]
        begins = spans[:, 0] + (self.rng.random(size) * np.maximum(1, np.diff(spans)[:, 0] - length)).astype(int)
        at = np.minimum(begins[:, None] + np.arange(length), spans[:, 1:] - 1)
        known = at[:, shape.before : length - shape.after]
        truth = {name: torch.from_numpy(array[known]) for name, array in self.truth.items()}
        truth = {name: value.long() if name == "viseme" else value.float() for name, value in truth.items()}
        return torch.from_numpy(self.rows_heard[at]).float(), truth


def millimetres_per_weight() -> Tensor:
    """How far each of ``CHANNELS`` opens the lips of the built-in rig, ``[C]``."""
    rig = load_bust()
    opened = []
    for channel in CHANNELS:
        sides = [channel + side for side in (("Left", "Right") if channel in PAIRED else ("",))]
        moved = rig.expression_basis[[rig.expression_names.index(name) for name in sides]].sum(0)
        opened.append(lip_aperture(rig, rig.template + 0.1 * moved) - lip_aperture(rig, rig.template))
    return 1e4 * torch.stack(opened)


def loss_of(out: Outputs, truth: dict[str, Tensor], spread: Tensor, opens: Tensor) -> Tensor:
    """Distance of the mouth, of the opening of the lips and its change; certainty about contacts and visemes."""
    error = out.mouth - truth["mouth"]
    opening = error @ opens
    mouth = (error / spread).square().mean()
    lips = ((opening / OPENING_MM).square() * (1 + 2 * truth["closed"])).mean()
    change = ((opening[:, 1:] - opening[:, :-1]) / CHANGE_MM).square().mean()
    certain = functional.binary_cross_entropy_with_logits
    closed = certain(out.lips_closed, truth["closed"], pos_weight=torch.tensor(1.5))
    teeth = certain(out.lip_on_teeth, truth["teeth"])
    visemes = functional.cross_entropy(out.visemes.flatten(0, 1), truth["viseme"].flatten(), label_smoothing=0.05)
    return mouth + 0.6 * lips + change + 0.5 * closed + 0.25 * teeth + visemes


def train(speech: SpeechSets, *, steps: int, size: int, length: int) -> GenericNet:
    """A net whose weights are averaged over its last steps."""
    inputs = speech.rows_heard.shape[1]
    net = GenericNet(GenericShape(inputs, ahead=inputs != LIVE.width), DROPOUT)
    sample = torch.from_numpy(speech.rows_heard[::37]).float()
    net.mean.copy_(sample.mean(0))
    net.deviation.copy_(sample.std(0) + 1e-3)
    net.spread.copy_(torch.from_numpy(speech.truth["mouth"][::11].astype(np.float32).std(0) + 0.01))
    spread, opens = net.spread.clone(), millimetres_per_weight()
    averaged = copy.deepcopy(net)
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=0.02)
    began = time.monotonic()
    for step in range(steps):
        rate = min(1.0, (step + 1) / WARM_STEPS) * (0.5 + 0.5 * np.cos(np.pi * step / steps))
        optimizer.param_groups[0]["lr"] = RATE * rate + 1e-5
        heard, truth = speech.batch(net.shape, size, length)
        loss = loss_of(net(heard), truth, spread, opens)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            for kept, new in zip(averaged.state_dict().values(), net.state_dict().values(), strict=True):
                if kept.is_floating_point():
                    kept.lerp_(new, max(0.01, 20 / (step + 20)))
        if step % 50 == 49:
            print(f"step {step + 1} of {steps}: loss {loss.item():.3f}, {time.monotonic() - began:.0f} s", flush=True)
    return averaged.eval()


def main() -> None:
    """Train and write one net."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--size", type=int, default=24, help="pieces in a step")
    parser.add_argument("--length", type=int, default=100, help="rows of a piece")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    torch.manual_seed(asked.seed)
    speech = SpeechSets(asked.sets, asked.seed)
    sizes = {name: getattr(asked, name) for name in ("steps", "size", "length")}
    save_net(train(speech, **sizes), asked.output, sizes | {"seed": asked.seed, "rows": len(speech.rows_heard)})


if __name__ == "__main__":
    main()

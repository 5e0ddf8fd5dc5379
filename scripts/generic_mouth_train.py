"""Training of the net behind the generic mouth, on any device; a few minutes of one CPU thread.

python scripts/generic_mouth_train.py SET OUTPUT [--quick] [--steps N]
"""

import argparse
import copy
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from generic_mouth_augment import Stretch, another_room, another_voice, joined, unspoken
from lifemask.rig.apertures import lip_aperture
from lifemask.rig.bust import load_bust
from lifemask.speech.generic import save_net
from lifemask.speech.generic_net import LEVEL_CONTEXT, MouthNet, NetShape, Outputs, heard_bands
from lifemask.speech.layers import MELS_PER_MOTION
from lifemask.speech.visemes import CHANNELS, PAIRED

QUICK = NetShape(offsets=((-2, -1, 0), (-2, -1, 0), (-4, -2, 0), (-6, -3, 0)), patch=(-7, 4))
SHARES = {"espeak": 1.0, "festival": 1.5, "flite": 1.5, "kokoro": 5.0, "librivox": 3.0}
"""How much more often a minute of a source is heard than one of the plainest."""


class SpeechSet:
    """The training part of a set: stretches of it, at random."""

    def __init__(self, path: Path, seed: int) -> None:
        with np.load(path) as file:
            rows, source, held_out = file["rows"], file["source"], file["held_out"]
            self.all = Stretch(*(file[name] for name in ("mel", "viseme", "mouth", "closed", "teeth")))
            self.music = file["music"].astype(np.float32)
        self.rng = np.random.default_rng(seed)
        kept = np.nonzero(held_out == "")[0]
        starts = np.cumsum(rows) - rows
        self.spans = np.stack([starts, starts + rows], 1)[kept]
        chance = rows[kept] * np.array([SHARES[name] for name in source[kept]])
        self.chance = np.cumsum(chance) / chance.sum()

    def stretch(self, length: int) -> Stretch:
        """``length`` rows: voices, pauses, music that nobody sings."""
        parts: list[Stretch] = []
        while sum(map(len, parts)) < length:
            parts.append(self._unspoken() if self.rng.random() < 0.12 else self._voice())
        return joined(parts).rows(0, length)

    def _voice(self) -> Stretch:
        begin, end = self.spans[np.searchsorted(self.chance, self.rng.random())]
        if end - begin > 500:
            begin += self.rng.integers(0, end - begin - 400)
            end = min(end, begin + self.rng.integers(250, 600))
        said = self.all.rows(begin, end)
        as_float = (said.mel, said.mouth, said.closed, said.teeth)
        mel, mouth, closed, teeth = (array.astype(np.float32) for array in as_float)
        return another_voice(Stretch(mel, said.viseme, mouth, closed, teeth), self.rng)

    def _unspoken(self) -> Stretch:
        rows = self.rng.integers(20, 150)
        begin = self.rng.integers(0, len(self.music) - rows)
        sound = self.music[begin : begin + rows] + np.float32(self.rng.uniform(-4, 1))
        if self.rng.random() < 0.5:
            sound = np.full_like(sound, -13.8)
        return unspoken(sound, len(CHANNELS))

    def batch(self, shape: NetShape, size: int, rows: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Bands as the net hears them, and the truth of ``rows`` rows of motion."""
        before = LEVEL_CONTEXT + shape.before
        parts = [self.stretch(before + MELS_PER_MOTION * rows + shape.after) for _ in range(size)]
        at = before + MELS_PER_MOTION * np.arange(rows)
        truth = {
            name: np.stack([getattr(part, name)[at] for part in parts]) for name in vars(parts[0]) if name != "mel"
        }
        mel = another_room(np.stack([part.mel for part in parts]), self.music, self.rng)
        return heard_bands(mel), truth


def millimetres_per_weight() -> Tensor:
    """How far each of ``CHANNELS`` opens the lips of the built-in rig, ``[C]``."""
    rig = load_bust()
    opened = []
    for channel in CHANNELS:
        sides = [channel + side for side in (("Left", "Right") if channel in PAIRED else ("",))]
        moved = sum(rig.expression_basis[rig.expression_names.index(name)] for name in sides)
        opened.append(lip_aperture(rig, rig.template + 0.1 * moved) - lip_aperture(rig, rig.template))
    return 1e4 * torch.stack(opened)


def loss_of(out: Outputs, truth: dict[str, Tensor], spread: Tensor, opens: Tensor) -> Tensor:
    """Distance of the mouth, of the opening of the lips and its speed; certainty about contacts and visemes."""
    error = out.mouth * spread - truth["mouth"]
    opening = error @ opens
    mouth = (error / spread).square().mean()
    lips = ((opening / 2.2).square() * (1 + 2 * truth["closed"])).mean()
    speed = ((opening[:, 1:] - opening[:, :-1]) / 1.5).square().mean()
    certain = functional.binary_cross_entropy_with_logits
    closed = certain(out.lips_closed, truth["closed"], pos_weight=torch.tensor(1.5, device=error.device))
    teeth = certain(out.lip_on_teeth, truth["teeth"])
    visemes = functional.cross_entropy(out.visemes.flatten(0, 1), truth["viseme"].flatten(), label_smoothing=0.05)
    return mouth + 0.6 * lips + speed + 0.5 * closed + 0.25 * teeth + 0.35 * visemes


def train(speech: SpeechSet, shape: NetShape, *, steps: int, size: int, rows: int, reuse: int, device: str) -> MouthNet:
    """A net whose weights are averaged over its last steps. Each batch is used ``reuse`` times."""
    net = MouthNet(shape, dropout=0.1).to(device)
    spread = torch.from_numpy(speech.all.mouth[::50].astype(np.float32).std(0) + 0.01).to(device)
    net.spread.copy_(spread)
    opens = millimetres_per_weight().to(device)
    averaged = copy.deepcopy(net)
    optimizer = torch.optim.AdamW(net.parameters(), lr=3e-3, weight_decay=0.01)
    began = time.monotonic()
    for step in range(steps):
        if step % reuse == 0:
            bands, arrays = speech.batch(shape, size, rows)
            heard = torch.from_numpy(bands).to(device)
            truth = {name: torch.from_numpy(array).to(device) for name, array in arrays.items()}
            truth = {name: value.long() if name == "viseme" else value.float() for name, value in truth.items()}
        rate = min(1.0, (step + 1) / 50) * (0.5 + 0.5 * np.cos(np.pi * step / steps))
        optimizer.param_groups[0]["lr"] = 3e-3 * rate + 1e-5
        loss = loss_of(net(heard), truth, spread, opens)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            for kept, new in zip(averaged.parameters(), net.parameters(), strict=True):
                kept.lerp_(new, max(0.005, 20 / (step + 20)))
        if step % 50 == 49:
            print(f"step {step + 1} of {steps}: loss {loss.item():.3f}, {time.monotonic() - began:.0f} s", flush=True)
    return averaged.cpu().eval()


def main() -> None:
    """Train and write one net."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--quick", action="store_true", help="look 40 ms ahead instead of 120")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--size", type=int, default=12, help="stretches in a batch")
    parser.add_argument("--rows", type=int, default=200, help="rows of motion in a stretch")
    parser.add_argument("--reuse", type=int, default=2, help="how often a batch is used")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    torch.manual_seed(asked.seed)
    speech = SpeechSet(asked.set, asked.seed)
    shape = QUICK if asked.quick else NetShape()
    sizes = {name: getattr(asked, name) for name in ("steps", "size", "rows", "reuse")}
    net = train(speech, shape, **sizes, device=asked.device)
    save_net(net, asked.output, sizes | {"seed": asked.seed, "minutes": round(len(speech.all) / 6000)})


if __name__ == "__main__":
    main()

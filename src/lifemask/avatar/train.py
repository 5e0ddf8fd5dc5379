"""The training loop: render, compare with the real frame over the recovered background, step.

The poses and codes of the training frames are corrected along with the avatar, since registration is what limits
quality. A killed run goes on from its checkpoint with the same numbers.
"""

import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor

from lifemask.avatar.config import TrainingConfig
from lifemask.avatar.frames import Batch, FrameSource
from lifemask.avatar.model import CodeSpace, GaussianModel, Gaussians
from lifemask.avatar.motion import Motion, MotionTable, corrected
from lifemask.media.files import atomic_write_bytes
from lifemask.metrics.ssim import l1_ssim_loss
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import pose_vertices
from lifemask.splats.rasterize import rasterize


@dataclass
class Trainer:
    """Everything that changes during training, and how one step changes it."""

    rig: HeadRig
    neutral: Tensor
    model: GaussianModel
    space: CodeSpace
    motion: Motion
    source: FrameSource
    rows: np.ndarray
    config: TrainingConfig
    seed: int
    images: int = field(init=False)
    batch: int = field(init=False)
    table: MotionTable = field(init=False)
    images_done: int = field(init=False, default=0)
    seconds: float = field(init=False, default=0.0)
    curve: list[tuple[float, int, float]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.config = self.config.on(self.device.type)
        assert self.config.images is not None and self.config.batch is not None
        self.images, self.batch = self.config.images, self.config.batch
        self.table = MotionTable.of(self.motion, self.config.motion)
        self.optimizer = torch.optim.Adam(_parameter_groups(self.model, self.config), eps=1e-12, fused=True)
        self._initial_rates = [group["lr"] for group in self.optimizer.param_groups]

    @property
    def device(self) -> torch.device:
        return self.neutral.device

    def run(self, checkpoint: Path | None = None, progress: Progress = NULL_PROGRESS) -> None:
        """Train to the end, saving the state to ``checkpoint`` now and then and going on from it."""
        if checkpoint is not None and checkpoint.exists():
            self.load(checkpoint)
        saved = time.monotonic()
        with progress.stage("training", total=self.images) as step:
            step(self.images_done)
            recent: list[Tensor] = []
            while self.images_done < self.images:
                began = time.monotonic()
                recent.append(self.step())
                step(self.batch)
                self.seconds += time.monotonic() - began
                if len(recent) * self.batch >= 100:
                    self.curve.append((self.seconds, self.images_done, float(torch.stack(recent).mean())))
                    recent.clear()
                if checkpoint is not None and time.monotonic() - saved > self.config.checkpoint_seconds:
                    self.save(checkpoint)
                    saved = time.monotonic()

    def step(self) -> Tensor:
        """One step over ``batch`` frames; returns the image loss, not yet read from the device."""
        done = self.images_done / self.images
        rows = self._next_rows()
        batch = self.source.batch(rows, 2 if done < self.config.coarse_share else 1)
        leaf = self.table.leaf(rows) if self.config.refine_motion else None
        motion = self.motion.rows(rows)
        if leaf is not None:
            motion = corrected(motion, leaf)
        image, alpha = self.render(motion, batch)
        loss = l1_ssim_loss(image, batch.image, self.config.ssim_weight)
        total = loss + self.config.matte_weight * (alpha - batch.matte).abs().mean()
        self.optimizer.zero_grad(set_to_none=True)
        total.backward()
        factor = self.config.rate_end**done
        for group, rate in zip(self.optimizer.param_groups, self._initial_rates, strict=True):
            group["lr"] = rate * factor
        self.optimizer.step()
        if leaf is not None:
            # Poses wait until there is something to compare with.
            self.table.step(rows, leaf, factor * min(1.0, self.images_done / (0.1 * self.images)))
        self._decay(factor)
        self.images_done += self.batch
        if leaf is not None and self.images_done % len(self.rows) < self.batch:
            self.table.centre(torch.as_tensor(self.rows, device=self.device))
        return loss.detach()

    def render(self, motion: Motion, batch: Batch) -> tuple[Tensor, Tensor]:
        """Pictures ``[B, H, W, 3]`` over the plate, and their opacity ``[B, H, W]``."""
        gaussians = self.gaussians(motion)
        return draw(gaussians, batch)

    def gaussians(self, motion: Motion) -> Gaussians:
        """The Gaussians of some frames in the camera's frame."""
        vertices = pose_vertices(self.rig, self.neutral, motion.code)
        return self.model(vertices, self.space.inputs(motion.code, motion.modes))

    def _next_rows(self) -> Tensor:
        """Every frame once an epoch, in an order that depends on the seed and the epoch alone."""
        rows = []
        for image in range(self.images_done, self.images_done + self.batch):
            epoch, place = divmod(image, len(self.rows))
            order = np.random.default_rng((self.seed, epoch)).permutation(len(self.rows))
            rows.append(self.rows[order[place]])
        # The same frame twice in a batch would need its correction twice.
        return torch.as_tensor(np.unique(rows), device=self.device)

    @torch.no_grad()
    def _decay(self, factor: float) -> None:
        share = 1 - self.config.bases_decay * factor * self.batch
        for part in (0, 1):
            for parameter in self.model.bases_of(part).values():
                parameter.mul_(share)

    def save(self, path: Path) -> None:
        """Write the whole state of training, exactly."""
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        tensors |= {f"motion.{name}": value for name, value in self.table.tensors().items()}
        for group_index, group in enumerate(self.optimizer.param_groups):
            for index, parameter in enumerate(group["params"]):
                state = self.optimizer.state.get(parameter)
                if state:
                    for name in ("exp_avg", "exp_avg_sq", "step"):
                        tensors[f"adam.{group_index}.{index}.{name}"] = torch.as_tensor(state[name])
        tensors["curve"] = torch.tensor(self.curve, dtype=torch.float64).reshape(-1, 3)
        header = {"images_done": str(self.images_done), "seconds": repr(self.seconds)}
        clean = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
        atomic_write_bytes(path, save(clean, header))

    def load(self, path: Path) -> None:
        """Go on from what ``save`` wrote."""
        with safe_open(path, "pt", device=str(self.device)) as handle:
            header = handle.metadata()
            tensors = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118
        part = lambda prefix: {n[len(prefix) :]: v for n, v in tensors.items() if n.startswith(prefix)}  # noqa: E731
        self.model.load_state_dict(part("model."))
        self.table.load(part("motion."))
        for group_index, group in enumerate(self.optimizer.param_groups):
            for index, parameter in enumerate(group["params"]):
                state = part(f"adam.{group_index}.{index}.")
                if state:
                    self.optimizer.state[parameter] = state
        self.curve = [(s, int(n), loss) for s, n, loss in tensors["curve"].tolist()]
        self.images_done, self.seconds = int(header["images_done"]), float(header["seconds"])


def draw(gaussians: Gaussians, batch: Batch) -> tuple[Tensor, Tensor]:
    """Rasterise over the plate: pictures ``[B, H, W, 3]`` and opacity ``[B, H, W]``."""
    count = len(gaussians.means)
    out = rasterize(
        gaussians.means,
        gaussians.quats,
        gaussians.scales,
        gaussians.opacities,
        gaussians.colours,
        intrinsics=batch.intrinsics,
        size_wh=batch.size_wh,
        background=batch.plate[None].expand(count, -1, -1, -1),
    )
    return out.image, out.alpha[..., 0]


def _parameter_groups(model: GaussianModel, config: TrainingConfig) -> list[dict]:
    """Parameters with their rates."""
    rate = lambda name: getattr(config.rates, name)  # noqa: E731
    groups = [{"params": [model.base[name]], "lr": rate(name)} for name in model.base]
    for name in model.base:
        groups.append({"params": [model.bases_of(part)[name] for part in (0, 1)], "lr": rate(f"bases_{name}")})
    groups.append({"params": list(model.networks.parameters()), "lr": rate("network")})
    return groups

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

from lifemask.avatar.binding import Gaussians
from lifemask.avatar.config import TrainingConfig
from lifemask.avatar.density import Density
from lifemask.avatar.frames import Batch, FrameSource
from lifemask.avatar.held import Held
from lifemask.avatar.model import CodeSpace, GaussianModel
from lifemask.avatar.motion import Motion, MotionTable
from lifemask.avatar.optimizer import make_optimizer
from lifemask.avatar.step import make_step
from lifemask.media.files import atomic_write_bytes
from lifemask.metrics.ssim import l1_ssim_loss
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import pose_vertices
from lifemask.splats.rasterize import rasterize

HOLD_EVERY = 8
"""Steps after which Gaussians are held to what pictures do not say."""
CURVE_SECONDS = 1.0
"""How often the loss is read from the device."""


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
        # A batch holds a frame once at most: its correction has one step of its own.
        self.images, self.batch = self.config.images, min(self.config.batch, len(self.rows))
        self.table = MotionTable(self.motion, self.config.motion)
        self.held = Held(self.model, self._usual_vertices())
        self.density = Density(self.model, self.held)
        self.optimizer = make_optimizer(self.model, self.config, self.batch)
        self._step = make_step(self)
        self._order: tuple[int, tuple[Tensor, ...]] = (-1, ())

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
            while self.images_done < self.images:
                before = self.images_done
                self.advance(CURVE_SECONDS)
                step(self.images_done - before)
                if checkpoint is not None and time.monotonic() - saved > self.config.checkpoint_seconds:
                    self.save(checkpoint)
                    saved = time.monotonic()

    def advance(self, seconds: float) -> None:
        """Train for about ``seconds``, or to the end if that is nearer, and note the loss. The device is waited for
        once, at the end, so that its queue never runs dry."""
        began, losses = time.monotonic(), []
        while self.images_done < self.images and (not losses or time.monotonic() - began < seconds):
            losses.append(self.step())
        loss = float(torch.stack(losses).mean())
        self.seconds += time.monotonic() - began
        self.curve.append((self.seconds, self.images_done, loss))

    def step(self) -> Tensor:
        """One step over ``batch`` frames; returns the image loss, not yet read from the device."""
        done = self.images_done / self.images
        rows, shares, colours, changed = self._next_rows()
        batch = self.source.batch(rows, 2 if done < self.config.coarse_share else 1)
        if self.config.new_backgrounds > 0:
            batch = batch.before(colours, changed)
        gaussians = self._step.forward(rows, shares)
        image, alpha = draw(gaussians, batch)
        loss = l1_ssim_loss(batch.exposed(image), batch.image, self.config.ssim_weight)
        total = loss + self.config.matte_weight * (alpha - batch.matte).abs().mean()
        total.backward()
        factor = self.config.rate_end**done
        # Poses wait until there is something to compare with.
        self._step.backward(factor, factor * min(1.0, done / 0.1))
        # Only now: the way back still needs the triangles that it came by.
        self._move_to_the_error(gaussians.means.grad)
        if self.images_done // self.batch % HOLD_EVERY == 0 and self.config.depth_hold > 0:
            self.held.hold(HOLD_EVERY * factor * self.config.depth_hold)
        self.images_done += self.batch
        if self.config.refine_motion and self.images_done // self.batch % self._steps_an_epoch == 0:
            self.table.centre(torch.as_tensor(self.rows, device=self.device))
        return loss.detach()

    def _move_to_the_error(self, means_gradient: Tensor | None) -> None:
        """Note where the Gaussians are pulled, and at the ends of equal parts of the first half move the faint ones."""
        rounds = self.config.density_rounds
        before, after = (
            int(2 * rounds * images / self.images) for images in (self.images_done, self.images_done + self.batch)
        )
        if before >= rounds or means_gradient is None:
            return
        self.density.note(means_gradient)
        if after > before:
            share = 2 * self.config.avatar.held_back / rounds
            self.density.move(share, self.optimizer.moments(), self.seed + after)

    def render(self, motion: Motion, batch: Batch) -> tuple[Tensor, Tensor]:
        """Pictures ``[B, H, W, 3]`` over the plate, and their opacity ``[B, H, W]``."""
        gaussians = self.gaussians(motion)
        return draw(gaussians, batch)

    def gaussians(self, motion: Motion) -> Gaussians:
        """The Gaussians of some frames in the camera's frame."""
        vertices = pose_vertices(self.rig, self.neutral, motion.code)
        return self.model(vertices, self.space.inputs(motion))

    @torch.no_grad()
    def _usual_vertices(self) -> Tensor:
        """``[V, 3]`` of the training frame whose poses are the nearest to the clip's mean."""
        rows = torch.as_tensor(self.rows, device=self.device)
        usual = rows[self.space.poses(self.motion.rows(rows).code).square().sum(-1).argmin()]
        return pose_vertices(self.rig, self.neutral, self.motion.rows(usual[None]).code)[0]

    @property
    def _steps_an_epoch(self) -> int:
        return len(self.rows) // self.batch

    def _next_rows(self) -> tuple[Tensor, ...]:
        """The next frames ``[B]``; ``[B, 1]`` how much of their corrections counts, 1 or 0; ``[B, 3]`` colours, and
        ``[B]`` bool whether they stand behind the person instead of what is there.

        Nearly every frame comes once an epoch (what does not fill a batch waits for the next), in an order that depends
        on the seed and the epoch alone. Some come with the tracking as it was: an avatar that only knew refined motion
        would not be at home in motion that nobody refines.
        """
        epoch, place = divmod(self.images_done // self.batch, self._steps_an_epoch)
        if self._order[0] != epoch:
            chance = np.random.default_rng((self.seed, epoch))
            order = chance.permutation(self.rows)
            raw = chance.random((len(order), 1), np.float32) < (
                self.config.raw_share if self.config.refine_motion else 1
            )
            to = lambda array: torch.as_tensor(array, device=self.device)  # noqa: E731
            colours, changed = chance.random((len(order), 3), np.float32), chance.random(len(order), np.float32)
            changed = changed < self.config.new_backgrounds
            self._order = epoch, (to(order), to((~raw).astype(np.float32)), to(colours), to(changed))
        now = slice(place * self.batch, (place + 1) * self.batch)
        return tuple(part[now] for part in self._order[1])

    def state(self) -> dict[str, Tensor]:
        """Everything that a step changes on the device, by name: the tensors themselves."""
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        tensors |= {f"motion.{name}": value for name, value in self.table.tensors().items()}
        tensors |= {"held.view": self.held.view, "held.depth_m": self.held.depth_m, "density.pull": self.density.pull}
        return tensors | {f"adam.{name}": value for name, value in self.optimizer.tensors().items()}

    def save(self, path: Path) -> None:
        """Write the whole state of training, exactly."""
        tensors = self.state() | {"curve": torch.tensor(self.curve, dtype=torch.float64).reshape(-1, 3)}
        header = {"images_done": str(self.images_done), "seconds": repr(self.seconds)}
        clean = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
        atomic_write_bytes(path, save(clean, header))

    def load(self, path: Path) -> None:
        """Go on from what ``save`` wrote."""
        with safe_open(path, "pt", device=str(self.device)) as handle:
            header = handle.metadata()
            tensors = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118
        curve = tensors.pop("curve")
        self.restore(tensors)
        self.curve = [(s, int(n), loss) for s, n, loss in curve.tolist()]
        self.images_done, self.seconds = int(header["images_done"]), float(header["seconds"])

    @torch.no_grad()
    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Take what ``state`` gave, in place."""
        for name, value in self.state().items():
            value.copy_(tensors[name])


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
        background=batch.behind(count),
    )
    return out.image, out.alpha[..., 0]

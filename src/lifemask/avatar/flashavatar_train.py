"""FlashAvatar's training, as a preset in our own code: what our avatar is compared with.

Xiang et al. 2024. Kept: Gaussians at texels of the surface, one network of place and expression, Huber over the
picture, forty times over the mouth, LPIPS (VGG) of the head later on; one picture a step, rates as published.
Changed to our own ways, each of which can only help it: the principal point counts; the test frames are those that
the run holds out; a frame is compared with its own picture; the target is the real frame over the recovered background
and not a cut-out on green; the rig has shoulders and an inside of the mouth; frames are held as bytes.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor

from lifemask.avatar.flashavatar_config import FlashAvatarConfig
from lifemask.avatar.flashavatar_layout import surface_points
from lifemask.avatar.flashavatar_masks import TrainingMasks
from lifemask.avatar.flashavatar_model import FlashAvatarModel, HeadSplats, condition_of
from lifemask.avatar.frames import Batch, FrameSource
from lifemask.avatar.motion import Motion
from lifemask.geometry.rotation import invert_rigid
from lifemask.media.files import atomic_write_bytes
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.code import RigCode
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import pose_vertices
from lifemask.splats.rasterize import rasterize

Perceptual = Callable[[Tensor, Tensor], Tensor]
_ADAM = ("exp_avg", "exp_avg_sq", "step")


@dataclass
class FlashAvatarTrainer:
    """Everything that changes during training, and how one step changes it."""

    rig: HeadRig
    neutral: Tensor
    model: FlashAvatarModel
    motion: Motion
    source: FrameSource
    rows: np.ndarray
    config: FlashAvatarConfig
    seed: int
    perceptual: Perceptual | None = None
    """LPIPS with VGG16; without it that term is left out."""
    masks: TrainingMasks | None = None
    """Of ``rows``; only training needs them."""
    images_done: int = field(init=False, default=0)
    seconds: float = field(init=False, default=0.0)
    _order: tuple[int, Tensor] = field(init=False, default=(-1, torch.zeros(0, dtype=torch.long)))

    def __post_init__(self) -> None:
        model, rates = self.model, self.config.rates
        groups = [
            {"params": [getattr(model, name)], "lr": getattr(rates, name)}
            for name in ("colour", "colour_view", "opacity", "log_scale", "rotation")
        ]
        groups.append({"params": list(model.network.parameters()), "lr": rates.network})
        self.optimizer = torch.optim.Adam(groups, eps=rates.eps, fused=True)
        self._row_of = torch.as_tensor(self.rows, device=self.device)

    @staticmethod
    def begin(
        rig: HeadRig,
        neutral: Tensor,
        motion: Motion,
        source: FrameSource,
        rows: np.ndarray,
        config: FlashAvatarConfig,
        seed: int,
        *,
        perceptual: Perceptual | None = None,
    ) -> "FlashAvatarTrainer":
        """The state before the first step, without ``masks``; ``rig``, ``neutral [V, 3]``, ``motion`` and ``source``
        share a device."""
        corners, barycentric = surface_points(rig, config.uv_size)
        first = motion.rows(torch.as_tensor(rows[:1], device=source.device)).code
        condition = condition_of(first)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = FlashAvatarModel(corners, barycentric, neutral.cpu(), condition.shape[1], config)
        model = model.to(source.device)
        model.scale_by_neighbours(vertices_in_head(rig, neutral, first), condition)
        return FlashAvatarTrainer(rig, neutral, model, motion, source, rows, config, seed, perceptual)

    def prepare(self, progress: Progress = NULL_PROGRESS) -> None:
        """Find mouth and head in the training frames, once, before the first step."""
        if self.masks is None:
            self.masks = TrainingMasks.of(self.rig, self.neutral, self.motion, self.source, self.rows, progress)

    @property
    def device(self) -> torch.device:
        return self.neutral.device

    @property
    def images(self) -> int:
        """Pictures to train on in all."""
        return self.config.iterations

    @property
    def batch(self) -> int:
        """Pictures in one step."""
        return 1

    @property
    def degree(self) -> int:
        """Of the spherical harmonics by now."""
        return min(self.config.harmonics_degree, self.images_done // self.config.harmonics_every)

    def advance(self, seconds: float) -> None:
        """Train for about ``seconds``, or to the end if that is nearer. The device is waited for once, at the end."""
        began, loss = time.monotonic(), torch.zeros(())
        while self.images_done < self.images and time.monotonic() - began < seconds:
            loss = self.step()
        float(loss)
        self.seconds += time.monotonic() - began

    def step(self) -> Tensor:
        """One step over one frame, after ``prepare``; returns the loss, not yet read from the device."""
        assert self.masks is not None, "call prepare() first"
        place = self._next_place()
        row = self._row_of[place]
        batch = self.source.batch(row)
        image, _ = self.render(self.motion.rows(row), batch)
        mouth, head = self.masks.batch(place)
        loss = self.loss(batch.exposed(image), batch.image, mouth, head)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.images_done += 1
        return loss.detach()

    def loss(self, image: Tensor, target: Tensor, mouth: Tensor, head: Tensor) -> Tensor:
        """Of pictures ``[B, H, W, 3]`` under masks ``[B, H, W, 1]``: Huber, that of the mouth as a mean over the whole
        picture, and LPIPS of the head once it is time."""
        config = self.config
        whole = F.huber_loss(image, target, delta=config.huber_delta)
        lips = F.huber_loss(image * mouth, target * mouth, delta=config.huber_delta)
        total = whole + config.mouth_weight * lips
        if self.perceptual is not None and self.images_done >= config.perceptual_from:
            total = total + config.perceptual_weight * self.perceptual(image * head, target * head).mean()
        return total

    def render(self, motion: Motion, batch: Batch) -> tuple[Tensor, Tensor]:
        """Pictures ``[B, H, W, 3]`` over the plate, and their opacity ``[B, H, W]``; differentiable in the motion."""
        splats, camera_from_head = self.splats(motion), motion.code.camera_from_head
        out = rasterize(
            splats.means,
            splats.quats,
            splats.scales,
            splats.opacities,
            splats.colours,
            intrinsics=batch.intrinsics,
            size_wh=batch.size_wh,
            camera_from_world=camera_from_head,
            background=batch.plate[None].expand(len(splats.means), -1, -1, -1),
        )
        return out.image, out.alpha[..., 0]

    def splats(self, motion: Motion) -> HeadSplats:
        """The Gaussians of some frames in the head's frame."""
        vertices = vertices_in_head(self.rig, self.neutral, motion.code)
        return self.model(vertices, condition_of(motion.code), motion.code.camera_from_head, self.degree)

    def _next_place(self) -> Tensor:
        """Where in ``rows`` the next frame is, ``[1]``: every frame once an epoch, in an order that depends on the
        seed and the epoch alone."""
        epoch, place = divmod(self.images_done, len(self.rows))
        if self._order[0] != epoch:
            order = np.random.default_rng((self.seed, epoch)).permutation(len(self.rows))
            self._order = (epoch, torch.as_tensor(order, device=self.device))
        return self._order[1][place : place + 1]

    def save(self, path: Path) -> None:
        """Write the whole state of training, exactly."""
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        for index, parameter in enumerate(self._parameters()):
            state = self.optimizer.state.get(parameter, {})
            tensors |= {f"adam.{index}.{name}": torch.as_tensor(state[name]) for name in _ADAM if name in state}
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
        self.optimizer.state.clear()
        for index, parameter in enumerate(self._parameters()):
            if state := part(f"adam.{index}."):
                self.optimizer.state[parameter] = state
        self.images_done, self.seconds = int(header["images_done"]), float(header["seconds"])

    def _parameters(self) -> list[Tensor]:
        return [parameter for group in self.optimizer.param_groups for parameter in group["params"]]


def vertices_in_head(rig: HeadRig, neutral: Tensor, code: RigCode) -> Tensor:
    """Posed vertices ``[B, V, 3]`` in the head's own frame, metres: the head rests and the torso moves against it."""
    head = code.camera_from_head
    rest = torch.eye(4, dtype=head.dtype, device=head.device).expand_as(head)
    torso = invert_rigid(head) @ code.camera_from_torso
    return pose_vertices(rig, neutral, RigCode(code.expression, code.eyes, rest, torso, code.jaw))

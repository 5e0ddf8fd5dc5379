"""A finished avatar: what it is made of, its file, and its pictures."""

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from lifemask.avatar.attributes import WIDTH
from lifemask.avatar.binding import Gaussians
from lifemask.avatar.config import AvatarConfig
from lifemask.avatar.far_side import closed
from lifemask.avatar.frames import Batch, plate_at
from lifemask.avatar.graphed import GraphedGaussians
from lifemask.avatar.layer import Layer, draw_layer
from lifemask.avatar.model import Binding, CodeSpace, GaussianModel
from lifemask.avatar.motion import Motion
from lifemask.avatar.sightings import sightings
from lifemask.avatar.train import Trainer, draw
from lifemask.errors import FileMissingError, FormatError
from lifemask.geometry.camera import Camera, View
from lifemask.media.files import atomic_write_bytes, in_fixed_order
from lifemask.perception.rig_source import load_by_hash, rig_hash
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import pose_vertices
from lifemask.tracking.record import Tracking

SCHEMA = "lifemask-avatar-3"
FILE = "avatar.safetensors"


@dataclass(frozen=True)
class Avatar:
    """Renders from its folder alone: ``rig`` (by name and hash), the person at rest ``neutral [V, 3]``, the Gaussians
    and their bases, the original ``camera``, the ``view`` of it that was trained, and the ``plate [H, W, 3]`` uint8:
    the whole frame without the person, as large as frames of this avatar come out. ``rig_file``: where the FLAME model
    lies, if it is one; it is never copied."""

    rig: HeadRig
    neutral: Tensor
    model: GaussianModel
    space: CodeSpace
    camera: Camera
    view: View
    plate: np.ndarray
    config: AvatarConfig
    rig_file: Path | None = None

    @staticmethod
    def of(trainer: Trainer, camera: Camera, plate: np.ndarray, rig_file: Path | None = None) -> "Avatar":
        """The avatar that ``trainer`` has trained, with the side that no frame shows closed."""
        rig, neutral = trainer.rig.to(device="cpu"), trainer.neutral.cpu()
        motion = trainer.motion.to("cpu")
        seen = sightings(rig, neutral, motion, trainer.rows, trainer.source)
        view = trainer.source.camera
        model = closed(trainer.model, rig, neutral, seen, view, trainer.config.avatar, trainer.seed)
        return Avatar(
            trainer.rig, trainer.neutral, model, trainer.space, camera, trainer.source.store.view, plate,
            trainer.config.avatar, rig_file,
        )  # fmt: skip

    def motion(self, tracking: Tracking) -> Motion:
        """A tracking's motion as this avatar takes it."""
        return Motion.of(tracking, self.device, **self.model.num_modes)

    @property
    def device(self) -> torch.device:
        return self.neutral.device

    @property
    def frame_wh(self) -> tuple[int, int]:
        """(width, height) of the frames of this avatar."""
        return self.plate.shape[1], self.plate.shape[0]

    @torch.no_grad()
    def render(self, motion: Motion) -> Tensor:
        """Pictures ``[B, H, W, 3]`` in [0, 1] of some frames' motion, at the trained view, over its own plate."""
        return draw(self._quick(motion), self._over_own_plate)[0].clamp_(0, 1)

    @torch.no_grad()
    def layer(self, motion: Motion, size_wh: tuple[int, int] | None = None) -> Layer:
        """The person alone in frames of ``size_wh`` (the avatar's own size if None), drawn at that very size."""
        return draw_layer(self._quick(motion), self.camera, self.view, size_wh or self.frame_wh)

    def draw(self, motion: Motion, batch: Batch) -> tuple[Tensor, Tensor]:
        """Pictures ``[B, H, W, 3]`` by the camera and over the plate of ``batch``, and their opacity ``[B, H, W]``;
        differentiable in the motion."""
        return draw(self.gaussians(motion), batch)

    def gaussians(self, motion: Motion) -> Gaussians:
        """The Gaussians of some frames in the camera's frame."""
        vertices = pose_vertices(self.rig, self.neutral, motion.code)
        return self.model(vertices, self.space.inputs(motion))

    @cached_property
    def _over_own_plate(self) -> Batch:
        camera, empty = self.camera.cropped(self.view), torch.zeros(0, device=self.device)
        plate = plate_at(self.plate, self.camera.size_wh, self.view)
        behind = torch.as_tensor(plate, device=self.device).float() / 255
        return Batch(empty, empty, behind, camera.tensor(self.device), camera.size_wh)

    def _quick(self, motion: Motion) -> Gaussians:
        return self.gaussians(motion) if self._graphed is None else self._graphed(motion)

    @cached_property
    def _graphed(self) -> GraphedGaussians | None:
        return GraphedGaussians(self.gaussians) if self.device.type == "cuda" else None

    def save(self, folder: Path) -> None:
        """Write ``avatar.safetensors`` into ``folder``, atomically."""
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        tensors |= {f"space.{name}": value for name, value in vars(self.space).items()}
        tensors |= {"neutral": self.neutral, "plate": torch.as_tensor(self.plate)}
        clean = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
        about = {
            "config": asdict(self.config),
            "rig": {"name": self.rig.name, "hash": rig_hash(self.rig)},
            "camera": {"K": self.camera.matrix.tolist(), "size_wh": self.camera.size_wh},
            "view": self.view.to_list(),
            "num_head": self.model.num_head,
        }
        if self.rig_file is not None:
            about["rig"]["file"] = str(self.rig_file)
        header = {"schema": SCHEMA, "about": json.dumps(about)}
        atomic_write_bytes(folder / FILE, in_fixed_order(save(clean, header)))

    @staticmethod
    def load(folder: Path, device: torch.device | str = "cpu") -> "Avatar":
        """Read what ``save`` wrote."""
        path = avatar_file(folder)
        try:
            with safe_open(path, "pt", device=str(device)) as handle:
                header = handle.metadata() or {}
                tensors = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118
        except (SafetensorError, OSError) as problem:
            raise FormatError(f"{path} cannot be read as safetensors: {problem}") from problem
        if header.get("schema") != SCHEMA:
            raise FormatError(f"{path} has the schema {header.get('schema')!r}", f"Expected {SCHEMA!r}.")
        about = json.loads(header["about"])
        rig_file = Path(about["rig"]["file"]) if "file" in about["rig"] else None
        rig = load_by_hash(about["rig"]["name"], about["rig"]["hash"], rig_file, path).to(device=device)
        config = AvatarConfig(**about["config"])
        part = lambda prefix: {n[len(prefix) :]: t for n, t in tensors.items() if n.startswith(prefix)}  # noqa: E731
        return Avatar(
            rig,
            tensors["neutral"],
            model_of(part("model."), config).to(device),
            CodeSpace(**part("space.")),
            Camera.from_matrix(np.array(about["camera"]["K"]), tuple(about["camera"]["size_wh"])),
            View.from_list(about["view"]),
            tensors["plate"].cpu().numpy(),
            config,
            rig_file,
        )


def avatar_file(folder: Path) -> Path:
    """The avatar in ``folder``; FileMissingError when there is none."""
    path = folder / FILE
    if not path.exists():
        raise FileMissingError(
            f"{folder} holds no {FILE}.",
            "It is not an avatar, or its training has not ended.",
            f"Make one: lifemask create VIDEO -o {folder}",
        )
    return path


def model_of(state: dict[str, Tensor], config: AvatarConfig) -> GaussianModel:
    """The model whose ``state_dict`` this is."""
    binding = Binding(state["corners"], state["barycentric"], state["bases.0"].shape[1] // WIDTH)
    inputs = (state["networks.0.0.weight"].shape[1], state["networks.1.0.weight"].shape[1])
    model = GaussianModel(binding, state["base"], (state["base_units"], state["bases_units"]), inputs, config)
    model.load_state_dict(state)
    return model

"""Small corrections of every frame's poses and code, learned through the renderer.

Each frame has its own Adam moments (a frame is visited once an epoch, so that the dense form would decay them in
between), and is drawn towards the mean of its neighbours' corrections: smooth in time, one gauge.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lifemask.avatar.config import MotionConfig
from lifemask.geometry.rotation import rigid, rotation_from_axis_angle
from lifemask.rig.code import RigCode
from lifemask.tracking.record import Tracking

HEAD_PIVOT_M = (0.0, -0.02, -0.08)
TORSO_PIVOT_M = (0.0, -0.28, -0.1)
POSES = ("head_turn", "head_move", "torso_turn", "torso_move")
KINDS = (*POSES, "expression", "eyes", "modes")


@dataclass(frozen=True)
class Motion:
    """The motion of ``T`` frames on a device: a rig code and the torso's modes ``[T, M]``."""

    code: RigCode
    modes: Tensor

    @staticmethod
    def of(tracking: Tracking, device: torch.device | str) -> "Motion":
        """All frames of a tracking."""
        return Motion(
            tracking.code(slice(None), device),
            torch.as_tensor(tracking.torso_modes, dtype=torch.float32, device=device),
        )

    def rows(self, rows: Tensor) -> "Motion":
        """Some frames."""
        return Motion(self.code[rows], self.modes[rows])


def widths(motion: Motion) -> dict[str, int]:
    """How many numbers each kind of correction has for this motion, in the order of ``KINDS``."""
    sizes = (3, 3, 3, 3, motion.code.expression.shape[-1], 4, motion.modes.shape[-1])
    return dict(zip(KINDS, sizes, strict=True))


def split(motion: Motion, corrections: Tensor) -> dict[str, Tensor]:
    """Corrections ``[B, D]`` by kind."""
    return dict(zip(KINDS, corrections.split(list(widths(motion).values()), -1), strict=True))


def corrected(motion: Motion, corrections: Tensor) -> Motion:
    """Apply ``corrections [B, D]`` (radians, metres, weights; side by side as ``widths`` says) to the motion of the
    same frames."""
    c, delta = motion.code, split(motion, corrections)
    expression = c.expression + delta["expression"]
    code = RigCode(
        # Where the jaw is a joint the rig is FLAME's, whose coefficients have no bounds.
        expression if c.jaw is not None else expression.clamp(0, 1),
        c.eyes + delta["eyes"].view_as(c.eyes),
        nudge(c.camera_from_head, delta["head_turn"], delta["head_move"], HEAD_PIVOT_M),
        nudge(c.camera_from_torso, delta["torso_turn"], delta["torso_move"], TORSO_PIVOT_M),
        c.jaw,
    )
    return Motion(code, motion.modes + delta["modes"])


def nudge(camera_from_part: Tensor, turn: Tensor, move: Tensor, pivot_m: tuple[float, float, float]) -> Tensor:
    """Turn a rigid part about its pivot (axis-angle ``[B, 3]`` in the camera's axes) and move it (metres)."""
    rotation, before = rotation_from_axis_angle(turn), camera_from_part[:, :3, :3]
    # Axis by axis: a pivot made into a tensor here would be a copy to the device, which no CUDA graph can hold.
    arm = before[:, :, 0] * pivot_m[0] + before[:, :, 1] * pivot_m[1] + before[:, :, 2] * pivot_m[2]
    centre = arm + camera_from_part[:, :3, 3]
    translation = centre + move - (rotation @ arm[..., None])[..., 0]
    return rigid(rotation @ before, translation)


class MotionTable:
    """Corrections ``value [T, D]`` of all frames with an Adam of their own."""

    def __init__(self, motion: Motion, config: MotionConfig, value: Tensor | None = None) -> None:
        """For ``motion``, from nothing or from a copy of ``value``."""
        rates = dict(
            head_turn=config.rotation, head_move=config.translation_m,
            torso_turn=config.rotation, torso_move=config.translation_m,
            expression=config.expression, eyes=config.eyes, modes=config.modes,
        )  # fmt: skip
        device = motion.modes.device
        self.rates = torch.cat([torch.full((n,), rates[name]) for name, n in widths(motion).items()]).to(device)
        gauge = [torch.full((n,), float(name in (*POSES, "modes"))) for name, n in widths(motion).items()]
        self._gauge = torch.cat(gauge).to(device)
        shape = len(motion.modes), len(self.rates)
        self.smooth = config.smooth
        self.value = torch.zeros(shape, device=device) if value is None else value.clone()
        self.first, self.second = torch.zeros(shape, device=device), torch.zeros(shape, device=device)
        self.visits = torch.zeros(shape[0], device=device)

    @torch.no_grad()
    def step(
        self, rows: Tensor, gradient: Tensor, factor: float | Tensor, beta1: float = 0.8, beta2: float = 0.95
    ) -> None:
        """One Adam step for ``rows`` (all different) with ``gradient [B, D]``, then the pull towards the neighbours."""
        visits = self.visits[rows] + 1
        self.visits[rows] = visits
        visits = visits[:, None]
        first = self.first[rows] * beta1 + gradient * (1 - beta1)
        second = self.second[rows] * beta2 + gradient.square() * (1 - beta2)
        self.first[rows], self.second[rows] = first, second
        move = (first / (1 - beta1**visits)) / ((second / (1 - beta2**visits)).sqrt() + 1e-12)
        value = self.value[rows] - self.rates * factor * move
        last = len(self.visits) - 1
        near = (self.value[(rows - 1).clamp(min=0)] + self.value[(rows + 1).clamp(max=last)]) / 2
        self.value[rows] = value + self.smooth * (near - value)

    @torch.no_grad()
    def centre(self, rows: Tensor) -> None:
        """Keep one gauge: the mean pose correction over ``rows`` belongs to the avatar, not to the motion."""
        self.value[rows] -= self.value[rows].mean(0) * self._gauge

    def tensors(self) -> dict[str, Tensor]:
        """Everything that a checkpoint needs, by name."""
        return {"value": self.value, "first": self.first, "second": self.second, "visits": self.visits}

    def load(self, tensors: dict[str, Tensor]) -> None:
        """Take what ``tensors`` gave."""
        for name, tensor in self.tensors().items():
            tensor.copy_(tensors[name])

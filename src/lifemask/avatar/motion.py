"""Small corrections of every frame's poses and code, learned through the renderer.

Each frame has its own Adam moments (a frame is visited once an epoch, so that the dense form would decay them in
between), and is drawn towards the mean of its neighbours' corrections: smooth in time, one gauge.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lifemask.avatar.config import MotionConfig
from lifemask.geometry.rotation import rigid, rotation_from_axis_angle
from lifemask.rig.code import RigCode
from lifemask.tracking.record import Tracking

HEAD_PIVOT_M = (0.0, -0.02, -0.08)
TORSO_PIVOT_M = (0.0, -0.28, -0.1)
POSES = ("head_turn", "head_move", "torso_turn", "torso_move")
KINDS = (*POSES, "expression", "eyes", "modes", "face_modes")
MODES = ("modes", "face_modes")


@dataclass(frozen=True)
class Motion:
    """The motion of ``T`` frames on a device: a rig code, the torso's modes ``[T, M]`` in standard deviations, and the
    face's own ``[T, F]``.

    The first of the torso's modes are tracked. The others, and those of the face, are an avatar's own: what of this
    person no rig can say (a collar, a wrinkle, the lips' way of closing). They are learned along with the avatar,
    fitted to pictures by its rendering, and zero where nothing is known of them.
    """

    code: RigCode
    modes: Tensor
    face_modes: Tensor

    @staticmethod
    def of(tracking: Tracking, device: torch.device | str, *, torso: int | None = None, face: int = 0) -> "Motion":
        """All frames of a tracking, with ``torso`` modes (None: those that there are) and ``face`` modes in all."""
        to = lambda array, width: _of_width(  # noqa: E731
            torch.as_tensor(array, dtype=torch.float32, device=device), width
        )
        modes, own = tracking.torso_modes, tracking.face_modes
        if own is None:
            own = np.zeros((len(tracking), 0))
        torso = modes.shape[1] if torso is None else torso
        return Motion(tracking.code(slice(None), device), to(modes, torso), to(own, face))

    def to(self, device: torch.device | str) -> "Motion":
        """The same on another device."""
        return Motion(self.code.to(device=device), self.modes.to(device), self.face_modes.to(device))

    def rows(self, rows: Tensor) -> "Motion":
        """Some frames."""
        return Motion(self.code[rows], self.modes[rows], self.face_modes[rows])


def _of_width(values: Tensor, width: int) -> Tensor:
    """``[T, N]`` as ``[T, width]``: cut, or filled with zeros."""
    return torch.nn.functional.pad(values, (0, width - values.shape[1]))


def widths(motion: Motion) -> dict[str, int]:
    """How many numbers each kind of correction has for this motion, in the order of ``KINDS``."""
    free = motion.code.expression, motion.modes, motion.face_modes
    expression, modes, face_modes = (values.shape[-1] for values in free)
    sizes = (3, 3, 3, 3, expression, 4, modes, face_modes)
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
    return Motion(code, motion.modes + delta["modes"], motion.face_modes + delta["face_modes"])


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
            expression=config.expression, eyes=config.eyes, modes=config.modes, face_modes=config.modes,
        )  # fmt: skip
        device = motion.modes.device
        self.rates = torch.cat([torch.full((n,), rates[name]) for name, n in widths(motion).items()]).to(device)
        gauge = [torch.full((n,), float(name in POSES + MODES)) for name, n in widths(motion).items()]
        self._gauge = torch.cat(gauge).to(device)
        shape = len(motion.modes), len(self.rates)
        self.smooth = config.smooth
        self.value = torch.zeros(shape, device=device) if value is None else value.clone()
        self.first, self.second = torch.zeros(shape, device=device), torch.zeros(shape, device=device)
        self.visits = torch.zeros(shape[0], device=device)

    @torch.no_grad()
    def step(
        self,
        rows: Tensor,
        gradient: Tensor,
        factor: float | Tensor,
        shares: Tensor | None = None,
        beta1: float = 0.8,
        beta2: float = 0.95,
    ) -> None:
        """One Adam step for ``rows`` (all different) with ``gradient [B, D]``, then the pull towards the neighbours.
        Frames whose ``shares [B, 1]`` are 0 were drawn without their corrections: they wait."""
        moved = torch.ones_like(gradient[:, :1]) if shares is None else shares
        visits = self.visits[rows] + moved[:, 0]
        self.visits[rows] = visits
        visits = visits[:, None].clamp(min=1)
        first, second = self.first[rows], self.second[rows]
        first = torch.lerp(first, first * beta1 + gradient * (1 - beta1), moved)
        second = torch.lerp(second, second * beta2 + gradient.square() * (1 - beta2), moved)
        self.first[rows], self.second[rows] = first, second
        move = (first / (1 - beta1**visits)) / ((second / (1 - beta2**visits)).sqrt() + 1e-12)
        value = self.value[rows] - self.rates * factor * move * moved
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

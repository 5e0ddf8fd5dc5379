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


def corrected(motion: Motion, delta: dict[str, Tensor]) -> Motion:
    """Apply corrections ``[B, ...]`` (radians, metres, weights) to the motion of the same frames."""
    c = motion.code
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
    rotation = rotation_from_axis_angle(turn)
    pivot = torch.tensor(pivot_m, dtype=turn.dtype, device=turn.device)
    arm = camera_from_part[:, :3, :3] @ pivot
    centre = arm + camera_from_part[:, :3, 3]
    translation = centre + move - (rotation @ arm[..., None])[..., 0]
    return rigid(rotation @ camera_from_part[:, :3, :3], translation)


class MotionTable:
    """Corrections of all ``count`` frames with an Adam of their own."""

    def __init__(
        self, count: int, expressions: int, modes: int, config: MotionConfig, device: torch.device | str
    ) -> None:
        widths = dict(zip(KINDS, (3, 3, 3, 3, expressions, 4, modes), strict=True))
        self.rates = dict(
            head_turn=config.rotation, head_move=config.translation_m,
            torso_turn=config.rotation, torso_move=config.translation_m,
            expression=config.expression, eyes=config.eyes, modes=config.modes,
        )  # fmt: skip
        self.smooth = config.smooth
        zeros = lambda: {name: torch.zeros(count, width, device=device) for name, width in widths.items()}  # noqa: E731
        self.value, self.first, self.second = zeros(), zeros(), zeros()
        self.visits = torch.zeros(count, device=device)

    @staticmethod
    def of(motion: Motion, config: MotionConfig, values: dict[str, Tensor] | None = None) -> "MotionTable":
        """For ``motion``, from nothing or from copies of ``values``."""
        code = motion.code
        table = MotionTable(
            len(motion.modes), code.expression.shape[-1], motion.modes.shape[-1], config, motion.modes.device
        )
        if values is not None:
            table.value = {name: value.clone() for name, value in values.items()}
        return table

    def leaf(self, rows: Tensor) -> dict[str, Tensor]:
        """The corrections of some frames, ready to collect gradients."""
        return {name: value[rows].clone().requires_grad_() for name, value in self.value.items()}

    @torch.no_grad()
    def step(
        self, rows: Tensor, leaf: dict[str, Tensor], factor: float, beta1: float = 0.8, beta2: float = 0.95
    ) -> None:
        """One Adam step for ``rows`` with the gradients in ``leaf``, then the pull towards the neighbours."""
        self.visits[rows] += 1
        visits = self.visits[rows][:, None]
        last = len(self.visits) - 1
        for name, parameter in leaf.items():
            if parameter.grad is None or self.rates[name] == 0 or parameter.shape[1] == 0:
                continue
            gradient = parameter.grad
            first = self.first[name][rows] * beta1 + gradient * (1 - beta1)
            second = self.second[name][rows] * beta2 + gradient.square() * (1 - beta2)
            self.first[name][rows], self.second[name][rows] = first, second
            move = (first / (1 - beta1**visits)) / ((second / (1 - beta2**visits)).sqrt() + 1e-12)
            value = self.value[name][rows] - self.rates[name] * factor * move
            near = (self.value[name][(rows - 1).clamp(min=0)] + self.value[name][(rows + 1).clamp(max=last)]) / 2
            self.value[name][rows] = value + self.smooth * (near - value)

    @torch.no_grad()
    def centre(self, rows: Tensor) -> None:
        """Keep one gauge: the mean pose correction over ``rows`` belongs to the avatar, not to the motion."""
        for name in (*POSES, "modes"):
            self.value[name][rows] -= self.value[name][rows].mean(0)

    def tensors(self) -> dict[str, Tensor]:
        """Everything that a checkpoint needs, by name."""
        tables = {"value": self.value, "first": self.first, "second": self.second}
        flat = {f"{kind}.{name}": tensor for kind, table in tables.items() for name, tensor in table.items()}
        return flat | {"visits": self.visits}

    def load(self, tensors: dict[str, Tensor]) -> None:
        """Take what ``tensors`` gave."""
        for name, tensor in self.tensors().items():
            tensor.copy_(tensors[name])

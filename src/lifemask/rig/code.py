"""``RigCode``: what a rig does in one frame or in many."""

from dataclasses import dataclass, fields

import torch
from torch import Tensor


@dataclass(frozen=True)
class RigCode:
    """One pose per entry of the batch shape ``[...]``.

    ``expression [..., E]`` weights; ``eyes [..., 2, 2]`` gaze (yaw, pitch) in radians, left eye then right,
    yaw positive to the subject's left, pitch positive upwards; ``camera_from_head`` and ``camera_from_torso
    [..., 4, 4]`` rigid. Both map the rig's rest frame: head and torso are at rest to each other where they
    agree. ``jaw [..., 3]`` axis-angle in radians about the jaw joint, in the head's frame; None is a closed jaw,
    and all that a rig without that joint takes.
    """

    expression: Tensor
    eyes: Tensor
    camera_from_head: Tensor
    camera_from_torso: Tensor
    jaw: Tensor | None = None

    @staticmethod
    def at_rest(num_expressions: int, camera_from_head: Tensor) -> "RigCode":
        """Neutral face, straight gaze and an unmoved neck under ``camera_from_head [..., 4, 4]``."""
        batch = camera_from_head.shape[:-2]
        return RigCode(
            camera_from_head.new_zeros(*batch, num_expressions),
            camera_from_head.new_zeros(*batch, 2, 2),
            camera_from_head,
            camera_from_head,
        )

    @property
    def batch_shape(self) -> torch.Size:
        """``[...]``."""
        return self.expression.shape[:-1]

    def to(self, device: torch.device | str | None = None, dtype: torch.dtype | None = None) -> "RigCode":
        """The same code on ``device`` in ``dtype``."""
        return self.map(lambda value: value.to(device=device, dtype=dtype))

    def __getitem__(self, index: object) -> "RigCode":
        """Index the batch."""
        return self.map(lambda value: value[index])

    def map(self, function) -> "RigCode":
        """Apply ``function`` to every tensor."""
        there = {field.name: getattr(self, field.name) for field in fields(self)}
        return RigCode(**{name: function(value) for name, value in there.items() if value is not None})

"""One frame's motion as one row of float32 numbers: what is sent to renderers elsewhere, and kept in their tracks."""

from dataclasses import dataclass

import numpy as np
import torch

from lifemask.avatar.avatar import Avatar
from lifemask.avatar.motion import Motion
from lifemask.errors import ConfigError
from lifemask.rig.code import RigCode

_EYES, _POSE = 4, 12


@dataclass(frozen=True)
class CodeLayout:
    """What stands where in a row, in this order: weights of the ``expression_names``; gaze (left yaw, left pitch, right
    yaw, right pitch; radians); the rows of ``camera_from_head`` and of ``camera_from_torso``, 3 x 4 each (metres); the
    ``torso_modes`` and the ``face_modes``, in standard deviations. Avatars whose jaw is a joint have no such rows."""

    expression_names: tuple[str, ...]
    torso_modes: int
    face_modes: int

    @staticmethod
    def of(avatar: Avatar) -> "CodeLayout":
        """That of an avatar. Raises ConfigError for one on a FLAME head."""
        if avatar.rig.has_jaw:
            raise ConfigError(
                f"rows of motion cannot drive an avatar on the rig '{avatar.rig.name}'",
                "Its jaw is a joint, and its expressions have no names.",
                "Make one on the built-in head: lifemask create VIDEO -o FOLDER, without --rig",
            )
        sizes = avatar.model.num_modes
        return CodeLayout(avatar.rig.expression_names, sizes["torso"], sizes["face"])

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return len(self.expression_names) + _EYES + 2 * _POSE + self.torso_modes + self.face_modes

    def rows(self, motion: Motion) -> np.ndarray:
        """Rows float32 ``[T, width]`` of a motion."""
        code = motion.code
        poses = [pose[:, :3].flatten(1) for pose in (code.camera_from_head, code.camera_from_torso)]
        parts = [code.expression, code.eyes.flatten(1), *poses, motion.modes, motion.face_modes]
        return torch.cat(parts, 1).detach().cpu().numpy().astype(np.float32)

    def motion(self, rows: np.ndarray, device: torch.device | str = "cpu") -> Motion:
        """The motion of rows ``[T, width]``."""
        values = torch.as_tensor(np.asarray(rows, np.float32), device=device)
        sizes = [len(self.expression_names), _EYES, _POSE, _POSE, self.torso_modes, self.face_modes]
        expression, eyes, head, torso, modes, face = values.split(sizes, 1)
        last = values.new_tensor([0.0, 0.0, 0.0, 1.0]).expand(len(values), 1, 4)
        pose = lambda flat: torch.cat([flat.unflatten(1, (3, 4)), last], 1)  # noqa: E731
        return Motion(RigCode(expression, eyes.unflatten(1, (2, 2)), pose(head), pose(torso)), modes, face)

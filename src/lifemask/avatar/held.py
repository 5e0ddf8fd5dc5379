"""What pictures from the front do not say of a Gaussian: how deep it lies and how deep it reaches.

Every training frame looks at a head from nearly one side. Along that direction nothing holds a Gaussian, and Adam, that
moves every number at the same rate, walks it about: from the front nothing is seen of it, and a head that turns is a
cloud. So each stays near the depth that the rig gave it, and is no deeper than it is wide.
"""

import torch
from torch import Tensor

from lifemask.avatar.attributes import SLICES
from lifemask.avatar.binding import triangle_frames
from lifemask.avatar.model import GaussianModel
from lifemask.geometry.rotation import rotation_from_quaternion

DEEPEST = 1.5
"""How deep a Gaussian may be, in parts of its mean width."""


class Held:
    """``view [N, 3]``: the direction to the camera in each Gaussian's own frame, of length 1; ``depth_m [N]``: its
    place along it at the beginning."""

    def __init__(self, model: GaussianModel, vertices: Tensor) -> None:
        """``vertices [V, 3]`` of the pose from which the clip is seen most, in the camera's frame."""
        self.model = model
        frame = triangle_frames(vertices[None], model.corners)[0]
        anchor = (vertices[model.corners] * model.barycentric[..., None]).sum(1)
        towards = -torch.nn.functional.normalize(anchor, dim=-1)
        self.view = (frame.transpose(-1, -2) @ towards[..., None])[..., 0].contiguous()
        self.depth_m = (self._base("position_m") * self.view).sum(-1)

    @torch.no_grad()
    def hold(self, share: float) -> None:
        """Take back the ``share`` of what its depth has changed since, and what is too deep."""
        base, units = self.model.base, self.model.base_units
        place = self._base("position_m")
        off = (place * self.view).sum(-1) - self.depth_m
        base[:, SLICES["position_m"]] = (place - share * off[:, None] * self.view) / units[SLICES["position_m"]]
        # Row i of the turn's transpose is the i-th axis of the ellipsoid.
        turn, log_scale = rotation_from_quaternion(self._base("rotation")), self._base("log_scale")
        along = (turn * self.view[:, :, None]).sum(1).square()
        variance = (2 * log_scale).exp()
        deep = (along * variance).sum(-1)
        wide = (variance.sum(-1) - deep) / 2
        excess = 0.5 * torch.log(deep / (DEEPEST**2 * wide + 1e-12)).clamp(min=0)
        base[:, SLICES["log_scale"]] = (log_scale - along * excess[:, None]) / units[SLICES["log_scale"]]

    def moved(self, here: Tensor, there: Tensor) -> None:
        """Gaussians ``here`` were set beside those ``there``."""
        self.view[here] = self.view[there]
        self.depth_m[here] = (self._base("position_m")[here] * self.view[here]).sum(-1)

    def _base(self, name: str) -> Tensor:
        columns = SLICES[name]
        return self.model.base.detach()[:, columns] * self.model.base_units[columns]

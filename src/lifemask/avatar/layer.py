"""The person without what is behind: premultiplied colour and alpha, in the geometry of the whole frame.

Gaussians have no resolution: they are projected by the frame's own camera at the size that is asked for, so that no
picture of a part of the frame is ever scaled and pasted. What belongs to the resolution of training is the blur that
every splat gets there; it is scaled along.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lifemask.avatar.binding import Gaussians
from lifemask.geometry.camera import Camera, View
from lifemask.splats.constants import ALPHA_MIN, EPS2D
from lifemask.splats.rasterize import rasterize

REACH = 3.4
"""Standard deviations at which the most opaque splat has faded: sqrt(2 ln 255) is 3.33."""


@dataclass(frozen=True)
class Layer:
    """Premultiplied ``colour [B, h, w, 3]`` and ``alpha [B, h, w]`` of the part of a frame of ``size_wh`` whose first
    column and row are ``left`` and ``top``; everywhere else alpha is 0."""

    colour: Tensor
    alpha: Tensor
    left: int
    top: int
    size_wh: tuple[int, int]

    def over(self, background: Tensor) -> Tensor:
        """Pictures ``[B, H, W, 3]`` in [0, 1] over ``background [H, W, 3]`` or ``[B, H, W, 3]``."""
        image = background.expand(len(self.colour), *background.shape[-3:]).clone()
        height, width = self.alpha.shape[1:]
        part = image[:, self.top : self.top + height, self.left : self.left + width]
        part.copy_(torch.addcmul(self.colour, part, (1 - self.alpha)[..., None]).clamp_(0, 1))
        return image


def draw_layer(gaussians: Gaussians, camera: Camera, view: View, size_wh: tuple[int, int]) -> Layer:
    """Draw Gaussians that were trained at ``view`` of ``camera``'s frame into frames of ``size_wh``."""
    frame = camera.cropped(View.whole(camera.size_wh, size_wh))
    # On a GPU to ask where the person is costs more than to draw the whole frame.
    blur = EPS2D * max(1.0, (size_wh[0] / camera.size_wh[0]) / (view.size_wh[0] / view.width_px)) ** 2
    window = (0, 0, *size_wh) if gaussians.means.is_cuda else _window(gaussians, frame, blur)
    left, top, right, bottom = window
    own = frame.cropped(View(left, top, right - left, bottom - top, (right - left, bottom - top)))
    out = rasterize(
        gaussians.means, gaussians.quats, gaussians.scales, gaussians.opacities, gaussians.colours,
        intrinsics=own.tensor(gaussians.means.device), size_wh=own.size_wh, blur=blur,
    )  # fmt: skip
    return Layer(out.image, out.alpha[..., 0], left, top, size_wh)


def _window(gaussians: Gaussians, frame: Camera, blur: float) -> tuple[int, int, int, int]:
    """Columns and rows ``[left, right) x [top, bottom)`` of a frame outside which no Gaussian draws; never empty."""
    width, height = frame.size_wh
    drawn = (gaussians.opacities >= ALPHA_MIN) & (gaussians.means[..., 2] > 0)
    if not bool(drawn.any()):
        return 0, 0, 1, 1
    centre = frame.project(gaussians.means[drawn])
    reach = gaussians.scales[drawn].amax(-1) * max(frame.focal_px) / gaussians.means[drawn][:, 2]
    # A tenth for the slant that the projection adds off the axis.
    reach = (REACH * (1.1 * reach + blur**0.5))[:, None]
    low, high = (centre - reach).amin(0).floor(), (centre + reach).amax(0).ceil()
    left, top = min(max(int(low[0]), 0), width - 1), min(max(int(low[1]), 0), height - 1)
    return left, top, max(min(int(high[0]), width), left + 1), max(min(int(high[1]), height), top + 1)

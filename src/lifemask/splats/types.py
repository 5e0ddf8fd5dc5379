"""What a rasteriser returns."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class RasterOutput:
    """Rendered splats.

    ``image [B, H, W, C]`` over the background (over zero where none was given), ``alpha [B, H, W, 1]`` in
    [0, 1], ``means2d [B, N, 2]`` the centres in pixels (pixel centres at +0.5; zero for splats in front of
    the near plane), ``radii [B, N]`` int32: half the longer side of the splat's box in pixels, 0 where the
    splat draws nothing, never more than the image's longer side.

    ``means2d`` is part of the graph: call ``means2d.retain_grad()`` before ``backward()`` to read the
    screen-space gradients that densification uses.
    """

    image: Tensor
    alpha: Tensor
    means2d: Tensor
    radii: Tensor

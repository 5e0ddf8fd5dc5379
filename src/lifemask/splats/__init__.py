"""The Gaussian rasteriser: one function, ``rasterize``, and three backends behind it."""

from lifemask.splats.rasterize import Backend, rasterize
from lifemask.splats.types import RasterOutput

__all__ = ["Backend", "RasterOutput", "rasterize"]

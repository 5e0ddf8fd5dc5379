"""How a render moves beside the real clip: flicker, ghosts and edges that lag show in the change from frame to frame,
where an error that stands still does not.

The difference of differences over time, as dtSSD has it for mattes (Erofeev et al. 2015, "Perceptually motivated
benchmark for video matting"), but absolute instead of squared, and of colours.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from lifemask.errors import ConfigError


@dataclass(frozen=True)
class Change:
    """Means over ``pairs`` of neighbouring frames that show a region, in the unit of the pictures: ``error``,
    ``|(R' - R) - (I' - I)|`` of renders R and real frames I; ``of_a_still``, ``|I' - I|``: that of a render that never
    moves, noise included; ``own``, ``|R' - R|``."""

    error: float
    of_a_still: float
    own: float
    pairs: int


class ChangeMeter:
    """The changes of a stream of frames, region by region; it keeps one frame, however long the stream is."""

    def __init__(self) -> None:
        self._before: tuple[Tensor, Tensor, dict[str, Tensor]] | None = None
        self._sums: dict[str, Tensor] = {}
        self._pairs: dict[str, int] = {}

    def add(self, render: Tensor, real: Tensor, regions: Mapping[str, Tensor], *, follows: bool = True) -> None:
        """Take the next frame: two pictures ``[H, W, C]`` and masks ``[H, W]`` bool of the regions it shows.

        ``follows``: whether the frame before it in the stream is its neighbour in time; else it begins anew. A pair
        counts the pixels that are in the region in both of its frames.
        """
        if render.shape != real.shape or real.ndim != 3:
            raise ConfigError(
                f"Changes are compared in pictures of one shape [H, W, C]; got {tuple(render.shape)} and "
                f"{tuple(real.shape)}.",
                "The usual cause is a render of another size than the clip.",
            )
        before, self._before = self._before, (render, real, dict(regions))
        if before is None or not follows:
            return
        render_before, real_before, regions_before = before
        of_render, of_real = render - render_before, real - real_before
        maps = torch.stack([change.abs().mean(-1) for change in (of_render - of_real, of_real, of_render)])
        for name, mask in regions.items():
            both = mask & regions_before[name] if name in regions_before else torch.zeros_like(mask)
            if bool(both.any()):
                self._sums[name] = self._sums.get(name, 0) + maps[:, both].double().mean(1)
                self._pairs[name] = self._pairs.get(name, 0) + 1

    def result(self) -> dict[str, Change]:
        """By region; one that no pair shows is left out."""
        found = {}
        for name, total in self._sums.items():
            error, of_a_still, own = (total / self._pairs[name]).tolist()
            found[name] = Change(error, of_a_still, own, self._pairs[name])
        return found

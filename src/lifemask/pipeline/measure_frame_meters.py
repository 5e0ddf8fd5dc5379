"""What ``bench frame`` measures of one way of moving the avatar; each meter takes frames one after another and keeps no
picture but what it says."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor

from lifemask.metrics.image import MAX_PSNR_DB
from lifemask.metrics.ssim import ssim_map
from lifemask.perception.regions import BACKGROUND_ALPHA, HAIR_EDGE_BAND

OFF_LEVELS = 1
"""Grey levels of 255 by which a render may miss its plate where nobody ever is: one of rounding."""
WALL_PERCENTILE, WALL_LEAST = 95, 3
"""A pixel shows the background and nothing else where it is as near to the plate as so many percent of those where
nobody ever is; nearer than that many levels of 255 is near enough in any clip."""


class QualityMeter:
    """PSNR, SSIM and, with ``perceptual``, LPIPS of whole frames; PSNR and SSIM by region."""

    def __init__(self, perceptual: Callable[[Tensor, Tensor], Tensor] | None) -> None:
        self._perceptual = perceptual
        self.psnr_db: list[float] = []
        self._whole: dict[str, list[float]] = {}
        self._regions: dict[str, dict[str, list[float]]] = {}

    def add(self, render: Tensor, real: Tensor, shown: Tensor, regions: Mapping[str, Tensor]) -> None:
        """Pictures ``[H, W, 3]`` in [0, 1]; what the frame does not show (``shown [H, W]`` bool) counts nowhere."""
        real = torch.where(shown[..., None], real, render)
        maps = ssim_map(render[None], real[None])[0].mean(-1)
        squared = (render - real).square().mean(-1)
        self.psnr_db.append(decibel(float(squared[shown].mean())))
        self._keep(self._whole, psnr_db=self.psnr_db[-1], ssim=float(maps[shown].mean()))
        if self._perceptual is not None:
            self._keep(self._whole, lpips=float(self._perceptual(render[None], real[None])))
        for name, mask in regions.items():
            found = self._regions.setdefault(name, {})
            if bool(mask.any()):
                self._keep(found, psnr_db=decibel(float(squared[mask].mean())), ssim=float(maps[mask].mean()))

    def result(self) -> dict:
        """``whole`` and ``regions``: means over the frames that show them, None where none does."""
        means = lambda found, names: {n: float(np.mean(found[n])) if n in found else None for n in names}  # noqa: E731
        whole = means(self._whole, ("psnr_db", "ssim", "lpips"))
        return {"whole": whole} | {
            "regions": {name: means(found, ("psnr_db", "ssim")) for name, found in self._regions.items()}
        }

    @staticmethod
    def _keep(found: dict[str, list[float]], **values: float) -> None:
        for name, value in values.items():
            found.setdefault(name, []).append(value)


class EmptyMeter:
    """Whether renders leave the ``plate [H, W, 3]`` uint8 alone where nobody ever is, ``empty [H, W]`` bool; it keeps
    two pictures."""

    def __init__(self, plate: np.ndarray, empty: np.ndarray) -> None:
        self._where = empty
        self._plate = plate[empty].astype(np.int16)
        self._least, self._most = np.full(self._plate.shape, 255, np.uint8), np.zeros(self._plate.shape, np.uint8)

    def add(self, picture: np.ndarray) -> None:
        """A render over the plate, uint8 ``[H, W, 3]``."""
        values = picture[self._where]
        np.minimum(self._least, values, out=self._least)
        np.maximum(self._most, values, out=self._most)

    def result(self) -> dict:
        """``pixels``, and in levels of 255 over all of them, colours and frames: ``off``, the largest difference from
        the plate; ``change``, the largest change over time; ``pixels_off``: how many ever miss the plate by more than
        ``OFF_LEVELS``. None without any pixel."""
        count = len(self._plate)
        if count == 0:
            return {"pixels": 0, "off": None, "change": None, "pixels_off": None}
        off = np.maximum(np.abs(self._least - self._plate), np.abs(self._most - self._plate)).max(-1)
        change = int((self._most - self._least).max())
        return {"pixels": count, "off": int(off.max()), "change": change, "pixels_off": int((off > OFF_LEVELS).sum())}


class VeilMeter:
    """The halo, without truth: opacity just outside of the person where the clip shows the background and nothing else.

    There the render has to be transparent. Paint in the old background's colour cannot be seen over that background;
    over a new one a pixel of opacity a makes only 1 - a of the way from the old background's colour to the new one's.
    """

    def __init__(self) -> None:
        self._counts = {part: np.zeros(256, np.int64) for part in ("head", "torso")}
        self._opacity = dict.fromkeys(self._counts, 0.0)
        self._exact = dict.fromkeys(self._counts, 0.0)
        self._band = dict.fromkeys(self._counts, 0)
        self._has_truth = False

    def add(
        self,
        alpha: np.ndarray,
        sight: np.ndarray,
        outside: np.ndarray,
        above_chin: np.ndarray,
        truth: np.ndarray | None,
    ) -> None:
        """The render's ``alpha [H, W]`` in [0, 1], where the clip shows the wall (``wall_in_sight``), the band around
        the person (``just_outside``), the part of it that is the head's; the exact alpha uint8 where it is known."""
        for part, where in (("head", outside & above_chin), ("torso", outside & ~above_chin)):
            seen = where & sight
            self._band[part] += int(where.sum())
            self._counts[part] += np.bincount(np.rint(255 * alpha[seen]).astype(np.int64), minlength=256)
            self._opacity[part] += 255 * float(alpha[seen].sum(dtype=np.float64))
            if truth is not None:
                self._has_truth = True
                self._exact[part] += float(truth[seen].sum(dtype=np.float64))

    def result(self) -> dict:
        """For ``head`` (above the chin) and ``torso``: ``mean`` and 99th percentile (``p99``) of the opacity in levels
        of 255, over how many ``pixels`` of all frames and which ``share`` of the band they are; ``exact``: the mean of
        the exact alpha there, where it is known. None without any pixel."""
        found = {}
        for part, counts in self._counts.items():
            pixels = int(counts.sum())
            one = {"mean": None, "p99": None, "pixels": pixels, "share": pixels / max(self._band[part], 1)}
            if pixels:
                p99 = int(np.searchsorted(np.cumsum(counts), 0.99 * pixels))
                one |= {"mean": self._opacity[part] / pixels, "p99": p99}
                if self._has_truth:
                    one["exact"] = self._exact[part] / pixels
            found[part] = one
        return found


def decibel(mean_squared: float) -> float:
    """PSNR of a mean squared error of pictures in [0, 1]."""
    return min(-10 * float(np.log10(max(mean_squared, 1e-30))), MAX_PSNR_DB)


def wall_in_sight(image: np.ndarray, behind: np.ndarray, empty: np.ndarray) -> np.ndarray:
    """Where a real frame ``image [H, W, 3]`` uint8 shows what is ``behind [H, W, 3]`` (uint8 too) and nothing else:
    bool ``[H, W]``. ``empty [H, W]``: where nobody ever is, which tells how near noise lets it come."""
    off = np.abs(image.astype(np.int16) - behind).max(-1)
    near = np.percentile(off[empty], WALL_PERCENTILE) if empty.any() else WALL_LEAST
    return off <= max(near, WALL_LEAST)


def just_outside(matte: np.ndarray) -> np.ndarray:
    """The band ``[H, W]`` bool around the person of a ``matte [H, W]`` uint8, as wide as the hair edge's on one side,
    without the matte's own soft edge."""
    width = 2 * max(1, round(HAIR_EDGE_BAND * max(matte.shape))) + 1
    return (ndimage.maximum_filter(matte, width) > 127) & (matte <= BACKGROUND_ALPHA)

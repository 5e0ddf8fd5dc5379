"""Mattes and composites over new backgrounds against the exact ones of a clip of the built-in subject; and what those
backgrounds are."""

import numpy as np
from scipy import ndimage

from lifemask.compose.blend import over
from lifemask.perception.regions import HAIR_EDGE_BAND
from lifemask.pipeline.measure_frame_meters import decibel

COLOURS = {"black": (0, 0, 0), "white": (255, 255, 255), "green": (0, 255, 0), "magenta": (255, 0, 255)}
PICTURE = "picture"
WALL_OFF = 6
"""Levels of 255 by which, in the mean, a clip of the subject may miss the wall that is behind: noise and codec."""


def new_backgrounds(size_wh: tuple[int, int]) -> dict[str, np.ndarray]:
    """Five backgrounds by name, uint8 ``[H, W, 3]``: four colours, and a ``picture`` with what photos have (light that
    falls off, structure at every scale), always the same."""
    width, height = size_wh
    found = {name: np.full((height, width, 3), colour, np.uint8) for name, colour in COLOURS.items()}
    rng = np.random.default_rng(5)
    y, x = np.linspace(-1, 1, height)[:, None, None], np.linspace(-1, 1, width)[None, :, None]
    light = np.array([150, 128, 96]) - y * np.array([-70, 10, 80]) - 45 * np.hypot(x - 0.4, y + 0.3)
    picture = light.astype(np.float32)
    for cells, strength in ((4, 40), (11, 26), (37, 16), (120, 9)):
        grain = rng.standard_normal((cells, cells, 1)) + 0.35 * rng.standard_normal((cells, cells, 3))
        factor = (height / cells, width / cells, 1)
        zoomed = np.asarray(ndimage.zoom(grain, factor, order=1, grid_mode=True, mode="nearest"))
        picture += strength * zoomed[:height, :width]
    found[PICTURE] = np.clip(np.rint(picture), 0, 255).astype(np.uint8)
    return found


class TruthMeter:
    """Errors of renders' alpha and of their composites over ``backgrounds``, of a clip whose background is the ``wall``
    (all uint8 ``[H, W, 3]``); it keeps no other picture."""

    def __init__(self, backgrounds: dict[str, np.ndarray], wall: np.ndarray) -> None:
        self._backgrounds = backgrounds
        self._wall = wall.astype(np.float32)
        self._alpha = {place: np.zeros(3) for place in ("edge", "whole")}
        self._db = {name: {place: [] for place in self._alpha} for name in backgrounds}
        self._off: list[float] = []

    def add(self, image: np.ndarray, truth: np.ndarray, colour: np.ndarray, alpha: np.ndarray) -> None:
        """One real frame ``image [H, W, 3]`` uint8 with its exact alpha ``truth [H, W]`` uint8, and the render of it:
        premultiplied ``colour [H, W, 3]`` and ``alpha [H, W]``, float32 in [0, 1]."""
        edge = _edge(truth)
        error = 255 * alpha.astype(np.float64) - truth
        for place, values in (("edge", error[edge]), ("whole", error)):
            self._alpha[place] += values.size, np.abs(values).sum(), np.square(values).sum()
        shown = (1 - truth.astype(np.float32) / 255)[..., None]
        if (truth == 0).any():
            self._off.append(float(np.abs(image - self._wall)[truth == 0].mean()))
        for name, background in self._backgrounds.items():
            exact = np.clip(image + shown * (background - self._wall), 0, 255)
            squared = np.square(over(colour, alpha, background) - exact).mean(-1)
            for place, values in (("edge", squared[edge]), ("whole", squared)):
                if values.size:
                    self._db[name][place].append(decibel(float(values.mean()) / 255**2))

    def result(self) -> dict:
        """``alpha``: ``mean`` absolute and root mean square (``rms``) error in levels of 255, in the ``edge`` (a band
        on both sides of the exact outline) and in the ``whole`` frame; ``composites``: mean PSNR in dB of both, over
        each background and over all of them (``mean``). None for the composites where the clip has another background
        than the subject's own wall, so that the exact ones are not known."""
        alpha = {
            place: {"mean": total / count, "rms": float(np.sqrt(squares / count))} if count else None
            for place, (count, total, squares) in self._alpha.items()
        }
        composites = None
        if self._off and np.mean(self._off) <= WALL_OFF:
            composites = {
                name: {place: float(np.mean(values)) for place, values in found.items()}
                for name, found in self._db.items()
            }
            composites["mean"] = {
                place: float(np.mean([composites[name][place] for name in self._backgrounds])) for place in self._alpha
            }
        return {"alpha": alpha, "composites": composites}


def _edge(truth: np.ndarray) -> np.ndarray:
    """The band ``[H, W]`` bool on both sides of a matte's outline."""
    width = 2 * max(1, round(HAIR_EDGE_BAND * max(truth.shape))) + 1
    person = truth > 127
    return ndimage.maximum_filter(person, width) != ndimage.minimum_filter(person, width)

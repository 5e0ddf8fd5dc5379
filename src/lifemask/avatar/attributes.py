"""What a Gaussian is, as one row of 14 numbers, and the units in which those are learned.

Adam moves every number by about its rate, whatever the loss is: in units of their own, all attributes of all
Gaussians learn at one rate, and one product of matrices makes them from their bases.
"""

import torch
from torch import Tensor

from lifemask.avatar.config import LearningRates

SLICES = {
    "position_m": slice(0, 3),
    "rotation": slice(3, 7),
    "log_scale": slice(7, 10),
    "colour": slice(10, 13),
    "opacity": slice(13, 14),
}
"""Columns of the attributes: place (metres) and turn (quaternion, w first, of any length) in the triangle's frame,
logarithms of the standard deviations (metres), colour, and the logit of the opacity."""
WIDTH = 14
COLOUR_RANGE = (0.0, 1.0)
"""Colours are shown within this."""


def packed(attributes: dict[str, Tensor]) -> Tensor:
    """Attributes by name, each ``[..., N, width]``, as ``[..., N, 14]``."""
    return torch.cat([attributes[name] for name in SLICES], -1)


def units(rates: LearningRates) -> tuple[Tensor, Tensor]:
    """The rates of the base's and of the bases' attributes, each ``[14]``: the units in which they are learned."""
    base, bases = torch.empty(WIDTH), torch.empty(WIDTH)
    for name, columns in SLICES.items():
        base[columns], bases[columns] = getattr(rates, name), getattr(rates, f"bases_{name}")
    return base, bases

"""Real spherical harmonics up to degree 3, as splats use them for colour that depends on the view.

Ramamoorthi and Hanrahan 2001, "An Efficient Representation for Irradiance Environment Maps", equation 3 and onwards;
the signs are those of 3D Gaussian splatting (Kerbl et al. 2023): with the Condon-Shortley phase.
"""

import math

import torch
from torch import Tensor

MAX_DEGREE = 3
Y00 = 0.5 / math.sqrt(math.pi)
"""The constant harmonic: a colour of ``Y00 * coefficient`` from everywhere."""

_Y1 = math.sqrt(3 / (4 * math.pi))
_Y2 = (
    math.sqrt(15 / math.pi) / 2, -math.sqrt(15 / math.pi) / 2, math.sqrt(5 / math.pi) / 4,
    -math.sqrt(15 / math.pi) / 2, math.sqrt(15 / math.pi) / 4,
)  # fmt: skip
_Y3 = (
    -math.sqrt(35 / (2 * math.pi)) / 4, math.sqrt(105 / math.pi) / 2, -math.sqrt(21 / (2 * math.pi)) / 4,
    math.sqrt(7 / math.pi) / 4, -math.sqrt(21 / (2 * math.pi)) / 4, math.sqrt(105 / math.pi) / 4,
    -math.sqrt(35 / (2 * math.pi)) / 4,
)  # fmt: skip


def spherical_harmonics(direction: Tensor, degree: int) -> Tensor:
    """The ``(degree + 1)^2`` real harmonics ``[..., K]`` of unit vectors ``[..., 3]``.

    Ordered by degree l, then by order m from -l to l; orthonormal over the sphere. ``degree`` is 0 to 3 (ValueError).
    """
    if not 0 <= degree <= MAX_DEGREE:
        raise ValueError(f"spherical harmonics of degree {degree}; expected 0 to {MAX_DEGREE}")
    x, y, z = direction.unbind(-1)
    out = [torch.full_like(x, Y00)]
    if degree > 0:
        out += [-_Y1 * y, _Y1 * z, -_Y1 * x]
    if degree > 1:
        xx, yy, zz = x * x, y * y, z * z
        out += [_Y2[0] * x * y, _Y2[1] * y * z, _Y2[2] * (2 * zz - xx - yy), _Y2[3] * x * z, _Y2[4] * (xx - yy)]
        if degree > 2:
            out += [
                _Y3[0] * y * (3 * xx - yy), _Y3[1] * x * y * z, _Y3[2] * y * (4 * zz - xx - yy),
                _Y3[3] * z * (2 * zz - 3 * xx - 3 * yy), _Y3[4] * x * (4 * zz - xx - yy), _Y3[5] * z * (xx - yy),
                _Y3[6] * x * (xx - 3 * yy),
            ]  # fmt: skip
    return torch.stack(out, -1)

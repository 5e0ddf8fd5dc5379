"""Where the Gaussians of the FlashAvatar preset sit: evenly over the rig's surface, as texels of a map would.

The original takes a Gaussian for each of the 13 453 texels of a 128 x 128 map that FLAME's atlas covers. Atlases
differ: that of the built-in bust gives the face a twentieth of its area, so that the same map would leave it 80
Gaussians in place of 5 000. So the map is replaced by what it does on FLAME: as many points, as densely on each part.
What the original has no surface for (shoulders, the inside of the mouth) gets points on top of that number.
"""

import numpy as np
import torch
from torch import Tensor

from lifemask.rig.head import HeadRig

UV_SIZE, COVERED = 128, 13_453
"""The original's map and its texels that are Gaussians."""
SPACING_MM = {
    "face": 2.8, "nose": 2.8, "lids": 2.8, "brows": 2.8, "eyes": 2.8, "ears": 2.8, "lips": 2.6, "scalp": 3.9,
    "neck": 3.6,
}  # fmt: skip
"""Distance of neighbours on FLAME; only the ratios count, since the number is given."""
EXTRA_SPACING_MM = {"teeth": 3.6, "tongue": 8.0, "mouth_interior": 8.0, "shoulders": 8.0}
FRONT_ONLY = "shoulders"
"""The bust's torso is larger than all the rest; its back is never seen."""
_GOLDEN = 1.324717957244746
"""The plastic number: multiples of its inverse powers are spread evenly over the square (Roberts 2018, "R2")."""


def surface_points(rig: HeadRig, uv_size: int) -> tuple[Tensor, Tensor]:
    """Vertices ``[N, 3]`` of each point's triangle and barycentric coordinates ``[N, 3]`` in it, on the CPU.

    The points of a triangle are as many as its share, rounded so that no error adds up.
    """
    scale = (uv_size / UV_SIZE) ** 2
    known = _shares(rig, SPACING_MM)
    extra = _shares(rig, EXTRA_SPACING_MM)
    chosen = np.concatenate([_spread(known, round(COVERED * scale)), _spread(extra, round(float(extra.sum()) * scale))])
    index = np.arange(len(chosen))
    first, second = (0.5 + index / _GOLDEN) % 1, (0.5 + index / _GOLDEN**2) % 1
    beyond = first + second > 1
    first, second = np.where(beyond, 1 - first, first), np.where(beyond, 1 - second, second)
    barycentric = np.stack([1 - first - second, first, second], -1)
    return rig.faces.cpu()[torch.from_numpy(chosen)], torch.from_numpy(barycentric.astype(np.float32))


def _shares(rig: HeadRig, spacing_mm: dict[str, float]) -> np.ndarray:
    """Points that each triangle would have at these spacings, ``[F]``; a triangle belongs to where most of its
    corners do."""
    faces = rig.faces.cpu()
    a, b, c = rig.template.cpu()[faces].unbind(1)
    normal = torch.cross(b - a, c - a, dim=-1)
    area_mm2 = normal.norm(dim=-1).numpy() / 2 * 1e6
    share = np.zeros(len(faces))
    for name, spacing in spacing_mm.items():
        if name not in rig.regions:
            continue
        inside = (rig.regions[name].cpu()[faces].sum(1) >= 2).numpy()
        if name == FRONT_ONLY:
            inside &= (normal[:, 2] > 0).numpy()
        share[inside] = area_mm2[inside] / spacing**2
    return share


def _spread(share: np.ndarray, count: int) -> np.ndarray:
    """Triangle of each of ``count`` points, as even over the shares as whole numbers can be."""
    if count == 0 or share.sum() == 0:
        return np.zeros(0, np.int64)
    ends = np.cumsum(share) / share.sum() * count
    return np.searchsorted(ends, np.arange(count) + 0.5)

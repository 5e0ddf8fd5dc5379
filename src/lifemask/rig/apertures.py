"""How far mouth and eyes are open, in metres, between landmarks on the lips' and lids' edges.

Measured along the head's own vertical, so that it holds in any frame, and signed: below zero the edges
overlap.
"""

from torch import Tensor
from torch.nn.functional import normalize

from lifemask.rig.head import HeadRig

# Numbers of the MediaPipe face mesh: (upper, lower).
LIPS = (13, 14)
LIDS = ((386, 374), (159, 145))
# The middle of the forehead above the root of the nose: neither jaw nor lips move them.
VERTICAL = (10, 6)


def lip_aperture(rig: HeadRig, vertices: Tensor) -> Tensor:
    """Opening ``[...]`` in metres between the inner edges of the lips on ``vertices [..., V, 3]``."""
    points = rig.landmarks(vertices)
    return _opening(points, [LIPS])[..., 0]


def eyelid_aperture(rig: HeadRig, vertices: Tensor) -> Tensor:
    """Opening ``[..., 2]`` in metres between the lids' margins, left eye then right."""
    return _opening(rig.landmarks(vertices), LIDS)


def _opening(points: Tensor, pairs) -> Tensor:
    up = normalize(points[..., VERTICAL[0], :] - points[..., VERTICAL[1], :], dim=-1)
    upper, lower = ([pair[index] for pair in pairs] for index in (0, 1))
    return ((points[..., upper, :] - points[..., lower, :]) * up[..., None, :]).sum(-1)

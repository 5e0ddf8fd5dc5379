"""How far mouth and eyes are open, in metres, measured between pairs of landmarks on the lips' and lids' edges."""

from torch import Tensor

from lifemask.rig.head import HeadRig

# Numbers of the MediaPipe face mesh: (upper, lower).
LIPS = (13, 14)
LIDS = ((386, 374), (159, 145))


def lip_aperture(rig: HeadRig, vertices: Tensor) -> Tensor:
    """Distance ``[...]`` in metres between the inner edges of the lips on ``vertices [..., V, 3]``."""
    points = rig.landmarks(vertices)
    return (points[..., LIPS[0], :] - points[..., LIPS[1], :]).norm(dim=-1)


def eyelid_aperture(rig: HeadRig, vertices: Tensor) -> Tensor:
    """Distance ``[..., 2]`` in metres between the lids' margins, left eye then right."""
    points = rig.landmarks(vertices)
    upper, lower = ([pair[index] for pair in LIDS] for index in (0, 1))
    return (points[..., upper, :] - points[..., lower, :]).norm(dim=-1)

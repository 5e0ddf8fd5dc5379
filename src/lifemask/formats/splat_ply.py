"""Gaussians as PLY with the fields of the first trainer (Kerbl et al. 2023), which every splat program reads.

Binary, little endian; logarithms of the sizes, logits of the opacities, colours as the zeroth spherical harmonic,
rotations w first; the normals are zero and only there because readers expect them.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lifemask.errors import FormatError
from lifemask.formats.splats_record import Splats
from lifemask.media.files import replacing

NAME = "ply"
FIELDS = (
    *("x", "y", "z"),
    *("nx", "ny", "nz"),
    *("f_dc_0", "f_dc_1", "f_dc_2"),
    "opacity",
    *("scale_0", "scale_1", "scale_2"),
    *("rot_0", "rot_1", "rot_2", "rot_3"),
)
_OPAQUE = 1 - 1e-6
"""A logit has no place for 1."""


def write(splats: Splats, path: Path, comments: Sequence[str] = ()) -> None:
    """Write ``splats`` in the frame that they are in; ``comments`` are lines of ASCII for the header.

    Raises FormatError for a comment that a header cannot hold, DiskFullError.
    """
    for line in comments:
        if not line.isascii() or not line.isprintable():
            raise FormatError(f"a PLY header cannot hold {line!r}", "Its lines are printable ASCII.")
    opacity = np.clip(splats.opacities.astype(np.float64), 1 - _OPAQUE, _OPAQUE)
    columns = (
        splats.means_m,
        np.zeros_like(splats.means_m),
        splats.harmonics,
        np.log(opacity / (1 - opacity))[:, None],
        np.log(splats.scales_m),
        splats.quats_wxyz,
    )
    header = [
        "ply",
        "format binary_little_endian 1.0",
        *(f"comment {line}" for line in comments),
        f"element vertex {len(splats)}",
        *(f"property float {name}" for name in FIELDS),
        "end_header",
        "",
    ]
    with replacing(path) as temporary, open(temporary, "wb") as file:
        file.write("\n".join(header).encode("ascii"))
        file.write(np.concatenate(columns, 1).astype("<f4").tobytes())

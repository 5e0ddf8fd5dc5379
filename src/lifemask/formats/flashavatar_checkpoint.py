"""FlashAvatar's trained avatar, ``chkpnt<iteration>.pth``: a tuple of tuples, as a record with names."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lifemask.errors import FormatError
from lifemask.formats.entries import Entries
from lifemask.formats.torch_zip import read_torch_zip

_GAUSSIANS = (
    "active_sh_degree", "xyz", "features_dc", "features_rest", "scaling_base", "rotation_base", "opacity",
    "max_radii2d", "xyz_gradient_accum", "denom", "optimizer", "spatial_lr_scale",
)  # fmt: skip
_SHAPES: dict[str, tuple[int | None, ...]] = {
    "features_dc": (None, None, 3), "features_rest": (None, None, 3), "scaling_base": (None, 3),
    "rotation_base": (None, 4), "opacity": (None, 1),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class FlashAvatarCheckpoint:
    """``N`` Gaussians on the texels of a FLAME mesh and the network that moves them; float32 as stored.

    ``mlp`` weights by name; ``features_dc [N, 1, 3]`` and ``features_rest [N, 15, 3]`` spherical harmonics;
    ``scaling_base [N, 3]`` log metres before the network's factor; ``rotation_base [N, 4]`` quaternions, w first;
    ``opacity [N, 1]`` before its sigmoid; ``xyz`` is not a parameter, as a rule empty. ``optimizer`` states and
    densification counters are kept as they came. The person's shape is NOT in the file: it is in the ``.frame`` files.
    """

    mlp: Mapping[str, np.ndarray]
    mlp_optimizer: Mapping[str, Any]
    active_sh_degree: int
    xyz: np.ndarray
    features_dc: np.ndarray
    features_rest: np.ndarray
    scaling_base: np.ndarray
    rotation_base: np.ndarray
    opacity: np.ndarray
    max_radii2d: Any
    xyz_gradient_accum: Any
    denom: Any
    optimizer: Any
    spatial_lr_scale: float
    iteration: int


def read_checkpoint(path: Path) -> FlashAvatarCheckpoint:
    """Read a ``.pth`` without running it; FormatError names the entry that is missing or has a wrong shape."""
    match read_torch_zip(path):
        case ((dict() as mlp, dict() as mlp_optimizer), tuple() as values, int(iteration)):
            pass
        case _:
            raise FormatError(
                f"{path} is not FlashAvatar's ((network, optimiser), Gaussians, iteration).",
                "Checkpoints of other Gaussian splatting programs are tuples too, of another order.",
            )
    if len(values) != len(_GAUSSIANS):
        raise FormatError(
            f"{path} holds {len(values)} entries of the Gaussians, expected {len(_GAUSSIANS)}.",
            f"These are {', '.join(_GAUSSIANS)}.",
        )
    entries = Entries(path, dict(zip(_GAUSSIANS, values, strict=True)))
    arrays = {name: entries.array(name, *shape, dtype=np.float32) for name, shape in _SHAPES.items()}
    counts = {name: len(array) for name, array in arrays.items()}
    if len(set(counts.values())) > 1:
        raise FormatError(f"{path}: the entries are of different numbers of Gaussians: {counts}")
    kept = {name: entries.require(name) for name in ("max_radii2d", "xyz_gradient_accum", "denom", "optimizer")}
    return FlashAvatarCheckpoint(
        mlp=mlp,
        mlp_optimizer=mlp_optimizer,
        active_sh_degree=int(entries.array("active_sh_degree")),
        xyz=np.zeros((0, 3), np.float32) if values[1] is None else np.asarray(values[1], np.float32),
        spatial_lr_scale=float(entries.array("spatial_lr_scale")),
        iteration=iteration,
        **arrays,
        **kept,
    )

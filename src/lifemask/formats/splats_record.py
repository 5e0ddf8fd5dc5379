"""``Splats``: Gaussians as plain arrays, in the frame that a file keeps them in."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from lifemask.errors import FormatError

SH_C0 = 0.28209479177387814
"""The zeroth spherical harmonic, 1 / (2 sqrt(pi)): files keep a colour c as (c - 0.5) / SH_C0."""
_SHAPES = {"means_m": (3,), "quats_wxyz": (4,), "scales_m": (3,), "opacities": (), "colours": (3,)}


@dataclass(frozen=True, eq=False)
class Splats:
    """``means_m [N, 3]``; ``quats_wxyz [N, 4]`` of length 1; ``scales_m [N, 3]``: standard deviations, above 0;
    ``opacities [N]`` and ``colours [N, 3]`` in [0, 1], the colours sRGB-encoded and blended as they are. All float32.

    Raises FormatError for shapes that do not fit and for values that cannot be.
    """

    means_m: np.ndarray
    quats_wxyz: np.ndarray
    scales_m: np.ndarray
    opacities: np.ndarray
    colours: np.ndarray

    def __post_init__(self) -> None:
        for name, shape in _SHAPES.items():
            values = np.ascontiguousarray(getattr(self, name), np.float32)
            if values.shape != (len(self.means_m), *shape):
                raise FormatError(f"expected {name} {(len(self.means_m), *shape)}, got {values.shape}")
            if not np.isfinite(values).all():
                raise FormatError(f"{name} holds numbers that are not finite", "The avatar's training has gone wrong.")
            object.__setattr__(self, name, values)
        length = np.linalg.norm(self.quats_wxyz, axis=1, keepdims=True)
        if (length == 0).any() or (self.scales_m <= 0).any():
            raise FormatError("a rotation of length 0 or a size that is not above 0 is no Gaussian")
        object.__setattr__(self, "quats_wxyz", self.quats_wxyz / length)

    def __len__(self) -> int:
        return len(self.means_m)

    @property
    def harmonics(self) -> np.ndarray:
        """The colours as coefficients ``[N, 3]`` of the zeroth spherical harmonic."""
        return ((self.colours - 0.5) / SH_C0).astype(np.float32)

    def seen_from(self, target_from_source: np.ndarray) -> "Splats":
        """The same in another frame: ``target_from_source [4, 4]``, a rotation and a translation in metres."""
        rotation = np.asarray(target_from_source, np.float64)[:3, :3]
        turned = Rotation.from_matrix(rotation) * Rotation.from_quat(np.roll(self.quats_wxyz, -1, axis=1))
        return Splats(
            self.means_m @ rotation.T + target_from_source[:3, 3],
            np.roll(turned.as_quat(), 1, axis=1),
            self.scales_m,
            self.opacities,
            self.colours,
        )

"""Coordinates of one person's mouth: few numbers that say how their lips and jaw stand, and the way back to weights.

They are principal components of the tracked weights, in which a weight counts for as much as it moves the landmarks of
lips and jaw; so a network that comes near in them comes near on the face. The lips' opening is said beside them: it is
what a viewer reads, and what shrinks most in a mean over what could have been said.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lifemask.rig.apertures import lip_aperture
from lifemask.rig.head import HeadRig
from lifemask.rig.landmark_sets import LIPS

CHIN = (152, 148, 377, 176, 400, 18, 200, 199, 175)
"""Landmarks of the chin."""
MODE_WEIGHT = 0.002
"""What a standard deviation of an avatar's own mode of the face counts for, in metres of all landmarks together."""
_DRIVEN = ("jaw", "mouth", "cheekPuff", "tongueOut")
MODE = "face_mode_"
_QUANTILES = 33


@dataclass(frozen=True)
class MouthSpace:
    """``names [E]`` of the weights; ``rest [E]`` their mean; ``directions [K, E]`` what one unit of a coordinate does,
    ``weigh [E, K]`` the way from weights less ``rest`` to coordinates; ``low`` and ``high [E]`` what was filmed.

    The lips' opening in metres is ``closed_m + weights @ opening [E]``; its mean and spread are ``aperture_m [2]``, and
    ``wider [E]`` is how this person opens the lips by one metre.
    """

    names: tuple[str, ...]
    rest: np.ndarray
    directions: np.ndarray
    weigh: np.ndarray
    low: np.ndarray
    high: np.ndarray
    closed_m: float
    opening: np.ndarray
    aperture_m: np.ndarray
    wider: np.ndarray

    @property
    def outputs(self) -> int:
        """Numbers that say how a mouth stands: the coordinates and the opening."""
        return len(self.directions) + 1

    def said(self, weights: np.ndarray) -> np.ndarray:
        """Coordinates and opening ``[T, K + 1]`` of ``weights [T, E]``, about zero; the opening in its spread."""
        opening = (self.aperture(weights) - self.aperture_m[0]) / self.aperture_m[1]
        return np.concatenate([(weights - self.rest) @ self.weigh, opening[:, None]], 1).astype(np.float32)

    def aperture(self, weights: np.ndarray) -> np.ndarray:
        """The lips' opening ``[T]`` in metres."""
        return self.closed_m + weights @ self.opening

    def weights(self, said: np.ndarray, aperture_m: np.ndarray) -> np.ndarray:
        """Weights ``[T, E]`` of coordinates ``said [T, >= K]`` that open the lips by ``aperture_m [T]``."""
        weights = self.rest + said[:, : len(self.directions)] @ self.directions
        weights = weights + (aperture_m - self.aperture(weights))[:, None] * self.wider
        return np.clip(weights, self.low, self.high).astype(np.float32)

    def to_tensors(self) -> dict[str, np.ndarray]:
        """Everything but the names."""
        entries = ((field.name, getattr(self, field.name)) for field in fields(self) if field.name != "names")
        return {name: np.asarray(value, np.float32) for name, value in entries}

    @staticmethod
    def of_tensors(names: tuple[str, ...], tensors: dict[str, np.ndarray]) -> "MouthSpace":
        """What ``to_tensors`` gave."""
        values: dict[str, Any] = {f.name: tensors[f.name] for f in fields(MouthSpace) if f.name != "names"}
        values["closed_m"] = float(values["closed_m"])
        return MouthSpace(names, **values)


def mouth_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the rig's expressions that a voice moves."""
    return tuple(name for name in names if name.startswith(_DRIVEN))


def mouth_space(
    rig: HeadRig, surface_m: Tensor, expression: np.ndarray, modes: np.ndarray | None, coordinates: int = 16
) -> MouthSpace:
    """The space of a person from their tracked ``expression [T, all]`` and, if there are, ``modes [T, F]`` of the face.

    ``surface_m [V, 3]``: the person at rest, on ``rig``. Lengths are weighed in the head frame.
    """
    names = mouth_names(rig.expression_names)
    columns = [rig.expression_names.index(name) for name in names]
    points = rig.landmarks(rig.expression_basis)[columns][:, [*LIPS, *CHIN]]
    moves = points.reshape(len(columns), -1).double().numpy()
    weights = expression[:, columns].astype(np.float64)
    if modes is not None and modes.shape[1]:
        names += tuple(f"{MODE}{number}" for number in range(modes.shape[1]))
        weights = np.concatenate([weights, modes], 1)
        spread = modes.std(0) + 1e-6
        moves = _beside(moves, np.diag(MODE_WEIGHT / spread))
    rest = weights.mean(0)
    moved = (weights - rest) @ moves
    _, _, axes = np.linalg.svd(moved, full_matrices=False)
    axes = axes[: min(coordinates, len(axes))]
    weigh = moves @ axes.T
    places = (weights - rest) @ weigh
    scale = places[:, 0].std() + 1e-12
    weigh, places = weigh / scale, places / scale
    directions = np.linalg.lstsq(places, weights - rest, rcond=None)[0]
    closed_m, opening = _opening(rig, surface_m, columns, len(names))
    aperture = closed_m + weights @ opening
    centred = aperture - aperture.mean()
    wider = centred @ (weights - rest) / (centred @ centred + 1e-12)
    wider = wider / max(wider @ opening, 1e-3)
    return MouthSpace(
        names, rest, directions, weigh, weights.min(0), weights.max(0), closed_m, opening,
        np.array([aperture.mean(), aperture.std() + 1e-6]), wider,
    )  # fmt: skip


def _beside(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Two blocks on the diagonal."""
    whole = np.zeros((len(first) + len(second), first.shape[1] + second.shape[1]))
    whole[: len(first), : first.shape[1]] = first
    whole[len(first) :, first.shape[1] :] = second
    return whole


def _opening(rig: HeadRig, surface_m: Tensor, columns: list[int], size: int) -> tuple[float, np.ndarray]:
    """The lips' opening at rest in metres, and how much each weight adds; modes of the face add nothing."""
    shapes = torch.cat([surface_m[None], surface_m + rig.expression_basis[columns]])
    apertures = lip_aperture(rig, shapes).double().numpy()
    opening = np.zeros(size)
    opening[: len(columns)] = apertures[1:] - apertures[0]
    return float(apertures[0]), opening


@dataclass(frozen=True)
class Widening:
    """A rising map of what a network says of an opening to how far lips open: what it says is a mean over what could
    be said, and comes out too narrow. ``said [Q]`` and ``true [Q]`` are quantiles of both."""

    said: np.ndarray
    true: np.ndarray

    @staticmethod
    def of(said: np.ndarray, true: np.ndarray) -> "Widening":
        """From openings ``said [T]`` of frames that were not learned from, and those ``true [T]`` there."""
        levels = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
        return Widening(np.quantile(said, levels), np.quantile(true, levels))

    def __call__(self, said: np.ndarray) -> np.ndarray:
        """Openings ``[T]``; beyond the quantiles it goes on with their mean slope."""
        inside = np.interp(said, self.said, self.true)
        slope = (self.true[-1] - self.true[0]) / max(self.said[-1] - self.said[0], 1e-9)
        return inside + slope * (said - np.clip(said, self.said[0], self.said[-1]))

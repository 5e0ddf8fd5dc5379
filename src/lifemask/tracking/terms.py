"""What the solve minimises, frame by frame: the robust landmark error and the priors that need no picture.

Image errors are in hundredths of the distance between the eyes. A robust or linear cost enters through its weight at
the present state (iteratively reweighted least squares).
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lifemask.geometry.rotation import rotation_from_axis_angle
from lifemask.rig.head import HeadRig
from lifemask.rig.landmark_sets import FACE_OVAL, LEFT_EYE, LEFT_IRIS, LIPS, OPENINGS, RIGHT_EYE, RIGHT_IRIS
from lifemask.tracking.banded import second_difference, second_difference_gradient
from lifemask.tracking.config import TrackingConfig
from lifemask.tracking.landmark_model import FRONTAL, LandmarkModel, Layout, Linearised, used_landmarks
from lifemask.tracking.observations import Observations

REFERENCE_FPS = 25.0
EYE_SIGMA, EYE_WEIGHT = 0.2, 0.02
JAW_SIGMA, JAW_WEIGHT = 0.2, 0.02
STANDARD_WEIGHT = 0.01
EYE_SCALE_DEG = 0.5
CLOSED_PERCENTILE, CLOSED_SHARE = 8.0, 0.03
BLINKS = (("eyeBlinkLeft", "eyeBlinkLeft"), ("eyeBlinkRight", "eyeBlinkRight"),
          ("eyelid_left", "eyeBlinkLeft"), ("eyelid_right", "eyeBlinkRight"))  # fmt: skip


@dataclass(frozen=True)
class Bounds:
    """Limits of the expression weights ``[E]``; ``standard`` marks those in standard deviations (a Gaussian prior and
    no limits), the others are shapes between 0 and 1 (a sparse prior)."""

    lower: np.ndarray
    upper: np.ndarray
    standard: np.ndarray

    @staticmethod
    def of(rig: HeadRig) -> "Bounds":
        """By the names of the rig's expressions."""
        standard = np.array([name.startswith("expression_") for name in rig.expression_names])
        return Bounds(np.where(standard, -np.inf, 0.0), np.where(standard, np.inf, 1.0), standard)


@dataclass(frozen=True)
class Targets:
    """What is to be explained of some frames: landmarks ``pixels [T, L, 2]``, ``valid [T]`` (a face was seen), blink
    scores ``[T, K]`` for the expression ``blink_columns``, ``rate [T - 2]`` of each second difference."""

    pixels: Tensor
    valid: Tensor
    blink: np.ndarray
    blink_columns: tuple[int, ...]
    rate: np.ndarray

    @staticmethod
    def of(seen: Observations, rig: HeadRig) -> "Targets":
        """Of observations, reduced to the landmarks that the solve uses."""
        names, scored = rig.expression_names, seen.blendshape_names
        pairs = [(names.index(column), scored.index(score)) for column, score in BLINKS if column in names]
        scores = seen.blendshapes[:, [score for _, score in pairs]]
        return Targets(
            torch.as_tensor(seen.landmarks_px[:, used_landmarks().numpy()], dtype=torch.float32),
            torch.as_tensor(seen.detected, dtype=torch.float32),
            np.clip((scores - 0.25) / 0.4, 0, 1),  # the landmarker's scores, stretched to reach 0 and 1
            tuple(column for column, _ in pairs),
            acceleration_rates(seen.timestamp_s),
        )

    def __len__(self) -> int:
        return len(self.valid)


@dataclass(frozen=True)
class LandmarkError:
    """Residuals of some frames in units of the solve: ``residual [B, L, 2]``, ``weight [B, L]`` at the present state
    (twice the derivative of the robust cost by the squared error), and the ``cost`` summed over the frames."""

    residual: Tensor
    weight: Tensor
    cost: float


@dataclass(frozen=True)
class Terms:
    """The weights of one clip: ``unit_px`` a hundredth of the distance between the eyes, ``landmark_weight [L]``,
    ``closed_px [P]`` what is left between the edges of a mouth that is closed."""

    model: LandmarkModel
    config: TrackingConfig
    bounds: Bounds
    unit_px: float
    landmark_weight: Tensor
    closed_px: Tensor

    @property
    def layout(self) -> Layout:
        return self.model.layout

    def landmark_error(
        self, seen: Linearised, state: Tensor, targets: Targets, rows: slice, facing_normal: Tensor
    ) -> LandmarkError:
        """The robust error (Geman and McClure 1987) of linearised frames ``rows``."""
        residual = (seen.pixels - targets.pixels[rows]) / self.unit_px
        squared = residual.square().sum(-1)
        scale2 = self.config.robust_scale**2
        weight = self.landmark_weight * self.visibility(state, facing_normal)
        weight = weight / weight.sum(-1, keepdim=True) * targets.valid[rows, None]
        robust = 1 / (1 + squared / scale2)
        return LandmarkError(residual, 2 * weight * robust.square(), float((weight * squared * robust).sum()))

    def openings(
        self, seen: Linearised, visible: Tensor, targets: Targets, rows: slice
    ) -> tuple[Tensor, Tensor, Tensor, float]:
        """How far mouth and eyes are open, upper minus lower edge: residuals ``[B, P, 2]``, their derivatives ``[B, P,
        2, n]``, weights ``[B, P]`` and the cost. A millimetre between lips says more than one along a cheek."""
        upper, lower = opening_edges()
        apart = lambda values: values[:, upper] - values[:, lower]  # noqa: E731
        shown = apart(targets.pixels[rows])
        length = shown.norm(dim=-1, keepdim=True).clamp(min=1e-6)
        shown = shown * ((length - self.closed_px[:, None]).clamp(min=0) / length)
        residual = (apart(seen.pixels) - shown) / self.unit_px
        weight = torch.minimum(visible[:, upper], visible[:, lower]) * targets.valid[rows, None]
        weight = weight * (self.config.opening_weight / len(OPENINGS))
        cost = float((weight * residual.square().sum(-1)).sum())
        return residual, apart(seen.jacobian) / self.unit_px, 2 * weight, cost

    def visibility(self, state: Tensor, normal: Tensor) -> Tensor:
        """How much each landmark ``[B, L]`` counts: on the far side of the head the landmarker guesses."""
        rotation = rotation_from_axis_angle(state[:, self.layout.turn]) @ FRONTAL
        facing = -(normal @ rotation[:, 2, :, None])[..., 0]
        return ((facing + 0.1) / 0.4).clamp(0.03, 1.0)

    def frame_priors(self, state: np.ndarray, targets: Targets) -> tuple[float, np.ndarray, np.ndarray]:
        """Cost, gradient ``[T, n]`` and diagonal of the Hessian ``[T, n]`` of what each frame owes by itself."""
        c, layout = self.config, self.layout
        gradient, diagonal = np.zeros_like(state), np.zeros_like(state)
        weights = state[:, layout.expression]
        sparse = np.where(self.bounds.standard, 0.0, c.expression_weight / layout.expressions)
        square = np.where(self.bounds.standard, STANDARD_WEIGHT, 0.0)
        cost = float((weights * sparse + weights**2 * square).sum())
        gradient[:, layout.expression] = sparse + 2 * square * weights
        diagonal[:, layout.expression] = 2 * square
        valid = targets.valid.numpy()[:, None]
        columns = [layout.expression.start + column for column in targets.blink_columns]
        missing = (state[:, columns] - targets.blink) * valid
        cost += c.score_weight * float((missing**2).sum())
        gradient[:, columns] += 2 * c.score_weight * missing
        diagonal[:, columns] += 2 * c.score_weight * valid
        for part, sigma, share in ((layout.eyes, EYE_SIGMA, EYE_WEIGHT / 4), (layout.jaw, JAW_SIGMA, JAW_WEIGHT)):
            values = state[:, part]
            cost += share * float((values / sigma).__pow__(2).sum())
            gradient[:, part] = 2 * share * values / sigma**2
            diagonal[:, part] = 2 * share / sigma**2
        return cost, gradient, diagonal

    def smoothness(self, state: np.ndarray, targets: Targets) -> tuple[float, np.ndarray, np.ndarray]:
        """Cost, gradient ``[T, n]`` and stiffness ``[T - 2, n]`` of the accelerations: quadratic for small ones, linear
        for large ones of head and gaze (Charbonnier et al. 1994)."""
        c, layout = self.config, self.layout
        acceleration = second_difference(state) * targets.rate[:, None]
        stiffness, cost = np.zeros_like(acceleration), 0.0
        degrees = 180 / math.pi
        for part, unit, weight, scale in (
            (layout.turn, degrees, c.smooth_rotation / 3, c.smooth_rotation_scale),
            (layout.move, 1e3, c.smooth_translation / 3, c.smooth_translation_scale),
            (layout.eyes, degrees, c.smooth_eyes / 40, EYE_SCALE_DEG),
            (layout.jaw, degrees, c.smooth_rotation / 3, c.smooth_rotation_scale),
        ):
            bent = np.sqrt(1 + (acceleration[:, part] * unit / scale) ** 2)
            cost += weight * scale * float((bent - 1).sum())
            stiffness[:, part] = weight * unit**2 / (scale * bent)
        weight = c.smooth_expression / layout.expressions
        cost += weight * float((acceleration[:, layout.expression] ** 2).sum())
        stiffness[:, layout.expression] = 2 * weight
        stiffness *= targets.rate[:, None] ** 2
        gradient = second_difference_gradient(stiffness * second_difference(state), len(state))
        return cost, gradient, stiffness


def opening_edges() -> tuple[Tensor, Tensor]:
    """Places of the upper and the lower edges among the landmarks used, ``[P]`` each."""
    upper, lower = (torch.searchsorted(used_landmarks(), torch.tensor(edge)) for edge in zip(*OPENINGS, strict=True))
    return upper, lower


def closed_lips(seen: Observations) -> Tensor:
    """How far apart the landmarker leaves lips that are closed, ``[P]`` pixels: the least openings of the clip, where
    they are small enough to be closed lips; nothing for the lids, whose scores say when they close."""
    lips = [pair for pair in OPENINGS if pair[0] in LIPS]
    found = seen.landmarks_px[seen.detected]
    apart = np.stack([np.linalg.norm(found[:, upper] - found[:, lower], axis=-1) for upper, lower in lips], 1)
    least = np.percentile(apart, CLOSED_PERCENTILE, axis=0)
    least = np.where(least < CLOSED_SHARE * seen.interocular_px, least, 0)
    return torch.as_tensor(np.append(least, np.zeros(len(OPENINGS) - len(lips))), dtype=torch.float32)


def landmark_weights(config: TrackingConfig) -> Tensor:
    """``[478]``: the outline slides over the skin as the head turns; lips, lids and irises carry the expression."""
    weight = torch.ones(478)
    weight[list(FACE_OVAL)] = config.contour_weight
    weight[list(LIPS + LEFT_EYE + RIGHT_EYE + LEFT_IRIS + RIGHT_IRIS)] = config.feature_weight
    return weight


def acceleration_rates(timestamp_s: np.ndarray) -> np.ndarray:
    """What turns second differences ``[T - 2]`` into accelerations at 25 frames a second; 0 across a cut.

    Frames that were left out make the differences around them larger, not the motion.
    """
    gaps = np.diff(timestamp_s)
    if len(gaps) < 2:
        return np.zeros(0)
    mean = (gaps[1:] + gaps[:-1]) / 2
    rates = np.clip(1 / np.maximum(mean, 1e-3) / REFERENCE_FPS, 0.1, 5) ** 2
    uneven = np.abs(gaps[1:] - gaps[:-1]) > mean
    return np.where(uneven, 0.0, rates)

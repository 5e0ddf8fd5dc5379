"""Expressions of one rig as expressions of another, where their names say nothing: by what they do to the face.

Both rigs have the same 478 landmarks in the same head frame. A frame's landmarks on the source, at rest but for the
expression and the jaw, are displaced from its neutral face by so much; the target's weights that displace its own
landmarks most nearly so are found by bounded least squares, for all frames at once.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lifemask.rig.code import RigCode
from lifemask.rig.flame import EYELID_NAMES
from lifemask.rig.head import HeadRig
from lifemask.rig.landmark_sets import LEFT_EYE, LEFT_IRIS, LIPS, RIGHT_EYE, RIGHT_IRIS
from lifemask.rig.skinning import pose_vertices

FEATURE_WEIGHT = 3.0
"""Lips' and lids' landmarks count so much more than the others."""
RIDGE = 1e-4
"""Pull to zero, in parts of the mean curvature: it settles what the landmarks leave open."""
MOST_COEFFICIENT, JAW_RANGE_RAD = 4.0, (-0.6, 0.6)
SWEEPS, TOLERANCE = 300, 1e-5
_JAW_STEP_RAD = 0.1
_AT_ONCE = 32


@dataclass(frozen=True)
class Fitted:
    """Weights ``expression [T, E]`` of the target rig, and ``jaw [T, 3]`` if its jaw is a joint."""

    expression: np.ndarray
    jaw: np.ndarray | None


def fitted_expression(expression: np.ndarray, jaw: np.ndarray | None, source: HeadRig, target: HeadRig) -> Fitted:
    """``expression [T, E]`` (and ``jaw [T, 3]``, radians) of ``source`` as weights of ``target``.

    ARKit weights stay in [0, 1], FLAME's coefficients within 4 standard deviations. Displacements are scaled by the
    distance between the eyes. A jaw that is the target's joint opens along its tangent.
    """
    source, target = (rig.to("cpu", torch.float64) for rig in (source, target))
    columns, lower, upper = _columns(target)
    weight = _weights()[:, None]
    scale = _between_eyes(target) / _between_eyes(source)
    matrix = (columns * weight).flatten(1)
    found = []
    for start in range(0, len(expression), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        moved = _displacements(source, expression[rows], None if jaw is None else jaw[rows])
        found.append((scale * moved * weight).flatten(1) @ matrix.T)
    solved = bounded_least_squares((matrix @ matrix.T).numpy(), torch.cat(found).numpy(), lower, upper)
    size = target.num_expressions
    return Fitted(solved[:, :size], solved[:, size:] if target.has_jaw else None)


def bounded_least_squares(curvature: np.ndarray, pull: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """``x [T, N]`` that minimise ``x A x / 2 - b x`` within ``lower`` and ``upper [N]``, for ``curvature`` A ``[N, N]``
    (with ``RIDGE`` added) and ``pull`` b ``[T, N]``: coordinate descent, which ends at the one solution."""
    matrix = curvature + RIDGE * curvature.diagonal().mean() * np.eye(len(curvature))
    found = np.clip(np.zeros_like(pull), lower, upper)
    slope = found @ matrix - pull
    for _ in range(SWEEPS):
        most = 0.0
        for column in range(len(matrix)):
            old = found[:, column].copy()
            found[:, column] = np.clip(old - slope[:, column] / matrix[column, column], lower[column], upper[column])
            step = found[:, column] - old
            slope += step[:, None] * matrix[column]
            most = max(most, float(np.abs(step).max(initial=0)))
        if most < TOLERANCE:
            break
    return found


def _columns(rig: HeadRig) -> tuple[Tensor, np.ndarray, np.ndarray]:
    """What each unknown does to the landmarks, ``[N, L, 3]`` metres, and its bounds."""
    columns = rig.landmarks(rig.expression_basis)[:, _skin()]
    bounded = [not name.startswith("expression_") or name in EYELID_NAMES for name in rig.expression_names]
    lower = np.where(bounded, 0.0, -MOST_COEFFICIENT)
    upper = np.where(bounded, 1.0, MOST_COEFFICIENT)
    if rig.has_jaw:
        turn = _JAW_STEP_RAD * np.concatenate([np.eye(3), -np.eye(3)])
        ends = _displacements(rig, np.zeros((6, rig.num_expressions)), turn)
        columns = torch.cat([columns, (ends[:3] - ends[3:]) / (2 * _JAW_STEP_RAD)])
        lower, upper = (
            np.append(bound, [limit] * 3) for bound, limit in zip((lower, upper), JAW_RANGE_RAD, strict=True)
        )
    return columns, lower, upper


def _displacements(rig: HeadRig, expression: np.ndarray, jaw: np.ndarray | None) -> Tensor:
    """The skin's landmarks against the neutral face, ``[B, L, 3]`` metres in the head frame."""
    here = torch.eye(4, dtype=torch.float64).expand(len(expression), 4, 4)
    still = torch.zeros(len(expression), 2, 2, dtype=torch.float64)
    turn = None if jaw is None else torch.as_tensor(jaw, dtype=torch.float64)
    code = RigCode(torch.as_tensor(expression, dtype=torch.float64), still, here, here, turn)
    posed = rig.landmarks(pose_vertices(rig, rig.template, code))
    return (posed - rig.landmarks(rig.template))[:, _skin()]


def _between_eyes(rig: HeadRig) -> float:
    """Distance between the irises' centres of the neutral face, metres."""
    points = rig.landmarks(rig.template)
    return float((points[list(LEFT_IRIS)].mean(0) - points[list(RIGHT_IRIS)].mean(0)).norm())


def _skin() -> list[int]:
    """Numbers of the landmarks without the irises, which the gaze moves."""
    return [number for number in range(478) if number not in LEFT_IRIS + RIGHT_IRIS]


def _weights() -> Tensor:
    """``[L]`` of the landmarks of ``_skin``."""
    weight = torch.ones(478, dtype=torch.float64)
    weight[list(LIPS + LEFT_EYE + RIGHT_EYE)] = FEATURE_WEIGHT**0.5
    return weight[_skin()]

"""The resting face of a clip: what a person's expression is while they express nothing.

Trackers name no such thing. A person who rests with a smile is tracked with one, and the same expression of two people
has two different codes, so that motion goes from one to the other as a difference from rest.

Rest is taken from frames, not coefficient by coefficient, so that it is a face that can be. Frames with closed lips and
open eyes are *calm*. Over these, what only grows with effort (a weight in [0, 1]) rests at a low quantile, what goes
both ways (left and right, up and down, the coefficients of FLAME) at its median; the calm frames nearest to that are
the resting ones, and their mean is the face.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from lifemask.rig.apertures import LIPS, VERTICAL, eyelid_aperture
from lifemask.rig.flame import EYELID_NAMES
from lifemask.rig.head import HeadRig

BLINKS = ("eyeBlinkLeft", "eyeBlinkRight")
"""ARKit's blink weights, left then right; a FLAME model's are ``EYELID_NAMES``."""
OPPOSITES = (
    ("eyeLookUpLeft", "eyeLookDownLeft"), ("eyeLookUpRight", "eyeLookDownRight"),
    ("eyeLookInLeft", "eyeLookOutLeft"), ("eyeLookInRight", "eyeLookOutRight"),
    ("jawLeft", "jawRight"), ("mouthLeft", "mouthRight"),
)  # fmt: skip
"""ARKit weights that are the two signs of one movement."""

CLOSED_PERCENTILE, CLOSED_SLACK_M = 5, 1.5e-3
"""Lips are closed within this of the least openings of the clip."""
OPEN_PERCENTILE, OPEN_SLACK = 20, 0.15
"""Eyes are open within this of the least blink weights of the clip."""
LOW_PERCENTILE = 20
NEAREST_SHARE, FEWEST = 0.2, 5
LEAST_SHUT = 0.8
"""Blinks that are tracked as less than this of a full closure are taken for half blinks."""
BLINK_PEAK, NEARLY_SHUT = 0.6, 0.9
BESIDE_BLINK = ("eyeWide", "eyeSquint", "eyeLook")
"""Beginnings of the names of an eye's other weights."""
JAW_OPENS_M = 0.1
"""Opening of the lips for each radian of a jaw joint, about."""


@dataclass(frozen=True)
class Rest:
    """A resting face: ``expression [E]``, ``eyes [2, 2]`` gaze in radians, ``jaw [3]`` axis-angle or None."""

    expression: np.ndarray
    eyes: np.ndarray
    jaw: np.ndarray | None


def rest_of(
    expression: np.ndarray,
    names: Sequence[str],
    eyes: np.ndarray | None,
    jaw: np.ndarray | None,
    tracked: np.ndarray,
    lips: np.ndarray,
) -> Rest:
    """The resting face of ``expression [T, E]``, ``eyes [T, 2, 2]``, ``jaw [T, 3]`` over the frames ``tracked [T]``;
    ``lips [E]`` metres of ``lip_gains``."""
    rows = np.flatnonzero(tracked) if tracked.any() else np.arange(len(tracked))
    weights = expression[rows].astype(np.float64)
    calm = _calm(weights, names, None if jaw is None else jaw[rows], lips)
    low = np.percentile(weights[calm], LOW_PERCENTILE if lips.any() else 50, axis=0)
    for one, other in opposites(names):
        signed = np.median(weights[calm, one] - weights[calm, other])
        low[one], low[other] = max(signed, 0), max(-signed, 0)
    away = np.abs(weights[calm] - low).sum(1)
    count = min(len(calm), max(FEWEST, round(NEAREST_SHARE * len(calm))))
    resting = rows[calm[np.argsort(away, kind="stable")[:count]]]
    # The mean of faces is a face: its lips are as open as theirs in the mean, which a median of each weight is not.
    middle = lambda values: values[resting].astype(np.float64).mean(0)  # noqa: E731
    gaze = np.zeros((2, 2)) if eyes is None else np.median(eyes[rows[calm]].astype(np.float64), 0)
    return Rest(middle(expression), gaze, None if jaw is None else middle(jaw))


def opposites(names: Sequence[str]) -> list[list[int]]:
    """Columns of ``OPPOSITES`` among ``names``."""
    place = {name: column for column, name in enumerate(names)}
    return [[place[one], place[other]] for one, other in OPPOSITES if one in place and other in place]


def lip_gains(rig: HeadRig) -> np.ndarray:
    """How far each expression at weight 1 opens the lips, ``[E]`` metres; all zero on rigs whose jaw is a joint."""
    if rig.has_jaw:
        return np.zeros(rig.num_expressions)
    at, moved = rig.landmarks(rig.template).double().cpu(), rig.landmarks(rig.expression_basis).double().cpu()
    up = torch.nn.functional.normalize(at[VERTICAL[0]] - at[VERTICAL[1]], dim=0)
    return ((moved[:, LIPS[0]] - moved[:, LIPS[1]]) @ up).numpy()


def shut_weights(
    rig: HeadRig, neutral: torch.Tensor, expression: np.ndarray, tracked: np.ndarray, percentile: float = 50
) -> np.ndarray:
    """The blink weights ``[2]`` (left, right) at which this person's lids meet; ones on rigs without such weights.

    By the geometry of the person at rest ``neutral [V, 3]``; lower, to ``LEAST_SHUT`` of it, where that ``percentile``
    of the blinks of the clip ``expression [T, E]`` are tracked as less than full closures. The lower it is for a
    driver, and the higher for an avatar, the surer closed eyes are closed.
    """
    if BLINKS[0] not in rig.expression_names:
        return np.ones(2)
    columns = [rig.expression_names.index(name) for name in BLINKS]
    opened = eyelid_aperture(rig, neutral).double().cpu().numpy()
    closed = eyelid_aperture(rig, neutral + rig.expression_basis[columns].sum(0)).double().cpu().numpy()
    shut = np.clip(opened / np.maximum(opened - closed, 1e-6), 0.5, 1.0)
    peaks = [_peaks(expression[tracked, column], BLINK_PEAK * s) for column, s in zip(columns, shut, strict=True)]
    seen = np.array([np.percentile(peak, percentile) if len(peak) else 1.0 for peak in peaks])
    return np.clip(seen, LEAST_SHUT * shut, shut)


def shut_eyes(
    expression: np.ndarray, eyes: np.ndarray | None, rest: Rest, names: Sequence[str], shut: np.ndarray
) -> Rest:
    """``rest`` with closed eyes: what else moves there, and the gaze, as they are in ``expression [T, E]`` and ``eyes
    [T, 2, 2]`` while the blink weights are near ``shut [2]``; as at rest where the clip shows no closed eyes.

    Trackers close eyes by more than the blink weight: they see the gaze go down behind the lids, and their other
    weights near the eyes do what they can. An avatar has learned its closed eyes with all of that.
    """
    closed, gaze = rest.expression.copy(), rest.eyes.copy()
    for side, name in enumerate(BLINKS):
        if name not in names:
            continue
        column, beside = list(names).index(name), beside_blink(names, name)
        rows = expression[:, column] >= NEARLY_SHUT * shut[side]
        if rows.any():
            closed[beside] = np.median(expression[rows][:, beside], 0)
            gaze[side] = gaze[side] if eyes is None else np.median(eyes[rows, side], 0)
        closed[column] = shut[side]
    return Rest(closed, gaze, rest.jaw)


def beside_blink(names: Sequence[str], blink: str) -> list[int]:
    """Columns of ``names`` that are of the same eye as the weight ``blink``."""
    side = blink.removeprefix("eyeBlink")
    return [column for column, name in enumerate(names) if name.startswith(BESIDE_BLINK) and name.endswith(side)]


def _peaks(weight: np.ndarray, least: float) -> np.ndarray:
    """The highest values of the stretches of ``weight [T]`` above ``least``."""
    above = np.concatenate([[False], weight > least, [False]])
    edges = np.flatnonzero(np.diff(above.astype(int)))
    return np.array([weight[start:end].max() for start, end in zip(edges[::2], edges[1::2], strict=True)])


def _calm(weights: np.ndarray, names: Sequence[str], jaw: np.ndarray | None, lips: np.ndarray) -> np.ndarray:
    """Row numbers of frames with closed lips and open eyes, at least ``FEWEST`` if there are as many."""
    opening = weights @ lips if jaw is None else np.linalg.norm(jaw, axis=-1) * JAW_OPENS_M
    lids = [list(names).index(name) for name in (*BLINKS, *EYELID_NAMES) if name in names]
    blink = weights[:, lids].max(1) if lids else np.zeros(len(weights))
    open_by = opening - np.percentile(opening, CLOSED_PERCENTILE)
    shut_by = blink - np.percentile(blink, OPEN_PERCENTILE)
    calm = np.flatnonzero((open_by <= CLOSED_SLACK_M) & (shut_by <= OPEN_SLACK))
    if len(calm) < min(FEWEST, len(weights)):
        effort = np.maximum(open_by, 0) / CLOSED_SLACK_M + np.maximum(shut_by, 0) / OPEN_SLACK
        calm = np.argsort(effort, kind="stable")[:FEWEST]
    return calm

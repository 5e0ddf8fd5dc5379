"""Why an import does not fit: every known mistake is taken back in turn, and the one that mends the error is named."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from lifemask.tracking.verify_claim import (
    Claim,
    Sight,
    error_after_similarity,
    frame_similarities,
    median_error,
    moving_error,
)
from lifemask.tracking.verify_corrections import (
    IMAGE_CORRECTIONS,
    POSE_CORRECTIONS,
    UNIT_CORRECTIONS,
    Correction,
)

RECROPPING = "re-cropping"
LARGEST_OFFSET = 30
"""Frames by which a claim may be late or early and still be named."""
_MENDED = 0.6
"""A correction counts when it leaves at most this share of the error."""
_FITTED = 1.5
"""Factor on the error of corrections that are fitted to the landmarks: a plain one is named first."""
_AS_GOOD = 1.15
"""Of corrections whose errors differ by less than this factor the simpler one is named."""
_FRAMES, _EVERY, _LEAST_FRAMES = 48, 4, 3
"""The search looks at so many frames, and at every fourth landmark."""
TELLS = 0.85
"""Another frame or another reading counts when it leaves at most this share of the movement's error."""
_DIFFER_PX = 0.5
_NEED_SEARCH = ("degrees", "radians")
"""Readings that are found frame by frame, or that no right claim resembles."""


@dataclass(frozen=True)
class Cause:
    """The mistake ``name``, in words, the median error in pixels without it (None: it is not of the camera), and the
    option of ``lifemask import`` that takes it back."""

    name: str
    says: str
    error_px: float | None
    option: str = ""


Mend = Callable[[Claim, Sight], tuple[Claim, Sight]]


@dataclass(frozen=True)
class _Hypothesis:
    name: str
    says: str
    option: str
    mend: Mend
    whole: bool = False
    """It needs all frames and landmarks."""
    fitted: bool = False


@dataclass(frozen=True)
class Mended:
    """A cause that was found, and what claim and sight are without it."""

    cause: Cause
    claim: Claim
    sight: Sight


def find_cause(claim: Claim, sight: Sight, alternatives: Mapping[str, np.ndarray]) -> Mended | None:
    """The known mistake, or two of them together, without which the landmarks' error is within the limit.

    ``alternatives``: names of conventions of the rig's joints, with the landmarks ``[T, 478, 3]`` posed by them.
    """
    for hypotheses in (_singles(claim, alternatives), _pairs(claim, alternatives)):
        if mended := _best(claim, sight, hypotheses):
            return mended
    return _recropping(claim, sight)


def better_reading(
    claim: Claim, sight: Sight, alternatives: Mapping[str, np.ndarray]
) -> tuple[float, float, Mended] | None:
    """The other reading of the rotations that explains the movement best, for a claim that fits on the whole.

    A face that looks into the camera hardly tells a rotation from its transpose, or the jaw's: only the landmarks in
    which the two readings differ are compared, without what is the same in all frames. Returns the RMS errors in
    pixels as read and otherwise; None where no reading differs enough.
    """
    pixels = claim.project()
    best: tuple[float, float, Mended] | None = None
    for hypothesis in _poses(alternatives):
        if hypothesis.name in _NEED_SEARCH:
            continue
        other, seen = hypothesis.mend(claim, sight)
        errors = _where_they_differ(pixels, other.project(), sight)
        if errors is None or (best and errors[1] / errors[0] > best[1] / best[0]):
            continue
        cause = Cause(hypothesis.name, hypothesis.says, median_error(other, sight), hypothesis.option)
        best = (*errors, Mended(cause, other, seen))
    return best


def _where_they_differ(pixels: np.ndarray, other: np.ndarray, sight: Sight) -> tuple[float, float] | None:
    apart = np.linalg.norm(other - pixels, axis=-1)[sight.detected]
    tells = apart > _DIFFER_PX
    if tells.sum() < apart.shape[1] or not np.isfinite(apart).all():
        return None
    residuals = [(part - sight.landmarks_px)[sight.detected] for part in (pixels, other)]
    residuals = [part - np.median(part, 0) for part in residuals]
    claimed, otherwise = (float(np.sqrt(np.mean(np.sum(part[tells] ** 2, -1)))) for part in residuals)
    return claimed, otherwise


def frame_offset(claim: Claim, sight: Sight) -> tuple[int, float, float]:
    """The shift of the frames with the least ``moving_error``, that error, and the error without a shift."""
    few = np.arange(0, claim.points_m.shape[1], _EVERY)
    every_row = np.arange(len(claim))
    pixels, seen = claim.select(every_row, few).project(), sight.select(every_row, few)
    error = {shift: moving_error(pixels, seen, shift) for shift in _shifts(len(claim))}
    best = min(error, key=lambda shift: (error[shift], abs(shift)))
    return best, error[best], error[0]


def offset_cause(claim: Claim, sight: Sight) -> Cause | None:
    """The frame offset, if the movement says clearly that there is one."""
    shift, error, unshifted = frame_offset(claim, sight)
    if shift == 0 or error > TELLS * unshifted:
        return None
    return Cause("frame-offset", _late(shift), median_error(claim, shifted(sight, shift)), f"--frame-offset {shift}")


def shifted(sight: Sight, shift: int) -> Sight:
    """What is seen ``shift`` images later, in every row; rows without such an image are not detected."""
    place = {int(number): row for row, number in enumerate(sight.frame_number)}
    rows = np.array([place.get(int(number) + shift, -1) for number in sight.frame_number])
    return replace(sight, landmarks_px=sight.landmarks_px[rows], detected=sight.detected[rows] & (rows >= 0))


def _late(shift: int) -> str:
    return f"frame k of the tracking belongs to image k{shift:+d}, not to image k"


def _shifts(count: int) -> range:
    reach = min(LARGEST_OFFSET, count // 3)
    return range(-reach, reach + 1)


def _singles(claim: Claim, alternatives: Mapping[str, np.ndarray]) -> list[_Hypothesis]:
    return [*_poses(alternatives), *_others(), *_offsets(_shifts(len(claim)))]


def _pairs(claim: Claim, alternatives: Mapping[str, np.ndarray]) -> Iterator[_Hypothesis]:
    """A mistake of the pose with one of units, image or time."""
    reach = min(2, len(claim) // 3)
    for first, second in product(_poses(alternatives), [*_others(), *_offsets(range(-reach, reach + 1))]):
        yield _Hypothesis(
            f"{first.name} and {second.name}",
            f"{first.says}; also, {second.says}",
            f"{first.option} {second.option}",
            _chain(first.mend, second.mend),
            first.whole or second.whole,
            first.fitted or second.fitted,
        )


def _poses(alternatives: Mapping[str, np.ndarray]) -> list[_Hypothesis]:
    posed = [
        _Hypothesis(name, JOINT_SAYS.get(name, name), f"--convention {name}", _with_points(points), True)
        for name, points in alternatives.items()
    ]
    return [*_cameras(POSE_CORRECTIONS), *posed]


def _others() -> list[_Hypothesis]:
    return _cameras(UNIT_CORRECTIONS + IMAGE_CORRECTIONS)


def _cameras(corrections: Iterable[Correction]) -> list[_Hypothesis]:
    return [
        _Hypothesis(c.name, c.says, f"--convention {c.name}", _of_claim(c.mend), fitted=c.fitted) for c in corrections
    ]


def _offsets(shifts: range) -> list[_Hypothesis]:
    near = sorted((shift for shift in shifts if shift), key=abs)
    return [_Hypothesis("frame-offset", _late(s), f"--frame-offset {s}", _with_shift(s), True) for s in near]


JOINT_SAYS = {
    "joint-columns-6d": "the 6-D rotations of jaw and eyes hold columns, not rows: the jaw opens the wrong way",
    "joint-degrees": "the joints' rotation vectors are degrees, but were taken for radians",
    "root-millimetres": "the root's translation is in millimetres, not metres",
}


def _of_claim(mend: Callable[[Claim, Sight], Claim]) -> Mend:
    return lambda claim, sight: (mend(claim, sight), sight)


def _with_points(points: np.ndarray) -> Mend:
    return lambda claim, sight: (replace(claim, points_m=points), sight)


def _with_shift(shift: int) -> Mend:
    return lambda claim, sight: (claim, shifted(sight, shift))


def _chain(first: Mend, second: Mend) -> Mend:
    """The second mend first: a pose that needs the landmarks is then searched among the right frames."""
    return lambda claim, sight: first(*second(claim, sight))


def _best(claim: Claim, sight: Sight, hypotheses: Iterable[_Hypothesis]) -> Mended | None:
    """The earliest hypothesis among those that mend the error about equally well."""
    limit = min(sight.limit_px, _MENDED * median_error(claim, sight))
    claim_part, sight_part = _part(claim, sight)
    found: list[tuple[float, _Hypothesis]] = []
    for hypothesis in hypotheses:
        tried = _part(*hypothesis.mend(claim, sight)) if hypothesis.whole else hypothesis.mend(claim_part, sight_part)
        error = median_error(*tried) if tried[1].detected.sum() >= _LEAST_FRAMES else np.inf
        if error <= limit:
            found.append((_FITTED * error if hypothesis.fitted else error, hypothesis))
    if not found:
        return None
    least = min(error for error, _ in found)
    named = next(one for error, one in found if error <= _AS_GOOD * least)
    mended_claim, mended_sight = named.mend(claim, sight)
    error = median_error(mended_claim, mended_sight)
    return Mended(Cause(named.name, named.says, error, named.option), mended_claim, mended_sight)


def _part(claim: Claim, sight: Sight) -> tuple[Claim, Sight]:
    """Some of the detected frames and some of the landmarks."""
    rows = np.flatnonzero(sight.detected)
    if len(rows):
        rows = rows[np.unique(np.linspace(0, len(rows) - 1, _FRAMES).round().astype(int))]
    few = np.arange(0, claim.points_m.shape[1], _EVERY)
    return claim.select(rows, few), sight.select(rows, few)


def _recropping(claim: Claim, sight: Sight) -> Mended | None:
    """Frames that fit only when each is moved and scaled on its own, by amounts that jump."""
    after = error_after_similarity(claim, sight)
    if after > min(sight.limit_px, _MENDED * median_error(claim, sight)):
        return None
    factor, shift = frame_similarities(claim, sight)
    jump_px, jump_scale = (float(np.median(np.abs(np.diff(part)))) for part in (shift, np.log(np.abs(factor))))
    cause = Cause(
        RECROPPING,
        f"every frame was cropped anew (by {jump_px:.1f} px and {100 * jump_scale:.1f} % from one to the next): "
        "the cameras belong to those crops, not to these images",
        after,
        "--images CROPS",
    )
    return Mended(cause, claim, sight)

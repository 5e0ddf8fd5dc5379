"""Every import is verified before it is used: the rig is projected into the images and compared with what is seen.

``verify`` is a function of arrays. It gives a table of checks and, where one fails, the probable cause by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lifemask.errors import FormatError
from lifemask.tracking.verify_checks import (
    DISTANCE,
    EYES_M,
    OFFSET,
    ONE_CAMERA,
    PRINCIPAL_POINT,
    ROTATIONS,
    SIZE,
    Check,
    checks_of,
    eye_corners_m,
)
from lifemask.tracking.verify_claim import Claim, Sight, error_text, median_error
from lifemask.tracking.verify_corrections import correct
from lifemask.tracking.verify_search import RECROPPING, Cause, better_reading, find_cause, offset_cause

LEAST_FACES = 3


class ImportRefusedError(FormatError):
    """An import does not fit its images, with the measurement that says so and the probable cause."""

    exit_code = 24


@dataclass(frozen=True)
class Verdict:
    """All checks, what probably causes the failures, and the median error in pixels (None: only masks were seen)."""

    checks: tuple[Check, ...]
    causes: tuple[Cause, ...]
    error_px: float | None

    @property
    def passed(self) -> bool:
        """No check failed."""
        return all(check.passed is not False for check in self.checks)

    def with_check(self, check: Check, cause: Cause | None = None) -> "Verdict":
        """One more row."""
        return replace(self, checks=(*self.checks, check), causes=self.causes + ((cause,) if cause else ()))

    def raise_if_failed(self, source: str) -> None:
        """Raise ImportRefusedError with the number, the cause and the option, for the import of ``source``."""
        if self.passed:
            return
        failed = "; ".join(f"{c.name}: {c.measured} (limit {c.limit})" for c in self.checks if c.passed is False)
        found = [f"Probable cause: {c.says} [{c.name}]{_without(c)}." for c in self.causes]
        error = "" if self.error_px is None else f", median error: {error_text(self.error_px)}"
        options = " ".join(dict.fromkeys(cause.option for cause in self.causes if cause.option))
        raise ImportRefusedError(
            f"{source} does not fit its images{error}.\n{failed}.",
            "\n".join(found) or "None of the known mistakes explains it: another rig, other images, another person?",
            f"Use: lifemask import {source} {options} ..." if options else "What can be wrong: docs/importing.md",
        )


def verify(claim: Claim, sight: Sight, alternatives: Mapping[str, np.ndarray] | None = None) -> Verdict:
    """Compare what a tracking claims with what is seen in its images.

    ``alternatives``: landmarks ``[T, 478, 3]`` posed with other conventions of the rig's joints, by the names in
    ``verify_search.JOINT_SAYS``. Raises ImportRefusedError when no image shows a face.
    """
    if sight.detected.sum() < LEAST_FACES:
        raise ImportRefusedError(
            f"A face is seen in {int(sight.detected.sum())} of {len(sight.detected)} images.",
            "An import is verified against the landmarks of its images.",
            "Give the images that were tracked: --images FOLDER",
        )
    alternatives = alternatives or {}
    checks = tuple(checks_of(claim, sight, alternatives))
    failed = {check.name for check in checks if check.passed is False}
    causes = _causes(claim, sight, alternatives, failed) if failed else []
    return Verdict(checks, tuple(causes), median_error(claim, sight))


def _without(cause: Cause) -> str:
    return "" if cause.error_px is None else f"; without it: {cause.error_px:.1f} px"


def _causes(claim: Claim, sight: Sight, alternatives: Mapping[str, np.ndarray], failed: set[str]) -> list[Cause]:
    """The mistake of the pose that mends the error, then what is still wrong without it."""
    causes: list[Cause] = []
    if median_error(claim, sight) > sight.limit_px:
        mended = find_cause(claim, sight, alternatives)
        if mended is None or mended.cause.name == RECROPPING:
            return [mended.cause] if mended else []
        causes, claim, sight = [mended.cause], mended.claim, mended.sight
        failed = _failed(claim, sight, alternatives)
    found = better_reading(claim, sight, alternatives) if ROTATIONS in failed else None
    if found is not None:
        mended = found[2]
        causes, claim, sight = [*causes, mended.cause], mended.claim, mended.sight
        failed = _failed(claim, sight, alternatives)
    rest = [
        _size(claim, sight) if SIZE in failed else None,
        _units(claim, sight) if DISTANCE in failed else None,
        _point(claim, sight) if PRINCIPAL_POINT in failed else None,
        _crops(claim, sight) if ONE_CAMERA in failed else None,
        offset_cause(claim, sight) if OFFSET in failed else None,
    ]
    return causes + [cause for cause in rest if cause]


def _failed(claim: Claim, sight: Sight, alternatives: Mapping[str, np.ndarray]) -> set[str]:
    return {check.name for check in checks_of(claim, sight, alternatives) if check.passed is False}


def _size(claim: Claim, sight: Sight) -> Cause | None:
    if claim.size_wh != (sight.size_wh[1], sight.size_wh[0]):
        return None
    says = "the image size is [height, width], but the intrinsics are right"
    return Cause("size-hw-only", says, median_error(claim, sight), "--convention size-hw-only")


def _units(claim: Claim, sight: Sight) -> Cause | None:
    if not EYES_M[0] < 1e-3 * eye_corners_m(claim) < EYES_M[1]:
        return None
    says = "rig and translation are in millimetres, not metres"
    return Cause("millimetres-all", says, median_error(claim, sight), "--convention millimetres-all")


def _point(claim: Claim, sight: Sight) -> Cause:
    dropped = np.allclose(claim.intrinsics[:, :2, 2], np.array(sight.size_wh) / 2, atol=0.01)
    says = "the principal point was dropped: it is exactly the image's middle" if dropped else "the image is shifted"
    after = median_error(correct("principal-point", claim, sight), sight)
    return Cause("principal-point", says, after, "--convention principal-point")


def _crops(claim: Claim, sight: Sight) -> Cause:
    says = "every frame was cropped anew and has a camera of its own, but a clip has one"
    return Cause(RECROPPING, says, median_error(claim, sight), "--images CROPS")

"""Lips as a viewer sees them, whatever the head does, and how near driven lips come to true ones.

Landmarks are turned, moved and scaled by the rigid part of the face (eyes' corners, nose, forehead, the upper outline);
they lie then in the plane of the face, in units of the distance between the eyes. Rows are at 25 Hz.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lifemask.errors import UnusableClipError
from lifemask.rig.head import HeadRig
from lifemask.rig.landmark_sets import LIPS
from lifemask.speech.generic_measure import CLOSED, likeness
from lifemask.speech.hearing import SPEECH
from lifemask.speech.layers import MEL_HZ, MELS_PER_MOTION, MOTION_HZ

RIGID = (
    33, 133, 362, 263, 168, 6, 197, 195, 5, 4, 1, 98, 327, 10, 151, 9, 8, 67, 297, 109, 338, 103, 332, 54, 284, 21, 251,
    162, 389, 127, 356, 234, 454,
)  # fmt: skip
"""Landmarks that speech does not move."""
UPPER, LOWER = LIPS.index(13), LIPS.index(14)
"""Places in ``LIPS`` of the middle of the upper and of the lower lip's inner edge."""
PAUSE_S, _BREATH_S = 0.5, 0.1
"""A pause is at least so long; at its ends the mouth may still close, and open for what comes."""
BLOCK_S, RESAMPLED, INTERVAL = 2.0, 2000, 0.9
_ROUNDS, LEAST_ROWS = 3, 3


@dataclass(frozen=True)
class Lips:
    """``points [T, 40, 2]`` of ``LIPS``, in inter-ocular distances, x to the image's right, y down; ``seen [T]``."""

    points: np.ndarray
    seen: np.ndarray

    @property
    def aperture(self) -> np.ndarray:
        """How far the lips are apart in the middle ``[T]``."""
        return np.linalg.norm(self.points[:, LOWER] - self.points[:, UPPER], axis=1)

    @staticmethod
    def said(points: np.ndarray) -> "Lips":
        """Of lip points ``[T, 80]`` that are all there."""
        return Lips(points.reshape(len(points), len(LIPS), 2), np.ones(len(points), bool))

    def rows(self, rows: np.ndarray | slice) -> "Lips":
        """Some rows."""
        return Lips(self.points[rows], self.seen[rows])

    def at(self, times_s: np.ndarray, asked_s: np.ndarray) -> "Lips":
        """At ``asked_s [N]``, between rows that are at ``times_s [T]``; seen where both neighbours are, or the only one
        that counts."""
        high = np.clip(np.searchsorted(times_s, asked_s), 1, len(times_s) - 1)
        low = high - 1
        part = np.clip((asked_s - times_s[low]) / np.maximum(times_s[high] - times_s[low], 1e-9), 0, 1)
        points = self.points[low] + part[:, None, None] * (self.points[high] - self.points[low])
        seen = (self.seen[low] | (part > 1 - 1e-3)) & (self.seen[high] | (part < 1e-3))
        return Lips(points, seen)


def face_template(landmarks: np.ndarray, rig: HeadRig) -> np.ndarray:
    """The mean face ``[478, 3]`` of ``landmarks [T, 478, 3]``, once their rigid parts lie on each other, seen from the
    front as the ``rig`` is: the middle between the eyes is its origin, the distance between them its unit."""
    template = facing(rig)
    for _ in range(_ROUNDS):
        template = _onto(landmarks, template).mean(0)
        left, right = (template[list(pair)].mean(0) for pair in ((33, 133), (362, 263)))
        template = (template - (left + right) / 2) / np.linalg.norm(right - left)
    return template


def facing(rig: HeadRig) -> np.ndarray:
    """The landmarks ``[478, 3]`` of the ``rig`` at rest as an image has them: x to the right, y down, z away."""
    return rig.landmarks(rig.template).double().cpu().numpy() * (1, -1, -1)


def lips_of(landmarks: np.ndarray, seen: np.ndarray, template: np.ndarray) -> Lips:
    """Lips of ``landmarks [T, 478, 3]`` in pixels (with their depth), where they are ``seen [T]``, on a ``template`` of
    ``face_template``; rows that are not seen hold what lies between."""
    points = np.zeros((len(seen), len(LIPS), 2))
    points[seen] = _onto(landmarks[seen].astype(np.float64), template)[:, list(LIPS), :2]
    rows, known = np.arange(len(seen)), np.flatnonzero(seen)
    if len(known) and len(known) < len(seen):
        flat = points.reshape(len(seen), -1)
        points = np.stack([np.interp(rows, known, column[known]) for column in flat.T], 1).reshape(points.shape)
    return Lips(points, seen)


def pauses_of(speaking: np.ndarray, count: int) -> np.ndarray:
    """Which of ``count`` rows lie within pauses, bool ``[count]``, from ``speaking [4 count]``, whose rows of bands
    begin with the first row."""
    quiet = np.ones(count * MELS_PER_MOTION, bool)
    length = min(len(quiet), len(speaking))
    quiet[:length] = speaking[:length] <= SPEECH
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(int)))
    pauses = np.zeros(count, bool)
    for first, end in edges.reshape(-1, 2):
        if end - first >= PAUSE_S * MEL_HZ:
            inner = (np.array([first, end]) / MEL_HZ + [_BREATH_S, -_BREATH_S]) * MOTION_HZ
            pauses[int(np.ceil(inner[0])) : int(np.floor(inner[1])) + 1] = True
    return pauses


def compared(driven: Lips, true: Lips, pauses: np.ndarray | None = None, seed: int = 0) -> dict[str, Any]:
    """How near ``driven`` lips come to the ``true`` ones, row by row; rows that one of them lacks are left out.

    ``correlation`` of the aperture with its ``interval`` (90 %, bootstrap over blocks of two seconds); ``error_pct`` of
    the lip points and ``aperture_error_pct``, % of the inter-ocular distance; ``amplitude``: the standard deviation of
    the aperture, in parts of the true one's; ``lag_ms``, positive where the driven mouth is late, with
    ``correlation_at_lag``; ``closed``: see there; ``pause_speed``: mean speed of the lip points in ``pauses [T]``, % a
    second, on both sides. Raises UnusableClipError when there are not even three such rows.
    """
    both = driven.seen & true.seen
    if both.sum() < LEAST_ROWS:
        raise UnusableClipError(
            f"lips are seen in {both.sum()} of {len(both)} frames, in the clip and as they are driven",
            "There is nothing to compare: no face was found in the others.",
            "Look at the clip and at the renders; an avatar that is hardly trained shows no face.",
        )
    ours, theirs = driven.aperture, true.aperture
    moves = ours[both].std() > 1e-9 and theirs[both].std() > 1e-9
    timed = likeness(_filled(ours, both), _filled(theirs, both)) if moves else None
    distance = np.linalg.norm(driven.points - true.points, axis=2)[both]
    return {
        "rows": int(both.sum()),
        "correlation": correlation(ours[both], theirs[both]),
        "interval": bootstrap(ours[both], theirs[both], seed=seed),
        "error_pct": 100 * float(distance.mean()),
        "aperture_error_pct": 100 * float(np.abs(ours - theirs)[both].mean()),
        "amplitude": float(ours[both].std() / max(theirs[both].std(), 1e-12)),
        "lag_ms": None if timed is None else 1000 * timed.lag_s,
        "correlation_at_lag": None if timed is None else timed.correlation_at_lag,
        "closed": closed(ours[both], theirs[both]),
        "pause_speed": None if pauses is None else _pause_speeds(driven, true, pauses & both),
    }


def correlation(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Of two series ``[T]``; 0 for one that does not move."""
    a, b = ours - ours.mean(), theirs - theirs.mean()
    return float(a @ b / max(np.sqrt((a @ a) * (b @ b)), 1e-12))


def bootstrap(ours: np.ndarray, theirs: np.ndarray, seed: int = 0) -> list[float]:
    """The middle 90 % of the correlation of two series ``[T]``, from blocks of two seconds drawn with replacement:
    neighbours are alike, and are drawn together."""
    count = max(1, round(len(ours) / (BLOCK_S * MOTION_HZ)))
    sums = np.array(
        [
            [len(a), a.sum(), b.sum(), a @ a, b @ b, a @ b]
            for a, b in zip(np.array_split(ours, count), np.array_split(theirs, count), strict=True)
        ]
    )
    drawn = sums[np.random.default_rng(seed).integers(0, count, (RESAMPLED, count))].sum(1)
    n, a, b, aa, bb, ab = drawn.T
    spread = np.sqrt(np.maximum((n * aa - a**2) * (n * bb - b**2), 1e-24))
    low = (1 - INTERVAL) / 2
    return np.quantile((n * ab - a * b) / spread, [low, 1 - low]).tolist()


def closed(ours: np.ndarray, theirs: np.ndarray) -> dict[str, float | None]:
    """Of apertures ``[T]``: ``found`` of the rows that truly are closed, ``precise``: truly closed of those found, and
    the ``rate`` of closed rows driven and ``true_rate``."""
    is_ours, is_theirs = ours < CLOSED, theirs < CLOSED
    share = lambda what, of: float(what[of].mean()) if of.any() else None  # noqa: E731
    return {
        "found": share(is_ours, is_theirs),
        "precise": share(is_theirs, is_ours),
        "rate": float(is_ours.mean()),
        "true_rate": float(is_theirs.mean()),
    }


def _pause_speeds(driven: Lips, true: Lips, rows: np.ndarray) -> dict[str, float | None]:
    between = rows[1:] & rows[:-1]

    def speed(lips: Lips) -> float | None:
        steps = np.linalg.norm(np.diff(lips.points, axis=0), axis=2)[between]
        return 100 * MOTION_HZ * float(steps.mean()) if len(steps) else None

    return {"driven": speed(driven), "true": speed(true), "seconds": float(rows.sum() / MOTION_HZ)}


def _filled(series: np.ndarray, seen: np.ndarray) -> np.ndarray:
    rows = np.arange(len(series))
    return np.interp(rows, rows[seen], series[seen])


def _onto(landmarks: np.ndarray, template: np.ndarray) -> np.ndarray:
    """``landmarks [T, 478, 3]`` with their rigid part on that of the ``template``, by the similarity of least squares
    (Umeyama, 1991)."""
    ours, theirs = landmarks[:, list(RIGID)], template[list(RIGID)]
    middle, aim = ours.mean(1, keepdims=True), theirs.mean(0)
    ours, theirs = ours - middle, theirs - aim
    u, size, vt = np.linalg.svd(np.einsum("tki,kj->tij", ours, theirs))
    sign = np.ones_like(size)
    sign[:, 2] = np.sign(np.linalg.det(u) * np.linalg.det(vt))
    turn = (u * sign[:, None]) @ vt
    scale = (size * sign).sum(1) / np.maximum(np.square(ours).sum((1, 2)), 1e-12)
    return scale[:, None, None] * ((landmarks - middle) @ turn) + aim


def on_the_same_rows(lips: Lips, count: int) -> Lips:
    """The first ``count`` rows; what is missing at the end is not seen."""
    missing = max(0, count - len(lips.seen))
    points = np.pad(lips.points[:count], ((0, missing), (0, 0), (0, 0)), mode="edge")
    return replace(lips, points=points, seen=np.pad(lips.seen[:count], (0, missing)))

"""Who is in a picture, as a tracker finds it: distances between people at rest."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from lifemask.rig.head import HeadRig
from lifemask.synthetic.truth import SubjectTruth
from lifemask.tracking.build import neutral_of
from lifemask.tracking.record import Tracking

FACE = ("face", "lips", "lids", "nose", "brows")
"""Regions of the rig that are the face's skin."""


@dataclass(frozen=True)
class Person:
    """``identity [I]`` in standard deviations, and the ``face [N, 3]`` at rest in metres."""

    identity: np.ndarray
    face: np.ndarray

    @staticmethod
    def of(source: Tracking | SubjectTruth, rig: HeadRig) -> "Person":
        """The person of a tracking or of a truth on ``rig``."""
        face = torch.stack([rig.regions[name] for name in FACE]).any(0).cpu().numpy()
        neutral = source.neutral_m if isinstance(source, SubjectTruth) else neutral_of(source, rig).cpu().numpy()
        return Person(np.asarray(source.identity, np.float64), neutral[face].astype(np.float64))


def distance(one: Person, other: Person) -> dict[str, float]:
    """``identity_sd``: root mean square over the identity coefficients, standard deviations; ``face_mm``: over the
    vertices of the face at rest, the best rigid motion taken out, millimetres."""
    apart = np.linalg.norm(fitted(one.face, other.face) - other.face, axis=-1)
    return {
        "identity_sd": float(np.sqrt(((one.identity - other.identity) ** 2).mean())),
        "face_mm": float(1e3 * np.sqrt((apart**2).mean())),
    }


def share_of_other(found: Person, own: Person, other: Person) -> dict[str, float]:
    """Where ``found`` lies on the way from ``own`` (0) to ``other`` (1): ``identity`` by the coefficients, ``face`` by
    the face at rest, both brought to ``own`` rigidly."""
    faces = [fitted(person.face, own.face) - own.face for person in (found, other)]
    pairs = {"identity": (found.identity - own.identity, other.identity - own.identity), "face": faces}
    return {name: float((way * full).sum() / (full**2).sum()) for name, (way, full) in pairs.items()}


def fitted(points: np.ndarray, target: np.ndarray) -> np.ndarray:
    """``points [N, 3]`` moved rigidly to ``target [N, 3]``, by least squares (Kabsch 1976)."""
    centre, goal = points.mean(0), target.mean(0)
    u, _, vt = np.linalg.svd((points - centre).T @ (target - goal))
    turn = u @ np.diag([1, 1, np.linalg.det(u @ vt)]) @ vt
    return (points - centre) @ turn + goal


def who_is_it(found: dict[str, Person], people: dict[str, Person]) -> dict[str, Any]:
    """The ``distance`` of each of ``found`` to each of ``people``, both by name."""
    return {name: {other: distance(person, known) for other, known in people.items()} for name, person in found.items()}

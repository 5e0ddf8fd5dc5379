"""Who is in the clip: identity, personal offsets and focal length, from a few frames of all kinds.

The frames' own unknowns are eliminated (Schur complement), so that a step of the person takes into account how every
pose and expression follows it. The landmarks' personal offsets take turns with that step.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from lifemask.rig.head import HeadRig
from lifemask.tracking.landmark_model import ClipCamera, LandmarkModel, Linearised, rigid_irises, used_landmarks
from lifemask.tracking.terms import LandmarkError, Targets, Terms

IDENTITY_WEIGHT = 0.05
FOCAL_WEIGHT = 0.02
DAMPING = 1e-3


@dataclass(frozen=True)
class KnownPerson:
    """Someone whose ``surface [V, 3]`` at rest is known, metres in the head frame; as landmarks: the rig's ``identity
    [I]`` and the own ``offset_m [L, 3]`` beside it."""

    surface: Tensor
    identity: Tensor
    offset_m: Tensor

    @staticmethod
    def of(surface: Tensor, rig: HeadRig) -> "KnownPerson":
        """The rig's own identity, and all that differs from it."""
        surface = surface.float().cpu()
        offset = rig.landmarks(surface - rig.template)[used_landmarks()]
        return KnownPerson(surface, torch.zeros(rig.num_identity), rigid_irises(offset))


@dataclass(frozen=True)
class Person:
    """What stays the same in all frames: ``identity [I]``, ``offset_m [L, 3]`` of the landmarks, and the camera.

    ``bias [L, 2, 3]``: how much further a landmark is detected from where it is, in hundredths of the distance between
    the eyes for each radian that the head is turned from ``usual_turn [3]``; landmarkers read nods too small.
    """

    identity: Tensor
    offset_m: Tensor
    camera: ClipCamera
    bias: Tensor
    usual_turn: Tensor

    @staticmethod
    def start(model: LandmarkModel, camera: ClipCamera, known: "KnownPerson | None" = None) -> "Person":
        """Who is ``known``, or else the rig's own neutral."""
        count = len(model.mean)
        identity = torch.zeros(len(model.identity)) if known is None else known.identity
        offset_m = torch.zeros(count, 3) if known is None else known.offset_m
        return Person(identity, offset_m, camera, torch.zeros(count, 2, 3), torch.zeros(3))

    def detected_px(self, seen: Linearised, turn: Tensor, unit_px: float) -> Linearised:
        """Where the landmarker will see what is projected in ``seen``: with its bias."""
        shift = torch.einsum("lij,bj->bli", self.bias, turn - self.usual_turn) * unit_px
        return replace(seen, pixels=seen.pixels + shift)


class PersonStep:
    """The normal equations of the person, gathered over chunks of frames."""

    def __init__(self, terms: Terms, person: Person, targets: Targets, *, free_identity: bool) -> None:
        self.terms, self.person, self.count, self.free_identity = terms, person, len(targets), free_identity
        size = len(person.identity) + 1
        self.matrix, self.gradient = torch.zeros(size, size).double(), torch.zeros(size).double()
        self._follows: list[Tensor] = []

    def gather(self, seen: Linearised, error: LandmarkError, blocks: Tensor, gradient: Tensor, move: Tensor) -> None:
        """Add frames whose own normal equations are ``blocks [B, n, n]`` (damped, fixed unknowns as unit rows) and
        ``gradient [B, n]``; ``move [B, 3]`` is their state's."""
        unit = self.terms.unit_px
        by_person = self._by_person(seen, move) / unit
        weighted = by_person * error.weight[..., None, None]
        own = (seen.jacobian / unit).flatten(1, 2)
        flat = weighted.flatten(1, 2)
        coupling = own.transpose(1, 2) @ flat
        coupling *= (gradient != 0)[..., None]  # unknowns that are fixed have no gradient
        factor = torch.linalg.cholesky(blocks)
        follows = torch.cholesky_solve(torch.cat([coupling, gradient[..., None]], -1), factor)
        self._follows.append(follows)
        right = (flat * error.residual.flatten(1)[..., None]).sum((0, 1))
        matrix = flat.flatten(0, 1).T @ by_person.flatten(0, 2) - (coupling.transpose(1, 2) @ follows[..., :-1]).sum(0)
        self.matrix += matrix.double()
        self.gradient += (right - (coupling.transpose(1, 2) @ follows[..., -1:]).sum(0)[:, 0]).double()

    def solve(self) -> tuple[Person, np.ndarray]:
        """The person after one step, and the steps ``[T, n]`` with which the frames follow."""
        person, identities = self.person, len(self.person.identity)
        present = torch.cat([person.identity, torch.tensor([person.camera.zoom]).log()]).double()
        pull = self._pull()
        matrix = self.matrix + torch.diag(pull) + DAMPING * torch.diag(self.matrix.diagonal())
        gradient = self.gradient + pull * present
        held = torch.zeros(identities + 1, dtype=torch.bool)
        held[:-1], held[-1] = not self.free_identity, bool(self.terms.config.focal_px)
        matrix[held], matrix[:, held], gradient[held] = 0, 0, 0
        matrix[held, held] = 1
        step = -torch.linalg.solve(matrix, gradient)
        moved = (present + step).float()
        camera = replace(person.camera, zoom=float(moved[-1].exp()))
        by_person = torch.cat([step.float(), torch.ones(1)])
        frames = -torch.cat([follows @ by_person for follows in self._follows]).numpy()
        return replace(person, identity=moved[:identities], camera=camera), frames

    def focal_sigma(self) -> float:
        """Standard deviation of the logarithm of the focal length that the landmarks and the prior leave, given one
        independent error for every frame."""
        inverse = torch.linalg.inv(self.matrix + torch.diag(self._pull()))
        return float(inverse[-1, -1].clamp(min=0).sqrt())

    def _pull(self) -> Tensor:
        """Diagonal of the priors' Hessian ``[I + 1]``."""
        c = self.terms.config
        pull = torch.full((len(self.gradient),), 2 * IDENTITY_WEIGHT * c.identity_weight * self.count).double()
        pull[-1] = 2 * FOCAL_WEIGHT * self.count / c.focal_prior_sigma**2
        return pull

    def _by_person(self, seen: Linearised, move: Tensor) -> Tensor:
        """Derivatives ``[B, L, 2, I + 1]`` by the identity and by the logarithm of the focal length."""
        basis = self.terms.model.identity.permute(1, 2, 0)[:, :, None]
        out = torch.empty(*seen.pixels.shape, len(self.person.identity) + 1)
        torch.mul(seen.by_face[..., :1], basis[:, 0], out=out[..., :-1])
        for axis in (1, 2):
            out[..., :-1].addcmul_(seen.by_face[..., axis : axis + 1], basis[:, axis])
        camera = self.person.camera
        image = seen.place[..., :2] * (camera.focal_px / seen.place[..., 2:].clamp(min=0.02))
        out[..., -1] = image + seen.along[..., 2] * (move[:, None, 2:] * camera.zoom)
        return out


class OffsetStep:
    """The normal equations of every landmark's own offset, gathered over chunks of frames."""

    def __init__(self, terms: Terms, person: Person, targets: Targets) -> None:
        self.terms, self.person = terms, person
        pull = 2 * terms.config.offset_weight * 1e6 / person.offset_m.numel() * len(targets)
        self.matrix = pull * torch.eye(3).repeat(len(person.offset_m), 1, 1)
        self.gradient = pull * person.offset_m

    def gather(self, rows: slice, seen: Linearised, error: LandmarkError, *_: object) -> None:
        """Add frames."""
        by_point = seen.by_face / self.terms.unit_px
        heavy = by_point * error.weight[..., None, None]
        self.matrix = self.matrix + torch.einsum("blai,blaj->lij", heavy, by_point)
        self.gradient = self.gradient + torch.einsum("blai,bla->li", heavy, error.residual)

    def solve(self) -> Person:
        """The person after one step."""
        step = -torch.linalg.solve(self.matrix, self.gradient)
        return replace(self.person, offset_m=rigid_irises(self.person.offset_m + step))


def landmark_bias(person: Person, residual: np.ndarray, weight: np.ndarray, turn: np.ndarray, pull: float) -> Person:
    """Fit the landmarker's bias: residuals ``[T, L, 2]`` (hundredths of the distance between the eyes, without the
    present bias) with ``weight [T, L]`` against ``turn [T, 3]``, by ridge regression with ``pull``."""
    usual = np.average(turn, axis=0)
    away = turn - usual
    matrix = np.einsum("tl,ti,tj->lij", weight, away, away) + pull * np.eye(3)
    right = np.einsum("tl,ti,tla->lia", weight, away, residual - np.average(residual, axis=0))
    bias = -np.linalg.solve(matrix, right).transpose(0, 2, 1)
    return replace(
        person,
        bias=torch.as_tensor(bias, dtype=torch.float32),
        usual_turn=torch.as_tensor(usual, dtype=torch.float32),
    )

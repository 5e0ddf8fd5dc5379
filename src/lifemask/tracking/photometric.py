"""Head poses from the skin's texture: learnt on the keyframes together with the person, followed through all frames.

On the keyframes poses, identity and focal length are adjusted together so that every point of the skin shows the same
brightness in all of them: a bundle adjustment without landmarks, in which the texture is eliminated (variable
projection, Golub and Pereyra 1973). With the texture known, all frames are followed window by window, smooth in time as
a term of the same system.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.linalg import cho_factor, cho_solve

from lifemask.geometry.camera import Camera, View
from lifemask.geometry.rotation import left_jacobian, rotation_from_axis_angle
from lifemask.rig.head import HeadRig
from lifemask.tracking.banded import solve_coupled
from lifemask.tracking.config import TrackingConfig
from lifemask.tracking.landmark_model import FRONTAL, Layout
from lifemask.tracking.person import Person
from lifemask.tracking.skin_store import SkinStore
from lifemask.tracking.terms import Targets, Terms
from lifemask.tracking.texture import LOOK, NORMAL, Pose, SkinPoints, band, look, normal_equations
from lifemask.tracking.windows import Mapper

LEVELS = ((0.04, 0.107, 6), (0.027, 0.08, 5), (0.016, 0.053, 5), (0.008, 0.03, 5))
"""Bands of spatial frequencies, coarse to fine: Gaussian widths in parts of the distance between the eyes; steps."""
FOLLOWED = 2
"""Bands in which all frames are followed: the finest ones."""
OCTAVE = 0.7
"""A band whose finest width the pixels do not hold is skipped when it comes this near to the one before."""
DAMPING = 1e-3
MOST_TURN, MOST_MOVE_M = 0.03, 0.03
SEEN_ENOUGH = 3.0
"""Keyframes in which a point must be seen to be followed."""
COUNTS, VALUE, POSE, FOCAL, POINT = 0, 1, slice(2, 8), 8, slice(9, 12)
_LOWER = np.tril_indices(6)


@dataclass(frozen=True)
class SkinTexture:
    """What the points show in one band ``widths_px``: ``value [N]``, ``trust [N]`` in [0, 1], and the ``scale`` of a
    residual that is an outlier."""

    widths_px: tuple[float, float]
    value: np.ndarray
    trust: np.ndarray
    scale: float


@dataclass(frozen=True)
class SkinTracker:
    """What stays the same in all frames: the person's ``points``, the clip's camera at the pictures' view, the
    pictures."""

    points: SkinPoints
    person: Person
    store: SkinStore
    layout: Layout
    config: TrackingConfig
    pool: Mapper

    @staticmethod
    def of(
        rig: HeadRig, neutral: np.ndarray, person: Person, store: SkinStore, terms: Terms, pool: Mapper
    ) -> "SkinTracker":
        """For the person whose surface at rest is ``neutral [V, 3]``."""
        points = SkinPoints.of(rig, neutral, terms.config.skin_points, seed=0)
        return SkinTracker(points, person, store, terms.layout, terms.config, pool)

    def with_person(self, person: Person) -> "SkinTracker":
        """The same points of a person with another identity and focal length."""
        change = (person.identity - self.person.identity).numpy()
        return replace(self, points=self.points.of_another(change), person=person)

    def bands(self, rows: np.ndarray, widths_px: tuple[float, float]) -> list[np.ndarray]:
        """Frames ``rows`` as pictures ``[H, W]`` int16 of one band."""
        return list(self.pool.map(lambda row: band(self.store.picture(int(row)), *widths_px), rows))

    def look(self, images: list[np.ndarray], state: np.ndarray, posed: np.ndarray) -> np.ndarray:
        """What the points, ``posed [B, N, 3]`` by the expressions, show in ``images`` at ``state [B, n]``: ``[B, N,
        LOOK]``, derivatives by the state."""
        turn = torch.as_tensor(state[:, self.layout.turn])
        rotation = (rotation_from_axis_angle(turn) @ FRONTAL.double()).numpy()
        zoom, by_turn, lens = self.person.camera.zoom, left_jacobian(turn).numpy(), self._lens()
        place = state[:, self.layout.move] * np.array([1.0, 1.0, zoom])
        seen = np.empty((len(state), len(self.points.neutral), LOOK), np.float32)

        def one(row: int) -> None:
            p, pose = self.points, Pose(rotation[row], place[row], by_turn[row], zoom)
            look(images[row], posed[row], p.normal, p.weight, *pose, lens, seen[row])

        list(self.pool.map(one, range(len(state))))
        return seen

    def posed(self, state: np.ndarray) -> np.ndarray:
        """The points under the expressions of ``state [B, n]``, ``[B, N, 3]`` in the head frame."""
        return self.points.posed(state[:, self.layout.expression])

    def _lens(self) -> np.ndarray:
        focal = self.person.camera.focal_px
        cx, cy = self.person.camera.principal_px.tolist()
        view: View = self.store.view
        frame = Camera((focal, focal), (cx, cy), (1, 1)).cropped(view)
        return np.array([frame.focal_px[0], *frame.principal_px])

    def follow(
        self,
        texture: SkinTexture,
        rows: np.ndarray,
        state: np.ndarray,
        targets: Targets,
        terms: Terms,
    ) -> np.ndarray:
        """States ``[T, n]`` of the frames ``rows`` with the poses that show the texture, smooth in time."""
        images, posed = self.bands(rows, texture.widths_px), self.posed(state)
        calm = replace(
            terms,
            config=replace(
                self.config,
                smooth_rotation=self.config.skin_smooth_rotation,
                smooth_translation=self.config.skin_smooth_translation,
            ),
        )
        state, loose = state.copy(), np.ones((len(state), 6), bool)
        for _ in range(self.config.skin_iterations):
            sums = self._sums(images, texture, state, posed)
            gradient, blocks = self.config.skin_weight * sums[:, 1:7], self.config.skin_weight * _symmetric(sums[:, 7:])
            usual = np.einsum("tii->ti", blocks).mean(0)
            blocks += np.diag(DAMPING * usual + 1e-9)
            _, pull, stiffness = calm.smoothness(state, targets)
            step = solve_coupled(
                torch.as_tensor(blocks), gradient + pull[:, Layout.pose], stiffness[:, Layout.pose], loose
            )
            state[:, Layout.pose] += _limited(step)
        return state

    def _sums(self, images: list[np.ndarray], texture: SkinTexture, state: np.ndarray, posed: np.ndarray) -> np.ndarray:
        """Normal equations ``[T, NORMAL]``, a few frames in memory at a time."""
        sums = np.zeros((len(state), NORMAL))
        for start in range(0, len(state), 16):
            part = slice(start, start + 16)
            seen = self.look(images[part], state[part], posed[part])
            for row in range(len(seen)):
                normal_equations(seen[row], texture.value, texture.trust, texture.scale, sums[start + row])
        return sums


@dataclass(frozen=True)
class Bundle:
    """The outcome on the keyframes."""

    tracker: SkinTracker
    state: np.ndarray
    textures: tuple[SkinTexture, ...]
    focal_sigma: float


def adjust_bundle(
    tracker: SkinTracker, rows: np.ndarray, state: np.ndarray, interocular_px: float, step: Callable[[int], None]
) -> Bundle:
    """Poses of the keyframes ``rows`` from ``state [K, n]``, identity and focal length; ``interocular_px`` in pixels of
    the pictures."""
    before, textures, sigma, start = None, [], 0.0, tracker.person
    for fine, coarse, rounds in LEVELS:
        width = max(fine * interocular_px, tracker.config.skin_least_px)
        widths = (width, width * coarse / fine)
        if before is None or width < OCTAVE * before:
            images, before = tracker.bands(rows, widths), width
            for _ in range(rounds):
                system = _System.of(tracker, images, state, widths)
                state, person, sigma = system.stepped(state, start)
                tracker = tracker.with_person(person)
            textures.append((images, widths))
        step(1)
    # What the coarser bands show under the final poses.
    learnt = [_System.of(tracker, images, state, widths).texture for images, widths in textures[-FOLLOWED:]]
    return Bundle(tracker, state, tuple(learnt), sigma)


@dataclass(frozen=True)
class _System:
    """Residuals ``[K, N]`` against their own robust mean, in units of the robust scale; their weights; derivatives by
    the pose ``[K, N, 6]``, the focal length ``[K, N]`` and the point ``[K, N, 3]``."""

    tracker: SkinTracker
    texture: SkinTexture
    residual: np.ndarray
    weight: np.ndarray
    by_pose: np.ndarray
    by_focal: np.ndarray
    by_point: np.ndarray

    @staticmethod
    def of(tracker: SkinTracker, images: list[np.ndarray], state: np.ndarray, widths: tuple[float, float]) -> "_System":
        """At the present state."""
        seen = tracker.look(images, state, tracker.posed(state))
        counts, value = seen[..., COUNTS].astype(float), seen[..., VALUE].astype(float)
        weight, mean = counts, _mean(counts, value)
        for _ in range(2):
            spread = float(np.median(np.abs(value - mean)[counts > 0])) if (counts > 0).any() else 0.0
            scale = max(tracker.config.skin_outlier * 1.4826 * spread, 1e-5)
            weight = counts / (1 + ((value - mean) / scale) ** 2) ** 2
            mean = _mean(weight, value)
        trust = np.clip(weight.sum(0) / SEEN_ENOUGH, 0, 1)
        texture = SkinTexture(widths, mean, trust, scale)
        seen /= np.float32(scale)
        by = (seen[..., POSE], seen[..., FOCAL], seen[..., POINT])
        return _System(tracker, texture, (value - mean) / scale, weight, *by)

    def stepped(self, state: np.ndarray, start: Person) -> tuple[np.ndarray, Person, float]:
        """The poses and the person after one Gauss-Newton step, with the standard deviation of the focal length's
        logarithm; the person is held near ``start``."""
        frames = len(state)
        matrix, gradient = self._normal()
        pull, away = self._prior(start)
        poses = slice(0, 6 * frames)
        matrix[range(6 * frames, len(matrix)), range(6 * frames, len(matrix))] += pull
        gradient[6 * frames :] += pull * away
        usual = matrix.diagonal()[poses].reshape(frames, 6).mean(0)
        matrix[range(6 * frames), range(6 * frames)] += DAMPING * np.tile(usual, frames)
        factor = cho_factor(matrix, overwrite_a=True, check_finite=False)
        step = -cho_solve(factor, gradient)
        inverse_focal = cho_solve(factor, np.eye(1, len(gradient), len(gradient) - 1)[0])[-1]
        moved = state.copy()
        moved[:, Layout.pose] += _limited(step[poses].reshape(frames, 6))
        person, change = self.tracker.person, step[6 * frames :]
        identity = person.identity + torch.as_tensor(change[:-1], dtype=torch.float32)
        camera = replace(person.camera, zoom=person.camera.zoom * float(np.exp(np.clip(change[-1], -0.2, 0.2))))
        noise = float((self.weight * self.residual**2).sum() / self.weight.sum())
        return moved, replace(person, identity=identity, camera=camera), float(np.sqrt(max(inverse_focal, 0) * noise))

    def _prior(self, start: Person) -> tuple[np.ndarray, np.ndarray]:
        """Diagonal pull ``[I + 1]`` towards the person as the landmarks had it, and how far that is."""
        c, person = self.tracker.config, self.tracker.person
        unit = self.weight.size / 2000
        pull = np.full(len(person.identity) + 1, unit * c.skin_identity_weight)
        pull[-1] = np.inf if c.focal_px else unit * c.skin_focal_weight
        pull = np.minimum(pull, 1e12)
        zoom = np.log(person.camera.zoom / start.camera.zoom)
        return pull, np.append((person.identity - start.identity).numpy(), zoom).astype(float)

    def _normal(self) -> tuple[np.ndarray, np.ndarray]:
        """Matrix and gradient over all poses, identity and focal length, the texture eliminated."""
        frames, points = self.weight.shape
        heavy = self.by_pose * self.weight[..., None].astype(np.float32)
        root = np.sqrt(np.maximum(self.weight.sum(0), 1e-6))
        by_identity = self.tracker.points.identity.reshape(-1, points, 3)
        flat = by_identity.transpose(1, 2, 0).reshape(points * 3, -1)
        weighted_point = self.by_point * self.weight[..., None].astype(np.float32)
        outer = heavy.transpose(0, 2, 1)[..., None] * self.by_point[:, None]
        cross = outer.reshape(frames * 6, points * 3) @ flat
        cross_focal = np.einsum("tni,tn->ti", heavy, self.by_focal).reshape(-1, 1)
        own = weighted_point.transpose(1, 2, 0) @ self.by_point.transpose(1, 0, 2)
        spread = (own @ flat.reshape(points, 3, -1)).reshape(points * 3, -1)
        with_focal = np.einsum("tnk,tn->nk", weighted_point, self.by_focal).reshape(-1)
        focal = (self.weight * self.by_focal**2).sum()
        person = np.block([[flat.T @ spread, (flat.T @ with_focal)[:, None]], [(flat.T @ with_focal)[None], focal]])
        mean_pose = (heavy / root[:, None]).transpose(1, 0, 2).reshape(points, frames * 6)
        mean_point = (weighted_point.sum(0)[..., None] * flat.reshape(points, 3, -1)).sum(1)
        mean_focal = ((self.weight * self.by_focal).sum(0) / root)[:, None]
        mean = np.concatenate([mean_pose, mean_point / root[:, None], mean_focal], 1).astype(np.float32)
        corner = np.concatenate([cross, cross_focal], 1)
        matrix = np.block([[np.zeros((frames * 6, frames * 6)), corner], [corner.T, person]]) - mean.T @ mean
        blocks = heavy.transpose(0, 2, 1) @ self.by_pose
        for frame in range(frames):
            where = slice(6 * frame, 6 * frame + 6)
            matrix[where, where] += blocks[frame]
        pulled = self.weight * self.residual
        gradient = np.concatenate(
            [
                np.einsum("tni,tn->ti", self.by_pose, pulled).ravel(),
                flat.T @ np.einsum("tnk,tn->nk", self.by_point, pulled).ravel(),
                [(pulled * self.by_focal).sum()],
            ]
        )
        return matrix.astype(float), gradient


def _mean(weight: np.ndarray, value: np.ndarray) -> np.ndarray:
    return (weight * value).sum(0) / np.maximum(weight.sum(0), 1e-6)


def _symmetric(lower: np.ndarray) -> np.ndarray:
    """``[T, 21]`` lower triangles as ``[T, 6, 6]``."""
    out = np.zeros((len(lower), 6, 6))
    out[:, _LOWER[0], _LOWER[1]] = lower
    out[:, _LOWER[1], _LOWER[0]] = lower
    return out


def _limited(step: np.ndarray) -> np.ndarray:
    most = np.array([MOST_TURN] * 3 + [MOST_MOVE_M] * 3)
    return np.clip(step, -most, most)

"""Every frame by itself, with a camera of its own: how trackers of single pictures see a clip. For comparison only.

The pose begins where the frame before ended and follows the landmarks alone, as in metrical-tracker and in most code
that was made for photographs. The focal length may be one more unknown of every frame. Nothing couples the frames,
so that each repeats the landmarker's noise; the usual remedy, a Gaussian over the finished poses, is ``smoothed``.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d

from lifemask.geometry.rotation import rigid, rotation_from_axis_angle
from lifemask.rig.head import HeadRig
from lifemask.tracking.landmark_model import FRONTAL, Layout, PersonModel
from lifemask.tracking.observations import Observations
from lifemask.tracking.person import FOCAL_WEIGHT, Person
from lifemask.tracking.solve import HeadSolution
from lifemask.tracking.start import start_state
from lifemask.tracking.terms import Targets, Terms

STEPS, FIRST_STEPS = 10, 60
"""Most Gauss-Newton steps of a frame, and of the first one, which begins far away."""
TOLERANCE = 1e-3
"""A frame is done when a step lowers its cost by less than this share; a hundredth of it changes no figure by 1 %."""
DAMPING_START, DAMPING_FACTOR, DAMPING_MOST = 1e-3, 10.0, 1e4
MOST_ZOOM_STEP = 0.2


@dataclass(frozen=True)
class CameraTrack:
    """How a clip was tracked: ``state [T, n]`` (see ``Layout``; depth for the focal length ``person.camera.prior_px``)
    and each frame's ``focal_px [T]``, of one ``person`` under the weights ``terms``."""

    state: np.ndarray
    focal_px: np.ndarray
    person: Person
    terms: Terms

    @staticmethod
    def of(solution: HeadSolution) -> "CameraTrack":
        """The whole clip's solve, with its one focal length."""
        focal = np.full(len(solution.state), solution.focal_px)
        return CameraTrack(solution.state, focal, solution.person, solution.terms)

    @property
    def camera_from_head(self) -> np.ndarray:
        """``[T, 4, 4]``."""
        turn = torch.as_tensor(self.state[:, Layout.turn])
        move = self.state[:, Layout.move].copy()
        move[:, 2] *= self.focal_px / self.person.camera.prior_px
        return rigid(rotation_from_axis_angle(turn) @ FRONTAL.double(), torch.as_tensor(move)).numpy()

    def landmarks_px(self) -> np.ndarray:
        """The posed rig's landmarks ``[T, L, 2]``, those that the solve uses, in each frame's own camera."""
        model = self.terms.model.person(self.person.identity, self.person.offset_m)
        zoom = self.focal_px / self.person.camera.prior_px
        out = [
            model.linearised(torch.as_tensor(state[None], dtype=torch.float32), replace(self.person.camera, zoom=own))
            for state, own in zip(self.state, zoom.tolist(), strict=True)
        ]
        return torch.cat([seen.pixels for seen in out]).numpy()


def track_each_frame(solution: HeadSolution, seen: Observations, rig: HeadRig, *, own_focal: bool) -> CameraTrack:
    """Solve frame after frame by landmarks alone, for the person (and its landmarks' bias) that ``solution`` found.

    With ``own_focal`` the focal length is an unknown of every frame, under the tracker's own prior; otherwise it is the
    solution's. Frames without a face repeat the one before.
    """
    terms, person = solution.terms, solution.person
    camera = person.camera
    start = start_state(seen, rig, terms.layout, terms.bounds, camera.prior_px, camera.principal_px)
    state, zoom = np.append(start[0], 0.0 if own_focal else np.log(person.camera.zoom)), []
    states, steps = [], FIRST_STEPS
    for row in range(len(seen)):
        if seen.detected[row]:
            targets = Targets.of(seen.select(np.array([row])), rig)
            state = _Frame(terms, person, targets, own_focal).solved(state, steps)
            steps = STEPS
        states.append(state[:-1])
        zoom.append(np.exp(state[-1]))
    return CameraTrack(np.stack(states), np.array(zoom) * person.camera.prior_px, person, terms)


def smoothed(track: CameraTrack, sigma_frames: float) -> CameraTrack:
    """The same after a Gaussian over time on the camera's rotation (in the Lie algebra, about a frontal head, from
    which heads are less than a right angle away) and translation; expression and focal length stay."""
    state, prior = track.state.copy(), track.person.camera.prior_px
    state[:, Layout.turn] = gaussian_filter1d(state[:, Layout.turn], sigma_frames, axis=0, mode="nearest")
    place = gaussian_filter1d(track.camera_from_head[:, :3, 3], sigma_frames, axis=0, mode="nearest")
    place[:, 2] *= prior / track.focal_px
    state[:, Layout.move] = place
    return replace(track, state=state)


class _Frame:
    """One frame's Gauss-Newton with the focal length's logarithm as the last unknown (Levenberg 1944, Marquardt
    1963)."""

    def __init__(self, terms: Terms, person: Person, targets: Targets, own_focal: bool) -> None:
        self.terms, self.person, self.targets, self.own_focal = terms, person, targets, own_focal
        self.model: PersonModel = terms.model.person(person.identity, person.offset_m)
        self.focal_pull = 2 * FOCAL_WEIGHT / terms.config.focal_prior_sigma**2

    def solved(self, state: np.ndarray, steps: int) -> np.ndarray:
        """The state ``[n + 1]`` from ``state``."""
        damping, (cost, gradient, matrix) = DAMPING_START, self._normal(state)
        for _ in range(steps):
            moved = self._stepped(state, gradient, matrix, damping)
            new_cost, new_gradient, new_matrix = self._normal(moved)
            if new_cost >= cost:
                damping *= DAMPING_FACTOR
                if damping > DAMPING_MOST:
                    break
                continue
            done = cost - new_cost < TOLERANCE * cost
            state, cost, gradient, matrix = moved, new_cost, new_gradient, new_matrix
            damping = max(damping / DAMPING_FACTOR, 1e-9)
            if done:
                break
        return state

    def _normal(self, state: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Cost, gradient ``[n + 1]`` and matrix ``[n + 1, n + 1]`` at ``state``."""
        terms, unit = self.terms, self.terms.unit_px
        part = torch.as_tensor(state[None, :-1], dtype=torch.float32)
        camera = replace(self.person.camera, zoom=float(np.exp(state[-1])))
        seen = self.model.linearised(part, camera)
        # What the focal length does when the distance grows with it: see the solve.
        image = seen.pixels - camera.principal_px
        by_focal = image + seen.along[..., 2] * (part[:, None, Layout.move][..., 2:] * camera.zoom)
        seen = self.person.detected_px(seen, part[:, Layout.turn], unit)
        error = terms.landmark_error(seen, part, self.targets, slice(None), terms.model.normal)
        columns = torch.cat([seen.jacobian, by_focal[..., None]], -1)[0].flatten(0, 1).double().numpy() / unit
        weight = error.weight[0].repeat_interleave(2).double().numpy()
        residual = error.residual.flatten().double().numpy()
        cost, slope, diagonal = terms.frame_priors(state[None, :-1], self.targets)
        gradient = columns.T @ (weight * residual)
        matrix = columns.T @ (weight[:, None] * columns)
        gradient[:-1] += slope[0]
        gradient[-1] += self.focal_pull * state[-1]
        matrix[np.diag_indices(len(matrix))] += np.append(diagonal[0], self.focal_pull)
        return cost + error.cost + self.focal_pull / 2 * state[-1] ** 2, gradient, matrix

    def _stepped(self, state: np.ndarray, gradient: np.ndarray, matrix: np.ndarray, damping: float) -> np.ndarray:
        """One damped step of what is free: not the weights at a bound that would leave it, nor a focal length that is
        given."""
        where, bounds = self.terms.layout.expression, self.terms.bounds
        free = np.ones(len(state), bool)
        free[where] = (state[where] > bounds.lower) | (gradient[where] < 0)
        free[where] &= (state[where] < bounds.upper) | (gradient[where] > 0)
        free[-1] = self.own_focal
        loose = matrix[np.ix_(free, free)]
        loose[np.diag_indices(len(loose))] += damping * loose.diagonal() + 1e-9
        step = np.zeros(len(state))
        step[free] = -np.linalg.solve(loose, gradient[free])
        step[-1] = np.clip(step[-1], -MOST_ZOOM_STEP, MOST_ZOOM_STEP)
        moved = state + step
        moved[where] = np.clip(moved[where], bounds.lower, bounds.upper)
        return moved

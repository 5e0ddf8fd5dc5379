"""The head's solve: one static camera, one person, and a pose, an expression and a gaze for every frame.

Gauss-Newton throughout, with analytic derivatives. The person and the camera come from some hundred frames spread over
the clip; then all frames follow in windows, each a banded system that holds the landmark errors and the smoothness in
time together: smoothness is a term of the solve and not a filter afterwards. Memory and time a frame do not grow with
the clip. Depth is parametrised as ``z = focal * distance`` so that the focal length, which a talking head hardly
determines, can move without changing the size of the head in the image.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from lifemask.errors import NoFaceError
from lifemask.geometry.rotation import rotation_from_axis_angle
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.head import HeadRig
from lifemask.tracking.banded import solve_coupled
from lifemask.tracking.config import TrackingConfig
from lifemask.tracking.landmark_model import FRONTAL, ClipCamera, LandmarkModel, Linearised, used_landmarks
from lifemask.tracking.observations import Observations
from lifemask.tracking.person import KnownPerson, OffsetStep, Person, PersonStep
from lifemask.tracking.start import start_state
from lifemask.tracking.terms import Bounds, LandmarkError, Targets, Terms, closed_lips, landmark_weights
from lifemask.tracking.windows import SERIAL, Mapper, Window, windows

CHUNK = 32
"""Frames whose derivatives are held in memory at once by each thread."""
RICH_IDENTITY = 100
IDENTITY = frozenset({"identity"})
CAMERA = frozenset({"focal"})
OFFSETS = frozenset({"offsets"})
DAMPING_START, DAMPING_LEAST, DAMPING_MOST = 1e-3, 1e-6, 1e3
BOUND_SLACK = 1e-9


@dataclass(frozen=True)
class HeadSolution:
    """What the landmarks say: ``state [T, n]`` of all frames (see ``Layout``), the ``person``, the landmarks ``used
    [L]``, the mean landmark error ``residual_px [T]`` (NaN without a face), and ``focal_sigma``, the standard deviation
    of the logarithm of the focal length."""

    state: np.ndarray
    person: Person
    terms: Terms
    used: np.ndarray
    residual_px: np.ndarray
    focal_sigma: float

    @property
    def rotation(self) -> np.ndarray:
        """``[T, 3, 3]`` of the head in the camera's frame."""
        turn = torch.as_tensor(self.state[:, self.terms.layout.turn])
        return (rotation_from_axis_angle(turn) @ FRONTAL.double()).numpy()

    @property
    def translation_m(self) -> np.ndarray:
        """``[T, 3]`` of the head in the camera's frame."""
        return self.state[:, self.terms.layout.move] * np.array([1.0, 1.0, self.person.camera.zoom])

    @property
    def expression(self) -> np.ndarray:
        """``[T, E]``."""
        return self.state[:, self.terms.layout.expression].astype(np.float32)

    @property
    def eyes(self) -> np.ndarray:
        """``[T, 2, 2]`` radians."""
        return self.state[:, self.terms.layout.eyes].reshape(-1, 2, 2).astype(np.float32)

    @property
    def jaw(self) -> np.ndarray:
        """``[T, 3]`` radians, or ``[T, 0]`` on a rig whose jaw is no joint."""
        return self.state[:, self.terms.layout.jaw].astype(np.float32)

    @property
    def identity(self) -> np.ndarray:
        """``[I]`` standard deviations."""
        return self.person.identity.numpy()

    @property
    def offset_m(self) -> np.ndarray:
        """``[L, 3]`` of the landmarks ``used``."""
        return self.person.offset_m.numpy()

    @property
    def focal_px(self) -> float:
        return self.person.camera.focal_px


def solve_head(
    seen: Observations, rig: HeadRig, config: TrackingConfig, *, progress: Progress = NULL_PROGRESS
) -> HeadSolution:
    """Explain the landmarks of a whole clip, and nothing else.

    Raises ``NoFaceError`` when fewer than two frames hold a face. Frames without a face are bridged by the temporal
    terms alone.
    """
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        used, terms = clip_terms(seen, rig, config)
        keyframes = seen.select(choose_keyframes(seen, config.keyframes))
        person, _, sigma = first_person(terms, keyframes, rig, pool, progress)
        state, residual = follow(terms, person, seen, rig, pool, progress=progress)
    return HeadSolution(state, person, terms, used.numpy(), residual, sigma)


def clip_terms(seen: Observations, rig: HeadRig, config: TrackingConfig) -> tuple[Tensor, Terms]:
    """The landmarks used ``[L]`` and the weights of the clip; ``NoFaceError`` when there is nothing to track."""
    if seen.detected.sum() < 2:
        raise NoFaceError(
            f"A face was found in {int(seen.detected.sum())} of {len(seen)} frames.",
            "There is nothing to track.",
            "Look at the clip: lifemask check VIDEO",
        )
    used = used_landmarks()
    model = LandmarkModel.from_rig(rig, used)
    weights, bounds = landmark_weights(config)[used], Bounds.of(rig)
    return used, Terms(model, config, bounds, seen.interocular_px / 100, weights, closed_lips(seen))


def first_person(
    terms: Terms,
    keyframes: Observations,
    rig: HeadRig,
    pool: ThreadPoolExecutor,
    progress: Progress,
    known: KnownPerson | None = None,
) -> tuple[Person, np.ndarray, float]:
    """The person (unless ``known``) and the camera by the landmarks of the keyframes, with the keyframes' states and
    the standard deviation of the focal length's logarithm."""
    config, size = terms.config, keyframes.size_wh
    focal = config.focal_px or config.focal_prior * max(size)
    camera = ClipCamera(focal, 1.0, torch.tensor(config.principal_px or (size[0] / 2, size[1] / 2)))
    start = start_state(keyframes, rig, terms.layout, terms.bounds, focal, camera.principal_px)
    solver = WindowSolver(terms, Targets.of(keyframes, rig), pool, coupled=False)
    with progress.stage("the person", total=config.person_iterations) as step:
        person, free = Person.start(terms.model, camera, known), CAMERA if known else person_parts(rig) | CAMERA
        return solver.person(person, start, config.person_iterations, free, progress=step)


def _start(terms: Terms, person: Person, seen: Observations, rig: HeadRig) -> np.ndarray:
    camera = person.camera
    return start_state(seen, rig, terms.layout, terms.bounds, camera.prior_px, camera.principal_px)


def person_parts(rig: HeadRig) -> frozenset[str]:
    """What is to be found of a person: a rig with an identity basis as rich as FLAME's needs no offsets beside it, and
    those who read its coefficients know of none."""
    return IDENTITY if rig.num_identity >= RICH_IDENTITY else IDENTITY | OFFSETS


def follow(
    terms: Terms,
    person: Person,
    seen: Observations,
    rig: HeadRig,
    pool: ThreadPoolExecutor,
    *,
    start: np.ndarray | None = None,
    fixed: slice = slice(0, 0),
    progress: Progress = NULL_PROGRESS,
) -> tuple[np.ndarray, np.ndarray]:
    """All frames of a known person, window by window: the states ``[T, n]`` and the residuals in pixels ``[T]``.

    From ``start [T, n]``, of which the unknowns ``fixed`` stay as they are, or from each frame's similarity. Windows
    look further back and ahead than a frame's influence reaches: no seam remains.
    """
    if start is None:
        start = _start(terms, person, seen, rig)

    def solve(window: Window) -> tuple[np.ndarray, np.ndarray]:
        solver = WindowSolver(terms, Targets.of(seen.select(window.rows), rig), SERIAL, coupled=True)
        free = np.ones((len(window.rows), terms.layout.size), bool)
        free[:, fixed] = False
        return solver.frames(person, start[window.rows], terms.config.iterations, free)

    state, residual = start.copy(), np.full(len(seen), np.nan)
    with progress.stage("solving", total=len(seen)) as step:
        parts = windows(len(seen), terms.config)
        for window, (found, error) in zip(parts, pool.map(solve, parts), strict=True):
            state[window.kept], residual[window.kept] = found[window.inner], error[window.inner]
            step(len(window.kept))
    return state, np.where(seen.detected, residual, np.nan)


def choose_keyframes(seen: Observations, count: int) -> np.ndarray:
    """Rows of ``count`` frames with a face: even in time, and the extremes of turn, nod and open mouth."""
    rows = np.flatnonzero(seen.detected)
    if len(rows) <= count:
        return rows
    face = seen.landmarks_px[rows]
    size = np.linalg.norm(face[:, 10] - face[:, 152], axis=1)
    measures = (
        (face[:, 1, 0] - (face[:, 234, 0] + face[:, 454, 0]) / 2) / size,
        (face[:, 1, 1] - (face[:, 10, 1] + face[:, 152, 1]) / 2) / size,
        (face[:, 14, 1] - face[:, 13, 1]) / size,
    )
    share = count // (4 * len(measures))
    extreme = np.concatenate([np.concatenate([np.argsort(m)[:share], np.argsort(m)[-share:]]) for m in measures])
    even = np.linspace(0, len(rows) - 1, count - len(np.unique(extreme))).astype(int)
    return rows[np.unique(np.concatenate([extreme, even]))]


class WindowSolver:
    """Gauss-Newton over the frames of one window; ``coupled`` in time, or each on its own."""

    def __init__(self, terms: Terms, targets: Targets, pool: Mapper, *, coupled: bool) -> None:
        self.terms, self.targets, self.pool, self.coupled = terms, targets, pool, coupled
        self.chunks = [slice(start, start + CHUNK) for start in range(0, len(targets), CHUNK)]

    def frames(
        self, person: Person, start: np.ndarray, iterations: int, free: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The states ``[T, n]`` from ``start`` where ``free [T, n]``, and the mean landmark errors in pixels."""
        state, damping = start.copy(), DAMPING_START
        before = kept = None
        for iteration in range(iterations):
            normal = self._normal(person, state)
            if before is not None and normal.cost > before * (1 + 1e-6) and damping < DAMPING_MOST:
                assert kept is not None
                state, normal, damping = kept[0], kept[1], damping * 30
            else:
                if before is not None and before - normal.cost < self.terms.config.tolerance * before:
                    break
                kept, before, damping = (state, normal), normal.cost, max(damping / 10, DAMPING_LEAST)
            if iteration < iterations - 1:
                state = self._stepped(state, normal, damping, free)
        else:
            if before is not None and self._normal(person, state).cost > before and kept is not None:
                state = kept[0]
        return state, self._residual_px(person, state)

    def person(
        self,
        person: Person,
        start: np.ndarray,
        iterations: int,
        parts: frozenset[str],
        *,
        fixed: slice = slice(0, 0),
        progress: Callable[[int], None] = lambda _: None,
    ) -> tuple[Person, np.ndarray, float]:
        """The free ``parts`` of the person (``IDENTITY``, ``OFFSETS``, ``CAMERA``) and the frames together, without the
        unknowns ``fixed``. Returns also the standard deviation of the focal length's logarithm."""
        state, sigma = start.copy(), 0.0
        free = np.ones_like(state, bool)
        free[:, fixed] = False
        for _ in range(iterations):
            if "offsets" in parts:
                offsets = OffsetStep(self.terms, person, self.targets)
                self._normal(person, state, offsets.gather)
                person = offsets.solve()
            if "focal" in parts:
                together = PersonStep(self.terms, person, self.targets, free_identity="identity" in parts)
                self._normal(person, state, self._gather_person(together, state, free))
                person, step = together.solve()
                state, sigma = np.where(free, self._bounded(state + step), state), together.focal_sigma()
            else:
                state = self._stepped(state, self._normal(person, state), DAMPING_START, free)
            progress(1)
        return person, state, sigma

    def residuals(self, person: Person, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Landmark errors ``[T, L, 2]`` without the landmarker's bias, and their weights ``[T, L]``, mean 1."""
        parts: list[LandmarkError] = []
        self._normal(replace(person, bias=torch.zeros_like(person.bias)), state, lambda *seen: parts.append(seen[2]))
        weight = torch.cat([part.weight for part in parts]).numpy()
        return torch.cat([part.residual for part in parts]).numpy(), weight / weight.mean()

    def _gather_person(self, together: PersonStep, state: np.ndarray, free: np.ndarray) -> Callable[..., None]:
        def gather(
            rows: slice, seen: Linearised, error: LandmarkError, blocks: Tensor, gradient: np.ndarray, own: np.ndarray
        ) -> None:
            loose = self._loose(state[rows], gradient, free[rows])
            slope = torch.as_tensor(gradient * loose, dtype=torch.float32)
            move = torch.as_tensor(state[rows, self.terms.layout.move], dtype=torch.float32)
            together.gather(seen, error, _held(blocks, own, loose, DAMPING_START), slope, move)

        return gather

    def _normal(self, person: Person, state: np.ndarray, gather: Callable[..., None] | None = None) -> "_Normal":
        """The normal equations of all frames at ``state``; ``gather`` is shown every chunk on the way: its rows, the
        linearised landmarks, their error, and blocks, gradient and priors' diagonal of the frames."""
        cost, gradient, diagonal = self.terms.frame_priors(state, self.targets)
        stiffness = np.zeros((max(len(state) - 2, 0), state.shape[1]))
        if self.coupled:
            smooth, pull, stiffness = self.terms.smoothness(state, self.targets)
            cost, gradient = cost + smooth, gradient + pull
        model = self.terms.model.person(person.identity, person.offset_m)
        blocks = torch.empty(len(state), state.shape[1], state.shape[1])

        def linearise(rows: slice) -> tuple[float, Tensor, tuple]:
            part = torch.as_tensor(state[rows], dtype=torch.float32)
            seen = model.linearised(part, person.camera)
            seen = person.detected_px(seen, part[:, self.terms.layout.turn], self.terms.unit_px)
            error = self.terms.landmark_error(seen, part, self.targets, rows, self.terms.model.normal)
            own = (seen.jacobian / self.terms.unit_px).flatten(1, 2)
            heavy = own * error.weight.repeat_interleave(2, 1)[..., None]
            torch.matmul(heavy.transpose(1, 2), own, out=blocks[rows])
            slope = (heavy * error.residual.flatten(1)[..., None]).sum(1)
            visible = self.terms.visibility(part, self.terms.model.normal)
            open_by, by_state, open_weight, open_cost = self.terms.openings(seen, visible, self.targets, rows)
            edges = by_state.flatten(1, 2)
            pressed = edges * open_weight.repeat_interleave(2, 1)[..., None]
            blocks[rows].baddbmm_(pressed.transpose(1, 2), edges)
            slope += (pressed * open_by.flatten(1)[..., None]).sum(1)
            return error.cost + open_cost, slope, (seen, error) if gather else ()

        for rows, (chunk_cost, slope, kept) in zip(self.chunks, self.pool.map(linearise, self.chunks), strict=True):
            cost += chunk_cost
            gradient[rows] += slope.numpy()
            if gather is not None:
                gather(rows, *kept, blocks[rows], gradient[rows], diagonal[rows])
        return _Normal(cost, gradient, diagonal, stiffness, blocks)

    def _stepped(self, state: np.ndarray, normal: "_Normal", damping: float, free: np.ndarray) -> np.ndarray:
        """The state after one damped step inside the bounds (projected Newton, Bertsekas 1982)."""
        loose = self._loose(state, normal.gradient, free)
        blocks = _held(normal.blocks, normal.diagonal, loose, damping)
        if self.coupled:
            step = solve_coupled(blocks, normal.gradient, normal.stiffness, loose)
        else:
            right = torch.as_tensor(-normal.gradient * loose, dtype=torch.float32)[..., None]
            step = torch.cholesky_solve(right, torch.linalg.cholesky(blocks))[..., 0].numpy()
        return np.where(free, self._bounded(state + step), state)

    def _bounded(self, state: np.ndarray) -> np.ndarray:
        where = self.terms.layout.expression
        state[:, where] = np.clip(state[:, where], self.terms.bounds.lower, self.terms.bounds.upper)
        return state

    def _loose(self, state: np.ndarray, gradient: np.ndarray, free: np.ndarray) -> np.ndarray:
        """Which unknowns may move: not those at a bound that would leave it."""
        loose, where, bounds = free.copy(), self.terms.layout.expression, self.terms.bounds
        weights, slope = state[:, where], gradient[:, where]
        loose[:, where] &= ~((weights <= bounds.lower + BOUND_SLACK) & (slope > 0))
        loose[:, where] &= ~((weights >= bounds.upper - BOUND_SLACK) & (slope < 0))
        return loose

    def _residual_px(self, person: Person, state: np.ndarray) -> np.ndarray:
        model, out = self.terms.model.person(person.identity, person.offset_m), np.empty(len(state))
        for rows in self.chunks:
            seen = model.linearised(torch.as_tensor(state[rows], dtype=torch.float32), person.camera)
            out[rows] = (seen.pixels - self.targets.pixels[rows]).norm(dim=-1).mean(-1).numpy()
        return out


@dataclass(frozen=True)
class _Normal:
    """Normal equations at a state: ``cost``, ``gradient [T, n]`` of everything, ``diagonal [T, n]`` of the frames'
    priors, ``stiffness [T - 2, n]`` in time, ``blocks [T, n, n]`` of the landmarks."""

    cost: float
    gradient: np.ndarray
    diagonal: np.ndarray
    stiffness: np.ndarray
    blocks: Tensor


def _held(blocks: Tensor, diagonal: np.ndarray, loose: np.ndarray, damping: float) -> Tensor:
    """Blocks with priors and damping (Marquardt 1963) on the diagonal; fixed unknowns are unit rows."""
    free = torch.as_tensor(loose, dtype=torch.float32)
    out = blocks * (free[:, :, None] * free[:, None, :])
    own = blocks.diagonal(dim1=-2, dim2=-1)
    least = 1e-5 * own.mean(-1, keepdim=True) + 1e-9
    added = torch.as_tensor(diagonal, dtype=torch.float32) + damping * own + least
    out.diagonal(dim1=-2, dim2=-1).add_(added * free + (1 - free))
    return out

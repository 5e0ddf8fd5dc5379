"""The head of a clip: landmarks first, then the skin's texture, then the expression under the poses that it gave."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import torch

from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import shape_vertices
from lifemask.tracking.config import TrackingConfig
from lifemask.tracking.landmark_model import Layout, rigid_irises
from lifemask.tracking.observations import Observations
from lifemask.tracking.person import KnownPerson, Person, landmark_bias
from lifemask.tracking.personal import spread_offsets
from lifemask.tracking.photometric import LEVELS, Bundle, SkinTexture, SkinTracker, adjust_bundle
from lifemask.tracking.skin_store import SkinStore
from lifemask.tracking.solve import (
    OFFSETS,
    HeadSolution,
    WindowSolver,
    choose_keyframes,
    clip_terms,
    first_person,
    follow,
    person_parts,
)
from lifemask.tracking.terms import Targets, Terms
from lifemask.tracking.windows import SERIAL, Window, windows

BIAS_PULL = 0.05
ROUGH = 1e-2
HELD = 1e9
"""Weight of an identity that is known."""


def track_head(
    seen: Observations,
    rig: HeadRig,
    config: TrackingConfig,
    skin: SkinStore,
    *,
    threads: int,
    known: KnownPerson | None = None,
    progress: Progress = NULL_PROGRESS,
) -> HeadSolution:
    """Camera, person (unless ``known``) and the head's motion of a whole clip; ``skin`` holds a picture for every frame
    of ``seen``.

    Raises ``NoFaceError`` when fewer than two frames hold a face.
    """
    with ThreadPoolExecutor(threads) as pool:
        if known:
            config = replace(config, skin_identity_weight=HELD)
        used, terms = clip_terms(seen, rig, config)
        rows = choose_keyframes(seen, config.keyframes)
        keyframes = seen.select(rows)
        person, state, _ = first_person(terms, keyframes, rig, pool, progress, known)
        surface = person_surface(rig, person, used.numpy()) if known is None else known.surface.numpy()
        tracker = SkinTracker.of(rig, surface, person, skin, terms, pool)
        scale = skin.view.size_wh[0] / skin.view.width_px
        with progress.stage("the skin", total=len(LEVELS)) as step:
            bundle = adjust_bundle(tracker, rows, state, seen.interocular_px * scale, step)
        person = _under_known_poses(
            terms, keyframes, rig, bundle, pool, frozenset() if known else person_parts(rig) & OFFSETS
        )
        tracker = replace(bundle.tracker, person=person, pool=SERIAL)
        rough = replace(terms, config=replace(config, tolerance=ROUGH))  # the skin moves these poses anyway
        state, _ = follow(rough, person, seen, rig, pool, progress=progress)
        state = _nearer(state, rows, bundle.state)
        state = _follow_skin(tracker, bundle.textures, seen, rig, terms, state, pool, progress)
        state, residual = follow(terms, person, seen, rig, pool, start=state, fixed=Layout.pose, progress=progress)
    return HeadSolution(state, person, terms, used.numpy(), residual, bundle.focal_sigma)


def person_surface(rig: HeadRig, person: Person, used: np.ndarray) -> np.ndarray:
    """The person at rest, ``[V, 3]``."""
    offset = None
    if bool(person.offset_m.any()):
        offset = spread_offsets(rig, used, rigid_irises(person.offset_m).numpy())
    return shape_vertices(rig, person.identity, None if offset is None else torch.as_tensor(offset)).numpy()


def _under_known_poses(
    terms: Terms,
    keyframes: Observations,
    rig: HeadRig,
    bundle: Bundle,
    pool: ThreadPoolExecutor,
    parts: frozenset[str],
) -> Person:
    """The landmarks' own offsets, if among the free ``parts``, and their bias: the keyframes' poses are known."""
    targets = Targets.of(keyframes, rig)
    solver, person, state = WindowSolver(terms, targets, pool, coupled=False), bundle.tracker.person, bundle.state
    for _ in range(2):
        residual, weight = solver.residuals(person, state)
        person = landmark_bias(person, residual, weight, state[:, Layout.turn], BIAS_PULL)
        person, state, _ = solver.person(person, state, 2, parts, fixed=Layout.pose)
    return person


def _nearer(state: np.ndarray, rows: np.ndarray, known: np.ndarray) -> np.ndarray:
    """``state [T, n]`` with poses moved as those of the keyframes ``rows`` have to be to become ``known [K, n]``: an
    affine function of the turn, by least squares."""
    turn = lambda values: np.concatenate([values[:, Layout.turn], np.ones((len(values), 1))], 1)  # noqa: E731
    change = known[:, Layout.pose] - state[rows][:, Layout.pose]
    fit, *_ = np.linalg.lstsq(turn(state[rows]), change, rcond=None)
    moved = state.copy()
    moved[:, Layout.pose] += turn(state) @ fit
    return moved


def _follow_skin(
    tracker: SkinTracker,
    textures: tuple[SkinTexture, ...],
    seen: Observations,
    rig: HeadRig,
    terms: Terms,
    state: np.ndarray,
    pool: ThreadPoolExecutor,
    progress: Progress,
) -> np.ndarray:

    def solve(window: Window) -> np.ndarray:
        targets, found = Targets.of(seen.select(window.rows), rig), state[window.rows]
        for texture in textures:
            found = tracker.follow(texture, window.rows, found, targets, terms)
        return found[window.inner]

    followed = state.copy()
    with progress.stage("following the skin", total=len(seen)) as step:
        parts = windows(len(seen), terms.config)
        for window, found in zip(parts, pool.map(solve, parts), strict=True):
            followed[window.kept] = found
            step(len(window.kept))
    return followed

"""Hair that falls over the shoulders: guides grow along the scalp and down with gravity, hairs follow them in locks.

At the roots a hair follows the head, from the neck down more and more the torso. Nothing is simulated in time: the
posed rig alone says where every hair is.
"""

import numpy as np
from scipy.spatial import KDTree

from lifemask.synthetic.hair_volume import HairVolume
from lifemask.synthetic.landscape import above_hairline, smoothstep
from lifemask.synthetic.mesh import hair_volume
from lifemask.synthetic.noise import noise
from lifemask.synthetic.normals import fast_normals
from lifemask.synthetic.strands import Anchors, Strands
from lifemask.synthetic.subject import Subject
from lifemask.synthetic.surface import Surface, body_surface

LONG_POINTS = 30
NUM_GUIDES = 900
STIFFNESS = 0.5
"""How much of its direction a hair keeps from one point to the next."""
CLEARANCE_M = 0.0022
LOCK_M = 0.0055
"""Deviation of a lock's hairs from its guide, where they lie closest."""
WAVE_M, WAVELENGTH_M = 0.0042, 0.085
FLYAWAY_SHARE = 0.04
TORSO_FROM_M, TORSO_TO_M = -0.070, -0.175
"""Heights in the head frame between which hair passes from the head's motion to the torso's."""
WIDEST_M = 0.128
"""Guides that stand out further to a side are left out: they came to lie along a shoulder."""
NECK_M = np.array([0.0, 0.0, -0.095])
FRONT_Z_M = -0.092
"""Hair with roots before this falls in front of the shoulders, the rest behind."""


def long_hair(
    subject: Subject, surface: Surface, rows: np.ndarray, weights: np.ndarray, rest: np.ndarray, width_m: np.ndarray
) -> Strands:
    """Hairs ``[S]`` with roots at ``rows``, ``weights`` of ``surface`` (``rest [S, 3]`` on the template)."""
    rng, count = np.random.default_rng([44, subject.seed]), len(rows)
    body = body_surface(subject)
    roots = surface.at(surface.vertices, rows, weights)
    points = _hairs(subject, body, roots, rest, rng)
    points[:, 1:] = body.pushed_out(points[:, 1:].reshape(-1, 3), CLEARANCE_M).reshape(len(rows), -1, 3)

    share = np.maximum.accumulate(smoothstep(points[..., 1], TORSO_FROM_M, TORSO_TO_M), axis=1)
    hanging = points[:, -6]
    outwards = _unit((hanging - NECK_M) * (1, 0, 1))
    tip_normal = _unit(body.drop(hanging)[1] + outwards)
    root_normal = body.drop(points[:, LONG_POINTS // 4])[1]

    lock = np.clip(1 + 0.26 * noise(rest, 0.010, 22) + 0.20 * rng.standard_normal(count), 0.45, 1.9)
    rgb = np.array(subject.look.hair) * lock[:, None] * (1 + 0.05 * rng.standard_normal((count, 3)))
    return Strands(
        Anchors.bound(surface.vertices, _wide_triangles(subject, roots), points, root_normal),
        Anchors.bound(surface.vertices, _torso_triangles(subject, points[:, -4]), points, tip_normal),
        share,
        np.clip(rgb, 0.002, 1),
        width_m,
        HairVolume(points, body.points).light(points),
    )


def shadow_of_hair(subject: Subject, strands: Strands) -> tuple[np.ndarray, np.ndarray]:
    """Shares of key light and of the room's light ``[V]`` that long hair lets through to the rig's vertices."""
    vertices = subject.neutral.astype(np.float64)
    long = strands.tip_share[:, -1] > 0
    volume = HairVolume(strands.root.at(vertices)[long], vertices)
    return volume.on_body(vertices, fast_normals(vertices, subject.rig.faces.numpy().astype(np.int32)))


def _hairs(
    subject: Subject, body: Surface, roots: np.ndarray, rest: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Points ``[S, LONG_POINTS, 3]`` of all hairs: locks around the guides."""
    count = len(roots)
    chosen = rng.choice(count, NUM_GUIDES, replace=False)
    guides = _grow_guides(subject, body, roots[chosen], rest[chosen], rng)
    hanging = np.abs(guides[:, :, 0]).max(1) < WIDEST_M
    roots_of, guides = chosen[hanging], guides[hanging]

    side = np.where(roots[:, 0] > _parting_x(subject), 0.05, -0.05)
    place = np.concatenate([roots, side[:, None]], 1)
    distance, near = (np.asarray(found) for found in KDTree(place[roots_of]).query(place, k=3))
    blend = 1 / (distance + 1e-4) ** 2
    blend /= blend.sum(1, keepdims=True)

    along = np.linspace(0, 1, LONG_POINTS)
    one_lock = smoothstep(along, 0.05, 0.6)[None, :, None]
    moved = guides - guides[:, :1]
    path = (1 - one_lock) * np.einsum("sg,sgkx->skx", blend, moved[near]) + one_lock * moved[near[:, 0]]
    # Hairs of a lock draw together from their roots' distance.
    apart = (roots - roots[roots_of[near[:, 0]]])[:, None]
    together = 1 - 0.75 * smoothstep(along, 0.15, 0.75)[:, None]
    flyaway = (rng.uniform(size=count) < FLYAWAY_SHARE)[:, None, None]
    loose = LOCK_M * np.clip(rng.standard_normal((count, 1, 3)), -2, 2) * (1 + 1.2 * flyaway)
    loose = loose * (smoothstep(along, 0.02, 0.35) * (1 - 0.35 * smoothstep(along, 0.6, 1.0)))[:, None]
    points = roots[roots_of[near[:, 0]]][:, None] + apart * together + path + loose

    length = subject.look.hair_length_m
    phase = 2 * np.pi * (noise(rest, 0.02, 31) + 0.08 * rng.standard_normal(count))[:, None]
    turn = 2 * np.pi * along * length / WAVELENGTH_M + phase
    wave = WAVE_M * smoothstep(along, 0.12, 0.5) * (1 + 0.6 * flyaway[..., 0])
    points += np.stack([wave * np.cos(turn), np.zeros_like(turn), wave * np.sin(turn)], -1)
    return _shortened(points, rng.uniform(0.80, 1.0, count) * (1 - 0.25 * rng.uniform(size=count) ** 4))


def _shortened(points: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The first ``share [S]`` of each hair ``[S, K, 3]``, with as many points."""
    at = share[:, None] * np.arange(points.shape[1])
    first = np.minimum(at.astype(int), points.shape[1] - 2)
    part = (at - first)[..., None]
    take = np.arange(len(points))[:, None]
    return points[take, first] * (1 - part) + points[take, first + 1] * part


def _parting_x(subject: Subject) -> float:
    return 0.016 * subject.look.parting


def _grow_guides(
    subject: Subject, body: Surface, roots: np.ndarray, rest: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Guides ``[G, LONG_POINTS, 3]``: away from the parting, then down; pushed out of head, neck and shoulders."""
    count = len(roots)
    step = subject.look.hair_length_m / (LONG_POINTS - 1)
    layer = rng.uniform(0.45, 1.15, count)
    height = np.maximum(hair_volume(rest, subject), 0.008) * layer
    before = roots[:, 2] + 0.012 * noise(rest, 0.03, 33) > FRONT_Z_M
    side = np.where(roots[:, 0] > _parting_x(subject), 1.0, -1.0)
    point, points = roots.copy(), np.empty((count, LONG_POINTS, 3))
    foot, normal = body.drop(point)
    direction = _unit(_combed(subject, point, side) + 0.5 * normal)
    for index in range(LONG_POINTS):
        points[:, index] = point
        close = smoothstep(((point - foot) * normal).sum(1), 0.035, 0.010)
        top = smoothstep(point[:, 1], 0.015, 0.085)[:, None]
        want = top * _combed(subject, point, side) + (1 - top) * _falling(point, side, before, close)
        facing = (want * normal).sum(1, keepdims=True)
        want -= np.where(facing < 0, facing, top * facing) * normal
        on_shoulder = close * smoothstep(point[:, 1], -0.09, -0.12)
        want[:, 0] *= 1 - on_shoulder
        direction = _unit(STIFFNESS * direction + (1 - STIFFNESS) * _unit(want))
        ahead = point + step * direction
        foot, normal = body.drop(ahead)
        above = ((ahead - foot) * normal).sum(1)
        rise = height * (1 - np.exp(-1.5 * (index + 1)))
        lies = smoothstep(point[:, 1], 0.02, 0.075)
        ahead += (np.maximum(rise - above, 0) - lies * np.maximum(above - rise, 0))[:, None] * normal
        # On a shoulder hair slides to the front or to the back, not outwards along the slope.
        ahead[:, 0] -= side * on_shoulder * np.maximum(side * (ahead[:, 0] - point[:, 0]), 0)
        direction = _unit(ahead - point)
        point = point + step * direction
    for _ in range(2):
        points[:, 1:-1] = 0.25 * points[:, :-2] + 0.5 * points[:, 1:-1] + 0.25 * points[:, 2:]
    return points


def _combed(subject: Subject, points: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Directions ``[N, 3]`` on top of the head: away from the parting in front, from the crown behind."""
    front = smoothstep(points[:, 2], -0.125, -0.055)[:, None]
    sideways = np.stack([side, np.full(len(points), -0.10), np.full(len(points), -0.42)], 1)
    around = np.stack([points[:, 0] - _parting_x(subject), np.full(len(points), -0.03), points[:, 2] + 0.085], 1)
    return _unit(front * _unit(sideways) + (1 - front) * _unit(around))


def _falling(points: np.ndarray, side: np.ndarray, before: np.ndarray, close: np.ndarray) -> np.ndarray:
    """Directions ``[N, 3]`` beside the head: down, out of the face, and before or behind the shoulder."""
    face = smoothstep(points[:, 2], -0.075, -0.035) * smoothstep(points[:, 1], -0.09, -0.05)
    low = smoothstep(points[:, 1], -0.07, -0.12)
    want = np.zeros_like(points)
    want[:, 0] = 0.35 * face * side
    want[:, 1] = -1.0
    want[:, 2] = -0.75 * face + low * np.where(before, 0.25 + 1.5 * close, -0.45 - 1.5 * close)
    return want


def _wide_triangles(subject: Subject, roots: np.ndarray) -> np.ndarray:
    """For each root a triangle ``[S, 3]`` of scalp vertices so far apart that no expression tilts it."""
    template, neutral = subject.rig.template.numpy().astype(np.float64), subject.neutral.astype(np.float64)
    scalp = np.flatnonzero(
        (above_hairline(template) > 0.012)
        & (subject.rig.skin_weights.numpy()[:, 2] > 0.99)
        & ~subject.rig.regions["ears"].numpy()
    )
    chosen = [int(scalp[0])]
    distance = np.full(len(scalp), np.inf)
    for _ in range(27):
        distance = np.minimum(distance, np.linalg.norm(neutral[scalp] - neutral[chosen[-1]], axis=1))
        chosen.append(int(scalp[distance.argmax()]))
    _, near = KDTree(neutral[chosen]).query(roots, k=3)
    return np.array(chosen)[near]


def _torso_triangles(subject: Subject, points: np.ndarray) -> np.ndarray:
    """For each of ``points [S, 3]`` the nearest triangle ``[S, 3]`` that moves with the torso alone."""
    faces = subject.rig.faces.numpy()
    faces = faces[(subject.rig.skin_weights.numpy()[faces, 0] > 0.999).all(1)]
    _, near = KDTree(subject.neutral[faces].mean(1)).query(points)
    return faces[near]


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)

"""Where hairs grow and how they are combed: head, brows, lashes."""

import numpy as np

from lifemask.synthetic.landscape import above_hairline, inside_polygon, smoothstep
from lifemask.synthetic.long_hair import LONG_POINTS, long_hair
from lifemask.synthetic.mesh import hair_volume
from lifemask.synthetic.noise import noise
from lifemask.synthetic.paint import LEFT_BROW_LOWER, LEFT_BROW_UPPER
from lifemask.synthetic.strands import ROOT_LIGHT, Anchors, Strands
from lifemask.synthetic.subject import Subject
from lifemask.synthetic.surface import Surface, head_surface

POINTS = 7
HEAD_HAIRS, BROW_HAIRS, LASHES = 11000, 240, 40
"""At a picture of 512 pixels: on the head, per brow, per eye."""
HEAD_WIDTH_M, BROW_WIDTH_M, LASH_WIDTH_M = 0.00055, 0.00026, 0.00014
FLYAWAY_SHARE = 0.015
UPPER_LIDS = ((263, 466, 388, 387, 386, 385, 384), (33, 246, 161, 160, 159, 158, 157))


def groom(subject: Subject, size: int) -> Strands:
    """All hairs of a subject for pictures of ``size`` pixels; fewer where they could not be told apart."""
    amount = float(np.clip(size / 512, 0.3, 1.6))
    surface = head_surface(subject)
    points = LONG_POINTS if subject.look.long_hair else POINTS
    return Strands.joined([
        _head(subject, surface, amount), _brows(subject, surface, amount, points), _lashes(subject, amount, points),
    ])  # fmt: skip


def _head(subject: Subject, surface: Surface, amount: float) -> Strands:
    rng = np.random.default_rng([41, subject.seed])
    look = subject.look
    growth = smoothstep(above_hairline(surface.template), -0.006, 0.004)
    growth[subject.rig.regions["ears"].numpy()] = 0
    rows, weights = surface.sample(rng, int(2.2 * HEAD_HAIRS * amount), growth[surface.faces].mean(1))
    rest = surface.at(surface.template, rows, weights)
    inside = above_hairline(rest) + 0.004 * noise(rest, 0.012, 3) + 0.002 * noise(rest, 0.004, 11)
    ear = (np.abs(rest[:, 0]) > 0.074) & (rest[:, 1] < 0.002) & (rest[:, 2] > -0.1) & (rest[:, 2] < -0.064)
    keep = np.flatnonzero((smoothstep(inside, -0.003, 0.006) > rng.uniform(size=len(rest))) & ~ear)
    keep = keep[: int(HEAD_HAIRS * amount)]
    rows, weights, rest = rows[keep], weights[keep], rest[keep]
    count = len(keep)
    # Hairs at the border are finer, and nothing shades their roots.
    border = 1 - smoothstep(inside[keep], 0.000, 0.014)
    if look.long_hair:
        return long_hair(subject, surface, rows, weights, rest, HEAD_WIDTH_M * (1 - 0.55 * border))

    top = smoothstep(rest[:, 1], 0.035, 0.085)
    length = look.hair_length_m * (0.35 + 0.65 * top) * rng.uniform(0.75, 1.15, count)
    layer = rng.uniform(0.35, 1.12, count)
    flyaway = rng.uniform(size=count) < FLYAWAY_SHARE
    layer[flyaway] *= rng.uniform(1.05, 1.45, int(flyaway.sum()))
    swirl = 0.45 * noise(rest, 0.016, 21) + 0.14 * rng.standard_normal(count) * (1 + flyaway)
    height = hair_volume(rest, subject) * layer

    def comb(points: np.ndarray) -> np.ndarray:
        upper = smoothstep(points[:, 1], 0.035, 0.085)[:, None]
        back = np.array([0.62 * look.parting, 0.10, -0.80])
        return upper * back + (1 - upper) * np.array([0.0, -0.80, -0.55])

    points, normals = _grow(surface, rows, weights, comb, length, swirl, height, POINTS)
    lock = np.clip(1 + 0.30 * noise(rest, 0.009, 22) + 0.22 * rng.standard_normal(count), 0.45, 2.0)
    rgb = np.array(look.hair) * lock[:, None] * (1 + 0.06 * rng.standard_normal((count, 3)))
    return Strands.short(
        Anchors.bound(surface.vertices, surface.faces[rows], points, normals),
        np.clip(rgb * (1 + 0.5 * border[:, None]), 0.002, 1),
        HEAD_WIDTH_M * (1 - 0.55 * border),
        ROOT_LIGHT + (0.95 - ROOT_LIGHT) * border,
    )


def _grow(surface, rows, weights, comb, length, swirl, height, num_points) -> tuple[np.ndarray, np.ndarray]:
    """Walk over the surface along ``comb`` turned by ``swirl [S]`` radians, rising to ``height [S]``: points
    ``[S, num_points, 3]`` and the normals half way."""
    foot = surface.at(surface.vertices, rows, weights)
    points = np.empty((len(rows), num_points, 3))
    middle = np.empty((len(rows), 3))
    step = (length / (num_points - 1))[:, None]
    for index in range(num_points):
        foot, normal = surface.drop(foot)
        share = index / (num_points - 1)
        rise = height * (1 - np.exp(-3.2 * share)) * (1 - 0.25 * share**2)
        points[:, index] = foot + normal * rise[:, None]
        if index == num_points // 2:
            middle = normal
        along = comb(foot)
        along = along - normal * (along * normal).sum(1, keepdims=True)
        along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
        across = np.cross(normal, along)
        foot = foot + step * (np.cos(swirl)[:, None] * along + np.sin(swirl)[:, None] * across)
    return points, middle


def _brows(subject: Subject, surface: Surface, amount: float, num_points: int) -> Strands:
    rng = np.random.default_rng([42, subject.seed])
    landmarks = subject.rig.landmarks(subject.rig.template).numpy().astype(np.float64)
    upper, lower = landmarks[list(LEFT_BROW_UPPER)], landmarks[list(LEFT_BROW_LOWER)]
    outline = np.concatenate([upper, lower[::-1]])[:, :2]
    low, high = outline.min(0), outline.max(0)
    centre = surface.template[surface.faces].mean(1)
    near = (np.abs(np.abs(centre[:, 0]) - (low[0] + high[0]) / 2) < 0.03) & (centre[:, 2] > -0.02)
    near &= np.abs(centre[:, 1] - (low[1] + high[1]) / 2) < 0.02
    rows, weights = surface.sample(rng, int(BROW_HAIRS * amount) * 14, near.astype(float))
    rest = surface.at(surface.template, rows, weights)
    mirrored = np.stack([np.abs(rest[:, 0]), rest[:, 1]], 1) + rng.normal(0, 0.0005, (len(rest), 2))
    keep = np.flatnonzero(inside_polygon(mirrored, outline))[: int(BROW_HAIRS * amount) * 2]
    rows, weights, rest = rows[keep], weights[keep], rest[keep]
    outwards = np.clip((np.abs(rest[:, 0]) - low[0]) / (high[0] - low[0]), 0, 1)
    middle_y = np.interp(np.abs(rest[:, 0]), upper[::-1, 0], (upper[::-1, 1] + lower[::-1, 1]) / 2)
    angle = np.interp(outwards, [0, 0.18, 0.55, 1.0], np.radians([72, 40, 14, -24]))
    angle -= np.clip((rest[:, 1] - middle_y) / 0.003, -1, 1) * 0.35 - 0.10 * rng.standard_normal(len(rest))
    side = np.sign(rest[:, 0])

    def comb(points: np.ndarray) -> np.ndarray:
        return np.stack([side * np.cos(angle), np.sin(angle), np.zeros(len(points))], 1)

    count = len(rest)
    points, normals = _grow(
        surface,
        rows,
        weights,
        comb,
        rng.uniform(0.0045, 0.0080, count),
        np.zeros(count),
        rng.uniform(0.0003, 0.0011, count),
        num_points,
    )
    rgb = (1.15 * np.array(subject.look.hair) + 0.012) * rng.uniform(0.6, 1.3, (count, 1))
    return Strands.short(
        Anchors.bound(surface.vertices, surface.faces[rows], points, normals),
        rgb,
        np.full(count, BROW_WIDTH_M),
        np.full(count, 0.8),
    )


def _lashes(subject: Subject, amount: float, num_points: int) -> Strands:
    """Upper lashes: out of the lid's margin, curving up and outwards like a fan."""
    rig, rng = subject.rig, np.random.default_rng([43, subject.seed])
    triangles = rig.landmark_triangles.numpy()
    faces = rig.faces.numpy()
    margin = rig.landmarks(rig.template.new_tensor(subject.neutral)).numpy().astype(np.float64)
    corners, points, normals = [], [], []
    for lid in UPPER_LIDS:
        line = margin[list(lid)]
        side = np.sign(line[0, 0])
        for _ in range(round(LASHES * amount)):
            at = rng.uniform(0, len(lid) - 1.001)
            first, share = int(at), at - int(at)
            root = line[first] * (1 - share) + line[first + 1] * share
            outer = 1 - at / (len(lid) - 1)
            fan = side * (0.75 * outer - 0.25) + rng.normal(0, 0.10)
            length = (0.0034 + 0.0024 * np.sin(np.pi * min(0.15 + 0.7 * outer, 1.0))) * rng.uniform(0.8, 1.1)
            along = np.linspace(0, 1, num_points)[:, None] * length
            direction = np.array([fan, -0.22, 0.85])
            direction /= np.linalg.norm(direction)
            points.append(root + along * direction + np.array([0, 1, 0.1]) * along**2 / length * 0.60)
            corners.append(faces[triangles[lid[first + round(share)]]])
            normals.append((0, 0.3, 0.95))
    count = len(points)
    return Strands.short(
        Anchors.bound(subject.neutral.astype(np.float64), np.array(corners), np.array(points), np.array(normals)),
        np.tile((0.022, 0.014, 0.010), (count, 1)),
        np.full(count, LASH_WIDTH_M),
        np.full(count, 0.8),
    )

"""The colours of skin, lips, teeth, mouth, cloth and hair as functions of the place on the rig's template."""

from collections.abc import Callable

import numpy as np

from lifemask.rig.landmark_sets import LEFT_EYE, OUTER_LIPS
from lifemask.synthetic.landscape import (
    above_hairline,
    below_collar,
    distance_to_polyline,
    inside_polygon,
    smoothstep,
)
from lifemask.synthetic.mesh import CLOTH, COLLAR_RIB_M, HAIR, MOUTH, SKIN, TEETH
from lifemask.synthetic.noise import noise
from lifemask.synthetic.subject import Subject

Paint = Callable[[np.ndarray], np.ndarray]

GLOSS = {"skin": 0.13, "lips": 0.30, "mouth": 0.30, "teeth": 0.45, "cloth": 0.015, "hair": 0.02}

# Blood near the surface: place on the template's right half (mirrored), spread in metres, strength.
_BLUSH = (
    ((0.043, -0.040, 0.018), 0.017, 0.55),
    ((0.000, -0.044, 0.045), 0.010, 0.60),
    ((0.000, -0.105, 0.020), 0.014, 0.30),
    ((0.085, -0.022, -0.080), 0.022, 0.55),
    ((0.030, -0.010, 0.018), 0.014, 0.30),
)
LEFT_BROW_UPPER, LEFT_BROW_LOWER = (300, 293, 334, 296, 336), (276, 283, 282, 295, 285)
NUM_FRECKLES = 260
NUM_MOLES = 5


def paints(subject: Subject) -> dict[int, Paint]:
    """Material -> function from template points ``[N, 3]`` to (red, green, blue, gloss) ``[N, 4]``,
    linear."""
    landmarks = subject.rig.landmarks(subject.rig.template).numpy().astype(np.float64)
    return {
        SKIN: lambda points: _skin(points, subject, landmarks),
        MOUTH: _mouth,
        TEETH: _teeth,
        CLOTH: lambda points: _cloth(points, subject),
        HAIR: lambda points: _hair(points, subject),
    }


def _skin(points: np.ndarray, subject: Subject, landmarks: np.ndarray) -> np.ndarray:
    look = subject.look
    mottled = 0.5 * noise(points, 0.011, 1) + 0.4 * noise(points, 0.0045, 2) + 0.5 * noise(points, 0.03, 3)
    pores = noise(points, 0.0012, 4)
    colour = np.array(look.skin) * (1 + 0.045 * mottled + 0.035 * pores)[:, None]
    colour[:, 1:] *= 1 - 0.02 * mottled[:, None]
    gloss = GLOSS["skin"] * (1 + 0.35 * pores + 0.2 * mottled)

    mirrored = points.copy()
    mirrored[:, 0] = np.abs(mirrored[:, 0])
    blood = np.zeros(len(points))
    for centre, spread, strength in _BLUSH:
        blood += strength * np.exp(-((mirrored - centre) ** 2).sum(1) / (2 * spread**2))
    blood *= 1 + 0.25 * noise(points, 0.006, 5)
    colour *= 1 - np.clip(blood, 0, 1)[:, None] * (0.04, 0.22, 0.20)

    _spots(points, colour, subject.seed)
    _around_eyes(mirrored, colour, landmarks)
    _under_brows(mirrored, colour, subject, landmarks)
    _lips(points, colour, gloss, subject, landmarks)
    _under_hair(points, colour, gloss, subject)
    collar = np.exp(-(((below_collar(points) + 0.004) / 0.012) ** 2))
    colour *= 1 - 0.35 * collar[:, None]
    return np.concatenate([np.clip(colour, 0.002, 1), gloss[:, None]], 1)


def _spots(points: np.ndarray, colour: np.ndarray, seed: int) -> None:
    """Freckles over nose and cheeks, and a few moles."""
    rng = np.random.default_rng([7, seed])
    face = np.flatnonzero((points[:, 2] > -0.03) & (np.abs(points[:, 1] + 0.02) < 0.1))
    centres = [
        (rng.normal((0, -0.022), (0.030, 0.022)), rng.uniform(0.0004, 0.0009), rng.uniform(0.1, 0.32))
        for _ in range(NUM_FRECKLES)
    ]
    centres += [
        (rng.uniform((-0.055, -0.1), (0.055, 0.05)), rng.uniform(0.0008, 0.0013), 0.8) for _ in range(NUM_MOLES)
    ]
    order = face[np.argsort(points[face, 0])]
    across = points[order, 0]
    for centre, radius, strength in centres:
        near = order[np.searchsorted(across, centre[0] - 3 * radius) : np.searchsorted(across, centre[0] + 3 * radius)]
        distance2 = ((points[near, :2] - centre) ** 2).sum(1)
        amount = strength * np.exp(-((distance2 / radius**2) ** 2))
        colour[near] *= 1 - amount[:, None] * (0.45, 0.60, 0.70)


def _around_eyes(mirrored: np.ndarray, colour: np.ndarray, landmarks: np.ndarray) -> None:
    """Lids a little darker and redder, the lash line dark, brows with a shadow under their hairs."""
    near = np.flatnonzero((mirrored[:, 2] > -0.01) & (mirrored[:, 1] > -0.03) & (mirrored[:, 1] < 0.045))
    part = mirrored[near]
    ring = landmarks[list(LEFT_EYE)]
    upper = landmarks[[263, 466, 388, 387, 386, 385, 384, 398]]
    lower = landmarks[[263, 249, 390, 373, 374, 380, 381, 382]]
    lid = np.exp(-((distance_to_polyline(part, ring) / 0.0065) ** 2))
    lash = smoothstep(distance_to_polyline(part, upper), 0.0016, 0.0003)
    lash = np.maximum(lash, 0.45 * smoothstep(distance_to_polyline(part, lower), 0.0012, 0.0002))
    bag = np.exp(-((((part[:, :2] - (0.030, -0.014)) / (0.013, 0.005)) ** 2).sum(1)))
    colour[near] *= 1 - lid[:, None] * (0.14, 0.24, 0.22) - 0.10 * bag[:, None] * (1.0, 1.2, 0.9)
    colour[near] *= 1 - lash[:, None] * (0.80, 0.86, 0.88)


def _under_brows(mirrored: np.ndarray, colour: np.ndarray, subject: Subject, landmarks: np.ndarray) -> None:
    near = np.flatnonzero((mirrored[:, 2] > -0.01) & (mirrored[:, 1] > 0.005) & (mirrored[:, 1] < 0.04))
    part = mirrored[near]
    upper, lower = landmarks[list(LEFT_BROW_UPPER)], landmarks[list(LEFT_BROW_LOWER)]
    outline = np.concatenate([upper, lower[::-1]])[:, :2]
    distance = distance_to_polyline(part[:, :2], np.concatenate([outline, outline[:1]]))
    inside = np.where(inside_polygon(part[:, :2], outline), distance, -distance)
    amount = 0.78 * smoothstep(inside + 0.0006 * noise(part, 0.002, 18), -0.0012, 0.0022)[:, None]
    colour[near] += amount * (1.3 * np.array(subject.look.hair) + 0.01 - colour[near])


def _lips(points: np.ndarray, colour: np.ndarray, gloss: np.ndarray, subject: Subject, landmarks: np.ndarray) -> None:
    outline = landmarks[list(OUTER_LIPS)][:, :2]
    near = np.flatnonzero(
        (points[:, 2] > 0.005) & (np.abs(points[:, 0]) < 0.036) & (np.abs(points[:, 1] + 0.074) < 0.026)
    )
    part = points[near]
    distance = distance_to_polyline(part[:, :2], np.concatenate([outline, outline[:1]]))
    inside = np.where(inside_polygon(part[:, :2], outline), distance, -distance)
    amount = smoothstep(inside, -0.0013, 0.0013)
    creases = 1 + 0.10 * noise(part, (0.0014, 0.008, 0.008), 8) + 0.05 * noise(part, 0.004, 9)
    colour[near] += amount[:, None] * (np.array(subject.look.lips) * creases[:, None] - colour[near])
    gloss[near] += amount * (GLOSS["lips"] - gloss[near])


def _under_hair(points: np.ndarray, colour: np.ndarray, gloss: np.ndarray, subject: Subject) -> None:
    """The scalp is dark where hair grows, with a soft and irregular border."""
    inside = above_hairline(points) + 0.004 * noise(points, 0.012, 3) + 0.002 * noise(points, 0.004, 11)
    ear = (np.abs(points[:, 0]) > 0.072) & (points[:, 1] < 0.004) & (points[:, 2] > -0.102) & (points[:, 2] < -0.06)
    amount = np.where(ear, 0.0, smoothstep(inside, -0.003, 0.008))[:, None] * 0.92
    colour += amount * (np.array(subject.look.hair) * 1.2 - colour)
    gloss *= 1 - 0.8 * amount[:, 0]


def _mouth(points: np.ndarray) -> np.ndarray:
    wet = noise(points, 0.004, 12)
    depth = smoothstep(points[:, 2], -0.03, 0.024)[:, None]
    colour = (0.10 + 0.90 * depth) * np.array((0.36, 0.115, 0.105)) * (1 + 0.10 * wet[:, None])
    return np.concatenate([colour, np.full((len(points), 1), GLOSS["mouth"]) * depth], 1)


def _teeth(points: np.ndarray) -> np.ndarray:
    """Separate teeth along the arch; gums at the roots."""
    along = np.abs(np.arctan2(points[:, 0], points[:, 2] + 0.020)) * 0.034
    edges = np.array([0.0, 0.0082, 0.0148, 0.0222, 0.0292, 0.0362, 0.0460, 0.0560, 0.066])
    gap = np.abs(along[:, None] - edges).min(1)
    upper = points[:, 1] > -0.0755
    root = np.where(upper, points[:, 1] + 0.0625, -0.0905 - points[:, 1]) + 0.0012 * np.cos(gap / 0.0035 * np.pi)
    gum = smoothstep(root, -0.0008, 0.0012)[:, None]
    enamel = np.array((0.92, 0.82, 0.65)) * (1 - 0.38 * np.exp(-((gap / 0.0006) ** 2)))[:, None]
    enamel *= 1 - 0.55 * smoothstep(along, 0.010, 0.036)[:, None]
    colour = enamel + gum * (np.array((0.42, 0.16, 0.15)) - enamel)
    return np.concatenate([colour, np.full((len(points), 1), GLOSS["teeth"])], 1)


def _cloth(points: np.ndarray, subject: Subject) -> np.ndarray:
    below = below_collar(points)
    azimuth = np.arctan2(points[:, 0], points[:, 2] + 0.095)
    knit = 0.08 * noise(points, (0.0011, 0.004, 0.0011), 13) + 0.07 * noise(points, (0.004, 0.0013, 0.004), 14)
    heather = 0.07 * noise(points, 0.012, 15)
    rib = 0.16 * np.cos(azimuth * 170) * smoothstep(below, COLLAR_RIB_M, COLLAR_RIB_M - 0.001)
    seam = 0.40 * np.exp(-(((below - COLLAR_RIB_M - 0.0008) / 0.0010) ** 2))
    shade = (1 + knit + heather + rib) * (1 - seam)
    colour = np.array(subject.look.shirt) * shade[:, None]
    return np.concatenate([np.clip(colour, 0.003, 1), np.full((len(points), 1), GLOSS["cloth"])], 1)


def _hair(points: np.ndarray, subject: Subject) -> np.ndarray:
    streak = 0.30 * noise(points, (0.003, 0.02, 0.02), 16) + 0.2 * noise(points, 0.01, 17)
    colour = np.array(subject.look.hair) * np.clip(0.55 + streak, 0.2, 2)[:, None]
    return np.concatenate([colour, np.full((len(points), 1), GLOSS["hair"])], 1)

"""Who the synthetic subject is: a shape from the rig's own identity space and a palette, both from one
seed."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from lifemask.rig.bust import load_bust
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import shape_vertices
from lifemask.synthetic.noise import noise

RGB = tuple[float, float, float]

IDENTITY_SPREAD = 0.55
"""Standard deviations of the drawn identity, small enough that nobody looks odd."""
PERSONAL_OFFSET_M = 0.0012
"""What no identity basis knows of a person: a smooth field of about a millimetre, so that a tracker has to
find it."""

EYE_ROOM_M = 0.045
FIRST_STREAM = 3
"""The first drawn person who is pleasant to look at."""


SHORT_HAIR_M, LONG_HAIR_M = (0.045, 0.065), (0.29, 0.33)
LONG_HAIRED = (2,)
"""Seeds of the people whose hair falls over their shoulders."""


@dataclass(frozen=True)
class Look:
    """Colours are linear RGB albedos; lengths are metres."""

    skin: RGB
    lips: RGB
    hair: RGB
    iris: RGB
    shirt: RGB
    hair_length_m: float
    """Of the longest hairs."""
    hair_volume_m: float
    parting: float
    """The side to which the hair is combed: +1 the subject's left, -1 the right."""

    @property
    def long_hair(self) -> bool:
        """Whether it falls over the shoulders."""
        return self.hair_length_m > 0.2


@dataclass(frozen=True)
class Subject:
    """A person: ``identity [I]`` in standard deviations, ``vertex_offset_m [V, 3]`` beside the basis, and the
    sum ``neutral [V, 3]`` at rest in the head frame (all float32 arrays)."""

    seed: int
    rig: HeadRig
    identity: np.ndarray
    vertex_offset_m: np.ndarray
    neutral: np.ndarray
    look: Look


_SKINS: tuple[RGB, ...] = (
    (0.58, 0.345, 0.250),
    (0.40, 0.215, 0.135),
    (0.66, 0.440, 0.345),
    (0.25, 0.125, 0.075),
    (0.50, 0.290, 0.190),
)
_HAIRS: tuple[RGB, ...] = (
    (0.055, 0.030, 0.017),
    (0.014, 0.010, 0.009),
    (0.230, 0.135, 0.060),
    (0.012, 0.009, 0.008),
    (0.120, 0.042, 0.018),
)
_IRISES: tuple[RGB, ...] = (
    (0.120, 0.085, 0.040),
    (0.060, 0.028, 0.012),
    (0.090, 0.150, 0.200),
    (0.045, 0.020, 0.010),
    (0.085, 0.120, 0.060),
)
_SHIRTS: tuple[RGB, ...] = (
    (0.045, 0.085, 0.140),
    (0.150, 0.045, 0.040),
    (0.060, 0.105, 0.080),
    (0.330, 0.290, 0.210),
    (0.075, 0.075, 0.085),
)


@lru_cache(maxsize=4)
def load_subject(identity_seed: int = 0) -> Subject:
    """The person of a seed; the same on every machine."""
    rig = load_bust()
    rng = np.random.default_rng([2024, FIRST_STREAM + identity_seed])
    identity = np.clip(rng.normal(size=rig.num_identity), -1.6, 1.6).astype(np.float32) * IDENTITY_SPREAD
    template = rig.template.numpy()
    offset = np.stack([noise(template, 0.035, shift=10 * identity_seed + axis) for axis in range(3)], 1)
    offset *= PERSONAL_OFFSET_M * (rig.skin_weights.numpy()[:, 2] * _away_from_eyes(rig))[:, None]
    neutral = shape_vertices(rig, torch.from_numpy(identity), torch.from_numpy(offset)).numpy()
    return Subject(identity_seed, rig, identity, offset.astype(np.float32), neutral, _look(identity_seed, rng))


def _away_from_eyes(rig: HeadRig) -> np.ndarray:
    """0 on the eyes and lids, 1 from ``EYE_ROOM_M`` on: lids and eyeballs must keep fitting each other."""
    apart = (rig.template[:, None] - rig.joint_positions[3:5]).norm(dim=-1).amin(1).numpy()
    return np.clip((apart - EYE_ROOM_M / 2) / (EYE_ROOM_M / 2), 0, 1)


def _look(seed: int, rng: np.random.Generator) -> Look:
    lengths = LONG_HAIR_M if seed in LONG_HAIRED else SHORT_HAIR_M
    skin = _SKINS[seed % len(_SKINS)]
    return Look(
        skin=skin,
        lips=(skin[0] * 0.82, skin[1] * 0.50, skin[2] * 0.56),
        hair=_HAIRS[seed % len(_HAIRS)],
        iris=_IRISES[seed % len(_IRISES)],
        shirt=_SHIRTS[seed % len(_SHIRTS)],
        hair_length_m=float(rng.uniform(*lengths)),
        hair_volume_m=float(rng.uniform(0.014, 0.019)),
        parting=float(rng.choice([-1.0, 1.0])),
    )

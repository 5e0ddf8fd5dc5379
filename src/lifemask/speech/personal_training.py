"""From a person's clip to their own mouth: what they said, how their mouth stood, and two networks between the two."""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter
from torch import Tensor

from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.head import HeadRig
from lifemask.speech.config import MouthTraining
from lifemask.speech.ear import REACHES, Ear
from lifemask.speech.layers import SAMPLES_PER_MOTION
from lifemask.speech.mouth_net import NetShape
from lifemask.speech.mouth_space import MouthSpace, Widening, mouth_space
from lifemask.speech.mouth_training import Example, blocks, said_of, train
from lifemask.speech.personal import PersonalMouth

LEAST_S = 8.0
"""Tracked speech below which a mouth is not learned: fewer sounds than a language has."""
_OTHERS = ((-10.0, 0.3, None), (6.0, -0.3, None), (0.0, 0.1, 20.0), (-6.0, -0.15, 15.0), (3.0, 0.4, 25.0))
"""Other microphones: gain in dB, how much darker (-) or brighter (+), how many dB below the voice their noise is."""


@dataclass(frozen=True)
class Clip:
    """A person's clip at 25 rows a second: ``sound [S]`` at 16 kHz whose first sample belongs to row 0, its lag against
    the picture taken out; ``expression [T, all]`` and ``modes [T, F]`` or None, tracked; ``known [T]``: where."""

    sound: np.ndarray
    expression: np.ndarray
    modes: np.ndarray | None
    known: np.ndarray


@dataclass(frozen=True)
class Learned:
    """A ``mouth`` and what was seen of it: ``correlation`` of the lips' opening, and ``error`` of it in parts of its
    own spread, on blocks that the network that said them has not seen."""

    mouth: PersonalMouth
    correlation: float
    error: float


def learn(
    clip: Clip,
    rig: HeadRig,
    surface_m: Tensor,
    kinds: tuple[str, ...] = ("ahead", "live"),
    config: MouthTraining | None = None,
    seed: int = 0,
    progress: Progress = NULL_PROGRESS,
) -> dict[str, Learned]:
    """A mouth of each of ``kinds``, from the rows of ``clip`` that are ``known``. ``surface_m [V, 3]``: the person."""
    config = config or MouthTraining()
    known = clip.known
    space = mouth_space(rig, surface_m, clip.expression[known], None if clip.modes is None else clip.modes[known])
    recordings = other_recordings(clip.sound, seed)
    learned = {}
    with progress.stage("learning the mouth", total=len(kinds) * config.members * config.steps) as step:
        for kind in kinds:
            learned[kind] = _learned(kind, clip, rig, space, recordings, config, seed, step)
    return learned


def other_recordings(sound: np.ndarray, seed: int) -> list[np.ndarray]:
    """``sound`` as it is, then as other microphones might have it: louder, duller, noisier."""
    chance = np.random.default_rng(seed)
    made = [sound]
    for gain_db, brighter, noise_db in _OTHERS:
        filters = ([1, -brighter], [1]) if brighter > 0 else ([1], [1, brighter])
        heard = np.asarray(lfilter(*filters, sound * 10 ** (gain_db / 20)))
        if noise_db is not None:
            noise = np.asarray(lfilter([1], [1, -0.97], chance.standard_normal(len(sound))))
            heard = heard + noise * (heard.std() / noise.std() * 10 ** (-noise_db / 20))
        made.append(np.clip(heard, -1, 1).astype(np.float32))
    return made


def weights_of(space: MouthSpace, clip: Clip, rig: HeadRig) -> np.ndarray:
    """Tracked weights ``[T, E]`` of the space's names."""
    size = len(space.names) - (0 if clip.modes is None else clip.modes.shape[1])
    weights = clip.expression[:, [rig.expression_names.index(name) for name in space.names[:size]]]
    return weights if clip.modes is None else np.concatenate([weights, clip.modes], 1)


def _learned(kind, clip: Clip, rig: HeadRig, space, recordings, config: MouthTraining, seed: int, step) -> Learned:
    count = len(clip.known)
    rows = [_rows(REACHES[kind], sound, count) for sound in recordings]
    mean, spread = rows[0].mean(0), rows[0].std(0) + 1e-3
    shape = NetShape(rows[0].shape[1], space.outputs, causal=kind == "live")
    heard = np.stack([np.pad((r - mean) / spread, ((shape.before, shape.after), (0, 0))) for r in rows])
    wanted = space.said(weights_of(space, clip, rig))
    parts = blocks(clip.known, config.members)
    # As in all stages: one thread, for the operations are small.
    nets = train(Example(heard, wanted, clip.known), shape, [seen for seen, _ in parts], config, seed, step)
    unseen = np.full(count, np.nan, np.float32)
    for net, (_, held) in zip(nets, parts, strict=True):
        unseen[held] = said_of(net, heard[0])[held, -1]
    told = clip.known & np.isfinite(unseen)
    openings = lambda values: space.aperture_m[0] + space.aperture_m[1] * values  # noqa: E731
    widening = Widening.of(openings(unseen[told]), openings(wanted[told, -1]))
    mouth = PersonalMouth(kind, space, widening, mean, spread, tuple(nets))
    correlation = float(np.corrcoef(unseen[told], wanted[told, -1])[0, 1])
    return Learned(mouth, correlation, float(np.sqrt(np.mean((unseen[told] - wanted[told, -1]) ** 2))))


def _rows(reach, sound: np.ndarray, count: int) -> np.ndarray:
    """Rows ``[count, D]`` of what is said, from a sound that is cut or followed by silence to fit."""
    ear = Ear(reach)
    fitted = np.zeros(count * SAMPLES_PER_MOTION, np.float32)
    fitted[: len(sound)] = sound[: len(fitted)]
    return np.concatenate([ear.push(fitted), ear.flush()])

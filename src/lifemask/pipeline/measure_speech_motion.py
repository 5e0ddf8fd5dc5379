"""How well a mouth follows a voice, without any picture: blocks of a clip that nothing has learned from, said from
their sound by the person's own mouth and by all that it has to beat, held against the lips of the real frames.

Weights of the rig become lip points by one affine map, fitted on tracked weights and seen lips of the rows that were
learned from. What knows no rig (mean, neighbour, ridge) gives lip points as they are.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save

from lifemask.errors import ConfigError
from lifemask.media.files import atomic_write_bytes
from lifemask.pipeline.files import hash_value
from lifemask.pipeline.measure_speech_clip import Filmed
from lifemask.pipeline.measure_speech_lips import Lips, compared
from lifemask.progress import Progress
from lifemask.rig.head import HeadRig
from lifemask.speech.baselines import RIDGE_ROWS, mean_mouth, mel_net, nearest_neighbour, ridge, stacked
from lifemask.speech.config import MouthTraining
from lifemask.speech.generic_measure import viseme_rules
from lifemask.speech.layers import Mouth
from lifemask.speech.life_statistics import LifeStatistics
from lifemask.speech.mouth_net import NetShape
from lifemask.speech.mouth_space import mouth_names, mouth_space
from lifemask.speech.mouth_training import blocks
from lifemask.speech.personal import PersonalMouth
from lifemask.speech.personal_training import learn, weights_of
from lifemask.speech.phones import available
from lifemask.speech.visemes import EXPRESSIONS
from lifemask.speech.voice import VoiceMotion
from lifemask.tracking.build import neutral_of

KINDS = ("ahead", "live")
TITLES = {
    "tracked": "tracked (ceiling)",
    "ahead": "own, ahead",
    "live": "own, live",
    "ahead_voice": "own, ahead, pauses",
    "live_voice": "own, live, pauses",
    "mel_net": "net on mel bands",
    "ridge": "ridge on mel bands",
    "neighbour": "nearest neighbour",
    "mean": "mean",
    "rules": "viseme rules alone",
    "generic": "generic net",
}
"""Ways to a mouth, in the order in which they are shown."""
BASELINES = ("mean", "neighbour", "ridge", "rules", "generic")
_READ_OUT_PENALTY = 0.3
_RESTING = 0.1
_MEL_MEMBERS = 3


@dataclass(frozen=True)
class ReadOut:
    """The affine map from weights ``[T, E]`` to lip points ``[T, 80]``, by ridge regression."""

    weights: np.ndarray
    lips: np.ndarray
    matrix: np.ndarray

    @staticmethod
    def of(weights: np.ndarray, lips: np.ndarray) -> "ReadOut":
        """From tracked ``weights [T, E]`` and seen ``lips [T, 80]``."""
        middle, mean = weights.mean(0), lips.mean(0)
        off = weights - middle
        penalty = _READ_OUT_PENALTY * np.eye(weights.shape[1])
        return ReadOut(middle, mean, np.linalg.solve(off.T @ off + penalty, off.T @ (lips - mean)))

    def __call__(self, weights: np.ndarray) -> np.ndarray:
        return (weights - self.weights) @ self.matrix + self.lips


def followed(mouth: Mouth, film: Filmed) -> np.ndarray:
    """Weights ``[T, E]`` that ``mouth`` gives to the whole sound of a clip."""
    listening = mouth.begin()
    count = len(film)
    sound = np.zeros(count * 640, np.float32)
    sound[: len(film.clip.sound)] = film.clip.sound[: len(sound)]
    told = [listening.push(sound, film.mel, film.speaking), listening.flush()]
    return np.concatenate(told)[:count]


def spoken(mouth: Mouth, rest: np.ndarray, life: LifeStatistics, film: Filmed) -> np.ndarray:
    """The same through ``VoiceMotion``: at rest in pauses, of whatever level the sound is."""
    voice = VoiceMotion(mouth, rest, life)
    sound = film.clip.sound[: len(film) * 640]
    told = np.concatenate([voice.push(sound).mouth, voice.flush().mouth])[: len(film)]
    return np.concatenate([told, np.repeat(told[-1:], len(film) - len(told), 0)])


def driven_lips(
    film: Filmed,
    rig: HeadRig,
    generic: Mouth,
    config: MouthTraining,
    *,
    folds: int,
    seed: int,
    progress: Progress,
    keep: Path | None = None,
) -> dict[str, Lips]:
    """Lips ``[T]`` of every way in ``TITLES``, each row said by what has not learned from it nor from half a second
    around; rows that are not known are not seen.

    ``generic`` is a mouth that knows nobody. With ``keep`` what is learned of each fold is kept in that folder for the
    next call with the same settings.
    """
    bench = _Folds(film, rig, generic, config, seed, progress)
    said: dict[str, Lips] = {}
    key = _key(film, config, seed, folds)
    for number, (seen, held) in enumerate(blocks(film.clip.known & film.lips.seen, folds)):
        path = None if keep is None else keep / f"fold-{number}-{key}.safetensors"
        for name, points in bench.fold(seen, held, path).items():
            lips = said.setdefault(name, Lips(np.zeros_like(film.lips.points), np.zeros(len(film), bool)))
            lips.points[held], lips.seen[held] = points.reshape(-1, *lips.points.shape[1:]), True
    return {name: said[name] for name in TITLES if name in said}


def measured(film: Filmed, said: dict[str, Lips], seed: int) -> dict[str, Any]:
    """``compared`` of each way with the lips of the real frames."""
    return {name: compared(lips, film.lips, film.pauses, seed) for name, lips in said.items()}


def _key(film: Filmed, config: MouthTraining, seed: int, folds: int) -> str:
    """Another one for all that a fold learns from."""
    digest = hashlib.sha256(hash_value([config, NetShape(1, 1), seed, folds]).encode())
    for array in (film.clip.sound, film.clip.expression, film.clip.known, film.lips.points):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:16]


def _part(arrays: dict[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    return {name[len(prefix) :]: array for name, array in arrays.items() if name.startswith(prefix)}


class _Folds:
    """All ways, fold by fold."""

    def __init__(
        self, film: Filmed, rig: HeadRig, generic: Mouth, config: MouthTraining, seed: int, progress: Progress
    ) -> None:
        self.generic = generic
        self.film, self.rig, self.config, self.seed, self.progress = film, rig, config, seed, progress
        self.surface = neutral_of(film.tracking, rig)
        self.names = mouth_names(rig.expression_names)
        columns = [rig.expression_names.index(name) for name in self.names]
        self.weights = film.clip.expression[:, columns].astype(np.float64)
        self.lips = film.lips.points.reshape(len(film), -1)
        self.life = LifeStatistics.of(film.tracking, *film.for_life(film.tracking))
        self._untuned: dict[str, np.ndarray] | None = None

    def fold(self, seen: np.ndarray, held: np.ndarray, path: Path | None) -> dict[str, np.ndarray]:
        """Lip points ``[n, 80]`` of the rows ``held``, by ways that learn from those ``seen``; what takes long to learn
        is kept in the file ``path``."""
        film = self.film
        read_out = ReadOut.of(self.weights[seen], self.lips[seen])
        learned = self._learned(seen, held, path)
        said = {"tracked": self.weights[held], "mel_net": learned["mel_net"]}
        for kind in KINDS:
            mouth = PersonalMouth.of_tensors(_part(learned, f"{kind}."))
            said[kind] = followed(mouth, film)[held]
            said[f"{kind}_voice"] = spoken(mouth, self._rest(seen), self.life, film)[held]
        said |= {name: weights[held] for name, weights in self._without_learning().items()}
        points = {name: read_out(weights) for name, weights in said.items()}
        points["mean"] = mean_mouth(self.lips, seen, held)
        points["neighbour"] = nearest_neighbour(film.mel, self.lips, seen, held)
        points["ridge"] = ridge(stacked(film.mel, RIDGE_ROWS), self.lips, seen, held)
        return points

    def _learned(self, seen: np.ndarray, held: np.ndarray, path: Path | None) -> dict[str, np.ndarray]:
        """Both mouths, as a voice's file has them, and what the net on mel bands says of the rows ``held``."""
        if path is not None and path.exists():
            return load_file(path)
        film, clip = self.film, replace(self.film.clip, modes=None, known=seen)
        learned = learn(clip, self.rig, self.surface, KINDS, self.config, self.seed, self.progress)
        space = mouth_space(self.rig, self.surface, film.clip.expression[seen], None)
        wanted = space.said(weights_of(space, clip, self.rig))
        few = replace(self.config, members=min(_MEL_MEMBERS, self.config.members))
        with self.progress.stage("learning from mel bands alone", total=few.members * few.steps) as step:
            found = mel_net(film.mel, wanted, seen, held, few, self.seed, step)
        kept = {"mel_net": space.weights(found, space.aperture_m[0] + space.aperture_m[1] * found[:, -1])}
        for kind, entry in learned.items():
            kept |= {f"{kind}.{name}": array for name, array in entry.mouth.to_tensors().items()}
        kept = {name: np.asarray(array, order="C") for name, array in kept.items()}
        if path is not None:
            path.parent.mkdir(exist_ok=True)
            atomic_write_bytes(path, save(kept))
        return kept

    def _rest(self, seen: np.ndarray) -> np.ndarray:
        """The mouth of the rows in which it is as good as closed."""
        aperture = self.film.lips.aperture
        return self.weights[seen & (aperture <= np.quantile(aperture[seen], _RESTING))].mean(0)

    def _without_learning(self) -> dict[str, np.ndarray]:
        """Weights ``[T, E]`` of what needs no clip; what it does not drive is zero, as it is on an avatar."""
        if self._untuned is None:
            ways: dict[str, Callable[[], np.ndarray]] = {
                "generic": lambda: followed(self.generic, self.film),
            }
            if available():
                ways["rules"] = lambda: viseme_rules([self.film.clip.sound], len(self.film))
            else:
                self.progress.note('viseme rules are not measured: pip install "lifemask[phones]"')
            self._untuned = {name: self._placed(way()) for name, way in ways.items()}
        return self._untuned

    def _placed(self, weights: np.ndarray) -> np.ndarray:
        missing = set(EXPRESSIONS) - set(self.names)
        if missing:
            raise ConfigError(f"the rig has no {', '.join(sorted(missing))}")
        placed = np.zeros((len(weights), len(self.names)))
        placed[:, [self.names.index(name) for name in EXPRESSIONS]] = weights
        return placed

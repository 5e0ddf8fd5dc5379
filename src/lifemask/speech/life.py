"""Everything that moves and is not the mouth, for ever: one person's life, sampled from their own statistics."""

from dataclasses import dataclass

import numpy as np

from lifemask.errors import ConfigError
from lifemask.speech.life_activity import Activity, Listener
from lifemask.speech.life_blinks import Blinks, likeliness
from lifemask.speech.life_gaze import Gaze
from lifemask.speech.life_nods import Nods
from lifemask.speech.life_pose import HEAD_PIVOT_M, TORSO_PIVOT_M, neck_offsets, poses
from lifemask.speech.life_reach import softly_within
from lifemask.speech.life_statistics import LifeStatistics
from lifemask.speech.life_wander import Wander

__all__ = ["Life", "LifeRows", "LifeStatistics"]

_PIVOTS_M = np.stack([HEAD_PIVOT_M, TORSO_PIVOT_M])[:, None]
FPS_RANGE = (10.0, 240.0)
MOST_ENERGY = 3.0


@dataclass(frozen=True)
class LifeRows:
    """``n`` rows of motion: ``expression [n, N]`` weights of the ``Life.names``, ``eyes [n, 2, 2]`` gaze (yaw, pitch;
    radians; left then right), ``camera_from_head`` and ``camera_from_torso [n, 4, 4]``, ``torso_modes [n, M]``."""

    expression: np.ndarray
    eyes: np.ndarray
    camera_from_head: np.ndarray
    camera_from_torso: np.ndarray
    torso_modes: np.ndarray

    def __len__(self) -> int:
        return len(self.eyes)


class Life:
    """Rows of life at ``fps``, one after another without end. The same seed and the same voice give the same rows, in
    whatever blocks they are asked for; memory is constant.

    ``energy`` multiplies how far all but the lids goes from its rest; ``still``, 0 to 1, takes it to rest: only blinks
    remain. Both may be set at any time and hold from the next row on; a jump in them is a jump in the motion.
    """

    def __init__(
        self, statistics: LifeStatistics, *, fps: float = 25.0, seed: int = 0, energy: float = 1.0, still: float = 0.0
    ) -> None:
        """Raises ConfigError for numbers that cannot work."""
        if not FPS_RANGE[0] <= fps <= FPS_RANGE[1]:
            raise ConfigError(
                f"a life at {fps:g} frames a second cannot be", f"Expected {FPS_RANGE[0]:g} to {FPS_RANGE[1]:g}."
            )
        if seed < 0:
            raise ConfigError(f"the seed {seed} cannot be", "Expected 0 or more.")
        self.statistics, self.energy, self.still = statistics, energy, still
        self._check()
        self._listener, self.wander = Listener(fps), Wander(statistics.spectrum, fps, seed)
        self._gaze = Gaze(statistics.gaze, fps, seed)
        self._blinks = Blinks(statistics.blinks, fps, seed, self._gaze.shifts_hz)
        self._nods = Nods(fps, seed)

    @property
    def names(self) -> tuple[str, ...]:
        """The expressions that it drives: lids, then the rest of the upper face."""
        return self.statistics.lid_names + self.statistics.face_names

    def rows(self, speaking: np.ndarray, emphasis: np.ndarray | None = None) -> LifeRows:
        """The next rows, while a voice is heard as much as ``speaking [n]`` says (0..1), as loud as ``emphasis [n]``
        says (standard deviations of the loudness of speech; None: evenly). Raises ConfigError for what is not that."""
        self._check()
        voiced = np.asarray(speaking, np.float64)
        loud = np.zeros(voiced.shape) if emphasis is None else np.asarray(emphasis, np.float64)
        if (
            voiced.ndim != 1
            or loud.shape != voiced.shape
            or not (np.isfinite(voiced).all() and np.isfinite(loud).all())
        ):
            raise ConfigError(
                f"speaking {voiced.shape} and emphasis {loud.shape} are no voice of a life",
                "Expected one finite number of each for every row.",
            )
        activity = self._listener.rows(np.clip(voiced, 0, 1), np.clip(loud, -4, 4))
        shut, offsets, nods = self._events(activity)
        slow, quick = self.wander.rows(len(voiced))
        scores = scores_of_life(self.statistics, activity, slow, quick, nods)
        return rows_of_life(self.statistics, scores, shut, offsets, self.share)

    @property
    def share(self) -> float:
        """How much of what goes from rest and back is left."""
        return self.energy * (1 - self.still)

    def _check(self) -> None:
        if not (0 <= self.energy <= MOST_ENERGY and 0 <= self.still <= 1):
            raise ConfigError(
                f"energy {self.energy:g} and still {self.still:g} cannot be",
                f"Expected 0 to {MOST_ENERGY:g} and 0 to 1.",
            )

    def _events(self, activity: Activity) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """How far lids are shut ``[n]``, where the gaze is beside the usual ``[n, 2]``, and nods ``[n]``."""
        count = len(activity.talk)
        shut, offsets, nods = np.zeros(count), np.zeros((count, 2)), np.zeros(count)
        likely = likeliness(activity.present, activity.since_end_s)
        for row in range(count):
            shut[row], offsets[row], nods[row] = self.events(
                float(activity.present[row]), float(likely[row]), float(activity.stress[row])
            )
        return shut, offsets, nods

    def events(self, present: float, likely: float, stress: float) -> tuple[float, np.ndarray, float]:
        """What happens in the next row: how far lids are shut, where the gaze is beside the usual ``[2]``, and how far
        the head is nodded; of somebody who is so ``present``, whose blinks are so ``likely``, and who stresses so."""
        offset, shifted = self._gaze.step(present)
        return self._blinks.step(likely, shifted), offset, self._nods.step(stress)


def scores_of_life(
    of: LifeStatistics, activity: Activity, slow: np.ndarray, quick: np.ndarray, nods: np.ndarray
) -> np.ndarray:
    """Normal scores ``[n, C]`` of all that moves together, of posture and gestures ``[n, C]`` and nods ``[n]``. Every
    row is its own: they may be those of ``n`` lives of one person."""
    groups = of.channels.groups
    posture, gesture = of.liveliness.gains(activity)
    scores = posture[:, groups] * slow + gesture[:, groups] * quick
    scores += activity.stress[:, None] * of.liveliness.stress
    scores[:, 0] += nods
    return scores


def rows_of_life(
    of: LifeStatistics, scores: np.ndarray, shut: np.ndarray, offsets: np.ndarray, share: float | np.ndarray
) -> LifeRows:
    """The rows of ``scores [n, C]`` with lids ``shut [n]`` and a gaze ``offsets [n, 2]`` beside the usual; of what goes
    from rest there is a ``share``, a number or ``[n, 1]``."""
    values = of.reach.values(scores, share)
    head, torso, modes, face = (values[:, part] for part in of.channels.parts)
    eyes = of.gaze.eyes(offsets, head[:, :3] - of.reach.rest[:3], share)
    lids = of.gaze.lid_weights(eyes, of.sides)
    along = of.companions
    blinks = lids[:, :2] + shut[:, None] * (of.blinks.shut - lids[:, :2])
    wholly = shut[:, None] * along.known
    looks = lids[:, 2:] + wholly * (along.looks - lids[:, 2:])
    face = face + shut[:, None] * along.share * (along.face - face)
    eyes = eyes + wholly[..., None] * (along.gaze - eyes)
    means = np.stack([of.head_mean, of.torso_mean])[:, None]
    head_pose, torso_pose = poses(np.stack([head, torso]), means, _PIVOTS_M)
    # What was not filmed together is kept from happening together: the torso follows its head.
    neck = neck_offsets(head_pose, torso_pose)
    torso_pose[:, :3, 3] += neck - softly_within(neck, *of.neck_m)
    return LifeRows(
        np.minimum(np.maximum(np.concatenate([blinks, looks, face], 1), 0), 1),
        eyes,
        head_pose,
        torso_pose,
        modes,
    )

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
        self._listener, self._wander = Listener(fps), Wander(statistics.spectrum, fps, seed)
        self._gaze = Gaze(statistics.gaze, fps, seed)
        self._blinks = Blinks(statistics.blinks, fps, seed, self._gaze.shifts_hz)
        self._nods = Nods(fps, seed)
        self._means = np.stack([statistics.head_mean, statistics.torso_mean])[:, None]
        self._sides, self._groups, self._parts = statistics.sides, statistics.channels.groups, statistics.channels.parts

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
        return self._rows(self._scores(activity, nods), shut, offsets)

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
            offsets[row], shifted = self._gaze.step(float(activity.present[row]))
            shut[row] = self._blinks.step(float(likely[row]), shifted)
            nods[row] = self._nods.step(float(activity.stress[row]))
        return shut, offsets, nods

    def _scores(self, activity: Activity, nods: np.ndarray) -> np.ndarray:
        """Normal scores ``[n, C]`` of all that moves together."""
        liveliness, groups = self.statistics.liveliness, self._groups
        slow, quick = self._wander.rows(len(nods))
        posture, gesture = liveliness.gains(activity)
        scores = posture[:, groups] * slow + gesture[:, groups] * quick
        scores += activity.stress[:, None] * liveliness.stress
        scores[:, 0] += nods
        return scores

    def _rows(self, scores: np.ndarray, shut: np.ndarray, offsets: np.ndarray) -> LifeRows:
        of, share = self.statistics, self.energy * (1 - self.still)
        values = of.reach.values(scores, share)
        head, torso, modes, face = (values[:, part] for part in self._parts)
        eyes = of.gaze.eyes(offsets, head[:, :3] - of.reach.rest[:3], share)
        lids = of.gaze.lid_weights(eyes, self._sides)
        along = of.companions
        blinks = lids[:, :2] + shut[:, None] * (of.blinks.shut - lids[:, :2])
        wholly = shut[:, None] * along.known
        looks = lids[:, 2:] + wholly * (along.looks - lids[:, 2:])
        face = face + shut[:, None] * along.share * (along.face - face)
        eyes = eyes + wholly[..., None] * (along.gaze - eyes)
        head_pose, torso_pose = poses(np.stack([head, torso]), self._means, _PIVOTS_M)
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

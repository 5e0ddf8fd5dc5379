"""What a voice asks of the rest of the face: how much it talks, what it stresses, where a phrase ends.

Only the past is heard: the life needs no look-ahead.
"""

from dataclasses import dataclass

import numpy as np

TALK_S = 0.2
"""How fast gestures come and go with the voice."""
PRESENT_S, LEFT_S = 0.3, 3.0
"""How fast somebody who begins to speak becomes lively, and who has ended becomes a listener."""
STRESS_S, LEVEL_S = 0.08, 0.6
"""A stress is what is louder over the shorter of these times than over the longer one."""
PHRASE_S = 0.4
"""Speech of at least this length is a phrase that has an end."""


@dataclass(frozen=True)
class Activity:
    """``n`` rows of: ``talk`` (0..1, speaks now), ``present`` (0..1, is one who speaks, though it may pause),
    ``stress`` (about -1..2, how much louder than just before), ``since_end_s`` (seconds since a phrase ended; infinite
    while it goes on)."""

    talk: np.ndarray
    present: np.ndarray
    stress: np.ndarray
    since_end_s: np.ndarray


class Listener:
    """Follows a voice row by row at ``fps``; the same rows give the same activity in whatever blocks they come."""

    def __init__(self, fps: float) -> None:
        self._dt = 1 / fps
        self._talk_rate, self._present_rate, self._left_rate, self._stress_rate, self._level_rate = (
            1 - np.exp(-self._dt / seconds) for seconds in (TALK_S, PRESENT_S, LEFT_S, STRESS_S, LEVEL_S)
        )
        self._talk = self._present = self._stress = self._level = self._spoken_s = 0.0
        self._since_end_s = np.inf

    def rows(self, speaking: np.ndarray, emphasis: np.ndarray) -> Activity:
        """The next rows, of ``speaking [n]`` (0..1) and ``emphasis [n]`` (standard deviations of the loudness of
        speech; what is not speech has none)."""
        out = np.empty((4, len(speaking)))
        for row, (voiced, loud) in enumerate(zip(speaking.tolist(), emphasis.tolist(), strict=True)):
            self._talk += self._talk_rate * (voiced - self._talk)
            rate = self._present_rate if voiced > self._present else self._left_rate
            self._present += rate * (voiced - self._present)
            loud = loud * voiced
            self._stress += self._stress_rate * (loud - self._stress)
            self._level += self._level_rate * (loud - self._level)
            if voiced >= 0.5:
                self._spoken_s += self._dt
                self._since_end_s = np.inf
            elif self._spoken_s > 0:
                self._since_end_s = 0.0 if self._spoken_s >= PHRASE_S else np.inf
                self._spoken_s = 0.0
            else:
                self._since_end_s += self._dt
            out[:, row] = self._talk, self._present, self._stress - self._level, self._since_end_s
        return Activity(*out)


USUAL_CALM = 0.75
"""Gestures in a pause, in parts of those in speech. Heads move in nine tenths of the time that is spoken in, and in an
eighth of that in which is listened (Hadar et al. 1983); pauses within speech are in between."""
LISTENING = np.array([0.55, 0.8])
"""What remains of gestures and of posture while listening, in parts of those in pauses."""
_WEAK_S = 8.0


@dataclass(frozen=True)
class Liveliness:
    """``calm [3]``: gestures of head, torso and face in pauses, in parts of those in speech; ``level [3]``: of those in
    speech, so that the whole clip has unit variance; ``stress [C]``: how far a channel goes, in standard deviations,
    with a stress of 1."""

    calm: np.ndarray
    level: np.ndarray
    stress: np.ndarray

    @staticmethod
    def of(
        quick: np.ndarray, scores: np.ndarray, groups: np.ndarray, activity: Activity | None, fps: float
    ) -> "Liveliness":
        """Of how fast channels move, ``quick [T, C]``, and where they are, ``scores [T, C]``, of ``groups [C]``."""
        if activity is None:
            return Liveliness(np.full(3, USUAL_CALM), np.ones(3), np.zeros(scores.shape[1]))
        share = float(activity.talk.mean())
        pause_s = (1 - share) * len(scores) / fps
        calm = np.full(3, USUAL_CALM)
        for group in range(3):
            power = (quick[:, groups == group] ** 2).mean(1) if (groups == group).any() else np.zeros(1)
            if power.mean() <= 0 or min(share, 1 - share) < 0.02:
                continue
            spoken = np.average(power, weights=activity.talk)
            paused = np.average(power, weights=1 - activity.talk)
            own = 0.5 * np.log(np.clip(paused / spoken, 0.05, 4.0))
            calm[group] = np.exp((pause_s * own + _WEAK_S * np.log(USUAL_CALM)) / (pause_s + _WEAK_S))
        calm = np.minimum(calm, 1.0)
        level = 1 / np.sqrt(share + (1 - share) * calm**2)
        return Liveliness(calm, level, _stress_gains(scores, activity.stress, fps))

    def gains(self, activity: Activity) -> tuple[np.ndarray, np.ndarray]:
        """How much posture and how much gesture there is, ``[n, 3]`` each."""
        talk, present = activity.talk[:, None], activity.present[:, None]
        resting = present + (1 - present) * LISTENING
        gesture = self.level * (talk + (1 - talk) * self.calm * resting[:, :1])
        return np.repeat(resting[:, 1:], 3, 1), gesture


def _stress_gains(scores: np.ndarray, stress: np.ndarray, fps: float) -> np.ndarray:
    """Standard deviations ``[C]`` that channels go with a stress of 1: what a regression finds, less what it would find
    by chance (Stein's rule); zero for nearly all channels of nearly everybody."""
    centred = stress - stress.mean()
    power = float((centred**2).sum())
    if power <= 1e-9:
        return np.zeros(scores.shape[1])
    gain = centred @ scores / power
    explained = gain**2 * power / np.maximum((scores**2).sum(0), 1e-9)
    independent = 2.0 * len(scores) / fps
    return gain * np.maximum(0, 1 - 4 / (independent * np.maximum(explained, 1e-9)))

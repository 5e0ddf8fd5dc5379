"""The life of many streams of one person at once, a row of each at a time: the twin of ``Life``."""

import numpy as np
import torch

from lifemask.live.many_state import States
from lifemask.speech.life import Life, LifeRows, LifeStatistics, rows_of_life, scores_of_life
from lifemask.speech.life_activity import LEFT_S, LEVEL_S, PHRASE_S, PRESENT_S, STRESS_S, TALK_S, Activity
from lifemask.speech.life_blinks import likeliness


class ManyListeners:
    """What voices ask of the rest of the face: the twin of ``Listener``, for places in arrays."""

    def __init__(self, fps: float) -> None:
        self._dt = 1 / fps
        self._talk_rate, self._present_rate, self._left_rate, self._stress_rate, self._level_rate = (
            1 - np.exp(-self._dt / seconds) for seconds in (TALK_S, PRESENT_S, LEFT_S, STRESS_S, LEVEL_S)
        )
        zero = torch.tensor(0.0, dtype=torch.float64)
        self.states = States(talk=zero, present=zero, stress=zero, level=zero, spoken_s=zero, since_end_s=zero + np.inf)

    def rows(self, at: np.ndarray, speaking: np.ndarray, emphasis: np.ndarray) -> Activity:
        """The next row of the streams at the places ``at [B]``, of ``speaking [B]`` and ``emphasis [B]``."""
        voiced, loud = np.clip(speaking, 0, 1), np.clip(emphasis, -4, 4)
        loud = loud * voiced
        talk = self._moved("talk", at, self._talk_rate, voiced)
        before = self.states["present"].numpy()[at]
        present = self._moved("present", at, np.where(voiced > before, self._present_rate, self._left_rate), voiced)
        stress = self._moved("stress", at, self._stress_rate, loud) - self._moved("level", at, self._level_rate, loud)
        spoken_s, since_end_s = self.states["spoken_s"].numpy(), self.states["since_end_s"].numpy()
        goes_on, spoken = voiced >= 0.5, spoken_s[at]
        ends = np.where(spoken >= PHRASE_S, 0.0, np.inf)
        since = np.where(goes_on, np.inf, np.where(spoken > 0, ends, since_end_s[at] + self._dt))
        spoken_s[at], since_end_s[at] = np.where(goes_on, spoken + self._dt, 0.0), since
        return Activity(talk, present, stress, since)

    def _moved(self, name: str, at: np.ndarray, rate: float | np.ndarray, to: np.ndarray) -> np.ndarray:
        state = self.states[name].numpy()
        now = state[at]
        state[at] = now = now + rate * (to - now)
        return now


class ManyLives:
    """``begin`` a life, and ask for the next ``rows`` of several."""

    def __init__(self, statistics: LifeStatistics, fps: float) -> None:
        self.statistics, self._listeners = statistics, ManyListeners(fps)
        self._lives: dict[int, Life] = {}

    def begin(self, life: Life) -> int:
        """A ``life`` that was not asked for a row yet has the place that is returned."""
        place = self._listeners.states.begin()
        self._lives[place] = life
        return place

    def end(self, place: int) -> None:
        """Another may have the place."""
        del self._lives[place]
        self._listeners.states.end(place)

    def rows(self, at: np.ndarray, speaking: np.ndarray, emphasis: np.ndarray) -> LifeRows:
        """A row of each of the lives at the places ``at [B]``, of ``speaking [B]`` and ``emphasis [B]``."""
        activity = self._listeners.rows(at, speaking, emphasis)
        likely = likeliness(activity.present, activity.since_end_s)
        lives = [self._lives[place] for place in at.tolist()]
        asked = zip(lives, activity.present.tolist(), likely.tolist(), activity.stress.tolist(), strict=True)
        shut, offsets, nods = zip(*(life.events(*values) for life, *values in asked), strict=True)
        # One of them at a time, so that those who began together do not hold up a batch together.
        any(life.wander.prepare() for life in lives)
        slow, quick = np.concatenate([life.wander.rows(1) for life in lives], 1)
        scores = scores_of_life(self.statistics, activity, slow, quick, np.array(nods))
        share = np.array([[life.share] for life in lives])
        return rows_of_life(self.statistics, scores, np.array(shut), np.array(offsets), share)

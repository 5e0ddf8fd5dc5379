"""A person's life as two loops, for a page that has no room for what makes it: one of listening, one of speaking.

Both are sampled by `Life` itself. Each ends as it begins: its last seconds go over into its first. Blinks are kept
beside the rest, as how far lids are shut, so that no cross-fade makes half blinks of them: the page shuts the lids as
`Life` does.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lifemask.speech.layers import MOTION_HZ
from lifemask.speech.life import Life, LifeRows
from lifemask.speech.life_activity import Listener
from lifemask.speech.life_blinks import Blinks, likeliness
from lifemask.speech.life_gaze import Gaze
from lifemask.speech.life_pose import HEAD_PIVOT_M, TORSO_PIVOT_M, pose_channels
from lifemask.speech.life_statistics import LifeStatistics
from lifemask.viewer.voice_pack_file import PackedArrays

LOOP_S = 90.0
"""About how long a loop is."""
_FADE_S, _WARM_S = 2.0, 6.0
_FADE, _WARM = round(_FADE_S * MOTION_HZ), round(_WARM_S * MOTION_HZ)
_SEED = 0
_NEVER_HZ = 1e-9
# A voice as voices go: phrases and pauses in seconds, syllables a second, how far stresses go beside them.
_PHRASE_S, _PAUSE_S, _SYLLABLES_HZ, _STRESS_S = (0.8, 3.5), (0.2, 0.9), 4.5, 0.35


@dataclass(frozen=True)
class Loop:
    """``rows [T, C]`` without blinks, in the order of ``columns_of``; ``shut [T]`` how far lids are shut, 0 to 1. The
    first row follows the last."""

    rows: np.ndarray
    shut: np.ndarray


def loop(statistics: LifeStatistics, speaking: np.ndarray, emphasis: np.ndarray, warm: int = 0) -> Loop:
    """A loop of a life with a voice (``Life.rows``), of which the first ``warm`` rows are left out and the end becomes
    the fade."""
    shut = _blinks(statistics, speaking, emphasis)[warm:]
    open_eyed = replace(statistics, blinks=replace(statistics.blinks, rate_hz=np.array(_NEVER_HZ)))
    rows = columns_of(Life(open_eyed, fps=MOTION_HZ, seed=_SEED).rows(speaking, emphasis), statistics)[warm:]
    length = len(rows) - _FADE
    while length > _FADE and shut[length - 1] > 0:  # a blink is not cut
        length -= 1
    part = (np.arange(_FADE) + 0.5)[:, None] / _FADE
    part = part * part * (3 - 2 * part)
    rows[:_FADE] = (1 - part) * rows[length : length + _FADE] + part * rows[:_FADE]
    return Loop(rows[:length], shut[:length])


def columns_of(life: LifeRows, statistics: LifeStatistics) -> np.ndarray:
    """Columns ``[T, C]``: the expressions, the gaze (4), head and torso (6 each, ``pose_channels``), the modes."""
    head = pose_channels(life.camera_from_head, statistics.head_mean, HEAD_PIVOT_M)
    torso = pose_channels(life.camera_from_torso, statistics.torso_mean, TORSO_PIVOT_M)
    return np.concatenate([life.expression, life.eyes.reshape(-1, 4), head, torso, life.torso_modes], 1)


def usual_voice(seconds: float, seed: int = _SEED) -> tuple[np.ndarray, np.ndarray]:
    """``speaking [T]`` and ``emphasis [T]`` (``Life.rows``) of somebody who tells something."""
    random, count = np.random.default_rng([seed, 7]), round(seconds * MOTION_HZ)
    speaking = np.zeros(count)
    at_s = 0.0
    while at_s < seconds:
        phrase_s = random.uniform(*_PHRASE_S)
        speaking[round(at_s * MOTION_HZ) : round((at_s + phrase_s) * MOTION_HZ)] = 1.0
        at_s += phrase_s + random.uniform(*_PAUSE_S)
    syllables = np.sin(2 * np.pi * _SYLLABLES_HZ * np.arange(count) / MOTION_HZ)
    keep, stress = np.exp(-1 / (_STRESS_S * MOTION_HZ)), np.zeros(count)
    for row in range(1, count):
        stress[row] = keep * stress[row - 1] + np.sqrt(1 - keep**2) * random.standard_normal()
    return speaking, np.sqrt(0.5) * (stress + np.sqrt(2) * syllables)


def pack_life(arrays: PackedArrays, statistics: LifeStatistics) -> dict[str, Any]:
    """Both loops of a person, and what the header says of them."""
    count = round((LOOP_S + _FADE_S) * MOTION_HZ)
    nobody = np.zeros(count)
    loops = {
        "listening": loop(statistics, nobody, nobody),
        "speaking": loop(statistics, *usual_voice(LOOP_S + _FADE_S + _WARM_S), _WARM),
    }
    for name, made in loops.items():
        arrays.tracked(f"life.{name}", np.concatenate([made.rows, made.shut[:, None]], 1))
    along = statistics.companions
    for name, value in {
        "head_mean": statistics.head_mean, "torso_mean": statistics.torso_mean, "pivots": [HEAD_PIVOT_M, TORSO_PIVOT_M],
        "shut": statistics.blinks.shut, "face": along.face, "looks": along.looks, "gaze": along.gaze,
        "share": along.share, "known": along.known,
    }.items():  # fmt: skip
        arrays.whole(f"life.{name}", np.asarray(value))
    names = Life(statistics, fps=MOTION_HZ).names
    modes = loops["listening"].rows.shape[1] - len(names) - 16
    return {"names": list(names), "lids": len(statistics.lid_names), "modes": modes}


def _blinks(statistics: LifeStatistics, speaking: np.ndarray, emphasis: np.ndarray) -> np.ndarray:
    """How far lids are shut ``[T]`` in the very life of this voice."""
    activity = Listener(MOTION_HZ).rows(speaking, emphasis)
    gaze = Gaze(statistics.gaze, MOTION_HZ, _SEED)
    blinks = Blinks(statistics.blinks, MOTION_HZ, _SEED, gaze.shifts_hz)
    likely = likeliness(activity.present, activity.since_end_s)
    shut = np.empty(len(speaking))
    for row, chance in enumerate(likely.tolist()):
        _, shifted = gaze.step(float(activity.present[row]))
        shut[row] = blinks.step(chance, shifted)
    return shut

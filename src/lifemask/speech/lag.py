"""By how much the sound of a clip is late against its picture, from the lips and the sound alone.

At the right shift the bands of one moment say most about the mouth of that moment. So for each shift the mouth is
predicted, by ridge regression, from 40 ms of sound, in blocks that the fit has not seen; the correlation of what is
predicted with what was tracked is a narrow peak over the shifts. Its place is found below the step by a parabola, how
sure it is by leaving out one block of the clip after another (the jackknife), and a peak that other sound would have
had as well is refused.
"""

from dataclasses import dataclass

import numpy as np

from lifemask.speech.hearing import SPEECH
from lifemask.speech.layers import MEL_BANDS, MEL_HZ
from lifemask.tracking.record import Tracking

LEAD_S = 0.02
"""Lips move this long before their sound in a clip whose sound is in time: measured on one that is known to be."""

_STEP_S = 0.02
_SHIFTS_S = _STEP_S * np.arange(-20, 24)
_SOUND_S = 0.04
_BANDS = 20
_RIDGE = 0.3
_FOLDS, _LEFT_OUT = 5, 12
# Of the fit: between what is fitted and what is predicted, so that slow motion does not pass over.
_APART_S = 0.4
# Correlations by chance shrink with the root of the length. The peaks of other sound on 10 to 25 s passed in 1 of 100
# cases.
_CORRELATION, _CORRELATION_OF_1_S, _ABOVE_REST, _ERROR_S = 0.15, 0.8, 0.1, 0.025
_REST_S = 0.16
_LEAST_SPEECH_S, _LEAST_S = 4.0, 7.5


@dataclass(frozen=True)
class Lag:
    """How late the sound is.

    `seconds`, positive when it comes after its picture, None when the clip does not tell, with the `reason` then;
    `error_s` its standard error; `correlation` of the mouth with what its sound says at that lag.
    """

    seconds: float | None
    error_s: float
    correlation: float
    reason: str = ""

    @property
    def correction_s(self) -> float:
        """What to add to a time of the picture for the time of its sound: 0 when the lag is not known."""
        return self.seconds or 0.0


def mouth_of(tracking: Tracking) -> np.ndarray:
    """What a clip tells of its mouth [T, M]: how far the lips are apart, and the open jaw where the rig has one; NaN
    where the face was not tracked."""
    motion = [tracking.lip_aperture_m]
    if "jawOpen" in tracking.expression_names:
        motion.append(tracking.expression[:, tracking.expression_names.index("jawOpen")])
    return np.where(tracking.tracked[:, None], np.stack(motion, 1).astype(np.float64), np.nan)


def audio_video_lag(mel: np.ndarray, speaking: np.ndarray, motion: np.ndarray, timestamp_s: np.ndarray) -> Lag:
    """The lag of the sound heard as mel [R, 80] and speaking [R] behind the mouth's motion [T, M] at timestamp_s [T] on
    the same clock; rows of motion that are NaN are left out.

    It wants 15 s or more with speech in it (mean error 3 ms; of 10 s 5 ms, if they tell), and finds up to 0.38 s.
    """
    rows = np.isfinite(motion).all(1)
    motion, times_s = motion[rows].astype(np.float64), np.asarray(timestamp_s, np.float64)[rows]
    refused = _refusal(speaking, motion, times_s)
    if refused:
        return Lag(None, np.inf, 0.0, refused)
    motion = (motion - motion.mean(0)) / motion.std(0)
    predicted = _predictions(mel, motion, times_s)
    weights = np.ones(len(motion))
    agreement = _agreement(predicted, motion, weights)
    best = int(agreement.argmax())
    found_s, correlation = _peak_s(agreement), float(agreement[best])
    without = []
    for block in np.array_split(np.arange(len(motion)), _LEFT_OUT):
        weights[:], weights[block] = 1.0, 0.0
        without.append(_peak_s(_agreement(predicted, motion, weights)))
    error_s = float(np.std(without) * np.sqrt(_LEFT_OUT - 1))
    length_s = len(motion) * float(np.median(np.diff(times_s)))
    rest = agreement[np.abs(_SHIFTS_S - _SHIFTS_S[best]) >= _REST_S].max()
    if correlation < max(_CORRELATION, _CORRELATION_OF_1_S / np.sqrt(length_s)) or correlation - rest < _ABOVE_REST:
        reason = f"the lips follow the sound at no lag (correlation {correlation:.2f}, {rest:.2f} elsewhere)"
    elif best in (0, len(_SHIFTS_S) - 1):
        reason = f"the best agreement is at the end of what is searched, {_SHIFTS_S[best]:+.2f} s"
    elif error_s > _ERROR_S:
        reason = f"parts of the clip tell different lags (standard error {1000 * error_s:.0f} ms)"
    else:
        return Lag(found_s - LEAD_S, error_s, correlation)
    return Lag(None, error_s, correlation, reason)


def _refusal(speaking: np.ndarray, motion: np.ndarray, times_s: np.ndarray) -> str:
    """Why there is nothing to look at; empty when there is."""
    length_s = float(np.ptp(times_s)) if len(times_s) else 0.0
    if length_s < _LEAST_S:
        return f"{length_s:.1f} s of tracked face are too little, {_LEAST_S:g} s are needed"
    if not (motion.std(0) > 1e-9).all():
        return "the mouth does not move"
    first, last = np.clip(np.round(times_s[[0, -1]] * MEL_HZ).astype(int), 0, len(speaking))
    speech_s = np.count_nonzero(speaking[first:last] > SPEECH) / MEL_HZ
    if speech_s < _LEAST_SPEECH_S:
        return f"{speech_s:.1f} s of speech are too little, {_LEAST_SPEECH_S:g} s are needed"
    return ""


def _predictions(mel: np.ndarray, motion: np.ndarray, times_s: np.ndarray) -> np.ndarray:
    """What the sound at each shift says of the motion [T, M], each fold from all others: [S, T, M]."""
    bands = mel.reshape(len(mel), _BANDS, MEL_BANDS // _BANDS).mean(2, dtype=np.float64)
    summed = np.concatenate([np.zeros((1, _BANDS)), np.cumsum(bands, 0)])
    folds = np.array_split(np.arange(len(motion)), _FOLDS)
    seen = [(times_s < times_s[fold[0]] - _APART_S) | (times_s > times_s[fold[-1]] + _APART_S) for fold in folds]
    predicted = np.empty((len(_SHIFTS_S), *motion.shape))
    for shift, shift_s in enumerate(_SHIFTS_S):
        sound = _mean_bands(summed, times_s + shift_s)
        sound = (sound - sound.mean(0)) / (sound.std(0) + 1e-6)
        for fold, fitted in zip(folds, seen, strict=True):
            predicted[shift, fold] = _ridge(sound[fitted], motion[fitted], sound[fold])
    return predicted


def _mean_bands(summed: np.ndarray, times_s: np.ndarray) -> np.ndarray:
    """Bands around each time [T, B], from their sums up to each row [R + 1, B]; beyond its ends the sound stays."""

    def up_to(time_s: np.ndarray) -> np.ndarray:
        row = np.clip(time_s * MEL_HZ, 0.0, len(summed) - 1.0)
        below = np.minimum(row.astype(int), len(summed) - 2)
        return summed[below] + (row - below)[:, None] * (summed[below + 1] - summed[below])

    # At the ends a window must not shrink to nothing.
    half_s, length_s = _SOUND_S / 2.0, (len(summed) - 1) / MEL_HZ
    middle_s = np.clip(times_s, half_s, length_s - half_s)
    return (up_to(middle_s + half_s) - up_to(middle_s - half_s)) / (_SOUND_S * MEL_HZ)


def _ridge(given: np.ndarray, wanted: np.ndarray, asked: np.ndarray) -> np.ndarray:
    middle, mean = given.mean(0), wanted.mean(0)
    centred = given - middle
    weight = _RIDGE * len(given) * np.eye(given.shape[1])
    return (asked - middle) @ np.linalg.solve(centred.T @ centred + weight, centred.T @ (wanted - mean)) + mean


def _agreement(predicted: np.ndarray, motion: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Mean correlation [S] of predictions [S, T, M] with the motion [T, M], negative ones as none."""
    share = weights / weights.sum()
    off = predicted - (share @ predicted)[:, None]
    truth = motion - share @ motion
    with_truth = np.einsum("t,stm,tm->sm", share, off, truth)
    size = np.sqrt(np.einsum("t,stm,stm->sm", share, off, off) * (share @ np.square(truth)))
    return np.maximum(with_truth / np.maximum(size, 1e-12), 0.0).mean(1)


def _peak_s(agreement: np.ndarray) -> float:
    """Where the parabola through the five values around the largest has its top."""
    best = int(np.clip(agreement.argmax(), 2, len(agreement) - 3))
    curve, slope, _ = np.polyfit(np.arange(-2, 3), agreement[best - 2 : best + 3], 2)
    off = float(np.clip(-slope / (2.0 * curve), -2.0, 2.0)) if curve < 0 else 0.0
    return float(_SHIFTS_S[best]) + off * _STEP_S

"""Timed phones to a mouth that moves: every phone pulls at the mouth for a while before and after its time.

Dominance functions after Cohen and Massaro, "Modeling Coarticulation in Synthetic Visual Speech" (1993): the mouth is
the mean of the phones' shapes, weighted by how strongly each rules at that moment. What a mean never reaches is laid
over it: at ``p b m`` the lips meet and at ``f v`` the lower lip meets the teeth, whatever is said around them.
"""

from collections.abc import Sequence

import numpy as np

from lifemask.speech.visemes import CHANNELS, LIP_ON_TEETH, LIPS_CLOSED, SILENCE, VISEMES, Phone, channel_weights

# How strongly a viseme rules at its own time, and the seconds in which that falls to a third, before and after.
STRENGTH = {
    "sil": 1.3, "PP": 1.2, "FF": 1.0, "TH": 0.8, "DD": 0.5, "kk": 0.3, "CH": 1.3, "SS": 0.9, "nn": 0.45, "RR": 0.7,
    "aa": 1.0, "E": 1.0, "I": 1.0, "O": 1.2, "U": 1.3,
}  # fmt: skip
REACH_S = {
    "sil": 0.04, "PP": 0.04, "FF": 0.04, "TH": 0.04, "DD": 0.035, "kk": 0.04, "CH": 0.06, "SS": 0.045, "nn": 0.04,
    "RR": 0.06, "aa": 0.06, "E": 0.06, "I": 0.06, "O": 0.07, "U": 0.07,
}  # fmt: skip
SOFTNESS_S = 0.015
"""Dominance is round within this time of a phone's middle part."""
CORE = 0.5
"""The part of a phone's time, around its middle, at which it rules with its full strength."""
FULL_SILENCE_S = 0.35
"""A silence this long rules in full; a shorter one, a breath or the closure of a stop, less."""
REACHES = 6.0
"""Beyond so many times its reach, a phone does not count."""
RAMP_S = {LIPS_CLOSED: 0.06, LIP_ON_TEETH: 0.05}
"""Seconds from full contact to none."""
HELD = 0.3
HELD_S = 0.02
"""A contact is full on either side of its middle for this part of its length, at least for these seconds."""
OPENS = ("jawOpen", "mouthFunnel", "mouthLowerDown", "mouthUpperUp")
"""The channels that the opening of a phone scales."""

_STRENGTH = np.array([STRENGTH[viseme] for viseme in VISEMES])
_REACH = np.array([REACH_S[viseme] for viseme in VISEMES])
_OPENS = np.isin(CHANNELS, OPENS)


def coarticulate(phones: Sequence[Phone], times_s: np.ndarray) -> np.ndarray:
    """Weights ``[T, C]`` of ``CHANNELS`` at ``times_s [T]`` (ascending, even) of ``phones`` in the order of time.

    Where nothing is said the mouth is at rest. A contact is reached in full in at least one row, however short it is
    and however far apart the rows are.
    """
    shapes = channel_weights().astype(np.float64)
    total = np.zeros(len(times_s))
    pulled = np.zeros((len(times_s), len(CHANNELS)))
    for phone in phones:
        reach = _REACH[phone.viseme]
        rows = _rows(times_s, phone.start_s - REACHES * reach, phone.end_s + REACHES * reach)
        strength = _dominance(phone, times_s[rows])
        total[rows] += strength
        pulled[rows] += strength[:, None] * (shapes[phone.viseme] * np.where(_OPENS, phone.opening, 1.0))
    mouth = pulled / np.maximum(total, 1e-3)[:, None]
    for viseme in (LIP_ON_TEETH, LIPS_CLOSED):
        held = contact(phones, times_s, viseme)[:, None]
        mouth = (1 - held) * mouth + held * shapes[viseme]
    return mouth.astype(np.float32)


def contact(phones: Sequence[Phone], times_s: np.ndarray, viseme: int) -> np.ndarray:
    """How far, 0 to 1 ``[T]``, the contact of ``viseme`` (lips closed, or lip on teeth) is made at ``times_s [T]``."""
    ramp = RAMP_S[viseme]
    half_row = 0.5 * float(times_s[1] - times_s[0]) if len(times_s) > 1 else 0.0
    made = np.zeros(len(times_s))
    for phone in phones:
        if phone.viseme == viseme:
            rows = _rows(times_s, phone.start_s - ramp - half_row, phone.end_s + ramp + half_row)
            middle, length = 0.5 * (phone.start_s + phone.end_s), phone.end_s - phone.start_s
            held = max(HELD * length, HELD_S, half_row)
            away = np.clip((np.abs(times_s[rows] - middle) - held) / ramp, 0, 1)
            made[rows] = np.maximum(made[rows], 0.5 + 0.5 * np.cos(np.pi * away))
    return made


def visemes_at(phones: Sequence[Phone], times_s: np.ndarray) -> np.ndarray:
    """Index of the viseme that is said at each of ``times_s [T]``; silence where none is."""
    said = np.full(len(times_s), SILENCE)
    for phone in phones:
        said[_rows(times_s, phone.start_s, phone.end_s)] = phone.viseme
    return said


def _dominance(phone: Phone, times_s: np.ndarray) -> np.ndarray:
    middle, length = 0.5 * (phone.start_s + phone.end_s), phone.end_s - phone.start_s
    away = np.maximum(np.abs(times_s - middle) - 0.5 * CORE * length, 0)
    away = np.sqrt(away**2 + SOFTNESS_S**2) - SOFTNESS_S
    strength = _STRENGTH[phone.viseme]
    if phone.viseme == SILENCE:
        strength *= min(1.0, length / FULL_SILENCE_S)
    return strength * np.exp(-away / _REACH[phone.viseme])


def _rows(times_s: np.ndarray, start_s: float, end_s: float) -> slice:
    """The rows from ``start_s`` on and before ``end_s``."""
    return slice(*np.searchsorted(times_s, (start_s, end_s)))

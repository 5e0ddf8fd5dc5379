"""The sound of an utterance: a formant synthesiser after Klatt, "Software for a cascade/parallel formant synthesizer",
J. Acoust. Soc. Am. 67 (1980).

Voice and breath go through the resonances of the mouth one after another (the cascade), hisses and bursts through a
few side by side (the parallel part). The pulse of the glottis is that of Klatt and Klatt (1990): the flow is
``a t^2 - b t^3`` while it is open. Nothing is heard in pauses and while p, b, t, d, k, g are shut.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.ndimage import gaussian_filter1d
from scipy.signal import lfilter

from lifemask.speech.layers import SOUND_HZ
from lifemask.synthetic import voice_phones as table
from lifemask.synthetic.voice_phones import Hiss
from lifemask.synthetic.voice_words import SpokenPhone, Utterance

LEVEL = 0.09
"""Root mean square of what is spoken, of full scale."""
_STEP_HZ = 1000
"""Steps a second of everything that moves."""
_PITCH_HZ, _FALL, _FINAL_FALL, _ACCENT = 118.0, 0.16, 0.12, 0.17
_JITTER, _SHIMMER, _JITTER_HZ = 0.012, 0.06, 60.0
_OPEN = 0.62
"""Of a period of the glottis."""
_TILT = 0.5
_HIGHER = ((3400.0, 250.0), (4400.0, 350.0), (5400.0, 450.0), (6400.0, 550.0), (7300.0, 650.0))
"""Resonances that stay: frequency and width, Hz."""
_NOSE_HZ, _NOSE_WIDTH, _NOSE_ZERO_HZ = 270.0, 100.0, 480.0
_GLIDE_S, _SOFT_S, _BURST_S, _FADE_S = 0.055, 0.006, 0.011, 0.006


@dataclass(frozen=True)
class _Part:
    """A stretch of a phone in which its sources do not change; levels against vowels, 0 for none. ``formants``: Hz at
    its beginning and end."""

    start_s: float
    end_s: float
    formants: tuple[tuple[int, ...], tuple[int, ...]]
    widths: tuple[float, ...]
    voice: float = 0.0
    breath: float = 0.0
    hiss: Hiss | None = None
    nasal: bool = False
    shut: bool = False


def sound_of(said: Utterance, *, pitch: float = 1.0, tract: float = 1.0) -> np.ndarray:
    """Float32 ``[n]`` at ``SOUND_HZ`` from the first moment of ``said`` to its last, the same for the same seed.

    ``pitch`` and ``tract`` make it another voice: how much higher it is, and how much shorter the tract.
    """
    rng = np.random.default_rng([42, said.seed])
    count = round(said.seconds * SOUND_HZ)
    if not said.phones:
        return np.zeros(count, np.float32)
    parts = list(_parts(said.phones))
    steps_s = (np.arange(int(said.seconds * _STEP_HZ) + 2)) / _STEP_HZ
    moving = lambda track: np.interp(np.arange(count) / SOUND_HZ, steps_s, track)  # noqa: E731

    hz, width_hz = _resonances(parts, steps_s)
    pulses, opened = _glottis(moving(pitch * _pitch_hz(said, steps_s)), rng)
    voice = moving(_levels(parts, steps_s, lambda part: part.voice))
    breath = moving(_levels(parts, steps_s, lambda part: part.breath))
    noise = rng.standard_normal((2, count))
    source = voice * pulses + breath * noise[0] * (0.5 + 0.5 * opened)
    source = _nose(source, moving(_levels(parts, steps_s, lambda part: float(part.nasal))))
    for number in range(3):
        source = _resonance(source, moving(tract * hz[:, number]), moving(width_hz[:, number]))
    for fixed_hz, fixed_width in _HIGHER:
        fixed_hz = min(tract * fixed_hz, 0.47 * SOUND_HZ)
        source = _resonance(source, np.full(count, fixed_hz), np.full(count, fixed_width))
    vowels = moving(_levels(parts, steps_s, lambda part: float(part.voice == 1.0))) > 0.9
    source = source / max(float(np.sqrt(np.mean(source[vowels] ** 2))) if vowels.any() else 0.0, 1e-9)

    sound = source + _hisses(parts, steps_s, noise[1], moving)
    sound *= _gate(parts, count)
    spoken = np.abs(sound) > 0
    return (LEVEL * sound / max(float(np.sqrt(np.mean(sound[spoken] ** 2))) if spoken.any() else 0.0, 1e-9)).clip(
        -0.98, 0.98
    ).astype(np.float32)  # fmt: skip


def _parts(phones: tuple[SpokenPhone, ...]) -> Iterator[_Part]:
    for place, phone in enumerate(phones):
        kind = phone.kind
        if kind in table.VOWELS:
            ends = table.VOWELS[kind], table.GLIDES.get(kind, table.VOWELS[kind])
            yield _Part(phone.start_s, phone.end_s, ends, table.VOWEL_WIDTHS, voice=1.0)
            continue
        at = table.CONSONANTS.get(kind) or table.VOWELS[_next_vowel(phones, place)]
        ends = (at, at)
        if kind not in table.STOPS:
            yield _Part(
                phone.start_s, phone.end_s, ends, table.CONSONANT_WIDTHS, _gain(table.VOICE_DB.get(kind)),
                _gain(table.BREATH_DB.get(kind)), table.HISS.get(kind), kind in table.NASALS,
            )  # fmt: skip
            continue
        yield _Part(phone.start_s, phone.open_s, ends, table.CONSONANT_WIDTHS, shut=True)
        burst_s = phone.end_s if kind in ("CH", "JH") else min(phone.open_s + _BURST_S, phone.end_s)
        yield _Part(phone.open_s, burst_s, ends, table.CONSONANT_WIDTHS, hiss=table.HISS[kind])
        if burst_s < phone.end_s:
            breath, voice = (table.BREATH_DB[kind], None) if kind in table.BREATHED else (None, -6.0)
            if not phone.final:
                yield _Part(burst_s, phone.end_s, ends, table.CONSONANT_WIDTHS, _gain(voice), _gain(breath))


def _next_vowel(phones: tuple[SpokenPhone, ...], place: int) -> str:
    return next((phone.kind for phone in phones[place:] if phone.kind in table.VOWELS), "AH")


def _gain(db: float | None) -> float:
    return 0.0 if db is None else 10 ** (db / 20)


def _resonances(parts: list[_Part], steps_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies and widths ``[S, 3]``: each part holds its own in its middle and glides to its neighbours'."""
    knots, hz, width = [], [], []
    for part in parts:
        edge = min(0.5 * _GLIDE_S, 0.4 * (part.end_s - part.start_s))
        knots += [part.start_s + edge, part.end_s - edge]
        hz += part.formants
        width += [part.widths] * 2
    track = lambda values: gaussian_filter1d(  # noqa: E731
        np.stack([np.interp(steps_s, knots, column) for column in np.array(values, np.float64).T], 1),
        _SOFT_S * _STEP_HZ,
        axis=0,
    )
    return track(hz), track(width)


def _levels(parts: list[_Part], steps_s: np.ndarray, level) -> np.ndarray:
    track = np.zeros(len(steps_s))
    for part in parts:
        track[_between(part, _STEP_HZ)] = level(part)
    return gaussian_filter1d(track, _SOFT_S * _STEP_HZ)


def _between(part: _Part, rate_hz: int) -> slice:
    return slice(round(part.start_s * rate_hz), round(part.end_s * rate_hz))


def _pitch_hz(said: Utterance, steps_s: np.ndarray) -> np.ndarray:
    """Falls through each phrase, most at its end; rises on stressed vowels."""
    pitch = np.full(len(steps_s), _PITCH_HZ)
    phrase: list[SpokenPhone] = []
    for phone in said.phones:
        phrase.append(phone)
        if phone.final:
            rows = (steps_s >= phrase[0].start_s - 0.02) & (steps_s <= phone.end_s + 0.05)
            part = (steps_s[rows] - phrase[0].start_s) / (phone.end_s - phrase[0].start_s)
            pitch[rows] *= 1.07 - _FALL * part - _FINAL_FALL * np.clip(part - 0.8, 0, 0.2) / 0.2
            phrase = []
        if phone.stress:
            middle, length = 0.5 * (phone.start_s + phone.end_s), phone.end_s - phone.start_s
            pitch *= 1 + _ACCENT * np.exp(-0.5 * np.square((steps_s - middle) / max(0.7 * length, 0.05)))
    return gaussian_filter1d(pitch, 0.015 * _STEP_HZ)


def _glottis(pitch_hz: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The derivative of the flow ``[n]`` and whether the glottis is open ``[n]``."""
    count = len(pitch_hz)
    knots = np.arange(0, count + SOUND_HZ, int(SOUND_HZ / _JITTER_HZ))
    uneven = lambda size: np.interp(np.arange(count), knots, 1 + size * rng.standard_normal(len(knots)))  # noqa: E731
    phase = (np.cumsum(pitch_hz * uneven(_JITTER)) / SOUND_HZ) % 1.0
    opened = phase < _OPEN
    within = phase / _OPEN
    flow = np.where(opened, within * (2 - 3 * within), 0.0)
    return lfilter([1 - _TILT], [1, -_TILT], flow) * uneven(_SHIMMER), opened.astype(np.float64)


def _nose(source: np.ndarray, nasal: np.ndarray) -> np.ndarray:
    """A resonance of the nose, and a zero that undoes it unless the sound is ``nasal [n]``."""
    count = len(source)
    width = np.full(count, _NOSE_WIDTH)
    resonant = _resonance(source, np.full(count, _NOSE_HZ), width)
    a, b, c = _coefficients(_NOSE_HZ + nasal * (_NOSE_ZERO_HZ - _NOSE_HZ), width)
    before = np.concatenate([[0.0, 0.0], resonant])
    return (resonant - b * before[1:-1] - c * before[:-2]) / a


def _hisses(parts: list[_Part], steps_s: np.ndarray, noise: np.ndarray, moving) -> np.ndarray:
    """Noise through side by side resonances, each as loud as its parts ask for."""
    total = np.zeros(len(noise))
    for hiss in {part.hiss for part in parts if part.hiss is not None}:
        loud = np.zeros(len(steps_s))
        for part in parts:
            if part.hiss == hiss:
                loud[_between(part, _STEP_HZ)] = 1.0
        level = moving(gaussian_filter1d(loud, 0.5 * _SOFT_S * _STEP_HZ))
        total += _gain(hiss.db) * level * _shaped(noise, hiss)
    return total


def _shaped(noise: np.ndarray, hiss: Hiss) -> np.ndarray:
    """``noise [n]`` of unit power as a hiss sounds, of unit power again."""
    shaped = hiss.plain * noise
    for hz, width_hz, share in hiss.peaks:
        a, b, c = _coefficients(np.array(hz), np.array(width_hz))
        band = lfilter([float(a)], [1.0, -float(b), -float(c)], noise)
        shaped = shaped + share * np.diff(band, prepend=0.0) / max(float(np.diff(band).std()), 1e-9)
    return shaped / max(float(shaped.std()), 1e-9)


def _gate(parts: list[_Part], count: int) -> np.ndarray:
    """1 where something is said, 0 in pauses and closures; it fades outside of these, but bursts begin at once."""
    gate = np.zeros(count)
    for part in parts:
        if not part.shut:
            gate[_between(part, SOUND_HZ)] = 1.0
    fade = round(_FADE_S * SOUND_HZ)
    ends = np.flatnonzero(np.diff(gate) < 0) + 1
    for end in ends:
        first = max(0, end - fade)
        gate[first:end] = np.minimum(
            gate[first:end], 0.5 + 0.5 * np.cos(np.pi * np.arange(end - first) / (end - first))
        )
    return gate


def _coefficients(hz: np.ndarray, width_hz: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of ``y[n] = a x[n] + b y[n - 1] + c y[n - 2]`` (Klatt 1980, equation 2)."""
    c = -np.exp(-2 * np.pi * width_hz / SOUND_HZ)
    b = 2 * np.exp(-np.pi * width_hz / SOUND_HZ) * np.cos(2 * np.pi * hz / SOUND_HZ)
    return 1 - b - c, b, c


def _resonance(sound: np.ndarray, hz: np.ndarray, width_hz: np.ndarray) -> np.ndarray:
    """``sound [n]`` through a resonance whose frequency and width ``[n]`` move."""
    return _filtered(sound, *_coefficients(hz, width_hz))


@njit(cache=True)
def _filtered(sound: np.ndarray, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
    out = np.empty_like(sound)
    last, before = 0.0, 0.0
    for index in range(len(sound)):
        value = a[index] * sound[index] + b[index] * last + c[index] * before
        before, last = last, value
        out[index] = value
    return out

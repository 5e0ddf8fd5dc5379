"""espeak-ng through its library: it tells when each phone begins."""

import ctypes
import random
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from generic_mouth_speech import Store, sentences
from lifemask.speech.layers import SOUND_HZ

LANGUAGES = {
    "en": "en-us en-gb en-gb-scotland en-029", "fr": "fr-fr fr-be fr-ch", "es": "es es-419", "pt": "pt pt-br",
    "zh": "cmn", "it": "it", "de": "de", "hi": "hi", "nl": "nl", "pl": "pl", "ru": "ru", "tr": "tr", "ar": "ar",
    "sv": "sv", "id": "id", "el": "el", "fi": "fi", "da": "da", "nb": "nb", "cs": "cs", "ro": "ro", "hu": "hu",
    "ko": "ko", "vi": "vi", "he": "he", "uk": "uk", "bg": "bg", "lv": "lv", "bn": "bn", "ta": "ta", "fa": "fa",
    "ms": "ms",
}  # fmt: skip
OFTEN = {"en": 5, "fr": 3, "es": 3, "de": 3, "it": 2, "pt": 2, "zh": 2, "ru": 2, "hi": 2, "ar": 2}
NO_VOICES = ("whisper", "croak", "robo", "demonic", "serious", "tweaky", "storm", "fast")
DATA = Path("/usr/lib/x86_64-linux-gnu/espeak-ng-data/voices/!v")
RETRIEVE_AT_ONCE, PHONE_EVENTS_IN_IPA, UTF8, PHONE_EVENT = 2, 3, 1, 7
RATE, PITCH, RANGE = 1, 3, 4
STOPS = "ptkcʈq"
LONGEST_STOP_S, FRAME_S, SILENT = 0.09, 0.005, 0.004


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("identifier", ctypes.c_uint),
        ("text", ctypes.c_int),
        ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("name", ctypes.c_char * 8),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Espeak:
    """Text to sound and the samples at which phones begin."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self.rate_hz = self._library.espeak_Initialize(RETRIEVE_AT_ONCE, 0, None, PHONE_EVENTS_IN_IPA)
        self._callback = _CALLBACK(self._heard)
        self._library.espeak_SetSynthCallback(self._callback)

    def set_voice(self, name: str, **parameters: int) -> bool:
        """Whether the voice is there; ``rate``, ``pitch`` and ``range`` as the library counts them."""
        there = self._library.espeak_SetVoiceByName(name.encode()) == 0
        for number, key in ((RATE, "rate"), (PITCH, "pitch"), (RANGE, "range")):
            self._library.espeak_SetParameter(number, parameters[key], 0)
        return there

    def say(self, text: str) -> tuple[np.ndarray, list[tuple[float, str]]]:
        """Sound at ``rate_hz``, and the seconds and names of phones; an empty name is a pause."""
        self._sound, self._events = [], []
        written = text.encode()
        self._library.espeak_Synth(written, len(written) + 1, 0, 1, 0, UTF8, None, None)
        self._library.espeak_Synchronize()
        sound = np.frombuffer(b"".join(self._sound), "<i2") / np.float32(32768)
        return sound, [(sample / self.rate_hz, name) for sample, name in self._events]

    def _heard(self, sound, count, events) -> int:
        index = 0
        while events[index].type:
            if events[index].type == PHONE_EVENT:
                name = ctypes.string_at(ctypes.addressof(events[index]) + _Event.name.offset, 8).split(b"\0")[0]
                self._events.append((events[index].sample, name.decode("utf8", "ignore")))
            index += 1
        if count > 0 and sound:
            self._sound.append(ctypes.string_at(sound, 2 * count))
        return 0


def timed(sound: np.ndarray, events: list[tuple[float, str]], rate_hz: int) -> list:
    """Phones as ``[name, start_s, end_s]``. A stop is announced at its burst: the silence before is its own."""
    frame = int(FRAME_S * rate_hz)
    loud = np.abs(sound[: len(sound) // frame * frame]).reshape(-1, frame).max(1)
    ends = [begin for begin, _ in events[1:]] + [len(sound) / rate_hz]
    phones: list = []
    for (begin, name), end in zip(events, ends, strict=True):
        if name and name[0] in STOPS and phones:
            quiet = int(begin / FRAME_S)
            while quiet > 0 and begin - quiet * FRAME_S < LONGEST_STOP_S and loud[min(quiet, len(loud)) - 1] < SILENT:
                quiet -= 1
            earliest = phones[-1][1] + (0.02 if phones[-1][0] else 0.0)
            begin = min(begin, max(quiet * FRAME_S, earliest))
            phones[-1][2] = begin
        if end - begin > 1e-3:
            phones.append([name, begin, end])
    return [["", 0.0, phones[0][1]], *phones] if phones and phones[0][1] > 0 else phones


def speak_espeak(store: Store, rng: random.Random) -> None:
    """Any language, any voice, any pitch."""
    espeak = Espeak()
    variants = [path.name for path in sorted(DATA.iterdir()) if not any(no in path.name.lower() for no in NO_VOICES)]
    texts = {language: sentences(language, rng) for language in LANGUAGES}
    while store.left_s > 0:
        language = rng.choices(list(LANGUAGES), [OFTEN.get(name, 1) for name in LANGUAGES])[0]
        voice = rng.choice(LANGUAGES[language].split()) + rng.choice(["", *["+" + rng.choice(variants)] * 2])
        if not espeak.set_voice(
            voice, rate=rng.randint(110, 230), pitch=rng.randint(15, 85), range=rng.randint(20, 90)
        ):
            continue
        sound, events = espeak.say(" ".join(next(texts[language]) for _ in range(rng.randint(1, 3))))
        if len(sound) > espeak.rate_hz:
            common = np.gcd(SOUND_HZ, espeak.rate_hz)
            resampled = resample_poly(sound, SOUND_HZ // common, espeak.rate_hz // common)
            store.add(resampled, language, voice, timed(sound, events, espeak.rate_hz))

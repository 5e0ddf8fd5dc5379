"""Recordings of speech with known phones, to one file of bands and of the mouth they call for.

    python scripts/generic_mouth_set.py SPEECH SET

``SPEECH`` has a folder for each source, and in it pairs of ``NAME.wav`` (16 kHz, mono) and ``NAME.json``: ``source``,
``language``, ``voice``, ``phones`` as ``[symbol, start_s, end_s]``. Beside ``SET`` a ``.json`` of the same name keeps
the phones of what is held out of training, for measuring.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from generic_mouth_music import music
from generic_mouth_speech import read_wav
from generic_mouth_symbols import visemes_of
from lifemask.speech.coarticulation import coarticulate, contact, visemes_at
from lifemask.speech.layers import MEL_HZ
from lifemask.speech.mel import MelBands
from lifemask.speech.visemes import LIP_ON_TEETH, LIPS_CLOSED, SILENCE, Phone, phones_of

LEAD_S = 0.02
"""Mouths move before they are heard."""
HELD_OUT_LANGUAGES = ("sv", "pt", "tr", "ko", "el")
HELD_OUT_VOICES = ("pc_diphone", "czech_machac", "hy_fi_mv_diphone", "flite_awb")
HELD_OUT_VARIANTS = ("f4", "m6", "klatt4", "Andy", "linda", "edward2", "sandro")
SHORT_SPACE_S = 0.15
"""A space in a neural voice's text that lasts no longer than this is no pause."""


def held_out(about: dict) -> str:
    """Why a recording is kept out of training, if it is."""
    voice = about["voice"]
    if about["language"] in HELD_OUT_LANGUAGES:
        return "language"
    return "voice" if voice in HELD_OUT_VOICES or voice.partition("+")[2] in HELD_OUT_VARIANTS else ""


def phones(about: dict) -> list[Phone]:
    """The phones of a recording, in the order of time, without gaps."""
    written = _letters_joined(about["phones"]) if about["source"] == "kokoro" else about["phones"]
    said: list[Phone] = []
    for symbol, begin, end in written:
        found = visemes_of(symbol, about)
        if not found and said:
            said[-1] = Phone(said[-1].viseme, said[-1].start_s, end, said[-1].opening)
        elif end - begin > 1e-3:
            said += phones_of(found, begin, end)
    joined: list[Phone] = []
    for phone in said:
        if joined and phone.viseme == SILENCE == joined[-1].viseme:
            joined[-1] = Phone(SILENCE, joined[-1].start_s, phone.end_s)
        else:
            joined.append(phone)
    return joined


def _letters_joined(letters: list) -> list:
    """Marks of a neural voice's text go to the letter that they belong to, with their time; spaces are shared."""
    joined: list[list] = []
    begins = None
    for symbol, begin, end in letters:
        if symbol and symbol in "\u0303ːʲʰᵝ" and joined:
            joined[-1][0] += symbol
            joined[-1][2] = end
        elif symbol and symbol in "ˈˌ":
            begins = begin if begins is None else begins
        elif symbol == " " and joined and end - begin <= SHORT_SPACE_S:
            joined[-1][2] = begins = 0.5 * (begin + end)
        else:
            joined.append(["" if symbol == " " else symbol, begin if begins is None else begins, end])
            begins = None
    return joined


def main() -> None:
    """Build the set."""
    speech, output = map(Path, sys.argv[1:3])
    arrays: dict[str, list] = {name: [] for name in ("mel", "viseme", "mouth", "closed", "teeth")}
    each: dict[str, list] = {name: [] for name in ("rows", "source", "language", "voice", "held_out")}
    minutes: Counter = Counter()
    truth = []
    bands = MelBands()
    for path in sorted(speech.glob("*/*.json")):
        about = json.loads(path.read_text())
        sound = read_wav(path.with_suffix(".wav"))
        said = phones(about)
        mel = np.concatenate([bands.push(sound), bands.flush()])
        if len(mel) < 60:
            continue
        times_s = np.arange(len(mel)) / MEL_HZ + LEAD_S
        arrays["mel"].append(mel.astype(np.float16))
        arrays["viseme"].append(visemes_at(said, (np.arange(len(mel)) + 0.5) / MEL_HZ).astype(np.int8))
        arrays["mouth"].append(coarticulate(said, times_s).astype(np.float16))
        arrays["closed"].append(contact(said, times_s, LIPS_CLOSED).astype(np.float16))
        arrays["teeth"].append(contact(said, times_s, LIP_ON_TEETH).astype(np.float16))
        reason = held_out(about)
        for name, value in zip(
            each, (len(mel), about["source"], about["language"], about["voice"], reason), strict=True
        ):
            each[name].append(value)
        truth.append([[p.viseme, p.start_s, p.end_s, p.opening] for p in said] if reason else [])
        minutes[about["source"], reason] += len(mel) / (60 * MEL_HZ)
    whole = {name: np.concatenate(parts) for name, parts in arrays.items()}
    np.savez(output, **whole, **{name: np.array(values) for name, values in each.items()}, music=music())
    output.with_suffix(".json").write_text(json.dumps(truth))
    for (source, reason), count in sorted(minutes.items()):
        print(f"{source:10s} {'held out: ' + reason if reason else 'training':20s} {count:6.1f} min")


if __name__ == "__main__":
    main()

"""Recordings of speech with known phones, to one file of what an ear hears and of the mouth that it calls for.

    python scripts/generic_mouth_set.py SPEECH SET.npz [--copy N] [--live]

``SPEECH`` has a folder for each source, and in it pairs of ``NAME.wav`` (16 kHz, mono) and ``NAME.json``: ``source``,
``language``, ``voice``, ``phones`` as ``[symbol, start_s, end_s]``. Beside ``SET`` a ``.json`` of the same name keeps
the phones of what is held out of training, for measuring.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from generic_mouth_music import music
from generic_mouth_rooms import elsewhere, faster
from generic_mouth_speech import read_wav
from generic_mouth_symbols import visemes_of
from lifemask.speech.coarticulation import coarticulate, contact, visemes_at
from lifemask.speech.ear import AHEAD, LIVE, Ear
from lifemask.speech.layers import MOTION_HZ, SOUND_HZ
from lifemask.speech.visemes import LIP_ON_TEETH, LIPS_CLOSED, SILENCE, Phone, phones_of

LEAD_S = 0.02
"""Mouths move before they are heard."""
HELD_OUT_LANGUAGES = ("sv", "pt", "tr", "ko", "el")
HELD_OUT_VOICES = ("pc_diphone", "czech_machac", "hy_fi_mv_diphone", "flite_awb")
HELD_OUT_VARIANTS = ("f4", "m6", "klatt4", "Andy", "linda", "edward2", "sandro")
PIECES_OF_MUSIC, MUSIC_S = 12, 20
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


def copy_of(sound: np.ndarray, said: list[Phone], music: np.ndarray, rng: np.random.Generator) -> tuple:
    """The same at another speed and in another room."""
    by = float(np.clip(np.exp(rng.normal(0, 0.09)), 0.8, 1.25))
    phones = [Phone(phone.viseme, phone.start_s / by, phone.end_s / by, phone.opening) for phone in said]
    return elsewhere(faster(sound, by), music, rng), phones


def recordings(speech: Path, number: int) -> Iterator[tuple[dict, np.ndarray, list[Phone]]]:
    """What is known of each recording, its sound and its phones; music, in which nobody speaks, last."""
    rng = np.random.default_rng(number)
    nobody = music()
    for path in sorted(speech.glob("*/*.json")):
        about = json.loads(path.read_text())
        about["held_out"] = held_out(about)
        sound, said = read_wav(path.with_suffix(".wav")), phones(about)
        if number == 0:
            yield about, sound, said
        elif not about["held_out"]:
            yield about, *copy_of(sound, said, nobody, rng)
    for _ in range(PIECES_OF_MUSIC):
        begin = rng.integers(0, len(nobody) - MUSIC_S * SOUND_HZ)
        piece = nobody[begin : begin + MUSIC_S * SOUND_HZ] * 10 ** (rng.uniform(-30, -3) / 20)
        yield {"source": "music", "language": "", "voice": "", "held_out": ""}, piece, []


def main() -> None:
    """Build the set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("speech", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--live", action="store_true", help="heard 82 ms ahead, not 222")
    parser.add_argument("--copy", type=int, default=0, help="0: as spoken; others: elsewhere, each another time")
    asked = parser.parse_args()
    ear = Ear(LIVE if asked.live else AHEAD)
    arrays: dict[str, list] = {name: [] for name in ("rows_heard", "viseme", "mouth", "closed", "teeth")}
    each: dict[str, list] = {name: [] for name in ("rows", "source", "language", "voice", "held_out")}
    minutes: Counter = Counter()
    truth = []
    for about, sound, said in recordings(asked.speech, asked.copy):
        heard = np.concatenate([ear.push(sound), ear.flush()])
        times_s = np.arange(len(heard)) / MOTION_HZ
        arrays["rows_heard"].append(heard.astype(np.float16))
        arrays["viseme"].append(visemes_at(said, times_s).astype(np.int8))
        arrays["mouth"].append(coarticulate(said, times_s + LEAD_S).astype(np.float16))
        arrays["closed"].append(contact(said, times_s + LEAD_S, LIPS_CLOSED).astype(np.float16))
        arrays["teeth"].append(contact(said, times_s + LEAD_S, LIP_ON_TEETH).astype(np.float16))
        each["rows"].append(len(heard))
        for name in ("source", "language", "voice", "held_out"):
            each[name].append(about[name])
        truth.append([[p.viseme, p.start_s, p.end_s, p.opening] for p in said] if about["held_out"] else [])
        minutes[about["source"], about["held_out"]] += len(heard) / (60 * MOTION_HZ)
    whole = {name: np.concatenate(parts) for name, parts in arrays.items()}
    np.savez(asked.output, **whole, **{name: np.array(values) for name, values in each.items()})
    asked.output.with_suffix(".json").write_text(json.dumps(truth))
    for (source, reason), count in sorted(minutes.items()):
        print(f"{source:10s} {'held out: ' + reason if reason else 'training':20s} {count:6.1f} min")


if __name__ == "__main__":
    main()

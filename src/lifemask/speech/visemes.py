"""Phones to visemes, and visemes to the mouth of the built-in rig.

The fifteen visemes are the set that avatars with a viseme input commonly use: silence, nine groups of consonants and
five vowels. A phone is a viseme and how wide it opens it: ``/æ/`` and ``/ʌ/`` are both ``aa``, but not equally open.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np

VISEMES = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U")
SILENCE, LIPS_CLOSED, LIP_ON_TEETH = (VISEMES.index(name) for name in ("sil", "PP", "FF"))

# Weights of the built-in rig's expressions, both sides alike; what is not named stays at rest. Spread lips stand higher
# than rounded ones, "i" above "o" (Abry and Boë, "Laws for lips", Speech Communication 5, 1986).
SHAPES: dict[str, dict[str, float]] = {
    "sil": {},
    "PP": {"jawOpen": 0.05, "mouthClose": 0.06, "mouthPress": 0.15, "mouthRollLower": 0.12, "mouthRollUpper": 0.12},
    "FF": {"jawOpen": 0.05, "mouthRollLower": 0.30, "mouthShrugLower": 0.20, "mouthUpperUp": 0.30},
    "TH": {"jawOpen": 0.12, "mouthLowerDown": 0.10, "mouthUpperUp": 0.08, "tongueOut": 0.20},
    "DD": {"jawOpen": 0.11, "mouthLowerDown": 0.15, "mouthUpperUp": 0.10, "mouthStretch": 0.05},
    "kk": {"jawOpen": 0.14, "mouthLowerDown": 0.10, "mouthUpperUp": 0.08},
    "CH": {"jawOpen": 0.06, "mouthFunnel": 0.25, "mouthPucker": 0.15, "mouthUpperUp": 0.05},
    "SS": {"jawOpen": 0.08, "mouthStretch": 0.15, "mouthSmile": 0.08, "mouthLowerDown": 0.20, "mouthUpperUp": 0.15},
    "nn": {"jawOpen": 0.13, "mouthLowerDown": 0.10, "mouthUpperUp": 0.08},
    "RR": {"jawOpen": 0.09, "mouthFunnel": 0.14, "mouthPucker": 0.12, "mouthUpperUp": 0.05},
    "aa": {"jawOpen": 0.26, "mouthLowerDown": 0.22, "mouthUpperUp": 0.16, "mouthStretch": 0.05},
    "E": {"jawOpen": 0.19, "mouthLowerDown": 0.20, "mouthUpperUp": 0.18, "mouthStretch": 0.14, "mouthSmile": 0.06},
    "I": {"jawOpen": 0.13, "mouthLowerDown": 0.20, "mouthUpperUp": 0.18, "mouthStretch": 0.20, "mouthSmile": 0.15},
    "O": {"jawOpen": 0.10, "mouthFunnel": 0.22, "mouthPucker": 0.22},
    "U": {"jawOpen": 0.05, "mouthFunnel": 0.14, "mouthPucker": 0.42},
}

PAIRED = ("mouthSmile", "mouthStretch", "mouthPress", "mouthLowerDown", "mouthUpperUp")
CHANNELS = (
    "jawOpen",
    "mouthClose",
    "mouthFunnel",
    "mouthPucker",
    "mouthSmile",
    "mouthStretch",
    "mouthPress",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthShrugLower",
    "mouthLowerDown",
    "mouthUpperUp",
    "tongueOut",
)
"""What the visemes move, the two sides of a face as one."""

EXPRESSIONS = tuple(name + side for name in CHANNELS for side in (("Left", "Right") if name in PAIRED else ("",)))
"""The rig's expressions that the visemes move."""

_COLUMN = np.array([CHANNELS.index(name.removesuffix("Left").removesuffix("Right")) for name in EXPRESSIONS])


def channel_weights() -> np.ndarray:
    """``[15, C]``: each viseme's weights of ``CHANNELS``."""
    return np.array([[SHAPES[viseme].get(channel, 0.0) for channel in CHANNELS] for viseme in VISEMES], np.float32)


def both_sides(channels: np.ndarray) -> np.ndarray:
    """Weights of ``EXPRESSIONS [..., E]`` from those of ``CHANNELS [..., C]``."""
    return channels[..., _COLUMN]


@dataclass(frozen=True)
class Phone:
    """What is said from ``start_s`` to ``end_s``: a viseme, by its index, and how wide it is opened (1: as drawn)."""

    viseme: int
    start_s: float
    end_s: float
    opening: float = 1.0


ARPABET = {
    "AA": ("aa", 1.0), "AE": ("aa", 0.95), "AH": ("aa", 0.7), "AO": ("O", 1.1), "EH": ("E", 1.1), "ER": ("RR", 1.1),
    "IH": ("I", 1.1), "IY": ("I", 0.9), "UH": ("U", 1.3), "UW": ("U", 0.9), "AX": ("E", 0.75),
    "B": ("PP", 1.0), "P": ("PP", 1.0), "M": ("PP", 1.0), "F": ("FF", 1.0), "V": ("FF", 1.0),
    "TH": ("TH", 1.0), "DH": ("TH", 1.0), "T": ("DD", 1.0), "D": ("DD", 1.0), "DX": ("DD", 1.0),
    "S": ("SS", 1.0), "Z": ("SS", 1.0), "SH": ("CH", 1.0), "ZH": ("CH", 1.0), "CH": ("CH", 1.0), "JH": ("CH", 1.0),
    "K": ("kk", 1.0), "G": ("kk", 1.0), "HH": ("kk", 1.1), "NG": ("kk", 0.9), "N": ("nn", 1.0), "L": ("nn", 1.1),
    "R": ("RR", 1.0), "W": ("U", 0.7), "Y": ("I", 0.9),
    "SIL": ("sil", 1.0), "PAU": ("sil", 1.0), "+SPN+": ("sil", 1.0), "+NSN+": ("sil", 1.0),
}  # fmt: skip
"""Phones of English as recognisers write them: viseme and opening."""

ARPABET_GLIDES = {
    "AW": ("AA", "UH"), "AY": ("AA", "IH"), "EY": ("EH", "IY"), "OW": ("AO", "UH"), "OY": ("AO", "IH"),
}  # fmt: skip

IPA = {
    "PP": {1.0: "pbmɓʙ"},
    "FF": {1.0: "fvʋⱱɱ", 1.6: "βɸ"},
    "TH": {1.0: "θð"},
    "DD": {1.0: "tdɗʈɖɾɽ", 1.1: "rɺ"},
    "kk": {1.0: "kgɡɠqɢcɟŋɴ", 1.05: "xɣχʁʀçʝ", 1.1: "hɦħʕʔʜʢ?"},
    "CH": {1.0: "ʃʒʂʐɕʑʧʤʨʥ"},
    "SS": {1.0: "szʦʣɬɮ"},
    "nn": {1.0: "nɲɳ", 1.1: "lɫɭʎʟ"},
    "RR": {1.0: "ɹɻɚɝ"},
    "aa": {1.0: "aɑäɶ", 0.95: "æ", 0.75: "ɐʌ"},
    "E": {1.1: "ɛεɜ", 0.95: "e", 0.75: "əɘᵊɞ"},
    "I": {1.1: "ɪᵻ", 0.9: "ijʲ", 1.0: "ɨɯɰ"},
    "O": {1.15: "ɔɒ", 0.85: "oɤɵ", 1.0: "œ"},
    "U": {1.3: "ʊʏø", 0.9: "uyʉ", 0.7: "wɥʍ"},
}
_OF_IPA = {
    letter: (viseme, opening)
    for viseme, groups in IPA.items()
    for opening, letters in groups.items()
    for letter in letters
}
# Vowels that English transcriptions shorten to one capital letter, and affricates that are two letters.
_IPA_GLIDES = {
    "A": "eɪ",
    "I": "aɪ",
    "O": "oʊ",
    "Q": "əʊ",
    "W": "aʊ",
    "Y": "ɔɪ",
    "tʃ": "ʧ",
    "dʒ": "ʤ",
    "ts": "ʦ",
    "dz": "ʣ",
    "tɕ": "ʨ",
    "dʑ": "ʥ",
}
_NASAL = "\u0303"
_OF_NASAL = {"ɑ": ("O", 1.25), "ɔ": ("O", 0.8), "o": ("O", 0.8), "ɛ": ("aa", 0.8), "œ": ("aa", 0.7)}


@cache
def of_arpabet(name: str) -> tuple[tuple[str, float], ...]:
    """Visemes and openings of a phone such as ``AH0`` or ``OW``: none if it is unknown, two if it glides."""
    name = name.upper().rstrip("012")
    return tuple(ARPABET[part] for part in ARPABET_GLIDES.get(name, (name,)) if part in ARPABET)


@cache
def of_ipa(text: str) -> tuple[tuple[str, float], ...]:
    """Visemes and openings of one phone in the phonetic alphabet, as espeak and others write it; one for each of its
    letters, marks of stress, length and the like left aside. An empty text is silence."""
    if not text.strip(" _:"):
        return (("sil", 1.0),)
    for pair, written in _IPA_GLIDES.items():
        text = text.replace(pair, written)
    letters: list[tuple[str, float]] = []
    before = ""
    for letter in unicodedata.normalize("NFD", text.replace("ä", "a").replace("ç", "ʝ")):
        if letter == _NASAL and letters:
            letters[-1] = _OF_NASAL.get(before, letters[-1])
        elif letter in _OF_IPA and not (letter == "ʲ" and letters):
            letters.append(_OF_IPA[letter])
        before = letter
    return tuple(letters)


def phones_of(visemes: tuple[tuple[str, float], ...], start_s: float, end_s: float) -> list[Phone]:
    """The time from ``start_s`` to ``end_s`` shared out evenly among ``visemes``."""
    edges = np.linspace(start_s, end_s, len(visemes) + 1)
    return [
        Phone(VISEMES.index(name), float(begin), float(end), opening)
        for (name, opening), begin, end in zip(visemes, edges[:-1], edges[1:], strict=True)
    ]

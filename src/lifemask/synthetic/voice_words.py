"""What the synthetic subject says: short English words in phrases with pauses, as phones with their times.

Durations are about those of Klatt, "Linguistic uses of segmental duration in English" (1976): stressed vowels are
longer, the last syllable of a phrase is drawn out.
"""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from lifemask.speech.visemes import SILENCE, VISEMES, Phone, of_arpabet, phones_of

WORDS = {
    "about": "AH0 B AW1 T", "agree": "AH0 G R IY1", "baby": "B EY1 B IY0", "beach": "B IY1 CH",
    "beautiful": "B Y UW1 T AH0 F AH0 L", "better": "B EH1 T ER0", "blue": "B L UW1", "book": "B UH1 K",
    "boy": "B OY1", "camera": "K AE1 M ER0 AH0", "catch": "K AE1 CH", "cheap": "CH IY1 P", "could": "K UH1 D",
    "do": "D UW1", "far": "F AA1 R", "father": "F AA1 DH ER0", "fine": "F AY1 N", "five": "F AY1 V",
    "food": "F UW1 D", "four": "F AO1 R", "garden": "G AA1 R D AH0 N", "give": "G IH1 V", "good": "G UH1 D",
    "happy": "HH AE1 P IY0", "hope": "HH OW1 P", "house": "HH AW1 S", "jump": "JH AH1 M P", "king": "K IH1 NG",
    "language": "L AE1 NG G W AH0 JH", "leave": "L IY1 V", "like": "L AY1 K", "listen": "L IH1 S AH0 N",
    "mama": "M AA1 M AH0", "maybe": "M EY1 B IY0", "measure": "M EH1 ZH ER0", "money": "M AH1 N IY0",
    "month": "M AH1 N TH", "moon": "M UW1 N", "morning": "M AO1 R N IH0 NG", "move": "M UW1 V",
    "never": "N EH1 V ER0", "now": "N AW1", "only": "OW1 N L IY0", "open": "OW1 P AH0 N", "papa": "P AA1 P AH0",
    "people": "P IY1 P AH0 L", "please": "P L IY1 Z", "problem": "P R AA1 B L AH0 M", "red": "R EH1 D",
    "remember": "R IH0 M EH1 M B ER0", "see": "S IY1", "seven": "S EH1 V AH0 N", "she": "SH IY1",
    "shoe": "SH UW1", "show": "SH OW1", "simple": "S IH1 M P AH0 L", "sister": "S IH1 S T ER0", "small": "S M AO1 L",
    "something": "S AH1 M TH IH0 NG", "song": "S AO1 NG", "sound": "S AW1 N D", "teeth": "T IY1 TH",
    "the": "DH AH0", "think": "TH IH1 NG K", "this": "DH IH1 S", "thought": "TH AO1 T", "three": "TH R IY1",
    "time": "T AY1 M", "today": "T AH0 D EY1", "two": "T UW1", "usual": "Y UW1 ZH AH0 W AH0 L",
    "very": "V EH1 R IY0", "voice": "V OY1 S", "watch": "W AA1 CH", "water": "W AO1 T ER0", "we": "W IY1",
    "window": "W IH1 N D OW0", "work": "W ER1 K", "yellow": "Y EH1 L OW0", "yes": "Y EH1 S", "you": "Y UW1",
    "zero": "Z IH1 R OW0",
}  # fmt: skip
"""Words and their phones in ARPABET, with the stress of each vowel."""

# Seconds of a phone; of a vowel, where it is stressed.
_VOWEL_S = {"IH": 0.10, "EH": 0.11, "AH": 0.10, "UH": 0.10, "IY": 0.13, "AE": 0.15, "AA": 0.15, "AO": 0.15, "UW": 0.13,
            "ER": 0.14, "AW": 0.19, "AY": 0.18, "EY": 0.16, "OW": 0.16, "OY": 0.20}  # fmt: skip
_CONSONANT_S = {"B": 0.085, "P": 0.115, "M": 0.085, "F": 0.11, "V": 0.075, "TH": 0.10, "DH": 0.06, "T": 0.10, "D": 0.08,
                "S": 0.12, "Z": 0.09, "SH": 0.12, "ZH": 0.09, "CH": 0.14, "JH": 0.12, "K": 0.11, "G": 0.085,
                "HH": 0.07, "NG": 0.085, "N": 0.075, "L": 0.075, "R": 0.075, "W": 0.075, "Y": 0.07}  # fmt: skip
CLOSED_SHARE = {"B": 0.82, "P": 0.62, "D": 0.75, "T": 0.55, "G": 0.72, "K": 0.55, "JH": 0.45, "CH": 0.42, "M": 1.0}
"""The part of a phone in which the mouth is shut, by lips or tongue; then it bursts open."""
_UNSTRESSED, _UNEVEN, _FINAL = 0.62, 0.08, 1.35
SPEED = 1.1
"""All durations are so many times longer."""
PHRASE_S, PAUSE_S = (1.0, 2.6), (0.3, 0.8)
FIRST_S, LAST_S = 0.35, 0.15
"""Silence before the first word, and at least after the last."""
_WORD_S, _NEEDED = 0.45, 0.5


@dataclass(frozen=True)
class SpokenPhone:
    """``name`` in ARPABET with its stress (``AA1``, ``B``) and when it is said; until ``open_s`` its way is shut."""

    name: str
    start_s: float
    open_s: float
    end_s: float
    final: bool = False
    """A pause follows."""

    @property
    def kind(self) -> str:
        """The name without stress."""
        return self.name.rstrip("012")

    @property
    def stress(self) -> int:
        """1 for a stressed vowel, else 0."""
        return int(self.name.endswith("1"))


@dataclass(frozen=True)
class Utterance:
    """``seconds`` of ``words`` as ``phones`` in the order of time; between them, where none is, nothing is said."""

    seconds: float
    seed: int
    words: tuple[str, ...]
    phones: tuple[SpokenPhone, ...]

    @property
    def closures_s(self) -> np.ndarray:
        """When the lips are shut for each of p, b, m: ``[N, 2]`` seconds."""
        shut = [(phone.start_s, phone.open_s) for phone in self.phones if phone.kind in ("P", "B", "M")]
        return np.array(shut, np.float64).reshape(-1, 2)

    def mouth(self) -> list[Phone]:
        """The same for ``speech.coarticulation``. After a closure of the lips the mouth is already on its way to the
        next phone."""
        said: list[Phone] = []
        waiting_s = None
        for phone in self.phones:
            start_s = phone.start_s if waiting_s is None else waiting_s
            early = phone.kind in ("P", "B") and not phone.final
            end_s, waiting_s = (phone.open_s, phone.open_s) if early else (phone.end_s, None)
            said += phones_of(of_arpabet(phone.name), start_s, end_s)
        return _with_silence(said, self.seconds)


def utterance(seconds: float, seed: int = 0) -> Utterance:
    """Phrases of 1 to 2.6 s with pauses between, until ``seconds`` are full; all visemes are said, and those that were
    said least come first."""
    rng = np.random.default_rng([41, seed])
    words: list[str] = []
    phones: list[SpokenPhone] = []
    said: Counter[str] = Counter()
    at = FIRST_S
    while (room_s := seconds - LAST_S - at) > _WORD_S:
        length_s = min(rng.uniform(*PHRASE_S), room_s)
        phrase: list[list[SpokenPhone]] = []
        last = words[-1:]
        while (begin := phrase[-1][-1].end_s if phrase else at) < at + length_s:
            last = [_chosen(said, last, rng)]
            said.update(visemes_of(last[0]))
            words += last
            phrase.append(_timed(last[0], begin, rng))
        while phrase and (spoken := _drawn_out(list(chain(*phrase))))[-1].end_s > seconds - LAST_S:
            said.subtract(visemes_of(words.pop()))
            phrase.pop()
        if not phrase:
            break
        phones += spoken
        at = spoken[-1].end_s + rng.uniform(*PAUSE_S)
    return Utterance(seconds, seed, tuple(words), tuple(phones))


def visemes_of(word: str) -> tuple[str, ...]:
    """Names of the visemes of one of ``WORDS``."""
    return tuple(viseme for phone in WORDS[word].split() for viseme, _ in of_arpabet(phone))


def _chosen(said: Counter[str], last: list[str], rng: np.random.Generator) -> str:
    """Any word but the last; half of the time one with what was said least."""
    names = [word for word in WORDS if word not in last]
    if rng.uniform() < _NEEDED:
        rarest = min(VISEMES[1:], key=lambda viseme: (said[viseme], rng.uniform()))
        names = [word for word in names if rarest in visemes_of(word)]
    return str(rng.choice(names))


def _timed(word: str, at: float, rng: np.random.Generator) -> list[SpokenPhone]:
    spoken = []
    for name in WORDS[word].split():
        kind = name.rstrip("012")
        length = SPEED * (_VOWEL_S | _CONSONANT_S)[kind] * np.exp(_UNEVEN * rng.standard_normal())
        length *= _UNSTRESSED if name.endswith("0") else 1.0
        spoken.append(SpokenPhone(name, at, at + CLOSED_SHARE.get(kind, 0.0) * length, at + length))
        at += length
    return spoken


def _drawn_out(spoken: list[SpokenPhone]) -> list[SpokenPhone]:
    """A phrase whose last syllable is longer."""
    first = max(place for place, phone in enumerate(spoken) if phone.kind in _VOWEL_S)
    start = spoken[first].start_s
    later = lambda time_s: start + _FINAL * (time_s - start)  # noqa: E731
    end = [replace(p, start_s=later(p.start_s), open_s=later(p.open_s), end_s=later(p.end_s)) for p in spoken[first:]]
    return spoken[:first] + end[:-1] + [replace(end[-1], final=True)]


def _with_silence(said: list[Phone], seconds: float) -> list[Phone]:
    """The silence before, between and after, as phones of its own."""
    whole, at = [], 0.0
    for phone in said:
        if phone.start_s > at + 1e-6:
            whole.append(Phone(SILENCE, at, phone.start_s))
        whole.append(phone)
        at = phone.end_s
    return [*whole, Phone(SILENCE, at, max(seconds, at) + 1.0)]

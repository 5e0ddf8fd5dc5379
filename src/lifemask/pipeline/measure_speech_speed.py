"""How quick a voice becomes motion and pictures, how late a frame is in a stream, and whether hours of it are as good
as seconds: memory, and as many frames as the sound is long."""

import math
import time
import tracemalloc
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from PIL import Image

from lifemask.compose.background import StillBackground
from lifemask.compose.picture import cover
from lifemask.media.video import VideoWriter
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.pipeline.measure_speech_engine import told
from lifemask.pipeline.memory import resident_mb
from lifemask.pipeline.render import frame_size_wh, pictures
from lifemask.progress import Progress
from lifemask.speech.layers import MOTION_HZ, SAMPLES_PER_MOTION, SOUND_HZ

MOTION_S, PICTURES_S = 16.0, 4.0
"""Sound whose motion, and whose pictures, are timed."""
_WARM_UP, _ALONE = 25, 12
_NOISE = 0.003


def measured_speed(own: AvatarVoice, sound: np.ndarray, progress: Progress) -> dict[str, Any]:
    """Times on this machine with a ``sound`` at 16 kHz: ``motion`` in pieces of 40 ms, as a stream brings them, by kind
    of mouth; ``pictures`` from the sound to frames, by size, without and with encoding; ``latency_ms`` of a live frame:
    what it must hear beyond its moment, the motion and the picture; without the 40 ms that a piece lasts."""
    motion = {kind: _motion(own, sound[: round(MOTION_S * SOUND_HZ)], kind == "live") for kind in ("ahead", "live")}
    trained = frame_size_wh(own.avatar, max(own.avatar.view.size_wh))
    sizes = {"trained": trained, "own": own.avatar.frame_wh}
    heard = sound[: round(PICTURES_S * SOUND_HZ)]
    drawing = {}
    with progress.stage("timing pictures", total=len(sizes)) as step:
        for name, size_wh in sizes.items():
            drawing[name] = {"size_wh": size_wh} | _pictures(own, heard, size_wh)
            step(1)
    live = motion["live"]
    latency = {name: 1000 * live["ahead_s"] + live["ms_95"] + found["one_ms"] for name, found in drawing.items()}
    return {"motion": motion, "pictures": drawing, "latency_ms": latency, "device": own.avatar.device.type}


def measured_length(own: AvatarVoice, sound: np.ndarray, minutes: float, progress: Progress) -> dict[str, Any]:
    """``minutes`` of the ``sound``, over and over with ever new noise, as motion: ``frames`` against those that its
    length asks for, and memory after the first minute and at the end (traced Python memory, and resident)."""
    total, pieces = round(minutes * 60 * SOUND_HZ), _endless(sound)
    first = min(60 * SOUND_HZ, total // 2)
    voice = own.begin(VoiceOptions(), live=True)
    frames = heard = 0
    marks: list[tuple[float, float]] = []
    tracemalloc.start()
    try:
        with progress.stage("a long sound", total=math.ceil(total / SOUND_HZ)) as step:
            while heard < total:
                if len(marks) == 0 and heard >= first:
                    marks.append((tracemalloc.get_traced_memory()[0] / 1e6, resident_mb()))
                piece = next(pieces)[: total - heard]
                frames += len(voice.push(piece))
                heard += len(piece)
                step(1)
        marks.append((tracemalloc.get_traced_memory()[0] / 1e6, resident_mb()))
    finally:
        tracemalloc.stop()
    frames += len(voice.flush())
    return {
        "minutes": minutes,
        "frames": frames,
        "frames_expected": math.ceil(total / SOUND_HZ * MOTION_HZ - 1e-6),
        "traced_mb": [mark[0] for mark in marks],
        "resident_mb": [mark[1] for mark in marks],
    }


def _endless(sound: np.ndarray) -> Iterator[np.ndarray]:
    """Pieces of a second for ever, none like another."""
    chance, place = np.random.default_rng(0), 0
    while True:
        rows = (place + np.arange(SOUND_HZ)) % len(sound)
        yield (sound[rows] + _NOISE * chance.standard_normal(SOUND_HZ)).astype(np.float32)
        place += SOUND_HZ


def _motion(own: AvatarVoice, sound: np.ndarray, live: bool) -> dict[str, float]:
    """Milliseconds of a frame of motion, and how far it must hear ahead."""
    voice = own.begin(VoiceOptions(), live=live)
    took, late_s, frames = [], 0.0, 0
    for number, start in enumerate(range(0, len(sound), SAMPLES_PER_MOTION)):
        began = time.perf_counter()
        rows = voice.push(sound[start : start + SAMPLES_PER_MOTION])
        took.append(1000 * (time.perf_counter() - began))
        if len(rows):
            late_s = max(late_s, (number + 1) / MOTION_HZ - frames / MOTION_HZ)
        frames += len(rows)
    steady = np.array(took[min(_WARM_UP, len(took) // 2) :])
    return {
        "ms": float(np.median(steady)),
        "ms_mean": float(steady.mean()),
        "ms_95": float(np.quantile(steady, 0.95)),
        "ahead_s": voice.seconds_after,
        "came_after_s": late_s,
    }


def _pictures(own: AvatarVoice, sound: np.ndarray, size_wh: tuple[int, int]) -> dict[str, float]:
    """Frames a second from sound to pictures, and to a file; and milliseconds of one picture by itself."""
    background = StillBackground(cover(Image.fromarray(own.avatar.plate), size_wh))

    def frames() -> Iterator[np.ndarray]:
        for voice, rows in told(own, sound, live=False):
            if len(rows):
                yield from pictures(own.avatar, own.motion(voice, rows), size_wh, background, MOTION_HZ)

    for _ in islice(frames(), 8):  # what is compiled or loaded at first use
        pass
    began = time.perf_counter()
    count = sum(1 for _ in frames())
    drawn_s = time.perf_counter() - began
    with TemporaryDirectory() as folder:
        began = time.perf_counter()
        with VideoWriter(Path(folder) / "timed.mp4", MOTION_HZ, size_wh) as writer:
            for picture in frames():
                writer.write(picture)
        written_s = time.perf_counter() - began
    return {
        "frames_a_second": count / drawn_s,
        "with_encoding": count / written_s,
        "one_ms": _one_picture_ms(own, sound, size_wh, background),
    }


def _one_picture_ms(
    own: AvatarVoice, sound: np.ndarray, size_wh: tuple[int, int], background: StillBackground
) -> float:
    motion = next(own.motion(voice, rows) for voice, rows in told(own, sound, live=True) if len(rows))
    took = []
    for row in range(min(len(motion.modes), _ALONE)):
        began = time.perf_counter()
        alone = motion.rows(torch.tensor([row], device=motion.modes.device))
        list(pictures(own.avatar, alone, size_wh, background, MOTION_HZ))
        took.append(1000 * (time.perf_counter() - began))
    return float(np.median(took))

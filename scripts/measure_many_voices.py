"""How many voices one process can follow: streams that all speak all the time, in real time, without a network.

    python scripts/measure_many_voices.py RUN SOUND [--streams 10 25 50] [--seconds 10] [--together]

For each number of streams: how long after the last sample that it needs a row leaves (percentiles), for which part of
the time voices are computed, in a process of their own (``--together``: on a thread), how busy the event loop is, and
how many voices are computed at once. Then what a step of 40 ms takes, by
part, in batches of several sizes. ``RUN`` holds an avatar with its voice, ``SOUND`` is any file with speech.
"""

import lifemask.cli  # noqa: F401, I001  (first: it says how many threads NumPy takes)

import argparse
import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lifemask.avatar.avatar import Avatar
from lifemask.live import many_ears, many_lives, many_motion, many_mouths, many_phonetics, many_process, many_speech
from lifemask.live.many import ManyVoices
from lifemask.live.many_motion import ManyMotions, Spoken
from lifemask.live.many_stream import CodeStream
from lifemask.media.speech_sound import SpeechSound
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.speech.layers import SAMPLES_PER_MOTION, SOUND_HZ

CHUNK_S = 0.02
PARTS = {
    "silero": (many_speech.ManySpeech, "step"),
    "phonetic net": (many_phonetics.ManyPhonetics, "step"),
    "all hearing": (many_ears.ManyEars, "step"),
    "mouth": (many_mouths.ManyPersonal, "step"),
    "anybody's mouth": (many_mouths.ManyGeneric, "step"),
    "life": (many_lives.ManyLives, "rows"),
    "all motion": (many_motion.ManyBodies, "step"),
    "all": (many_motion.ManyMotions, "step"),
    "all, apart": (many_process.MotionProcess, "step"),
}


@contextmanager
def timed(of: Callable[[], float]) -> Iterator[dict[str, list[float]]]:
    """Seconds of ``of``'s clock that each call of the parts takes."""
    took: dict[str, list[float]] = {}
    before = {name: getattr(part, call) for name, (part, call) in PARTS.items()}

    def timing(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any) -> Any:
            began = of()
            result = call(*arguments)
            took.setdefault(name, []).append(of() - began)
            return result

        return called

    for name, (part, call) in PARTS.items():
        setattr(part, call, timing(name, before[name]))
    yield took
    for name, (part, call) in PARTS.items():
        setattr(part, call, before[name])


def parts(voice: AvatarVoice, sound: np.ndarray, mouth: Any, sizes: list[int]) -> None:
    """Milliseconds of one core per step, by part."""
    names = list(PARTS)[:-1]
    print(f"{'at once':>8}  " + "  ".join(f"{name:>15}" for name in names))
    for size in sizes:
        motions = ManyMotions()
        spoken = [Spoken.of(voice, VoiceOptions(seed=seed, mouth=mouth), 25.0) for seed in range(size)]
        places = [motions.begin(one, np.zeros(many_ears.FIRST, np.float32)) for one in spoken]
        with timed(time.thread_time) as took:
            for step in range(size + 60):
                at = [(step * SAMPLES_PER_MOTION + 9973 * n) % (len(sound) - SAMPLES_PER_MOTION) for n in range(size)]
                motions.step(places, np.stack([sound[a : a + SAMPLES_PER_MOTION] for a in at]))
        cells = [1e3 * float(np.median(took[name][size + 10 :])) / size if name in took else np.nan for name in names]
        print(f"{size:8d}  " + "  ".join(f"{cell:15.3f}" for cell in cells))


async def streams(
    voice: AvatarVoice, sound: np.ndarray, mouth: Any, number: int, seconds: float, *, apart: bool
) -> None:
    """``number`` streams at once, each pushed 20 ms of its own part of the sound every 20 ms."""
    late_s: list[float] = []
    chunk = round(CHUNK_S * SOUND_HZ)
    async with ManyVoices(apart=apart) as pool:
        made = [
            CodeStream(pool, voice, options=VoiceOptions(seed=n, mouth=mouth), microphone=True) for n in range(number)
        ]
        for stream in made:
            await stream.__aenter__()
        pushed: list[list[float]] = [[] for _ in made]
        settled_s = time.perf_counter() + 0.4 * seconds

        async def read(number: int, stream: CodeStream) -> None:
            async for row in stream.rows():
                now_s = time.perf_counter()
                if row.sound_time_s is not None and now_s > settled_s:
                    needed = int((row.sound_time_s + stream.seconds_after) / CHUNK_S - 1e-3)
                    if needed < len(pushed[number]):
                        late_s.append(now_s - pushed[number][needed])

        async def push() -> None:
            began_s, total = time.perf_counter(), round(seconds / CHUNK_S)
            due = sorted((k * CHUNK_S + CHUNK_S * n / number, n, k) for n in range(number) for k in range(total))
            for due_s, n, k in due:
                if (wait_s := began_s + due_s - time.perf_counter()) > 0:
                    await asyncio.sleep(wait_s)
                at = (k * chunk + 9973 * n) % (len(sound) - chunk)
                pushed[n].append(time.perf_counter())
                await made[n].push_audio(sound[at : at + chunk])

        readers = [asyncio.create_task(read(n, stream)) for n, stream in enumerate(made)]
        with timed(time.perf_counter) as took:
            loop_s, began_s = time.thread_time(), time.perf_counter()
            await push()
            wall_s, loop_s = time.perf_counter() - began_s, time.thread_time() - loop_s
        for stream in made:
            await stream.close()
        await asyncio.gather(*readers)
    steps = took["all, apart" if apart else "all"]
    voices = np.sum(steps) / wall_s
    at_once = sum(map(len, pushed)) * CHUNK_S / 0.04 / len(steps)
    p50, p95, p99, most = 1e3 * np.percentile(late_s, [50, 95, 99, 100])
    rows_hz = len(late_s) / number / (wall_s - 0.4 * seconds)
    print(
        f"{number:8d}  {p50:8.1f}  {p95:8.1f}  {p99:8.1f}  {most:8.1f}  {rows_hz:8.2f}"
        f"  {100 * voices:8.0f} %  {100 * loop_s / wall_s:8.0f} %  {at_once:8.1f}"
    )


def main() -> None:
    """Read the arguments, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("sound", type=Path)
    parser.add_argument("--streams", type=int, nargs="*", default=[1, 10, 25, 50])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--mouth", choices=("auto", "personal", "generic"), default="auto")
    parser.add_argument("--at-once", type=int, nargs="*", default=[1, 6, 12, 25, 50])
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    voice = AvatarVoice.load(chosen.run, Avatar.load(chosen.run))
    sound = np.concatenate(list(SpeechSound(chosen.sound).blocks()))
    print(f"threads: {threading.active_count()}, load of the machine: {os.getloadavg()[0]:.1f}")
    heads = ("p50 ms", "p95", "p99", "most", "rows/s", "voices", "loop", "at once")
    print(f"{'streams':>8}  " + "  ".join(f"{head:>{10 if head in ('voices', 'loop') else 8}}" for head in heads))
    for number in chosen.streams:
        asyncio.run(streams(voice, sound, chosen.mouth, number, chosen.seconds, apart=not chosen.together))
    parts(voice, sound, chosen.mouth, chosen.at_once)


if __name__ == "__main__":
    main()

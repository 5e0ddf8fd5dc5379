"""How many speakers a server bears: clients in real time in this process, the server in another."""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from lifemask.errors import ConfigError, DeviceError
from lifemask.media.speech_sound import SPEECH_HZ, SpeechSound
from lifemask.serve.parameters import HEADER
from lifemask.serve.shelf import name_of

PIECE_S = 0.02
"""So much sound is in one message."""
LIMIT_S, FPS = 0.12, 25.0
"""What counts as in time: the 99th percentile from the last sample of a frame's own 40 ms to its row."""
_WARM_S, _PATIENCE_S = 2.0, 120.0


@dataclass(frozen=True)
class Load:
    """``speakers`` who all speak all the time, for ``seconds``.

    ``latency_s`` and ``centre_s``: 50th, 95th, 99th and 100th percentile of the time until a frame's row is there, from
    when the last sample of its own 1/25 s was sent, and from when its middle was. ``missed``: share of the frames that
    never came. ``server_cores`` and ``client_cores``: what server and clients took, 1 is one core.
    """

    speakers: int
    seconds: float
    latency_s: tuple[float, float, float, float]
    centre_s: tuple[float, float, float, float]
    frames: int
    missed: float
    server_cores: float
    client_cores: float

    @property
    def in_time(self) -> bool:
        """Whether nearly all frames came, and in time."""
        return self.latency_s[2] <= LIMIT_S and self.missed < 0.01


@dataclass(frozen=True)
class LoadRecord:
    """``loads`` in the order in which they were measured; ``most``: speakers of the largest that was in time, 0 if none
    was; ``cores`` of this machine."""

    loads: tuple[Load, ...]
    most: int
    cores: int


@dataclass
class _Heard:
    sent_s: list[float] = field(default_factory=list)
    rows: list[tuple[float, float]] = field(default_factory=list)


def measure_load(
    avatar: Path, sound: Path, *, speakers: tuple[int, ...] = (10, 20, 30, 40, 50, 60, 80), seconds: float = 8.0
) -> LoadRecord:
    """Let ever more ``speakers`` say what is in ``sound``, over loopback, until rows come too late.

    Raises ConfigError for a sound of less than a second, DeviceError when the server does not begin, and the errors of
    ``SpeechSound``.
    """
    samples = np.concatenate(list(SpeechSound(sound, 0.0, 60.0).blocks()))
    if len(samples) < SPEECH_HZ:
        raise ConfigError(f"{sound} is too short", "Expected at least a second of speech.")
    pcm = (np.clip(samples, -1, 1) * 32_767).astype("<i2")
    loads: list[Load] = []
    with local_server(avatar, max(speakers)) as (pid, address):
        for count in sorted(speakers):
            loads.append(asyncio.run(_load(f"{address}/parameters?microphone=1", pid, pcm, count, seconds)))
            if not loads[-1].in_time:
                break
    most = max((load.speakers for load in loads if load.in_time), default=0)
    return LoadRecord(tuple(loads), most, os.cpu_count() or 1)


async def _load(address: str, pid: int, pcm: np.ndarray, count: int, seconds: float) -> Load:
    chance = random.Random(0)
    sockets = [await connect(address, compression=None, max_size=None) for _ in range(count)]
    heard = [_Heard() for _ in sockets]
    for socket in sockets:
        await socket.recv()
    work = [
        asyncio.create_task(part)
        for socket, its in zip(sockets, heard, strict=True)
        for part in (_speak(socket, its, pcm, chance.random()), _listen(socket, its))
    ]
    await asyncio.sleep(_WARM_S)
    began, before = time.perf_counter(), (_cpu_s(pid), time.process_time())
    await asyncio.sleep(seconds)
    ended, after = time.perf_counter(), (_cpu_s(pid), time.process_time())
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    await asyncio.gather(*(socket.close() for socket in sockets))
    took_s = ended - began
    late, centre, frames = [], [], 0
    for its in heard:
        for came_s, sound_s in its.rows:
            if not began <= came_s <= ended:
                continue
            frames += 1
            if not np.isnan(sound_s):
                late.append(came_s - _sent(its, sound_s + 1 / FPS))
                centre.append(came_s - _sent(its, sound_s + 0.5 / FPS))
    expected = count * (took_s * FPS - 1)  # one may lie on the edge
    return Load(
        count,
        took_s,
        _percentiles(late),
        _percentiles(centre),
        frames,
        max(0.0, 1 - frames / expected),
        (after[0] - before[0]) / took_s,
        (after[1] - before[1]) / took_s,
    )


async def _speak(socket: ClientConnection, its: _Heard, pcm: np.ndarray, share: float) -> None:
    """In real time, each from another place of the sound, and at another part of a piece."""
    step = round(PIECE_S * SPEECH_HZ)
    first, pieces = int(share * (len(pcm) // step)), len(pcm) // step
    began = time.perf_counter() + share * PIECE_S
    number = 0
    while True:
        await asyncio.sleep(max(0.0, began + number * PIECE_S - time.perf_counter()))
        at = (first + number) % pieces * step
        await socket.send(pcm[at : at + step].tobytes())
        its.sent_s.append(time.perf_counter())
        number += 1


async def _listen(socket: ClientConnection, its: _Heard) -> None:
    async for message in socket:
        if isinstance(message, bytes):
            its.rows.append((time.perf_counter(), HEADER.unpack_from(message)[3]))


def _sent(its: _Heard, sound_s: float) -> float:
    """When the sample before a time of the sound was sent."""
    piece = int((sound_s - 0.5 / SPEECH_HZ) / PIECE_S)
    return its.sent_s[min(piece, len(its.sent_s) - 1)]


def _percentiles(values: list[float]) -> tuple[float, float, float, float]:
    if not values:
        return inf, inf, inf, inf
    middle, most, nearly, last = np.percentile(np.array(values), [50, 95, 99, 100]).tolist()
    return middle, most, nearly, last


@contextmanager
def local_server(avatar: Path, streams: int) -> Iterator[tuple[int, str]]:
    """Process and address of an avatar's streams at a server of its own, which lets so many in."""
    limits = ["--limits.streams", str(streams + 8), "--limits.streams-per-key", str(streams + 8)]
    limits += ["--limits.requests-per-minute", "100000", "--drain-seconds", "0"]
    arguments = [sys.executable, "-m", "lifemask", "serve", str(avatar), "--port", "0", "--json", *limits]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            said = ""
            while "}" not in said and (line := process.stdout.readline()):
                said += line
            try:
                address = json.loads(said)["address"]
            except (ValueError, KeyError) as error:
                raise DeviceError("the server did not begin", said, f"Try it: lifemask serve {avatar}") from error
            yield process.pid, f"{address.replace('http', 'ws')}/v1/avatars/{name_of(avatar)}"
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _cpu_s(pid: int) -> float:
    """Seconds of all cores that a process has taken; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

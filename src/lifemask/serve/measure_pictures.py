"""How many pictures a second a server sends: clients in real time in this process, the server in another."""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from lifemask.media.speech_sound import SPEECH_HZ, SpeechSound
from lifemask.serve.frames import HEADER
from lifemask.serve.measure_load import PIECE_S, local_server

_WARM_S = 3.0


@dataclass(frozen=True)
class PictureLoad:
    """``streams`` of pictures of ``size`` pixels in a ``format``, for ``seconds``, asked for within ``asked_s`` of
    their sound. ``own``: share of the frames that came with their own picture; ``pictures_hz``: how many different
    pictures a second one stream got; ``kbit_s``: what it took; ``latency_s``: 50th and 99th percentile from when the
    first sample of a frame was sent until the frame is there."""

    streams: int
    size: int
    format: str
    asked_s: float
    seconds: float
    own: float
    pictures_hz: float
    kbit_s: float
    latency_s: tuple[float, float]


@dataclass
class _Seen:
    began_s: float = 0.0
    frames: list[tuple[float, int, int, float, int]] = field(default_factory=list)


def measure_pictures(
    avatar: Path,
    sound: Path,
    *,
    streams: int = 1,
    size: int = 256,
    format: str = "jpeg",
    asked_s: float = 0.12,
    seconds: float = 10.0,
) -> PictureLoad:
    """Let ``streams`` clients say what is in ``sound`` and take pictures, over loopback.

    Raises DeviceError when the server does not begin, and the errors of ``SpeechSound``.
    """
    samples = np.concatenate(list(SpeechSound(sound, 0.0, 60.0).blocks()))
    pcm = (np.clip(samples, -1, 1) * 32_767).astype("<i2")
    with local_server(avatar, streams) as (_, address):
        asked = f"{address}/frames?size={size}&format={format}&latency_s={asked_s}"
        seen = asyncio.run(_watch(asked, pcm, streams, seconds))
    frames = [frame for its in seen for frame in its.frames]
    late = [came_s - its.began_s - sound_s for its in seen for came_s, _, _, sound_s, _ in its.frames]
    middle, nearly = np.nanpercentile(late, [50, 99]).tolist()
    return PictureLoad(
        streams,
        size,
        format,
        asked_s,
        seconds,
        float(np.mean([index == picture for _, index, picture, _, _ in frames])),
        sum(len({picture for _, _, picture, _, _ in its.frames}) for its in seen) / streams / seconds,
        sum(length for *_, length in frames) * 8 / 1000 / streams / seconds,
        (middle, nearly),
    )


async def _watch(address: str, pcm: np.ndarray, streams: int, seconds: float) -> list[_Seen]:
    seen = [_Seen() for _ in range(streams)]
    async with contextlib.AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(connect(address, compression=None)) for _ in seen]
        for socket in sockets:
            await socket.recv()
        work = [
            asyncio.create_task(part)
            for socket, its in zip(sockets, seen, strict=True)
            for part in (_speak(socket, its, pcm), _look(socket, its))
        ]
        await asyncio.sleep(_WARM_S)
        for its in seen:
            its.frames.clear()
        await asyncio.sleep(seconds)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
    return seen


async def _speak(socket: ClientConnection, its: _Seen, pcm: np.ndarray) -> None:
    step = round(PIECE_S * SPEECH_HZ)
    its.began_s, pieces, number = time.perf_counter(), len(pcm) // step, 0
    while True:
        at = number % pieces * step
        await socket.send(pcm[at : at + step].tobytes())
        number += 1
        await asyncio.sleep(max(0.0, its.began_s + number * PIECE_S - time.perf_counter()))


async def _look(socket: ClientConnection, its: _Seen) -> None:
    async for message in socket:
        if isinstance(message, bytes):
            index, _, _, sound_s, picture, _, _, _ = HEADER.unpack_from(message)
            its.frames.append((time.perf_counter(), index, picture, sound_s, len(message)))

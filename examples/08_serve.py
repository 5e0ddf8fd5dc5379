"""A server of avatars, and a client that speaks to it: sound goes up a WebSocket, rows of motion come down.

    python examples/08_serve.py me voice.wav moved.npy

The server is the one of `lifemask serve me`. The rows drive a renderer elsewhere: the web page draws them in a browser,
and `CodeLayout` makes them motion again in Python. docs/server.md describes the protocol.
"""

import argparse
import asyncio
import json
import struct
import time
from pathlib import Path
from urllib.request import urlopen

import numpy as np
from websockets.asyncio.client import connect

from lifemask.media.speech_sound import SPEECH_HZ, SpeechSound
from lifemask.serve.config import ServeConfig
from lifemask.serve.run import Server

HEADER = struct.Struct("<Ifdd")
PIECE_S = 0.02


async def talk(address: str, sound: np.ndarray) -> tuple[dict, list[tuple[float, float]], np.ndarray]:
    """Push ``sound`` as a microphone would. Returns what the server said at first; for each frame how sure it is of
    speech and how long after its sound it came (NaN in silence); and the rows."""
    told, rows, piece = [], [], round(PIECE_S * SPEECH_HZ)
    async with connect(address) as wire:
        hello, began_s = json.loads(await wire.recv()), time.monotonic()

        async def push() -> None:
            for at in range(0, len(sound), piece):
                await asyncio.sleep(began_s + at / SPEECH_HZ - time.monotonic())
                await wire.send((32_767 * sound[at : at + piece]).astype("<i2").tobytes())
            await wire.send(json.dumps({"type": "flush"}))

        pushing = asyncio.create_task(push())
        while not pushing.done() or time.monotonic() < began_s + len(sound) / SPEECH_HZ + 0.5:
            message = await wire.recv()
            if isinstance(message, bytes):
                _, speaking, _, sound_s = HEADER.unpack_from(message)
                told.append((speaking, time.monotonic() - began_s - sound_s))
                rows.append(np.frombuffer(message, "<f4", offset=hello["header_bytes"]))
        await pushing
    return hello, told, np.stack(rows)


async def serve_and_talk(avatar: Path, sound: np.ndarray) -> tuple[dict, list[tuple[float, float]], np.ndarray]:
    server, ready = Server(ServeConfig(avatars=(avatar,), port=0)), asyncio.Event()
    serving = asyncio.create_task(server.work(lambda _: ready.set()))
    await asyncio.wait([serving, asyncio.create_task(ready.wait())], return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        await serving
    try:
        with await asyncio.to_thread(urlopen, f"{server.address}/v1/avatars") as answer:
            (avatar_there,) = json.load(answer)["avatars"]
        address = server.address.replace("http", "ws", 1)
        return await talk(f"{address}/v1/avatars/{avatar_there['name']}/parameters", sound)
    finally:
        server.stop()
        await serving


def main(arguments: list[str] | None = None) -> np.ndarray:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("avatar", type=Path, help="folder of a finished avatar with a voice")
    parser.add_argument("sound", type=Path, help="any audio or video file with a voice")
    parser.add_argument("out", type=Path, help="rows of motion to write, .npy")
    parser.add_argument("--seconds", type=float, default=10.0, help="so much of the sound")
    given = parser.parse_args(arguments)
    sound = np.concatenate(list(SpeechSound(given.sound, 0.0, given.seconds).blocks()))
    hello, told, rows = asyncio.run(serve_and_talk(given.avatar, sound))
    late = np.array([late_s for _, late_s in told])
    jaw = rows[:, hello["layout"]["expression_names"].index("jawOpen")]
    print(f"{len(rows)} frames of {rows.shape[1]} numbers; the jaw opens by up to {jaw.max():.2f}")
    if np.isfinite(late).any():
        print(f"half of the frames come within {1000 * np.nanmedian(late):.0f} ms of their sound")
    np.save(given.out, rows)
    return rows


if __name__ == "__main__":
    main()

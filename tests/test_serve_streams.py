"""Streams over WebSocket, of clients that behave and of clients that do not, on a real server."""

import asyncio
import io
import json
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from lifemask.avatar.avatar import Avatar
from lifemask.avatar.code_rows import CodeLayout
from lifemask.pipeline.voice_file import VOICE, VoiceFile
from serve_made import HZ, Client, Running, opened, running, served_avatar, sound

__all__ = ["served_avatar"]

LIMITS = {"most_queued_seconds": 5.0, "streams": 3}
FRAME = struct.Struct("<IfddiIII")


@pytest.fixture(scope="module")
def server(served_avatar: Path) -> Iterator[Running]:
    with running(served_avatar, limits=LIMITS) as server:
        yield server


@pytest.fixture(autouse=True)
def nobody_is_left(server: Running) -> Iterator[None]:
    yield
    server.wait_for_streams(0)


def mouth(folder: Path, client: Client) -> np.ndarray:
    """How far the mouth is from rest in each row."""
    file = VoiceFile.load(folder / VOICE)
    columns = [file.names.index(name) for name in file.mouths["live"].names if name in file.names]
    return np.array([np.abs(row.row[columns] - file.rest[columns]).max() for row in client.rows])


def test_rows_come_by_the_clock_and_the_mouth_follows_the_sound(server: Running, served_avatar: Path) -> None:
    async def main() -> Client:
        client = await opened(server)
        async with client.socket:
            speaking = asyncio.create_task(client.speak(sound(1.5)))
            await client.read(2.6)
            await speaking
        return client

    client = asyncio.run(main())
    layout = CodeLayout.of(Avatar.load(served_avatar))
    hello = client.hello
    assert (hello["type"], hello["protocol"], hello["fps"], hello["audio_hz"]) == ("hello", 1, 25.0, 16_000)
    assert hello["layout"]["width"] == layout.width and hello["header_bytes"] == 24
    assert hello["layout"]["expression_names"] == list(layout.expression_names)
    assert [row.index for row in client.rows] == list(range(len(client.rows)))
    assert all(row.time_s == pytest.approx(row.index / 25) and row.row.shape == (layout.width,) for row in client.rows)
    assert 40 <= len(client.rows) <= 75
    told = [row.sound_s for row in client.rows if not np.isnan(row.sound_s)]
    assert len(told) >= 35 and told[0] < 0.05 and np.all(np.diff(told) > 0) and told[-1] < 1.5
    spoken = ~np.isnan([row.sound_s for row in client.rows])
    assert mouth(served_avatar, client)[spoken].max() > 0.02
    motion = layout.motion(client.rows[-1].row[None].copy())
    rotation = motion.code.camera_from_head[0, :3, :3].numpy()
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-4)


def test_interrupted_the_mouth_is_at_rest_within_100_ms(server: Running, served_avatar: Path) -> None:
    async def main() -> tuple[Client, int]:
        client = await opened(server)
        async with client.socket:
            await client.socket.send(sound(4.0).tobytes())
            await client.read(1.2)
            await client.say(type="interrupt")
            while not client.texts:
                await client.next()
            at = len(client.rows)
            await client.read(0.6)
        return client, at

    client, at = asyncio.run(main())
    assert client.texts[0]["type"] == "interrupted" and client.texts[0]["dropped_s"] > 1.0
    moved = mouth(served_avatar, client)
    assert moved[at - 12 : at].max() > 0.02
    # 100 ms are at most three frames; one more may have been on its way.
    assert moved[at + 4 :].max() < 1e-5 and all(np.isnan(row.sound_s) for row in client.rows[at + 2 :])


def test_small_talk(server: Running) -> None:
    async def main() -> Client:
        client = await opened(server, query="fps=30&audio_hz=24000&seed=3&energy=0.5&mouth=personal")
        async with client.socket:
            await client.say(type="ping", t=[1, "x"])
            await client.socket.send(sound(0.3).tobytes())
            await client.say(type="flush")
            await client.read(0.5)
        return client

    client = asyncio.run(main())
    assert client.texts == [{"type": "pong", "t": [1, "x"]}] and client.hello["fps"] == 30.0


@pytest.mark.parametrize("kind", ["jpeg", "h264"])
def test_pictures(server: Running, kind: str) -> None:
    async def main() -> tuple[dict, list[bytes]]:
        client = await opened(server, "frames", f"format={kind}&size=64&audio=1")
        messages = []
        async with client.socket:
            await client.socket.send(sound(0.6).tobytes())
            while len(messages) < 20:
                messages.append(await client.socket.recv())
        return client.hello, messages

    hello, messages = asyncio.run(main())
    assert (hello["format"], hello["size_wh"], hello["header_bytes"]) == (kind, [64, 64], 40)
    pictures, heard, keys = [], [], []
    for number, message in enumerate(messages):
        index, _, time_s, _, picture_index, flags, picture, samples = FRAME.unpack_from(message)
        assert index == number and time_s == pytest.approx(index / 25) and picture_index <= index
        assert len(message) == 40 + picture + 2 * samples and samples == HZ // 25
        pictures.append(message[40 : 40 + picture])
        heard.append(np.frombuffer(message, "<i2", offset=40 + picture))
        keys.append(flags & 1)
    said = np.concatenate(heard).astype(float)
    begin = int(np.flatnonzero(said)[0])
    np.testing.assert_allclose(said[begin:][:8000], np.trim_zeros(sound(0.6), "f")[:8000], atol=1.5)
    if kind == "jpeg":
        shown = [np.asarray(Image.open(io.BytesIO(picture))) for picture in pictures]
        assert all(keys)
    else:
        decoder = av.CodecContext.create("h264", "r")
        frames = [frame for data in pictures for frame in decoder.decode(av.Packet(data))] + decoder.decode(None)
        shown = [frame.to_ndarray(format="rgb24") for frame in frames]
        assert keys == [1] + [0] * 19
    assert len(shown) == 20 and all(picture.shape == (64, 64, 3) for picture in shown)
    # The wall is blue in the corner, and somebody stands before it.
    np.testing.assert_allclose(shown[5][:6, :6].mean((0, 1)), (30, 60, 120), atol=6)
    assert np.abs(shown[5].astype(float) - (30, 60, 120)).max(2).mean() > 15


async def with_a_good_one(server: Running, bad: Callable[[Running], Awaitable[None]], least_s: float = 1.0) -> None:
    """``bad`` does its worst beside a client that behaves, who must not notice."""
    client = await opened(server)
    async with client.socket:
        speaking = asyncio.create_task(client.speak(sound(12.0)))
        await client.read(0.3)
        attack = asyncio.create_task(bad(server))
        began, first = time.monotonic(), len(client.rows)
        while not attack.done() or time.monotonic() < began + least_s:
            await asyncio.wait_for(client.next(), 5)
            assert time.monotonic() < began + 20, "the bad one was never put out"
        speaking.cancel()
        await attack
    came = [row.came_s for row in client.rows[first:]]
    assert [row.index for row in client.rows] == list(range(len(client.rows))), "frames were dropped"
    # At least four fifths of real time on a machine that has other things to do, and no long hole.
    assert len(came) >= 0.8 * 25 * (came[-1] - came[0]) and np.diff(came).max() < 0.8
    assert not client.texts


async def closing(socket) -> tuple[dict | None, int]:
    """The error that was told, and the code of the closing."""
    error = None
    try:
        while True:
            message = await asyncio.wait_for(socket.recv(), 10)
            if isinstance(message, str) and json.loads(message)["type"] == "error":
                error = json.loads(message)["error"]
    except ConnectionClosed as closed:
        return error, closed.rcvd.code if closed.rcvd else 1006


@pytest.mark.parametrize(
    ("message", "code", "name"),
    [
        (b"\x00\x01\x02", 1003, "not_sound"),
        ("hello?", 1008, "no_such_message"),
        ('{"type": "dance"}', 1008, "no_such_message"),
        ("[" * 4000, 1008, "no_such_message"),
        (b"\x00" * (256 * 1024 + 2), 1009, None),
    ],
)
def test_garbage(server: Running, message: str | bytes, code: int, name: str | None) -> None:
    async def bad(server: Running) -> None:
        client = await opened(server)
        await client.socket.send(message)
        error, closed = await closing(client.socket)
        assert closed == code and (error or {}).get("code") == name

    asyncio.run(with_a_good_one(server, bad, 0.3))


def test_one_who_floods_is_made_to_wait(server: Running) -> None:
    async def bad(server: Running) -> None:
        client = await opened(server)
        reading = asyncio.create_task(client.read(2.5))
        sent, until = 0, time.monotonic() + 2.0
        piece = sound(2.0).tobytes()
        try:
            while time.monotonic() < until:
                async with asyncio.timeout_at(asyncio.get_running_loop().time() + until - time.monotonic()):
                    await client.socket.send(piece)
                sent += 2
        except TimeoutError:
            pass
        waits_s = max(session.stream.queued_s for session in server.state._sessions)
        await reading
        client.socket.transport.abort()
        # Five seconds may wait in the stream; the rest lies in the system's buffers, some megabytes.
        assert 1 < waits_s <= 5 and sent < 600, f"{waits_s} s wait, {sent} s of sound were taken in 2 s"
        assert len(client.rows) >= 25

    asyncio.run(with_a_good_one(server, bad))


def test_many_tiny_messages(server: Running) -> None:
    async def bad(server: Running) -> None:
        client = await opened(server)
        transport = client.socket.transport
        tiny = bytes([0x82, 0x80 | 2, 0, 0, 0, 0, 1, 0]) * 4096
        until = time.monotonic() + 1.5
        while time.monotonic() < until and not transport.is_closing():
            if transport.get_write_buffer_size() < 1 << 20:
                transport.write(tiny)
            await asyncio.sleep(0.01)
        transport.abort()

    asyncio.run(with_a_good_one(server, bad))


@pytest.mark.parametrize("lost", ["does not read", "does not answer"])
def test_one_who_is_lost(served_avatar: Path, lost: str) -> None:
    """Nothing is read any more, while pings are not even asked for; or all is read and no ping answered."""

    async def bad(server: Running) -> None:
        loop = asyncio.get_running_loop()
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        raw.setblocking(False)
        await loop.sock_connect(raw, ("127.0.0.1", int(server.server.address.rsplit(":", 1)[1])))
        await loop.sock_sendall(
            raw,
            b"GET /v1/avatars/small-one/frames?size=256&quality=95 HTTP/1.1\r\n"
            b"Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        )
        while server.state.places.taken < 2:
            await asyncio.sleep(0.02)
        until, read = loop.time() + 12, b""
        while server.state.places.taken > 1 and loop.time() < until:
            if lost == "does not answer":
                read = (read + await loop.sock_recv(raw, 1 << 16))[-200:]
            await asyncio.sleep(0.02)
        assert server.state.places.taken == 1, "the stream goes on"
        if lost == "does not answer":
            while more := await loop.sock_recv(raw, 1 << 16):
                read = (read + more)[-200:]
            assert struct.pack(">H", 1011) + b"keepalive ping timeout" in read
        raw.close()

    others = {"ping_seconds": 60.0, "stall_seconds": 0.5}
    with running(served_avatar, limits=others if lost == "does not read" else {"ping_seconds": 0.4}) as server:
        asyncio.run(with_a_good_one(server, bad))


def test_too_many(server: Running) -> None:
    async def bad(server: Running) -> None:
        others = [await opened(server), await opened(server)]
        async with connect(f"{server.ws}parameters") as one_too_many:
            error, code = await closing(one_too_many)
        assert code == 1013 and error is not None and error["code"] == "too_many_streams"
        for other in others:
            await other.socket.close()

    asyncio.run(with_a_good_one(server, bad, 0.3))


@pytest.mark.parametrize(
    ("path", "code", "text"),
    [
        ("small-one/parameters?fps=1000", 1008, "fps=1000"),
        ("small-one/parameters?fps=nan", 1008, "fps=nan"),
        ("small-one/parameters?speed=3", 1008, "speed"),
        ("nobody/parameters", 1008, "nobody"),
        ("..%2f..%2fetc/parameters", None, None),
    ],
)
def test_what_cannot_be_opened(server: Running, path: str, code: int | None, text: str | None) -> None:
    async def main() -> tuple[dict | None, int]:
        async with connect(server.ws.removesuffix("small-one/") + path) as socket:
            return await closing(socket)

    if code is None:
        with pytest.raises(InvalidStatus):
            asyncio.run(main())
        return
    error, closed = asyncio.run(main())
    assert closed == code and error is not None and text is not None and text in error["what"]


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}])
def test_foreign_pages(server: Running, headers: dict[str, str]) -> None:
    async def bad(server: Running) -> None:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"{server.ws}parameters", additional_headers=headers)
        assert refused.value.response.status_code in (400, 403)

    asyncio.run(with_a_good_one(server, bad, 0.2))


def test_nothing_said_for_long(served_avatar: Path) -> None:
    async def main(server: Running) -> tuple[dict | None, int]:
        client = await opened(server)
        return await closing(client.socket)

    with running(served_avatar, limits={"idle_seconds": 0.3}) as server:
        assert asyncio.run(main(server)) == (None, 1000)


def test_draining(served_avatar: Path) -> None:
    async def main(server: Running) -> None:
        client = await opened(server)
        server.stop()
        while not client.texts:
            await client.next()
        assert client.texts == [{"type": "draining", "seconds": 1.5}]
        before = len(client.rows)
        async with connect(f"{server.ws}parameters") as late:
            assert (await closing(late))[1] == 1001
        assert server.http.get("/v1/health").json()["status"] == "draining"
        assert server.http.post("/v1/avatars").json()["error"]["code"] == "draining"
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                await client.next()
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1001
        assert len(client.rows) - before > 10, "it did not go on"

    with running(served_avatar, drain_seconds=1.5) as server:
        asyncio.run(main(server))

"""A call with an avatar: a real peer beside a real server."""

import asyncio
import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

aiortc = pytest.importorskip("aiortc", reason="pip install 'lifemask[webrtc]'")

from serve_made import Running, running, served_avatar, sound  # noqa: E402

__all__ = ["served_avatar"]


class Speaking(aiortc.MediaStreamTrack):
    """A microphone: speech at its pace, 48 kHz, in packets of 20 ms."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._samples, self._at, self._began = np.repeat(sound(10.0), 3), 0, None

    async def recv(self) -> av.AudioFrame:
        now = asyncio.get_running_loop().time()
        self._began = self._began or now
        await asyncio.sleep(max(0.0, self._began + self._at / 48_000 - now))
        frame = av.AudioFrame.from_ndarray(self._samples[None, self._at : self._at + 960], "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, self._at, Fraction(1, 48_000)
        self._at += 960
        return frame


async def call(server: Running, *, track: bool) -> tuple[list, list, list[dict]]:
    """Pictures, packets of sound and messages of a call in which sound is sent by a track, or by a data channel."""
    peer = aiortc.RTCPeerConnection()
    said: list[dict] = []
    received: dict[str, aiortc.MediaStreamTrack] = {}
    peer.on("track", lambda track: received.setdefault(track.kind, track))
    peer.addTransceiver("video", "recvonly")
    peer.addTransceiver(Speaking() if track else "audio", "sendrecv" if track else "recvonly")
    channel = peer.createDataChannel("sound")
    channel.on("message", lambda text: said.append(json.loads(text)))

    @channel.on("open")
    def opened() -> None:
        channel.send(json.dumps({"type": "ping", "t": 7}))
        if not track:
            for part in np.array_split(sound(2.0), 20):
                channel.send(part.tobytes())

    try:
        await peer.setLocalDescription(await peer.createOffer())
        offer = {"sdp": peer.localDescription.sdp, "type": "offer"}
        answer = await asyncio.to_thread(server.http.post, "/v1/avatars/small-one/offer?size=64", json=offer)
        assert answer.status_code == 200, answer.text
        await peer.setRemoteDescription(aiortc.RTCSessionDescription(**answer.json()))

        async def take(kind: str, count: int) -> list:
            return [await asyncio.wait_for(received[kind].recv(), 20) for _ in range(count)]

        pictures, packets = await asyncio.gather(take("video", 25), take("audio", 75))
    finally:
        await peer.close()
    return pictures, packets, said


@pytest.mark.parametrize("track", [True, False], ids=["microphone", "data channel"])
def test_a_call(served_avatar: Path, track: bool) -> None:
    with running(served_avatar) as server:
        pictures, packets, said = asyncio.run(call(server, track=track))
        assert {(frame.width, frame.height) for frame in pictures} == {(64, 64)}
        times = [frame.time for frame in pictures]
        assert times == sorted(set(times))
        shown = pictures[-1].to_ndarray(format="rgb24").astype(float)
        np.testing.assert_allclose(shown[:6, :6].mean((0, 1)), (30, 60, 120), atol=12)
        assert np.abs(shown - (30, 60, 120)).max(2).mean() > 15
        heard = np.concatenate([packet.to_ndarray().ravel() for packet in packets]).astype(float)
        assert np.sqrt(np.square(heard).mean()) > 300, "the avatar says nothing"
        assert said[0] == {"type": "pong", "t": 7}
        server.wait_for_streams(0, 30)


def test_what_is_no_offer(served_avatar: Path) -> None:
    with running(served_avatar, limits={"streams": 1}) as server:
        for sdp in ("hello", "v=0\r\n"):
            answer = server.http.post("/v1/avatars/small-one/offer", json={"sdp": sdp, "type": "offer"})
            assert (answer.status_code, answer.json()["error"]["code"]) == (422, "bad_offer"), answer.text
        assert server.http.post("/v1/avatars/small-one/offer", json={"sdp": "x"}).status_code == 422
        assert server.streams() == 0

"""Calls by WebRTC: the client's sound in, the avatar's picture and sound out. The only file that knows aiortc."""

import asyncio
import contextlib
from collections import deque
from contextlib import AsyncExitStack
from typing import Any

import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from lifemask.errors import LifemaskError
from lifemask.live.stream import AvatarStream
from lifemask.media.live_video import audio_frame, samples_of, video_frame
from lifemask.serve.frames import OWNER_OF_PICTURES, fitted
from lifemask.serve.messages import Microphone, answer_to, as_text
from lifemask.serve.problems import ApiError, described
from lifemask.serve.query import StreamQuery
from lifemask.serve.state import ServerState

_SOUND_HZ, _PACKET = 48_000, 960
_TICKS_PER_S = 90_000
_MOST_WAITING = 25
"""Packets of sound, half a second."""
_CONNECT_S = 20.0
_MOST_MESSAGES = 2000


async def call(state: ServerState, name: str, owner: str, query: StreamQuery, sdp: str) -> str:
    """Answer an offer; the call goes on until one of both ends it. Raises ApiError 422 for what is no offer of a call,
    503 when there is no place, and the errors of ``AvatarStream``."""
    async with AsyncExitStack() as stack:
        stack.enter_context(state.places.place(owner))
        stack.enter_context(state.picture_places.place(OWNER_OF_PICTURES))
        voice = await state.shelf.voice(name)
        stream = AvatarStream(
            voice,
            fps=query.fps,
            size_wh=fitted(voice.avatar.frame_wh, query.size),
            options=query.voice,
            latency_s=query.latency_s,
            most_queued_s=state.config.limits.most_queued_seconds,
            audio_hz=_SOUND_HZ,
        )
        await stack.enter_async_context(stream)
        connection = Call(state, stream, query)
        stack.push_async_callback(connection.close)
        answer = await connection.answer(sdp)
        stack.enter_context(state.session(connection))
        state.keep(asyncio.create_task(connection.run(stack.pop_all())))
        return answer


class Call:
    """One peer: its connection and its stream."""

    def __init__(self, state: ServerState, stream: AvatarStream, query: StreamQuery) -> None:
        self._state, self._stream, self._query = state, stream, query
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._pictures, self._sounds = _Track("video"), _Track("audio")
        self._over = asyncio.Event()
        self._channels: list[Any] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._peer.on("track", self._hears)
        self._peer.on("datachannel", self._channel)
        self._peer.on("connectionstatechange", self._changed)

    async def answer(self, sdp: str) -> str:
        """The answer to an offer, with all ways to reach this server."""
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
            kinds = {transceiver.kind for transceiver in self._peer.getTransceivers()}
            if not kinds:
                raise ValueError("it has no tracks")
            for track in (self._pictures, self._sounds):
                if track.kind in kinds:
                    self._peer.addTrack(track)
            await self._peer.setLocalDescription(await self._peer.createAnswer())
        except Exception as error:
            raise ApiError(422, "bad_offer", "the offer cannot be answered", f"{error}"[:300]) from error
        return self._peer.localDescription.sdp

    async def run(self, stack: AsyncExitStack) -> None:
        """Let the avatar live until the call is over; then give everything back."""
        async with stack:
            self._tasks.append(asyncio.create_task(self._send()))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CONNECT_S):
                    while self._peer.connectionState in ("new", "connecting") and not self._over.is_set():
                        await asyncio.sleep(0.1)
            if self._peer.connectionState == "connected":
                await self._over.wait()

    async def close(self) -> None:
        """End it."""
        self._over.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for track in (self._pictures, self._sounds):
            track.stop()
        await self._peer.close()

    def tell(self, message: dict[str, Any]) -> None:
        """Say something in the data channel, if there is one."""
        for channel in self._channels:
            self._say(channel, message)

    def finish(self, code: int, reason: str, error: LifemaskError | None = None) -> None:
        """End it from outside."""
        self._over.set()

    def check(self) -> None:
        """The connection looks after itself."""

    async def _send(self) -> None:
        sound, first = np.zeros(0, np.float32), 0
        try:
            async for frame in self._stream.frames():
                tick = round(frame.time_s * _TICKS_PER_S)
                self._pictures.put(video_frame(frame.picture, tick, _TICKS_PER_S), most=1)
                sound = np.concatenate([sound, frame.audio])
                while len(sound) >= _PACKET:
                    self._sounds.put(audio_frame(sound[:_PACKET], _SOUND_HZ, first), most=_MOST_WAITING)
                    sound, first = sound[_PACKET:], first + _PACKET
        finally:
            self._over.set()

    def _hears(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio":
            self._tasks.append(asyncio.create_task(self._listen(track)))

    async def _listen(self, track: MediaStreamTrack) -> None:
        microphone = Microphone(self._stream, lambda: self._stream.statistics.queued_s)
        with contextlib.suppress(MediaStreamError):
            while True:
                frame: Any = await track.recv()
                await microphone.push_audio(samples_of(frame), frame.sample_rate)

    def _channel(self, channel: Any) -> None:
        self._channels.append(channel)
        inbox: asyncio.Queue[str | bytes] = asyncio.Queue(_MOST_MESSAGES)

        def come(message: str | bytes) -> None:
            if inbox.full():
                self._over.set()
            else:
                inbox.put_nowait(message)

        channel.on("message", come)
        self._tasks.append(asyncio.create_task(self._obey(channel, inbox)))

    async def _obey(self, channel: Any, inbox: asyncio.Queue[str | bytes]) -> None:
        try:
            while True:
                said = await answer_to(self._stream, await inbox.get(), self._query.audio_hz)
                if said is not None:
                    self._say(channel, said)
        except LifemaskError as error:
            self._say(channel, {"type": "error"} | described(error))
            self._over.set()

    def _say(self, channel: Any, message: dict[str, Any]) -> None:
        if channel.readyState == "open":
            channel.send(as_text(message))

    def _changed(self) -> None:
        if self._peer.connectionState in ("closed", "failed"):
            self._over.set()


class _Track(MediaStreamTrack):
    """Gives what was ``put``; the oldest is left out when more than ``most`` wait."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self._frames: deque[Any] = deque()
        self._news = asyncio.Event()

    def put(self, frame: Any, most: int) -> None:
        self._frames.append(frame)
        while len(self._frames) > most:
            self._frames.popleft()
        self._news.set()

    async def recv(self) -> Any:
        while not self._frames:
            if self.readyState != "live":
                raise MediaStreamError
            self._news.clear()
            await self._news.wait()
        return self._frames.popleft()

    def stop(self) -> None:
        super().stop()
        self._news.set()

"""``WS /v1/avatars/{name}/frames``: sound in, pictures out."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import nan
from typing import Any

import numpy as np

from lifemask.live.records import StreamFrame
from lifemask.live.stream import AvatarStream
from lifemask.media.live_video import LiveH264, jpeg
from lifemask.serve.query import StreamQuery
from lifemask.serve.session import Session

HEADER = struct.Struct("<IfddiIII")
"""As that of ``parameters``; then picture_index, flags, bytes of the picture, samples of the sound. Both follow."""
KEY_FRAME = 1
"""Flag: the picture can be decoded without those before it."""
OWNER_OF_PICTURES = "pictures"
_TAKEN = ("fps", "audio_hz", "size", "format", "quality", "latency_s", "audio", "microphone")


class FramesSession(Session):
    """Pictures, JPEG or H.264, and the sound of each if it is asked for."""

    async def open(self) -> Any:
        query = self.query = StreamQuery.of(self.websocket.query_params, _TAKEN)
        voice = await self.state.shelf.voice(self.name)
        self.size_wh = fitted(voice.avatar.frame_wh, query.size)
        self._h264 = LiveH264(self.size_wh, query.fps) if query.format == "h264" else None
        stream = AvatarStream(
            voice,
            fps=query.fps,
            size_wh=self.size_wh,
            options=query.voice,
            latency_s=query.latency_s,
            most_queued_s=self.state.config.limits.most_queued_seconds,
            audio_hz=query.audio_hz,
        )
        return self._in_place(stream)

    def hello(self) -> dict[str, Any]:
        return {
            "fps": self.query.fps,
            "audio_hz": self.query.audio_hz,
            "latency_s": round(self.stream.latency_s, 4),
            "format": self.query.format,
            "size_wh": self.size_wh,
            "audio": self.query.audio,
            "header_bytes": HEADER.size,
        }

    def waiting_s(self) -> float:
        return self.stream.statistics.queued_s

    async def write(self) -> None:
        async for frame in self.stream.frames():
            if self.is_due(frame.time_s):
                await self.send(await asyncio.to_thread(self._message, frame), frame.time_s)

    def _message(self, frame: StreamFrame) -> bytes:
        if self._h264 is None:
            picture, key = jpeg(frame.picture, self.query.quality), True
        else:
            picture, key = self._h264.encode(frame.picture, frame.index)
        sound = (np.clip(frame.audio, -1, 1) * 32_767).astype("<i2") if self.query.audio else np.zeros(0, "<i2")
        time_s = nan if frame.sound_time_s is None else frame.sound_time_s
        sizes = (frame.picture_index, KEY_FRAME * key, len(picture), len(sound))
        return HEADER.pack(frame.index, frame.speaking, frame.time_s, time_s, *sizes) + picture + sound.tobytes()

    @asynccontextmanager
    async def _in_place(self, stream: AvatarStream) -> AsyncIterator[AvatarStream]:
        with self.state.picture_places.place(OWNER_OF_PICTURES):
            async with stream:
                yield stream


def fitted(frame_wh: tuple[int, int], size: int) -> tuple[int, int]:
    """Width and height of an avatar's frames whose longer side is ``size``; both even, as video wants them."""
    scale = size / max(frame_wh)
    width, height = (max(2, 2 * round(scale * side / 2)) for side in frame_wh)
    return width, height

"""``WS /v1/avatars/{name}/parameters``: sound in, rows of motion out."""

import struct
from math import nan
from typing import Any

from lifemask.live.many_stream import CodeStream
from lifemask.serve.query import StreamQuery
from lifemask.serve.session import Session

HEADER = struct.Struct("<Ifdd")
"""Index, speaking, time_s, sound_time_s; the row of float32 follows."""
WORK_S = 0.035
"""What hearing takes, and the way back, as it is announced; each row leaves as soon as it is known."""


class ParametersSession(Session):
    """Rows of ``CodeLayout`` for a renderer elsewhere."""

    async def open(self) -> CodeStream:
        query = self.query = StreamQuery.of(self.websocket.query_params, ("fps", "audio_hz", "microphone"))
        voice = await self.state.shelf.voice(self.name)
        most_s = self.state.config.limits.most_queued_seconds
        return CodeStream(
            self.state.voices, voice, query.fps, options=query.voice, most_queued_s=most_s, microphone=query.microphone
        )

    def hello(self) -> dict[str, Any]:
        layout = self.stream.layout
        return {
            "fps": self.query.fps,
            "audio_hz": self.query.audio_hz,
            "latency_s": round(self.stream.seconds_after + WORK_S, 4),
            "layout": {
                "expression_names": layout.expression_names,
                "torso_modes": layout.torso_modes,
                "face_modes": layout.face_modes,
                "width": layout.width,
            },
            "header_bytes": HEADER.size,
        }

    def waiting_s(self) -> float:
        return self.stream.queued_s

    async def write(self) -> None:
        pack = HEADER.pack
        async for made in self.stream.rows():
            sound_s = nan if made.sound_time_s is None else made.sound_time_s
            data = pack(made.index, made.speaking, made.time_s, sound_s) + made.row.astype("<f4").tobytes()
            await self.send(data, made.time_s)

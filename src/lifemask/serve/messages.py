"""What clients of streams send: sound, and what is to be done with it."""

import json
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from lifemask.serve.problems import ApiError

MOST_BYTES = 256 * 1024
"""Of one message."""
_MOST_TEXT = 4096
_ASK_EVERY_S = 0.5


class Hearing(Protocol):
    """A stream that hears."""

    async def push_audio(self, pcm: np.ndarray, rate_hz: int) -> None: ...

    async def flush(self) -> None: ...

    async def interrupt(self) -> float: ...


class Microphone:
    """Sound that never pauses: what waits longer than ``most_s`` is never caught up with, so that it is left out, until
    half of that waits. ``waiting_s`` tells how much waits; it is asked now and then."""

    def __init__(self, stream: Hearing, waiting_s: Callable[[], float], most_s: float = 0.4) -> None:
        self._stream, self._waiting_s, self._most_s = stream, waiting_s, most_s
        self._leave_out_s = self._unasked_s = 0.0

    async def push_audio(self, pcm: np.ndarray, rate_hz: int) -> None:
        """As the stream's own."""
        length_s = len(pcm) / rate_hz
        self._unasked_s -= length_s
        if self._unasked_s <= 0 and self._leave_out_s <= 0:
            waiting_s, self._unasked_s = self._waiting_s(), _ASK_EVERY_S
            self._leave_out_s = waiting_s - self._most_s / 2 if waiting_s > self._most_s else 0.0
        if self._leave_out_s > 0:
            self._leave_out_s -= length_s
        else:
            await self._stream.push_audio(pcm, rate_hz)

    async def flush(self) -> None:
        """As the stream's own."""
        await self._stream.flush()

    async def interrupt(self) -> float:
        """As the stream's own."""
        return await self._stream.interrupt()


async def answer_to(stream: Hearing, message: str | bytes, audio_hz: int) -> dict[str, Any] | None:
    """Do what a client's message says, and return what it is answered, if it is. Waits while the stream has more sound
    than may wait. Raises ApiError: "not_sound" for bytes that are no int16 samples, "no_such_message" for a text."""
    if isinstance(message, bytes):
        if len(message) % 2 or len(message) > MOST_BYTES:
            raise ApiError(
                415,
                "not_sound",
                f"a message of {len(message)} bytes is no sound",
                f"Expected int16 little-endian samples, one channel, at most {MOST_BYTES} bytes.",
                "Cut the sound between samples.",
            )
        await stream.push_audio(np.frombuffer(message, "<i2"), audio_hz)
        return None
    try:
        wish = json.loads(message) if len(message) <= _MOST_TEXT else None
    except (ValueError, RecursionError):
        wish = None
    kind = wish.get("type") if isinstance(wish, dict) else None
    if kind == "flush":
        await stream.flush()
        return None
    if kind == "interrupt":
        return {"type": "interrupted", "dropped_s": round(await stream.interrupt(), 4)}
    if kind == "ping":
        assert isinstance(wish, dict)
        return {"type": "pong", "t": wish.get("t")}
    raise ApiError(
        422,
        "no_such_message",
        "this text is no message that this server knows",
        'Expected {"type": "flush"}, {"type": "interrupt"} or {"type": "ping", "t": ...}.',
        "Send sound as binary messages.",
    )


def as_text(message: dict[str, Any]) -> str:
    """A message of the server as JSON."""
    return json.dumps(message)

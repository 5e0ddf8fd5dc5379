"""What clients of streams send: sound, and what is to be done with it."""

import json
from typing import Any, Protocol

import numpy as np

from lifemask.serve.problems import ApiError

MOST_BYTES = 256 * 1024
"""Of one message."""
_MOST_TEXT = 4096


class Hearing(Protocol):
    """A stream that hears."""

    async def push_audio(self, pcm: np.ndarray, rate_hz: int) -> None: ...

    async def flush(self) -> None: ...

    async def interrupt(self) -> float: ...


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

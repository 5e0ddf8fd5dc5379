"""What a client asks of a stream, checked."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lifemask.pipeline.avatar_voice import VoiceOptions
from lifemask.serve.problems import ApiError

MOUTHS = ("auto", "personal", "generic")
FPS, AUDIO_HZ, SIZE = (10.0, 60.0), (8_000, 48_000), (32, 1080)
FORMATS = ("jpeg", "h264")


@dataclass(frozen=True)
class StreamQuery:
    """Everything that a stream may be asked for; each kind of stream takes some of it."""

    voice: VoiceOptions
    fps: float = 25.0
    audio_hz: int = 16_000
    size: int = 256
    format: str = "jpeg"
    quality: int = 80
    latency_s: float = 0.12
    audio: bool = False
    microphone: bool = False

    @staticmethod
    def of(query: Mapping[str, str], names: tuple[str, ...]) -> "StreamQuery":
        """Those of ``names`` that were given, and the voice's own. Raises ApiError 422."""
        known = {name: READERS[name] for name in (*names, *_VOICE)}
        strange = [name for name in query if name not in known and name != "key"]
        if strange:
            raise _wrong(f"{strange[0][:40]!r} is nothing that this stream takes", f"It takes {', '.join(known)}.")
        given = {name: read(name, query[name]) for name, read in known.items() if name in query}
        voice = VoiceOptions(**{name: given.pop(name) for name in _VOICE if name in given})
        return StreamQuery(voice, **given)


def _number(least: float, most: float, kind: Callable[[str], Any] = float) -> Callable[[str, str], Any]:
    def read(name: str, text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise _wrong(f"{name}={text[:40]} cannot be", f"Expected a number from {least:g} to {most:g}.")
        return value

    return read


def _choice(*choices: str) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if text not in choices:
            raise _wrong(f"{name}={text[:40]} cannot be", f"Expected one of {', '.join(choices)}.")
        return text

    return read


def _wrong(what: str, why: str) -> ApiError:
    return ApiError(422, "invalid", what, why, "See the server's page in the documentation.")


_VOICE = ("mouth", "seed", "energy", "still")
READERS: dict[str, Callable[[str, str], Any]] = {
    "fps": _number(*FPS),
    "audio_hz": _number(*AUDIO_HZ, int),
    "size": _number(*SIZE, int),
    "format": _choice(*FORMATS),
    "quality": _number(20, 95, int),
    "latency_s": _number(0.1, 2.0),
    "audio": lambda name, text: _choice("0", "1")(name, text) == "1",
    "microphone": lambda name, text: _choice("0", "1")(name, text) == "1",
    "mouth": _choice(*MOUTHS),
    "seed": _number(0, 2**31 - 1, int),
    "energy": _number(0, 3),
    "still": _number(0, 1),
}
"""How the text of each is read: by its name, which the error tells."""

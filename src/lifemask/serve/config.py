"""Settings of the server; nothing here imports an engine."""

import math
from dataclasses import dataclass, field
from pathlib import Path

from lifemask.errors import ConfigError
from lifemask.pipeline.config import Device

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of everything, for all and for one."""

    streams: int = 64
    """Streams at once (WebSocket and WebRTC) of all clients."""
    picture_streams: int = 4
    """Those of them that send pictures: each takes a good part of a core."""
    streams_per_key: int = 64
    """Streams at once of one API key."""
    connections: int = 500
    """Connections beside the streams, of all clients; to more the server says that it is busy."""
    requests_per_minute: int = 600
    """Requests of one API key, or of one address where no keys are asked for; the opening of a stream is one."""
    speaks_at_once: int = 1
    """Videos that are made at the same time by speak."""
    speaks_waiting: int = 4
    """Requests to speak that may wait for their turn."""
    jobs_at_once: int = 1
    """Avatars that are made at the same time."""
    jobs_waiting: int = 4
    """Clips that may wait for their turn."""
    clip_mb: float = 500.0
    """Size of an uploaded clip in millions of bytes."""
    clip_seconds: float = 180.0
    """Length of an uploaded clip."""
    sound_mb: float = 50.0
    """Size of an uploaded sound in millions of bytes."""
    sound_seconds: float = 300.0
    """Length of an uploaded sound."""
    upload_pause_seconds: float = 20.0
    """An upload in which so long nothing comes is given up."""
    most_queued_seconds: float = 30.0
    """Sound of a stream that may wait to be heard; who sends more is kept waiting."""
    messages_per_second: float = 200.0
    """Messages of one stream; who sends more is kept waiting."""
    idle_seconds: float = 300.0
    """A stream whose client sends nothing for so long is closed."""
    stall_seconds: float = 5.0
    """A stream whose client does not read for so long is closed."""
    ping_seconds: float = 10.0
    """A connection whose other end does not answer to a ping within this is closed; as often it is pinged."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            least = 0 if name.endswith("_waiting") else 1 if isinstance(value, int) else 1e-3
            if not (math.isfinite(value) and value >= least):
                raise ConfigError(f"--{name.replace('_', '-')} {value} cannot be", f"Expected at least {least:g}.")


@dataclass(frozen=True, kw_only=True)
class ServeConfig:
    """What is served, where, and to whom."""

    avatars: tuple[Path, ...] = ()
    """Folders of avatars; the name of each is its folder's, in small letters."""
    uploads: Path | None = None
    """Folder for avatars that are made of uploaded clips, and that are served too; None takes no clips."""
    device: Device = "auto"
    """Where to compute."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = 8090
    """Port to listen on; 0 takes a free one."""
    api_keys: tuple[str, ...] = ()
    """Keys, one of which every request has to show; none: whoever reaches the address may do everything."""
    allow_origin: tuple[str, ...] = ()
    """Web pages of other hosts that may use this server, such as https://example.org."""
    create_options: tuple[str, ...] = ()
    """Further options of ``lifemask create`` for uploaded clips."""
    drain_seconds: float = 10.0
    """So long running streams may go on when the server is asked to stop."""
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if not self.api_keys and self.host not in LOOPBACK:
            raise ConfigError(
                f"--host {self.host} without API keys is refused",
                "Everybody who reaches this address could let these people say anything.",
                "Give keys with --api-key-file FILE (one in a line) or LIFEMASK_API_KEYS, or leave --host out.",
            )
        if not 0 <= self.port <= 65_535:
            raise ConfigError(f"--port {self.port} cannot be", "Expected 0 to 65535.")
        if not (math.isfinite(self.drain_seconds) and self.drain_seconds >= 0):
            raise ConfigError(f"--drain-seconds {self.drain_seconds} cannot be", "Expected 0 or more.")
        for origin in self.allow_origin:
            if not origin.startswith(("http://", "https://")) or origin.count("/") != 2:
                raise ConfigError(
                    f"--allow-origin {origin} is no origin", "Expected scheme and host.", "https://example.org"
                )
        if not self.avatars and self.uploads is None:
            raise ConfigError(
                "nothing to serve was given",
                "A server has avatars, or takes clips to make some.",
                "lifemask serve AVATAR, or: lifemask serve --uploads FOLDER",
            )

"""An avatar session as LiveKit's other avatars have it, whose pictures are made here."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livekit import rtc
from livekit.agents import AgentSession
from livekit.agents.voice.avatar import AvatarRunner, AvatarSession, QueueAudioOutput

from lifemask_livekit.generator import LifemaskVideoGenerator
from lifemask_livekit.voice import load_voice

if TYPE_CHECKING:
    from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions


class LifemaskAvatarSession(AvatarSession[Any]):
    """The agent itself has the face: its participant publishes ``avatar_audio`` and ``avatar_video``.

        avatar = LifemaskAvatarSession("me")
        await avatar.start(session, room=ctx.room)
        await session.start(agent, room=ctx.room)

    ``avatar``: the folder of a finished avatar, or what ``load_voice`` made of it. All else as in
    ``LifemaskVideoGenerator``.
    """

    def __init__(
        self,
        avatar: "str | Path | AvatarVoice",
        *,
        size_wh: tuple[int, int] | None = None,
        fps: float = 25.0,
        background: str | None = None,
        options: "VoiceOptions | None" = None,
        latency_s: float = 0.12,
        sample_rate: int = 24_000,
    ) -> None:
        super().__init__()
        self._avatar, self._sample_rate = avatar, sample_rate
        self._settings: dict[str, Any] = {
            "size_wh": size_wh,
            "fps": fps,
            "background": background,
            "options": options,
            "latency_s": latency_s,
        }
        self._generator: LifemaskVideoGenerator | None = None
        self._runner: AvatarRunner | None = None

    @property
    def avatar_identity(self) -> str:
        """The agent's own identity, "" before its room is connected."""
        room = self._room
        return room.local_participant.identity if room is not None and room.isconnected() else ""

    @property
    def provider(self) -> str:
        return "lifemask"

    @property
    def generator(self) -> LifemaskVideoGenerator | None:
        """What makes the pictures, between ``start`` and ``aclose``."""
        return self._generator

    async def start(self, agent_session: AgentSession, room: rtc.Room) -> None:
        """Load the avatar and take the agent's voice; before ``agent_session.start``. The tracks are published once
        the room is connected; what is said waits until somebody hears it.

        Raises RuntimeError if it was started, the errors of ``load_voice`` and those of ``LifemaskVideoGenerator``.
        """
        if self._generator is not None:
            raise RuntimeError("this avatar session was started already: make another, of the same loaded voice")
        voice = self._avatar
        if isinstance(voice, (str, Path)):
            voice = await asyncio.to_thread(load_voice, voice)
        self._generator = LifemaskVideoGenerator(voice, sample_rate=self._sample_rate, **self._settings)
        try:
            await self._generator.__aenter__()
            await super().start(agent_session, room)
            heard = QueueAudioOutput(sample_rate=self._sample_rate, wait_playback_start=True)
            runner = AvatarRunner(
                room, audio_recv=heard, video_gen=self._generator, options=self._generator.options
            )  # fmt: skip
            await runner.start()
            self._runner = runner
        except BaseException:
            await self.aclose()
            raise
        agent_session.output.replace_audio_tail(heard)

    async def aclose(self) -> None:
        """End the pictures; the agent stays in its room."""
        if self._runner is not None:
            await self._runner.aclose()
            self._runner = None
        if self._generator is not None:
            await self._generator.aclose()
            self._generator = None
        if self._room is not None:
            # The base removes the avatar's participant from the room, which here is the agent.
            self._room.off("connection_state_changed", self._on_connection_state_changed)
            self._room = None
        await super().aclose()

"""An avatar between text-to-speech and the output transport of a Pipecat pipeline."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pipecat.audio.utils import create_stream_resampler
from pipecat.frames.frames import (
    CancelFrame,
    EndFrame,
    Frame,
    InterruptionFrame,
    OutputImageRawFrame,
    OutputTransportReadyFrame,
    StartFrame,
    SystemFrame,
    TTSAudioRawFrame,
    TTSStoppedFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessorSetup
from pipecat.services.ai_service import AIService
from pipecat.services.settings import ServiceSettings

from lifemask_pipecat.timeline import Timeline
from lifemask_pipecat.voice import load_voice

if TYPE_CHECKING:
    from lifemask.live.records import StreamStatistics
    from lifemask.live.stream import AvatarStream
    from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions


@dataclass
class LifemaskVideoSettings(ServiceSettings):
    """Nothing of an avatar changes while it runs."""


class LifemaskVideoService(AIService):
    """Takes the sound of text-to-speech, and gives it back with the pictures that belong to it: one
    ``OutputImageRawFrame`` each ``1 / fps`` seconds from when the output transport is ready, whether anybody speaks or
    not, and after it its ``TTSAudioRawFrame``. All that goes downstream between sounds keeps its place between them, so
    ``TTSStoppedFrame`` comes when the last word was seen. System frames, and what goes upstream, pass at once.

    An interruption stops sound at once, and the mouth goes to its rest within 100 ms. ``EndFrame`` waits until
    everything was said. If the avatar cannot be loaded or fails, an error says why, and the bot speaks
    on without a face.

    ``avatar``: the folder of a finished avatar, or what ``load_voice`` made of it, which may serve many pipelines.
    ``size_wh`` of the pictures (None: the avatar's own), ``fps``, ``background``, ``options`` and ``latency_s`` as in
    ``lifemask.live.AvatarStream``.
    """

    Settings = LifemaskVideoSettings

    def __init__(
        self,
        *,
        avatar: "str | Path | AvatarVoice",
        size_wh: tuple[int, int] | None = None,
        fps: float = 25.0,
        background: str | None = None,
        options: "VoiceOptions | None" = None,
        latency_s: float = 0.12,
        **kwargs: Any,
    ) -> None:
        super().__init__(settings=LifemaskVideoSettings(model=None), **kwargs)
        self._avatar = avatar
        self._stream_settings: dict[str, Any] = {
            "size_wh": size_wh,
            "fps": fps,
            "background": background,
            "options": options,
            "latency_s": latency_s,
        }
        self._stream: AvatarStream | None = None
        self._timeline = Timeline(0)
        self._sounds: asyncio.Queue[np.ndarray | None] = asyncio.Queue()
        self._ready, self._spoken = asyncio.Event(), asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._resampler, self._from_hz = create_stream_resampler(clear_after_secs=None), 0
        # The last picture that was seen, and the last whose sound was interrupted.
        self._seen = self._stale = -1

    def can_generate_metrics(self) -> bool:
        """Time to first byte: from the first sound that comes to the first that leaves."""
        return True

    @property
    def statistics(self) -> "StreamStatistics | None":
        """What left so far, and how; None while there is no avatar."""
        return None if self._stream is None else self._stream.statistics

    async def setup(self, setup: FrameProcessorSetup) -> None:
        """Load the avatar, beside the other processors."""
        await super().setup(setup)
        self._timeline = Timeline(setup.audio_out_sample_rate)
        try:
            voice = self._avatar
            if isinstance(voice, (str, Path)):
                voice = await self.get_event_loop().run_in_executor(None, load_voice, voice)
            from lifemask.live.stream import AvatarStream

            stream = AvatarStream(voice, audio_hz=setup.audio_out_sample_rate, **self._stream_settings)
            self._stream = await stream.__aenter__()
        except Exception as error:
            await self._fail(error)

    async def start(self, frame: StartFrame) -> None:
        """Begin to live."""
        await super().start(frame)
        if self._stream is not None:
            self._tasks = [self.create_task(work) for work in (self._feed(self._stream), self._show(self._stream))]

    async def stop(self, frame: EndFrame) -> None:
        """Say all that was to be said, then end."""
        await super().stop(frame)
        if self._stream is not None and self._ready.is_set():
            await self._flush()
            while self._stream is not None and not self._timeline.is_empty:
                self._spoken.clear()
                await self._spoken.wait()
        await self._close()

    async def cancel(self, frame: CancelFrame) -> None:
        """End at once."""
        await super().cancel(frame)
        await self._close()

    async def cleanup(self) -> None:
        """End, if it has not ended."""
        await super().cleanup()
        await self._close()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        """See the class."""
        await super().process_frame(frame, direction)
        downstream = direction == FrameDirection.DOWNSTREAM
        if isinstance(frame, OutputTransportReadyFrame):
            self._ready.set()
        if isinstance(frame, InterruptionFrame):
            await self._interrupt(frame, direction)
        elif self._stream is None or not downstream or isinstance(frame, (SystemFrame, EndFrame)):
            await self.push_frame(frame, direction)
        elif isinstance(frame, TTSAudioRawFrame):
            await self._say(frame)
        else:
            if isinstance(frame, TTSStoppedFrame):
                await self._flush()
            if self._timeline.is_empty:
                await self.push_frame(frame, direction)
            else:
                self._timeline.hold(frame)

    async def _say(self, frame: TTSAudioRawFrame) -> None:
        if self._timeline.is_empty:
            await self.start_ttfb_metrics()
        if frame.sample_rate != self._from_hz:
            await self._say_rest()
            self._resampler, self._from_hz = create_stream_resampler(clear_after_secs=None), frame.sample_rate
        pcm = frame.audio
        if frame.num_channels > 1:
            pcm = np.frombuffer(pcm, np.int16).reshape(-1, frame.num_channels).mean(1).astype(np.int16).tobytes()
        pcm = await self._resampler.resample(pcm, frame.sample_rate, self._timeline.hz)
        self._sounds.put_nowait(self._timeline.say(pcm, frame.context_id))

    async def _say_rest(self) -> None:
        """What the resampler kept of the last sound."""
        self._sounds.put_nowait(self._timeline.say(await self._resampler.flush(), self._timeline.context))

    async def _flush(self) -> None:
        """The utterance ends."""
        await self._say_rest()
        self._sounds.put_nowait(None)

    async def _interrupt(self, frame: Frame, direction: FrameDirection) -> None:
        held: list[Frame] = []
        if self._stream is not None:
            held, self._stale = self._timeline.drop(), self._seen + 1
            while not self._sounds.empty():
                self._sounds.get_nowait()
            await self._resampler.reset()
            await self._stream.interrupt()
        await self.push_frame(frame, direction)
        for other in held:
            if not other.interruptible:
                await self.push_frame(other)

    async def _feed(self, stream: "AvatarStream") -> None:
        """Push what is said, as fast as it is taken."""
        try:
            while True:
                samples = await self._sounds.get()
                if samples is None:
                    await stream.flush()
                elif len(samples):
                    await stream.push_audio(samples, self._timeline.hz)
        except Exception as error:
            if self._stream is stream:
                await self._fail(error)

    async def _show(self, stream: "AvatarStream") -> None:
        """Picture after picture with its sound, each at its time."""
        await self._ready.wait()
        loop, start_s = asyncio.get_running_loop(), None
        try:
            async for frame in stream.frames():
                self._seen = frame.index
                start_s = loop.time() if start_s is None else start_s
                height, width, channels = frame.picture.shape
                form = "RGB" if channels == 3 else "RGBA"
                await self.push_frame(OutputImageRawFrame(frame.picture.tobytes(), (width, height), form))
                heard = np.flatnonzero(frame.audio)
                if len(heard):
                    begin_s = start_s + frame.time_s + int(heard[0]) / self._timeline.hz
                    await asyncio.sleep(begin_s - loop.time())
                    await self.stop_ttfb_metrics()
                stale = frame.index <= self._stale
                for made in self._timeline.leave(frame.audio[:0] if stale else frame.audio):
                    await self.push_frame(made)
                if self._timeline.is_empty:
                    self._spoken.set()
        except Exception as error:
            if self._stream is stream:
                await self._fail(error)

    async def _fail(self, error: Exception) -> None:
        """Go on without a face."""
        stream, self._stream = self._stream, None
        self._spoken.set()
        for frame in self._timeline.drop():
            await self.push_frame(frame)
        if stream is not None:
            await stream.close()
        await self.push_error(f"The avatar failed: {error}", exception=error, force_treat_as_permanent=True)

    async def _close(self) -> None:
        stream, self._stream = self._stream, None
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            await self.cancel_task(task)
        if stream is not None:
            await stream.close()

"""Sound in, pictures and sound out, as LiveKit's ``AvatarRunner`` wants them."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
from livekit import rtc
from livekit.agents.voice.avatar import AudioSegmentEnd, AvatarOptions, VideoGenerator

if TYPE_CHECKING:
    from lifemask.live.records import StreamFrame, StreamStatistics
    from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions

_SILENCE = np.float32(1e-30)
"""Stands for zero in sound that is pushed: inaudible, and yet not the silence between. As int16 it is zero again."""
_IN_HAND_S = 0.1
"""So long an interruption waits for who has sound in hand."""
_LATE_FRAMES = 2
"""A silent frame so late is left out: a hold-up ends."""


class LifemaskVideoGenerator(VideoGenerator):
    """An avatar that lives and speaks: an async context manager, to be iterated once.

    It gives a video frame (RGBA) each ``1 / fps`` seconds, for ever, and after it the sound that belongs to it; where
    nothing is said there is no sound. A segment's end follows its last sound, once; a segment that was interrupted has
    none. The first picture comes once more before the clock begins: the runner publishes its tracks at it, and waits
    until somebody sees them.

    ``voice`` may serve many at once. ``size_wh`` of the pictures (None: the avatar's own), ``background``, ``options``
    and ``latency_s`` as in ``lifemask.live.AvatarStream``, whose errors are raised. ``sample_rate`` of the sound that
    leaves; sound of other rates may come in.
    """

    def __init__(
        self,
        voice: "AvatarVoice",
        *,
        size_wh: tuple[int, int] | None = None,
        fps: float = 25.0,
        background: str | None = None,
        options: "VoiceOptions | None" = None,
        latency_s: float = 0.12,
        sample_rate: int = 24_000,
    ) -> None:
        from lifemask.live.stream import AvatarStream

        self._make = partial(
            AvatarStream, voice,
            fps=fps, size_wh=size_wh, background=background, options=options, latency_s=latency_s, audio_hz=sample_rate,
        )  # fmt: skip
        self._stream = self._make()
        self._still: rtc.VideoFrame | None = None
        # In samples: what was pushed, what of it has left, and where segments end.
        self._said = self._left = 0
        self._ends: deque[int] = deque()
        # The last frame that was seen, and the last whose sound was interrupted.
        self._seen = self._stale = -1
        self._resampler = None
        # Whether nobody is busy with sound that left.
        self._taken = asyncio.Event()
        self._taken.set()

    async def __aenter__(self) -> "LifemaskVideoGenerator":
        async with self._make() as stream:
            self._still = _video(await anext(stream.frames()))
        await self._stream.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End: the iterator ends too."""
        await self._stream.close()

    @property
    def options(self) -> AvatarOptions:
        """What an ``AvatarRunner`` has to know."""
        width, height = self._stream.size_wh
        return AvatarOptions(width, height, float(self._stream.fps), self._stream.audio_hz, 1)

    @property
    def statistics(self) -> "StreamStatistics":
        """What left so far, and how."""
        return self._stream.statistics

    async def push_audio(self, frame: rtc.AudioFrame | AudioSegmentEnd) -> None:
        """More of a segment's sound, or its end. Waits while ten seconds wait to be heard.

        Raises ConfigError before the beginning and after the end.
        """
        ends = isinstance(frame, AudioSegmentEnd)
        samples = self._rest() if ends else self._samples(frame)
        self._said += len(samples)
        if ends:
            self._ends.append(self._said)
        if len(samples):
            await self._stream.push_audio(np.where(samples == 0, _SILENCE, samples), self._stream.audio_hz)
        if ends:
            await self._stream.flush()

    async def clear_buffer(self) -> None:
        """Interrupt: nothing more is heard of what was pushed, and the mouth goes to its rest within 100 ms."""
        await self._stream.interrupt()
        self._said, self._stale, self._resampler = self._left, self._seen + 1, None
        self._ends.clear()
        # The runner then counts what was played: sound that it has in hand belongs to it.
        with suppress(TimeoutError):
            async with asyncio.timeout(_IN_HAND_S):
                await self._taken.wait()

    def __aiter__(self) -> AsyncIterator[rtc.VideoFrame | rtc.AudioFrame | AudioSegmentEnd]:
        return self._frames()

    async def _frames(self) -> AsyncGenerator[rtc.VideoFrame | rtc.AudioFrame | AudioSegmentEnd, None]:
        if self._still is not None:
            yield self._still
        loop, hz, start_s = asyncio.get_running_loop(), self._stream.audio_hz, None
        async for frame in self._stream.frames():
            self._seen = frame.index
            start_s = loop.time() if start_s is None else start_s
            due_s, heard = start_s + frame.time_s, np.flatnonzero(frame.audio)
            if len(heard) or loop.time() - due_s <= _LATE_FRAMES / self._stream.fps:
                yield _video(frame)
            if len(heard):
                await asyncio.sleep(due_s + int(heard[0]) / hz - loop.time())
            samples = frame.audio[heard]
            while True:
                while self._ends and self._ends[0] <= self._left:
                    self._ends.popleft()
                    yield AudioSegmentEnd()
                if not len(samples) or frame.index <= self._stale:
                    break
                count = min([len(samples), *(end - self._left for end in self._ends)])
                self._left += count
                self._taken.clear()
                try:
                    yield _audio(samples[:count], hz)
                finally:
                    self._taken.set()
                samples = samples[count:]

    def _samples(self, frame: rtc.AudioFrame) -> np.ndarray:
        """float32 ``[n]`` in [-1, 1], at the rate of the sound that leaves."""
        from lifemask.media.resampling import Resampler

        pcm = np.frombuffer(frame.data, np.int16).reshape(-1, frame.num_channels)
        rest = np.zeros(0, np.float32)
        if self._resampler is None or self._resampler.from_hz != frame.sample_rate:
            rest, self._resampler = self._rest(), Resampler(frame.sample_rate, self._stream.audio_hz)
        return np.concatenate([rest, self._resampler.push(pcm.mean(1, dtype=np.float32) / 32_768)])

    def _rest(self) -> np.ndarray:
        return np.zeros(0, np.float32) if self._resampler is None else self._resampler.flush()


def _video(frame: "StreamFrame") -> rtc.VideoFrame:
    height, width, channels = frame.picture.shape
    rgba = np.full((height, width, 4), 255, np.uint8)
    rgba[..., :channels] = frame.picture
    return rtc.VideoFrame(width, height, rtc.VideoBufferType.RGBA, rgba.tobytes())


def _audio(samples: np.ndarray, hz: int) -> rtc.AudioFrame:
    pcm = np.rint(samples * 32_768).clip(-32_768, 32_767).astype("<i2")
    return rtc.AudioFrame(pcm.tobytes(), hz, 1, len(pcm))

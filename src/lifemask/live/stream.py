"""``AvatarStream``: sound pushed in as it comes, frames out by a steady clock, for as long as anybody looks.

Three parts run beside each other, all on the clock of the event loop. One *takes* the sound of a frame when its time
has come, silence where there is none, and lets the voice's motion follow it. One *paints* the newest motion. The
iterator lets each frame *leave* when it is due, with its sound. None waits for another longer than a frame lasts, so
sound and picture stay together and neither falls behind.
"""

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from types import TracebackType
from typing import Any, TypeVar

import numpy as np

from lifemask.avatar.motion import Motion
from lifemask.errors import ConfigError
from lifemask.live.actor import Ear, Painter, few_threads
from lifemask.live.crew import Crew, Ended
from lifemask.live.inlet import PIECE_S, Inlet
from lifemask.live.pcm import RATES_HZ
from lifemask.live.quieting import Quieting
from lifemask.live.records import Meter, StreamCode, StreamFrame, StreamStatistics
from lifemask.live.sound_line import SoundLine
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.speech.voice import VoiceRows

FPS_RANGE = (10.0, 120.0)
_LEAST_WORK_S = 0.02
T = TypeVar("T")


@dataclass
class _Entry:
    """A frame that was taken and has not left; its ``version`` changes when its motion does."""

    index: int
    free: float
    rows: VoiceRows | None = None
    motion: Motion | None = None
    version: int = 0


@dataclass(frozen=True)
class _Painted:
    index: int
    version: int
    picture: np.ndarray


class AvatarStream:
    """An avatar that lives and speaks: an async context manager. Push sound, and iterate ``frames()`` or ``codes()``.

    ``voice`` may serve many streams at once. ``fps``: frames a second, 10 to 120; ``size_wh`` of the frames (None: the
    avatar's own); ``background`` as in ``open_background``; ``audio_hz``: rate of the sound that leaves with frames.
    ``latency_s``: so long after its push a sound is seen and heard, at most, if frames are made in time; longer where
    the mouth needs it (``self.latency_s``). ``jitter_s``: so long a frame waits when sound that was not flushed breaks
    off. ``most_queued_s``: sound that may wait; who pushes more is kept waiting.

    Time is that of the event loop. Raises ConfigError for what cannot work, and the errors of ``AvatarVoice.begin`` and
    ``open_background``.
    """

    def __init__(
        self,
        voice: AvatarVoice,
        *,
        fps: float = 25.0,
        size_wh: tuple[int, int] | None = None,
        background: str | None = None,
        options: VoiceOptions | None = None,
        latency_s: float = 0.12,
        jitter_s: float = 0.02,
        most_queued_s: float = 10.0,
        audio_hz: int = 48_000,
    ) -> None:
        _check(fps, audio_hz, {"latency_s": latency_s, "jitter_s": jitter_s, "most_queued_s": most_queued_s})
        self.fps, self.audio_hz = Fraction(fps).limit_denominator(10_000), int(audio_hz)
        self._meter = Meter()
        self._ear = Ear(voice, options, float(self.fps), self.audio_hz, self._meter)
        self._painter = Painter(voice, size_wh, background, float(self.fps), self._meter)
        self._crew = Crew(("ear", "painter"), few_threads)
        self._line = SoundLine(self.audio_hz, self.fps, self._ear.ahead_s)
        self._inlet = Inlet(self._crew, self._line, most_queued_s)
        self._quieting = Quieting(float(1 / self.fps))
        ahead_s = self._line.ahead / self.audio_hz
        self.latency_s = max(latency_s, ahead_s + _LEAST_WORK_S)
        self._lead_s, self._jitter_s = self.latency_s - ahead_s, jitter_s
        self._names = voice.avatar.rig.expression_names
        self._entries: deque[_Entry] = deque()
        self._left, self._left_free, self._start_s = -1, 1.0, 0.0
        # What is to be painted, what is being painted or was last, the last picture, and the one that was last seen.
        self._wanted: _Entry | None = None
        self._begun = -1
        self._painted: _Painted | None = None
        self._shown: _Painted | None = None
        self._iterated = False

    async def __aenter__(self) -> "AvatarStream":
        self._crew.open()
        self._still = await self._crew.beside("ear", self._ear.warm)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the stream: iterators end, and whoever waits to push gets a ConfigError."""
        await self._crew.close()

    @property
    def size_wh(self) -> tuple[int, int]:
        """(width, height) of the pictures."""
        return self._painter.size_wh

    @property
    def statistics(self) -> StreamStatistics:
        """What left so far, and how."""
        return self._meter.statistics(self._line.underflows, self._line.queued_s)

    async def push_audio(self, pcm: np.ndarray, rate_hz: int = 16_000) -> None:
        """More of the sound that is said: int16, or floats in [-1, 1], ``[n]`` or ``[n, 2]``, at any rate, in pieces of
        any length. Waits while more than ``most_queued_s`` wait to be heard; what is interrupted meanwhile is dropped.

        Raises ConfigError for what is no such sound, and after the end of the stream.
        """
        await self._inlet.push(pcm, rate_hz)

    async def flush(self) -> None:
        """The utterance ends: what is left of it is heard without waiting for more."""
        await self._inlet.flush()

    async def interrupt(self) -> float:
        """Drop at once all that was pushed and is not yet seen and heard; the mouth goes to its rest within 100 ms, and
        life goes on. Returns how many seconds of sound were dropped."""
        self._crew.check_open()
        frame, free = self._left + 1, self._left_free
        dropped_s = self._line.drop(frame) + self._inlet.drop()
        self._quieting.interrupt(self._time_s(frame))
        for entry in self._entries:
            free = self._quieting.free(free, self._time_s(entry.index))
            if free != entry.free:
                entry.free, entry.version = free, entry.version + 1
                if entry.rows is not None:
                    self._wanted, entry.motion = entry, self._ear.motion(entry.rows, free)
        self._crew.tell()
        return dropped_s

    def frames(self) -> AsyncIterator[StreamFrame]:
        """Frames for ever, each at its time, beginning now. A stream is iterated once."""
        return self._iterate(self._left_frame, painting=True)

    def codes(self) -> AsyncIterator[StreamCode]:
        """As ``frames``, without pictures: for renderers elsewhere, and at a fraction of the work."""
        return self._iterate(self._left_code, painting=False)

    def _iterate(self, leave: Callable[[_Entry], T], *, painting: bool) -> AsyncGenerator[T, None]:
        self._crew.check_open()
        if self._iterated:
            raise ConfigError("this stream is iterated already", "Its frames leave once.", "Make another stream.")
        self._iterated = True
        return self._leave(leave, painting)

    async def _leave(self, leave: Callable[[_Entry], T], painting: bool) -> AsyncGenerator[T, None]:
        """Frame after frame: when it is due, and its picture is there or a frame's time has gone by."""
        until = self._crew.until
        try:
            if painting:
                first = await self._crew.beside("painter", self._painter.paint, self._still, 0)
                self._shown = _Painted(-1, 0, first)
            self._start_s = self._crew.now_s() + self._lead_s
            self._crew.start(self._take())
            if painting:
                self._crew.start(self._paint())
            for index in count():
                await until(lambda: bool(self._entries) and self._entries[0].motion is not None)
                await until(None, self._due_s(index))
                entry = self._entries[0]
                if painting:
                    await until(lambda e=entry: self._is_painted(e), self._due_s(index + 1))
                made = leave(entry)
                self._entries.popleft()
                self._left, self._left_free = index, entry.free
                self._crew.tell()
                yield made
        except Ended:
            return

    def _is_painted(self, entry: _Entry) -> bool:
        """Or will not be: a later frame is being painted."""
        last = self._painted
        own = last is not None and last.index == entry.index and last.version == entry.version
        return own or self._begun > entry.index

    def _left_code(self, entry: _Entry) -> StreamCode:
        return StreamCode(**self._about(entry, own=True))

    def _left_frame(self, entry: _Entry) -> StreamFrame:
        if self._painted is not None and self._painted.index <= entry.index:
            self._shown = self._painted
        shown = self._shown
        assert shown is not None
        about = self._about(entry, own=shown.index == entry.index)
        return StreamFrame(**about, picture=shown.picture, picture_index=shown.index)

    def _about(self, entry: _Entry, own: bool) -> dict[str, Any]:
        motion, rows, due_s = entry.motion, entry.rows, self._due_s(entry.index)
        assert motion is not None and rows is not None
        left = self._line.leave(entry.index, due_s)
        self._meter.left(self._crew.now_s() - due_s, left.latency_s, own)
        code, row = motion.code, lambda tensor: tensor[0].cpu().numpy()
        return {
            "index": entry.index,
            "time_s": self._time_s(entry.index),
            "audio": left.audio,
            "speaking": float(entry.free * rows.speaking[0]),
            "sound_time_s": left.sound_time_s,
            "names": self._names,
            "expression": row(code.expression),
            "eyes": row(code.eyes),
            "camera_from_head": row(code.camera_from_head),
            "camera_from_torso": row(code.camera_from_torso),
            "torso_modes": row(motion.modes),
            "face_modes": row(motion.face_modes),
        }

    async def _take(self) -> None:
        """Frame after frame: its sound when its time has come, and its motion."""
        until = self._crew.until
        most = 2 + int(self._lead_s * self.fps)
        for index in count():
            await until(lambda: len(self._entries) < most)
            when_s = self._due_s(index) - self._lead_s
            await until(None, when_s)
            await until(lambda i=index: not self._line.lacks(i), when_s + self._jitter_s)
            sound, begun = self._line.take(index)
            if begun is not None:
                self._quieting.resume(begun.place / self.audio_hz)
            before = self._entries[-1].free if self._entries else self._left_free
            entry = _Entry(index, self._quieting.free(before, self._time_s(index)))
            self._entries.append(entry)
            self._crew.tell()
            entry.rows = await self._crew.beside("ear", self._ear.hear, sound)
            entry.motion = self._ear.motion(entry.rows, entry.free)
            self._wanted = entry
            self._crew.tell()

    async def _paint(self) -> None:
        """The newest frame, again and again."""
        while True:
            await self._crew.until(lambda: self._wanted is not None)
            entry, self._wanted = self._wanted, None
            assert entry is not None
            self._begun, version = entry.index, entry.version
            picture = await self._crew.beside("painter", self._painter.paint, entry.motion, entry.index)
            self._painted = _Painted(entry.index, version, picture)
            self._crew.tell()

    def _time_s(self, index: int) -> float:
        return float(index / self.fps)

    def _due_s(self, index: int) -> float:
        return self._start_s + self._time_s(index)


def _check(fps: float, audio_hz: int, seconds: dict[str, float]) -> None:
    if not FPS_RANGE[0] <= fps <= FPS_RANGE[1]:
        raise ConfigError(
            f"a stream of {fps:g} frames a second cannot be", f"Expected {FPS_RANGE[0]:g} to {FPS_RANGE[1]:g}."
        )
    if int(audio_hz) != audio_hz or not RATES_HZ[0] <= audio_hz <= RATES_HZ[1]:
        raise ConfigError(
            f"sound of {audio_hz} samples a second cannot leave",
            f"Expected a whole number from {RATES_HZ[0]} to {RATES_HZ[1]}.",
        )
    for name, value in seconds.items():
        least = 2 * PIECE_S if name == "most_queued_s" else 0.0
        if not least <= value <= 3600:
            raise ConfigError(f"{name}={value:g} cannot work", f"Expected {least:g} to 3600 seconds.")

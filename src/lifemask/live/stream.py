"""``AvatarStream``: sound pushed in as it comes, frames out by a steady clock, for as long as anybody looks.

Four parts run beside each other, all on the clock of the event loop. One *takes* the sound of a frame when its time
has come, silence where there is none. One *hears* it, and tells the frame's motion. One *paints* the newest motion. The
iterator lets each frame *leave* when it is due, with its sound. None waits for another longer than a frame lasts, so
sound and picture stay together and neither falls behind; what is slow skips frames.
"""

from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from fractions import Fraction
from itertools import count
from types import TracebackType
from typing import Any, TypeVar

import numpy as np

from lifemask.errors import ConfigError
from lifemask.live.actor import Ear, Painter, few_threads
from lifemask.live.crew import Crew, Ended
from lifemask.live.inlet import Inlet
from lifemask.live.pending import Entry, Painted, Told
from lifemask.live.quieting import Quieting
from lifemask.live.records import Meter, StreamCode, StreamFrame, StreamStatistics
from lifemask.live.settings import check
from lifemask.live.sound_line import SoundLine
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.speech.voice import VoiceRows

_LEAST_WORK_S = 0.02
_QUICKLY = 0.2
"""How much of what is thought to be usual changes with each frame."""
T = TypeVar("T")


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
        check(fps, audio_hz, latency_s, jitter_s, most_queued_s)
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
        self._entries: deque[Entry] = deque()
        self._left, self._left_free, self._start_s = -1, 1.0, 0.0
        # Sound that was not heard yet, and of which frames; and the last motion.
        self._unheard: list[tuple[np.ndarray, Entry]] = []
        self._told: Told | None = None
        # The last frame that was told, the one that is painted or was last, how long that takes, and what is seen now.
        self._newest: Entry | None = None
        self._begun, self._paint_s = -1, 0.0
        self._shown: Painted | None = None
        self._iterated = False

    async def __aenter__(self) -> "AvatarStream":
        self._crew.open()
        self._told = await self._crew.beside("ear", self._warm)
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
        self._begun = self._left
        for entry in self._entries:
            free = self._quieting.free(free, self._time_s(entry.index))
            if free != entry.free:
                entry.free, entry.version = free, entry.version + 1
                if entry.told is not None:
                    self._tell(entry, entry.told.rows)
        self._crew.tell()
        return dropped_s

    def frames(self) -> AsyncIterator[StreamFrame]:
        """Frames for ever, each at its time, beginning now. A stream is iterated once."""
        return self._iterate(self._left_frame, painting=True)

    def codes(self) -> AsyncIterator[StreamCode]:
        """As ``frames``, without pictures: for renderers elsewhere, and at a fraction of the work."""
        return self._iterate(self._left_code, painting=False)

    def _iterate(self, leave: Callable[[Entry], T], *, painting: bool) -> AsyncGenerator[T, None]:
        self._crew.check_open()
        if self._iterated:
            raise ConfigError("this stream is iterated already", "Its frames leave once.", "Make another stream.")
        self._iterated = True
        return self._leave(leave, painting)

    async def _leave(self, leave: Callable[[Entry], T], painting: bool) -> AsyncGenerator[T, None]:
        """Frame after frame: when it is due, and all of it is there or a frame's time has gone by."""
        until, still = self._crew.until, self._told
        assert still is not None
        try:
            if painting:
                self._shown = Painted(-1, 0, await self._crew.beside("painter", self._painter.paint, still.motion, 0))
            self._start_s = self._crew.now_s() + self._lead_s
            for part in [self._take, self._hear, *[self._paint] * painting]:
                self._crew.start(part())
            for index in count():
                await until(lambda: bool(self._entries))
                entry = self._entries[0]
                await until(None, self._due_s(index))
                ready = self._is_painted if painting else self._is_told
                await until(lambda e=entry, r=ready: r(e), self._due_s(index + 1))
                made = leave(entry)
                self._entries.popleft()
                self._left, self._left_free = index, entry.free
                self._crew.tell()
                yield made
        except Ended:
            return

    def _is_told(self, entry: Entry) -> bool:
        return entry.told is not None

    def _is_painted(self, entry: Entry) -> bool:
        """Or will not be: a later frame is being painted."""
        return entry.is_painted or self._begun > entry.index

    def _left_code(self, entry: Entry) -> StreamCode:
        return StreamCode(**self._about(entry, own=entry.told is not None))

    def _left_frame(self, entry: Entry) -> StreamFrame:
        self._shown = shown = entry.painted or self._shown
        assert shown is not None
        about = self._about(entry, own=shown.index == entry.index)
        return StreamFrame(**about, picture=shown.picture, picture_index=shown.index)

    def _about(self, entry: Entry, own: bool) -> dict[str, Any]:
        told, due_s = entry.told or self._told, self._due_s(entry.index)
        assert told is not None
        left = self._line.leave(entry.index, due_s)
        self._meter.left(self._crew.now_s() - due_s, left.latency_s, own)
        return {
            "index": entry.index,
            "time_s": self._time_s(entry.index),
            "audio": left.audio,
            "sound_time_s": left.sound_time_s,
            "names": self._names,
            **told.entries(),
        }

    async def _take(self) -> None:
        """Frame after frame: its sound, when its time has come."""
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
            entry = Entry(index, self._quieting.free(before, self._time_s(index)))
            self._entries.append(entry)
            self._unheard.append((sound, entry))
            self._crew.tell()

    async def _hear(self) -> None:
        """All sound that was not heard yet, again and again; each frame's motion."""
        waiting: deque[Entry] = deque()
        ready: deque[VoiceRows] = deque()
        while True:
            await self._crew.until(lambda: bool(self._unheard))
            sounds, entries = zip(*self._unheard, strict=True)
            self._unheard.clear()
            waiting.extend(entries)
            ready.extend(await self._crew.beside("ear", self._ear.hear, np.concatenate(sounds)))
            if len(ready) < len(waiting):
                raise ConfigError("the mouth needs more sound than it says", "Its seconds_after is too short.")
            while waiting:
                self._tell(waiting.popleft(), ready.popleft())
            self._crew.tell()

    def _tell(self, entry: Entry, rows: VoiceRows) -> None:
        entry.told = self._told = self._made(entry.index, rows, entry.free)
        if self._newest is None or self._newest.index < entry.index:
            self._newest = entry

    def _warm(self) -> Told:
        return self._made(-1, self._ear.warm(), 0.0)

    def _made(self, index: int, rows: VoiceRows, free: float) -> Told:
        return Told(index, rows, self._ear.motion(rows, free), float(free * rows.speaking[0]))

    async def _paint(self) -> None:
        """What is to be painted, again and again."""
        while True:
            await self._crew.until(lambda: self._to_paint() is not None)
            entry, began_s = self._to_paint(), self._crew.now_s()
            assert entry is not None and entry.told is not None
            self._begun, version, motion = entry.index, entry.version, entry.told.motion
            picture = await self._crew.beside("painter", self._painter.paint, motion, entry.index)
            entry.painted = Painted(entry.index, version, picture)
            if entry.index <= self._left and (self._shown is None or self._shown.index < entry.index):
                self._shown = entry.painted
            took_s = self._crew.now_s() - began_s
            self._paint_s += (_QUICKLY if self._paint_s else 1.0) * (took_s - self._paint_s)
            self._crew.tell()

    def _to_paint(self) -> Entry | None:
        """The first frame that can still be painted in time; if none can, the newest."""
        ready_s = self._crew.now_s() + self._paint_s
        for entry in self._entries:
            if entry.told is not None and not entry.is_painted and ready_s <= self._due_s(entry.index + 1):
                return entry
        return None if self._newest is None or self._newest.is_painted else self._newest

    def _time_s(self, index: int) -> float:
        return float(index / self.fps)

    def _due_s(self, index: int) -> float:
        return self._start_s + self._time_s(index)

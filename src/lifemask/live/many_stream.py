"""``CodeStream``: sound pushed in as it comes, rows of motion out, light enough for many on one event loop.

As ``AvatarStream.codes``, with two differences. The motion comes from a ``ManyVoices`` that many streams share; and a
row leaves as soon as it is known: the clock says when the sound of a frame is *taken*, and follows where sound begins.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from fractions import Fraction
from types import TracebackType

import numpy as np

from lifemask.avatar.code_rows import CodeLayout
from lifemask.live.actor import few_threads
from lifemask.live.crew import Crew
from lifemask.live.inlet import Inlet
from lifemask.live.many import CodeRows, ManyVoices
from lifemask.live.quieting import Quieting
from lifemask.live.settings import check
from lifemask.live.sound_line import SoundLine
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.speech.layers import SOUND_HZ

_MOST_IN_WORK = 5
"""Frames whose sound was taken and whose motion is not there yet."""
_MOST_KEPT = 50
"""Rows that nobody fetched: older ones are forgotten."""
_FOLLOW = 0.02
"""By how much of its lateness the clock follows a sound that comes a little late."""
_SOONEST, _REPAID = 0.25, 0.1
"""In frames: how soon after the last one sound that begins may be taken; and how much longer a frame of silence lasts
until the clock is again where it was."""
_USUALLY_WAITING = 0.5
"""In frames: so much of a microphone's sound waits for the next frame when all is in time."""
_LONGEST_BEHIND_S = 5.0
"""A clock that was held up for longer goes on from where it is."""


@dataclass(frozen=True)
class CodeRow:
    """Frame ``index``: ``row [width]`` float32 as ``CodeLayout`` has it; ``speaking``, 0 to 1; ``time_s`` is ``index``
    by the frame rate; ``sound_time_s``: which time of all sound that was pushed begins in this frame, None in silence.
    """

    index: int
    time_s: float
    speaking: float
    sound_time_s: float | None
    row: np.ndarray


class CodeStream:
    """The motion of an avatar that lives and speaks: an async context manager. Push sound, and iterate ``rows()``.

    ``fps``: frames a second, 10 to 120. ``jitter_s``: so long a frame waits when sound that was not flushed breaks off.
    ``most_queued_s``: sound that may wait; who pushes more is kept waiting. ``microphone``: the sound is spoken as it
    is pushed and never pauses, so that frames whose sound waits are late: they go by up to twice as fast. Raises
    ConfigError for what cannot work.
    """

    def __init__(
        self,
        pool: ManyVoices,
        voice: AvatarVoice,
        fps: float = 25.0,
        *,
        options: VoiceOptions | None = None,
        jitter_s: float = 0.06,
        most_queued_s: float = 10.0,
        microphone: bool = False,
    ) -> None:
        check(fps, SOUND_HZ, 0.0, jitter_s, most_queued_s)
        self._microphone = microphone
        self.fps, self._step_s = Fraction(fps).limit_denominator(10_000), 1 / fps
        self.layout = CodeLayout.of(voice.avatar)
        self._pool, self._begin = pool, lambda: pool.open(voice, options, fps=fps)
        self._jitter_s, self._most_queued_s = jitter_s, most_queued_s
        self._crew, self._quieting = _Changes(self._changed), Quieting(self._step_s)
        self._ready: deque[tuple[np.ndarray, float]] = deque()
        self._made: deque[CodeRow] = deque(maxlen=_MOST_KEPT)
        self._taken, self._left, self._free = -1, -1, 1.0
        self._news, self._ended = asyncio.Event(), False
        self._failure: BaseException | None = None
        self._timer: asyncio.TimerHandle | None = None
        # When the next frame's sound is due, when the last was taken, and how far the clock is before its time.
        self._due_s = self._taken_s = self._early_s = 0.0

    async def __aenter__(self) -> "CodeStream":
        self._crew.open()
        await self._pool.warm()
        self._voice = self._begin()
        self._voice.listen(self._heard, self._end)
        self._line = SoundLine(SOUND_HZ, self.fps, self._voice.seconds_after)
        self._inlet = Inlet(self._crew, self._line, self._most_queued_s)
        self._due_s = self._crew.now_s()
        self._tick()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the stream: its iterator ends, and whoever waits to push gets a ConfigError."""
        self._voice.close()
        await self._crew.close()

    @property
    def seconds_after(self) -> float:
        """How much sound after its own moment a row needs."""
        return self._voice.seconds_after

    @property
    def queued_s(self) -> float:
        """Seconds of sound that wait."""
        return self._line.queued_s

    async def push_audio(self, pcm: np.ndarray, rate_hz: int = SOUND_HZ) -> None:
        """As ``AvatarStream.push_audio``: int16 or floats, mono or stereo, any rate, any length; waits while more than
        ``most_queued_s`` wait to be heard. Raises ConfigError for what is no such sound, and after the end."""
        await self._inlet.push(pcm, rate_hz)

    async def flush(self) -> None:
        """The utterance ends: what is left of it is heard without waiting for more."""
        await self._inlet.flush()

    async def interrupt(self) -> float:
        """Drop at once all that was pushed and has not left; the mouth goes to its rest within 100 ms, and life goes
        on. Returns how many seconds of sound were dropped."""
        self._crew.check_open()
        frame = self._left + 1
        dropped_s = self._line.drop(frame) + self._inlet.drop()
        self._quieting.interrupt(self._time_s(frame))
        self._crew.tell()
        return dropped_s

    async def rows(self) -> AsyncIterator[CodeRow]:
        """Rows until the end, each as soon as it is known. Who fetches too slowly misses the oldest. Raises what
        failed."""
        while True:
            while self._made:
                yield self._made.popleft()
            if self._failure is not None:
                raise self._failure
            if self._ended:
                return
            self._news.clear()
            await self._news.wait()

    def _changed(self) -> None:
        """Sound came, or frames left."""
        if not self._ended and self._crew.now_s() >= self._soonest_s():
            self._tick()

    def _soonest_s(self) -> float:
        """When the next frame may be taken, if its sound is there."""
        if self._line.is_still and self._line.queued_s > 0:
            return min(self._due_s, self._taken_s + _SOONEST * self._step_s)
        return self._due_s

    def _tick(self) -> None:
        """Take the sound of the next frame if its time has come, and see when to look again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now_s = self._crew.now_s()
        while self._taken - self._left < _MOST_IN_WORK:
            look_s = self._soonest_s()
            if now_s >= look_s and self._line.lacks(self._taken + 1):
                look_s = self._due_s + self._jitter_s
            if now_s < look_s:
                self._timer = self._crew.at(look_s, self._tick)
                return
            self._take(now_s)

    def _take(self, now_s: float) -> None:
        begins = self._line.is_still
        self._taken += 1
        sound, begun = self._line.take(self._taken)
        if begun is not None:
            self._quieting.resume(begun.place / SOUND_HZ)
        early_s = self._due_s - now_s
        if early_s > 0:
            self._early_s += early_s
            self._due_s = now_s
        elif begun is None and begins:
            late_s = min(self._early_s, _REPAID * self._step_s)
            self._early_s, self._due_s = self._early_s - late_s, self._due_s + late_s
        else:
            self._due_s += _FOLLOW * min(-early_s, self._jitter_s)
        self._due_s = max(self._due_s + self._lasts_s(), now_s - _LONGEST_BEHIND_S)
        self._taken_s = now_s
        self._voice.put(sound)

    def _lasts_s(self) -> float:
        """How long after a frame the next is due."""
        waiting = self._line.queued_s / self._step_s if self._microphone else 0.0
        return self._step_s / (1 + min(max(waiting - _USUALLY_WAITING, 0.0), 1.0))

    def _heard(self, told: CodeRows) -> None:
        """Frames leave."""
        self._ready.extend(zip(told.rows, told.speaking.tolist(), strict=True))
        while self._ready and self._left < self._taken:
            row, speaking = self._ready.popleft()
            self._left += 1
            time_s = self._time_s(self._left)
            self._free = free = self._quieting.free(self._free, time_s)
            left = self._line.leave(self._left, time_s)
            self._made.append(
                CodeRow(self._left, time_s, free * speaking, left.sound_time_s, self._voice.freed(row, free))
            )
        self._news.set()
        if self._timer is None:
            self._tick()

    def _end(self, failure: BaseException | None) -> None:
        self._ended, self._failure = True, failure
        if self._timer is not None:
            self._timer.cancel()
        self._news.set()

    def _time_s(self, index: int) -> float:
        return float(index / self.fps)


class _Changes(Crew):
    """Tells of changes at once."""

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__((), few_threads)
        self._changed = changed

    def tell(self) -> None:
        """Something has changed."""
        super().tell()
        if self._open:
            self._changed()

    def at(self, when_s: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        """Have something called at a time."""
        return self._loop.call_at(when_s, call)

"""Many voices at once: the motion of any number of streams, computed together on one thread.

A stream whose sound is there waits until the thread is free; all that wait then are one batch. Who pushes more than is
spoken gets no more than ``MOST_STEPS`` of 40 ms in a batch, so that others need not wait for a file.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

import numpy as np

from lifemask.errors import ConfigError
from lifemask.live.actor import few_threads
from lifemask.live.many_ears import FIRST
from lifemask.live.many_motion import CodeRows, ManyMotions, Spoken, columns
from lifemask.live.many_process import MotionProcess
from lifemask.live.pcm import mono
from lifemask.live.settings import check
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.speech.ear import LIVE
from lifemask.speech.layers import SAMPLES_PER_MOTION, SOUND_HZ

MOST_STEPS = 4
"""Steps of 40 ms that one stream may take in one batch."""
MOST_WAITING_S = 1.0
"""Sound of one stream that may wait to be heard before who pushes it waits."""


class ManyVoices:
    """A thread that computes the motion of many voices: an async context manager, or ``close`` it.

    ``apart``: in a process of its own, so that Python's threads need not take turns: for servers with more than one
    core. It begins in some seconds, and takes some hundred megabytes.
    """

    def __init__(self, *, apart: bool = False) -> None:
        self._apart = apart
        self._news = threading.Condition()
        self._open: set[PooledVoice] = set()
        self._ready: dict[PooledVoice, None] = {}
        self._left: list[PooledVoice] = []
        self._warm, self._closed = threading.Event(), False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="lifemask-voices", daemon=True)
        self._thread.start()

    async def __aenter__(self) -> "ManyVoices":
        await self.warm()
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self.close)

    async def warm(self) -> None:
        """Wait until all is loaded that all voices need; sound that is pushed before waits as well."""
        if not self._warm.is_set():
            await asyncio.get_running_loop().run_in_executor(None, self._warm.wait)

    def __len__(self) -> int:
        return len(self._open)

    def open(self, voice: AvatarVoice, options: VoiceOptions | None = None, *, fps: float = 25.0) -> "PooledVoice":
        """Begin to follow a voice that moves the avatar of ``voice``, at ``fps``. To be called on an event loop, to
        which its rows come. Raises ConfigError for what cannot work, and after the end."""
        with self._news:
            self._check()
        check(fps, SOUND_HZ, 0.0, 0.0, MOST_WAITING_S)
        pooled = PooledVoice(self, Spoken.of(voice, options, fps))
        with self._news:
            self._check()
            self._open.add(pooled)
        return pooled

    def close(self) -> None:
        """End: no more rows come, and iterators end."""
        with self._news:
            self._closed = True
            self._news.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        self._end_all(None)

    def _check(self) -> None:
        if self._failure is not None:
            raise ConfigError("the voices have failed", str(self._failure)) from self._failure
        if self._closed:
            raise ConfigError("the voices are closed", "Their ManyVoices was ended.", "Make another ManyVoices.")

    def _end_all(self, failure: BaseException | None) -> None:
        for pooled in list(self._open):
            if not pooled._loop.is_closed():
                pooled._loop.call_soon_threadsafe(pooled._end, failure)

    def _offer(self, pooled: "PooledVoice", samples: np.ndarray) -> None:
        with self._news:
            if self._closed or self._failure is not None:
                # It will be told at once.
                return
            pooled._waiting.append(samples)
            pooled._samples += len(samples)
            if pooled._samples >= pooled._needed:
                self._ready[pooled] = None
                self._news.notify()

    def _leave(self, pooled: "PooledVoice") -> None:
        with self._news:
            if pooled in self._open:
                self._open.remove(pooled)
                self._ready.pop(pooled, None)
                self._left.append(pooled)

    def _work(self) -> None:
        few_threads()
        motions: ManyMotions | MotionProcess | None = None
        try:
            motions = MotionProcess() if self._apart else ManyMotions()
            self._warm.set()
            while True:
                with self._news:
                    self._news.wait_for(lambda: self._ready or self._closed)
                    if self._closed:
                        return
                    batch = [(pooled, pooled._take()) for pooled in self._ready]
                    self._ready = {p: None for p, _ in batch if p._samples >= p._needed}
                    left, self._left = self._left, []
                for pooled in left:
                    if pooled._place is not None:
                        motions.end(pooled._place)
                self._hear(motions, batch)
        except BaseException as problem:
            self._failure = problem
            self._warm.set()
            self._end_all(problem)
        finally:
            if isinstance(motions, MotionProcess):
                motions.close()

    def _hear(self, motions: ManyMotions | MotionProcess, batch: list[tuple["PooledVoice", np.ndarray]]) -> None:
        """Step after step of all that have more."""
        while batch:
            for number, (pooled, sound) in enumerate(batch):
                if pooled._place is None:
                    pooled._place = motions.begin(pooled._spoken, sound[:FIRST])
                    batch[number] = pooled, sound[FIRST:]
            told = motions.step(
                [pooled._place for pooled, _ in batch],
                np.stack([sound[:SAMPLES_PER_MOTION] for _, sound in batch]),
            )
            loops: dict[asyncio.AbstractEventLoop, list[tuple[PooledVoice, CodeRows]]] = {}
            for (pooled, _), rows in zip(batch, told, strict=True):
                if rows is not None and len(rows):
                    loops.setdefault(pooled._loop, []).append((pooled, rows))
            for loop, its in loops.items():
                if not loop.is_closed():
                    loop.call_soon_threadsafe(_hand_over, its)
            batch = [(p, sound[SAMPLES_PER_MOTION:]) for p, sound in batch if len(sound) > SAMPLES_PER_MOTION]


class PooledVoice:
    """One voice of ``ManyVoices``. Push 16 kHz sound without end, silence too; iterate the rows, or ``listen`` to them.

    ``layout`` says what stands in a row; ``rest [width]`` has the mouth's weights at rest, in the ``mouth`` columns.
    ``seconds_after``: how much sound after its own moment a row needs.
    """

    def __init__(self, pool: ManyVoices, spoken: Spoken) -> None:
        self.layout, self.fps, self.seconds_after = spoken.layout, spoken.fps, spoken.seconds_after
        self.mouth, self.rest = columns(self.layout, spoken.mouth.names), np.zeros(self.layout.width, np.float32)
        self.rest[self.mouth] = spoken.file.rest_of(spoken.mouth.names)
        self._pool, self._spoken, self._loop = pool, spoken, asyncio.get_running_loop()
        # Where it is, once it was heard; known to the thread alone.
        self._place: Any = None
        self._waiting: deque[np.ndarray] = deque()
        # Samples that wait, and that the next row needs.
        self._samples, self._needed = 0, LIVE.samples_after
        self._made: deque[CodeRows] = deque()
        self._news, self._ended, self._failure = asyncio.Event(), False, None
        self._listener: Callable[[CodeRows], None] | None = None
        self._told_end: Callable[[BaseException | None], None] | None = None

    async def push(self, samples: np.ndarray) -> None:
        """More sound: float [n] in [-1, 1] at 16 kHz. Waits while more than a second waits to be heard. Raises
        ConfigError for what is no such sound, and after the end."""
        self.put(mono(samples, SOUND_HZ))
        while self.waiting_s > MOST_WAITING_S and not self._ended:
            self._news.clear()
            await self._news.wait()

    def put(self, samples: np.ndarray) -> None:
        """As ``push``, float32, unchecked and without waiting: for those who pace it themselves."""
        if self._ended:
            raise self._why_ended()
        self._pool._offer(self, samples)

    @property
    def waiting_s(self) -> float:
        """Seconds of sound that wait to be heard."""
        return self._samples / SOUND_HZ

    def listen(self, hear: Callable[[CodeRows], None], end: Callable[[BaseException | None], None]) -> None:
        """Have rows given to ``hear`` on the event loop instead of to an iterator, and the end with what failed to
        ``end``."""
        self._listener, self._told_end = hear, end

    async def __aiter__(self) -> AsyncIterator[CodeRows]:
        """Rows as they come, until the end. Raises what failed."""
        while True:
            while self._made:
                yield self._made.popleft()
            if self._failure is not None:
                raise self._failure
            if self._ended:
                return
            self._news.clear()
            await self._news.wait()

    def freed(self, row: np.ndarray, free: float) -> np.ndarray:
        """A row with the mouth so ``free``, 0 at rest to 1 as it is."""
        if free >= 1:
            return row
        at, row = self.mouth, row.copy()
        row[at] = self.rest[at] + np.float32(free) * (row[at] - self.rest[at])
        return row

    def close(self) -> None:
        """Nothing is heard any more; the iterator ends."""
        self._pool._leave(self)
        self._end(None)

    def _take(self) -> np.ndarray:
        """The sound of the next rows: what they need to the sample."""
        steps = 1 + min((self._samples - self._needed) // SAMPLES_PER_MOTION, MOST_STEPS - 1)
        parts, lacking = [], self._needed + (steps - 1) * SAMPLES_PER_MOTION
        while lacking:
            parts.append(self._waiting.popleft())
            if len(parts[-1]) > lacking:
                self._waiting.appendleft(parts[-1][lacking:])
                parts[-1] = parts[-1][:lacking]
            lacking -= len(parts[-1])
        sound = np.concatenate(parts)
        self._samples -= len(sound)
        self._needed = SAMPLES_PER_MOTION
        return sound

    def _hear(self, rows: CodeRows) -> None:
        if self._ended:
            return
        if self._listener is not None:
            self._listener(rows)
        else:
            self._made.append(rows)
        self._news.set()

    def _end(self, failure: BaseException | None) -> None:
        if self._ended:
            return
        self._ended, self._failure = True, failure
        self._news.set()
        if self._told_end is not None:
            self._told_end(failure)

    def _why_ended(self) -> ConfigError:
        return ConfigError("this voice is closed", "It was ended, or all voices were.", "Open another of the pool.")


def _hand_over(told: list[tuple[PooledVoice, CodeRows]]) -> None:
    for pooled, rows in told:
        pooled._hear(rows)

"""The sound of a stream: what waits, what is on its way to be seen and heard, and silence where there is none.

Places are samples since the stream began, at the rate of what is heard. A frame's sound is taken ``ahead`` of it, for
the mouth must hear beyond a moment; until the frame leaves it is on the line.
"""

import math
from collections import deque
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

_FADE_S = 0.005
"""Sound that is cut ends within this: no click."""


@dataclass
class Run:
    """Sound without a gap: ``length`` samples from ``place`` on, which are those from ``heard`` on of all that was
    pushed; ``pushed_s``: when its first was pushed."""

    place: int
    heard: int
    length: int
    pushed_s: float


@dataclass(frozen=True)
class Left:
    """What a frame takes along: its ``audio [n]``, at what time ``sound_time_s`` of all pushed sound it is (None:
    silence), and how long after it was pushed the sound would leave that came as it is spoken."""

    audio: np.ndarray
    sound_time_s: float | None
    latency_s: float | None


class SoundLine:
    """``add`` sound, ``take`` that of a frame's look-ahead, let it ``leave`` with its frame. ``hz``: samples a second;
    ``ahead_s``: look-ahead of the mouth. Memory: what waits, and the look-ahead."""

    def __init__(self, hz: int, fps: Fraction, ahead_s: float) -> None:
        self.hz, self.fps = hz, fps
        # A frame lasts _second / _frames samples.
        self._second, self._frames = hz * fps.denominator, fps.numerator
        self.ahead = math.ceil(max(ahead_s, float(1 / fps)) * hz)
        self.underflows = 0
        self._waiting: deque[tuple[np.ndarray, float]] = deque()
        self._queued = self._added = 0
        self._line, self._line_at = np.zeros(0, np.float32), 0
        self._runs: deque[Run] = deque()
        self._whole = True
        self._running = False

    @property
    def queued_s(self) -> float:
        """Seconds of sound that wait."""
        return self._queued / self.hz

    @property
    def is_still(self) -> bool:
        """Whether what was taken last ends in silence."""
        return not self._running

    def start(self, frame: int) -> int:
        """The place of a frame's first sample."""
        samples, over = divmod(frame * self._second, self._frames)
        return samples + (2 * over > self._frames or (2 * over == self._frames and samples % 2))

    def add(self, samples: np.ndarray, now_s: float) -> None:
        """More sound ``[n]``, pushed at ``now_s``."""
        if len(samples):
            self._waiting.append((samples, now_s))
            self._queued += len(samples)
            self._added += len(samples)
        self._whole = False

    def end(self) -> None:
        """What was added is whole: nothing more belongs to it."""
        self._whole = True

    def lacks(self, frame: int) -> bool:
        """Whether sound that goes on would break off in what ``take(frame)`` gives."""
        return self._running and not self._whole and self._queued < self._room(frame)

    def take(self, frame: int) -> tuple[np.ndarray, Run | None]:
        """The sound ``[n]`` that a frame's look-ahead adds, silence where there is none, and the run that begins in it.

        Less sound than there is room for comes last if more may follow at the pace of speech, so that it joins on.
        """
        room = self._room(frame)
        count, begun = min(room, self._queued), None
        slot = np.zeros(room, np.float32)
        first = room - count if not (self._running or self._whole) else 0
        if count:
            place, heard = self._line_at + len(self._line) + first, self._added - self._queued
            if not self._running:
                begun = Run(place, heard, 0, self._waiting[0][1])
                self._runs.append(begun)
            slot[first : first + count] = self._pop(count)
            self._runs[-1].length += count
        self.underflows += self._running and not self._whole and count < room
        self._running = count > 0 and first + count == room
        self._line = np.concatenate([self._line, slot])
        return slot, begun

    def leave(self, frame: int, due_s: float) -> Left:
        """What a frame that is due at ``due_s`` takes along; nothing before it is kept."""
        first, end = self.start(frame), self.start(frame + 1)
        audio = self._line[first - self._line_at : end - self._line_at]
        self._line, self._line_at = self._line[end - self._line_at :], end
        while self._runs and self._runs[0].place + self._runs[0].length <= first and len(self._runs) > 1:
            self._runs.popleft()
        heard = [run for run in self._runs if run.place < end and run.place + run.length > first]
        if not heard:
            return Left(audio, None, None)
        run = heard[0]
        inside = max(first, run.place) - run.place
        spoken_s = run.pushed_s + inside / self.hz
        return Left(audio, (run.heard + inside) / self.hz, due_s + (run.place + inside - first) / self.hz - spoken_s)

    def drop(self, frame: int) -> float:
        """Forget all sound from a frame's first sample on. Returns how many seconds were forgotten."""
        first, dropped = self.start(frame), self._queued
        for run in self._runs:
            kept = min(max(first - run.place, 0), run.length)
            dropped += run.length - kept
            run.length = kept
        begin = first - self._line_at
        fade = self._line[begin : begin + round(_FADE_S * self.hz)]
        fade *= np.linspace(1, 0, len(fade), dtype=np.float32)
        self._line[begin + len(fade) :] = 0
        self._waiting.clear()
        self._runs = deque(run for run in self._runs if run.length)
        self._queued, self._running, self._whole = 0, False, True
        return dropped / self.hz

    def _room(self, frame: int) -> int:
        return self.start(frame) + self.ahead - self._line_at - len(self._line)

    def _pop(self, count: int) -> np.ndarray:
        parts = []
        self._queued -= count
        while count:
            samples, pushed_s = self._waiting.popleft()
            parts.append(samples[:count])
            if len(samples) > count:
                self._waiting.appendleft((samples[count:], pushed_s))
            count -= len(parts[-1])
        return np.concatenate(parts)

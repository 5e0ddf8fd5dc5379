"""Where sound is pushed into a stream: checked, at the stream's rate, and no more of it than may wait."""

import asyncio

import numpy as np

from lifemask.live.crew import Crew, Ended
from lifemask.live.pcm import mono
from lifemask.live.sound_line import SoundLine
from lifemask.media.resampling import Resampler

PIECE_S = 0.5
"""So much is queued at once."""


class Inlet:
    """Queues pushed sound on ``line``, at most ``most_queued_s`` of it."""

    def __init__(self, crew: Crew, line: SoundLine, most_queued_s: float) -> None:
        self._crew, self._line, self._most_queued_s = crew, line, most_queued_s
        self._pushing = asyncio.Lock()
        self._resampler: Resampler | None = None
        self._drops, self._held_s = 0, 0.0

    async def push(self, pcm: np.ndarray, rate_hz: int) -> None:
        """As ``AvatarStream.push_audio``."""
        samples, turn = mono(pcm, rate_hz), self._drops
        self._crew.check_open()
        held_s = len(samples) / rate_hz
        self._held_s += held_s
        try:
            async with self._pushing:
                if self._drops != turn:
                    return
                for piece in self._pieces(samples, int(rate_hz)):
                    most_s = self._most_queued_s - len(piece) / self._line.hz
                    await self._crew.until(lambda s=most_s: self._line.queued_s <= s or self._drops != turn)
                    if self._drops != turn:
                        return
                    self._line.add(piece, self._crew.now_s())
                    queued_s = min(held_s, len(piece) / self._line.hz)
                    held_s, self._held_s = held_s - queued_s, self._held_s - queued_s
                    self._crew.tell()
        except Ended:
            self._crew.check_open()
        finally:
            if self._drops == turn:
                self._held_s -= held_s

    async def flush(self) -> None:
        """What was pushed is whole."""
        turn = self._drops
        self._crew.check_open()
        async with self._pushing:
            if self._drops != turn:
                return
            if self._resampler is not None:
                self._line.add(self._resampler.flush(), self._crew.now_s())
            self._line.end()
            self._crew.tell()

    def drop(self) -> float:
        """Forget what still waits to be queued. Returns how many seconds."""
        dropped_s, self._held_s = self._held_s, 0.0
        self._drops, self._resampler = self._drops + 1, None
        return dropped_s

    def _pieces(self, samples: np.ndarray, rate_hz: int) -> list[np.ndarray]:
        """The samples at the stream's rate, in pieces that the queue can take."""
        rest = np.zeros(0, np.float32)
        if self._resampler is None or self._resampler.from_hz != rate_hz:
            rest = rest if self._resampler is None else self._resampler.flush()
            self._resampler = Resampler(rate_hz, self._line.hz)
        made = self._resampler.push(samples)
        made = np.concatenate([rest, made]) if len(rest) else made
        step = round(PIECE_S * self._line.hz)
        return [made[at : at + step] for at in range(0, len(made), step)]

"""What was said to an avatar, and what else has its place in it; all in samples."""

from collections import deque
from collections.abc import Iterator

import numpy as np
from pipecat.frames.frames import Frame, TTSAudioRawFrame

SILENCE = np.float32(1e-30)
"""Stands for zero in sound that is pushed: inaudible, and yet not the silence between. As int16 it is zero again."""


class Timeline:
    """Sound that was said, at ``hz``, leaves later, with pictures; frames that came between keep their places.
    ``context``: whose sound was said last."""

    def __init__(self, hz: int) -> None:
        self.hz = hz
        self.context: str | None = None
        self._said = self._left = 0
        self._leaving: Frame | None = None
        self._contexts: deque[tuple[int, str | None]] = deque()
        self._held: deque[tuple[int, Frame]] = deque()

    @property
    def is_empty(self) -> bool:
        """Whether everything has left."""
        return self._said == self._left and not self._held

    def say(self, pcm: bytes, context: str | None) -> np.ndarray:
        """The samples float32 ``[n]`` to be pushed, of int16."""
        samples = np.frombuffer(pcm, np.int16).astype(np.float32) / 32_768
        self._said, self.context = self._said + len(samples), context
        if len(samples):
            if self._contexts and self._contexts[-1][1] == context:
                self._contexts.pop()
            self._contexts.append((self._said, context))
        return np.where(samples == 0, SILENCE, samples)

    def hold(self, frame: Frame) -> None:
        """A frame that comes after all that was said."""
        self._held.append((self._said, frame))

    def leave(self, audio: np.ndarray) -> Iterator[Frame]:
        """What a picture's ``audio [n]``, as it was pushed, brings along: its sound, and frames whose turn it is.
        A held frame has left when the next is asked for."""
        samples = np.rint(audio[audio != 0] * 32_768).clip(-32_768, 32_767).astype("<i2")
        while True:
            while self._held and self._held[0][0] <= self._left:
                turn = self._held[0]
                self._leaving = turn[1]
                yield turn[1]
                self._leaving = None
                if self._held and self._held[0] is turn:
                    self._held.popleft()
            if not len(samples) or not self._contexts:
                return
            (end, context), places = self._contexts[0], [place for place, _ in self._held][:1]
            count = min([len(samples), end - self._left, *(place - self._left for place in places)])
            self._left += count
            if self._left == end:
                self._contexts.popleft()
            yield TTSAudioRawFrame(samples[:count].tobytes(), self.hz, 1, context_id=context)
            samples = samples[count:]

    def drop(self) -> list[Frame]:
        """Forget all that has not left. Returns the frames that were held."""
        held = [frame for _, frame in self._held if frame is not self._leaving]
        self._said = self._left
        self._held.clear()
        self._contexts.clear()
        return held

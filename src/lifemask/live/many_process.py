"""The motion of many voices in a process of its own, so that it and an event loop need not take turns.

The process is this module, run by the same Python. What goes in and comes out are pickles over its own two pipes, which
nobody else can write to; what is sent has an order, and only a step is answered.
"""

import gc
import os
import pickle
import subprocess
import sys
from typing import Any

import numpy as np

from lifemask.errors import DeviceError
from lifemask.live.actor import few_threads
from lifemask.live.many_motion import CodeRows, ManyMotions, Spoken

_PATIENCE_S = 5.0
_GARBAGE = 50_000
"""Objects after which Python looks for garbage among the new."""


class MotionProcess:
    """``ManyMotions`` elsewhere: the same methods, and ``close``. Raises DeviceError where it cannot begin or has
    ended."""

    def __init__(self) -> None:
        arguments = [sys.executable, "-m", "lifemask.live.many_process"]
        self._process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        # A number for each avatar and mouth, and who had it first: while that is kept no other has its identity.
        self._speakers: dict[tuple[int, bool], tuple[int, Spoken]] = {}
        self._next = 0
        self._answer()

    def begin(self, spoken: Spoken, first: np.ndarray) -> int:
        """A new stream."""
        self._next += 1
        speaker = self._speakers.setdefault(spoken.kind[:2], (len(self._speakers), spoken))
        # What all streams of an avatar share is sent once.
        shared = (spoken.file, spoken.layout, spoken.mouth) if speaker[1] is spoken else None
        self._send("begin", (self._next, speaker[0], shared, spoken.life, spoken.fps, first))
        return self._next

    def end(self, place: int) -> None:
        """A stream ends."""
        self._send("end", place)

    def step(self, places: list[int], blocks: np.ndarray) -> list[CodeRows | None]:
        """As that of ``ManyMotions``."""
        self._send("step", (places, blocks))
        return [None if part is None else CodeRows(*part) for part in self._answer()]

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:
                continue
        try:
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, kind: str, what: Any) -> None:
        assert self._process.stdin is not None
        try:
            pickle.dump((kind, what), self._process.stdin, protocol=5)
            self._process.stdin.flush()
        except OSError as problem:
            raise self._ended() from problem

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        try:
            return pickle.load(self._process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError) as problem:
            raise self._ended() from problem

    def _ended(self) -> DeviceError:
        return DeviceError(
            "the process that follows the voices has ended",
            f"Its exit status is {self._process.poll()}; what it printed says why.",
            "Begin again; where memory is short, serve fewer avatars.",
        )


def _follow() -> None:
    """Do what is asked on the standard input, until it ends; answers go to what was the standard output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asked, motions = sys.stdin.buffer, ManyMotions()
    speakers, places = {}, {}

    def answer(what: Any) -> None:
        pickle.dump(what, answers, protocol=5)
        answers.flush()

    answer(None)
    # What is there stays: to look for garbage in it would hold up all streams.
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    while True:
        try:
            kind, what = pickle.load(asked)
        except EOFError:
            return
        if kind == "step":
            told = motions.step([places[place] for place in what[0]], what[1])
            answer([None if part is None else (part.rows, part.speaking) for part in told])
        elif kind == "end":
            motions.end(places.pop(what))
        else:
            place, speaker, shared, life, fps, first = what
            if shared is not None:
                speakers[speaker] = shared
                gc.freeze()
            file, layout, mouth = speakers[speaker]
            places[place] = motions.begin(Spoken(file, layout, mouth, life, fps), first)


if __name__ == "__main__":
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who began this process ends it
    few_threads()
    _follow()

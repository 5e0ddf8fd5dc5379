"""How long work tells what it does, without knowing who listens; every layer may import this.

Usage::

    with progress.stage("solving", total=len(frames)) as step:
        for frame in frames:
            ...
            step(1, info="2.1 px")
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Step = Callable[..., None]
"""``step(count=1, info="...")``: that many more units of the total are done; ``info`` is shown beside."""


class Progress(Protocol):
    """A listener: the command line shows bars, a test may record."""

    def stage(self, name: str, total: int | None = None) -> AbstractContextManager[Step]:
        """Open a named piece of work of ``total`` units (None: unknown); it ends with the ``with`` block."""
        ...

    def note(self, text: str) -> None:
        """One line that a person wants to read: what is skipped and why, which of two faces is taken."""
        ...


class NullProgress:
    """Nobody listens."""

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Step]:
        """Do nothing with what is told."""
        yield lambda count=1, info="": None

    def note(self, text: str) -> None:
        """Do nothing with the text."""


NULL_PROGRESS = NullProgress()

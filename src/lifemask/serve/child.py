"""Commands of Lifemask in a process of their own: what fails or is stopped there leaves the server as it is."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from lifemask.errors import LifemaskError
from lifemask.serve.problems import ApiError, of_child

_START = (
    "import os, sys\n"
    "if hasattr(os, 'nice'): os.nice(10)\n"
    "from lifemask.cli.main import main\n"
    "sys.exit(main(sys.argv[1:]))"
)
"""Streams come first: a child takes what they leave of the cores."""
_PATIENCE_S = 5.0
_MOST_LINE = 1 << 20


class ChildFailure(Exception):
    """The command failed, with the ``error`` that it told."""

    def __init__(self, error: LifemaskError) -> None:
        super().__init__(error.what)
        self.error = error


async def lifemask(arguments: list[str], tell: Callable[[str], None] = lambda line: None) -> dict[str, Any]:
    """The JSON of ``lifemask ARGUMENTS --json``; ``tell`` gets each line of its progress. Cancelled, it is interrupted
    as by Ctrl-C, and killed if it does not end soon. Raises ChildFailure."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _START, *arguments, "--json",
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        start_new_session=True, limit=_MOST_LINE,
    )  # fmt: skip
    assert child.stdout is not None and child.stderr is not None
    listening = asyncio.ensure_future(_lines(child.stderr, tell))
    try:
        said = await child.stdout.read()
        await child.wait()
        last = await listening
    except BaseException:
        await asyncio.shield(_end(child, listening))
        raise
    try:
        result = json.loads(said)
    except ValueError:
        why = f"It ended with {child.returncode}: {last}" if last else f"It ended with {child.returncode}."
        raise ChildFailure(ApiError(500, "child_failed", f"lifemask {arguments[0]} has failed", why)) from None
    if child.returncode != 0:
        error = result.get("error", {})
        texts = [str(error.get(part, "")) for part in ("kind", "what", "why", "fix")]
        raise ChildFailure(of_child(texts[0], *texts[1:]))
    return result


async def _lines(stream: asyncio.StreamReader, tell: Callable[[str], None]) -> str:
    last = ""
    with contextlib.suppress(ValueError):
        while line := await stream.readline():
            last = line.decode(errors="replace").rstrip() or last
            tell(last)
    return last


async def _end(child: asyncio.subprocess.Process, listening: asyncio.Future[str]) -> None:
    for number, patience_s in ((signal.SIGINT, _PATIENCE_S), (signal.SIGKILL, _PATIENCE_S)):
        if child.returncode is not None:
            break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), patience_s)
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening

"""One process at a time works in a run folder."""

import os
from pathlib import Path
from typing import IO

from lifemask.errors import LifemaskError

try:
    import fcntl
except ImportError:  # Windows has no flock: there two processes on one folder are not told apart
    fcntl = None


class RunBusyError(LifemaskError):
    """Another living process works in the same run folder."""

    exit_code = 23


class FolderLock:
    """Holds ``path`` until ``release`` or the death of the process, by ``kill -9`` too.

    The kernel's lock decides, never the file's existence, so a file left by a killed process is no obstacle;
    the pid inside is only for the message. Raises ``RunBusyError`` while another process holds it.
    """

    def __init__(self, path: Path) -> None:
        self._stream: IO[str] = path.open("a+", encoding="ascii")
        try:
            if fcntl is not None:
                fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._stream.seek(0)
            owner = self._stream.read().strip() or "unknown"
            self._stream.close()
            raise RunBusyError(
                f"{path.parent} is in use by process {owner}",
                "Two runs in one folder would overwrite each other's work.",
                "Wait for it to end, stop it, or give this run another folder with -o.",
            ) from None
        self._stream.truncate(0)
        self._stream.write(f"{os.getpid()}\n")
        self._stream.flush()

    def release(self) -> None:
        """Let go; the file stays, since removing it would let two processes lock two files of one name."""
        self._stream.close()

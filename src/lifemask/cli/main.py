"""``lifemask VERB ...``: parse, run, and turn every end into a message and an exit code."""

import errno
import importlib
import keyword
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Union

from lifemask import __version__
from lifemask.cli.commands import VERBS, Common
from lifemask.errors import DiskFullError, InterruptedRunError, LifemaskError

UNEXPECTED = 70
"""Exit code of an error that nobody foresaw (sysexits.h: an internal software error)."""

DESCRIPTION = "Thirty seconds of video of a person in, a photoreal head-and-shoulders avatar out."


class UnexpectedError(LifemaskError):
    """A fault of Lifemask itself."""

    exit_code = UNEXPECTED


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; parse errors and ``--help`` leave by ``SystemExit``."""
    from lifemask.cli.terminal import Terminal

    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments == ["--version"]:
        sys.stdout.write(f"lifemask {__version__}\n")
        return 0
    terminal = Terminal(as_json="--json" in arguments, debug="--debug" in arguments)
    try:
        command = parse(arguments or ["--help"])
        name = next(name for name, kind in VERBS.items() if kind is type(command))
        module = f"{name}_" if keyword.iskeyword(name) else name
        return importlib.import_module(f"lifemask.cli.verbs.{module}").run(command, terminal)
    except LifemaskError as error:
        failure = error
    except KeyboardInterrupt as error:
        failure = InterruptedRunError("Stopped.", "What was finished is kept.", "The same command goes on from here.")
        failure.__cause__ = error
    except BrokenPipeError:
        # The reader of our output has left (a pager, head): nothing more to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        failure = _disk_full(error) or UnexpectedError(
            f"{type(error).__name__}: {error}",
            "This is a fault of Lifemask, not of your input.",
            "Run the same command with --debug and report what it prints.",
        )
        failure.__cause__ = error
    terminal.fail(failure)
    return failure.exit_code


def parse(arguments: Sequence[str]) -> Common:
    """The verb and its options as a value."""
    import tyro

    verbs = tuple(Annotated[kind, tyro.conf.subcommand(name)] for name, kind in VERBS.items())
    return tyro.cli(
        Union[verbs],  # type: ignore[arg-type]  # noqa: UP007
        prog="lifemask",
        description=DESCRIPTION,
        args=list(arguments),
        config=(tyro.conf.FlagCreatePairsOff, tyro.conf.OmitSubcommandPrefixes),
    )


def _disk_full(error: Exception) -> LifemaskError | None:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        where = f" while writing {error.filename}" if error.filename else ""
        return DiskFullError(
            f"No space left on the disk{where}.",
            "What was whole before is still whole.",
            "Free some space, go on.",
        )
    return None

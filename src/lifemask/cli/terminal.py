"""All that the command line prints: results, progress and errors."""

import json
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lifemask.errors import LifemaskError
from lifemask.progress import Step

LINE_EVERY_S = 10.0


class Terminal:
    """Where a verb talks to. With ``as_json`` stdout holds one JSON object only; progress is on stderr."""

    def __init__(self, *, as_json: bool = False, debug: bool = False) -> None:
        from rich.console import Console

        self.as_json, self.debug = as_json, debug
        self._out = Console(highlight=False, soft_wrap=True)
        self._err = Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, text: str = "") -> None:
        """A line of the result for a person (rich markup)."""
        if not self.as_json:
            self._out.print(text)

    def places(self, **places: object) -> None:
        """Where the results lie: a name and a path on each line."""
        if not self.as_json:
            width = max(len(name) for name in places)
            for name, path in places.items():
                self._out.print(f"{name:<{width}}  {path}", markup=False)

    def text(self, text: str) -> None:
        """Plain text of the result for a person, as it is."""
        if not self.as_json:
            self._out.print(text, markup=False)

    def table(self, columns: list[str], rows: list[list[str]]) -> None:
        """A table of the result for a person."""
        from rich.box import SIMPLE_HEAD
        from rich.table import Table

        if self.as_json:
            return
        table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for place, column in enumerate(columns):
            table.add_column(column, no_wrap=place < 3)
        for row in rows:
            table.add_row(*row)
        self._out.print(table, soft_wrap=False)

    def result(self, value: dict[str, Any]) -> None:
        """What a program reads: printed only with ``--json``."""
        if self.as_json:
            sys.stdout.write(json.dumps(value, indent=2, default=str) + "\n")
            sys.stdout.flush()

    def fail(self, error: LifemaskError, **more: Any) -> None:
        """Say what, why and what to do next; ``more`` goes beside the error into the JSON."""
        from rich.markup import escape

        self._err.print(f"[bold red]error:[/] {escape(error.what)}")
        if error.why:
            self._err.print(escape(error.why))
        if error.fix:
            self._err.print(f"[bold]→[/] {escape(error.fix)}")
        if self.debug:
            self._err.print("".join(traceback.format_exception(error)), style="dim", markup=False)
        described = {"what": error.what, "why": error.why, "fix": error.fix, "exit_code": error.exit_code}
        self.result({"error": described | {"kind": type(error).__name__}} | more)

    def progress(self) -> "BarProgress | LineProgress":
        """Moving bars for a person who watches, a line now and then for a log."""
        return BarProgress(self._err) if self._err.is_terminal else LineProgress(self._err)


class BarProgress:
    """One bar for every open stage; a finished one stays as a line with its time."""

    def __init__(self, console: Any) -> None:
        from rich import progress as bars

        self._bars = bars.Progress(
            bars.TextColumn("{task.description:<16}"),
            bars.BarColumn(bar_width=32),
            bars.TaskProgressColumn(),
            bars.TimeElapsedColumn(),
            bars.TextColumn("left"),
            bars.TimeRemainingColumn(),
            bars.TextColumn("[dim]{task.fields[info]}"),
            console=console,
        )
        self._console = console
        self._open = 0

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Step]:
        """Show a bar while the block runs."""
        if self._open == 0:
            self._bars.start()
        self._open += 1
        began = time.perf_counter()
        task = self._bars.add_task(name, total=total, info="")

        def step(count: int = 1, info: str = "") -> None:
            self._bars.update(task, advance=count)
            if info:
                self._bars.update(task, info=info)

        finished = False
        try:
            yield step
            finished = True
        finally:
            self._bars.remove_task(task)
            self._open -= 1
            mark = "[green]✓[/]" if finished else "[red]✗[/]"
            self._bars.console.print(f"{mark} {name} [dim]{time.perf_counter() - began:.1f} s[/]")
            if self._open == 0:
                self._bars.stop()

    def note(self, text: str) -> None:
        """One line above the bars."""
        from rich.markup import escape

        self._console.print(f"[dim]· {escape(text)}[/]")


class LineProgress:
    """For logs and pipes: a line when a stage begins, every ten seconds, and when it ends."""

    def __init__(self, console: Any) -> None:
        self._console = console

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Step]:
        """Tell of a stage in lines."""
        began = said = time.perf_counter()
        done = 0

        def step(count: int = 1, info: str = "") -> None:
            nonlocal done, said
            done += count
            now = time.perf_counter()
            if now - said >= LINE_EVERY_S:
                said = now
                self.note(_state(name, done, total, now - began, info))

        self.note(f"{name} ...")
        yield step
        self.note(f"{name} done in {time.perf_counter() - began:.1f} s")

    def note(self, text: str) -> None:
        """One plain line."""
        self._console.print(text, markup=False)


def _state(name: str, done: int, total: int | None, elapsed_s: float, info: str) -> str:
    """``training 45 %, 12 s, about 15 s left, loss 0.03``."""
    if not total:
        parts = [f"{name} {done}", f"{elapsed_s:.0f} s"]
    else:
        left_s = elapsed_s * max(0, total - done) / max(done, 1)
        parts = [f"{name} {100 * done / total:.0f} %", f"{elapsed_s:.0f} s", f"about {left_s:.0f} s left"]
    return ", ".join(parts + ([info] if info else []))

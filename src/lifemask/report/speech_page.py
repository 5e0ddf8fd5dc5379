"""The page of ``bench speech``: figures with what they are to reach, all ways to a mouth, curves, video and sheet."""

import io
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lifemask.media.files import atomic_write_bytes, atomic_write_text
from lifemask.report.bench_plot import GRID, INK, OTHER, OURS
from lifemask.report.style import CSS

_STYLE: dict[Any, Any] = {
    "font.size": 9, "text.color": INK, "axes.edgecolor": GRID, "axes.labelcolor": INK, "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "axes.axisbelow": True, "grid.color": GRID, "grid.linewidth": 0.7,
    "xtick.color": INK, "ytick.color": INK, "legend.frameon": False, "legend.labelcolor": INK,
}  # fmt: skip
_PNG_DPI, _ROW_S = 130, 12.6
_PAUSE = "#efece5"


def write_apertures(
    path: Path,
    start_s: float,
    rate_hz: float,
    true: np.ndarray,
    driven: dict[str, np.ndarray],
    pauses: np.ndarray,
    closed: float,
) -> None:
    """Draw the apertures ``[T]`` of true lips and of one or two ``driven`` ones over time as a PNG, in rows of a dozen
    seconds; pauses are shaded, the line is where lips count as ``closed``."""
    times_s = start_s + np.arange(len(true)) / rate_hz
    count = max(1, int(np.ceil(len(true) / rate_hz / _ROW_S)))
    row_s = min(_ROW_S, len(true) / rate_hz)
    colours = (OURS, OTHER)
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(11, 1.8 * count + 1.2), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(count, 1, squeeze=False, sharey=True)[:, 0]
        for row, axis in enumerate(axes):
            axis.set_xlim(start_s + row * row_s, start_s + (row + 1) * row_s)
            axis.fill_between(
                times_s, 0, 1, where=pauses, color=_PAUSE, transform=axis.get_xaxis_transform(), linewidth=0, zorder=0
            )
            axis.axhline(100 * closed, color=INK, linewidth=0.7, linestyle=(0, (4, 3)))
            axis.plot(times_s, 100 * true, color=INK, linewidth=1.5, label="true")
            for colour, (name, series) in zip(colours, driven.items(), strict=False):
                axis.plot(times_s, 100 * series, color=colour, linewidth=1.3, label=name)
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper left", ncols=3, handlelength=1.6)
        figure.supylabel("lips apart, % of eye distance", fontsize=9)
        axes[-1].set_xlabel("seconds of the clip; shaded: pauses; dashed: closed below")
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=_PNG_DPI, facecolor="white")
        atomic_write_bytes(path, stream.getvalue())


def write_speech_page(
    path: Path,
    title: str,
    subtitle: str,
    tables: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]],
    notes: Sequence[str],
    pictures: Sequence[tuple[str, str]],
    video: str | None,
) -> None:
    """Write the page: ``tables`` of title, columns and rows; ``pictures`` of title and file name, and the ``video``'s
    file name, that lie beside it."""
    parts = [
        f'<header><p class="mark">Lifemask bench</p><h1>{escape(title)}</h1><p>{escape(subtitle)}</p></header>',
        *(_table(*table) for table in tables),
        *(f'<p class="note">{escape(note)}</p>' for note in notes),
    ]
    if video is not None:
        parts.append(f'<h2>True beside driven</h2><video controls preload="metadata" src="{escape(video)}"></video>')
    parts += [
        f'<h2>{escape(name)}</h2><p><img src="{escape(file)}" alt="{escape(name)}" style="max-width:100%"></p>'
        for name, file in pictures
    ]
    parts.append("<footer>Made by Lifemask. The renderings on this page are synthetic media.</footer>")
    text = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{CSS}</style>\n</head>\n<body>\n" + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )  # fmt: skip
    atomic_write_text(path, text)


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th{'' if place == 0 else chr(32) + N}>{escape(c)}</th>" for place, c in enumerate(columns))
    body = "".join(
        "<tr>" + "".join(f"<td{'' if p == 0 else chr(32) + N}>{escape(v)}</td>" for p, v in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f'<h2>{escape(title)}</h2><div class="scroll"><table><tr>{head}</tr>{body}</table></div>'


N = 'class="n"'

"""The curves of ``bench avatar``: quality of held-out frames against the time of training, both methods."""

import io
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from lifemask.media.files import atomic_write_bytes

INK, GRID, OURS, OTHER = "#67645e", "#e3e0da", "#2563b8", "#c8501e"
"""The light theme of the report."""
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "bench-avatar",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": GRID,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "legend.labelcolor": INK,
}
_PNG_DPI = 160


def write_curves(svg: Path, png: Path, result: dict[str, Any]) -> None:
    """Draw PSNR and, where it was measured, LPIPS over the seconds of training of ``lengths`` and of the baseline."""
    shown = [("psnr_db", "PSNR, dB: higher is better")]
    if result["lpips"]:
        shown.append(("lpips", "LPIPS: lower is better"))
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(5.4 * len(shown), 4.2), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(1, len(shown), squeeze=False)[0]
        for axis, (metric, label) in zip(axes, shown, strict=True):
            _draw(axis, result, metric)
            axis.set_ylabel(label)
        handles, labels = axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper left", ncols=3, handlelength=1.6, columnspacing=1.4)
        figure.supxlabel(
            f"seconds of training (log); {len(result['held_out']['curve_rows'])} held-out frames as tracked; "
            f"{result['device']}",
            fontsize=9,
        )
        for path in (svg, png):
            stream = io.BytesIO()
            kind = path.suffix[1:]
            metadata = {"Date": None} if kind == "svg" else None
            figure.savefig(stream, format=kind, dpi=_PNG_DPI, facecolor="white", metadata=metadata)
            atomic_write_bytes(path, stream.getvalue())


def _draw(axis: Axes, result: dict[str, Any], metric: str) -> None:
    ends = []
    for index, part in enumerate(result["lengths"]):
        seconds, values = _series(part, metric)
        axis.plot(
            seconds, values, color=OURS, linewidth=1.0, alpha=0.35, label=None if index else "Lifemask, while training"
        )
        ends.append((seconds[-1], values[-1]))
    ends.sort()
    axis.plot(
        *np.array(ends).T,
        color=OURS,
        linewidth=2,
        marker="o",
        markersize=5,
        label="Lifemask, trained to its end",
    )
    seconds, values = _series(result["methods"]["flashavatar"], metric)
    axis.plot(seconds, values, color=OTHER, linewidth=2, marker="o", markersize=3, label="FlashAvatar preset")
    axis.axhline(values[-1], color=OTHER, linewidth=0.8, linestyle=(0, (4, 3)))
    axis.set_xscale("log")
    if metric == "lpips":
        axis.set_yscale("log")
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
        axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axis.yaxis.set_minor_formatter(NullFormatter())
    axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.xaxis.set_minor_formatter(NullFormatter())


def _series(part: dict[str, Any], metric: str) -> tuple[list[float], list[float]]:
    return [point["seconds"] for point in part["curve"]], [point[metric] for point in part["curve"]]

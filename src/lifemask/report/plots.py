"""Plots as inline SVG whose colours follow the page's light or dark theme."""

import io
import re
from collections.abc import Sequence
from typing import Any

import matplotlib
import matplotlib.ticker
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from lifemask.report.data import TrackingSeries, TrainingCurve

# matplotlib writes colours as numbers; these stand for the page's own variables and are replaced in the SVG.
_INK, _GRID, _SHADE = "#010101", "#020202", "#030303"
_SERIES = ("#040404", "#050505", "#060606")
_VARIABLES = {
    _INK: "var(--ink-2)",
    _GRID: "var(--line)",
    _SHADE: "var(--shade)",
    _SERIES[0]: "var(--series-1)",
    _SERIES[1]: "var(--series-2)",
    _SERIES[2]: "var(--series-3)",
}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 10.5,
    "text.color": _INK,
    "axes.edgecolor": _GRID,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": _GRID,
    "grid.linewidth": 0.7,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "ytick.minor.size": 0,
    "legend.frameon": False,
    "legend.labelcolor": _INK,
    "lines.linewidth": 1.3,
    "path.simplify_threshold": 0.3,
}
_WIDTH_IN, _ROW_IN = 11.0, 1.75
_LINES_AT_MOST = 1500
"""Points of one line; more cannot be seen and make the page heavy."""


def tracking_plot(series: TrackingSeries) -> str:
    """Reprojection error, head angles and position, lips and lids over time, under one another."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _rows(5)
        time, seen = series.time_s, series.tracked
        relative = 100 * series.reprojection_px / series.interocular_px
        moved = series.position_mm - np.nanmean(series.position_mm[seen], 0) if seen.any() else series.position_mm
        _lines(axes[0], time, seen, relative[:, None], ["landmark error"], "% of eye distance")
        axes[0].set_ylim(bottom=0)
        _lines(axes[1], time, seen, series.angles_deg, ["yaw", "pitch", "roll"], "head, degrees")
        _lines(axes[2], time, seen, moved, ["right", "down", "away"], "position, mm")
        _lines(axes[3], time, seen, series.lip_aperture_mm[:, None], ["lips"], "lips, mm")
        _lines(axes[4], time, seen, series.eyelid_aperture_mm, ["left", "right"], "eyelids, mm")
        for axis in axes:
            _mark(axis, series)
        axes[-1].set_xlabel("seconds")
        return _svg(figure, "tracking")


def training_plot(curve: TrainingCurve) -> str:
    """The loss, and PSNR on held-out frames, over the seconds of training."""
    shown = [name for name, values in (("loss", curve.loss), ("psnr", curve.test_psnr_db)) if len(values)]
    with matplotlib.rc_context(_STYLE):
        figure, axes = _rows(len(shown))
        for axis, name in zip(axes, shown, strict=True):
            if name == "loss":
                every = np.ones(len(curve.loss), bool)
                _lines(axis, curve.seconds, every, curve.loss[:, None], ["training loss"], "loss")
                axis.set_yscale("log")
                axis.yaxis.set_major_locator(matplotlib.ticker.LogLocator(subs=(1, 2, 5)))
                axis.yaxis.set_major_formatter(matplotlib.ticker.FormatStrFormatter("%g"))
                axis.yaxis.set_minor_formatter(matplotlib.ticker.NullFormatter())
            else:
                axis.plot(curve.test_seconds, curve.test_psnr_db, color=_SERIES[1], marker="o", markersize=3)
                axis.set_ylabel("test PSNR, dB")
        axes[-1].set_xlabel("seconds of training")
        return _svg(figure, "training")


def frame_plot(psnr_db: dict[str, np.ndarray]) -> str:
    """PSNR of every held-out frame under each tracking."""
    with matplotlib.rc_context(_STYLE):
        figure, axes = _rows(1)
        for (name, values), colour in zip(psnr_db.items(), _SERIES, strict=False):
            axes[0].plot(np.arange(len(values)), values, color=colour, label=name)
        axes[0].set_ylabel("PSNR, dB")
        axes[0].set_xlabel("held-out frame")
        axes[0].legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderpad=0, handlelength=1.2)
        return _svg(figure, "frames")


def _rows(count: int) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(_WIDTH_IN, _ROW_IN * count + 0.35), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(count, 1, sharex=True, squeeze=False)[:, 0]
    figure.align_ylabels(list(axes))
    return figure, list(axes)


def _lines(
    axis: Axes, time_s: np.ndarray, seen: np.ndarray, values: np.ndarray, names: Sequence[str], label: str
) -> None:
    """Columns of ``values [T, D]`` over time, with gaps where ``seen [T]`` is false."""
    gaps = np.where(seen[:, None], values, np.nan)
    step = max(1, len(time_s) // _LINES_AT_MOST)
    for column, (name, colour) in enumerate(zip(names, _SERIES, strict=False)):
        axis.plot(time_s[::step], gaps[::step, column], color=colour, label=name)
    axis.set_ylabel(label)
    if len(names) > 1:
        axis.legend(loc="lower left", bbox_to_anchor=(0, 0.96), ncols=3, borderpad=0, handlelength=1.2)


def _mark(axis: Axes, series: TrackingSeries) -> None:
    """Shade the held-out frames and keep the time axis tight."""
    end = float(series.time_s[-1])
    axis.set_xlim(float(series.time_s[0]), end)
    if series.held_out_from_s is not None:
        axis.axvspan(series.held_out_from_s, end, color=_SHADE, linewidth=0)


def _svg(figure: Figure, name: str) -> str:
    """The figure's markup for use inside a page: theme colours, the page's font, ids of its own."""
    stream = io.StringIO()
    with matplotlib.rc_context({"svg.hashsalt": name}):
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    for number, variable in _VARIABLES.items():
        text = text.replace(number, variable)
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", text)
    text = re.sub(r'\sid="([^"]+)"', rf' id="{name}-\1"', text)
    text = re.sub(r'(href="#|url\(#)', rf"\1{name}-", text)
    return re.sub(r'<svg ([^>]*?)width="[^"]*"', r"<svg \1", re.sub(r'height="[\d.]+pt" ', "", text, count=1), count=1)

"""Draw docs/images/shake.svg from what ``lifemask bench shake --json`` printed: how a head turns in each way.

lifemask bench shake --json > shake.json && python scripts/plot_shake.py shake.json
"""

import io
import json
import sys
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lifemask.media.files import atomic_write_bytes

OUT = Path(__file__).parent.parent / "docs" / "images" / "shake.svg"
WINDOW_S = 1.6
"""How much of the talking clip is shown: around its fastest turn."""
SHOWN = {
    "truth": ("truth", "#1b1a18", 2.6, "-"),
    "each_frame": ("each frame by itself", "#c8501e", 1.3, "-"),
    "each_frame_smoothed": ("smoothed afterwards", "#2f8a57", 1.6, "--"),
    "one_solve": ("one solve", "#2563b8", 1.6, "-"),
}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none", "svg.hashsalt": "shake", "font.family": "sans-serif", "font.size": 10,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#e3e0da",
    "grid.linewidth": 0.7, "axes.edgecolor": "#a09d95", "axes.axisbelow": True, "legend.frameon": False,
}  # fmt: skip


def main(path: Path) -> None:
    """Three panels: the yaw of a fast turn, its speed, and the yaw of a head that does not move at all."""
    found = json.loads(path.read_text())["figures"]["shake"]
    talking, still = ({n: np.array(v) for n, v in found[clip]["series"].items()} for clip in ("talking", "still"))
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8.6, 7.2), layout="constrained")
        top, middle, bottom = figure.subplots(3, 1)
        middle.sharex(top)
        top.tick_params(labelbottom=False)
        draw_turn(top, middle, talking)
        draw_still(bottom, still)
        stream = io.BytesIO()
        figure.savefig(stream, format="svg", facecolor="white", metadata={"Date": None, "Creator": None})
    atomic_write_bytes(OUT, stream.getvalue())


def draw_turn(turn: Axes, speed: Axes, series: dict[str, np.ndarray]) -> None:
    """The yaw around the fastest turn, degrees, and its speed."""
    time_s, true = series["time_s"], yaw(series, "truth")
    step_s = np.median(np.diff(time_s))
    centre = time_s[np.abs(np.gradient(true)).argmax()]
    shown = np.abs(time_s - centre) <= WINDOW_S / 2
    for name, (label, colour, width, dash) in SHOWN.items():
        # The heads of two rigs look elsewhere by a constant angle.
        angle = yaw(series, name) - (yaw(series, name) - true).mean()
        turn.plot(time_s[shown], angle[shown], color=colour, lw=width, ls=dash, label=label)
        speed.plot(time_s[shown], np.gradient(angle, step_s)[shown], color=colour, lw=width, ls=dash)
    turn.set_ylabel("turning head: yaw, degrees")
    speed.set_ylabel("its speed, degrees a second")
    speed.set_xlabel("seconds")
    turn.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, borderpad=0)


def draw_still(axis: Axes, series: dict[str, np.ndarray]) -> None:
    """How a head that only blinks is seen to nod, degrees."""
    for name, (_, colour, width, dash) in SHOWN.items():
        angle = series[name][:, 0]
        axis.plot(series["time_s"], angle - angle.mean(), color=colour, lw=width, ls=dash)
    axis.set_ylabel("still head: nod, degrees")
    axis.set_xlabel("seconds")


def yaw(series: dict[str, np.ndarray], name: str) -> np.ndarray:
    """``[T]`` degrees."""
    return series[name][:, 1]


if __name__ == "__main__":
    main(Path(sys.argv[1]))

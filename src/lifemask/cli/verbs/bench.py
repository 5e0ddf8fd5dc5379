"""``lifemask bench``: this machine's speed in a few figures, each with what it was measured on."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from lifemask.cli.commands import Bench
from lifemask.cli.terminal import Terminal
from lifemask.errors import ConfigError

GAUSSIANS, SIZE = 15_000, 256
REPEATS = 20


def run(command: Bench, terminal: Terminal) -> int:
    """Measure and print."""
    names = command.names or tuple(FIGURES)
    unknown = [name for name in names if name not in FIGURES]
    if unknown:
        raise ConfigError(f"There is no figure called {unknown[0]!r}", f"Known: {', '.join(FIGURES)}.")
    found: dict[str, Any] = {}
    for name in names:
        value = found[name] = FIGURES[name](command)
        terminal.say(f"[bold]{name:<12}[/] {value['text']}")
    terminal.result({"figures": found})
    return 0


def _startup(command: Bench) -> dict[str, Any]:
    """``lifemask --help`` in a process of its own."""
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "lifemask", "--help"], capture_output=True, check=True)
        seconds.append(time.perf_counter() - began)
    median = statistics.median(seconds)
    return {"seconds": median, "text": f"lifemask --help {median:.2f} s (median of {len(seconds)})"}


def _rasteriser(command: Bench) -> dict[str, Any]:
    """Forward and backward of a random head of Gaussians over a background."""
    import torch

    from lifemask.pipeline.job import pick_device
    from lifemask.splats.bench import bench_splats

    torch.set_num_threads(1)  # as in training
    found = bench_splats(GAUSSIANS, SIZE, device=pick_device(command.device), seed=command.seed)
    text = (
        f"{found['both_ms_min']:.1f} ms forward + backward at best, {found['both_ms_median']:.1f} ms in the "
        f"median; {GAUSSIANS} Gaussians, {SIZE} x {SIZE}, {found['device']}"
    )
    return found | {"text": text}


def _landmarks(command: Bench) -> dict[str, Any]:
    """The landmark networks on one frame of the built-in subject, once the face is found."""
    from lifemask.perception.landmarks import FaceLandmarker
    from lifemask.synthetic.motion import talking
    from lifemask.synthetic.render import render_frame

    image, _ = render_frame(talking(1.0), 0, 512)
    landmarker = FaceLandmarker()
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        landmarker.track(image)
        seconds.append(time.perf_counter() - began)
    median = statistics.median(seconds)
    return {"seconds": median, "text": f"{1000 * median:.1f} ms a frame, 478 landmarks and 52 scores"}


def _tracking(command: Bench) -> dict[str, Any]:
    """Landmarks, mattes and solve on the built-in subject, and the errors against its truth."""
    from lifemask.pipeline.measure import measure_tracking

    found = measure_tracking(seconds=4.0, size=512, seed=command.seed)
    moving, resting = found["talking"], found["still"]
    cost = moving["ms_a_frame"]
    text = (
        f"talking: rotation {moving['rotation_deg']:.2f} deg, across the line of sight "
        f"{100 * moving['translation_share']:.2f} % of the depth, landmarks "
        f"{100 * moving['reprojection_share']:.2f} % of the inter-ocular distance; still: jitter "
        f"{resting['jitter_deg']:.3f} deg, {resting['jitter_mm']:.3f} mm; capture {cost['capture']:.0f}, mattes "
        f"{cost['mattes']:.0f}, solve {cost['tracking']:.0f} ms a frame"
    )
    return found | {"text": text}


FIGURES: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "startup": _startup,
    "rasteriser": _rasteriser,
    "landmarks": _landmarks,
    "tracking": _tracking,
}

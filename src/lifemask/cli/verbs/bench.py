"""``lifemask bench``: this machine's speed in a few figures, each with what it was measured on."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from lifemask.cli.commands import Bench
from lifemask.cli.terminal import Terminal
from lifemask.cli.verbs.bench_frame import frame
from lifemask.cli.verbs.bench_live import page_figure, serve_figure
from lifemask.cli.verbs.bench_reenact import reenact_figure
from lifemask.cli.verbs.bench_speech import speech_figure
from lifemask.errors import ConfigError
from lifemask.progress import Progress

GAUSSIANS, SIZE = 15_000, 256
REPEATS = 20


def run(command: Bench, terminal: Terminal) -> int:
    """Measure and print."""
    command = _with_files(command)
    names = command.names or tuple(name for name in FIGURES if _has_its_files(name, command))
    unknown = [name for name in names if name not in FIGURES]
    if unknown:
        raise ConfigError(f"There is no figure called {unknown[0]!r}", f"Known: {', '.join(FIGURES)}.")
    found: dict[str, Any] = {}
    progress = terminal.progress()
    for name in names:
        value = found[name] = FIGURES[name](command, progress)
        terminal.say(f"[bold]{name:<12}[/] {value['text']}")
        if (table := value.pop("table", None)) is not None:
            terminal.table(*table)
        for table in value.pop("tables", ()):
            terminal.table(*table)
        for note in value.pop("notes", ()):
            terminal.text(note)
        if (places := value.pop("places", None)) is not None:
            terminal.places(**places)
    terminal.result({"figures": found})
    return 0


_ARGUMENTS = (("avatar", "video"), ("frame", "run"), ("speech", "run"), ("page", "run"), ("serve", "run"))
_NAMED_ONLY = ("reenact", *(figure for figure, _ in _ARGUMENTS))


def _with_files(command: Bench) -> Bench:
    """``avatar CLIP``, ``frame RUN`` and the like: what follows such a name and is no figure is its clip or run,
    as ``--video`` and ``--run`` say it otherwise."""
    for figure, option in _ARGUMENTS:
        if figure not in command.names:
            continue
        place = command.names.index(figure) + 1
        if place == len(command.names) or command.names[place] in FIGURES:
            continue
        named, given, kind = command.names[place], getattr(command, option), {"video": "clip"}.get(option, option)
        if given is not None:
            raise ConfigError(
                f"Two {kind}s were given: {named} and --{option} {given}",
                fix=f"Name one: lifemask bench {figure} {kind.upper()}",
            )
        names = command.names[:place] + command.names[place + 1 :]
        command = replace(command, names=names, **{option: Path(named)})
    return command


def _has_its_files(name: str, command: Bench) -> bool:
    """Whether a figure is measured without being named."""
    return name not in _NAMED_ONLY and (name != "spectrum" or command.run is not None)


def _startup(command: Bench, progress: Progress) -> dict[str, Any]:
    """``lifemask --help`` in a process of its own."""
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "lifemask", "--help"], capture_output=True, check=True)
        seconds.append(time.perf_counter() - began)
    median = statistics.median(seconds)
    return {"seconds": median, "text": f"lifemask --help {median:.2f} s (median of {len(seconds)})"}


def _rasteriser(command: Bench, progress: Progress) -> dict[str, Any]:
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


def _training(command: Bench, progress: Progress) -> dict[str, Any]:
    """Steps of training a second on the built-in subject, and what they are spent on."""
    from lifemask.pipeline.measure_speed import measure_training, subject

    with subject(command.device, command.seed, progress) as made:
        found = measure_training(made.trainer)
    shares = ", ".join(f"{name} {100 * share:.0f} %" for name, share in found["shares"].items())
    text = (
        f"{found['steps_a_second']:.1f} steps a second in the median, {found['steps_a_second_best']:.1f} at best; "
        f"{found['gaussians']} Gaussians, {found['size_px']} x {found['size_px']}, batches of {found['batch']}, "
        f"{found['device']}; {shares}"
    )
    return found | {"text": text}


def _rendering(command: Bench, progress: Progress) -> dict[str, Any]:
    """Frames a second from a rig code to a picture, at two sizes and in batches of two sizes."""
    from lifemask.pipeline.measure_speed import measure_rendering, subject

    with subject(command.device, command.seed, progress) as made:
        found = measure_rendering(made.avatar, made.trainer)
    rates = ", ".join(
        f"{size} px in batches of {batch} {rate['frames_a_second']:.0f} (at best {rate['frames_a_second_best']:.0f})"
        for (size, batch), rate in ((name.split("x"), rate) for name, rate in found["rates"].items())
    )
    return found | {"text": f"frames a second: {rates}; {found['gaussians']} Gaussians, {found['device']}"}


def _landmarks(command: Bench, progress: Progress) -> dict[str, Any]:
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


def _tracking(command: Bench, progress: Progress) -> dict[str, Any]:
    """Landmarks, mattes and solve on the built-in subject, and the errors against its truth."""
    from lifemask.pipeline.measure import measure_tracking

    found = measure_tracking(seconds=6.0, size=512, seed=command.seed, progress=progress)
    moving, resting = found["talking"], found["still"]
    cost = moving["ms_a_frame"]
    text = (
        f"talking: rotation {moving['rotation_deg']:.2f} deg, across the line of sight "
        f"{100 * moving['translation_share']:.2f} % of the depth, landmarks "
        f"{100 * moving['reprojection_share']:.2f} % of the inter-ocular distance, lips "
        f"{moving['lip_error_mm']:.1f} mm (95 %: {moving['lip_error_95_mm']:.1f}; open by "
        f"{moving['lip_open_when_closed_mm']:.1f} when closed), blinks {100 * moving['blink_closure']:.0f} % closed "
        f"(least {100 * moving['blink_closure_least']:.0f}), gaze {moving['gaze_deg']:.1f} deg, correlation of "
        f"expressions {moving['expression_correlation_mean']:.2f}; still: jitter {resting['jitter_deg']:.3f} deg, "
        f"{resting['jitter_mm']:.3f} mm; capture {cost['capture']:.0f}, mattes {cost['mattes']:.0f}, solve "
        f"{cost['tracking']:.0f} ms a frame"
    )
    return found | {"text": text}


def _shake(command: Bench, progress: Progress) -> dict[str, Any]:
    """The built-in subject, or a clip, tracked frame by frame, smoothed afterwards, and in one solve."""
    from lifemask.pipeline.measure_shake import WAYS, measure_shake

    found = measure_shake(seconds=6.0, size=512, seed=command.seed, video=command.video, progress=progress)
    rows = [
        [title, *(f"{factor * found[clip]['ways'][way][key]:.{digits}f}" for way in WAYS)]
        for title, clip, key, factor, digits in _measures(found)
    ]
    length = ", ".join(f"{name} {clip['frames']} frames" for name, clip in found.items())
    text = f"each frame by itself, with its own focal length or one for all; smoothed afterwards; one solve; {length}"
    return found | {"text": text, "table": (["", *WAYS.values()], rows)}


def _measures(found: dict[str, Any]) -> list[tuple[str, str, str, float, int]]:
    """Title, clip, key, factor and digits of each row of the table of ``shake``; at most 80 columns in all."""
    if "video" in found:
        return [
            ("moves unevenly, deg", "video", "shake_rotation_deg", 1, 3),
            ("moves unevenly, mm", "video", "shake_place_mm", 1, 2),
            ("in the image, px", "video", "shake_px", 1, 2),
            ("landmarks off seen, %", "video", "landmarks_detected_share", 100, 2),
            ("focal length varies, %", "video", "focal_spread", 100, 1),
        ]
    return [
        ("still: jitter, deg", "still", "jitter_deg", 1, 3),
        ("still: jitter, mm", "still", "jitter_mm", 1, 2),
        ("still: in the image, px", "still", "shake_px", 1, 2),
        ("talking: jitter, deg", "talking", "jitter_deg", 1, 3),
        ("jitter, mm", "talking", "jitter_mm", 1, 2),
        ("in the image, px", "talking", "shake_px", 1, 2),
        ("rotation error, deg", "talking", "rotation_deg", 1, 2),
        ("landmarks off true, %", "talking", "landmarks_true_share", 100, 2),
        ("landmarks off seen, %", "talking", "landmarks_detected_share", 100, 2),
        ("motion kept, %", "talking", "motion_kept", 100, 0),
        ("focal length varies, %", "talking", "focal_spread", 100, 1),
    ]


def _spectrum(command: Bench, progress: Progress) -> dict[str, Any]:
    """What shimmers in the renders of a finished run, against the clip itself."""
    from lifemask.pipeline.measure_spectrum import measure_spectrum

    if command.run is None:
        raise ConfigError(
            "bench spectrum needs a finished run",
            "It compares the renders of an avatar with its clip.",
            "Name the folder: lifemask bench spectrum --run FOLDER",
        )
    found = measure_spectrum(command.run, device=command.device)
    told = (
        f"{name} {_level(found[name]['render'])} (clip {_level(found[name]['real'])})"
        for name in ("background", "torso")
    )
    text = f"grey levels of 255 faster than {found['cutoff_hz']:g} Hz: {', '.join(told)}; {found['frames']} frames"
    return found | {"text": text}


def _avatar(command: Bench, progress: Progress) -> dict[str, Any]:
    """Our avatar and the FlashAvatar preset, trained on the same clip and compared on its held-out frames."""
    from lifemask.pipeline.config import CreateConfig
    from lifemask.pipeline.measure_avatar import CURVES, RESULT, SHEET, TABLE, AvatarBench, measure_avatar
    from lifemask.report.bench_table import NAMES, notes

    if command.video is None or command.out is None:
        raise ConfigError(
            "bench avatar needs a clip and a folder" if command.video is None else "bench avatar needs a folder",
            "It trains avatars of the clip and keeps what it measures.",
            f"lifemask bench avatar {command.video or 'CLIP'} -o FOLDER",
        )
    bench = AvatarBench(
        create=CreateConfig(
            frames=command.frames,
            test=command.test,
            resolution=command.resolution,
            device=command.device,
            seed=command.seed,
        ),
        baseline_iterations=command.baseline_iterations,
        baseline_seconds=command.baseline_seconds,
        lengths=command.lengths,
    )
    found = measure_avatar(command.video, command.out, bench, progress, force=command.force)
    frames, width = found["clip"]["frames"], found["size_wh"][0]
    text = f"{frames} frames at {width} px, {len(found['held_out']['rows'])} held out; {found['device']}"
    files = {"table": TABLE, "curves": CURVES[1], "sheet": SHEET, "all": RESULT}
    return found | {
        "text": text,
        "table": (["", *NAMES], found["table"]),
        "notes": notes(found),
        "places": {name: command.out / file for name, file in files.items()},
    }


def _level(value: float | None) -> str:
    return "not seen" if value is None else f"{value:.2f}"


FIGURES: dict[str, Callable[[Bench, Progress], dict[str, Any]]] = {
    "startup": _startup,
    "rasteriser": _rasteriser,
    "training": _training,
    "rendering": _rendering,
    "landmarks": _landmarks,
    "tracking": _tracking,
    "shake": _shake,
    "spectrum": _spectrum,
    "frame": frame,
    "reenact": reenact_figure,
    "speech": speech_figure,
    "page": page_figure,
    "serve": serve_figure,
    "avatar": _avatar,
}

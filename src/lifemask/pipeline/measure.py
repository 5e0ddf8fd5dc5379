"""Measurements against the synthetic subject's exact truth: film it, track it, compare."""

import time
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from lifemask.pipeline.config import CreateConfig
from lifemask.pipeline.create import create
from lifemask.pipeline.measure_face import blink_error, expression_error, gaze_error, lip_error
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.synthetic.clip import render_clip
from lifemask.synthetic.motion import still, talking
from lifemask.synthetic.truth import load_truth, truth_path
from lifemask.tracking.compare import pose_error
from lifemask.tracking.observations import interocular_px
from lifemask.tracking.record import Tracking


def measure_tracking(*, seconds: float, size: int, seed: int, progress: Progress = NULL_PROGRESS) -> dict[str, Any]:
    """Errors of the tracker on two clips of the built-in subject: talking and moving, and truly still."""
    torch.set_num_threads(1)
    with TemporaryDirectory() as folder:
        moving = _film_and_track(Path(folder) / "talking.mp4", talking(seconds, 25.0, seed), size, progress)
        resting = _film_and_track(Path(folder) / "still.mp4", still(min(seconds, 3.0), 25.0), size, progress)
    return {"talking": moving, "still": resting}


def _film_and_track(clip: Path, motion: Any, size: int, progress: Progress) -> dict[str, Any]:
    render_clip(clip, size=size, motion=motion, progress=progress)
    began = time.perf_counter()
    run = clip.with_suffix("")
    result = create(clip, run, CreateConfig(frames="0:", device="cpu"), progress, until="tracking")
    tracked = Tracking.load(run / "tracking.safetensors")
    seconds = {name: result.costs[name]["seconds"] for name in ("capture", "mattes", "tracking")}
    frames = len(tracked)
    return tracking_error(tracked, clip) | {
        "frames": frames,
        "seconds": time.perf_counter() - began,
        "ms_a_frame": {name: 1e3 * value / frames for name, value in seconds.items()},
    }


def tracking_error(tracked: Tracking, clip: Path) -> dict[str, Any]:
    """Errors of a tracking of a synthetic ``clip`` against the truth that lies beside it: poses (see ``PoseError``),
    landmarks, lips, blinks, gaze, expressions (see ``measure_face``)."""
    truth = load_truth(truth_path(clip))
    rows = tracked.frame_index
    error = pose_error(
        tracked.camera_from_head.astype(float),
        tracked.camera.focal_px[0],
        np.asarray(truth.camera_from_head, dtype=float)[rows],
        truth.camera,
    )
    lids = np.asarray(truth.eyelid_aperture_m)[rows]
    seen = tracked.landmarks_px[tracked.tracked.astype(bool)]
    return (
        asdict(error)
        | {"reprojection_share": float(np.nanmean(tracked.reprojection_px) / interocular_px(seen))}
        | lip_error(tracked.lip_aperture_m, np.asarray(truth.lip_aperture_m)[rows])
        | blink_error(tracked.eyelid_aperture_m, lids)
        | gaze_error(tracked.eyes, np.asarray(truth.eyes)[rows], lids)
        | expression_error(tracked.expression, np.asarray(truth.expression)[rows], tracked.expression_names)
    )

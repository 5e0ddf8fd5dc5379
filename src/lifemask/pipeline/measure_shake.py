"""Why a tracked head shakes, measured: a camera for every frame, the same smoothed afterwards, and one solve."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from lifemask.geometry.rotation import axis_angle_from_rotation
from lifemask.media.video import probe
from lifemask.perception.load_rig import load_rig
from lifemask.pipeline.config import CreateConfig
from lifemask.pipeline.create import create
from lifemask.pipeline.run import RunFolder
from lifemask.pipeline.stages.capture import used_observations
from lifemask.pipeline.stages.mattes import SKIN
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.synthetic.clip import render_clip
from lifemask.synthetic.motion import SubjectMotion, still, talking
from lifemask.synthetic.truth import SubjectTruth, load_truth, truth_path
from lifemask.tracking.compare import motion_kept, pose_error, shake
from lifemask.tracking.config import TrackingConfig
from lifemask.tracking.head import track_head
from lifemask.tracking.landmark_model import FRONTAL
from lifemask.tracking.observations import Observations, interocular_px
from lifemask.tracking.per_frame import CameraTrack, smoothed, track_each_frame
from lifemask.tracking.skin_store import SkinStore

SIGMA_FRAMES = 3.0
"""Width of the Gaussian with which finished tracks are usually calmed."""
FPS = 25.0
MOVING_DEG = 1.0
"""Turning of a truth from which on it makes sense to ask how much of it is found."""
WAYS = {
    "own_focal": "own focal",
    "own_focal_smoothed": "smoothed",
    "each_frame": "one focal",
    "each_frame_smoothed": "smoothed",
    "one_solve": "one solve",
}
"""The ways in which a clip is tracked, and the heads of their columns: each frame by itself with its own focal length,
the same smoothed; each frame by itself with the clip's focal length, the same smoothed; everything in one solve."""


@dataclass(frozen=True)
class TrackedWays:
    """One clip, tracked in all ways: what was ``seen``, the landmarks ``used [L]``, and a track under each key of
    ``WAYS``; all of them show the same person."""

    seen: Observations
    used: np.ndarray
    tracks: dict[str, CameraTrack]


def measure_shake(
    *, seconds: float, size: int, seed: int, video: Path | None = None, progress: Progress = NULL_PROGRESS
) -> dict[str, Any]:
    """Track the built-in subject, talking for ``seconds`` and still for 2, in every way of ``WAYS``; or the first
    ``seconds`` of ``video``, which has no truth.

    Returns for each clip, "talking" and "still" or "video": ``ways`` with the errors of each, and ``series``, the
    head's turn (axis-angle from a frontal head, degrees, ``[T, 3]``) of each and of the truth.
    """
    torch.set_num_threads(1)
    with TemporaryDirectory() as folder:
        if video is not None:
            frames = f"0:{max(3, round(seconds * probe(video).fps))}"
            return {"video": compare_ways(track_ways(video, Path(folder) / "video", frames, progress))}
        clips: dict[str, SubjectMotion] = {"talking": talking(seconds, FPS, seed), "still": still(2.0, FPS, seed)}
        found = {}
        for name, motion in clips.items():
            clip = Path(folder) / f"{name}.mp4"
            render_clip(clip, size=size, motion=motion, progress=progress)
            ways = track_ways(clip, clip.with_suffix(""), "0:", progress)
            found[name] = compare_ways(ways, load_truth(truth_path(clip)))
    return found


def track_ways(video: Path, run: Path, frames: str, progress: Progress = NULL_PROGRESS) -> TrackedWays:
    """Track ``frames`` ("first:end") of ``video`` in every way; what is seen is prepared in the run folder ``run``."""
    create(video, run, CreateConfig(frames=frames, device="cpu"), progress, until="mattes")
    with RunFolder.reopen(run) as made:
        seen, rig, skin = used_observations(made), load_rig(None), SkinStore.open(made.file(SKIN))
    solution = track_head(seen, rig, TrackingConfig(), skin, threads=os.cpu_count() or 1, progress=progress)
    with progress.stage("frame by frame", total=2) as step:
        own = track_each_frame(solution, seen, rig, own_focal=True)
        step(1)
        one = track_each_frame(solution, seen, rig, own_focal=False)
        step(1)
    tracks = (own, smoothed(own, SIGMA_FRAMES), one, smoothed(one, SIGMA_FRAMES), CameraTrack.of(solution))
    return TrackedWays(seen, solution.used, dict(zip(WAYS, tracks, strict=True)))


def compare_ways(ways: TrackedWays, truth: SubjectTruth | None = None) -> dict[str, Any]:
    """The errors of every way, and the series to plot; see ``measure_shake``."""
    turns = {name: _turn_deg(track.camera_from_head) for name, track in ways.tracks.items()}
    if truth is not None:
        turns["truth"] = _turn_deg(truth.camera_from_head[ways.seen.frame_index])
    return {
        "frames": len(ways.seen),
        "ways": {name: _errors(track, ways, truth) for name, track in ways.tracks.items()},
        "series": {"time_s": ways.seen.timestamp_s.tolist()} | {n: t.round(4).tolist() for n, t in turns.items()},
    }


def _errors(track: CameraTrack, ways: TrackedWays, truth: SubjectTruth | None) -> dict[str, float | None]:
    """One way's errors; lengths in the image as shares of the distance between the eyes, or pixels."""
    seen, found = ways.seen, track.landmarks_px()
    poses, eye_px = track.camera_from_head, seen.interocular_px
    off = np.linalg.norm(found - seen.landmarks_px[:, ways.used], axis=-1)[seen.detected]
    errors: dict[str, float | None] = {
        "focal_px": float(track.focal_px.mean()),
        "focal_spread": float(track.focal_px.std() / track.focal_px.mean()),
        "landmarks_detected_share": float(off.mean() / eye_px),
        "shake_px": _shake_px(found),
    }
    errors |= {f"shake_{name}": value for name, value in asdict(shake(poses)).items()}
    if truth is None:
        return errors
    rows = seen.frame_index
    true, true_poses = truth.landmarks_px[rows][:, ways.used], np.asarray(truth.camera_from_head, float)[rows]
    errors |= asdict(pose_error(poses, track.focal_px, true_poses, truth.camera))
    errors |= {
        "landmarks_true_share": float(
            np.linalg.norm(found - true, axis=-1).mean() / interocular_px(truth.landmarks_px)
        ),
        "shake_px": _shake_px(found - true),
        "motion_kept": None,
    }
    if _turn_deg(true_poses).std(0).max() >= MOVING_DEG:
        errors["motion_kept"] = motion_kept(poses, true_poses)
    return errors


def _shake_px(landmarks_px: np.ndarray) -> float:
    """Root mean square of the second difference of ``[T, L, 2]``, both axes together, pixels."""
    return float(np.sqrt((np.diff(landmarks_px, 2, axis=0) ** 2).sum(-1).mean()))


def _turn_deg(camera_from_head: np.ndarray) -> np.ndarray:
    """``[T, 3]`` from a head that faces the camera."""
    rotation = torch.as_tensor(np.asarray(camera_from_head, float)[:, :3, :3]) @ FRONTAL.double()
    return np.degrees(axis_angle_from_rotation(rotation).numpy())

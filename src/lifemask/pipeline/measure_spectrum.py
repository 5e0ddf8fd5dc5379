"""How calm a render is where the clip is calm: energy over time above a frequency, of the background and the torso."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from lifemask.avatar.avatar import Avatar
from lifemask.avatar.motion import Motion
from lifemask.avatar.store import FrameStore
from lifemask.errors import UnusableClipError
from lifemask.perception.regions import BACKGROUND_ALPHA, evaluation_regions
from lifemask.pipeline.config import Device
from lifemask.pipeline.job import pick_device
from lifemask.pipeline.stages.mattes import FRAMES
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.pipeline.stages.training import REFINED
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.skinning import pose_vertices
from lifemask.tracking.record import Tracking

CUTOFF_HZ = 5.0
"""Breathing, nods and gestures lie below; what shimmers lies above."""
LEAST_FRAMES, MOST_FRAMES = 50, 200
_AT_ONCE = 8


def measure_spectrum(
    run: Path, *, frames: int = MOST_FRAMES, device: Device = "auto", progress: Progress = NULL_PROGRESS
) -> dict[str, Any]:
    """Render the first ``frames`` (or all, if fewer) of a finished ``run`` at its own motion and compare with the clip.

    Regions, as in the evaluation: ``background``, the pixels where the person never is, and ``torso``, those where the
    torso always is. For each: its ``pixels``, and ``render`` and ``real``, the RMS over pixels and colours of what
    changes faster than ``CUTOFF_HZ``, in grey levels of 255. Raises ``UnusableClipError`` below 50 frames, and the
    errors of ``Avatar.load``, ``Tracking.load``, ``FrameStore.open``.
    """
    where = pick_device(device)
    avatar, store = Avatar.load(run, where), FrameStore.open(run / FRAMES)
    tracking = Tracking.load(run / REFINED if (run / REFINED).exists() else run / TRACKING)
    rows = np.arange(min(frames, store.count))
    if len(rows) < LEAST_FRAMES:
        raise UnusableClipError(
            f"{run} has {store.count} frames.",
            f"A spectrum over time needs at least {LEAST_FRAMES}.",
            "Measure a longer run.",
        )
    rendered, regions = _render(avatar, avatar.motion(tracking), store, rows, progress)
    fps = float(1 / np.median(np.diff(tracking.timestamp_s[rows])))
    real = store.images(rows)
    found: dict[str, Any] = {"frames": len(rows), "fps": fps, "cutoff_hz": CUTOFF_HZ}
    for name, mask in regions.items():
        found[name] = {
            "pixels": int(mask.sum()),
            "render": fast_energy(rendered[:, mask], fps),
            "real": fast_energy(real[:, mask], fps),
        }
    return found


def fast_energy(values: np.ndarray, fps: float, cutoff_hz: float = CUTOFF_HZ) -> float | None:
    """RMS over all series ``values [T, ...]`` of their part above ``cutoff_hz``; None without any series.

    By the periodogram with a Hann window, scaled so that white noise keeps its variance (Welch 1967); the window keeps
    slow motion from leaking up.
    """
    if values.size == 0:
        return None
    series = values.reshape(len(values), -1).astype(np.float32)
    window = np.hanning(len(series) + 2)[1:-1].astype(np.float32)[:, None]
    spectrum = np.abs(np.fft.rfft((series - series.mean(0)) * window, axis=0)) ** 2
    frequency = np.fft.rfftfreq(len(series), 1 / fps)
    both_sides = np.where((frequency > 0) & (frequency < fps / 2), 2.0, 1.0)  # 0 and Nyquist have no mirror image
    fast = (both_sides[:, None] * spectrum)[frequency > cutoff_hz].sum(0) / (len(series) * (window**2).sum())
    return float(np.sqrt(fast.mean()))


@torch.no_grad()
def _render(
    avatar: Avatar, motion: Motion, store: FrameStore, rows: np.ndarray, progress: Progress
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Pictures uint8 ``[T, H, W, 3]`` of the avatar, and the masks ``[H, W]`` of what is there in every frame."""
    camera, rig = avatar.camera.cropped(avatar.view), avatar.rig.to(device="cpu")
    pictures = np.empty((len(rows), *store.shape, 3), np.uint8)
    empty, torso = np.ones(store.shape, bool), np.ones(store.shape, bool)
    with progress.stage("rendering", total=len(rows)) as step:
        for start in range(0, len(rows), _AT_ONCE):
            part = rows[start : start + _AT_ONCE]
            moved = motion.rows(torch.as_tensor(part, device=avatar.device))
            pictures[start : start + len(part)] = (avatar.render(moved) * 255).round().byte().cpu().numpy()
            mattes = store.mattes(part)
            empty &= (mattes <= BACKGROUND_ALPHA).all(0)
            # The chin moves little in eight frames, and the regions cost more than the picture.
            vertices = pose_vertices(avatar.rig, avatar.neutral, moved.code[:1])[0].cpu().numpy()
            torso &= evaluation_regions(vertices, camera, rig, mattes.min(0))["torso"]
            step(len(part))
    return pictures, {"background": empty, "torso": torso}

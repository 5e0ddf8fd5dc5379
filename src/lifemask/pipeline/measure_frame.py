"""How good the whole frame is: a finished avatar over its own plate and over new backgrounds, at the size in which its
frames come out, against the held-out frames of its clip."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lifemask.assets import verify
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.layer import Layer
from lifemask.avatar.motion import Motion
from lifemask.avatar.store import FrameStore
from lifemask.compose.blend import over
from lifemask.errors import OutputExistsError
from lifemask.geometry.camera import View
from lifemask.geometry.image_warp import resample_view
from lifemask.metrics.lpips import ASSET as LPIPS
from lifemask.metrics.lpips import Lpips
from lifemask.metrics.temporal import ChangeMeter
from lifemask.perception.regions import evaluation_regions
from lifemask.pipeline.config import Device
from lifemask.pipeline.files import plain, write_json
from lifemask.pipeline.job import pick_device
from lifemask.pipeline.measure_frame_clip import HeldOut, RealFrame
from lifemask.pipeline.measure_frame_light import FrameLight
from lifemask.pipeline.measure_frame_meters import EmptyMeter, QualityMeter, VeilMeter, just_outside, wall_in_sight
from lifemask.pipeline.measure_frame_sheet import PAGES, Gallery
from lifemask.pipeline.measure_frame_truth import TruthMeter, new_backgrounds
from lifemask.pipeline.stages.mattes import FRAMES
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.pipeline.stages.training import REFINED
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.skinning import pose_vertices
from lifemask.synthetic.render import render_wall
from lifemask.tracking.record import Tracking

RESULT = "frame.json"
MOTIONS = {"as_tracked": TRACKING, "refined": REFINED}
"""The ways of moving the avatar and their files; regions and pictures are those of the last."""
CHANGING = ("face", "neck", "hair_edge", "torso", "background")
"""Regions whose change from frame to frame is measured."""
AROUND = "around"
"""The band just outside of the person, scored beside the evaluation's regions: there ghosts are, and guessed plate."""


def measure_frame(
    run: Path,
    out: Path | None = None,
    *,
    force: bool = False,
    device: Device = "auto",
    progress: Progress = NULL_PROGRESS,
) -> dict[str, Any]:
    """Render every held-out frame of the finished ``run`` "as_tracked" and "refined" and compare it with the clip.

    Returns what docs/bench_frame.md explains, ready for JSON; with ``out`` also writes it there, with pictures to look
    at. Regions are those of the run's mattes and of the rig in the refined pose, the same for both. Memory does not
    grow with the clip. Raises the errors of ``Avatar.load`` and ``HeldOut.open``, and OutputExistsError when ``out``
    holds something, unless ``force``.
    """
    if out is not None:
        _claim(out, force)
    avatar = Avatar.load(run, pick_device(device))
    clip = HeldOut.open(run, avatar.frame_wh)
    bench = _Bench(avatar, clip, progress)
    gallery = None if out is None else Gallery(out, len(clip.rows), bench.backgrounds)
    with progress.stage("whole frames", total=len(clip.rows)) as step:
        for frame in clip.frames():
            render = bench.add(frame)
            if gallery is not None:
                gallery.add(frame, *render)
            step(1)
    found = bench.result()
    if gallery is not None and out is not None:
        found["files"] = [path.name for path in gallery.close()]
        write_json(out / RESULT, found)
    return found


def whole(layer: Layer) -> tuple[np.ndarray, np.ndarray]:
    """The first of a layer's frames, whole: premultiplied colour ``[H, W, 3]`` and alpha ``[H, W]``, float32."""
    width, height = layer.size_wh
    colour, alpha = np.zeros((height, width, 3), np.float32), np.zeros((height, width), np.float32)
    rows = slice(layer.top, layer.top + layer.alpha.shape[1])
    columns = slice(layer.left, layer.left + layer.alpha.shape[2])
    colour[rows, columns], alpha[rows, columns] = layer.colour[0].cpu().numpy(), layer.alpha[0].cpu().numpy()
    return colour, alpha


@dataclass(frozen=True)
class _Meters:
    """What is measured of one motion."""

    motion: Motion
    quality: QualityMeter
    change: ChangeMeter
    empty: EmptyMeter
    veil: VeilMeter
    truth: TruthMeter | None

    def result(self) -> dict[str, Any]:
        change = {name: asdict(found) for name, found in self.change.result().items()}
        return self.quality.result() | {
            "change": {name: change.get(name) for name in CHANGING},
            "empty": self.empty.result(),
            "veil": self.veil.result(),
            "truth": None if self.truth is None else self.truth.result(),
        }


class _Bench:
    """Renders the held-out frames, one after another, and measures them."""

    def __init__(self, avatar: Avatar, clip: HeldOut, progress: Progress) -> None:
        self.avatar, self.clip = avatar, clip
        self.rig = avatar.rig.to(device="cpu")
        self.camera = avatar.camera.cropped(View.whole(avatar.camera.size_wh, avatar.frame_wh))
        self.light = FrameLight.of(FrameStore.open(clip.run / FRAMES), avatar.plate, clip.size_wh)
        self.empty = clip.empty(progress)
        self.backgrounds = new_backgrounds(avatar.frame_wh)
        wall = resample_view(render_wall(clip.size_wh), clip.view) if clip.has_truth else None
        perceptual = Lpips(avatar.device) if verify(LPIPS) else None
        self.meters = {
            name: _Meters(
                avatar.motion(Tracking.load(clip.run / file)),
                QualityMeter(perceptual),
                ChangeMeter(),
                EmptyMeter(avatar.plate, self.empty),
                VeilMeter(),
                None if wall is None else TruthMeter(self.backgrounds, wall),
            )
            for name, file in MOTIONS.items()
        }
        self.seen = clip.plate_seen()
        self.guessed: list[float] = []
        self.numbers: list[int] = []

    def add(self, frame: RealFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Measure a frame; gives what there is to see of it, refined: the render over the plate as bright as the frame
        uint8 ``[H, W, 3]``, the person's premultiplied colour and alpha, and the landmarks ``[478, 2]`` in pixels."""
        vertices = self._posed(frame.row)
        regions = evaluation_regions(vertices, self.camera, self.rig, frame.matte)
        regions = {name: mask & frame.shown for name, mask in regions.items()}
        behind = self.light.behind(frame.row)
        wall = self.light.exposed(behind, frame.row)
        sight = wall_in_sight(frame.image, wall, self.empty & frame.shown)
        outside = just_outside(frame.matte) & frame.shown
        self.guessed.append(float(1 - self.seen[outside].mean()) if outside.any() else np.nan)
        follows = bool(self.numbers) and self.clip.follows(self.numbers[-1], frame.frame_index)
        self.numbers.append(frame.frame_index)
        picture, colour, alpha = frame.image, np.zeros(0), np.zeros(0)
        for meters in self.meters.values():
            row = torch.tensor([frame.row], device=self.avatar.device)
            colour, alpha = whole(self.avatar.layer(meters.motion.rows(row)))
            picture = self.light.exposed(over(colour, alpha, behind), frame.row)
            self._compare(meters, picture, frame, regions | {AROUND: outside}, follows)
            meters.empty.add(over(colour, alpha, self.avatar.plate))
            meters.veil.add(alpha, sight, outside, regions["hair_edge"], frame.truth)
            if meters.truth is not None and frame.truth is not None:
                meters.truth.add(frame.image, frame.truth, colour, alpha)
        points = self.camera.project(self.rig.landmarks(torch.as_tensor(vertices))).numpy()
        return picture, colour, alpha, points

    def result(self) -> dict[str, Any]:
        """Of all frames that were added."""
        return plain(
            {
                "frames": len(self.numbers),
                "size_wh": self.avatar.frame_wh,
                "trained_at": self.avatar.view.size_wh,
                "light_varies": self.light.varies,
                "plate_guessed": _mean(self.guessed),
                "device": self.avatar.device.type,
                "motions": {name: meters.result() for name, meters in self.meters.items()},
                "frame_index": self.numbers,
                "psnr_db": {name: meters.quality.psnr_db for name, meters in self.meters.items()},
            }
        )

    def _posed(self, row: int) -> np.ndarray:
        """The rig's vertices ``[V, 3]`` in the refined pose."""
        *_, refined = self.meters.values()
        code = refined.motion.rows(torch.tensor([row], device=self.avatar.device)).code
        return pose_vertices(self.avatar.rig, self.avatar.neutral, code)[0].cpu().numpy()

    def _compare(
        self, meters: _Meters, picture: np.ndarray, frame: RealFrame, regions: dict[str, np.ndarray], follows: bool
    ) -> None:
        device = self.avatar.device
        render, real = (torch.as_tensor(one, device=device).float() / 255 for one in (picture, frame.image))
        masks = {name: torch.as_tensor(mask, device=device) for name, mask in regions.items()}
        meters.quality.add(render, real, torch.as_tensor(frame.shown, device=device), masks)
        meters.change.add(255 * render, 255 * real, {name: masks[name] for name in CHANGING}, follows=follows)


def _mean(values: list[float]) -> float | None:
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else None


def _claim(out: Path, force: bool) -> None:
    """Refuse a folder that holds something; with ``force`` only what an earlier bench wrote is removed from it."""
    if out.exists() and not out.is_dir():
        raise OutputExistsError(f"{out} is a file, not a folder", fix="Name a folder with -o.")
    if out.exists() and any(out.iterdir()) and not force:
        raise OutputExistsError(
            f"{out} is not empty",
            "Nothing is overwritten without being asked.",
            "Name another folder with -o, or add --force to write into this one.",
        )
    for pattern in (RESULT, *(f"{kind}-*.png" for kind in PAGES)):
        for file in out.glob(pattern):
            file.unlink()

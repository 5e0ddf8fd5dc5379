"""A run as it is now, for a page that looks at it: nothing is locked, nothing is written, and what is missing comes
later."""

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from lifemask.avatar.avatar import FILE as AVATAR
from lifemask.errors import FileMissingError, FormatError, LifemaskError
from lifemask.perception.load_rig import load_rig
from lifemask.perception.rig_source import rig_hash
from lifemask.pipeline.config import CreateConfig, config_from_record, held_out
from lifemask.pipeline.stages.evaluation import EVALUATION
from lifemask.pipeline.stages.mattes import FRAMES
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.pipeline.stages.training import CURVE, REFINED
from lifemask.report.motion import head_angles_deg
from lifemask.tracking.record import Tracking
from lifemask.viewer.run_avatar import RunAvatar, checkpoint_of, finished, in_training, source_of
from lifemask.viewer.run_pictures import DRAWN, FILMED, LAYERS, AvatarPictures, ClipPictures

RECORD = "run.json"


class RunView:
    """The run in ``folder``. Raises FileMissingError where there is none.

    May be asked by many threads; one answers at a time.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._busy = threading.Lock()
        self._clip: tuple[tuple[float, ...], ClipPictures] | None = None
        self._drawn: tuple[tuple[float, ...], AvatarPictures, RunAvatar] | None = None
        self.record()

    def record(self) -> dict[str, Any]:
        """What ``run.json`` says."""
        path = self.folder / RECORD
        try:
            return json.loads(path.read_text())
        except OSError as problem:
            raise FileMissingError(
                f"{self.folder} is not a run folder", f"There is no {RECORD} in it.", "lifemask create VIDEO -o FOLDER"
            ) from problem
        except ValueError as problem:
            raise FormatError(f"{path} is no JSON: {problem}", "It was cut or edited.") from problem

    def summary(self) -> dict[str, Any]:
        """Stages, metrics and what there is to look at; small, asked for again and again."""
        record = self.record()
        count = self._count()
        stages = [
            {"name": name, "state": entry.get("state"), "seconds": entry.get("seconds")}
            for name, entry in record["stages"].items()
        ]
        return {
            "name": self.folder.resolve().name,
            "clip": Path(record["input"]["path"]).name,
            "stages": stages,
            "metrics": record["metrics"],
            "frames": count,
            "held_out_from": count - held_out(self._config(record), count) if count else 0,
            "layers": self._layers(),
            "avatar": self.avatar_version(),
            "training": checkpoint_of(self.folder) is not None,
            "finished": (self.folder / AVATAR).exists(),
        }

    def series(self) -> dict[str, Any]:
        """Curves over the frames: time, head angles in degrees, lips in mm, landmark error in px, held-out PSNR."""
        tracking = Tracking.load(self._tracking_file())
        scores = self.folder / EVALUATION
        psnr = json.loads(scores.read_text()) if scores.exists() else {}
        plain = lambda array: [None if not np.isfinite(v) else round(float(v), 4) for v in array]  # noqa: E731
        angles = head_angles_deg(tracking.camera_from_head)
        return {
            "time_s": plain(tracking.timestamp_s - tracking.timestamp_s[0]),
            "frame_index": tracking.frame_index.tolist(),
            "angles_deg": [plain(column) for column in angles.T],
            "lips_mm": plain(1000 * tracking.lip_aperture_m),
            "error_px": plain(tracking.reprojection_px),
            "psnr_db": {key: plain(psnr[key]["psnr_db"]) for key in psnr},
        }

    def training(self) -> dict[str, Any]:
        """The curve of the loss: of the training that goes on, or of the one that has ended."""
        config = self._config(self.record())
        checkpoint, images = checkpoint_of(self.folder), config.training.on("cpu").images
        if checkpoint is not None:
            try:
                with safe_open(checkpoint, "np") as handle:
                    seconds, done, loss = handle.get_tensor("curve").reshape(-1, 3).T.tolist()
                return {"running": True, "seconds": seconds, "images": done, "loss": loss, "of": images}
            except (OSError, SafetensorError):
                checkpoint = None  # it has just ended: what it left follows
        curve = self.folder / CURVE
        if not curve.exists():
            return {"running": False, "seconds": [], "images": [], "loss": [], "of": images}
        return {"running": False, "of": images} | json.loads(curve.read_text())

    def picture(self, layer: str, row: int) -> np.ndarray:
        """A picture uint8 ``[H, W, 3]``; FileMissingError for what there is not, or not yet."""
        if layer not in LAYERS:
            raise FileMissingError(f"there is no layer {layer!r}", f"Known are {', '.join(LAYERS)}.")
        with self._busy:
            clip = self._clip_pictures()
            if not 0 <= row < clip.store.count:
                raise FileMissingError(f"there is no frame {row}", f"The run uses {clip.store.count} frames.")
            if layer in DRAWN:
                return self._avatar_pictures(clip).picture(layer, row)
            if layer not in FILMED and not (self.folder / TRACKING).exists():
                raise FileMissingError("this run is not tracked yet", "Tracking has not ended.")
            return clip.picture(layer, row)

    def avatar_version(self) -> str | None:
        """Changes whenever the avatar does; None while there is none."""
        source = source_of(self.folder)
        try:
            return None if source is None else f"{source.stat().st_mtime_ns}"
        except OSError:
            return None

    def _layers(self) -> list[str]:
        if not (self.folder / FRAMES / "frames.json").exists():
            return []
        there = [*FILMED]
        if (self.folder / TRACKING).exists():
            there += [layer for layer in LAYERS if layer not in FILMED + DRAWN]
            there += DRAWN if source_of(self.folder) is not None else []
        return there

    def _count(self) -> int:
        try:
            return json.loads((self.folder / FRAMES / "frames.json").read_text())["count"]
        except OSError:
            return 0

    def _config(self, record: dict[str, Any]) -> CreateConfig:
        return config_from_record(record["config"])

    def _tracking_file(self) -> Path:
        refined = self.folder / REFINED
        return refined if refined.exists() else self.folder / TRACKING

    def _clip_pictures(self) -> ClipPictures:
        header, path = self.folder / FRAMES / "frames.json", self._tracking_file()
        if not header.exists():
            raise FileMissingError("this run has no frames yet", "Its clip is still being read.")
        stamp = _stamp(header, path)
        if self._clip is None or self._clip[0] != stamp:
            tracking = Tracking.load(path) if path.exists() else None
            self._clip = stamp, ClipPictures(self.folder, load_rig(self._config(self.record()).rig), tracking)
        return self._clip[1]

    def _avatar_pictures(self, clip: ClipPictures) -> AvatarPictures:
        source = source_of(self.folder)
        if source is None:
            raise FileMissingError("this run has no avatar yet", "Its training has not begun.")
        stamp = _stamp(source)
        if self._drawn is None or self._drawn[0] != stamp:
            shown = self._shown()
            self._drawn = stamp, AvatarPictures(self.folder, shown, clip.store), shown
        return self._drawn[1]

    def _shown(self) -> RunAvatar:
        """The state of training where it goes on, else the finished avatar."""
        config = self._config(self.record())
        tracking, rig = Tracking.load(self.folder / TRACKING), load_rig(config.rig)
        if tracking.rig_hash == rig_hash(rig):
            going_on = in_training(self.folder, config, rig, tracking)
            if going_on is not None:
                return going_on
        return finished(self.folder)


def reason(error: LifemaskError) -> dict[str, str]:
    """An error as the page shows it."""
    return {"what": error.what, "why": error.why, "fix": error.fix}


def _stamp(*paths: Path) -> tuple[float, ...]:
    return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)

"""The held-out frames of a finished run, decoded from its clip again at the size in which frames come out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from lifemask.errors import FileMissingError, FormatError
from lifemask.geometry.camera import View
from lifemask.geometry.image_warp import inside_image, resample_view, view_matrix
from lifemask.media.video import probe, read_frames, read_grey
from lifemask.perception.camera_path import CameraPath
from lifemask.perception.plate import PlateConfig
from lifemask.pipeline.config import CreateConfig
from lifemask.pipeline.files import hash_path, stamp_path
from lifemask.pipeline.run import RunFolder
from lifemask.pipeline.stages.capture import camera_path
from lifemask.pipeline.stages.mattes import MATTES, PLATE
from lifemask.pipeline.stages.training import test_rows
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.synthetic.truth import mattes_path, truth_path


@dataclass(frozen=True)
class RealFrame:
    """One held-out frame, in the reference frame where the camera moved: its ``row`` of the tracking and its number
    ``frame_index`` in the clip, ``image [H, W, 3]`` uint8, ``shown [H, W]`` bool (what of the reference it shows), the
    run's ``matte [H, W]`` uint8, and the exact alpha ``truth [H, W]`` uint8 where the clip has one."""

    row: int
    frame_index: int
    image: np.ndarray
    shown: np.ndarray
    matte: np.ndarray
    truth: np.ndarray | None


@dataclass(frozen=True)
class HeldOut:
    """The frames of a run that its avatar has never seen: ``rows`` of its tracking; ``size_wh`` of the clip and
    ``frame_wh`` of what comes out; ``has_truth``: whether the clip is of the built-in subject, with the exact mattes
    beside it."""

    run: Path
    clip: Path
    rows: np.ndarray
    path: CameraPath
    size_wh: tuple[int, int]
    frame_wh: tuple[int, int]
    has_truth: bool

    @staticmethod
    def open(run: Path, frame_wh: tuple[int, int]) -> "HeldOut":
        """Those of the finished ``run``, at ``frame_wh``.

        Raises FileMissingError when it is no run or its clip is gone, FormatError when that is another clip now, and
        RunBusyError while another process works in the folder.
        """
        with RunFolder.reopen(run) as folder:
            clip, known, test = folder.video, folder.record["input"], folder.record["config"]["test"]
            path = camera_path(folder)
        if not clip.is_file():
            raise FileMissingError(
                f"The clip of {run} is gone: {clip}",
                "Renders are compared with its frames.",
                f"Put it back, or make the run again: lifemask create VIDEO -o {run}",
            )
        if stamp_path(clip) != known["stamp"] and hash_path(clip) != known["sha256"]:
            raise FormatError(
                f"{clip} is not the clip that {run} was made of",
                "Its content has changed since.",
                f"Put that clip back, or make the run again: lifemask create VIDEO -o {run}",
            )
        rows = test_rows(CreateConfig(test=test), len(path.frame_index))
        has_truth = mattes_path(clip).is_file() and truth_path(clip).is_file() and not path.moved
        return HeldOut(run, clip, rows, path, probe(clip).size_wh, frame_wh, has_truth)

    @property
    def view(self) -> View:
        """The whole frame, as large as it comes out."""
        return View.whole(self.size_wh, self.frame_wh)

    def follows(self, before: int, after: int) -> bool:
        """Whether two numbers of frames in the clip are as near as neighbours usually are in this run."""
        return after - before <= np.median(np.diff(self.path.frame_index))

    def frames(self) -> Iterator[RealFrame]:
        """One after another; only one is in memory."""
        index = self.path.frame_index[self.rows]
        images = read_frames(self.clip, indices=index.tolist())
        mattes = _rows_of(self.run / MATTES, self.rows)
        truths = _rows_of(mattes_path(self.clip), index) if self.has_truth else iter([None] * len(index))
        for row, frame, matte, truth in zip(self.rows, images, mattes, truths, strict=True):
            warp = self.path.frame_from_reference[row] if self.path.moved else None
            if truth is not None and truth.shape != frame.image.shape[:2]:
                raise FormatError(
                    f"{mattes_path(self.clip)} is {truth.shape[1]} x {truth.shape[0]}, the clip {self.size_wh}",
                    "It belongs to another clip.",
                    "Remove it, or render both again.",
                )
            yield RealFrame(
                row=int(row),
                frame_index=frame.index,
                image=resample_view(frame.image, self.view, warp),
                shown=self._shown(warp),
                matte=resample_view(matte, self.view),
                truth=None if truth is None else resample_view(truth, self.view),
            )

    def empty(self, progress: Progress = NULL_PROGRESS) -> np.ndarray:
        """Where all used frames show the background and the person never is, not even nearby: ``[H, W]`` bool.

        As far from the mattes as the plate keeps (``PlateConfig``); one pass over them.
        """
        config = PlateConfig()
        most = np.zeros(self.size_wh[::-1], np.uint8)
        with progress.stage("background", total=len(self.path.frame_index)) as step:
            for matte in read_grey(self.run / MATTES):
                np.maximum(most, matte, out=most)
                step(1)
        margin = max(2, round(config.margin * max(self.frame_wh)))
        near = ndimage.maximum_filter(resample_view(most, self.view), 2 * margin + 1, mode="nearest")
        return (near <= config.empty_alpha) & self._shown_by_all()

    def plate_seen(self) -> np.ndarray:
        """Where the run's plate was seen and not guessed from what is around: ``[H, W]`` bool."""
        picture = np.asarray(Image.open(self.run / PLATE).convert("RGBA"))
        return (
            resample_view(np.ascontiguousarray(picture[..., 3]), View.whole(picture.shape[1::-1], self.frame_wh)) > 127
        )

    def _shown(self, warp: np.ndarray | None) -> np.ndarray:
        if warp is None:
            return np.ones(self.frame_wh[::-1], bool)
        return inside_image(warp @ view_matrix(self.view), self.frame_wh, self.size_wh)

    def _shown_by_all(self) -> np.ndarray:
        left, top, right, bottom = self.path.shown(self.size_wh)
        across, down = self.frame_wh[0] / self.size_wh[0], self.frame_wh[1] / self.size_wh[1]
        x, y = np.arange(self.frame_wh[0]) + 0.5, np.arange(self.frame_wh[1])[:, None] + 0.5
        return (x >= left * across) & (x <= right * across) & (y >= top * down) & (y <= bottom * down)


def _rows_of(video: Path, rows: Iterable[int]) -> Iterator[np.ndarray]:
    """Some frames ``[H, W]`` of a grey video, in ascending order; FormatError when it ends before."""
    wanted = frozenset(int(row) for row in rows)
    count = -1
    for count, grey in enumerate(read_grey(video)):
        if count in wanted:
            yield grey
        if count >= max(wanted):
            return
    raise FormatError(f"{video} has {count + 1} frames, and frame {max(wanted)} is needed", "It was cut.")

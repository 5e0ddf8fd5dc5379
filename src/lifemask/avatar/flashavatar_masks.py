"""Which pixels of the training frames are mouth and head, for losses that look at these alone."""

import tempfile

import numpy as np
import torch
from torch import Tensor

from lifemask.avatar.frames import FrameSource
from lifemask.avatar.motion import Motion
from lifemask.perception.face_points import CHIN
from lifemask.perception.regions import region_map
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import pose_vertices

_MOUTH, _HEAD = 1, 2
_AT_ONCE = 16


class TrainingMasks:
    """Both masks of every training frame as one byte a pixel: beside the frames on a GPU, in a temporary file, which
    the process takes along, on a CPU."""

    def __init__(self, count: int, shape: tuple[int, int], device: torch.device) -> None:
        self._file = None
        if device.type == "cpu":
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  (lives as long as the masks)
            self._packed = torch.from_numpy(np.memmap(self._file, np.uint8, "w+", shape=(count, *shape)))
        else:
            self._packed = torch.empty(count, *shape, dtype=torch.uint8, device=device)

    @staticmethod
    def of(
        rig: HeadRig,
        neutral: Tensor,
        motion: Motion,
        source: FrameSource,
        rows: np.ndarray,
        progress: Progress = NULL_PROGRESS,
    ) -> "TrainingMasks":
        """Masks of ``rows``, from the posed rig (and the matte).

        The mouth is the visible lips and what their outline encloses. The head is what of the person is above the
        chin, and below it what the rig shows as head or neck: all but the shoulders.
        """
        masks = TrainingMasks(len(rows), source.store.shape, source.device)
        on_cpu = rig.to(device="cpu")
        with progress.stage("masks", total=len(rows)) as step:
            for start in range(0, len(rows), _AT_ONCE):
                part = rows[start : start + _AT_ONCE]
                code = motion.rows(torch.as_tensor(part, device=source.device)).code
                posed, mattes = pose_vertices(rig, neutral, code).cpu().numpy(), source.store.mattes(part)
                packed = np.stack([_pack(v, source, on_cpu, m) for v, m in zip(posed, mattes, strict=True)])
                masks._packed[start : start + len(part)] = torch.from_numpy(packed).to(source.device)
                step(len(part))
        return masks

    def batch(self, places: Tensor) -> tuple[Tensor, Tensor]:
        """Mouth and head ``[B, H, W, 1]``, 0 or 1, of the training frames at ``places`` in their list."""
        packed = self._packed[places.to(self._packed.device)][..., None]
        return (packed & _MOUTH).bool().float(), (packed & _HEAD).bool().float()


def _pack(vertices: np.ndarray, source: FrameSource, rig: HeadRig, matte: np.ndarray) -> np.ndarray:
    regions = region_map(vertices, source.camera, rig)
    chin = source.camera.project(rig.landmarks(torch.from_numpy(vertices))[CHIN])
    above = (np.arange(matte.shape[0]) + 0.5 < float(chin[1]))[:, None]
    of_head = np.any([mask for name, mask in regions.items() if name != "shoulders"], 0)
    head = (matte > 0) & (above | of_head)
    return (_MOUTH * regions["mouth"] + _HEAD * head).astype(np.uint8)

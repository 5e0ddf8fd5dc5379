"""Training frames as tensors: read from disk on a CPU, held as bytes on a GPU."""

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from lifemask.avatar.exposure import lighting
from lifemask.avatar.store import FrameStore
from lifemask.geometry.camera import Camera, View
from lifemask.geometry.image_warp import resample_view

GPU_FRAMES_BYTES = 12 << 30


@dataclass(frozen=True)
class Batch:
    """``image [B, H, W, 3]`` in [0, 1], ``matte [B, H, W]`` in [0, 1], what is behind: ``plate [H, W, 3]`` (or one for
    each picture, ``[B, H, W, 3]``), the intrinsics ``[3, 3]`` at this size, and ``gain [B, 1, 1, 3]`` by which the
    pictures are brighter than what is behind, None where they all are alike."""

    image: Tensor
    matte: Tensor
    plate: Tensor
    intrinsics: Tensor
    size_wh: tuple[int, int]
    gain: Tensor | None = None

    def exposed(self, image: Tensor) -> Tensor:
        """A rendered ``image [B, H, W, 3]`` as bright as this batch's pictures were taken."""
        return image if self.gain is None else image * self.gain

    def behind(self, count: int) -> Tensor:
        """The plate of each of ``count`` pictures, ``[count, H, W, 3]``."""
        return self.plate.expand(count, *self.plate.shape[-3:])

    def before(self, colours: Tensor, changed: Tensor) -> "Batch":
        """The same people before plain ``colours [B, 3]`` where ``changed [B]``, as far as the mattes know them."""
        plate = torch.where(changed[:, None, None, None], colours[:, None, None], self.plate)
        image = self.image + (1 - self.matte)[..., None] * self.exposed(plate - self.plate)
        return replace(self, image=image.clamp_(0, 1), plate=plate)


class FrameSource:
    """Batches of a store's frames on a device, at full size or at half of it."""

    def __init__(self, store: FrameStore, plate: np.ndarray, camera: Camera, device: torch.device | str) -> None:
        """``plate [H, W, 3]`` uint8, a picture of the whole frame of ``camera`` without the person."""
        self.store, self.camera, self.device = store, camera.cropped(store.view), torch.device(device)
        plate = plate_at(plate, camera.size_wh, store.view)
        full = torch.as_tensor(plate, device=self.device).float() / 255
        self.plates = {1: full, 2: _halve(full[None])[0]}
        intrinsics = self.camera.tensor(self.device)
        half = intrinsics * torch.tensor([[0.5], [0.5], [1.0]], device=self.device)
        # Made once: a copy to a GPU in every step would wait for all that the GPU still has to do.
        self.intrinsics = {1: intrinsics, 2: half}
        light = lighting(store, plate)
        to = lambda array: None if array is None else torch.as_tensor(array).float().to(self.device)  # noqa: E731
        self.gains, self.field = to(light.gains), to(light.field)
        self._resident: tuple[Tensor, Tensor] | None = None
        height, width = store.shape
        if self.device.type == "cuda" and store.count * height * width * 4 < GPU_FRAMES_BYTES:
            self._resident = self._load_all()

    def batch(self, rows: Tensor, shrink: int = 1) -> Batch:
        """Frames ``rows`` (1-D, on the device), at full size or with ``shrink`` 2 at half."""
        if self._resident:
            image, matte = (part[rows].float() / 255 for part in self._resident)
        else:
            where = rows.cpu().numpy()
            image = torch.as_tensor(self.store.images(where)).to(self.device).float().div_(255)
            matte = torch.as_tensor(self.store.mattes(where)).to(self.device).float().div_(255)
        if shrink == 2:
            image, matte = _halve(image), _halve(matte[..., None])[..., 0]
        size_wh = image.shape[2], image.shape[1]
        gain = None if self.gains is None else self.gains[rows][:, None, None]
        return Batch(image, matte, self._lit(rows, shrink), self.intrinsics[shrink], size_wh, gain)

    def _lit(self, rows: Tensor, shrink: int) -> Tensor:
        """What is behind in the light of some frames: the plate, or one for each ``[B, H, W, 3]``."""
        plate = self.plates[shrink]
        if self.field is None:
            return plate
        coarse = self.field[rows].movedim(-1, 1)
        light = torch.nn.functional.interpolate(coarse, plate.shape[:2], mode="bilinear", align_corners=False)
        return plate * light.movedim(1, -1)

    def _load_all(self) -> tuple[Tensor, Tensor]:
        height, width = self.store.shape
        image = torch.empty(self.store.count, height, width, 3, dtype=torch.uint8, device=self.device)
        matte = torch.empty(self.store.count, height, width, dtype=torch.uint8, device=self.device)
        for start in range(0, self.store.count, 32):
            rows = np.arange(start, min(start + 32, self.store.count))
            image[start : start + len(rows)] = torch.as_tensor(self.store.images(rows)).to(self.device)
            matte[start : start + len(rows)] = torch.as_tensor(self.store.mattes(rows)).to(self.device)
        return image, matte


def plate_at(plate: np.ndarray, frame_wh: tuple[int, int], view: View) -> np.ndarray:
    """What ``view`` shows of ``plate [H, W, 3]`` uint8, a picture of a whole frame that has ``frame_wh`` pixels."""
    return resample_view(plate, view.seen_in(frame_wh, (plate.shape[1], plate.shape[0])))


def _halve(image: Tensor) -> Tensor:
    """Mean of 2 x 2 pixels of ``[B, H, W, C]``; an odd last row or column is dropped."""
    height, width = image.shape[1] // 2 * 2, image.shape[2] // 2 * 2
    x = image[:, :height, :width]
    return (x[:, 0::2, 0::2] + x[:, 1::2, 0::2] + x[:, 0::2, 1::2] + x[:, 1::2, 1::2]) / 4

"""The one camera: pinhole, OpenCV axes (x right, y down, z forward), pixel centres at +0.5."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class Camera:
    """A static pinhole camera without skew; its frame is the world of a clip.

    ``focal_px`` (fx, fy), ``principal_px`` (cx, cy) in continuous pixel coordinates in which the whole image
    is ``[0, width] x [0, height]``; ``size_wh`` (width, height) in pixels.
    """

    focal_px: tuple[float, float]
    principal_px: tuple[float, float]
    size_wh: tuple[int, int]

    @staticmethod
    def from_matrix(intrinsics: np.ndarray, size_wh: tuple[int, int]) -> "Camera":
        """Take ``K [3, 3]`` in pixels."""
        k = np.asarray(intrinsics, dtype=float)
        return Camera(
            (float(k[0, 0]), float(k[1, 1])), (float(k[0, 2]), float(k[1, 2])), (int(size_wh[0]), int(size_wh[1]))
        )

    @property
    def matrix(self) -> np.ndarray:
        """``K [3, 3]`` in pixels, float64."""
        (fx, fy), (cx, cy) = self.focal_px, self.principal_px
        return np.array([[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]])

    def tensor(self, device: torch.device | str = "cpu", dtype: torch.dtype = torch.float32) -> Tensor:
        """``K [3, 3]`` in pixels as a tensor."""
        return torch.as_tensor(self.matrix, dtype=dtype, device=device)

    def project(self, points_m: Tensor) -> Tensor:
        """Points ``[..., 3]`` in the camera's frame (metres) to pixels ``[..., 2]``."""
        (fx, fy), (cx, cy) = self.focal_px, self.principal_px
        inverse_depth = 1 / points_m[..., 2]
        return torch.stack([points_m[..., 0] * inverse_depth * fx + cx, points_m[..., 1] * inverse_depth * fy + cy], -1)

    def cropped(self, view: "View") -> "Camera":
        """The camera of ``view`` of this camera's image: principal point shifted and scaled, focal scaled."""
        sx, sy = view.size_wh[0] / view.width_px, view.size_wh[1] / view.height_px
        return Camera(
            (self.focal_px[0] * sx, self.focal_px[1] * sy),
            ((self.principal_px[0] - view.left_px) * sx, (self.principal_px[1] - view.top_px) * sy),
            view.size_wh,
        )


@dataclass(frozen=True)
class View:
    """A rectangle of the original frame, resampled to ``size_wh``; the algebra is exact in both directions.

    ``left_px``, ``top_px``, ``width_px``, ``height_px`` in the original's continuous pixel coordinates.
    """

    left_px: float
    top_px: float
    width_px: float
    height_px: float
    size_wh: tuple[int, int]

    def to_list(self) -> list:
        """For JSON."""
        return [self.left_px, self.top_px, self.width_px, self.height_px, *self.size_wh]

    @staticmethod
    def from_list(values: list) -> "View":
        """Take what ``to_list`` gave."""
        left, top, width, height, columns, rows = values
        return View(left, top, width, height, (int(columns), int(rows)))

    @staticmethod
    def whole(frame_wh: tuple[int, int], size_wh: tuple[int, int] | None = None) -> "View":
        """All of a frame, at its own size or at ``size_wh``."""
        return View(0.0, 0.0, float(frame_wh[0]), float(frame_wh[1]), size_wh or frame_wh)

    def seen_in(self, frame_wh: tuple[int, int], picture_wh: tuple[int, int]) -> "View":
        """This rectangle of a frame of ``frame_wh`` pixels, in a picture of the whole frame that has ``picture_wh``."""
        across, down = picture_wh[0] / frame_wh[0], picture_wh[1] / frame_wh[1]
        left, top = self.left_px * across, self.top_px * down
        return View(left, top, self.width_px * across, self.height_px * down, self.size_wh)

    def from_original(self, points_px: np.ndarray) -> np.ndarray:
        """Pixels ``[..., 2]`` of the original frame to pixels of the view."""
        scale = np.array([self.size_wh[0] / self.width_px, self.size_wh[1] / self.height_px])
        return (points_px - np.array([self.left_px, self.top_px])) * scale

    def to_original(self, points_px: np.ndarray) -> np.ndarray:
        """Pixels ``[..., 2]`` of the view to pixels of the original frame."""
        scale = np.array([self.width_px / self.size_wh[0], self.height_px / self.size_wh[1]])
        return points_px * scale + np.array([self.left_px, self.top_px])

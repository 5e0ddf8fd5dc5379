"""The torso's own motion, from the pictures: shoulders have no landmarks.

Every frame is registered to a reference frame below the chin by a similarity (Lucas-Kanade, coarse to fine, all
frames of a batch at once); what remains is a coarse displacement field whose first principal components are the
torso's deformation modes. The person is composited over white, so that the outline of the shoulders counts and the
wall behind does not.
"""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d
from torch import Tensor
from torch.nn import functional as F

from lifemask.geometry.camera import Camera

LEVELS = (32, 64, 128)
STEPS = 10
GRID = (5, 10)
MIN_TORSO_SHARE = 0.03
MODE_LIMIT = 4.0
SCALE_SMOOTHING = 4.0
"""Frames (sigma): the distance of plain cloth is seen with more noise than it moves."""


@dataclass(frozen=True)
class TorsoMotion:
    """Similarities that take points of the reference frame to each frame: ``log_scale [T]``, ``angle [T]`` radians
    (turning x towards y), ``shift [T, 2]`` of the point ``pivot [2]``, all in units of the picture's width; ``modes [T,
    M]`` in standard deviations; ``visible`` is False where the pictures show no torso (then nothing moves)."""

    log_scale: np.ndarray
    angle: np.ndarray
    shift: np.ndarray
    pivot: np.ndarray
    modes: np.ndarray
    visible: bool


class TorsoRegistration:
    """Streaming: give the reference frame, then batches of frames in order, then ask for the motion."""

    def __init__(self, reference: np.ndarray, matte: np.ndarray, chin: np.ndarray, *, modes: int) -> None:
        """``reference [H, W, 3]`` uint8, ``matte [H, W]`` uint8, ``chin`` (x, y) and its clearance in pixels below
        which only the torso is seen: ``[x, y]``."""
        self.num_modes = modes
        self.size = LEVELS[-1]
        grey = self._grey(reference[None], matte[None])
        row = float(chin[1]) / reference.shape[0] * self.size
        mask = self._matte(matte[None])[0]
        mask = F.max_pool2d(mask[None, None], 5, 1, 2)[0, 0]
        mask[: max(0, min(self.size, round(row)))] = 0
        self.visible = float(mask.mean()) > MIN_TORSO_SHARE
        ys, xs = torch.meshgrid(*(torch.linspace(-1, 1, self.size),) * 2, indexing="ij")
        total = mask.sum().clamp(min=1)
        self.pivot = torch.stack([(xs * mask).sum() / total, (ys * mask).sum() / total])
        self.levels = [_Level(grey, mask, self.pivot, size) for size in LEVELS]
        self._parameters: list[Tensor] = []
        self._residual_flow: list[Tensor] = []

    def add(self, images: np.ndarray, mattes: np.ndarray) -> None:
        """Register a batch ``[B, H, W, 3]`` uint8 with its mattes ``[B, H, W]``."""
        if not self.visible:
            self._parameters.append(torch.zeros(len(images), 4))
            self._residual_flow.append(torch.zeros(len(images), GRID[0] * GRID[1] * 2))
            return
        grey = self._grey(images, mattes)
        parameters = torch.zeros(len(images), 4)
        for index, level in enumerate(self.levels):
            parameters = level.register(grey, parameters, translation_only=index == 0)
        self._parameters.append(parameters)
        self._residual_flow.append(self.levels[-1].flow(grey, parameters))

    def motion(self) -> TorsoMotion:
        """The motion of all frames added."""
        p = torch.cat(self._parameters).double().numpy()
        flow = torch.cat(self._residual_flow).double().numpy()
        flow = flow - flow.mean(0)
        modes = np.zeros((len(flow), self.num_modes))
        if self.visible and len(flow) > self.num_modes:
            left, singular, _ = np.linalg.svd(flow, full_matrices=False)
            found = min(self.num_modes, int((singular > 1e-6 * max(singular[0], 1e-12)).sum()))
            modes[:, :found] = left[:, :found] * np.sqrt(len(flow))
        a, b = 1 + p[:, 0], p[:, 1]
        return TorsoMotion(
            gaussian_filter1d(np.log(np.hypot(a, b)), SCALE_SMOOTHING, mode="nearest"),
            np.arctan2(b, a),
            p[:, 2:] / 2,
            (self.pivot.double().numpy() + 1) / 2,
            np.clip(modes, -MODE_LIMIT, MODE_LIMIT),
            self.visible,
        )

    def _grey(self, images: np.ndarray, mattes: np.ndarray) -> Tensor:
        grey = torch.as_tensor(images).float().mean(-1) / 255
        grey = F.interpolate(grey[:, None], size=(self.size, self.size), mode="area")[:, 0]
        matte = self._matte(mattes)
        return grey * matte + (1 - matte)

    def _matte(self, mattes: np.ndarray) -> Tensor:
        matte = torch.as_tensor(mattes).float()[:, None] / 255
        return F.interpolate(matte, size=(self.size, self.size), mode="area")[:, 0]


class _Level:
    """One size of the pyramid: template, gradients, normal equations (Baker and Matthews 2004)."""

    def __init__(self, grey: Tensor, mask: Tensor, pivot: Tensor, size: int) -> None:
        self.size = size
        self.template = self.shrink(grey)[0]
        self.mask = F.interpolate(mask[None, None], size=(size, size), mode="area")[0, 0]
        ys, xs = torch.meshgrid(*((torch.arange(size) + 0.5) / size * 2 - 1,) * 2, indexing="ij")
        self.points = torch.stack([xs, ys], -1)
        self.arm = self.points - pivot
        self.pivot = pivot
        gx, gy = torch.zeros_like(self.template), torch.zeros_like(self.template)
        gx[:, 1:-1] = (self.template[:, 2:] - self.template[:, :-2]) * size / 4
        gy[1:-1] = (self.template[2:] - self.template[:-2]) * size / 4
        x, y = self.arm.unbind(-1)
        self.jacobian = torch.stack([gx * x + gy * y, gy * x - gx * y, gx, gy], -1)
        self.gradient = torch.stack([gx, gy], -1)
        weighted = self.jacobian * self.mask[..., None]
        hessian = torch.einsum("hwi,hwj->ij", weighted, self.jacobian)
        self.inverse = torch.linalg.inv(hessian + torch.eye(4) * 1e-4 * hessian.diagonal().mean().clamp(min=1e-9))
        self.steepest = weighted

    def shrink(self, grey: Tensor) -> Tensor:
        """Pictures at this level's size."""
        return F.interpolate(grey[:, None], size=(self.size, self.size), mode="area")[:, 0]

    def difference(self, grey: Tensor, parameters: Tensor) -> Tensor:
        """Warped pictures minus the template, without their mean difference, ``[B, s, s]``."""
        a, b, tx, ty = parameters[:, :, None, None].unbind(1)
        x, y = self.arm.unbind(-1)
        grid = torch.stack([(1 + a) * x - b * y + tx, b * x + (1 + a) * y + ty], -1) + self.pivot
        warped = F.grid_sample(grey[:, None], grid, mode="bilinear", padding_mode="border", align_corners=False)[:, 0]
        difference = (warped - self.template) * (self.mask > 0)
        mean = (difference * self.mask).sum((1, 2)) / self.mask.sum().clamp(min=1e-6)
        return difference - mean[:, None, None] * 0.5

    def register(self, grey: Tensor, parameters: Tensor, *, translation_only: bool) -> Tensor:
        """Gauss-Newton steps with the template's gradients."""
        grey = self.shrink(grey)
        inverse = self.inverse
        if translation_only:
            part = torch.einsum("hwi,hwj->ij", self.steepest, self.jacobian)[2:, 2:]
            inverse = torch.zeros(4, 4)
            inverse[2:, 2:] = torch.linalg.inv(part + torch.eye(2) * 1e-4 * part.diagonal().mean().clamp(min=1e-9))
        for _ in range(STEPS):
            right = torch.einsum("bhw,hwi->bi", self.difference(grey, parameters), self.steepest)
            parameters = parameters - right @ inverse.T
        return parameters

    def flow(self, grey: Tensor, parameters: Tensor) -> Tensor:
        """One regularised Lucas-Kanade step on a coarse grid of windows: displacements ``[B, rows * columns * 2]``."""
        difference = self.difference(self.shrink(grey), parameters)
        g = self.gradient * self.mask[..., None]
        products = torch.stack([g[..., 0] ** 2, g[..., 0] * g[..., 1], g[..., 1] ** 2])
        rows = self.mask.amax(1).nonzero()[:, 0]
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        pool = lambda image: F.adaptive_avg_pool2d(image[:, top:bottom], GRID)  # noqa: E731
        xx, xy, yy = pool(products)
        damping = 0.1 * (xx + yy).mean()
        right = [pool(difference * g[..., axis]) for axis in (0, 1)]
        xx, yy = xx + damping, yy + damping
        determinant = xx * yy - xy * xy
        dx = -(yy * right[0] - xy * right[1]) / determinant
        dy = -(xx * right[1] - xy * right[0]) / determinant
        return torch.stack([dx, dy], -1).flatten(1)


def torso_poses(
    motion: TorsoMotion,
    reference: np.ndarray,
    pivot_m: np.ndarray,
    pivot_px: np.ndarray,
    camera: Camera,
    width_px: float,
    top_left_px: np.ndarray,
) -> np.ndarray:
    """Rigid poses ``[T, 4, 4]`` that show the similarities.

    ``reference [4, 4]`` the torso's pose in the reference frame, ``pivot_m [3]`` a point of the torso (its frame) that
    projects near ``pivot_px``; the pictures were ``width_px`` wide in the original frame from ``top_left_px`` on.
    """
    pivot_camera = reference[:3, :3] @ pivot_m + reference[:3, 3]
    centre_px = motion.pivot * width_px + top_left_px
    scale = np.exp(motion.log_scale)
    cosine, sine = np.cos(motion.angle), np.sin(motion.angle)
    turn = np.zeros((len(scale), 3, 3))
    turn[:, 0, 0], turn[:, 0, 1], turn[:, 1, 0], turn[:, 1, 1], turn[:, 2, 2] = cosine, -sine, sine, cosine, 1
    arm = pivot_px - centre_px
    moved = centre_px + motion.shift * width_px + scale[:, None] * (turn[:, :2, :2] @ arm)
    depth = pivot_camera[2] / scale
    k = camera.matrix
    point = np.stack([(moved[:, 0] - k[0, 2]) / k[0, 0] * depth, (moved[:, 1] - k[1, 2]) / k[1, 1] * depth, depth], -1)
    poses = np.tile(np.eye(4), (len(scale), 1, 1))
    poses[:, :3, :3] = turn @ reference[:3, :3]
    poses[:, :3, 3] = point - poses[:, :3, :3] @ pivot_m
    return poses

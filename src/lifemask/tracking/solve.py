"""The head's solve: one static camera, one person, a pose, an expression and a gaze for every frame, all at once.

The unknowns of all frames are solved together by Adam on a robust landmark error; smoothness in time is a term of
the solve and not a filter afterwards. Depth is parametrised as ``z = focal * distance`` so that the focal length,
which a talking head hardly determines, can move without changing the size of the head in the image.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lifemask.errors import NoFaceError
from lifemask.geometry.rotation import axis_angle_from_rotation, rotation_from_axis_angle
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.rig.head import HeadRig
from lifemask.rig.landmark_sets import FACE_OVAL, LEFT_EYE, LEFT_IRIS, LIPS, RIGHT_EYE, RIGHT_IRIS
from lifemask.tracking.config import TrackingConfig
from lifemask.tracking.landmark_model import LandmarkModel, used_landmarks
from lifemask.tracking.observations import Observations

FRONTAL = torch.diag(torch.tensor([1.0, -1.0, -1.0]))
REFERENCE_FPS = 25.0


@dataclass(frozen=True)
class HeadSolution:
    """What the landmarks say: ``rotation [T, 3, 3]``, ``translation_m [T, 3]`` of the head in the camera's frame,
    ``expression [T, E]``, ``eyes [T, 2, 2]``, the person (``identity [I]``, ``offset_m [L, 3]`` of the landmarks
    ``used [L]``), the focal length in pixels, and the mean landmark error ``residual_px [T]`` (NaN without a face)."""

    rotation: np.ndarray
    translation_m: np.ndarray
    expression: np.ndarray
    eyes: np.ndarray
    identity: np.ndarray
    offset_m: np.ndarray
    used: np.ndarray
    focal_px: float
    residual_px: np.ndarray


def solve_head(
    observations: Observations,
    rig: HeadRig,
    config: TrackingConfig,
    *,
    device: torch.device | str = "cpu",
    progress: Progress = NULL_PROGRESS,
) -> HeadSolution:
    """Explain the landmarks of a whole clip.

    Raises ``NoFaceError`` when fewer than two frames hold a face. Frames without a face are bridged by the temporal
    terms alone.
    """
    if observations.detected.sum() < 2:
        raise NoFaceError(
            f"A face was found in {int(observations.detected.sum())} of {len(observations)} frames.",
            "There is nothing to track.",
            "Look at the clip: lifemask check VIDEO",
        )
    problem = _Problem(observations, rig, config, device)
    workers = 1 if torch.device(device).type == "cuda" else min(4, os.cpu_count() or 1)
    with progress.stage("solving", total=config.iterations) as step, ThreadPoolExecutor(workers) as pool:
        for iteration in range(config.iterations):
            if iteration in (0, config.iterations // 4, config.iterations // 2):
                problem.update_visibility()
            problem.step(iteration, pool)
            step(1)
    return problem.solution()


class _Problem:
    """The unknowns of a clip, the loss over them and its optimiser."""

    def __init__(self, seen: Observations, rig: HeadRig, config: TrackingConfig, device: torch.device | str) -> None:
        self.config, self.device = config, device
        # A GPU's cost is its launches: there all frames go at once.
        self.chunk = len(seen) if torch.device(device).type == "cuda" else config.chunk
        self.used = used_landmarks()
        self.model = LandmarkModel.from_rig(rig, self.used, device)
        self.names = rig.expression_names
        tensor = lambda array: torch.as_tensor(array, dtype=torch.float32, device=device)  # noqa: E731
        self.target = tensor(seen.landmarks_px[:, self.used.numpy()])
        self.valid = tensor(seen.detected)
        self.centre_px = torch.tensor([seen.size_wh[0] / 2, seen.size_wh[1] / 2], device=device)
        self.unit_px = seen.interocular_px / 100
        self.rate = _acceleration_rates(seen.timestamp_s).to(device)[:, None]
        self.prior_focal = config.focal_px or config.focal_prior * max(seen.size_wh)
        self.weight = _landmark_weights(config)[self.used].to(device)
        self.visible = torch.ones_like(self.target[..., 0])
        self._initialise(seen, rig)

    def _initialise(self, seen: Observations, rig: HeadRig) -> None:
        rotation, translation = _procrustes_poses(seen, rig, self.prior_focal)
        turn = axis_angle_from_rotation(rotation @ FRONTAL.T)
        turn, translation = _bridge(turn, seen), _bridge(translation, seen)
        count = len(seen)
        zeros = lambda *shape: torch.zeros(shape, device=self.device)  # noqa: E731
        start = dict(
            turn=turn.to(self.device),
            translation=translation.to(self.device),
            expression=torch.full((count, len(self.names)), 0.05, device=self.device),
            eyes=zeros(count, 2, 2),
            identity=zeros(len(rig.identity_basis)),
            offset=zeros(len(self.used), 3),
            log_focal=zeros(1),
        )
        self.unknown = {name: value.float().clone().requires_grad_() for name, value in start.items()}
        self.blink = _blink_scores(seen, self.names, self.device)
        rates = dict(
            turn=0.004, translation=0.001, expression=0.02, eyes=0.01, identity=0.05, offset=2e-4,
            log_focal=0.0 if self.config.focal_px else 0.004,
        )  # fmt: skip
        self.rates = rates
        self.optimizer = torch.optim.Adam(
            [{"params": [self.unknown[name]], "lr": rate} for name, rate in rates.items()], betas=(0.9, 0.99)
        )

    @property
    def focal(self) -> Tensor:
        return self.prior_focal * self.unknown["log_focal"].exp()

    def project(self, rows: slice) -> Tensor:
        """Landmarks ``[B, L, 2]`` in pixels."""
        u = self.unknown
        points = self.model.points(u["identity"], u["offset"], u["expression"][rows], u["eyes"][rows])
        rotation = rotation_from_axis_angle(u["turn"][rows]) @ FRONTAL.to(self.device)
        scale = u["log_focal"].exp()
        depth_free = torch.cat([torch.ones(2, device=self.device), scale])
        world = points @ rotation.transpose(-1, -2) + (u["translation"][rows] * depth_free)[:, None]
        return self.focal * world[..., :2] / world[..., 2:].clamp(min=0.02) + self.centre_px

    @torch.no_grad()
    def update_visibility(self) -> None:
        """Landmarks on the far side of the head are guesses of the landmarker: let them count little."""
        rotation = rotation_from_axis_angle(self.unknown["turn"]) @ FRONTAL.to(self.device)
        facing = -(rotation[:, None] @ self.model.normal[None, :, :, None])[..., 2, 0]
        self.visible = ((facing + 0.1) / 0.4).clamp(0.03, 1.0)

    def data_loss(self, rows: slice) -> Tensor:
        """Robust landmark error of some frames, summed over frames."""
        error = ((self.project(rows) - self.target[rows]) / self.unit_px).square().sum(-1)
        robust = error / (1 + error / self.config.robust_scale**2)
        weight = self.weight * self.visible[rows]
        return ((robust * weight).sum(-1) / weight.sum(-1) * self.valid[rows]).sum()

    def prior_loss(self) -> Tensor:
        """Everything that needs no picture: smoothness in time, sparseness, the person's priors."""
        c, u = self.config, self.unknown
        blink = (u["expression"][:, self.blink[0]] - self.blink[1]).square() * self.valid[:, None]
        loss = c.expression_weight * u["expression"].mean() + c.score_weight * blink.sum(-1).mean()
        loss = loss + c.identity_weight * u["identity"].square().sum() * 0.05
        loss = loss + c.offset_weight * (u["offset"] * 1e3).square().mean()
        loss = loss + (u["log_focal"] / c.focal_prior_sigma).square().sum() * 0.02
        loss = loss + 0.02 * (u["eyes"] / 0.2).square().mean()
        if len(self.target) > 2:
            turn = _acceleration(u["turn"]) * self.rate * (180 / math.pi)
            move = _acceleration(u["translation"]) * self.rate * 1e3
            look = _acceleration(u["eyes"].flatten(1)) * self.rate * (180 / math.pi)
            loss = loss + c.smooth_rotation * _charbonnier(turn, c.smooth_rotation_scale)
            loss = loss + c.smooth_translation * _charbonnier(move, c.smooth_translation_scale)
            loss = loss + c.smooth_eyes * 0.1 * _charbonnier(look, 0.5)
            loss = loss + c.smooth_expression * (_acceleration(u["expression"]) * self.rate).square().mean()
        return loss

    def data_gradients(self, start: int) -> tuple[Tensor, ...]:
        """Gradients of the mean landmark error of ``chunk`` frames, in the order of the unknowns."""
        loss = self.data_loss(slice(start, start + self.chunk)) / self.valid.sum()
        return torch.autograd.grad(loss, list(self.unknown.values()))

    def step(self, iteration: int, pool: ThreadPoolExecutor) -> None:
        """One step of Adam over all unknowns; the residuals are held ``chunk`` frames at a time and worker."""
        self.optimizer.zero_grad(set_to_none=True)
        self.prior_loss().backward()
        # One thread a chunk and none inside: on busy machines threads that wait for each other are far slower.
        for gradients in pool.map(self.data_gradients, range(0, len(self.target), self.chunk)):
            for unknown, gradient in zip(self.unknown.values(), gradients, strict=True):
                unknown.grad = gradient if unknown.grad is None else unknown.grad + gradient
        done = iteration / self.config.iterations
        factor = min(1.0, (iteration + 1) / 10) * (
            1 if done < 0.4 else 0.02 + 0.49 * (1 + math.cos(math.pi * (done - 0.4) / 0.6))
        )
        for group, rate in zip(self.optimizer.param_groups, self.rates.values(), strict=True):
            group["lr"] = rate * factor
        self.optimizer.step()
        with torch.no_grad():
            self.unknown["expression"].clamp_(0, 1)

    @torch.no_grad()
    def solution(self) -> HeadSolution:
        """The unknowns as arrays, with the residual of every frame in pixels."""
        u = self.unknown
        residual = torch.cat(
            [
                (self.project(slice(start, start + 128)) - self.target[start : start + 128]).norm(dim=-1).mean(-1)
                for start in range(0, len(self.target), 128)
            ]
        )
        rotation = rotation_from_axis_angle(u["turn"]) @ FRONTAL.to(self.device)
        scale = float(u["log_focal"].exp())
        translation = u["translation"] * torch.tensor([1.0, 1.0, scale], device=self.device)
        array = lambda tensor: tensor.detach().cpu().numpy()  # noqa: E731
        return HeadSolution(
            rotation=array(rotation),
            translation_m=array(translation),
            expression=array(u["expression"]),
            eyes=array(u["eyes"]),
            identity=array(u["identity"]),
            offset_m=array(u["offset"]),
            used=array(self.used),
            focal_px=float(self.focal),
            residual_px=np.where(self.valid.cpu().numpy() > 0, array(residual), np.nan),
        )


def _acceleration(values: Tensor) -> Tensor:
    return values[2:] - 2 * values[1:-1] + values[:-2]


def _acceleration_rates(timestamp_s: np.ndarray) -> Tensor:
    """What turns second differences ``[T - 2]`` into accelerations at 25 frames a second; 0 across a cut.

    Frames that were left out make the differences around them larger, not the motion.
    """
    gaps = np.diff(timestamp_s)
    if len(gaps) < 2:
        return torch.zeros(0)
    mean = (gaps[1:] + gaps[:-1]) / 2
    rates = np.clip(1 / np.maximum(mean, 1e-3) / REFERENCE_FPS, 0.1, 5) ** 2
    uneven = np.abs(gaps[1:] - gaps[:-1]) > mean
    return torch.as_tensor(np.where(uneven, 0.0, rates)).float()


def _charbonnier(values: Tensor, scale: float) -> Tensor:
    """Quadratic below ``scale``, linear above: still heads are held still, sudden moves are let through."""
    return ((1 + (values / scale).square()).sqrt() - 1).mean() * scale


def _landmark_weights(config: TrackingConfig) -> Tensor:
    weight = torch.ones(478)
    weight[list(FACE_OVAL)] = config.contour_weight
    weight[list(LIPS + LEFT_EYE + RIGHT_EYE + LEFT_IRIS + RIGHT_IRIS)] = config.feature_weight
    return weight


def _blink_scores(seen: Observations, names: tuple[str, ...], device: torch.device | str) -> tuple[list[int], Tensor]:
    """Columns of the rig's blink weights and the landmarker's scores for them, stretched to reach 0 and 1."""
    pairs = [(names.index(n), seen.blendshape_names.index(n)) for n in ("eyeBlinkLeft", "eyeBlinkRight") if n in names]
    scores = torch.as_tensor(seen.blendshapes[:, [score for _, score in pairs]], dtype=torch.float32, device=device)
    return [column for column, _ in pairs], ((scores - 0.25) / 0.4).clamp(0, 1)


def _procrustes_poses(seen: Observations, rig: HeadRig, focal_px: float) -> tuple[Tensor, Tensor]:
    """Start poses by the similarity (Umeyama 1991) between the rig's landmarks and the landmarker's 2.5-D points."""
    source = rig.landmarks(rig.template).float().cpu()
    image = torch.as_tensor(np.concatenate([seen.landmarks_px, seen.landmark_depth_px[..., None]], -1)).float()
    weight = torch.ones(478)
    weight[list(FACE_OVAL + LIPS)] = 0.2
    weight = weight / weight.sum()
    source_mean = (weight[:, None] * source).sum(0)
    image_mean = (weight[:, None] * image).sum(1)
    a, b = source - source_mean, image - image_mean[:, None]
    covariance = torch.einsum("l,tlc,ld->tcd", weight, b, a)
    u, singular, vt = torch.linalg.svd(covariance + 1e-9 * torch.eye(3))
    flip = torch.ones_like(singular)
    flip[:, 2] = torch.det(u @ vt).sign()
    rotation = (u * flip[:, None]) @ vt
    scale = ((singular * flip).sum(-1) / (weight[:, None] * a.square()).sum()).clamp(min=1e-3)
    origin_px = image_mean[:, :2] - scale[:, None] * (rotation @ source_mean)[:, :2]
    depth = focal_px / scale
    centre = torch.tensor([seen.size_wh[0] / 2, seen.size_wh[1] / 2])
    return rotation, torch.cat([(origin_px - centre) * (depth / focal_px)[:, None], depth[:, None]], -1)


def _bridge(values: Tensor, seen: Observations) -> Tensor:
    """Fill the rows of frames without a face by interpolation in time."""
    known = np.flatnonzero(seen.detected)
    rows = np.arange(len(seen))
    columns = [np.interp(rows, known, column) for column in values.numpy()[known].T]
    return torch.as_tensor(np.stack(columns, 1), dtype=torch.float32)

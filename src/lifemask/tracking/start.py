"""Where the solve begins: every frame on its own, so that none can drag the others into a wrong minimum."""

import numpy as np
import torch
from torch import Tensor

from lifemask.geometry.rotation import axis_angle_from_rotation
from lifemask.rig.head import HeadRig
from lifemask.rig.landmark_sets import FACE_OVAL, LIPS
from lifemask.tracking.landmark_model import FRONTAL, Layout
from lifemask.tracking.observations import Observations
from lifemask.tracking.terms import Bounds

EXPRESSION_START = 0.05
OUTLINE_WEIGHT = 0.2


def start_state(
    seen: Observations, rig: HeadRig, layout: Layout, bounds: Bounds, focal_px: float, principal_px: Tensor
) -> np.ndarray:
    """A state ``[T, n]`` for every frame; frames without a face lie between their neighbours."""
    rotation, translation = similarity_poses(seen, rig, focal_px, principal_px)
    state = np.zeros((len(seen), layout.size))
    state[:, layout.turn] = axis_angle_from_rotation(rotation @ FRONTAL.T).numpy()
    state[:, layout.move] = translation.numpy()
    state[:, layout.expression] = np.where(bounds.standard, 0.0, EXPRESSION_START)
    known, rows = np.flatnonzero(seen.detected), np.arange(len(seen))
    for column in range(6):
        state[:, column] = np.interp(rows, known, state[known, column])
    return state


def similarity_poses(seen: Observations, rig: HeadRig, focal_px: float, principal_px: Tensor) -> tuple[Tensor, Tensor]:
    """Rotations ``[T, 3, 3]`` and translations ``[T, 3]`` by the similarity (Umeyama 1991) between the rig's landmarks
    and the landmarker's 2.5-D points."""
    source = rig.landmarks(rig.template).float().cpu()
    image = torch.as_tensor(np.concatenate([seen.landmarks_px, seen.landmark_depth_px[..., None]], -1)).float()
    weight = torch.ones(478)
    weight[list(FACE_OVAL + LIPS)] = OUTLINE_WEIGHT
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
    return rotation, torch.cat([(origin_px - principal_px) * (depth / focal_px)[:, None], depth[:, None]], -1)

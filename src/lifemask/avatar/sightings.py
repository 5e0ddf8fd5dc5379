"""A few frames of a clip with the rig in them: what they show of it, and how far hair stands off it."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lifemask.avatar.binding import triangle_frames
from lifemask.avatar.frames import FrameSource
from lifemask.avatar.hair import hair_thickness
from lifemask.avatar.motion import Motion
from lifemask.geometry.camera import Camera
from lifemask.geometry.mesh_raster import MeshPixels, rasterize_mesh, vertex_normals
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import pose_vertices

FRAMES = 10
BEHIND_M = 0.015
"""So far behind the surface in front of it a triangle is hidden, and not just slanted."""
OUTSIDE = ("scalp",)
"""Parts whose hidden triangles are left to the far side. Others show themselves where head and torso move apart."""


@dataclass(frozen=True)
class Sighting:
    """One frame: posed ``vertices [V, 3]``, their pixels ``[V, 2]``, the same with hair on the scalp (``outer``,
    ``outer_pixels``), picture and matte."""

    vertices: Tensor
    pixels: Tensor
    outer: Tensor
    outer_pixels: Tensor
    image: np.ndarray
    matte: np.ndarray


@dataclass(frozen=True)
class Sightings:
    """``thickness [V]`` of the hair in metres; ``hidden [F]``: triangles of the scalp that lie behind others in every
    frame."""

    frames: tuple[Sighting, ...]
    thickness: Tensor
    hidden: Tensor


def sightings(rig: HeadRig, neutral: Tensor, motion: Motion, rows: np.ndarray, source: FrameSource) -> Sightings:
    """Look at some of ``rows``: the head's extremes and an even rest. Everything on the CPU."""
    store, camera = source.store, source.camera
    chosen = _spread(motion, rows)
    posed = [pose_vertices(rig, neutral, motion.rows(torch.tensor([row])).code)[0] for row in chosen]
    images, mattes = store.images(chosen), store.mattes(chosen)
    thickness = hair_thickness(rig, posed, list(mattes), camera)
    frames = []
    for vertices, image, matte in zip(posed, images, mattes, strict=True):
        normals = torch.as_tensor(vertex_normals(vertices.double().numpy(), rig.faces.numpy())).float()
        outer = vertices + thickness[:, None] * normals
        frames.append(Sighting(vertices, camera.project(vertices), outer, camera.project(outer), image, matte))
    hidden = torch.as_tensor(np.all([_hidden(rig, frame, camera) for frame in frames], 0))
    outside = torch.stack([rig.regions[name] for name in OUTSIDE if name in rig.regions]).any(0)[rig.faces].all(1)
    return Sightings(tuple(frames), thickness, hidden & outside)


def covered(rig: HeadRig, frame: Sighting, camera: Camera) -> MeshPixels:
    """Which triangle, hair included, each pixel of a frame shows."""
    return rasterize_mesh(frame.outer_pixels.numpy(), frame.outer[:, 2].numpy(), rig.faces.numpy(), camera.size_wh)


def facing_camera(frame: Sighting, faces: Tensor, size_wh: tuple[int, int]) -> Tensor:
    """Cosine between each triangle's normal and the ray back to the camera; -1 outside the image."""
    normal = triangle_frames(frame.vertices[None], faces)[0, :, :, 2]
    centre = frame.vertices[faces].mean(1)
    cosine = -(normal * torch.nn.functional.normalize(centre, dim=-1)).sum(-1)
    pixel = frame.pixels[faces].mean(1)
    margin = 0.06 * size_wh[0]
    limits = torch.tensor(size_wh, dtype=pixel.dtype) + margin
    inside = ((pixel > -margin) & (pixel < limits)).all(-1)
    return torch.where(inside, cosine, torch.tensor(-1.0))


def _spread(motion: Motion, rows: np.ndarray) -> np.ndarray:
    heading = motion.code.camera_from_head[torch.as_tensor(rows), :3, 2].cpu().numpy()
    extremes = [int(f(heading[:, axis])) for axis in (0, 1) for f in (np.argmin, np.argmax)]
    even = np.linspace(0, len(rows) - 1, max(FRAMES - 4, 1)).astype(int)
    return rows[np.unique(np.concatenate([extremes, even]))]


def _hidden(rig: HeadRig, frame: Sighting, camera: Camera) -> np.ndarray:
    """Triangles ``[F]`` whose three corners all lie behind what the frame shows there."""
    depth = np.where((seen := covered(rig, frame, camera)).triangle >= 0, seen.depth, np.inf)
    width, height = camera.size_wh
    column, row = np.floor(frame.outer_pixels.numpy()).astype(int).T
    inside = (column >= 0) & (column < width) & (row >= 0) & (row >= 0) & (row < height)
    front = depth[row.clip(0, height - 1), column.clip(0, width - 1)]
    behind = inside & (frame.outer[:, 2].numpy() > front + BEHIND_M)
    return np.asarray(behind[rig.faces.numpy()].all(1))

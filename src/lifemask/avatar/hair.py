"""How thick the hair is on a scalp: as far out along its normals as the person's outline ever lets it be.

The rig is bald. Each vertex of its scalp is moved outwards until, in some frame, the matte says that nobody is there:
the visual hull (Laurentini 1994) along the normals. That is a measurement where the vertex lies on the outline in that
frame, and only a limit elsewhere; what faces the camera all the time is as thick as the scalp around it.
"""

from collections.abc import Sequence

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

from lifemask.geometry.camera import Camera
from lifemask.geometry.mesh_raster import vertex_normals
from lifemask.rig.head import HeadRig

MOST_M = 0.06
STEPS = 24
INSIDE = 100
"""Matte (0..255) from which a pixel is person."""
SWEEPS = 300
OUTLINE = 0.35
"""Cosine between normal and ray up to which a vertex lies on the outline."""


def hair_thickness(rig: HeadRig, posed: Sequence[Tensor], mattes: Sequence[np.ndarray], camera: Camera) -> Tensor:
    """Metres ``[V]`` by which hair stands out from each vertex of the scalp, 0 elsewhere.

    ``posed``: vertices ``[V, 3]`` of some frames in the frame of ``camera``; ``mattes [H, W]`` uint8 of these.
    """
    scalp = rig.regions["scalp"].cpu().numpy() if "scalp" in rig.regions else np.zeros(rig.num_vertices, bool)
    thickness = torch.zeros(rig.num_vertices)
    if not scalp.any():
        return thickness
    faces = rig.faces.cpu().numpy()
    reach = np.linspace(0, MOST_M, STEPS + 1)
    free = np.full(int(scalp.sum()), STEPS)
    measured = np.zeros(len(free), bool)
    for vertices, matte in zip(posed, mattes, strict=True):
        points = vertices.cpu().double().numpy()
        normals = vertex_normals(points, faces)[scalp]
        tried = points[scalp][:, None] + reach[:, None] * normals[:, None]
        inside = _inside(camera.project(torch.as_tensor(tried)).numpy(), matte)
        # What is not inside at the surface itself is a slip of the fit and says nothing.
        first_out = np.where(inside.all(1), STEPS, np.argmin(inside, 1) - 1)
        free = np.where(inside[:, 0], np.minimum(free, first_out), free)
        rays = points[scalp] / np.linalg.norm(points[scalp], axis=1, keepdims=True)
        measured |= (np.abs((normals * rays).sum(1)) < OUTLINE) & inside[:, 0] & (first_out < STEPS)
    if not measured.any():
        return thickness
    limit = reach[np.maximum(free, 0)]
    found = np.minimum(_continued(limit, measured, faces, scalp), np.where(free < STEPS, limit, MOST_M))
    thickness[torch.as_tensor(scalp)] = torch.as_tensor(found, dtype=torch.float32)
    return thickness


def _inside(pixels: np.ndarray, matte: np.ndarray) -> np.ndarray:
    """Whether ``pixels [..., 2]`` are person; those beside the picture count as such, since nobody saw them."""
    height, width = matte.shape
    column, row = np.floor(pixels[..., 0]).astype(int), np.floor(pixels[..., 1]).astype(int)
    beside = (column < 0) | (column >= width) | (row < 0) | (row >= height)
    return beside | (matte[row.clip(0, height - 1), column.clip(0, width - 1)] >= INSIDE)


def _continued(values: np.ndarray, known: np.ndarray, faces: np.ndarray, part: np.ndarray) -> np.ndarray:
    """``values [n]`` of the vertices of ``part [V]``, smoothed where ``known [n]`` and continued from there."""
    number = np.full(len(part), -1)
    number[part] = np.arange(int(part.sum()))
    corners = number[faces[part[faces].all(1)]]
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    edges = np.concatenate([edges, edges[:, ::-1]])
    count = int(part.sum())
    near = sparse.csr_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), (count, count))
    near.data[:] = 1
    pull = np.where(known, 1.0, 0.0)
    degree = np.maximum(np.asarray(near.sum(1))[:, 0], 1)
    found = np.where(known, values, values[known].mean())
    for _ in range(SWEEPS):
        found = (pull * values + near @ found) / (pull + degree)
    return found

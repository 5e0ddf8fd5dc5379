"""From offsets of the landmarks to offsets of the whole surface: smooth, bounded, and one solve of a sparse system."""

import numpy as np
from scipy.sparse import coo_matrix, diags, vstack
from scipy.sparse.linalg import splu

from lifemask.rig.head import HeadRig
from lifemask.tracking.landmark_model import eye_vertices

FIT = 60.0
DAMPING = 0.02
LIMIT_M = 0.015


def spread_offsets(rig: HeadRig, used: np.ndarray, offset_m: np.ndarray) -> np.ndarray:
    """Offsets ``[V, 3]`` (metres) whose value at the landmarks ``used [L]`` is near ``offset_m [L, 3]``.

    Minimises ``|L v|^2 + damping |v|^2 + fit |A v - offset|^2`` with the uniform graph Laplacian L of the mesh, so that
    upper and lower lip stay apart although they touch. Eyeballs move as a whole. No component exceeds 15 mm.
    """
    faces = rig.faces.cpu().numpy()
    count = len(rig.template)
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    edges = np.unique(np.sort(edges, 1), axis=0)
    both = np.concatenate([edges, edges[:, ::-1]])
    adjacency = coo_matrix((np.ones(len(both)), (both[:, 0], both[:, 1])), (count, count)).tocsr()
    degree = np.asarray(adjacency.sum(1)).ravel()
    laplacian = diags(np.ones(count)) - diags(1 / np.maximum(degree, 1)) @ adjacency
    corners = faces[rig.landmark_triangles.cpu().numpy()[used]]
    weights = rig.landmark_barycentrics.cpu().numpy()[used]
    rows = np.repeat(np.arange(len(corners)), 3)
    at_landmarks = coo_matrix((weights.ravel(), (rows, corners.ravel())), (len(corners), count))
    system = vstack([laplacian, DAMPING * diags(np.ones(count)), FIT * at_landmarks]).tocsc()
    right = np.concatenate([np.zeros((2 * count, 3)), FIT * offset_m.astype(float)])
    spread = splu((system.T @ system).tocsc()).solve(np.asarray(system.T @ right))
    for eye in eye_vertices(rig):
        members = eye.cpu().numpy()
        on_eye = np.isin(corners, members).all(1)
        spread[members] = offset_m[on_eye].mean(0) if on_eye.any() else 0.0
    return np.clip(spread, -LIMIT_M, LIMIT_M).astype(np.float32)

"""What a foreign head in the head frame takes over from the built-in bust: where its landmarks about are, and
which part is which."""

import numpy as np
from scipy.interpolate import RBFInterpolator
from scipy.spatial import KDTree

from lifemask.geometry.mesh_nearest import place_on_mesh
from lifemask.geometry.mesh_raster import vertex_normals
from lifemask.rig.bust import load_bust
from lifemask.rig.landmark_sets import LEFT_IRIS, RIGHT_IRIS

Correspondences = tuple[np.ndarray, np.ndarray]
"""Numbers ``[N]`` of landmarks and their positions ``[N, 3]`` on the foreign head, metres."""
IRISES = np.array(LEFT_IRIS + RIGHT_IRIS)
# Of the bust only skin is carried over: what lies inside of the mouth and the eyes has no counterpart there.
INNER_REGIONS = ("eyes", "teeth", "tongue")
# An opposite direction counts like twice this distance: outer skin is not taken for the inside of the mouth.
NORMAL_M = 0.01


def guess_landmarks(
    template: np.ndarray, faces: np.ndarray, is_eye: np.ndarray, known: Correspondences | None
) -> tuple[np.ndarray, np.ndarray]:
    """The 478 landmarks on a head ``template [V, 3]`` (head frame, metres), ``faces [F, 3]``: triangles ``[478]`` and
    barycentrics ``[478, 3]``.

    The bust's landmarks, bent so that the ``known`` ones are where they are, and put on the nearest surface: the
    irises on the eyeballs (``is_eye [V]``), all others on the skin.
    """
    bust = load_bust()
    points = bust.landmarks(bust.template).double().numpy()
    if known is not None:
        points = bend(points, points[known[0]], known[1])
    corners_on_eye = is_eye[faces].sum(1)
    eyeball, skin = corners_on_eye == 3, corners_on_eye == 0
    triangles, barycentrics = place_on_mesh(points, template, faces, skin)
    if eyeball.any():
        triangles[IRISES], barycentrics[IRISES] = place_on_mesh(points[IRISES], template, faces, eyeball)
    return triangles, barycentrics


def bust_labels(template: np.ndarray, faces: np.ndarray, landmarks: np.ndarray) -> np.ndarray:
    """The name of the bust's region ``[V]`` for each vertex of a head ``template [V, 3]``, ``faces [F, 3]`` whose
    478 ``landmarks [478, 3]`` are known: that of the nearest skin of like direction once the bust's landmarks are
    bent onto them."""
    bust = load_bust()
    own, vertices = bust.landmarks(bust.template).double().numpy(), bust.template.double().numpy()
    skin = ~np.any([bust.regions[name].numpy() for name in INNER_REGIONS], axis=0)
    names = np.array(list(bust.regions))
    labels = names[np.stack([mask.numpy() for mask in bust.regions.values()]).argmax(0)]
    shape = np.setdiff1d(np.arange(len(own)), IRISES)
    bent = bend(vertices[skin], own[shape], landmarks[shape])
    normals = vertex_normals(vertices, bust.faces.numpy())[skin]
    features = np.concatenate([bent, NORMAL_M * normals], 1)
    _, nearest = KDTree(features).query(np.concatenate([template, NORMAL_M * vertex_normals(template, faces)], 1))
    return labels[skin][nearest]


def bend(points: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """``points [N, 3]`` moved with ``start [K, 3]`` going to ``end [K, 3]``, smoothly in between.

    Interpolates displacements by the kernel -r and a constant, which in space stays bounded far from the data.
    """
    _, distinct = np.unique(np.round(start, 5), axis=0, return_index=True)
    field = RBFInterpolator(start[distinct], (end - start)[distinct], kernel="linear", degree=0, smoothing=1e-6)
    return points + field(points)

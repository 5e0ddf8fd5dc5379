"""Which pixel shows what: regions come from the fitted rig by name, never from a parser's guess."""

import numpy as np
import torch
from scipy import ndimage

from lifemask.formats.masks import MOUTH, mask_of
from lifemask.geometry.camera import Camera
from lifemask.geometry.mesh_raster import rasterize_mesh
from lifemask.perception.face_points import CHIN
from lifemask.rig.head import HeadRig
from lifemask.rig.landmark_sets import OUTER_LIPS

# Named pixel regions from the rig's vertex regions; every visible pixel of the rig is in exactly one. The
# inside of the mouth is not listed: what is seen of it lies within the outline of the lips, which joins the
# mouth below.
_MEMBERS: dict[str, tuple[str, ...]] = {
    "face": ("face", "brows"),
    "mouth": ("lips",),
    "eyes": ("eyes", "lids"),
    "nose": ("nose",),
    "ears": ("ears",),
    "scalp": ("scalp",),
    "neck": ("neck",),
    "shoulders": ("shoulders",),
}
REGION_NAMES: tuple[str, ...] = tuple(_MEMBERS)
EVALUATION_REGION_NAMES: tuple[str, ...] = ("face", "mouth", "eyes", "hair_edge", "neck", "torso", "background")

# Names of a face parser's labels.
EYES, SKIN = ("eye_left", "eye_right"), ("skin", "brow_left", "brow_right", "glasses")

# Half the width of the band along the matte's edge, in parts of the frame's longer side.
HAIR_EDGE_BAND = 0.012
# How far the neck's region reaches into the shoulders, in parts of the square root of the neck's area: the seam.
NECK_SEAM = 0.15
# Up to this alpha (0..255) a pixel is background; the soft edge of the matte belongs to neither side.
BACKGROUND_ALPHA = 8


def region_map(vertices: np.ndarray, camera: Camera, rig: HeadRig) -> dict[str, np.ndarray]:
    """Masks ``[H, W]`` bool named by ``REGION_NAMES`` for posed ``vertices [V, 3]`` (metres, camera's frame).

    The masks do not overlap; hidden parts are left out. The mouth is the visible lips and all that the
    outline of the lips encloses (teeth, tongue, cavity), so it is right for a closed mouth as well.
    """
    points_px = _project(vertices, camera)
    faces = rig.faces.cpu().numpy()
    pixels = rasterize_mesh(points_px, vertices[:, 2], faces, camera.size_wh)
    visible = pixels.triangle >= 0
    label = np.full(visible.shape, -1)
    label[visible] = _labels_at(_vertex_labels(rig)[faces[pixels.triangle[visible]]], pixels.barycentric[visible])
    masks = {name: label == index for index, name in enumerate(REGION_NAMES)}
    outline = lip_outline(vertices, camera, rig)
    mouth = masks["mouth"] | (polygon_mask(outline, camera.size_wh) & visible)
    masks = {name: mask & ~mouth for name, mask in masks.items()}
    masks["mouth"] = mouth
    return masks


def evaluation_regions(
    vertices: np.ndarray, camera: Camera, rig: HeadRig, matte: np.ndarray, labels: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """The regions in which renders are scored, ``[H, W]`` bool named by ``EVALUATION_REGION_NAMES``.

    ``vertices [V, 3]`` posed, metres, camera's frame; ``matte [H, W]`` uint8. ``face`` is all of the face
    with mouth and eyes; ``hair_edge`` is a band along the matte's edge above the chin; ``neck`` is the rig's
    visible neck and its seam to the shoulders; ``torso`` is what of the person lies below the chin and is not
    head (so the neck counts); ``background`` is where the matte is empty. ``labels [H, W]`` of a face parser,
    where there are some, decide on face, mouth and eyes.
    """
    masks = region_map(vertices, camera, rig)
    if labels is not None:
        masks |= {"mouth": mask_of(labels, MOUTH), "eyes": mask_of(labels, EYES), "nose": mask_of(labels, ("nose",))}
        masks["face"] = mask_of(labels, SKIN)
    face = masks["face"] | masks["mouth"] | masks["eyes"] | masks["nose"]
    chin_row = _project(rig.landmarks(torch.as_tensor(vertices)).numpy()[CHIN : CHIN + 1], camera)[0, 1]
    above_chin = (np.arange(matte.shape[0]) + 0.5 < chin_row)[:, None]
    person = matte > 127
    width = 2 * max(1, round(HAIR_EDGE_BAND * max(matte.shape))) + 1
    edge = ndimage.maximum_filter(person, width) != ndimage.minimum_filter(person, width)
    head = face | masks["ears"] | masks["scalp"]
    seam = 2 * max(1, round(NECK_SEAM * masks["neck"].sum() ** 0.5)) + 1
    return {
        "face": face,
        "mouth": masks["mouth"],
        "eyes": masks["eyes"],
        "hair_edge": edge & above_chin,
        "neck": masks["neck"] | (ndimage.maximum_filter(masks["neck"], seam) & masks["shoulders"]),
        "torso": person & ~above_chin & ~head,
        "background": matte <= BACKGROUND_ALPHA,
    }


def lip_outline(vertices: np.ndarray, camera: Camera, rig: HeadRig) -> np.ndarray:
    """The outer outline of the lips ``[20, 2]`` in pixels, for posed ``vertices [V, 3]`` (camera's frame)."""
    return _project(rig.landmarks(torch.as_tensor(vertices)).numpy()[list(OUTER_LIPS)], camera)


def polygon_mask(polygon_px: np.ndarray, size_wh: tuple[int, int]) -> np.ndarray:
    """Pixels ``[H, W]`` bool whose centres a closed polygon ``[N, 2]`` (continuous pixels) winds around.

    By winding number, not by parity: an outline that crosses itself, as pressed lips do, leaves no hole.
    """
    width, height = size_wh
    mask = np.zeros((height, width), bool)
    left, top = np.maximum(np.floor(polygon_px.min(0)).astype(int), 0)
    right, bottom = np.minimum(np.ceil(polygon_px.max(0)).astype(int), (width, height))
    if right <= left or bottom <= top:
        return mask
    x = np.arange(left, right)[None, :] + 0.5
    y = np.arange(top, bottom)[:, None] + 0.5
    winding = np.zeros((bottom - top, right - left), int)
    for (x0, y0), (x1, y1) in zip(polygon_px, np.roll(polygon_px, -1, axis=0), strict=True):
        side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
        winding += ((y0 <= y) & (y < y1) & (side > 0)).astype(int)
        winding -= ((y1 <= y) & (y < y0) & (side < 0)).astype(int)
    mask[top:bottom, left:right] = winding != 0
    return mask


def _vertex_labels(rig: HeadRig) -> np.ndarray:
    """Index into ``REGION_NAMES`` per vertex ``[V]``; -1 for regions that are not listed."""
    labels = np.full(rig.num_vertices, -1)
    for index, members in enumerate(_MEMBERS.values()):
        for member in members:
            if member in rig.regions:
                labels[rig.regions[member].cpu().numpy()] = index
    return labels


def _labels_at(corners: np.ndarray, barycentric: np.ndarray) -> np.ndarray:
    """Label per pixel ``[N]`` from its triangle's corners ``[N, 3]``: the one with the most weight there.

    Borders between regions so run through the triangles instead of along their jagged sides.
    """
    agreement = (corners[:, :, None] == corners[:, None, :]) @ barycentric[:, :, None]
    return np.take_along_axis(corners, agreement[:, :, 0].argmax(1)[:, None], 1)[:, 0]


def _project(points: np.ndarray, camera: Camera) -> np.ndarray:
    """Points ``[N, 3]`` in the camera's frame to pixels ``[N, 2]``."""
    homogeneous = points @ camera.matrix.T
    return homogeneous[:, :2] / homogeneous[:, 2:]

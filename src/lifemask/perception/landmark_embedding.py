"""Find the 478 face landmarks on any head rig by looking at it: render, run the landmarker, back-project, agree."""

import warnings
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy.spatial.transform import Rotation

from lifemask.errors import NoFaceError
from lifemask.geometry.mesh_nearest import place_on_mesh
from lifemask.geometry.mesh_raster import MeshPixels, rasterize_mesh, vertex_normals
from lifemask.perception.face_points import MIRROR_LANDMARKS
from lifemask.perception.landmark_edges import lid_places, lip_places, put
from lifemask.perception.landmarks import FaceLandmarker
from lifemask.rig.bust import load_bust
from lifemask.rig.code import RigCode
from lifemask.rig.head import NUM_LANDMARKS, HeadRig
from lifemask.rig.landmark_sets import INNER_LIPS, LEFT_IRIS, RIGHT_IRIS
from lifemask.rig.skinning import pose_vertices
from lifemask.rig.transfer import bend

SIZE_PX, FOCAL_PX, DISTANCE_M = 720, 1300.0, 0.6
VIEWS_DEG = tuple((yaw, pitch) for yaw in (-40, -25, -12, 0, 12, 25, 40) for pitch in (-12, 0, 12))
LOOKS = 3
# The pictures are centred on the face, this far below the eyes.
FACE_BELOW_EYES_M = 0.04
LIGHTS = ((0.2, 0.5, 0.85), (-0.4, 0.3, 0.85))
AMBIENT, DIFFUSE = 0.35, 0.7
# A surface seen under less than this cosine says little about where a landmark lies along the line of sight.
MIN_FACING = 0.2
BACKGROUND = 110.0
# A landmark's place is believed when this share of the pictures shows it (in an open mouth some fall into the
# hole), and a face when this share of the landmarks is.
MIN_SIGHTINGS, MIN_BELIEVED = 0.1, 0.8

COLOURS = {
    "lips": (180, 90, 90), "mouth_interior": (70, 25, 25), "teeth": (235, 230, 215), "tongue": (175, 85, 90),
    "eyes": (238, 236, 232), "lids": (205, 160, 140), "brows": (75, 55, 45), "nose": (222, 178, 155),
    "ears": (215, 165, 145), "scalp": (62, 46, 38), "face": (222, 178, 155), "neck": (212, 168, 146),
    "shoulders": (70, 85, 120),
}  # fmt: skip
IRIS_COLOUR, PUPIL_COLOUR, MARGIN_COLOUR = (88, 60, 42), (15, 12, 12), (90, 60, 52)
# An adult's iris is 11.7 mm wide, nearly the same in everyone.
IRIS_RADIUS_M = 0.00585
PUPIL_SHARE = 0.3
# Skin of the lids this near to the eyeball is their margin, where the lashes are.
MARGIN_M = 0.001
# Landmarks whose sightings differ by more than this lie on no one place of the surface.
STEADY_M = 0.004
SKIN = ("lips", "lids", "brows", "nose", "scalp", "face", "ears")
# Lips are told apart best when they are: the inner lip's landmarks come from a half open mouth.
OPEN_MOUTH, OPEN_JAW_RAD = ("jawOpen", 0.35), 0.12


@dataclass(frozen=True)
class Sightings:
    """Where landmarks were seen on the rest mesh: ``points [S, 478, 3]`` (NaN where not), and the triangles that any
    view showed, ``shown [F]`` bool."""

    points: np.ndarray
    shown: np.ndarray

    @property
    def often(self) -> np.ndarray:
        """Which landmarks ``[478]`` were seen often enough."""
        return np.isfinite(self.points[..., 0]).mean(0) >= MIN_SIGHTINGS


def embed_landmarks(rig: HeadRig) -> tuple[np.ndarray, np.ndarray]:
    """The places of the 478 landmarks on ``rig``: triangles ``[478]`` int64 and barycentrics ``[478, 3]``.

    The rig's joints, faces and regions are used, its present landmarks are not. The rest shape has to be symmetric
    about x = 0, as a mean head is. Takes a few seconds; raises NoFaceError when the landmarker sees no face on it.
    """
    rig = rig.to(device="cpu", dtype=torch.float64)
    template, faces, colours = rig.template.numpy(), rig.faces.numpy(), vertex_colours(rig)
    closed = look(template, template, faces, colours)
    open_mouth = _open_mouth(rig)
    opened = look(open_mouth, template, faces, colours)
    if closed.often.mean() < MIN_BELIEVED:
        raise NoFaceError(
            f"The face landmarker does not recognise the rig '{rig.name}' as a face.",
            "Its pictures are rendered from the rest shape, with +y up and +z out of the face, in metres.",
            "Check the model's file: are its units metres, is its template a whole head?",
        )
    points, spread = agree(closed)
    steady = closed.often & closed.often[MIRROR_LANDMARKS] & (spread < STEADY_M)
    points = _without_silhouette(points, steady)
    inner = np.isin(np.arange(NUM_LANDMARKS), INNER_LIPS) & opened.often & opened.often[MIRROR_LANDMARKS]
    points[inner] = agree(opened)[0][inner]
    skin = np.any([rig.regions[name].numpy() for name in SKIN], axis=0)[faces].all(1)
    triangles, barycentrics = place_on_mesh(points, template, faces, closed.shown & skin)
    for joint, iris in (("eye_left", LEFT_IRIS), ("eye_right", RIGHT_IRIS)):
        index = list(iris)
        triangles[index], barycentrics[index] = _place_iris(rig, joint, points[index])
    put(lip_places(rig, open_mouth, points) | lid_places(rig, points), triangles, barycentrics)
    return triangles, barycentrics


def look(posed: np.ndarray, rest: np.ndarray, faces: np.ndarray, colours: np.ndarray) -> Sightings:
    """Look at ``posed [V, 3]`` (head frame) from all sides; sightings are carried over to ``rest [V, 3]``.

    ``faces [F, 3]``, ``colours [V, 3]`` 0..255.
    """
    landmarker = FaceLandmarker()
    shown = np.zeros(len(faces), bool)
    points = []
    for yaw, pitch in VIEWS_DEG:
        turn = Rotation.from_euler("XY", [pitch, yaw], degrees=True).as_matrix()
        turned = posed @ turn.T
        pixels = rasterize_mesh(*_project(turned), faces, (SIZE_PX, SIZE_PX))
        shown[np.unique(pixels.triangle[pixels.triangle >= 0])] = True
        normals = vertex_normals(turned, faces)
        for light in LIGHTS:
            landmarks = _landmarks(landmarker, _shade(pixels, faces, colours, normals, np.array(light)))
            points.append(_back_project(landmarks, pixels, faces, rest, normals))
    return Sightings(np.stack(points), shown)


def agree(sightings: Sightings) -> tuple[np.ndarray, np.ndarray]:
    """Median positions ``[478, 3]``, made symmetric about x = 0, and the spread ``[478]`` before that (median
    distance from the median, in the sightings' unit); NaN for what was never seen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # numpy's about medians of nothing
        centre = np.nanmedian(sightings.points, axis=0)
        spread = np.nanmedian(np.linalg.norm(sightings.points - centre, axis=-1), axis=0)
    return (centre + centre[MIRROR_LANDMARKS] * [-1, 1, 1]) / 2, spread


def _without_silhouette(points: np.ndarray, steady: np.ndarray) -> np.ndarray:
    """``points [478, 3]`` with those that are not ``steady [478]`` (most follow the silhouette, so that sightings from
    different sides disagree) put where the bust's are once its steady landmarks are bent onto these."""
    bust = load_bust()
    own = bust.landmarks(bust.template).double().numpy()
    return np.where(steady[:, None], points, bend(own, own[steady], points[steady]))


def vertex_colours(rig: HeadRig) -> np.ndarray:
    """Plain colours ``[V, 3]`` 0..255 by region that make ``rig`` look enough like a person, with irises and with
    the lids' margins dark."""
    colours = np.zeros((rig.num_vertices, 3))
    for name, mask in rig.regions.items():
        colours[mask.numpy()] = COLOURS[name]
    for joint in ("eye_left", "eye_right"):
        own, arm, radius = _eyeball(rig, joint)
        across = np.linalg.norm(arm[:, :2], axis=1)
        near_margin = np.abs(np.linalg.norm(arm, axis=1) - radius) < MARGIN_M
        colours[rig.regions["lids"].numpy() & near_margin] = MARGIN_COLOUR
        front = own & (arm[:, 2] > 0)
        colours[front & (across < IRIS_RADIUS_M * 1.01)] = IRIS_COLOUR
        colours[front & (across < IRIS_RADIUS_M * PUPIL_SHARE)] = PUPIL_COLOUR
    return colours


def _eyeball(rig: HeadRig, joint: str) -> tuple[np.ndarray, np.ndarray, float]:
    """Of an eyeball its vertices ``[V]`` bool, all vertices seen from its centre ``[V, 3]``, and its radius."""
    index = rig.joint_names.index(joint)
    own = (rig.skin_weights[:, index] > 0.5).numpy()
    arm = (rig.template - rig.joint_positions[index]).numpy()
    return own, arm, float(np.linalg.norm(arm[own], axis=1).mean())


def _open_mouth(rig: HeadRig) -> np.ndarray:
    """``[V, 3]``: the rig at rest with a half open mouth, if it has a way to open it."""
    code = RigCode.at_rest(rig.num_expressions, torch.eye(4, dtype=torch.float64))
    if rig.has_jaw:
        code = replace(code, jaw=torch.tensor([OPEN_JAW_RAD, 0.0, 0.0], dtype=torch.float64))
    elif OPEN_MOUTH[0] in rig.expression_names:
        code.expression[rig.expression_names.index(OPEN_MOUTH[0])] = OPEN_MOUTH[1]
    return pose_vertices(rig, rig.template, code).numpy()


def _place_iris(rig: HeadRig, joint: str, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The front of an eyeball and four places on its limbus, for the iris ``seen [5, 3]``: the middle first, then
    left, right, up and down in the order in which they were seen."""
    own, arm, radius = _eyeball(rig, joint)
    axes = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])
    nearest = axes[((seen[1:, :2] - seen[0, :2]) @ axes.T).argmax(1)]
    ring = np.concatenate([[[0, 0]], nearest]) * IRIS_RADIUS_M
    depth = np.sqrt(np.maximum(radius**2 - (ring**2).sum(1), 0))
    faces = rig.faces.numpy()
    return place_on_mesh(np.concatenate([ring, depth[:, None]], 1), arm, faces, own[faces].sum(1) == 3)


def _project(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    depth = DISTANCE_M - points[:, 2]
    flat = points[:, :2] * [1, -1] / depth[:, None] * FOCAL_PX + SIZE_PX / 2
    flat[:, 1] -= FACE_BELOW_EYES_M / DISTANCE_M * FOCAL_PX
    return flat, depth


def _shade(
    pixels: MeshPixels, faces: np.ndarray, colours: np.ndarray, normals: np.ndarray, light: np.ndarray
) -> np.ndarray:
    light = light / np.linalg.norm(light)
    lit = colours * (AMBIENT + DIFFUSE * np.clip(normals @ light, 0, 1))[:, None]
    image = (lit[faces][pixels.triangle] * pixels.barycentric[..., None]).sum(2)
    image[pixels.triangle < 0] = BACKGROUND
    return image.clip(0, 255).astype(np.uint8)


def _landmarks(landmarker: FaceLandmarker, image: np.ndarray) -> np.ndarray | None:
    """The landmarks ``[478, 2]`` px once the landmarker's crop has settled on them."""
    landmarker.reset()
    seen = None
    for _ in range(LOOKS):
        seen = landmarker.track(image)
        if seen is None:
            return None
    return seen.landmarks_px if seen is not None else None


def _back_project(
    landmarks: np.ndarray | None, pixels: MeshPixels, faces: np.ndarray, rest: np.ndarray, normals: np.ndarray
) -> np.ndarray:
    found = np.full((NUM_LANDMARKS, 3), np.nan)
    if landmarks is None:
        return found
    column, row = np.floor(landmarks).astype(int).clip(0, SIZE_PX - 1).T
    triangle, weights = pixels.triangle[row, column], pixels.barycentric[row, column]
    facing = (weights[..., None] * normals[faces[triangle]]).sum(1)[:, 2]
    good = (triangle >= 0) & (facing > MIN_FACING)
    found[good] = (weights[good, :, None] * rest[faces[triangle[good]]]).sum(1)
    return found

"""One frame of the subject: pose the rig, dress it, rasterise, shade, develop."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from lifemask.geometry.camera import Camera
from lifemask.rig.skinning import pose_vertices
from lifemask.synthetic.eyes import eyes_of
from lifemask.synthetic.grooming import groom
from lifemask.synthetic.light import LightTable, bake_light
from lifemask.synthetic.mesh import CLOTH, HAIR, MOUTH, SKIN, TEETH, SubjectMesh, build_mesh, fast_normals
from lifemask.synthetic.motion import SubjectMotion
from lifemask.synthetic.paint import paints
from lifemask.synthetic.raster import Samples, rasterize
from lifemask.synthetic.room import wall
from lifemask.synthetic.shading import Drawn, Lit, shade
from lifemask.synthetic.strands import Strands
from lifemask.synthetic.subject import Subject, load_subject
from lifemask.synthetic.texture import MeshColours, bake

SUPERSAMPLING = 2
FOCAL_PER_SIZE = 2.3
"""Focal length over the picture's width: a phone's main camera at a metre, cropped to head and shoulders."""
TEXEL_PX = 0.6
"""Distance of texture samples, in pixels of the picture at the subject's distance."""
DISTANCE_M = 0.92
NOISE_LEVELS = (0.9, 0.5)
"""Sensor noise in grey levels (0..255): of brightness, and of each colour."""


def subject_camera(size: int) -> Camera:
    """The one static camera of a ``size`` x ``size`` picture; its principal point is off the middle on
    purpose."""
    focal = FOCAL_PER_SIZE * size
    return Camera((focal, focal), (0.508 * size, 0.492 * size), (size, size))


@dataclass(frozen=True)
class _Prepared:
    """What all frames of one subject at one size share."""

    subject: Subject
    mesh: SubjectMesh
    strands: Strands
    faces: np.ndarray
    colours: MeshColours
    light: LightTable
    samples: Samples
    background: np.ndarray


@lru_cache(maxsize=2)
def _prepare(identity_seed: int, size: int) -> _Prepared:
    subject = load_subject(identity_seed)
    mesh, light = _dressed(identity_seed)
    texel = TEXEL_PX * DISTANCE_M / (FOCAL_PER_SIZE * size)
    coarseness = {SKIN: 1.0, MOUTH: 2.5, TEETH: 1.0, CLOTH: 1.6, HAIR: 2.0}
    colours = bake(
        mesh.rest,
        mesh.faces,
        mesh.material,
        {kind: c * texel for kind, c in coarseness.items()},
        paints(subject),
    )
    samples = Samples.empty((size * SUPERSAMPLING, size * SUPERSAMPLING))
    strands = groom(subject, size)
    faces = np.concatenate([mesh.faces, strands.faces(len(mesh.rest))])
    return _Prepared(subject, mesh, strands, faces, colours, light, samples, wall(size))


@lru_cache(maxsize=2)
def _dressed(identity_seed: int) -> tuple[SubjectMesh, LightTable]:
    subject = load_subject(identity_seed)
    return build_mesh(subject), bake_light(subject)


def posed_rig(motion: SubjectMotion, identity_seed: int = 0) -> torch.Tensor:
    """The rig's vertices ``[T, V, 3]`` in the camera's frame: the geometry that is drawn, exactly."""
    subject = load_subject(identity_seed)
    return pose_vertices(subject.rig, torch.from_numpy(subject.neutral), motion.code())


def render_frame(
    motion: SubjectMotion, index: int, size: int, *, identity_seed: int = 0, noise: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Frame ``index`` of ``motion``: the picture ``[size, size, 3]`` uint8 sRGB and the exact alpha ``[size,
    size]`` uint8.

    The picture is ``alpha * subject + (1 - alpha) * wall(size)`` in sRGB values, plus sensor noise if asked
    for.
    """
    prepared = _prepare(identity_seed, size)
    subject, mesh = prepared.subject, prepared.mesh
    code = motion.code()[index]
    rig_vertices = pose_vertices(subject.rig, torch.from_numpy(subject.neutral), code).numpy().astype(np.float64)
    rig_faces = _rig_faces(identity_seed)
    rig_normals = fast_normals(rig_vertices, rig_faces)
    vertices = mesh.pose(rig_vertices, rig_normals)
    normals = fast_normals(vertices, mesh.faces)
    rig_room, rig_seen = _light(prepared, motion, index)
    room, seen = mesh.spread(rig_room), mesh.spread(rig_seen)

    camera = subject_camera(size)
    sample_per_depth = 1 / (camera.focal_px[0] * SUPERSAMPLING)
    hairs, hair_rgb = prepared.strands.pose(rig_vertices, rig_room, rig_seen, sample_per_depth)
    drawn = np.concatenate([vertices, hairs])
    points = drawn[:, :2] / drawn[:, 2:] * camera.focal_px + camera.principal_px
    rasterize(points * SUPERSAMPLING, drawn[:, 2], prepared.faces, prepared.samples)

    shown = Drawn(
        prepared.samples.triangle, prepared.samples.barycentric, SUPERSAMPLING,
        prepared.faces, mesh.material, len(mesh.faces), len(vertices),
        prepared.colours.resolution, prepared.colours.first, prepared.colours.samples, mesh.rest,
    )  # fmt: skip
    lit = Lit(vertices, normals, room, seen, hair_rgb)
    image, alpha = shade(shown, lit, eyes_of(subject, code, rig_vertices), prepared.background)
    if noise:
        image = image + _sensor_noise(size, motion.seed, index)
    return _to_uint8(image), _to_uint8(alpha)


def render_wall(size: int) -> np.ndarray:
    """The empty picture ``[size, size, 3]`` uint8 without noise: the clip's true background plate."""
    return _to_uint8(wall(size))


def _to_uint8(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values * 255), 0, 255).astype(np.uint8)


def _sensor_noise(size: int, seed: int, index: int) -> np.ndarray:
    rng = np.random.default_rng([seed, index])
    grey = rng.standard_normal((size, size, 1), np.float32) * NOISE_LEVELS[0]
    return (grey + rng.standard_normal((size, size, 3), np.float32) * NOISE_LEVELS[1]) / 255


@lru_cache(maxsize=2)
def _rig_faces(identity_seed: int) -> np.ndarray:
    return load_subject(identity_seed).rig.faces.numpy().astype(np.int32)


def _light(prepared: _Prepared, motion: SubjectMotion, index: int) -> tuple[np.ndarray, np.ndarray]:
    """Room light ``[V, 3]`` and seen share of the key light ``[V]`` of the rig's vertices."""
    rig = prepared.subject.rig
    weight = dict(zip(motion.expression_names, motion.expression[index], strict=True))
    left = rig.template[:, 0].numpy() > 0
    blink = np.where(left, weight["eyeBlinkLeft"], weight["eyeBlinkRight"]).clip(0, 1).astype(np.float32)
    opened = (weight["jawOpen"] - weight["mouthClose"]) / 0.45 + 0.5 * weight["mouthUpperUpLeft"]
    return prepared.light.illuminate(
        motion.camera_from_head[index, :3, :3],
        motion.camera_from_torso[index, :3, :3],
        blink,
        float(np.clip(opened, 0, 1)),
    )

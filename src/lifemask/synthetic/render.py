"""One frame of the subject: pose the rig, dress it, rasterise, shade, develop."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from lifemask.errors import ConfigError
from lifemask.rig.skinning import pose_vertices
from lifemask.synthetic.eyes import eyes_of
from lifemask.synthetic.framing import DISTANCE_M, FOCAL_PER_SIDE, Size, size_wh, square_of, subject_camera
from lifemask.synthetic.grooming import groom
from lifemask.synthetic.light import LightTable, bake_light
from lifemask.synthetic.long_hair import shadow_of_hair
from lifemask.synthetic.mesh import CLOTH, HAIR, MOUTH, SKIN, TEETH, SubjectMesh, build_mesh
from lifemask.synthetic.motion import SubjectMotion
from lifemask.synthetic.normals import fast_normals
from lifemask.synthetic.paint import paints
from lifemask.synthetic.raster import Samples, rasterize
from lifemask.synthetic.room import wall
from lifemask.synthetic.shading import Drawn, Lit, shade
from lifemask.synthetic.strands import Strands
from lifemask.synthetic.subject import Subject, load_subject
from lifemask.synthetic.texture import MeshColours, bake

SUPERSAMPLING = 2
TEXEL_PX = 0.6
"""Distance of texture samples, in pixels of the picture at the subject's distance."""
NOISE_LEVELS = (0.9, 0.5)
"""Sensor noise in grey levels (0..255): of brightness, and of each colour."""


@dataclass(frozen=True)
class Prepared:
    """What all frames of one subject share whose shorter side is the same."""

    subject: Subject
    mesh: SubjectMesh
    strands: Strands
    faces: np.ndarray
    colours: MeshColours
    light: LightTable
    shadow: tuple[np.ndarray, np.ndarray] | None
    """Shares of key and room that long hair lets through to the rig's vertices ``[V]``."""


@lru_cache(maxsize=2)
def prepare(identity_seed: int, side: int) -> Prepared:
    """Dress and paint a subject for pictures whose shorter side is ``side`` pixels; the last two are kept."""
    subject = load_subject(identity_seed)
    mesh, light = _dressed(identity_seed)
    texel = TEXEL_PX * DISTANCE_M / (FOCAL_PER_SIDE * side)
    coarseness = {SKIN: 1.0, MOUTH: 2.5, TEETH: 1.0, CLOTH: 1.6, HAIR: 2.0}
    colours = bake(
        mesh.rest,
        mesh.faces,
        mesh.material,
        {kind: c * texel for kind, c in coarseness.items()},
        paints(subject),
    )
    strands = groom(subject, side)
    faces = np.concatenate([mesh.faces, strands.faces(len(mesh.rest))])
    shadow = shadow_of_hair(subject, strands) if subject.look.long_hair else None
    return Prepared(subject, mesh, strands, faces, colours, light, shadow)


@lru_cache(maxsize=1)
def _samples(size: tuple[int, int]) -> Samples:
    return Samples.empty((size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING))


@lru_cache(maxsize=2)
def _dressed(identity_seed: int) -> tuple[SubjectMesh, LightTable]:
    subject = load_subject(identity_seed)
    return build_mesh(subject), bake_light(subject)


def posed_rig(motion: SubjectMotion, identity_seed: int = 0) -> torch.Tensor:
    """The rig's vertices ``[T, V, 3]`` in the camera's frame: the geometry that is drawn, exactly."""
    subject = load_subject(identity_seed)
    return pose_vertices(subject.rig, torch.from_numpy(subject.neutral), motion.code())


def render_frame(
    motion: SubjectMotion,
    index: int,
    size: Size,
    *,
    identity_seed: int = 0,
    noise: bool = True,
    background: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Frame ``index`` of ``motion``: the picture ``[H, W, 3]`` uint8 sRGB and the exact alpha ``[H, W]`` uint8.

    ``size`` is the side of a square or (width, height), pixels. The picture is ``alpha * subject + (1 - alpha) *
    background`` in sRGB values, plus sensor noise if asked for; the background is ``wall(size)`` or another picture
    ``[H, W, 3]`` (uint8, or floats in 0..1), which does not change the light on the subject. Raises ConfigError.
    """
    size = size_wh(size)
    behind = wall(size) if background is None else _as_background(background, size)
    prepared, samples = prepare(identity_seed, square_of(size)[2]), _samples(size)
    subject, mesh = prepared.subject, prepared.mesh
    code = motion.code()[index]
    rig_vertices = pose_vertices(subject.rig, torch.from_numpy(subject.neutral), code).numpy().astype(np.float64)
    rig_faces = _rig_faces(identity_seed)
    rig_normals = fast_normals(rig_vertices, rig_faces)
    vertices = mesh.pose(rig_vertices, rig_normals)
    normals = fast_normals(vertices, mesh.faces)
    rig_room, rig_seen = _light(prepared, motion, index)
    camera = subject_camera(size)
    sample_per_depth = 1 / (camera.focal_px[0] * SUPERSAMPLING)
    hairs, hair_rgb = prepared.strands.pose(rig_vertices, rig_room, rig_seen, sample_per_depth)
    if prepared.shadow is not None:
        rig_seen, rig_room = rig_seen * prepared.shadow[0], rig_room * prepared.shadow[1][:, None]
    room, seen = mesh.spread(rig_room), mesh.spread(rig_seen)

    drawn = np.concatenate([vertices, hairs])
    points = drawn[:, :2] / drawn[:, 2:] * camera.focal_px + camera.principal_px
    rasterize(points * SUPERSAMPLING, drawn[:, 2], prepared.faces, samples)

    shown = Drawn(
        samples.triangle, samples.barycentric, SUPERSAMPLING,
        prepared.faces, mesh.material, len(mesh.faces), len(vertices),
        prepared.colours.resolution, prepared.colours.first, prepared.colours.samples, mesh.rest,
    )  # fmt: skip
    lit = Lit(vertices, normals, room, seen, hair_rgb)
    image, alpha = shade(shown, lit, eyes_of(subject, code, rig_vertices), behind)
    if noise:
        image = image + _sensor_noise(size, motion.seed, index)
    return _to_uint8(image), _to_uint8(alpha)


def render_wall(size: Size) -> np.ndarray:
    """The empty picture ``[H, W, 3]`` uint8 without noise: the clip's true background plate."""
    return _to_uint8(wall(size))


def _as_background(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Float32 in 0..1 of a picture that fits."""
    expected = (size[1], size[0], 3)
    if picture.shape != expected or not (picture.dtype == np.uint8 or np.issubdtype(picture.dtype, np.floating)):
        raise ConfigError(
            f"The background is {picture.dtype} {list(picture.shape)}, the picture {list(expected)}.",
            "It takes the wall's place pixel by pixel, in sRGB values.",
            "Resize it to the picture's (width, height); give uint8, or floats in 0..1.",
        )
    values = np.ascontiguousarray(picture, np.float32)
    return values / 255 if picture.dtype == np.uint8 else values.clip(0, 1)


def _to_uint8(values: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(values * 255), 0, 255).astype(np.uint8)


def _sensor_noise(size: tuple[int, int], seed: int, index: int) -> np.ndarray:
    width, height = size
    rng = np.random.default_rng([seed, index])
    grey = rng.standard_normal((height, width, 1), np.float32) * NOISE_LEVELS[0]
    return (grey + rng.standard_normal((height, width, 3), np.float32) * NOISE_LEVELS[1]) / 255


@lru_cache(maxsize=2)
def _rig_faces(identity_seed: int) -> np.ndarray:
    return load_subject(identity_seed).rig.faces.numpy().astype(np.int32)


def _light(prepared: Prepared, motion: SubjectMotion, index: int) -> tuple[np.ndarray, np.ndarray]:
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

"""The algebra between the camera conventions of other systems, in one place; float64, batched over ``...``.

Inside, a camera is OpenCV's: x right, y down, z forward, column vectors, ``camera_from_world [..., 4, 4]`` in metres
and ``K [..., 3, 3]`` in pixels of an image that is ``[0, width] x [0, height]``. The world is FLAME's: +x the
subject's left, +y up, +z out of the face. The same formulas, with pictures: docs/conventions.md.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from lifemask.errors import FormatError

FLIP_XY = np.diag([-1.0, -1.0, 1.0])
"""PyTorch3D's view axes (x left, y up, z forward) to OpenCV's, and back."""

FLIP_YZ = np.diag([1.0, -1.0, -1.0])
"""OpenGL's camera axes (x right, y up, z backward) to OpenCV's, and back."""

DEGENERATE = 1e-6
"""Rows of a 6-D rotation shorter than this, or closer to parallel, have no direction left in float32."""

NOT_A_ROTATION = 1e-3
"""Largest entry of R R^T - 1 that is taken for rounding: text files of other tools keep four decimals."""


def rotation_from_rows6(rows6: np.ndarray) -> np.ndarray:
    """6-D rotations ``[..., 6]``, the first two ROWS of the matrix, to matrices ``[..., 3, 3]``.

    Gram-Schmidt (Zhou et al. 2019, section 4.1) as PyTorch3D stores it. Taking the numbers for columns gives the
    inverse rotation. Raises FormatError where the two rows do not span a plane.
    """
    rows6 = np.asarray(rows6, np.float64)
    first, second = rows6[..., :3], rows6[..., 3:]
    length = np.linalg.norm(first, axis=-1, keepdims=True)
    unit = first / np.where(length > 0, length, 1)
    rest = second - (unit * second).sum(-1, keepdims=True) * unit
    rest_length = np.linalg.norm(rest, axis=-1, keepdims=True)
    second_length = np.linalg.norm(second, axis=-1, keepdims=True)
    bad = ~(length > DEGENERATE) | ~(rest_length > DEGENERATE * np.maximum(1, second_length))
    if bad.any():
        example = rows6.reshape(-1, 6)[np.flatnonzero(bad.reshape(-1))[0]]
        raise FormatError(
            f"The 6-D rotation {example.tolist()} is no rotation.",
            "Its two rows must be finite, not zero and not parallel; the identity is [1, 0, 0, 0, 1, 0].",
        )
    other = rest / rest_length
    return np.stack([unit, other, np.cross(unit, other)], -2)


def rows6_from_rotation(rotation: np.ndarray) -> np.ndarray:
    """The first two rows of ``[..., 3, 3]`` as ``[..., 6]``."""
    return np.asarray(rotation)[..., :2, :].reshape(*rotation.shape[:-2], 6)


def rotation_from_axis_angle(axis_angle: np.ndarray) -> np.ndarray:
    """Axis-angle ``[..., 3]`` (radians) to matrices ``[..., 3, 3]``."""
    axis_angle = np.asarray(axis_angle, np.float64)
    return Rotation.from_rotvec(axis_angle.reshape(-1, 3)).as_matrix().reshape(*axis_angle.shape[:-1], 3, 3)


def axis_angle_from_rotation(rotation: np.ndarray) -> np.ndarray:
    """Matrices ``[..., 3, 3]`` to axis-angle ``[..., 3]`` (radians), of length at most pi."""
    return Rotation.from_matrix(rotation.reshape(-1, 3, 3)).as_rotvec().reshape(*rotation.shape[:-2], 3)


def is_rotation(matrices: np.ndarray) -> np.ndarray:
    """Which of ``[..., 3, 3]`` are rotations but for rounding: bool ``[...]``."""
    error = np.abs(matrices @ np.swapaxes(matrices, -1, -2) - np.eye(3)).max((-1, -2))
    return (error <= NOT_A_ROTATION) & (np.linalg.det(matrices) > 0)


def rigid(rotation: np.ndarray, translation_m: np.ndarray) -> np.ndarray:
    """Rotations ``[..., 3, 3]`` and translations ``[..., 3]`` as ``[..., 4, 4]``."""
    batch = np.broadcast_shapes(np.shape(rotation)[:-2], np.shape(translation_m)[:-1])
    transform = np.zeros((*batch, 4, 4))
    transform[..., :3, :3], transform[..., :3, 3], transform[..., 3, 3] = rotation, translation_m, 1
    return transform


def invert_rigid(transform: np.ndarray) -> np.ndarray:
    """The inverse of rigid ``[..., 4, 4]``; a true one, so that float32's rounding of a rotation undoes itself."""
    back = np.linalg.inv(transform[..., :3, :3])
    return rigid(back, -(back @ transform[..., :3, 3:])[..., 0])


def intrinsics(focal_px: np.ndarray, principal_px: np.ndarray) -> np.ndarray:
    """Focal lengths ``[..., 2]`` and principal points ``[..., 2]`` in pixels as ``K [..., 3, 3]``."""
    matrix = np.zeros((*np.shape(focal_px)[:-1], 3, 3))
    matrix[..., 0, 0], matrix[..., 1, 1] = focal_px[..., 0], focal_px[..., 1]
    matrix[..., :2, 2], matrix[..., 2, 2] = principal_px, 1
    return matrix


@dataclass(frozen=True)
class NdcCamera:
    """A PyTorch3D perspective camera: row vectors, ``x_view = x_world @ rotation + translation_m``.

    View axes x left, y up, z forward. ``rotation [..., 3, 3]``, ``translation_m [..., 3]``, ``focal_ndc [...]`` and
    ``principal_ndc [..., 2]`` in units of half the shorter side of the image.
    """

    rotation: np.ndarray
    translation_m: np.ndarray
    focal_ndc: np.ndarray
    principal_ndc: np.ndarray


def opencv_from_ndc(camera: NdcCamera, size_wh: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """``camera_from_world`` and ``K`` of a PyTorch3D camera.

    ``R = (R_p F)^T``, ``t = F t_p``, ``f = focal s``, ``c = size / 2 - principal s`` with ``F = diag(-1, -1, 1)`` and
    ``s`` half the shorter side: from PyTorch3D's camera page, checked by projecting points both ways.
    """
    half, scale = np.array(size_wh) / 2, min(size_wh) / 2
    rotation = np.swapaxes(camera.rotation @ FLIP_XY, -1, -2)
    focal = np.asarray(camera.focal_ndc)[..., None] * scale
    principal = half - camera.principal_ndc * scale
    return rigid(rotation, camera.translation_m @ FLIP_XY), intrinsics(np.concatenate([focal, focal], -1), principal)


def ndc_from_opencv(camera_from_world: np.ndarray, k: np.ndarray, size_wh: tuple[int, int]) -> NdcCamera:
    """The inverse of ``opencv_from_ndc``: ``R_p = R^T F``, ``t_p = F t``; PyTorch3D's trackers have one focal length.

    Raises FormatError where fx and fy differ by more than 1e-4 of the focal length, a twentieth of a pixel at the
    edge of a 1000 pixel image.
    """
    fx, fy = k[..., 0, 0], k[..., 1, 1]
    if (np.abs(fx - fy) > 1e-4 * np.abs(fx)).any():
        worst = int(np.argmax(np.abs(fx / fy - 1)))
        raise FormatError(
            f"The camera has focal lengths of {fx.reshape(-1)[worst]:.2f} and {fy.reshape(-1)[worst]:.2f} px.",
            "This format has one focal length for both directions.",
            "Resample the images so that their pixels are square.",
        )
    half, scale = np.array(size_wh) / 2, min(size_wh) / 2
    return NdcCamera(
        np.swapaxes(camera_from_world[..., :3, :3], -1, -2) @ FLIP_XY,
        camera_from_world[..., :3, 3] @ FLIP_XY,
        fx / scale,
        (half - k[..., :2, 2]) / scale,
    )


def opencv_from_opengl(world_from_camera: np.ndarray) -> np.ndarray:
    """Camera-to-world in OpenGL's camera axes (NeRF's ``transform_matrix``) to ``camera_from_world``.

    The camera's y and z columns change sign, then the transform is inverted.
    """
    flipped = rigid(world_from_camera[..., :3, :3] @ FLIP_YZ, world_from_camera[..., :3, 3])
    return invert_rigid(flipped)


def opengl_from_opencv(camera_from_world: np.ndarray) -> np.ndarray:
    """The inverse of ``opencv_from_opengl``."""
    world = invert_rigid(camera_from_world)
    return rigid(world[..., :3, :3] @ FLIP_YZ, world[..., :3, 3])


def opencv_from_orbit(camera6: np.ndarray) -> np.ndarray:
    """flame-head-tracker's ``cam [..., 6]`` (yaw, pitch, roll in radians, x, y, z in metres) to ``camera_from_world``.

    ``[Rz(roll) Ry(yaw) Rx(pitch) | xyz]`` is camera-to-world in OpenGL's axes, whatever a comment in its source says.
    """
    camera6 = np.asarray(camera6, np.float64)
    angles = camera6[..., [2, 0, 1]].reshape(-1, 3)
    rotation = Rotation.from_euler("ZYX", angles).as_matrix().reshape(*camera6.shape[:-1], 3, 3)
    return opencv_from_opengl(rigid(rotation, camera6[..., 3:]))


def orbit_from_opencv(camera_from_world: np.ndarray) -> np.ndarray:
    """The inverse of ``opencv_from_orbit``; the yaw lies in [-pi/2, pi/2]."""
    world = opengl_from_opencv(camera_from_world)
    angles = Rotation.from_matrix(world[..., :3, :3].reshape(-1, 3, 3)).as_euler("ZYX")
    yaw_pitch_roll = angles[:, [1, 2, 0]].reshape(*world.shape[:-2], 3)
    return np.concatenate([yaw_pitch_roll, world[..., :3, 3]], -1)


def fold_root(
    camera_from_world: np.ndarray, root: np.ndarray, root_translation_m: np.ndarray, root_joint_m: np.ndarray
) -> np.ndarray:
    """The camera that sees an unmoved head as ``camera_from_world`` sees one with a moved root.

    FLAME turns by ``root [..., 3, 3]`` about its root joint ``root_joint_m [3]`` (at rest, of the person's shape) and
    then moves by ``root_translation_m [..., 3]``: ``x -> R (x - J) + J + tau``. A neck cannot be folded: it moves only
    a part of the vertices.
    """
    joint = np.asarray(root_joint_m, np.float64)
    move = joint - root @ joint + root_translation_m
    return camera_from_world @ rigid(root, move)


def ffhq_crop(
    eyes_px: np.ndarray, mouth_px: np.ndarray, side_px: int, enlarge: float = 1.3
) -> tuple[np.ndarray, np.ndarray]:
    """The FFHQ crop (Karras et al. 2019, its public alignment script): crop pixels to original pixels, and back.

    ``eyes_px [2, 2]`` centres of the eye on the image's left, then right; ``mouth_px [2, 2]`` its corners likewise.
    Returns two similarities ``[2, 3]``. ``enlarge`` scales the crop about its centre; flame-head-tracker takes 1.3.
    """
    between = eyes_px[1] - eyes_px[0]
    eye, mouth = eyes_px.mean(0), mouth_px.mean(0)
    down = mouth - eye
    half = between - down[::-1] * [-1, 1]
    length = np.hypot(*half)
    if not length > DEGENERATE:
        raise FormatError("Eyes and mouth lie on one point: no crop follows from them.")
    half = half / length * max(np.hypot(*between) * 2.0, np.hypot(*down) * 1.8) * enlarge
    across = half[::-1] * [-1, 1]
    corner = eye + down * 0.1 - half - across
    original_from_crop = np.column_stack([2 * half / side_px, 2 * across / side_px, corner])
    back = np.linalg.inv(original_from_crop[:, :2])
    return original_from_crop, np.column_stack([back, -back @ original_from_crop[:, 2]])


def original_camera(
    camera_from_world: np.ndarray, k: np.ndarray, original_from_crop: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Carry cameras of a crop back to the original image: ``camera_from_world`` and ``K``, both ``[..., n, n]``.

    ``original_from_crop [..., 2, 3]`` is a similarity of pixels: scale s, rotation phi, shift. It is exact to turn the
    camera about its axis by phi, to scale the focal length by s and to map the principal point. Raises FormatError
    where the map shears, mirrors, or where fx and fy differ and the crop is turned.
    """
    linear = original_from_crop[..., :, :2]
    scale = np.hypot(linear[..., 0, 0], linear[..., 1, 0])
    cosine, sine = linear[..., 0, 0] / scale, linear[..., 1, 0] / scale
    turn = np.zeros((*linear.shape[:-2], 3, 3))
    turn[..., 0, 0] = turn[..., 1, 1] = cosine
    turn[..., 1, 0], turn[..., 0, 1], turn[..., 2, 2] = sine, -sine, 1
    focal = np.stack([k[..., 0, 0], k[..., 1, 1]], -1)
    similar = np.abs(linear - scale[..., None, None] * turn[..., :2, :2]).max() <= 1e-6 * scale.max()
    uneven = np.abs(focal[..., 0] - focal[..., 1]) > 1e-6 * focal[..., 0]
    if not similar or (uneven & (np.abs(sine) > 1e-9)).any():
        raise FormatError(
            "The crop is no similarity of the original image's pixels.",
            "Only a crop that is shifted, turned and scaled alike in both directions keeps a camera a camera.",
        )
    principal = (linear @ k[..., :2, 2:])[..., 0] + original_from_crop[..., :, 2]
    turned = rigid(turn, np.zeros(3)) @ camera_from_world
    return turned, intrinsics(focal * scale[..., None], principal)

"""The eyes: iris, limbus, white, the lids' shade on them, and the window that is seen in the cornea."""

from typing import NamedTuple

import numpy as np
import torch
from numba import njit
from numpy.polynomial.polynomial import polyfit

from lifemask.rig.apertures import eyelid_aperture
from lifemask.rig.code import RigCode
from lifemask.rig.landmark_sets import LEFT_EYE, RIGHT_EYE
from lifemask.rig.skinning import gaze_rotation
from lifemask.synthetic.subject import Subject

UPPER_LIDS = (LEFT_EYE[8:], RIGHT_EYE[8:])
OPEN_LIDS_M = 0.005
"""Lids further apart than this leave the eyes in full light."""
IRIS_M = 0.00595
"""Radius of the iris in the rig's landmark embedding."""
PUPIL_M = 0.0023
CORNEA_GAIN = 2.0
"""The cornea bulges: its normals turn this much faster than the eyeball's."""
WINDOW_FROM = np.array([-0.30, -0.26, -0.92]) / np.linalg.norm([-0.30, -0.26, -0.92])
"""Where the window that is seen in the eyes is: lower than the key light's middle, so that lids do not hide
it."""
WINDOW_HALF = np.array([0.12, 0.17])
"""Half its width and height (sine)."""
WINDOW_LEVEL = 1.5
_SOFT = 0.05


class Eyes(NamedTuple):
    """Both eyes in one frame, left then right: ``centre [2, 3]`` on the template, ``axis [2, 3]`` in the
    camera's frame, ``opened [2]`` how far the lids are apart (0..1), ``lid [2, 3]`` the upper lids as
    parabolas (y over x in the head frame), ``head_from_camera [4, 4]``, ``iris [3]`` linear RGB."""

    centre: np.ndarray
    axis: np.ndarray
    opened: np.ndarray
    lid: np.ndarray
    head_from_camera: np.ndarray
    iris: np.ndarray


def eyes_of(subject: Subject, code: RigCode, rig_vertices: np.ndarray) -> Eyes:
    """The eyes of a posed rig ``[V, 3]``."""
    camera_from_head = code.camera_from_head.numpy().astype(np.float64)
    axis = camera_from_head[:3, :3] @ gaze_rotation(code.eyes.double()).numpy()[..., 2, None]
    head_from_camera = np.linalg.inv(camera_from_head)
    vertices = torch.from_numpy(rig_vertices).float()
    landmarks = subject.rig.landmarks(vertices).numpy().astype(np.float64)
    in_head = landmarks @ head_from_camera[:3, :3].T + head_from_camera[:3, 3]
    return Eyes(
        subject.rig.joint_positions[3:5].numpy().astype(np.float64),
        np.ascontiguousarray(axis[..., 0]),
        np.clip(eyelid_aperture(subject.rig, vertices).numpy() / OPEN_LIDS_M, 0, 1).astype(np.float64),
        np.stack([polyfit(in_head[list(lid), 0], in_head[list(lid), 1], 2) for lid in UPPER_LIDS]),
        head_from_camera,
        np.array(subject.look.iris),
    )


@njit(cache=True)
def ramp(value, low, high):
    """0 below ``low``, 1 above ``high``, smooth between; ``low > high`` falls instead."""
    t = min(1.0, max(0.0, (value - low) / (high - low)))
    return t * t * (3 - 2 * t)


@njit(cache=True)
def eye_colour(x, y, z, iris):
    """Linear colour of an eyeball at a place (metres) from its centre, +z through the pupil."""
    radius = np.sqrt(x * x + y * y)
    pink = ramp(radius, 0.007, 0.0145)
    red, green, blue = 0.62, 0.575 - 0.14 * pink, 0.545 - 0.16 * pink
    if z > 0 and radius < IRIS_M + 0.0006:
        streak = 1 + 0.55 * _fibre(np.arctan2(y, x), radius)
        collar = 1 + 0.9 * np.exp(-(((radius - 0.0031) / 0.0008) ** 2))
        limbus = 1 - 0.78 * ramp(radius, IRIS_M - 0.0016, IRIS_M)
        value = streak * limbus * ramp(radius, PUPIL_M - 0.0002, PUPIL_M + 0.0002)
        edge = 1 - ramp(radius, IRIS_M - 0.0003, IRIS_M + 0.0006)
        red += edge * (iris[0] * value * collar + 0.004 - red)
        green += edge * (iris[1] * value * (0.5 + 0.5 * collar) + 0.004 - green)
        blue += edge * (iris[2] * value + 0.004 - blue)
    return red, green, blue


@njit(cache=True)
def under_lid(eyes, eye, px, py, pz):
    """Metres by which a place of the camera's frame lies below the edge of the upper lid."""
    m = eyes.head_from_camera
    across = m[0, 0] * px + m[0, 1] * py + m[0, 2] * pz + m[0, 3]
    up = m[1, 0] * px + m[1, 1] * py + m[1, 2] * pz + m[1, 3]
    return eyes.lid[eye, 0] + across * (eyes.lid[eye, 1] + across * eyes.lid[eye, 2]) - up


@njit(cache=True)
def window_in_eye(axis, nx, ny, nz, vx, vy, vz, radius):
    """The window in the eye, where the mirrored view ``v`` meets it; ``radius`` from the eye's axis,
    metres."""
    bulge = 1 + (CORNEA_GAIN - 1) * ramp(radius, 0.0068, 0.0052)
    along = nx * axis[0] + ny * axis[1] + nz * axis[2]
    x, y, z = (
        along * axis[0] + bulge * (nx - along * axis[0]),
        along * axis[1] + bulge * (ny - along * axis[1]),
        along * axis[2] + bulge * (nz - along * axis[2]),
    )
    length = np.sqrt(x * x + y * y + z * z)
    x, y, z = x / length, y / length, z / length
    twice = 2 * (x * vx + y * vy + z * vz)
    x, y, z = twice * x - vx, twice * y - vy, twice * z - vz
    if x * WINDOW_FROM[0] + y * WINDOW_FROM[1] + z * WINDOW_FROM[2] < 0.5:
        return 0.0
    side = (z * WINDOW_FROM[0] - x * WINDOW_FROM[2]) / np.sqrt(WINDOW_FROM[0] ** 2 + WINDOW_FROM[2] ** 2)
    rise = y - WINDOW_FROM[1]
    inside = ramp(abs(side), WINDOW_HALF[0] * 1.5 + _SOFT, WINDOW_HALF[0])
    return WINDOW_LEVEL * inside * ramp(abs(rise), WINDOW_HALF[1] * 1.5 + _SOFT, WINDOW_HALF[1])


@njit(cache=True)
def _hash(a, b):
    value = np.sin(a * 12.9898 + b * 78.233) * 43758.5453
    return value - np.floor(value)


@njit(cache=True)
def _fibre(angle, radius):
    """Radial streaks of an iris, about -1..1, periodic in the angle."""
    total = 0.0
    for octave in range(3):
        steps = 29 << octave
        at = (angle / (2 * np.pi) + 0.5) * steps + radius * 600 * (octave - 1)
        cell = np.floor(at)
        t = at - cell
        t = t * t * (3 - 2 * t)
        total += (_hash(cell % steps, octave) * (1 - t) + _hash((cell + 1) % steps, octave) * t - 0.5) / (octave + 1)
    return total

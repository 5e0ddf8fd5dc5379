"""From samples to a picture: what each sample's material does with the light, developed and averaged per pixel."""

import numpy as np
from numba import njit, prange

from lifemask.synthetic.light import KEY_RGB, KEY_TO_LIGHT
from lifemask.synthetic.mesh import CLOTH, EYE, HAIR, MOUTH, SKIN, TEETH
from lifemask.synthetic.texture import mesh_colour

EXPOSURE = 0.92
SHOULDER = 0.62
"""Linear values above it are rolled off smoothly towards 1."""

# Per material: width of the specular lobe (exponent), and how far key light wraps around (red, green, blue): blood
# lets red light through.
_EXPONENT = np.zeros(6)
_EXPONENT[[SKIN, MOUTH, TEETH, EYE, CLOTH, HAIR]] = (17.0, 40.0, 60.0, 220.0, 6.0, 10.0)
_WRAP = np.zeros((6, 3))
_WRAP[[SKIN, MOUTH, TEETH, EYE, CLOTH, HAIR]] = (
    (0.30, 0.17, 0.12), (0.3, 0.2, 0.2), (0.25, 0.22, 0.2), (0.3, 0.25, 0.22), (0.08, 0.08, 0.08), (0.2, 0.2, 0.2),
)  # fmt: skip

_BOUNCE = np.zeros(6)
_BOUNCE[[TEETH, MOUTH]] = 0.36, 0.02
"""Light that goes to and fro between lips and teeth, which visibility of vertices cannot tell."""

IRIS_M = 0.00595
"""Radius of the iris in the rig's landmark embedding."""
PUPIL_M = 0.0023
CORNEA_GAIN = 2.0
"""The cornea bulges: its normals turn this much faster than the eyeball's."""
CATCH_FROM = np.array([-0.30, -0.26, -0.92]) / np.linalg.norm([-0.30, -0.26, -0.92])
"""Where the window that is seen in the eyes is: lower than the key light's middle, so that lids do not hide it."""
CATCH_LIGHT = np.array([0.12, 0.17])
"""Half width and height (sine) of the window that is seen in the eye."""


@njit(cache=True)
def _develop(value):
    """Linear light to sRGB in 0..1 with a soft shoulder."""
    value *= EXPOSURE
    if value > SHOULDER:
        value = SHOULDER + (1 - SHOULDER) * np.tanh((value - SHOULDER) / (1 - SHOULDER))
    if value <= 0.0031308:
        return 12.92 * max(value, 0.0)
    return 1.055 * value ** (1 / 2.4) - 0.055


@njit(cache=True)
def _ramp(value, low, high):
    t = min(1.0, max(0.0, (value - low) / (high - low)))
    return t * t * (3 - 2 * t)


@njit(cache=True)
def _hash(a, b):
    value = np.sin(a * 12.9898 + b * 78.233) * 43758.5453
    return value - np.floor(value)


@njit(cache=True)
def _fibre(angle, radius):
    """Radial streaks of an iris, -1..1, periodic in the angle."""
    total = 0.0
    for octave in range(3):
        steps = 29 << octave
        at = (angle / (2 * np.pi) + 0.5) * steps + radius * 600 * (octave - 1)
        cell = np.floor(at)
        t = at - cell
        t = t * t * (3 - 2 * t)
        total += (_hash(cell % steps, octave) * (1 - t) + _hash((cell + 1) % steps, octave) * t - 0.5) / (
            octave + 1
        )
    return total


@njit(cache=True)
def eye_colour(x, y, z, iris):
    """Linear colour of an eyeball at a place (metres) from its centre, +z through the pupil."""
    radius = np.sqrt(x * x + y * y)
    pink = _ramp(radius, 0.007, 0.0145)
    red, green, blue = 0.62, 0.575 - 0.14 * pink, 0.545 - 0.16 * pink
    if z > 0 and radius < IRIS_M + 0.0006:
        streak = 1 + 0.55 * _fibre(np.arctan2(y, x), radius)
        collar = 1 + 0.9 * np.exp(-(((radius - 0.0031) / 0.0008) ** 2))
        limbus = 1 - 0.78 * _ramp(radius, IRIS_M - 0.0016, IRIS_M)
        inner = _ramp(radius, PUPIL_M - 0.0002, PUPIL_M + 0.0002)
        value = streak * limbus * inner
        edge = 1 - _ramp(radius, IRIS_M - 0.0003, IRIS_M + 0.0006)
        red += edge * (iris[0] * value * collar + 0.004 - red)
        green += edge * (iris[1] * value * (0.5 + 0.5 * collar) + 0.004 - green)
        blue += edge * (iris[2] * value + 0.004 - blue)
    return red, green, blue


@njit(parallel=True, cache=True)
def shade(
    triangle, barycentric, supersampling,
    faces, material, num_surface_faces, num_surface_vertices, resolution, first, samples,
    position, normal, room, key_seen, hair_rgb,
    rest, eye_centre, eye_axis, eye_open, lid_curve, head_from_camera, iris,
    background, image, alpha,
):  # fmt: skip
    """Fill ``image [H, W, 3]`` float32 (sRGB, 0..1, over ``background``) and ``alpha [H, W]`` (coverage, 0..1)."""
    height, width = alpha.shape
    count = supersampling * supersampling
    for row in prange(height):
        colour = np.empty(3)
        n = np.empty(3)
        v = np.empty(3)
        h = np.empty(3)
        for column in range(width):
            red, green, blue, covered = 0.0, 0.0, 0.0, 0.0
            # A pixel inside one triangle is shaded once, in the mean of its samples; but eyes, which have sharp edges.
            top, left = row * supersampling, column * supersampling
            one = triangle[top, left]
            same = 0
            for sub in range(count):
                same += triangle[top + sub // supersampling, left + sub % supersampling] == one
            whole = one >= 0 and same == count and one < num_surface_faces and material[one] != EYE
            for sub in range(1 if whole else count):
                r, c = top + sub // supersampling, left + sub % supersampling
                t = triangle[r, c]
                if t < 0:
                    continue
                b1, b2 = barycentric[r, c, 0], barycentric[r, c, 1]
                share = 1.0 / count
                if whole:
                    share = 1.0
                    for other in range(1, count):
                        b1 += barycentric[top + other // supersampling, left + other % supersampling, 0]
                        b2 += barycentric[top + other // supersampling, left + other % supersampling, 1]
                    b1, b2 = b1 / count, b2 / count
                covered += share
                b0 = 1 - b1 - b2
                i, j, k = faces[t, 0], faces[t, 1], faces[t, 2]
                if t >= num_surface_faces:
                    f = num_surface_vertices
                    for ch in range(3):
                        colour[ch] = (
                            b0 * hair_rgb[i - f, ch] + b1 * hair_rgb[j - f, ch] + b2 * hair_rgb[k - f, ch]
                        )
                    red += share * _develop(colour[0])
                    green += share * _develop(colour[1])
                    blue += share * _develop(colour[2])
                    continue
                kind = material[t]
                n_length, v_length = 0.0, 0.0
                for axis in range(3):
                    n[axis] = b0 * normal[i, axis] + b1 * normal[j, axis] + b2 * normal[k, axis]
                    v[axis] = -(b0 * position[i, axis] + b1 * position[j, axis] + b2 * position[k, axis])
                    n_length += n[axis] * n[axis]
                    v_length += v[axis] * v[axis]
                n_length, v_length = 1 / np.sqrt(n_length + 1e-20), 1 / np.sqrt(v_length)
                for axis in range(3):
                    n[axis] *= n_length
                seen = b0 * key_seen[i] + b1 * key_seen[j] + b2 * key_seen[k]
                occlusion = 1.0
                if kind == EYE:
                    eye = 0 if rest[i, 0] > 0 else 1
                    x = b0 * rest[i, 0] + b1 * rest[j, 0] + b2 * rest[k, 0] - eye_centre[eye, 0]
                    y = b0 * rest[i, 1] + b1 * rest[j, 1] + b2 * rest[k, 1] - eye_centre[eye, 1]
                    z = b0 * rest[i, 2] + b1 * rest[j, 2] + b2 * rest[k, 2] - eye_centre[eye, 2]
                    colour[0], colour[1], colour[2] = eye_colour(x, y, z, iris)
                    gloss = 0.0
                    across, up = head_from_camera[0, 3], head_from_camera[1, 3]
                    for axis in range(3):
                        across -= head_from_camera[0, axis] * v[axis]
                        up -= head_from_camera[1, axis] * v[axis]
                    lid = lid_curve[eye, 0] + across * (lid_curve[eye, 1] + across * lid_curve[eye, 2])
                    occlusion = (0.30 + 0.70 * _ramp(lid - up, -0.0010, 0.0042)) * (
                        0.15 + 0.85 * eye_open[eye]
                    )
                else:
                    colour[0], colour[1], colour[2], gloss = mesh_colour(
                        samples, first[t], resolution[t], b1, b2
                    )
                for axis in range(3):
                    v[axis] *= v_length
                facing, n_key, h_length = 0.0, 0.0, 0.0
                for axis in range(3):
                    facing += n[axis] * v[axis]
                    n_key += n[axis] * KEY_TO_LIGHT[axis]
                    h[axis] = KEY_TO_LIGHT[axis] + v[axis]
                    h_length += h[axis] * h[axis]
                n_half = max(0.0, (n[0] * h[0] + n[1] * h[1] + n[2] * h[2]) / np.sqrt(h_length))
                facing = max(0.0, facing)
                fresnel = 0.30 + 0.70 * (1 - facing) ** 3
                exponent = _EXPONENT[kind]
                shine = (
                    gloss * fresnel * seen * n_half**exponent * (exponent + 8) / 50 if n_key > -0.2 else 0.0
                )
                catch = 0.0
                if kind == EYE:
                    catch = _catch_light(n, v, eye_axis[eye], np.sqrt(x * x + y * y), z) * _ramp(
                        lid - up, -0.001, 0.001
                    )
                    catch *= eye_open[eye]
                for ch in range(3):
                    wrap = _WRAP[kind, ch]
                    lit = max(0.0, (n_key + wrap) / (1 + wrap))
                    lit = lit * seen * KEY_RGB[ch]
                    around = b0 * room[i, ch] + b1 * room[j, ch] + b2 * room[k, ch] + _BOUNCE[kind]
                    colour[ch] = colour[ch] * (lit + around) * occlusion + shine * KEY_RGB[ch] + catch
                    # a sheen of the room at grazing angles
                    colour[ch] += gloss * 0.30 * (1 - facing) ** 4 * around
                red += share * _develop(colour[0])
                green += share * _develop(colour[1])
                blue += share * _develop(colour[2])
            alpha[row, column] = covered
            image[row, column, 0] = red + (1 - covered) * background[row, column, 0]
            image[row, column, 1] = green + (1 - covered) * background[row, column, 1]
            image[row, column, 2] = blue + (1 - covered) * background[row, column, 2]


@njit(cache=True)
def _catch_light(n, v, axis, radius, z):
    """The window in the eye: a soft rectangle where the mirrored view meets the key light; and a faint sky."""
    along = n[0] * axis[0] + n[1] * axis[1] + n[2] * axis[2]
    bulge = 1 + (CORNEA_GAIN - 1) * (1 - _ramp(radius, 0.0052, 0.0068)) if z > 0 else 1.0
    x = along * axis[0] + bulge * (n[0] - along * axis[0])
    y = along * axis[1] + bulge * (n[1] - along * axis[1])
    w = along * axis[2] + bulge * (n[2] - along * axis[2])
    length = np.sqrt(x * x + y * y + w * w)
    x, y, w = x / length, y / length, w / length
    twice = 2 * (x * v[0] + y * v[1] + w * v[2])
    x, y, w = twice * x - v[0], twice * y - v[1], twice * w - v[2]
    facing = x * CATCH_FROM[0] + y * CATCH_FROM[1] + w * CATCH_FROM[2]
    if facing < 0.5:
        return 0.0
    # sideways and upwards from the lamp's centre
    side = (w * CATCH_FROM[0] - x * CATCH_FROM[2]) / np.sqrt(CATCH_FROM[0] ** 2 + CATCH_FROM[2] ** 2)
    rise = y - CATCH_FROM[1]
    window = _ramp(abs(side), CATCH_LIGHT[0] * 1.5 + 0.05, CATCH_LIGHT[0]) * _ramp(
        abs(rise), CATCH_LIGHT[1] * 1.5 + 0.05, CATCH_LIGHT[1]
    )
    return 1.5 * window

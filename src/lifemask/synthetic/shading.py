"""From samples to a picture: what each sample's material does with the light, developed and averaged per
pixel."""

from typing import NamedTuple

import numpy as np
from numba import njit, prange

from lifemask.synthetic.eyes import Eyes, eye_colour, ramp, under_lid, window_in_eye
from lifemask.synthetic.light import KEY_RGB, KEY_TO_LIGHT
from lifemask.synthetic.mesh import CLOTH, EYE, HAIR, MOUTH, SKIN, TEETH
from lifemask.synthetic.texture import mesh_colour

EXPOSURE = 0.92
SHOULDER = 0.62
"""Linear values above it are rolled off smoothly towards 1."""

_KEY_X, _KEY_Y, _KEY_Z = (float(value) for value in KEY_TO_LIGHT)
# Per material: width of the specular lobe (exponent), and how far key light wraps around (red, green, blue):
# blood lets red light through.
_EXPONENT = np.zeros(6)
_EXPONENT[[SKIN, MOUTH, TEETH, EYE, CLOTH, HAIR]] = (17.0, 40.0, 60.0, 220.0, 6.0, 10.0)
_WRAP = np.zeros((6, 3))
_WRAP[[SKIN, MOUTH, TEETH, EYE, CLOTH, HAIR]] = (
    (0.30, 0.17, 0.12), (0.3, 0.2, 0.2), (0.25, 0.22, 0.2), (0.3, 0.25, 0.22), (0.08, 0.08, 0.08), (0.2, 0.2,
    0.2),
)  # fmt: skip
_BOUNCE = np.zeros(6)
_BOUNCE[[TEETH, MOUTH]] = 0.36, 0.02
"""Light that goes to and fro between lips and teeth, which visibility of vertices cannot tell."""


class Drawn(NamedTuple):
    """What does not change with the light: samples, triangles and their mesh colours. Triangles from
    ``num_faces`` on are hairs', whose vertices start at ``num_vertices``."""

    triangle: np.ndarray
    barycentric: np.ndarray
    supersampling: int
    faces: np.ndarray
    material: np.ndarray
    num_faces: int
    num_vertices: int
    resolution: np.ndarray
    first: np.ndarray
    colours: np.ndarray
    rest: np.ndarray


class Lit(NamedTuple):
    """Per surface vertex, in the camera's frame: ``position``, ``normal``, ``room`` light ``[N, 3]`` and
    ``key_seen [N]``; per hair vertex the finished linear ``hair_rgb``."""

    position: np.ndarray
    normal: np.ndarray
    room: np.ndarray
    key_seen: np.ndarray
    hair_rgb: np.ndarray


def shade(drawn: Drawn, lit: Lit, eyes: Eyes, background: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The picture ``[H, W, 3]`` float32 (sRGB, 0..1) over ``background`` (the same), and its alpha ``[H,
    W]``."""
    image = np.empty_like(background)
    alpha = np.empty(background.shape[:2], np.float32)
    _shade(drawn, lit, eyes, background, image, alpha)
    return image, alpha


@njit(parallel=True, cache=True)
def _shade(drawn, lit, eyes, background, image, alpha):
    for row in prange(alpha.shape[0]):
        _shade_row(drawn, lit, eyes, background, image, alpha, row)


@njit(cache=True)
def _shade_row(drawn, lit, eyes, background, image, alpha, row):
    """A pixel inside one triangle is shaded once, in the mean of its samples; but eyes, which have sharp
    edges."""
    side = drawn.supersampling
    count = side * side
    for column in range(alpha.shape[1]):
        red, green, blue, covered = 0.0, 0.0, 0.0, 0
        top, left = row * side, column * side
        one = drawn.triangle[top, left]
        mean1, mean2, same = 0.0, 0.0, 0
        for sub in range(count):
            r, c = top + sub // side, left + sub % side
            same += drawn.triangle[r, c] == one
            mean1 += drawn.barycentric[r, c, 0] / count
            mean2 += drawn.barycentric[r, c, 1] / count
        if 0 <= one < drawn.num_faces and same == count and drawn.material[one] != EYE:
            red, green, blue = _surface(drawn, lit, eyes, one, mean1, mean2)
            covered = count
        else:
            for sub in range(count):
                r, c = top + sub // side, left + sub % side
                t = drawn.triangle[r, c]
                if t < 0:
                    continue
                covered += 1
                b1, b2 = np.float64(drawn.barycentric[r, c, 0]), np.float64(drawn.barycentric[r, c, 1])
                if t < drawn.num_faces:
                    rgb = _surface(drawn, lit, eyes, t, b1, b2)
                else:
                    rgb = _hair(drawn, lit, t, b1, b2)
                red, green, blue = red + rgb[0] / count, green + rgb[1] / count, blue + rgb[2] / count
        share = covered / count
        alpha[row, column] = share
        image[row, column, 0] = red + (1 - share) * background[row, column, 0]
        image[row, column, 1] = green + (1 - share) * background[row, column, 1]
        image[row, column, 2] = blue + (1 - share) * background[row, column, 2]


@njit(cache=True)
def _mix(field, i, j, k, b1, b2, axis):
    return (1 - b1 - b2) * field[i, axis] + b1 * field[j, axis] + b2 * field[k, axis]


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
def _hair(drawn, lit, t, b1, b2):
    start = drawn.num_vertices
    i, j, k = drawn.faces[t, 0] - start, drawn.faces[t, 1] - start, drawn.faces[t, 2] - start
    rgb = lit.hair_rgb
    return (
        _develop(_mix(rgb, i, j, k, b1, b2, 0)),
        _develop(_mix(rgb, i, j, k, b1, b2, 1)),
        _develop(_mix(rgb, i, j, k, b1, b2, 2)),
    )


@njit(cache=True)
def _surface(drawn, lit, eyes, t, b1, b2):
    """Key light wrapped around the form, the room's light, a highlight of the key and a sheen of the room
    (sRGB)."""
    i, j, k = drawn.faces[t, 0], drawn.faces[t, 1], drawn.faces[t, 2]
    kind = drawn.material[t]
    nx = _mix(lit.normal, i, j, k, b1, b2, 0)
    ny = _mix(lit.normal, i, j, k, b1, b2, 1)
    nz = _mix(lit.normal, i, j, k, b1, b2, 2)
    px = _mix(lit.position, i, j, k, b1, b2, 0)
    py = _mix(lit.position, i, j, k, b1, b2, 1)
    pz = _mix(lit.position, i, j, k, b1, b2, 2)
    scale = 1 / np.sqrt(nx * nx + ny * ny + nz * nz + 1e-20)
    nx, ny, nz = nx * scale, ny * scale, nz * scale
    scale = -1 / np.sqrt(px * px + py * py + pz * pz)
    vx, vy, vz = px * scale, py * scale, pz * scale
    seen = (1 - b1 - b2) * lit.key_seen[i] + b1 * lit.key_seen[j] + b2 * lit.key_seen[k]

    occlusion, mirrored, gloss = 1.0, 0.0, 0.0
    if kind == EYE:
        eye = 0 if drawn.rest[i, 0] > 0 else 1
        x = _mix(drawn.rest, i, j, k, b1, b2, 0) - eyes.centre[eye, 0]
        y = _mix(drawn.rest, i, j, k, b1, b2, 1) - eyes.centre[eye, 1]
        z = _mix(drawn.rest, i, j, k, b1, b2, 2) - eyes.centre[eye, 2]
        red, green, blue = eye_colour(x, y, z, eyes.iris)
        below = under_lid(eyes, eye, px, py, pz)
        occlusion = (0.30 + 0.70 * ramp(below, -0.0010, 0.0042)) * (0.15 + 0.85 * eyes.opened[eye])
        if z > 0:
            mirrored = window_in_eye(eyes.axis[eye], nx, ny, nz, vx, vy, vz, np.sqrt(x * x + y * y))
            mirrored *= ramp(below, -0.001, 0.001) * eyes.opened[eye]
    else:
        red, green, blue, gloss = mesh_colour(drawn.colours, drawn.first[t], drawn.resolution[t], b1, b2)

    facing = max(0.0, nx * vx + ny * vy + nz * vz)
    to_key = nx * _KEY_X + ny * _KEY_Y + nz * _KEY_Z
    shine = 0.0
    if to_key > -0.2 and gloss > 0:
        hx, hy, hz = _KEY_X + vx, _KEY_Y + vy, _KEY_Z + vz
        half = max(0.0, (nx * hx + ny * hy + nz * hz) / np.sqrt(hx * hx + hy * hy + hz * hz))
        exponent = _EXPONENT[kind]
        shine = gloss * (0.30 + 0.70 * (1 - facing) ** 3) * seen * half**exponent * (exponent + 8) / 50
    sheen = gloss * 0.30 * (1 - facing) ** 4
    return (
        _reflected(lit, i, j, k, b1, b2, 0, kind, red, to_key, seen, occlusion, shine, sheen, mirrored),
        _reflected(lit, i, j, k, b1, b2, 1, kind, green, to_key, seen, occlusion, shine, sheen, mirrored),
        _reflected(lit, i, j, k, b1, b2, 2, kind, blue, to_key, seen, occlusion, shine, sheen, mirrored),
    )


@njit(cache=True)
def _reflected(lit, i, j, k, b1, b2, channel, kind, albedo, to_key, seen, occlusion, shine, sheen, mirrored):
    """One channel of what a surface sends to the camera, developed."""
    wrap = _WRAP[kind, channel]
    key = max(0.0, (to_key + wrap) / (1 + wrap)) * seen * KEY_RGB[channel]
    room = _mix(lit.room, i, j, k, b1, b2, channel) + _BOUNCE[kind]
    return _develop(albedo * (key + room) * occlusion + shine * KEY_RGB[channel] + mirrored + sheen * room)

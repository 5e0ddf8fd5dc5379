"""Rotations and rigid transforms, batched and differentiable.

Matrices act on column vectors; transforms are named ``target_from_source``. Axis-angle vectors are in radians.
"""

import torch
from torch import Tensor


def rotation_from_axis_angle(axis_angle: Tensor) -> Tensor:
    """Rodrigues' formula: axis-angle ``[..., 3]`` (radians) to rotation matrices ``[..., 3, 3]``.

    Smooth at zero: below 1e-4 rad the coefficients come from their Taylor series.
    """
    angle2 = (axis_angle * axis_angle).sum(-1)
    small = angle2 < 1e-8
    safe = torch.where(small, torch.ones_like(angle2), angle2)
    angle = safe.sqrt()
    sine = torch.where(small, 1 - angle2 / 6, angle.sin() / angle)
    cosine = torch.where(small, 0.5 - angle2 / 24, (1 - angle.cos()) / safe)
    cross = skew(axis_angle)
    identity = torch.eye(3, dtype=axis_angle.dtype, device=axis_angle.device)
    return identity + sine[..., None, None] * cross + cosine[..., None, None] * (cross @ cross)


def axis_angle_from_rotation(rotation: Tensor) -> Tensor:
    """Matrix logarithm: ``[..., 3, 3]`` to axis-angle ``[..., 3]`` (radians), for angles below pi."""
    trace = rotation.diagonal(dim1=-2, dim2=-1).sum(-1)
    vee = torch.stack(
        [
            rotation[..., 2, 1] - rotation[..., 1, 2],
            rotation[..., 0, 2] - rotation[..., 2, 0],
            rotation[..., 1, 0] - rotation[..., 0, 1],
        ],
        -1,
    )
    sine = vee.norm(dim=-1) / 2
    angle = torch.atan2(sine, (trace - 1) / 2)
    small = sine < 1e-4
    factor = torch.where(small, 0.5 + angle * angle / 12, angle / (2 * torch.where(small, torch.ones_like(sine), sine)))
    return vee * factor[..., None]


def left_jacobian(axis_angle: Tensor) -> Tensor:
    """How a rotation vector ``[..., 3]`` turns with its parameters: ``exp(a + d) = exp(J d) exp(a)`` to first order in
    ``d``, ``[..., 3, 3]`` (Sola et al. 2018, equation 145)."""
    angle2 = (axis_angle * axis_angle).sum(-1)
    small = angle2 < 1e-6
    safe = torch.where(small, torch.ones_like(angle2), angle2)
    angle = safe.sqrt()
    first = torch.where(small, 0.5 - angle2 / 24, (1 - angle.cos()) / safe)
    second = torch.where(small, 1 / 6 - angle2 / 120, (angle - angle.sin()) / (safe * angle))
    cross = skew(axis_angle)
    identity = torch.eye(3, dtype=axis_angle.dtype, device=axis_angle.device)
    return identity + first[..., None, None] * cross + second[..., None, None] * (cross @ cross)


def skew(vector: Tensor) -> Tensor:
    """Cross-product matrices ``[..., 3, 3]`` of vectors ``[..., 3]``: ``skew(a) @ b = a x b``."""
    x, y, z = vector.unbind(-1)
    zero = torch.zeros_like(x)
    rows = [zero, -z, y, z, zero, -x, -y, x, zero]
    return torch.stack(rows, -1).reshape(*vector.shape[:-1], 3, 3)


def rigid(rotation: Tensor, translation: Tensor) -> Tensor:
    """Rotation ``[..., 3, 3]`` and translation ``[..., 3]`` (metres) as ``[..., 4, 4]``."""
    top = torch.cat([rotation, translation[..., None]], -1)
    last = torch.zeros_like(top[..., :1, :])
    last[..., 3] = 1
    return torch.cat([top, last], -2)


def invert_rigid(transform: Tensor) -> Tensor:
    """Inverse of rigid transforms ``[..., 4, 4]`` without a linear solve."""
    rotation = transform[..., :3, :3].transpose(-1, -2)
    return rigid(rotation, -(rotation @ transform[..., :3, 3:])[..., 0])


def transform_points(transform: Tensor, points: Tensor) -> Tensor:
    """Apply ``[..., 4, 4]`` to points ``[..., N, 3]``."""
    return points @ transform[..., :3, :3].transpose(-1, -2) + transform[..., None, :3, 3]


def multiply_quaternions(a: Tensor, b: Tensor) -> Tensor:
    """Hamilton product of quaternions ``[..., 4]`` in the order w, x, y, z."""
    aw, ax, ay, az = a.unbind(-1)
    bw, bx, by, bz = b.unbind(-1)
    return torch.stack(
        [
            aw * bw - ax * bx - ay * by - az * bz,
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
        ],
        -1,
    )


def rotation_from_quaternion(quat_wxyz: Tensor) -> Tensor:
    """Quaternions ``[..., 4]`` (w first, any length but zero) to rotation matrices ``[..., 3, 3]``."""
    w, x, y, z = torch.nn.functional.normalize(quat_wxyz, dim=-1).unbind(-1)
    rows = [
        1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
        2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
        2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
    ]  # fmt: skip
    return torch.stack(rows, -1).reshape(*quat_wxyz.shape[:-1], 3, 3)


def quaternion_from_rotation(rotation: Tensor) -> Tensor:
    """Rotation matrices ``[..., 3, 3]`` to unit quaternions ``[..., 4]`` (w first, w >= 0).

    Shepperd's method: of the four equivalent formulas the one with the largest divisor is taken.
    """
    m = rotation
    m00, m11, m22 = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    squared = torch.stack([1 + m00 + m11 + m22, 1 + m00 - m11 - m22, 1 - m00 + m11 - m22, 1 - m00 - m11 + m22], -1)
    a, b, c = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    d, e, f = m[..., 1, 0] + m[..., 0, 1], m[..., 0, 2] + m[..., 2, 0], m[..., 2, 1] + m[..., 1, 2]
    rows = torch.stack(
        [
            torch.stack([squared[..., 0], a, b, c], -1),
            torch.stack([a, squared[..., 1], d, e], -1),
            torch.stack([b, d, squared[..., 2], f], -1),
            torch.stack([c, e, f, squared[..., 3]], -1),
        ],
        -2,
    )
    best = squared.argmax(-1)[..., None, None].expand(*squared.shape[:-1], 1, 4)
    quat = torch.nn.functional.normalize(rows.gather(-2, best)[..., 0, :], dim=-1)
    return torch.where(quat[..., :1] < 0, -quat, quat)

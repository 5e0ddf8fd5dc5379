"""The linear systems of the solve: a dense block for every frame, coupled in time by second differences.

Second differences couple equal unknowns of frames one and two apart, so that the matrix of a whole window is banded
with two frames' width, and a Cholesky factorisation of it costs a fixed number of operations a frame.
"""

import numpy as np
from scipy.linalg import solveh_banded
from torch import Tensor

# D^T D of one second difference (1, -2, 1): diagonals 0, 1 and 2 of its 3 x 3 matrix.
_DIAGONAL, _FIRST, _SECOND = (1.0, 4.0, 1.0), (-2.0, -2.0), 1.0


def second_difference(values: np.ndarray) -> np.ndarray:
    """``x[t] - 2 x[t + 1] + x[t + 2]`` along the first axis, ``[T - 2, ...]``."""
    return values[2:] - 2 * values[1:-1] + values[:-2]


def second_difference_gradient(weighted: np.ndarray, count: int) -> np.ndarray:
    """The transpose of ``second_difference``: ``[T - 2, n]`` to ``[T, n]``."""
    out = np.zeros((count, *weighted.shape[1:]))
    out[:-2] += weighted
    out[1:-1] -= 2 * weighted
    out[2:] += weighted
    return out


def solve_coupled(blocks: Tensor, gradient: np.ndarray, stiffness: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The step ``[T, n]`` with ``(blocks + D^T stiffness D) step = -gradient`` where ``free``, and zero elsewhere.

    ``blocks [T, n, n]`` symmetric and positive definite; ``gradient [T, n]``; ``stiffness [T - 2, n]`` the weight of
    each second difference; ``free [T, n]`` bool.
    """
    count, size = gradient.shape
    loose = free.astype(float)
    dense = blocks.numpy().astype(float) * (loose[:, :, None] * loose[:, None, :])
    index = np.arange(size)
    dense[:, index, index] += 1 - loose
    for shift, weight in enumerate(_DIAGONAL):
        dense[shift : count - 2 + shift, index, index] += weight * stiffness * loose[shift : count - 2 + shift]
    width = 2 * size if count > 2 else size - 1
    band = np.zeros((width + 1, count * size))
    for below in range(size):
        diagonal = np.zeros((count, size))
        diagonal[:, : size - below] = dense[:, index[below:], index[: size - below]]
        band[below] = diagonal.ravel()
    if count > 2:
        one, two = np.zeros((count, size)), np.zeros((count, size))
        for shift, weight in enumerate(_FIRST):
            one[shift : count - 2 + shift] += weight * stiffness
        two[: count - 2] = _SECOND * stiffness
        one[:-1] *= loose[:-1] * loose[1:]
        two[:-2] *= loose[:-2] * loose[2:]
        band[size] += one.ravel()
        band[2 * size] += two.ravel()
    right = (-gradient * loose).ravel()
    return solveh_banded(band, right, overwrite_ab=True, lower=True, check_finite=False).reshape(count, size)

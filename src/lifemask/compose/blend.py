"""Rendered pictures over a background, and without one.

A renderer gives premultiplied colour: each pixel's colour times its opacity (Porter and Duff: Compositing digital
images, SIGGRAPH 1984). Files that hold opacity want straight colour.
"""

import numpy as np
from numba import njit

from lifemask.errors import ConfigError

# Below half a level of opacity a pixel is stored as transparent, and its own colour is mostly rounding error.
_LEAST_ALPHA = np.float32(0.5 / 255)


def over(colour: np.ndarray, alpha: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Put a rendered picture over a background: uint8 [H,W,3].

    `colour` float32 [H,W,3] premultiplied and `alpha` float32 [H,W], both in [0,1]; `background` uint8 [H,W,3].
    Where alpha is 0 the background's bytes stay as they are; where it is 1 the result is round(255 colour).
    Raises ConfigError when the shapes do not fit.
    """
    colour, alpha = _checked(colour, alpha)
    if background.shape != colour.shape or background.dtype != np.uint8:
        raise ConfigError(
            f"expected a uint8 background {colour.shape}, got {background.dtype} {background.shape}.",
            "It has the size of the rendered picture.",
        )
    out = np.empty(colour.shape, np.uint8)
    _over(colour, alpha, np.ascontiguousarray(background), out)
    return out


def straight(colour: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """A rendered picture as files with opacity hold it: uint8 [H,W,4], the colour not multiplied.

    `colour` float32 [H,W,3] premultiplied, `alpha` float32 [H,W], both in [0,1]. Transparent pixels take a smooth
    continuation of the colours around them (pull and push; Gortler et al.: The Lumigraph, SIGGRAPH 1996), so that
    neither a player that scales the picture nor a codec with coarse colour draws a dark line around hair; a wholly
    transparent picture is black. Raises ConfigError when the shapes do not fit.
    """
    colour, alpha = _checked(colour, alpha)
    levels: list[np.ndarray] = [np.empty((*alpha.shape, 4), np.float32)]
    _keep_defined(colour, alpha, levels[0])
    while max(levels[-1].shape[:2]) > 1:
        height, width = levels[-1].shape[:2]
        levels.append(np.empty(((height + 1) // 2, (width + 1) // 2, 4), np.float32))
        _pull(levels[-2], levels[-1])
    for fine, coarse in zip(levels[-2::-1], levels[:0:-1], strict=True):
        _push(coarse, fine)
    out = np.empty((*alpha.shape, 4), np.uint8)
    _divide(levels[0], alpha, out)
    return out


def _checked(colour: np.ndarray, alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if colour.ndim != 3 or colour.shape[2] != 3 or alpha.shape != colour.shape[:2] or alpha.size == 0:
        raise ConfigError(f"expected colour [H, W, 3] and alpha [H, W], got {colour.shape} and {alpha.shape}.")
    if colour.dtype != np.float32 or alpha.dtype != np.float32:
        raise ConfigError(f"expected float32 colour and alpha, got {colour.dtype} and {alpha.dtype}.")
    return np.ascontiguousarray(colour), np.ascontiguousarray(alpha)


@njit(cache=True, nogil=True)
def _over(colour, alpha, background, out):
    height, width = alpha.shape
    for y in range(height):
        for x in range(width):
            rest = np.float32(1) - min(alpha[y, x], np.float32(1))
            for c in range(3):
                if rest >= 1:
                    out[y, x, c] = background[y, x, c]
                else:
                    value = np.float32(255) * colour[y, x, c] + rest * np.float32(background[y, x, c])
                    out[y, x, c] = np.uint8(np.rint(min(max(value, np.float32(0)), np.float32(255))))


@njit(cache=True, nogil=True)
def _keep_defined(colour, alpha, parts):
    """Premultiplied colour and weight; all zero where the colour is not defined."""
    height, width = alpha.shape
    for y in range(height):
        for x in range(width):
            kept = alpha[y, x] >= _LEAST_ALPHA
            for c in range(3):
                parts[y, x, c] = colour[y, x, c] if kept else np.float32(0)
            parts[y, x, 3] = alpha[y, x] if kept else np.float32(0)


@njit(cache=True, nogil=True)
def _pull(fine, coarse):
    """Each cell of ``coarse`` is a quarter of the sum of its cells in ``fine``."""
    coarse[:] = 0
    height, width = fine.shape[:2]
    for y in range(height):
        for x in range(width):
            if fine[y, x, 3] > 0:
                for c in range(4):
                    coarse[y // 2, x // 2, c] += np.float32(0.25) * fine[y, x, c]


@njit(cache=True, nogil=True)
def _push(coarse, fine):
    """Empty cells of ``fine`` are interpolated between the four nearest of ``coarse``."""
    height, width = fine.shape[:2]
    last_y, last_x = coarse.shape[0] - 1, coarse.shape[1] - 1
    for y in range(height):
        near_y = y // 2
        far_y = min(max(near_y + 2 * (y % 2) - 1, 0), last_y)
        for x in range(width):
            if fine[y, x, 3] > 0:
                continue
            near_x = x // 2
            far_x = min(max(near_x + 2 * (x % 2) - 1, 0), last_x)
            for c in range(4):
                near = np.float32(0.75) * coarse[near_y, near_x, c] + np.float32(0.25) * coarse[near_y, far_x, c]
                far = np.float32(0.75) * coarse[far_y, near_x, c] + np.float32(0.25) * coarse[far_y, far_x, c]
                fine[y, x, c] = np.float32(0.75) * near + np.float32(0.25) * far


@njit(cache=True, nogil=True)
def _divide(parts, alpha, out):
    height, width = alpha.shape
    for y in range(height):
        for x in range(width):
            scale = np.float32(255) / parts[y, x, 3] if parts[y, x, 3] > 0 else np.float32(0)
            for c in range(3):
                value = min(max(scale * parts[y, x, c], np.float32(0)), np.float32(255))
                out[y, x, c] = np.uint8(np.rint(value))
            opacity = min(max(np.float32(255) * alpha[y, x], np.float32(0)), np.float32(255))
            out[y, x, 3] = np.uint8(np.rint(opacity))

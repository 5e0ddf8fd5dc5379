"""Resampling images: affine crops for the networks and area-averaging resizes for training frames."""

import numpy as np
from numba import njit, prange
from PIL import Image

from lifemask.geometry.camera import View


def warp_affine(image: np.ndarray, source_from_target: np.ndarray, size_wh: tuple[int, int]) -> np.ndarray:
    """Sample ``image [H, W, 3]`` uint8 bilinearly on a grid of ``size_wh`` pixels: float32 ``[h, w, 3]``, 0..255.

    ``source_from_target [2, 3]`` maps continuous pixel coordinates (pixel centres at +0.5) of the result to those
    of ``image``. Outside the image is 0.
    """
    out = np.empty((size_wh[1], size_wh[0], 3), np.float32)
    _warp(np.ascontiguousarray(image), np.ascontiguousarray(source_from_target, np.float64), out)
    return out


@njit(parallel=True, cache=True)
def _warp(image, matrix, out):
    height, width = image.shape[:2]
    for row in prange(out.shape[0]):
        for column in range(out.shape[1]):
            x = matrix[0, 0] * (column + 0.5) + matrix[0, 1] * (row + 0.5) + matrix[0, 2] - 0.5
            y = matrix[1, 0] * (column + 0.5) + matrix[1, 1] * (row + 0.5) + matrix[1, 2] - 0.5
            left, top = int(np.floor(x)), int(np.floor(y))
            fx, fy = np.float32(x - left), np.float32(y - top)
            for channel in range(3):
                total = np.float32(0)
                for dy in range(2):
                    for dx in range(2):
                        r, c = top + dy, left + dx
                        if 0 <= r < height and 0 <= c < width:
                            weight = (fx if dx else 1 - fx) * (fy if dy else 1 - fy)
                            total += weight * image[r, c, channel]
                out[row, column, channel] = total


def resample_view(image: np.ndarray, view: View) -> np.ndarray:
    """Cut ``view`` out of ``image [H, W, 3]`` (or ``[H, W]``) uint8 and resize it, antialiased: uint8 ``[h, w, ...]``."""
    box = (view.left_px, view.top_px, view.left_px + view.width_px, view.top_px + view.height_px)
    height, width = image.shape[:2]
    if box == (0, 0, width, height) and view.size_wh == (width, height):
        return image
    box = (max(box[0], 0.0), max(box[1], 0.0), min(box[2], float(width)), min(box[3], float(height)))
    return np.asarray(Image.fromarray(image).resize(view.size_wh, Image.Resampling.BICUBIC, box=box, reducing_gap=None))

"""Resampling images: affine crops for the networks and area-averaging resizes for training frames."""

import numpy as np
from numba import njit
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


@njit(nogil=True, cache=True)
def _warp(image, matrix, out):
    height, width = image.shape[:2]
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            x = matrix[0, 0] * (column + 0.5) + matrix[0, 1] * (row + 0.5) + matrix[0, 2] - 0.5
            y = matrix[1, 0] * (column + 0.5) + matrix[1, 1] * (row + 0.5) + matrix[1, 2] - 0.5
            left, top = int(np.floor(x)), int(np.floor(y))
            fx, fy = np.float32(x - left), np.float32(y - top)
            gx, gy = np.float32(1) - fx, np.float32(1) - fy
            w00, w01, w10, w11 = gx * gy, fx * gy, gx * fy, fx * fy
            right, bottom = left + 1, top + 1
            if left < 0 or top < 0 or right >= width or bottom >= height:
                # Outside is 0: a weight of 0 on any pixel that exists.
                if left < 0 or left >= width:
                    w00, w10 = np.float32(0), np.float32(0)
                if right < 0 or right >= width:
                    w01, w11 = np.float32(0), np.float32(0)
                if top < 0 or top >= height:
                    w00, w01 = np.float32(0), np.float32(0)
                if bottom < 0 or bottom >= height:
                    w10, w11 = np.float32(0), np.float32(0)
                left, right = min(max(left, 0), width - 1), min(max(right, 0), width - 1)
                top, bottom = min(max(top, 0), height - 1), min(max(bottom, 0), height - 1)
            for channel in range(3):
                out[row, column, channel] = (
                    w00 * image[top, left, channel] + w01 * image[top, right, channel]
                    + w10 * image[bottom, left, channel] + w11 * image[bottom, right, channel]
                )  # fmt: skip


def resample_view(image: np.ndarray, view: View) -> np.ndarray:
    """Cut ``view`` out of ``image [H, W, 3]`` (or ``[H, W]``) uint8 and resize it, antialiased; uint8 as well."""
    box = (view.left_px, view.top_px, view.left_px + view.width_px, view.top_px + view.height_px)
    height, width = image.shape[:2]
    if box == (0, 0, width, height) and view.size_wh == (width, height):
        return image
    box = (max(box[0], 0.0), max(box[1], 0.0), min(box[2], float(width)), min(box[3], float(height)))
    return np.asarray(Image.fromarray(image).resize(view.size_wh, Image.Resampling.BICUBIC, box=box, reducing_gap=None))

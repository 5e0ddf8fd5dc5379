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


def resample_view(image: np.ndarray, view: View, frame_from_reference: np.ndarray | None = None) -> np.ndarray:
    """Cut ``view`` out of ``image [H, W, 3]`` (or ``[H, W]``) uint8 and resize it, antialiased; uint8 as well.

    ``frame_from_reference [2, 3]`` (a similarity) maps the pixels that ``view`` speaks of to those of ``image``, of a
    camera that moved; both steps are one interpolation, and beyond the image its border goes on.
    """
    if frame_from_reference is not None:
        return _resample_moved(image, frame_from_reference @ view_matrix(view), view.size_wh)
    box = (view.left_px, view.top_px, view.left_px + view.width_px, view.top_px + view.height_px)
    height, width = image.shape[:2]
    if box == (0, 0, width, height) and view.size_wh == (width, height):
        return image
    box = (max(box[0], 0.0), max(box[1], 0.0), min(box[2], float(width)), min(box[3], float(height)))
    return np.array(Image.fromarray(image).resize(view.size_wh, Image.Resampling.BICUBIC, box=box, reducing_gap=None))


def view_matrix(view: View) -> np.ndarray:
    """``[3, 3]`` from homogeneous pixels of the view to those that the view is cut from."""
    across, down = view.width_px / view.size_wh[0], view.height_px / view.size_wh[1]
    return np.array([[across, 0, view.left_px], [0, down, view.top_px], [0, 0, 1]])


def inside_image(source_from_target: np.ndarray, size_wh: tuple[int, int], source_wh: tuple[int, int]) -> np.ndarray:
    """True ``[h, w]`` where the centre of a pixel of the result (``size_wh``) comes from within the source image
    (``source_wh``); ``source_from_target [2, 3]`` as in ``warp_affine``."""
    at = pixel_centres(size_wh) @ source_from_target[:, :2].T + source_from_target[:, 2]
    return np.asarray(((at >= 0) & (at < source_wh)).all(-1))


def pixel_centres(size_wh: tuple[int, int]) -> np.ndarray:
    """(x, y) of the middle of every pixel, ``[h, w, 2]``."""
    return np.stack(np.meshgrid(np.arange(size_wh[0]) + 0.5, np.arange(size_wh[1]) + 0.5), -1)


def _resample_moved(image: np.ndarray, source_from_target: np.ndarray, size_wh: tuple[int, int]) -> np.ndarray:
    channels = np.ascontiguousarray(image if image.ndim == 3 else image[..., None])
    out = np.empty((size_wh[1], size_wh[0], channels.shape[2]), np.uint8)
    _resample(channels, np.ascontiguousarray(source_from_target, np.float64), out)
    return out if image.ndim == 3 else out[..., 0]


@njit(nogil=True, cache=True)
def _bicubic(x):
    """Keys 1981 with a = -1/2, as Pillow has it."""
    x = abs(x)
    if x < 1:
        return (1.5 * x - 2.5) * x * x + 1
    return ((2.5 - 0.5 * x) * x - 4) * x + 2 if x < 2 else 0.0


@njit(nogil=True, cache=True)
def _resample(image, matrix, out):
    """Pillow's antialiased bicubic at the places that a similarity gives; turned pixels keep an upright footprint,
    which is right to second order in the angle."""
    height, width, channels = image.shape
    reach = max(1.0, np.hypot(matrix[0, 0], matrix[1, 0]))
    taps = int(np.ceil(4 * reach)) + 2
    across, down = np.empty(taps), np.empty(taps)
    for row in range(out.shape[0]):
        for column in range(out.shape[1]):
            x = matrix[0, 0] * (column + 0.5) + matrix[0, 1] * (row + 0.5) + matrix[0, 2]
            y = matrix[1, 0] * (column + 0.5) + matrix[1, 1] * (row + 0.5) + matrix[1, 2]
            x, y = min(max(x, 0.0), float(width)), min(max(y, 0.0), float(height))
            left, right = max(0, int(x - 2 * reach + 0.5)), min(width, int(x + 2 * reach + 0.5))
            top, bottom = max(0, int(y - 2 * reach + 0.5)), min(height, int(y + 2 * reach + 0.5))
            total_x = total_y = 0.0
            for k in range(right - left):
                across[k] = _bicubic((left + k + 0.5 - x) / reach)
                total_x += across[k]
            for k in range(bottom - top):
                down[k] = _bicubic((top + k + 0.5 - y) / reach)
                total_y += down[k]
            for channel in range(channels):
                value = 0.0
                for j in range(bottom - top):
                    line = 0.0
                    for i in range(right - left):
                        line += across[i] * image[top + j, left + i, channel]
                    value += down[j] * line
                out[row, column, channel] = np.uint8(min(max(value / (total_x * total_y) + 0.5, 0.0), 255.0))

"""Find faces: BlazeFace (Bazarevsky et al. 2019) on the whole frame, then on tiles for small faces."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from lifemask.perception.litert import Network

INPUT_PX = 128
MIN_SCORE = 0.5
# Boxes that overlap more than this are one face; their mean, weighted by score, is steadier than the best.
SAME_FACE_IOU = 0.3
# The network finds faces of about a sixth of its input and larger, so each round of tiles is half as wide;
# tiles overlap by half so that no face smaller than half a tile is cut by every tile that shows it.
TILE_ROUNDS = 4
MIN_TILE_PX = 128


@dataclass(frozen=True)
class FaceBox:
    """One detected face, in continuous pixels of the image: ``centre_px`` (x, y), ``size_wh_px`` of the box,
    ``roll_rad`` of the line between the eyes, ``score`` in 0..1."""

    centre_px: tuple[float, float]
    size_wh_px: tuple[float, float]
    roll_rad: float
    score: float

    @property
    def size_px(self) -> float:
        """The longer side of the box."""
        return max(self.size_wh_px)


class FaceDetector:
    """BlazeFace short range with weighted non-maximum suppression and a search over tiles."""

    def __init__(self, content: bytes) -> None:
        self._network = Network(content)
        self._anchors = _anchors()

    def __call__(self, image: np.ndarray) -> list[FaceBox]:
        """All faces of ``image [H, W, 3]`` uint8, largest first; tiles are searched if the frame has none."""
        height, width = image.shape[:2]
        tile_px = max(height, width)
        for _ in range(TILE_ROUNDS):
            boxes = [
                box
                for top in _starts(height, tile_px)
                for left in _starts(width, tile_px)
                for box in self._in_square(image, left, top, tile_px)
            ]
            if boxes:
                return sorted(_merge(boxes), key=lambda box: -box.size_px)
            tile_px //= 2
            if tile_px < MIN_TILE_PX:
                break
        return []

    def _in_square(self, image: np.ndarray, left: int, top: int, size: int) -> list[FaceBox]:
        height, width = image.shape[:2]
        part = image[max(top, 0) : min(top + size, height), max(left, 0) : min(left + size, width)]
        scale = size / INPUT_PX
        inner_wh = (max(1, round(part.shape[1] / scale)), max(1, round(part.shape[0] / scale)))
        # BOX is area averaging: the network was trained on smooth reductions, and noise averages out.
        small = np.asarray(Image.fromarray(part).resize(inner_wh, Image.Resampling.BOX), np.float32)
        pad_left, pad_top = (INPUT_PX - inner_wh[0]) // 2, (INPUT_PX - inner_wh[1]) // 2
        canvas = np.full((1, INPUT_PX, INPUT_PX, 3), -1.0, np.float32)
        canvas[0, pad_top : pad_top + inner_wh[1], pad_left : pad_left + inner_wh[0]] = small / 127.5 - 1
        regressed, logits = self._network(canvas)
        score = 1 / (1 + np.exp(-np.clip(logits[0, :, 0].astype(np.float64), -60, 60)))
        chosen = score > MIN_SCORE
        if not chosen.any():
            return []
        points = regressed[0, chosen].reshape(-1, 8, 2).astype(np.float64)
        step = np.array([part.shape[1] / inner_wh[0], part.shape[0] / inner_wh[1]])
        offset = np.array([max(left, 0), max(top, 0)]) - np.array([pad_left, pad_top]) * step
        centre = (points[:, 0] + self._anchors[chosen] * INPUT_PX) * step + offset
        extent = points[:, 1] * step
        eyes = (points[:, 3] - points[:, 2]) * step
        roll = np.arctan2(eyes[:, 1], eyes[:, 0])
        found = [
            FaceBox((c[0], c[1]), (e[0], e[1]), float(r), float(s))
            for c, e, r, s in zip(centre, extent, roll, score[chosen], strict=True)
        ]
        return _merge(found)


def _starts(length: int, tile: int) -> list[int]:
    """Where tiles of size ``tile`` begin along an axis: centred if one suffices, else overlapping by half."""
    if tile >= length:
        return [(length - tile) // 2]
    count = int(np.ceil((length - tile) / (tile / 2))) + 1
    return [round(start) for start in np.linspace(0, length - tile, count)]


def _merge(boxes: list[FaceBox]) -> list[FaceBox]:
    """Weighted non-maximum suppression: each cluster around its best box becomes its score-weighted mean."""
    rest = sorted(boxes, key=lambda box: -box.score)
    merged = []
    while rest:
        best = rest[0]
        cluster = [box for box in rest if _iou(best, box) > SAME_FACE_IOU] or [best]
        rest = [box for box in rest if box not in cluster]
        weight = np.array([box.score for box in cluster])
        weight /= weight.sum()
        centre = weight @ np.array([box.centre_px for box in cluster])
        extent = weight @ np.array([box.size_wh_px for box in cluster])
        roll = np.array([box.roll_rad for box in cluster])
        mean_roll = float(np.arctan2(weight @ np.sin(roll), weight @ np.cos(roll)))
        merged.append(
            FaceBox(
                (float(centre[0]), float(centre[1])),
                (float(extent[0]), float(extent[1])),
                mean_roll,
                best.score,
            )
        )
    return merged


def _iou(a: FaceBox, b: FaceBox) -> float:
    overlap = 1.0
    for axis in range(2):
        low = max(a.centre_px[axis] - a.size_wh_px[axis] / 2, b.centre_px[axis] - b.size_wh_px[axis] / 2)
        high = min(a.centre_px[axis] + a.size_wh_px[axis] / 2, b.centre_px[axis] + b.size_wh_px[axis] / 2)
        overlap *= max(0.0, high - low)
    union = a.size_wh_px[0] * a.size_wh_px[1] + b.size_wh_px[0] * b.size_wh_px[1] - overlap
    return overlap / union if union > 0 else 0.0


def _anchors() -> np.ndarray:
    """Anchor centres ``[896, 2]`` in 0..1: two per cell of the 16x16 grid, six per cell of the 8x8 grid."""
    grids = []
    for cells, repeats in ((16, 2), (8, 6)):
        row, column = np.mgrid[0:cells, 0:cells]
        centres = (np.stack([column, row], -1).reshape(-1, 2) + 0.5) / cells
        grids.append(np.repeat(centres, repeats, axis=0))
    return np.concatenate(grids)

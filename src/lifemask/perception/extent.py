"""Where in the frame the person is at any time of a clip, and what part of it an avatar is trained on."""

import numpy as np

from lifemask.geometry.camera import View

PERSON = 127
"""Matte (0..255) above which a pixel is person."""
SELDOM = 0.01
"""What is reached in fewer of the frames is a slip of the matte."""
MARGIN = 0.03
"""Room around the person for hair and the matte's edge, in parts of the longer side of where they are."""
NEARLY_ALL = 0.65
"""From this share of the frame's area on, the view is the frame itself."""


class Extent:
    """In how many frames each column and each row of a frame showed the person."""

    def __init__(self, size_wh: tuple[int, int]) -> None:
        self.size_wh = size_wh
        self.frames = 0
        self.columns, self.rows = (np.zeros(side, np.int64) for side in size_wh)

    def add(self, matte: np.ndarray) -> None:
        """Count one frame's matte uint8 ``[H, W]``."""
        person = matte > PERSON
        self.frames += 1
        self.columns += person.any(0)
        self.rows += person.any(1)

    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the person in all frames but for slips; the frame if there is nobody."""
        least = max(1.0, SELDOM * self.frames)
        columns, rows = (np.flatnonzero(counts >= least) for counts in (self.columns, self.rows))
        if not len(columns) or not len(rows):
            return 0, 0, *self.size_wh
        return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def working_view(extent: Extent, resolution: int, shown: tuple[float, float, float, float] | None = None) -> View:
    """The part of the frame with the person in it, scaled to the area of a square of ``resolution`` pixels, never up.

    ``shown`` (left, top, right, bottom): the part that every frame shows, where the camera moved.
    """
    left, top, right, bottom = shown or (0.0, 0.0, *map(float, extent.size_wh))
    box = extent.box()
    margin = MARGIN * max(box[2] - box[0], box[3] - box[1])
    near = (
        max(left, np.floor(box[0] - margin)), max(top, np.floor(box[1] - margin)),
        min(right, np.ceil(box[2] + margin)), min(bottom, np.ceil(box[3] + margin)),
    )  # fmt: skip
    share = (near[2] - near[0]) * (near[3] - near[1]) / ((right - left) * (bottom - top))
    if share < NEARLY_ALL:
        left, top, right, bottom = map(float, near)
    width, height = right - left, bottom - top
    scale = min(1.0, resolution / (width * height) ** 0.5)
    # Even, so that half the size loses no column.
    size_wh = max(2, 2 * round(width * scale / 2)), max(2, 2 * round(height * scale / 2))
    return View(left, top, width, height, size_wh)

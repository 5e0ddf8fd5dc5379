"""The light of each frame of a clip, as ``avatar.exposure`` measures it at the working view, in whole frames."""

from dataclasses import dataclass

import numpy as np

from lifemask.avatar.exposure import lighting
from lifemask.avatar.frames import plate_at
from lifemask.avatar.store import FrameStore


@dataclass(frozen=True)
class FrameLight:
    """The ``plate [H, W, 3]`` uint8 of whole frames; by row of the tracking the camera's ``gains [T, 3]`` and the
    light on the background ``field [T, G, G, 3]``, each None where there is none; ``across [W, G]`` and ``down
    [H, G]`` are the weights of its cells in every column and row, beyond the working view those of its border."""

    plate: np.ndarray
    gains: np.ndarray | None
    field: np.ndarray | None
    across: np.ndarray
    down: np.ndarray

    @staticmethod
    def of(store: FrameStore, plate: np.ndarray, clip_wh: tuple[int, int]) -> "FrameLight":
        """That of a run's frames, whose clip has ``clip_wh`` pixels."""
        found, view = lighting(store, plate_at(plate, clip_wh, store.view)), store.view
        cells = 1 if found.field is None else found.field.shape[1]
        starts, lengths = (view.left_px, view.top_px), (view.width_px, view.height_px)
        across, down = (
            _weights((np.arange(side) + 0.5) * own / side, start, length, cells)
            for side, own, start, length in zip(plate.shape[1::-1], clip_wh, starts, lengths, strict=True)
        )
        return FrameLight(plate, found.gains, found.field, across, down)

    @property
    def varies(self) -> bool:
        """Whether frames differ in light at all."""
        return self.gains is not None or self.field is not None

    def behind(self, row: int) -> np.ndarray:
        """The plate in the light of a frame, before the camera: uint8 ``[H, W, 3]``."""
        if self.field is None:
            return self.plate
        light = np.einsum("hi,ijc,wj->hwc", self.down, self.field[row], self.across, optimize=True)
        return np.clip(np.rint(self.plate * light), 0, 255).astype(np.uint8)

    def exposed(self, picture: np.ndarray, row: int) -> np.ndarray:
        """A picture uint8 ``[H, W, 3]`` as bright as the camera took a frame."""
        if self.gains is None:
            return picture
        return np.clip(np.rint(picture * self.gains[row]), 0, 255).astype(np.uint8)


def _weights(at_px: np.ndarray, start_px: float, length_px: float, cells: int) -> np.ndarray:
    """``[N, cells]``: linear between the middles of equal cells, constant beyond the outer ones."""
    place = np.clip((at_px - start_px) / length_px * cells - 0.5, 0, cells - 1)
    return np.maximum(1 - np.abs(place[:, None] - np.arange(cells)), 0)
